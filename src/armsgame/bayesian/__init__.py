"""Games in time with private types: certificates and bounds for profiles by type, and what a search found.

- `BayesianEquilibria`: Certified equilibria of a game with private types, with what is known about the rest.
- `BayesianEquilibrium`: A perfect Bayesian equilibrium of a game with private types, with its certificate.
- `CriticalPrior`: The exact set of priors at which a profile is an equilibrium: a product of one region per party.
- `NearEquilibrium`: A profile that no certificate makes perfect, and at most how much any plan gains against it.
- `PriorRegion`: Priors about one party's type at which the *other* party has no profitable deviation.
- `ReplyBound`: Upper bounds on what each type can gain by any plan, against a profile by type.
- `TieRange`: Probability that an event happens within some periods, and its range over ties.
- `TypeReplies`: Replies of all types of a party that are tested; ``replies[type]`` is one.
- `TypeReply`: A plan of one type against a profile by type, between its own value and a bound.
- `best_reply_by_type`: Find what each type of a party can reach against a profile by type.
- `bound_types`: Bound from above what each type can gain by any plan, at the start and wherever histories lead.
- `tie_range`: Find how far the probability of an event rests on ties of a certified profile.
- `verify_types`: Check a profile by type for profitable deviations at every node and every belief that histories can
  produce.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
