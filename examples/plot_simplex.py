"""
Deployment is stable; with few errors compliance can survive in a stable mixture beside it
==========================================================================================

Three strategies: always comply, always deploy, mirror the other party. Left: without error mirror and always comply
behave alike, so that their edge consists of rest points and compliance drifts. Right: with an error of 3 % one
stable mixture of all three remains, and the basin of deployment grows. Matches last 20 periods; stage payoffs 3, 0,
5, 1 (an assumption): with a temptation of 3.5 and an error of 10 % every start ends in deployment.
"""

import matplotlib.pyplot as plt

import armsgame as ag

game = ag.RepeatedGame(ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
three = {s.name: s for s in (ag.always_comply, ag.always_deploy, ag.mirror)}
figure, axes = plt.subplots(2, 2, figsize=(11, 10), layout="constrained")
for column, error in zip(axes.T, (0.0, 0.03), strict=True):
    match = ag.populations.payoff_matrix(three, game, periods=20, error=error)
    path = ag.populations.replicator(match, [0.5, 0.3, 0.2], time=400, points=2000)
    ag.plot.simplex(match, [path], ax=column[0])
    column[0].set_title(f"error {error:g}", y=0.96)
    found = ag.populations.basins(match, resolution=24)
    ag.plot.basins(found, ax=column[1])
    print(found)
