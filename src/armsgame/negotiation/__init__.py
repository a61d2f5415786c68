"""Bargaining over a treaty's terms, where only self-enforcing bundles are worth more than no treaty."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "AccountDeals": "by_account",
    "AlternatingOffers": "protocols",
    "IssueByIssue": "protocols",
    "Negotiator": "negotiators",
    "OneStatus": "conduct_only",
    "Policies": "term_values",
    "Screening": "private_offers",
    "Sessions": "sessions",
    "SimultaneousDemands": "protocols",
    "SingleText": "protocols",
    "TakeItOrLeaveIt": "protocols",
    "Term": "terms",
    "TermValues": "term_values",
    "Terms": "terms",
    "account_frame": "by_account",
    "agenda": "clockless_protocols",
    "alternating_offers": "alternating_offers",
    "boulware": "negotiators",
    "conceder": "negotiators",
    "cost_sharing": "usual_terms",
    "deal_sensitivity": "agreements",
    "deals_by_account": "by_account",
    "demand_game": "clockless_protocols",
    "deployment_ceiling": "usual_terms",
    "display_access": "usual_terms",
    "equilibrium_negotiator": "negotiators",
    "exploitability": "sessions",
    "hardliner": "negotiators",
    "inspection_quota": "usual_terms",
    "linear": "negotiators",
    "linkage": "usual_terms",
    "negotiate_sessions": "sessions",
    "negotiate_terms": "agreements",
    "notice_length": "usual_terms",
    "pretext_seeker": "negotiators",
    "random_negotiator": "negotiators",
    "reciprocal": "negotiators",
    "refusal_seeking_demand": "private_offers",
    "sanctions_relief": "usual_terms",
    "screening": "private_offers",
    "sincere": "negotiators",
    "single_text": "clockless_protocols",
    "terms_tournament": "sessions",
    "type_beliefs": "negotiators",
    "under_notice": "protocols",
    "value_of_terms": "term_values",
    "verify_offers": "alternating_offers",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"armsgame.negotiation.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'armsgame.negotiation' has no attribute {name!r}")
