"""
A longer deadline is not always a safer one
===========================================

Share of negotiations that fail, against the number of rounds, when each refusal risks a breakdown of two per
cent. Late conceders use the time they get, and lose talks on the way; a party that looks for a pretext fails
with those who hold out. Behaviour is assumed, not derived: in equilibrium the parties agree at once.
"""

import matplotlib.pyplot as plt

import armsgame as ag
from armsgame import negotiation as neg

shares = [k / 10 for k in range(11)]
terms = neg.Terms([neg.inspection_quota((1, 2, 3)), neg.cost_sharing(shares, payer="US", cost=0.8)])
values = neg.value_of_terms(ag.Treaty().replace(detection=0.03), terms, discount=0.95)
rules = neg.AlternatingOffers((0.97, 0.97), rounds=8, breakdown=0.02)
firm = neg.boulware(reserve=0.8)
pairs = {
    "both late": (neg.boulware(), neg.boulware()),
    "both early": (neg.conceder(), neg.conceder()),
    "late, in kind": (neg.boulware(), neg.reciprocal()),
    "pretext seeker, firm": (neg.pretext_seeker(), firm),
    "drawn at random, late": (neg.random_negotiator(), neg.boulware()),
}
_, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
ag.plot.deadline_curve(values, rules, pairs, ax=ax)
ax.figure.savefig("deadline.png", dpi=110)
