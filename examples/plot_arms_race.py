"""
When the treaty ends, stocks go where they would have gone anyway
=================================================================

A ceiling holds both stocks below the rest point of the race (Richardson 1960). After the exit
one party deploys at once and the other two years later; both end at the same rest point. All numbers are assumptions.
"""

import numpy as np

import armsgame as ag

race = ag.treaty.armsrace.richardson(reaction=(0.6, 0.5), fatigue=(1.0, 0.8), grievance=(0.3, 0.2))
years = np.linspace(0, 40, 401)
paths = {
    "no treaty": race.path(years, (0.1, 0.25)),
    "ceiling 0.4, exit in year 10": race.path(years, (0.25, 0.1), cap=0.4, exit_date=10, delay=(0, 2)),
}
print(race)
print(paths["ceiling 0.4, exit in year 10"])
ax = ag.plot.race_portrait(race, paths, parties=("A", "B"))
ax.figure.savefig("arms_race.png", dpi=110)
