"""squares.json: least squares of any rank, pseudoinverses, ranks and conditions, by NumPy; null spaces, ranges and polar factors
are tested by what defines them, their sizes are SciPy's."""

import numpy as np
import scipy.linalg

from golden import SEED, STEP, bits, draw, short, write

CONDS = {"Two": 2, "NegTwo": -2, "One": 1, "NegOne": -1, "Inf": np.inf, "NegInf": -np.inf, "Fro": "fro"}


def condition(s, rank):
    """That of the singular values that count."""
    return float(s[0] / s[rank - 1]) if rank else 1.0


def case(name, kind, a, b, rcond, power=0):
    """The inputs are stored without `power`, a power of two by which `a` is multiplied."""
    a, b = a + 0, b + 0
    inputs = {"a": short(a), "b": short(b)}
    if kind == "f32":
        a, b = a.astype(np.float32), b.astype(np.float32)
    real = np.float32 if kind == "f32" else np.float64
    scale = real(2.0**power)
    a = a * scale
    # NumPy's own default depends on the type, and f32 is computed in f64
    limit = np.finfo(real).eps * max(a.shape) if rcond is None else rcond
    x, residuals, rank, s = np.linalg.lstsq(a, b, limit)
    out = {"x": bits(x), "residuals": bits(residuals), "s": bits(s)}
    out["pinv"] = bits(np.linalg.pinv(a, rtol=limit))
    assert np.linalg.matrix_rank(a, rtol=limit) == rank
    found = {
        "case": name, "type": kind, "power": power, "rank": int(rank), "cond": condition(s, rank),
        "null": scipy.linalg.null_space(a, rcond=limit).shape[1] if a.size else a.shape[1],
    }
    if rcond is not None:
        found["rcond"] = rcond
    if a.size and rank == min(a.shape):
        orders = CONDS if a.shape[0] == a.shape[1] else {"Two": 2, "NegTwo": -2}
        out["cond"] = {norm: bits(np.linalg.cond(a, p)) for norm, p in orders.items()}
    return {**found, "in": inputs, "out": out}


def main():
    rng = np.random.default_rng(SEED + 5)
    cases = []
    for kind in ["f64", "f32", "c64"]:
        complex_ = kind == "c64"
        some = lambda *shape: draw(rng, *shape, complex_=complex_)
        for m, n in [(1, 1), (4, 4), (9, 9), (5, 3), (12, 5), (30, 4), (3, 5), (5, 12), (2, 30), (18, 17)]:
            cases.append(case(f"{kind} {m} x {n}", kind, some(m, n), some(m, 2), None))
        for m, n in [(1, 1), (5, 3), (3, 5), (4, 4)]:
            cases.append(case(f"{kind} {m} x {n}, vector", kind, some(m, n), some(m), None))
        for m, n, rank in [(4, 4, 2), (6, 3, 2), (3, 6, 1), (10, 7, 4), (7, 10, 4), (30, 6, 5), (6, 30, 5)]:
            # products of small whole numbers: exact, and of this rank
            a = np.rint(draw(rng, m, rank, complex_=complex_) ) @ np.rint(draw(rng, rank, n, complex_=complex_))
            b = some(m) if rank == 2 else some(m, 2)
            cases.append(case(f"{kind} {m} x {n}, rank {rank}", kind, a, b, None))
        cases.append(case(f"{kind} zeros", kind, np.zeros((4, 3)) * some(1, 1), some(4, 2), None))
        for m, n in [(0, 3), (3, 0), (0, 0)]:
            cases.append(case(f"{kind} {m} x {n}, empty", kind, some(m, n), some(m, 2), None))
        for m, n in [(6, 6), (9, 4), (4, 9)]:
            # singular values far from the limit on both sides
            k = min(m, n)
            a = some(m, k) @ np.diag([1.0, 0.5, 2.0**-9] + [2.0**-10] * (k - 3)) @ some(k, n) * STEP
            a = np.rint(a.real) + (1j * np.rint(a.imag) if complex_ else 0)
            s = np.linalg.svd(a, compute_uv=False)
            limit = float(np.sqrt(s[1] * s[2]) / s[0])
            cases.append(case(f"{kind} {m} x {n}, rcond", kind, a, some(m, 2), limit))
        if kind != "f32":
            for power in [990, -990]:
                for m, n in [(5, 5), (8, 3), (3, 8)]:
                    cases.append(case(f"{kind} {m} x {n}, times 2^{power}", kind, some(m, n), some(m, 2), None, power))
    write("squares", SEED + 5, cases)
