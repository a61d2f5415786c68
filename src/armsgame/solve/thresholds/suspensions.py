"""The best simple public strategies where alarms can be false: suspension, forgiveness, symmetric play."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan

import numpy as np

from armsgame._checks import check_whole
from armsgame._deadline import ask_time
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray
from armsgame.arithmetic.tolerance import below
from armsgame.checkers.in_time import verify
from armsgame.errors import invalid
from armsgame.games.coercion import Modelled
from armsgame.games.stochastic import RepeatedGame
from armsgame.results.certificates import Certificate, Threshold
from armsgame.solve.payoff_sets.strategies import check_public, two_states
from armsgame.solve.thresholds.critical_discount import profile_threshold
from armsgame.solve.thresholds.reversion import deterrent, least_discount
from armsgame.strategies.automaton import Automaton
from armsgame.strategies.named import grim, suspend


@dataclass(frozen=True, slots=True)
class Suspension(Value):
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
    profile: tuple[object, ...] | None
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


def best_suspension(
    game: RepeatedGame | Modelled, *, discount: float, longest: int = 40, budget_seconds: float | None = None
) -> Suspension:
    """Find the suspension after an alarm that pays most among those that are equilibria.

    Parameters
    ----------
    game : RepeatedGame
        Alarms are all signals but the first; no detection lag.
    discount : float
        Per period, 0 <= discount < 1.
    longest : int
        Longest finite suspension tried; permanent reversion is tried last.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

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
    game = check_public("best_suspension", game, discount)
    longest = check_whole("longest", longest, 1, 1000)
    count = len(game.players)
    permanent = verify(game, (grim,) * count, discount=discount)
    best = None
    if permanent.ok:
        best = (_sum(permanent), inf, permanent, (grim,) * count)
    payoffs = game.stage.payoffs.reshape(count, -1)
    # then deterrence rises and the value falls in n: see Notes
    ordered = bool((payoffs[:, 0] > payoffs[:, -1]).all())
    for n in range(1, int(longest) + 1):
        if ordered and (best is None or best[1] < inf):
            break
        ask_time(f"suspensions of up to {n - 1} periods")
        profile = (suspend(n),) * count
        tried = verify(game, profile, discount=discount)
        # at equal values the shorter one stays
        if tried.ok and (best is None or _sum(tried) > best[0] or (best[1] == inf and _sum(tried) >= best[0])):
            best = (_sum(tried), float(n), tried, profile)
    if best is None:
        threshold = profile_threshold(game, (grim,) * count)
        return Suspension(nan, (nan,) * count, permanent, None, threshold, int(longest))
    return Suspension(best[1], tuple(map(float, best[2].values)), best[2], best[3], None, int(longest))


@dataclass(frozen=True, slots=True)
class Forgiveness(Value):
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
        return f"forgives after {what} with probability {below(self.probability, 6)}, values " + ", ".join(
            f"{v:.6g}" for v in self.values
        )


def best_forgiveness(
    game: RepeatedGame | Modelled, *, discount: float, when: str = "alarm", budget_seconds: float | None = None
) -> Forgiveness:
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
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

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
    game = check_public("best_forgiveness", game, discount)
    if when not in ("alarm", "punishment"):
        invalid("when", when, "'alarm' or 'punishment'")
    count = len(game.players)
    permanent = verify(game, (grim,) * count, discount=discount)
    if not permanent.ok:
        threshold = profile_threshold(game, (grim,) * count)
        return Forgiveness(nan, when, (nan,) * count, permanent, None, None, threshold)

    alarms = game.monitoring.meaning(game.stage)[0]
    rules = [grim.on(game, i) for i in range(count)]

    def attempt(chance: float) -> tuple[Certificate, RepeatedGame, tuple[Automaton, ...]]:
        to_punish = alarms * (1 - chance) if when == "alarm" else alarms.astype(float)
        stay = np.full(len(alarms), 1.0 if when == "alarm" else 1 - chance)
        played, table = two_states(game, to_punish, stay)
        profile = tuple(
            Automaton(rule.outputs, table, states=rule.states, actions=rule.actions, signals=played) for rule in rules
        )
        return verify(played, profile, discount=discount), played, profile

    low, high = 0.0, 1.0
    found = attempt(1.0)
    if found[0].ok:
        low = 1.0
    while low < 1.0 and high - low > 1e-12:
        ask_time(f"probabilities between {low:.6g} and {high:.6g}")
        middle = (low + high) / 2
        low, high = (middle, high) if attempt(middle)[0].ok else (low, middle)
    certificate, played, profile = attempt(low)
    return Forgiveness(low, when, tuple(map(float, certificate.values)), certificate, played, profile, None)


def _sum(certificate: Certificate) -> float:
    return float(sum(certificate.values))


def suspension_threshold(
    temptation: ArrayLike,
    reward: ArrayLike,
    punishment: ArrayLike,
    detection: ArrayLike,
    false_alarm: ArrayLike,
    periods: ArrayLike,
) -> float | FloatArray:
    """Least discount factor at which a suspension of n periods holds, with one public alarm.

    Parameters
    ----------
    temptation, reward, punishment : float or array ``[*B]``
        T, and R > P, per period.
    detection, false_alarm : float or array ``[*B]``
        P(alarm | somebody violates), P(alarm | nobody does).
    periods : int or array ``[*B]``, at least 1
        Length of the suspension. Deterrence rises in it, so this is also the least discount
        factor at which *some* suspension of at most that length holds.

    Returns
    -------
    float or array ``[*B]``
        The suspension holds from it to 1; inf where it holds nowhere.

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    The inequality is that of `reversion`: T - R <= h [(psi1-psi0)(R-P) - psi0 (T-R)] with
    h = delta + ... + delta**n, which rises in delta from 0 to n. It takes for granted that mutual
    deployment is a stage equilibrium, P >= S. The zero is found by 60 bisections.

    Examples
    --------
    >>> round(suspension_threshold(3, 2, 1, 1.0, 0.0, 3), 6)
    0.543689
    """
    names = ("temptation", "reward", "punishment", "detection", "false_alarm", "periods")
    given = (temptation, reward, punishment, detection, false_alarm, periods)
    values = []
    for name, value in zip(names, given, strict=True):
        array = np.asarray(value, dtype=float)
        if not np.isfinite(array).all():
            invalid(name, value, "finite numbers")
        values.append(array)
    for name, value, array in zip(names[3:5], given[3:5], values[3:5], strict=True):
        if not ((array >= 0) & (array <= 1)).all():
            invalid(name, value, "a probability between 0 and 1")
    if not ((values[5] >= 1) & (values[5] == np.round(values[5]))).all():
        invalid("periods", periods, "whole numbers of periods, at least 1")
    t, r, p, hit, miss, n = np.broadcast_arrays(*values)
    if not (r > p).all():
        invalid("reward", reward, f"above punishment {punishment!r}")
    gain = t - r
    found = least_discount(gain, deterrent(gain, r - p, hit - miss, miss), n)
    return found.item() if found.ndim == 0 else found
