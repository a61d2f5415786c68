"""Stage games: one simultaneous move of every player."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from armsgame._checks import check_labels, index_of, listed, reals
from armsgame._shown import Drawn, Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray
from armsgame.errors import InvalidGame, invalid


@dataclass(frozen=True, slots=True, init=False, eq=False)
class StageGame(Drawn, Value):
    """Payoffs of one simultaneous move, possibly for a whole batch of parameter points.

    Parameters
    ----------
    payoffs : array_like
        Shape ``[*B, P, A0, .., A(P-1)]``. Payoff per period of every player at every action
        profile. A shape that can be read with and without a batch axis is read without one;
        `players` settles it.
    players : sequence of str, optional
        One label per player. Default: ``"player 0"``, ..
    actions : sequence, optional
        Either one sequence of labels for all players, or one sequence per player. The first
        action is what trigger strategies call compliance.

    Raises
    ------
    InvalidGame
        Payoffs that are ragged, empty, NaN or infinite, or labels that do not fit.
    """

    payoffs: FloatArray
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]

    def __init__(
        self,
        payoffs: ArrayLike | Sequence[ArrayLike],
        *,
        players: Sequence[str] | None = None,
        actions: Sequence[str] | Sequence[Sequence[str]] | None = None,
    ) -> None:
        array = reals("payoffs", payoffs, "a rectangular array of real numbers, of shape [*B, P, A0, .., A(P-1)]")
        given = None if players is None else len(listed("players", players, "one label for each player"))
        count = _player_count(array.shape, given)
        if array.size == 0:
            invalid("payoffs.shape", array.shape, "at least one action per player", "Remove the empty axis.")
        if not np.isfinite(array).all():
            where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
            invalid(f"payoffs{list(where)}", float(array[where]), "finite numbers", "Replace NaN and infinities.")
        array.setflags(write=False)
        sizes = array.shape[array.ndim - count :]
        names = check_labels("players", players, count, "player ")
        object.__setattr__(self, "payoffs", array)
        object.__setattr__(self, "players", names)
        object.__setattr__(self, "actions", _action_labels(actions, sizes))

    @classmethod
    def from_bimatrix(
        cls,
        A: ArrayLike,
        B: ArrayLike,
        *,
        players: Sequence[str] = ("row", "column"),
        actions: Sequence[str] | Sequence[Sequence[str]] | None = None,
    ) -> StageGame:
        """Two-player game from payoff matrices, both indexed [row, column].

        Parameters
        ----------
        A, B : array_like
            Shape ``[*B, A0, A1]``. Payoffs of the row and of the column player.
        players, actions : optional
            As in `StageGame`.
        """
        row, column = reals("A", A), reals("B", B)
        if row.shape != column.shape or row.ndim < 2:
            invalid("A.shape, B.shape", (row.shape, column.shape), "two equal shapes [*B, A0, A1]")
        return cls(np.stack([row, column], axis=-3), players=players, actions=actions)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of actions of each player."""
        return self.payoffs.shape[self.payoffs.ndim - len(self.players) :]

    @property
    def batch(self) -> tuple[int, ...]:
        """Shape of the leading batch axes."""
        return self.payoffs.shape[: self.payoffs.ndim - len(self.players) - 1]

    @property
    def profiles(self) -> tuple[tuple[str, ...], ...]:
        """All action profiles as labels, in row-major order."""
        return tuple(product(*self.actions))

    def __getitem__(self, index: object) -> StageGame:
        """Game (or smaller batch) at a position of the batch axes."""
        if not self.batch:
            raise InvalidGame("this StageGame has no batch axes to index; use .payoffs for the array.")
        labels = np.arange(int(np.prod(self.batch))).reshape(self.batch)[index]  # type: ignore[call-overload]
        flat = self.payoffs.reshape(-1, *self.payoffs.shape[len(self.batch) :])
        return StageGame(flat[labels], players=self.players, actions=self.actions)

    def player(self, who: int | str) -> int:
        """Index of a player given by index or label."""
        return index_of(who, self.players, "player")

    def action(self, who: int | str, action: int | str) -> int:
        """Index of an action of player `who` given by index or label."""
        return index_of(action, self.actions[self.player(who)], f"action of {self.players[self.player(who)]}")

    def names_actions(self, target: Sequence[object]) -> bool:
        """Whether one entry per player is an action profile: labels, or whole numbers that are indices of actions."""
        return all(
            isinstance(t, str) or (isinstance(t, (int, np.integer)) and not isinstance(t, bool) and 0 <= t < n)
            for t, n in zip(target, self.shape, strict=True)
        )

    def minmax(self) -> FloatArray:
        """Pure minmax payoff of each player, shape ``[*B, P]``: min over the others of the best reply."""
        count, start = len(self.players), len(self.batch)
        values = []
        for i in range(count):
            own = self.payoffs[(slice(None),) * start + (i,)]
            best = own.max(axis=start + i)
            values.append(best.min(axis=tuple(range(start, best.ndim))) if count > 1 else best)
        return np.stack(values, axis=-1)

    def best_replies(self) -> FloatArray:
        """Boolean array ``[*B, P, A0, ..]``: true where an action of player p is a best reply."""
        start = len(self.batch)
        masks = []
        for i in range(len(self.players)):
            own = self.payoffs[(slice(None),) * start + (i,)]
            # exact comparison: an action ties only where the payoffs are equal
            masks.append(own == own.max(axis=start + i, keepdims=True))
        return np.stack(masks, axis=start)

    def dominated(self, *, strict: bool = True) -> tuple[BoolArray, ...]:
        """Actions dominated by another pure action.

        Returns
        -------
        tuple of bool arrays, one ``[*B, A_i]`` per player
            True where some other pure action is better against every profile of the others
            (`strict`), or never worse and somewhere better (not `strict`).
        """
        start = len(self.batch)
        masks = []
        for i in range(len(self.players)):
            own = np.moveaxis(self.payoffs[(slice(None),) * start + (i,)], start + i, -1)
            own = own.reshape(*self.batch, -1, self.shape[i])
            other, mine = own[..., :, :, None], own[..., :, None, :]
            if strict:
                beats = np.all(other > mine, axis=start)
            else:
                beats = np.all(other >= mine, axis=start) & np.any(other > mine, axis=start)
            masks.append(np.any(beats, axis=-2))
        return tuple(masks)

    def explain(self) -> str:
        """Who chooses what, what each can secure, and what nobody should play, in sentences."""
        if self.batch:
            return f"{' and '.join(self.players)} play a batch of games of shape {self.batch}; stage[0] is one of them."
        lines = [f"{' and '.join(self.players)} choose at the same time."]
        for name, acts, least, worse in zip(self.players, self.actions, self.minmax(), self.dominated(), strict=True):
            lines.append(f"{name} chooses among {', '.join(acts)}, and no one can push it below {least:g}.")
            lines += [
                f"{name} always has something better than {act!r}." for act, out in zip(acts, worse, strict=True) if out
            ]
        return "\n".join(lines)

    def __str__(self) -> str:
        head = f"StageGame of {', '.join(self.players)}"
        if self.batch:
            return f"{head}: batch {self.batch}, actions {self.actions}"
        rows = []
        for flat, names in enumerate(self.profiles):
            values = self.payoffs.reshape(len(self.players), -1)[:, flat]
            rows.append(f"  {' | '.join(names):<40s} {', '.join(f'{v:g}' for v in values)}")
        return "\n".join([head, *rows])


