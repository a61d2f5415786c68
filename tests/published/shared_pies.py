"""Negotiable spaces with utilities that are given, so that theory of bargaining can be checked on them."""

import numpy as np

from armsgame.negotiation import Term, Terms, TermValues


def given(payoffs, disagreement=(0.0, 0.0), walk_away=None, self_enforcing=None):
    """Bundles with these utilities [N, 2]."""
    payoffs = np.asarray(payoffs, dtype=float)
    count = len(payoffs)
    space = Terms([Term("bundle", tuple(range(count)), parameter="notice_days")])
    holds = np.ones(count, bool) if self_enforcing is None else np.asarray(self_enforcing, bool)
    base = np.array(disagreement, dtype=float)
    return TermValues(
        terms=space,
        bundles=space.bundles(),
        values=payoffs,
        self_enforcing=holds,
        selected=np.where(holds, 0, -1),
        gains=np.where(holds, 0.0, 1.0),
        binding=tuple("" if h else "A deploys" for h in holds),
        classes=("given",),
        disagreement=base,
        walk_away=base if walk_away is None else np.array(walk_away, dtype=float),
        parties=("A", "B"),
        discount=0.9,
    )


def pie(pieces, **others):
    """One unit cut into `pieces` pieces."""
    share = np.arange(pieces + 1) / pieces
    return given(np.column_stack([share, 1 - share]), **others)
