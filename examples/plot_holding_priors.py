"""
The priors at which compliance beside a party that wants out is certified
=========================================================================

Three types a side: content, tempted, and one that wants out. With detection .8 a profile is certified in which content
and tempted parties comply and the third one deploys. The triangle shows all priors about the other side; the profile is
an equilibrium in the filled part, where a party that wants out is not nearly certain. The point is the prior of the
game. All numbers are assumptions.
"""

import armsgame as ag

types = {"content": {}, "tempted": {"temptation": 2.5}, "wants_out": {"outside_option": 1.3}}
treaty = ag.Treaty().replace(detection=0.8)
game = treaty.with_types({party: types for party in treaty.parties}, [[0.25, 0.5, 0.25]] * 2)
found = ag.bayesian_equilibria(game, discount=0.95, mixing="never")
best = found.select("worst_off")
ax = ag.plot.holding_priors(best)
ax.figure.savefig("holding_priors.png", dpi=110)
print(best.priors)
