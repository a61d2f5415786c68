"""Which payoff is agreed on.

- `Egalitarian`: Smallest gain as large as possible, then the next smallest (Kalai 1977, without free disposal).
- `KalaiSmorodinsky`: Gains in proportion to the most each party could gain (Kalai and Smorodinsky 1975).
- `NashBargaining`: Largest weighted product of gains (Nash 1950; Harsanyi and Selten 1972).
- `Utilitarian`: Largest sum of payoffs above the threat; ties are told and their centre is shown.
- `negotiate`: Select the payoff that parties would negotiate among those that enforce themselves.
- `rubinstein`: Divide one unit by alternating offers with outside options.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
