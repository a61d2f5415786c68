"""Crisis and verification games as trees with named parameters, and the cut-off behaviour of continuous types."""

from __future__ import annotations

from sys import modules

from armsgame._gate import gate_room
from armsgame.treaty.crises.bargaining import alternating_offers, deadline
from armsgame.treaty.crises.disclosure import disclosure, reassurance, reassurance_profile
from armsgame.treaty.crises.inspection_tree import InspectionCutOff, inspection, inspection_cut_off, inspection_profile
from armsgame.treaty.crises.reputation import chain_store, chain_store_profile
from armsgame.treaty.crises.threats import escalation, escalation_profile, public_threat, public_threat_profile
from armsgame.treaty.crises.tremble_limits import limit_beliefs
from armsgame.treaty.crises.ultimatum_tree import (
    UltimatumOutcome,
    midpoints,
    take_it_or_leave_it_game,
    ultimatum,
    ultimatum_outcome,
)
from armsgame.treaty.crises.verification import costly_offer, display, pretext, verification_offer

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
    "take_it_or_leave_it_game",
    "ultimatum",
    "ultimatum_outcome",
    "verification_offer",
]

gate_room(modules[__name__])
