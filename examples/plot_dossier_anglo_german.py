"""
Anglo-German naval agreement: what a term of notice would have cost the leaver
===============================================================================

The notes of 1935 hold no clause on exit, and Germany left on the day of its memorandum. In the model the gain by
leaving at once shrinks with the term of notice, because the limits bind while it runs.
"""

import matplotlib.pyplot as plt

import armsgame as ag

naval = ag.load_scenario("anglo_german")
stay, leave = ag.treaty.exit_on_alarm, ag.treaty.leave
worth = (1.0, 1.8)
_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for days, style in ((0.0, "-"), (182.0, "--"), (730.0, "-.")):
    gain = []
    for x in worth:
        game = naval.treaty().replace(outside_option=x, notice_days=days, exit_cost_unprovoked=0.0).game()
        gone, kept = (ag.expected_payoffs(game, (own, stay), discount=0.95)[0] for own in (leave, stay))
        gain.append(gone - kept)
    ax.plot(worth, gain, style, lw=2, label=f"notice of {days:g} days" if days else "no notice, as in 1939")
ax.axhline(0, color="black", lw=1)
ax.set_xlabel("worth of freedom after the exit, where mutual restraint is worth 1")
ax.set_ylabel("gain by leaving at once, per period")
ax.legend(frameon=False)
ax.figure.savefig("dossier_anglo_german.png", dpi=110)
