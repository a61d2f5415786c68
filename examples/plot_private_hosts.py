"""
With private harms and a veto for each, an efficient deployment hardly happens as hosts multiply
================================================================================================

Each of n hosts may refuse, and knows alone how much a deployment would harm it (uniform between 0 and 1). The
benefit is .75 for each host: more than the mean harm, less than the largest. The deployment is then nearly surely
worth its harm as n grows, but hardly goes ahead, whether all are offered the same or the deployer uses the best
mechanism of any kind. At 1 and above for each host the veto costs nothing in the limit. All numbers are
assumptions.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

n = np.arange(1, 31)
found = ag.treaty.third_party.private_hosts(0.75 * n, n)
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for values, colour, style, name in (
    (found.efficient, "#009E73", "-", "worth its harm"),
    (found.best, "#0072B2", "--", "goes ahead, best mechanism"),
    (found.posted, "#D55E00", ":", "goes ahead, one offer to all"),
):
    ax.plot(n, values, style, marker="o", ms=3.5, color=colour, label=name)
ax.set_xlabel("hosts, each with a veto")
ax.set_ylabel("probability of the deployment")
ax.set_ylim(0, 1.02)
ax.legend(frameon=False, loc="center right")
figure.savefig("private_hosts.png", dpi=110)
