"""The one record of a report: every number that its text, page, JSON and netCDF show, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any, SupportsFloat, TypeAlias

from armsgame._provenance import VERSION
from armsgame._values import Memory
from armsgame.results.certificates import Certificate
from armsgame.study.scenarios.endings import ending
from armsgame.study.scenarios.enforcement import Deterrence, ThresholdRow

if TYPE_CHECKING:
    from armsgame.study.private_types.account import StrategicAccount
    from armsgame.study.private_types.outcomes import ProfileOutcomes
    from armsgame.study.private_types.record_beliefs import RecordBeliefs
    from armsgame.study.scenarios.outlook import Attendance, DisplayBeliefs, Outlook
    from armsgame.study.scenarios.report import Report

__all__ = ["Record", "fresh_record", "record_of"]

Record: TypeAlias = dict[str, Any]
"""Plain numbers and words by name, as JSON holds them."""

_ROUNDING = 1e-12
_SELECTION = "worst_off"


_RECORDS: Memory[Record] = Memory(1)


def record_of(r: Report) -> Record:
    """Plain numbers and words of a report, made once for all that show it; what does not exist is None."""
    return _RECORDS.of(r, "record", lambda: fresh_record(r))


def fresh_record(r: Report) -> Record:
    """Give the same, to be changed at will."""
    question, end = r.scenario.question, ending(r.scenario)
    return {
        "armsgame": VERSION,
        "scenario": r.scenario.id,
        "parties": list(r.scenario.parties),
        "question": {
            **_own(question, "discount", "start"),
            **_own(r, "periods", "paths"),
            "regime": r.scenario.asked_regime,
            "seed": str(r.provenance["seed"]),
        },
        "parameters": {
            n: {"value": dict(q.value) if isinstance(q.value, Mapping) else q.value, "source": q.source}
            for n, q in r.scenario.quantities.items()
        },
        "thresholds": [_row(row) for row in r.rows],
        "reversion": {name: _deterrence(found) for name, found in r.deterrence.items()},
        "anticipated_end": _end(r),
        "flip": r.flip
        and _own(r.flip, "share", "before", "after", "draws") | {"box": {n: list(b) for n, b in r.flip.box.items()}},
        "strategic": {name: _account(a) for name, a in r.accounts.items()},
        "outcomes": {name: _selected(a) for name, a in r.accounts.items() if len(a.outcomes)},
        "assumed": {name: _outlook(o) for name, o in r.outlooks.items()},
        "display": {name: _beliefs(b) for name, b in r.beliefs.items()},
        "display_attended": {name: _attended(a) for name, a in r.attended.items()},
        "ending": {
            **_own(end, "kind", "by", "asks_days", "given_days", "told", "verified"),
            "left": None if end.left is None else str(end.left),
        },
    }


def _own(of: object, *names: str) -> Record:
    return {n: getattr(of, n) for n in names}


def _row(r: ThresholdRow) -> Record:
    return {
        **_own(r, "strategy", "game", "regime", "detection", "holds"),
        "discounts": [list(i) for i in r.threshold.intervals],
        "threshold": number(r.threshold.value),
        "closed_form": None if r.closed_form is None else number(r.closed_form),
        "has_closed_form": r.closed_form is not None,
        "kind": r.certificate.kind,
        "largest_gain": _gain(r.certificate),
        "where": str(r.certificate.where),
    }


def _deterrence(found: Deterrence) -> Record:
    return {"shortest_suspension": number(found.periods), "permanent": found.permanent, "certified": found.certified}


def _end(r: Report) -> Record | None:
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


def _account(a: StrategicAccount) -> Record:
    found = a.outcomes
    return {
        "prior": {
            p: dict(zip(t, map(float, law), strict=True))
            for p, t, law in zip(found.game.players, found.game.types, found.game.prior, strict=True)
        },
        "profiles": [_profile(one, beliefs) for one, beliefs in zip(found, a.beliefs, strict=True)],
        "inner": [number(v) for v in found.inner],
        "outer": [number(v) for v in found.outer],
        "least_gain": number(found.search.least_gain),
        "acts_left_out": [str(x) for x in a.record.left_out],
        "swings": [
            {
                "assumption": s.assumption,
                "settings": [
                    {"at": w, "least": number(low), "greatest": number(high), "profiles": n}
                    for w, low, high, n in zip(s.settings, s.least, s.greatest, s.profiles, strict=True)
                ],
            }
            for s in a.swings
        ],
    }


def _selected(a: StrategicAccount) -> Record:
    """Outcomes under one certified profile, chosen by a stated rule: the party that is worse off fares best."""
    chosen = a.outcomes.search.select(_SELECTION)
    one = next(p for p in a.outcomes if p.equilibrium is chosen)
    found = one.outcomes
    return {
        "selection": _SELECTION,
        "profile": one.name,
        "shares": dict(found.shares),
        "standard_errors": dict(found.errors),
        "intervals": {n: list(ends) for n, ends in found.intervals.items()},
        "exact": dict(found.exact or found.shares),
        "withdrawn_exact": float(one.law.cdf[-1]),
        "withdrawn_sampled": None if one.run is None else float(one.run.happened(one.law.event).mean()),
        "notice_exact": float(one.notice.cdf[-1]),
    }


def _profile(one: ProfileOutcomes, beliefs: RecordBeliefs) -> Record:
    found = one.outcomes
    return {
        "name": one.name,
        "starts": list(one.equilibrium.found_by),
        "first_moves": one.equilibrium.first_moves(),
        "values": {p: dict(own) for p, own in one.equilibrium.values.items()},
        "kind": one.equilibrium.certificate.kind,
        "exact": dict(found.exact or found.shares),
        "lines": {n: found.line(n) for n in found.shares},
        "withdrawn_exact": float(one.law.cdf[-1]),
        "withdrawn_sampled": None if one.run is None else float(one.run.happened(one.law.event).mean()),
        "notice_exact": float(one.notice.cdf[-1]),
        "inner": [float(v) for v in one.ties.inner[-1]],
        "outer": [float(v) for v in one.ties.outer[-1]],
        "ties": one.ties.ties,
        "refused": list(one.ties.refused),
        "priors": str(one.equilibrium.priors),
        "record_on_path": beliefs.lies_on_path,
        "record_leaves_at": list(beliefs.off),
        "record_beliefs": {
            p: {k: [float(law[0, n]), float(law[-1, n])] for n, k in enumerate(kinds)}
            for p, kinds, law in zip(beliefs.path.parties, beliefs.types, beliefs.beliefs, strict=True)
        },
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
        **_own(o, "largest_gain", "where"),
    }


def _beliefs(b: DisplayBeliefs) -> Record:
    return {
        **_own(b, "prior", "prior_pretext"),
        **_own(b.found, "leave_threshold", "value_of_information"),
        "posterior_pass": number(b.found.posterior),
        "posterior_fail": number(b.found.posterior_after_fail),
        "posterior_pretext": number(b.posterior_pretext),
        "attends": bool(b.found.attends),
    }


def _attended(a: Attendance) -> Record:
    curves = {"withdrawn_declined": a.declined.cdf, "withdrawn_attended": a.attended.cdf}
    ends = {name: float(curve[-1]) for name, curve in {**curves, "difference_exact": a.difference}.items()}
    sampled = {"difference_sampled": a.sampled, "standard_error": a.error}
    return {**ends, "differs": bool(a.difference.any()), "dropped": a.dropped, **sampled}


def _gain(certificate: Certificate) -> float:
    """Largest gain; what rounding left below the gain of 0 that going along has is 0."""
    gain = float(certificate.max_gain)
    return 0.0 if -_ROUNDING < gain <= 0 else gain


def number(value: SupportsFloat) -> float | None:
    """Return a float, None where it is not finite."""
    return float(value) if isfinite(value) else None
