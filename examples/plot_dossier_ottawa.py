"""
Ottawa convention: five notices of six months within eight weeks
================================================================

Votes of parliaments (dots), the time under notice (bars) and the days of effect, as the record has them. Three
instruments were handed in on one day. The fourth followed after two weeks and the fifth after eight.
"""

import matplotlib.pyplot as plt
from matplotlib.dates import MonthLocator

import armsgame as ag

ottawa = ag.load_scenario("ottawa")
states = ("Estonia", "Latvia", "Lithuania", "Finland", "Poland")
_, ax = plt.subplots(figsize=(8, 3.4), layout="constrained")
for row, state in enumerate(states):
    moves = {e.move: e for e in ottawa.timeline() if e.actor == state}
    notice, left = moves["withdraw_notice"].date.first, moves["withdraw_effective"].date.first
    ax.barh(row, left - notice, left=notice, color="#E69F00", height=0.5)
    ax.plot(moves["legislate"].date.first, row, "o", color="#0072B2")
    ax.annotate(f"{(left - notice).days} days", (notice, row), xytext=(6, 0), textcoords="offset points", va="center")
ax.axvline(ottawa.day("terms.ended").first, color="black", lw=1, ls=":")
ax.set_yticks(range(len(states)), states)
ax.invert_yaxis()
ax.xaxis.set_major_locator(MonthLocator(interval=2))
ax.set_xlabel("vote in parliament (dot), deposit to effect (bar), first exits (dotted)")
ax.figure.savefig("dossier_ottawa.png", dpi=110)
for fact in ottawa.facts:
    print(f"{fact.name}: {ottawa.value(fact):g} {fact.unit}")
