"""Every public function, every argument, every bad input: which end in another error than one of the library's.

``python benchmarks/bad_inputs.py --kept tries.jsonl`` tries all of them and goes on where it stopped; each try is one
line of that file. ``--again`` tries anew what was no clear answer, ``--share 0.2 --seed 1`` a fifth of all, drawn by
the seed. The tries of a function run in a process of their own; one that takes more seconds of processor time than
``--patience`` counts as one that hangs. What is printed: one line for each fault, and the counts. Tests hold a smaller
share: tests/negative/test_all_verbs.py.
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
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "negative"))
os.environ.setdefault("MPLBACKEND", "Agg")
# address space, so that an array of a billion is refused rather than begun
_MEMORY = 8 << 30
_CLEAR = ("house", "answer")
# wall time that a try may take, in units of the processor time that it may
_IDLE = 15


def child(write: int, call, todo: list[tuple[str, str]], patience: float) -> None:
    import matplotlib.pyplot as plt
    import working_calls

    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for k, (field, bad) in enumerate(todo):
            began = time.process_time()
            # of processor time, so that a busy machine hangs nothing; the signal ends the process
            signal.setitimer(signal.ITIMER_PROF, patience)
            came, text = working_calls.tried(call, field, bad)
            signal.setitimer(signal.ITIMER_PROF, 0)
            spent = round(time.process_time() - began, 3)
            os.write(write, (json.dumps([k, came, text, spent]) + "\n").encode())
            plt.close("all")


def attempts(call, todo: list[tuple[str, str]], patience: float) -> Iterator[tuple[str, str, str, str, float]]:
    """Yield (field, bad, what came, text, seconds); a process that dies or hangs is followed by another one."""
    while todo:
        read, write = os.pipe()
        process = os.fork()
        if process == 0:
            try:
                os.close(read)
                child(write, call, todo, patience)
            finally:
                os._exit(0)
        os.close(write)
        done, text, came = 0, b"", "dies"
        while True:
            if not select.select([read], [], [], _IDLE * patience)[0]:
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
        status = os.waitpid(process, 0)[1]
        if came == "dies" and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
            came = "hangs"
        if done < len(todo):
            yield (*todo[done], came, "", patience)
            done += 1
        todo = todo[done:]


def cells(name: str) -> list[tuple[str, str]]:
    """Every argument of a function with every bad input, and a billion where it is a count."""
    import bad_inputs
    import working_calls

    fields = working_calls.parameters(name)
    found = [(f, bad) for f in fields for bad in bad_inputs.BAD]
    return found + [(f, working_calls.BILLION) for f in fields if working_calls.counts(name, f)]


def kept_before(path: Path | None, again: bool) -> dict[tuple[str, str, str], str]:
    """What came of the tries that a file holds; where faults are tried again, of the others only."""
    lines = path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []
    known = {(name, field, bad): came for name, field, bad, came, *_ in map(json.loads, lines)}
    return {cell: came for cell, came in known.items() if not again or came in _CLEAR}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--patience", type=float, default=20)
    parser.add_argument("--only", default="", help="functions whose name begins so")
    parser.add_argument("--kept", type=Path, help="file of one line for each try; those in it are not tried again")
    parser.add_argument("--again", action="store_true", help="but faults in it are")
    asked = parser.parse_args()
    import working_calls

    warnings.simplefilter("ignore")
    began, draw, pool = time.monotonic(), random.Random(asked.seed), {}
    before = kept_before(asked.kept, asked.again)
    came, verbs, without = Counter(before.values()), 0, []
    keep = asked.kept.open("a", encoding="utf-8") if asked.kept else None
    # where working calls leave what they write
    folder = tempfile.TemporaryDirectory()
    os.chdir(folder.name)
    for name in working_calls.in_order():
        if not name.startswith(asked.only):
            continue
        if time.monotonic() - began > asked.seconds:
            print(f"stopped before {name}: no time left")
            break
        todo = [one for one in cells(name) if draw.random() < asked.share or one[1] == working_calls.BILLION]
        todo = [one for one in todo if (name, *one) not in before]
        if not todo and (name in working_calls.EXTRA or name.startswith("plot.")):
            # nothing to try, and no later call takes what its example makes
            continue
        try:
            call = working_calls.working_call(name, pool)
            if call is not None and todo:
                # here too, so that no try waits for a kernel to be compiled
                answer = call[0](**call[1])
                pool.setdefault(type(answer).__name__, answer)
        except Exception as fault:
            call = None
            print(f"no working call of {name}: {type(fault).__name__}: {str(fault)[:150]}", flush=True)
        if call is None:
            without.append(name)
            continue
        verbs += 1
        for field, bad, what, text, spent in attempts(call, todo, asked.patience):
            came[what] += 1
            if keep:
                print(json.dumps([name, field, bad, what, text, spent]), file=keep, flush=True)
            if what not in _CLEAR:
                print(f"{what}: {name}({field}={bad}) {text}", flush=True)
    total = sum(came.values())
    clear = sum(came[what] for what in _CLEAR)
    print(f"{verbs} functions, {total} tries, {clear / max(total, 1):.3%} clear: {dict(came)}")
    print(f"{time.monotonic() - began:.0f} s; without a working call: {without}")


if __name__ == "__main__":
    main()
