"""
Inspection and violation chase each other for ever
==================================================

Two populations learn by imitation in an inspection game: inspectees violate or comply, inspectors
rest or look. The replicator dynamics circle round the mixed equilibrium and never reach it; the
orbits conserve an energy. All payoffs are assumptions.
"""

import matplotlib.pyplot as plt

import armsgame as ag

game = ag.StageGame.from_bimatrix(
    [[9, 0], [0, 1]],
    [[0, 1], [1, 0]],
    players=("inspectee", "inspector"),
    actions=(("violate", "comply"), ("rest", "look")),
)
orbits = [ag.populations.replicator(game, ([p, 1 - p], [0.1, 0.9]), time=30, points=800) for p in (0.4, 0.2)]
figure, ax = plt.subplots(figsize=(5.5, 5.9), layout="constrained")
ag.plot.phase_portrait(game, orbits, ax=ax)
print(orbits[0])
