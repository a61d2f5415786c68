"""One rule for sizes: what a verb would need is reckoned from its sizes before it starts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from math import exp, inf, log, prod
from typing import TypeAlias

from armsgame._checks import check_whole, listed, plain
from armsgame._deadline import ask_time, time_left
from armsgame._shown import Value
from armsgame.errors import InvalidGame, amount, check_known, invalid, short

__all__ = ["Cost", "cost", "require"]

Size: TypeAlias = int | float | Sequence[int]
_Need: TypeAlias = tuple[float, float]

# one operation takes about a nanosecond: some minutes where nothing shows how far a verb is, a day where a bar does
_SILENT, _SHOWN = 1e11, 1e14
# costs are reckoned to about this factor
_SLACK = 5
_ALLOWED: ContextVar[tuple[float, float]] = ContextVar("allowed", default=(0.0, 0.0))


@dataclass(frozen=True, slots=True)
class Cost(Value):
    """What a verb needs at given sizes; an order of magnitude, reckoned before it starts.

    Attributes
    ----------
    verb : str
    sizes : tuple of (name, size)
    operations : float, of about one nanosecond each on one core
    bytes : float, of memory at the same time
    most_operations, most_bytes : float, beyond which the verb refuses
    instead : str, what answers the question at this size
    """

    verb: str
    sizes: tuple[tuple[str, Size], ...]
    operations: float
    bytes: float
    most_operations: float
    most_bytes: float
    instead: str

    @property
    def fits(self) -> bool:
        """Whether the verb starts at these sizes."""
        most, room = _ALLOWED.get()
        return self.operations <= max(self.most_operations, most) and self.bytes <= max(self.most_bytes, room)

    def __str__(self) -> str:
        sizes = ", ".join(f"{name} {_told(size)}" for name, size in self.sizes)
        return f"{self.verb} ({sizes}): about {self.operations:.2g} operations and {_memory(self.bytes)}"

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Inside the block verbs may need as much as this, whatever their limits are.

        Examples
        --------
        >>> large = cost("nash", actions=(400, 400))
        >>> large.fits
        False
        >>> with large.allowed():
        ...     large.fits
        True
        """
        most, room = _ALLOWED.get()
        token = _ALLOWED.set((max(most, self.operations), max(room, self.bytes)))
        try:
            yield
        finally:
            _ALLOWED.reset(token)


def cost(verb: str | Callable[..., object], **sizes: Size) -> Cost:
    """Reckon what a verb needs at given sizes, before anything is built.

    Parameters
    ----------
    verb : str or the verb itself
    sizes : whole numbers, or one per party
        By the names that the verb's cost is told in; a wrong name is answered with the right ones.

    Returns
    -------
    Cost

    Raises
    ------
    InvalidGame
        A verb without a cost model, or sizes that it does not have.

    Notes
    -----
    Verbs call this first and refuse where it does not fit. The models are fitted to timings on one core of a machine of
    2024; they hold to about a factor of five.

    Examples
    --------
    >>> print(cost("nash", actions=(200, 200)))
    nash (actions 200 x 200): about 1.1e+11 operations and 15.4 MiB
    """
    return _cost(verb, _most_bytes(), **sizes)


def _cost(verb: str | Callable[..., object], most_bytes: float, **sizes: Size) -> Cost:
    """Reckon what a verb needs, in a process that may have so much memory."""
    name = verb if isinstance(verb, str) else getattr(verb, "__name__", short(verb))
    check_known("verb {} has no cost model", _MODELS, name)
    model = _MODELS[name]
    if set(sizes) != set(model.sizes):
        invalid(f"sizes of {name}", tuple(sorted(sizes)), f"all of {model.sizes}")
    read = {key: _size(key, sizes[key]) for key in model.sizes}
    try:
        operations, memory = model.need(**read)
    except OverflowError:
        operations = memory = inf
    most = _SHOWN if model.shown else _SILENT
    return Cost(name, tuple(read.items()), operations, memory, most, most_bytes, model.instead)


