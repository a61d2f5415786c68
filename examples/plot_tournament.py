"""
Errors change who wins: strategies that answer in kind fall behind those that forgive
=====================================================================================

The named strategies play 200 periods against each other and against their twins, with the stage
payoffs 3, 0, 5, 1 (an assumption). Without error the unforgiving strategies lead. When one move in
twenty goes wrong, they punish by accident and never stop. All payoffs are exact expectations.
"""

import matplotlib.pyplot as plt

import armsgame as ag

game = ag.RepeatedGame(ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
figure, axes = plt.subplots(1, 2, figsize=(12, 8.5), layout="constrained")
for ax, error in zip(axes, (0.0, 0.05), strict=True):
    result = ag.tournament(ag.named_strategies(), game, periods=200, error=error)
    ag.plot.tournament(result, ax=ax)
    ax.set_title(f"error {error:g}")
print(result)
