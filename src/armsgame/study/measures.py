"""Named measures for `sweep`, and maps that come as one call."""

from __future__ import annotations

from armsgame.study.named import (
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
    "Measure",
    "cheapest_detection",
    "display_posterior",
    "negotiated_point",
    "payoff_set_area",
    "regime",
    "survival",
    "threshold",
]
