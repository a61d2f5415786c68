"""Proofs about thresholds of targets: an equilibrium on one side, a proof that there is none on the other."""

from __future__ import annotations

from typing import cast

import numpy as np

from armsgame._deadline import TimeSpent
from armsgame._typing import FloatArray
from armsgame.errors import NotSolved
from armsgame.games.stochastic import RepeatedGame
from armsgame.geometry.directions import merged
from armsgame.geometry.hulls import distance, hull
from armsgame.proofs.check import FORMAT
from armsgame.proofs.inner_sets import inner_proof
from armsgame.proofs.outer_sets import outer_proof
from armsgame.proofs.payoff_sets import faces_of, way_to
from armsgame.proofs.rational import Bounds, Table
from armsgame.proofs.write import Proof, Unproved, checked
from armsgame.solve.payoff_sets.bracket import payoff_bracket
from armsgame.solve.payoff_sets.inner_set import image_of
from armsgame.solve.payoff_sets.operator import Operator
from armsgame.solve.thresholds.targets import TargetThreshold

__all__ = ["target_proof"]

# shares of the way from the lower end to 0, and from the upper end to 1, at which proofs are looked for
_STEPS = (0.0, 1e-4, 1e-3, 1e-2, 3e-2)
_ROUNDS = 400


def target_proof(result: TargetThreshold) -> Proof:
    """Prove that a target is played, or its payoff nearly reached, a little above the threshold, and is not below it.

    Incentives bind at a threshold, so proofs are looked for at both ends and just beyond them; the file says where.
    Above it is a set of equilibrium payoffs one of which plays the profile, or whose hull contains the payoff.
    """
    if result._source is None:
        raise Unproved("the result does not know its game; ask the verb again")
    at, profile, payoff = result._source
    if not result.exists or result.low >= result.high:
        raise Unproved("the format needs a value that suffices and one that does not")
    if not result.evidence[0].startswith("outside"):
        raise Unproved("the lower end is only where the search began")
    below = (_denied(*at((1 - step) * result.low), profile, payoff) for step in _STEPS)
    fails = next(filter(None, below), None)
    if fails is None:
        raise Unproved("neither at the lower end nor just below it was the target proved to be out of reach")
    above = (_reached(*at(result.high + step * (1 - result.high)), profile, payoff) for step in _STEPS)
    holds = next(filter(None, above), None)
    if holds is None:
        raise Unproved("no equilibrium with strict incentives was found at the upper end or just above it")
    witness: dict[str, object] = {"holds": holds.file, "fails": fails.file}
    return checked({"format": FORMAT, "claim": {"kind": "bracket"}, "witness": witness})


def _denied(game: RepeatedGame, delta: float, profile: int | None, payoff: FloatArray | None) -> Proof | None:
    """Prove that no pure equilibrium plays a profile, or has a payoff; None: not found."""
    bound = payoff_bracket(game, discount=delta, max_iter=_ROUNDS, throw=False)
    faces = faces_of(bound)
    if payoff is not None and len(bound.outer):
        faces = merged(faces, way_to(bound.outer, payoff))
    try:
        return outer_proof(game, delta, [faces], outside=payoff, unplayed=profile) or None
    except TimeSpent:
        raise
    except (Unproved, NotSolved):
        return None


def _reached(game: RepeatedGame, delta: float, profile: int | None, payoff: FloatArray | None) -> Proof | None:
    """Prove equilibrium payoffs one of which plays a profile, or whose hull contains a payoff; None: not found."""
    found = payoff_bracket(game, discount=delta, max_iter=_ROUNDS, throw=False)
    points = np.asarray(found.inner, dtype=float)
    if not len(points):
        return None
    named = [-1] * len(points)
    if profile is not None:
        op = Operator.of(game, float(delta))
        made = image_of(op, [(points - op.shift) / op.scale], [[profile]])[0][0]
        if not len(made):
            return None
        # the middle of what the profile makes has room on all sides
        points = np.vstack([points, op.shift + op.scale * made.mean(axis=0)])
        named.append(profile)
    try:
        proof = inner_proof(game, delta, [points], [named])
    except TimeSpent:
        raise
    except (Unproved, NotSolved):
        return None
    if not proof or proof.file is None:
        return None
    values = cast("Bounds[Table]", proof.file["claim"]["values"])
    reached = np.array([[v / values["den"] for v in row] for row in values["lower"]])
    if payoff is not None and distance(np.asarray(payoff, float)[None], hull(reached))[0] > 0:
        return None
    return proof
