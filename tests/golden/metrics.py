"""metrics.json: errors, scores, distances and entropies of scikit-learn and SciPy.

Probabilities are multiples of 1/16, so that those of f32 are the same; scikit-learn moves 0 and 1 by the EPSILON of their
type. Cross entropies are sums of SciPy's log_softmax.
"""

import warnings

import numpy as np
from scipy import stats
from scipy.spatial import distance
from scipy.special import log_softmax
from sklearn import metrics
from sklearn.metrics.pairwise import cosine_similarity

from golden import bits, draw, short, write

SEED = 20261129
METRICS = ["euclidean", "sqeuclidean", "cityblock", "chebyshev", "cosine"]


def regression_cases(rng):
    data = {f"n = {n}": (draw(rng, n), draw(rng, n)) for n in [1, 2, 5, 19]}
    data["good"] = (x := draw(rng, 10), x + draw(rng, 10, limit=4))
    data["perfect"] = (x, x)
    data["constant"] = (np.full(4, 0.5), draw(rng, 4))
    data["constant, perfect"] = (np.full(4, 0.5), np.full(4, 0.5))
    data["outputs"] = (draw(rng, 4, 3), draw(rng, 4, 3))
    cases = []
    for name, (t, p) in data.items():
        out = {"mse": bits(metrics.mean_squared_error(t, p)), "mae": bits(metrics.mean_absolute_error(t, p))}
        if t.ndim == 1:
            out |= {"rmse": bits(metrics.root_mean_squared_error(t, p)), "r2": bits(np.float64(metrics.r2_score(t, p)))}
        cases.append({"case": name, "type": "regression", "in": {"t": short(t), "p": short(p)}, "out": out})
    return cases


def distance_cases(rng):
    data = {f"n = {n}": (draw(rng, n), draw(rng, n)) for n in [1, 2, 3, 16, 21]}
    data["opposite"] = (x := draw(rng, 9), -x)
    data["equal"] = (x, x)
    data["a zero"] = (draw(rng, 5), np.zeros(5))
    return [
        {"case": name, "type": "distance", "in": {"x": short(x), "y": short(y)},
         "out": {metric: bits(np.float64(getattr(distance, metric)(x, y))) for metric in METRICS}}
        for name, (x, y) in data.items()
    ]


def pair_cases(rng):
    cases = []
    for m, n, p in [(1, 1, 1), (4, 3, 2), (5, 4, 7), (2, 3, 20)]:
        x, y = draw(rng, m, p), draw(rng, n, p)
        if m > 3:
            y[0] = x[1]  # distance 0
            x[3] = 0.0
        out = {metric: bits(distance.cdist(x, y, metric)) for metric in METRICS}
        out["similarity"] = bits(cosine_similarity(x, y))
        out["own"] = bits(metrics.pairwise_distances(x))
        cases.append({"case": f"{m} and {n} rows of {p}", "type": "pairs", "in": {"x": short(x), "y": short(y)}, "out": out})
    return cases


def entropy_cases(rng):
    positive = lambda *shape: np.abs(draw(rng, *shape)) + 1 / 16
    holes = positive(6)
    holes[2] = 0.0
    data = {f"n = {n}": (positive(n), positive(n)) for n in [1, 2, 17]}
    data |= {
        "p has a 0": (holes, positive(6)), "q has a 0": (positive(6), holes), "both": (holes, holes),
        "equal": (x := positive(5), x), "near": (x, x + np.array([1, 0, -1, 0, 0]) / 1024),
        "zeros": (np.zeros(3), positive(3)), "negative": (np.array([3.0, -1.0, 2.0]), positive(3)),
        "extreme": (np.array([1.0, 2.0**-120]), np.array([2.0**-120, 1.0])),
    }
    return [
        {"case": name, "type": "entropy", "in": {"p": short(p), "q": short(q)},
         "out": {"entropy": bits(stats.entropy(p)), "divergence": bits(stats.entropy(p, q))}}
        for name, (p, q) in data.items()
    ]


def label_cases(rng):
    cases = []
    for name, t, p, labels in [
        ("three", rng.integers(0, 3, 20), rng.integers(0, 3, 20), [2, 0]),
        ("gaps", rng.choice([-5, 7, 1000], 12), rng.choice([-5, 8, 7], 12), [8, -5, 3]),
        ("far apart", rng.choice([-(2**62), 0, 2**62], 9), rng.choice([-(2**62), 5, 2**62], 9), [2**62, 0]),
        ("one class", np.full(4, 3), np.full(4, 3), [3]),
    ]:
        cases.append({
            "case": name, "type": "labels", "in": {"t": bits(t), "p": bits(p), "labels": bits(np.array(labels))},
            "out": {
                "accuracy": bits(np.float64(metrics.accuracy_score(t, p))),
                "confusion": bits(metrics.confusion_matrix(t, p)),
                "chosen": bits(metrics.confusion_matrix(t, p, labels=labels)),
            },
        })
    return cases


def loss_cases(rng):
    cases = []
    for n, k in [(1, 2), (6, 3), (8, 10)]:
        t = rng.integers(0, k, n)
        counts = rng.multinomial(16, np.full(k, 1 / k), n) / 16
        both = counts[:, 0]
        logits = draw(rng, n, k, limit=160)
        loss = lambda t, p, k: {
            kind: bits(np.float64(metrics.log_loss(t, p.astype(kind), labels=range(k)))) for kind in ["float64", "float32"]
        }
        cases.append({
            "case": f"{n} samples of {k}", "type": "losses",
            "in": {"t": bits(t), "p": short(counts), "binary": bits(t % 2), "both": short(both), "logits": short(logits)},
            "out": {
                "log_loss": loss(t, counts, k), "binary": loss(t % 2, both, 2),
                "cross_entropy": bits(-log_softmax(logits, axis=1)[np.arange(n), t].mean()),
            },
        })
    return cases


def main():
    warnings.simplefilter("ignore")  # of undefined scores
    rng = np.random.default_rng(SEED)
    parts = [regression_cases, distance_cases, pair_cases, entropy_cases, label_cases, loss_cases]
    write("metrics", SEED, [case for part in parts for case in part(rng)])
