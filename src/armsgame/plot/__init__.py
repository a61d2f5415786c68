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
    "payoff_sets": "armsgame.plot.sets",
    "posteriors": "armsgame.plot.beliefs",
    "regime_map": "armsgame.plot.regimes",
    "small_multiples": "armsgame.plot.sets",
    "survival": "armsgame.plot.curves",
    "threshold_curves": "armsgame.plot.sets",
    "thresholds": "armsgame.plot.regimes",
    "timeline": "armsgame.plot.events",
    "tree": "armsgame.plot.trees",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        found = getattr(import_module(_HOMES[name]), name)
        # importing a module of the same name has just bound the module here
        globals()[name] = found
        return found
    raise AttributeError(f"module 'armsgame.plot' has no attribute {name!r}")
