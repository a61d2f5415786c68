"""
Where a deviation pays
======================

Both parties of a treaty with on-site inspection leave on an alarm. On the left the gain of the best other action at
each status: left of the line nothing is gained. On the right the discount factors at which this profile and two
others are equilibria. All parameters are assumptions.
"""

import matplotlib.pyplot as plt

import armsgame as ag

game = ag.Treaty(demand=False).game()
profiles = {p.name: (p, p) for p in (ag.treaty.exit_on_alarm, ag.treaty.stay_deployed)}
figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4), layout="constrained")
ag.verify(game, profiles["exit_on_alarm"], discount=0.95).plot(ax=left)
ag.plot.holding_discounts(
    {name: ag.critical_discount(game, p) for name, p in profiles.items()}, discount=0.95, ax=right
)
