"""How many equilibria 2x2 games have, and of which kind, for maps of millions of games."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from armsgame._shown import Value
from armsgame._threads import in_blocks, limited
from armsgame._typing import ArrayLike, IntArray
from armsgame.errors import invalid
from armsgame.games.stage import StageGame
from armsgame.solve.one_shot.nash_batch import batch_of, refuse_not_finite

KINDS = ("one pure", "one mixed", "two pure and one mixed", "tie")
"""What a 2x2 game can have: a pure equilibrium alone, a mixed one alone, both kinds, or a best reply that ties."""

_COUNTS = np.array([1, 1, 3, 0])
# fewest games worth a thread of their own
_LEAST = 1 << 15


@dataclass(frozen=True, slots=True, eq=False)
class NashKinds(Value):
    """Kinds of equilibria of a batch of 2x2 games.

    Attributes
    ----------
    kind : uint8 array ``[*B]``, index into `KINDS`
    """

    kind: npt.NDArray[np.uint8]

    @property
    def count(self) -> IntArray:
        """Equilibria of each game ``[*B]``; 0 where a best reply ties, for which `nash_batch` lists what there is."""
        return _COUNTS[self.kind]

    @property
    def shares(self) -> dict[str, float]:
        """Share of the games of each kind."""
        tally = np.bincount(self.kind.ravel(), minlength=len(KINDS))
        return {name: float(n) / max(self.kind.size, 1) for name, n in zip(KINDS, tally, strict=True)}

    def __len__(self) -> int:
        return len(self.kind)

    def __str__(self) -> str:
        told = ", ".join(f"{name} {share:.2%}" for name, share in self.shares.items() if share)
        return f"NashKinds of {self.kind.size} games {self.kind.shape}: {told}"


def nash_kinds(
    payoffs: ArrayLike | StageGame, *, threads: int | None = None, budget_seconds: float | None = None
) -> NashKinds:
    """Tell how many equilibria each 2x2 game of a batch has and of which kind, without listing them.

    Parameters
    ----------
    payoffs : array_like or StageGame
        Shape ``[*B, 2, 2, 2]``, both matrices indexed [row, column].
    threads : int, optional
        Threads of the compiled loop. The numbers do not depend on it.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    NashKinds

    Raises
    ------
    InvalidGame
        Another shape, NaN or infinite payoffs.
    WrongConcept
        Games of other than two players.

    Notes
    -----
    A 2x2 game without ties is decided by which action is the better reply to each action of the other party: four
    comparisons, exact in floats. For the equilibria themselves use `nash_batch`.

    Examples
    --------
    >>> import numpy as np
    >>> dilemma = [[[1, -1], [2, 0]], [[1, 2], [-1, 0]]]
    >>> pennies = [[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]
    >>> hunt = [[[4, 0], [3, 3]], [[4, 3], [0, 3]]]
    >>> nash_kinds(np.array([dilemma, pennies, hunt], float)).count
    array([1, 1, 3])
    """
    from armsgame._kernels.bimatrix_kinds import two_by_two_kinds

    games = batch_of(payoffs, "nash_kinds")
    if games.shape[-3:] != (2, 2, 2):
        invalid("payoffs.shape", games.shape, "[*B, 2, 2, 2]", "For larger games use nash_batch.")
    flat = np.ascontiguousarray(games).reshape(-1, 8).view()
    # always read-only: numba would compile once more for writable arrays
    flat.setflags(write=False)
    kind, bad = np.empty(len(flat), np.uint8), np.zeros(1, bool)
    with limited(threads):
        in_blocks(two_by_two_kinds, len(flat), _LEAST, flat, _TABLE, kind, bad)
    if bad[0]:
        refuse_not_finite(games)
    return NashKinds(kind.reshape(games.shape[:-3]))


def _kind(signs: tuple[int, int, int, int]) -> int:
    top_left, top_right, left_up, left_down = signs
    if 0 in signs:
        return KINDS.index("tie")
    # a party whose better reply does not depend on the other has a dominant action
    if top_left == top_right or left_up == left_down:
        return KINDS.index("one pure")
    # both want to match, or both to differ: two pure ones; one of each: neither
    return KINDS.index("two pure and one mixed" if top_left == left_up else "one mixed")


_TABLE = np.array([_kind((a, b, c, d)) for a, b, c, d in product((-1, 0, 1), repeat=4)], np.uint8)
