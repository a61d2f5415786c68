"""Proofs about one-shot games: Nash and correlated equilibria."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

import numpy as np

from armsgame._checks import as_fraction, as_law
from armsgame._typing import FloatArray
from armsgame.games.stage import StageGame
from armsgame.proofs.rational import over_one, solved
from armsgame.proofs.write import Proof, ProofFile, Unproved, distance_of, file_of, least_epsilon

__all__ = ["correlated_proof", "nash_proof"]

# a probability, and a gain in units of the payoffs' range, that floats cannot tell from zero
_TINY = 1e-9


def nash_proof(stage: StageGame, mixes: Sequence[FloatArray]) -> Proof:
    """Prove that a profile of a stage game is a Nash equilibrium.

    Two players' mixtures on supports of one size are solved as fractions; other profiles are read from their floats,
    and the proof states the epsilon that they need.
    """
    data, distance = _data(stage)
    given: list[list[Fraction]] = [as_law(own).tolist() for own in mixes]
    laws = [[over_one(own) for own in found] for found in (_equalised(stage, mixes), given) if found is not None]
    files = [file_of({"kind": "nash"}, data, profile, {}, distance) for profile in laws]
    return _exact_first(files, float(np.ptp(stage.payoffs)))


def correlated_proof(stage: StageGame, distribution: FloatArray) -> Proof:
    """Prove that a distribution over action profiles is a correlated equilibrium.

    Where the obedience constraints that bind determine it on its support, it is solved as fractions.
    """
    data, distance = _data(stage)
    weights = np.maximum(np.ravel(distribution), 0)
    given: list[Fraction] = as_law(weights).tolist()
    laws = [over_one(law) for law in (_obeyed(stage, weights), given) if law is not None]
    files = [file_of({"kind": "correlated"}, data, law, {}, distance) for law in laws]
    return _exact_first(files, float(np.ptp(stage.payoffs)))


def _exact_first(files: Sequence[ProofFile], unit: float) -> Proof:
    """First file that is proved with an epsilon of 0, else what is found of the last one."""
    found = Proof(None, "there is nothing to check")
    for file in files:
        found = least_epsilon(file, unit)
        if found.file is not None and found.file["claim"]["epsilon"] == over_one(Fraction(0)):
            break
    return found


def _obeyed(stage: StageGame, weights: FloatArray) -> list[Fraction] | None:
    """Distribution on the support of `weights` at which the constraints that nearly bind there bind."""
    support = np.flatnonzero(weights > _TINY).tolist()
    place = {k: c for c, k in enumerate(support)}
    profiles = list(np.ndindex(stage.shape))
    lines: list[dict[int, Fraction]] = [{c: Fraction(1) for c in place.values()}]
    for i, size in enumerate(stage.shape):
        for own, other in permutations(range(size), 2):
            told = [k for k in support if profiles[k][i] == own]
            pairs = [(k, (*profiles[k][:i], other, *profiles[k][i + 1 :])) for k in told]
            gains = {k: as_fraction(stage.payoffs[i][b]) - as_fraction(stage.payoffs[i][profiles[k]]) for k, b in pairs}
            if told and abs(sum(weights[k] * float(g) for k, g in gains.items())) <= _TINY * float(
                np.ptp(stage.payoffs)
            ):
                lines.append({place[k]: g for k, g in gains.items() if g})
    try:
        answer = solved(lines, [[Fraction(int(k == 0))] for k in range(len(lines))])
    except ZeroDivisionError:
        return None
    law = [Fraction(0)] * len(weights)
    for k, (p,) in zip(support, answer, strict=True):
        law[k] = p
    return law if min(law) >= 0 else None


def _equalised(stage: StageGame, mixes: Sequence[FloatArray]) -> list[list[Fraction]] | None:
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


def _data(stage: StageGame) -> tuple[dict[str, object], Fraction]:
    """Stage game as data, and its distance from the floats."""
    if stage.batch:
        raise Unproved("a proof is about one game, and this is a batch; index it")
    payoffs = [[as_fraction(v) for v in own.ravel()] for own in stage.payoffs]
    data: dict[str, object] = {
        "kind": "stage", "players": list(stage.players), "actions": [list(own) for own in stage.actions],
        "payoffs": over_one(payoffs),
    }  # fmt: skip
    return data, distance_of(payoffs, stage.payoffs)
