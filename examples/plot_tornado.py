"""
Over these ranges temptation and detection move the threshold most
==================================================================

Each bar is the least discount factor at which a permanent reversion deters, with one parameter at the ends
of its range and the others at the scenario's values. The ranges are for study, not estimates. The order depends on
those values: at a temptation of 2.5 false alarms at the end of their range leave no threshold at all, as poor detection
does.
"""

import armsgame as ag

inf = ag.load_scenario("inf")
names = ["temptation", "detection", "false_alarm", "sucker"]
found = ag.sensitivity(inf, names, measure=ag.measures.threshold, method=ag.studies.OneAtATime())
ax = ag.plot.tornado(found)
ag.plot.save(ax, "tornado.png", found, dpi=110)
