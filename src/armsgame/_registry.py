"""Who draws and who proves: the one place from which a lower floor asks a higher one, by name."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["draw", "prove"]


def draw(figure: str, *args: Any, **options: Any) -> Any:
    """Call a function of `armsgame.plot` by its name; matplotlib is loaded only now."""
    return getattr(import_module("armsgame.plot"), figure)(*args, **options)


def prove(result: Any) -> Any:
    """Ask `armsgame.proofs` for the proof file of a result."""
    return import_module("armsgame.proofs.proof").proof(result)
