"""Evolutionarily stable strategies of symmetric two-player games, decided in rationals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from armsgame._checks import as_fraction, is_whole
from armsgame._shown import Value
from armsgame._typing import ArrayLike
from armsgame.errors import InvalidGame, WrongConcept, invalid
from armsgame.games.coercion import Modelled, one_game
from armsgame.games.stage import StageGame

_MOST = 10

Vector = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class StabilityVerdict(Value):
    """Whether one strategy is evolutionarily stable, and why not.

    Attributes
    ----------
    strategy : tuple of Fraction
        Probability of every action.
    stable : bool
    nash : bool
        Whether it is a best reply to itself.
    reason : str
        The condition that fails, or what proves stability.
    mutant : tuple of Fraction or None
        A strategy that invades: it earns more against the strategy, or as much and then at least
        as much against itself.
    """

    strategy: Vector
    stable: bool
    nash: bool
    reason: str
    mutant: Vector | None = None

    def __str__(self) -> str:
        mix = ", ".join(str(p) for p in self.strategy)
        return f"({mix}): {'stable' if self.stable else 'not stable'}; {self.reason}"


@dataclass(frozen=True, slots=True)
class Stability(Value):
    """Verdicts on the strategies that were asked about, or on every candidate.

    Attributes
    ----------
    verdicts : tuple of StabilityVerdict
        Without `strategy`: one per support on which a symmetric equilibrium is isolated.
    actions : tuple of str
    """

    verdicts: tuple[StabilityVerdict, ...]
    actions: tuple[str, ...]

    @property
    def stable(self) -> tuple[Vector, ...]:
        """The evolutionarily stable strategies among them."""
        return tuple(v.strategy for v in self.verdicts if v.stable)

    def __str__(self) -> str:
        head = f"{len(self.stable)} evolutionarily stable strategies over ({', '.join(self.actions)})"
        return "\n".join([head, *(f"  {v}" for v in self.verdicts)])


def evolutionarily_stable(stage: StageGame | Modelled, strategy: int | str | ArrayLike | None = None) -> Stability:
    """Evolutionarily stable strategies, pure and mixed.

    Parameters
    ----------
    stage : StageGame
        One symmetric game of two players: the payoffs of the second are those of the first with
        the roles exchanged, exactly.
    strategy : int, str or array [A], optional
        The one strategy to judge: an action or probabilities. Default: all candidates, of which
        there are at most 2**A - 1.

    Returns
    -------
    Stability
        With ``strategy=None`` `stable` holds every evolutionarily stable strategy of the game.

    Raises
    ------
    WrongConcept
        Not two players, or batch axes.
    InvalidGame
        Not symmetric (the first differing cell is named), a strategy that does not fit, or more
        than 10 actions without `strategy`.

    Notes
    -----
    p is stable if no q does better against p, and each other q that does as well against p does
    worse than p against q (Maynard Smith and Price 1973). With B the best replies to p and S its
    support, the second condition says that z'Az < 0 for all z of sum zero that are zero off B and
    nonnegative on B - S (Haigh 1975; Abakuks 1980). It is decided by minors on S, then by Keller's
    criterion for strict copositivity on the Schur complement, all in rationals. A stable strategy
    is the only equilibrium on its support, so singular supports are skipped.

    References
    ----------
    J. Maynard Smith and G. R. Price (1973), Nature 246, 15-18; J. Haigh (1975), Adv. Appl. Prob.
    7, 8-11; R. W. Cottle, G. J. Habetler and C. E. Lemke (1970), Linear Algebra Appl. 3, 295-310.

    Examples
    --------
    >>> import armsgame as ag
    >>> hawk_dove = ag.StageGame.from_bimatrix([[-1, 4], [0, 2]], [[-1, 0], [4, 2]], actions=("hawk", "dove"))
    >>> print(evolutionarily_stable(hawk_dove, "hawk"))
    0 evolutionarily stable strategies over (hawk, dove)
      (1, 0): not stable; 'dove' earns 1 more against it
    >>> evolutionarily_stable(hawk_dove).stable
    ((Fraction(2, 3), Fraction(1, 3)),)
    """
    stage = one_game("evolutionarily_stable", stage, StageGame)
    A = _symmetric(stage)
    names = stage.actions[0]
    if strategy is not None:
        return Stability((_judge(A, _strategy(stage, strategy), names),), names)
    if len(A) > _MOST:
        invalid("stage.shape", stage.shape, f"at most {_MOST} actions", "Judge one strategy: strategy=[...].")
    verdicts: list[StabilityVerdict] = []
    for size in range(1, len(A) + 1):
        for support in combinations(range(len(A)), size):
            p = _candidate(A, support)
            if p is not None:
                verdict = _judge(A, p, names)
                if verdict.nash:
                    verdicts.append(verdict)
    return Stability(tuple(verdicts), names)


def _symmetric(stage: StageGame) -> list[list[Fraction]]:
    if len(stage.players) != 2:
        raise WrongConcept(
            "evolutionary stability is defined here for a symmetric StageGame of 2 players; for others ask nash(stage)."
        )
    A, B = stage.payoffs
    if A.shape[0] != A.shape[1]:
        invalid("stage.shape", stage.shape, "the same number of actions for both players")
    if not np.array_equal(A, B.T):
        a, b = (int(k) for k in np.argwhere(B.T != A)[0])
        raise InvalidGame(
            f"the game is not symmetric: payoffs[0, {a}, {b}] is {A[a, b]!r} and payoffs[1, {b}, {a}] is {B[b, a]!r}; "
            "allowed: equal. Ask nash(stage) for a game with unlike roles."
        )
    return [[as_fraction(v) for v in row] for row in A]


def _strategy(stage: StageGame, strategy: Any) -> Vector:
    size = stage.shape[0]
    if isinstance(strategy, str) or is_whole(strategy):
        at = stage.action(0, strategy)
        return tuple(Fraction(int(k == at)) for k in range(size))
    if not isinstance(strategy, (Sequence, np.ndarray)) or len(strategy) != size:
        invalid("strategy", strategy, f"an action of {stage.actions[0]} or {size} probabilities")
    try:
        p = [as_fraction(v) for v in strategy]
    except (TypeError, ValueError, OverflowError):
        invalid("strategy", strategy, f"{size} finite probabilities")
    total = sum(p, Fraction(0))
    if min(p) < 0 or abs(total - 1) > Fraction(1, 10**9):
        invalid("strategy", strategy, "probabilities of at least 0 that sum to 1")
    return tuple(v / total for v in p)


def _candidate(A: list[list[Fraction]], support: tuple[int, ...]) -> Vector | None:
    """Strategy with this support whose actions earn the same against it, where that is unique."""
    k = len(support)
    # unknown: probabilities and their common payoff
    rows = [[A[i][j] for j in support] + [Fraction(-1), Fraction(0)] for i in support]
    rows.append([Fraction(1)] * k + [Fraction(0), Fraction(1)])
    solution = _solve(rows)
    if solution is None or min(solution[:k]) <= 0:
        return None
    p = [Fraction(0)] * len(A)
    for j, value in zip(support, solution, strict=False):
        p[j] = value
    return tuple(p)


def _judge(A: list[list[Fraction]], p: Vector, names: Sequence[str]) -> StabilityVerdict:
    size = range(len(A))
    worth = [_dot(A[i], p) for i in size]
    value, best = _dot(p, worth), max(worth)
    if best > value:
        at = worth.index(best)
        pure = tuple(Fraction(int(k == at)) for k in size)
        return StabilityVerdict(p, False, False, f"{names[at]!r} earns {best - value} more against it", pure)
    replies = [i for i in size if worth[i] == best]
    used = [i for i in replies if p[i] > 0]
    if len(replies) == 1:
        return StabilityVerdict(p, True, True, "it is the only best reply to itself")
    base, free = used[0], used[1:]
    extra = [i for i in replies if p[i] == 0]
    # z_base = -(sum of the rest) turns -z'Az into a quadratic form on the rest
    form = [
        [_curvature(A, i, j, base) for j in free + extra]
        for i in free + extra
    ]  # fmt: skip
    bad = _not_positive(form, len(free))
    if bad is None:
        return StabilityVerdict(p, True, True, f"it beats every mutant among its {len(replies)} best replies")
    z = dict(zip(free + extra, bad, strict=True))
    z[base] = -sum(bad, Fraction(0))
    # as far as the mutant's probabilities stay nonnegative
    reach = min((p[i] / -z[i] for i in z if z[i] < 0), default=Fraction(1))
    q = tuple(p[i] + reach * z.get(i, Fraction(0)) for i in size)
    gap = _dot(q, [_dot(A[i], q) for i in size]) - _dot(p, [_dot(A[i], q) for i in size])
    mix = " + ".join(f"{w} {n}" if w != 1 else n for w, n in zip(q, names, strict=True) if w)
    how = f"{gap} more" if gap else "as much"
    return StabilityVerdict(p, False, True, f"{mix} earns as much against it and {how} against itself", q)


def _curvature(A: list[list[Fraction]], i: int, j: int, m: int) -> Fraction:
    twice = A[i][j] + A[j][i] - A[i][m] - A[m][i] - A[m][j] - A[j][m] + 2 * A[m][m]
    return -twice / 2


def _not_positive(form: list[list[Fraction]], free: int) -> list[Fraction] | None:
    """Direction z with z'Fz <= 0, z != 0, nonnegative beyond the first `free` entries; None if there is none."""
    size = len(form)
    for k in range(1, free + 1):
        minor = [row[:k] for row in form[:k]]
        if _determinant(minor) <= 0:
            return _last_cofactors(minor) + [Fraction(0)] * (size - k)
    if free == size:
        return None
    head = [row[:free] for row in form[:free]]
    # the free entries answer each direction of the rest by their minimiser
    answers = [
        [-v for v in _solve([[*head[a], form[a][c]] for a in range(free)]) or []] for c in range(free, size)
    ]  # fmt: skip
    schur = [
        [
            form[r][c] + sum((form[r][a] * answers[c - free][a] for a in range(free)), Fraction(0))
            for c in range(free, size)
        ]
        for r in range(free, size)
    ]
    for count in range(1, len(schur) + 1):
        for chosen in combinations(range(len(schur)), count):
            minor = [[schur[r][c] for c in chosen] for r in chosen]
            cofactors = _last_cofactors(minor)
            # Keller: strictly copositive unless such a minor has a determinant of at most 0;
            # then its last cofactors v > 0 have v'Mv = det(M) v_last <= 0
            if min(cofactors) > 0 and _determinant(minor) <= 0:
                rest = [Fraction(0)] * len(schur)
                for at, value in zip(chosen, cofactors, strict=True):
                    rest[at] = value
                lead = [sum((answers[c][a] * rest[c] for c in range(len(rest))), Fraction(0)) for a in range(free)]
                return lead + rest
    return None


