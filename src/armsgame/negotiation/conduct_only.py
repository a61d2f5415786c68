"""Conduct alone: suspensions and grim reversion on many treaties at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from armsgame._checks import check_whole
from armsgame._shown import Value
from armsgame._typing import FloatArray, IntArray
from armsgame.arithmetic.discounted import per_period
from armsgame.errors import invalid
from armsgame.solve.thresholds import reversion
from armsgame.treaty.treaty import Treaty

__all__ = ["OneStatus", "Valued"]


@dataclass(frozen=True, slots=True)
class Valued:
    """Values [N, 2] (NaN where nothing holds), class chosen [N] (or -1), largest gain [N], binding deviation."""

    values: FloatArray
    chosen: IntArray
    gains: FloatArray
    binding: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OneStatus(Value):
    """Select among reactions to an alarm in the one-status game (conduct alone, one alarm per party).

    Both comply; after any alarm both deploy for n periods and start afresh, or for ever. The
    reaction with the largest sum of values among those that pass the test of one-period deviations
    at every state is selected; the shorter one wins a tie. Verification costs are paid in every period.

    Parameters
    ----------
    suspensions : tuple of int, lengths n in periods
    grim : bool, is permanent reversion among the candidates?

    Notes
    -----
    v = P + (R - P)/(1 + psi0 h) with psi0 = 1 - (1-alpha_1)(1-alpha_2) and h = delta + ... + delta^n;
    after Green and Porter (1984) for two alarms (`reversion.value`). The test does not use it: it
    solves the linear systems of the automaton from raw payoffs, and a reaction that would be carried
    out by no party (P < S) fails it.
    """

    suspensions: tuple[int, ...] = (1, 2, 3, 4, 6, 8, 12)
    grim: bool = True
    limit = 500_000

    def __post_init__(self) -> None:
        allowed = "different whole numbers of periods, at least 1"
        lengths = tuple(check_whole("suspensions", n, allowed=allowed) for n in self.suspensions)
        if len(set(lengths)) < len(lengths):
            invalid("suspensions", lengths, allowed)
        object.__setattr__(self, "suspensions", lengths)
        if not lengths and not self.grim:
            invalid("suspensions", lengths, "at least one length, or grim=True")

    @property
    def names(self) -> tuple[str, ...]:
        """One name per candidate."""
        return (*(f"suspend({n})" for n in sorted(self.suspensions)), *(["grim"] if self.grim else []))

    def value(self, treaties: Sequence[Treaty], discount: float) -> Valued:
        """Closed-form values and batched certificates of every candidate on every treaty."""
        pay, detect, false = _parameters(treaties)
        lengths: list[int | None] = [*sorted(self.suspensions), *([None] if self.grim else [])]
        size = len(treaties)
        values, gains = np.full((size, 2), np.nan), np.full(size, np.inf)
        chosen = np.full(size, -1)
        where = np.zeros((size, 3), np.int64)
        best = np.full(size, -np.inf)
        span = pay.reshape(size, -1)
        # a share of the range of payoffs, and what rounding leaves of large ones
        tolerance = 1e-11 * np.ptp(span, axis=1) + 1e-15 * np.abs(span).max(axis=1) / (1 - discount)
        miss = (1 - np.prod(1 - false, axis=1))[:, None]
        for k, length in enumerate(lengths):
            weight = reversion.reach(discount, np.inf if length is None else length)
            value = reversion.value(pay[:, :, 0, 0], pay[:, :, 1, 1], miss, weight)
            gain, place = deviation_gains(pay, detect, false, length, discount)
            holds = gain <= tolerance
            better = holds & (value.sum(axis=1) > best + tolerance)
            nearer = ~holds & (chosen < 0) & ~better & (gain < gains)
            best = np.where(better, value.sum(axis=1), best)
            values = np.where(better[:, None], value, values)
            chosen = np.where(better, k, chosen)
            gains = np.where(better | nearer, gain, gains)
            where = np.where((better | nearer)[:, None], np.column_stack([place, np.full(size, k)]), where)
        words = []
        for treaty, (party, state, k), gain in zip(treaties, where.tolist(), gains.tolist(), strict=True):
            act, at = ("comply", "suspended") if state else ("deploy", "in force")
            words.append(f"{treaty.parties[party]} plays {act!r} {at} under {self.names[k]}: gain {gain:.6g}")
        return Valued(values, chosen, gains, tuple(words))


def _parameters(treaties: Sequence[Treaty]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Payoffs [N, 2, own conduct, other's conduct] net of costs, detection [N, 2], false alarms [N, 2]."""
    costs, rates = ("verification_cost", "standing", "concealment_cost"), ("detection", "false_alarm")
    names = ("reward", "sucker", "temptation", "punishment", *costs, *rates)
    table = np.array([[[getattr(p, n) for n in names] for p in t.parameters] for t in treaties], dtype=float)
    pay = table[..., :4] - table[..., 4:5] + table[..., 5:6]
    pay[..., 2:] -= table[..., 6:7]
    return pay.reshape(-1, 2, 2, 2), table[..., 7], table[..., 8]


def deviation_gains(
    pay: FloatArray, detect: FloatArray, false: FloatArray, length: int | None, delta: float
) -> tuple[FloatArray, IntArray]:
    """Largest one-period gain [N] over parties and automaton states, and where (party, state > 0 if suspended).

    Independent of the closed form: the automaton has one state in force and `length` suspended
    ones (one that stays, for grim); its values solve (I - delta T) v = (1 - delta) g.
    """
    size = len(pay)
    states = 2 if length is None else 1 + length
    quiet = np.prod(1 - false, axis=1)
    step = np.zeros((size, states, states))
    step[:, 0, 0] += quiet
    step[:, 0, 1] += 1 - quiet
    for q in range(1, states):
        step[:, q, q if length is None else (q + 1) % states] = 1.0
    right = np.empty((size, states, 2))
    right[:, 0] = pay[:, :, 0, 0]
    right[:, 1:] = pay[:, None, :, 1, 1]
    value = per_period(step, right, delta)
    gains = np.empty((size, 2, 2))
    for i in (0, 1):
        unseen = (1 - detect[:, i]) * (1 - false[:, 1 - i])
        ahead = unseen * value[:, 0, i] + (1 - unseen) * value[:, 1, i]
        gains[:, i, 0] = (1 - delta) * pay[:, i, 1, 0] + delta * ahead - value[:, 0, i]
        # a suspended party that complies changes nothing but its payoff of the period
        gains[:, i, 1] = (1 - delta) * (pay[:, i, 0, 1] - pay[:, i, 1, 1])
    # no alarm, no suspension to test
    gains[~(detect + false).any(axis=1), :, 1] = -np.inf
    flat = gains.reshape(size, 4)
    top = flat.argmax(axis=1)
    return flat[np.arange(size), top], np.column_stack([top // 2, top % 2])
