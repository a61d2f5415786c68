"""Certificate A against brute force over all histories and beliefs of random games with two types a side.

Games have three or four periods; actions are seen, or signals, or signals of which some are proofs. Game k of seed s
is drawn from `default_rng([s, k])`. Its random profile is judged, and every profile that best replies make of it.
Wrong is a certificate that brute force refuses, and a largest gain below that of brute force.

Run: python benchmarks/trust_types.py [games] [seed]; also a kind of `trust.py`
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import armsgame as ag

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "checkers"))
from test_bayesian import Tree, unrolled  # type: ignore[import-not-found]

SEEN = ("actions", "signals", "some alarms are proofs")
_DISCOUNT = 0.8


def drawn(seed: int, k: int) -> tuple[ag.BayesianGame, dict[str, Any], str]:
    rng = np.random.default_rng([seed, k])
    seen, pure = SEEN[k % 3], bool(k % 2)
    periods = 4 if (pure and seen == "actions") or k % 12 == 5 else 3
    return *unrolled(rng, periods, seen=seen, pure=pure), seen


def judged(games: int, seed: int) -> tuple[int, int, int, float]:
    """Profiles judged, certified and wrong, and by how much largest gains differ that should be the same."""
    every = certified = wrong = 0
    furthest = 0.0
    for k in range(games):
        game, profile, seen = drawn(seed, k)
        found = ag.bayesian_equilibria(
            game, discount=_DISCOUNT, starts={"random": profile}, mixing="never", max_iter=60
        )
        for one in (profile, *(own.profile for own in found)):
            certificate, largest = ag.verify(game, one, discount=_DISCOUNT), Tree(game, one, _DISCOUNT).largest()
            every, certified = every + 1, certified + bool(certificate.ok)
            wrong += (certificate.ok and largest > 1e-9) or certificate.max_gain < largest - 1e-12
            if seen != "some alarms are proofs":
                furthest = max(furthest, abs(max(certificate.max_gain, 0) - max(largest, 0)))
    return every, certified, wrong, furthest


def rows(games: int, seed: int) -> Iterator[tuple[str, int, int, int, int]]:
    every, _, wrong, furthest = judged(games, seed)
    yield "types: certificates against all histories of short games", every, wrong + (furthest > 1e-9), 0, 0


def main() -> None:
    games, seed = (int(own) for own in (*sys.argv[1:], *("100", "77")[len(sys.argv) - 1 :]))
    start = time.process_time()
    every, certified, wrong, furthest = judged(games, seed)
    seconds = time.process_time() - start
    print(f"{games} games, {every} profiles, {certified} certified, {wrong} wrong; {seconds:.0f} s of the processor")
    print(f"where histories exclude only what the public excludes, largest gains differ by at most {furthest:.1e}")


if __name__ == "__main__":
    main()
