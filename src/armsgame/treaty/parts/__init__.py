"""Mechanisms that a treaty can be given, one file each: ``ag.Treaty(parts=(ag.treaty.parts.Sanctions(),))``."""

from __future__ import annotations

from sys import modules

from armsgame._gate import gate_room
from armsgame.treaty.parts.base import Part, parameter
from armsgame.treaty.parts.climate import Climate
from armsgame.treaty.parts.demand_menu import DemandLevel, DemandMenu
from armsgame.treaty.parts.deployment import Deployment
from armsgame.treaty.parts.linkage import Linkage
from armsgame.treaty.parts.sanctions import Sanctions
from armsgame.treaty.parts.suspension import Suspension
from armsgame.treaty.parts.third_party import ThirdParty
from armsgame.treaty.parts.ultimatum import Ultimatum
from armsgame.treaty.parts.verification import Verification
from armsgame.treaty.parts.withdrawal import Withdrawal

__all__ = [
    "Climate",
    "DemandLevel",
    "DemandMenu",
    "Deployment",
    "Linkage",
    "Part",
    "Sanctions",
    "Suspension",
    "ThirdParty",
    "Ultimatum",
    "Verification",
    "Withdrawal",
    "parameter",
]

gate_room(modules[__name__])
