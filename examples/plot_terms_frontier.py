"""
What could have been signed: the frontier of self-enforcing deals
=================================================================

Every grey point is a bundle of terms that both parties would keep; the marks are the bundles that bargaining
rules select. What a level of a term does, and all payoffs, are assumptions.
"""

import matplotlib.pyplot as plt

import armsgame as ag
from armsgame import negotiation as neg

treaty = ag.load_scenario("inf").treaty(regime="national technical means")
terms = neg.Terms(
    [
        neg.inspection_quota((0, 1, 2, 4), party="Russia", name="9M729 visits"),
        neg.inspection_quota((0, 1, 2, 4), party="US", name="Mk-41 visits"),
        neg.sanctions_relief((0.0, 0.25, 0.5, 0.75, 1.0), target="Russia"),
        neg.cost_sharing((0.0, 0.5, 1.0), payer="US"),
    ]
)
values = neg.value_of_terms(treaty, terms, discount=0.95)
found = neg.negotiate_terms(values)
print(values)
print(found)
_, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
ag.plot.terms_frontier(found, ax=ax)
ax.figure.savefig("terms_frontier.png", dpi=110)
