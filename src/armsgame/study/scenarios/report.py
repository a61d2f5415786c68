"""The main job: thresholds, outcomes, beliefs and the counterfactual of one dossier, in one result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from armsgame._checks import check_discount, check_whole
from armsgame._cost import require
from armsgame._deadline import ask_time, deadline, time_left
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
from armsgame.study.scenarios.report_data import labelled
from armsgame.study.scenarios.report_record import Record, fresh_record

if TYPE_CHECKING:
    import xarray

__all__ = ["Report", "report"]

_GRID = 201
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Report(Value):
    """Everything the main job computes; ``print`` shows it, ``summary`` gives plain numbers.

    Attributes
    ----------
    rows : thresholds with certificates, per strategy and verification regime
    deterrence : mapping from regime to what reversion on any single alarm deters
    end : the first regime's end, anticipated; None where the dossier has one regime
    flip : share of the dossier's own box of assumptions in which enforcement flips; None likewise
    suspensions : SuspensionMap, the shortest suspension that deters over patience and detection
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
    suspensions: enforcement.SuspensionMap
    accounts: Mapping[str, StrategicAccount]
    outlooks: Mapping[str, outlook.Outlook]
    beliefs: Mapping[str, outlook.DisplayBeliefs]
    attended: Mapping[str, outlook.Attendance]
    paths: int
    periods: int
    provenance: Provenance

    @property
    def regimes(self) -> xarray.DataArray:
        """The same as a labelled array [discount, detection], see `compliance_map`."""
        return self.suspensions.to_xarray()

    def summary(self) -> Record:
        """Plain numbers for JSON, the record that text, page and dataset show; what does not exist is null."""
        return fresh_record(self)

    def to_xarray(self) -> xarray.Dataset:
        """Labelled dataset: regime map, laws of the certified profiles and their ranges, outcomes, difference curves.

        Profiles are padded with NaN to the largest number of them under one account; ``profile_name`` is "" there.
        """
        import xarray as xr

        return xr.Dataset(*labelled(self))

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
    executor: Executor | None = None,
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
    executor : Executor, optional
        Takes accounts after the first, and their displays, from this call: a `ProcessPoolExecutor`, whose processes
        import the library. What it has not begun when its turn comes is done here, and the result is the same.
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

    asked: dict[str, Any] = {"paths": count, "periods": horizon, "rng": seed.sequence}
    shown = list(scenario.perspectives) if perspective is None else [perspective]
    displayed = list(scenario.perspectives) if outlook.declined_display(scenario) else []
    work: list[tuple[Callable[..., Any], str]] = [(strategic_account, n) for n in shown[1:]]
    work += [(outlook.attendance, n) for n in displayed[1:]]
    far: dict[tuple[object, str], Future[Any]] = {}
    if executor is not None:
        far = {(f, n): executor.submit(_timed, time_left(), f, scenario, n, asked) for f, n in work}

    def done(verb: Callable[..., _Answer], name: str) -> _Answer:
        sent = far.get((verb, name))
        return verb(scenario, name, **asked) if sent is None or sent.cancel() else sent.result()

    tell("thresholds and certificates")
    rows = enforcement.thresholds(scenario)
    deters = {r.name: enforcement.deterrence(scenario, r.name) for r in scenario.regimes}
    tell("anticipated end of inspection")
    ends = len(scenario.regimes) > 1 and scenario.regimes[0].ends is not None
    end = enforcement.anticipated_end(scenario) if ends else None
    tell("assumption box and regime map")
    flip = flip_share(scenario) if ends else None
    suspensions = enforcement.suspension_map(scenario, np.linspace(0, 1, _GRID), np.linspace(0.5, 0.99, _GRID))
    accounts, outlooks, beliefs, attended = {}, {}, {}, {}
    for name in shown:
        tell(f"strategic play, {name}")
        accounts[name] = done(strategic_account, name)
        if assumed:
            tell(f"assumed behaviour, {name}")
            outlooks[name] = outlook.outlook(scenario, name, **asked)
    for name in displayed:
        tell(f"display, {name}")
        beliefs[name] = outlook.display_beliefs(scenario, name)
        attended[name] = done(outlook.attendance, name)
    origin = Provenance.of(seed, {"scenario": scenario.id, "paths": count, "periods": horizon}, perspective)
    return Report(
        scenario, rows, deters, end, flip, suspensions, accounts, outlooks, beliefs, attended, count, horizon, origin
    )


def _timed(
    seconds: float, verb: Callable[..., _Answer], scenario: Scenario, name: str, asked: Mapping[str, Any]
) -> _Answer:
    """Do one step in another process, which does not know the time of the call."""
    with deadline(seconds) if seconds < np.inf else nullcontext():
        return verb(scenario, name, **asked)
