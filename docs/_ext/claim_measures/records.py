"""Claims about dossiers, their dates and the models beside them."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import pairwise

import numpy as np

import armsgame as ag

MINE_BAN = {"Lithuania": "2025-06-27", "Latvia": "2025-06-27", "Estonia": "2025-06-27", "Finland": "2025-07-10"}


@cache
def _scenario(name: str) -> ag.Scenario:
    return ag.load_scenario(name)


def _gain(treaty: ag.Treaty, discount: float) -> float:
    """What a party gains by leaving at once, where the other stays until an alarm."""
    game, stay = treaty.game(), ag.treaty.exit_on_alarm
    gone, kept = (ag.expected_payoffs(game, (own, stay), discount=discount)[0] for own in (ag.treaty.leave, stay))
    return float(gone - kept)


def price_of_notice(price: float = 2.0, discount: float = 0.95, false_alarm: float = 0.005) -> dict[str, float]:
    """From which worth of freedom leaving pays, without and with a price on notice; the gain is linear in it."""
    treaty = _scenario("abm").treaty().replace(false_alarm=false_alarm)
    roots = []
    for cost in (0.0, price):
        low, high = (_gain(treaty.replace(outside_option=x, exit_cost_unprovoked=cost), discount) for x in (1.0, 1.8))
        roots.append(1.0 - low * 0.8 / (high - low))
    return {"free": roots[0], "priced": roots[1]}


def term_of_notice(outside_option: float = 1.4, discount: float = 0.95, false_alarm: float = 0.005) -> dict[str, float]:
    """What leaving at once brings without notice, and with half a year and two years of it."""
    treaty = _scenario("anglo_german").treaty().replace(
        outside_option=outside_option, exit_cost_unprovoked=0.0, false_alarm=false_alarm
    )  # fmt: skip
    none, short, long = (_gain(treaty.replace(notice_days=days), discount) for days in (0.0, 182.0, 730.0))
    return {"none": none, "short": short, "long": long}


def second_exit() -> dict[str, float]:
    """Days between the two exits from Open Skies."""
    first, second = (_scenario("open_skies").day(f"events.exit-{state}").first for state in ("us", "russia"))
    return {"days": (second - first).days}


def five_notices() -> dict[str, float]:
    """Shortest and longest notice under the mine ban, and the days between the first and the last deposit."""
    moves: dict[str, dict[str, date]] = {}
    for event in _scenario("ottawa").timeline():
        moves.setdefault(event.actor, {})[event.move] = event.date.first
    left = [dates for dates in moves.values() if "withdraw_notice" in dates and "withdraw_effective" in dates]
    spans = [(dates["withdraw_effective"] - dates["withdraw_notice"]).days for dates in left]
    deposits = sorted(dates["withdraw_notice"] for dates in left)
    return {
        "states": len(left),
        "least": min(spans),
        "most": max(spans),
        "weeks": (deposits[-1] - deposits[0]).days / 7,
        "one_day": sum(a == b for a, b in pairwise(deposits)),
    }


def mine_ban(weights: float = 0.15, alone: float = 0.4, finland: float = 0.75, delay: int = 7) -> dict[str, float]:
    """By how many days a cascade misses the deposits of four parties at most, and that of Poland."""
    parties = ("Lithuania", "Latvia", "Estonia", "Poland", "Finland")
    game = ag.treaty.cascade.ExitGame(parties, alone=[alone] * 4 + [finland], weights=weights, outside=0)
    found = ag.treaty.cascade.path(game, 0.87 + 0.02 * np.arange(40), notice=13, delay=delay, rule="as seen")
    dates = MINE_BAN | {"Poland": "2025-08-20"}
    missed = {
        party: (
            np.datetime64(dates[party]) - np.datetime64("2024-12-10") - np.timedelta64(int(14 * fortnight), "D")
        ).astype(int)
        if np.isfinite(fortnight)
        else np.inf
        for party, fortnight in zip(found.parties, found.deposited, strict=True)
    }
    return {"four": float(max(abs(missed[party]) for party in MINE_BAN)), "poland": float(missed["Poland"])}


def far_sighted() -> dict[str, float]:
    """Under which of two readings the kept treaty is stable for far-sighted parties, and whether it is a Nash state."""
    first = ["not exit", "deploy"]
    readings = (
        {"A": first, "B": ["not deploy", lambda state: ("deploy" in state) == ("exit" in state)]},
        {"A": first, "B": ["exit", "not deploy"]},
    )
    found = [
        ag.treaty.conflict_graph.GraphModel.from_options(
            {"A": ["deploy"], "B": ["exit"]}, reading, irreversible=["exit"]
        ).stability()
        for reading in readings
    ]
    return {
        "first": float(all("-" in getattr(found[0], kind) for kind in ("gmr", "smr", "seq"))),
        "second": float(any("-" in getattr(found[1], kind) for kind in ("gmr", "smr", "seq"))),
        "nash": float(any("-" in one.nash for one in found)),
    }


def largest_bars(temptation: float = 1.5, detection: float = 0.8) -> dict[str, float]:
    """Whether temptation and detection have the two longest bars of a tornado at other values of the scenario."""
    scenario = _scenario("inf").replace(temptation=temptation, detection=detection)
    names = ["temptation", "detection", "false_alarm", "sucker"]
    found = ag.sensitivity(scenario, names, measure=ag.measures.threshold, method=ag.studies.OneAtATime())
    spans = dict(zip(found.names, np.abs(np.asarray(found.high) - np.asarray(found.low)), strict=True))
    least = min(spans["temptation"], spans["detection"])
    return {"ahead": float(least > max(spans["false_alarm"], spans["sucker"]))}


def indices(low_temptation: float = 0.2) -> dict[str, float]:
    """Least lead of the first-order index of temptation, and what it does together with others."""
    names = {"detection": (0.02, 0.98), "false_alarm": (0.001, 0.2), "discount": (0.5, 0.995)}
    over = names | {"temptation": (low_temptation, 3.0)}
    method = ag.studies.Saltelli(base=512, resamples=20)
    found = ag.sensitivity(
        _scenario("inf"), over, measure=ag.measures.regime, output="grim", method=method, rng=7
    )  # fmt: skip
    own, total = (dict(zip(found.names, np.asarray(part), strict=True)) for part in (found.first, found.total))
    others = [name for name in own if name != "temptation"]
    return {
        "lead": own["temptation"] - max(own[name] for name in others),
        "total": total["temptation"] - max(total[name] for name in others),
        "shared": total["temptation"] - own["temptation"],
    }
