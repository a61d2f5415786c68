"""
What the INF deal could promise, before and after 2001
======================================================

Payoffs that any pure public agreement can promise at a discount factor of 0.95, by the quality of
verification. With on-site inspection nearly everything above the threats is left, and the Nash bargain is
mutual compliance but for false alarms. With a detection rate of 0.03 the set is one point: both deploy.
All numbers are assumptions.
"""

import armsgame as ag

inf = ag.load_scenario("inf")
sets = {}
for detection in (0.8, 0.2, 0.1, 0.03):
    game = inf.replace(detection=detection).treaty().one_status()
    sets[f"detection {detection:g}"] = ag.payoff_set(game, discount=0.95, method=ag.methods.LinearPrograms(gap=5e-3))
best = sets["detection 0.8"]
bargain = ag.negotiate(best, threat="minmax", rule=ag.NashBargaining())
print(bargain)
print(ag.strategy_for(best, bargain.payoff).ok)
ax = ag.plot.payoff_sets(sets, bargain=bargain, feasible=inf.treaty().one_status().stage)
ax.figure.savefig("promises.png", dpi=110)
