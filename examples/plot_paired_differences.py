"""
The same draws, with and without better detection
=================================================

Each path is played twice with the same draws: once with the detection rate after the inspections ended,
once with 0.5. What is shown is the change of a party's payoff, path by path, under each account.
"""

import armsgame as ag

inf = ag.load_scenario("inf")
found = ag.counterfactual(inf, {"detection_after": 0.5}, event="notice", paths=4000, rng=1)
ax = ag.plot.paired_differences(found, party="Russia")
ag.plot.save(ax, "paired_differences.png", found, dpi=110)
