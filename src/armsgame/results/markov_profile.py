"""Markov profiles: what each player does at each public state, and nothing else remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np

from armsgame._checks import check_law, index_of, is_whole, listed
from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame._values import freeze
from armsgame.errors import InvalidGame, invalid
from armsgame.games.coercion import as_states
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame, StochasticGame
from armsgame.results.one_shot import aligned
from armsgame.strategies.automaton import Automaton

__all__ = ["MarkovProfile", "read_policies"]


@dataclass(frozen=True, slots=True, init=False, eq=False)
class MarkovProfile(Value, Sequence[Automaton]):
    """One policy per player, as data; it is also the sequence of their one-state automata.

    Wherever a profile is asked for (`verify`, `simulate`, `withdrawal_law`, `stationary`,
    `best_reply`), a MarkovProfile will do.

    Parameters
    ----------
    game : StochasticGame or RepeatedGame
    policies : sequence, one per player
        Either an array ``[S, A]`` of probabilities, A the largest number of actions in any state,
        padded with zeros or NaN; or one entry per state (a sequence, or a mapping from state label),
        each an action (label or index) or its probabilities ``[A(s)]``.

    Attributes
    ----------
    policies : tuple of arrays ``[S, A]``, padded with zeros
    states, players : tuple of str
    actions : per state, per player, the action labels

    Raises
    ------
    InvalidGame
        Unknown states or actions, wrong shapes, or rows that are no probabilities.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
    >>> profile = MarkovProfile(pd, [["deploy"], ["deploy"]])
    >>> ag.verify(pd, profile, discount=0.9).kind
    'subgame perfect'
    """

    policies: tuple[FloatArray, ...]
    states: tuple[str, ...]
    players: tuple[str, ...]
    actions: tuple[tuple[tuple[str, ...], ...], ...]
    _automata: tuple[Automaton, ...] = field(compare=False)

    def __init__(self, game: object, policies: Sequence[object]) -> None:
        chain = as_states("MarkovProfile", game)
        rows = read_policies(chain, policies)
        object.__setattr__(self, "policies", rows)
        object.__setattr__(self, "states", chain.states)
        object.__setattr__(self, "players", chain.players)
        object.__setattr__(self, "actions", tuple(stage.actions for stage in chain.stages))
        if isinstance(game, RepeatedGame):
            table = np.zeros((1, len(game.signals)), int)
            plans = tuple(
                Automaton(own[:, : len(acts)], table, states=("always",), actions=acts)
                for own, acts in zip(rows, game.stage.actions, strict=True)
            )
        else:
            table = np.zeros((1, len(chain.states), len(chain.states)), int)
            plans = tuple(
                Automaton(
                    {s: own[[k], : stage.shape[i]] for k, (s, stage) in enumerate(self._stages(chain))},
                    table,
                    states=("Markov",),
                )
                for i, own in enumerate(rows)
            )
        object.__setattr__(self, "_automata", plans)
        freeze(self)

    @staticmethod
    def _stages(game: StochasticGame) -> Iterator[tuple[str, StageGame]]:
        return iter(zip(game.states, game.stages, strict=True))

    @overload
    def __getitem__(self, index: int) -> Automaton: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Automaton, ...]: ...
    def __getitem__(self, index: int | slice) -> Automaton | tuple[Automaton, ...]:
        """Automaton of a player."""
        return self._automata[index]

    def __len__(self) -> int:
        return len(self._automata)

    @property
    def pure(self) -> bool:
        """Whether every player uses one action in every state."""
        return all(bool(((own == 0) | (own == 1)).all()) for own in self.policies)

    def at(self, state: int | str, player: int | str) -> dict[str, float]:
        """Actions that a player uses in a state, with their probabilities."""
        s, i = index_of(state, self.states, "state"), index_of(player, self.players, "player")
        return {a: float(p) for a, p in zip(self.actions[s][i], self.policies[i][s], strict=False) if p > 0}

    def __str__(self) -> str:
        cells = [["", *self.players]]
        for s, name in enumerate(self.states):
            plays = [self.at(s, i) for i in range(len(self.players))]
            cells.append([name, *(" or ".join(a if p == 1 else f"{a} ({p:.4g})" for a, p in d.items()) for d in plays)])
        return "\n".join(aligned(cells))


def read_policies(game: StochasticGame, policies: Any) -> tuple[FloatArray, ...]:
    """Check policies and return one read-only array ``[S, A]`` per player, padded with zeros."""
    if isinstance(policies, MarkovProfile):
        policies = policies.policies
    policies = listed("policies", policies, f"a sequence of policies, one for each of {game.players}")
    if len(policies) != len(game.players):
        invalid("len(policies)", len(policies), f"{len(game.players)}, one for each of {game.players}")
    found = []
    for i, own in enumerate(policies):
        field = f"policies[{i}]"
        if isinstance(own, Mapping):
            missing = [s for s in game.states if s not in own]
            extra = [s for s in own if s not in game.states]
            if missing or extra:
                what = f"lacks {missing[:5]}" if missing else f"names unknown states {extra[:5]}"
                raise InvalidGame(f"{field} {what}; allowed: one entry for each of the {len(game.states)} states.")
            own = [own[s] for s in game.states]
        if isinstance(own, (str, Automaton)) or not hasattr(own, "__len__") or len(own) != len(game.states):
            invalid(field, own, f"one entry for each of the {len(game.states)} states, in their order")
        width = max(stage.shape[i] for stage in game.stages)
        table = np.zeros((len(game.states), width))
        for s, (row, stage) in enumerate(zip(own, game.stages, strict=True)):
            table[s, : stage.shape[i]] = _row(row, stage.actions[i], f"{field}[{game.states[s]!r}]", width)
        table.setflags(write=False)
        found.append(table)
    return tuple(found)


def _row(row: Any, actions: tuple[str, ...], field: str, width: int) -> FloatArray:
    count = len(actions)
    pure: FloatArray = np.eye(count)
    if isinstance(row, str) or is_whole(row):
        return np.asarray(pure[index_of(row, actions, f"action at {field}")])
    try:
        values = np.asarray(row, dtype=np.float64)
    except (TypeError, ValueError):
        invalid(field, row, f"an action of {actions}, or their probabilities")
    if values.ndim != 1 or values.size not in (count, width):
        invalid(f"{field}.shape", values.shape, f"({count},), one probability for each of {actions}")
    padding, values = np.nan_to_num(values[count:]), values[:count]
    if padding.any():
        invalid(field, values.tolist(), f"zeros or NaN beyond the {count} actions {actions}")
    return check_law(field, values, count)
