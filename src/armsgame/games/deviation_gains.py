"""What a party gains by deviating from a profile, and the one decider of which gains are zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from armsgame._kernels.markov_chains import Chain, floats, scaled
from armsgame._typing import BoolArray, FloatArray, IntArray, NumberArray, Real
from armsgame.arithmetic.discounted import PATIENT
from armsgame.arithmetic.tolerance import UNIT, ZERO, Scale
from armsgame.errors import NotSolved
from armsgame.games.product import Deviations, Product, deviations

_DENSE = 80


@dataclass(frozen=True, slots=True)
class Values:
    """Values of one party at every pair, for one policy, per period.

    Attributes
    ----------
    relative : array [X], discounted sums of payoffs less what `level` for ever is worth
    level : what is taken off every period
    error : bound on the residual of the equations that define them
    transposed : solves the transposed equations, for bounds on gains
    """

    relative: NumberArray
    level: Real
    error: float
    transposed: Callable[[NumberArray], NumberArray] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Deviations of one party against a profile, and the units of its payoffs (None: rational numbers).

    Gains are in payoff units of one period, the normalised gain divided by 1 - discount.
    """

    data: Deviations
    scale: Scale | None
    size: int

    @classmethod
    def of(cls, data: Deviations, payoffs: object, *, exact: bool = False) -> Plan:
        """Read the deviations of a party whose payoffs are given."""
        size = int(data.pair.max()) + 1
        if exact:
            return cls(data, None, size)
        scale = Scale.of(payoffs)
        # payoffs from 0 on: a constant carries no rounding
        return cls(replace(data, payoff=data.payoff - scale.low), scale, size)

    def values(self, delta: Real, weight: NumberArray | None = None) -> Values:
        """Solve for the values of the policy that takes plans with these weights (default: the profile)."""
        weight = self.data.weight if weight is None else weight
        if self.scale is None:
            return self._rational(delta, weight)
        patient = delta > PATIENT and self.size > 1
        return self._patient(float(delta), weight) if patient else self._floats(float(delta), weight)

    def normalised(self, values: Values, delta: Real) -> NumberArray:
        """Normalised values [X]."""
        low = 0 if self.scale is None else self.scale.low
        normalised: NumberArray = low + values.level + (1 - delta) * values.relative
        return normalised

    def gains(self, values: Values, delta: Real) -> NumberArray:
        """Gain [D] of every one-period deviation from these values."""
        d = self.data
        rows, cols, probs = d.entries
        if self.scale is not None:
            # laws sum to one only up to rounding, and relative values may be large: differences first
            change = probs * (values.relative[cols] - values.relative[d.pair[rows]])
            future: NumberArray = np.bincount(rows, change, minlength=len(d.pair))
            gains: NumberArray = d.payoff - values.level - (1 - delta) * values.relative[d.pair] + delta * future
            return gains
        ahead = probs * values.relative[cols]
        future = np.zeros(len(d.pair), dtype=object)
        np.add.at(future, rows, ahead)
        gains = d.payoff + delta * future - values.relative[d.pair]
        return gains

    def continued(self, best: Values, own: Values, delta: Real) -> NumberArray:
        """Gain [D] of every plan after which the deviator goes on as well as it can."""
        gains = self.gains(best, delta) + (best.level - own.level) / (1 - delta)
        continued: NumberArray = gains + (best.relative - own.relative)[self.data.pair]
        return continued

    def allowed(self, gains: NumberArray, values: Values, delta: Real) -> NumberArray:
        """Return what each gain [D] may be and still count as zero.

        A change of the payoffs by at most e in every period changes a gain by at most (1 + S) e, with S the
        total variation between the discounted visits after the deviation and without it, 1 <= S <= 2 / (1 -
        delta). S is computed for the gains that it decides.
        """
        if self.scale is None:
            return np.array([Fraction(0)] * len(gains), dtype=object)
        noise = values.error + self.scale.rounding
        zero = ZERO * self.scale.spread
        out = np.full(len(gains), zero + 2 * noise)
        doubtful = np.flatnonzero((gains > out) & (gains <= zero + (1 + 2 / (1 - delta)) * noise))
        if len(doubtful) and values.transposed is not None:
            rows, cols, probs = self.data.entries
            place = np.full(len(gains), -1)
            place[doubtful] = np.arange(len(doubtful))
            near = place[rows] >= 0
            right = np.zeros((self.size, len(doubtful)))
            np.add.at(right, (cols[near], place[rows[near]]), delta * probs[near])
            right[self.data.pair[doubtful], np.arange(len(doubtful))] -= 1
            right[0] = -1.0
            out[doubtful] = zero + (1 + np.abs(values.transposed(right)).sum(axis=0)) * noise
        return out

    def best(self, delta: Real, start: Values | None = None) -> tuple[Values, NumberArray]:
        """Values of the best plan of any length, and its weights (policy iteration from the profile)."""
        values, weight = start or self.values(delta), self.data.weight
        firsts = np.flatnonzero(np.diff(self.data.pair, prepend=-1))
        lasts = np.append(firsts[1:], len(self.data.pair))
        for _ in range(1000):
            gains = self.gains(values, delta)
            better = gains > self.allowed(gains, values, delta)
            if not better.any():
                return values, weight
            weight = weight.copy()
            for x in np.unique(self.data.pair[better]).tolist():
                at = slice(int(firsts[x]), int(lasts[x]))
                weight[at] = 0
                weight[firsts[x] + int(np.argmax(gains[at]))] = 1
            values = self.values(delta, weight)
        raise NotSolved(
            "policy iteration on a deviator's plans did not settle in 1000 rounds; try exact=True, or a discount "
            "factor further from 1."
        )

    def follows(self, best: Values, starts: BoolArray, delta: Real) -> bool:
        """Whether the profile is a best plan from these pairs, whose values are `best`.

        It is iff every action that it takes with positive probability, wherever it leads to itself, is best.
        """
        lost = -self.gains(best, delta)
        return bool((lost <= self.allowed(lost, best, delta))[self.taken(starts, ahead=delta > 0)].all())

    def taken(self, starts: BoolArray, *, ahead: bool = True) -> BoolArray:
        """Plans [D] that the profile takes with positive probability at these pairs and, if `ahead`, after them."""
        d = self.data
        rows, cols, probs = d.entries
        used = (d.weight[rows] != 0) & (probs != 0)
        reached = starts.copy()
        while ahead:
            more = reached.copy()
            more[cols[used & reached[d.pair[rows]]]] = True
            ahead, reached = bool((more != reached).any()), more
        return np.asarray((d.weight != 0) & reached[d.pair])

    def _floats(self, delta: float, weight: FloatArray) -> Values:
        """(I - delta P) v + c = r with v[0] = 0: neither v nor c grows with 1 / (1 - delta) where one class recurs.

        For discount factors up to `PATIENT`, whose docstring says what LU loses.
        """
        d, size = self.data, self.size
        rows, cols, probs = d.entries
        right = np.bincount(d.pair, weight * d.payoff, minlength=size)
        law = weight[rows] * probs
        if size <= _DENSE:
            step = np.bincount(d.pair[rows] * size + cols, law, minlength=size * size).reshape(size, size)
            system = np.eye(size) - delta * step
            system[:, 0] = 1.0
            found = np.linalg.solve(system, right)

            def transposed(w: NumberArray) -> NumberArray:
                return np.linalg.solve(system.T, w)
        else:
            from scipy.sparse import coo_array, eye_array, hstack
            from scipy.sparse.linalg import splu

            step = coo_array((law, (d.pair[rows], cols)), shape=(size, size)).tocsr()
            inner = (eye_array(size, format="csr") - delta * step).tocsc()[:, 1:]
            ones = coo_array((np.ones(size), (np.arange(size), np.zeros(size, int))), shape=(size, 1))
            factors = splu(hstack([ones, inner], format="csc"))
            found = factors.solve(right)

            def transposed(w: NumberArray) -> NumberArray:
                return np.asarray(factors.solve(np.ascontiguousarray(w), trans="T"))

        level, relative = float(found[0]), found.copy()
        relative[0] = 0.0
        residual = np.abs(right - level - (relative - delta * (step @ relative))).max()
        error = residual + 4 * UNIT * (np.abs(right).max() + abs(level) + 2 * np.abs(relative).max())
        return Values(relative, level, float(error), transposed)

    def _patient(self, delta: float, weight: FloatArray) -> Values:
        """Solve the same equations without a subtraction, by visits to the other pairs until pair 0 or the end of play.

        With A the rewards on the way and B the periods: c = (r[0] + out A) / (1 + out B) and v = A - c B.
        """
        d, size = self.data, self.size
        rows, cols, probs = d.entries
        right = np.maximum(np.bincount(d.pair, weight * d.payoff, minlength=size), 0.0)
        tail, law = d.pair[rows], delta * weight[rows] * probs
        inner, back, first = (tail > 0) & (cols > 0), (tail > 0) & (cols == 0), (tail == 0) & (cols > 0)
        out = np.bincount(cols[first], law[first], minlength=size)[1:]
        leave = 1 - delta + np.bincount(tail[back], law[back], minlength=size)[1:]
        chain = Chain(size - 1, tail[inner] - 1, cols[inner] - 1, scaled(law[inner]), scaled(leave))

        def solved(*rewards: FloatArray) -> FloatArray:
            # one column for each: what one elimination solves costs little more than the first
            return floats(chain.values(scaled(np.stack(rewards, axis=1))))

        periods, on_way = solved(np.ones(size - 1), right[1:]).T.copy()

        def split(reward: FloatArray, on_way: FloatArray) -> tuple[float, FloatArray]:
            level = (reward[0] + out @ on_way) / (1 + out @ periods)
            return level, np.append(0.0, on_way - level * periods)

        def rest(level: float, relative: FloatArray) -> FloatArray:
            change = np.bincount(tail, law * (relative[cols] - relative[tail]), minlength=size)
            return right - level - (1 - delta) * relative + change

        level, relative = split(right, on_way)
        # what is small beside the rewards on the way gets its digits back
        off = rest(level, relative)
        rise, fall = np.maximum(off, 0.0), np.maximum(-off, 0.0)
        (up, more), (down, less) = map(split, (rise, fall), solved(rise[1:], fall[1:]).T.copy())
        level, relative = float(level + up - down), relative + more - less

        def transposed(w: NumberArray) -> NumberArray:
            signed = [floats(chain.visits(scaled(np.maximum(s * w[1:], 0.0)))) for s in (1.0, -1.0)]
            own, through = signed[0] - signed[1], floats(chain.visits(scaled(out)))
            start = (w[0] - own.sum(axis=0)) / (1 + through.sum())
            return np.concatenate([start[None], own + np.multiply.outer(through, start)])

        size_of = np.abs(right).max() + abs(level) + 2 * np.abs(relative).max()
        error = np.abs(rest(level, relative)).max() + 4 * UNIT * size_of
        return Values(relative, level, float(error), transposed)

    def _rational(self, delta: Real, weight: NumberArray) -> Values:
        """Gaussian elimination over the rationals on sparse rows."""
        d, size = self.data, self.size
        rows, cols, probs = d.entries
        lines: list[dict[int, Fraction]] = [{x: Fraction(1)} for x in range(size)]
        right: list[Fraction] = [Fraction(0)] * size
        for k, x in enumerate(d.pair.tolist()):
            right[x] += weight[k] * d.payoff[k]
        for k, y, p in zip(rows.tolist(), cols.tolist(), probs, strict=True):
            line = lines[d.pair[k]]
            line[y] = line.get(y, Fraction(0)) - delta * (weight[k] * p)
        for x in reversed(range(size)):
            pivot = lines[x].get(x, Fraction(0))  # never zero: the matrix is strictly diagonally dominant
            for z in range(size):
                share = lines[z].get(x, 0) if z != x else 0
                if share:
                    factor = share / pivot
                    right[z] -= factor * right[x]
                    for y, c in lines[x].items():
                        lines[z][y] = lines[z].get(y, Fraction(0)) - factor * c
                    del lines[z][x]
        return Values(np.array([right[x] / lines[x][x] for x in range(size)], dtype=object), Fraction(0), 0.0)


