"""The one record of a report: every number that its text, page, JSON and netCDF show, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any, SupportsFloat, TypeAlias

from armsgame._provenance import VERSION
from armsgame.results.certificates import Certificate
from armsgame.study.scenarios.endings import ending
from armsgame.study.scenarios.enforcement import Deterrence, ThresholdRow
from armsgame.study.scenarios.report_data import ReportData

if TYPE_CHECKING:
    from armsgame.study.scenarios.outlook import Attendance, DisplayBeliefs, Outlook

__all__ = ["Record", "record_of"]

Record: TypeAlias = dict[str, Any]
"""Plain numbers and words by name, as JSON holds them."""

_ROUNDING = 1e-12


def record_of(r: ReportData) -> Record:
    """Plain numbers and words of a report; what does not exist is None."""
    question, end = r.scenario.question, ending(r.scenario)
    return {
        "armsgame": VERSION,
        "scenario": r.scenario.id,
        "parties": list(r.scenario.parties),
        "question": {
            "discount": question.discount,
            "periods": r.periods,
            "start": question.start,
            "regime": r.scenario.asked_regime,
            "paths": r.paths,
            "seed": str(r.provenance["seed"]),
        },
        "parameters": {
            n: {"value": dict(q.value) if isinstance(q.value, Mapping) else q.value, "source": q.source}
            for n, q in r.scenario.quantities.items()
        },
        "thresholds": [_row(row) for row in r.rows],
        "reversion": {name: _deterrence(found) for name, found in r.deterrence.items()},
        "anticipated_end": _end(r),
        "flip": None
        if r.flip is None
        else {
            "share": r.flip.share,
            "before": r.flip.before,
            "after": r.flip.after,
            "draws": r.flip.draws,
            "box": {n: list(b) for n, b in r.flip.box.items()},
        },
        "outcomes": {name: _outlook(o) for name, o in r.outlooks.items()},
        "display": {name: _beliefs(b) for name, b in r.beliefs.items()},
        "display_attended": {name: _attended(a) for name, a in r.attended.items()},
        "ending": {
            "kind": end.kind,
            "by": end.by,
            "asks_days": end.asks_days,
            "given_days": end.given_days,
            "left": None if end.left is None else str(end.left),
            "told": end.told,
            "verified": end.verified,
        },
    }


def _row(r: ThresholdRow) -> Record:
    return {
        "strategy": r.strategy,
        "game": r.game,
        "regime": r.regime,
        "detection": r.detection,
        "discounts": [list(i) for i in r.threshold.intervals],
        "threshold": number(r.threshold.value),
        "closed_form": None if r.closed_form is None else number(r.closed_form),
        "has_closed_form": r.closed_form is not None,
        "holds": r.holds,
        "kind": r.certificate.kind,
        "largest_gain": _gain(r.certificate),
        "where": str(r.certificate.where),
    }


def _deterrence(found: Deterrence) -> Record:
    return {"shortest_suspension": number(found.periods), "permanent": found.permanent, "certified": found.certified}


def _end(r: ReportData) -> Record | None:
    if r.end is None:
        return None
    hold, drop = r.end.comply_until_end, r.end.deploy_throughout
    return {
        "periods": r.end.periods,
        "enforceable_after": [list(p) for p in r.end.after.profiles],
        "after": str(r.end.after),
        "unravels": r.end.unravels,
        "complying_kind": hold.kind if hold.ok else "refused",
        "gain_against_complying": _gain(hold),
        "where": hold.where.state,
        "deploying_kind": drop.kind if drop.ok else "refused",
    }


def _outlook(o: Outlook) -> Record:
    found = o.outcomes
    return {
        "shares": dict(found.shares),
        "standard_errors": dict(found.errors),
        "intervals": {n: list(ends) for n, ends in found.intervals.items()},
        "exact": dict(found.exact or {}),
        "lines": {n: found.line(n) for n in found.shares},
        "withdrawn_exact": float(o.law.cdf[-1]),
        "withdrawn_sampled": float(o.paths.happened("withdrawn").mean()),
        "notice_exact": float(o.notice.cdf[-1]),
        "largest_gain": o.largest_gain,
        "where": o.where,
    }


def _beliefs(b: DisplayBeliefs) -> Record:
    return {
        "prior": b.prior,
        "posterior_pass": number(b.found.posterior),
        "posterior_fail": number(b.found.posterior_after_fail),
        "leave_threshold": b.found.leave_threshold,
        "value_of_information": b.found.value_of_information,
        "attends": bool(b.found.attends),
        "prior_pretext": b.prior_pretext,
        "posterior_pretext": number(b.posterior_pretext),
    }


def _attended(a: Attendance) -> Record:
    return {
        "withdrawn_declined": float(a.declined.cdf[-1]),
        "withdrawn_attended": float(a.attended.cdf[-1]),
        "difference_exact": float(a.difference[-1]),
        "differs": bool(a.difference.any()),
        "dropped": a.dropped,
        "difference_sampled": a.sampled,
        "standard_error": a.error,
    }


def _gain(certificate: Certificate) -> float:
    """Largest gain; what rounding left below the gain of 0 that going along has is 0."""
    gain = float(certificate.max_gain)
    return 0.0 if -_ROUNDING < gain <= 0 else gain


def number(value: SupportsFloat) -> float | None:
    """Return a float, None where it is not finite."""
    return float(value) if isfinite(value) else None
