"""
Waiting pays where the climate is likely to turn; a deadline lowers its worth, not the rule
===========================================================================================

An offer made in a bad climate is accepted with a smaller probability than in a good one, and a refusal closes the
matter. Left: above its line a party presses now, below it waits. The line is the same however many periods are
left, as long as there is one more. Right: what the right to wait is worth, with chances of .3 in the bad and .9 in
the good climate and a discount factor of .95. All numbers are assumptions.
"""

import matplotlib.pyplot as plt
import numpy as np

turns = np.linspace(0, 1, 201)
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
for delta, colour in ((0.99, "#0072B2"), (0.9, "#E69F00"), (0.5, "#D55E00")):
    left.plot(turns, delta * turns / (1 - delta * (1 - turns)), color=colour, label=f"discount factor {delta}")
left.set_xlabel("P(the climate turns good) per period")
left.set_ylabel("least chance now, relative to the good climate")
left.set_ylim(0, 1.02)
bad, good, delta, periods = 0.3, 0.9, 0.95, np.arange(41)
for turn, colour in ((0.5, "#0072B2"), (0.1, "#E69F00"), (0.03, "#D55E00")):
    value = [bad]
    for _ in periods[1:]:
        value.append(max(bad, delta * (turn * good + (1 - turn) * value[-1])))
    right.plot(periods, np.array(value) - bad, color=colour, label=f"turns with {turn}")
right.set_xlabel("periods left")
right.set_ylabel("value of the right to wait")
left.legend(frameon=False)
right.legend(frameon=False, loc="center right", bbox_to_anchor=(1, 0.75))
figure.savefig("waiting.png", dpi=110)
