"""Conduct alone, with exit: suspensions, grim reversion and leaving on an alarm, in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from armsgame._checks import check_flag, check_whole
from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.arithmetic.tolerance import UNIT, ZERO
from armsgame.errors import invalid
from armsgame.games.stochastic import StochasticGame
from armsgame.negotiation.valued_games.conduct_game import conduct_game, reaction
from armsgame.solve.thresholds import reversion
from armsgame.strategies.automaton import Automaton
from armsgame.treaty.treaty import Treaty

__all__ = ["Conduct", "OneStatus", "Valued", "deviation_gains"]

_WORDS = ("deploys in force", "leaves in force", "leaves while suspended", "complies while suspended")


@dataclass(frozen=True, slots=True)
class Valued:
    """Values [N, 2] (NaN where nothing holds), class chosen [N] (or -1), largest gain [N], binding deviation.

    `bound` [N] is the most that both could have together, where the selection knows it.
    """

    values: FloatArray
    chosen: IntArray
    gains: FloatArray
    binding: tuple[str, ...]
    bound: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Conduct(Value):
    """What the one-status game reads of N treaties.

    Attributes
    ----------
    pay : array [N, 2, own conduct, other's conduct], net of verification
    away : array [N, 2], value per period of having left
    caught, calm : array [N, 2], P(any alarm) if the party deploys, and if both comply
    zero : array [N, 2], what counts as zero of a payoff of one period
    """

    pay: FloatArray
    away: FloatArray
    caught: FloatArray
    calm: FloatArray
    zero: FloatArray

    @classmethod
    def of(cls, treaties: Sequence[Treaty], away: FloatArray | None = None) -> Conduct:
        """Read payoffs and alarms; `away` [2] is what leaving gives, by default P and the outside option."""
        payoffs = ("reward", "sucker", "temptation", "punishment", "verification_cost")
        names = (*payoffs, "detection", "false_alarm", "outside_option", "standing", "concealment_cost")
        table = np.array([[[getattr(p, n) for n in names] for p in t.parameters] for t in treaties], dtype=float)
        pay = table[..., :4] - table[..., 4:5] + table[..., 8:9]
        # a party that deploys, whatever the other does, hides it
        pay[..., 2:] -= table[..., 9:10]
        pay = pay.reshape(-1, 2, 2, 2)
        left = table[..., 3] + table[..., 7]
        left = left if away is None else np.broadcast_to(away, left.shape)
        detect, false = table[..., 5], table[..., 6]
        caught = 1 - (1 - detect) * (1 - false[:, ::-1])
        calm = np.repeat(1 - np.prod(1 - false, axis=1, keepdims=True), 2, axis=1)
        span = np.concatenate([pay.reshape(-1, 2, 4), left[..., None]], axis=2)
        zero = ZERO * np.ptp(span, axis=2) + 4 * UNIT * np.abs(span).max(axis=2)
        return cls(pay, left, caught, calm, zero)


@dataclass(frozen=True, slots=True)
class OneStatus(Value):
    """Select among reactions to an alarm in the one-status game (conduct alone, one alarm per party), with exit.

    Both comply; after any alarm both deploy for n periods and start afresh, or deploy for ever, or leave. A party may
    leave at the beginning of every period and then has its outside option for ever, so that leaving is a deviation in
    every state. The reaction with the largest sum of values among those from which no deviation pays in any state is
    selected; the first wins a tie. Verification costs are paid in every period until somebody has left.

    Parameters
    ----------
    suspensions : tuple of int, lengths n in periods
    grim : bool, is permanent deployment without leaving among the candidates?
    exit : bool
        May parties leave? False values a treaty that nobody can leave, which is an assumption and is printed.

    Notes
    -----
    With psi0 = 1 - (1-alpha_1)(1-alpha_2) and h = delta + ... + delta^n a suspension is worth
    v = P + (R - P)/(1 + psi0 h), after Green and Porter (1984) for two alarms; leaving on an alarm is the same with
    w in place of P and n without bound. A deviation is tested in units of one period:

    - deploying in force gains T - R - (psi1 - psi0) h (v - P) with v - P = (R - P)/(1 + psi0 h);
    - leaving in force gains (w - v)/(1 - delta), leaving at the first suspended period (w - v')/(1 - delta) with
      v' = P + delta^n (v - P);
    - complying while suspended gains S - P.
    """

    suspensions: tuple[int, ...] = (1, 2, 3, 4, 6, 8, 12)
    grim: bool = True
    exit: bool = True
    limit = 500_000
    game = "conduct alone"

    def __post_init__(self) -> None:
        allowed = "different whole numbers of periods, at least 1"
        if isinstance(self.suspensions, str) or not isinstance(self.suspensions, Sequence):
            invalid("suspensions", self.suspensions, f"a sequence of {allowed}")
        lengths = tuple(check_whole("suspensions", n, allowed=allowed) for n in self.suspensions)
        if len(set(lengths)) < len(lengths):
            invalid("suspensions", lengths, allowed)
        object.__setattr__(self, "suspensions", lengths)
        check_flag("grim", self.grim)
        check_flag("exit", self.exit)
        if not lengths and not self.grim:
            invalid("suspensions", lengths, "at least one length, or grim=True")

    @property
    def names(self) -> tuple[str, ...]:
        """One name per candidate."""
        suspended = (f"suspend({n})" for n in sorted(self.suspensions))
        return (*suspended, *(["grim"] if self.grim else []), *(["leave"] if self.exit else []))

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Say in words what the valued game assumes."""
        left = "leaving takes effect at once, in every state" if self.exit else "nobody can leave"
        return (f"punishments: {', '.join(self.names)}, in conduct alone", f"exit: {left}")

    def reads(self, treaties: Sequence[Treaty], away: FloatArray | None) -> list[bytes]:
        """Return what the valued game reads of each treaty; equal entries are one game."""
        found = Conduct.of(treaties, away)
        own = np.concatenate(
            [a.reshape(len(treaties), -1) for a in (found.pay, found.away, found.caught, found.calm)], 1
        )
        return [row.tobytes() for row in own]

    def value(self, treaties: Sequence[Treaty], discount: float, away: FloatArray | None = None) -> Valued:
        """Values and certificates of every candidate on every treaty."""
        conduct = Conduct.of(treaties, away)
        size, zero = len(treaties), conduct.zero.max(axis=1)
        values, gains = np.full((size, 2), np.nan), np.full(size, np.inf)
        chosen, where, best = np.full(size, -1), np.zeros((size, 3), np.int64), np.full(size, -np.inf)
        for k, length in enumerate(self._lengths()):
            value, gain, place, holds = deviation_gains(conduct, length, discount, leaving=self.exit)
            better = holds & (value.sum(axis=1) > best + zero)
            nearer = ~holds & (chosen < 0) & (gain < gains)
            best = np.where(better, value.sum(axis=1), best)
            values = np.where(better[:, None], value, values)
            chosen = np.where(better, k, chosen)
            gains = np.where(better | nearer, gain, gains)
            where = np.where((better | nearer)[:, None], np.column_stack([place, np.full(size, k)]), where)
        names, words = self.names, []
        for treaty, (party, kind, k), gain in zip(treaties, where.tolist(), gains.tolist(), strict=True):
            words.append(f"{treaty.parties[party]} {_WORDS[kind]} under {names[k]}: gain {gain * (1 - discount):.6g}")
        return Valued(values, chosen, gains * (1 - discount), tuple(words))

    def played(
        self, treaty: Treaty, k: int, away: FloatArray | None = None
    ) -> tuple[StochasticGame, Sequence[Automaton]]:
        """Game of conduct with exit in which candidate k is valued, and the profile that it is there."""
        conduct = Conduct.of([treaty], away)
        rule = reaction(self._lengths()[k], leaving=self.exit)
        return conduct_game(treaty, conduct.pay[0], conduct.away[0], leaving=self.exit), (rule, rule)

    def beside(self, *_: object) -> tuple[str, ...]:
        """Say what was tested and is no part of a proof: nothing, because leaving at once is a move of the game."""
        return ()

    def _lengths(self) -> list[float]:
        """Length of each candidate: infinite for grim, 0 for leaving."""
        return [*map(float, sorted(self.suspensions)), *([np.inf] if self.grim else []), *([0.0] if self.exit else [])]


def deviation_gains(
    conduct: Conduct, length: float, delta: float, *, leaving: bool
) -> tuple[FloatArray, FloatArray, IntArray, BoolArray]:
    """Values [N, 2] of a reaction, its largest gain [N] in units of one period, where, and whether none counts.

    `length` is that of the suspension, infinite for grim, 0 for leaving; where is (party, kind of deviation).
    """
    pay, away = conduct.pay, conduct.away
    reward, low = pay[..., 0, 0], pay[..., 1, 1]
    floor = away if length == 0 else low
    weight = float(reversion.reach(delta, np.inf if length == 0 else length))
    # what compliance gives above the punishment, without the subtraction of two values that are close
    above = reversion.value(reward - floor, 0.0, conduct.calm, weight)
    value = floor + above
    gains = np.full((len(pay), 2, 4), -np.inf)
    gains[..., 0] = pay[..., 1, 0] - reward - (conduct.caught - conduct.calm) * weight * above
    # without any alarm no reaction is ever carried out
    alarms = (np.maximum(conduct.caught, conduct.calm).max(axis=1) > 0)[:, None]
    if leaving:
        gains[..., 1] = (away - value) / (1 - delta)
        if length > 0:
            # the value rises as a suspension runs out where complying beats it, so its first period binds, or its last
            first = low + (0.0 if np.isinf(length) else delta**length) * above
            last = low + (0.0 if np.isinf(length) else delta) * above
            gains[..., 2] = np.where(alarms, (away - np.minimum(first, last)) / (1 - delta), -np.inf)
    if length > 0:
        gains[..., 3] = np.where(alarms, pay[..., 0, 1] - low, -np.inf)
    holds = np.asarray((gains <= conduct.zero[..., None]).all(axis=(1, 2)))
    flat = gains.reshape(len(pay), 8)
    top = flat.argmax(axis=1)
    return value, flat[np.arange(len(pay)), top], np.column_stack([top // 4, top % 4]), holds
