"""
With these numbers, too much patience breaks a ladder of demands
================================================================

Under the numbers of the INF dossier permanent exit on an alarm holds for every patient pair. A ladder, in which a
flagged party yields or shows its missile, holds in a band only: a very patient demander prefers to back down. Both
depend on the numbers: with more false alarms a ladder can hold up to 1, and where freedom is worth as much as
restraint (`outside_option` of 1) exit on alarm ends at .997.
"""

import armsgame as ag
from armsgame.study.scenarios.enforcement import thresholds

inf = ag.load_scenario("inf")
rows = thresholds(inf)
for row in rows:
    print(f"{row.strategy:<16s} {row.regime:<26s} {row.threshold}")
ax = ag.plot.thresholds(rows, discount=inf.question.discount)
ax.figure.set_size_inches(9.5, 5.2)
ax.figure.savefig("thresholds.png", dpi=110)
