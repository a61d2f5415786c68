"""
Three more treaties in which one exit came after another
========================================================

Open Skies lost a second party 391 days after the first; under the treaty on conventional forces in Europe a
suspension and an exit were followed by the suspensions of others; under the INF treaty one suspension came within
a day of the other, and the three other successor states have announced no exit. Each is drawn as a cascade: a
party stays while those who stay are worth more to it than its outside value, which a rising threat raises. Payoffs,
threats and delays are assumptions, set so that the order and the months fit; a fit of so many numbers to so few dates
is no test. What the model adds is the last line of each: what a follower would have done, had the leader stayed.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

cascade, record = ag.treaty.cascade, ag.studies.exits_on_record()

# Open Skies, in months from 22 May 2019: the US deposits on 22 May 2020, Russia on 18 June 2021; six months of notice
# Conventional forces, in months from 9 January 2023: Russia deposits on 9 June 2023 (150 days); NATO members announce
#   their suspension on 7 November with a month of notice, Belarus suspends on 29 May 2024
# INF, in days from 31 January 2019: the US announces on 1 February 2019, Russia suspends on 2 February
cases = {
    "Open Skies (months)": (
        cascade.ExitGame(
            ["US", "Russia", "the others"],
            alone=[0.85, 2.3, 9],
            weights=[[0, 0.15, 0.15], [0.5, 0, 0.15], [0, 0, 0]],
            outside=0,
        ),
        0.1 * np.arange(36),
        [6, 6, 6],
        "US",
        "Russia",
    ),
    "Conventional forces (months)": (
        cascade.ExitGame(
            ["Russia", "NATO members", "Belarus"],
            alone=[0.3, 0.85, 1.55],
            weights=[[0, 0.08, 0.08], [0.6, 0, 0.1], [0.6, 0.05, 0]],
            outside=0,
        ),
        0.1 * np.arange(36),
        [5, 1, 0],
        "Russia",
        "NATO members",
    ),
    "INF (days)": (
        cascade.ExitGame(
            ["US", "Russia", "Belarus", "Kazakhstan", "Ukraine"],
            alone=[0.65, 2.6, 5, 5, 5],
            weights=[[0, 0.08, 0.08, 0.08, 0.08], [0.5, 0, 0, 0, 0], *np.zeros((3, 5))],
            outside=0,
            exposure=[1, 3, 1, 1, 1],
        ),
        np.concatenate([[0.9], np.full(9, 1.0)]),
        0,
        "US",
        "Russia",
    ),
}
figure, panels = plt.subplots(1, 3, figsize=(13, 3.6), layout="constrained")
for ax, (title, (game, threats, notice, leader, follower)) in zip(panels, cases.items(), strict=True):
    found = cascade.path(game, threats, notice=notice, rule="as seen")
    kept = cascade.path(game.given(stay=[leader]), threats, notice=0, rule="as seen")
    days = dict(zip(found.parties, found.announced, strict=True))
    print(f"{title}: {found}")
    when = dict(zip(kept.parties, kept.announced, strict=True))[follower]
    print(f"  had {leader} stayed, {follower} would {f'announce in {when:g}' if np.isfinite(when) else 'stay'}")
    ax.plot(np.arange(len(threats)), threats, color="0.6", label="threat")
    for k, (party, day) in enumerate(days.items()):
        if np.isfinite(day):
            ax.axvline(day, color=f"C{k}", label=f"{party}: {day:g}")
        else:
            ax.plot([], [], color=f"C{k}", label=f"{party}: stays")
    ax.set(title=title, xlabel="period of announcement", ylabel="threat")
    ax.legend(fontsize="small")
first, second = (record.dates("open_skies")[party][2] for party in ("US", "Russia"))
print(f"on record the second exit from Open Skies came {(second - first).days} days after the first")
figure.savefig("cascades_on_record.png", dpi=110)
