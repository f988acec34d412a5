"""Writes nist.json: the univariate sets of NIST's Statistical Reference Datasets, with their certified values.

    python tests/golden/nist.py COLLECTION.json        (python 3.11; nothing random)

The collection holds the data as published (its `source` says for every set where from), the certified values, the exact
answers for the data rounded to f64, and what NumPy 2.4.6 makes of them. This keeps what the test needs.
"""

import json
import sys
from pathlib import Path

KEPT = ["name", "source", "certified", "lre_data_limit"]

collection = json.loads(Path(sys.argv[1]).read_text())
cases = []
for data in collection["univariate"]:
    case = {key: data[key] for key in KEPT}
    case["numpy"] = {key: data["numpy"][key] for key in ["lre_mean", "lre_sd"]}
    case["y"] = " ".join(data["y_decimal"])
    cases.append(case)
header = {"generator": "tests/golden/nist.py", "numpy": collection["meta"]["numpy"]}
text = json.dumps({"header": header, "cases": cases}, separators=(",", ":")).replace('},{"name"', '},\n{"name"')
(Path(__file__).parent / "nist.json").write_text(text + "\n")
