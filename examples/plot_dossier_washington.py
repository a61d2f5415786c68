"""
Washington Naval Treaty: long notice buys time
==============================================

The treaty asked for two years of notice, and Japan gave 733 days. In the model notice shifts the whole law of
withdrawal to the right, here for two parties of whom one wants out and uses the first grounds it finds.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

naval = ag.load_scenario("washington")
treaty = naval.treaty(types={"Japan": "wants_out"})
_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for days, style in ((0.0, "-"), (182.0, "--"), (730.0, "-.")):
    game = treaty.replace(notice_days=days).game()
    law = ag.withdrawal_law(game, (ag.treaty.stay_deployed, ag.treaty.pretext), periods=24)
    ax.step(np.arange(25) / 2, law.survival, style, where="post", lw=2, label=f"notice of {days:g} days")
ax.set_xlabel("years")
ax.set_ylabel("P(treaty in force)")
ax.set_ylim(0, 1.02)
ax.legend(frameon=False)
ax.figure.savefig("dossier_washington.png", dpi=110)
