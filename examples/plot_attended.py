"""
Attending the display changes the outcome under one account of three, at these pass rates
=========================================================================================

The same move is changed under each perspective. Where the demander would keep its demand whatever it saw, nothing
follows. Elsewhere the treaty gains time, and part of the gain is lost to later false alarms. How many accounts that
is depends on how often a violator would pass the display: .8 or .9 here; at .2 and below it matters under two of
the three. Exact laws are laid over paths with shared draws.
"""

import armsgame as ag

inf = ag.load_scenario("inf")
results = {name: ag.studies.attendance(inf, name, paths=10_000, rng=7) for name in inf.perspectives}
for name, a in results.items():
    print(f"{name:<16s} {a.difference[-1]:+.4f} exact, {a.sampled:+.4f} +- {a.error:.4f} sampled")
ax = ag.plot.attended(results)
ax.figure.savefig("attended.png", dpi=110)
