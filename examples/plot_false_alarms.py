"""
False alarms raise the patience that a deal needs, and can rule it out
======================================================================

The least discount factor at which permanent reversion deters, from the closed form with one alarm per
party. A false-alarm rate of five per cent per party and period leaves no threshold at all where detection
is below a tenth.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag
from armsgame.plot.theme import COLOURS

compliance = ag.treaty.compliance
detection = np.linspace(0.01, 1, 500)
_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for k, (false_alarm, style) in enumerate(((0.001, "-"), (0.005, "--"), (0.05, ":"), (0.2, "-."))):
    psi = compliance.per_party_alarm(detection, false_alarm)
    threshold = compliance.grim(1.5, 1, 0, *psi).threshold
    shown = np.where(np.isfinite(threshold), threshold, np.nan)
    ax.plot(detection, shown, style, color=COLOURS[k], label=f"false alarm {false_alarm:g}")
ax.set_xlabel("detection: P(alarm | violation) per period")
ax.set_ylabel("least discount factor")
ax.set_ylim(0, 1)
ax.legend(frameon=False)
ax.figure.savefig("false_alarms.png", dpi=110)
