"""The arrays of a report with their dimensions: what its dataset and its netCDF file hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from armsgame.study.scenarios.report_record import record_of

if TYPE_CHECKING:
    from armsgame.study.scenarios.report import Report

__all__ = ["Labelled", "labelled"]

Labelled: TypeAlias = dict[str, tuple[Any, ...]]
"""Dimensions, array and, where there are any, attributes by name, as xarray takes them."""


def labelled(r: Report) -> tuple[Labelled, Labelled, dict[str, Any]]:
    """Variables, coordinates and attributes of a report; profiles are padded with NaN, and their names with ""."""
    record = record_of(r)
    rows = record["thresholds"]
    lengths = np.array([d["shortest_suspension"] for d in record["reversion"].values()], dtype=float)
    told = {"units": "periods", "long_name": "shortest suspension on any single alarm; NaN where none deters"}
    data: Labelled = {
        "shortest_suspension": (r.suspensions.dims, r.suspensions.lengths, dict(r.suspensions.attrs)),
        "holds": ("row", np.array([row["holds"] for row in rows])),
        "gain": ("row", np.array([row["largest_gain"] for row in rows])),
        "suspension": ("regime", lengths, told),
    }
    coords: Labelled = {
        "discount": ("discount", r.suspensions.discount),
        "detection": ("detection", r.suspensions.detection),
        "perspective": _words("perspective", r.accounts),
        "time": ("time", np.arange(r.periods + 1), {"units": "periods"}),
        "row": _words("row", [f"{row['strategy']}, {row['game']}, {row['regime']}" for row in rows]),
        "regime": _words("regime", record["reversion"]),
        "end": _words("end", ["least", "greatest"]),
    }
    _strategic(r, data, coords)
    if r.attended:
        differences = np.array([a.difference for a in r.attended.values()])
        told = {"long_name": "P(withdrawn | attended) - P(withdrawn | declined), exact"}
        data["attended_difference"] = (("account", "time"), differences, told)
        coords["account"] = _words("account", r.attended)
    attrs = {"scenario": r.scenario.id, "seed": str(r.provenance["seed"]), "paths": str(r.paths)}
    flip = np.nan if r.flip is None else r.flip.share
    note = "payoffs and rates are assumptions unless a source is given; see the report"
    more = {"discount": r.scenario.question.discount, "flip_share": flip, "note": note}
    return data, coords, {**attrs, **more}


def _words(name: str, words: Iterable[str]) -> tuple[str, Any]:
    return name, np.array(list(words), dtype=str)


def _strategic(r: Report, data: Labelled, coords: Labelled) -> None:
    """Add what the certified profiles imply, and outcomes under assumed behaviour where they were asked for."""
    found = [a.outcomes for a in r.accounts.values()]
    most = max((len(o) for o in found), default=0)
    outcomes = [n for n in next((list(p.outcomes.shares) for o in found for p in o), [])]
    time = r.periods + 1
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
    coords |= {"profile": ("profile", np.arange(most)), "outcome": _words("outcome", outcomes)}
    data["profile_name"] = (("perspective", "profile"), names.astype(str))
    data["survival_exact"] = (("perspective", "profile", "time"), survival)
    for word, band in zip(("inner", "outer"), ties, strict=True):
        data[f"withdrawn_{word}"] = (("perspective", "profile", "time", "end"), band)
    data["outcome_exact"] = (("perspective", "profile", "outcome"), shares)
    if r.outlooks:
        looks = r.outlooks.values()
        data["assumed_survival_exact"] = (("perspective", "time"), np.array([o.law.survival for o in looks]))
        sampled = np.array([o.paths.survival() for o in looks])
        data["assumed_survival_sampled"] = (("perspective", "time"), sampled)
