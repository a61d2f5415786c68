"""How much patience, detection or length of suspension an agreement needs.

- `Threshold`: Set of discount factors at which a profile is an equilibrium.
- `transfer_critical_discount`: Find the least discount factor at which a profile, or a payoff, can be enforced
  with transfers.
- `critical_discount`: Find every discount factor at which a profile is an equilibrium.
- `best_forgiveness`: Find the trigger that forgives with the largest probability that still deters.
- `best_suspension`: Find the suspension after an alarm that pays most among those that are equilibria.
- `best_symmetric`: Find the best strongly symmetric pure public equilibrium of a symmetric two-player game.
- `suspension_threshold`: Least discount factor at which a suspension of n periods holds, with one public alarm.
- `payoff_threshold`: Find the least discount factor at which a profile is played, or a payoff reached, in
  equilibrium.
- `required_detection`: Find the least detection probability at which a profile is played, or a payoff reached.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
