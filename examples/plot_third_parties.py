"""
Hosts with a veto make a deployer pay for the harm; a regime falls when its members expect it to
================================================================================================

Left: deployments that go ahead alone but not with consent, by benefit and number of hosts. Right: the regime's
threshold with the share of members that leave, at two precisions of what they see. All numbers are assumptions.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import ndtr, ndtri

import armsgame as ag

parties = ag.treaty.third_party
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
hosts = np.arange(7)
wedge = parties.host_consent(1.0, hosts, 0.4).externality_wedge
left.fill_between(hosts, 0, wedge, color="#D55E00", alpha=0.25, label="goes ahead only without consent")
left.fill_between(hosts, wedge, 4, color="#009E73", alpha=0.25, label="goes ahead with consent, too")
left.set_xlabel("hosts exposed, each harmed by 0.4")
left.set_ylabel("benefit to the deployer")
left.set_ylim(0, 4)
left.legend(frameon=False, loc="upper left")
strength, cost = np.linspace(0, 1, 300), 0.4
for colour, noise in (("#0072B2", 0.05), ("#E69F00", 0.3)):
    edge = parties.regime_threshold(cost, noise)
    share = ndtr((edge - noise * ndtri(cost) - strength) / noise)
    right.plot(strength, share, color=colour, label=f"share that leaves, noise {noise}")
right.plot(strength, strength, color="0.5", ls=":", label="share that brings it down")
right.axvline(parties.regime_threshold(cost), color="black", lw=0.8)
right.set_xlabel("strength of the regime (exit cost 0.4)")
right.set_ylabel("share of members")
right.set_ylim(0, 1.45)
right.legend(frameon=False, loc="upper left")
figure.savefig("third_parties.png", dpi=110)
