"""
The dance of offers, and who concedes when
==========================================

Left: what three kinds of negotiators ask for, round by round. Right: the offers of a late and an early conceder
over the terms of one treaty, numbered by round, and where they meet.
"""

import matplotlib.pyplot as plt

import armsgame as ag
from armsgame import negotiation as neg

terms = neg.Terms(
    [
        neg.inspection_quota((1, 2, 3)),
        neg.cost_sharing([k / 10 for k in range(11)], payer="US", cost=0.8),
        neg.sanctions_relief([k / 10 for k in range(11)], target="Russia", target_gain=0.4, sender_cost=0.3),
    ]
)
values = neg.value_of_terms(ag.Treaty().replace(detection=0.03), terms, discount=0.95)
late, early = neg.boulware(0.6, reserve=0.3), neg.linear(reserve=0.3)
rules = neg.AlternatingOffers((0.97, 0.97), rounds=12)
print(neg.negotiate_sessions(values, rules, late, early, sessions=1))
figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.5), layout="constrained")
ag.plot.concession_curves([neg.boulware(), neg.linear(), neg.conceder()], rounds=12, ax=left)
ag.plot.offer_dance(values, rules, late, early, ax=right)
figure.savefig("offer_dance.png", dpi=110)
