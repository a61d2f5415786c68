"""
Deployment is stable, but errors decide whether compliance can survive beside it
================================================================================

Three strategies: always comply, always deploy, mirror the other party. Left: without error mirror
and always comply behave alike, so that their edge consists of rest points and compliance drifts.
Right: with an error of 1 % a stable mixture of the two remains. The basin of deployment is small in
both. Matches last 20 periods; stage payoffs 3, 0, 5, 1 (an assumption).
"""

import matplotlib.pyplot as plt

import armsgame as ag

game = ag.RepeatedGame(ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
three = {s.name: s for s in (ag.always_comply, ag.always_deploy, ag.mirror)}
figure, axes = plt.subplots(2, 2, figsize=(11, 10), layout="constrained")
for column, error in zip(axes.T, (0.0, 0.01), strict=True):
    match = ag.payoff_matrix(three, game, periods=20, error=error)
    path = ag.replicator(match, [0.5, 0.3, 0.2], time=60)
    ag.plot.simplex(match, [path], ax=column[0])
    column[0].set_title(f"error {error:g}")
    found = ag.basins(match, resolution=40)
    ag.plot.basins(found, ax=column[1])
    print(found)
