"""Finite automata under private monitoring: what can be proved about them, and what cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.errors import NotSolved, WrongConcept, invalid
from armsgame.games.automaton import Automaton
from armsgame.games.private import PrivateGame
from armsgame.games.result import check_discount

__all__ = ["BeliefFree", "PrivateCertificate", "belief_free", "verify_private"]

_INFLATE = (1e-10, 1e-8, 1e-6, 1e-4)


@dataclass(frozen=True, slots=True)
class PrivateCertificate:
    """What is known about a profile of private automata.

    Attributes
    ----------
    kind : str
        ``"belief-free"``: every prescribed action is optimal whatever the other's state, proved.
        ``"sequential"``: optimal at every belief that any own history can lead to, proved with
        belief sets (needs full support). ``"epsilon"``: not proved; no plan gains more than
        `epsilon` at the start. ``"none"``: refuted, some history on the path offers a gain.
    epsilon : float
        Bound on what any plan can gain at the start, normalised; 0 up to `tolerance` where
        certified. For ``"none"`` it is a bound all the same.
    gain : float
        Largest gain of a one-period deviation that was found: at the histories listed by `depth`
        for ``"epsilon"`` and ``"none"``, at the corners of the belief sets where certified.
    where : str
        The deviation with that gain: player, own state, belief and action.
    beliefs : per player, mapping own state -> (low, high), belief that the other is in its second
        state; only for two-state opponents under full support.
    values : tuple of float, normalised value of each player at the start
    depth : int, periods of own histories that were listed
    tolerance : float
    discount : float
    """

    kind: str
    epsilon: float
    gain: float
    where: str
    beliefs: tuple[dict[str, tuple[float, float]], ...]
    values: tuple[float, ...]
    depth: int
    tolerance: float
    discount: float

    @property
    def certified(self) -> bool:
        """Whether the profile is proved to be a sequential equilibrium."""
        return self.kind in ("belief-free", "sequential")

    def __str__(self) -> str:
        if self.kind == "none":
            return f"not an equilibrium: {self.where} gains {self.gain:.6g}"
        if self.certified:
            return f"{self.kind} equilibrium, proved to {self.tolerance:.1e} at discount {self.discount:.6g}"
        return (
            f"not proved; no plan gains more than {self.epsilon:.3g} at the start (histories of {self.depth} periods "
            f"listed; largest one-period gain there {self.gain:.3g})"
        )


def verify_private(game: PrivateGame, profile: Sequence[Any], *, discount: float, depth: int = 6) -> PrivateCertificate:
    """Check a profile of finite automata that read private signals.

    Parameters
    ----------
    game : PrivateGame
        Two players.
    profile : pair of Automaton or named strategy
        Automata may also read their own action: next of shape [Q, A, Y].
    discount : float
        Per period, 0 <= discount < 1.
    depth : int
        Periods of own histories to list, at most 12; the listing stops earlier where it grows
        beyond 20 000 histories.

    Returns
    -------
    PrivateCertificate

    Raises
    ------
    WrongConcept
        Not a private game of two players.
    InvalidGame
        A profile, discount or depth that does not fit.

    Notes
    -----
    A player's gain from one deviation, given its own state, is linear in its belief about the
    other's state. If it is nowhere positive at the vertices of the belief simplex the profile is
    belief-free (Ely, Horner and Olszewski 2005). Else, for two-state opponents and full
    support, the smallest intervals of beliefs that contain the initial one and are closed under
    Bayes updates after *every* own action and signal are computed, widened until closed in
    floating point, and the gain is checked at their ends (Phelan and Skrzypacz 2012).
    Updates are monotone in the belief, so ends map to ends.

    Otherwise own histories are listed. A gain at one that has positive probability refutes the
    profile. If there is none, a plan gains at most sum_t delta**t G_t + delta**D B, G_t the
    largest one-period gain at a history of length t (own deviations included), B a bound on
    what can be gained later.

    Examples
    --------
    >>> import armsgame as ag
    >>> from armsgame.games.private import PrivateMonitoring
    >>> pd = ag.treaty.compliance(temptation=3, reward=2, punishment=0, sucker=-1)
    >>> game = PrivateGame(pd, PrivateMonitoring.alarms(pd, 0.95, 0.05))
    >>> verify_private(game, (ag.always_deploy, ag.always_deploy), discount=0.9).kind
    'belief-free'
    >>> verify_private(game, (ag.grim, ag.grim), discount=0.9).kind
    'none'
    """
    if not isinstance(game, PrivateGame) or len(game.players) != 2:
        raise WrongConcept("verify_private takes a PrivateGame of two players; for public signals use verify.")
    delta = float(check_discount(discount))
    if isinstance(depth, bool) or not isinstance(depth, (int, np.integer)) or not 1 <= depth <= 12:
        invalid("depth", depth, "a whole number of periods from 1 to 12")
    rules = game.lower(profile)
    views = [_View.of(game, rules, i, delta) for i in range(2)]
    tolerance = 1e-9 * max(v.scale for v in views)
    values = tuple(float(v.value[v.start, v.other_start]) for v in views)
    worst = [v.gain.max() for v in views]
    if max(worst) <= tolerance:
        who = int(np.argmax(worst))
        k = np.unravel_index(int(np.argmax(views[who].gain)), views[who].gain.shape)
        where = views[who].name(int(k[0]), int(k[1]), np.eye(views[who].gain.shape[2])[k[2]])
        return PrivateCertificate("belief-free", 0.0, float(max(worst)), where, ({}, {}), values, 0, tolerance, delta)
    sets: list[Any] = [None, None]
    if game.monitoring.full_support:
        sets = [_intervals(v) if len(rules[1 - v.player].states) == 2 else None for v in views]
    beliefs = tuple(
        {} if s is None else {v.states[q]: (float(a), float(b)) for q, (a, b) in s.items()}
        for v, s in zip(views, sets, strict=True)
    )
    if all(s is not None for s in sets):
        corners = [_corner_gain(v, s) for v, s in zip(views, sets, strict=True)]
        top = max(corners, key=lambda c: c[0])
        if top[0] <= tolerance:
            return PrivateCertificate("sequential", 0.0, top[0], top[1], beliefs, values, 0, tolerance, delta)
    listed = [_listed(v, s, int(depth)) for v, s in zip(views, sets, strict=True)]
    epsilon = max(part.bound for part in listed)
    refuted = max(listed, key=lambda part: part.on_path)
    if refuted.on_path > tolerance:
        return PrivateCertificate(
            "none", epsilon, refuted.on_path, refuted.where, beliefs, values, refuted.depth, tolerance, delta
        )
    widest = max(listed, key=lambda part: part.anywhere)
    return PrivateCertificate(
        "epsilon",
        epsilon,
        widest.anywhere,
        widest.where_any,
        beliefs,
        values,
        min(part.depth for part in listed),
        tolerance,
        delta,
    )


@dataclass(frozen=True, slots=True, eq=False)
class BeliefFree:
    """Largest product of intervals of belief-free payoffs of a two-action game.

    Attributes
    ----------
    low, high : arrays [2], the interval of each player's payoff; NaN where none exists
    profile : pair of Automaton or None
        Delivers `high` to both; each rule remembers its last action and signal.
    certificate : PrivateCertificate or None, of `profile`, re-computed
    """

    low: FloatArray
    high: FloatArray
    profile: tuple[Automaton, Automaton] | None
    certificate: PrivateCertificate | None

    @property
    def exists(self) -> bool:
        """Whether a nondegenerate product of intervals exists at this discount factor."""
        return self.profile is not None


def belief_free(game: PrivateGame, *, discount: float) -> BeliefFree:
    """Find the belief-free payoffs in which both players are indifferent between both actions always.

    Parameters
    ----------
    game : PrivateGame
        Two players with two actions each.
    discount : float
        Per period, 0 <= discount < 1.

    Returns
    -------
    BeliefFree

    Raises
    ------
    WrongConcept
        Another number of players or actions.
    NotSolved
        A linear program failed.

    Notes
    -----
    Each player moves the other's payoff between `low` and `high` by its own action, and mixes
    after its own (action, signal) so that the other is indifferent (Ely and Valimaki 2002;
    Piccione 2002). Per player one linear program in (high, low, continuation payoffs). It is the
    single regime in which every action is optimal; the full belief-free set of Ely, Horner and
    Olszewski (2005) is larger.

    Examples
    --------
    >>> import armsgame as ag
    >>> from armsgame.games.private import PrivateMonitoring
    >>> pd = ag.treaty.compliance(temptation=1.5, reward=1, punishment=0, sucker=-0.5)
    >>> found = belief_free(PrivateGame(pd, PrivateMonitoring.alarms(pd, 0.99, 0.01)), discount=0.95)
    >>> found.low.round(4).tolist(), found.high.round(4).tolist()
    ([0.0051, 0.0051], [0.9949, 0.9949])
    """
    if not isinstance(game, PrivateGame) or game.stage.shape != (2, 2):
        raise WrongConcept("belief_free takes a PrivateGame of two players with two actions each.")
    delta = float(check_discount(discount))
    low, high, rules = np.full(2, np.nan), np.full(2, np.nan), []
    scale = float(np.ptp(game.stage.payoffs)) or 1.0
    for i in range(2):
        best: Any = None
        for up in range(2):
            found = _square(game, i, up, delta)
            if found is not None and (best is None or found[0] - found[1] > best[1][0] - best[1][1]):
                best = (up, found)
        if best is None or best[1][0] - best[1][1] <= 1e-9 * scale:
            return BeliefFree(np.full(2, np.nan), np.full(2, np.nan), None, None)
        up, found = best
        high[i], low[i] = found[0], found[1]
        chance = np.clip((found[2:] - low[i]) / (high[i] - low[i]), 0, 1)
        rules.append(_mixer(game, 1 - i, up, chance))
    pair = (rules[1], rules[0])
    return BeliefFree(low, high, pair, verify_private(game, pair, discount=delta))


@dataclass(frozen=True, slots=True, eq=False)
class _View:
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
    def of(cls, game: PrivateGame, rules: tuple[Automaton, ...], i: int, delta: float) -> _View:
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
        shown = ", ".join(f"{s} {p:.4g}" for s, p in zip(self.other_states, belief, strict=True) if p > 0)
        return f"{self.player_name} in {self.states[q]!r}, believing [{shown}], plays {self.actions[a]!r}"


def _full(rule: Automaton, actions: int) -> Any:
    table = rule.next
    return table if table.ndim == 3 else np.repeat(table[:, None], actions, axis=1)


def _images(view: _View, q: int, low: float, high: float) -> list[tuple[int, float, float]]:
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


def _intervals(view: _View) -> dict[int, tuple[float, float]]:
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


def _corner_gain(view: _View, sets: dict[int, tuple[float, float]]) -> tuple[float, str]:
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
class _Listing:
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


def _listed(view: _View, sets: Any, depth: int) -> _Listing:
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
    later = view.gain.max() if sets is None else max(0.0, _corner_gain(view, sets)[0])
    tail = min(max(0.0, float(later)) / (1 - view.delta), view.top - float(view.value.min()))
    return _Listing(total + weight * tail, on_path, anywhere, where, where_any, done)


def _square(game: PrivateGame, i: int, up: int, delta: float) -> FloatArray | None:
    """Best interval of player i when the other's action `up` gives it the high end."""
    from scipy.optimize import linprog

    kernel = game.monitoring.kernel if i == 0 else game.monitoring.kernel.transpose(1, 0, 3, 2)
    payoff = game.stage.payoffs[0] if i == 0 else game.stage.payoffs[1].T
    seen = kernel.sum(axis=2)  # [own action, other's action, other's signal]
    size = seen.shape[2]
    # unknowns: both ends V(b), and what a signal takes away, x = delta (V(b) - w) / (1 - delta), in units
    # of one period: V(b) = g(a, b) - sum_y rho(y | a, b) x(b, y) keeps its accuracy as delta tends to 1
    rows, right = [], []
    for act in range(2):
        for b in range(2):
            line = np.zeros(2 + 2 * size)
            line[0 if b == up else 1] = 1.0
            line[2 + b * size : 2 + (b + 1) * size] = seen[act, b]
            rows.append(line)
            right.append(payoff[act, b])
    limits = np.zeros((2 * size, 2 + 2 * size))
    sides = [1.0 if b == up else -1.0 for b in range(2) for _ in range(size)]
    limits[:, :2] = -delta, delta
    limits[np.arange(2 * size), 2 + np.arange(2 * size)] = np.multiply(sides, 1 - delta)
    cost = np.zeros(2 + 2 * size)
    cost[:2] = -1.0, 1.0
    found = linprog(
        cost,
        A_ub=limits,
        b_ub=np.zeros(len(limits)),
        A_eq=np.array(rows),
        b_eq=right,
        bounds=[(None, None)] * 2 + [(0, None) if s > 0 else (None, 0) for s in sides],
        method="highs",
    )
    if found.status == 2:
        return None
    if found.status != 0:
        raise NotSolved(f"the linear program of {game.players[i]}'s interval failed ({found.message}); scale payoffs.")
    ends = np.repeat(found.x[:2] if up == 0 else found.x[1::-1], size)
    return np.concatenate([found.x[:2], ends - (1 - delta) / max(delta, 1e-300) * found.x[2:]])


def _mixer(game: PrivateGame, j: int, up: int, chance: FloatArray) -> Automaton:
    """Rule of player j: after own action b and signal y play `up` with this probability."""
    names, signals = game.stage.actions[j], game.monitoring.labels[j]
    size = len(signals)
    law = np.zeros((1 + 2 * size, 2))
    law[0, up] = 1.0
    law[1:, up], law[1:, 1 - up] = chance, 1 - chance
    table = np.tile(1 + np.arange(2 * size).reshape(2, size), (1 + 2 * size, 1, 1))
    states = ("start", *(f"after {a}, {s}" for a in names for s in signals))
    return Automaton(law, table, states=states, actions=names)
