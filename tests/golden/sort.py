"""sort.json: NumPy's sorting, ordering and searching."""

import numpy as np

from golden import SEED, bits, write

KINDS = {"f32": "f4", "f64": "f8", "i32": "i4", "i64": "i8", "u8": "u1", "bool": "?"}
FEW_CASES = {"i8": "i1", "i16": "i2", "u16": "u2", "u32": "u4", "u64": "u8"}
SHAPES = [(0,), (1,), (3,), (10,), (20,), (4, 5), (3, 0), (0, 3), (2, 3, 3), (900,)]


def draw(rng, kind, values, shape):
    if kind[0] == "f":
        x = rng.standard_normal(shape).astype(KINDS[kind])
        tiny = np.finfo(x.dtype).smallest_subnormal
        odd = np.array([np.nan, -np.nan, np.inf, -np.inf, 0, -0.0, tiny, -tiny], x.dtype)
        return {
            "spread": x,
            "ties": rng.integers(-2, 3, shape).astype(x.dtype) * rng.choice([1, -1], shape).astype(x.dtype),
            "special": np.where(rng.random(shape) < 0.4, rng.choice(odd, shape), x),
        }[values]
    if kind == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    info = np.iinfo((KINDS | FEW_CASES)[kind])
    low, high = {"spread": (info.min, info.max), "ties": (0, 5), "special": (info.min, info.max)}[values]
    x = rng.integers(low, high, shape, dtype=info.dtype, endpoint=True)
    return np.where(rng.random(shape) < 0.4, rng.choice(np.array([info.min, info.max], info.dtype), shape), x).astype(info.dtype) if values == "special" else x


def case(rng, kind, values, shape):
    x = draw(rng, kind, values, shape)
    order = [np.argsort(x, axis=i, kind="stable") for i in range(x.ndim)]
    inputs, out = {"x": bits(x)}, {"argsort": [bits(o) for o in order]}
    if x.size < 100:
        flat, counts, inverse = (f(x) for f in (
            np.unique,
            lambda x: np.unique(x, return_counts=True)[1],
            lambda x: np.unique(x, return_inverse=True)[1].reshape(x.shape),
        ))
        probes = draw(rng, kind, values, (4, 2))
        probes.flat[: min(x.size, 6)] = x.flat[: min(x.size, 6)]
        inputs["probes"] = bits(probes)
        sorted_ = np.sort(x, axis=None)
        out |= {
            "sort": [bits(np.sort(x, axis=i)) for i in range(x.ndim)],
            "partition": [bits(np.take(np.partition(x, n // 2, axis=i), n // 2, axis=i)) if n else None
                          for i, n in enumerate(x.shape)],
            "unique": bits(flat), "counts": bits(counts), "inverse": bits(inverse),
            "left": bits(np.searchsorted(sorted_, probes)),
            "right": bits(np.searchsorted(sorted_, probes, side="right")),
        }
    return {"case": f"{kind} {shape} {values}", "type": kind, "in": inputs, "out": out}


def main():
    rng = np.random.default_rng(SEED + 10)
    cases = [
        case(rng, kind, values, shape)
        for kind in KINDS for shape in SHAPES for values in ["spread", "ties", "special"][: 3 if np.prod(shape) else 1]
        if shape != (900,) or (values == "special" and kind in ["f32", "i64"])
    ]
    cases += [case(rng, kind, values, shape) for kind in FEW_CASES for values, shape in
              [("special", (8,)), ("special", (2, 3)), ("ties", (5,))]]
    write("sort", SEED + 10, cases)
