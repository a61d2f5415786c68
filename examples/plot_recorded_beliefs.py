"""
What the public record of the INF Treaty says under one profile
===============================================================

Both sides follow one policy, "pretext", whatever their type, but for Russia's tempted type, which seeks a pretext while
it deploys. The lines are what the other party holds, period by period, by Bayes' rule from the recorded public acts;
marks stand for these acts. In grey periods the record shows what no type that is left would do, and beliefs stay. The
prior is that of one account, and the figure ranks no account.
"""

import armsgame as ag

inf = ag.load_scenario("inf")
path = ag.studies.recorded_path(inf)
game = inf.bayesian_game("us_account")
russia = {"content": ag.treaty.pretext, "tempted": ag.treaty.tempted}
held = ag.studies.record_beliefs(path, game, {"US": ag.treaty.pretext, "Russia": russia})
ax = held.plot()
ax.figure.savefig("recorded_beliefs.png", dpi=110)
print(held)

# %%
# Had the US attended the display that it declined, and all else gone on by this profile:

print(ag.studies.changed_move(path, game, {"US": ag.treaty.pretext, "Russia": russia}))
