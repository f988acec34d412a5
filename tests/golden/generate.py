"""Writes all golden data of the test suite again, bit for bit; README.md describes them.

    python tests/golden/generate.py [NAME ...]       (python 3.11 with the packages of VERSIONS in golden.py)

NAME is a module in this folder, which writes the files of its area; without a NAME, all modules run.
"""

import importlib
import sys

AREAS = [
    "linalg", "activation", "arrays", "complex", "eigen", "lists", "metrics", "moments", "nist", "numpy_random", "product", "reduce",
    "signs",
    "sort", "squares", "stats",
]

for area in sys.argv[1:] or AREAS:
    importlib.import_module(area).main()
