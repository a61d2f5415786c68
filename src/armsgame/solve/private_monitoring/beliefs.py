"""One player's problem under private monitoring: beliefs about the state of the other's automaton."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from armsgame._deadline import PERIODS, ask_time
from armsgame._typing import FloatArray
from armsgame.arithmetic.discounted import per_period
from armsgame.games.private import PrivateGame
from armsgame.strategies.automaton import Automaton

_WIDEN = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One player's problem against the other's automaton, a hidden Markov state.

    update [A, Y, M, M'] : P(own signal, other's next state | own action, other's state)
    gain [Q, A, M] : gain of one deviation at each pair of states; value [Q, M]
    """

    player: int
    player_name: str
    states: tuple[str, ...]
    other_states: tuple[str, ...]
    actions: tuple[str, ...]
    law: FloatArray
    move: Any
    update: FloatArray
    value: FloatArray
    gain: FloatArray
    start: int
    other_start: int
    scale: float
    top: float
    delta: float

    @classmethod
    def of(cls, game: PrivateGame, rules: tuple[Automaton, ...], i: int, delta: float) -> View:
        """Build the problem of player i against the other's automaton."""
        kernel = game.monitoring.kernel if i == 0 else game.monitoring.kernel.transpose(1, 0, 3, 2)
        payoff = game.stage.payoffs[0] if i == 0 else game.stage.payoffs[1].T
        mine, other = rules[i], rules[1 - i]
        move, moved = _full(mine, kernel.shape[0]), _full(other, kernel.shape[1])
        law, law_other = mine.law(), other.law()
        hot = np.eye(len(other.states))[moved]
        update = np.einsum("mb,abyz,mbzn->aymn", law_other, kernel, hot)
        low = float(payoff.min())
        # payoffs from 0 on: a constant carries no rounding into gains
        reward = (payoff - low) @ law_other.T
        q, m, a = len(mine.states), len(other.states), kernel.shape[0]
        step = np.zeros((q, a, m, q, m))
        for k in range(q):
            for act in range(a):
                for y in range(kernel.shape[2]):
                    step[k, act, :, move[k, act, y], :] += update[act, y]
        chain = np.einsum("qa,qamkn->qmkn", law, step).reshape(q * m, q * m)
        now = (law @ reward).reshape(q * m)
        value = per_period(chain, now[:, None], delta).reshape(q, m)
        after = (1 - delta) * reward[None] + delta * np.einsum("qamkn,kn->qam", step, value)
        scale = float(np.ptp(payoff)) or 1.0
        return cls(
            i,
            game.players[i],
            mine.states,
            other.states,
            game.stage.actions[i],
            law,
            move,
            update,
            low + value,
            after - value[:, None],
            mine.initial,
            other.initial,
            scale,
            float(payoff.max()),
            delta,
        )

    def name(self, q: int, a: int, belief: FloatArray) -> str:
        """Put a deviation in words."""
        shown = ", ".join(f"{s} {p:.4g}" for s, p in zip(self.other_states, belief, strict=True) if p > 0)
        return f"{self.player_name} in {self.states[q]!r}, believing [{shown}], plays {self.actions[a]!r}"


def _full(rule: Automaton, actions: int) -> Any:
    table: Any = rule.next
    return table if table.ndim == 3 else np.repeat(table[:, None], actions, axis=1)


Box = tuple[FloatArray, FloatArray]


def boxes(view: View) -> dict[int, Box]:
    """Per own state, bounds (low [M], high [M]) on beliefs, closed under every update.

    Beliefs are held in boxes within the simplex; with two states of the other these are the
    smallest closed intervals, with more they may be larger than the smallest closed convex sets.
    """
    first = np.eye(len(view.other_states))[view.other_start]
    found: dict[int, Box] = {view.start: (first, first)}
    for turn in range(2000):
        ask_time(f"{turn} rounds of bounds on beliefs")
        grown = dict(found)
        for q, box in found.items():
            for after, a, b in _images(view, q, box):
                # images are widened, so that once growth is smaller than that, true images lie inside
                low, high = np.maximum(a - _WIDEN, 0.0), np.minimum(b + _WIDEN, 1.0)
                was = grown.get(after, (low, high))
                grown[after] = (np.minimum(was[0], low), np.maximum(was[1], high))
        if grown.keys() == found.keys() and all(
            float(np.abs(np.subtract(found[q], grown[q])).max()) <= _WIDEN / 2 for q in found
        ):
            return found
        found = grown
    return dict.fromkeys(found, (np.zeros(len(first)), np.ones(len(first))))


