"""One player's problem under private monitoring: beliefs about the state of the other's automaton."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.games.automaton import Automaton
from armsgame.games.private import PrivateGame

__all__ = ["Listing", "View", "corner_gain", "intervals", "listed"]

_INFLATE = (1e-10, 1e-8, 1e-6, 1e-4)


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
        reward = payoff @ law_other.T
        q, m, a = len(mine.states), len(other.states), kernel.shape[0]
        step = np.zeros((q, a, m, q, m))
        for k in range(q):
            for act in range(a):
                for y in range(kernel.shape[2]):
                    step[k, act, :, move[k, act, y], :] += update[act, y]
        chain = np.einsum("qa,qamkn->qmkn", law, step).reshape(q * m, q * m)
        now = (law @ reward).reshape(q * m)
        value = np.linalg.solve(np.eye(q * m) - delta * chain, (1 - delta) * now).reshape(q, m)
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
            value,
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
    table = rule.next
    return table if table.ndim == 3 else np.repeat(table[:, None], actions, axis=1)


def _images(view: View, q: int, low: float, high: float) -> list[tuple[int, float, float]]:
    """Own state and interval after every own action and signal."""
    out = []
    for a in range(view.update.shape[0]):
        for y in range(view.update.shape[1]):
            ends = []
            for b in (low, high):
                joint = np.array([1 - b, b]) @ view.update[a, y]
                ends.append(float(joint[1] / joint.sum()))
            out.append((int(view.move[q, a, y]), min(ends), max(ends)))
    return out


def intervals(view: View) -> dict[int, tuple[float, float]]:
    """Belief intervals per own state, closed under every update."""
    start = float(view.other_start)
    found = {view.start: (start, start)}
    for _ in range(2000):
        grown = dict(found)
        for q, (low, high) in found.items():
            for after, a, b in _images(view, q, low, high):
                was = grown.get(after, (a, b))
                grown[after] = (min(was[0], a), max(was[1], b))
        moved = grown.keys() != found.keys() or max(
            max(found[q][0] - grown[q][0], grown[q][1] - found[q][1]) for q in found
        )
        found = grown
        if moved is not True and moved <= 1e-14:
            break
    # the iteration approaches the smallest closed intervals from inside, so widen until closed
    for extra in _INFLATE:
        wide = {q: (max(0.0, a - extra), min(1.0, b + extra)) for q, (a, b) in found.items()}
        closed = all(
            wide[after][0] <= a and b <= wide[after][1]
            for q, (low, high) in wide.items()
            for after, a, b in _images(view, q, low, high)
        )
        if closed:
            return wide
    return dict.fromkeys(found, (0.0, 1.0))


def corner_gain(view: View, sets: dict[int, tuple[float, float]]) -> tuple[float, str]:
    """Find the largest gain of one deviation at the ends of belief intervals, and where it is."""
    best = (-np.inf, "")
    for q, ends in sets.items():
        for b in ends:
            belief = np.array([1 - b, b])
            gains = view.gain[q] @ belief
            # an action that is taken for sure gains nothing, up to rounding
            gains = np.where(view.law[q] == 1, 0.0, gains)
            a = int(np.argmax(gains))
            if gains[a] > best[0]:
                best = (float(gains[a]), view.name(q, a, belief))
    return best


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
        for (q, _), node in layer.items():
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
    tail = min(max(0.0, float(later)) / (1 - view.delta), view.top - float(view.value.min()))
    return Listing(total + weight * tail, on_path, anywhere, where, where_any, done)
