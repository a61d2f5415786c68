"""Games in time with private types: certificates and bounds for profiles by type.

- `ReplyBound`: Upper bounds on what each type can gain by any plan, against a profile by type.
- `bound_types`: Bound from above what each type can gain by any plan, at the start and wherever histories lead.
- `verify_types`: Check a profile by type for profitable deviations at every node and every belief that histories can
  produce.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
