"""reduce.json: NumPy's reductions of arrays of every type, with NaN, infinities, ties and empty axes.

Sums, means and variances of floats are not NumPy's but exact fractions, rounded once: linstat promises to be close to
them.
"""

import math
import warnings
from fractions import Fraction

import numpy as np
import scipy.stats

from golden import TYPES, bits, write

SEED = 20240608
nan, inf = math.nan, math.inf


def exactly(lane, f):
    """`f` of the lane's fractions, in the lane's type; NumPy's result if an element is not finite."""
    kind = lane.dtype.type if lane.dtype.kind == "f" else np.float64
    if lane.dtype.kind == "f" and not np.isfinite(lane).all():
        return None
    result = f([Fraction(float(v)) if lane.dtype.kind == "f" else Fraction(int(v)) for v in lane])
    return kind(float(result)) if result is not None else None


def root(x):
    """The square root of a fraction, to at least 60 bits."""
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
    """The result along an axis, or of all elements (None); exact where possible."""
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
        o["cumsum"] = bits(np.cumsum(x, axis=axis))
        o["cumprod"] = bits(np.cumprod(x, axis=axis))
        o["prod"] = bits(np.prod(x, axis=axis))
        o["all"] = bits(np.all(x, axis=axis))
        o["any"] = bits(np.any(x, axis=axis))
        o["count_nonzero"] = bits(np.count_nonzero(x, axis=axis))
        if x.dtype.kind != "f":
            o["sum"] = bits(np.sum(x, axis=axis))
        elif x.size:
            o["sum"] = bits(of_axis(x, axis, sum, np.sum))
        if length and x.size:
            for f in ["min", "max", "argmin", "argmax"]:
                o[f] = bits(getattr(np, f)(x, axis=axis))
            for f, (exact, numpy) in FLOATS.items():
                o[f] = bits(of_axis(x, axis, exact, numpy))
            if length > 1:
                o["var_1"] = bits(of_axis(x, axis, lambda v: variance(v, 1), lambda v: np.var(v, ddof=1)))
            if x.dtype.kind == "f":
                o["nanmean"] = bits(np.nanmean(x, axis=axis))
                o["nanvar"] = bits(np.nanvar(x, axis=axis))
                o["nanstd"] = bits(np.nanstd(x, axis=axis))
            if x.dtype.kind == "f" and np.isfinite(x).all() and length > 2:
                for f, scipys in MOMENTS.items():
                    o[f] = bits(np.asarray(scipys(x.astype(float), axis=axis)))
    return {"case": f"{name} {x.dtype} {x.shape}", "type": TYPES[x.dtype.name], "in": {"x": bits(x)}, "out": out}


def main():
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(SEED)
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
    for kind in [np.int8, np.int16, np.uint16, np.uint32]:
        limits = np.iinfo(kind)
        for shape in [(3,), (2, 3), (0, 2)]:
            cases.append(case("full", rng.integers(limits.min, limits.max, shape, dtype=kind, endpoint=True)))
    write("reduce", SEED, cases)
