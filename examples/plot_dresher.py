"""
The first inspections help most, if catching a violation is worth something
===========================================================================

The inspector has m inspections in n periods (Dresher 1962; a violation caught pays it 1, one missed costs 1). Each
further inspection helps less than the one before: the first two lower the loss by .286 and .260 over 6 periods, but
by .080 and .0795 over 24. If a catch is worth nothing but the miss avoided (b = 0), each helps alike, by 1/n. The
inspector uses one in the first period with a probability near m/n while they are scarce, and of at most one half as
long as it cannot cover every period.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
for colour, n in zip(("#0072B2", "#D55E00", "#009E73"), (6, 12, 24), strict=True):
    m = np.arange(n + 1)
    found = ag.treaty.inspection.dresher(n, m)
    left.plot(m / n, -found.value, "o-", ms=4, color=colour, label=f"{n} periods")
    right.plot(m[:-1] / n, found.inspect_first[:-1], "o-", ms=4, color=colour, label=f"{n} periods")
right.plot([0, 1], [0, 1], color="0.6", ls="--", label="m/n")
left.set_ylabel("expected loss of the inspector")
right.set_ylabel("P(inspect in the first period)")
for ax in (left, right):
    ax.set_xlabel("inspections per period, m/n")
    ax.legend(frameon=False)
figure.savefig("dresher.png", dpi=110)
