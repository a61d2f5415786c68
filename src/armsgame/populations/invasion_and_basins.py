"""Who invades whom, and which start leads where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import check_number, check_whole, need_pandas
from armsgame._cost import require
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import BoolArray, ExactArray, FloatArray, IntArray, RNGLike
from armsgame.errors import invalid
from armsgame.populations.finite_exact import single_mutants
from armsgame.populations.finite_sampled import check_fitness
from armsgame.populations.inputs import Payoffs, one_population
from armsgame.populations.rest_point_stability import MOST, jacobian, rest_points

if TYPE_CHECKING:
    import pandas


_GRID = 20_000
_GONE = 1e-5


@dataclass(frozen=True, slots=True)
class Invasion(Framed, Value):
    """Pairwise invasion.

    Attributes
    ----------
    labels : tuple of str
    gain : array [n, n]
        What a rare mutant i earns more than the resident j, gain[i, j] = a_ij - a_jj.
    verdict : object array [n, n] of str
        ``"invades"``; ``"repelled"``; where gain is zero ``"drifts in"`` (mutant earns more against
        itself), ``"drifts out"`` or ``"neutral"`` by a_ii - a_ji; ``""`` on the diagonal.
    coexistence : array [n, n], stable share of i in a mixture of i and j where each invades the other, else NaN
    fixation : array [n, n] or None, of one mutant i in a finite population of j
    population : int or None
    """

    labels: tuple[str, ...]
    gain: FloatArray
    verdict: ExactArray
    coexistence: FloatArray
    fixation: FloatArray | None
    population: int | None

    @property
    def uninvadable(self) -> tuple[str, ...]:
        """Types that no single other type invades or drifts into; a mixture of mutants may still invade."""
        bad = np.isin(self.verdict, ("invades", "drifts in", "neutral"))
        return tuple(n for n, b in zip(self.labels, bad.T, strict=True) if not b.any())

    def to_frame(self) -> pandas.DataFrame:
        """Verdicts as a table: mutants in rows, residents in columns."""
        pd = need_pandas()

        index = pd.Index(list(self.labels), name="mutant")
        return pd.DataFrame(self.verdict, index, pd.Index(list(self.labels), name="resident"))

    def __str__(self) -> str:
        safe = ", ".join(self.uninvadable) or "none"
        lines = [f"Invasion among {len(self.labels)} types; resists every other pure type: {safe}"]
        for j, name in enumerate(self.labels):
            by = [self.labels[i] for i in range(len(self.labels)) if self.verdict[i, j] in ("invades", "drifts in")]
            lines.append(f"  {name} is invaded by {', '.join(by) or 'nobody'}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Basins(Framed, Drawn, Value):
    """Where the replicator dynamics lead from each start.

    Attributes
    ----------
    labels : tuple of str, n types
    starts : array [X, n]
    limits : array [K, n]
        Ends of the paths, one row per set of types that survive; their mean where they differ.
    spread : array [K], largest distance from that mean; above 1e-3 the limits are a continuum
    which : int array [X], index into `limits`; -1 where a path had not settled (cycles, slow drift)
    shares : array [K], share of the starts that lead to each limit
    provenance : Provenance or None, of drawn starts; ``rng=`` takes it back
    """

    labels: tuple[str, ...]
    starts: FloatArray
    limits: FloatArray
    spread: FloatArray
    which: IntArray
    shares: FloatArray
    provenance: Provenance | None = None

    @property
    def unsettled(self) -> float:
        """Share of the starts whose path had not settled."""
        return float((self.which < 0).mean())

    def name(self, k: int) -> str:
        """Words for a limit."""
        parts = [(n, x) for n, x in zip(self.labels, self.limits[k], strict=True) if x > 1e-6]
        if self.spread[k] > 1e-3:
            return "mixtures of " + (" and ".join(n for n, _ in parts) if len(parts) < 4 else f"{len(parts)} types")
        return parts[0][0] if len(parts) == 1 else " + ".join(f"{x:.2f} {n}" for n, x in parts)

    def to_frame(self) -> pandas.DataFrame:
        """One row per limit: its shares and the size of its basin."""
        frame = need_pandas().DataFrame(self.limits, columns=list(self.labels))
        frame["basin"] = self.shares
        return frame

    def __str__(self) -> str:
        lines = [f"Basins of {len(self.starts):,} starts over {len(self.labels)} types"]
        lines += [f"  {self.shares[k]:.4f} to {self.name(k)}" for k in range(len(self.limits))]
        return "\n".join([*lines, f"  {self.unsettled:.4f} not settled"])


def invasion(
    payoffs: Payoffs,
    *,
    population: int | None = None,
    process: str = "moran",
    selection: float = 1.0,
    fitness: str = "linear",
) -> Invasion:
    """Invasion of every type by every other.

    Parameters
    ----------
    payoffs : symmetric StageGame, Tournament or array [n, n]
        `payoff_matrix` makes one of any set of automata.
    population : int, optional
        Also compute the fixation probability of one mutant among population - 1 residents.
    process, selection, fitness
        As in `fixation_probability`.

    Returns
    -------
    Invasion

    Notes
    -----
    Payoffs that differ by at most 1e-12 of their range count as equal.

    References
    ----------
    J. Maynard Smith and G. Price (1973), Nature 246, 15-18.

    Examples
    --------
    >>> print(invasion([[3, 0], [5, 1]]))
    Invasion among 2 types; resists every other pure type: type 1
      type 0 is invaded by type 1
      type 1 is invaded by nobody
    """
    A, names = one_population(payoffs)
    n = len(A)
    own = np.diag(A)
    slack = 1e-12 * float(np.ptp(A))
    gain = A - own[None, :]
    second = own[:, None] - A.T  # a_ii - a_ji
    verdict = np.select(
        [gain > slack, gain < -slack, second > slack, second < -slack],
        ["invades", "repelled", "drifts in", "drifts out"],
        "neutral",
    ).astype(object)
    verdict[np.eye(n, dtype=bool)] = ""
    both = (gain > slack) & (slack < gain.T)
    # x gain_j(i) = (1 - x) gain_i(j): the payoffs of both are equal there
    with np.errstate(invalid="ignore", divide="ignore"):
        coexistence = np.where(both, gain / (gain + gain.T), np.nan)
    rho = None
    if population is not None:
        size = check_whole("population", population)
        require("basins", starts=size)
        if size < 2:
            invalid("population", population, "at least 2")
        if process not in ("moran", "pairwise"):
            invalid("process", process, "'moran' or 'pairwise'")
        w = check_number("selection", selection, 0)
        if process == "moran":
            check_fitness(A, size, 2, selection, fitness, names)
        rho = single_mutants(A, size, process, w, fitness)
    return Invasion(names, gain, verdict, coexistence, rho, population)


def basins(
    payoffs: Payoffs,
    *,
    resolution: int = 30,
    starts: int | None = None,
    time: float = 20_000.0,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> Basins:
    """Basins of attraction of the replicator dynamics.

    Parameters
    ----------
    payoffs : symmetric StageGame, Tournament or array [n, n]
    resolution : int
        Two and three types: starts are the centres of a triangular grid with this many steps per edge.
    starts : int, optional
        Uniformly drawn starts instead; needed for four types and more.
    time : float
        Length of paths, in units of 1 / (largest - smallest payoff).
    rng : int, SeedSequence, Generator, provenance of a result, or None
        For drawn starts.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Basins
        Limits with the same surviving types (shares above 1e-5) count as one; alike automata often
        leave a continuum of them.

    Notes
    -----
    A path has settled in one of two ways. It is in a neighbourhood of a sink that no path leaves, shown
    by a quadratic Lyapunov function and a bound on the terms beyond the linear ones. Or its speed is
    below 1e-9 of the payoff range, and no type that is nearly absent earns more than the mean.
    A slow spiral may need a longer `time`.

    Examples
    --------
    >>> print(basins([[4, 0], [3, 2]], resolution=30))
    Basins of 30 starts over 2 types
      0.6667 to type 1
      0.3333 to type 0
      0.0000 not settled
    """
    from scipy.integrate import solve_ivp

    A, names = one_population(payoffs)
    n = len(A)
    seed = Seed.of(rng) if starts is not None else None
    x = _starts(n, resolution, starts, seed)
    scale = float(np.ptp(A)) or 1.0
    B = A / scale

    def grow(_: float, y: FloatArray) -> FloatArray:
        e = y.reshape(-1, n)
        e = np.exp(e - e.max(axis=1, keepdims=True))
        e /= e.sum(axis=1, keepdims=True)
        g = e @ B.T
        return np.asarray((g - (e * g).sum(axis=1, keepdims=True)).ravel())

    length = check_number("time", time, 0, open_low=True)
    done = solve_ivp(grow, (0, length), np.log(x).ravel(), method="RK45", t_eval=[length], rtol=1e-7, atol=1e-7)
    y = done.y[:, -1].reshape(-1, n)
    end = np.exp(y - y.max(axis=1, keepdims=True))
    end /= end.sum(axis=1, keepdims=True)
    gains = end @ B.T
    mean = (end * gains).sum(axis=1, keepdims=True)
    still = np.abs(end * (gains - mean)).max(axis=1) < 1e-9
    # a rare type that earns more is on its way back
    still &= (gains - mean).max(axis=1) < 1e-6
    end, caught = _caught(B, end)
    still |= caught
    # an isolated rest point is the only one with its support, so supports tell limits apart
    alive = (end > _GONE).astype(np.int64)
    _, which = np.unique(np.where(still[:, None], alive, -1), axis=0, return_inverse=True)
    which = np.where(still, which.ravel(), -1)
    found = sorted(set(which[still].tolist()), key=lambda m: -int((which == m).sum()))
    limits, spread, sizes = np.zeros((len(found), n)), np.zeros(len(found)), np.zeros(len(found))
    place = np.full(len(x), -1)
    for k, m in enumerate(found):
        here = which == m
        place[here] = k
        limits[k] = np.where(alive[here][0], end[here].mean(axis=0), 0.0)
        spread[k] = np.abs(end[here] - limits[k]).max()
        sizes[k] = here.mean()
    origin = None if seed is None else Provenance.of(seed, {"starts": len(x), "time": time}, A)
    return Basins(names, x, limits, spread, place, sizes, origin)


def _caught(A: FloatArray, ends: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Move ends to the sink that every path from them reaches; also a mask [X] of those moved.

    With z the distance, J the linear part and J'P + PJ = -1, V = z'Pz falls by |z|^2 - 2|P| 5|A| |z|^3
    at least, as the quadratic and cubic terms of the field are at most 4|A||z|^2 and |A||z|^3.
    """
    from scipy.linalg import solve_continuous_lyapunov

    moved, caught = ends.copy(), np.zeros(len(ends), bool)
    if len(A) > MOST:
        return moved, caught
    basis = np.linalg.svd(np.ones((1, len(A))))[2][1:].T
    centred = A - A.mean()
    size = float(np.linalg.norm(centred, 2))
    for point in rest_points(A):
        if point.stability != "sink":
            continue
        J = basis.T @ jacobian(A, point.shares) @ basis
        P = solve_continuous_lyapunov(J.T, -np.eye(len(J)))
        low, high = np.linalg.eigvalsh((P + P.T) / 2)[[0, -1]]
        reach = min(1 / (10 * high * size), 1.0)
        z = (ends - point.shares) @ basis
        near = np.einsum("xi,ij,xj->x", z, P, z) < low * reach**2
        moved[near] = point.shares
        caught |= near
    return moved, caught


def _count(field: str, value: object) -> int:
    count = check_whole(field, value)
    require("basins", starts=count)
    return count


def _starts(n: int, resolution: object, starts: object, seed: Seed | None) -> FloatArray:
    if seed is not None:
        draws = seed.generator().dirichlet(np.ones(n), _count("starts", starts))
        return np.maximum(draws, 1e-300)
    if n not in (2, 3):
        invalid("starts", starts, f"a number of starts to draw, where there are {n} types")
    count = _count("resolution", resolution)
    if n == 2:
        x = (np.arange(count) + 0.5) / count
        return np.stack([x, 1 - x], axis=1)
    if count * count > _GRID:
        invalid("resolution", resolution, f"at most {int(_GRID**0.5)}")
    # centres of all small triangles of the grid, pointing up and down
    up = [(i + 1 / 3, j + 1 / 3) for i in range(count) for j in range(count - i)]
    down = [(i + 2 / 3, j + 2 / 3) for i in range(count) for j in range(count - i - 1)]
    ab = np.array(up + down) / count
    return np.column_stack([ab, 1 - ab.sum(axis=1)])
