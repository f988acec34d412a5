"""product.json: NumPy's products of whole numbers, which wrap around, its products of stacks and sums over any axes, and
its norms of empty arrays; null where NumPy raises.

The elements of stacks and tensors are multiples of 1/16 (whole numbers: small), so that all their sums are exact."""

import numpy as np

from golden import TYPES, bits, draw, write
from linalg import MATRIX_ORDS, ORDS

SEED = 20240621
KINDS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
SHAPES = [(1, 1, 1), (2, 3, 2), (5, 13, 9), (10, 14, 1), (1, 14, 10), (3, 30, 4), (0, 3, 2), (3, 0, 2), (2, 3, 0)]


def products(rng, kind, m, k, n):
    info = np.iinfo(kind)

    def draw(*shape):
        return rng.integers(info.min, info.max, shape, dtype=kind, endpoint=True)

    a, b, x, y = draw(m, k), draw(k, n), draw(k), draw(m)
    out = {"matmul": a @ b, "matvec": a @ x, "vecmat": x @ b, "dot": np.dot(x, b[:, 0] if n else x),
           "outer": np.outer(y, x), "trace": np.trace(a, dtype=kind)}
    assert all(v.dtype == kind for v in out.values())
    return {"case": f"{kind} ({m}, {k}) and ({k}, {n})", "type": TYPES[kind],
            "in": {"a": bits(a), "b": bits(b), "x": bits(x), "y": bits(y)},
            "out": {name: bits(v) for name, v in out.items()}}


TENSOR_KINDS = ["float32", "float64", "complex64", "complex128", "int8", "int64", "uint32"]
# pairs of shapes whose last two axes fit as in matmul
STACKS = [((3,), (3, 2)), ((2, 3), (3,)), ((3,), (4, 3, 2)), ((4, 2, 3), (3,)), ((2, 3), (4, 3, 2)), ((4, 2, 3), (3, 2)),
          ((4, 2, 3), (4, 3, 5)), ((1, 2, 3), (4, 3, 1)), ((5, 1, 2, 3), (4, 3, 2)), ((4, 1, 3), (2, 1, 3, 1)),
          ((0, 2, 3), (3, 2)), ((1, 2, 3), (0, 3, 2)), ((4, 0, 3), (3, 2)), ((4, 2, 0), (0, 2)), ((2, 1, 1, 1, 2, 3), (2, 1, 1, 3, 2))]
# pairs whose last axes fit
LAST = [((3,), (3,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 3), (4, 1, 3)), ((1, 3), (0, 3)), ((2, 0), (2, 0)), ((2, 1, 3), (4, 3))]
MATVECS = [((2, 3), (3,)), ((2, 3), (5, 3)), ((4, 2, 3), (3,)), ((4, 2, 3), (4, 3)), ((4, 1, 2, 3), (5, 3)), ((0, 2, 3), (1, 3)), ((2, 0), (0,))]
TENSORDOTS = [((2, 3), (3, 2), 0), ((2, 3), (3, 2), 1), ((2, 3), (2, 3), 2), ((2, 3, 4), (3, 4, 2), 2), ((2, 3, 4), (4, 3, 2), ([1, 2], [1, 0])),
              ((2, 3, 4), (5, 3), ([1], [1])), ((2, 0), (0, 3), 1), ((3,), (3,), 1), ((2, 3), (), 0), ((2, 3, 2), (2, 2, 3), ([0, 2, 1], [1, 0, 2]))]
KRONS = [((2,), (3,)), ((2, 3), (4,)), ((3,), (2, 2)), ((2, 3), (3, 2)), ((2, 1, 3), (2, 2)), ((0, 2), (3, 2)), ((), (2, 2))]
POWERS = [((2, 2), 0), ((2, 2), 1), ((3, 3), 2), ((3, 3), 3), ((2, 2), 4), ((2, 2), 5), ((4, 2, 2), 3), ((0, 0), 2), ((2, 0, 0), 0)]
DIAGONALS = [((2, 3), 0), ((2, 3), 1), ((3, 2), -1), ((2, 3), 5), ((3, 2), -4), ((4, 3, 3), 1), ((2, 2, 2, 3), -1), ((0, 2, 2), 0), ((2, 0, 3), 1)]
EINSUMS = [
    ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ij,jk->ki", (2, 3), (3, 4)), ("ba", (2, 3)), ("ij->ji", (2, 3)),
    ("ii", (3, 3)), ("ii->i", (3, 3)), ("iji->ij", (2, 3, 2)), ("iij->j", (2, 2, 3)), ("iii->i", (3, 3, 3)), ("ijij->ij", (2, 3, 2, 3)),
    ("ijij->", (2, 3, 2, 3)), ("...ii->...i", (4, 3, 3)), ("...ij->...ji", (4, 2, 3)), ("ij->", (2, 3)), ("ij->j", (2, 3)), ("ij->i", (2, 3)),
    ("i,i", (3,), (3,)), ("i,i->i", (3,), (3,)), ("i,j->ij", (3,), (2,)), ("i,j->ji", (3,), (2,)), ("i,j->", (3,), (2,)), ("ij,ij->i", (4, 3), (4, 3)),
    ("bij,bjk->bik", (4, 2, 3), (4, 3, 2)), ("bij,bkj->bik", (4, 2, 3), (4, 2, 3)), ("bij,bj->ib", (4, 2, 3), (4, 3)), ("...i,...i->...", (2, 3), (4, 1, 3)),
    ("...ij,...jk->...ik", (4, 1, 2, 3), (5, 3, 2)), ("i...,i...->...", (2, 3), (2, 1, 3)), ("i,i->i", (1,), (3,)), ("ij,j->i", (2, 1), (3,)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)), ("i,ij,j->", (2,), (2, 3), (3,)), ("ijk,il,jm,kn->lmn", (2, 3, 2), (2, 2), (3, 3), (2, 4)),
    ("ij,ij,ij->ij", (2, 3), (2, 3), (2, 3)), ("ijk,kj,i->", (2, 3, 4), (4, 3), (2,)), ("ijkl,klm->mij", (2, 3, 2, 2), (2, 2, 3)),
    ("", ()), (",i->i", (), (3,)), ("i->", (0,)), ("ij,jk->ik", (2, 0), (0, 3)), ("i,j->ij", (0,), (2,)), ("i,i->i", (0,), (1,)),
    ("aB,Bc", (2, 3), (3, 2)), ("ij , jk -> ik", (2, 3), (3, 2)), ("abc,cd,abd->d", (2, 3, 2), (2, 4), (2, 3, 4)), ("i->i...", (3,)),
    ("...,...", (2, 3), (3,)), ("...a,a...->a...", (2, 3), (3, 2)),
]


