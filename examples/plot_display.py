"""
A declined display is evidence only where attending had a value
===============================================================

The two readings of one declined display are one model at other numbers. Left: what seeing it would have
said. Right: what declining it says about the demander; on the diagonal it says nothing, because there a
sincere demander stays away too. Lines sweep the prior, markers are the perspectives' own.
"""

import matplotlib.pyplot as plt

import armsgame as ag

inf = ag.load_scenario("inf")
beliefs = {name: ag.studies.display_beliefs(inf, name) for name in inf.perspectives}
rates = {name: (p.pass_compliant, p.pass_violating) for name, p in inf.perspectives.items()}
figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5), layout="constrained")
ag.plot.posteriors(beliefs, rates, ax=left)
ag.plot.declined(beliefs, ax=right)
figure.savefig("display.png", dpi=110)
