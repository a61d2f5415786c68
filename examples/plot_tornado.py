"""
Temptation and detection move the threshold most
================================================

Each bar is the least discount factor at which a permanent reversion deters, with one parameter at the ends
of its range and the others at the scenario's values. The ranges are for study, not estimates.
"""

import armsgame as ag

inf = ag.load_scenario("inf")
names = ["temptation", "detection", "false_alarm", "sucker"]
found = ag.sensitivity(inf, names, measure=ag.measures.threshold, method=ag.OneAtATime())
ax = ag.plot.tornado(found)
ag.plot.save(ax, "tornado.png", found, dpi=110)
