"""Proofs of what pure equilibria do reach: plans whose continuations are public lotteries over their own payoffs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, prod
from typing import TypeAlias

import numpy as np

from armsgame._checks import as_fraction
from armsgame._typing import FloatArray, Real
from armsgame.games.coercion import PublicGame
from armsgame.geometry.hulls import farthest
from armsgame.proofs.profiles import bounds_of
from armsgame.proofs.rational import GameData, Table, deviated, outcomes_of, over_one
from armsgame.proofs.write import Proof, Unproved, checked, dynamic_data, file_of
from armsgame.solve.payoff_sets.inner_set import singling

__all__ = ["inner_proof"]

# weights of lotteries over 2^_BITS; shares by which a set is drawn towards its middle until incentives are strict
_BITS = 40
_SHARES = (0.0, 1e-7, 1e-5, 1e-4, 1e-3)
# gain (of the range of payoffs, times 1 - discount) by which incentives are strict at least
_STRICT, _STRICTER = 1e-9, 1e-6
# rounds of the operator with strict incentives
_ROUNDS = 40
_TINY = 1e-10
# largest denominator of lotteries in simple fractions; how far (of the range of payoffs) a plan may be from the set
_FINEST, _NEAR = 10**12, 1e-3
_Lotteries: TypeAlias = dict[tuple[int, int], FloatArray]
# state, profile and lotteries by outcome of every point
_Plan: TypeAlias = list[tuple[int, int, _Lotteries]]


@dataclass(frozen=True, slots=True)
class _State:
    """A state in floats: payoffs [P, A], laws by profile {outcome: chance}."""

    pay: FloatArray
    laws: list[dict[tuple[int, int], float]]
    sizes: list[int]

    def deviations(self, a: int) -> list[tuple[int, int]]:
        """Pairs (player, profile) of all deviations from profile a."""
        found = []
        for i, size in enumerate(self.sizes):
            found += [(i, k) for b in range(size) if (k := deviated(a, i, b, self.sizes)) != a]
        return found


def inner_proof(
    game: PublicGame, discount: Real, points: Sequence[FloatArray], first: Sequence[Sequence[int]] | None = None
) -> Proof:
    """Prove that payoffs of pure perfect public equilibria lie in small boxes at given points, or nearly there.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
    discount : float or Fraction
    points : per state, array [V, P]
        Extreme points of sets that generate themselves.
    first : per state, profile index of each point, optional
        Which profile to try first.

    Notes
    -----
    For every point a linear program looks for a profile and lotteries over the points of the next states that keep the
    promise and make incentives strict. Where it finds none, all sets are drawn towards their middles by a small share;
    where that fails too, the operator with strict incentives is applied until its points rest. Weights are rounded;
    the values of the plan then solve its own equations, and what rounding moves the strictness bears.
    """
    delta = as_fraction(discount)
    data, _, distance = dynamic_data(game, game.dynamics(exact=True), delta)
    if not all(map(len, points)):
        raise Unproved("a state has no point that is known to be reached")
    states = _states(data)
    unit = max(float(np.ptp(one.pay)) for one in states) or 1.0
    named = [[-1] * len(own) for own in points] if first is None else [list(own) for own in first]
    drawn = [np.array(own, dtype=float) for own in points]
    plan = _plan(states, drawn, float(delta), unit, named, -_TINY)
    found = _file(data, plan, delta, distance, points, drawn, simple=True) if plan is not None else None
    if found:
        return found
    for share in _SHARES:
        drawn = [own.mean(axis=0) + (1 - share) * (own - own.mean(axis=0)) for own in points]
        plan = _plan(states, drawn, float(delta), unit, named, _STRICT * float(1 - delta))
        found = _file(data, plan, delta, distance, points, drawn) if plan is not None else None
        if found:
            return found
    asked = [singling(own) for own in points]
    drawn = [np.array(own, dtype=float) for own in points]
    named = [[-1] * len(own) for own in asked]
    for turn in range(_ROUNDS):
        plan = _image(states, drawn, asked, float(delta), unit, named, every=turn < 2)
        if plan is None:
            break
        if turn % 6 == 5 and (found := _file(data, plan, delta, distance, points, drawn)):
            return found
    raise Unproved("no plan with strict incentives was found near the set")


def _states(data: GameData) -> list[_State]:
    found = []
    for s, law in enumerate(data["laws"]):
        pay = np.array([[v / data["payoffs"]["den"] for v in own] for own in data["payoffs"]["num"][s]])
        rows = [{(t, y): n / law["den"] for t, y, n in row} for row in law["num"]]
        found.append(_State(pay, rows, [len(own) for own in data["actions"][s]]))
    return found


def _order(many: int, named: int) -> list[int]:
    """Profiles, the one that is named first."""
    return sorted(range(many), key=lambda a: a != named)


def _plan(
    states: list[_State], points: list[FloatArray], delta: float, unit: float, first: Table, slack: float
) -> _Plan | None:
    """Return (state, profile, lotteries by outcome) of every point, or None where one is not made with `slack`."""
    plan = []
    for s, own in enumerate(points):
        for v, point in enumerate(own):
            for a in _order(len(states[s].laws), first[s][v]):
                program = _Program.of(states[s], a, points, delta)
                lotteries = program.strictest(point, unit, slack)
                if lotteries is not None:
                    plan.append((s, a, lotteries))
                    break
            else:
                return None
    return plan


def _image(
    states: list[_State], points: list[FloatArray], asked: list[FloatArray], delta: float, unit: float, first: Table,
    *, every: bool,
) -> _Plan | None:  # fmt: skip
    """Replace every point by the farthest one in its direction that strict incentives allow, and return how.

    `every`: with the best of all profiles; else with the one named `first`, where it still can.
    """
    plan, moved = [], [np.empty_like(own) for own in asked]
    for s, directions in enumerate(asked):
        for v, h in enumerate(directions):
            best: tuple[FloatArray, int, _Lotteries] | None = None
            for a in _order(len(states[s].laws), first[s][v]):
                program = _Program.of(states[s], a, points, delta)
                weights = program.farthest(h, unit)
                if best is not None and not every:
                    break
                if weights is not None:
                    point = program.now + program.promise @ weights
                    if best is None or h @ point > h @ best[0] + 1e-12 * unit:
                        best = point, a, program.shared(weights)
            if best is None:
                return None
            moved[s][v], first[s][v] = best[0], best[1]
            plan.append((s, best[1], best[2]))
    points[:] = moved
    return plan


@dataclass(frozen=True, slots=True)
class _Program:
    """What lotteries over points after every outcome promise and what a deviation gains, as linear maps of weights."""

    known: list[tuple[int, int]]
    start: list[int]
    promise: FloatArray
    sums: FloatArray
    gains: FloatArray
    now: FloatArray
    limits: FloatArray
    patience: float

    @classmethod
    def of(cls, here: _State, a: int, points: list[FloatArray], delta: float) -> _Program:
        """Set it up for a profile; outcomes that need two deviations at once have no part in it."""
        deviations = here.deviations(a)
        known = sorted({o for k in (a, *(k for _, k in deviations)) for o in here.laws[k]})
        start = np.cumsum([0, *(len(points[t]) for t, _ in known)]).tolist()
        promise, sums = np.zeros((len(here.pay), start[-1])), np.zeros((len(known), start[-1]))
        gains = np.zeros((len(deviations), start[-1]))
        for n, (t, y) in enumerate(known):
            span = slice(start[n], start[n + 1])
            promise[:, span] = delta * here.laws[a].get((t, y), 0.0) * points[t].T
            sums[n, span] = 1.0
            for r, (i, k) in enumerate(deviations):
                more = here.laws[k].get((t, y), 0.0) - here.laws[a].get((t, y), 0.0)
                gains[r, span] = delta * more * points[t][:, i]
        limits = np.array([(1 - delta) * (here.pay[i, a] - here.pay[i, k]) for i, k in deviations])
        return cls(known, start, promise, sums, gains, (1 - delta) * here.pay[:, a], limits, 1 - delta)

    def shared(self, weights: FloatArray) -> _Lotteries:
        """Weights by outcome."""
        return {o: weights[self.start[n] : self.start[n + 1]] for n, o in enumerate(self.known)}

    def strictest(self, point: FloatArray, unit: float, slack: float) -> _Lotteries | None:
        """Find lotteries that are worth a point with the strictest incentives."""
        most, size = 1e-3 * self.patience * unit, self.start[-1]
        promise = np.column_stack([self.promise, np.zeros(len(point))])
        found = self._solved(np.append(np.zeros(size), -1.0), 1.0, self.limits, most, promise, point - self.now)
        if found is None or found[-1] < slack * unit:
            return None
        return self.shared(found[:-1])

    def farthest(self, h: FloatArray, unit: float) -> FloatArray | None:
        """Find weights that are worth most in a direction with strict incentives."""
        none = np.zeros((0, self.start[-1] + 1))
        limits = self.limits - _STRICTER * self.patience * unit
        found = self._solved(np.append(-h @ self.promise, 0.0), 0.0, limits, 0.0, none, np.zeros(0))
        return None if found is None else found[:-1]

    def _solved(
        self, cost: FloatArray, gain: float, limits: FloatArray, most: float, equal: FloatArray, right: FloatArray
    ) -> FloatArray | None:
        """Solve for weights of lotteries and one number x <= most with gains + gain x <= limits."""
        from scipy.optimize import linprog

        size = self.start[-1]
        found = linprog(
            cost, A_ub=np.column_stack([self.gains, np.full(len(self.gains), gain)]), b_ub=limits,
            A_eq=np.vstack([equal, np.column_stack([self.sums, np.zeros(len(self.sums))])]),
            b_eq=np.concatenate([right, np.ones(len(self.sums))]),
            bounds=[(0, None)] * size + [(None, most)], method="highs",
            options={"primal_feasibility_tolerance": _TINY, "dual_feasibility_tolerance": _TINY},
        )  # fmt: skip
        return np.asarray(found.x) if found.status == 0 else None


def _file(
    data: GameData,
    plan: _Plan,
    delta: Fraction,
    distance: Fraction,
    points: Sequence[FloatArray],
    drawn: Sequence[FloatArray],
    simple: bool = False,
) -> Proof:
    """Round the lotteries, bound the values of the plan, and let the checker read it.

    `simple`: to simple fractions, for incentives that bind exactly.
    """
    moved = max(farthest(np.asarray(a), np.asarray(b)) for a, b in zip(points, drawn, strict=True))
    if (
        moved
        > _NEAR * max(float(np.ptp(own)) for pay in data["payoffs"]["num"] for own in pay) / data["payoffs"]["den"]
    ):
        return Proof(None, "the plan that was found is not near the set")
    total = lcm(*(w.denominator for _, _, own in plan for law in own.values() for w in _simple(law))) if simple else 0
    total = total if 0 < total < _FINEST else 2**_BITS
    first: dict[int, int] = {}
    for n, (s, *_) in enumerate(plan):
        first.setdefault(s, n)
    nodes, steps, rewards = [], [], []
    for s, a, lotteries in plan:
        law, sizes = data["laws"][s], [len(own) for own in data["actions"][s]]
        outcomes = outcomes_of(law)
        following = [_whole(lotteries.get((t, y)), first[t], total) for t, y in outcomes]
        chances = {(t, y): Fraction(n, law["den"]) for t, y, n in law["num"][a]}
        step: dict[int, Fraction] = {}
        for outcome, lottery in zip(outcomes, following, strict=True):
            for m, w in lottery:
                step[m] = step.get(m, Fraction(0)) + chances.get(outcome, Fraction(0)) * Fraction(w, total)
        steps.append({m: p for m, p in step.items() if p})
        pay = data["payoffs"]
        rewards.append([(1 - delta) * Fraction(own[a], pay["den"]) for own in pay["num"][s]])
        actions = [a // prod(sizes[i + 1 :]) % size for i, size in enumerate(sizes)]
        nodes.append({"state": s, "actions": actions, "next": following})
    claim: dict[str, object] = {
        "kind": "inner",
        "epsilon": over_one(Fraction(0)),
        "values": bounds_of(steps, rewards, delta, 40 if simple else 8),
    }
    file = file_of(claim, data, None, {"plan": nodes, "weights": total}, distance)
    file["made_by"].append(f"boxes lie within {moved:.2g} of the extreme points that were to be proved")
    return checked(file)


def _simple(weights: FloatArray) -> list[Fraction]:
    return [Fraction(float(w)).limit_denominator(1000) for w in weights]


def _whole(weights: FloatArray | None, first: int, total: int) -> list[list[int]]:
    """Lottery as integers over nodes; one of them where the outcome needs two deviations at once."""
    if weights is None:
        return [[first, total]]
    found = [[first + m, round(float(w) * total)] for m, w in enumerate(weights / weights.sum())]
    kept = [pair for pair in found if pair[1] > 0]
    largest = max(kept, key=lambda pair: pair[1])
    largest[1] += total - sum(w for _, w in kept)
    return kept
