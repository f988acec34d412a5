"""Writes coefficients.rs: the constants and polynomials of elementary.rs, for f64 and f32.

    python src/loops/coefficients.py        (mpmath 1.x)

Each polynomial interpolates its function at Chebyshev nodes with 60 digits, which is within a small factor of
the best one of that degree. It is then expanded in powers and rounded; the rounding error of the constant term
is in `_TAIL`. The error printed is that of the rounded coefficients, relative to the function in which they
are used.
"""

import struct
from pathlib import Path

from mpmath import cos, erfc, exp, factorial, log, lu_solve, matrix, mp, mpf, pi, sqrt, tanh

mp.dps = 60
CENTER = {"f64": 4, "f32": 4}
DEGREE = {"f64": 24, "f32": 11}


def rounded(x, kind):
    return float(x) if kind == "f64" else struct.unpack("f", struct.pack("f", x))[0]


def literal(x, kind):
    x = rounded(x, kind)
    if kind == "f64":
        return repr(x)
    digits = next(d for d in range(1, 10) if rounded(float(f"%.{d}g" % x), kind) == x)
    text = repr(float(f"%.{digits}g" % x))
    return text


def fit(f, low, high, degree):
    """Coefficients of the interpolating polynomial, lowest power first."""
    nodes = [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * i + 1) / (2 * degree + 2)) for i in range(degree + 1)]
    powers = matrix(degree + 1, degree + 1)
    for i, x in enumerate(nodes):
        for j in range(degree + 1):
            powers[i, j] = x**j
    return list(lu_solve(powers, matrix([f(x) for x in nodes])))


def polynomial(name, kind, f, low, high, degree, weight):
    ideal = fit(f, mpf(low), mpf(high), degree)
    coefficients = [mpf(rounded(c, kind)) for c in ideal]
    tail = ideal[0] - coefficients[0]
    value = lambda x: tail + sum(c * x**i for i, c in enumerate(coefficients))
    points = [low + (high - low) * mpf(i) / 2000 for i in range(2001)]
    error = max(abs((value(x) - f(x)) * weight(x)) for x in points)
    unit = mpf(2) ** (-53 if kind == "f64" else -24)
    print(f"{kind} {name} degree {degree}: {float(error / unit):.3f} half ulp")
    return name, [literal(c, kind) for c in coefficients], literal(tail, kind)


def exp_tail(r):
    """(exp(r) - 1 - r) / r^2"""
    return sum(r**i / factorial(i + 2) for i in range(40))


def atanh_tail(z):
    """(atanh(s) / s - 1) / s^2, z = s^2"""
    return sum(z**i / (2 * i + 3) for i in range(60))


def tanh_tail(z):
    """(tanh(t) / t - 1) / t^2, z = t^2"""
    if z == 0:
        return mpf(-1) / 3
    t = sqrt(z)
    return (tanh(t) / t - 1) / z


def mills(u, c):
    """(1 - Phi(t)) exp(t^2 / 2) (t + c), u = (t - c) / (t + c)"""
    if u == 1:
        return 1 / sqrt(2 * pi)
    t = c * (1 + u) / (1 - u)
    return erfc(t / sqrt(2)) / 2 * exp(t * t / 2) * (t + c)


def split(x, bits):
    """x as a number of few bits, whose products with small integers are exact, and the rest."""
    high = mp.ldexp(mp.nint(mp.ldexp(x, bits)), -bits)
    return high, x - high


def constants(kind):
    wide = kind == "f64"
    ln2 = split(log(2), 36 if wide else 13)
    center = mpf(CENTER[kind])
    top = mpf(39) if wide else mpf("14.7")
    high = (top - center) / (top + center)
    slack = mpf("1.0001")
    pair = lambda x: (mpf(rounded(x, kind)), x - mpf(rounded(x, kind)))
    numbers = {
        "LOG2_E": 1 / log(2), "LN2": log(2), "LN2_TAIL": log(2) - mpf(rounded(log(2), kind)),
        "LN2_SHORT": ln2[0], "LN2_REST": ln2[1],
        "EXP_CENTER": log(mpf(3) / 2) - log(2) / 2, "GELU_CENTER": center, "GELU_END": top,
    }
    # 2 sqrt(2 / pi) and 0.044715 times that, each in two parts
    linear, cubic = 2 * sqrt(2 / pi), 2 * sqrt(2 / pi) * mpf("0.044715")
    numbers["TANH_LINEAR"], numbers["TANH_LINEAR_TAIL"] = pair(linear)
    numbers["TANH_CUBIC"], numbers["TANH_CUBIC_TAIL"] = pair(cubic)
    polynomials = [
        polynomial("EXP", kind, exp_tail, -log(mpf(4) / 3) * slack, log(mpf(3) / 2) * slack, 9 if wide else 4, lambda r: r * r / exp(r)),
        polynomial("ATANH", kind, atanh_tail, 0, mpf("0.0401"), 8 if wide else 3, lambda z: z),
        polynomial("TANH", kind, tanh_tail, 0, mpf("0.3026"), 10 if wide else 4, lambda z: z / (1 + z * tanh_tail(z))),
        polynomial("MILLS", kind, lambda u: mills(u, center), -1, high, DEGREE[kind], lambda u: 1 / mills(u, center)),
    ]
    return numbers, polynomials


def main():
    out = ["//! Written by coefficients.py; elementary.rs explains the names.", "", "use super::elementary::Coefficients;", ""]
    for kind in ["f64", "f32"]:
        numbers, polynomials = constants(kind)
        out.append(f"impl Coefficients for {kind} {{")
        out += [f"    const {name}: Self = {literal(x, kind)};" for name, x in numbers.items()]
        for name, values, tail in polynomials:
            if name == "MILLS":
                out.append(f"    const MILLS_TAIL: Self = {tail};")
            out.append(f"    const {name}: &[Self] = &[")
            out += [f"        {v}," for v in values]
            out.append("    ];")
        out += ["}", ""]
    (Path(__file__).parent / "coefficients.rs").write_text("\n".join(out).rstrip() + "\n")


if __name__ == "__main__":
    main()
