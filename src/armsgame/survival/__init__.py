"""Time to event, competing risks.

- `Incidence`: Estimated cumulative incidence by cause (Aalen and Johansen 1978).
- `IncidenceLaw`: Exact cumulative incidence: P(ended by each cause within t periods), [T + 1, C].
- `aalen_johansen`: Cumulative incidence by cause, with independent censoring.
- `incidence_law`: Exact cumulative incidence by cause, from the product chain.
- `FirstCauses`: The first cause on each path that collapses.
- `TimeToEvent`: Estimated law of the time to an event, in periods (Kaplan and Meier 1958).
- `time_to_event`: Kaplan-Meier estimate of the time to an event.
- `LogRank`: Result of `log_rank`.
- `log_rank`: Test whether the time to an event has one law in two samples.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
