"""The independent checker of Markov-perfect equilibria: values and regrets from the raw game."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, Real
from armsgame.errors import invalid
from armsgame.games.checks import as_fraction
from armsgame.games.markov import as_states, read_policies
from armsgame.games.result import Deviation, check_discount
from armsgame.games.stochastic import StochasticGame

__all__ = ["MarkovCertificate", "verify_markov"]

_UNIT = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, eq=False)
class MarkovCertificate:
    """Evidence that a Markov profile is perfect, or where it fails.

    Attributes
    ----------
    ok : bool
        Whether no action of any player gains more than `tolerance` in any state.
    kind : str
        ``"Markov perfect"``, ``"epsilon"`` (only within an economic tolerance the caller gave) or
        ``"none"``.
    max_gain : float or Fraction
        Largest regret: best one-period action against the policy's value, per period; at least 0.
    where : Deviation
        Player, state and action of the largest regret.
    regrets, values : arrays ``[S, P]``
        Per state and player, in utility per period.
    tolerance : float
        What counts as zero: a bound on rounding, or the caller's tolerance.
    """

    ok: bool
    kind: str
    max_gain: Real
    where: Deviation
    exact: bool
    tolerance: float
    discount: Real
    regrets: Any
    values: Any

    def __str__(self) -> str:
        verdict = {
            "Markov perfect": "Markov-perfect equilibrium",
            "epsilon": f"epsilon-equilibrium (tolerance {self.tolerance:g})",
            "none": "not a Markov-perfect equilibrium",
        }[self.kind]
        how = "exact" if self.exact else f"tolerance {self.tolerance:.1e}"
        return f"{verdict} at discount {float(self.discount):.6g} ({how}); largest gain: {self.where}"


def verify_markov(
    game: Any, policies: Any, *, discount: Real, exact: bool = False, tolerance: float | None = None
) -> MarkovCertificate:
    """Check a Markov profile for profitable one-period deviations in every state.

    Parameters
    ----------
    game : StochasticGame or RepeatedGame
    policies : MarkovProfile or sequence
        As in `MarkovProfile`.
    discount : float or Fraction
        Per period, 0 <= discount < 1.
    exact : bool
        Solve in rational numbers. Floats are read as the simplest fraction that rounds to them.
    tolerance : float, optional
        An economic tolerance on gains; a profile that holds only within it is of kind "epsilon".

    Returns
    -------
    MarkovCertificate

    Raises
    ------
    InvalidGame
        The policies do not fit the game, or discount or tolerance is out of range.
    WrongConcept
        The game has no public states.

    Notes
    -----
    All states are checked, also those that no play reaches. By the one-shot deviation principle
    (Blackwell 1965) no plan that remembers more can gain either. In floats a gain counts as zero up
    to ``1e-11`` of the player's payoff range plus twice the error bound of the linear system.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
    >>> verify_markov(pd, [["comply"], ["comply"]], discount=0.9, exact=True).max_gain
    Fraction(1, 5)
    """
    chain = as_states(game)
    rows = read_policies(chain, policies)
    check_discount(discount)
    if tolerance is not None and not 0 <= tolerance < np.inf:
        invalid("tolerance", tolerance, "a finite gain of at least 0")
    delta: Any = as_fraction(discount) if exact else float(discount)
    values, worth, bounds = (_exact if exact else _float)(chain, rows, delta)
    count = len(chain.players)
    ranges = [np.ptp([[g.payoffs[i].min(), g.payoffs[i].max()] for g in chain.stages]) for i in range(count)]
    zeros = [0.0 if exact else 1e-11 * float(ranges[i]) + 2 * bounds[i] for i in range(count)]
    regrets = np.array(
        [[max(worth[i][s]) - values[s, i] for i in range(count)] for s in range(len(chain.states))],
        dtype=object if exact else float,
    )
    # players are compared by gain in units of what is zero for them, then by gain
    who = max(range(count), key=lambda i: (regrets[:, i].max() > zeros[i], regrets[:, i].max()))
    at = int(np.argmax(regrets[:, who]))
    act = int(np.argmax(worth[who][at]))
    top = max(regrets[at, who], Fraction(0)) if exact else max(float(regrets[at, who]), 0.0)
    holds = all(regrets[:, i].max() <= zeros[i] for i in range(count))
    within = tolerance is not None and all(regrets[:, i].max() <= max(zeros[i], tolerance) for i in range(count))
    kind = "Markov perfect" if holds else "epsilon" if within else "none"
    return MarkovCertificate(
        ok=kind != "none",
        kind=kind,
        max_gain=top,
        where=Deviation(chain.players[who], chain.states[at], chain.stages[at].actions[who][act], top),
        exact=exact,
        tolerance=max(zeros[who], tolerance or 0.0),
        discount=delta,
        regrets=regrets,
        values=values,
    )


def _float(game: StochasticGame, rows: tuple[FloatArray, ...], delta: float) -> tuple[Any, list[Any], list[float]]:
    """Values [S, P], worth of every action per player and state, and error bounds per player."""
    count, size = len(game.players), len(game.states)
    step = np.zeros((size, size))
    pays = np.zeros((size, count))
    for s, (stage, law) in enumerate(zip(game.stages, game.transitions, strict=True)):
        weight = _joint([rows[i][s, : stage.shape[i]] for i in range(count)])
        step[s] = weight @ law.reshape(-1, size)
        pays[s] = stage.payoffs.reshape(count, -1) @ weight
    system = np.eye(size) - delta * step
    values = np.linalg.solve(system, (1 - delta) * pays)
    # ||error|| <= ||residual|| / (1 - delta) in the maximum norm, since the rows of `step` sum to one
    residual = np.abs((1 - delta) * pays - system @ values).max(axis=0)
    high = np.array([max(np.abs(g.payoffs[i]).max() for g in game.stages) for i in range(count)])
    bounds = (residual + 4 * _UNIT * high * (1 - delta)) / (1 - delta)
    worth: list[Any] = []
    for i in range(count):
        own: list[Any] = []
        for s, (stage, law) in enumerate(zip(game.stages, game.transitions, strict=True)):
            table = (1 - delta) * stage.payoffs[i] + delta * (law @ values[:, i])
            weight = _joint([rows[j][s, : stage.shape[j]] for j in range(count) if j != i])
            own.append(np.moveaxis(table, i, 0).reshape(stage.shape[i], -1) @ weight)
        worth.append(own)
    return values, worth, [float(b) for b in bounds]


def _joint(laws: list[FloatArray]) -> FloatArray:
    weight = np.ones(1)
    for law in laws:
        weight = np.multiply.outer(weight, law).ravel()
    return weight


def _exact(game: StochasticGame, rows: tuple[FloatArray, ...], delta: Fraction) -> tuple[Any, list[Any], list[float]]:
    """Return the same as `_float` in rational numbers, over the profiles that are played."""
    count, size = len(game.players), len(game.states)
    mixes = []
    for own in rows:
        fractions = [[as_fraction(p) for p in line] for line in own]
        mixes.append([[p / sum(line) for p in line] for line in fractions])

    def outlook(s: int, played: list[list[tuple[int, Fraction]]]) -> tuple[list[Fraction], list[Fraction]]:
        pay, ahead = [Fraction(0)] * count, [Fraction(0)] * size
        for line in product(*played):
            weight = prod((p for _, p in line), start=Fraction(1))
            cell = tuple(a for a, _ in line)
            law = [as_fraction(p) for p in game.transitions[s][cell]]
            for i in range(count):
                pay[i] += weight * as_fraction(game.stages[s].payoffs[(i, *cell)])
            for t in np.flatnonzero(game.transitions[s][cell]):
                ahead[t] += weight * law[t] / sum(law)
        return pay, ahead

    used = [[[(a, p) for a, p in enumerate(own[s]) if p] for own in mixes] for s in range(size)]
    lines = []
    for s in range(size):
        pay, ahead = outlook(s, used[s])
        lines.append([(s == t) - delta * ahead[t] for t in range(size)] + [(1 - delta) * v for v in pay])
    values = _gauss(lines, size)
    worth: list[Any] = []
    for i in range(count):
        found: list[Any] = []
        for s in range(size):
            row = []
            for a in range(game.stages[s].shape[i]):
                pay, ahead = outlook(s, [*used[s][:i], [(a, Fraction(1))], *used[s][i + 1 :]])
                future = sum((p * v for p, v in zip(ahead, values[:, i], strict=True) if p), Fraction(0))
                row.append((1 - delta) * pay[i] + delta * future)
            found.append(np.array(row, dtype=object))
        worth.append(found)
    return values, worth, [0.0] * count


def _gauss(lines: list[list[Any]], size: int) -> Any:
    """Solve by elimination; pivots never vanish, since the matrix is strictly diagonally dominant."""
    for k in range(size):
        pivot = lines[k][k]
        lines[k] = [v / pivot if v else v for v in lines[k]]
        for r in range(size):
            factor = lines[r][k]
            if r != k and factor:
                lines[r] = [v - factor * w if w else v for v, w in zip(lines[r], lines[k], strict=True)]
    return np.array([line[size:] for line in lines], dtype=object)
