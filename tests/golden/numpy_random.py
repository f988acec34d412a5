"""Makes every draw of numpy_random.json again and reports where NumPy gives other bits.

    python tests/golden/numpy_random.py        (python 3.11, numpy 2.4.6)

The cases are the program: a seed, and calls of methods with their arguments. generate.py replaces their results by those
of NumPy on this machine; on the system of the header, nothing changes. README.md describes the format.
"""

import json
import platform
import sys
import warnings
from pathlib import Path

import numpy as np

warnings.simplefilter("ignore", DeprecationWarning)  # of random_integers

FILE = Path(__file__).with_name("numpy_random.json")
SHORT = 32  # longer results are stored as hash, head and tail
ENDS = 6
DTYPES = {
    "f64": np.float64, "f32": np.float32, "bool": np.bool_,
    "i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64,
    "u8": np.uint8, "u16": np.uint16, "u32": np.uint32, "u64": np.uint64,
}
NAMES = {np.dtype(dtype): name for name, dtype in DTYPES.items()}


def number(x):
    """Reads a number: floats are written by float.hex(), some integers in decimal digits."""
    if not isinstance(x, str):
        return x
    return float.fromhex(x) if "0x" in x else int(x)


def argument(name, x):
    if name == "dtype":
        return DTYPES[x]
    if name in ("method", "delta", "jumps", "seed"):
        return x if name == "method" else number(x)
    if isinstance(x, dict) and "arange" in x:
        return np.arange(x["arange"], dtype=DTYPES[x["dtype"]]).reshape(x.get("shape", -1))
    if isinstance(x, dict):
        return np.array([number(item) for item in x["list"]], dtype=DTYPES[x.get("dtype", "f64")])
    if isinstance(x, list):
        return tuple(argument(name, item) for item in x)
    return number(x)


