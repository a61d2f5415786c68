"""Populations of finite size: Moran and pairwise-comparison processes, sampled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import check_choice, check_number, check_probability, check_whole
from armsgame._cost import require
from armsgame._deadline import ask_time
from armsgame._kernels.records import PopulationProcess
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray, IntArray, RNGLike
from armsgame.arithmetic.shares import told
from armsgame.errors import InvalidGame, invalid
from armsgame.populations.inputs import Payoffs, one_population, read_counts

if TYPE_CHECKING:
    import xarray


_CELLS = 500_000_000
# between two looks at the time a path takes so many steps with two types: a tenth of a second
_STEPS = 1 << 20
# steps of the first piece: what is played in Python does not wait for the compiler
_FIRST = 256


@dataclass(frozen=True, slots=True)
class PopulationPaths(Value):
    """Sampled paths of a finite population.

    Attributes
    ----------
    process : str
    labels : tuple of str, n types
    counts : int array [N, n], individuals of each type at the end of each path
    fixed : int array [N], step at which one type first held the whole population; -1 if never
    kept : int array [N, R, n], counts every `every` steps, the start included; empty unless asked for
    steps, every : int
    provenance : Provenance: seed and parameters; ``rng=`` takes it back
    """

    process: str
    labels: tuple[str, ...]
    counts: IntArray
    fixed: IntArray
    kept: IntArray
    steps: int
    every: int
    provenance: Provenance

    @property
    def fixation(self) -> FloatArray:
        """Share of paths that end with the whole population of each type [n]."""
        size = self.counts[0].sum()
        return np.asarray((self.counts == size).mean(axis=0))

    @property
    def errors(self) -> FloatArray:
        """Standard errors of `fixation` [n]."""
        p = self.fixation
        return np.sqrt(p * (1 - p) / len(self.counts))

    def to_xarray(self) -> xarray.Dataset:
        """Labelled dataset: counts at the end, step of fixation (NaN: none, ``observed`` False), and kept counts."""
        import xarray as xr

        done = self.fixed >= 0
        data: dict[str, tuple[tuple[str, ...], np.ndarray]] = {
            "count": (("path", "type"), self.counts),
            "fixed": (("path",), np.where(done, self.fixed, np.nan)),
            "observed": (("path",), done),
        }
        coords: dict[str, object] = {"type": list(self.labels)}
        if self.kept.shape[1]:
            data["kept"] = (("path", "step", "type"), self.kept)
            coords["step"] = np.arange(self.kept.shape[1]) * self.every
        return xr.Dataset(data, coords, {k: str(v) for k, v in self.provenance.items()})

    def __str__(self) -> str:
        done = int((self.fixed >= 0).sum())
        lines = [f"{self.process}: {len(self.counts):,} paths of {self.steps:,} steps, {done:,} reached one type"]
        means = self.counts.mean(axis=0) / self.counts[0].sum()
        for name, mean, p in zip(self.labels, means.tolist(), self.fixation.tolist(), strict=True):
            lines.append(f"  {name}: mean share at the end {mean:.4f}, whole population {told(p, len(self.counts))}")
        return "\n".join(lines)


def moran(
    payoffs: Payoffs,
    start: ArrayLike,
    *,
    steps: int,
    paths: int = 1,
    selection: float = 1.0,
    fitness: str = "linear",
    mutation: float = 0.0,
    every: int | None = None,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> PopulationPaths:
    """Moran process: a parent drawn by fitness replaces an individual drawn uniformly.

    Parameters
    ----------
    payoffs : symmetric StageGame, Tournament or array [n, n]
        Each individual meets all the others, not itself; its payoff is the mean.
    start : int array [n]
        Individuals of each type.
    steps, paths : int
        One birth and one death per step; number of paths N.
    selection : float
        Intensity w: fitness is 1 - w + w payoff (``"linear"``) or exp(w payoff) (``"exponential"``).
    fitness : {"linear", "exponential"}
    mutation : float
        Probability that the child has another type, each equally likely.
    every : int, optional
        Keep counts every so many steps.
    rng : int, SeedSequence, Generator, provenance of a result, or None
        Path n reads its own Philox stream: numbers do not depend on threads, and more paths leave
        the first ones unchanged.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    PopulationPaths

    Raises
    ------
    InvalidGame
        Fitness that can be negative, or 0 for everybody, or counts that do not fit.

    References
    ----------
    P. Moran (1958), Proc. Camb. Phil. Soc. 54, 60-71; M. Nowak, A. Sasaki, C. Taylor and D. Fudenberg
    (2004), Nature 428, 646-650.

    Examples
    --------
    >>> paths = moran([[1.1, 1.1], [1, 1]], [1, 9], steps=10_000, paths=4, rng=1)
    >>> bool((paths.fixed >= 0).all())
    True
    """
    A, names = one_population(payoffs)
    counts = read_counts(start, len(A))
    check_fitness(A, int(counts.sum()), len(A), selection, fitness, names)
    return _run("Moran process", A, names, counts, True, fitness, selection, mutation, steps, paths, every, rng)


def pairwise_comparison(
    payoffs: Payoffs,
    start: ArrayLike,
    *,
    steps: int,
    paths: int = 1,
    selection: float = 1.0,
    mutation: float = 0.0,
    every: int | None = None,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> PopulationPaths:
    """Pairwise comparison: an individual copies another one with the Fermi probability.

    Parameters
    ----------
    payoffs, start, steps, paths, every, rng
        As in `moran`.
    selection : float
        Intensity w: the copy happens with 1 / (1 + exp(-w (payoff of the other - own payoff))).
    mutation : float
        Probability that the individual takes another type afterwards, each equally likely.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    PopulationPaths

    References
    ----------
    G. Szabo and C. Toke (1998), Phys. Rev. E 58, 69; A. Traulsen, M. Nowak and J. Pacheco (2006),
    Phys. Rev. E 74, 011909.

    Examples
    --------
    >>> paths = pairwise_comparison([[3, 0], [5, 1]], [9, 1], steps=5_000, paths=3, rng=1)
    >>> paths.counts.tolist()
    [[0, 10], [0, 10], [0, 10]]
    """
    A, names = one_population(payoffs)
    counts = read_counts(start, len(A))
    check_number("selection", selection, 0)
    label = "pairwise comparison"
    return _run(label, A, names, counts, False, "linear", selection, mutation, steps, paths, every, rng)


def check_fitness(
    A: FloatArray, size: int, kinds: int, selection: object, fitness: str, names: tuple[str, ...]
) -> float:
    """Intensity of selection, where fitness is never negative and somebody's is positive.

    With more individuals than `kinds` types some type has two, who meet each other.
    """
    w = check_number("selection", selection, 0)
    check_choice("fitness", fitness, ("linear", "exponential"))
    if fitness == "linear":
        if w > 1:
            invalid("selection", selection, "0 to 1 where fitness is linear", "Use fitness='exponential'.")
        low = 1 - w + w * A.min(axis=1)
        twins = (1 - w + w * np.diag(A)).min() > 0 and size > kinds
        if low.min() < 0 or (low.min() == 0 and not twins):
            k = int(low.argmin())
            raise InvalidGame(
                f"fitness of {names[k]!r} can be {low[k]:.6g}; allowed: at least 0, above 0 for somebody. "
                "Raise all payoffs by a constant, lower selection, or use fitness='exponential'."
            )
    elif w * float(np.abs(A).max()) > 700 - np.log(size):
        invalid("selection", selection, "values that keep exp(selection payoff) finite")
    return w


def _run(
    process: str,
    A: FloatArray,
    names: tuple[str, ...],
    start: IntArray,
    birth_death: bool,
    fitness: str,
    selection: float,
    mutation: float,
    steps: int,
    paths: int,
    every: int | None,
    rng: RNGLike,
) -> PopulationPaths:
    from armsgame._kernels.population import population_paths
    from armsgame._threads import in_blocks

    check_probability("mutation", mutation)
    if len(A) < 2 and mutation > 0:
        invalid("mutation", mutation, "0 where there is one type only")
    length, count = check_whole("steps", steps), check_whole("paths", paths)
    require("moran", paths=count, steps=length, types=len(A))
    gap = length + 1 if every is None else min(check_whole("every", every), length + 1)
    rows = 0 if every is None else length // gap + 1
    if rows * count * len(A) > _CELLS:
        raise InvalidGame(f"every={every} keeps {rows * count * len(A):.3g} cells (limit {_CELLS:.0g}). Keep fewer.")
    last = np.tile(start, (count, 1))
    fixed = np.full(count, 0 if start.max() == start.sum() else -1)
    kept = np.empty((count, rows, len(A)), np.int64)
    kept[:, :1] = start
    seed = Seed.of(rng)
    w, mu = float(selection), float(mutation)
    # a copy, as a table that cannot be written would be compiled for anew
    given = PopulationProcess(np.array(A, order="C"), birth_death, fitness == "exponential", w, mu, gap)
    # NumPy's exponentials differ from the compiled ones in the last bit
    own = birth_death and not given.exponential
    play = population_paths if own else getattr(population_paths, "compiled", population_paths)
    begin, piece, most = 0, _FIRST, max(4 * _STEPS // len(A) ** 2, 1)
    while begin < length:
        ask_time(f"{begin:,} of {length:,} steps")
        stop = begin + min(piece, most, length - begin)
        in_blocks(play, count, 1, begin, stop, given, seed.key, last, fixed, kept)
        begin, piece = stop, 2 * piece
    asked = {"process": process, "selection": w, "mutation": mu, "fitness": fitness}
    origin = Provenance.of(seed, {**asked, "steps": length}, A, start)
    return PopulationPaths(process, names, last, fixed, kept, length, gap, origin)
