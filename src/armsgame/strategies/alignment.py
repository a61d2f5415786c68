"""An automaton on a game: its columns found by what their labels say, or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.errors import InvalidGame, invalid
from armsgame.strategies.meaning import conduct_of, hear

_REBUILD = "Build it with signals=game, or lower the strategy itself on this game."


Fields: TypeAlias = dict[str, object]


class Table(Protocol):
    """What an automaton says of itself: laws, moves, and the labels of both."""

    @property
    def outputs(self) -> FloatArray | Mapping[str, FloatArray]:
        """Law of the own action [Q, A], or one for each game state."""

    @property
    def next(self) -> IntArray | Mapping[str, IntArray]:
        """State after each signal, or a table for each game state."""

    @property
    def actions(self) -> tuple[str, ...] | None:
        """Labels of the own actions."""

    @property
    def signals(self) -> tuple[object, ...] | Mapping[str, tuple[object, ...]] | None:
        """Labels of the last axis of `next`."""

    @property
    def players(self) -> tuple[str, ...] | None:
        """Parties that the signals are about."""

    def law(self, state: str | None = None) -> FloatArray:
        """Law of the own action [Q, A], at a game state where the game has several."""


def by_conduct(rule: Table, game: object, who: int) -> Fields:
    """Fields of a rule that reads (own conduct, the other's), row-major, turned to the signals of a game."""
    heard = hear(game, who, "a machine or memory-one rule")
    stage, table, law = heard.stage, rule.next, rule.law()
    assert isinstance(table, np.ndarray)
    if stage.shape != (2, 2):
        invalid(
            "actions", stage.actions, "two parties with two actions each for a machine or memory-one rule",
            "Use a rule such as ag.mirror, or an Automaton with signals=game.",
        )  # fmt: skip
    turned = [_turned(rule.actions, own, party) for own, party in zip(stage.actions, stage.players, strict=True)]
    if heard.named is not None:
        own, other = (heard.named[:, i] ^ turned[i] for i in (who, 1 - who))
        places = 2 * own + 1 * other
    elif not np.ptp(law, axis=0).any():
        places = np.zeros(len(heard.labels), int)  # it plays alike whatever it sees
    else:
        raise InvalidGame(
            f"a machine or memory-one rule must know whose conduct a signal reports, and the signals {heard.labels} "
            "name nobody; allowed: Monitoring.perfect, Monitoring.detection, or Monitoring.public with about=. Where "
            "any alarm may count, use ag.mirror or ag.grim; or an Automaton with signals=game."
        )
    return {
        "outputs": law[:, [1, 0]] if turned[who] else law, "next": table[:, places], "actions": stage.actions[who],
        "signals": heard.labels, "players": stage.players, "reads": "signals",
    }  # fmt: skip


def by_label(rule: Table, game: Any, who: int) -> Fields:
    """Fields of a rule that change where a game lists its actions, signals or states in another order."""
    if rule.players is not None and rule.players != tuple(game.players):
        raise InvalidGame(
            f"this automaton reads signals about {rule.players}; the parties here are {tuple(game.players)}. "
            "Lower the strategy itself on this game (a named strategy, a machine), or build it with signals=game."
        )
    changes = {} if rule.actions is None else _acting(rule, rule.actions, game, who)
    table: Any = changes.get("next", rule.next)
    if isinstance(table, Mapping):
        return {**changes, **_after_outcomes(rule, game, table)}
    if isinstance(rule.outputs, Mapping) and table.ndim == 3:
        return {**changes, **_after_states(rule, game, table)}
    labels = _labels(game, who)
    if rule.signals is None:
        _unambiguous(table, game, labels)
    elif (order := _order(tuple(rule.signals), labels, "signals", _REBUILD)) is not None:
        changes |= {"next": table[..., order], "signals": labels}
    return changes


def _turned(words: tuple[str, ...] | None, actions: tuple[str, ...], party: str) -> bool:
    """Whether a table calls deployment what stands first among the actions of a party."""
    if words is not None and set(words) == set(actions):
        return words != actions
    conduct_of(actions, party)
    return False


def _acting(rule: Table, own: tuple[str, ...], game: Any, who: int) -> Fields:
    party = game.players[who]
    if hasattr(game, "stage"):
        offered = {"": game.stage.actions[who]}
    else:
        chain = getattr(game, "game", game)  # private signals stand beside a stochastic game
        offered = {s: stage.actions[who] for s, stage in zip(chain.states, chain.stages, strict=True)}
    step = f"Give the automaton the labels of {party}'s actions, or no labels to play by their order."
    orders = {}
    for s, actions in offered.items():
        orders[s] = _order(own, actions, "actions", step)
        if len(actions) != len(own):
            raise InvalidGame(f"actions of the automaton are {own}; {party} has {actions}. {step}")
    if isinstance(rule.outputs, Mapping):
        return {"outputs": {s: rule.law(s) if p is None else rule.law(s)[:, p] for s, p in orders.items()}}
    if len(set(offered.values())) > 1:
        raise InvalidGame(f"{party}'s actions stand in several orders: {offered}; give outputs by game state.")
    actions, order = next(iter(offered.values())), next(iter(orders.values()))
    if order is None:
        return {}
    changes = {"outputs": rule.outputs[:, order], "actions": actions}
    if isinstance(rule.next, np.ndarray) and rule.next.ndim == 3:
        changes["next"] = rule.next[:, order]
    return changes


def _after_outcomes(rule: Table, game: Any, table: Mapping[str, IntArray]) -> Fields:
    """Columns of tables by game state [Q, Z]."""
    if not isinstance(rule.signals, Mapping) or not hasattr(game, "outcomes"):
        return {}
    found, heard = {}, {}
    for s in game.states:
        if s in table:
            heard[s] = game.outcomes(s)
            order = _order(rule.signals[s], heard[s], f"outcomes at {s!r}", _REBUILD)
            found[s] = table[s] if order is None else table[s][:, order]
    return {"next": found, "signals": heard}


def _after_states(rule: Table, game: Any, table: IntArray) -> Fields:
    """Both axes of game states [Q, S, S']."""
    names = tuple(rule.outputs) if rule.signals is None else tuple(rule.signals)
    if rule.signals is None and set(names) != set(game.states):
        return {}
    order = _order(names, game.states, "game states", _REBUILD)
    if order is None:
        return {}
    turned = table[:, order][:, :, order]
    if rule.signals is None and (turned != table).any():  # next counts the states, and so may the laws
        invalid(
            "outputs", names, f"the game states in the order of next, {game.states}",
            "Say which order next has with signals=, or give it as a mapping from game state to [Q, Z].",
        )  # fmt: skip
    return {"next": turned, "signals": game.states}


def _unambiguous(table: IntArray, game: Any, labels: tuple[str, ...]) -> None:
    """Refuse a table without labels whose columns could as well stand for action profiles."""
    stage = getattr(game, "stage", None)
    if stage is None or labels == (profiles := tuple(" | ".join(p) for p in stage.profiles)):
        return
    named = game.monitoring.meaning(stage)[1]
    if named is None or not len(profiles) == len(labels) == table.shape[-1]:
        return
    place = {tuple(row): y for y, row in enumerate(named.tolist())}
    asked = [place.get(tuple(a > 0 for a in index)) for index in np.ndindex(*stage.shape)]
    if any(y is None or (table[..., y] != table[..., k]).any() for k, y in enumerate(asked)):
        raise InvalidGame(
            f"next has {len(labels)} columns without labels, which may stand for the action profiles {profiles} or "
            f"the signals {labels}. Add signals=game to say that they are the signals of a game."
        )


def _labels(game: Any, who: int) -> tuple[str, ...]:
    """Labels of the signals that a table without game states reads."""
    if hasattr(game, "stage"):
        return tuple(game.signals)
    return tuple(game.signals[0].labels[who] if hasattr(game, "monitoring") else game.states)


def _order(own: Sequence[object], wanted: Sequence[object], what: str, step: str) -> list[int] | None:
    """Places in `own` of the labels `wanted`; None where they stand in the same order."""
    if tuple(own) == tuple(wanted):
        return None
    place = {label: k for k, label in enumerate(own)}
    missing = [label for label in wanted if label not in place]
    if missing:
        raise InvalidGame(
            f"{what} of the automaton are {tuple(own)}; this game has {tuple(wanted)}: no rule for {missing[:4]}. "
            + step
        )
    return [place[label] for label in wanted]