def _last_cofactors(matrix: list[list[Fraction]]) -> list[Fraction]:
    n = len(matrix)
    rows = matrix[:-1]
    return [(-1) ** (n - 1 + c) * _determinant([row[:c] + row[c + 1 :] for row in rows]) for c in range(n)]


def _determinant(matrix: list[list[Fraction]]) -> Fraction:
    rows, value = [list(row) for row in matrix], Fraction(1)
    for k in range(len(rows)):
        pivot = next((r for r in range(k, len(rows)) if rows[r][k] != 0), None)
        if pivot is None:
            return Fraction(0)
        if pivot != k:
            rows[k], rows[pivot], value = rows[pivot], rows[k], -value
        value *= rows[k][k]
        for r in range(k + 1, len(rows)):
            factor = rows[r][k] / rows[k][k]
            if factor:
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[k], strict=True)]
    return value


def _solve(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """Solution of a square system given as rows with the right-hand side appended; None if singular."""
    rows, n = [list(row) for row in rows], len(rows)
    for k in range(n):
        pivot = next((r for r in range(k, n) if rows[r][k] != 0), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for r in range(n):
            if r != k and rows[r][k]:
                factor = rows[r][k]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[k], strict=True)]
    return [row[-1] for row in rows]


def _dot(left: Sequence[Fraction], right: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(left, right, strict=True)), Fraction(0))
