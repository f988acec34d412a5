"""Writes reduce.json: what NumPy 2.4.6 makes of arrays of every type, with NaN, infinities, ties and empty axes.

    python tests/golden/reduce.py        (python 3.11, numpy 2.4.6, scipy 1.17.1; seed 20240608)

Sums, means and variances of floats are not NumPy's but exact (fractions), rounded once: they are what linstat promises
to be near. Numbers are stored as text: floats by their bits in hexadecimal, all others in decimal.
"""

import json
import math
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
import scipy.stats

assert np.__version__ == "2.4.6", np.__version__
assert scipy.__version__ == "1.17.1", scipy.__version__
warnings.simplefilter("ignore")
rng = np.random.default_rng(20240608)
nan, inf = math.nan, math.inf


def stored(x):
    x = np.asarray(x)
    if x.dtype.kind == "f":
        digits = 2 * x.dtype.itemsize
        words = x.ravel().view(f"u{x.dtype.itemsize}") if x.size else []
        values = [f"{int(w):0{digits}x}" for w in words]
    else:
        values = [str(int(v)) for v in x.ravel()]
    return {"shape": list(x.shape), "values": " ".join(values)}


def exactly(lane, f):
    """`f` of the lane's fractions, in the lane's type; as NumPy where something is not finite."""
    kind = lane.dtype.type if lane.dtype.kind == "f" else np.float64
    if lane.dtype.kind == "f" and not np.isfinite(lane).all():
        return None
    result = f([Fraction(float(v)) if lane.dtype.kind == "f" else Fraction(int(v)) for v in lane])
    return kind(float(result)) if result is not None else None


def root(x):
    """The square root of a fraction to 60 bits and more."""
    scale = 1 << 200
    return Fraction(math.isqrt(int(x * scale * scale)), scale)


def mean(v):
    return sum(v) / len(v)


def variance(v, ddof=0):
    m = mean(v)
    return sum((x - m) ** 2 for x in v) / (len(v) - ddof)


FLOATS = {
    "mean": (mean, np.mean),
    "var": (variance, np.var),
    "std": (lambda v: root(variance(v)), np.std),
}
MOMENTS = {
    "skewness": scipy.stats.skew,
    "kurtosis": scipy.stats.kurtosis,
    "moment3": lambda x, axis: scipy.stats.moment(x, 3, axis=axis),
}


def of_axis(x, axis, exact, numpy):
    """Along an axis, or of all (None); exact where possible."""
    def one(lane):
        found = exactly(lane, exact) if exact else None
        return numpy(lane) if found is None else found
    if axis is None:
        return one(x.ravel())
    return np.apply_along_axis(lambda lane: np.asarray(one(lane)), axis, x)


def case(name, x):
    out = {}
    axes = [None, *range(x.ndim)]
    for axis in axes:
        key = "all" if axis is None else str(axis)
        length = x.size if axis is None else x.shape[axis]
        o = out[key] = {}
        o["cumsum"] = stored(np.cumsum(x, axis=axis))
        o["cumprod"] = stored(np.cumprod(x, axis=axis))
        o["prod"] = stored(np.prod(x, axis=axis))
        o["all"] = stored(np.all(x, axis=axis))
        o["any"] = stored(np.any(x, axis=axis))
        o["count_nonzero"] = stored(np.count_nonzero(x, axis=axis))
        if x.dtype.kind != "f":
            o["sum"] = stored(np.sum(x, axis=axis))
        elif x.size:
            o["sum"] = stored(of_axis(x, axis, sum, np.sum))
        if length and x.size:
            for f in ["min", "max", "argmin", "argmax"]:
                o[f] = stored(getattr(np, f)(x, axis=axis))
            for f, (exact, numpy) in FLOATS.items():
                o[f] = stored(of_axis(x, axis, exact, numpy))
            if length > 1:
                o["var_1"] = stored(of_axis(x, axis, lambda v: variance(v, 1), lambda v: np.var(v, ddof=1)))
            if x.dtype.kind == "f":
                o["nanmean"] = stored(np.nanmean(x, axis=axis))
                o["nanvar"] = stored(np.nanvar(x, axis=axis))
                o["nanstd"] = stored(np.nanstd(x, axis=axis))
            if x.dtype.kind == "f" and np.isfinite(x).all() and length > 2:
                for f, scipys in MOMENTS.items():
                    o[f] = stored(np.asarray(scipys(x.astype(float), axis=axis)))
    return {"case": f"{name} {x.dtype} {x.shape}", "type": x.dtype.name, "x": stored(x), "out": out}


cases = []
for kind in [np.float64, np.float32]:
    for shape in [(1,), (7,), (40,), (4, 6), (3, 4, 5), (2, 17)]:
        cases.append(case("normal", rng.normal(size=shape).astype(kind)))
    cases.append(case("far", (1e5 + rng.integers(-8, 8, (6, 5)) / 8).astype(kind)))
    ties = rng.integers(-2, 3, (5, 7)).astype(kind)
    cases.append(case("ties", ties))
    for bad in [nan, inf, -inf]:
        x = ties.copy()
        x[1, 2] = x[3, 2] = x[4, 6] = bad
        cases.append(case(f"{bad}", x))
    x = ties.copy()
    x[0, 0], x[2, 0], x[:, 3] = inf, -inf, nan
    cases.append(case("mixed", x))
    for shape in [(0,), (0, 3), (3, 0)]:
        cases.append(case("empty", np.zeros(shape, kind)))
for kind in [np.int32, np.int64, np.uint8]:
    limits = np.iinfo(kind)
    for shape in [(1,), (40,), (4, 6), (3, 4, 5), (0, 3)]:
        cases.append(case("small", rng.integers(0, 6, shape).astype(kind)))
        cases.append(case("full", rng.integers(limits.min, limits.max, shape, dtype=kind, endpoint=True)))
for shape in [(1,), (9,), (4, 6), (3, 0)]:
    cases.append(case("random", rng.integers(0, 2, shape).astype(bool)))
text = json.dumps({"header": {"generator": "tests/golden/reduce.py"}, "cases": cases}, separators=(",", ":"))
(Path(__file__).parent / "reduce.json").write_text(text.replace('},{"case"', '},\n{"case"') + "\n")
