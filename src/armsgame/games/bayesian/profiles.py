"""Profiles by type: a strategy for every type of each party, lowered onto the dynamics of the game."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np

from armsgame._checks import as_law
from armsgame._shown import Value
from armsgame._typing import FloatArray, IntArray, NumberArray
from armsgame.errors import InvalidGame, WrongConcept, close_matches
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.dynamics import Dynamics, exactly, lower_one
from armsgame.strategies.automaton import Automaton

__all__ = ["LoweredTypes", "lower_types", "read_profile"]

Strategies: TypeAlias = tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class LoweredTypes(Value):
    """A profile by type on the dynamics of a Bayesian game.

    Attributes
    ----------
    game : BayesianGame
    dynamics : Dynamics, with the payoffs of the first types
    payoffs : per party, array [K, rows], or [K, types of the other, rows]
    automata : per party, per type, Automaton
    laws : per party, per type, per game state, array [Q, A]; all numbers are rational where the dynamics are exact
    moves : per party, per type, int array [Q, branches]: next automaton state
    """

    _owned: ClassVar[bool] = True

    game: BayesianGame
    dynamics: Dynamics
    payoffs: tuple[NumberArray, ...]
    automata: tuple[tuple[Automaton, ...], ...]
    laws: tuple[tuple[tuple[NumberArray, ...], ...], ...]
    moves: tuple[tuple[IntArray, ...], ...]

    def rows(self, party: int, kind: int, other: int) -> NumberArray:
        """Payoffs [rows] of a type of a party against a type of the other."""
        own: NumberArray = self.payoffs[party][kind]
        return own if own.ndim == 1 else own[other]

    @property
    def exact(self) -> bool:
        """Whether all numbers are rational."""
        return bool(self.dynamics.prob.dtype == object)


def read_profile(game: BayesianGame, profile: object) -> Strategies:
    """Read a profile as one strategy per party and type.

    Parameters
    ----------
    game : BayesianGame
    profile : mapping {party: strategy} or {party: {type: strategy}}, or a sequence with one entry per party
        One strategy for a party is that of all its types. Commitment types need none, and keep theirs. What has such
        a ``profile`` (an equilibrium) stands for it.

    Raises
    ------
    InvalidGame
        A party or a type without a strategy, or one that the game does not know.
    """
    profile = getattr(profile, "profile", profile)
    if isinstance(profile, Mapping):
        for party in profile:
            if party not in game.players:
                raise InvalidGame(f"profile names the party {party!r}. {close_matches(str(party), game.players)}")
        entries = [profile.get(party) for party in game.players]
    elif isinstance(profile, Sequence) and not isinstance(profile, (str, Automaton)) and len(profile) == 2:
        entries = list(profile)
    else:
        raise InvalidGame(
            f"profile is {profile!r}; allowed: {{party: {{type: strategy}}}}, or one entry for each of {game.players}."
        )
    return tuple(_strategies(game, i, own) for i, own in enumerate(entries))


def _strategies(game: BayesianGame, i: int, given: object) -> tuple[object, ...]:
    party, kinds = game.players[i], game.types[i]
    fixed = {k: v for (p, k), v in game.commitments.items() if p == party}
    if isinstance(given, Mapping):
        for kind in given:
            if kind not in kinds:
                raise InvalidGame(f"profile[{party!r}] names the type {kind!r}. {close_matches(str(kind), kinds)}")
            if kind in fixed and given[kind] != fixed[kind]:
                raise InvalidGame(f"profile[{party!r}][{kind!r}] is given, but this type is committed; leave it out.")
        own = {**given, **fixed}
    else:
        own = {} if given is None else dict.fromkeys(kinds, given)
        own |= fixed
    missing = [k for k in kinds if k not in own]
    if missing:
        raise InvalidGame(
            f"profile[{party!r}] has no strategy for the types {', '.join(map(repr, missing))}; give one for each of "
            f"{kinds}."
        )
    return tuple(own[k] for k in kinds)


def lower_types(
    game: BayesianGame, profile: object, *, exact: bool = False, dynamics: Dynamics | None = None
) -> LoweredTypes:
    """Lower a profile by type onto a Bayesian game.

    Parameters
    ----------
    game : BayesianGame
    profile : as in `read_profile`
    exact : bool
        Laws in rational numbers.
    dynamics : Dynamics, optional
        What ``game.dynamics(exact=exact)`` returned before; it saves building them again.

    Raises
    ------
    InvalidGame
        A strategy that does not fit the game.
    WrongConcept
        A strategy that reads conduct which nobody else sees.
    """
    strategies = read_profile(game, profile)
    dyn = game.dynamics(exact=exact) if dynamics is None else dynamics
    outcome = public_outcomes(dyn)
    known: dict[tuple[int, int], tuple[Automaton, tuple[NumberArray, ...], IntArray]] = {}
    automata, laws, moves = [], [], []
    for i, own in enumerate(strategies):
        found = []
        for kind, strategy in zip(game.types[i], own, strict=True):
            # types that share a strategy share what it is lowered to
            if (i, id(strategy)) not in known:
                try:
                    one = lower_one(game.game, dyn, strategy, i)
                except (InvalidGame, WrongConcept) as fault:
                    raise type(fault)(f"type {kind!r} of {game.players[i]}: {fault}") from None
                # a table for each game state is read by public outcome
                if not isinstance(one.automaton.next, Mapping):
                    _public(one.moves, dyn, outcome, game.players[i], kind)
                own_laws = tuple(_rational(law) for law in one.laws) if exact else one.laws
                known[i, id(strategy)] = (one.automaton, own_laws, one.moves)
            found.append(known[i, id(strategy)])
        automata.append(tuple(f[0] for f in found))
        laws.append(tuple(f[1] for f in found))
        moves.append(tuple(f[2] for f in found))
    payoffs = tuple(exactly(own) for own in game.payoffs) if exact else game.payoffs
    return LoweredTypes(game, dyn, payoffs, tuple(automata), tuple(laws), tuple(moves))


def public_outcomes(dyn: Dynamics) -> IntArray:
    """Index of the public outcome of each branch, within its state."""
    if dyn.hidden or (dyn.outcome if dyn.outcome is not None else dyn.signal).ndim > 1:
        raise WrongConcept(
            "types are verified where all that is seen is public; in this game parties see different things."
        )
    return dyn.signal if dyn.outcome is None else dyn.outcome


def _public(moves: IntArray, dyn: Dynamics, outcome: IntArray, party: str, kind: str) -> None:
    """Refuse an automaton that moves differently after the same public outcome."""
    source = np.repeat(np.arange(len(dyn.states)), np.diff(dyn.branch[dyn.first]))
    code = source * (int(outcome.max()) + 1) + outcome
    _, first, back = np.unique(code, return_index=True, return_inverse=True)
    if (moves != moves[:, first[back]]).any():
        raise WrongConcept(
            f"the strategy of {party}, type {kind!r}, reads its own action, which the other party does not see; types "
            "are verified for public strategies. Let next have shape [Q, Y]."
        )


def _rational(law: FloatArray) -> NumberArray:
    return np.array([as_law(row) for row in law], dtype=object)
