"""Random changes of proof files: an integer, a swap, a dropped or doubled entry, swapped players."""

import json


def paths(x, at=()):
    """Every place of a file below claim, game, profile and witness."""
    if isinstance(x, dict):
        for key in sorted(x):
            yield from paths(x[key], (*at, key))
    elif isinstance(x, list):
        yield at, x
        for k, part in enumerate(x):
            yield from paths(part, (*at, k))
    elif isinstance(x, int):
        yield at, x


def put(file, at, value):
    for key in at[:-1]:
        file = file[key]
    file[at[-1]] = value


def mutated(file, rng):
    """A changed copy."""
    other = json.loads(json.dumps(file))
    parts = {key: other[key] for key in ("claim", "game", "profile", "witness") if key in other}
    places = list(paths(parts))
    numbers = [place for place in places if isinstance(place[1], int)]
    for _ in range(int(rng.integers(1, 3))):
        pool = numbers if rng.random() < 0.75 else places
        at, value = pool[int(rng.integers(len(pool)))]
        if isinstance(value, list):
            k = int(rng.integers(len(value))) if value else 0
            change = [value[:k] + value[k + 1 :], value[: k + 1] + value[k:], value[::-1]][int(rng.integers(3))]
        else:
            size = max(1, abs(value))
            change = [
                value + 1,
                value - 1,
                -value,
                2 * value,
                0,
                value + int(rng.integers(-size, size + 1) if size < 2**62 else 1),
            ]
            change = change[int(rng.integers(len(change)))]
        try:
            put(other, at, change)
        except (IndexError, KeyError, TypeError):  # the place is gone after the first change
            continue
    return other
