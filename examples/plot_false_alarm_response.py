"""
One false alarm ends a strict treaty and hardly dents a forgiving one
=====================================================================

The exact change of the law of statuses after one false alarm about Russia. If both leave on any alarm, the treaty
is gone after the notice period. If the alarm leads to a demand that is met, the treaty is back in force after two
periods, which are half a year, with 94 % of the probability. All payoffs and rates are assumptions.
"""

import matplotlib.pyplot as plt

import armsgame as ag

game = ag.Treaty().game()
_, axes = plt.subplots(2, 1, figsize=(8, 7), layout="constrained", sharex=True)
for ax, policy in zip(axes, (ag.treaty.exit_on_alarm, ag.treaty.ladder_yield), strict=True):
    response = ag.simulation.impulse_response(game, (policy, policy), shock="in_force, Russia", periods=12)
    print(response)
    ag.plot.impulse_response(response, ax=ax)
    ax.set_title(f"one false alarm about Russia, both play {policy.name}")
