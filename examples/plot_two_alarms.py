"""
When both are watched, false alarms count twice
===============================================

Patience that permanent reversion needs, by the rate of false alarms. With an alarm for each party every false alarm of
either ends compliance, and a deviation hides among more of them. Where a line stops, no patience is
enough. All numbers are assumptions (T = 1.5, R = 1, P = 0).
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

compliance = ag.treaty.compliance
false = np.linspace(0, 0.3, 400)
_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for colour, detection in zip(("#0072B2", "#009E73", "#D55E00"), (0.8, 0.5, 0.3), strict=True):
    one = compliance.grim(1.5, 1, 0, detection, false).threshold
    both = compliance.grim(1.5, 1, 0, *compliance.per_party_alarm(detection, false)).threshold
    ax.plot(false, np.where(one < 1, one, np.nan), color=colour, ls="--", label=f"one alarm, detection {detection}")
    ax.plot(false, np.where(both < 1, both, np.nan), color=colour, label=f"one per party, {detection}")
ax.set_xlabel("false alarms per period")
ax.set_ylabel("discount factor from which grim holds")
ax.set_ylim(0, 1.02)
ax.legend(frameon=False, ncols=3, fontsize="small", loc="lower center")
ax.figure.savefig("two_alarms.png", dpi=110)
