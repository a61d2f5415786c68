"""Random changes of proof files: an integer, a swap, a dropped or doubled entry, swapped players, moved probability."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

Spot = tuple[Any, Any, Any]


def spots(file: dict[str, Any]) -> tuple[list[Spot], list[Spot]]:
    """List the integers, and all integers and lists, below claim, game, profile and witness: holder, key, value."""
    found: list[Spot] = []
    waiting: list[Spot] = [(file, key, file[key]) for key in ("witness", "profile", "game", "claim") if key in file]
    while waiting:
        spot = waiting.pop()
        value = spot[2]
        if isinstance(value, dict):
            waiting += [(value, key, value[key]) for key in sorted(value, reverse=True)]
        elif isinstance(value, (list, int)):
            found.append(spot)
            waiting += [(value, k, part) for k, part in enumerate(value)] if isinstance(value, list) else []
    return [spot for spot in found if isinstance(spot[2], int)], found


def other_number(value: int, rng: Random) -> int:
    size = max(1, abs(value))
    return rng.choice([value + 1, value - 1, -value, 2 * value, 0, value + rng.randint(-size, size)])


def other_list(value: list[Any], rng: Random) -> list[Any]:
    if not value:
        return [0]
    k, m = rng.randrange(len(value)), rng.randrange(len(value))
    how = rng.randrange(4)
    if how < 3:
        return [value[:k] + value[k + 1 :], value[: k + 1] + value[k:], value[::-1]][how]
    # what one entry loses another gains, so that a law stays a law
    new = json.loads(json.dumps(value))
    for at, step in ((k, 1), (m, -1)):
        if isinstance(new[at], int):
            new[at] += step
        elif isinstance(new[at], list) and new[at] and isinstance(new[at][-1], int):
            new[at][-1] += step
    return new


@contextmanager
def changed(places: tuple[list[Spot], list[Spot]], rng: Random) -> Iterator[None]:
    """Change a file at one or two of its spots, and put everything back at the end."""
    undo: list[Spot] = []
    for _ in range(rng.randint(1, 2)):
        holder, key, value = rng.choice(places[0] if rng.random() < 0.7 else places[1])
        undo.append((holder, key, holder[key]))
        holder[key] = other_list(value, rng) if isinstance(value, list) else other_number(value, rng)
    try:
        yield
    finally:
        for holder, key, value in reversed(undo):
            holder[key] = value


def mutated(file: dict[str, Any], rng: Random) -> dict[str, Any]:
    """A changed copy."""
    with changed(spots(file), rng):
        return json.loads(json.dumps(file))
