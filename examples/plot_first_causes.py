"""
What started the collapse
=========================

On every path that ends in a notice, which came first: a false alarm, a detected deployment, a demand that ran out,
or a notice without grounds? Both parties leave on an alarm and each misplays one period in a hundred. Notice by
mistake comes first most often in both regimes; detections start many more of the collapses where deployments are
seen (.19) than where they are not (.01), but nowhere the most. Diamonds are exact. "First" is an order in time, no
claim about what would have happened otherwise.
"""

import matplotlib.pyplot as plt

import armsgame as ag

inf = ag.load_scenario("inf")
leave = (ag.treaty.exit_on_alarm, ag.treaty.exit_on_alarm)
causes = {}
for regime in ("on-site inspection", "national technical means"):
    game = inf.treaty(regime=regime).game()
    run = ag.simulate(game, leave, discount=0.95, periods=80, paths=2000, rng=7, error=0.01)
    law = ag.survival.incidence_law(game, leave, periods=80, collapse="notice", error=0.01)
    causes[regime] = run.first_causes("notice", law=law)
    print(causes[regime])
_, (left, right) = plt.subplots(1, 2, figsize=(13, 4.2), layout="constrained")
ag.plot.first_causes(causes, ax=left)
ag.plot.incidence(causes["on-site inspection"].incidence, ax=right)
left.figure.savefig("first_causes.png", dpi=110)
