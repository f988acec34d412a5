"""lists.json: NumPy's reductions without NaN, differences, gradients, interpolation, sets, partitions and histograms."""

import warnings

import numpy as np

from golden import SEED, bits, draw, short, write

nan, inf = np.nan, np.inf
TYPES = {"f32": np.float32, "f64": np.float64, "i32": np.int32, "u8": np.uint8, "bool": bool}


def holes(rng, shape, kind, some=0.3):
    """Numbers with zeros of both signs and NaN."""
    x = rng.choice([-2, -0.5, -0.0, 0.0, 0.25, 1, 1.5, 4], shape)
    return np.where(rng.random(shape) < some, nan, x).astype(TYPES[kind])


def without_nan(rng):
    for kind in ["f64", "f32"]:
        for shape in [(9,), (4, 5), (3, 2, 4)]:
            x = holes(rng, shape, kind)
            if len(shape) == 2:
                x[:, 1] = nan
            out = {}
            for axis in [None, *range(x.ndim)]:
                o = out["all" if axis is None else str(axis)] = {}
                for f in ["sum", "prod", "cumsum", "cumprod", "min", "max", "argmin", "argmax"]:
                    try:
                        o[f] = bits(getattr(np, f"nan{f}")(x, axis=axis))
                    except ValueError:
                        o[f] = None
            yield {"case": f"{kind} {shape}", "type": "nan", "of": kind, "in": {"x": bits(x)}, "out": out}


def differences(rng):
    for kind, t in TYPES.items():
        x = rng.integers(0, 2 if kind == "bool" else 256, (3, 6)).astype(t)
        out = {f"{n} {axis}": bits(np.diff(x, n, axis=axis)) for n in [0, 1, 2, 5, 7] for axis in [0, 1]}
        out |= {f"ptp {axis}": bits(np.ptp(x, axis=axis)) for axis in [0, 1] if kind != "bool"}
        yield {"case": kind, "type": "diff", "of": kind, "in": {"x": bits(x)}, "out": out}


def gradients(rng):
    for kind in ["f64", "f32", "i32", "u8"]:
        x = rng.integers(0, 200, (3, 5)).astype(TYPES[kind])
        at = [np.sort(rng.integers(-99, 99, n)) / 16 for n in x.shape]
        even = 0.75 * np.arange(5)
        out = {}
        for edge in [1, 2]:
            for axis in [0, 1]:
                out[f"{edge} {axis} uniform"] = bits(np.gradient(x, 0.3, axis=axis, edge_order=edge))
                out[f"{edge} {axis} at"] = bits(np.gradient(x, at[axis], axis=axis, edge_order=edge))
            out[f"{edge} 1 even"] = bits(np.gradient(x, even, axis=1, edge_order=edge))
        yield {"case": kind, "type": "gradient", "of": kind, "in": {"x": bits(x), "at0": bits(at[0]), "at1": bits(at[1]), "even": bits(even)}, "out": out}


def clips():
    x = np.array([-inf, -2, -1, -0.0, 0.0, 0.5, 1, 3, inf, nan])
    for low, high in [(-1, 1), (0.0, 1), (-0.0, 1), (-1, -0.0), (2, -1), (nan, 1), (0, nan), (-inf, 0.25)]:
        limits = np.array([low, high], float)
        yield {"case": f"{low} to {high}", "type": "clip", "in": {"x": bits(x), "limits": bits(limits)}, "out": {"y": bits(np.clip(x, low, high))}}


def interpolations(rng):
    special = [nan, inf, -inf, -0.0, 0.0]
    tables = {
        "spread": (np.sort(rng.normal(size=8)), rng.normal(size=8)),
        "steps": ([0, 0, 1, 1, 1, 2.5], [1, 2, 3, 4, 5, -1]),
        "one": ([0.5], [3]),
        "infinite": ([-inf, -1, 0, 1, inf], [1, 2, inf, inf, 4]),
        "flat": ([-1, 0, 1e-320, 1], [2, 2, 2, nan]),
    }
    for name, (xp, fp) in tables.items():
        xp, fp = np.array(xp, float), np.array(fp, float)
        # with one point, NumPy takes NaN for it
        x = np.concatenate([rng.normal(size=7), xp, special[len(xp) == 1:]])
        out = {"nearest": np.interp(x, xp, fp), "values": np.interp(x, xp, fp, -7, 9)}
        if np.isfinite(xp).all():
            shuffled = rng.permutation(len(xp)) if name == "spread" else np.arange(len(xp))
            out["period"] = np.interp(x, xp[shuffled], fp[shuffled], period=0.7 if name == "spread" else -3)
            inputs = {"order": shuffled.astype(np.int64)}
        else:
            inputs = {}
        inputs |= {"x": x, "xp": xp, "fp": fp}
        yield {"case": name, "type": "interp", "in": {k: bits(v) for k, v in inputs.items()}, "out": {k: bits(v) for k, v in out.items()}}


