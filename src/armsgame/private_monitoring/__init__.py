"""Play in which each party sees its own signals only.

- `PrivateMonitoring`: Joint law of all private signals; correlation between them lives here.
- `PrivateStochasticGame`: A stochastic game in which parties see the state, and of each other's actions own
  signals alone.
- `belief_free`: Find the belief-free payoffs in which both players are indifferent between both actions always.
- `verify_private`: Check a profile of finite automata that read private signals.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