def plans_of(product: Product, *, exact: bool = False) -> list[Plan]:
    """Deviations of every party, in its own units."""
    payoffs = product.play.dynamics.payoffs
    return [Plan.of(deviations(product, i), own, exact=exact) for i, own in enumerate(payoffs)]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the decider says of a profile at one discount factor; gains are normalised.

    Attributes
    ----------
    perfect : bool, whether no deviation gains anywhere that is tested
    gain, who, pair, action : the largest such gain, and where it occurs; no action ("") where every other one loses
    zero : what counts as zero there
    values : per party, normalised value at the start
    pairs : int, number of pairs tested
    nash : bool, whether no plan gains at the start; a perfect profile is always Nash
    nash_gain, nash_who : largest gain of a plan from the start, and whose
    """

    perfect: bool
    gain: Real
    who: int
    pair: int
    action: str
    zero: float
    values: tuple[Real, ...]
    pairs: int
    nash: bool
    nash_gain: Real
    nash_who: int


def judge(
    product: Product,
    delta: Real,
    *,
    exact: bool = False,
    nash: bool = True,
    plans: list[Plan] | None = None,
    tested: BoolArray | None = None,
) -> Judgement:
    """Decide whether a profile is perfect, or at least Nash (not asked where `nash` is False), at a discount factor."""
    plans = plans_of(product, exact=exact) if plans is None else plans
    tested = tested_pairs(product) if tested is None else tested
    dyn = product.play.dynamics
    perfect, top, values, solved = True, None, [], []
    for i, plan in enumerate(plans):
        own = plan.values(delta)
        gains = plan.gains(own, delta)
        allowed = plan.allowed(gains, own, delta)
        if dyn.hidden:
            best = plan.best(delta, own)[0]
            perfect = perfect and plan.follows(best, tested, delta)
            gains = plan.continued(best, own, delta)
        else:
            perfect = perfect and not (gains > allowed).any()
        places = np.flatnonzero(tested[plan.data.pair])
        k = int(places[int(np.argmax(gains[places]))])
        # parties are compared by gain in units of what is zero for them, then by gain
        key = (bool(gains[k] > allowed[k]), gains[k])
        if top is None or key > top[0]:
            top = (key, i, k, gains[k], allowed[k], deviating(places, k, gains, plan.data.weight, allowed[k]))
        values.append(plan.normalised(own, delta)[0])
        solved.append(own)
    assert top is not None
    _, who, k, gain, allowed_there, other = top
    pair = int(plans[who].data.pair[k if other is None else other])
    holds, nash_gain, nash_who = perfect, Fraction(0) if exact else 0.0, 0
    if nash and not perfect:
        start = np.arange(len(product.pairs)) == 0
        holds = True
        for i, (plan, own, value) in enumerate(zip(plans, solved, values, strict=True)):
            best = plan.best(delta, own)[0]
            holds = holds and plan.follows(best, start, delta)
            more = plan.normalised(best, delta)[0] - value
            if more > nash_gain:
                nash_gain, nash_who = more, i
    return Judgement(
        perfect,
        (1 - delta) * gain,
        who,
        pair,
        "" if other is None else dyn.actions[int(product.pairs[pair, 0])][who][int(plans[who].data.action[other])],
        float((1 - delta) * allowed_there),
        tuple(values),
        int(tested.sum()),
        holds,
        nash_gain,
        nash_who,
    )


def deviating(places: IntArray, k: int, gains: NumberArray, weight: NumberArray, zero: Real) -> int | None:
    """Plan that is named for the largest gain, that of plan k: what is surely taken is no deviation, a tie is one."""
    if weight[k] < 1:
        return k
    others = places[np.asarray(weight[places] < 1, bool)]
    best = int(others[int(np.argmax(gains[others]))]) if len(others) else k
    return best if best != k and gains[best] >= -zero else None


def gains_by_pair(product: Product, delta: float) -> FloatArray:
    """Normalised gain [P, X] of the best action that a party does not surely take; NaN where none is tested."""
    tested, hidden = tested_pairs(product), product.play.dynamics.hidden
    found = np.full((len(product.play.dynamics.players), len(product.pairs)), -np.inf)
    for i, plan in enumerate(plans_of(product)):
        own = plan.values(delta)
        gains = plan.continued(plan.best(delta, own)[0], own, delta) if hidden else plan.gains(own, delta)
        other = (plan.data.weight < 1) & tested[plan.data.pair]
        np.maximum.at(found[i], plan.data.pair[other], (1 - delta) * gains[other])
    return np.where(np.isfinite(found), found, np.nan)


def tested_pairs(product: Product) -> BoolArray:
    """Pairs at which plans are tested: all; with a hidden queue those where nobody deviated lately, or play leads."""
    dyn = product.play.dynamics
    size = len(product.pairs)
    if not dyn.hidden:
        return np.ones(size, bool)
    ahead = np.zeros((size, size), bool)
    for x in range(size):
        row = dyn.rows(int(product.pairs[x, 0]))
        w = np.ones(1)
        for j in range(len(dyn.players)):
            w = np.multiply.outer(w, product.law(x, j)).ravel()
        local = np.repeat(np.arange(len(row)), np.diff(dyn.branch[row.start : row.stop + 1]))
        ahead[x, product.ahead[x][w[local] > 0]] = True
    play = np.zeros(size, bool)
    play[0] = True
    while True:
        more = play | ahead[play].any(axis=0)
        if (more == play).all():
            break
        play = more
    settled: BoolArray = np.ones(size, bool)
    # the queue holds at most len(states) different contents: that many steps flush every deviation
    depth = max(1, round(np.log(len(dyn.states)) / np.log(len(dyn.rows(0)))))
    for _ in range(depth):
        settled = np.asarray(ahead[settled].any(axis=0))
    return play | settled