def tensor(rng, kind, shape):
    if np.dtype(kind).kind in "iu":
        return rng.integers(0 if kind[0] == "u" else -4, 5, shape).astype(kind)
    return np.asarray(draw(rng, *shape, complex_=np.dtype(kind).kind == "c", limit=32)).astype(kind)


def tensors(rng, kind):
    """Cases of each function: its name is the only name in `out`; the type is that of the elements, after `tensors`."""
    def one(name, shapes, call, **others):
        arrays = [tensor(rng, kind, shape) for shape in shapes]
        result = np.asarray(call(*arrays))
        assert result.dtype == kind, (name, result.dtype)
        described = " ".join(str(v) for v in [name, *others.values(), *shapes])
        return {"case": f"{kind} {described}", "type": f"tensors {TYPES[kind]}", **others, "function": name,
                "in": {letter: bits(a) for letter, a in zip("abcd", arrays)}, "out": {name: bits(result)}}

    for shapes in STACKS:
        yield one("matmul", shapes, np.matmul)
    for shapes in LAST:
        yield one("vecdot", shapes, np.vecdot)
        yield one("inner", shapes, np.inner)
    for a, v in MATVECS:
        yield one("matvec", (a, v), np.matvec)
        yield one("vecmat", (v, (*a[:-2], a[-1], a[-2])), np.vecmat)
    for shapes in [((3,), (3,)), ((2, 3), (6,)), ((0, 2), (0,)), ((2, 3), (3, 2))]:
        yield one("vdot", shapes, np.vdot)
    for a, b, axes in TENSORDOTS:
        listed = {"count": axes} if isinstance(axes, int) else {"left": axes[0], "right": axes[1]}
        yield one("tensordot", (a, b), lambda a, b: np.tensordot(a, b, axes), **listed)
    for shapes in KRONS:
        yield one("kron", shapes, np.kron)
    for shapes in [((3,), (3,)), ((2, 3), (3,)), ((2, 1, 3), (4, 3)), ((0, 3), (3,))]:
        yield one("cross", shapes, np.linalg.cross)
    for shapes in [((2, 3), (3, 2)), ((2, 3), (3, 4), (4, 2)), ((3,), (3, 2), (2, 4)), ((2,), (2, 3), (3,)), ((2, 0), (0, 3), (3, 2)), ((3, 2), (2, 4), (4, 3), (3,))]:
        yield one("multi_dot", shapes, lambda *arrays: np.linalg.multi_dot(arrays))
    for shape, n in POWERS:
        yield one("matrix_power", (shape,), lambda a: np.linalg.matrix_power(a, n), n=n)
    for shape, offset in DIAGONALS:
        yield one("diagonal", (shape,), lambda a: np.linalg.diagonal(a, offset=offset), n=offset)
        yield one("trace_offset", (shape,), lambda a: np.linalg.trace(a, offset=offset, dtype=a.dtype), n=offset)
    for subscripts, *shapes in EINSUMS:
        yield one("einsum", shapes, lambda *arrays: np.einsum(subscripts, *arrays), subscripts=subscripts)


def number(norm):
    try:
        return bits(float(norm()))
    except ValueError:
        return None


def norms(shape):
    a = np.zeros(shape)
    out = {"norm": number(lambda: np.linalg.norm(a)),
           "vector": [number(lambda: np.linalg.vector_norm(a, ord=o)) for o in ORDS]}
    if len(shape) == 2:
        out["matrix"] = {name: number(lambda: np.linalg.matrix_norm(a, ord=o)) for name, o in MATRIX_ORDS.items()}
    return {"case": f"norms of {shape}", "type": "norms", "in": {"a": bits(a)}, "out": out}


def main():
    rng = np.random.default_rng(SEED)
    cases = [products(rng, kind, *shape) for kind in KINDS for shape in SHAPES]
    cases += [case for kind in TENSOR_KINDS for case in tensors(np.random.default_rng(SEED + 1), kind)]
    cases += [norms(shape) for shape in [(0,), (0, 0), (0, 3), (3, 0)]]
    write("product", SEED, cases)
