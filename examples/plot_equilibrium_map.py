"""
Two payoffs decide which arms race it is
========================================

Fix the reward of mutual compliance at 1 and the punishment of mutual deployment at 0. The payoffs
of deploying alone and of complying alone then decide whether the parties face harmony, a stag hunt,
chicken or a prisoner's dilemma (Jervis 1978). All 58,081 games are solved in one call and classified
by the equilibria found. In chicken a mediator helps: a lottery that recommends compliance to both
half of the time is obeyed, and gives both together more than any Nash equilibrium (Aumann 1974).
"""

import matplotlib.pyplot as plt

import armsgame as ag

chicken = ag.StageGame.from_bimatrix([[6, 2], [7, 0]], [[6, 7], [2, 0]], players=("US", "Russia"))
print(ag.correlated(chicken))
print(max(sum(one.payoffs) for one in ag.nash(chicken)), "is the most that a Nash equilibrium gives both together")

figure, ax = plt.subplots(figsize=(8, 4.6), layout="constrained")
ag.plot.equilibrium_map(ax=ax)
