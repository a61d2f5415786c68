"""Exact laws from the product chain: no sampling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.games.product import Product, chain
from armsgame.games.result import check_discount

__all__ = ["Stationary", "WithdrawalLaw", "expected_payoffs", "stationary", "withdrawal_law"]


@dataclass(frozen=True, slots=True)
class WithdrawalLaw:
    """Law of the first occurrence of an event.

    Attributes
    ----------
    event : str
    survival : array [T + 1]: P(not yet after t periods)
    mean : float, expected number of periods, inf where it may never happen
    ever : float, P(it ever happens)
    """

    event: str
    survival: FloatArray
    mean: float
    ever: float

    @property
    def pmf(self) -> FloatArray:
        """P(it happens in period t), t = 1 .. T."""
        return -np.diff(self.survival)

    @property
    def hazard(self) -> FloatArray:
        """P(it happens in period t | not before); NaN once it is certain to have happened."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.survival[:-1] > 0, self.pmf / self.survival[:-1], np.nan)

    def __str__(self) -> str:
        horizon = len(self.survival) - 1
        return (
            f"P(no {self.event} within {horizon} periods) = {self.survival[-1]:.4f}; "
            f"ever {self.ever:.4f}; mean {self.mean:.4g}"
        )


@dataclass(frozen=True, slots=True)
class Stationary:
    """Long-run frequencies from the start: of action profiles, of states, and payoffs per period [P]."""

    frequencies: Any
    states: Mapping[str, float]
    payoffs: FloatArray


def withdrawal_law(
    game: Any, profile: Sequence[Any], *, periods: int, event: str = "withdrawn", error: float = 0.0
) -> WithdrawalLaw:
    """Exact law of the time to withdrawal, or to another event or state.

    Parameters
    ----------
    game : StochasticGame or RepeatedGame
    profile : sequence of strategies, one per player
    periods : int
        Horizon T.
    event : str
        An event of the game (``"withdrawn"``, ``"notice"``, ``"expired"``, ..) or a state label;
        an event counts in the period in which it happens, a state in the period before it is entered.
    error : float
        Implementation error per party and period.

    Raises
    ------
    InvalidGame
        Unknown event, or periods not a positive whole number.
    """
    count = check_count("periods", periods)
    product, _, _, weights = chain(game, profile, error=error)
    hit = _event_probability(product, weights, event)
    survive = _taboo(product, weights, event)
    size = len(product.pairs)
    law = np.zeros(size)
    law[0] = 1.0
    survival = [1.0]
    for _ in range(count):
        law = survive.T @ law
        survival.append(float(law.sum()))
    # pairs that can reach the event; elsewhere it never happens
    able = hit > 0
    while True:
        more = able | ((survive @ able.astype(float)) > 0)
        if (more == able).all():
            break
        able = more
    ever = mean = 0.0
    if able[0]:
        inside = np.flatnonzero(able)
        step = survive[inside][:, inside].toarray()
        system = np.eye(len(inside)) - step
        at = int(np.flatnonzero(inside == 0)[0])
        ever = float(np.linalg.solve(system, hit[inside])[at])
        mean = float(np.linalg.solve(system, np.ones(len(inside)))[at])
    certain = ever > 1 - 1e-12
    return WithdrawalLaw(event, np.array(survival), mean if certain else float("inf"), min(ever, 1.0))


def stationary(game: Any, profile: Sequence[Any], *, error: float = 0.0) -> Stationary:
    """Long-run frequencies of play from the start of `profile`.

    Closed classes of the product chain are weighted by the probability of ending in each
    (Kemeny and Snell 1960); a periodic class counts with its time average.

    Returns
    -------
    Stationary
        ``frequencies`` is an array [A0, ..] for a repeated game, else a mapping from state label.
    """
    from scipy.sparse.csgraph import connected_components

    product, matrix, pays, weights = chain(game, profile, error=error)
    count, label = connected_components(matrix, connection="strong")
    dense = matrix.toarray()
    # by structure, not by row sums: a class that leaks with probability 1e-9 is not closed
    tail, head = matrix.nonzero()
    closed = sorted(set(range(count)) - set(label[tail[label[tail] != label[head]]].tolist()))
    long_run = np.zeros(len(dense))
    transient = np.flatnonzero(~np.isin(label, closed))
    for c in closed:
        inside = np.flatnonzero(label == c)
        block = dense[np.ix_(inside, inside)]
        system = np.vstack([(np.eye(len(inside)) - block.T)[:-1], np.ones(len(inside))])
        right = np.zeros(len(inside))
        right[-1] = 1.0
        law = np.linalg.solve(system, right)
        if label[0] == c:
            share = 1.0
        elif 0 in transient:
            to = dense[np.ix_(transient, inside)].sum(axis=1)
            leave = np.eye(len(transient)) - dense[np.ix_(transient, transient)]
            share = float(np.linalg.solve(leave, to)[transient.tolist().index(0)])
        else:
            share = 0.0
        long_run[inside] += share * law
    dyn = product.play.dynamics
    by_state: dict[str, Any] = {}
    for x, share in enumerate(long_run):
        state = int(product.pairs[x, 0])
        by_state[dyn.states[state]] = by_state.get(dyn.states[state], 0) + share * weights[x].reshape(dyn.shape(state))
    occupancy = {name: float(np.sum(f)) for name, f in by_state.items()}
    single = hasattr(game, "monitoring")
    frequencies = sum(by_state.values()) if single else by_state
    return Stationary(frequencies, occupancy, long_run @ pays)


