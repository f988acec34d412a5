"""The Python contenders of `versus`, in one process: NumPy, SciPy, scikit-learn and JAX.

Reads one JSON request per line from stdin and writes one JSON answer per line to stdout. The clock runs in this
process, around a plain loop of calls, so no figure includes communication. Arguments come in files, with the same bits
as for the other peers.
"""

import functools
import gc
import importlib
import json
import os
import sys
import time

threads = int(os.environ["OPENBLAS_NUM_THREADS"])
versions, absent = {}, {}


def find(name, module):
    try:
        found = importlib.import_module(module)
        versions[name] = found.__version__
        return found
    except ImportError as error:
        absent[name] = str(error)


np = find("numpy", "numpy")
scipy = find("scipy", "scipy") and importlib.import_module("scipy.linalg")
sklearn = find("sklearn", "sklearn") and importlib.import_module("sklearn.decomposition")
jax = find("jax", "jax")
threadpoolctl = find("threadpoolctl", "threadpoolctl")
if jax:
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
if threadpoolctl:
    limits = threadpoolctl.threadpool_limits(limits=threads)
    for library in threadpoolctl.threadpool_info():
        if library["user_api"] == "blas":
            owner = "scipy" if "scipy.libs" in library["filepath"] else "numpy"
            kind = f'{library["internal_api"]} {library["version"]} {library.get("architecture", "")}'
            versions[owner] += f' ({kind.strip()}, {library["num_threads"]} threads)'


def numpy_like(xp, norm):
    """The operations that NumPy and JAX share, as functions of a, b and v."""
    la = xp.linalg
    return {
        "matmul": lambda a, b, v: xp.matmul(a, b),
        "matvec": lambda a, b, v: xp.matmul(a, v),
        "linear_layer": lambda a, b, v: a @ b + v,
        "det": lambda a, b, v: la.det(a),
        "inv": lambda a, b, v: la.inv(a),
        "solve_vector": lambda a, b, v: la.solve(a, v),
        "solve_matrix": lambda a, b, v: la.solve(a, b),
        "eig": lambda a, b, v: la.eig(a),
        "eigvals": lambda a, b, v: la.eigvals(a),
        "eigh": lambda a, b, v: la.eigh(a),
        "eigvalsh": lambda a, b, v: la.eigvalsh(a),
        "svd": lambda a, b, v: la.svd(a, full_matrices=False),
        "svdvals": lambda a, b, v: la.svdvals(a),
    } | norms(norm)


def norms(norm):
    inf = float("inf")
    return {
        "vec1": lambda a, b, v: norm(v, 1),
        "vec2": lambda a, b, v: norm(v),
        "vec3": lambda a, b, v: norm(v, 3),
        "vec_inf": lambda a, b, v: norm(v, inf),
        "fro": lambda a, b, v: norm(a),
        "mat1": lambda a, b, v: norm(a, 1),
        "mat_inf": lambda a, b, v: norm(a, inf),
        "nuc": lambda a, b, v: norm(a, "nuc"),
        "mat2": lambda a, b, v: norm(a, 2),
    }


def pca_by_eigh(x, k):
    centred = x - x.mean(0)
    covariance = np.cov(centred, rowvar=False)
    w, v = np.linalg.eigh(covariance)
    largest = np.argsort(w)[::-1][:k]
    return centred @ v[:, largest]


def pca_by_svd(x, k):
    centred = x - x.mean(0)
    u, s, vt = np.linalg.svd(centred, full_matrices=False)
    return centred @ vt[:k].T


def contenders(op, k, arrays):
    """The name of every peer with this operation, and a function without arguments."""
    found = {}
    args = [arrays.get(name) for name in "abv"]
    if op == "pca":
        x = arrays["a"]
        found["numpy"] = lambda: pca_by_eigh(x, k)
        found["numpy-svd"] = lambda: pca_by_svd(x, k)
        if sklearn:
            for solver in ["full", "covariance_eigh", "arpack", "randomized", "auto"]:
                estimator = sklearn.PCA(n_components=k, svd_solver=solver, random_state=0)
                found[f"sklearn/{solver}"] = functools.partial(estimator.fit_transform, x)
        return found
    found["numpy"] = functools.partial(numpy_like(np, np.linalg.norm)[op], *args)
    if scipy:
        la = scipy
        functions = {
            "det": lambda a, b, v: la.det(a),
            "inv": lambda a, b, v: la.inv(a),
            "solve_vector": lambda a, b, v: la.solve(a, v),
            "solve_matrix": lambda a, b, v: la.solve(a, b),
            "eig": lambda a, b, v: la.eig(a),
            "eigvals": lambda a, b, v: la.eigvals(a),
            "eigh": lambda a, b, v: la.eigh(a),
            "eigvalsh": lambda a, b, v: la.eigvalsh(a),
            "svd": lambda a, b, v: la.svd(a, full_matrices=False),
            "svdvals": lambda a, b, v: la.svdvals(a),
        } | norms(la.norm)
        if op in functions:
            found["scipy"] = functools.partial(functions[op], *args)
    if jax:
        compiled = jax.jit(numpy_like(jnp, jnp.linalg.norm)[op])
        device = [None if x is None else jax.device_put(x) for x in args]
        found["jax"] = lambda: jax.block_until_ready(compiled(*device))
    return found


