"""The classifier of this example on the pixels, in NumPy: the same random samples and the same steps.

    python examples/digits/twin.py        (numpy 2.4.6)
"""

import gzip
from pathlib import Path

import numpy as np

SEED, CLASSES, STEPS, MOMENTUM, RATE, SPREAD = 42, 10, 300, 0.9, 1.0, 0.01

with gzip.open(Path(__file__).parents[1] / "data" / "digits.csv.gz", "rt") as file:
    table = np.loadtxt(file, delimiter=",")
images, labels = table[:, :-1] / 16, table[:, -1].astype(int)

rng = np.random.default_rng(SEED)
order = rng.permutation(len(labels))
train, test = np.split(order, [len(labels) * 4 // 5])

x, target = images[train], np.eye(CLASSES)[labels[train]]
weights, bias = rng.normal(0, SPREAD, (x.shape[1], CLASSES)), np.zeros(CLASSES)
weight_step, bias_step = np.zeros_like(weights), np.zeros_like(bias)
for step in range(STEPS):
    scores = x @ weights + bias
    exp = np.exp(scores - scores.max(axis=1, keepdims=True))
    probability = exp / exp.sum(axis=1, keepdims=True)
    loss = -np.log(probability[np.arange(len(x)), labels[train]]).mean()
    gradient = probability - target
    weight_step = MOMENTUM * weight_step - RATE / len(x) * (x.T @ gradient)
    bias_step = MOMENTUM * bias_step - RATE / len(x) * gradient.sum(axis=0)
    weights += weight_step
    bias += bias_step


def accuracy(rows):
    return np.mean((images[rows] @ weights + bias).argmax(axis=1) == labels[rows])


print(f"{len(train)} images to train, {len(test)} to test, seed {SEED}")
print(f"last loss {loss:.4f}, train accuracy {accuracy(train):.4f}, test accuracy {accuracy(test):.4f}")
