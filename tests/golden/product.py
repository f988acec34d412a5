"""product.json: NumPy's products of whole numbers, which wrap around, and its norms of empty arrays; null where NumPy raises."""

import numpy as np

from golden import TYPES, bits, write
from linalg import MATRIX_ORDS, ORDS

SEED = 20240621
KINDS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
SHAPES = [(1, 1, 1), (2, 3, 2), (5, 13, 9), (10, 14, 1), (1, 14, 10), (3, 30, 4), (0, 3, 2), (3, 0, 2), (2, 3, 0)]


def products(rng, kind, m, k, n):
    info = np.iinfo(kind)

    def draw(*shape):
        return rng.integers(info.min, info.max, shape, dtype=kind, endpoint=True)

    a, b, x, y = draw(m, k), draw(k, n), draw(k), draw(m)
    out = {"matmul": a @ b, "matvec": a @ x, "vecmat": x @ b, "dot": np.dot(x, b[:, 0] if n else x),
           "outer": np.outer(y, x), "trace": np.trace(a, dtype=kind)}
    assert all(v.dtype == kind for v in out.values())
    return {"case": f"{kind} ({m}, {k}) and ({k}, {n})", "type": TYPES[kind],
            "in": {"a": bits(a), "b": bits(b), "x": bits(x), "y": bits(y)},
            "out": {name: bits(v) for name, v in out.items()}}


def number(norm):
    try:
        return bits(float(norm()))
    except ValueError:
        return None


def norms(shape):
    a = np.zeros(shape)
    out = {"norm": number(lambda: np.linalg.norm(a)),
           "vector": [number(lambda: np.linalg.vector_norm(a, ord=o)) for o in ORDS]}
    if len(shape) == 2:
        out["matrix"] = {name: number(lambda: np.linalg.matrix_norm(a, ord=o)) for name, o in MATRIX_ORDS.items()}
    return {"case": f"norms of {shape}", "type": "norms", "in": {"a": bits(a)}, "out": out}


def main():
    rng = np.random.default_rng(SEED)
    cases = [products(rng, kind, *shape) for kind in KINDS for shape in SHAPES]
    cases += [norms(shape) for shape in [(0,), (0, 0), (0, 3), (3, 0)]]
    write("product", SEED, cases)
