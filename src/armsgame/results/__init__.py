"""What verbs answer with: certificates, solutions, payoff sets, assessments, branches.

- `BayesianCertificate`: Evidence that a profile by type is a perfect Bayesian equilibrium, or where it fails.
- `Certificate`: Evidence that a profile is an equilibrium, or where it fails.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
