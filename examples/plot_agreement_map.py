"""
Visits on both sides, or none, at a discount factor of .95
==========================================================

The best joint gain over two terms. Without visits to one side's sites no bundle is self-enforcing, however many
visits the other side admits; relief for one party is fixed at none here. From a discount factor of about .962 on
technical means alone suffice, and at .97 every bundle holds. Payoffs are assumptions.
"""

import matplotlib.pyplot as plt

import armsgame as ag
from armsgame import negotiation as neg

treaty = ag.load_scenario("inf").treaty(regime="national technical means")
terms = neg.Terms(
    [
        neg.inspection_quota((0, 1, 2, 4, 8), party="Russia", name="9M729 visits"),
        neg.inspection_quota((0, 1, 2, 4, 8), party="US", name="Mk-41 visits"),
    ]
)
values = neg.value_of_terms(treaty, terms, discount=0.95)
print(f"{values.share:.0%} of the bundles are self-enforcing")
_, ax = plt.subplots(figsize=(7, 4.5), layout="constrained")
ag.plot.agreement_map(values, x="9M729 visits", y="Mk-41 visits", ax=ax)
ax.figure.savefig("agreement_map.png", dpi=110)
