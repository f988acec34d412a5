"""complex.json: NumPy's reductions, statistics and sorting of complex numbers, with NaN, infinities, ties and empty axes.

Means, variances and deviations are not NumPy's but exact fractions, rounded once. Where a part is not finite, means,
weighted means and those of the two middle elements are those of the parts: NumPy divides by the complex number n + 0i,
which makes NaN of the other part. Products of infinities start with the first factor.
"""

import math
import warnings
from fractions import Fraction

import numpy as np

from golden import bits, draw, write

SEED = 20261129
nan, inf = math.nan, math.inf


def each_part(f):
    return lambda x: complex(f(x.real), f(x.imag))


def exactly(f, numpy):
    """`f` of fractions, rounded once; NumPy's result of a lane that is not finite."""
    return lambda lane: numpy(lane) if not np.isfinite(lane).all() else float(f([Fraction(v) for v in lane.tolist()]))


def root(x):
    """The square root of a fraction, to at least 60 bits."""
    scale = 1 << 200
    return Fraction(math.isqrt(int(x * scale * scale)), scale)


def variance(v):
    mean = sum(v) / len(v)
    return sum((x - mean) ** 2 for x in v) / len(v)


def spread(x, ddof):
    """The variance of complex numbers as a fraction; None if they are not finite."""
    if not np.isfinite(x).all():
        assert np.isnan(np.var(x))
        return None
    parts = [[Fraction(v) for v in part.tolist()] for part in (x.real, x.imag)]
    return sum(map(variance, parts)) * len(x) / (len(x) - ddof)


def var(x, ddof=0):
    found = spread(x, ddof)
    return nan if found is None else float(found)


def std(x):
    found = spread(x, 0)
    return nan if found is None else float(root(found))


