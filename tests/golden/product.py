"""Writes product.json: NumPy's products of whole numbers, which wrap around, and its norms of nothing.

    python tests/golden/product.py        (numpy 2.4.6; seed below)

Numbers are in decimal. A norm that NumPy refuses is null.
"""

import json
import sys
from pathlib import Path

import numpy as np

SEED = 20240621
NUMPY = "2.4.6"
KINDS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
SHAPES = [(1, 1, 1), (2, 3, 2), (5, 13, 9), (10, 14, 1), (1, 14, 10), (3, 30, 4), (0, 3, 2), (3, 0, 2), (2, 3, 0)]
ORDS = [0.0, 1.0, 2.0, 3.0, 0.5, 1.5, -1.0, -2.0, np.inf, -np.inf]
MATRIX_ORDS = {"Fro": "fro", "Nuc": "nuc", "One": 1, "NegOne": -1, "Two": 2, "NegTwo": -2, "Inf": np.inf, "NegInf": -np.inf}


def stored(x):
    return {"shape": list(np.shape(x)), "values": " ".join(str(v) for v in np.ravel(x))}


def products(rng, kind, m, k, n):
    info = np.iinfo(kind)

    def draw(*shape):
        return rng.integers(info.min, info.max, shape, dtype=kind, endpoint=True)

    a, b, x, y = draw(m, k), draw(k, n), draw(k), draw(m)
    out = {"matmul": a @ b, "matvec": a @ x, "vecmat": x @ b, "dot": np.dot(x, b[:, 0] if n else x),
           "outer": np.outer(y, x), "trace": np.trace(a, dtype=kind)}
    assert all(v.dtype == kind for v in out.values())
    return {"case": f"{kind} ({m}, {k}) and ({k}, {n})", "type": kind,
            "a": stored(a), "b": stored(b), "x": stored(x), "y": stored(y),
            "out": {name: stored(v) for name, v in out.items()}}


def number(norm):
    try:
        return str(float(norm()))
    except ValueError:
        return None


def norms(shape):
    a = np.zeros(shape)
    out = {"case": f"norms of {shape}", "shape": list(shape), "norm": number(lambda: np.linalg.norm(a)),
           "vector": [number(lambda: np.linalg.vector_norm(a, ord=o)) for o in ORDS]}
    if len(shape) == 2:
        out["matrix"] = {name: number(lambda: np.linalg.matrix_norm(a, ord=o)) for name, o in MATRIX_ORDS.items()}
    return out


if __name__ == "__main__":
    if np.__version__ != NUMPY:
        sys.exit(f"this file belongs to numpy {NUMPY}, found {np.__version__}")
    rng = np.random.default_rng(SEED)
    header = {"generator": "tests/golden/product.py", "seed": SEED, "numpy": NUMPY}
    cases = [products(rng, kind, *shape) for kind in KINDS for shape in SHAPES]
    empty = [norms(shape) for shape in [(0,), (0, 0), (0, 3), (3, 0)]]
    text = json.dumps({"header": header, "cases": cases, "empty": empty}, separators=(",", ":"))
    (Path(__file__).parent / "product.json").write_text(text.replace('},{"case"', '},\n{"case"') + "\n")
