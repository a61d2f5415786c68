"""Named measures for `sweep`, and the map of Markov regimes.

- `BAYESIAN_REGIMES`: Labels of play on the path by type, from the most to the least cooperative.
- `FIRST_MOVES`: What a type does in the first period.
- `path_regime`: Name what the types do on the path of a profile on a treaty's game.
- `REGIMES`: Labels of the regimes of a map.
- `MarkovRegimes`: Regimes of certified Markov-perfect play over a grid of parameters.
- `markov_regime`: Find which regimes Markov-perfect play can sustain, over a grid of payoffs and discount
  factors.
- `Measure`: A named measure.
- `cheapest_detection`: A named measure.
- `display_posterior`: P(a party violates | its display was passed) from a prior, one output ``"posterior
  PARTY"`` for each party.
- `negotiated_point`: Nash bargain over the public equilibrium payoffs of the one-status game, threats at the
  minmax.
- `payoff_set_area`: Area of the set of public equilibrium payoffs of the one-status game: inner and outer
  bound.
- `regime`: A named measure.
- `survival`: Exact survival of the treaty at the horizon, its median time in periods, and the policy's largest
  gain.
- `threshold`: A named measure.
- `TypeMeasure`: A measure of a game with private types. `Measure` tells the other fields.
- `Types`: Whose types are private, what they change, and how likely each is.
- `bayesian_regime`: A named measure.
- `first_moves_by_type`: A named measure.
- `trust_threshold`: A named measure.
- `withdrawn_range`: A named measure.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
