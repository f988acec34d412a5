#!/usr/bin/env python3
"""Measures the compile time that linstat adds to a program.

    python3 benches/compile/measure.py [program ...]

Builds the programs of src/ (the lesson is examples/lesson.rs) with all dependencies, then each program's own crate once
more, alone. Prints its processor time (user and system, of cargo, rustc and the linker), the difference to `without`
(the first program without linstat), and the size of the program. Incremental compilation is off.
"""
import os
import pathlib
import resource
import subprocess
import sys
import time

here = pathlib.Path(__file__).resolve().parent
target = here.parent.parent / "target" / "compile"
programs = {
    "without": here / "src/without.rs",
    "readme": here / "src/readme.rs",
    "regression": here / "src/regression.rs",
    "kmeans": here / "src/kmeans.rs",
    "lesson": here.parent.parent / "examples/lesson.rs",
    "everything": here / "src/everything.rs",
}
chosen = sys.argv[1:] or [name for name, source in programs.items() if source.exists()]
environment = dict(os.environ, CARGO_INCREMENTAL="0", CARGO_TARGET_DIR=str(target))


def build(program, profile):
    command = ["cargo", "build", "--quiet", "--bin", program, "--manifest-path", str(here / "Cargo.toml")]
    subprocess.run(command + profile, env=environment, check=True)


def processor_time():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


print(f"{'program':12} {'profile':8} {'processor s':>12} {'beyond':>8} {'wall s':>8} {'size MB':>8}")
for name, profile in (("release", ["--release"]), ("debug", [])):
    build("without", profile)
    base = None
    for program in ["without"] + [p for p in chosen if p != "without"]:
        build(program, profile)
        os.utime(programs[program])
        before, start = processor_time(), time.monotonic()
        build(program, profile)
        took, wall = processor_time() - before, time.monotonic() - start
        base = took if base is None else base
        size = (target / name / program).stat().st_size / 1e6
        print(f"{program:12} {name:8} {took:12.2f} {took - base:8.2f} {wall:8.2f} {size:8.2f}", flush=True)
