"""Bargaining over a treaty's terms, where only self-enforcing bundles are worth more than no treaty."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "AccountDeals": "accounts",
    "AlternatingOffers": "protocols",
    "IssueByIssue": "protocols",
    "Negotiator": "negotiators",
    "OneStatus": "one_status",
    "Policies": "worth",
    "Screening": "private_offers",
    "Sessions": "sessions",
    "SimultaneousDemands": "protocols",
    "SingleText": "protocols",
    "TakeItOrLeaveIt": "protocols",
    "Term": "terms",
    "TermValues": "worth",
    "Terms": "terms",
    "account_frame": "accounts",
    "agenda": "one_shot",
    "alternating_offers": "offers",
    "boulware": "negotiators",
    "conceder": "negotiators",
    "cost_sharing": "standard",
    "deal_sensitivity": "agreements",
    "deals_by_account": "accounts",
    "demand_game": "one_shot",
    "deployment_ceiling": "standard",
    "display_access": "standard",
    "equilibrium_negotiator": "negotiators",
    "exploitability": "sessions",
    "hardliner": "negotiators",
    "inspection_quota": "standard",
    "linear": "negotiators",
    "linkage": "standard",
    "negotiate_sessions": "sessions",
    "negotiate_terms": "agreements",
    "notice_length": "standard",
    "pretext_seeker": "negotiators",
    "random_negotiator": "negotiators",
    "reciprocal": "negotiators",
    "refusal_seeking_demand": "private_offers",
    "sanctions_relief": "standard",
    "screening": "private_offers",
    "sincere": "negotiators",
    "single_text": "one_shot",
    "terms_tournament": "sessions",
    "type_beliefs": "negotiators",
    "under_notice": "protocols",
    "value_of_terms": "worth",
    "verify_offers": "offers",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"armsgame.negotiation.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'armsgame.negotiation' has no attribute {name!r}")
