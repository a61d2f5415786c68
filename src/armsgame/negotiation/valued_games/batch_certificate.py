"""Certificates of one profile on many treaties whose games differ in payoffs and probabilities alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.arithmetic.discounted import per_period
from armsgame.arithmetic.tolerance import UNIT, ZERO
from armsgame.games.dynamics import Dynamics, spans
from armsgame.games.product import deviations, product_of
from armsgame.treaty.party import Party
from armsgame.treaty.status import parse_status
from armsgame.treaty.treaty import Treaty

__all__ = ["Shape", "Verdict", "certified"]

_ROOM = 4_000_000
Verdict: TypeAlias = tuple[FloatArray, float, str, float]


@dataclass(frozen=True, slots=True)
class Shape(Value):
    """What treaties share whose games have the same states and moves, and the same law but for alarms and displays."""

    parties: tuple[str, str]
    days: tuple[float, float, float]
    notice_periods: int
    flags: tuple[bool, bool]
    renegotiation: float
    parts: tuple[Any, ...]

    @classmethod
    def of(cls, treaty: Treaty) -> Shape:
        """Shape of a treaty's game."""
        days = (treaty.period_days, treaty.deadline_days, treaty.compliance_rate)
        switches = (treaty.demand, treaty.notice)
        return cls(treaty.parties, days, treaty.notice_periods, switches, treaty.renegotiation, treaty.parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Frame(Value):
    """A shape's branches: base probability, alarms of each party (1 raised, 0 not, -1 not drawn), display that decides.

    `basis` [names, 2, rows] are the payoffs per parameter, `shown` [branches] codes the display: 0 none, else
    1 + 2 x (party that shows) + (1 if it violates), negative where it was failed.
    """

    dynamics: Dynamics
    row: IntArray
    base: FloatArray
    raised: IntArray
    conduct: IntArray
    shown: IntArray
    names: tuple[str, ...]
    basis: FloatArray


@lru_cache(maxsize=64)
def _frame(treaty: Treaty) -> _Frame:
    """Branches of the game of a treaty in which every alarm and every display is drawn with probability 1/2."""
    game = treaty.game()
    dyn = game.dynamics()
    row = np.repeat(np.arange(len(dyn.branch) - 1), np.diff(dyn.branch))
    statuses = [parse_status(s, game.players) for s in dyn.states]
    where = np.repeat(np.arange(len(dyn.states)), np.diff(dyn.first))
    acts = []
    for s in range(len(dyn.states)):
        shape = dyn.shape(s)
        acts += [tuple(dyn.actions[s][i][a[i]] for i in (0, 1)) for a in np.ndindex(*shape)]
    conduct = np.array([[a.startswith("deploy") for a in pair] for pair in acts], dtype=np.int64)
    raised, shown = np.full((len(row), 2), -1), np.zeros(len(row), np.int64)
    for b, (r, target) in enumerate(zip(row.tolist(), dyn.target.tolist(), strict=True)):
        before, after = statuses[where[r]], statuses[target]
        if before.kind == "withdrawn" or not after.watched:
            continue
        raised[b] = after.flags
        i = before.demander
        if before.kind == "demand" and acts[r][i].endswith("accept") and acts[r][1 - i].endswith("offer"):
            code = 1 + 2 * (1 - i) + int(conduct[r, 1 - i])
            shown[b] = code if after.kind == "in_force" else -code
    half = np.where(raised >= 0, 0.5, 1.0).prod(axis=1) * np.where(shown != 0, 0.5, 1.0)
    _, arrays = treaty.basis()
    names = tuple(arrays)
    return _Frame(dyn, row, dyn.prob / half, raised, conduct, shown, names, np.array([arrays[n] for n in names]))


def _generic(treaty: Treaty) -> Treaty:
    """Return the treaty of the same shape with every alarm and display at 1/2, so that every branch is there."""
    even = Party(detection=0.5, false_alarm=0.5, pass_compliant=0.5, pass_violating=0.5)
    return replace(treaty, parameters=(even, even), notice_days=treaty.notice_periods * treaty.period_days)


@dataclass(frozen=True, slots=True, eq=False)
class _Plans(Value):
    """One party's one-period plans on the product of a profile: pair, row of the game, entries (plan, branch, next)."""

    pair: IntArray
    row: IntArray
    played: IntArray
    start: IntArray
    branch: IntArray
    ahead: IntArray


@lru_cache(maxsize=256)
def _plans(treaty: Treaty, profile: tuple[object, object]) -> tuple[Any, tuple[_Plans, _Plans]] | None:
    """Product of the profile and the plans of both parties; None where somebody mixes."""
    product = product_of(treaty.game(), profile)
    dyn = product.play.dynamics
    own = [deviations(product, i) for i in (0, 1)]
    if any(((d.weight > 0) & (d.weight < 1)).any() for d in own):
        return None
    played = [np.flatnonzero(d.weight) for d in own]
    state, width = product.pairs[:, 0], np.bincount(own[1].pair)
    # what follows a pair stands where its branches begin
    first = np.asarray(dyn.branch)[dyn.first]
    ahead = np.concatenate(product.ahead)
    begin = np.cumsum([0, *map(len, product.ahead)])
    out = []
    for i, mine in enumerate(own):
        pair, other = mine.pair, own[1 - i].action[played[1 - i]][mine.pair]
        acts = (mine.action, other) if i == 0 else (other, mine.action)
        row = np.asarray(dyn.first)[state[pair]] + acts[0] * width[pair] + acts[1]
        owner, branch = spans(np.asarray(dyn.branch), row)
        start, at = np.flatnonzero(np.diff(owner, prepend=-1)), pair[owner]
        out.append(_Plans(pair, row, played[i], start, branch, ahead[begin[at] + branch - first[state[at]]]))
    return product, (out[0], out[1])


def certified(treaties: Sequence[Treaty], profile: tuple[object, object], discount: float) -> list[Verdict] | None:
    """Values [2], largest normalised gain of a one-period deviation, where, and what counts as zero, per treaty.

    The treaties have one shape and no parts. None where the profile mixes, which `verify` is to judge.
    """
    plain = _generic(treaties[0])
    prepared = _plans(plain, profile)
    if prepared is None:
        return None
    product, plans = prepared
    frame = _frame(plain)
    size = len(frame.row) + len(product.pairs) ** 2 + sum(len(p.branch) for p in plans)
    step = max(1, _ROOM // size)
    out: list[Verdict] = []
    for k in range(0, len(treaties), step):
        out += _judged(treaties[k : k + step], frame, product, plans, discount)
    return out


def _laws(treaties: Sequence[Treaty], frame: _Frame) -> tuple[FloatArray, FloatArray]:
    """Probability of each branch [B, branches], and payoffs [B, 2, rows]."""
    own = np.array(
        [[(p.false_alarm, p.detection, p.pass_compliant, p.pass_violating) for p in t.parameters] for t in treaties]
    )
    prob = np.repeat(frame.base[None], len(treaties), axis=0)
    conduct = frame.conduct[frame.row]
    for i in (0, 1):
        rate = own[:, i, :2][:, conduct[:, i]]
        prob *= np.where(frame.raised[:, i] == 1, rate, np.where(frame.raised[:, i] == 0, 1 - rate, 1.0))
    for code in range(1, 5):
        passes = own[:, (code - 1) // 2, 2 + (code - 1) % 2][:, None]
        prob[:, frame.shown == code] *= passes
        prob[:, frame.shown == -code] *= 1 - passes
    paid = [t.prices() for t in treaties]
    prices = np.array([[own[n] for n in frame.names] for own in paid])
    return prob, np.einsum("bni,nir->bir", prices, frame.basis)


def _judged(
    treaties: Sequence[Treaty], frame: _Frame, product: Any, plans: tuple[_Plans, _Plans], delta: float
) -> list[Verdict]:
    prob, pay = _laws(treaties, frame)
    many, count = len(treaties), len(product.pairs)
    ruled = plans[0]
    step = np.zeros((many, count, count))
    kept = np.isin(
        np.repeat(np.arange(len(ruled.pair)), np.diff(np.append(ruled.start, len(ruled.branch)))), ruled.played
    )
    source = np.repeat(ruled.pair, np.diff(np.append(ruled.start, len(ruled.branch))))[kept]
    place = source * count + ruled.ahead[kept]
    np.add.at(step.reshape(many, -1).T, place, prob[:, ruled.branch[kept]].T)
    flow = np.stack([pay[:, i, plans[i].row[plans[i].played]] for i in (0, 1)], axis=-1)
    value = per_period(step, flow, delta)
    tested = _reached(prob, product)
    best = np.full(many, -np.inf)
    gains, where, zeros = np.zeros(many), [""] * many, np.zeros(many)
    for i, plan in enumerate(plans):
        own = pay[:, i]
        spread, size = np.ptp(own, axis=1), np.abs(own).max(axis=1)
        zero = ZERO * spread + 4 * UNIT * size + 16 * UNIT * spread * delta / (1 - delta)
        ahead = np.add.reduceat(prob[:, plan.branch] * value[:, plan.ahead, i], plan.start, axis=1)
        worth = own[:, plan.row] + delta / (1 - delta) * ahead
        gain = np.where(tested[:, plan.pair], worth - worth[:, plan.played][:, plan.pair], -np.inf)
        # what the profile prescribes is no deviation
        gain[:, plan.played] = -np.inf
        top = gain.argmax(axis=1)
        most = gain[np.arange(many), top]
        for n in np.flatnonzero(most - zero > best).tolist():
            best[n], gains[n], zeros[n] = most[n] - zero[n], most[n], zero[n]
            where[n] = _words(frame.dynamics, product, i, plan, int(top[n]))
    start = value[:, 0]
    return [
        (start[n], float((1 - delta) * max(0.0, gains[n])), where[n], float((1 - delta) * zeros[n]))
        for n in range(many)
    ]


def _words(dyn: Dynamics, product: Any, i: int, plan: _Plans, place: int) -> str:
    x = int(plan.pair[place])
    s = int(product.pairs[x, 0])
    act = np.unravel_index(int(plan.row[place] - dyn.first[s]), dyn.shape(s))[i]
    return f"{dyn.players[i]} plays {dyn.actions[s][i][act]!r} at {product.label(x)}"


def _reached(prob: FloatArray, product: Any) -> BoolArray:
    """Pairs [B, X] that some sequence of actions reaches; where every branch may happen, all of them."""
    many, count = len(prob), len(product.pairs)
    found = np.ones((many, count), bool)
    rare = np.flatnonzero((prob <= 0).any(axis=1))
    if len(rare) == 0:
        return found
    some = np.zeros((len(rare), count, count), bool)
    for x in range(count):
        live = prob[rare, product.branches(x)] > 0
        for y in np.unique(product.ahead[x]).tolist():
            some[:, x, y] = live[:, product.ahead[x] == y].any(axis=1)
    reach = np.zeros((len(rare), count), bool)
    reach[:, 0] = True
    while True:
        more = reach | (reach[:, :, None] & some).any(axis=1)
        if (more == reach).all():
            break
        reach = more
    found[rare] = reach
    return found