def _player_count(shape: tuple[int, ...], given: int | None) -> int:
    fits = [p for p in range(1, len(shape)) if shape[len(shape) - p - 1] == p]
    if given is not None:
        if given not in fits:
            invalid("players", given, f"a number of labels that fits payoffs of shape {shape} [*B, P, A0, ..]")
        return given
    if not fits:
        told = "[*B, P, A0, .., A(P-1)] with P the number of players: [2, A0, A1] for two"
        invalid("payoffs.shape", shape, told, "Tables of two players: StageGame.from_bimatrix(A, B).")
    return max(fits)


def _action_labels(
    actions: Sequence[str] | Sequence[Sequence[str]] | None, sizes: tuple[int, ...]
) -> tuple[tuple[str, ...], ...]:
    count = len(sizes)
    if actions is None and set(sizes) == {2}:
        return (("comply", "deploy"),) * count
    words = f"labels of each of {count} players' actions"
    given: list[Any] = [None] * count if actions is None else list(listed("actions", actions, words))
    if given and all(isinstance(label, str) for label in given):
        given = [actions] * count
    if len(given) != count:
        invalid("actions", actions, words)
    return tuple(
        check_labels(f"actions[{i}]", own, n, "a") for i, (own, n) in enumerate(zip(given, sizes, strict=True))
    )
