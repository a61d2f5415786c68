"""What callers write about private types becomes arrays: payoffs by type, laws of types, games with other payoffs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

import numpy as np

from armsgame._checks import check_labels, check_law, index_of
from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.games.coercion import PublicGame
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame, StochasticGame, payoffs_of
from armsgame.strategies.automaton import Automaton

__all__ = [
    "Laws",
    "LawsLike",
    "Payoffs",
    "by_party",
    "first_types",
    "laws_of",
    "paying",
    "payoffs_of_types",
    "place_of",
    "stages_of",
    "turned_game",
    "turned_rule",
]

_Entry = TypeVar("_Entry")
Laws: TypeAlias = tuple[FloatArray, ...]
LawsLike: TypeAlias = Mapping[str, Mapping[str, float] | ArrayLike] | Sequence[ArrayLike] | FloatArray | None
"""A law of each party's type: {party: {type: probability}}, or one row for each party."""
Payoffs: TypeAlias = Mapping[str, ArrayLike] | Sequence[ArrayLike] | ArrayLike | None
"""What one type gets: one array for each state, by label or in order, or that of the only one; None: as the game."""


def by_party(
    field: str, given: Mapping[str, Mapping[str, _Entry]] | None, players: tuple[str, ...]
) -> dict[str, Mapping[str, _Entry]]:
    """Read a mapping {party: {type: ..}} whose parties are those of the game."""
    if given is None:
        return {}
    if not isinstance(given, Mapping) or any(not isinstance(own, Mapping) for own in given.values()):
        invalid(field, given, f"a mapping {{party: {{type: ..}}}} with parties {players}")
    for party in given:
        if party not in players:
            raise InvalidGame(f"{field} names the party {party!r}. {close_matches(str(party), players)}")
    return dict(given)