def softmax(x, axis):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def log_softmax(x, axis):
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def logsumexp(x, axis):
    largest = x.max(axis=axis, keepdims=True)
    return np.log(np.exp(x - largest).sum(axis=axis)) + largest.squeeze(axis)


QS = [0.05, 0.25, 0.5, 0.75, 0.95]


def reductions(xp):
    """The functions of an array and an axis that NumPy and JAX share."""
    return {
        "sum": lambda x, axis: xp.sum(x, axis=axis),
        "prod": lambda x, axis: xp.prod(x, axis=axis),
        "mean": lambda x, axis: xp.mean(x, axis=axis),
        "var": lambda x, axis: xp.var(x, axis=axis),
        "std": lambda x, axis: xp.std(x, axis=axis),
        "median": lambda x, axis: xp.median(x, axis=axis),
        "quantile": lambda x, axis: xp.quantile(x, 0.3, axis=axis),
        "quantiles": lambda x, axis: xp.quantile(x, xp.asarray(QS, x.dtype), axis=axis),
        "nanmean": lambda x, axis: xp.nanmean(x, axis=axis),
        "nanmedian": lambda x, axis: xp.nanmedian(x, axis=axis),
        "min": lambda x, axis: xp.min(x, axis=axis),
        "max": lambda x, axis: xp.max(x, axis=axis),
        "argmin": lambda x, axis: xp.argmin(x, axis=axis),
        "argmax": lambda x, axis: xp.argmax(x, axis=axis),
        "all": lambda x, axis: xp.all(x, axis=axis),
        "any": lambda x, axis: xp.any(x, axis=axis),
        "count_nonzero": lambda x, axis: xp.count_nonzero(x, axis=axis),
        "cumsum": lambda x, axis: xp.cumsum(x, axis=axis),
        "copy": lambda x, axis: xp.array(x, copy=True),
        "sort": lambda x, axis: xp.sort(x, axis=axis),
        "argsort": lambda x, axis: xp.argsort(x, axis=axis),
        "partition": lambda x, axis: xp.partition(x, x.shape[axis] // 2, axis=axis),
        "unique": lambda x, axis: xp.unique(x),
        "corrcoef": lambda x, axis: xp.corrcoef(x, rowvar=False),
        "cov": lambda x, axis: xp.cov(x, rowvar=False),
        "histogram": lambda x, axis: xp.histogram(x, bins=50)[0],
    }


def array_contenders(op, axis, x):
    """As `contenders`, for an array and an axis (None: the whole array)."""
    found = {}
    half, one = x.dtype.type(0.5), x.dtype.type(1)
    numpy_only = {
        "relu": lambda: np.maximum(x, 0),
        "leaky_relu": lambda: np.where(x > 0, x, x * x.dtype.type(0.01)),
        "sigmoid": lambda: one / (one + np.exp(-x)),
        "tanh": lambda: np.tanh(x),
        "silu": lambda: x / (one + np.exp(-x)),
        "softplus": lambda: np.logaddexp(x, 0),
        "gelu_tanh": lambda: half * x * (one + np.tanh(x.dtype.type(0.7978845608028654) * (x + x.dtype.type(0.044715) * x * x * x))),
        "softmax": lambda: softmax(x, axis),
        "log_softmax": lambda: log_softmax(x, axis),
        "logsumexp": lambda: logsumexp(x, axis),
    }
    shared = reductions(np)
    if op in numpy_only:
        found["numpy"] = numpy_only[op]
    elif op in shared:
        found["numpy"] = functools.partial(shared[op], x, axis)
    if scipy:
        special, stats = importlib.import_module("scipy.special"), importlib.import_module("scipy.stats")
        root = x.dtype.type(0.7071067811865476)
        scipys = {
            "sigmoid": lambda: special.expit(x),
            "gelu": lambda: half * x * (one + special.erf(x * root)),
            "softmax": lambda: special.softmax(x, axis=axis),
            "log_softmax": lambda: special.log_softmax(x, axis=axis),
            "logsumexp": lambda: special.logsumexp(x, axis=axis),
            "skewness": lambda: stats.skew(x, axis=axis),
            "kurtosis": lambda: stats.kurtosis(x, axis=axis),
        }
        if op in scipys:
            found["scipy"] = scipys[op]
    # unique has no fixed output shape, so it cannot be compiled
    if jax and op != "unique":
        nn = jax.nn
        jaxes = {
            "relu": nn.relu,
            "leaky_relu": lambda x: nn.leaky_relu(x, 0.01),
            "sigmoid": nn.sigmoid,
            "tanh": jnp.tanh,
            "silu": nn.silu,
            "softplus": nn.softplus,
            "gelu": lambda x: nn.gelu(x, approximate=False),
            "gelu_tanh": lambda x: nn.gelu(x, approximate=True),
            "softmax": lambda x: nn.softmax(x, axis=axis),
            "log_softmax": lambda x: nn.log_softmax(x, axis=axis),
            "logsumexp": lambda x: nn.logsumexp(x, axis=axis),
        }
        common = reductions(jnp)
        function = jaxes.get(op) or (op in common and (lambda x: common[op](x, axis)))
        if function:
            compiled, device = jax.jit(function), jax.device_put(x)
            found["jax"] = lambda: jax.block_until_ready(compiled(device))
    return found


def code_contenders(op, arrays):
    """As `contenders`, for an operation given as code: a statement that makes `f`, if one is needed, and the
    expression that is timed."""
    found = {}
    for name, code in op["contenders"].items():
        package = name.split("/")[0]
        if package in absent:
            continue
        names = dict(arrays)
        match package:
            case "numpy":
                names |= {"xp": np, "la": np.linalg}
            case "scipy":
                names |= {"xp": np, "la": scipy}
            case "jax":
                names = {key: jax.device_put(x) for key, x in arrays.items()}
                names |= {"xp": jnp, "la": jnp.linalg, "sl": importlib.import_module("jax.scipy.linalg")}
        *statements, expression = code.split("; ")
        for statement in statements:
            exec(statement, names)
        # arguments, because JAX takes other variables for constants and computes with them once
        variables = [key for key in ("a", "b", "v", "f") if key in names]
        function = eval(f"lambda {', '.join(variables)}: {expression}", names)
        values = [names[key] for key in variables]
        if package == "jax":
            found[name] = functools.partial(lambda f, x: jax.block_until_ready(f(*x)), jax.jit(function), values)
        else:
            found[name] = functools.partial(function, *values)
    return found


def code_digest(op, result):
    """The result shortened by the operation's own code."""
    r = tuple(map(np.asarray, result)) if isinstance(result, tuple) else np.asarray(result)
    short = np.asarray(eval(op["shortened"], {"np": np, "r": r}))
    return {"shape": short.shape, "values": [float(x) for x in (some(short) if short.ndim else [short])]}


def random_contenders(op, dtype, n):
    """As `contenders`, for random samples: a generator with linstat's seed."""
    rng = np.random.default_rng(42)
    p = np.arange(1, 1001) / 500500
    draws = {
        "random": lambda: rng.random(n, dtype),
        "uniform(-1, 1)": lambda: rng.uniform(-1, 1, n),
        "standard_normal": lambda: rng.standard_normal(n, dtype),
        "normal(5, 2)": lambda: rng.normal(5, 2, n),
        "exponential": lambda: rng.standard_exponential(n),
        "integers(10)": lambda: rng.integers(0, 10, n),
        "integers(2**40)": lambda: rng.integers(0, 2**40, n),
        "binomial(10)": lambda: rng.binomial(10, 0.3, n),
        "binomial(1000)": lambda: rng.binomial(1000, 0.4, n),
        "poisson(3)": lambda: rng.poisson(3, n),
        "gamma(2.5)": lambda: rng.standard_gamma(2.5, n),
        "permutation": lambda: rng.permutation(n),
        "choice": lambda: rng.choice(1000, n),
        "choice, p": lambda: rng.choice(1000, n, p=p),
        "choice, distinct": lambda: rng.choice(1_000_000, n, replace=False),
        "one random": lambda: rng.random(),
        "one normal": lambda: rng.standard_normal(dtype=dtype) if dtype == np.float32 else rng.normal(5, 2),
        "one integer": lambda: rng.integers(0, 10),
        "default_rng": lambda: np.random.default_rng(1),
    }
    return {"numpy": draws[op]}


def bits(dtype, drawn):
    """A digest of all bits and their positions, as in `random.rs`."""
    if isinstance(drawn, np.random.Generator):
        drawn = drawn.random(1)
    x = np.atleast_1d(np.asarray(drawn, dtype))
    places = np.arange(1, 2 * x.size, 2, dtype=np.uint64)
    total = int(np.sum(x.view(f"u{x.itemsize}").astype(np.uint64) * places, dtype=np.uint64))
    return {"shape": x.shape, "values": [total >> 32, total & 0xFFFFFFFF]}


def some(numbers):
    """About fifty of the numbers, and the root mean square of all."""
    numbers = np.asarray(numbers, dtype=float).ravel()
    return [*numbers[:: max(1, numbers.size // 50)], np.sqrt(np.mean(numbers**2))]


def off_unit(v):
    return abs(np.sum(np.abs(v) ** 2) - 1)


def digest(op, axis, a, result):
    """The result shortened as in `digest.rs`."""
    if op == "argsort":
        # equal elements may come in any order, so their values are compared
        order = np.asarray(result)
        result = np.take_along_axis(a, order, axis)
    if op == "partition":
        # the rest may come in any order
        result = np.take(np.asarray(result), a.shape[axis] // 2, axis)
    if isinstance(result, tuple):
        parts = [np.asarray(part) for part in result]
        parts = [part.astype(np.result_type(part.dtype, np.float64)) for part in parts]
    else:
        parts = [np.asarray(result)]
    first = parts[0]
    wide = a.astype(float) if op in ("eig", "eigh", "svd") else None
    if op in ("eig", "eigvals"):
        size = np.abs(first)
        values = [first.real.mean(), size.mean(), np.sqrt((size**2).mean()), size.max()]
        if op == "eig":
            v = parts[1][:, 0]
            residual = np.linalg.norm(wide @ v - first[0] * v) / np.linalg.norm(wide) + off_unit(v)
            values.append(size.mean() * (1 + residual))
    elif op == "eigh":
        v = parts[1][:, -1]
        residual = np.linalg.norm(wide @ v - first[-1] * v) / np.linalg.norm(wide) + off_unit(v)
        values = [*some(first), first[-1] * (1 + residual)]
    elif op == "svd":
        u, s, v = first[:, 0], parts[1], parts[2][0]
        residual = np.linalg.norm(wide @ v - s[0] * u) / np.linalg.norm(wide) + off_unit(u) + off_unit(v)
        values, first = [*some(s), s[0] * (1 + residual)], s
    elif op == "pca":
        values = np.sqrt((first.astype(float) ** 2).sum(0))
    elif first.ndim == 0:
        values = [first]
    else:
        values = some(first)
    return {"shape": first.shape, "values": [float(x) for x in values]}


def clock(call, calls):
    gc.disable()
    # warms the caches, which the contender before has filled with its own data
    if calls > 1:
        call()
    start = time.perf_counter()
    for _ in range(calls):
        call()
    seconds = time.perf_counter() - start
    gc.enable()
    return seconds


def main():
    # other output must not get between the answers
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    op, dtype, axis, arrays, found = None, None, None, {}, {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            match request["do"]:
                case "hello":
                    answer = {"python": sys.version.split()[0], "versions": versions, "absent": absent}
                case "load":
                    op, dtype = request["op"], np.dtype(request["dtype"])
                    arrays = {
                        name: np.fromfile(array["path"], dtype).reshape(array["shape"])
                        for name, array in request["arrays"].items()
                    }
                    axis = request.get("axis")
                    if "x" in arrays:
                        found = array_contenders(op, axis, arrays["x"])
                    elif isinstance(op, dict):
                        found = code_contenders(op, arrays)
                    elif not arrays:
                        found = random_contenders(op, dtype, request["k"])
                    else:
                        found = contenders(op, request["k"], arrays)
                    answer = {"peers": list(found)}
                case "digest" if not arrays:
                    answer = bits(dtype, found[request["peer"]]())
                case "digest" if isinstance(op, dict):
                    answer = code_digest(op, found[request["peer"]]())
                case "digest":
                    answer = digest(op, axis, arrays.get("x", arrays.get("a")), found[request["peer"]]())
                case "time":
                    answer = {"seconds": clock(found[request["peer"]], request["calls"])}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


main()
