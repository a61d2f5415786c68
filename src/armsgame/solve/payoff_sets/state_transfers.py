"""Stochastic games with transfers between the parties, perfect monitoring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from armsgame._checks import check_discount
from armsgame._typing import FloatArray, IntArray
from armsgame.arithmetic.tolerance import zero_gain
from armsgame.checkers.transfers import verify_transfers
from armsgame.errors import NotSolved, WrongConcept, invalid
from armsgame.games.stochastic import StochasticGame, payoffs_of
from armsgame.results.certificates import Threshold
from armsgame.results.payoff_set import PayoffSet
from armsgame.solve.payoff_sets.state_lp import reaching

__all__ = ["state_transfer_threshold", "state_transfers"]

_TOP, _GRID = 0.9999, 100
# a plan is only changed for the better, so that no plan comes back but by rounding
_CHANGES = 10_000
_ENDLESS = "policy iteration went round in a circle of plans that differ by rounding; scale the payoffs."


@dataclass(frozen=True, slots=True)
class _Liquid:
    """What profiles that are enforced promise: masks per state, joint payoffs [S], threats [P, S], plans [1 + P, S]."""

    enforced: list[Any]
    joint: FloatArray
    threats: FloatArray
    plans: IntArray
    rounds: int


def state_transfers(game: StochasticGame, *, discount: float) -> dict[str, PayoffSet]:
    """Payoffs of pure subgame-perfect equilibria with transfers from each state: see `transfer_payoff_set`."""
    _check(game)
    delta = float(check_discount(discount))
    found = _fixed_point(game, delta)
    names = [stage.profiles for stage in game.stages]
    players, certificate = len(game.players), None
    if all(m.any() for m in found.enforced):
        plans = [[names[s][k] for s, k in enumerate(plan)] for plan in found.plans.tolist()]
        certificate = verify_transfers(game, plans[0], plans[1:], discount=delta)
        if not certificate.ok:
            raise NotSolved(f"the check refuses the plans found at discount {delta:g}: {certificate}")
    result = {}
    for s, label in enumerate(game.states):
        live = bool(found.enforced[s].any())
        threats = found.threats[:, s] if live else np.full(players, np.nan)
        slack = float(found.joint[s] - threats.sum()) if live else 0.0
        corner = np.zeros((0, players))
        details: dict[str, Any] = {
            "method": "Goldlücke and Kranz 2018",
            "iterations": found.rounds,
            "converged": True,
            "admissible": tuple(names[s][k] for k in np.flatnonzero(found.enforced[s])),
            "certificate": certificate,
        }
        if live:
            corner = threats + np.vstack([np.zeros(players), max(slack, 0.0) * np.eye(players)])
            corner = corner[:1] if slack <= zero_gain(payoffs_of(game)) else corner
            details |= {
                "joint": float(found.joint[s]),
                "threats": tuple(threats.tolist()),
                "profile": names[s][found.plans[0, s]],
                "punishments": tuple(names[s][k] for k in found.plans[1:, s]),
            }
        result[label] = PayoffSet(
            corner, corner.copy(), 0.0, threats, game.players, delta,
            f"pure subgame-perfect equilibria with transfers, perfect monitoring, from state {label}",
            (), game, details,
        )  # fmt: skip
    return result


def state_transfer_threshold(game: StochasticGame, target: Sequence[Any]) -> Threshold:
    """Discount factors at which a target can be enforced at the first state: see `transfer_critical_discount`."""
    _check(game)
    stage, first = game.stages[game.initial], game.initial
    if len(target) != len(stage.players):
        invalid("target", target, f"{len(stage.players)} action labels or payoffs, one per player")
    labels = all(isinstance(t, str) for t in target)
    if not labels and any(isinstance(t, (str, bool)) or not np.isfinite(float(t)) for t in target):
        invalid("target", target, "action labels alone, or finite payoffs alone")
    index = tuple(stage.action(i, a) for i, a in enumerate(target)) if labels else (0,) * len(target)
    place = int(np.ravel_multi_index(index, stage.shape))
    goal = np.zeros(0) if labels else np.array([float(t) for t in target])
    slack = zero_gain(payoffs_of(game))

    def holds(delta: float) -> bool:
        found = _fixed_point(game, delta)
        if labels or not found.enforced[first].any():
            return bool(found.enforced[first][place]) and labels
        return bool((goal >= found.threats[:, first] - slack).all() and goal.sum() <= found.joint[first] + slack)

    def border(low: float, high: float, there: bool) -> float:
        while high - low > 1e-10:
            middle = (low + high) / 2
            low, high = (middle, high) if holds(middle) != there else (low, middle)
        return high if there else low

    grid = np.append(np.arange(_GRID) / _GRID, _TOP).tolist()
    told = [holds(d) for d in grid]
    intervals, start = [], 0.0
    for j, (d, here) in enumerate(zip(grid, told, strict=True)):
        if here and (j == 0 or not told[j - 1]):
            start = d if j == 0 else border(grid[j - 1], d, True)
        if here and j == len(grid) - 1:
            intervals.append((start, 1.0))
        elif here and not told[j + 1]:
            intervals.append((start, border(d, grid[j + 1], False)))
    return Threshold(intervals[-1][0] if told[-1] else inf, tuple(intervals), None)


def _check(game: StochasticGame) -> None:
    if game.imperfect or game.signals is not None or len(game.players) < 2:
        raise WrongConcept(
            "sets with transfers are those of a game of two players or more whose actions are observed, without "
            "signals; with public signals use payoff_set (without transfers)."
        )


def _fixed_point(game: StochasticGame, delta: float) -> _Liquid:
    """Prune profiles that the liquidity of the others does not enforce, until nothing changes."""
    states, players = len(game.states), len(game.players)
    pay = [stage.payoffs.reshape(players, -1) for stage in game.stages]
    laws = [law.reshape(-1, states) for law in game.transitions]
    enforced = [np.ones(len(law), bool) for law in laws]
    reach: Any = reaching(game)
    zero = zero_gain(payoffs_of(game), delta)
    joint, threats = np.full(states, -np.inf), np.full((players, states), np.inf)
    plans, rounds = np.zeros((1 + players, states), np.int64), 0
    while True:
        rounds += 1
        live = np.array([m.any() for m in enforced])
        # a state without equilibrium leaves none to any state from which play can come to it
        for s in np.flatnonzero(reach[:, ~live].any(axis=1)):
            enforced[s][:] = False
            live[s] = False
        kept = np.flatnonzero(live)
        if not len(kept):
            return _Liquid(enforced, joint, threats, plans, rounds)
        joint[~live], threats[:, ~live] = -np.inf, np.inf
        # a plan is changed for more than rounding of its value, per period
        local = _Local(game, kept, pay, laws, enforced, delta, 0.1 * zero)
        joint[kept], plans[0, kept] = local.best(plans[0, kept])
        for i in range(players):
            threats[i, kept], plans[1 + i, kept] = local.worst(i, plans[1 + i, kept])
        changed = False
        for s in kept:
            law = laws[s][:, kept]
            on = (1 - delta) * pay[s].sum(axis=0) + delta * law @ joint[kept]
            off = sum(local.replies(i, int(s), threats[i, kept]) for i in range(players))
            fits = enforced[s] & (off <= on + zero)
            changed = changed or bool((fits != enforced[s]).any())
            enforced[s] = fits
        if not changed:
            return _Liquid(enforced, joint, threats, plans, rounds)


@dataclass(frozen=True, slots=True)
class _Local:
    """Planning problems on the states that are left."""

    game: StochasticGame
    kept: Any
    pay: list[FloatArray]
    laws: list[FloatArray]
    enforced: list[Any]
    delta: float
    slack: float

    def worth(self, now: FloatArray, law: FloatArray) -> FloatArray:
        """Value [S] of a period's payoffs [S] under a law [S, S]."""
        system: Any = np.eye(len(now)) - self.delta * law
        value: FloatArray = np.linalg.solve(system, (1 - self.delta) * now)
        return value

    def allowed(self, plan: IntArray) -> IntArray:
        """Return the plan with what is no longer enforced replaced."""
        own = [self.enforced[s] for s in self.kept]
        return np.array([k if mask[k] else mask.argmax() for mask, k in zip(own, plan, strict=True)])

    def best(self, plan: IntArray) -> tuple[FloatArray, IntArray]:
        """Largest joint payoff over enforced profiles, by policy iteration."""
        plan = self.allowed(plan)
        for _ in range(_CHANGES):
            law = np.array([self.laws[s][k][self.kept] for s, k in zip(self.kept, plan, strict=True)])
            now = np.array([self.pay[s][:, k].sum() for s, k in zip(self.kept, plan, strict=True)])
            value, turned = self.worth(now, law), plan.copy()
            for n, s in enumerate(self.kept):
                ahead = (1 - self.delta) * self.pay[s].sum(axis=0) + self.delta * self.laws[s][:, self.kept] @ value
                ahead = np.where(self.enforced[s], ahead, -np.inf)
                if ahead.max() > ahead[plan[n]] + self.slack:
                    turned[n] = int(ahead.argmax())
            if (turned == plan).all():
                return value, plan
            plan = turned
        raise NotSolved(_ENDLESS)

    def replies(self, i: int, s: int, value: FloatArray) -> FloatArray:
        """Best-reply payoff [A] of a player against each profile of a state when `value` follows."""
        ahead = (1 - self.delta) * self.pay[s][i] + self.delta * self.laws[s][:, self.kept] @ value
        cube = ahead.reshape(self.game.stages[s].shape)
        top: FloatArray = np.broadcast_to(cube.max(axis=i, keepdims=True), cube.shape).ravel()
        return top

    def worst(self, i: int, plan: IntArray) -> tuple[FloatArray, IntArray]:
        """Least best-reply payoff of a player over enforced profiles: iteration on the punishers' plan."""
        plan = self.allowed(plan)
        for _ in range(_CHANGES):
            value, turned = self.held(i, plan), plan.copy()
            for n, s in enumerate(self.kept):
                ahead = np.where(self.enforced[s], self.replies(i, int(s), value), np.inf)
                if ahead.min() < ahead[plan[n]] - self.slack:
                    turned[n] = int(ahead.argmin())
            if (turned == plan).all():
                return value, plan
            plan = turned
        raise NotSolved(_ENDLESS)

    def held(self, i: int, plan: IntArray) -> FloatArray:
        """Value [S] of a player that answers a punishment as well as it can, by policy iteration."""
        act = plan.copy()
        lines = []
        for s, k in zip(self.kept, plan, strict=True):
            shape = self.game.stages[s].shape
            at = list(np.unravel_index(int(k), shape))
            lines.append([int(np.ravel_multi_index((*at[:i], b, *at[i + 1 :]), shape)) for b in range(shape[i])])
        for _ in range(_CHANGES):
            law = np.array([self.laws[s][k][self.kept] for s, k in zip(self.kept, act, strict=True)])
            now = np.array([self.pay[s][i, k] for s, k in zip(self.kept, act, strict=True)])
            value, turned = self.worth(now, law), act.copy()
            for n, (s, line) in enumerate(zip(self.kept, lines, strict=True)):
                ahead = (1 - self.delta) * self.pay[s][i, line] + self.delta * self.laws[s][line][:, self.kept] @ value
                here = ahead[line.index(int(act[n]))]
                if ahead.max() > here + self.slack:
                    turned[n] = line[int(ahead.argmax())]
            if (turned == act).all():
                return value
            act = turned
        raise NotSolved(_ENDLESS)