def hash_of(x):
    """FNV-1a over whole elements."""
    kind = {"f": "u", "i": "i", "u": "u", "b": "u"}[x.dtype.kind]
    result = 0xCBF29CE484222325
    for bits in x.view(np.dtype(f"{kind}{x.dtype.itemsize}")).ravel().tolist():
        result = ((result ^ (bits & 0xFFFFFFFFFFFFFFFF)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{result:016x}"


def items(x):
    return [item.hex() if isinstance(item, float) else item for item in x.ravel().tolist()]


def stored(x, ends):
    if isinstance(x, bytes):
        x = np.frombuffer(x, np.uint8)
    shape = list(x.shape) if isinstance(x, np.ndarray) else None
    # Python's numbers are f64, i64 and bool; NumPy's scalars have a dtype
    x = np.ascontiguousarray(x)
    out = {"dtype": NAMES[x.dtype], "shape": shape}
    if x.size <= SHORT:
        return out | {"data": items(x)}
    flat = x.ravel()
    return out | {"n": x.size, "fnv": hash_of(x), "head": items(flat[:ends]), "tail": items(flat[-ends:])}


def entropy(seed):
    values = [int(item) for item in seed["entropy"]]
    return values[0] if seed["form"] == "int" else values


def sequence(seed):
    keys = tuple(int(item) for item in seed.get("spawn_key", ()))
    return np.random.SeedSequence(entropy(seed), spawn_key=keys, pool_size=seed.get("pool_size", 4))


def pcg64_state(bits):
    state = bits.state
    inner = {name: str(value) for name, value in state["state"].items()}
    return inner | {"has_uint32": state["has_uint32"], "uinteger": state["uinteger"]}


def bits_state(rng):
    """Hashes the state of a bit generator, as integers in the order of its names."""
    def words(state):
        if isinstance(state, dict):
            return [word for name, value in state.items() if name != "bit_generator" for word in words(value)]
        # those of 128 bits in two halves
        return [half for word in np.ravel(np.array(state, dtype=object)).tolist()
                for half in ([word] if word < 2**64 else [word % 2**64, word >> 64])]
    return hash_of(np.array(words(rng.bit_generator.state), dtype=np.uint64))


def legacy_state(rng):
    _, key, pos, has_gauss, gauss = rng.get_state()
    return {
        "key_fnv": hash_of(key), "key_head": key[:3].tolist(), "pos": pos,
        "has_gauss": has_gauss, "gauss": float(gauss).hex(),
    }


def result(rng, call):
    """The result of a method, or the array that it changed in place."""
    method = call["m"]
    kwargs = {name: argument(name, x) for name, x in call["args"].items()}
    if method in ("random_raw", "advance"):
        return getattr(rng.bit_generator, method)(*kwargs.values())
    if method == "jumped":
        rng.bit_generator.state = rng.bit_generator.jumped(**kwargs).state
        return None
    if method == "spawn":
        return np.array([child.bit_generator.random_raw() for child in rng.spawn(kwargs["n_children"])], np.uint64)
    if method in ("rand", "randn"):
        return getattr(rng, method)(*kwargs["dims"])
    if method == "shuffle":
        rng.shuffle(**kwargs)
        return kwargs["x"]
    return getattr(rng, method)(**kwargs)


def replay(case):
    """The case with NumPy's results in place of the stored ones."""
    case = json.loads(json.dumps(case))
    seed = case["seed"]
    match case["type"]:
        case "seedseq":
            s = sequence(seed)
            case["pool"] = s.pool.tolist()
            for n in case["state32"]:
                case["state32"][n] = s.generate_state(int(n)).tolist()
            for n in case["state64"]:
                case["state64"][n] = s.generate_state(int(n), np.uint64).tolist()
        case "pcg64":
            bits = np.random.PCG64(sequence(seed))
            case["state_initial"] = pcg64_state(bits)
            case["random_raw"] = bits.random_raw(len(case["random_raw"])).tolist()
            case["state_after"] = pcg64_state(bits)
        case "spawn":
            parent = np.random.default_rng(sequence(seed))
            children = [child for n in case["plan"] for child in parent.spawn(n)]
            for stored_child, child in zip(case["children"], children, strict=True):
                stored_child |= {
                    "spawn_key": [str(k) for k in child.bit_generator.seed_seq.spawn_key],
                    "state_initial": pcg64_state(child.bit_generator),
                    "random_raw": child.bit_generator.random_raw(len(stored_child["random_raw"])).tolist(),
                }
                if "grandchild" in stored_child:
                    inner, (grandchild,) = stored_child["grandchild"], child.spawn(1)
                    inner["spawn_key"] = [str(k) for k in grandchild.bit_generator.seed_seq.spawn_key]
                    inner["random_raw"] = grandchild.bit_generator.random_raw(len(inner["random_raw"])).tolist()
            raw = parent.bit_generator.random_raw(len(case["parent_raw_after"]))
            case["parent_raw_after"] = raw.tolist()
        case kind:
            match kind:
                case "legacy":
                    rng, state = np.random.RandomState(entropy(seed)), legacy_state
                case "bits":
                    bits = getattr(np.random, case["bits"])(sequence(seed))
                    rng, state = np.random.Generator(bits), bits_state
                case _:
                    rng, state = np.random.default_rng(sequence(seed)), lambda rng: pcg64_state(rng.bit_generator)
            for call in case["calls"]:
                returned = result(rng, call)
                if "out" in call:
                    call["out"] = stored(returned, case.get("ends", ENDS))
            case["state_after"] = state(rng)
    return case


def differences(case, again):
    """The calls of a case that differ, and its final state if that differs."""
    for i, (old, new) in enumerate(zip(case.get("calls", []), again.get("calls", []))):
        if old.get("out") == new.get("out"):
            continue
        if "tol" in old and old["out"]["shape"] == new["out"]["shape"]:
            # results of LAPACK, whose last digits depend on the processor: the stored ones remain
            found, expected = ([float.fromhex(x) for x in call["out"]["data"]] for call in (new, old))
            if np.allclose(found, expected, float(old["tol"]["rtol"]), float(old["tol"]["atol"])):
                new["out"] = old["out"]
                continue
        yield f'{case["case"]}, call {i}: {old["m"]}({old["args"]}) gives {new["out"]}, stored is {old["out"]}'
    rest = {name: value for name, value in case.items() if name != "calls"}
    for name in rest:
        if rest[name] != again[name]:
            yield f'{case["case"]}, {name}: {again[name]}, stored is {rest[name]}'


def main(write=True):
    file = json.loads(FILE.read_text())
    here = {"python": platform.python_version(), "numpy": np.__version__}
    for name, version in here.items():
        if file["header"]["versions"][name] != version:
            print(f'{name} is {version}, the file is of {file["header"]["versions"][name]}', file=sys.stderr)
    again = [replay(case) for case in file["cases"]]
    found = [line for pair in zip(file["cases"], again) for line in differences(*pair)]
    print(*found, sep="\n", end="\n" if found else "")
    calls = sum(len(case.get("calls", [])) for case in again)
    print(f"{len(again)} cases, {calls} calls, {len(found)} differences")
    if write:
        body = json.dumps(file | {"cases": again}, separators=(",", ":")).replace('},{"case"', '},\n{"case"')
        FILE.write_text(body + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(write=False))
