"""Proofs about one-shot games: Nash and correlated equilibria."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from armsgame._checks import as_fraction, as_law
from armsgame.proofs.rational import over_one, solved
from armsgame.proofs.write import Proof, file_of, least_epsilon, stage_data

__all__ = ["correlated_proof", "nash_proof"]


def nash_proof(stage: Any, mixes: Sequence[Any]) -> Proof:
    """Prove that a profile of a stage game is a Nash equilibrium.

    Two players' mixtures on supports of one size are solved as fractions; other profiles are read from their floats,
    and the proof states the epsilon that they need.
    """
    data, distance = stage_data(stage)
    given = [[Fraction(p) for p in as_law(own)] for own in mixes]
    found = None
    for laws in (_equalised(stage, mixes), given):
        if laws is None:
            continue
        claim = {"kind": "nash"}
        file = file_of(claim, data, [over_one(own) for own in laws], {}, distance)
        found = least_epsilon(file, float(np.ptp(stage.payoffs)))
        if found.file is not None and found.file["claim"]["epsilon"]["num"] == 0:
            break
    assert found is not None
    return found


def correlated_proof(stage: Any, distribution: Any) -> Proof:
    """Prove that a distribution over action profiles is a correlated equilibrium."""
    data, distance = stage_data(stage)
    law = [Fraction(p) for p in as_law(np.maximum(np.ravel(distribution), 0))]
    file = file_of({"kind": "correlated"}, data, over_one(law), {}, distance)
    return least_epsilon(file, float(np.ptp(stage.payoffs)))


def _equalised(stage: Any, mixes: Sequence[Any]) -> list[list[Fraction]] | None:
    """Mixtures of two players that make each other indifferent on the supports, as fractions."""
    supports = [np.flatnonzero(np.asarray(own, dtype=float) > 0).tolist() for own in mixes]
    if len(mixes) != 2 or len(supports[0]) != len(supports[1]):
        return None
    found = []
    for i in range(2):
        # the mixture of player i makes the other player's actions in its support worth the same
        pay = np.moveaxis(stage.payoffs[1 - i], i, 1)
        n = len(supports[i])
        lines = [
            {**{c: as_fraction(pay[a, b]) for c, b in enumerate(supports[i]) if pay[a, b]}, n: Fraction(-1)}
            for a in supports[1 - i]
        ]
        lines.append({c: Fraction(1) for c in range(n)})
        try:
            answer = [row[0] for row in solved(lines, [[Fraction(int(k == n))] for k in range(n + 1)])]
        except ZeroDivisionError:
            return None
        law = [Fraction(0)] * len(mixes[i])
        for b, p in zip(supports[i], answer, strict=False):
            law[b] = p
        if min(law) < 0:
            return None
        found.append(law)
    return found
