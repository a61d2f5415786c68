"""Bargaining over a treaty's terms, where only self-enforcing bundles are worth more than no treaty."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "AlternatingOffers": "protocols",
    "IssueByIssue": "protocols",
    "OneStatus": "one_status",
    "Policies": "worth",
    "SimultaneousDemands": "protocols",
    "SingleText": "protocols",
    "TakeItOrLeaveIt": "protocols",
    "Term": "terms",
    "TermValues": "worth",
    "Terms": "terms",
    "agenda": "one_shot",
    "alternating_offers": "offers",
    "cost_sharing": "standard",
    "deal_sensitivity": "agreements",
    "demand_game": "one_shot",
    "deployment_ceiling": "standard",
    "display_access": "standard",
    "inspection_quota": "standard",
    "linkage": "standard",
    "negotiate_terms": "agreements",
    "notice_length": "standard",
    "sanctions_relief": "standard",
    "single_text": "one_shot",
    "under_notice": "protocols",
    "value_of_terms": "worth",
    "verify_offers": "offers",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"armsgame.negotiation.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'armsgame.negotiation' has no attribute {name!r}")
