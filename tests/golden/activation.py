"""activation.json: activation functions to 60 digits, rounded once.

The arguments cover the whole range, most densely where the loops change their method: near 0, at multiples of ln 2 / 2,
at the ends of the tails and where results become denormal. WORST are the worst arguments found in a search over all f32
and some millions of f64.
"""

import numpy as np
from mpmath import erfc, exp, log, log1p, mp, mpf, pi, sqrt, tanh

from golden import SEED, bits, write

mp.dps = 60
KINDS = {"f64": np.float64, "f32": np.float32}


def logistic(x):
    return 1 / (1 + exp(-x))


FUNCTIONS = {
    "sigmoid": logistic,
    "tanh": tanh,
    "silu": lambda x: x * logistic(x),
    "softplus": lambda x: log1p(exp(x)),
    "gelu": lambda x: x * erfc(-x / sqrt(2)) / 2,
    "gelu_tanh": lambda x: x * logistic(2 * sqrt(2 / pi) * (x + mpf("0.044715") * x**3)),
}
WORST = {
    "sigmoid": [-708.52477500959378, -5.8907924],
    "tanh": [18.541747558788472, -8.491086],
    "silu": [-43.995378071368805, -37.721630456246487, -91.89415, -5.154534],
    "softplus": [-709.08277497729978, -72.417657376685497, -87.626274],
    "gelu": [-32.512291760577988, -12.488195, -12.543144],
    "gelu_tanh": [-20.940538457210238, -9.738442],
}


def rounded(x, kind):
    """The nearest number, ties to even. numpy.float32 of a float would round twice; so would mpf to float for a denormal."""
    digits, least = (53, -1074) if kind == "f64" else (24, -149)
    if x == 0:
        return KINDS[kind](0)
    unit = max(mp.frexp(x)[1] - digits, least)
    return KINDS[kind](np.ldexp(float(mp.nint(mp.ldexp(x, -unit))), unit))


def arguments(name, kind, rng):
    wide = kind == "f64"
    end = {"gelu": 39.5, "gelu_tanh": 22.5}.get(name, 755.0) if wide else {"gelu": 15.0, "gelu_tanh": 10.8}.get(name, 112.0)
    tiny = float(np.finfo(KINDS[kind]).smallest_subnormal)
    x = [0.0, -0.0, tiny, -tiny, 3 * tiny, float(np.finfo(KINDS[kind]).tiny), float(np.finfo(KINDS[kind]).max)]
    x += list(rng.uniform(-end, end, 60)) + list(rng.uniform(-end, -0.9 * end, 40)) + list(rng.uniform(-3, 3, 50))
    x += [s * 2.0**-e for e in (1, 3, 8, 12, 23, 26, 30, 52, 60) for s in (-1, 1)]
    x += [s * np.log(2) / 2 * k * (1 + d) for k in (1, 2, 3, 4, 5, 8, 21, 106) for s in (-1, 1) for d in (-1e-7, 0, 1e-7)]
    if name == "tanh":
        x += list(rng.uniform(7, 20, 30))
    x = np.array(x + WORST[name], KINDS[kind])
    return x[np.isfinite(x)]


def lane(x, kind):
    x = [mpf(float(v)) for v in x]
    total = sum(exp(v) for v in x)
    return [exp(v) / total for v in x], [v - log(total) for v in x], log(total)


def main():
    rng = np.random.default_rng(SEED + 10)
    cases = []
    for kind in KINDS:
        for name, f in FUNCTIONS.items():
            x = arguments(name, kind, rng)
            y = np.array([rounded(f(mpf(float(v))), kind) for v in x], KINDS[kind])
            cases.append({"case": f"{kind} {name}", "type": kind, "function": name, "in": {"x": bits(x)}, "out": {"y": bits(y)}})
        for n in (1, 2, 3, 7, 8, 16, 17, 100, 300):
            for scale, shift in ((1, 0), (30, -3), (0.01, 100)) if n < 300 else ((3, 0),):
                x = np.array(rng.normal(size=n) * scale + shift, KINDS[kind])
                p, logs, total = lane(x, kind)
                of = lambda values: bits(np.array([rounded(v, kind) for v in values], KINDS[kind]))
                out = {"softmax": of(p), "log_softmax": of(logs), "logsumexp": of([total])}
                cases.append({"case": f"{kind} lane of {n}, {shift} +- {scale}", "type": kind, "function": "lane", "in": {"x": bits(x)}, "out": out})
    write("activation", SEED + 10, cases)
