"""Figures: every function takes ``ax=`` and returns the axes it drew on."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "attended": "armsgame.plot.beliefs",
    "best_replies": "armsgame.plot.equilibria",
    "declined": "armsgame.plot.beliefs",
    "equilibrium_map": "armsgame.plot.equilibria",
    "logit_branch": "armsgame.plot.equilibria",
    "outcomes": "armsgame.plot.bars",
    "posteriors": "armsgame.plot.beliefs",
    "regime_map": "armsgame.plot.regimes",
    "survival": "armsgame.plot.curves",
    "thresholds": "armsgame.plot.regimes",
    "timeline": "armsgame.plot.events",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'armsgame.plot' has no attribute {name!r}")
