"""Figures: every function takes ``ax=`` and returns the axes it drew on."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "agreement_map": "armsgame.plot.negotiations",
    "attended": "armsgame.plot.studies.beliefs",
    "basins": "armsgame.plot.populations.dynamics",
    "belief_fan": "armsgame.plot.studies.crises",
    "best_replies": "armsgame.plot.solve.one_shot",
    "catalogue_picture": "armsgame.plot.catalogue",
    "concession_curves": "armsgame.plot.negotiations",
    "deadline_curve": "armsgame.plot.negotiations",
    "declined": "armsgame.plot.studies.beliefs",
    "conflict_graph": "armsgame.plot.treaty.conflict_and_races",
    "equilibrium_map": "armsgame.plot.solve.one_shot",
    "exit_dates": "armsgame.plot.treaty.cascades",
    "exit_levels": "armsgame.plot.treaty.cascades",
    "exits": "armsgame.plot.studies.treaties",
    "fan": "armsgame.plot.runs.samples",
    "first_causes": "armsgame.plot.runs.outcome_bars",
    "hazard": "armsgame.plot.runs.durations",
    "incidence": "armsgame.plot.runs.durations",
    "impulse_response": "armsgame.plot.runs.impulse",
    "logit_branch": "armsgame.plot.solve.one_shot",
    "offer_dance": "armsgame.plot.negotiations",
    "outcomes": "armsgame.plot.runs.outcome_bars",
    "payoff_distribution": "armsgame.plot.runs.samples",
    "payoff_matrix": "armsgame.plot.populations.tournament",
    "payoff_sets": "armsgame.plot.solve.payoff_sets",
    "phase_portrait": "armsgame.plot.populations.dynamics",
    "race_portrait": "armsgame.plot.treaty.conflict_and_races",
    "posteriors": "armsgame.plot.studies.beliefs",
    "regime_map": "armsgame.plot.studies.regimes",
    "sample_paths": "armsgame.plot.runs.samples",
    "simplex": "armsgame.plot.populations.dynamics",
    "snub_map": "armsgame.plot.studies.crises",
    "small_multiples": "armsgame.plot.solve.payoff_sets",
    "status_shares": "armsgame.plot.runs.samples",
    "states": "armsgame.plot.solve.state_graph",
    "survival": "armsgame.plot.runs.survival",
    "terms_frontier": "armsgame.plot.negotiations",
    "threshold_curves": "armsgame.plot.solve.payoff_sets",
    "thresholds": "armsgame.plot.studies.regimes",
    "time_to_event": "armsgame.plot.runs.durations",
    "timeline": "armsgame.plot.studies.timeline",
    "tree": "armsgame.plot.solve.trees",
    "treaty_incidence": "armsgame.plot.studies.treaties",
    "treaty_thresholds": "armsgame.plot.studies.treaties",
    "calibration": "armsgame.plot.studies.distributions",
    "elementary_effects": "armsgame.plot.studies.assumptions",
    "paired_differences": "armsgame.plot.studies.distributions",
    "regime_maps": "armsgame.plot.studies.regimes",
    "robustness_region": "armsgame.plot.studies.assumptions",
    "save": "armsgame.plot.saving",
    "sobol_indices": "armsgame.plot.studies.assumptions",
    "tornado": "armsgame.plot.studies.assumptions",
    "tournament": "armsgame.plot.populations.tournament",
}
DRAWERS = {
    "Assessment": "tree",
    "Basins": "basins",
    "Calibration": "calibration",
    "Counterfactual": "paired_differences",
    "Effects": "elementary_effects",
    "ExitLevels": "exit_levels",
    "ExitPath": "exit_dates",
    "ExtensiveGame": "tree",
    "FirstCauses": "first_causes",
    "GraphModel": "conflict_graph",
    "ImpulseResponse": "impulse_response",
    "Incidence": "incidence",
    "LogitBranch": "logit_branch",
    "PayoffDistribution": "payoff_distribution",
    "PayoffSet": "payoff_sets",
    "Picture": "catalogue_picture",
    "Richardson": "race_portrait",
    "Robustness": "robustness_region",
    "Scenario": "timeline",
    "SobolIndices": "sobol_indices",
    "StageGame": "best_replies",
    "StochasticGame": "states",
    "TermValues": "agreement_map",
    "TermsBargain": "terms_frontier",
    "TimeToEvent": "time_to_event",
    "Tornado": "tornado",
    "Tournament": "tournament",
    "Trajectories": "sample_paths",
    "TreatyComparison": "treaty_thresholds",
}
"""The figure that the method `plot` of each type draws."""

__all__ = ["DRAWERS", *_HOMES]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        found = getattr(import_module(_HOMES[name]), name)
        # importing a module of the same name has just bound the module here
        globals()[name] = found
        return found
    raise AttributeError(f"module 'armsgame.plot' has no attribute {name!r}")
