"""What a report holds; its text, its record and its page read it from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from armsgame._provenance import Provenance
from armsgame._shown import Value
from armsgame.dossiers.dossier import Scenario
from armsgame.study.private_types.account import StrategicAccount
from armsgame.study.scenarios.enforcement import AnticipatedEnd, Deterrence, ThresholdRow
from armsgame.study.scenarios.enforcement_flip import FlipShare
from armsgame.study.scenarios.outlook import Attendance, DisplayBeliefs, Outlook

if TYPE_CHECKING:
    import xarray

__all__ = ["ReportData"]


@dataclass(frozen=True, slots=True)
class ReportData(Value):
    """Everything the main job computes.

    Attributes
    ----------
    rows : thresholds with certificates, per strategy and verification regime
    deterrence : mapping from regime to what reversion on any single alarm deters
    end : the first regime's end, anticipated; None where the dossier has one regime
    flip : share of the dossier's own box of assumptions in which enforcement flips; None likewise
    regimes : DataArray [discount, detection], see `compliance_map`
    accounts : mapping from perspective to strategic play: certified profiles and what they imply
    outlooks : mapping from perspective to outcomes under assumed behaviour; empty unless asked for
    beliefs, attended : mappings from perspective; empty where no display was offered and declined
    provenance : Provenance; ``rng=`` takes it back
    """

    scenario: Scenario
    rows: tuple[ThresholdRow, ...]
    deterrence: Mapping[str, Deterrence]
    end: AnticipatedEnd | None
    flip: FlipShare | None
    regimes: xarray.DataArray
    accounts: Mapping[str, StrategicAccount]
    outlooks: Mapping[str, Outlook]
    beliefs: Mapping[str, DisplayBeliefs]
    attended: Mapping[str, Attendance]
    paths: int
    periods: int
    provenance: Provenance
