"""Every public function, every argument, every bad input: which end in another error than one of the library's.

``python benchmarks/bad_inputs.py --share 0.2 --seed 1 --seconds 300`` tries a fifth of all, drawn by the seed. Each
function is tried in a process of its own; a try that takes longer than ``--patience`` counts as one that hangs. What is
printed: one line for each fault, and the counts. Tests hold a smaller share: tests/negative/test_all_verbs.py.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import select
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "negative"))
os.environ.setdefault("MPLBACKEND", "Agg")


def child(write: int, call, todo: list[tuple[str, str]]) -> None:
    import matplotlib.pyplot as plt
    import working_calls

    warnings.simplefilter("ignore")
    # address space, so that an array of a billion is refused rather than begun
    resource.setrlimit(resource.RLIMIT_AS, (12 << 30, 12 << 30))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for k, (field, bad) in enumerate(todo):
            os.write(write, (json.dumps([k, *working_calls.tried(call, field, bad)]) + "\n").encode())
            plt.close("all")


def attempts(call, todo: list[tuple[str, str]], patience: float):
    """Yield (field, bad, what came, text); a process that dies or hangs is told and followed by another one."""
    while todo:
        read, write = os.pipe()
        process = os.fork()
        if process == 0:
            try:
                os.close(read)
                child(write, call, todo)
            finally:
                os._exit(0)
        os.close(write)
        done, text, came = 0, b"", "dies"
        while True:
            if not select.select([read], [], [], patience)[0]:
                came = "hangs"
                break
            more = os.read(read, 65536)
            if not more:
                break
            text += more
            *lines, text = text.split(b"\n")
            for line in lines:
                k, *told = json.loads(line)
                yield (*todo[k], *told)
                done = k + 1
        os.close(read)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        if done < len(todo):
            yield (*todo[done], came, "")
            done += 1
        todo = todo[done:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--patience", type=float, default=20)
    parser.add_argument("--only", default="", help="functions whose name begins so")
    asked = parser.parse_args()
    import bad_inputs
    import working_calls

    warnings.simplefilter("ignore")
    began, draw, pool = time.monotonic(), random.Random(asked.seed), {}
    came, verbs, without = Counter(), 0, []
    names = list(working_calls.public())
    # last those that use what examples of others made
    for name in sorted(names, key=lambda n: n in working_calls.EXTRA or n.startswith("plot.")):
        if not name.startswith(asked.only) or name in working_calls.ELSEWHERE:
            continue
        if time.monotonic() - began > asked.seconds:
            print(f"stopped before {name}: no time left")
            break
        try:
            call = working_calls.working_call(name, pool)
            if call is not None and name not in bad_inputs.CALLS:
                answer = call[0](**call[1])
                pool.setdefault(type(answer).__name__, answer)
        except Exception as fault:
            call = None
            print(f"no working call of {name}: {type(fault).__name__}: {str(fault)[:150]}", flush=True)
        if call is None:
            without.append(name)
            continue
        verbs += 1
        todo = [(f, bad) for f in working_calls.parameters(name) for bad in bad_inputs.BAD]
        todo = [one for one in todo if draw.random() < asked.share]
        todo += [(f, working_calls.BILLION) for f in working_calls.parameters(name) if working_calls.counts(name, f)]
        for field, bad, what, text in attempts(call, todo, asked.patience):
            came[what] += 1
            if what not in ("house", "answer"):
                print(f"{what}: {name}({field}={bad}) {text}", flush=True)
    print(f"{verbs} functions, {sum(came.values())} tries in {time.monotonic() - began:.0f} s: {dict(came)}")
    print(f"without a working call: {without}")


if __name__ == "__main__":
    main()
