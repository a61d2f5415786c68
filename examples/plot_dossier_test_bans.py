"""
Test bans: measurement on site lowers the patience that restraint needs
========================================================================

For each strategy the least discount factor a year at which it holds, with seismic means from afar and with
measurement on site. Rates of detection are assumptions; a strategy without a dot holds at no discount factor.
"""

import matplotlib.pyplot as plt

import armsgame as ag

found = ag.compare(["test_bans"], "thresholds").table()
shown = {"grim": "grim", "suspend": "suspend, then return", "ladder_yield": "demand, may yield"}
_, ax = plt.subplots(figsize=(7.5, 3.2), layout="constrained")
for row, colour in zip(found, ("#E69F00", "#0072B2"), strict=True):
    ax.plot([row[name] for name in shown], range(len(shown)), "o", ms=9, color=colour, label=row["regime"])
ax.set_yticks(range(len(shown)), shown.values())
ax.set_ylim(len(shown) - 0.5, -0.5)
ax.set_xlim(0, 1)
ax.set_xlabel("least discount factor a year")
ax.legend(frameon=False)
ax.figure.savefig("dossier_test_bans.png", dpi=110)
