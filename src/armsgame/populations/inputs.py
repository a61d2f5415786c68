"""What population verbs take: payoffs of one or two populations, shares and counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np

from armsgame._checks import reals
from armsgame._typing import ArrayLike, FloatArray, IntArray
from armsgame.errors import InvalidGame, WrongConcept, invalid
from armsgame.games.coercion import Modelled, game_of
from armsgame.games.stage import StageGame


class Matched(Protocol):
    """What every type earned against every other, such as a `Tournament`."""

    def stage(self) -> StageGame:
        """Game whose actions are the types."""


Payoffs: TypeAlias = StageGame | Matched | Modelled | ArrayLike


def one_population(payoffs: Payoffs) -> tuple[FloatArray, tuple[str, ...]]:
    """Payoffs [n, n] of one's own type against another, and labels of the types.

    Raises
    ------
    WrongConcept
        A game of other than two players, or with batch axes.
    InvalidGame
        Not square, not symmetric, or not finite.
    """
    stage = _stage(payoffs)
    if stage is None:
        A = _matrix(payoffs, "payoffs")
        if A.shape[0] != A.shape[1]:
            invalid("payoffs.shape", A.shape, "[n, n], the payoff of each type against each")
        return A, tuple(f"type {k}" for k in range(len(A)))
    A, B = stage.payoffs
    if A.shape[0] != A.shape[1]:
        invalid("stage.shape", stage.shape, "the same number of actions for both players")
    if not np.array_equal(A, B.T):
        a, b = (int(k) for k in np.argwhere(B.T != A)[0])
        raise InvalidGame(
            f"the game is not symmetric: payoffs[0, {a}, {b}] is {A[a, b]:.12g} and payoffs[1, {b}, {a}] is "
            f"{B[b, a]:.12g}; allowed: equal. One population needs alike roles; for unlike roles use two populations "
            "(start= a pair of shares) or pass one role's matrix."
        )
    return A, stage.actions[0]


def two_populations(payoffs: Payoffs) -> tuple[FloatArray, FloatArray, tuple[tuple[str, ...], ...]]:
    """Payoff matrices [m, n] of the row and the column population, and labels of their types."""
    stage = _stage(payoffs)
    if stage is None:
        if not isinstance(payoffs, Sequence) or len(payoffs) != 2:
            invalid("payoffs", type(payoffs).__name__, "a StageGame of two players, or a pair of matrices [m, n]")
        A, B = (_matrix(p, f"payoffs[{k}]") for k, p in enumerate(payoffs))
        if A.shape != B.shape:
            invalid("payoffs[0].shape, payoffs[1].shape", (A.shape, B.shape), "two equal shapes [m, n]")
        return A, B, tuple(tuple(f"type {k}" for k in range(count)) for count in A.shape)
    return stage.payoffs[0], stage.payoffs[1], stage.actions


def read_counts(start: ArrayLike, count: int) -> IntArray:
    """Read counts [n] of at least two individuals in all."""
    words = f"{count} whole numbers of at least 0 that sum to 2 or more"
    reals("start", start, words)
    x = np.asarray(start)
    if x.shape != (count,) or not np.issubdtype(x.dtype, np.integer) or (x < 0).any() or x.sum() < 2:
        invalid("start", start, words)
    return x.astype(np.int64)


def _stage(payoffs: Payoffs) -> StageGame | None:
    if isinstance(payoffs, Sequence) and not isinstance(payoffs, str):
        return None
    if hasattr(payoffs, "__array__") and not hasattr(payoffs, "data_vars"):
        return None
    own = getattr(payoffs, "stage", None)
    stage = own() if callable(own) and not isinstance(payoffs, type) else game_of("this verb", payoffs, StageGame)
    if stage.batch or len(stage.players) != 2:
        raise WrongConcept(
            f"populations are matched in pairs: one StageGame of 2 players; this one has {len(stage.players)} players "
            f"and batch axes {stage.batch}."
        )
    return stage


def _matrix(payoffs: Payoffs, field: str) -> FloatArray:
    A = reals(field, payoffs, "a StageGame, a Tournament or an array [n, n]")
    if A.ndim != 2 or A.size == 0 or not np.isfinite(A).all():
        invalid(field, f"an array of shape {A.shape}", "a matrix of finite numbers")
    return A
