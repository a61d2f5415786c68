"""
When both sides have secrets: how much of a deal is lost
========================================================

A seller and a buyer, each with two types, have two rounds in which each names a price once. The line is the largest and
the smallest share of the possible gains that a pure perfect Bayesian equilibrium reaches, against the probability that
each side is of the type that would give up more. Where the line ends, every equilibrium needs a party that mixes.
Values and costs are assumptions.
"""

import matplotlib.pyplot as plt
import numpy as np

from armsgame import negotiation as neg

values, costs, prices = (1.0, 0.6), (0.4, 0.0), (0.2, 0.5, 0.8)
space = neg.Terms([neg.Term("price", prices, parameter="verification_cost")])


def worth(value, cost):
    """Utilities of the buyer and of the seller at each price; nothing is agreed at 0."""
    pays = np.array([(value - p, p - cost) for p in prices])
    none = np.zeros(2)
    return neg.TermValues(
        terms=space, bundles=space.bundles(), values=pays, self_enforcing=np.ones(3, bool),
        selected=np.zeros(3, int), gains=np.zeros(3), binding=("",) * 3, classes=("given",), disagreement=none,
        walk_away=none, parties=("buyer", "seller"), discount=0.9,
    )  # fmt: skip


types = [[worth(v, c) for c in costs] for v in values]
chances = np.linspace(0.05, 0.95, 19)
least, most = [], []
for chance in chances:
    laws = ((chance, 1 - chance), (1 - chance, chance))
    found = neg.two_sided_offers(types, laws, proposers=(0, 1), discounts=(0.9, 0.9))
    possible = np.array(laws[0]) @ np.maximum(0.0, np.subtract.outer(values, costs)) @ np.array(laws[1])
    shares = [
        sum(float(np.dot(law, own)) for law, own in zip(laws, one.gains, strict=True)) / possible
        for one in found.equilibria
    ]
    least.append(min(shares, default=np.nan))
    most.append(max(shares, default=np.nan))
print(found)
_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.fill_between(chances, least, most, alpha=0.3)
ax.plot(chances, most, label="best equilibrium")
ax.plot(chances, least, linestyle="--", label="worst equilibrium")
ax.set(xlabel="P(each side would give up more)", ylabel="share of the possible gains", ylim=(0, 1.02))
ax.legend(frameon=False)
ax.figure.savefig("two_sided_offers.png", dpi=110)
