"""square.json, rectangle.json, factors.json, elementwise.json, pca.json and pca_tables.json: NumPy, SciPy and scikit-learn; each file has its own generator."""

import numpy as np
import scipy.linalg
import scipy.special
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.decomposition import PCA, TruncatedSVD

from golden import SEED, STEP, bits, draw, short, write

SIZES = [1, 2, 3, 5, 8, 17, 40]
WHOLE = 144  # matrices of results are stored up to this many entries, to keep the files small
ORDS = [0.0, 1.0, 2.0, 3.0, 0.5, 1.5, -1.0, -2.0, np.inf, -np.inf]
MATRIX_ORDS = {"Fro": "fro", "Nuc": "nuc", "One": 1, "NegOne": -1, "Two": 2, "NegTwo": -2, "Inf": np.inf, "NegInf": -np.inf}


def in_order(w):
    """linstat's documented order: by real part, then by size of the imaginary part, the positive one first."""
    w = np.asarray(w, dtype=np.complex128)
    grid = max(np.abs(w.real).max(), np.abs(w.imag).max()) * np.finfo(float).eps * 64 * len(w)
    return w[np.lexsort((w.imag < 0, np.rint(np.abs(w.imag) / grid), np.rint(w.real / grid)))]


def eigenvalue_condition(a):
    """The condition of the eigenvalues: 1 / |y* x| of the worst pair of vectors."""
    _, left, right = scipy.linalg.eig(a, left=True, right=True)
    return float((1 / np.abs(np.sum(left.conj() * right, axis=0))).max())


def square():
    rng = np.random.default_rng(SEED)
    cases = []
    for n in SIZES:
        for kind in ["f64", "f32", "c64"]:
            complex_ = kind == "c64"
            a = draw(rng, n, n, complex_=complex_)
            b, bs = draw(rng, n, complex_=complex_), draw(rng, n, 3, complex_=complex_)
            h = (a + a.conj().T) / 2
            h = np.rint(h.real * STEP) / STEP + (1j * np.rint(h.imag * STEP) / STEP if complex_ else 0)
            assert np.array_equal(h, h.conj().T)
            inputs = {"a": short(a), "b": short(b), "bs": short(bs), "h": short(h + 0)}
            if kind == "f32":
                a, b, bs, h = (x.astype(np.float32) for x in (a, b, bs, h))
            sign, logabsdet = np.linalg.slogdet(a)
            out = {
                "det": bits(np.linalg.det(a)),
                "sign": bits(sign),
                "logabsdet": bits(logabsdet),
                "solve": bits(np.linalg.solve(a, b)),
                "solve_many": bits(np.linalg.solve(a, bs)),
                "eigvals": bits(in_order(np.linalg.eigvals(a.astype(np.complex128 if complex_ else np.float64)))),
                "eigvalsh": bits(np.linalg.eigvalsh(h)),
                "svdvals": bits(np.linalg.svdvals(a)),
                "trace": bits(np.trace(a)),
            }
            if a.size <= WHOLE:
                out["inv"] = bits(np.linalg.inv(a))
            cases.append({
                "case": f"{kind} {n}x{n}", "type": kind,
                "cond": float(np.linalg.cond(a)), "eig_cond": eigenvalue_condition(a),
                "in": inputs, "out": out,
            })
    write("square", SEED, cases)


def rectangle():
    rng = np.random.default_rng(SEED + 1)
    cases = []
    for m, k, n in [(1, 1, 1), (1, 5, 2), (2, 1, 3), (3, 2, 5), (8, 5, 1), (5, 17, 8), (17, 8, 3), (8, 40, 5)]:
        for kind in ["f64", "f32", "c64"]:
            complex_ = kind == "c64"
            a, b = draw(rng, m, k, complex_=complex_), draw(rng, k, n, complex_=complex_)
            x, y = draw(rng, k, complex_=complex_), draw(rng, m, complex_=complex_)
            inputs = {"a": short(a), "b": short(b), "x": short(x), "y": short(y)}
            if kind == "f32":
                a, b, x, y = (v.astype(np.float32) for v in (a, b, x, y))
            out = {
                "matmul": bits(a @ b), "matvec": bits(a @ x), "vecmat": bits(x @ b), "dot": bits(x @ x),
                "svdvals": bits(np.linalg.svdvals(a)), "trace": bits(np.trace(a)),
                "norms": {name: bits(np.linalg.matrix_norm(a, ord=o)) for name, o in MATRIX_ORDS.items()},
            }
            if a.size <= WHOLE:
                out["outer"] = bits(np.outer(y, x))
            if not complex_:
                inputs["bias"] = short(np.arange(n) / 4 - 1)
                out["linear_layer"] = bits(a @ b + (np.arange(n) / 4 - 1).astype(a.dtype))
            cases.append({"case": f"{kind} ({m}, {k}) and ({k}, {n})", "type": kind, "in": inputs, "out": out})
    write("rectangle", SEED + 1, cases)


