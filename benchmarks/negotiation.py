"""Processor time of valuing bundles, of sessions, of backward induction and of offers with private types.

Run: NUMBA_NUM_THREADS=1 python benchmarks/negotiation.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

import armsgame as ag
from armsgame import negotiation as neg
from armsgame.negotiation.private_types.assessments import verify_assessment_of_offers


def clock(work: Callable[[], Any], repeat: int = 3) -> tuple[float, Any]:
    best, out = float("inf"), None
    for _ in range(repeat):
        start = time.process_time()
        out = work()
        best = min(best, time.process_time() - start)
    return best, out


def main() -> None:
    treaty = ag.Treaty().replace(detection=0.03)
    tenths = np.linspace(0, 1, 10)
    terms = [
        neg.inspection_quota(range(10)),
        neg.deployment_ceiling(tenths / 2),
        neg.sanctions_relief(tenths, target="Russia"),
        neg.cost_sharing(tenths, payer="US"),
    ]
    delta = iter(0.95 + 1e-6 * k for k in range(100))  # a new question each time, so that nothing is cached
    fast = neg.OneStatus()
    took, values = clock(lambda: neg.value_of_terms(treaty, neg.Terms(terms), discount=next(delta), selection=fast))
    print(f"10,000 bundles, conduct alone with exit:  {took:8.3f} s  ({values.share:.0%} self-enforcing)")
    took, found = clock(lambda: neg.negotiate_terms(values))
    print(f"frontier and four rules over them:        {took:8.3f} s  ({len(found.frontier)} on the frontier)")
    notice = neg.notice_length(range(91, 1001, 91))
    some = neg.Terms([neg.inspection_quota(range(5)), notice, neg.display_access(tenths)])
    took, whole = clock(lambda: neg.value_of_terms(treaty, some, discount=next(delta)), repeat=1)
    profiles = len(neg.Policies().profiles)
    print(f"{some.size} bundles, {profiles} profiles, whole game:   {took:8.3f} s  ({whole.share:.0%} self-enforcing)")
    eleven = np.linspace(0, 1, 11)
    grid = neg.Terms([neg.sanctions_relief(eleven, target="Russia"), neg.cost_sharing(eleven, payer="US")])
    space = neg.value_of_terms(ag.Treaty(), grid, discount=0.95)
    rules = neg.AlternatingOffers((0.99, 0.99), rounds=100)
    start = time.process_time()
    neg.negotiate_sessions(space, rules, neg.boulware(), neg.hardliner(), sessions=10)
    print(f"first call of the session kernel:         {time.process_time() - start:8.3f} s")
    for name, pair in {
        "equal steps": (neg.linear(), neg.linear()),
        "late, never (all 100 rounds)": (neg.hardliner(), neg.hardliner()),
        "late, in kind": (neg.boulware(), neg.reciprocal()),
        "random, never": (neg.random_negotiator(), neg.hardliner()),
    }.items():
        took, run = clock(lambda pair=pair: neg.negotiate_sessions(space, rules, *pair, sessions=1_000_000, rng=1))
        rounds = float(np.minimum(run.round + 1, 100).mean())
        print(f"1,000,000 sessions, {name:<28s}{took:6.3f} s  ({1e6 / took:,.0f} per second, {rounds:.0f} rounds each)")
    thousand = replace(
        values,
        terms=neg.Terms([neg.Term("bundle", tuple(range(1000)), parameter="notice_days")]),
        bundles=np.arange(1000)[:, None],
        values=values.values[-1000:],
        self_enforcing=np.ones(1000, bool),
        selected=np.zeros(1000, int),
        gains=np.zeros(1000),
        binding=("",) * 1000,
    )
    took, solved = clock(lambda: neg.alternating_offers(thousand, rules)[0])
    check, _ = clock(lambda: neg.verify_offers(solved))
    print(f"backward induction, 100 rounds x 1,000:   {took:8.3f} s  of which its certificate {check:.3f} s")
    rng = np.random.default_rng(1)
    for count in (3, 6, 10):
        draws = iter([[given(rng.normal(0.4, 1.0, (count, 2))) for _ in (0, 1)] for _ in (0, 1)] for _ in range(3))
        prior = ((0.6, 0.4), (0.3, 0.7))
        took, both = clock(lambda draws=draws, prior=prior: neg.two_sided_offers(next(draws), prior))
        each = [one.assessment for one in both.equilibria]
        check, _ = clock(lambda both=both, each=each: [verify_assessment_of_offers(both.game, one) for one in each])
        told = f"({len(both)} outcomes, their certificates {check:.3f} s)"
        print(f"two rounds, 2 x 2 types, {count:2d} bundles:       {took:8.3f} s  {told}")
    kinds = {"US": {"content": {}, "tempted": {"temptation": 2.5}}, "Russia": {"content": {}}}
    few = neg.Terms([neg.inspection_quota((0, 1, 2, 4)), neg.cost_sharing((0.0, 0.5, 1.0), payer="US")])
    laws = {"US": [0.8, 0.2]}
    took, typed = clock(
        lambda: neg.values_by_type(treaty, few, discount=next(delta), types=kinds, prior=laws), repeat=1
    )
    print(f"{few.size} bundles by type, whole game:         {took:8.3f} s  ({typed.share:.0%} self-enforcing)")


def given(pays: Any) -> neg.TermValues:
    """Bundles with utilities that are given."""
    count, none = len(pays), np.zeros(2)
    space = neg.Terms([neg.Term("bundle", tuple(range(count)), parameter="notice_days")])
    return neg.TermValues(
        terms=space, bundles=space.bundles(), values=pays, self_enforcing=np.ones(count, bool),
        selected=np.zeros(count, int), gains=np.zeros(count), binding=("",) * count, classes=("given",),
        disagreement=none, walk_away=none, parties=("A", "B"), discount=0.9,
    )  # fmt: skip


if __name__ == "__main__":
    main()
