"""nist.json and nist_linear.json: the univariate sets of NIST's Statistical Reference Datasets and those of linear
regression, with their certified values. `digits` are those that a least-squares solver must find of the coefficients.

The cases are the published data and digits, each number rounded once to f64. `source` is their origin; `lre_data_limit` is
the number of digits in which the exact answers for the rounded data agree with the certified values. NumPy's results
are computed again.
"""

import json
import math

import numpy as np

from golden import HERE, write


def read(stored):
    return np.frombuffer(bytes.fromhex(stored["bits"]), ">f8").astype(float).reshape(stored["shape"])


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
    write("nist_linear", None, json.loads((HERE / "nist_linear.json").read_text())["cases"])
