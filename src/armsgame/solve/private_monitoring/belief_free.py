"""Belief-free equilibria of two-action games under private monitoring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._checks import check_discount
from armsgame._deadline import ask_time
from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame.errors import NotSolved, WrongConcept
from armsgame.games.coercion import Modelled, game_of
from armsgame.games.private import PrivateGame
from armsgame.solve.private_monitoring.verify_private import PrivateCertificate, verify_private
from armsgame.strategies.automaton import Automaton


@dataclass(frozen=True, slots=True, eq=False)
class BeliefFree(Value):
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


def belief_free(game: PrivateGame | Modelled, *, discount: float, budget_seconds: float | None = None) -> BeliefFree:
    """Find the belief-free payoffs in which both players are indifferent between both actions always.

    Parameters
    ----------
    game : PrivateGame
        Two players with two actions each.
    discount : float
        Per period, 0 <= discount < 1.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

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
    Olszewski (2005) is larger. With payoffs (1, 1+g, 0, -l), g, l > 0, and independent readings that are
    wrong with probability e it exists from delta = max(g, l) / [max(g, l) + 1 - 2e - e(g + l)] on,
    if e(g + l) < 1 - 2e.

    Examples
    --------
    >>> import armsgame as ag
    >>> from armsgame.games.private import PrivateMonitoring
    >>> pd = ag.treaty.compliance(temptation=1.5, reward=1, punishment=0, sucker=-0.5)
    >>> found = belief_free(PrivateGame(pd, PrivateMonitoring.alarms(pd, 0.99, 0.01)), discount=0.95)
    >>> found.low.round(4).tolist(), found.high.round(4).tolist()
    ([0.0051, 0.0051], [0.9949, 0.9949])
    """
    game = game_of("belief_free", game, PrivateGame)
    if game.stage.shape != (2, 2):
        raise WrongConcept("belief_free takes a PrivateGame of two players with two actions each.")
    delta = float(check_discount(discount))
    low, high, rules = np.full(2, np.nan), np.full(2, np.nan), []
    scale = float(np.ptp(game.stage.payoffs)) or 1.0
    for i in range(2):
        best = None
        for up in range(2):
            ask_time(f"{2 * i + up} of 4 linear programs")
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
    return Automaton(law, table, states=states, actions=names, signals=signals)
