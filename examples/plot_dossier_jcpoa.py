"""
JCPOA: three accounts of how such a deal ends
=============================================

What comes first when the deal is left within ten years: an alarm on a party that performs, the discovery of one that
does not, or an exit without grounds? Each account answers by its own priors. None of them is taken as true.
"""

import matplotlib.pyplot as plt

import armsgame as ag

deal = ag.load_scenario("jcpoa")
found = ag.compare([deal], "causes").answers[0]
causes = list(dict.fromkeys(c for law in found.causes.values() for c in law.causes))
names = [deal.perspectives[n].title for n in found.causes]
_, ax = plt.subplots(figsize=(9, 3.2), layout="constrained")
left = [0.0] * len(names)
for cause, colour in zip(causes, ("#0072B2", "#E69F00", "#009E73", "#D55E00"), strict=False):
    share = [float(law.of(cause)[-1]) for law in found.causes.values()]
    ax.barh(names, share, left=left, color=colour, label=cause.replace("_", " "))
    left = [a + b for a, b in zip(left, share, strict=True)]
ax.set_xlim(0, 1)
ax.invert_yaxis()
ax.set_xlabel("P(left within ten years), by what came first; exact")
ax.legend(frameon=False, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1))
ax.figure.savefig("dossier_jcpoa.png", dpi=110)
