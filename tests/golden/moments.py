"""moments.json: means and central moments in exact fractions, rounded once to f64, for f32 data too.

Square roots are exact to 2^-200 before they are rounded. If the variance is 0, skewness and kurtosis are missing.
"""

import math
import random
import struct
from fractions import Fraction

import numpy as np

from golden import bits, write

SEED = 20261128


def narrow(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def root(x):
    """The square root of a fraction, to at least 200 bits."""
    shift = 2 * max(0, 200 + (x.denominator.bit_length() - x.numerator.bit_length()) // 2 + 1)
    return Fraction(math.isqrt((x.numerator << shift) // x.denominator), 1 << (shift // 2))


def rounded(x):
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def case(name, kind, values):
    x = [Fraction(v) for v in values]
    n = len(x)
    mean = sum(x) / n
    d = [v - mean for v in x]
    m = {k: sum(v**k for v in d) / n for k in (2, 3, 4)}
    sizes = sum(abs(v) ** 3 for v in d) / n
    out = {
        "mean": mean, "var": m[2], "var_1": m[2] * n / (n - 1) if n > 1 else None, "std": root(m[2]),
        "moment3": m[3], "moment4": m[4], "cubes": sizes,
    }
    if m[2]:
        cube = m[2] * root(m[2])
        out |= {"skewness": m[3] / cube, "skewness_sizes": sizes / cube, "kurtosis": m[4] / m[2] ** 2 - 3}
    out = {key: bits(rounded(value)) for key, value in out.items() if value is not None}
    return {"case": f"{name}, {kind}", "type": kind, "in": {"x": bits(np.array(values, {"f32": np.float32, "f64": np.float64}[kind]))}, "out": out}


def hard():
    """Cases that once failed, here or elsewhere."""
    ulp, tiny, huge = 2.0**-52, 5e-324, 1.7e308
    yield "constant 14.3", [14.3] * 7
    yield "constant 1.81", [1.81] * 1448
    yield "constant 0.1", [0.1] * 1000
    yield "constant huge", [huge] * 5
    yield "constant tiny", [-3 * tiny] * 5
    yield "one ulp", [1.0, 1.0 + ulp, 1.0]
    yield "an ulp below", [1.0, 1.0 - ulp / 2, 1.0, 1.0 + ulp]
    yield "few ulps", [1.0 + k * ulp for k in (0, 1, 2, 3, 5, 8, 13)]
    yield "1e15", [1e15 + k for k in (0.0, 0.25, 0.5, 1.75, 3.5, 0.125, 9.0)]
    yield "huge", [huge, -huge, huge, 1.0]
    yield "tiny", [k * tiny for k in (0, 1, 0, 0, 7)]
    yield "cancelling", [1e100, 1.0, -1e100]
    yield "cancelling twice", [1e300, 1e150, 1.0, 1e-150, -1e300, -1e150]
    yield "outlier", [0.1 + k * 1e-9 for k in range(40)] + [12345.678]
    yield "symmetric", [0.1 * k for k in range(-20, 21)]
    yield "two values", [0.1, 0.7] * 30 + [0.7]
    yield "ends", [1e16, 1e16 + 2]
    yield "wide", [10.0**k for k in range(-30, 31)]
    yield "one", [0.3]
    yield "timestamps", [1.7e9 + 128.0 * k * k for k in range(50)]


def random_cases(rng):
    offsets = [0.0, 1.0, -3.7, 1e3, -1e6, 1e9, 1e13, 1e15]
    scales = [1.0, 1e-3, 1e-280, 1e-310, 1e150, 1e300]
    lengths = [2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 100]
    for _ in range(120):
        n, offset, scale = rng.choice(lengths), rng.choice(offsets), rng.choice(scales)
        draw = rng.choice([rng.random, lambda: rng.gauss(0, 1), lambda: rng.expovariate(1), lambda: rng.gauss(0, 1) ** 5])
        yield f"{n} around {offset} times {scale}", [(offset + draw()) * scale for _ in range(n)]
    for n in (511, 512, 513, 1100):
        yield f"{n} around 1e7", [1e7 + rng.gauss(0, 1) for _ in range(n)]
        yield f"{n} around 0", [rng.gauss(0, 1) for _ in range(n)]


def main():
    rng = random.Random(SEED)
    cases = []
    for name, values in [*hard(), *random_cases(rng)]:
        if not all(map(math.isfinite, values)):
            continue
        cases.append(case(name, "f64", values))
        short = [narrow(v) for v in values if abs(v) < 3.4e38]
        if len(short) == len(values):
            cases.append(case(name, "f32", short))
    write("moments", SEED, cases)
