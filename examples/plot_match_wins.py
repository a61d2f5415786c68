"""
Scores and won matches of five strategies
=========================================

Five strategies play 50 periods against each other, with the stage payoffs 3, 0, 5, 1 and no errors (assumptions).
On the left stand the payoffs of each over its matches, with the score. On the right stand the matches in which it
earned more than its opponent. In this field constant deployment never loses a match, and comes last. All payoffs
are exact expectations.
"""

import matplotlib.pyplot as plt

import armsgame as ag

game = ag.RepeatedGame(ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
field = [ag.always_comply, ag.always_deploy, ag.mirror, ag.grim, ag.suspend(2)]
result = ag.populations.tournament(field, game, periods=50)
figure, (left, right) = plt.subplots(1, 2, figsize=(12, 3.6), layout="constrained")
ag.plot.match_payoffs(result, ax=left)
ag.plot.match_wins(result, ax=right)
print(result)
