"""eigen.json: SciPy's eigenvalues by index and of pencils, pseudoinverses and square roots of Hermitian matrices.

All are computed in double precision, of matrices that are exact in single precision.
"""

import numpy as np
import scipy.linalg

from golden import SEED, bits, draw, short, write

SIZES = [1, 2, 3, 4, 5, 8, 17]


def main():
    rng = np.random.default_rng(SEED + 11)
    cases = []
    for n in SIZES:
        for kind in ["f64", "f32", "c64"]:
            complex_ = kind == "c64"
            a = draw(rng, n, n, complex_=complex_)
            a = np.tril(a, -1) + np.tril(a, -1).conj().T + np.diag(np.diag(a).real)
            part = draw(rng, n, n, complex_=complex_, limit=16)
            b = part @ part.conj().T + np.eye(n)
            # of a lower rank, and with eigenvalues of both signs
            rank = (n + 1) // 2
            thin = draw(rng, n, rank, complex_=complex_, limit=16)
            low = (thin * np.where(np.arange(rank) % 2, -1, 1)) @ thin.conj().T
            assert np.linalg.matrix_rank(low) == rank
            first, last = n // 3, max(n // 3, n - 2)
            values = np.linalg.svdvals(low)
            cases.append({
                "case": f"{kind} {n}x{n}", "type": kind, "first": first, "last": last, "rank": rank,
                "cond": float(values[0] / values[rank - 1]), "b_cond": float(np.linalg.cond(b)),
                "in": {"a": short(a), "b": short(b), "low": short(low)},
                "out": {
                    "range": bits(scipy.linalg.eigh(a, eigvals_only=True, subset_by_index=(first, last))),
                    "pencil": bits(scipy.linalg.eigh(a, b, eigvals_only=True)),
                    "product_ab": bits(scipy.linalg.eigh(a, b, eigvals_only=True, type=2)),
                    "product_ba": bits(scipy.linalg.eigh(a, b, eigvals_only=True, type=3)),
                    "pinvh": bits(scipy.linalg.pinvh(low)),
                    "svdvals": bits(np.linalg.svd(low, compute_uv=False, hermitian=True)),
                    "sqrtm": bits(scipy.linalg.sqrtm(b)),
                },
            })
    write("eigen", SEED + 11, cases)
