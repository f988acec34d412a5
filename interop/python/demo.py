"""Imports the module that cargo built, and compares with NumPy: python demo.py FOLDER, the folder of the library."""

import importlib.util
import sys
from pathlib import Path

import numpy as np

library = next(Path(sys.argv[1]).glob("liblinstat_python.*"))
spec = importlib.util.spec_from_file_location("linstat_python", library)
linstat = importlib.util.module_from_spec(spec)
spec.loader.exec_module(linstat)

rng = np.random.default_rng(1)
a, b = rng.normal(size=(5, 5)), rng.normal(size=5)
for layout in a, np.asfortranarray(a), a[::-1], a.T:
    assert np.allclose(linstat.solve(layout, b), np.linalg.solve(layout, b))

x = rng.normal(size=(50, 4))
centred = x - x.mean(0)
u, s, vt = np.linalg.svd(centred, full_matrices=False)
assert np.allclose(np.abs(linstat.pca(x, 2)), np.abs(centred @ vt[:2].T))

try:
    linstat.solve(np.zeros((2, 2)), np.zeros(2))
except ValueError as error:
    print("refused as in Rust:", error)
else:
    sys.exit("a singular matrix was solved")
