"""
A demand is a gamble, and an audience can raise the stakes
==========================================================

Left: the best take-it-or-leave-it demand and the chance that it is refused, as the target's highest private cost of
conflict grows. Right: a public threat. As backing down gets costlier, bluffs first grow a little more common and
then die out, while conflict grows likelier, from .27 to .47. That holds as long as some of those who would back
down bluff and some keep silent; where everybody threatens, a costlier retreat makes conflict rarer. All numbers are
assumptions.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

ultimatum = ag.treaty.ultimatum
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
highest = np.linspace(0.05, 0.9, 200)
offer = ultimatum.take_it_or_leave_it(0.5, 0.1, 0.05, highest)
left.plot(highest, offer.demand, color="#0072B2", label="demand, as a share of the prize")
left.plot(highest, offer.breakdown, color="#D55E00", ls="--", label="P(refused)")
left.set_xlabel("highest cost of conflict of the target")
audience = np.linspace(0, 1.5, 200)
threat = ultimatum.public_threat(0.4, audience, 1.5, 1.2)
lines = (("threat", "#0072B2", "-"), ("bluff", "#E69F00", ":"), ("breakdown", "#D55E00", "--"))
for name, colour, style in lines:
    right.plot(audience, getattr(threat, name), color=colour, linestyle=style, label=f"P({name})")
right.set_xlabel("cost of backing down before an audience")
for ax in (left, right):
    ax.set_ylim(0, 1.02)
    ax.legend(frameon=False)
figure.savefig("ultimatum.png", dpi=110)
