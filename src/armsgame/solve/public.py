"""Outer bound on what public strategies can enforce under imperfect public monitoring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.errors import NotSolved, WrongConcept, invalid
from armsgame.games.repeated import RepeatedGame
from armsgame.games.result import check_discount

__all__ = ["OuterBound", "outer_bound"]


@dataclass(frozen=True, slots=True)
class OuterBound:
    """Half-spaces that hold every payoff of a pure-strategy perfect public equilibrium.

    Attributes
    ----------
    profiles : tuple of action profiles (labels) that are not excluded; empty: no such equilibrium
    directions : array [K, P]
    levels : array [K]; payoffs v satisfy directions @ v <= levels
    rounds : int, iterations of the operator
    settled : bool, did the levels stop moving (else they still bound, less tightly)?
    """

    profiles: tuple[tuple[str, ...], ...]
    directions: FloatArray
    levels: FloatArray
    rounds: int
    settled: bool

    def __str__(self) -> str:
        if not self.profiles:
            return "no pure-strategy perfect public equilibrium"
        listed = "; ".join("(" + ", ".join(p) + ")" for p in self.profiles)
        return f"profiles not excluded in public strategies: {listed} ({self.rounds} rounds)"


def outer_bound(
    game: Any, *, discount: float, directions: int = 8, tolerance: float = 1e-6, rounds: int = 2000
) -> OuterBound:
    """Bound the pure-strategy perfect public equilibria of a two-player game from outside.

    Parameters
    ----------
    game : RepeatedGame
        Two players, no detection lag.
    discount : float
        Per period, 0 <= discount < 1.
    directions : int
        Number K of directions on the circle, a multiple of 4.
    tolerance : float
        Movement of the levels, relative to the range of payoffs, at which iteration stops.
    rounds : int
        Iterations after which it stops in any case; the bound is still valid.

    Raises
    ------
    WrongConcept
        Not a repeated game of two players without lag.
    NotSolved
        A linear program failed.

    Notes
    -----
    The operator of Abreu, Pearce and Stacchetti (1990) on half-spaces (Judd, Yeltekin and
    Conklin 2003). It starts from the feasible payoffs above the pure minmax, and a profile whose
    programs are infeasible once stays excluded. If a single profile is left it is played for
    ever, so it must be an equilibrium of the stage game. Public randomisation is allowed. An excluded
    profile is played in no such equilibrium; one that is not excluded may still not be.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.treaty.compliance()
    >>> blind = ag.RepeatedGame(pd, ag.Monitoring.detection(0.005, 0.005))
    >>> outer_bound(blind, discount=0.95).profiles
    (('deploy', 'deploy'),)
    """
    from scipy.optimize import linprog

    if not isinstance(game, RepeatedGame) or len(game.players) != 2 or game.monitoring.lag != 1:
        raise WrongConcept("outer_bound takes a RepeatedGame of two players without a detection lag.")
    delta = float(check_discount(discount))
    if isinstance(directions, bool) or directions < 4 or directions % 4:
        invalid("directions", directions, "a multiple of 4, at least 4")
    angle = 2 * np.pi * np.arange(directions) / directions
    h = np.round(np.stack([np.cos(angle), np.sin(angle)], axis=1), 15)
    stage = game.stage
    payoffs = stage.payoffs.reshape(2, -1)
    kernel = game.monitoring.kernel(stage)
    scale = float(np.ptp(payoffs)) or 1.0
    levels = (payoffs.T @ h.T).max(axis=0)
    for i, low in enumerate(stage.minmax()):
        at = int(np.flatnonzero((h == -np.eye(2)[i]).all(axis=1))[0])
        levels[at] = min(levels[at], -low)
    signals = kernel.shape[1]
    inside = np.zeros((signals * directions, 2 * signals))
    for y in range(signals):
        inside[y * directions : (y + 1) * directions, 2 * y : 2 * y + 2] = h
    incentive = [_incentive(stage.shape, payoffs, kernel, k, delta) for k in range(len(kernel))]
    alive = list(range(len(kernel)))
    count, moved = 0, np.inf
    while alive and count < rounds and moved > tolerance * scale * (1 - delta):
        count += 1
        best = np.full(directions, -np.inf)
        kept = []
        for k in alive:
            rows, right = incentive[k]
            # slack for rounding only widens the bound
            limits = np.concatenate([np.tile(levels, signals) + 1e-12 * scale, right + 1e-12 * scale])
            system = np.vstack([inside, rows])
            feasible = True
            for j, direction in enumerate(h):
                cost = -delta * np.multiply.outer(kernel[k], direction).ravel()
                found = linprog(cost, A_ub=system, b_ub=limits, bounds=(None, None), method="highs")
                if found.status == 2:
                    feasible = False
                    break
                if found.status != 0:
                    raise NotSolved(f"a linear program failed ({found.message}); scale the payoffs to about 1.")
                best[j] = max(best[j], (1 - delta) * float(payoffs[:, k] @ direction) - found.fun)
            if feasible:
                kept.append(k)
        alive = kept
        if len(alive) == 1:
            # only one profile is ever played, so no continuation can depend on a signal
            k = alive[0]
            alive = [k] if (incentive[k][1] >= 0).all() else []
            levels, moved = h @ payoffs[:, k], 0.0
            break
        fresh = np.minimum(levels, best)
        moved = float(np.abs(levels - fresh).max()) if alive else 0.0
        levels = fresh
    names = stage.profiles
    return OuterBound(
        tuple(names[k] for k in alive), h, levels, count, not alive or moved <= tolerance * scale * (1 - delta)
    )


def _incentive(
    shape: tuple[int, ...], payoffs: FloatArray, kernel: FloatArray, k: int, delta: float
) -> tuple[FloatArray, FloatArray]:
    """Rows of (1-d) [g(a', .) - g(a)] + d sum_y [rho(y|a', .) - rho(y|a)] w_i(y) <= 0."""
    profile = list(np.unravel_index(k, shape))
    rows, right = [], []
    for i in range(2):
        for other in range(shape[i]):
            if other == profile[i]:
                continue
            turned = profile.copy()
            turned[i] = np.intp(other)
            m = int(np.ravel_multi_index(tuple(turned), shape))
            row = np.zeros(2 * kernel.shape[1])
            row[i::2] = delta * (kernel[m] - kernel[k])
            rows.append(row)
            right.append((1 - delta) * (payoffs[i, k] - payoffs[i, m]))
    return np.array(rows).reshape(len(rows), 2 * kernel.shape[1]), np.array(right)
