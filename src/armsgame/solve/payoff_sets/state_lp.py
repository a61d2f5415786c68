"""The operator of self-generation on stochastic games: programs per state and action profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.errors import InvalidGame
from armsgame.games.stochastic import StochasticGame
from armsgame.solve.payoff_sets.operator import Made, Program, program_of

__all__ = ["Made", "StateOperator", "reaching"]

_MEMORY = 2**30


@dataclass(frozen=True, slots=True)
class StateOperator:
    """Programs of every state and profile at a discount factor, payoffs scaled to [0, 1] per player.

    Attributes
    ----------
    payoffs : per state, array [P, A]
    programs : per state, one per profile
    lumps : per state, int array [Z]
        Class of each public outcome (`StochasticGame.outcomes`): outcomes that lead to the same state
        and say the same about conduct are one; -1 where no profile produces it.
    """

    game: StochasticGame
    discount: float
    payoffs: tuple[FloatArray, ...]
    shift: FloatArray
    scale: FloatArray
    programs: tuple[tuple[Program, ...], ...]
    lumps: tuple[IntArray, ...]

    @classmethod
    def of(cls, game: StochasticGame, discount: float) -> StateOperator:
        """Set the programs up."""
        raw = [stage.payoffs.reshape(len(game.players), -1) for stage in game.stages]
        every = np.concatenate(raw, axis=1)
        shift, scale = every.min(axis=1), np.ptp(every, axis=1)
        scale = np.where(scale > 0, scale, 1.0)
        payoffs = tuple((g - shift[:, None]) / scale[:, None] for g in raw)
        programs, lumps = [], []
        for s, stage in enumerate(game.stages):
            kernel, follows, lump = outcome_law(game, s)
            lumps.append(lump)
            programs.append(
                tuple(
                    program_of(stage.shape, payoffs[s], kernel, k, discount, follows=follows)
                    for k in range(kernel.shape[0])
                )
            )
        return cls(game, discount, payoffs, shift, scale, tuple(programs), tuple(lumps))

    @property
    def players(self) -> int:
        """Number of players."""
        return len(self.scale)

    @property
    def blocks(self) -> list[tuple[FloatArray, tuple[Program, ...]]]:
        """Payoffs [P, A] and programs of every state."""
        return list(zip(self.payoffs, self.programs, strict=True))

    @property
    def reach(self) -> Any:
        """Mask [S, S] of `reaching`."""
        return reaching(self.game)

    def check_size(self, directions: int) -> None:
        """Raise `InvalidGame` where the programs would not fit in memory (1 GiB)."""
        rows = [p.weight.size * self.players for own in self.programs for p in own]
        need = 8 * (3 * max(rows) ** 2 + directions * 2 * sum(rows))
        if need > _MEMORY:
            raise InvalidGame(
                f"linear programs of {len(rows)} profiles, {directions} directions and up to {max(rows)} continuation "
                f"values need {need / 2**30:.1f} GiB; allowed: 1 GiB. Pass fewer directions, or pool signals."
            )

    def generated(self, s: int, made: Made) -> FloatArray:
        """Payoff [P] that a profile and its continuations generate."""
        k, ahead = made
        value: FloatArray = (1 - self.discount) * self.payoffs[s][:, k] + self.programs[s][k].weight @ ahead
        return value


def outcome_law(game: StochasticGame, s: int) -> tuple[FloatArray, IntArray, IntArray]:
    """Law [A, L] of the classes of public outcomes of a state, the state each leads to [L], and classes [Z]."""
    law = game.transitions[s] if game.signals is None else game.signals[s]
    flat = law.reshape(len(game.stages[s].profiles), -1)
    if not game.imperfect:
        # the profile is seen: outcomes are (profile, signal, next state)
        flat = (np.eye(len(flat))[:, :, None] * flat[:, None, :]).reshape(len(flat), -1)
    width, states = flat.shape[1], len(game.states)
    lump = np.full(width, -1, np.int64)
    seen: dict[Any, int] = {}
    columns: list[FloatArray] = []
    follows: list[int] = []
    for z in np.flatnonzero(flat.any(axis=0)).tolist():
        column = flat[:, z]
        key = (z % states, np.round(column / column.max(), 14).tobytes())
        if key not in seen:
            seen[key] = len(columns)
            columns.append(np.zeros(len(flat)))
            follows.append(z % states)
        lump[z] = seen[key]
        columns[seen[key]] = columns[seen[key]] + column
    return np.stack(columns, axis=1), np.array(follows, np.int64), lump


def reaching(game: StochasticGame) -> Any:
    """Mask [S, S]: whether some sequence of actions leads from the first state to the second (itself included)."""
    size = len(game.states)
    step = np.array([law.reshape(-1, size).any(axis=0) for law in game.transitions]) | np.eye(size, dtype=bool)
    while True:
        more = step | (step.astype(np.int64) @ step.astype(np.int64) > 0)
        if (more == step).all():
            return more
        step = more
