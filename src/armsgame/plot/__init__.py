"""Figures: every function takes ``ax=`` and returns the axes it drew on."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "agreement_map": "armsgame.plot.negotiations",
    "attended": "armsgame.plot.beliefs",
    "basins": "armsgame.plot.populations",
    "belief_fan": "armsgame.plot.crises",
    "best_replies": "armsgame.plot.equilibria",
    "catalogue_picture": "armsgame.plot.catalogue",
    "concession_curves": "armsgame.plot.negotiations",
    "deadline_curve": "armsgame.plot.negotiations",
    "declined": "armsgame.plot.beliefs",
    "conflict_graph": "armsgame.plot.dynamics",
    "equilibrium_map": "armsgame.plot.equilibria",
    "exit_dates": "armsgame.plot.cascades",
    "exit_levels": "armsgame.plot.cascades",
    "exits": "armsgame.plot.treaties",
    "fan": "armsgame.plot.samples",
    "first_causes": "armsgame.plot.bars",
    "hazard": "armsgame.plot.durations",
    "incidence": "armsgame.plot.durations",
    "impulse_response": "armsgame.plot.responses",
    "logit_branch": "armsgame.plot.equilibria",
    "offer_dance": "armsgame.plot.negotiations",
    "outcomes": "armsgame.plot.bars",
    "payoff_distribution": "armsgame.plot.samples",
    "payoff_matrix": "armsgame.plot.matches",
    "payoff_sets": "armsgame.plot.sets",
    "phase_portrait": "armsgame.plot.populations",
    "race_portrait": "armsgame.plot.dynamics",
    "posteriors": "armsgame.plot.beliefs",
    "regime_map": "armsgame.plot.regimes",
    "sample_paths": "armsgame.plot.samples",
    "simplex": "armsgame.plot.populations",
    "snub_map": "armsgame.plot.crises",
    "small_multiples": "armsgame.plot.sets",
    "status_shares": "armsgame.plot.samples",
    "states": "armsgame.plot.graphs",
    "survival": "armsgame.plot.curves",
    "terms_frontier": "armsgame.plot.negotiations",
    "threshold_curves": "armsgame.plot.sets",
    "thresholds": "armsgame.plot.regimes",
    "time_to_event": "armsgame.plot.durations",
    "timeline": "armsgame.plot.events",
    "tree": "armsgame.plot.trees",
    "treaty_incidence": "armsgame.plot.treaties",
    "treaty_thresholds": "armsgame.plot.treaties",
    "calibration": "armsgame.plot.paired",
    "elementary_effects": "armsgame.plot.assumptions",
    "paired_differences": "armsgame.plot.paired",
    "regime_maps": "armsgame.plot.regimes",
    "robustness_region": "armsgame.plot.assumptions",
    "save": "armsgame.plot.saving",
    "sobol_indices": "armsgame.plot.assumptions",
    "tornado": "armsgame.plot.assumptions",
    "tournament": "armsgame.plot.matches",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        found = getattr(import_module(_HOMES[name]), name)
        # importing a module of the same name has just bound the module here
        globals()[name] = found
        return found
    raise AttributeError(f"module 'armsgame.plot' has no attribute {name!r}")
