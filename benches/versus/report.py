"""Writes a page of docs/performance from the tables of one processor: python report.py NAME CSV..

Each CSV is a whole run of versus. Every row in which NumPy is faster is listed with the cause, which is kept
here beside the rows it explains: a row without one stands as "not explained".
"""

import csv
import math
import re
import sys
from pathlib import Path

# NumPy's time / ours, below which a row is listed: the noise of a run
NOISE = 0.95

# linstat's time / that of the bare routine, below which the routine is the cause
BARE = 1.15

# (library, row as a regular expression, cause); the first that fits is taken
CAUSES = [
    ("embedded", r"^(eig|eigvals) ", "faer: Hessenberg reduction and QR iteration"),
    ("embedded", r"^(eigh|eigvalsh) ", "faer: reduction to a tridiagonal matrix"),
    ("embedded", r"^(svd|svdvals|norm (nuc|mat2)|systems (cond|matrix_rank|pinv|lstsq))",
     "faer: reduction to a bidiagonal matrix"),
    ("embedded", r"^(products )?(matvec|vecmat) 1000$", "one thread: a second one was asked for from larger matrices on"),
    ("embedded", r"^products (tensordot|einsum ij,kj->ik) 256$", "one thread: faer was given a second one from order 300 on"),
    ("embedded", r"^factors qr", "faer: QR of small and of tall matrices"),
    ("", r"^products einsum ij,kj,j->i [28]$", "the subscripts are read and planned for any number of arrays: 2 us"),
    ("", r"^stacks matmul", "the places of results are filled with zeros first (7 to 10 %), in pages that are new (6 %)"),
    ("", r"^stacks (cholesky|solve)", "two copies of each matrix, from rows to columns and back: half of the time of `cholesky`"),
    ("", r"^(stats (mean|var|std|nanmean)|stream mean)",
     "means are rounded correctly, in twice the precision; NumPy adds once"),
    ("", r"^stats (cov|corrcoef)", "passes that keep the digits of columns with a large mean"),
    ("", r"^activation tanh .*", "arithmetic for 2 ulp; NumPy takes polynomials from tables, and allows more"),
    ("", r"^copy", "`to_owned` of ndarray: the system gives its memory page by page, NumPy asks for huge pages"),
]


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


def read(path):
    lines = Path(path).read_text().splitlines()
    head = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# ") and ": " in line)
    return head, list(csv.DictReader(line for line in lines if not line.startswith("#")))


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None


def cell(x):
    return "" if x is None else f"{x:.2f}" if x < 10 else f"{x:.0f}"


def name(row):
    return f"{row['group']} {row['case']}" if row["group"] != row["case"].split(" ")[0] else row["case"]


def cause(row, library):
    bare = number(row["linstat_over_raw"] or "")
    if library == "linstat" and bare and bare < BARE:
        return f"the bare routine of that library: ours takes {bare:.2f} times as long"
    for of, pattern, why in CAUSES:
        if of in ("", library) and re.search(pattern, name(row)):
            return why
    return "not explained"


def main(title, paths):
    runs = [read(path) for path in paths]
    print(f"# {title}\n")
    print("Made by `benches/versus/tables`, which runs every row of `versus` in one go (three rounds each, whose medians are")
    print("taken), and writes this page. A figure above 1 means that linstat takes less time. `linstat` is linstat on the")
    print("library that is named below, `embedded` on the pure Rust one. No row is repeated by choice.\n")
    keys = ["cpu", "os", "linstat", "embedded", "rust", "python", "numpy", "scipy", "sklearn", "jax"]
    for key in keys:
        if key in runs[0][0]:
            print(f"- {key}: {runs[0][0][key]}")
    for (head, rows), path in zip(runs, paths):
        threads = head.get("threads", "?").split(" ")[0]
        plural = "" if threads == "1" else "s"
        print(f"\n## {threads} thread{plural}\n\n[All {len(rows)} rows]({Path(path).name}), with every peer and the noise.\n")
        print("| group | rows | NumPy / linstat, geometric mean | least | NumPy / embedded | least | rows below NumPy | below the best peer |")
        print("|---|---|---|---|---|---|---|---|")
        groups = list(dict.fromkeys(row["group"] for row in rows))
        for group in groups + ["all"]:
            some = [row for row in rows if group in ("all", row["group"])]
            ratios = [
                [r for row in some if (r := number(row[column]))] for column in ("numpy_over_linstat", "numpy_over_embedded")
            ]
            peer = sum((number(row["best_over_linstat"]) or 1) < NOISE for row in some)
            below = sum(r < NOISE for r in ratios[0])
            print(
                f"| {group} | {len(some)} | {cell(mean(ratios[0]))} | {cell(min(ratios[0], default=None))} "
                f"| {cell(mean(ratios[1]))} | {cell(min(ratios[1], default=None))} | {below} | {peer} |"
            )
        print("\nRows in which NumPy is faster:\n")
        print("| row | type | library | NumPy / ours | noise, ours and NumPy's | cause |\n|---|---|---|---|---|---|")
        for row in rows:
            for library, column in (("linstat", "numpy_over_linstat"), ("embedded", "numpy_over_embedded")):
                ratio = number(row[column])
                # loops of our own are the same on every backend
                same = library == "embedded" and row["embedded"] in ("", row["linstat"])
                if ratio and ratio < NOISE and not same:
                    noise = f"{row['linstat_noise']}, {row['numpy_noise']}"
                    print(f"| {name(row)} | {row['dtype']} | {library} | {ratio:.2f} | {noise} | {cause(row, library)} |")


main(sys.argv[1], sys.argv[2:])
