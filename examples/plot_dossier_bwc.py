"""
Biological weapons: the less is seen, the more patience a ban needs
====================================================================

The least discount factor a year at which leaving on any alarm keeps both parties from a hidden programme, over the
chance that a quarter brings it to light. The dot is the assumption of the dossier. Rates are assumptions, and no
account of who did what enters.
"""

from dataclasses import replace

import matplotlib.pyplot as plt

import armsgame as ag

ban = ag.load_scenario("bwc")
seen = (0.03, 0.05, 0.15, 0.6)
rows = ag.compare([replace(ban.replace(detection=d), id=f"bwc {d:g}") for d in seen], "thresholds").table()
least = [row["exit_on_alarm"] for row in rows]
_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.semilogx(seen, least, "-", lw=2, color="#0072B2")
ax.plot(ban.parameters["detection"], least[1], "o", color="#D55E00", label="assumption of the dossier")
ax.set_xticks(seen, [f"{d:g}" for d in seen])
ax.minorticks_off()
ax.set_ylim(0, 1)
ax.set_xlabel("P(alarm | hidden programme), per quarter")
ax.set_ylabel("least discount factor a year")
ax.legend(frameon=False)
ax.figure.savefig("dossier_bwc.png", dpi=110)
