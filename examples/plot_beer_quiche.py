"""
Beer or quiche: only one of two equilibria is intuitive
=======================================================

A wimp and a surly man both have beer for breakfast, for fear of a duel after quiche. Both having
quiche is an equilibrium too, but it rests on the belief that only a wimp would have beer. The wimp
does best with quiche there, whatever beer would bring him; so beer can come only from the surly man,
who gains by it (Cho and Kreps 1987).
"""

import armsgame as ag


def payoffs(type, breakfast, reply):
    likes = breakfast == ("beer" if type == "surly" else "quiche")
    return likes + 2 * (reply == "leave"), (reply == "duel") == (type == "wimp")


game = ag.ExtensiveGame.signalling(
    {"surly": 0.9, "wimp": 0.1}, ["beer", "quiche"], ["leave", "duel"], payoffs, players=["sender", "receiver"]
)
equilibria = ag.trees.perfect_bayesian(game)
print(equilibria)
kept = ag.trees.intuitive_criterion(equilibria)
print(*kept.notes, sep="\n")

# %%
# Heavy lines are played, square brackets hold beliefs, dashed lines join what cannot be told apart.

ax = ag.plot.tree(kept[0])
ax.set_title("Beer for both: the one intuitive equilibrium", pad=26)
