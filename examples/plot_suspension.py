"""
Suspend or leave: what standing decides
=======================================

After an alarm a party may suspend its obligations instead of giving notice. Hiding a deployment costs .05 a period,
and being a party to the treaty is worth `standing`. Suspension ends the cost of hiding. Whether the suspended party
keeps its standing decides the rest. Where it does, nobody gives notice as long as standing is worth anything. Where
it does not, a suspended treaty is worth no more than none, and beyond .05 nobody would suspend. A policy that leaves
and never answers a suspension is no equilibrium in either case. All numbers are assumptions.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

ladders = ag.treaty.SUSPENSION_LADDERS
rules = {
    "leave without suspending": ag.treaty.exit_on_alarm,
    "suspend and leave": ladders["suspend and leave"],
    "suspend on alarm": ladders["suspend on alarm"],
}
standing = np.linspace(0, 0.1, 5)
figure, panels = plt.subplots(1, 2, figsize=(10, 3.4), sharey=True, layout="constrained")
for ax, goes_on in zip(panels, (True, False), strict=True):
    part = ag.treaty.parts.Suspension(standing_goes_on=goes_on)
    treaty = ag.Treaty(demand=False, parts=(part,)).replace(concealment_cost=0.05)
    for worth in standing:
        game = treaty.replace(standing=float(worth)).game()
        for row, rule in enumerate(rules.values()):
            holds = ag.verify(game, (rule, rule), discount=0.95).ok
            ax.plot(worth, row, "o" if holds else "x", color="#0072B2" if holds else "#D55E00", ms=9)
    ax.set_yticks(range(len(rules)), rules)
    ax.margins(y=0.3)
    ax.set_xlabel("standing per period")
    ax.set_title("standing goes on while suspended" if goes_on else "standing rests while suspended", fontsize=10)
figure.savefig("suspension.png", dpi=110)
