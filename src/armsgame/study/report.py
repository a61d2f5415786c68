"""The main job: thresholds, outcomes, beliefs and the counterfactual of one dossier, in one result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._typing import RNGLike
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import ScenarioError
from armsgame.games.result import check_discount
from armsgame.simulation.exact import check_count
from armsgame.simulation.paths import seed_sequence
from armsgame.study import words
from armsgame.study.enforcement import (
    AnticipatedEnd,
    ThresholdRow,
    anticipated_end,
    compliance_map,
    thresholds,
)
from armsgame.study.flip import FlipShare, flip_share
from armsgame.study.outlook import (
    Attendance,
    DisplayBeliefs,
    Outlook,
    attendance,
    declined_display,
    display_beliefs,
    outlook,
)

if TYPE_CHECKING:
    import xarray

__all__ = ["Report", "report"]

_GRID = 201


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the main job computes; ``print`` shows it, ``summary`` gives plain numbers.

    Attributes
    ----------
    rows : thresholds with certificates, per strategy and verification regime
    end : the first regime's end, anticipated; None where the dossier has one regime
    flip : share of the assumption box in which enforcement flips; None likewise
    regimes : DataArray [discount, detection], see `compliance_map`
    outlooks : mapping from perspective
    beliefs, attended : mappings from perspective; empty where no display was offered and declined
    seed : what gives the same paths again as ``rng=``
    """

    scenario: Scenario
    rows: tuple[ThresholdRow, ...]
    end: AnticipatedEnd | None
    flip: FlipShare | None
    regimes: xarray.DataArray
    outlooks: Mapping[str, Outlook]
    beliefs: Mapping[str, DisplayBeliefs]
    attended: Mapping[str, Attendance]
    paths: int
    periods: int
    seed: Any

    def summary(self) -> dict[str, Any]:
        """Plain numbers for JSON; a threshold that does not exist is null."""
        import armsgame

        question = self.scenario.question
        return {
            "armsgame": armsgame.__version__,
            "scenario": self.scenario.id,
            "parties": list(self.scenario.parties),
            "question": {
                "discount": question.discount,
                "periods": self.periods,
                "start": question.start,
                "paths": self.paths,
                "seed": str(self.seed),
            },
            "parameters": {
                n: {"value": dict(q.value) if isinstance(q.value, Mapping) else q.value, "source": q.source}
                for n, q in self.scenario.quantities.items()
            },
            "thresholds": [
                {
                    "strategy": r.strategy,
                    "game": r.game,
                    "regime": r.regime,
                    "detection": r.detection,
                    "discounts": [list(i) for i in r.threshold.intervals],
                    "threshold": r.threshold.value if isfinite(r.threshold.value) else None,
                    "closed_form": r.closed_form if r.closed_form is not None and isfinite(r.closed_form) else None,
                    "holds": r.holds,
                    "kind": r.certificate.kind,
                    "largest_gain": float(r.certificate.max_gain),
                    "where": str(r.certificate.where),
                }
                for r in self.rows
            ],
            "anticipated_end": None
            if self.end is None
            else {
                "periods": self.end.periods,
                "enforceable_after": [list(p) for p in self.end.after.profiles],
                "unravels": self.end.unravels,
                "gain_against_complying": float(self.end.comply_until_end.max_gain),
            },
            "flip": None
            if self.flip is None
            else {
                "share": self.flip.share,
                "draws": self.flip.draws,
                "box": {n: list(b) for n, b in self.flip.box.items()},
            },
            "outcomes": {
                name: {
                    "shares": dict(o.paths.outcomes().shares),
                    "standard_errors": dict(o.paths.outcomes().errors),
                    "withdrawn_exact": float(1 - o.law.survival[-1]),
                    "withdrawn_sampled": float(o.paths.happened("withdrawn").mean()),
                    "largest_gain": o.largest_gain,
                }
                for name, o in self.outlooks.items()
            },
            "display": {
                name: {
                    "prior": b.prior,
                    "posterior_pass": _number(b.found.posterior),
                    "posterior_fail": _number(b.found.posterior_after_fail),
                    "leave_threshold": b.found.leave_threshold,
                    "value_of_information": b.found.value_of_information,
                    "prior_pretext": b.prior_pretext,
                    "posterior_pretext": _number(b.posterior_pretext),
                }
                for name, b in self.beliefs.items()
            },
            "display_attended": {
                name: {
                    "withdrawn_declined": float(1 - a.declined.survival[-1]),
                    "withdrawn_attended": float(1 - a.attended.survival[-1]),
                    "difference_exact": float(a.difference[-1]),
                    "difference_sampled": a.sampled,
                    "standard_error": a.error,
                }
                for name, a in self.attended.items()
            },
        }

    def to_xarray(self) -> xarray.Dataset:
        """Labelled dataset: regime map, survival laws (exact and sampled), outcomes, difference curves."""
        import xarray as xr

        names, told = list(self.outlooks), list(self.attended)
        shares = {n: o.paths.outcomes() for n, o in self.outlooks.items()}
        outcomes = list(next(iter(shares.values())).shares)
        data: dict[str, Any] = {
            "shortest_suspension": self.regimes,
            "survival_exact": (("perspective", "time"), np.array([o.law.survival for o in self.outlooks.values()])),
            "survival_sampled": (
                ("perspective", "time"),
                np.array([o.paths.survival() for o in self.outlooks.values()]),
            ),
            "outcome_share": (
                ("perspective", "outcome"),
                np.array([[s[k] for k in outcomes] for s in shares.values()]),
            ),
            "outcome_error": (
                ("perspective", "outcome"),
                np.array([[s.errors[k] for k in outcomes] for s in shares.values()]),
            ),
        }
        coords: dict[str, Any] = {
            "perspective": names,
            "time": ("time", np.arange(self.periods + 1), {"units": "periods"}),
            "outcome": outcomes,
        }
        if told:
            data["attended_difference"] = (
                ("account", "time"),
                np.array([a.difference for a in self.attended.values()]),
                {"long_name": "P(withdrawn | attended) - P(withdrawn | declined), exact"},
            )
            coords["account"] = told
        attrs = {
            "scenario": self.scenario.id,
            "seed": str(self.seed),
            "paths": str(self.paths),
            "discount": self.scenario.question.discount,
            "note": "payoffs and rates are assumptions unless a source is given; see the report",
        }
        return xr.Dataset(data, coords, attrs)

    def __str__(self) -> str:
        return words.text(self)


