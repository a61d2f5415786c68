"""Claims about terms and the talks over them."""

from __future__ import annotations

from functools import cache

import armsgame as ag
from armsgame import negotiation as neg


def visits(discount: float = 0.95, temptation: float = 1.5, false_alarm: float = 0.005) -> dict[str, float]:
    """Whether any bundle without visits on one side is self-enforcing, and whether all with visits on both are."""
    treaty = ag.load_scenario("inf").treaty(regime="national technical means")
    treaty = treaty.replace(temptation=temptation, false_alarm=false_alarm)
    terms = neg.Terms(
        [
            neg.inspection_quota((0, 1, 8), party="Russia", name="9M729 visits"),
            neg.inspection_quota((0, 1, 8), party="US", name="Mk-41 visits"),
        ]
    )
    holds = neg.value_of_terms(treaty, terms, discount=discount).self_enforcing
    one_side, both = (0, 1, 2, 3, 6), (4, 5, 7, 8)
    return {"one_side": float(any(holds[k] for k in one_side)), "both": float(all(holds[k] for k in both))}


@cache
def _space(discount: float, cost: float) -> neg.TermValues:
    shares = [k / 10 for k in range(11)]
    terms = neg.Terms([neg.inspection_quota((1, 2, 3)), neg.cost_sharing(shares, payer="US", cost=cost)])
    return neg.value_of_terms(ag.Treaty().replace(detection=0.03), terms, discount=discount)


def deadline(
    breakdown: float = 0.02, cost: float = 0.8, discount: float = 0.95, low: int = 4, high: int = 16
) -> dict[str, float]:
    """By how much more negotiations of two late conceders fail with a long deadline than with a short one."""
    failed = []
    for rounds in (low, high):
        rules = neg.AlternatingOffers((0.97, 0.97), rounds=rounds, breakdown=breakdown)
        run = neg.negotiate_sessions(_space(discount, cost), rules, neg.boulware(), neg.boulware(), sessions=1)
        failed.append(1 - run.exact["agreed"])
    return {"rise": failed[1] - failed[0]}
