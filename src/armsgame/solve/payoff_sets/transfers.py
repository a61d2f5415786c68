"""Sets with transfers: compensation and sanctions paid between the parties, perfect monitoring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf
from typing import Any, overload

import numpy as np

from armsgame._checks import as_fraction, check_discount, is_number
from armsgame._deadline import ask_time
from armsgame._typing import BoolArray, FloatArray, IntArray, NumberArray, Real
from armsgame.arithmetic.discounted import per_period
from armsgame.arithmetic.roots import float_beside
from armsgame.arithmetic.tolerance import zero_gain
from armsgame.checkers.transfers import verify_transfers
from armsgame.errors import NotSolved, WrongConcept, invalid
from armsgame.games.coercion import Modelled, public_game
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame, StochasticGame
from armsgame.results.certificates import Threshold, TransferCertificate
from armsgame.results.payoff_set import Generator, PayoffSet
from armsgame.solve.payoff_sets.operator import reaching

_TOP, _GRID = 0.9999, 100
# a plan is only changed for the better, so that no plan comes back but by rounding
_CHANGES = 10_000


@overload
def transfer_payoff_set(
    game: RepeatedGame, *, discount: Real, exact: bool = False, budget_seconds: float | None = None
) -> PayoffSet: ...
@overload
def transfer_payoff_set(
    game: StochasticGame | Modelled, *, discount: Real, exact: bool = False, budget_seconds: float | None = None
) -> dict[str, PayoffSet]: ...
def transfer_payoff_set(
    game: object, *, discount: Real, exact: bool = False, budget_seconds: float | None = None
) -> PayoffSet | dict[str, PayoffSet]:
    """Payoffs of pure subgame-perfect equilibria when the parties can pay each other.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
        Two players or more, perfect monitoring.
    discount : float or Fraction
        Per period, 0 <= discount < 1.
    exact : bool
        Decide in rational numbers; floats are read as the simplest fraction that rounds to them.
        Repeated games only.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    PayoffSet, or a dict from state label to PayoffSet
        The simplex of payoffs at least `threats` whose sum is at most ``details["joint"]``. The
        face with the largest sum is the frontier; below it, money is burnt. ``details`` holds
        ``joint``, ``threats`` (rational with `exact`), ``profile`` (played for ever),
        ``punishments`` (one per player) and ``admissible`` (all profiles that can be enforced). With
        states these are those of the state, and ``certificate`` is what `verify_transfers` says.

    Raises
    ------
    WrongConcept
        Not a repeated or stochastic game under perfect monitoring.

    Notes
    -----
    A profile can be enforced iff (1 - d) sum_i h_i <= d (U - sum_i v_i), with h_i the gain from the
    best deviation, U the largest joint payoff and v_i the least best-reply payoff of player i, both
    over profiles that can be enforced. The list of these is pruned until nothing changes. With states,
    U(s) is the value of the best joint plan and v_i(s) that of the worst punishment, and a is enforced
    at s iff ``sum_i max_b [(1 - d) g_i(b, a_-i) + d E v_i] <= (1 - d) sum_i g_i(a) + d E U``.

    References
    ----------
    Goldlücke and Kranz (2012), Journal of Economic Theory 147; (2018), Economic Theory 66.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.RepeatedGame(ag.treaty.compliance(5, 3, 1, 0))
    >>> float(transfer_payoff_set(pd, discount=0.5).details["joint"])
    6.0
    """
    game = public_game("transfer_payoff_set", game)
    check_discount(discount)
    states = game.states if isinstance(game, StochasticGame) else ("",)
    if exact and len(states) > 1:
        invalid("exact", exact, "False for a game with several states")
    model = _Model.of(game, as_fraction(discount) if exact else float(discount), exact=exact)
    found = model.fixed_point()
    more: dict[str, object] = {"exact": exact}
    if isinstance(game, StochasticGame):
        more = {"certificate": _certificate(game, found, float(discount))}
    sets = {label: _set(game, model, found, s, more) for s, label in enumerate(states)}
    return sets if isinstance(game, StochasticGame) else sets[""]


def _set(
    game: RepeatedGame | StochasticGame, model: _Model, found: _Liquid, s: int, more: dict[str, object]
) -> PayoffSet:
    """Payoffs from one state."""
    players, names, enforced = len(game.players), model.stages[s].profiles, np.flatnonzero(found.enforced[s])
    year, place = (2018, f", from state {game.states[s]}") if isinstance(game, StochasticGame) else (2012, "")
    corner: FloatArray = np.zeros((0, players))
    threats: FloatArray = np.full(players, np.nan)
    made: tuple[Generator, ...] = ()
    details: dict[str, Any] = {
        "method": f"Goldlücke and Kranz {year}",
        "iterations": found.rounds,
        "converged": True,
        **more,
        "admissible": tuple(names[k] for k in enforced),
    }
    if len(enforced):
        joint, low = found.joint.tolist()[s], found.threats[:, s]
        details |= {
            "joint": joint,
            "threats": tuple(low.tolist()),
            "profile": names[found.plans[0, s]],
            "punishments": tuple(names[k] for k in found.plans[1:, s]),
        }
        threats, slack = low.astype(float), float(joint - low.sum())
        corner = threats + np.vstack([np.zeros(players), max(slack, 0.0) * np.eye(players)])
        corner = corner[:1] if slack <= model.slack else corner
        if isinstance(game, RepeatedGame):
            made = tuple(Generator(details["profile"], np.tile(v, (len(names), 1))) for v in corner)
    return PayoffSet(
        corner, corner.copy(), 0.0, threats, game.players, float(model.delta),
        f"pure subgame-perfect equilibria with transfers, perfect monitoring{place}", made, game, details,
    )  # fmt: skip


def _certificate(game: StochasticGame, found: _Liquid, delta: float) -> TransferCertificate | None:
    """Check the plans found; None where some state has no equilibrium."""
    if not all(m.any() for m in found.enforced):
        return None
    names = [stage.profiles for stage in game.stages]
    plans = [[names[s][k] for s, k in enumerate(plan)] for plan in found.plans.tolist()]
    certificate = verify_transfers(game, plans[0], plans[1:], discount=delta)
    if not certificate.ok:
        raise NotSolved(f"the check refuses the plans found at discount {delta:g}: {certificate}")
    return certificate


def transfer_critical_discount(game: Any, target: Sequence[Any], *, budget_seconds: float | None = None) -> Threshold:
    """Find the least discount factor at which a profile, or a payoff, can be enforced with transfers.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
        As `transfer_payoff_set`.
    target : sequence of action labels or indices, or of payoffs, one per player; whole numbers that are
        indices of actions are read as actions, so write payoffs as floats
        On a stochastic game: in its first state.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Threshold
        Computed in rational numbers (`ends`), then rounded up; inf where no discount factor works. With states
        the set of discount factors need not be an interval: it is searched on a grid of step 0.01
        up to 0.9999 with each change bisected, and what is narrower than the grid may be missed.

    Notes
    -----
    If every profile tempted by at most t is enforced, liquidity is L(t) = U - sum v over these, and
    they support each other iff t / L(t) <= d / (1 - d). The threshold is the least such ratio over
    the t that include the target.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.RepeatedGame(ag.treaty.compliance(5, 3, 1, 0))
    >>> transfer_critical_discount(pd, ("comply", "comply")).value
    0.5
    """
    game = public_game("transfer_critical_discount", game)
    one = not isinstance(game, StochasticGame) or len(game.states) == 1
    model = _Model.of(game, Fraction(1, 2) if one else 0.5, exact=one)
    stage = model.stages[0 if one else game.initial]
    if len(target) != len(stage.players):
        invalid("target", target, f"{len(stage.players)} action labels or payoffs, one per player")
    place, goal = None, []
    if stage.names_actions(target):
        index = tuple(stage.action(i, a) for i, a in enumerate(target))
        place = int(np.ravel_multi_index(index, stage.shape))
    elif not all(map(is_number, target)):
        invalid("target", target, "action labels alone, or finite payoffs alone")
    else:
        goal = [as_fraction(t) if one else float(t) for t in target]
    return _least(model, place, goal) if one else _searched(model, game.initial, place, goal)


def _least(model: _Model, place: int | None, goal: Sequence[Real]) -> Threshold:
    """Threshold of a profile or payoff in a game of one state, in rational numbers."""
    joint, reply, temptation = model.joint[0], model.reply[0], model.temptation[0]
    ratio: Real = inf
    for k, t in enumerate(sorted(set(temptation.tolist()))):
        ask_time(f"{k} gains from deviations")
        chosen = (temptation <= t).astype(bool)
        most, low = joint[chosen].max(), reply[:, chosen].min(axis=1)
        liquid = most - sum(low)
        reached = (
            sum(goal) <= most and all(v >= w for v, w in zip(goal, low, strict=True))
            if place is None
            else chosen[place]
        )
        if reached and (t == 0 or liquid > 0):
            ratio = min(ratio, Fraction(0) if t == 0 else t / liquid)
    if ratio == inf:
        return Threshold(inf, (), None)
    least = ratio / (1 + ratio)
    value = float_beside(least, up=True)
    return Threshold(value, ((value, 1.0),), None, ends=((least, Fraction(1)),))


def _searched(model: _Model, first: int, place: int | None, goal: Sequence[Real]) -> Threshold:
    """Discount factors at which a profile or payoff can be enforced from a state, on a grid with bisection."""

    def holds(delta: float) -> bool:
        found = replace(model, delta=delta).fixed_point()
        if place is not None or not found.enforced[first].any():
            return place is not None and bool(found.enforced[first][place])
        low, slack = found.threats[:, first], model.slack
        return bool((np.array(goal) >= low - slack).all() and sum(goal) <= found.joint[first] + slack)

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


@dataclass(frozen=True, slots=True)
class _Liquid:
    """What profiles that are enforced promise: masks per state, joint payoffs [S], threats [P, S], plans [1 + P, S]."""

    enforced: list[BoolArray]
    joint: NumberArray
    threats: NumberArray
    plans: IntArray
    rounds: int


@dataclass(frozen=True, slots=True)
class _Model:
    """A game as arrays per state, of floats or of fractions; a repeated game is one state.

    Attributes
    ----------
    stages : per state
    pay, laws : per state, arrays [P, A] and [A, S]
    reply : per state, array [P, A] of payoffs of best replies in the period
    joint, temptation : per state, arrays [A] of the sum of payoffs, and of what all best replies gain
    reach : mask [S, S] of `reaching`
    delta : discount factor
    slack : gain in one period's payoff that counts as none, so that rounding excludes no profile that binds exactly
    """

    stages: tuple[StageGame, ...]
    pay: list[NumberArray]
    laws: list[NumberArray]
    reply: list[NumberArray]
    joint: list[NumberArray]
    temptation: list[NumberArray]
    reach: BoolArray
    delta: Real
    slack: float

    @classmethod
    def of(cls, game: Any, delta: Real, *, exact: bool) -> _Model:
        """Set the arrays up."""
        several = isinstance(game, StochasticGame)
        if several and (game.imperfect or game.signals is not None or len(game.players) < 2):
            raise WrongConcept(
                "sets with transfers are those of a game of two players or more whose actions are observed, without "
                "signals; with public signals use payoff_set (without transfers)."
            )
        if not several and (not isinstance(game, RepeatedGame) or game.imperfect or len(game.players) < 2):
            raise WrongConcept(
                "sets with transfers are those of a RepeatedGame of two players or more under perfect monitoring; "
                "under a public signal use payoff_bracket (without transfers)."
            )
        stages = game.stages if several else (game.stage,)
        pay = [stage.payoffs.reshape(len(game.players), -1) for stage in stages]
        laws = (
            [law.reshape(-1, len(stages)) for law in game.transitions] if several else [np.ones((pay[0].shape[1], 1))]
        )
        if exact:
            pay = [np.array([as_fraction(v) for v in own.ravel()], dtype=object).reshape(own.shape) for own in pay]
        reach = reaching(game) if several else np.ones((1, 1), bool)
        slack = 0.0 if exact else zero_gain(np.concatenate(pay, axis=1))
        reply = [
            np.array([_best_replies(i, stage.shape, worth) for i, worth in enumerate(own)])
            for stage, own in zip(stages, pay, strict=True)
        ]
        joint = [own.sum(axis=0) for own in pay]
        tempted = [r.sum(axis=0) - j for r, j in zip(reply, joint, strict=True)]
        return cls(stages, pay, laws, reply, joint, tempted, reach, delta, slack)

    def fixed_point(self) -> _Liquid:
        """Prune profiles that the liquidity of the others does not enforce, until nothing changes."""
        states, players, delta = len(self.stages), len(self.pay[0]), self.delta
        kind = self.pay[0].dtype
        # sums of fractions with a float are floats
        zero = float(1 - delta) * self.slack or 0
        enforced = [np.ones(len(law), bool) for law in self.laws]
        joint, threats = np.full(states, -np.inf, kind), np.full((players, states), np.inf, kind)
        plans, rounds = np.zeros((1 + players, states), np.int64), 0
        while True:
            ask_time(f"{rounds} rounds of pruning")
            rounds += 1
            live = np.array([m.any() for m in enforced])
            # a state without equilibrium leaves none to any state from which play can come to it
            for s in np.flatnonzero(self.reach[:, ~live].any(axis=1)).tolist():
                enforced[s][:] = False
                live[s] = False
            kept = np.flatnonzero(live)
            if not len(kept):
                return _Liquid(enforced, joint, threats, plans, rounds)
            joint[~live], threats[:, ~live] = -np.inf, np.inf
            local = _Local(self, kept, enforced)
            joint[kept], plans[0, kept] = local.best(plans[0, kept])
            for i in range(players):
                threats[i, kept], plans[1 + i, kept] = local.worst(i, plans[1 + i, kept])
            changed = False
            for s in kept.tolist():
                if len(kept) == 1:
                    gain = (1 - delta) * self.temptation[s] - delta * (joint[s] - threats[:, s].sum())
                else:
                    off = sum(local.replies(i, s, threats[i, kept]) for i in range(players))
                    gain = off - local.ahead(s, self.joint[s], joint[kept])
                fits = enforced[s] & (gain <= zero).astype(bool)
                changed = changed or bool((fits != enforced[s]).any())
                enforced[s] = fits
            if not changed:
                return _Liquid(enforced, joint, threats, plans, rounds)


def _best_replies(i: int, shape: tuple[int, ...], worth: NumberArray) -> NumberArray:
    """Most [A] that a player can make of each profile by its own action, of what profiles are worth."""
    cube = worth.reshape(shape)
    return np.broadcast_to(cube.max(axis=i, keepdims=True), cube.shape).ravel()


@dataclass(frozen=True, slots=True)
class _Local:
    """Planning problems on the states that are left; one alone leads to itself, and its value is a period's payoff."""

    model: _Model
    kept: IntArray
    enforced: list[BoolArray]

    def worth(self, now: FloatArray, law: FloatArray) -> FloatArray:
        """Value [S] of a period's payoffs [S] under a law [S, S]."""
        return per_period(law, now[:, None], float(self.model.delta))[:, 0]

    def ahead(self, s: int, now: NumberArray, value: NumberArray) -> NumberArray:
        """Worth [A] of the profiles of a state that pay `now` when `value` [S] follows."""
        return (1 - self.model.delta) * now + self.model.laws[s][:, self.kept] @ (self.model.delta * value)

    def replies(self, i: int, s: int, value: NumberArray) -> NumberArray:
        """Best-reply payoff [A] of a player against each profile of a state when `value` follows."""
        return _best_replies(i, self.model.stages[s].shape, self.ahead(s, self.model.pay[s][i], value))

    def of(self, plan: IntArray, pay: Sequence[NumberArray]) -> FloatArray:
        """Value [S] of a plan, of what the profiles of each state pay."""
        law = np.array([self.model.laws[s][k, self.kept] for s, k in zip(self.kept, plan, strict=True)])
        return self.worth(np.array([own[k] for own, k in zip(pay, plan, strict=True)]), law)

    def best(self, plan: IntArray) -> tuple[NumberArray, IntArray]:
        """Largest joint payoff over enforced profiles, by policy iteration."""
        if len(self.kept) == 1:
            return self.lone(self.model.joint[self.kept[0]], 1)
        joint = [self.model.joint[s] for s in self.kept]
        return self.improved(
            self.allowed, plan, lambda plan: self.of(plan, joint), lambda n, s, v: self.ahead(s, joint[n], v), 1
        )

    def worst(self, i: int, plan: IntArray) -> tuple[NumberArray, IntArray]:
        """Least best-reply payoff of a player over enforced profiles: iteration on the punishers' plan."""
        if len(self.kept) == 1:
            return self.lone(self.model.reply[self.kept[0]][i], -1)
        return self.improved(
            self.allowed, plan, lambda plan: self.held(i, plan), lambda _, s, v: self.replies(i, s, v), -1
        )

    @property
    def allowed(self) -> list[IntArray]:
        """Enforced profiles of each state."""
        return [np.flatnonzero(self.enforced[s]) for s in self.kept]

    def lone(self, worth: NumberArray, sign: int) -> tuple[NumberArray, IntArray]:
        """Best enforced profile of the one state that is left."""
        own = np.flatnonzero(self.enforced[self.kept[0]])
        k = own[np.argmax(sign * worth[own])]
        return worth[k], np.array([k])

    def improved(
        self,
        allowed: list[IntArray],
        plan: IntArray,
        value: Callable[[IntArray], FloatArray],
        ahead: Callable[[int, int, FloatArray], FloatArray],
        sign: int,
    ) -> tuple[FloatArray, IntArray]:
        """Change a plan to allowed profiles that are worth more (`sign` -1: less) until there are none."""
        plan = np.array([k if k in own else own[0] for own, k in zip(allowed, plan, strict=True)])
        for turn in range(_CHANGES):
            ask_time(f"{turn} changes of one plan")
            now, turned = value(plan), plan.copy()
            for n, (s, own) in enumerate(zip(self.kept.tolist(), allowed, strict=True)):
                worth = sign * ahead(n, s, now)
                top = own[worth[own].argmax()]
                if worth[top] > worth[plan[n]] + self.slack:
                    turned[n] = top
            if (turned == plan).all():
                return now, plan
            plan = turned
        raise NotSolved("policy iteration went round in a circle of plans that differ by rounding; scale the payoffs.")

    @property
    def slack(self) -> float:
        """A plan is changed for more than rounding of its value, per period."""
        return 0.1 * (1 - float(self.model.delta)) * self.model.slack

    def held(self, i: int, plan: IntArray) -> FloatArray:
        """Value [S] of a player that answers a punishment as well as it can, by policy iteration."""
        lines = []
        for s, k in zip(self.kept, plan, strict=True):
            shape = self.model.stages[s].shape
            at = [np.arange(shape[i]) if j == i else a for j, a in enumerate(np.unravel_index(int(k), shape))]
            lines.append(np.ravel_multi_index(np.broadcast_arrays(*at), shape))
        pay = [self.model.pay[s][i] for s in self.kept]
        return self.improved(lines, plan, lambda act: self.of(act, pay), lambda n, s, v: self.ahead(s, pay[n], v), 1)[0]