def counts(rng):
    for n, minlength in [(0, 0), (0, 3), (20, 0), (20, 12)]:
        x, w = rng.integers(0, 9, n), draw(rng, n)
        out = {"counts": bits(np.bincount(x, minlength=minlength)), "sums": bits(np.bincount(x, w, minlength).astype(float))}
        yield {"case": f"{n}, {minlength}", "type": "bincount", "minlength": minlength, "in": {"x": bits(x), "weights": short(w)}, "out": out}


def bins():
    x = np.array([[-1, 0.0, 0.5, 1], [2, 2.5, 7, nan]])
    for edges in [[0, 1, 2.5], [2.5, 1, 0], [1, 1, 1], [0, 0, 2, 2], [2, 2, 0, 0], [1], [], [-1.0, -0.0, nan]]:
        edges = np.array(edges, float)
        out = {"left": bits(np.digitize(x, edges)), "right": bits(np.digitize(x, edges, right=True))}
        yield {"case": f"{edges}", "type": "digitize", "in": {"x": bits(x), "bins": bits(edges)}, "out": out}


def sets(rng):
    for kind, t in TYPES.items():
        def of(*shape):
            return holes(rng, shape, kind) if kind[0] == "f" else rng.integers(0, 2 if kind == "bool" else 4, shape).astype(t)
        x, test = of(5, 6), of(3)
        rows = of(7, 2, 2)
        rows[3:5], rows[:, :, 1] = rows[1], rows[:, :, 0]
        if kind[0] == "f":
            rows[np.isnan(rows)] = 9  # NumPy counts each part with a NaN separately
        keys = [of(12), of(12), of(12)]
        out = {"isin": np.isin(x, test), "not in": np.isin(x, test, invert=True), "lexsort": np.lexsort(keys)}
        for axis in range(3):
            found = np.unique(rows, axis=axis, return_index=True, return_inverse=True, return_counts=True)
            for name, part in zip(["values", "indices", "inverse", "counts"], found):
                out[f"{name} {axis}"] = part
        inputs = {"x": x, "test": test, "rows": rows, "keys": np.array(keys)}
        yield {"case": kind, "type": "sets", "of": kind, "in": {k: bits(v) for k, v in inputs.items()}, "out": {k: bits(v) for k, v in out.items()}}


def partitions(rng):
    for kind in ["f64", "i32", "u8"]:
        x = holes(rng, (3, 11), kind) if kind == "f64" else rng.integers(0, 9, (3, 11)).astype(TYPES[kind])
        out = {}
        for kth in [[0, 5, -1], [-11, 3, 3, -8], [10, 9, 0, 1]]:
            at = np.array(kth)
            out[str(kth)] = bits(np.partition(x, kth, axis=1)[:, at])
        yield {"case": kind, "type": "partition", "in": {"x": bits(x)}, "out": out}


def histograms(rng):
    edges = [np.array([-4, -1, -1, 0.25, 2, 3]), np.array([-3, 0.0, 3])]
    for kind in ["f64", "f32", "i32"]:
        x = draw(rng, 40, 2)
        x[:3] = [[-4, -3], [3, 3], [4, 0]]
        x = (x * 4 if kind == "i32" else x).astype(TYPES[kind])
        w = draw(rng, 40, limit=16) + 1.25
        out = {}
        for name, args in {
            "count": {"bins": [4, 3]}, "edges": {"bins": edges}, "mixed": {"bins": [edges[0], 2]},
            "range": {"bins": [4, 3], "range": [[-2, 2.5], [-1, 1.7]]},
        }.items():
            for weights in [None, w]:
                for density in [False, True]:
                    if "edges" not in name and density and weights is not None:
                        continue
                    key = name + (" weighted" if weights is not None else "") + (" density" if density else "")
                    h, e = np.histogramdd(x, weights=weights, density=density, **args)
                    out[key] = {"counts": bits(h), "x": bits(e[0].astype(float)), "y": bits(e[1].astype(float))}
            one = {"bins": args["bins"][0]} | ({"range": args["range"][0]} if "range" in args else {})
            out["one " + name] = {"counts": bits(np.histogram(x[:, 0], weights=w, **one)[0])}
            out["one " + name + " density"] = {"counts": bits(np.histogram(x[:, 0], weights=w, density=True, **one)[0])}
        yield {"case": kind, "type": "histogram", "of": kind, "in": {"x": bits(x), "weights": short(w)}, "out": out}


