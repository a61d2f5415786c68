"""Payoffs that self-enforcing agreements can promise, and strategies that reach them.

- `verify_transfers`: Check a plan and one punishment per player, each a profile per state, with payments
  between the parties.
- `TransferCertificate`: Evidence that a plan and its punishments are enforced by transfers, or where they are
  not.
- `PayoffSet`: Convex set of equilibrium payoffs, bracketed from inside and outside.
- `outer_bound`: Bound the pure-strategy perfect public equilibria of a two-player game from outside.
- `payoff_bracket`: Bracket the payoffs of pure-strategy perfect public equilibria from outside and from inside.
- `feasible_set`: Convex hull of the stage payoffs.
- `individually_rational_set`: Feasible payoffs that give every player at least the pure minmax.
- `limit_payoff_set`: Set that the pure-strategy equilibrium payoffs approach as the discount factor tends to 1.
- `score`: Return the largest direction . v that some profile supports as patience grows without limit.
- `payoff_set`: Bracket the payoffs of all pure-strategy equilibria of a repeated game.
- `renegotiation_proof`: Check whether a profile survives renegotiation among its own continuations.
- `renegotiation_proof_set`: Describe the payoffs of weakly renegotiation-proof equilibria of a two-player game.
- `state_bracket`: Bracket the payoffs of perfect public equilibria from every state.
- `PublicStrategy`: A profile that delivers a payoff.
- `optimal_punishment`: Worst equilibrium of a player in the set (Abreu 1988), as automata with a certificate.
- `policy_for`: Build automata that deliver a payoff from a state, and verify them.
- `strategy_for`: Build automata that deliver a payoff of the set, and verify them.
- `transfer_payoff_set`: Payoffs of pure subgame-perfect equilibria when the parties can pay each other.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
