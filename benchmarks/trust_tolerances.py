"""Fuzz of what counts as zero: thresholds against exact ones, affine payoffs, patient parties, printed ends.

Run: python benchmarks/trust_tolerances.py
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

import armsgame as ag

_SCALES = ((1e-8, 0.0), (1e8, 0.0), (1.0, 1e7), (1.0, -1e7), (0.37, -1e6))


def _game(payoffs: Any, monitoring: Any) -> Any:
    stage = ag.StageGame.from_bimatrix(*payoffs)
    return ag.RepeatedGame(stage) if monitoring is None else ag.RepeatedGame(stage, monitoring)


def _drawn(rng: np.random.Generator) -> tuple[Any, Any, tuple[Any, Any]]:
    """Draw payoffs [2, 2, 2], monitoring and a pair of automata of up to three states."""
    pay = rng.integers(-3, 4, (2, 2, 2)).astype(float)
    if rng.random() < 0.5:
        pay[1] = pay[0].T
    monitoring, signals = None, 4
    if rng.random() < 0.5:
        good, signals = rng.integers(0, 11, (2, 2)) / 10, 2
        monitoring = ag.Monitoring.public(np.stack([good, 1 - good], axis=-1))

    def rule() -> Any:
        size = int(rng.integers(1, 4))
        law = np.eye(2)[rng.integers(0, 2, size)]
        mixed = rng.random(size) < 0.25
        law[mixed] = rng.choice([0.5, 0.25, 0.1], mixed.sum())[:, None] * [1, -1] + [0, 1]
        return ag.Automaton(law, rng.integers(0, size, (size, signals)))

    return pay, monitoring, (rule(), rule())


def _tally(games: int, seed: int, one: Callable[[np.random.Generator], bool]) -> tuple[int, int, int, int]:
    rng, wrong, unsolved = np.random.default_rng(seed), 0, 0
    for _ in range(games):
        try:
            wrong += not one(rng)
        except ag.errors.NotSolved:
            unsolved += 1
    return games, wrong, unsolved, 0


def _thresholds(rng: np.random.Generator) -> bool:
    """Float sets are the exact ones, their ends pass the verifier, printed ones too, and Nash contains perfect."""
    pay, monitoring, profile = _drawn(rng)
    game = _game(pay, monitoring)
    sets = {}
    for concept in ("perfect", "nash"):
        rough = ag.critical_discount(game, profile, concept=concept)
        sharp = ag.critical_discount(game, profile, concept=concept, exact=True)
        sets[concept] = rough.intervals
        good = ("subgame perfect", "perfect public", "Nash")[: 3 if concept == "nash" else 2]
        if len(rough.intervals) != len(sharp.intervals):
            return False
        if any(
            abs(a - b) > 1e-9
            for x, y in zip(rough.intervals, sharp.intervals, strict=True)
            for a, b in zip(x, y, strict=True)
        ):
            return False
        printed = [
            float(x) for x in re.findall(r"(?<=\[)[0-9.]+|[0-9.]+(?=\])|(?<=only )[0-9.]+", str(rough).split(";")[0])
        ]
        ends = [d for pair in rough.intervals for d in pair if d < 1]
        if any(ag.verify(game, profile, discount=d).kind not in good for d in ends + printed):
            return False
        exact = [d for pair in sharp.ends or () for d in pair if d < 1]
        if any(ag.verify(game, profile, discount=d, exact=True).kind not in good for d in exact):
            return False
    return all(any(a <= x and y <= b for a, b in sets["nash"]) for x, y in sets["perfect"])


def _patience(rng: np.random.Generator) -> bool:
    """The verdict in floats is the exact one, from no patience to nearly no impatience."""
    pay, monitoring, profile = _drawn(rng)
    if rng.random() < 0.3:
        pay[:, 1, :] += 1e-5
    game = _game(pay, monitoring)
    return all(
        ag.verify(game, profile, discount=float(d)).kind == ag.verify(game, profile, discount=d, exact=True).kind
        for d in (Fraction(0), Fraction(1, 2), Fraction("0.9999"), Fraction("0.999999"))
    )


def _affine(rng: np.random.Generator) -> bool:
    """Payoffs of each party times a positive number plus a constant leave verdicts and thresholds as they are."""
    pay, monitoring, profile = _drawn(rng)
    first = _game(pay, monitoring)
    told = [ag.verify(first, profile, discount=d).kind for d in (0.3, 0.9, 0.9999)]
    found = ag.critical_discount(first, profile).intervals
    for scale, shift in _SCALES:
        other = _game((scale * pay[0] + shift, 0.5 * scale * pay[1] - shift), monitoring)
        if [ag.verify(other, profile, discount=d).kind for d in (0.3, 0.9, 0.9999)] != told:
            return False
        again = ag.critical_discount(other, profile).intervals
        if len(again) != len(found) or not np.allclose(again, found, rtol=0, atol=1e-6):
            return False
    return True


def rows(games: int, seed: int) -> list[tuple[str, int, int, int, int]]:
    """Return what was fuzzed, games tried, wrong, unconverged and endless."""
    return [
        ("thresholds: floats against Sturm sequences", *_tally(games // 4, seed, _thresholds)),
        ("verdicts: floats against rationals, discount to .999999", *_tally(games, seed + 1, _patience)),
        ("verdicts and thresholds: affine payoffs", *_tally(games // 4, seed + 2, _affine)),
    ]


if __name__ == "__main__":
    for what, *counts in rows(100, 1):
        print(f"{what:<60s}", *counts)
