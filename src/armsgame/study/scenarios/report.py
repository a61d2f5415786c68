"""The main job: thresholds, outcomes, beliefs and the counterfactual of one dossier, in one result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import check_discount, check_whole
from armsgame._cost import require
from armsgame._deadline import ask_time
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Value
from armsgame._typing import RNGLike
from armsgame.dossiers.coercion import scenario_of
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import ScenarioError
from armsgame.study.private_types.account import StrategicAccount, strategic_account
from armsgame.study.scenarios import enforcement, outlook
from armsgame.study.scenarios import report_text as words
from armsgame.study.scenarios.enforcement_flip import FlipShare, flip_share
from armsgame.study.scenarios.report_record import Record, fresh_record, record_of

if TYPE_CHECKING:
    import xarray

__all__ = ["Report", "report"]

_GRID = 201


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Report(Value):
    """Everything the main job computes; ``print`` shows it, ``summary`` gives plain numbers.

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
    rows: tuple[enforcement.ThresholdRow, ...]
    deterrence: Mapping[str, enforcement.Deterrence]
    end: enforcement.AnticipatedEnd | None
    flip: FlipShare | None
    regimes: xarray.DataArray
    accounts: Mapping[str, StrategicAccount]
    outlooks: Mapping[str, outlook.Outlook]
    beliefs: Mapping[str, outlook.DisplayBeliefs]
    attended: Mapping[str, outlook.Attendance]
    paths: int
    periods: int
    provenance: Provenance

    def summary(self) -> Record:
        """Plain numbers for JSON, the record that text, page and dataset show; what does not exist is null."""
        return fresh_record(self)

    def to_xarray(self) -> xarray.Dataset:
        """Labelled dataset: regime map, laws of the certified profiles and their ranges, outcomes, difference curves.

        Profiles are padded with NaN to the largest number of them under one account; ``profile_name`` is "" there.
        """
        import xarray as xr

        record = record_of(self)
        rows = record["thresholds"]
        lengths = np.array([d["shortest_suspension"] for d in record["reversion"].values()], dtype=float)
        told = {"units": "periods", "long_name": "shortest suspension on any single alarm; NaN where none deters"}
        data: dict[str, object] = {
            "shortest_suspension": self.regimes,
            "holds": ("row", np.array([row["holds"] for row in rows])),
            "gain": ("row", np.array([row["largest_gain"] for row in rows])),
            "suspension": ("regime", lengths, told),
        }
        coords: dict[str, object] = {
            "perspective": list(self.accounts),
            "time": ("time", np.arange(self.periods + 1), {"units": "periods"}),
            "row": [f"{row['strategy']}, {row['game']}, {row['regime']}" for row in rows],
            "regime": list(record["reversion"]),
            "end": ["least", "greatest"],
        }
        self._strategic(data, coords)
        if self.attended:
            differences = np.array([a.difference for a in self.attended.values()])
            told = {"long_name": "P(withdrawn | attended) - P(withdrawn | declined), exact"}
            data["attended_difference"] = (("account", "time"), differences, told)
            coords["account"] = list(self.attended)
        attrs = {"scenario": self.scenario.id, "seed": str(self.provenance["seed"]), "paths": str(self.paths)}
        flip = np.nan if self.flip is None else self.flip.share
        note = "payoffs and rates are assumptions unless a source is given; see the report"
        more = {"discount": self.scenario.question.discount, "flip_share": flip, "note": note}
        return xr.Dataset(data, coords, {**attrs, **more})

    def _strategic(self, data: dict[str, object], coords: dict[str, object]) -> None:
        """Add what the certified profiles imply, and outcomes under assumed behaviour where they were asked for."""
        found = [a.outcomes for a in self.accounts.values()]
        most = max((len(o) for o in found), default=0)
        outcomes = [n for n in next((list(p.outcomes.shares) for o in found for p in o), [])]
        time = self.periods + 1
        survival = np.full((len(found), most, time), np.nan)
        ties = np.full((2, len(found), most, time, 2), np.nan)
        shares = np.full((len(found), most, len(outcomes)), np.nan)
        names = np.full((len(found), most), "", dtype=object)
        for k, one in enumerate(found):
            for n, profile in enumerate(one):
                survival[k, n] = profile.law.survival
                ties[:, k, n] = profile.ties.inner, profile.ties.outer
                exact = profile.outcomes.exact or profile.outcomes.shares
                shares[k, n] = [exact[name] for name in outcomes]
                names[k, n] = profile.name
        coords |= {"profile": np.arange(most), "outcome": outcomes}
        data["profile_name"] = (("perspective", "profile"), names.astype(str))
        data["survival_exact"] = (("perspective", "profile", "time"), survival)
        for word, band in zip(("inner", "outer"), ties, strict=True):
            data[f"withdrawn_{word}"] = (("perspective", "profile", "time", "end"), band)
        data["outcome_exact"] = (("perspective", "profile", "outcome"), shares)
        if self.outlooks:
            looks = self.outlooks.values()
            data["assumed_survival_exact"] = (("perspective", "time"), np.array([o.law.survival for o in looks]))
            sampled = np.array([o.paths.survival() for o in looks])
            data["assumed_survival_sampled"] = (("perspective", "time"), sampled)

    def __str__(self) -> str:
        return words.text(self)