def require(verb: str, **sizes: Size) -> None:
    """Refuse what a verb cannot finish: raise `InvalidGame` with the number, the limit and the alternative."""
    ask_time()
    plain_sizes = all(type(own) is tuple and {int}.issuperset(map(type, own)) for own in sizes.values())
    found = _known_cost(verb, _most_bytes(), **sizes) if plain_sizes else cost(verb, **sizes)
    left = time_left()
    if left and not _MODELS[verb].shown and found.operations > _SLACK * 1e9 * left:
        raise InvalidGame(
            f"{found}, which is some {found.operations / 1e9:.2g} seconds; budget_seconds leaves {left:.2g}. "
            f"{found.instead} Or raise budget_seconds."
        )
    if not found.fits:
        raise InvalidGame(
            f"{found}; allowed: at most {found.most_operations:.2g} operations and {_memory(found.most_bytes)}. "
            f"{found.instead} To start it all the same, call it inside: with ag.cost({verb!r}, ...).allowed()."
        )


_known_cost = lru_cache(maxsize=1024)(_cost)


@dataclass(frozen=True, slots=True)
class _Model:
    sizes: tuple[str, ...]
    need: Callable[..., _Need]
    instead: str
    shown: bool = False


# Fitted to processor time on one core and to what Python's tracer of memory saw: `python benchmarks/costs.py`.


def _all_paths(actions: tuple[int, ...]) -> _Need:
    # Lemke-Howson from every label
    return 1e7 + 0.7 * float(sum(actions)) ** 4.3, 1e5 + 400.0 * prod(actions)


def _equilibria(actions: tuple[int, ...]) -> _Need:
    # games of up to 62 rows and columns together: the vertices of two polytopes first, as many as fit
    total, paths = sum(actions), _all_paths(actions)
    vertices = min(1.6**total, 1.5e5) if total <= 62 else 0.0
    return paths[0] + 1500.0 * vertices, paths[1] + 450.0 * vertices


def _exact(actions: tuple[int, ...]) -> _Need:
    # measured growth for random games: 2.96 per row and column
    return 4.4e4 * exp(log(1.72) * sum(actions)), 350.0 * 1.7 ** sum(actions)


def _supports(actions: tuple[int, ...]) -> _Need:
    # one system for each choice of supports
    return 1.2e6 * prod(2.0**n - 1 for n in actions), 2e3 * prod(2.0**n - 1 for n in actions)


# bytes of an entry of a linear program: 130 that Python's tracer sees, and the solver's own
_PROGRAM = 250.0


def _entries(actions: tuple[int, ...]) -> float:
    """Entries of the program of a correlated equilibrium."""
    return float(sum((n - 1) * prod(actions) for n in actions))


def _correlated(actions: tuple[int, ...]) -> _Need:
    # the most that all can have together is found soon
    return 5e6 + 1.5e5 * prod(actions), _PROGRAM * _entries(actions)


def _extremes(actions: tuple[int, ...]) -> _Need:
    # what a party has least takes the simplex method long
    rows, cells = sum(n * (n - 1) for n in actions), float(prod(actions))
    return 2e7 + 0.33 * 2 * len(actions) * rows * cells**2, _PROGRAM * _entries(actions)


def _dominance(actions: tuple[int, ...]) -> _Need:
    return 2.7e4 * prod(actions) * sum(actions), 30.0 * _entries(actions)


def _branch(actions: tuple[int, ...]) -> _Need:
    cells = float(prod(actions))
    return 5e6 + 1e3 * cells * sum(actions), 300.0 * cells


def _signals(profiles: int, signals: int) -> _Need:
    return 1.0 * profiles * signals, 8.0 * profiles * signals


def _treaty(profiles: int, signals: int, states: int) -> _Need:
    # joint laws of signal and next state, once as they are built and once in the game
    return 20.0 * profiles * signals * states, 16.0 * profiles * signals * states


def _set(actions: tuple[int, ...]) -> _Need:
    cells = float(prod(actions))
    return 1e6 + 4e3 * cells, 1000.0 * cells


def _simulate(paths: int, periods: int, kept: int) -> _Need:
    # paths are played in lanes of 64, and at most two units of paths at a time are not yet gathered
    lanes = max(paths, 64)
    held = 80.0 * min(paths, kept) + 3.0 * min(paths * periods, kept) + 40.0 * min(paths, 1 << 17)
    return 15.0 * lanes * periods, held + 800.0 * periods


