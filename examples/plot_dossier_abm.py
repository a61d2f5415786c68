"""
ABM Treaty: when leaving pays without any charge
================================================

No breach was alleged when the United States gave notice in 2001. In the model a party gains by leaving an intact
treaty once freedom is worth more than restraint plus what it loses while the notice runs: from 1.10 here, where
restraint is worth 1. A price on notice without grounds moves that point to the right, to 1.24. Payoffs are
assumptions.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

abm = ag.load_scenario("abm")
print(ag.compare([abm], "notice"))
stay, leave = ag.treaty.exit_on_alarm, ag.treaty.leave
_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
worth = np.linspace(0.8, 1.6, 17)
for cost, style in ((0.0, "-"), (2.0, "--")):
    games = [abm.treaty().replace(outside_option=float(x), exit_cost_unprovoked=cost).game() for x in worth]
    pays = [[ag.expected_payoffs(g, (own, stay), discount=0.95)[0] for own in (leave, stay)] for g in games]
    ax.plot(worth, [gone - kept for gone, kept in pays], style, lw=2, label=f"price of the notice: {cost:g}")
ax.axhline(0, color="black", lw=1)
ax.set_xlabel("worth of freedom after withdrawal, where mutual restraint is worth 1")
ax.set_ylabel("gain by leaving at once, per period")
ax.legend(frameon=False)
ax.figure.savefig("dossier_abm.png", dpi=110)
