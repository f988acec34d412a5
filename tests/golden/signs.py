"""signs.json: the signs of NumPy's eigenvectors and singular vectors."""

import numpy as np

from golden import SEED, bits, write

MOST = 25  # the largest order for which LAPACK computes the vectors by QL and QR


def signs(vectors):
    """The sign of the largest entry of each column, which must be larger than the others."""
    size = np.sort(np.abs(vectors), axis=0)
    if len(size) > 1 and (size[-1] - size[-2]).min() < 1e-6:
        return None
    at = np.abs(vectors).argmax(axis=0)
    return np.sign(vectors[at, np.arange(len(at))]).astype(np.int8)


def apart(values):
    return len(values) < 2 or np.abs(np.diff(values)).min() > 1e-6 * np.abs(values).max()


def eigh(a):
    w, v = np.linalg.eigh(a)
    return {"vectors": signs(v)} if apart(w) else {"vectors": None}


def svd(a):
    u, s, vt = np.linalg.svd(a)
    # a basis of the other columns is compared as well
    return {"u": signs(u), "v": signs(vt.T)} if apart(s) and s[-1] > 1e-6 * s[0] else {"u": None, "v": None}


def draw(rng, m, n, decompose):
    """Whole numbers for which rounding decides no sign, as it does for about one matrix of order 25 in 60."""
    while True:
        a = rng.integers(-99, 100, (m, n)).astype(np.int8)
        out = decompose(a.astype(float))
        noise = 1 + rng.uniform(-1, 1, (20, m, n)) * 2.0**-52
        near = [decompose(a * x) for x in noise]
        if all(x is not None and all(np.array_equal(x, other[name]) for other in near) for name, x in out.items()):
            return {"in": {"a": bits(a)}, "out": {name: bits(x) for name, x in out.items()}}


def main():
    rng = np.random.default_rng(SEED + 4)
    cases = []
    for n in range(1, MOST + 1):
        for i in range(4):
            cases.append({"case": f"eigh {n}, {i}", "type": "eigh", **draw(rng, n, n, eigh)})
            cases.append({"case": f"svd {n}, {i}", "type": "svd", **draw(rng, n, n, svd)})
    for m in range(1, 17):
        for n in range(1, 17):
            if m != n:
                cases.append({"case": f"svd ({m}, {n})", "type": "svd", **draw(rng, m, n, svd)})
    write("signs", SEED + 4, cases)
