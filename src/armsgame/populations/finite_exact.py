"""Exact laws of finite populations: fixation, and the long run under mutation."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import check_choice, check_number, check_probability, check_whole, need_pandas
from armsgame._kernels.markov_chains import Chain, Scaled, floats, from_logs, sums
from armsgame._shown import Framed, Value
from armsgame._typing import ArrayLike, FloatArray, IntArray
from armsgame.errors import InvalidGame, invalid
from armsgame.populations.finite_sampled import check_fitness
from armsgame.populations.inputs import Payoffs, one_population, read_counts

if TYPE_CHECKING:
    import pandas


_MOST = 50_000


@dataclass(frozen=True, slots=True)
class Fixation(Value):
    """Probabilities that each type takes over.

    Attributes
    ----------
    labels : tuple of str
    start : int array [n]
    probabilities : array [n], they sum to one
    method : str, ``"product formula"`` (two types) or ``"linear system"``
    residual : float, largest error of the defining equations
    """

    labels: tuple[str, ...]
    start: IntArray
    probabilities: FloatArray
    method: str
    residual: float

    def __str__(self) -> str:
        lines = [f"Fixation from {self.start.tolist()} ({self.method}, residual {self.residual:.1e})"]
        neutral = self.start / self.start.sum()
        for name, p, q in zip(self.labels, self.probabilities, neutral, strict=True):
            lines.append(f"  {name}: {p:.6g} (neutral {q:.6g})")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class PopulationLaw(Framed, Value):
    """Long-run law of a finite population with mutation.

    Attributes
    ----------
    labels : tuple of str
    counts : int array [X, n], the states
    probabilities : array [X]
    residual : float, largest error of the balance equations
    """

    labels: tuple[str, ...]
    counts: IntArray
    probabilities: FloatArray
    residual: float

    @property
    def shares(self) -> FloatArray:
        """Mean share of each type [n]."""
        return np.asarray((self.probabilities @ self.counts) / self.counts[0].sum())

    def to_frame(self) -> pandas.DataFrame:
        """One row per state: counts and probability."""
        frame = need_pandas().DataFrame(self.counts, columns=list(self.labels))
        frame["probability"] = self.probabilities
        return frame

    def __str__(self) -> str:
        mean = ", ".join(f"{n} {x:.4f}" for n, x in zip(self.labels, self.shares, strict=True))
        size = int(self.counts[0].sum())
        return f"Long run of {size} individuals ({len(self.counts):,} states): mean shares {mean}"


def fixation_probability(
    payoffs: Payoffs, start: ArrayLike, *, process: str = "moran", selection: float = 1.0, fitness: str = "linear"
) -> Fixation:
    """Exact probability that each type takes over a finite population without mutation.

    Parameters
    ----------
    payoffs : symmetric StageGame, Tournament or array [n, n]
        Each individual meets all the others, not itself; its payoff is the mean.
    start : int array [n]
        Individuals of each type; ``[1, N - 1]`` is one mutant among residents.
    process : {"moran", "pairwise"}
    selection, fitness
        As in `moran` and `pairwise_comparison`; `fitness` matters for ``"moran"`` only.

    Returns
    -------
    Fixation

    Raises
    ------
    InvalidGame
        More than 50,000 states (three types and more), or fitness that can be negative.

    Notes
    -----
    Two types: rho_i = sum_{k<i} prod_{j<=k} g_j / sum_{k<N} prod_{j<=k} g_j with g_j the ratio of
    the probabilities to lose and to gain one (Karlin and Taylor 1975), in logarithms, so that
    tiny probabilities keep their digits. More types: the absorbing chain on all counts.

    References
    ----------
    M. Nowak, A. Sasaki, C. Taylor and D. Fudenberg (2004), Nature 428, 646-650.

    Examples
    --------
    >>> found = fixation_probability([[1.1, 1.1], [1, 1]], [1, 99])
    >>> print(f"{found.probabilities[0]:.10f}")
    0.0909156883
    """
    A, names = one_population(payoffs)
    counts = read_counts(start, len(A))
    living = np.flatnonzero(counts)
    w = _intensity(A, int(counts.sum()), len(living), process, selection, fitness, names)
    result = np.zeros(len(A))
    if len(living) == 1:
        result[living] = 1.0
        return Fixation(names, counts, result, "product formula", 0.0)
    B = A[np.ix_(living, living)]
    if len(living) == 2:
        up, down, residual = _two_types(B, counts[living], process, w, fitness)
        result[living] = up, down
        return Fixation(names, counts, result, "product formula", residual)
    result[living], residual = _many_types(B, counts[living], process, w, fitness)
    return Fixation(names, counts, result, "linear system", residual)


def population_law(
    payoffs: Payoffs,
    population: int,
    *,
    mutation: float,
    process: str = "moran",
    selection: float = 1.0,
    fitness: str = "linear",
) -> PopulationLaw:
    """Exact long-run law of a finite population with mutation.

    Parameters
    ----------
    payoffs : symmetric StageGame, Tournament or array [n, n]
    population : int, at least 2
    mutation : float, above 0
    process, selection, fitness
        As in `fixation_probability`.

    Returns
    -------
    PopulationLaw

    Raises
    ------
    InvalidGame
        No mutation, one type, or more than 50,000 states.

    References
    ----------
    D. Fudenberg and L. Imhof (2006), J. Econ. Theory 131, 251-262.

    Examples
    --------
    >>> print(population_law([[1, 1], [1, 1]], 10, mutation=0.1))
    Long run of 10 individuals (11 states): mean shares type 0 0.5000, type 1 0.5000
    """
    A, names = one_population(payoffs)
    size = check_whole("population", population)
    if size < 2 or len(A) < 2:
        invalid("population, types", (size, len(A)), "at least 2 individuals and 2 types")
    check_probability("mutation", mutation)
    if mutation == 0:
        invalid("mutation", mutation, "above 0", "Without mutation the law depends on the start: fixation_probability.")
    w = _intensity(A, size, len(A), process, selection, fitness, names)
    states = _compositions(size, len(A))
    tail, head, weight = _links(A, states, process, w, fitness, float(mutation))
    law = Chain(len(states), tail, head, weight).law()
    flow = floats(weight) * law[tail]
    gap = np.bincount(head, flow, minlength=len(law)) - np.bincount(tail, flow, minlength=len(law))
    return PopulationLaw(names, states, law, float(np.abs(gap).max()))


def single_mutants(A: FloatArray, population: int, process: str, selection: float, fitness: str) -> FloatArray:
    """Fixation probability [n, n] of one individual of type i among residents of type j; NaN on the diagonal."""
    n = len(A)
    rho = np.full((n, n), np.nan)
    for i in range(n):
        for j in range(n):
            if i != j:
                B = A[np.ix_((i, j), (i, j))]
                rho[i, j] = _two_types(B, np.array([1, population - 1]), process, selection, fitness)[0]
    return rho


def _intensity(
    A: FloatArray, size: int, kinds: int, process: str, selection: object, fitness: str, names: tuple[str, ...]
) -> float:
    check_choice("process", process, ("moran", "pairwise"))
    if process == "pairwise":
        return check_number("selection", selection, 0)
    return check_fitness(A, size, kinds, selection, fitness, names)


def _worth(A: FloatArray, states: IntArray) -> FloatArray:
    """Payoffs [X, n] at counts [X, n], oneself left out."""
    return np.asarray((states @ A.T - np.diag(A)) / (states[0].sum() - 1))


def _two_types(A: FloatArray, counts: IntArray, process: str, w: float, fitness: str) -> tuple[float, float, float]:
    from scipy.special import logsumexp

    size, first = int(counts.sum()), int(counts[0])
    j = np.arange(1, size)
    worth = _worth(A, np.stack([j, size - j], axis=1))
    if process == "pairwise" or fitness == "exponential":
        ratio = -w * (worth[:, 0] - worth[:, 1])
    else:
        both = 1 - w + w * worth
        with np.errstate(divide="ignore"):
            ratio = np.log(both[:, 1]) - np.log(both[:, 0])
    lone = bool(np.isposinf(ratio[0]))  # a single individual of the first type has no offspring
    ratio[0] = 0.0 if lone else ratio[0]
    terms = np.concatenate([[-np.inf if lone else 0.0], np.cumsum(ratio)])
    whole = logsumexp(terms)
    up, down = float(np.exp(logsumexp(terms[:first]) - whole)), float(np.exp(logsumexp(terms[first:]) - whole))
    return up, down, abs(up + down - 1)


def _many_types(A: FloatArray, counts: IntArray, process: str, w: float, fitness: str) -> tuple[FloatArray, float]:
    size = int(counts.sum())
    states = _compositions(size, len(A))
    tail, head, weight = _links(A, states, process, w, fitness, 0.0)
    pure = states.max(axis=1) == size
    number, many = np.cumsum(~pure) - 1, int((~pure).sum())
    inner, out = ~pure[tail] & ~pure[head], ~pure[tail] & pure[head]
    # columns: the types in their order
    into = sums(weight.at(out), number[tail[out]] * len(A) + states[head[out]].argmax(axis=1), many * len(A))
    grid = Scaled(into.value.reshape(many, -1), into.power.reshape(many, -1))
    chain = Chain(
        many, number[tail[inner]], number[head[inner]], weight.at(inner), sums(weight.at(out), number[tail[out]], many)
    )
    solved, moves = floats(chain.values(grid)), floats(weight.at(inner))[:, None]
    gap = floats(grid) - solved * np.bincount(number[tail[~pure[tail]]], floats(weight.at(~pure[tail])))[:, None]
    np.add.at(gap, number[tail[inner]], moves * solved[number[head[inner]]])
    found = solved[number[int(np.flatnonzero((states == counts).all(axis=1))[0])]]
    return found / found.sum(), float(np.abs(gap).max())


def _compositions(size: int, kinds: int) -> IntArray:
    """All counts [X, n] of `size` individuals over `kinds` types."""
    count = comb(size + kinds - 1, kinds - 1)
    if count > _MOST:
        raise InvalidGame(
            f"{size} individuals of {kinds} types have {count:,} states; allowed: {_MOST:,}. Use fewer individuals or "
            "types, or sample: moran, pairwise_comparison."
        )
    states = np.zeros((1, 0), np.int64)
    for k in range(kinds - 1):
        left = size - states.sum(axis=1) if k else np.array([size])
        states = np.repeat(states, left + 1, axis=0)
        tail = np.concatenate([np.arange(m + 1) for m in left])
        states = np.column_stack([states, tail])
    return np.column_stack([states, size - states.sum(axis=1)]).astype(np.int64)


def _links(
    A: FloatArray, states: IntArray, process: str, w: float, fitness: str, mutation: float
) -> tuple[IntArray, IntArray, Scaled]:
    """Links between different counts [E], with their probabilities: sums and products of logarithms."""
    from scipy.special import logsumexp

    size, kinds = int(states[0].sum()), states.shape[1]
    worth = _worth(A, states)
    with np.errstate(divide="ignore"):
        many = np.log(states)
        mutate = np.full((kinds, kinds), np.log(mutation / (kinds - 1)) if kinds > 1 else -np.inf)
        np.fill_diagonal(mutate, np.log1p(-mutation))
        if process == "moran":
            # the payoff of a type that is absent means nothing
            fit = w * worth if fitness == "exponential" else np.log(np.where(states > 0, 1 - w + w * worth, 1.0))
            parent = np.broadcast_to((fit + many)[:, None, :], (len(states), kinds, kinds))
        else:
            # a model of another type is copied or not; one of the same type changes nothing
            gap = worth[:, None, :] - worth[:, :, None]  # [X, focal, model]
            models = np.log(states[:, None, :] - np.eye(kinds, dtype=int) * (states > 0)[:, :, None])
            parent = models - np.logaddexp(0.0, -w * gap)
            stay = logsumexp(models - np.logaddexp(0.0, w * gap), axis=2)
            own = np.arange(kinds)
            parent[:, own, own] = np.logaddexp(parent[:, own, own], stay)
        parent = parent - logsumexp(parent, axis=2, keepdims=True)
        # [X, gone, born]; a state without the type that goes has -inf
        flow = np.stack([logsumexp(parent + mutate[:, born], axis=2) for born in range(kinds)], axis=2)
    flow = np.where((states > 0)[:, :, None], flow + many[:, :, None] - np.log(size), -np.inf)
    flow[:, np.arange(kinds), np.arange(kinds)] = -np.inf
    tail, gone, born = np.nonzero(flow > -np.inf)
    code = (size + 1) ** np.arange(kinds)[::-1].astype(object)
    place = {int(c): x for x, c in enumerate(states @ code)}
    ahead = (states @ code)[tail] + code[born] - code[gone]
    return tail, np.array([place[int(c)] for c in ahead], np.int64), from_logs(flow[tail, gone, born])
