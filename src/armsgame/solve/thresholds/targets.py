"""How much patience, or how much detection, an agreement needs: thresholds with both ends certified."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any, TypeAlias, overload

import numpy as np

from armsgame._budget import Budget
from armsgame._checks import check_discount, check_number, check_probability, check_whole
from armsgame._deadline import ask_time
from armsgame._shown import Framed, Table, Value
from armsgame._typing import FloatArray
from armsgame.arithmetic.tolerance import above, below
from armsgame.errors import InvalidGame, invalid
from armsgame.games.monitoring import Monitoring
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame
from armsgame.geometry.directions import directions_of
from armsgame.geometry.hulls import farthest, hull
from armsgame.results.provable import Provable
from armsgame.solve.patient_limits.limit_sets import limit_payoff_set
from armsgame.solve.payoff_sets.bracket import bracket
from armsgame.solve.payoff_sets.inner_set import Inner, image_of
from armsgame.solve.payoff_sets.operator import Operator, check_game
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.seeds import markov_play

_TOP = 0.9999
_CLOSE = 1e-9
# from a value to the game and its discount factor; the profile by index, or the payoff, that is asked for
_Asked: TypeAlias = tuple[Callable[[float], tuple[RepeatedGame, float]], int | None, FloatArray | None]
# relative widths of the brackets tried until the target is on one side
_WIDTHS = (3e-2, 3e-3)


@dataclass(frozen=True, slots=True)
class TargetThreshold(Provable, Framed, Value):
    """Least discount factor, or detection probability, at which a target can be promised.

    Attributes
    ----------
    low : float
        At `low` the target is outside a bound that holds every pure public equilibrium.
    high : float
        At `high` the target is in a self-generating set; inf where none was found.
    quantity : ``"discount"`` or ``"detection"``
    target : the target asked
    evidence : pair of str, what supports the lower and the upper end
    """

    low: float
    high: float
    quantity: str
    target: tuple[str | float, ...]
    evidence: tuple[str, str]
    _source: _Asked | None = field(default=None, repr=False, compare=False)

    @property
    def value(self) -> float:
        """The least value that is known to suffice: `high`, as `Threshold.value` is; inf where none was found."""
        return self.high

    @property
    def exists(self) -> bool:
        """Whether a value that suffices was found."""
        return isfinite(self.high)

    def _table(self) -> Table:
        """One row."""
        return [
            {"quantity": self.quantity, "target": "; ".join(map(str, self.target)), "low": self.low, "high": self.high}
        ]

    def __str__(self) -> str:
        name = "; ".join(map(str, self.target))
        if not self.exists:
            return f"no {self.quantity} up to {below(self.low, 6)} supports ({name}): {self.evidence[0]}"
        return (
            f"least {self.quantity} for ({name}): above {below(self.low, 6)} ({self.evidence[0]}), "
            f"at most {above(self.high, 6)} ({self.evidence[1]})"
        )


@overload
def payoff_threshold(
    game: RepeatedGame,
    target: Sequence[object] | None = None,
    *,
    tolerance: float = 1e-4,
    max_iter: int = 2000,
    budget_seconds: float | None = None,
) -> TargetThreshold: ...
@overload
def payoff_threshold(
    game: Sequence[RepeatedGame],
    target: Sequence[object] | None = None,
    *,
    tolerance: float = 1e-4,
    max_iter: int = 2000,
    budget_seconds: float | None = None,
) -> tuple[TargetThreshold, ...]: ...
def payoff_threshold(
    game: RepeatedGame | Sequence[RepeatedGame],
    target: Sequence[object] | None = None,
    *,
    tolerance: float = 1e-4,
    max_iter: int = 2000,
    budget_seconds: float | None = None,
) -> TargetThreshold | tuple[TargetThreshold, ...]:
    """Find the least discount factor at which a profile is played, or a payoff reached, in equilibrium.

    Parameters
    ----------
    game : RepeatedGame, or a sequence of them
        Perfect or imperfect public monitoring. A sequence gives a tuple of answers.
    target : sequence, one entry per player
        Action labels or indices: some pure public equilibrium plays this profile (now). Numbers: this
        payoff is in the set of equilibrium payoffs; whole numbers that are all indices of actions are
        read as actions, so write payoffs as floats. Default: everybody's first action.
    tolerance : float
        Width at which the search stops; it is wider where neither side can be certified.
    max_iter : int
        Applications of the operator per discount factor tried.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    TargetThreshold
        Searched up to a discount factor of 0.9999.

    Raises
    ------
    WrongConcept, InvalidGame, NotSolved
        As `payoff_bracket`.

    Notes
    -----
    With public randomisation the set grows with the discount factor (Abreu, Pearce and
    Stacchetti 1990, theorem 6), so that both ends certify a half-line. This is not so for a given
    strategy: see `critical_discount`.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.RepeatedGame(ag.treaty.compliance(5, 3, 1, 0))
    >>> found = payoff_threshold(pd, (3, 3))
    >>> found.low < 0.5 <= found.high < 0.5001
    True
    """
    if isinstance(game, Sequence) and not isinstance(game, str):
        return tuple(payoff_threshold(g, target, tolerance=tolerance, max_iter=max_iter) for g in game)
    one = check_game(game, "payoff_threshold")
    goal = _Goal.of(one, target)
    _check(tolerance, max_iter)
    found = _search(lambda d: goal.verdict(one, d, max_iter), 0.0, _TOP, tolerance)
    if found[1] == inf and goal.payoff is not None:
        limit = limit_payoff_set(one)
        if limit.empty or not limit.near(goal.payoff, 1e-6):
            return TargetThreshold(1.0, inf, "discount", goal.target, ("outside the limit of patience", "none found"))
    source = (_AtPatience(one), goal.profile, goal.payoff)
    return TargetThreshold(found[0], found[1], "discount", goal.target, _evidence(found), source)


def required_detection(
    make_game: StageGame | Callable[[float], RepeatedGame],
    target: Sequence[object] | None = None,
    *,
    discount: float,
    false_alarm: float = 0.0,
    tolerance: float = 1e-4,
    max_iter: int = 2000,
    budget_seconds: float | None = None,
) -> TargetThreshold:
    """Find the least detection probability at which a profile is played, or a payoff reached.

    Parameters
    ----------
    make_game : StageGame, or callable from a detection probability to a RepeatedGame
        A stage game is watched by `Monitoring.detection` at rates (detection, `false_alarm`).
    target : sequence, one entry per player
        As `payoff_threshold`.
    discount : float
        Per period, 0 <= discount < 1.
    false_alarm : float
        Per party and period. The search runs from here to 1, for a callable too.
    tolerance, max_iter
        As `payoff_threshold`.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    TargetThreshold

    Notes
    -----
    At fixed false alarms a higher detection probability is more informative in the order of
    Blackwell, and the set grows (Kandori 1992). For a callable this is the caller's to see to.

    Examples
    --------
    >>> import armsgame as ag
    >>> found = required_detection(ag.treaty.compliance(), discount=0.95, false_alarm=0.005)
    >>> found.exists, found.high - found.low < 1e-3
    (True, True)
    """
    check_discount(discount)
    check_probability("false_alarm", false_alarm)
    _check(tolerance, max_iter)
    if isinstance(make_game, StageGame):
        build: Callable[[float], RepeatedGame] = _Detected(make_game, false_alarm)
    elif callable(make_game):
        build = make_game
    else:
        invalid("make_game", make_game, "a StageGame, or a callable from a detection probability to a RepeatedGame")
    goal = _Goal.of(check_game(build(1.0), "required_detection"), target)
    found = _search(lambda p: goal.verdict(build(p), float(discount), max_iter), float(false_alarm), 1.0, tolerance)
    source = (_AtDetection(build, float(discount)), goal.profile, goal.payoff)
    return TargetThreshold(found[0], found[1], "detection", goal.target, _evidence(found), source)


@dataclass(frozen=True, slots=True)
class _Detected:
    """The repeated game with a rate of detection."""

    stage: StageGame
    false_alarm: float

    def __call__(self, rate: float) -> RepeatedGame:
        return RepeatedGame(self.stage, Monitoring.detection(rate, self.false_alarm))


@dataclass(frozen=True, slots=True)
class _AtPatience:
    """The game and the discount factor at a point of a search over patience."""

    game: RepeatedGame

    def __call__(self, discount: float) -> tuple[RepeatedGame, float]:
        return self.game, discount


@dataclass(frozen=True, slots=True)
class _AtDetection:
    """The game and the discount factor at a point of a search over detection."""

    build: Callable[[float], RepeatedGame]
    discount: float

    def __call__(self, rate: float) -> tuple[RepeatedGame, float]:
        return self.build(rate), self.discount


@dataclass(frozen=True, slots=True)
class _Goal:
    """A profile (row-major index) or a payoff [P]."""

    target: tuple[str | float, ...]
    profile: int | None
    payoff: FloatArray | None

    @classmethod
    def of(cls, game: RepeatedGame, target: Sequence[Any] | None) -> _Goal:
        stage = game.stage
        entries = tuple(own[0] for own in stage.actions) if target is None else tuple(target)
        if len(entries) != len(stage.players):
            invalid("target", target, f"{len(stage.players)} action labels or payoffs, one per player")
        if stage.names_actions(entries):
            index = tuple(stage.action(i, a) for i, a in enumerate(entries))
            return cls(entries, int(np.ravel_multi_index(index, stage.shape)), None)
        try:
            # complex numbers of NumPy become floats without a word
            payoff = np.array([np.nan if isinstance(t, complex) else float(t) for t in entries])
        except (TypeError, ValueError):
            payoff = np.array([np.nan])
        if not np.isfinite(payoff).all() or any(isinstance(t, str) for t in entries):
            raise InvalidGame(f"target is {target!r}; allowed: action labels alone, or finite payoffs alone.")
        return cls(entries, None, payoff)

    def verdict(self, game: RepeatedGame, discount: float, limit: int) -> str:
        """Return ``"in"``, ``"out"`` or ``"open"``, where a narrow bracket holds the target between its sets."""
        operator = Operator.of(game, discount)
        start = directions_of(16, operator.players)
        operator.check_size(len(start))
        point = None if self.payoff is None else (self.payoff - operator.shift) / operator.scale
        answer = ["open"]
        outer = Bound.of(operator, start)
        outer.budget = Budget(limit)

        def decided(found: Inner | None) -> bool:
            if self._out(outer, point):
                answer[0] = "out"
            elif found is not None and len(found.points[0]) and self._inside(operator, found, point):
                answer[0] = "in"
            return answer[0] != "open"

        play, unit = markov_play(operator, False), np.ones_like(operator.scale)
        for width in _WIDTHS:
            found, _ = bracket(outer, width, limit, play, decided=decided, most=160, unit=unit)
            if not outer.alive[0]:
                return "out"
            if decided(found):
                break
        return answer[0]

    def _out(self, outer: Bound, point: FloatArray | None) -> bool:
        if point is None:
            return self.profile not in outer.alive[0]
        return bool((outer.directions[0] @ point - outer.levels[0]).max() > _CLOSE)

    def _inside(self, operator: Operator, found: Inner, point: FloatArray | None) -> bool:
        if point is None:
            assert self.profile is not None
            return len(image_of(operator, found.points, [[self.profile]])[0][0]) > 0
        if farthest(point[None], found.points[0]) <= _CLOSE:
            return True
        # with the target added the set still generates itself iff it generates the target
        more = hull(np.vstack([found.points[0], point]))
        made = image_of(operator, [more], [list(range(len(operator.programs[0])))])[0][0]
        return len(made) > 0 and farthest(point[None], made) <= _CLOSE


def _search(verdict: Callable[[float], str], low: float, high: float, tolerance: float) -> tuple[float, float, bool]:
    """Largest value found "out" and least found "in" (inf: none), and whether the first is certified.

    The two are equal where the lowest value is in.
    """
    out, inside = low, inf

    def asked(value: float) -> str:
        said = verdict(value)
        if said == "open":
            # it may be so because the time is over
            ask_time(f"values from {out:.6g} to {inside:.6g}")
        return said

    first = asked(low)
    if first == "in":
        return low, low, True
    sure = first == "out"
    top = asked(high)
    if top == "out":
        return high, inf, True
    inside = high
    # where a value is open, the two ends part and are searched for one after the other
    opened = [high] if top == "open" else []
    while True:
        end = opened[0] if opened else inside
        middle = 0.5 * (out + end)
        # no float lies between neighbours, however small the tolerance
        if end - out <= tolerance or not out < middle < end:
            break
        said = asked(middle)
        if said == "out":
            out, sure = middle, True
        elif said == "in":
            inside = middle
        else:
            opened = [middle, *opened]
    if not opened:
        return out, inside, sure
    if top == "open":
        return out, inf, sure
    last = opened[-1]
    while inside - last > tolerance:
        middle = 0.5 * (last + inside)
        if not last < middle < inside:
            break
        if asked(middle) == "in":
            inside = middle
        else:
            last = middle
    return out, inside, sure


def _evidence(found: tuple[float, float, bool]) -> tuple[str, str]:
    low, high, sure = found
    if low == high:
        return ("the lowest value searched", "in a self-generating set")
    lower = "outside the outer bound" if sure else "not certified: the lowest value searched"
    return (lower, "in a self-generating set" if isfinite(high) else "none found")


def _check(tolerance: float, max_iter: int) -> None:
    check_number("tolerance", tolerance, 0, 1, open_low=True, open_high=True)
    check_whole("max_iter", max_iter, 1, 10**7)
