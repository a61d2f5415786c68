"""Play that depends on the state alone.

- `verify_markov`: Check a Markov profile for profitable one-period deviations in every state.
- `MarkovCertificate`: Evidence that a Markov profile is perfect, or where it fails.
- `MarkovEquilibrium`: A Markov-perfect equilibrium with its certificate.
- `MarkovSolution`: Certified Markov-perfect equilibria with what is known about the rest.
- `MarkovProfile`: One policy per player, as data; it is also the sequence of their one-state automata.
- `best_reply`: Find a player's best reply to a profile, over plans of any kind.
- `markov_perfect`: Find Markov-perfect equilibria, each with a certificate.
- `zero_sum_value`: Find the value and optimal policies of a two-player constant-sum stochastic game.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
