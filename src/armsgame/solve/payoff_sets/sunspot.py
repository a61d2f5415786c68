"""Public randomisation: a uniform draw that everybody sees with the signal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from armsgame._checks import check_discount
from armsgame._typing import FloatArray
from armsgame.errors import WrongConcept, invalid
from armsgame.games.monitoring import Monitoring
from armsgame.games.repeated import RepeatedGame

__all__ = ["check_public", "two_states", "with_sunspot"]


def with_sunspot(game: RepeatedGame, cuts: Sequence[float]) -> tuple[RepeatedGame, FloatArray]:
    """Add a public lottery to the signal.

    Parameters
    ----------
    game : RepeatedGame, without detection lag
    cuts : sequence of float
        Points between 0 and 1 at which a uniform draw is cut into cells.

    Returns
    -------
    game : RepeatedGame
        Signals are pairs (old signal, cell), the cell varying fastest, independent of conduct.
    edges : array [C + 1], the edges of the cells from 0 to 1

    Raises
    ------
    InvalidGame
        A cut outside [0, 1].
    """
    given = np.asarray(cuts, dtype=float)
    if not ((given >= 0) & (given <= 1)).all():
        invalid("cuts", list(cuts), "points between 0 and 1")
    edges = np.unique(np.concatenate([[0.0, 1.0], given]))
    if len(edges) == 2:
        cells = np.ones(1)
        labels = list(game.signals)
    else:
        cells = np.diff(edges)
        labels = [f"{s}, lottery {k}" for s in game.signals for k in range(len(cells))]
    loud, named = game.monitoring.meaning(game.stage)
    each = len(labels) // len(loud)
    about = {
        label: None if named is None else np.flatnonzero(named[k // each]).tolist()
        for k, label in enumerate(labels)
        if loud[k // each]
    }
    kernel = game.monitoring.kernel(game.stage)
    joint = (kernel[:, :, None] * cells).reshape(*game.stage.shape, -1)
    return RepeatedGame(game.stage, Monitoring.public(joint, labels, about)), edges


def two_states(game: RepeatedGame, leave: Any, stay: Any) -> tuple[RepeatedGame, Any]:
    """Game with a lottery, and moves [2, Y]: to state 1 with these chances per signal in state 0 and 1."""
    played, edges = with_sunspot(game, np.concatenate([leave, stay]).tolist())
    upper = edges[1:]
    return played, np.stack([(upper <= chance[:, None]).astype(int).ravel() for chance in (leave, stay)])


def check_public(game: Any, discount: float) -> None:
    """Refuse what the searches over public strategies cannot take."""
    if not isinstance(game, RepeatedGame) or game.monitoring.lag != 1:
        raise WrongConcept(
            "this search takes a RepeatedGame without a detection lag; verify single profiles with a lag instead."
        )
    check_discount(discount)
