"""
Both parties prefer mutual compliance, and mistrust alone can still end it
==========================================================================

In a stag hunt nobody gains from deploying against a party that complies. The best replies cross
three times: both comply, both deploy, and a mixed equilibrium that marks how much trust compliance
needs. Here each party must believe in the other's compliance with more than 2/3, so mutual
deployment is the less risky of the two pure equilibria. All payoffs are assumptions.
"""

import matplotlib.pyplot as plt

import armsgame as ag

hunt = ag.treaty.compliance(temptation=3, reward=4, punishment=2, sucker=0)
print(ag.nash(hunt))
print(ag.one_shot.risk_dominance(hunt))

dilemma = ag.treaty.compliance(temptation=5, reward=4, punishment=2, sucker=0)
print(ag.nash(dilemma))

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 5.2), layout="constrained")
ag.plot.best_replies(hunt, ax=left)
left.set_title("stag hunt: trust decides", pad=50)
ag.plot.best_replies(dilemma, ax=right)
right.set_title("dilemma: deploying is always better", pad=50)