def _law(operations: float, memory: float) -> Callable[..., _Need]:
    """Cost of so many operations and bytes a period."""

    def need(periods: int) -> _Need:
        return operations * periods, memory * periods

    return need


def _directions(directions: int) -> _Need:
    # one linear programme per direction, each over all directions
    return 2e5 * directions + 10.0 * directions**2, 2e3 * directions + 8.0 * directions**2


def _many_starts(starts: int) -> _Need:
    return 2e5 * starts, 500.0 * starts


def _calibrate(particles: int, generations: int, periods: int) -> _Need:
    # all particles at once, period by period
    return (5e5 + 50.0 * particles) * generations * periods, 1e6 + 100.0 * particles * periods


def _dynamics(types: int, points: int) -> _Need:
    return (5e4 + 0.2 * types**2) * points, 32.0 * types**2 + 16.0 * types * points


def _moran(paths: int, steps: int, types: int) -> _Need:
    # who is born is drawn by what all types earn
    return (20.0 + 0.5 * types**2) * paths * steps, 100.0 * paths * types


def _generations(types: int, points: int) -> _Need:
    return (8e3 + 1.0 * types**2) * points, 32.0 * types**2 + (200.0 + 8.0 * types) * points


def _matches(strategies: int, states: int, periods: int, repetitions: int) -> _Need:
    # seats that are alike; suspensions reach half of the pairs of their states
    pairs, joint = float(strategies) ** 2 / 2, float(states) ** 2
    exact = (500.0 + 4.0 * joint) * periods if periods else 1.2e6 + 8e3 * joint
    each = 15.0 * periods * repetitions if repetitions else exact
    return pairs * (each + 5e4), pairs * (600.0 + 64.0 * repetitions)


def _talks(rounds: int, bundles: int) -> _Need:
    # three compiled passes over rounds, each over what can be signed, or one in Python
    return (1e4 + 60.0 * bundles) * rounds, 300.0 * rounds


def _symmetric(choices: int, signals: int) -> _Need:
    # one dense program for each pair of actions
    entries = (2.0 + 2 * signals) * (2 * signals + 4 * choices)
    return choices**2 * (2e6 + 60.0 * entries), 24.0 * entries


def _programs(sequences: int) -> _Need:
    return 1e7 + 40.0 * float(sequences) ** 2, 1000.0 * sequences


def _path(rows: int) -> _Need:
    # as many pivots as rows
    return 1e6 + 0.7 * float(rows) ** 3, 48.0 * float(rows) ** 2


def _tree(nodes: int) -> _Need:
    return 3e4 * nodes, 1000.0 * nodes


def _induction(nodes: int) -> _Need:
    return 1.5e5 * nodes, 1000.0 * nodes


def _campaign(periods: int, inspections: int) -> _Need:
    # laws between all states
    states = float(periods) * (inspections + 1)
    return 2e5 * states + 50.0 * states**2, 55.0 * states**2


def _pairs(pairs: int) -> _Need:
    return 1e6 + 1.5e5 * pairs, 1300.0 * pairs


def _points(evaluations: int, parameters: int) -> _Need:
    return 40.0 * evaluations * parameters, 32.0 * evaluations * parameters


def _regimes(points: int, states: int) -> _Need:
    # some starts with either party first, and a linear system for each reply
    return 1500.0 * points * float(states) ** 2, 1000.0 * points * states


def _evaluations(evaluations: int, parameters: int) -> _Need:
    return 1.2e4 * evaluations, (1400.0 + 32.0 * parameters) * evaluations


