"""Who draws, proves and knows named policies: the one place that loads a module of the library by its name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import ModuleType

    from matplotlib.axes import Axes

    from armsgame.proofs.write import Proof

__all__ = ["draw", "draw_object", "prove", "room", "treaty_starts"]


def room(name: str) -> ModuleType:
    """Load a module of the library by its full name, for packages whose names are attached on first use."""
    return import_module(name)


def draw(figure: str, *args: object, **options: object) -> Axes:
    """Call a function of `armsgame.plot` by its name; matplotlib is loaded only now."""
    drawn: Axes = getattr(import_module("armsgame.plot"), figure)(*args, **options)
    return drawn


def draw_object(shown: object, *args: object, **options: object) -> Axes:
    """Draw an object with the function that `armsgame.plot` keeps for its type."""
    drawers: dict[str, str] = import_module("armsgame.plot").DRAWERS
    figure = next(drawers[cls.__name__] for cls in type(shown).__mro__ if cls.__name__ in drawers)
    return draw(figure, shown, *args, **options)


def prove(result: object, **options: object) -> Proof:
    """Ask `armsgame.proofs` for the proof file of a result."""
    found: Proof = import_module("armsgame.proofs.proof").proof(result, **options)
    return found


def treaty_starts(game: object, names: Collection[str] | None = None) -> dict[str, object]:
    """Ask `armsgame.treaty` for the named profiles of a treaty's game; none where the game is no treaty's."""
    found: dict[str, object] = import_module("armsgame.treaty.type_starts").starts_on(game, names)
    return found
