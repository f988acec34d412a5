"""nist.json and nist_linear.json: the univariate sets of NIST's Statistical Reference Datasets and those of linear
regression, with their certified values. `digits` are those that a least-squares solver must find of the coefficients.

The cases are the published data and digits, each number rounded once to f64. `source` is their origin; `lre_data_limit` is
the number of digits in which the exact answers for the rounded data agree with the certified values. NumPy's results
are computed again; `lstsq` has the digits of the worst coefficient by `numpy.linalg.lstsq`.
"""

import json
import math

import numpy as np

from golden import HERE, write


def read(stored):
    kind = {"f64": ">f8", "f32": ">f4"}[stored["type"]]
    return np.frombuffer(bytes.fromhex(stored["bits"]), kind).astype(float).reshape(stored["shape"])


def digits(found, certified):
    """The number of correct digits, at most 15, to two decimals."""
    error = abs(found - certified) / abs(certified)
    return round(min(15.0, -math.log10(error)), 2) if error else 15.0


def main():
    cases = json.loads((HERE / "nist.json").read_text())["cases"]
    for case in cases:
        y, certified = read(case["in"]["y"]), {name: float(read(x)) for name, x in case["out"].items()}
        case["numpy"] = {
            "lre_mean": digits(np.mean(y), certified["mean"]), "lre_sd": digits(np.std(y, ddof=1), certified["sd"]),
        }
    write("nist", None, cases)
    cases = json.loads((HERE / "nist_linear.json").read_text())["cases"]
    for case in cases:
        x, y, certified = read(case["in"]["x"]), read(case["in"]["y"]), read(case["out"]["coef"])
        found = np.linalg.lstsq(x, y)[0]
        case["numpy"] = {"lstsq": max(0.0, min(digits(f, c) for f, c in zip(found, certified)))}
    write("nist_linear", None, cases)
