"""Games of one simultaneous move: equilibria, correlation, logit response, dominance.

- `verify_correlated`: Check a distribution over action profiles against every disobedience.
- `verify_stage`: Check a mixed profile of a one-shot game against every pure action of every player.
- `Equilibrium`: A mixed profile with its payoffs and its certificate.
- `Solution`: A sequence of equilibria with what is known about the rest.
- `StageCertificate`: Evidence that a profile of a one-shot game is an equilibrium, or where it fails.
- `Status`: What a solution is worth; the text is the user's next step.
- `correlated`: Correlated equilibrium that maximises an objective.
- `correlated_range`: Lowest and highest payoff of every player over the polytope of correlated equilibria.
- `dominance`: Eliminate dominated actions round after round, by pure and by mixed dominators.
- `evolutionarily_stable`: Evolutionarily stable strategies, pure and mixed.
- `logit_branch`: Principal branch of logit equilibria, traced until it ends in a Nash equilibrium.
- `logit_qre`: Logit quantal response equilibrium on the principal branch.
- `nash`: Find the Nash equilibria of a one-shot game, each with a certificate.
- `NashBatch`: Equilibria of a batch of bimatrix games as padded arrays.
- `nash_batch`: Find all equilibria of every game of a batch, with a flag where floats cannot prove it.
- `KINDS`: What a 2x2 game can have: a pure equilibrium alone, a mixed one alone, both kinds, or a best reply that ties.
- `NashKinds`: Kinds of equilibria of a batch of 2x2 games.
- `nash_kinds`: Tell how many equilibria each 2x2 game of a batch has and of which kind, without listing them.
- `risk_dominance`: Compare the two strict equilibria of a 2x2 game by the product of deviation losses.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
