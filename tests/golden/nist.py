"""nist.json: the univariate sets of NIST's Statistical Reference Datasets, with their certified values.

The cases are the published data and digits, each number rounded once to f64; `source` says where from, `lre_data_limit`
how many digits of the exact answers for the rounded data are those of the certified values. What NumPy makes of the
data is computed again.
"""

import json
import math

import numpy as np

from golden import HERE, write


def read(stored):
    return np.frombuffer(bytes.fromhex(stored["bits"]), ">f8").astype(float).reshape(stored["shape"])


def digits(found, certified):
    """The digits that are right, at most 15, to two decimals."""
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