def factors():
    rng = np.random.default_rng(SEED + 4)
    cases = []
    for n in [1, 2, 3, 4, 5, 8, 17]:
        for kind in ["f64", "f32", "c64"]:
            complex_ = kind == "c64"
            a, wide = draw(rng, n, n, complex_=complex_), draw(rng, n, n + 2, complex_=complex_)
            part = draw(rng, n, n, complex_=complex_, limit=16)
            h = part @ part.conj().T + np.eye(n)
            b = draw(rng, n, complex_=complex_)
            inputs = {"a": short(a), "wide": short(wide), "h": short(h), "b": short(b)}
            cond, h_cond = float(np.linalg.cond(a)), float(np.linalg.cond(h))
            t_cond = float(max(np.linalg.cond(np.tril(h)), np.linalg.cond(np.triu(h))))
            if kind == "f32":
                a, wide, h, b = (x.astype(np.float32) for x in (a, wide, h, b))
            q, r = np.linalg.qr(a)
            getrf, gecon = scipy.linalg.get_lapack_funcs(["getrf", "gecon"], [a])
            solve = lambda **options: bits(scipy.linalg.solve_triangular(h, b, **options))
            out = {
                "cholesky": bits(np.linalg.cholesky(h)), "q": bits(q), "r": bits(r),
                "wide_r": bits(np.linalg.qr(wide, mode="r")),
                "lower": solve(lower=True), "upper_adjoint": solve(trans="C"), "upper_transposed": solve(trans="T"),
            }
            cases.append({
                "case": f"{kind} {n}x{n}", "type": kind, "cond": cond, "h_cond": h_cond, "t_cond": t_cond,
                "rcond": float(gecon(getrf(a)[0], np.abs(a).sum(axis=0).max())[0]), "in": inputs, "out": out,
            })
    write("factors", SEED + 4, cases)


def elementwise():
    rng = np.random.default_rng(SEED + 2)
    cases = []
    for shape in [(1,), (2,), (3,), (8,), (17,), (40,), (5, 8), (17, 3), (2, 3, 5)]:
        for kind in ["f64", "f32"]:
            x = draw(rng, *shape, limit=400)
            far = 4096 + draw(rng, *shape)  # the mean costs a careless variance eight digits of f32
            inputs = {"x": short(x), "far": short(far)}
            if kind == "f32":
                x, far = x.astype(np.float32), far.astype(np.float32)
            exact_far = far.astype(np.float64)  # NumPy's own f32 sums are not exact enough to be held against
            axes = range(x.ndim)
            out = {
                "softmax": bits(scipy.special.softmax(x, axis=-1)),
                "sigmoid": bits(scipy.special.expit(x)),
                "tanh": bits(np.tanh(x)),
                "relu": bits(np.maximum(x, 0)),
                "norm": bits(np.asarray(np.linalg.norm(x.ravel()))),
                "mean": bits(np.mean(exact_far)),
                "std": bits(np.std(exact_far)),
                "softmax_axis": [bits(scipy.special.softmax(x, axis=i)) for i in axes],
                "mean_axis": [bits(np.mean(exact_far, axis=i)) for i in axes],
                "std_axis": [bits(np.std(exact_far, axis=i)) for i in axes],
                "vector_norm_axis": [
                    [bits(np.linalg.vector_norm(x, axis=i, ord=o)) for i in axes] for o in ORDS
                ],
            }
            if x.size > 1:
                out["std_1"] = bits(np.std(exact_far, ddof=1))
            cases.append({"case": f"{kind} {shape}", "type": kind, "in": inputs, "out": out})
    write("elementwise", SEED + 2, cases)