def report(
    scenario: Scenario,
    *,
    perspective: str | None = None,
    paths: int = 20_000,
    periods: int | None = None,
    assumed: bool = False,
    rng: RNGLike = 0,
    progress: Callable[[str], None] | None = None,
    budget_seconds: float | None = None,
) -> Report:
    """Run the main job on a dossier.

    Parameters
    ----------
    scenario : Scenario
        With at least one verification regime. The end of the first regime is studied where a second one follows
        it; the display, where one party offered it and the other declined.
    perspective : str, optional
        Show outcomes under this perspective only; beliefs and the counterfactual always show all.
    paths, periods : int
        Sampled paths, and horizon (default: the scenario's question).
    assumed : bool
        Also sample outcomes if each type follows the one policy that its account assumes. They are labelled as
        assumed: a party may gain by leaving its policy.
    rng : int, SeedSequence, Generator, provenance of a result, or None
    progress : callable, optional
        Called with the name of each of the steps as it begins.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Report

    Raises
    ------
    ScenarioError
        An unknown perspective, or a dossier without a verification regime.
    InvalidGame
        Counts that are not positive whole numbers.
    """
    scenario = scenario_of("report", scenario)
    if perspective is not None:
        scenario.perspective(perspective)
    if not scenario.regimes:
        raise ScenarioError(
            f"the report needs a verification regime, and {scenario.id!r} has none; add [[regimes]] to its dossier."
        )
    check_discount(scenario.question.discount)
    count = check_whole("paths", paths)
    horizon = check_whole("periods", scenario.question.periods if periods is None else periods)
    require("withdrawal_law", periods=horizon)
    require("simulate", paths=count, periods=horizon, kept=count)
    seed = Seed.of(rng)

    def tell(step: str) -> None:
        ask_time(f"what comes before: {step}")
        if progress is not None:
            progress(step)

    tell("thresholds and certificates")
    rows = enforcement.thresholds(scenario)
    deters = {r.name: enforcement.deterrence(scenario, r.name) for r in scenario.regimes}
    tell("anticipated end of inspection")
    ends = len(scenario.regimes) > 1 and scenario.regimes[0].ends is not None
    end = enforcement.anticipated_end(scenario) if ends else None
    tell("assumption box and regime map")
    flip = flip_share(scenario) if ends else None
    regimes = enforcement.compliance_map(scenario, np.linspace(0, 1, _GRID), np.linspace(0.5, 0.99, _GRID))
    accounts, outlooks, beliefs, attended = {}, {}, {}, {}
    for name in scenario.perspectives if perspective is None else [perspective]:
        tell(f"strategic play, {name}")
        accounts[name] = strategic_account(scenario, name, paths=count, periods=horizon, rng=seed.sequence)
        if assumed:
            tell(f"assumed behaviour, {name}")
            outlooks[name] = outlook.outlook(scenario, name, paths=count, periods=horizon, rng=seed.sequence)
    for name in scenario.perspectives if outlook.declined_display(scenario) else ():
        tell(f"display, {name}")
        beliefs[name] = outlook.display_beliefs(scenario, name)
        attended[name] = outlook.attendance(scenario, name, paths=count, periods=horizon, rng=seed.sequence)
    origin = Provenance.of(seed, {"scenario": scenario.id, "paths": count, "periods": horizon}, perspective)
    return Report(
        scenario, rows, deters, end, flip, regimes, accounts, outlooks, beliefs, attended, count, horizon, origin
    )
