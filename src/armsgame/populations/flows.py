"""Deterministic dynamics of large populations: replicator, logit, best response, ecological."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import check_law, check_number, check_whole, need_pandas
from armsgame._cost import require
from armsgame._deadline import PERIODS, ask_time
from armsgame._shown import Framed, Value
from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import InvalidGame, NotSolved, invalid
from armsgame.populations.inputs import Payoffs, one_population, two_populations
from armsgame.populations.rest_point_stability import symmetric_nash

if TYPE_CHECKING:
    import pandas


_SWITCHES = 2_000


@dataclass(frozen=True, slots=True)
class Flow(Framed, Value):
    """Shares of the types over time.

    Attributes
    ----------
    dynamics : str
    times : array [T]
    shares : tuple of arrays [T, n], one per population
    labels : per population, labels of the types
    speed : float, largest absolute rate of change of a share at the end; zero at a rest point
    """

    dynamics: str
    times: FloatArray
    shares: tuple[FloatArray, ...]
    labels: tuple[tuple[str, ...], ...]
    speed: float

    @property
    def end(self) -> tuple[FloatArray, ...]:
        """Shares at the last time, one array per population."""
        return tuple(x[-1] for x in self.shares)

    def to_frame(self) -> pandas.DataFrame:
        """Table with one column per type; for two populations columns are (population, type)."""
        pd = need_pandas()

        if len(self.shares) == 1:
            return pd.DataFrame(self.shares[0], pd.Index(self.times, name="time"), list(self.labels[0]))
        names = [(k, name) for k, own in enumerate(self.labels) for name in own]
        columns = pd.MultiIndex.from_tuples(names, names=["population", "type"])
        return pd.DataFrame(np.concatenate(self.shares, axis=1), pd.Index(self.times, name="time"), columns)

    def __str__(self) -> str:
        lines = [f"{self.dynamics} until time {self.times[-1]:g}; speed at the end {self.speed:.2g}"]
        for k, x in enumerate(self.end):
            ends = ", ".join(f"{name} {v:.4f}" for name, v in zip(self.labels[k], x, strict=True))
            lines.append(f"  {'ends at' if len(self.shares) == 1 else f'population {k} ends at'} {ends}")
        return "\n".join(lines)


def replicator(
    payoffs: Payoffs, start: ArrayLike, *, time: float, points: int = 201, budget_seconds: float | None = None
) -> Flow:
    """Replicator dynamics of one or two populations.

    Parameters
    ----------
    payoffs : StageGame, Tournament, array [n, n], or a pair of arrays [m, n] for two populations
    start : shares [n], or a pair of shares for two populations
        One population needs a symmetric game; two populations take any game of two players.
    time : float
        Length of time, in units of 1 / payoff.
    points : int
        Times at which shares are kept, evenly spaced.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Flow

    Raises
    ------
    InvalidGame
        Shares or payoffs that do not fit.
    NotSolved
        The integrator stops early.

    Notes
    -----
    x_i' = x_i ((Ax)_i - x'Ax) (Taylor and Jonker 1978); between two populations x_i' = x_i ((Ay)_i - x'Ay)
    and y likewise. Integrated in y_i = log x_i up to a common constant, so that shares stay
    positive and sum to one; absent types stay absent. Relative tolerance 1e-11 per step.

    Examples
    --------
    >>> print(replicator([[1, 1], [0.5, 0.5]], [0.1, 0.9], time=10))
    replicator until time 10; speed at the end 0.027
      ends at type 0 0.9428, type 1 0.0572
    """
    matrices, first, labels = _read(payoffs, start, check_whole("points", points))
    sizes = [len(x) for x in first]
    with np.errstate(divide="ignore"):
        logs = np.concatenate([np.log(x) for x in first])
    live = np.isfinite(logs)

    def grow(_: float, y: FloatArray) -> FloatArray:
        full = np.full(len(live), -np.inf)
        full[live] = y
        shares = _split(full, sizes, _softmax)
        gains = _gains(matrices, shares)
        # subtracting the mean keeps the logs near the shares
        rates = [g - x @ g for g, x in zip(gains, shares, strict=True)]
        return np.asarray(np.concatenate(rates)[live])

    times, solved = _integrate(grow, logs[live], time, points)
    full = np.full((len(times), len(live)), -np.inf)
    full[:, live] = solved
    shares = _split(full, sizes, _softmax)
    ends = [x[-1] for x in shares]
    speed = max(
        float(np.abs(x * (g - x @ g)).max()) for x, g in zip(ends, _gains(matrices, ends), strict=True)
    )  # fmt: skip
    return Flow("replicator", times, tuple(shares), labels, speed)


def logit_dynamics(
    payoffs: Payoffs,
    start: ArrayLike,
    *,
    precision: float,
    time: float,
    points: int = 201,
    budget_seconds: float | None = None,
) -> Flow:
    """Logit dynamics of one or two populations: x' = logit reply to the shares - x.

    Parameters
    ----------
    payoffs, start, points
        As in `replicator`.
    precision : float
        Of the logit reply, in 1 / payoff; rest points are the logit equilibria of this precision.
    time : float
        Length of time; each individual revises once per unit.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Flow

    References
    ----------
    D. Fudenberg and D. Levine (1998), The Theory of Learning in Games, ch. 4; W. Sandholm (2010),
    Population Games and Evolutionary Dynamics, ch. 6.

    Examples
    --------
    >>> flow = logit_dynamics([[0, 2], [1, 0]], [0.9, 0.1], precision=1.0, time=40)
    >>> flow.speed < 1e-9
    True
    """
    sharp = check_number("precision", precision, 0)
    matrices, first, labels = _read(payoffs, start, check_whole("points", points))
    sizes = [len(x) for x in first]

    def move(_: float, z: FloatArray) -> FloatArray:
        gains = _gains(matrices, _split(z, sizes))
        return np.concatenate([_softmax(sharp * g) for g in gains]) - z

    times, solved = _integrate(move, np.concatenate(first), time, points)
    speed = float(np.abs(move(0.0, solved[-1])).max())
    return Flow(f"logit dynamics of precision {sharp:g}", times, tuple(_split(solved, sizes)), labels, speed)


def best_response_dynamics(
    payoffs: Payoffs, start: ArrayLike, *, time: float, points: int = 201, budget_seconds: float | None = None
) -> Flow:
    """Best-response dynamics of one population: x' in best replies to x, minus x.

    Parameters
    ----------
    payoffs : symmetric StageGame, Tournament or array [n, n]
    start : shares [n]
    time, points
        As in `logit_dynamics`.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Flow
        Exact up to rounding: paths are straight lines x = b + (x0 - b) exp(-t) towards b between switches.

    Raises
    ------
    NotSolved
        More than 2,000 switches, as where a spiral closes in on a rest point.

    Notes
    -----
    Where several replies tie, b is an equilibrium of the game among them (Hofbauer 1995), so that
    the path may slide along the tie. If there are several such b, paths are not unique, and the
    one of the smallest support is taken.

    References
    ----------
    I. Gilboa and A. Matsui (1991), Econometrica 59, 859-867; J. Hofbauer (1995), Stability for the best
    response dynamics.

    Examples
    --------
    >>> flow = best_response_dynamics([[4, 0], [3, 2]], [0.6, 0.4], time=1.0, points=2)
    >>> bool(abs(flow.end[0][0] - 0.6 * np.exp(-1)) < 1e-15)
    True
    """
    A, names = one_population(payoffs)
    x = check_law("start", start, len(A), "shares")
    length = check_number("time", time, 0, open_low=True)
    require("replicator", types=len(A), points=check_whole("points", points))
    times = np.linspace(0, length, points)
    kept = np.empty((len(times), len(x)))
    scale = max(float(np.ptp(A)), np.finfo(float).tiny)
    now, filled = 0.0, 0
    aim = x
    for turn in range(_SWITCHES):
        ask_time(f"{turn:,} switches of the best reply")
        worth = A @ x
        tied = np.flatnonzero(worth >= worth.max() - 1e-12 * scale)
        aim = np.zeros(len(x))
        aim[tied] = symmetric_nash(A[np.ix_(tied, tied)])
        ahead = A @ aim
        lead = int(tied[np.argmax(aim[tied])])
        # the gap of a type to the aim is ahead + (gap now - ahead) exp(-t)
        gap, far = worth - worth[lead], ahead - ahead[lead]
        far[aim > 0] = 0.0
        wait = np.inf
        for k in np.setdiff1d(np.arange(len(x)), tied):
            if far[k] > 1e-12 * scale and gap[k] < 0:
                wait = min(wait, float(np.log1p(-gap[k] / far[k])))
        until = min(now + wait, length)
        while filled < len(times) and times[filled] <= until + 1e-15 * length:
            kept[filled] = aim + (x - aim) * np.exp(now - times[filled])
            filled += 1
        x = aim + (x - aim) * np.exp(now - until)
        now = until
        if now >= length:
            kept[filled:] = x
            return Flow("best-response dynamics", times, (kept,), (names,), float(np.abs(aim - x).max()))
    raise NotSolved(
        f"best_response_dynamics made {_SWITCHES:,} switches by time {now:.6g} of {length:g}; the path spirals into a "
        f"rest point near {np.round(x, 6).tolist()}. Ask for a shorter time."
    )


def ecological(
    payoffs: Payoffs,
    start: ArrayLike,
    *,
    generations: int,
    background: float = 0.0,
    budget_seconds: float | None = None,
) -> Flow:
    """Ecological dynamics: the next share is proportional to share times payoff.

    Parameters
    ----------
    payoffs : symmetric StageGame, Tournament or array [n, n]
        With `background` at least 0 everywhere, and above 0 on average.
    start : shares [n]
    generations : int
    background : float
        Added to every payoff; larger values slow the dynamics.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Flow

    References
    ----------
    R. Axelrod (1984), The Evolution of Cooperation, ch. 2.

    Examples
    --------
    >>> print(ecological([[3, 0], [5, 1]], [0.9, 0.1], generations=2))
    ecological until time 2; speed at the end 0.12
      ends at type 0 0.7533, type 1 0.2467
    """
    A, names = one_population(payoffs)
    A = A + check_number("background", background, 0)
    if A.min() < 0:
        invalid("payoffs", float(A.min()), "at least 0 as numbers of offspring", "Add a constant: background=.")
    x = check_law("start", start, len(A), "shares")
    count = check_whole("generations", generations)
    require("ecological", types=len(A), points=count)
    shares = [x]
    for t in range(count + 1):
        if t % PERIODS == 0:
            ask_time(f"{t:,} of {count:,} generations")
        grown = x * (A @ x)
        if not grown.sum() > 0:
            raise InvalidGame(
                "nobody has offspring: all payoffs of the living types are 0. Add a constant: background=."
            )
        x = grown / grown.sum()
        shares.append(x)
    speed = float(np.abs(shares[-1] - shares[-2]).max())
    return Flow("ecological", np.arange(count + 1.0), (np.array(shares[:-1]),), (names,), speed)


def _read(
    payoffs: Payoffs, start: Any, points: int
) -> tuple[tuple[FloatArray, ...], list[FloatArray], tuple[tuple[str, ...], ...]]:
    """Matrices (A,) or (A, B'), starting shares, labels."""
    pair = isinstance(start, (tuple, list)) and len(start) == 2 and all(np.ndim(x) == 1 for x in start)
    if not pair:
        A, names = one_population(payoffs)
        require("replicator", types=len(A), points=max(points, 1000))
        return (A,), [check_law("start", start, len(A), "shares")], (names,)
    A, B, labels = two_populations(payoffs)
    first = [check_law(f"start[{k}]", start[k], A.shape[k], "shares") for k in range(2)]
    return (A, np.ascontiguousarray(B.T)), first, labels


def _gains(matrices: tuple[FloatArray, ...], shares: list[FloatArray]) -> list[FloatArray]:
    if len(matrices) == 1:
        return [matrices[0] @ shares[0]]
    return [matrices[0] @ shares[1], matrices[1] @ shares[0]]


def _split(
    z: FloatArray, sizes: list[int], through: Callable[[FloatArray], FloatArray] | None = None
) -> list[FloatArray]:
    parts = np.split(z, np.cumsum(sizes)[:-1], axis=-1)
    return [through(p) for p in parts] if through else list(parts)


def _softmax(y: FloatArray) -> FloatArray:
    e = np.exp(y - y.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _integrate(
    field: Callable[..., FloatArray], first: FloatArray, time: float, points: int
) -> tuple[FloatArray, FloatArray]:
    from scipy.integrate import solve_ivp

    length = check_number("time", time, 0, open_low=True)
    count = check_whole("points", points)
    if count < 2:
        invalid("points", points, "at least 2: the start and the end")
    times = np.linspace(0, length, count)

    def timed(t: float, x: FloatArray) -> FloatArray:
        ask_time(f"{t:g} of {length:g} units of time")
        return field(t, x)

    done = solve_ivp(timed, (0, length), first, method="DOP853", t_eval=times, rtol=1e-11, atol=1e-12)
    if not done.success:
        raise NotSolved(f"the integrator stopped at time {done.t[-1] if len(done.t) else 0:g}: {done.message}")
    return times, done.y.T
