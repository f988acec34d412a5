"""Shared by all writers of golden data: versions, seeds, and the format, which README.md describes."""

import json
import platform
import sys
from pathlib import Path

import mpmath
import numpy as np
import scipy
import sklearn

SEED = 20240607
VERSIONS = {"python": "3.11", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "mpmath": "1.4.1"}
FOUND = {
    "python": ".".join(platform.python_version_tuple()[:2]),
    "numpy": np.__version__,
    "scipy": scipy.__version__,
    "scikit-learn": sklearn.__version__,
    "mpmath": mpmath.__version__,
}
if FOUND != VERSIONS:
    sys.exit(f"the golden data belong to {VERSIONS}, found {FOUND}")

HERE = Path(__file__).parent
TYPES = {
    "float64": "f64", "float32": "f32", "complex128": "c64", "complex64": "c32", "bool": "bool",
    "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64",
    "uint8": "u8", "uint16": "u16", "uint32": "u32", "uint64": "u64",
}
STEP = 16  # drawn numbers are multiples of 1/STEP: exact in f32 as in f64


def bits(x):
    """An array or a number as the bits of each element, in hexadecimal and C order; both parts of a complex one."""
    x = np.asarray(x)
    parts = x.ravel().view(x.real.dtype) if x.dtype.kind == "c" else x.ravel()
    text = parts.astype(parts.dtype.newbyteorder(">")).tobytes().hex()
    return {"shape": list(x.shape), "type": TYPES[x.dtype.name], "bits": text}


def short(x):
    """`bits` in single precision, in which the numbers must be exact."""
    x = np.asarray(x)
    y = x.astype(np.complex64 if x.dtype.kind == "c" else np.float32)
    assert np.array_equal(x, y)
    return bits(y)


def draw(rng, *shape, complex_=False, limit=64):
    x = rng.integers(-limit, limit + 1, shape) / STEP
    return x + 1j * rng.integers(-limit, limit + 1, shape) / STEP if complex_ else x


def write(name, seed, cases):
    """Writes a file: a header, and one case per line."""
    text = {"header": {"generator": "tests/golden/generate.py", "seed": seed, "versions": VERSIONS}, "cases": cases}
    body = json.dumps(text, separators=(",", ":")).replace('},{"case"', '},\n{"case"')
    (HERE / f"{name}.json").write_text(body + "\n")
