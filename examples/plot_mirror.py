"""
Mirroring can uphold a dilemma under patience; notice upholds a stag hunt only
==============================================================================

Left of the line the stage is a stag hunt: compliance lasts through a notice of six periods. Right of it the stage
is a dilemma: notice unravels at once, and only repetition without an end lets a mirror response work. The line of
the mirror response is that of a Nash equilibrium: it is subgame perfect at one discount factor at most, whereas
grim is so from its line on. All numbers are assumptions (R = 1, P = 0, S = -0.5).
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

temptation = np.linspace(0.5, 2.4, 382)
mirror = ag.treaty.compliance.mirror(temptation, 1, 0, -0.5).threshold
stage = ag.treaty.compliance(temptation, 1, 0, -0.5)
kept = ag.treaty.withdrawal.notice(stage, 6).compliance_periods
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
left.plot(temptation, mirror, color="#0072B2", label="mirror response")
left.plot(temptation, ag.treaty.compliance.grim(temptation, 1, 0).threshold, color="#D55E00", ls="--", label="grim")
left.set_ylabel("discount factor from which it holds")
left.legend(frameon=False)
right.step(temptation, kept, where="post", color="#009E73")
right.set_ylabel("periods of compliance after notice")
for ax in (left, right):
    ax.axvline(1, color="0.6", linestyle=":")
    ax.set_xlabel("temptation T")
figure.savefig("mirror.png", dpi=110)
