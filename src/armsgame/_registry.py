"""Who draws, proves and knows named policies: the one place from which a lower floor asks a higher one, by name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw", "draw_object", "prove", "treaty_starts"]


def draw(figure: str, *args: object, **options: object) -> Axes:
    """Call a function of `armsgame.plot` by its name; matplotlib is loaded only now."""
    drawn: Axes = getattr(import_module("armsgame.plot"), figure)(*args, **options)
    return drawn


def draw_object(shown: object, *args: object, **options: object) -> Axes:
    """Draw an object with the function that `armsgame.plot` keeps for its type."""
    drawers: dict[str, str] = import_module("armsgame.plot").DRAWERS
    figure = next(drawers[cls.__name__] for cls in type(shown).__mro__ if cls.__name__ in drawers)
    return draw(figure, shown, *args, **options)


def prove(result: object) -> Any:
    """Ask `armsgame.proofs` for the proof file of a result."""
    return import_module("armsgame.proofs.proof").proof(result)


def treaty_starts(game: object) -> dict[str, Any]:
    """Ask `armsgame.treaty` for the named profiles of a treaty's game; none where the game is no treaty's."""
    found: dict[str, Any] = import_module("armsgame.treaty.type_starts").starts_on(game)
    return found
