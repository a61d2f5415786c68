"""Fuzz of what the library calls certain, kind by kind, against code that shares nothing with it.

    python benchmarks/trust.py [GAMES] [SEED] [KIND ..]

prints one row for each kind of question: games tried, wrong answers, answers that did not converge (and say so), and
runs without an end. Each kind is a module `trust_<kind>` beside this file; its docstring says what is compared.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent
KINDS = tuple(sorted(path.stem.removeprefix("trust_") for path in HERE.glob("trust_*.py")))


def main(games: int = 20, seed: int = 1, *kinds: str) -> int:
    sys.path.insert(0, str(HERE))
    wrong = 0
    print(f"{games} games, seed {seed}")
    print(f"{'question':<64s} {'tried':>7s} {'wrong':>7s} {'unconverged':>12s} {'endless':>8s}")
    for kind in kinds or KINDS:
        start = time.process_time()
        for question, tried, bad, open_, endless in import_module(f"trust_{kind}").rows(games, seed):
            print(f"{question:<64s} {tried:7d} {bad:7d} {open_:12d} {endless:8d}", flush=True)
            wrong += bad + endless
        print(f"{'':4s}{kind}: {time.process_time() - start:.0f} s of processor time", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    games, seed = (*numbers, *(20, 1)[len(numbers) :])[:2]
    sys.exit(main(games, seed, *(word for word in sys.argv[1:] if not word.isdigit())))
