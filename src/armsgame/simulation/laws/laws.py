"""Exact laws from the product chain: no sampling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ldexp
from typing import Any

import numpy as np

from armsgame._checks import check_discount, check_whole
from armsgame._cost import require
from armsgame._deadline import PERIODS, ask_time
from armsgame._kernels.markov_chains import Chain, closed_classes, floats, logs, reached, scaled, sums, times, total
from armsgame._shown import Framed, Table, Value
from armsgame._typing import FloatArray
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.coercion import Modelled, TimedGame, timed_game
from armsgame.simulation.laws.branches import branches_of, courses_of
from armsgame.simulation.laws.links import Links, branch_marks, links_of


@dataclass(frozen=True, slots=True)
class WithdrawalLaw(Framed, Value):
    """Law of the first occurrence of an event.

    Attributes
    ----------
    event : str
    survival : array [T + 1]: P(not yet after t periods)
    mean : float, expected number of periods; inf where it may never happen, or beyond 1.8e308
    ever : float, P(it ever happens); 1 where nothing else can become of play
    pmf : array [T]: P(it happens in period t), t = 1 .. T, summed and not subtracted
    hazard : array [T]: P(it happens in period t | not before); NaN once it is certain to have happened
    never : float, P(it never happens), computed and not 1 - ever; 0 only where it cannot fail to happen
    log_mean : float, natural logarithm of the mean; finite also where the mean is beyond 1.8e308
    """

    event: str
    survival: FloatArray
    mean: float
    ever: float
    pmf: FloatArray
    hazard: FloatArray
    never: float
    log_mean: float

    @property
    def cdf(self) -> FloatArray:
        """P(it has happened within t periods), [T + 1]: small probabilities keep their digits."""
        return np.append(0.0, np.minimum(np.cumsum(self.pmf), 1.0))

    def _table(self) -> Table:
        """One row for each period from 0 on; nothing can happen in period 0."""
        gone = {"pmf": np.append(0.0, self.pmf), "hazard": np.append(0.0, self.hazard)}
        return {"period": np.arange(len(self.survival)), "survival": self.survival, "cdf": self.cdf, **gone}

    def __str__(self) -> str:
        horizon = len(self.survival) - 1
        mean = f"{self.mean:.4g}" if np.isfinite(self.mean) or self.never > 0 else f"exp({self.log_mean:.6g})"
        return (
            f"P(no {self.event} within {horizon} periods) = {self.survival[-1]:.4f}; ever {self.ever:.4f}; mean {mean}"
        )


@dataclass(frozen=True, slots=True)
class Stationary(Framed, Value):
    """Long-run frequencies from the start: of action profiles, of states, and payoffs per period [P]."""

    frequencies: Any
    states: Mapping[str, float]
    payoffs: FloatArray

    def _table(self) -> Table:
        """One row for each state."""
        return {"state": list(self.states), "share": list(self.states.values())}


def withdrawal_law(
    game: TimedGame | BayesianGame | Modelled,
    profile: Any,
    *,
    periods: int,
    event: str = "withdrawn",
    error: float = 0.0,
    budget_seconds: float | None = None,
) -> WithdrawalLaw:
    """Exact law of the time to withdrawal, or to another event or state.

    Parameters
    ----------
    game : StochasticGame or RepeatedGame, or a BayesianGame: the law before types are drawn
    profile : sequence of strategies, one per player; by type in a BayesianGame
    periods : int
        Horizon T.
    event : str
        An event of the game (``"withdrawn"``, ``"notice"``, ``"expired"``, ..) or a state label;
        an event counts in the period in which it happens, a state in the period before it is entered.
    error : float
        Implementation error per party and period.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Raises
    ------
    InvalidGame
        Unknown event, or periods not a positive whole number.

    Notes
    -----
    What can happen is decided by which probabilities are 0, not by their size. `ever`, `never` and
    the mean come from an elimination without a subtraction (Grassmann, Taksar and Heyman 1985), so
    that a hazard of 1e-17 counts although 1 - 1e-17 rounds to 1. Their relative error is at most about
    (2/3) n**3 times 1.1e-16 with n pairs of the chain, and a few n times 1.1e-16 where it was measured.

    Examples
    --------
    >>> import armsgame as ag
    >>> stay = ag.StageGame.from_bimatrix([[0.0]], [[0.0]], actions=["wait"])
    >>> leave = [np.array([[[1 - 1e-12, 1e-12]]]), np.array([[[0.0, 1.0]]])]
    >>> game = ag.StochasticGame([stay, stay], leave, states=["in", "out"])
    >>> law = ag.withdrawal_law(game, ([1.0], [1.0]), periods=10, event="out")
    >>> law.ever, round(law.mean * 1e-12, 9), float(law.cdf[1])
    (1.0, 1.0, 1e-12)
    """
    count = check_whole("periods", periods)
    require("withdrawal_law", periods=count)
    if isinstance(game, BayesianGame):
        branches = courses_of(game, profile)
        laws = [withdrawal_law(b.game, b.profile, periods=count, event=event, error=error) for b in branches]
        return mixed_law([b.weight for b in branches], laws)
    links = links_of(timed_game("withdrawal_law", game), profile, error=error)
    happens = branch_marks(links.product, event)[links.branch]
    ends, calm = np.flatnonzero(happens), np.flatnonzero(~happens)
    start, size = np.zeros(links.size), links.size
    start[0] = 1.0
    step, hit = links.matrix(calm).T.tocsr(), np.bincount(links.tail[ends], links.chance[ends], minlength=size)
    # the law of the pair while the event has not happened, kept away from the smallest float
    law, here, low, survival = start, 1.0, 0, np.append(1.0, np.zeros(count))
    pmf, hazard = np.zeros(count), np.full(count, np.nan)
    for t in range(count):
        if t % PERIODS == 0:
            ask_time(f"{t:,} of {count:,} periods")
        if here == 0:
            break
        flow = float(hit @ law)
        pmf[t], hazard[t] = ldexp(flow, low), flow / here
        law = step @ law
        here = float(law.sum())
        if here < 2.0**-500:
            law, low = law * 2.0**500, low - 500
            here = float(law.sum())
        survival[t + 1] = ldexp(here, low)
    # pairs that play reaches before the event and that can reach it; from elsewhere it never happens
    tail, head = links.tail[calm], links.head[calm]
    inside = reached(size, tail, head, 0) & reached(size, head, tail, np.unique(links.tail[ends]))
    if not inside[0]:
        return WithdrawalLaw(event, survival, np.inf, 0.0, pmf, hazard, 1.0, np.inf)
    number, lost = np.cumsum(inside) - 1, calm[inside[tail] & ~inside[head]]
    within = calm[inside[tail] & inside[head]]
    hits, fails = (sums(links.weight.at(x), links.tail[x], size).at(inside) for x in (ends, lost))
    both = sums(links.weight.at(np.append(ends, lost)), links.tail[np.append(ends, lost)], size).at(inside)
    eliminated = Chain(
        int(inside.sum()), number[links.tail[within]], number[links.head[within]], links.weight.at(within), both
    )
    visits = eliminated.visits(scaled(start[inside]))
    if not len(lost):
        mean = total(visits)
        return WithdrawalLaw(event, survival, float(floats(mean)), 1.0, pmf, hazard, 0.0, float(logs(mean)))
    ever, never = (float(floats(total(times(visits, x)))) for x in (hits, fails))
    return WithdrawalLaw(event, survival, np.inf, ever / (ever + never), pmf, hazard, never / (ever + never), np.inf)


def mixed_law(shares: Sequence[float] | FloatArray, laws: Sequence[WithdrawalLaw]) -> WithdrawalLaw:
    """Law of an event where one of several laws is drawn first, with given probabilities."""
    weights, event = np.asarray(shares, float), laws[0].event
    # rounding of the weights must not carry a probability outside [0, 1]
    survival = np.clip(sum(w * law.survival for w, law in zip(weights, laws, strict=True)), 0, 1)
    pmf = sum(w * law.pmf for w, law in zip(weights, laws, strict=True))
    with np.errstate(invalid="ignore"):
        # P(not before) of each branch times its hazard: no quotient of two numbers that vanish
        parts = [np.where(law.survival[:-1] > 0, law.hazard, 0.0) for law in laws]
        alive = np.stack([w * law.survival[:-1] for w, law in zip(weights, laws, strict=True)])
        hazard = (alive * parts).sum(axis=0) / np.where(survival[:-1] > 0, alive.sum(axis=0), np.nan)
    log_mean = float(np.logaddexp.reduce(np.log(weights) + [law.log_mean for law in laws]))
    return WithdrawalLaw(
        event,
        survival,
        float(weights @ [law.mean for law in laws]),
        float(weights @ [law.ever for law in laws]),
        pmf,
        hazard,
        float(weights @ [law.never for law in laws]),
        log_mean,
    )


def stationary(game: TimedGame | Modelled, profile: Sequence[object], *, error: float = 0.0) -> Stationary:
    """Long-run frequencies of play from the start of `profile`.

    Closed classes of the product chain are weighted by the probability of ending in each
    (Kemeny and Snell 1960); a periodic class counts with its time average.

    Returns
    -------
    Stationary
        ``states`` lists every state of the game, with 0 where play does not stay. ``frequencies`` is an
        array [A0, ..] for a repeated game, else a mapping from state label.

    Notes
    -----
    Classes are told apart by which probabilities are 0; their laws and weights come from an
    elimination without a subtraction, with the relative error that `withdrawal_law` states.
    """
    links = links_of(timed_game("stationary", game), profile, error=error)
    long_run = _long_run(links)
    dyn = links.product.play.dynamics
    states = links.product.pairs[:, 0]
    by_state = {name: np.zeros(dyn.shape(s)) for s, name in enumerate(dyn.states)}
    for x in np.flatnonzero(long_run).tolist():
        state = int(states[x])
        by_state[dyn.states[state]] += long_run[x] * links.profiles[x].reshape(dyn.shape(state))
    occupancy = {name: float(np.sum(f)) for name, f in by_state.items()}
    single = hasattr(game, "monitoring")
    frequencies = sum(by_state.values()) if single else by_state
    return Stationary(frequencies, occupancy, long_run @ links.payoffs)


def _long_run(links: Links) -> FloatArray:
    """Share of time [X] in each pair from the first one on."""
    tail, head = links.tail, links.head
    label, closed = closed_classes(links.size, tail, head)
    found = np.zeros(links.size)
    if label[0] in closed:
        shares = {int(label[0]): 1.0}
    else:
        # from every other pair play ends in some closed class
        moving = ~np.isin(label, closed)
        inner, out = moving[tail] & moving[head], moving[tail] & ~moving[head]
        number = np.cumsum(moving) - 1
        leave = sums(links.weight.at(out), number[tail[out]], int(moving.sum()))
        chain = Chain(len(leave.value), number[tail[inner]], number[head[inner]], links.weight.at(inner), leave)
        start = np.zeros(len(leave.value))
        start[0] = 1.0
        flow = times(chain.visits(scaled(start)).at(number[tail[out]]), links.weight.at(out))
        into = floats(sums(flow, np.searchsorted(closed, label[head[out]]), len(closed)))
        shares = dict(zip(closed, (into / into.sum()).tolist(), strict=True))
    for c, share in shares.items():
        inside = label == c
        if share == 0 or inside.sum() == 1:
            found[inside] = share
            continue
        number, here = np.cumsum(inside) - 1, inside[tail]
        found[inside] = (
            share * Chain(int(inside.sum()), number[tail[here]], number[head[here]], links.weight.at(here)).law()
        )
    return found


def expected_payoffs(
    game: TimedGame | BayesianGame | Modelled,
    profile: Any,
    *,
    discount: float | None = None,
    periods: int | None = None,
    error: float = 0.0,
    budget_seconds: float | None = None,
) -> FloatArray:
    """Compute expected payoffs [P]: discounted (normalised), over a finite horizon, or both.

    With `discount` alone the infinite normalised sum; with `periods` alone the average over the
    horizon; with both the truncated sum (1-discount) sum_{t<T} discount**t g_t that `simulate`
    reports; with neither the long-run average of `stationary`. Of a BayesianGame, before types are drawn.
    `budget_seconds` is wall time that the call may take; when it is over, `NotSolved` says what was reached.
    """
    if isinstance(game, BayesianGame):
        ask: dict[str, Any] = {"discount": discount, "periods": periods, "error": error}
        pairs = branches_of(game, profile)
        return np.asarray(sum(b.weight * expected_payoffs(b.game, b.profile, **ask) for b in pairs))
    if discount is None and periods is None:
        return stationary(game, profile, error=error).payoffs
    if discount is not None:
        check_discount(discount)
    links = links_of(timed_game("expected_payoffs", game), profile, error=error)
    if periods is None:
        assert discount is not None
        # play is left with probability 1 - discount after each period
        left = np.full(links.size, 1 - float(discount))
        gone = Chain(links.size, links.tail, links.head, times(links.weight, np.array(float(discount))), scaled(left))
        start = np.zeros(links.size)
        start[0] = 1.0
        share = floats(gone.visits(scaled(start)))
        # visits sum to 1 / (1 - discount)
        return np.asarray(share @ links.payoffs / share.sum())
    horizon = check_whole("periods", periods)
    require("withdrawal_law", periods=horizon)
    step, law = links.matrix().T.tocsr(), np.zeros(links.size)
    law[0] = 1.0
    found = np.zeros(links.payoffs.shape[1])
    for t in range(horizon):
        if t % PERIODS == 0:
            ask_time(f"{t:,} of {horizon:,} periods")
        weight = 1 / horizon if discount is None else (1 - discount) * discount**t
        found += weight * (law @ links.payoffs)
        law = step @ law
    return found
