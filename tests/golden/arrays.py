"""arrays.json: exponentials of matrices by mpmath, with their condition by SciPy; NumPy's equations of tensors and norms over
several axes; SciPy's Toeplitz and block-diagonal matrices."""

import mpmath
import numpy as np
import scipy.linalg

from golden import bits, draw, short, write
from linalg import MATRIX_ORDS, ORDS

SEED = 20240623
KINDS = {"f64": np.float64, "f32": np.float32, "c64": np.complex128, "c32": np.complex64}


def exact_expm(a):
    """The exponential, rounded to double precision; computed with 60 digits, and those that cancellation may take."""
    n = len(a)
    size = float(np.abs(a).max()) * n
    with mpmath.workdps(60 + int(min(size, 300)) + int(10 * np.log2(max(size, 1)))):
        m = mpmath.matrix([[mpmath.mpmathify(complex(x)) for x in row] for row in a])
        halvings = max(0, int(np.ceil(np.log2(max(size, 1)))) + 4)
        m = m / mpmath.mpf(2) ** halvings
        total, term = mpmath.eye(n), mpmath.eye(n)
        for k in range(1, 400):
            term = term * m / k
            total = total + term
            if max(abs(x) for x in term) < mpmath.mpf(10) ** -(mpmath.mp.dps + 10):
                break
        else:
            raise ArithmeticError("the series does not end")
        for _ in range(halvings):
            total = total * total
        x = np.array([[complex(total[i, j]) for j in range(n)] for i in range(n)])
    return x if np.iscomplexobj(a) else x.real


def matrices(rng):
    """Matrices of which the exponential is hard to compute, or known."""
    n = 8
    jordan = np.diag(np.full(4, 1000.0), 1)
    rates = np.abs(draw(rng, 7, 7)) * 4
    np.fill_diagonal(rates, 0)
    yield "zeros", np.zeros((3, 3))
    yield "one number", np.array([[-1.25]])
    yield "diagonal", np.diag([0.5, -20.0, 30.0, 0.0])
    yield "nilpotent", jordan
    yield "Jordan block", jordan + 0.5 * np.eye(5)
    yield "nearly defective", np.array([[1.0, 4096.0], [0.0, 1.0 + 2.0**-20]])
    yield "nearly defective, not triangular", np.array([[1.0, 1024.0, 0.0], [2.0**-18, 1.0, 512.0], [0.0, 2.0**-16, 1.0]])
    # of Al-Mohy and Higham: the squarings that the norm asks for lose all digits
    yield "overscaling", np.array([[1.0, 2.0**20], [0.0, -1.0]])
    yield "overscaling, lower", np.array([[1.0, 0.0, 0.0], [2.0**20, -1.0, 0.0], [2.0**16, 2.0**18, 0.5]])
    yield "overscaling, not triangular", np.array([[1.0, 2.0**14, 0.0], [0.0, -1.0, 2.0**-10], [2.0**-14, 0.0, 0.5]])
    yield "triangular, large above", np.triu(draw(rng, n, n, limit=32)) + np.triu(draw(rng, n, n, limit=16000), 1)
    yield "lower triangular", np.tril(draw(rng, n, n, limit=64))
    # of Moler and van Loan, and of Ward
    yield "Moler and van Loan", np.array([[-49.0, 24.0], [-64.0, 31.0]])
    yield "Ward 1", np.array([[4.0, 2.0, 0.0], [1.0, 4.0, 1.0], [1.0, 1.0, 4.0]])
    yield "Ward 3", np.array([[-131.0, 19.0, 18.0], [-390.0, 56.0, 54.0], [-387.0, 57.0, 52.0]])
    yield "a graph of transitions", rates - np.diag(rates.sum(axis=1))
    yield "rotations", (lambda x: 4 * (x - x.T))(draw(rng, n, n))
    yield "heat", 64 * (np.eye(7, k=1) + np.eye(7, k=-1) - 2 * np.eye(7))
    for size in [0.004, 0.06, 0.4, 1.0, 2.0, 8.0, 40.0]:
        # exact in single precision
        x = np.rint(draw(rng, n, n) * size * 2**12) / 2**14
        yield f"random, {size}", x
        yield f"random complex, {size}", x + 1j * np.rint(draw(rng, n, n) * size * 2**12) / 2**14
    yield "unitary", 8j * (lambda x: x + x.conj().T)(draw(rng, 5, 5, complex_=True, limit=16))


def exponentials(rng):
    for name, a in matrices(rng):
        exact = exact_expm(a)
        found = scipy.linalg.expm(a)
        cond = float(scipy.linalg.expm_cond(a)) if np.any(a) and len(a) > 1 else float(np.abs(a).max())
        error = float(np.linalg.norm(found - exact) / np.linalg.norm(exact))
        for kind, dtype in KINDS.items():
            complex_ = kind.startswith("c")
            if np.iscomplexobj(a) and not complex_:
                continue
            if kind in ("f32", "c32") and (np.abs(exact).max() > 1e37 or not np.array_equal(a.astype(dtype), a)):
                continue
            yield {"case": f"{kind} expm, {name}", "type": f"expm {kind}", "cond": max(cond, 1.0), "scipy_error": error,
                   "in": {"a": short(a.astype(np.complex128) if complex_ else a)},
                   "out": {"expm": bits(exact.astype(np.complex128) if complex_ else exact)}}