def median(x):
    found, n = np.median(x), len(x)
    if np.isnan(x).any():
        return found
    middle = np.sort(x)[(n - 1) // 2 : n // 2 + 1]
    parts = mean(middle)
    assert parts == found or not np.isfinite(middle).all()
    return parts


mean = each_part(exactly(lambda v: sum(v) / len(v), np.mean))


def numbers(f, empty):
    """`f` of the elements that are not NaN."""
    def of(x):
        x = x[~np.isnan(x)]
        return f(x) if len(x) else empty
    return of


def average(x):
    w = np.arange(1, len(x) + 1) / 4
    return each_part(exactly(lambda v: sum(Fraction(w) * x for w, x in zip(w.tolist(), v)) / Fraction(w.sum()),
                             lambda v: np.average(v, weights=w)))(x)


def last(running, whole):
    """The last running product: NumPy's product starts with 1 + 0i, which makes NaN of a part of an infinity."""
    def of(x):
        found = running(x)[-1] if len(x) else whole(x)
        assert found == whole(x) or np.isnan(whole(x))
        return found
    return of


# for each lane
ALWAYS = {
    "sum": np.sum, "nansum": np.nansum,
    "prod": last(np.cumprod, np.prod), "nanprod": last(np.nancumprod, np.nanprod),
    "all": np.all, "any": np.any, "count_nonzero": np.count_nonzero,
}
FILLED = {
    "min": np.min, "max": np.max, "argmin": np.argmin, "argmax": np.argmax, "nanmin": np.nanmin, "nanmax": np.nanmax,
    "median": median, "mean": mean, "average": average, "var": var, "std": std, "ptp": np.ptp,
    "nanmean": numbers(mean, complex(nan, nan)), "nanvar": numbers(var, nan), "nanstd": numbers(std, nan),
    "nanmedian": numbers(median, complex(nan, nan)),
}
LANES = {
    "cumsum": np.cumsum, "cumprod": np.cumprod, "nancumsum": np.nancumsum, "nancumprod": np.nancumprod,
    "sort": np.sort, "argsort": lambda x: np.argsort(x, kind="stable"),
}
DTYPES = {"all": bool, "any": bool, "count_nonzero": np.int64, "argmin": np.int64, "argmax": np.int64,
          "var": float, "std": float, "nanvar": float, "nanstd": float, "var_1": float, "argsort": np.int64}


def reduced(f, x, axis, name):
    kind = DTYPES.get(name, np.complex128)
    if axis is None:
        return bits(kind(f(x.ravel())))
    lanes = np.moveaxis(x, axis, -1)
    out = np.empty(lanes.shape[:-1], kind)
    for i in np.ndindex(*out.shape):
        out[i] = f(lanes[i])
    return bits(out)


def along(f, x, axis, name):
    if axis is None:
        return bits(np.asarray(f(x.ravel()), DTYPES.get(name, np.complex128)))
    lanes = np.moveaxis(x, axis, -1)
    parts = [f(lanes[i]) for i in np.ndindex(*lanes.shape[:-1])]
    if not parts:
        return bits(np.empty(x.shape, DTYPES.get(name, np.complex128)))
    out = np.array(parts, DTYPES.get(name, np.complex128)).reshape(lanes.shape)
    return bits(np.moveaxis(out, -1, axis))


def single(x):
    """`short` for arrays with NaN."""
    y = np.asarray(x).astype(np.complex64)
    assert np.array_equal(x, y, equal_nan=True)
    return bits(y)


def case(name, x, probes):
    out = {}
    for axis in [None, *range(x.ndim)]:
        n = x.size if axis is None else x.shape[axis]
        o = out["all" if axis is None else str(axis)] = {}
        functions = ALWAYS | (FILLED if n else {})
        for key, f in functions.items():
            o[key] = reduced(f, x, axis, key)
        if n > 1:
            o["var_1"] = reduced(lambda v: var(v, 1), x, axis, "var_1")
        for key, f in LANES.items():
            o[key] = along(f, x, axis, key)
        if axis is not None:
            o["diff"] = bits(np.diff(x, 2, axis=axis))
            if n > 1 and np.isfinite(x).all():
                o["gradient"] = bits(np.gradient(x, 0.5, axis=axis))
    flat, index, inverse, counts = np.unique(x, return_index=True, return_inverse=True, return_counts=True)
    sorted_ = np.sort(x, axis=None)
    out |= {
        "unique": bits(flat), "index": bits(index), "inverse": bits(inverse.reshape(x.shape)), "counts": bits(counts),
        "left": bits(np.searchsorted(sorted_, probes)), "right": bits(np.searchsorted(sorted_, probes, side="right")),
        "isin": bits(np.isin(probes, x)),
        "lexsort": bits(np.lexsort((x.ravel(), x.ravel().imag > 0))),
    }
    if x.ndim == 2 and x.shape[1] > 1:
        w = np.arange(1, x.shape[1] + 1)
        out |= {"cov": bits(np.cov(x)), "corrcoef": bits(np.corrcoef(x)), "fweights": bits(np.cov(x, fweights=w)),
                "aweights": bits(np.cov(x, aweights=w / 4))}
        if not np.isnan(x).any():
            rows, at, back, times = np.unique(x, axis=0, return_index=True, return_inverse=True, return_counts=True)
            out["rows"] = {"values": bits(rows), "index": bits(at), "inverse": bits(back), "counts": bits(times)}
    return {"case": name, "type": "complex", "in": {"x": single(x), "probes": single(probes)}, "out": out}


def main():
    rng = np.random.default_rng(SEED)
    odd = np.array([nan, inf, -inf, 0.0, -0.0, 1.0, -1.0])

    def of(shape, values):
        x = np.asarray(draw(rng, *shape, complex_=True))
        if values == "ties":
            return rng.integers(-1, 2, shape) + 1j * rng.integers(-1, 2, shape)
        if values == "special":
            parts = np.stack([x.real, x.imag], -1)
            parts = np.where(rng.random(parts.shape) < 0.35, rng.choice(odd, parts.shape), parts)
            x = np.empty(shape, complex)
            x.real, x.imag = parts[..., 0], parts[..., 1]
        return x

    cases = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for shape in [(0,), (1,), (2,), (9,), (3, 4), (5, 2), (0, 3), (3, 0), (2, 3, 3)]:
            for values in ["spread", "ties", "special"][: 3 if np.prod(shape) else 1]:
                x, probes = of(shape, values), of((2, 4), values)
                probes.flat[: min(x.size, 4)] = x.flat[: min(x.size, 4)]
                cases.append(case(f"{shape} {values}", x, probes))
    write("complex", SEED, cases)


if __name__ == "__main__":
    main()
