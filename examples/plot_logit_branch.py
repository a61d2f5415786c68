"""
A larger prize tempts noisy inspectees, although in equilibrium it moves only the inspector
===========================================================================================

The inspection game is matching pennies with a prize: a violator gains most where nobody looks. In
the Nash equilibrium the inspectee violates with 1/2 whatever the prize. Parties that choose with
noise (logit quantal response, McKelvey and Palfrey 1995) behave otherwise: at middling precision
the inspectee violates far more often. The branch leads from blind choice (precision 0) to the Nash
equilibrium, which is certified. All payoffs are assumptions.
"""

import matplotlib.pyplot as plt

import armsgame as ag

# inspectee: violate or comply; inspector: rest or look
game = ag.StageGame.from_bimatrix(
    [[9, 0], [0, 1]],
    [[0, 1], [1, 0]],
    players=("inspectee", "inspector"),
    actions=(("violate", "comply"), ("rest", "look")),
)
branch = ag.one_shot.logit_branch(game)
print(branch)
print(branch.equilibrium.certificate)
print(ag.logit_qre(game, precision=1.0))

figure, ax = plt.subplots(figsize=(8, 4), layout="constrained")
ag.plot.logit_branch(branch, ax=ax)
ax.set_title("precision 1: violation with 0.89; in the limit with 0.50")
