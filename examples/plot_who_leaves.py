"""
Who gives notice: chicken in time, and the hazard that makes waiting worth nothing
==================================================================================

Two parties would both rather see a hollow treaty end than go on, and each would rather that the other gave notice. To
stay costs something every period; whoever outstays the other has a prize in every period after. Besides the two
equilibria in which one side leaves at once there is a mixed one: each leaves with a small probability per period, so
that the other gains nothing by staying. This hazard is (1 - discount) cost / (discount prize) (Maynard Smith 1974).
The figure compares it with what the search certifies.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag


def dispute(cost, prize):
    """Stay or leave; after an exit nothing is left to decide."""
    stay = np.array([[-cost, -cost], [0, 0]])
    pays = {
        "Arcadia": {"wants_out": [stay, [[prize]], [[0]], [[0]]]},
        "Borealia": {"wants_out": [stay.T, [[0]], [[prize]], [[0]]]},
    }
    first = np.zeros((2, 2, 4))
    first[0, 0, 0] = first[0, 1, 1] = first[1, 0, 2] = first[1, 1, 3] = 1
    after = [np.eye(4)[[k]][None] for k in (1, 2, 3)]
    return ag.BayesianGame.stochastic(
        pays,
        [first, *after],
        actions=[[("stay", "leave")] * 2, *[[("wait",)] * 2] * 3],
        states=("dispute", "Borealia left", "Arcadia left", "both left"),
    )


discount, prize = 0.9, 1.0
costs = np.linspace(0.05, 0.8, 7)
hazards = []
for cost in costs:
    found = ag.bayesian_equilibria(dispute(float(cost), prize), discount=discount, mixing="always")
    (mixed,) = [one for one in found if one.mixed]
    hazards.append(mixed.profile["Arcadia"]["wants_out"].outputs["dispute"][0, 1])
    print(
        f"cost {cost:.3g}: {len(found)} certified equilibria, each leaves with probability {hazards[-1]:.4f} a period"
    )

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.plot(costs, (1 - discount) * costs / (discount * prize), color="#999999", lw=5, label="indifference")
ax.plot(costs, hazards, "o", color="#0072B2", label="certified mixed equilibrium")
ax.set(xlabel="cost of staying, per period", ylabel="probability of giving notice, per period", ylim=(0, None))
ax.legend(frameon=False)
figure.savefig("who_leaves.png", dpi=110)
