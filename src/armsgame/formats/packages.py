"""Games to and from other packages; each is imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING

import numpy as np

from armsgame.errors import InvalidGame, WrongConcept, invalid
from armsgame.formats.nfg import write_nfg
from armsgame.games.coercion import Modelled, one_game
from armsgame.games.stage import StageGame

if TYPE_CHECKING:
    import nashpy
    import pygambit


def to_nashpy(stage: StageGame | Modelled) -> nashpy.Game:
    """Give a two-player game to nashpy.

    Parameters
    ----------
    stage : StageGame
        One game of two players.

    Returns
    -------
    nashpy.Game
        Both matrices indexed [row, column]. Labels are lost.

    Raises
    ------
    WrongConcept
        Another number of players, or batch axes.
    InvalidGame
        nashpy is not installed.
    """
    stage = one_game("to_nashpy", stage, StageGame)
    if len(stage.players) != 2:
        raise WrongConcept(
            f"nashpy solves games of 2 players; this one has {len(stage.players)}. "
            "Use nash(stage), or to_gambit(stage)."
        )
    try:
        import nashpy
    except ImportError:
        raise InvalidGame("nashpy is not installed; install it with `pip install nashpy`.") from None
    return nashpy.Game(stage.payoffs[0].copy(), stage.payoffs[1].copy())


def from_nashpy(
    game: object,
    *,
    players: Sequence[str] = ("row", "column"),
    actions: Sequence[str] | Sequence[Sequence[str]] | None = None,
) -> StageGame:
    """Take a game from nashpy.

    Parameters
    ----------
    game : nashpy.Game
    players, actions : optional
        Labels as in `StageGame`; nashpy has none.

    Returns
    -------
    StageGame

    Raises
    ------
    InvalidGame
        Something else than two equal matrices; nashpy accepts more when it builds a game.
    """
    matrices = getattr(game, "payoff_matrices", None)
    if matrices is None:
        invalid("game", type(game).__name__, "a nashpy.Game", "Raw matrices: StageGame.from_bimatrix(A, B).")
    if len(matrices) != 2:
        invalid("game.payoff_matrices", f"of {len(matrices)} matrices", "two matrices")
    try:
        A, B = (np.asarray(m, dtype=np.float64) for m in matrices)
    except (TypeError, ValueError) as fault:
        raise InvalidGame(f"game.payoff_matrices cannot be read as numbers ({fault}).") from None
    if A.ndim != 2 or A.shape != B.shape:
        invalid("game.payoff_matrices", (A.shape, B.shape), "two equal shapes [A0, A1]")
    return StageGame.from_bimatrix(A, B, players=players, actions=actions)


def to_gambit(stage: StageGame | Modelled, *, title: str = "") -> pygambit.Game:
    """Give a game to pygambit.

    Parameters
    ----------
    stage : StageGame
        One game of any number of players.
    title : str

    Returns
    -------
    pygambit.Game
        Payoffs as rationals where a float is the nearest one to a simple fraction.

    Raises
    ------
    WrongConcept
        The game has batch axes.
    InvalidGame
        pygambit is not installed.
    """
    stage = one_game("to_gambit", stage, StageGame)
    text = write_nfg(stage, title=title)
    try:
        import pygambit
    except ImportError:
        raise InvalidGame(
            "pygambit is not installed; install it with `pip install pygambit` (it may have to be compiled), or give "
            "Gambit the file that write_nfg(stage, path) writes."
        ) from None
    # read_nfg replaced Game.parse_game in pygambit 16.2
    read = getattr(pygambit, "read_nfg", None)
    return read(StringIO(text)) if read is not None else pygambit.Game.parse_game(text)
