"""stats.json: order statistics, covariances, histograms and scalings of NumPy and scikit-learn."""

import warnings

import numpy as np
from sklearn.preprocessing import StandardScaler

from golden import bits, draw, short, write

SEED = 20240613
METHODS = [
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
    "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest",
]
Q = [0.0, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.9, 1.0]


def quantile_cases(rng):
    cases = []
    inf, nan = np.inf, np.nan
    data = {f"n = {n}": draw(rng, n) for n in [1, 2, 3, 4, 5, 10, 11, 40]}
    data |= {
        "ties": draw(rng, 30, limit=2),
        "constant": np.full(7, 2.5),
        "infinities": np.array([inf, 1.0, -inf, 2.0, 3.0, inf, -inf, 0.5]),
        "two infinities": np.array([-inf, inf]),
        "one infinity": np.array([1.0, inf, 2.0]),
        "infinity alone": np.array([inf, inf, inf]),
        "nan": np.array([1.0, nan, 3.0, 2.0]),
        "nan alone": np.array([nan, nan]),
        "nan and infinity": np.array([nan, inf, nan, 1.0, 2.0, 2.0]),
    }
    for name, x in data.items():
        case = {
            "case": f"quantiles, {name}", "type": "quantiles", "in": {"x": bits(x), "q": bits(Q)},
            "out": {
                "median": bits(np.median(x)), "nanmedian": bits(np.nanmedian(x)),
                "quantiles": {m: bits(np.quantile(x, Q, method=m)) for m in METHODS},
            },
        }
        if np.isnan(x).any():
            case["out"]["nanquantiles"] = {m: bits(np.nanquantile(x, Q, method=m)) for m in METHODS}
        cases.append(case)
    return cases


def axis_cases(rng):
    cases = []
    for shape in [(4, 3), (1, 6), (2, 5, 3)]:
        x = draw(rng, *shape)
        holes = x.copy()
        holes[rng.random(shape) < 0.3] = np.nan
        cases.append({
            "case": f"axes of {shape}", "type": "axes", "in": {"x": bits(x), "holes": bits(holes)},
            "out": {
                "median": [bits(np.median(x, axis=i)) for i in range(x.ndim)],
                "quantiles": [bits(np.quantile(x, Q, axis=i)) for i in range(x.ndim)],
                "holes_median": [bits(np.median(holes, axis=i)) for i in range(x.ndim)],
                "nanmedian": [bits(np.nanmedian(holes, axis=i)) for i in range(x.ndim)],
                "nanquantiles": [bits(np.nanquantile(holes, Q, axis=i)) for i in range(x.ndim)],
            },
        })
    return cases


def correlation_cases(rng):
    cases = []
    for name, x in {
        "3 x 5": draw(rng, 3, 5), "1 x 4": draw(rng, 1, 4), "2 x 2": draw(rng, 2, 2), "6 x 3": draw(rng, 6, 3),
        "10 x 12": draw(rng, 10, 12), "far": draw(rng, 4, 12) + 4096,
        "multiples": np.outer([1, -2, 4], draw(rng, 9)),
        "a constant": np.vstack([draw(rng, 2, 6), np.full(6, 2.5)]),
        "nan": np.vstack([draw(rng, 2, 5), [1.0, 2.0, np.nan, 0.0, 1.0]]),
        "infinity": np.vstack([draw(rng, 2, 5), [1.0, 2.0, np.inf, 0.0, 1.0]]),
    }.items():
        cases.append({
            "case": f"correlation, {name}", "type": "correlation", "in": {"x": bits(x)},
            "out": {
                "cov": [bits(np.atleast_2d(np.cov(x, ddof=d))) for d in [0, 1]],
                "corrcoef": bits(np.atleast_2d(np.corrcoef(x))),
            },
        })
    return cases


def counted(x, bins, **more):
    counts, edges = np.histogram(x, bins, **more)
    assert np.array_equal(edges, np.histogram_bin_edges(x, bins, **more))
    return {"counts": bits(counts), "edges": bits(edges)}