_ENUMERATE = "Use method=ag.methods.LemkeHowson(0) for one equilibrium."
_MODELS = {
    "nash": _Model(("actions",), _equilibria, _ENUMERATE),
    "AllLemkeHowson": _Model(("actions",), _all_paths, _ENUMERATE),
    "Exact": _Model(("actions",), _exact, "Use method=ag.methods.AllLemkeHowson()."),
    "many players": _Model(("actions",), _supports, "Use ag.logit_qre, or a smaller game."),
    "correlated": _Model(("actions",), _correlated, "Leave out dominated actions: ag.one_shot.dominance(stage)."),
    "correlated_range": _Model(("actions",), _extremes, "Use ag.correlated(stage, objective) for one objective."),
    "dominance": _Model(("actions",), _dominance, "Use a smaller game."),
    "logit_qre": _Model(("actions",), _branch, "Use ag.nash with method=ag.methods.LemkeHowson(0)."),
    "payoff_set": _Model(("actions",), _set, "Leave out dominated actions: ag.one_shot.dominance(stage)."),
    "signals": _Model(("profiles", "signals"), _signals, "Use fewer actions, or signals that tell fewer apart."),
    "game": _Model(
        ("profiles", "signals", "states"),
        _treaty,
        "Leave out demand or the part with the most moves, take longer periods, or observed='state'.",
    ),
    "simulate": _Model(("paths", "periods", "kept"), _simulate, "Use keep='totals', or fewer paths or periods.", True),
    "withdrawal_law": _Model(
        ("periods",), _law(1.6e4, 64.0), "Use fewer periods; .ever and .mean do not depend on them."
    ),
    **{
        name: _Model(("periods",), _law(*each), "Use fewer periods.")
        for name, each in {
            "impulse_response": (5e4, 1300.0),
            "incidence_law": (2e4, 64.0),
            "outcome_probabilities": (4.4e3, 0.0),
            "fictitious_play": (170.0, 160.0),
            "tie_range": (1.5e5, 64.0),
        }.items()
    },
    "outer_bound": _Model(("directions",), _directions, "Use fewer directions."),
    "replicator": _Model(("types", "points"), _dynamics, "Use fewer types, or ag.populations.moran."),
    "moran": _Model(("paths", "steps", "types"), _moran, "Use fewer steps or paths, or ag.populations.replicator."),
    "ecological": _Model(("types", "points"), _generations, "Use fewer types or generations."),
    "tournament": _Model(
        ("strategies", "states", "periods", "repetitions"),
        _matches,
        "Use fewer strategies, states, periods or repetitions.",
    ),
    "talks": _Model(("rounds", "bundles"), _talks, "Use fewer rounds."),
    "profile": _Model(("pairs",), _pairs, "Use strategies with fewer states."),
    "backward_induction": _Model(("nodes",), _induction, "Use a smaller tree."),
    "zero-sum tree": _Model(("sequences",), _programs, "Use ag.backward_induction where nothing is hidden."),
    "sequence form": _Model(("rows",), _path, "Use ag.backward_induction where nothing is hidden."),
    "best_symmetric": _Model(("choices", "signals"), _symmetric, "Use ag.payoff_set."),
    "tree": _Model(("nodes",), _tree, "Use fewer steps or types."),
    "dresher_game": _Model(("periods", "inspections"), _campaign, "Use fewer periods or inspections."),
    "basins": _Model(("starts",), _many_starts, "Use fewer starts."),
    "calibrate": _Model(
        ("particles", "generations", "periods"), _calibrate, "Use fewer particles, generations or periods.", True
    ),
    "markov_regime": _Model(("points", "states"), _regimes, "Use fewer points, or shorter notice and deadlines."),
    "design": _Model(("evaluations", "parameters"), _points, "Use fewer points.", True),
    "sensitivity": _Model(("evaluations", "parameters"), _evaluations, "Use a smaller base=, or Morris().", True),
}


def _size(field: str, value: Size) -> int | tuple[int, ...]:
    if field == "actions":
        return tuple(check_whole(field, n, 1) for n in listed(field, value, "one whole number per party"))
    return check_whole(field, plain(value), 0)


def _told(size: Size) -> str:
    return " x ".join(map(amount, size if isinstance(size, Sequence) else (int(size),)))


def _memory(count: float) -> str:
    step = next((k for k in range(3) if count < 1024 ** (k + 1)), 3)
    return f"{count / 1024**step:.3g} {('bytes', 'KiB', 'MiB', 'GiB')[step]}"


@cache
def _machine() -> float:
    with suppress(AttributeError, ValueError, OSError):
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return float(1 << 34)


def _most_bytes() -> float:
    """Half of what this process may have."""
    most = _machine()
    with suppress(ImportError, OSError):
        from resource import RLIM_INFINITY, RLIMIT_AS, getrlimit

        soft = getrlimit(RLIMIT_AS)[0]
        most = most if soft == RLIM_INFINITY else min(most, float(soft))
    return most / 2
