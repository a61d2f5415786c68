"""Named measures for `sweep`, and the map of Markov regimes, which is one call of its own."""

from __future__ import annotations

from armsgame.study.sweeps.markov_regimes import REGIMES, MarkovRegimes, markov_regime
from armsgame.study.sweeps.measures import (
    Measure,
    cheapest_detection,
    display_posterior,
    negotiated_point,
    payoff_set_area,
    regime,
    survival,
    threshold,
)

__all__ = [
    "REGIMES",
    "MarkovRegimes",
    "Measure",
    "cheapest_detection",
    "display_posterior",
    "markov_regime",
    "negotiated_point",
    "payoff_set_area",
    "regime",
    "survival",
    "threshold",
]