def joined_differences(rng):
    """Differences with numbers and arrays before and after the elements."""
    for kind, t in TYPES.items():
        def of(*shape):
            return rng.integers(0, 2 if kind == "bool" else 99, shape).astype(t)
        x, number = of(3, 4), of()
        parts = {"before0": of(2, 4), "after0": of(1, 4), "before1": of(3, 1), "after1": of(3, 3)}
        out = {}
        for axis in [0, 1]:
            before, after = parts[f"before{axis}"], parts[f"after{axis}"]
            for n in [0, 1, 2, 6, 9]:
                out[f"{n} {axis} arrays"] = bits(np.diff(x, n, axis=axis, prepend=before, append=after))
                out[f"{n} {axis} before"] = bits(np.diff(x, n, axis=axis, prepend=before))
                out[f"{n} {axis} numbers"] = bits(np.diff(x, n, axis=axis, prepend=number, append=number))
                out[f"{n} {axis} after"] = bits(np.diff(x, n, axis=axis, append=number))
        inputs = {"x": x, "number": number} | parts
        yield {"case": kind, "type": "diff with", "of": kind, "in": {k: bits(v) for k, v in inputs.items()}, "out": out}


def clips_by_arrays(rng):
    special = [nan, inf, -inf, -0.0, 0.0, 1]
    for kind, t in TYPES.items():
        def of(*shape):
            if kind[0] == "f":
                return rng.choice([*special, *draw(rng, 6)], shape).astype(t)
            return rng.integers(0, 2 if kind == "bool" else 9, shape).astype(t)
        x = of(3, 2, 4)
        limits = {"low": of(3, 2, 4), "high": of(3, 2, 4), "low row": of(4), "high column": of(2, 1), "low plane": of(3, 1, 1), "high number": of()}
        out = {}
        for low in [None, "low", "low row", "low plane"]:
            for high in [None, "high", "high column", "high number"]:
                if low is high is None and kind == "bool":
                    continue  # NumPy refuses it
                if low is None or high is None:
                    # the sign of a zero that equals the other zero depends on NumPy's vectors
                    out[f"{low}, {high}"] = bits((np.clip(x, limits.get(low), limits.get(high)) + t(0)).astype(t))
                else:
                    out[f"{low}, {high}"] = bits(np.clip(x, limits[low], limits[high]))
        inputs = {"x": x} | limits
        yield {"case": kind, "type": "clip arrays", "of": kind, "in": {k: bits(v) for k, v in inputs.items()}, "out": out}


def averages(rng):
    """Weighted means along several axes, with weights of the shape of these axes or of the whole array."""
    for kind in ["f64", "f32", "i32", "u8"]:
        x = draw(rng, 2, 3, 4) if kind[0] == "f" else rng.integers(0, 200, (2, 3, 4))
        x = x.astype(TYPES[kind])
        w = (draw(rng, 2, 3, 4) ** 2 + 0.25).astype(np.float32 if kind == "f32" else np.float64)
        out, inputs = {}, {"x": bits(x), "whole": bits(w)}
        for axes in [(0,), (1,), (2,), (0, 2), (2, 0), (1, 2), (2, 1), (2, 0, 1), (0, 1, 2)]:
            name = " ".join(map(str, axes))
            some = np.ascontiguousarray(w.transpose([*axes, *({0, 1, 2} - {*axes})])[(...,) + (0,) * (3 - len(axes))])
            inputs[name] = bits(some)
            wide = x.astype(np.float64)
            out[name] = bits(np.average(wide, axis=axes, weights=some.astype(np.float64)))
            out["whole " + name] = bits(np.average(wide, axis=axes, weights=w.astype(np.float64)))
        yield {"case": kind, "type": "average", "of": kind, "in": inputs, "out": out}


def main():
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(SEED + 11)
    cases = [
        *without_nan(rng), *differences(rng), *gradients(rng), *clips(), *interpolations(rng), *counts(rng), *bins(),
        *sets(rng), *partitions(rng), *histograms(rng), *joined_differences(rng), *clips_by_arrays(rng), *averages(rng),
    ]
    write("lists", SEED + 11, cases)