def expected_payoffs(
    game: Any,
    profile: Sequence[Any],
    *,
    discount: float | None = None,
    periods: int | None = None,
    error: float = 0.0,
) -> FloatArray:
    """Compute expected payoffs [P]: discounted (normalised), over a finite horizon, or both.

    With `discount` alone the infinite normalised sum; with `periods` alone the average over the
    horizon; with both the truncated sum (1-discount) sum_{t<T} discount**t g_t that `simulate`
    reports; with neither the long-run average of `stationary`.
    """
    if discount is None and periods is None:
        return stationary(game, profile, error=error).payoffs
    _, matrix, pays, _ = chain(game, profile, error=error)
    if discount is not None:
        check_discount(discount)
    if periods is None:
        from scipy.sparse import eye_array
        from scipy.sparse.linalg import spsolve

        assert discount is not None
        system = (eye_array(len(pays)) - discount * matrix).tocsc()
        return np.array([np.atleast_1d(spsolve(system, (1 - discount) * g))[0] for g in pays.T])
    horizon = check_count("periods", periods)
    law = np.zeros(len(pays))
    law[0] = 1.0
    total = np.zeros(pays.shape[1])
    for t in range(horizon):
        weight = 1 / horizon if discount is None else (1 - discount) * discount**t
        total += weight * (law @ pays)
        law = matrix.T @ law
    return total


def check_count(field: str, value: Any) -> int:
    """Return a positive whole number or raise `InvalidGame`."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        invalid(field, value, "a whole number of at least 1")
    return int(value)


def branch_marks(product: Product, event: str) -> Any:
    """Bool array over branches: true where the event happens along the branch."""
    dyn = product.play.dynamics
    if event in dyn.events:
        return dyn.events[event]
    if event in dyn.states and not dyn.hidden:
        return dyn.target == dyn.states.index(event)
    raise InvalidGame(f"event {event!r} is unknown. {close_matches(event, [*dyn.events, *dyn.states])}")


def branch_weights(product: Product, weights: list[FloatArray], x: int) -> FloatArray:
    """Probability of each branch out of a pair."""
    dyn = product.play.dynamics
    row = dyn.rows(int(product.pairs[x, 0]))
    local = np.repeat(np.arange(len(row)), np.diff(dyn.branch[row.start : row.stop + 1]))
    return np.asarray(weights[x][local] * dyn.prob[product.branches(x)], dtype=float)


def _event_probability(product: Product, weights: list[FloatArray], event: str) -> FloatArray:
    mark = branch_marks(product, event)
    return np.array(
        [float(branch_weights(product, weights, x) @ mark[product.branches(x)]) for x in range(len(product.pairs))]
    )


def _taboo(product: Product, weights: list[FloatArray], event: str) -> Any:
    """Transitions along which the event does not happen."""
    from scipy.sparse import coo_array

    mark = branch_marks(product, event)
    rows, cols, vals = [], [], []
    for x in range(len(product.pairs)):
        w = branch_weights(product, weights, x) * ~mark[product.branches(x)]
        live = np.flatnonzero(w)
        rows.append(np.full(len(live), x))
        cols.append(product.ahead[x][live])
        vals.append(w[live])
    size = len(product.pairs)
    return coo_array((np.concatenate(vals), (np.concatenate(rows), np.concatenate(cols))), shape=(size, size)).tocsr()
