"""Writes all golden data of the test suite again, bit by bit; README.md tells what they are.

    python tests/golden/generate.py [NAME ...]       (python 3.11 with the packages of VERSIONS in golden.py)

NAME is a module beside this file, which writes the files of its area; without one, all do.
"""

import importlib
import sys

AREAS = ["linalg", "activation", "moments", "nist", "numpy_random", "product", "reduce", "sort", "stats"]

for area in sys.argv[1:] or AREAS:
    importlib.import_module(area).main()
