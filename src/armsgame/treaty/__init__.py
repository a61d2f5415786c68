"""The domain: a treaty as a stochastic game, its mechanisms with named parameters, and their closed forms.

The game
    `Treaty` with its `parts` (mechanisms it may be given); policies to play it by name: `comply`,
    `comply_until_proven`, `demand_then_wait`, `deploy`, `exit_on_alarm`, `hedge`, `ladder_display`, `ladder_yield`,
    `leave`, `mirror`, `pretext`, `rescind_on_compliance`, `seek_a_pretext`, `stay_deployed`, all of them in `NAMED`;
    `Policy` and `Posture` for one's own.
Numbers
    `parameters`: symbol, meaning, unit, range, default and source of every parameter; `Party`: those of one party.
Closed forms, one namespace for each mechanism
    `compliance` (call it for the stage game), `verification`, `inspection`, `timeliness`, `ultimatum`, `withdrawal`,
    `linkage`, `third_party`, `reputation`, `armsrace`, `spatial`, `cascade`.
Trees and graphs
    `crises` (signalling and bargaining under private costs and types), `conflict_graph` (stability from ordinal
    preferences alone).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = {
    "armsrace": "closed_forms.armsrace",
    "cascade": "cascades.cascade",
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
    "verification": "closed_forms.verification",
    "withdrawal": "closed_forms.withdrawal",
}
_NAMES = {
    "closed_forms.compliance": ("compliance",),
    "parameter_table": ("parameters",),
    "party": ("Party",),
    "policies": (
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
        "leave",
        "mirror",
        "pretext",
        "rescind_on_compliance",
        "seek_a_pretext",
        "stay_deployed",
    ),
    "treaty": ("Treaty",),
}
_HOME_OF = {name: home for home, names in _NAMES.items() for name in names}

__all__ = [*_MODULES, *_HOME_OF]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        value: Any = import_module(f"armsgame.treaty.{_MODULES[name]}")
    elif name in _HOME_OF:
        value = getattr(import_module(f"armsgame.treaty.{_HOME_OF[name]}"), name)
    else:
        raise AttributeError(f"module 'armsgame.treaty' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
