"""The peers' side of the conversation with the benchmark.

A script is started as `python3 SCRIPT FOLDER THREADS [name=value ...]`. It loads FOLDER/heads.npy
once, warms up, leaves its answer in FOLDER/SCRIPT.npy, and prints one line:

    ready name=value name=value ...    facts, numbers all of them
    absent NAME                        a package that isn't installed

Then, for each line `run` on stdin, it does one repetition and prints its seconds; a short one only
after another that isn't counted, so that it isn't measured cold. It ends with stdin.
"""

import importlib
import os
import sys
import time

FOLDER = sys.argv[1]
THREADS = int(sys.argv[2])
OPTIONS = dict(argument.split("=", 1) for argument in sys.argv[3:])


def need(*names):
    """The modules of these names; says so and ends if one isn't there."""
    try:
        return [importlib.import_module(name) for name in names]
    except ImportError as missing:
        print("absent", missing.name or missing, flush=True)
        sys.exit(0)


def heads(numpy):
    """[heads, n, n] float32."""
    return numpy.load(os.path.join(FOLDER, "heads.npy"))


def save(numpy, answer):
    """Leaves the answer for the benchmark, which judges it."""
    name = os.path.splitext(os.path.basename(sys.argv[0]))[0]
    numpy.save(os.path.join(FOLDER, name + ".npy"), numpy.asarray(answer, dtype=numpy.float64))


def serve(run, **facts):
    print("ready", *(f"{name}={value}" for name, value in facts.items()), flush=True)
    spent = 0
    for line in sys.stdin:
        if line.strip() != "run":
            break
        if spent < 1:
            run()
        start = time.perf_counter()
        run()
        spent = time.perf_counter() - start
        print(spent, flush=True)


def seconds(run):
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result
