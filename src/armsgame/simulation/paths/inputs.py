"""What `simulate` may be given: first states, schedules, shocks, and games drawn for each path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from armsgame._checks import check_law, check_probability, check_whole, index_of, is_whole
from armsgame.errors import InvalidGame, invalid
from armsgame.games.coercion import timed_game
from armsgame.games.dynamics import Dynamics, Play, lower
from armsgame.simulation.paths.program import Segment

# half of the key of the generators that draw games, so that they share nothing with the paths
_DRAW = 0xFFFFFFFE


def segments_of(
    game: object, profile: Sequence[object], periods: int, schedule: Sequence[Any] = (), shocks: Sequence[object] = ()
) -> tuple[Segment, ...]:
    """Cut the horizon where the game changes, a state is forced, or an action is."""
    first = lower(timed_game("play", game), profile)
    plays = {0: first}
    if isinstance(schedule, (str, Mapping)) or not isinstance(schedule, Sequence):
        invalid("schedule", schedule, "a sequence of (period, game)")
    for k, item in enumerate(schedule):
        if not isinstance(item, Sequence) or len(item) != 2:
            invalid(f"schedule[{k}]", item, "(period, game)")
        at = check_whole(f"schedule[{k}] period", item[0], 1, periods - 1)
        plays[at] = _fitting(lower(timed_game(f"schedule[{k}]", item[1]), profile), first, f"schedule[{k}]")
    if list(plays) != sorted(plays) or len(plays) != len(schedule) + 1:
        invalid("schedule", [item[0] for item in schedule], "rising periods, each at least 1")
    force: dict[int, int] = {}
    acts: dict[int, list[tuple[int, str | int]]] = {}
    for k, item in enumerate(shocks):
        if not isinstance(item, Sequence) or len(item) != 2:
            invalid(f"shocks[{k}]", item, "(period, state label) or (period, {party: action})")
        at = check_whole(f"shocks[{k}] period", item[0], 0, periods - 1)
        if isinstance(item[1], Mapping):
            for party, action in item[1].items():
                acts.setdefault(at, []).append((index_of(party, first.dynamics.players, f"shocks[{k}] party"), action))
        else:
            force[at] = index_of(item[1], first.dynamics.states, f"shocks[{k}] state")
    cuts = sorted({0, *plays, *force, *acts, *(at + 1 for at in acts if at + 1 < periods)})
    found = []
    play = first
    for begin, end in zip(cuts, [*cuts[1:], periods], strict=True):
        play = plays.get(begin, play)
        found.append(Segment(begin, end, _acting(play, acts.get(begin, [])), force.get(begin)))
    return tuple(found)


def start_law(dynamics: Dynamics, start: Any) -> tuple[Any, list[int]]:
    """First game state, or integer bounds of its law, and the states that have a chance of it."""
    names = dynamics.states
    if start is None:
        return dynamics.start, [dynamics.start]
    if isinstance(start, str) or is_whole(start):
        state = index_of(start, names, "start")
        return state, [state]
    given = start
    if isinstance(start, Mapping):
        given = np.zeros(len(names))
        for label, p in start.items():
            given[index_of(label, names, "start")] = check_probability(f"start[{label!r}]", p)
    law = check_law("start", given, len(names), "probabilities of states")
    bounds = np.floor(np.cumsum(law) * 2.0**32 + 0.5).astype(np.uint64)
    bounds[np.flatnonzero(law)[-1] :] = 1 << 32
    return bounds, np.flatnonzero(law).tolist()


def drawn_games(
    draw: Callable[[np.random.Generator], object], profile: object, ids: range, key: Any
) -> tuple[list[tuple[Any, Any]], Any]:
    """Games that `draw` returns, each once, and the index of the one that each path plays."""
    found: dict[Any, int] = {}
    games: list[tuple[Any, Any]] = []
    group = np.empty(len(ids), np.int64)
    for n, path in enumerate(ids):
        # the path stands in the counter: a stream of its own, whatever the other paths do
        own = np.random.Generator(np.random.Philox(key=[int(key), _DRAW], counter=[0, 0, path, 0]))
        drawn = draw(own)
        game, plan = drawn if isinstance(drawn, tuple) else (drawn, profile)
        if not hasattr(game, "dynamics") or plan is None:
            raise InvalidGame(f"draw returned {drawn!r}; allowed: a game, or (game, profile) where profile is None.")
        code = (game, tuple(p if hasattr(p, "on") else tuple(np.asarray(p).tolist()) for p in plan))
        if code not in found:
            found[code] = len(games)
            games.append((game, plan))
        group[n] = found[code]
    return games, group


def _fitting(play: Play, first: Play, field: str) -> Play:
    ours, theirs = first.dynamics, play.dynamics
    for name in ("players", "states", "actions"):
        if getattr(ours, name) != getattr(theirs, name):
            raise InvalidGame(f"{field}: the game has other {name} than the first; only laws and payoffs may change.")
    if tuple(ours.events) != tuple(theirs.events):
        raise InvalidGame(f"{field}: events {tuple(theirs.events)} differ from {tuple(ours.events)} of the first game.")
    if [a.states for a in play.automata] != [a.states for a in first.automata]:
        raise InvalidGame(f"{field}: the profile becomes other automata in this game; their states must be the same.")
    return play


def _acting(play: Play, acts: list[tuple[int, str | int]]) -> Play:
    laws = list(play.laws)
    for player, action in acts:
        own = []
        offered = [actions[player] for actions in play.dynamics.actions]
        if not isinstance(action, str):
            meant = {names[index_of(action, names, "forced action")] for names in offered}
            if len(meant) > 1:
                invalid("shocks action", action, f"a label: by state this index stands for {sorted(meant)}")
            action = meant.pop()
        for s, law in enumerate(laws[player]):
            # a state that does not offer the action keeps its plan
            known = action in offered[s]
            own.append(np.tile(np.eye(law.shape[1])[offered[s].index(action)], (len(law), 1)) if known else law)
        if all(a is b for a, b in zip(own, laws[player], strict=True)):
            invalid("shocks action", action, f"an action of {play.dynamics.players[player]}")
        laws[player] = tuple(own)
    return replace(play, laws=tuple(laws)) if acts else play
