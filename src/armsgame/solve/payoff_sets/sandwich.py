"""The last check of every payoff set: what equilibria do reach lies within what should hold them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from armsgame._deadline import TimeSpent
from armsgame._typing import FloatArray
from armsgame.arithmetic.tolerance import UNIT
from armsgame.checkers.in_time import verify
from armsgame.errors import ArmsgameError, NotSolved
from armsgame.games.stochastic import RepeatedGame
from armsgame.geometry.hulls import farthest
from armsgame.results.payoff_set import PayoffSet
from armsgame.strategies.named import always_comply, always_deploy, grim, mirror, suspend

# relative to the range of payoffs
_SLACK = 1e-7
# pairs of points that are compared one by one
_FEW = 10_000
_NAMED = (always_deploy, always_comply, grim, mirror, suspend(1), suspend(5))


def guarded(found: PayoffSet, *, named: bool = False) -> PayoffSet:
    """Return a payoff set that holds what is known to be reached, else raise.

    Parameters
    ----------
    found : PayoffSet
    named : bool
        Also verify the named profiles, each played by everybody, and ask that the value of each equilibrium
        among them lies in the outer set.

    Raises
    ------
    NotSolved
        The inner set, an equilibrium of the stage game or a verified profile lies outside the outer set. The
        message names it and its distance; ``.result`` is the refused set, marked as not converged.
    """
    game = found.game
    known = [("an extreme point of the inner set", found.inner)] if found.inner is not found.outer else []
    if isinstance(game, RepeatedGame):
        stage = game.stage
        nash = np.flatnonzero(stage.best_replies().all(axis=0).ravel())
        known.append(("an equilibrium of the stage game", stage.payoffs.reshape(len(stage.players), -1).T[nash]))
        if named:
            known += _verified(game, found.discount)
    for name, points in known:
        off = _outside(points, found) if len(points) else 0.0
        if off > _SLACK:
            worst = points[int(np.argmax([_outside(v[None], found) for v in points]))]
            raise NotSolved(
                f"a payoff set was refused: {name}, {np.round(worst, 9).tolist()}, lies {off:.3g} of the range of "
                f"payoffs outside the set that should hold every equilibrium payoff (discount {found.discount!r}, "
                f"{found.details.get('method')}). Please report the game; .result holds what was found.",
                replace(found, details={**found.details, "converged": False}),
            )
    return found


def guarded_family(family: Sequence[PayoffSet]) -> None:
    """Raise where a payoff reached at one discount factor lies outside the set of a higher one.

    With public randomisation the payoffs of a repeated game grow with the discount factor (Abreu, Pearce and
    Stacchetti 1990, theorem 6).
    """
    order = sorted(family, key=lambda w: w.discount)
    for low, high in pairwise(order):
        off = _outside(low.inner, high) if len(low.inner) else 0.0
        if off > _SLACK:
            raise NotSolved(
                f"payoff sets were refused: one reached at discount {low.discount!r} lies {off:.3g} of the range of "
                f"payoffs outside the set at {high.discount!r}, but the sets grow with the discount factor. Please "
                "report the game.",
                tuple(replace(w, details={**w.details, "converged": False}) for w in family),
            )


def _verified(game: RepeatedGame, discount: float) -> list[tuple[str, FloatArray]]:
    """Values of the named profiles that are equilibria; those that do not fit the game are left out."""
    found = []
    if set(game.stage.shape) != {2} or not 0 < discount < 1:
        return []
    for strategy in _NAMED:
        try:
            one = verify(game, (strategy,) * len(game.players), discount=discount)
        except TimeSpent:
            raise
        except ArmsgameError:
            continue
        # what holds only up to rounding may be excluded by a proof
        if one.ok and float(one.max_gain) <= 0:
            name = f"the value of {strategy.name} by all, a verified equilibrium"
            found.append((name, np.array([one.values], dtype=float)))
    return found


def _outside(points: FloatArray, found: PayoffSet) -> float:
    """Largest distance of points from a set, each party's payoffs in their range, less what their rounding is."""
    if not len(found.outer):
        return np.inf
    if found.outer.shape[1] == 2 and _within(points, found.outer):
        return 0.0
    units = found.units
    if len(points) * len(found.outer) <= _FEW:
        # what is a vertex but for rounding is known at once
        near = np.abs(points[:, None] - found.outer).max(axis=2).min(axis=1)
        points = points[near > 0.01 * _SLACK * units.min()]
        if not len(points):
            return 0.0
    corner = found.outer.min(axis=0)
    rounding = 8 * UNIT * float((np.abs(found.outer) / units).max())
    return farthest((points - corner) / units, (found.outer - corner) / units) - rounding


def _within(points: FloatArray, ring: FloatArray) -> bool:
    """Whether points of the plane lie on the left of every edge of a ring, which then holds them all."""
    edge = np.concatenate([ring[1:], ring[:1]]) - ring
    gap = points[:, None] - ring
    return len(ring) > 2 and bool((edge[:, 0] * gap[..., 1] >= edge[:, 1] * gap[..., 0]).all())
