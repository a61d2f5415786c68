"""
Most disputes under a ladder lead back into the treaty
======================================================

The statuses of the INF-like treaty game, with the share of visits that each move follows. Both parties comply, demand
after an alarm, and yield to a demand. Flags are collapsed: 23 states are eight statuses. All payoffs and rates are
assumptions.
"""

import armsgame as ag

game = ag.Treaty().game()
ladder = (ag.treaty.ladder_yield, ag.treaty.ladder_yield)
ag.plot.states(game, ladder)
