"""The best simple public strategies where alarms can be false: suspension, forgiveness, symmetric play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.errors import NotSolved, WrongConcept, invalid
from armsgame.games.automaton import Automaton
from armsgame.games.monitoring import Monitoring
from armsgame.games.repeated import RepeatedGame
from armsgame.games.result import Certificate, Threshold, check_discount
from armsgame.games.strategies import grim, suspend
from armsgame.games.verify import verify
from armsgame.solve.discount import critical_discount

__all__ = [
    "Forgiveness",
    "Suspension",
    "SymmetricPublic",
    "best_forgiveness",
    "best_suspension",
    "best_symmetric",
    "with_sunspot",
]


@dataclass(frozen=True, slots=True)
class Suspension:
    """Best suspension after an alarm that is an equilibrium.

    Attributes
    ----------
    periods : float
        Periods of suspension; inf for permanent reversion, NaN where no length works.
    values : tuple of float, normalised value of each player at the start; NaN where none works
    certificate : Certificate
        Of the profile found, or of permanent reversion where none works.
    profile : tuple of strategies, or None
    permanent : Threshold or None
        Discount factors at which permanent reversion holds; computed where no length works at
        this discount. If it is empty, no length works at any discount factor.
    longest : int, longest finite suspension tried
    """

    periods: float
    values: tuple[float, ...]
    certificate: Certificate
    profile: tuple[Any, ...] | None
    permanent: Threshold | None
    longest: int

    @property
    def exists(self) -> bool:
        """Whether some suspension, or permanent reversion, is an equilibrium at this discount."""
        return self.profile is not None

    @property
    def hopeless(self) -> bool:
        """Whether no suspension of any length works at any discount factor."""
        return self.permanent is not None and not self.permanent.intervals

    def __str__(self) -> str:
        if self.hopeless:
            return "no suspension of any length deters at any discount factor: alarms say too little about conduct"
        if not self.exists:
            return f"no suspension deters at this discount factor; permanent reversion: {self.permanent}"
        length = "permanent reversion" if self.periods == inf else f"suspension of {self.periods:g} period(s)"
        return f"{length}, values " + ", ".join(f"{v:.6g}" for v in self.values)


def best_suspension(game: Any, *, discount: float, longest: int = 40) -> Suspension:
    """Find the suspension after an alarm that pays most among those that are equilibria.

    Parameters
    ----------
    game : RepeatedGame
        Alarms are all signals but the first; no detection lag.
    discount : float
        Per period, 0 <= discount < 1.
    longest : int
        Longest finite suspension tried; permanent reversion is tried last.

    Returns
    -------
    Suspension

    Raises
    ------
    WrongConcept
        Not a repeated game, or one with a detection lag.
    InvalidGame
        `longest` or `discount` out of range.

    Notes
    -----
    After an alarm everybody plays the last action for n periods, whatever is seen (Green and
    Porter 1984). Lengths are verified by the general engine. Where all parties prefer mutual
    compliance to suspension, v falls in n, yet the loss from an alarm, (1-delta**n)(v-P), rises:
    permanent reversion deters most (if it fails, every length fails), and the shortest length
    that works pays most. Otherwise every length up to `longest` is tried.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
    >>> noisy = ag.RepeatedGame(pd, ag.Monitoring.alarm(0.9, 0.05))
    >>> found = best_suspension(noisy, discount=0.8)
    >>> found.periods, round(found.values[0], 6)
    (2.0, 2.865672)
    """
    _check(game, discount)
    if isinstance(longest, bool) or not isinstance(longest, (int, np.integer)) or not 1 <= longest <= 1000:
        invalid("longest", longest, "a whole number of periods from 1 to 1000")
    count = len(game.players)
    permanent = verify(game, (grim,) * count, discount=discount)
    best: tuple[float, float, Certificate, tuple[Any, ...]] | None = None
    if permanent.ok:
        best = (_sum(permanent), inf, permanent, (grim,) * count)
    payoffs = game.stage.payoffs.reshape(count, -1)
    # then deterrence rises and the value falls in n: see Notes
    ordered = bool((payoffs[:, 0] > payoffs[:, -1]).all())
    for n in range(1, int(longest) + 1):
        if ordered and (best is None or best[1] < inf):
            break
        profile = (suspend(n),) * count
        tried = verify(game, profile, discount=discount)
        # at equal values the shorter one stays
        if tried.ok and (best is None or _sum(tried) > best[0] or (best[1] == inf and _sum(tried) >= best[0])):
            best = (_sum(tried), float(n), tried, profile)
    if best is None:
        threshold = critical_discount(game, (grim,) * count)
        return Suspension(nan, (nan,) * count, permanent, None, threshold, int(longest))
    return Suspension(best[1], tuple(map(float, best[2].values)), best[2], best[3], None, int(longest))


@dataclass(frozen=True, slots=True)
class Forgiveness:
    """Trigger strategy with the largest probability of forgiveness that still deters.

    Attributes
    ----------
    probability : float
        NaN where even no forgiveness does not deter.
    when : str, ``"alarm"`` or ``"punishment"``
    values : tuple of float, normalised values at the start
    certificate : Certificate, re-computed for the profile; of permanent reversion where none works
    game, profile : the game with the public lottery in its signal, and the automata on it
    permanent : Threshold or None, as in `Suspension`
    """

    probability: float
    when: str
    values: tuple[float, ...]
    certificate: Certificate
    game: RepeatedGame | None
    profile: tuple[Automaton, ...] | None
    permanent: Threshold | None

    @property
    def exists(self) -> bool:
        """Whether the trigger deters at all at this discount."""
        return self.profile is not None

    def __str__(self) -> str:
        if not self.exists:
            return f"no trigger deters at this discount factor; permanent reversion: {self.permanent}"
        what = "an alarm" if self.when == "alarm" else "a period of punishment"
        return f"forgives after {what} with probability {self.probability:.6g}, values " + ", ".join(
            f"{v:.6g}" for v in self.values
        )


def best_forgiveness(game: Any, *, discount: float, when: str = "alarm") -> Forgiveness:
    """Find the trigger that forgives with the largest probability that still deters.

    Parameters
    ----------
    game : RepeatedGame
        Alarms are all signals but the first; no detection lag.
    discount : float
        Per period, 0 <= discount < 1.
    when : {"alarm", "punishment"}
        Forgive an alarm at once, else revert for good; or revert after every alarm and return to
        compliance with this probability after each period of reversion.

    Returns
    -------
    Forgiveness

    Raises
    ------
    WrongConcept, InvalidGame
        As `best_suspension`.

    Notes
    -----
    Forgiveness is decided by a public lottery drawn with the signal (`with_sunspot`). Deterrence
    falls in the probability, so it is found by bisection on the certificate of the general
    engine, to 1e-12.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
    >>> noisy = ag.RepeatedGame(pd, ag.Monitoring.alarm(0.9, 0.05))
    >>> round(best_forgiveness(noisy, discount=0.97).probability, 6)
    0.96134
    """
    _check(game, discount)
    if when not in ("alarm", "punishment"):
        invalid("when", when, "'alarm' or 'punishment'")
    count = len(game.players)
    permanent = verify(game, (grim,) * count, discount=discount)
    if not permanent.ok:
        threshold = critical_discount(game, (grim,) * count)
        return Forgiveness(nan, when, (nan,) * count, permanent, None, None, threshold)

    def attempt(chance: float) -> tuple[Certificate, RepeatedGame, tuple[Automaton, ...]]:
        alarms = np.arange(len(game.signals)) > 0
        to_punish = alarms * (1 - chance) if when == "alarm" else alarms.astype(float)
        stay = np.full(len(alarms), 1.0 if when == "alarm" else 1 - chance)
        played, table = _two_states(game, to_punish, stay)
        profile = tuple(
            Automaton(np.eye(len(own))[[0, -1]], table, states=("comply", "punish"), actions=own)
            for own in game.stage.actions
        )
        return verify(played, profile, discount=discount), played, profile

    low, high = 0.0, 1.0
    found = attempt(1.0)
    if found[0].ok:
        low = 1.0
    while low < 1.0 and high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if attempt(middle)[0].ok else (low, middle)
    certificate, played, profile = attempt(low)
    return Forgiveness(low, when, tuple(map(float, certificate.values)), certificate, played, profile, None)


@dataclass(frozen=True, slots=True)
class SymmetricPublic:
    """All payoffs of strongly symmetric pure public equilibria: an interval with public randomisation.

    Attributes
    ----------
    value, worst : float
        Largest and smallest payoff; NaN where no such equilibrium exists.
    action, worst_action : str or None, played by both at the two ends
    punishment : mapping from signal to the probability of going to the worst payoff, at the best
    relapse : mapping from signal to the same probability, at the worst
    certificate : Certificate or None
        Of `profile` on `game`, re-computed by the independent checker.
    game, profile : the game with the public lottery in its signal, and the automata on it
    """

    value: float
    worst: float
    action: str | None
    worst_action: str | None
    punishment: Mapping[str, float]
    relapse: Mapping[str, float]
    certificate: Certificate | None
    game: RepeatedGame | None
    profile: tuple[Automaton, ...] | None

    @property
    def exists(self) -> bool:
        """Whether any strongly symmetric pure public equilibrium exists."""
        return self.profile is not None

    def __str__(self) -> str:
        if not self.exists:
            return "no strongly symmetric pure public equilibrium exists at this discount factor"
        law = "; ".join(f"{s}: {p:.4g}" for s, p in self.punishment.items() if p > 0) or "never"
        return (
            f"best strongly symmetric value {self.value:.6g} by {self.action!r}; worst {self.worst:.6g} by "
            f"{self.worst_action!r}; probability of punishment {law}"
        )


def best_symmetric(game: Any, *, discount: float) -> SymmetricPublic:
    """Find the best strongly symmetric pure public equilibrium of a symmetric two-player game.

    Parameters
    ----------
    game : RepeatedGame
        Two players with the same actions and mirrored payoffs; any public signal without lag.
    discount : float
        Per period, 0 <= discount < 1.

    Returns
    -------
    SymmetricPublic

    Raises
    ------
    WrongConcept
        Not a symmetric two-player repeated game without a detection lag.
    NotSolved
        A linear program failed, or its answer did not pass the checker.

    Notes
    -----
    Both players do the same after every public history, so the payoffs form an interval
    [worst, value] and every continuation is a lottery between its ends (bang-bang; Abreu, Pearce
    and Stacchetti 1990). For each pair of actions played at the two ends, self-generation is one
    linear program in both ends and all continuations; the widest interval over pairs is the
    whole set. Public randomisation is a uniform sunspot drawn with the signal, cut into the
    cells that the lotteries need.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
    >>> found = best_symmetric(ag.RepeatedGame(pd, ag.Monitoring.alarm(0.9, 0.05)), discount=0.97)
    >>> round(found.value, 6), round(found.punishment["alarm"], 6)
    (2.882353, 0.03866)
    """
    _check(game, discount)
    stage = game.stage
    if len(stage.players) != 2 or stage.actions[0] != stage.actions[1]:
        raise WrongConcept("best_symmetric takes two players with the same actions; use payoff_set for other games.")
    first, second = stage.payoffs
    if not np.allclose(first, second.T, rtol=0, atol=1e-12 * max(1.0, float(np.abs(first).max()))):
        raise WrongConcept("payoffs are not mirrored, so the game is not symmetric; use payoff_set.")
    names, signals, count = stage.actions[0], game.signals, len(stage.actions[0])
    # first without a margin; a margin on incentives only where rounding made the checker refuse
    for margin in (0.0, 1e-10):
        best: tuple[float, int, int, FloatArray] | None = None
        for top in range(count):
            for bottom in range(count):
                found = _interval(game, float(discount), top, bottom, margin)
                if found is not None and (best is None or found[0] - found[1] > best[0]):
                    best = (float(found[0] - found[1]), top, bottom, found)
        if best is None:
            if margin == 0.0:
                return SymmetricPublic(nan, nan, None, None, {}, {}, None, None, None)
            continue
        width, top, bottom, solution = best
        high, low, size = float(solution[0]), float(solution[1]) + 0.0, len(signals)
        scale = float(np.ptp(first)) or 1.0
        if width > 1e-9 * scale:
            chance = np.clip(solution[2:], 0, 1).reshape(2, size)
            chance[chance < 1e-11] = 0.0
            chance[chance > 1 - 1e-11] = 1.0
        else:
            bottom, low, chance = top, high, np.zeros((2, size))
        played, table = _two_states(game, chance[0], chance[1])
        rule = Automaton(
            np.eye(count)[[top, bottom]],
            table,
            states=("reward", "punish"),
            actions=names,
        )
        certificate = verify(played, (rule, rule), discount=discount)
        if certificate.ok:
            return SymmetricPublic(
                float(certificate.values[0]),
                low,
                names[top],
                names[bottom],
                dict(zip(signals, chance[0].tolist(), strict=True)),
                dict(zip(signals, chance[1].tolist(), strict=True)),
                certificate,
                played,
                (rule, rule),
            )
    raise NotSolved(
        "the interval found by linear programs did not pass the checker; scale the payoffs to about 1, or use "
        "payoff_set for a bracket."
    )


def with_sunspot(game: RepeatedGame, cuts: Sequence[float]) -> tuple[RepeatedGame, FloatArray]:
    """Add a public lottery to the signal.

    Parameters
    ----------
    game : RepeatedGame, without detection lag
    cuts : sequence of float
        Points between 0 and 1 at which a uniform draw is cut into cells.

    Returns
    -------
    game : RepeatedGame
        Signals are pairs (old signal, cell), the cell varying fastest, independent of conduct.
    edges : array [C + 1], the edges of the cells from 0 to 1

    Raises
    ------
    InvalidGame
        A cut outside [0, 1].
    """
    given = np.asarray(cuts, dtype=float)
    if not ((given >= 0) & (given <= 1)).all():
        invalid("cuts", list(cuts), "points between 0 and 1")
    edges = np.unique(np.concatenate([[0.0, 1.0], given]))
    if len(edges) == 2:
        cells = np.ones(1)
        labels = list(game.signals)
    else:
        cells = np.diff(edges)
        labels = [f"{s}, lottery {k}" for s in game.signals for k in range(len(cells))]
    kernel = game.monitoring.kernel(game.stage)
    joint = (kernel[:, :, None] * cells).reshape(*game.stage.shape, -1)
    return RepeatedGame(game.stage, Monitoring.public(joint, labels)), edges


def _two_states(game: RepeatedGame, leave: Any, stay: Any) -> tuple[RepeatedGame, Any]:
    """Game with a lottery, and moves [2, Y]: to state 1 with these chances per signal in state 0 and 1."""
    played, edges = with_sunspot(game, np.concatenate([leave, stay]).tolist())
    upper = edges[1:]
    return played, np.stack([(upper <= chance[:, None]).astype(int).ravel() for chance in (leave, stay)])


def _interval(game: RepeatedGame, delta: float, top: int, bottom: int, margin: float) -> FloatArray | None:
    """Widest self-generating interval: (high, low, chance of the low end per signal at the top, at the bottom)."""
    from scipy.optimize import linprog

    stage = game.stage
    count = stage.shape[0]
    kernel = game.monitoring.kernel(stage).reshape(count, count, -1)
    size = kernel.shape[-1]
    scale = float(np.ptp(stage.payoffs)) or 1.0
    own = stage.payoffs[0] / scale
    wide = 2 + 2 * size
    equal, right, rows, limits = [], [], [], []
    # unknowns: both ends, and what each signal takes from the top or adds to the bottom,
    # x = delta (top - w) / (1 - delta), in units of one period: accurate as delta tends to 1
    for k, a in enumerate((top, bottom)):
        part, sign = slice(2 + k * size, 2 + (k + 1) * size), (1.0, -1.0)[k]
        line = np.zeros(wide)
        line[k] = 1.0
        line[part] = sign * kernel[a, a]
        equal.append(line)
        right.append(own[a, a])
        for other in range(count):
            if other == a:
                continue
            # the same gain for both players; the law of the signal may differ
            for law in (kernel[other, a], kernel[a, other]):
                line = np.zeros(wide)
                line[part] = -sign * (law - kernel[a, a])
                rows.append(line)
                limits.append(own[a, a] - own[other, a] - margin)
        for y in range(size):
            line = np.zeros(wide)
            line[2 + k * size + y] = 1 - delta
            line[:2] = -delta, delta
            rows.append(line)
            limits.append(0.0)
    cost = np.zeros(wide)
    cost[:2] = -1.0, 1.0
    found = linprog(
        cost,
        A_ub=np.array(rows),
        b_ub=limits,
        A_eq=np.array(equal),
        b_eq=right,
        bounds=[(None, None)] * 2 + [(0, None)] * (2 * size),
        method="highs",
    )
    if found.status == 2:
        return None
    if found.status != 0:
        names = stage.actions[0]
        raise NotSolved(
            f"the linear program for {names[top]!r} and {names[bottom]!r} failed ({found.message}); scale the payoffs."
        )
    ends = found.x[:2] * scale
    width = max(ends[0] - ends[1], 1e-300)
    moved = (1 - delta) / max(delta, 1e-300) * found.x[2:] * scale / width
    return np.concatenate([ends, moved[:size], 1 - moved[size:]])


def _check(game: Any, discount: float) -> None:
    if not isinstance(game, RepeatedGame) or game.monitoring.lag != 1:
        raise WrongConcept(
            "this search takes a RepeatedGame without a detection lag; verify single profiles with a lag instead."
        )
    check_discount(discount)


def _sum(certificate: Certificate) -> float:
    return float(sum(certificate.values))
