"""Bargaining over a treaty's terms, where only self-enforcing bundles are worth more than no treaty.

What is negotiated
    `Term`, `Terms`; usual ones: `cost_sharing`, `deployment_ceiling`, `display_access`, `inspection_quota`, `linkage`,
    `notice_length`, `sanctions_relief`. Their worth: `value_of_terms` with `OneStatus` or `Policies`, as `TermValues`.
What is agreed on
    `negotiate_terms`, `deal_sensitivity`, `deals_by_account` (`AccountDeals`, `account_frame`).
By which rules
    `AlternatingOffers`, `IssueByIssue`, `SimultaneousDemands`, `SingleText`, `TakeItOrLeaveIt`, `under_notice`; their
    equilibria: `alternating_offers` with `verify_offers`, `agenda`, `demand_game`, `single_text`, and with a private
    type `screening` (`Screening`, `refusal_seeking_demand`).
Between negotiators
    `negotiate_sessions` (`Sessions`), `terms_tournament`, `exploitability`; a `Negotiator` is one of `boulware`,
    `conceder`, `equilibrium_negotiator`, `hardliner`, `linear`, `pretext_seeker`, `random_negotiator`, `reciprocal`,
    `sincere`; `type_beliefs` says what its offers tell.
"""

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
    "alternating_offers": "offers_in_turn",
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
    "verify_offers": "offers_in_turn",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'armsgame.negotiation' has no attribute {name!r}")
    value = getattr(import_module(f"armsgame.negotiation.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
