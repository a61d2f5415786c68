"""
What a crisis does to the treaty when types choose strategically
================================================================

After an alarm the treaty stands or falls by what the types do in the crisis. Demands, offers, snubs and notice
follow from the crisis tree, whose ends are worth what the treaty's game makes of them. Under both accounts nearly
all paths end in withdrawal (91 and 100 per cent); they get there by different routes: a demand that runs out, or a
notice without one. All numbers are assumptions of the accounts; none of them is taken as true.
"""

import matplotlib.pyplot as plt

import armsgame as ag

inf = ag.load_scenario("inf")
runs = {}
for name in ("us_account", "russian_account"):
    crisis = ag.studies.strategic_crisis(inf, name)
    alarmed = [
        ag.simulation.Branch(b.label, b.weight, b.game.starting("in_force, Russia"), b.profile) for b in crisis.branches
    ]
    runs[inf.perspective(name).title] = ag.simulation.simulate_mixture(
        alarmed, discount=0.95, periods=8, paths=2000, rng=1
    )
ax = ag.plot.outcomes(runs)
ax.figure.suptitle("What follows an alarm, under two accounts")
plt.show()
