"""
Linking lends patience to a tight issue, and takes it from a sound one
======================================================================

One issue with a high temptation is linked to sound ones. Between the lines of the sound issue and of the
bargain, linking destroys what would have held alone; between the bargain and the tight issue it rescues. All
numbers are assumptions.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

tight, sound = [2.5, 1, 0], [1.2, 1, 0]
count = np.arange(1, 9)
linked = np.array([ag.treaty.linkage.threshold([tight] + [sound] * k).linked for k in count])
alone = ag.treaty.linkage.threshold([tight, sound]).separate
_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.fill_between(count, linked, alone[0], color="#009E73", alpha=0.2, label="linking rescues the tight issue")
ax.fill_between(count, alone[1], linked, color="#D55E00", alpha=0.2, label="linking destroys the sound issues")
ax.plot(count, linked, "o-", color="black", label="linked bargain")
ax.axhline(alone[0], color="#0072B2", ls="--", label="tight issue alone")
ax.axhline(alone[1], color="#E69F00", ls="--", label="sound issue alone")
ax.set_xlabel("sound issues linked to the tight one")
ax.set_ylabel("discount factor from which it holds")
ax.set_ylim(0, 0.85)
ax.legend(frameon=False, fontsize="small", ncols=2)
ax.figure.savefig("linkage.png", dpi=110)
