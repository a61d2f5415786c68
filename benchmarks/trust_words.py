"""Fuzz of words: flat sweeps, contradictions between the forms of a report, regions of robustness, ties of bundles."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np

import armsgame as ag
from armsgame import negotiation as neg
from armsgame.arithmetic.shares import digits
from armsgame.cli.page_text import alternative, answers
from armsgame.errors import ArmsgameError

Row = tuple[str, int, int, int, int]

RANGES = {
    "temptation": (1.05, 3.0), "reward": (0.8, 1.2), "punishment": (-0.3, 0.5), "sucker": (-1.0, 0.4),
    "outside_option": (0.0, 1.5), "audience_cost": (0.0, 5.0), "status_cost": (0.0, 3.0), "detection": (0.02, 1.0),
    "exit_cost_unprovoked": (0.0, 3.0), "exit_cost_grounds": (0.0, 1.0), "verification_cost": (0.0, 0.2),
    "transparency_cost": (0.0, 1.0), "false_alarm": (0.0, 0.3), "pass_compliant": (0.5, 1.0),
    "pass_violating": (0.0, 0.9),
    "period_days": (60, 180), "notice_days": (0, 400), "deadline_days": (20, 150), "compliance_rate": (0.0, 0.2),
    "renegotiation": (0.0, 0.3), "discount": (0.3, 0.99),
}  # fmt: skip


def _measures() -> list[ag.measures.Measure]:
    policies = ("exit_on_alarm", "ladder_yield", "ladder_display", "comply", "leave")
    named = [ag.measures.regime, ag.measures.threshold, ag.measures.cheapest_detection, ag.measures.display_posterior()]
    return named + [ag.measures.survival(p) for p in policies]


def sweeps(games: int, rng: np.random.Generator) -> Row:
    """Every pair of term and measure in turn: refused, told to be flat, or moving; a silent flat map is wrong."""
    pairs = [(n, m) for n in RANGES for m in _measures()]
    wrong = 0
    for k in range(games):
        name, measure = pairs[(k * 37 + int(rng.integers(3))) % len(pairs)]
        base = ag.Treaty().replace(temptation=rng.uniform(1.1, 2), detection=rng.uniform(0.1, 0.9))
        line = np.sort(rng.uniform(*RANGES[name], 3))
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                found = ag.sweep(base, {name: line}, measure, discount=0.9, progress=False)
            except ArmsgameError:
                continue
        flat = all(
            np.array_equal(v, np.broadcast_to(v[:1], v.shape), equal_nan=True)
            for v in map(np.asarray, (v.values for n, v in found.data_vars.items() if n != "error"))
        )
        # a closed form that says what it reads may be level between three points; it must then name the line
        wrong += flat and not (found.attrs["flat"] == name and (told or isinstance(measure.reads, frozenset)))
        wrong += bool(found.attrs["failed"]) and not told
    return "sweeps over (term, measure): silent flat maps", games, int(wrong), 0, 0


def reports(games: int, rng: np.random.Generator) -> Row:
    """Perturbed dossiers: text, answers, JSON and dataset give the same numbers and no denial of what is certified."""
    wrong = 0
    for k in range(games):
        s = ag.load_scenario(ag.scenarios()[k % len(ag.scenarios())])
        own = {
            n: float(rng.uniform(*RANGES[n]))
            for n in ("temptation", "detection", "false_alarm", "sucker", "notice_days")
        }
        s = s.replace(**own, discount=float(rng.uniform(0.6, 0.98)))
        r = ag.report(s, paths=20, periods=5, rng=k)
        record, text, data, lines = (
            r.summary(),
            str(r),
            r.to_xarray(),
            " ".join(answers(r)) + alternative(r, "regime_map"),
        )
        for name, a in record["strategic"].items():
            for n, p in enumerate(a["profiles"]):
                wrong += f"{digits(p['withdrawn_exact'])} exact" not in text
                at = data.sel(perspective=name, profile=n)
                wrong += at["withdrawn_outer"][-1].values.tolist() != p["outer"]
                wrong += p["exact"]["withdrawn and mirrored"] > p["withdrawn_exact"] + 1e-12
        wrong += "P(withdrawn within" not in lines
        for row in record["thresholds"]:
            inside = any(a <= s.question.discount <= b for a, b in row["discounts"])
            wrong += inside != row["holds"]
            wrong += row["strategy"] == "grim" and row["holds"] != record["reversion"][row["regime"]]["permanent"]
        wrong += "nan" in text.split("Timeline\n")[0].lower().replace("finance", "")
    return "reports of perturbed dossiers: contradictions", games, int(wrong), 0, 0


def _detection(treaty: ag.Treaty, discount: float) -> float:
    return treaty.parameters[0].detection + 0 * discount


def regions(games: int, rng: np.random.Generator) -> Row:
    """Conclusions about one parameter: the share is the length of its line, the order of names changes nothing."""
    wrong = 0
    for k in range(games):
        cut = float(rng.uniform(0.05, 0.95))
        claim = ag.studies.Conclusion(ag.Treaty(), f"_detection >= {cut!r}", _detection, discount=0.9)
        over = {"detection": (0.0, 1.0), "temptation": (1.0, 2.0), "discount": (0.5, 0.99)}
        one = ag.studies.robustness(claim, over, points=128, rng=k)
        two = ag.studies.robustness(claim, dict(reversed(over.items())), points=128, rng=k)
        wrong += abs(one.share - (1 - cut)) > 0.05 or "nan" in str(one)
        wrong += one.share != two.share or (one.region and dict(one.region.limits)) != (
            two.region and dict(two.region.limits)
        )
        wrong += one.region is not None and one.region.judged > 5 and one.region.density < 0.7
    return "regions of robustness: share, order of names, judge", games, int(wrong), 0, 0


def ties(games: int, rng: np.random.Generator) -> Row:
    """Bundles with a term that no value reads: it is undetermined, and the others are not."""
    wrong = 0
    for _ in range(games):
        inert = str(rng.choice(["notice_days", "deadline_days", "audience_cost"]))
        levels = tuple(np.sort(rng.uniform(20, 400, 2)).round(1).tolist())
        space = neg.Terms([neg.Term("seen", (0.3, float(rng.uniform(0.5, 0.9))), parameter="detection"),
                           neg.Term("unseen", levels, parameter=inert)])  # fmt: skip
        worth = neg.value_of_terms(ag.Treaty(), space, discount=float(rng.uniform(0.8, 0.97)))
        found = neg.negotiate_terms(worth)
        wrong += found.agreed and (
            "unseen" not in worth.unread or str(found).count("unseen undetermined") != len(found.deals)
        )
    return "ties of bundles: printed as deals", games, int(wrong), 0, 0


def records(games: int, rng: np.random.Generator) -> Row:
    """Dossiers with events taken out at random: no notice is denied, none invented."""
    wrong = 0
    for k in range(games):
        s = ag.load_scenario(ag.scenarios()[k % len(ag.scenarios())])
        kept = replace(s, events=tuple(e for e in s.events if rng.random() < 0.7))
        row = ag.compare([kept], "notice").table()[0]
        noticed = {e.actor for e in kept.events if e.move == "withdraw_notice"}
        wrong += "without notice" in str(ag.compare([kept], "notice"))
        wrong += row["given_days"] is not None and row["by"] not in noticed
    return "records with missing events: notice", games, int(wrong), 0, 0


def rows(games: int, seed: int) -> list[Row]:
    """Return (what was fuzzed, games tried, wrong, unconverged, endless)."""
    rng = np.random.default_rng(seed)
    counts = (
        (sweeps, games),
        (reports, max(2, games // 25)),
        (regions, games // 5),
        (ties, games // 2),
        (records, games),
    )
    return [fuzz(count, rng) for fuzz, count in counts]
