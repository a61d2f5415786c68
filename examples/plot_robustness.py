"""
Where "a suspension of at most four periods deters" survives its assumptions
============================================================================

Points of a box of assumptions, three parameters wide; the frame is a region in which the conclusion
holds at 95 % of the points or more. Outside it the conclusion is a matter of numbers nobody has measured.
"""

import numpy as np

import armsgame as ag


def short_suspension(treaty, discount):
    """Whether a suspension of at most four periods deters (1 or 0)."""
    found = ag.measures.regime(treaty, discount=discount)["suspension"]
    return float(np.nan_to_num(found, nan=np.inf) <= 4)


claim = ag.studies.Conclusion(ag.load_scenario("inf"), "short_suspension == 1", short_suspension)
found = ag.studies.robustness(claim, ["detection", "false_alarm", "discount"], points=2048, rng=1)
ax = ag.plot.robustness_region(found, x="detection", y="discount")
ax.figure.set_size_inches(9, 4.5)
ag.plot.save(ax, "robustness.png", found, dpi=110)