def histogram_cases(rng):
    cases = []
    data = {
        "draw": draw(rng, 60), "normal": rng.standard_normal(120), "one": np.array([3.0]),
        "constant": np.full(9, -2.0), "two": np.array([0.0, 1.0]), "tenths": np.arange(50) / 10,
        "skewed": np.rint(np.exp(rng.standard_normal(80)) * 64) / 64, "ties": draw(rng, 40, limit=3),
        "zero iqr": np.r_[np.zeros(30), 1.0, 5.0], "empty": np.zeros(0),
    }
    for name, x in data.items():
        for kind, type_ in [("f64", np.float64), ("f32", np.float32), ("i32", np.int32), ("u8", np.uint8)]:
            if kind == "u8" and x.size and x.min() < 0:
                continue
            if kind in ("i32", "u8") and name not in ("draw", "skewed", "constant", "ties"):
                continue
            v = x.astype(type_)
            wide = v.astype(np.float64)
            edges = [-4.0, -1.0, -1.0, 0.25, 2.0, 3.0]
            out = {f"count {n}": counted(v, n) for n in [1, 3, 10]}
            if name == "normal":
                out["count 200"] = {"counts": bits(np.histogram(v, 200)[0])}
            out |= {f"rule {rule}": counted(v, rule) for rule in ["auto", "sturges", "fd", "sqrt", "rice", "scott", "doane", "stone"]}
            out["count 10"]["density"] = bits(np.histogram(wide, 10, density=True)[0])
            out["range"] = counted(v, 7, range=(-1.3, 2.1))
            with np.errstate(all="ignore"):
                out["edges"] = {"counts": bits(np.histogram(v, edges)[0])}
            cases.append({
                "case": f"histogram, {name} as {kind}", "type": "histogram", "of": kind, "in": {"x": bits(wide)}, "out": out,
            })
    return cases


def scaler_cases(rng):
    cases = []
    for name, x in {
        "5 x 3": draw(rng, 5, 3), "1 x 4": draw(rng, 1, 4), "40 x 2": draw(rng, 40, 2) + np.array([100, -3]),
        "a constant": np.column_stack([draw(rng, 6), np.full(6, 0.5)]),
    }.items():
        scaler = StandardScaler().fit(x)
        cases.append({
            "case": f"scaler, {name}", "type": "scaler", "in": {"x": short(x)},
            "out": {"mean": bits(scaler.mean_), "scale": bits(scaler.scale_), "z": bits(scaler.transform(x))},
        })
    return cases


def weighted_cases(rng):
    cases = []
    for name, x, weights in [
        ("whole weights", draw(rng, 3, 5), np.array([2.0, 0, 1, 3, 1])),
        ("fractions", draw(rng, 2, 8), rng.random(8)),
        ("first without weight", np.sort(draw(rng, 2, 4)), np.array([0.0, 0, 1, 2])),
        ("ties and a nan", np.array([[1.0, 2, 1, 1], [3, np.nan, 1, 2]]), np.array([0.25, 0.5, 0, 1])),
    ]:
        def quantile(x, w, **more):
            return bits(np.quantile(x, Q, weights=w, method="inverted_cdf", **more))
        both = weights * np.arange(1, len(x) + 1)[:, None]
        times = np.arange(x.shape[1]) % 3 + 1
        cases.append({
            "case": f"weighted, {name}", "type": "weighted",
            "in": {"x": bits(x), "weights": bits(weights), "both": bits(both), "times": bits(times), "q": bits(Q)},
            "out": {
                "all": quantile(x, both), "lanes": quantile(x, weights, axis=1),
                "cov": [[bits(np.cov(x, ddof=d, **more)) for more in (
                    {"fweights": times}, {"aweights": weights}, {"fweights": times, "aweights": weights},
                )] for d in [0, 1]],
            },
        })
    return cases


def main():
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    rng = np.random.default_rng(SEED)
    makers = [quantile_cases, axis_cases, correlation_cases, histogram_cases, scaler_cases, weighted_cases]
    cases = [case for make in makers for case in make(rng)]
    write("stats", SEED, cases)