def corner_gain(view: View, sets: dict[int, Box]) -> tuple[float, str]:
    """Find the largest gain of one deviation over boxes of beliefs, and where it is."""
    best = (-np.inf, "")
    for q, (low, high) in sets.items():
        for a in range(view.gain.shape[1]):
            belief = _most(view.gain[q, a], low, high)
            # an action that is taken for sure gains nothing, up to rounding
            gain = 0.0 if view.law[q, a] == 1 else float(view.gain[q, a] @ belief)
            if gain > best[0]:
                best = (gain, view.name(q, a, belief))
    return best


def _most(weights: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Belief in the box that maximises a linear function: fill the best states first."""
    belief = low.copy()
    left = 1.0 - belief.sum()
    for m in np.argsort(-weights, kind="stable"):
        belief[m] += min(float(high[m] - low[m]), max(left, 0.0))
        left = 1.0 - belief.sum()
    return belief


def _images(view: View, q: int, box: Box) -> list[tuple[int, FloatArray, FloatArray]]:
    """Own state and box of beliefs after every own action and signal."""
    out = []
    for a in range(view.update.shape[0]):
        for y in range(view.update.shape[1]):
            part = view.update[a, y]
            mass = part.sum(axis=1)
            ends = np.array([[_ratio(s * part[:, m], mass, *box) for m in range(len(mass))] for s in (-1.0, 1.0)])
            out.append((int(view.move[q, a, y]), np.maximum(-ends[0], 0.0), np.minimum(ends[1], 1.0)))
    return out


def _ratio(top: FloatArray, mass: FloatArray, low: FloatArray, high: FloatArray) -> float:
    """Largest (belief . top) / (belief . mass) over a box, by Dinkelbach's iteration (mass > 0)."""
    level = -np.inf
    belief = _most(top, low, high)
    while True:
        ratio = float(belief @ top / (belief @ mass))
        # also where a ratio is not a number
        if not ratio > level:
            return level
        level = ratio
        belief = _most(top - level * mass, low, high)


@dataclass(frozen=True, slots=True)
class Listing:
    """Largest one-period gains at listed histories, and a bound on what any plan can gain.

    Attributes
    ----------
    bound : float, on the gain of any plan from the start
    on_path, anywhere : float, largest one-period gain at histories of positive probability, at all
    where, where_any : str, the deviations with these gains
    depth : int, periods listed
    """

    bound: float
    on_path: float
    anywhere: float
    where: str
    where_any: str
    depth: int


@dataclass(slots=True)
class _Node:
    belief: FloatArray
    played: bool = field(default=True)


def listed(view: View, sets: Any, depth: int) -> Listing:
    """List own histories, with own deviations, period by period."""
    first = np.zeros(len(view.other_states))
    first[view.other_start] = 1.0
    layer: dict[Any, _Node] = {(view.start, tuple(first)): _Node(first)}
    total, on_path, anywhere, where, where_any, weight, done = 0.0, 0.0, 0.0, "", "", 1.0, 0
    while done < depth and len(layer) <= 20000:
        worst = 0.0
        following: dict[Any, _Node] = {}
        for k, ((q, _), node) in enumerate(layer.items()):
            if k % PERIODS == 0:
                ask_time(f"histories of {done} of {depth} periods")
            gains = np.where(view.law[q] == 1, 0.0, view.gain[q] @ node.belief)
            a = int(np.argmax(gains))
            worst = max(worst, float(gains[a]))
            if gains[a] > anywhere:
                anywhere, where_any = float(gains[a]), view.name(q, a, node.belief)
            if node.played and gains[a] > on_path:
                on_path, where = float(gains[a]), view.name(q, a, node.belief)
            for act in range(view.update.shape[0]):
                for y in range(view.update.shape[1]):
                    joint = node.belief @ view.update[act, y]
                    mass = joint.sum()
                    if mass <= 0:
                        continue
                    belief = joint / mass
                    key = (int(view.move[q, act, y]), tuple(np.round(belief, 13)))
                    played = node.played and bool(view.law[q, act] > 0)
                    if key in following:
                        following[key].played = following[key].played or played
                    else:
                        following[key] = _Node(belief, played)
        total += weight * worst
        weight *= view.delta
        done += 1
        layer = following
    later = view.gain.max() if sets is None else max(0.0, corner_gain(view, sets)[0])
    # later gains are at most the largest one for ever, or the whole range of payoffs
    tail = min(max(0.0, float(later)) / (1 - view.delta), view.top - float(view.value.min()))
    return Listing(total + weight * tail, on_path, anywhere, where, where_any, done)
