"""What sampling answers with, shocks, and mixtures of profiles.

- `ImpulseResponse`: Laws of the states with and without a shock, from the period that the shock opens.
- `impulse_response`: Follow what a shock (a false alarm, a lost inspection, a snub) does to the law of the
  states.
- `WithdrawalLaw`: Law of the first occurrence of an event.
- `Outcomes`: Share of paths in which each outcome occurs. Outcomes may overlap.
- `Branch`: One combination of types: its probability, its game, and the profile played in it.
- `mixture_incidence`: Exact cumulative incidence by cause when the branch is drawn first: the weighted laws of
  the branches.
- `mixture_law`: Exact law of an event when the branch is drawn first: the weighted laws of the branches.
- `simulate_mixture`: Sample paths whose branch is drawn first.
- `Comparison`: Two runs with shared draws, path by path: the second minus the first.
- `PayoffDistribution`: Distribution of the payoffs of paths.
- `StatusShares`: Share of paths in each status at the start of each period, [T, K].
- `Totals`: Result of ``simulate(keep="totals")``: nothing in it grows with the number of paths.
- `Trajectories`: Result of `simulate`.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
