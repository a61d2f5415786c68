"""Figures: every function takes ``ax=`` and returns the axes it drew on."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["best_replies", "equilibrium_map", "logit_branch", "outcomes", "survival"]

_HOMES = {
    "best_replies": "armsgame.plot.equilibria",
    "equilibrium_map": "armsgame.plot.equilibria",
    "logit_branch": "armsgame.plot.equilibria",
    "outcomes": "armsgame.plot.bars",
    "survival": "armsgame.plot.curves",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'armsgame.plot' has no attribute {name!r}")