def pca():
    rng = np.random.default_rng(SEED + 3)
    stretched = draw(rng, 30, 6) * np.array([8, 4, 2, 1, 0.5, 0.25]) * 4
    low_rank = draw(rng, 12, 3, limit=8) @ draw(rng, 3, 7, limit=8) * STEP
    cases = []
    for name, x, k, rank in [
        ("n > p", np.rint(stretched * STEP) / STEP, 6, 6),
        ("n < p", draw(rng, 5, 9), 4, 4),
        ("n = p, all components", draw(rng, 6, 6), 6, 5),
        ("rank 3", np.rint(low_rank * STEP) / STEP, 5, 3),
        ("one column", draw(rng, 7, 1), 1, 1),
        ("two rows", draw(rng, 2, 4), 1, 1),
        ("far from the origin", draw(rng, 20, 4) + np.array([1000, -2000, 0, 500]), 3, 3),
        ("40 digits", load_digits().data[:40], 5, 5),
    ]:
        fitted = PCA(k, svd_solver="full").fit(x)
        white = PCA(k, svd_solver="full", whiten=True).fit(x)
        z, few = fitted.transform(x), x[:4]
        cases.append({
            # components beyond the rank are arbitrary, so they are not stored
            "case": name, "k": k, "rank": rank, "in": {"x": short(x)},
            "out": {
                "components": bits(fitted.components_[:rank]),
                "mean": bits(fitted.mean_),
                "explained_variance": bits(fitted.explained_variance_),
                "explained_variance_ratio": bits(fitted.explained_variance_ratio_),
                "singular_values": bits(fitted.singular_values_),
                "transform": bits(z[:, :rank]),
                "whitened": bits(white.transform(few)[:, :rank]),
                "inverse_transform": bits(fitted.inverse_transform(fitted.transform(few[:2]))),
            },
        })
    write("pca", SEED + 3, cases)


def pca_tables():
    """scikit-learn's own tables, whole; its models by their names in linstat."""
    cases = []
    for name, load in [("iris", load_iris), ("wine", load_wine), ("cancer", load_breast_cancer), ("digits", load_digits)]:
        x = load().data
        p = x.shape[1]
        kept, out = {}, {}
        for model, k in [("two", 2), ("most", 0.9), ("nearly all", 0.999), ("mle", "mle"), ("all", None)]:
            fitted = PCA(k, svd_solver="full").fit(x)
            kept[model] = int(fitted.n_components_)
            out[model] = {
                "components": bits(fitted.components_[:3]),
                "explained_variance": bits(fitted.explained_variance_),
                "explained_variance_ratio": bits(fitted.explained_variance_ratio_),
                "noise_variance": bits(fitted.noise_variance_),
            }
            if p <= 13:
                out[model] |= {"covariance": bits(fitted.get_covariance()), "precision": bits(fitted.get_precision())}
            if fitted.noise_variance_ > 0 or fitted.explained_variance_[-1] > 1e-12 and fitted.n_components_ == p:
                out[model] |= {"score_samples": bits(fitted.score_samples(x[:5])), "score": bits(fitted.score(x))}
        svd = TruncatedSVD(2, algorithm="arpack", random_state=0).fit(x)
        out["truncated"] = {
            "components": bits(svd.components_),
            "singular_values": bits(svd.singular_values_),
            "explained_variance": bits(svd.explained_variance_),
            "explained_variance_ratio": bits(svd.explained_variance_ratio_),
        }
        whole = name == "digits"
        cases.append({"case": name, "kept": kept, "in": {"x": bits(x.astype(np.uint8) if whole else x)}, "out": out})
    rng = np.random.default_rng(SEED + 4)
    x = draw(rng, 200, 5) @ np.diag([4, 3, 2, 1, 0.5])
    far = x + 1e8  # exact
    assert np.array_equal(far - 1e8, x)
    fit = lambda x, solver: bits(PCA(5, svd_solver=solver).fit(x).components_)
    cases.append({
        "case": "far from the origin", "in": {"x": short(x)},
        "out": {"components": fit(x, "full"), "covariance solver": fit(far, "covariance_eigh")},
    })
    write("pca_tables", SEED + 4, cases)


def main():
    square()
    rectangle()
    factors()
    elementwise()
    pca()
    pca_tables()