def first_types(payoffs: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the payoffs of the first type of each of two parties."""
    if not isinstance(payoffs, Mapping) or len(payoffs) != 2:
        invalid("payoffs", payoffs, "a mapping {party: {type: payoffs}} with two parties")
    for party, own in payoffs.items():
        if not isinstance(own, Mapping) or not own:
            invalid(f"payoffs[{party!r}]", own, "a mapping {type: payoffs} with at least one type")
    others = dict(zip(payoffs, reversed(list(payoffs)), strict=True))
    first = {party: next(iter(own.values())) for party, own in payoffs.items()}
    return {
        party: next(iter(own.values())) if _by_type(own, tuple(map(str, payoffs[others[party]]))) else own
        for party, own in first.items()
    }


def _by_type(given: Any, others: tuple[str, ...]) -> bool:
    """Whether an entry has one part for each type of the other party."""
    return isinstance(given, Mapping) and len(given) == len(others) and {str(m) for m in given} == set(others)


def stages_of(game: PublicGame) -> tuple[StageGame, ...]:
    """Return the stage game of each state."""
    return (game.stage,) if isinstance(game, RepeatedGame) else game.stages


def _states(game: PublicGame) -> tuple[str, ...]:
    return ("one status",) if isinstance(game, RepeatedGame) else game.states


def payoffs_of_types(
    field: str, given: Mapping[str, Any], game: PublicGame, player: int, others: tuple[str, ...]
) -> FloatArray:
    """Payoffs [types, rows] of a party, or [types, types of the other, rows] where some depend on those."""
    by_type = {k: _by_type(v, others) and set(others) != set(_states(game)) for k, v in given.items()}
    rows = {
        k: np.stack([rows_of(f"{field}[{k!r}][{m!r}]", part, game, player) for m, part in _in_order(v, others)])
        if by_type[k]
        else rows_of(f"{field}[{k!r}]", v, game, player)
        for k, v in given.items()
    }
    if not any(by_type.values()):
        return np.stack(list(rows.values()))
    return np.stack([np.broadcast_to(own, (len(others), own.shape[-1])) for own in rows.values()])


def _in_order(given: Mapping[Any, Any], others: tuple[str, ...]) -> list[tuple[str, Any]]:
    parts = {str(m): part for m, part in given.items()}
    return [(m, parts[m]) for m in others]


def rows_of(field: str, given: Any, game: PublicGame, player: int) -> FloatArray:
    """Payoffs [rows] of one type, in the order of the game's rows."""
    stages, states = stages_of(game), _states(game)
    if given is None:
        return np.concatenate([s.payoffs[player].ravel() for s in stages])
    if isinstance(given, Mapping):
        missing = [s for s in states if s not in given]
        if missing or len(given) != len(states):
            invalid(field, list(given), f"one array for each of {len(states)} states", f"Missing: {missing[:5]}.")
        given = [given[s] for s in states]
    sizes = [len(s.profiles) for s in stages]
    try:
        flat = np.array(given, dtype=np.float64) if len(states) == 1 else None
        if flat is None and np.ndim(given[0]) == 0:
            flat = np.array(given, dtype=np.float64)
        parts = [flat] if flat is not None else [np.array(own, dtype=np.float64) for own in given]
    except (TypeError, ValueError, IndexError, KeyError):
        invalid(field, given, f"numbers, one for each of {sum(sizes)} action profiles")
    shapes = [s.shape for s in stages]
    if flat is None or flat.shape != (sum(sizes),):
        if len(parts) != len(stages):
            invalid(f"len({field})", len(parts), f"{len(stages)}, one array for each state")
        for state, part, shape in zip(states, parts, shapes, strict=True):
            if part.shape not in (shape, (1, *shape)):
                where = "" if len(states) == 1 else f" at {state!r}"
                wanted = f"{shape}: every type has the actions of the game"
                invalid(f"{field}.shape{where}", part.shape, wanted)
    rows = np.concatenate([p.ravel() for p in parts])
    if not np.isfinite(rows).all():
        invalid(field, float(rows[~np.isfinite(rows)][0]), "finite numbers", "Replace NaN and infinities.")
    return rows


def paying(game: PublicGame, rows: tuple[FloatArray, ...]) -> PublicGame:
    """Return the same game with other payoffs [rows] for each party."""
    if all(np.array_equal(own, new) for own, new in zip(_all_payoffs(game), rows, strict=True)):
        return game
    if isinstance(game, StochasticGame):
        return game.paying(rows)
    stage = game.stage
    payoffs = [own.reshape(stage.shape) for own in rows]
    return RepeatedGame(StageGame(payoffs, players=stage.players, actions=stage.actions), game.monitoring)


def _all_payoffs(game: PublicGame) -> list[FloatArray]:
    """All payoffs of each party, in one row."""
    if isinstance(game, StochasticGame):
        return payoffs_of(game)
    return [own.ravel() for own in game.stage.payoffs]


def turned_game(game: PublicGame) -> PublicGame:
    """Return the same game with the parties in the other order."""
    stages = [
        StageGame(s.payoffs[::-1].swapaxes(1, 2), players=s.players[::-1], actions=s.actions[::-1])
        for s in stages_of(game)
    ]
    if isinstance(game, RepeatedGame):
        seen = game.monitoring
        about = seen.about and tuple(
            (y, who and tuple(game.players[game.stage.player(p)] for p in who)) for y, who in seen.about
        )
        words = _turned_words(game)
        turned = replace(
            seen,
            rates=(seen.rates[0][::-1], seen.rates[1][::-1]),
            table=None if seen.table is None else seen.table.swapaxes(0, 1),
            labels=seen.labels and tuple(words.get(y, y) for y in seen.labels),
            about=about,
        )
        return RepeatedGame(stages[0], turned)
    shapes = [s.shape for s in game.stages]
    count = len(game.states)
    return StochasticGame(
        stages,
        [law.swapaxes(0, 1) for law in game.transitions] if game.signals is None else None,
        states=game.states,
        observed=game.observed,
        signals=None if game.signals is None else [law.swapaxes(0, 1) for law in game.signals],
        signal_labels=None if game.signals is None else game.signal_labels,
        initial=game.initial,
        events={
            name: [m.reshape(*w, count).swapaxes(0, 1).reshape(-1, count) for m, w in zip(masks, shapes, strict=True)]
            for name, masks in game.events.items()
        },
    )


def _turned_words(game: RepeatedGame) -> dict[str, str]:
    """Labels of signals that report profiles, each with the one that names the parties in the other order."""
    words = {" | ".join(p): " | ".join(p[::-1]) for p in game.stage.profiles}
    return words if game.monitoring.about is None and words.keys() >= set(game.signals) else {}


def turned_rule(rule: object, game: PublicGame) -> object:
    """Return a rule that reads in the turned game what it reads in the game; a table gets labels for that."""
    if not isinstance(rule, Automaton) or rule.reads != "signals":
        return rule
    table, signals = rule.next, rule.signals
    heard: object = signals
    if isinstance(game, RepeatedGame) and isinstance(table, np.ndarray):
        labels = game.signals if signals is None else tuple(signals)
        if len(labels) == table.shape[-1]:
            words = _turned_words(game)
            heard = [words.get(str(y), y) for y in labels]
    elif isinstance(game, StochasticGame) and isinstance(table, Mapping) and not game.imperfect:
        lists = signals if isinstance(signals, Mapping) else {s: game.outcomes(s) for s in table}
        heard = {s: [_other_first(outcome) for outcome in own] for s, own in lists.items()}
    return Automaton(rule.outputs, table, states=rule.states, actions=rule.actions, initial=rule.initial, signals=heard)


def _other_first(outcome: Any) -> tuple[Any, ...]:
    first, second, *rest = outcome
    return second, first, *rest


def place_of(kind: int | str, own: tuple[str, ...], party: str) -> int:
    """Return the index of a type of a party."""
    return index_of(kind, own, f"type of {party}")


def laws_of(field: str, given: LawsLike, players: tuple[str, ...], types: tuple[tuple[str, ...], ...]) -> Laws:
    """Read the law of each party's type."""
    if given is None:
        given = {}
    if not isinstance(given, Mapping):
        try:
            given = dict(zip(players, given, strict=True))
        except (TypeError, ValueError):
            invalid(field, given, f"{{party: {{type: probability}}}}, or one row for each of {players}")
    for party in given:
        if party not in players:
            raise InvalidGame(f"{field} names the party {party!r}. {close_matches(str(party), players)}")
    found = []
    for party, own in zip(players, types, strict=True):
        row = given.get(party)
        if row is None:
            if len(own) > 1:
                raise InvalidGame(
                    f"{field} says nothing of {party}, which has the types {own}; give a probability for each: "
                    f"{field}={{{party!r}: {{{own[0]!r}: .., {own[1]!r}: ..}}}}."
                )
            row = [1.0]
        if isinstance(row, Mapping):
            check_labels(f"{field}[{party!r}]", tuple(row), len(own), "")
            named = {str(kind): p for kind, p in row.items()}
            for kind in named:
                place_of(kind, own, party)
            row = [named[k] for k in own]
        law = check_law(f"{field}[{party!r}]", row, len(own), f"probabilities of the types {own}")
        found.append(law)
    return tuple(found)