def report(
    scenario: Scenario,
    *,
    perspective: str | None = None,
    paths: int = 20_000,
    periods: int | None = None,
    rng: RNGLike = 0,
    progress: Callable[[str], None] | None = None,
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
    rng : int, SeedSequence, Generator or None
    progress : callable, optional
        Called with the name of each of the steps as it begins.

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
    if perspective is not None:
        scenario.perspective(perspective)
    if not scenario.regimes:
        raise ScenarioError(
            f"the report needs a verification regime, and {scenario.id!r} has none; add [[regimes]] to its dossier."
        )
    check_discount(scenario.question.discount)
    count = check_count("paths", paths)
    horizon = check_count("periods", scenario.question.periods if periods is None else periods)
    base = seed_sequence(rng)
    tell = progress or (lambda _: None)
    tell("thresholds and certificates")
    rows = thresholds(scenario)
    tell("anticipated end of inspection")
    ends = len(scenario.regimes) > 1 and scenario.regimes[0].ends is not None
    end = anticipated_end(scenario) if ends else None
    tell("assumption box and regime map")
    flip = flip_share(scenario) if ends else None
    regimes = compliance_map(scenario, np.linspace(0, 1, _GRID), np.linspace(0.5, 0.99, _GRID))
    outlooks, beliefs, attended = {}, {}, {}
    for name in scenario.perspectives if perspective is None else [perspective]:
        tell(f"outcomes, {name}")
        outlooks[name] = outlook(scenario, name, paths=count, periods=horizon, rng=base)
    for name in scenario.perspectives if declined_display(scenario) else ():
        tell(f"display, {name}")
        beliefs[name] = display_beliefs(scenario, name)
        attended[name] = attendance(scenario, name, paths=count, periods=horizon, rng=base)
    return Report(scenario, rows, end, flip, regimes, outlooks, beliefs, attended, count, horizon, base.entropy)


def _number(value: Any) -> float | None:
    return float(value) if isfinite(value) else None
