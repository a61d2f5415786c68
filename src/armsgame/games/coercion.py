"""What a verb is given becomes the game that it reads, at one place; what cannot is told the step that works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias, TypeVar, overload

import numpy as np

from armsgame.errors import WrongConcept
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.private import PrivateGame
from armsgame.games.private_states import PrivateStochasticGame
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame, StochasticGame
from armsgame.games.tree_advice import other_verbs

PublicGame: TypeAlias = RepeatedGame | StochasticGame
TimedGame: TypeAlias = RepeatedGame | StochasticGame | PrivateGame | PrivateStochasticGame


class Modelled(Protocol):
    """What stands for a game: a `Treaty`, a `Scenario` with its default question, a model of the catalogue.

    Where it has a ``one_status`` too, verbs that read a RepeatedGame alone take that, the game of conduct.
    """

    def game(self) -> Any:
        """Build the game."""


_A = TypeVar("_A")
_B = TypeVar("_B")
_C = TypeVar("_C")
_D = TypeVar("_D")
_One = TypeVar("_One", StageGame, ExtensiveGame)


@overload
def game_of(verb: str, given: object, a: type[_A], /) -> _A: ...
@overload
def game_of(verb: str, given: object, a: type[_A], b: type[_B], /) -> _A | _B: ...
@overload
def game_of(verb: str, given: object, a: type[_A], b: type[_B], c: type[_C], /) -> _A | _B | _C: ...
@overload
def game_of(verb: str, given: object, a: type[_A], b: type[_B], c: type[_C], d: type[_D], /) -> _A | _B | _C | _D: ...
def game_of(verb: str, given: object, *kinds: type) -> object:
    """Return the game that a verb reads.

    Parameters
    ----------
    verb : str, its name, for the message
    given : a game, or what is `Modelled`
    kinds : classes of games that the verb takes

    Raises
    ------
    WrongConcept
        Anything else, with the step that works.

    Examples
    --------
    >>> stage = StageGame.from_bimatrix([[2, 0], [3, 1]], [[2, 3], [0, 1]])
    >>> game_of("verify", stage, RepeatedGame)
    Traceback (most recent call last):
        ...
    armsgame.errors.WrongConcept: verify takes a RepeatedGame, not a StageGame. Wrap it: RepeatedGame(stage).
    """
    if isinstance(given, kinds):
        return given
    if not isinstance(given, type):
        conduct = getattr(given, "one_status", None)
        if callable(conduct) and RepeatedGame in kinds and StochasticGame not in kinds:
            return conduct()
        build = getattr(given, "game", None)
        if callable(build) and (StochasticGame in kinds or not callable(conduct)):
            found = build()
            if isinstance(found, kinds):
                return found
    names = [k.__name__ for k in kinds]
    listed = " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    article = "an" if listed[0] in "AEIOU" else "a"
    raise WrongConcept(f"{verb} takes {article} {listed}, not {described(given)}. {_step(given, kinds)}")


def one_game(verb: str, given: object, kind: type[_One], step: str = "Index it: game[0].") -> _One:
    """Return the game that a verb reads, which is no batch of games."""
    found = game_of(verb, given, kind)
    if found.batch:
        raise WrongConcept(f"{verb} takes one game; this {kind.__name__} has batch axes {found.batch}. {step}")
    return found


def public_game(verb: str, given: object) -> PublicGame:
    """Return the game in time that a verb about public play reads."""
    return game_of(verb, given, RepeatedGame, StochasticGame)


def timed_game(verb: str, given: object) -> TimedGame:
    """Return the game in time that a verb about any play reads, private signals or not."""
    return game_of(verb, given, RepeatedGame, StochasticGame, PrivateGame, PrivateStochasticGame)


def as_states(verb: str, given: object) -> StochasticGame:
    """Return the game in public states that a verb reads; a RepeatedGame is that of one state."""
    found = public_game(verb, given)
    return found.as_stochastic() if isinstance(found, RepeatedGame) else found


def described(given: object) -> str:
    """Name what was given, for a message."""
    if given is None:
        return "None"
    if isinstance(given, type):
        return f"the class {given.__name__}"
    if isinstance(given, str):
        return f"the text {given!r}"
    name = type(given).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"


def _step(given: object, kinds: tuple[type, ...]) -> str:
    """Sentence with a step that this verb, or another one, takes; none leads back."""
    stage, tree = StageGame in kinds, ExtensiveGame in kinds
    private = PrivateGame in kinds and RepeatedGame not in kinds
    if isinstance(given, type):
        return f"Make one: {given.__name__}(..)."
    if isinstance(given, str):
        return f"Load a dossier by its name, load_scenario({given!r}), or a file, read_nfg(path) or read_efg(path)."
    if isinstance(given, StageGame):
        if private:
            return "Add what each party sees: PrivateGame(stage, Monitoring.private(kernel))."
        return "A one-shot game is solved by nash(stage)." if tree else _wrapped("stage", kinds)
    if isinstance(given, ExtensiveGame):
        return f"Reduce it: strategic_form(game). {other_verbs(given)}" if stage else other_verbs(given)
    if isinstance(given, (RepeatedGame, PrivateGame)) and stage:
        private_play = " For private signals ask verify_private(game, profile, discount=..)."
        return "Its stage game is game.stage." + (private_play if isinstance(given, PrivateGame) else "")
    if isinstance(given, (StochasticGame, PrivateStochasticGame)) and stage:
        inner = "game" if isinstance(given, StochasticGame) else "game.game"
        return f"The game of a state is {inner}.stages[0]."
    if isinstance(given, RepeatedGame) and StochasticGame in kinds:
        return "As a game of one state it is game.as_stochastic()."
    if isinstance(given, (RepeatedGame, StochasticGame)):
        return "Public play in time: verify(game, profile, discount=..), markov_perfect(game, discount=..)."
    if isinstance(given, PrivateGame):
        return "Private signals: verify_private(game, profile, discount=..), simulate(game, profile, ..)."
    if isinstance(given, PrivateStochasticGame):
        return "Private signals in public states: simulate(game, profile, ..), stationary(game, profile)."
    if callable(getattr(given, "one_status", None)):
        if stage:
            return "The one-shot game of conduct is one_status().stage of it."
        return "In time: verify(treaty, profile, discount=..), markov_perfect(treaty, discount=..)."
    own = getattr(given, "game", None)
    if callable(own):
        return f"Its game is {described(own())}: ask {_verb_for(own())}."
    if isinstance(own, (StageGame, ExtensiveGame, RepeatedGame, StochasticGame, PrivateGame)):
        return f"It belongs to a game: {'pass its .game' if isinstance(own, kinds) else _verb_for(own)}."
    if hasattr(given, "data_vars"):
        return "A sweep's result holds numbers by parameter; pass the model that was swept."
    if tree:
        return "Build one: ExtensiveGame(players, Move(..)), or read one: read_efg(path)."
    matrices = "StageGame.from_bimatrix(A, B)"
    if isinstance(given, (list, tuple, np.ndarray, Mapping)) or given is None:
        return (
            f"Build one: {matrices if stage else _wrapped(matrices, kinds).removeprefix('Wrap it: ')}".rstrip(".") + "."
        )
    return f"Pass a game, or a Treaty; from matrices: {matrices if stage else f'RepeatedGame({matrices})'}."


def _wrapped(stage: str, kinds: tuple[type, ...]) -> str:
    if RepeatedGame in kinds:
        return f"Wrap it: RepeatedGame({stage})."
    if PrivateGame in kinds:
        return f"Wrap it: PrivateGame({stage}, Monitoring.private(kernel))."
    return f"Wrap it: RepeatedGame({stage}).as_stochastic()."


def _verb_for(game: object) -> str:
    if isinstance(game, StageGame):
        return "nash(stage)"
    if isinstance(game, ExtensiveGame):
        return "agent_branch(game)"
    return "verify_private(game, ..)" if isinstance(game, PrivateGame) else "verify(game, profile, discount=..)"