# shapes of a and b, and the axes that are moved
TENSORSOLVES = [((2, 3, 6), (2, 3), []), ((6, 2, 3), (6,), []), ((2, 3, 3, 2), (2, 3), []), ((2, 2, 3, 3), (2, 3), [1]), ((3, 2, 2, 3), (3, 2), [0, 2]),
                ((4, 4), (4,), [0]), ((4, 6, 2, 3, 4), (4, 6), []), ((2, 0, 0, 2), (2, 0), [])]
TENSORINVS = [((2, 3, 6), 2), ((6, 2, 3), 1), ((2, 2, 2, 2), 2), ((2, 3, 3, 2), 2), ((3, 3), 1), ((1, 1, 1), 2), ((4, 2, 2), 1)]


def tensors(rng, kind):
    complex_ = kind.startswith("c")
    for a, b, axes in TENSORSOLVES:
        n = int(np.prod(b))
        x, y = draw(rng, *a, complex_=complex_), draw(rng, *b, complex_=complex_)
        order = [k for k in range(x.ndim) if k not in axes] + axes
        matrix = x.transpose(order).reshape(n, n)
        out = np.linalg.tensorsolve(x, y, axes=axes or None)
        cond = float(np.linalg.cond(matrix)) if n else 1.0
        yield {"case": f"{kind} tensorsolve {a} {b} {axes}", "type": f"tensorsolve {kind}", "cond": cond, "axes": axes,
               "in": {"a": short(x), "b": short(y)}, "out": {"tensorsolve": bits(out)}}
    for a, ind in TENSORINVS:
        n = int(np.prod(a[:ind]))
        x = draw(rng, *a, complex_=complex_) + 5 * np.eye(n).reshape(a)
        cond = float(np.linalg.cond(x.reshape(n, n))) if n else 1.0
        out = np.linalg.tensorinv(x, ind)
        yield {"case": f"{kind} tensorinv {a} {ind}", "type": f"tensorinv {kind}", "cond": cond, "ind": ind,
               "in": {"a": short(x)}, "out": {"tensorinv": bits(out)}}


def norms(rng, kind):
    complex_ = kind.startswith("c")
    for shape in [(3, 4), (2, 3, 4), (3, 2, 2, 3), (0, 3, 2), (2, 3, 0)]:
        a = draw(rng, *shape, complex_=complex_)
        a[a == 1 / 16] = 0  # also zeros, which the order 0 does not count
        axes = [()] + [(i,) for i in range(a.ndim)] + [(i, j) for i in range(a.ndim) for j in range(a.ndim) if i != j]
        axes += [tuple(range(a.ndim))]
        for axis in axes:
            def norm(f):
                try:
                    return bits(np.asarray(f(), dtype=np.float64))
                except ValueError:
                    return None

            out = {"vector": [norm(lambda: np.linalg.vector_norm(a, axis=axis, ord=o)) for o in ORDS]}
            if len(axis) == 2:
                out["matrix"] = {name: norm(lambda: np.linalg.norm(a, axis=axis, ord=o)) for name, o in MATRIX_ORDS.items()}
            yield {"case": f"{kind} norms of {shape} over {axis}", "type": f"norms {kind}", "axes": list(axis), "in": {"a": short(a)}, "out": out}


def special(kind):
    dtype = {"f64": np.float64, "c64": np.complex128, "i32": np.int32, "u8": np.uint8}[kind]

    def numbers(*shape, start=1):
        x = (np.arange(np.prod(shape, dtype=int)) + start).reshape(shape)
        return (x * (1 + 2j) if kind == "c64" else x).astype(dtype)

    for m, n in [(1, 1), (4, 3), (3, 4), (1, 5), (5, 1), (3, 0), (0, 3), (0, 0)]:
        c, r = numbers(m), numbers(n, start=50)
        # SciPy refuses vectors without elements
        out = scipy.linalg.toeplitz(c, r) if m and n else np.zeros((m, n), dtype)
        yield {"case": f"{kind} toeplitz {m} {n}", "type": f"toeplitz {kind}", "in": {"c": bits(c), "r": bits(r)}, "out": {"toeplitz": bits(out.astype(dtype))}}
    for shapes in [[(2, 3), (1, 2)], [(2, 2)], [(0, 2), (2, 1)], [(2, 0), (1, 1), (0, 3)], [(1, 3), (3, 1), (2, 2)]]:
        blocks = [numbers(*shape, start=1 + 10 * i) for i, shape in enumerate(shapes)]
        out = scipy.linalg.block_diag(*blocks).astype(dtype)
        yield {"case": f"{kind} block_diag {shapes}", "type": f"block_diag {kind}", "in": {letter: bits(b) for letter, b in zip("abc", blocks)},
               "out": {"block_diag": bits(out)}}


def main():
    cases = list(exponentials(np.random.default_rng(SEED)))
    for kind in ["f64", "c64"]:
        cases += tensors(np.random.default_rng(SEED + 1), kind)
        cases += norms(np.random.default_rng(SEED + 2), kind)
    for kind in ["f64", "c64", "i32", "u8"]:
        cases += special(kind)
    write("arrays", SEED, cases)
