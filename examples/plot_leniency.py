"""
A short suspension needs more patience than a permanent one, and better eyes
============================================================================

The least discount factor at which grim and a suspension of four quarters deter, over the detection rate of
each party, for three false-alarm rates (one alarm per party). Where a curve starts, the strategy works at no
discount factor to the left of it.
"""

import numpy as np

import armsgame as ag

detection, false_alarm = np.linspace(0.02, 1, 200), np.array([0.001, 0.005, 0.05])
rates = detection[None, :], false_alarm[:, None]
psi = ag.treaty.compliance.per_party_alarm(*rates)
curves = {
    "grim": ag.treaty.compliance.grim(1.5, 1, 0, *psi).threshold,
    "suspend(4)": ag.thresholds.suspension_threshold(1.5, 1, 0, *psi, periods=4),
}
ax = ag.plot.threshold_curves(curves, detection=detection, false_alarm=false_alarm, discount=0.95)
ax.figure.savefig("leniency.png", dpi=110)
