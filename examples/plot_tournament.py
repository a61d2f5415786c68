"""
In this field errors lift plain deployment in the ranking
=========================================================

The named strategies play 200 periods against each other and against their twins, with the stage payoffs 3, 0, 5, 1
(an assumption). When one move in twenty goes wrong, joint compliance breaks more often, every leading score falls,
and plain deployment goes from rank 20 to rank 7. The order depends on the field and on the payoffs: over 50 periods
deployment goes from 20 to 9, and with the dictionary's payoffs (1, -0.5, 1.5, 0) from 22 to 17. All payoffs are exact
expectations.
"""

import matplotlib.pyplot as plt

import armsgame as ag

game = ag.RepeatedGame(ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
figure, axes = plt.subplots(1, 2, figsize=(12, 8.5), layout="constrained")
for ax, error in zip(axes, (0.0, 0.05), strict=True):
    result = ag.populations.tournament(ag.strategies.named_strategies(), game, periods=200, error=error)
    ag.plot.tournament(result, ax=ax)
    ax.set_title(f"error {error:g}")
print(result)
