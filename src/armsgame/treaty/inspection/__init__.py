"""Inspections: detection, inspections over time and over sites, material accountancy, timeliness."""

from sys import modules

from armsgame._gate import gate_room
from armsgame.treaty.inspection.detection import (
    OneShot,
    SiteSampling,
    Statistical,
    cumulative_detection,
    detection_power,
    one_shot,
    one_shot_game,
    site_sampling,
    statistical,
)
from armsgame.treaty.inspection.material_accountancy import MaterialAccountancy, material_accountancy
from armsgame.treaty.inspection.over_time import Dresher, Leadership, dresher, dresher_game, leadership
from armsgame.treaty.inspection.sites import SiteAllocation, site_allocation

__all__ = [
    "Dresher",
    "Leadership",
    "MaterialAccountancy",
    "OneShot",
    "SiteAllocation",
    "SiteSampling",
    "Statistical",
    "cumulative_detection",
    "detection_power",
    "dresher",
    "dresher_game",
    "leadership",
    "material_accountancy",
    "one_shot",
    "one_shot_game",
    "site_allocation",
    "site_sampling",
    "statistical",
]

gate_room(modules[__name__])
