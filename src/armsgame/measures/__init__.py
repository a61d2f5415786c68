"""Named measures for `sweep`, and the map of Markov regimes.

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
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
