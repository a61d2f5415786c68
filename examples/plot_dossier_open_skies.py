"""
Open Skies: the second exit came 391 days after the first
=========================================================

Both states gave the six months that the treaty asks for. The days are counted from the dates of the record. Between
the two exits the treaty went on among the others, as it does since.
"""

import matplotlib.pyplot as plt
from matplotlib.dates import MonthLocator

import armsgame as ag

skies = ag.load_scenario("open_skies")
_, ax = plt.subplots(figsize=(8, 2.6), layout="constrained")
for row, state in enumerate(("us", "russia")):
    notice, left = (skies.day(f"events.{what}-{state}").first for what in ("notice", "exit"))
    ax.barh(row, left - notice, left=notice, color="#E69F00", height=0.5)
    ax.annotate(f"{(left - notice).days} days", (notice, row), xytext=(6, 0), textcoords="offset points", va="center")
first, second = (skies.day(f"events.exit-{state}").first for state in ("us", "russia"))
ax.annotate("", (second, 0.5), (first, 0.5), arrowprops={"arrowstyle": "<->"})
ax.text(first + (second - first) / 2, 0.45, f"{(second - first).days} days", ha="center")
ax.use_sticky_edges = False
ax.xaxis.set_major_locator(MonthLocator(interval=3))
ax.set_yticks((0, 1), ("United States", "Russia"))
ax.invert_yaxis()
ax.set_xlabel("from notice to effect")
ax.figure.savefig("dossier_open_skies.png", dpi=110)
