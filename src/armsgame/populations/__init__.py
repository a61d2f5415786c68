"""Tournaments, evolution and learning in populations of strategies.

- `fixation_probability`: Exact probability that each type takes over a finite population without mutation.
- `population_law`: Exact long-run law of a finite population with mutation.
- `moran`: Moran process: a parent drawn by fitness replaces an individual drawn uniformly.
- `pairwise_comparison`: Pairwise comparison: an individual copies another one with the Fermi probability.
- `best_response_dynamics`: Best-response dynamics of one population: x' in best replies to x, minus x.
- `ecological`: Ecological dynamics: the next share is proportional to share times payoff.
- `logit_dynamics`: Logit dynamics of one or two populations: x' = logit reply to the shares - x.
- `replicator`: Replicator dynamics of one or two populations.
- `basins`: Basins of attraction of the replicator dynamics.
- `invasion`: Invasion of every type by every other.
- `fictitious_play`: Fictitious play: each player replies best to the past frequencies of the other.
- `stochastic_fictitious_play`: Fictitious play in which each player draws a logit reply to the past
  frequencies.
- `rest_points`: Isolated rest points of the replicator dynamics, one per support at most.
- `Tournament`: Result of `tournament`.
- `payoff_matrix`: Game in which each party chooses one strategy for the whole match, with exact payoffs per
  period.
- `tournament`: Round robin of strategies: everyone against everyone.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
