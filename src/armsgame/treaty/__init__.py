"""The domain: mechanisms with named parameters, closed forms, and the treaty as a stochastic game."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = {
    "armsrace": "closed_forms.armsrace",
    "cascade": "cascades.cascade",
    "compliance": "closed_forms.compliance",
    "conflict_graph": "conflict_graph",
    "crises": "crises",
    "inspection": "inspection",
    "linkage": "closed_forms.linkage",
    "parts": "parts",
    "reputation": "closed_forms.reputation",
    "spatial": "closed_forms.spatial",
    "third_party": "closed_forms.third_party",
    "timeliness": "inspection.timeliness",
    "ultimatum": "closed_forms.ultimatum",
    "verification": "closed_forms.displays",
    "withdrawal": "closed_forms.withdrawal",
}
_POLICIES = (
    "NAMED",
    "Policy",
    "Posture",
    "comply",
    "comply_until_proven",
    "demand_then_wait",
    "deploy",
    "exit_on_alarm",
    "hedge",
    "ladder_display",
    "ladder_yield",
    "mirror",
    "leave",
    "pretext",
    "rescind_on_compliance",
    "seek_a_pretext",
    "stay_deployed",
)
__all__ = [*_MODULES, *_POLICIES, "Treaty", "parameters"]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"armsgame.treaty.{_MODULES[name]}")
    if name in _POLICIES:
        return getattr(import_module("armsgame.treaty.policies"), name)
    if name == "Treaty":
        return import_module("armsgame.treaty.treaty").Treaty
    if name == "parameters":
        return import_module("armsgame.treaty.parameter_table").parameters
    raise AttributeError(f"module 'armsgame.treaty' has no attribute {name!r}")
