"""Crisis and verification games as trees with named parameters, and the cut-off behaviour of continuous types."""

from __future__ import annotations

from armsgame.treaty.crises.bargaining import (
    UltimatumOutcome,
    alternating_offers,
    deadline,
    midpoints,
    ultimatum,
    ultimatum_outcome,
)
from armsgame.treaty.crises.contests import (
    InspectionCutOff,
    chain_store,
    chain_store_profile,
    inspection,
    inspection_cut_off,
    inspection_profile,
)
from armsgame.treaty.crises.disclosure import disclosure, reassurance, reassurance_profile
from armsgame.treaty.crises.displays import costly_offer, display, pretext, verification_offer
from armsgame.treaty.crises.threats import (
    escalation,
    escalation_profile,
    public_threat,
    public_threat_profile,
)
from armsgame.treaty.crises.tremble_limits import limit_beliefs

__all__ = [
    "InspectionCutOff",
    "UltimatumOutcome",
    "alternating_offers",
    "chain_store",
    "chain_store_profile",
    "costly_offer",
    "deadline",
    "disclosure",
    "display",
    "escalation",
    "escalation_profile",
    "inspection",
    "inspection_cut_off",
    "inspection_profile",
    "limit_beliefs",
    "midpoints",
    "pretext",
    "public_threat",
    "public_threat_profile",
    "reassurance",
    "reassurance_profile",
    "ultimatum",
    "ultimatum_outcome",
    "verification_offer",
]
