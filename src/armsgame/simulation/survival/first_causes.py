"""What started a collapse: the first of several causes on each path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import need_pandas
from armsgame._shown import Drawn, Framed, Value
from armsgame.arithmetic.shares import digits, told, wilson
from armsgame.simulation.survival.competing_risks import (
    Incidence,
    IncidenceLaw,
    check_causes,
    default_causes,
    run_incidence,
)
from armsgame.simulation.survival.kaplan_meier import event_times
from armsgame.simulation.survival.run import Paths

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, slots=True)
class FirstCauses(Framed, Drawn, Value):
    """The first cause on each path that collapses.

    "First" is an order in time, on one path; it is no claim about what would have happened without it.

    Attributes
    ----------
    collapse : str, the event that counts as collapse
    paths, collapses : int, all paths, and those that collapse within the horizon
    counts : mapping from first cause to paths; causes of one period stand together as ``"a + b"``
    present : mapping from cause to the share of collapses before or in which it happened at all
    incidence : Incidence, P(collapsed by first cause within t periods)
    """

    collapse: str
    paths: int
    collapses: int
    counts: Mapping[str, int]
    present: Mapping[str, float]
    incidence: Incidence

    @property
    def shares(self) -> dict[str, float]:
        """Share of each first cause among the collapses; NaN where there is none."""
        return {c: n / self.collapses if self.collapses else float("nan") for c, n in self.counts.items()}

    @property
    def errors(self) -> dict[str, float]:
        """Binomial standard errors of the shares, given the number of collapses."""
        return {c: float(np.sqrt(s * (1 - s) / max(self.collapses, 1))) for c, s in self.shares.items()}

    @property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """Wilson's 95 % interval of each share; NaN where nothing collapses."""
        return {c: tuple(float(x) for x in wilson(s, self.collapses)) for c, s in self.shares.items()}  # type: ignore[misc]

    @property
    def ties(self) -> int:
        """Collapses with two or more first causes in one period."""
        return sum(n for c, n in self.counts.items() if " + " in c)

    @property
    def exact(self) -> dict[str, float] | None:
        """Exact shares among the collapses; None without a law."""
        law = self.incidence.law
        if law is None:
            return None
        shares = law.shares
        return {c: shares.get(c, 0.0) for c in self.counts}

    def to_frame(self) -> pandas.DataFrame:
        """One row per first cause (needs pandas)."""
        shown = {
            "first_cause": list(self.counts),
            "paths": list(self.counts.values()),
            "share": list(self.shares.values()),
            "error": list(self.errors.values()),
        }
        if self.exact is not None:
            shown["exact"] = list(self.exact.values())
        return need_pandas().DataFrame(shown).set_index("first_cause")

    def __str__(self) -> str:
        if not self.collapses:
            return f"First causes of {self.collapse!r}: it happens on none of {self.paths:,} paths"
        lines = [
            f"First causes of {self.collapse!r}: it happens on {self.collapses:,} of {self.paths:,} paths; "
            f"{self.ties:,} with a tie; shares with 95 % intervals"
        ]
        exact = self.exact
        for cause, share in self.shares.items():
            line = f"  {cause:<32s} {told(share, self.collapses)}"
            lines.append(line if exact is None else f"{line}  exact {digits(exact[cause])}")
        return "\n".join(lines)


def first_causes(
    run: Paths, collapse: str = "notice", *, causes: Sequence[str] | None = None, law: IncidenceLaw | None = None
) -> FirstCauses:
    """Which of several causes came first on the paths that collapse.

    Parameters
    ----------
    collapse : str
        Event that counts as collapse.
    causes : sequence of str, optional
        By default ``false_alarm``, ``detected``, ``expired``, ``notice_without_grounds`` and every
        ``climate_...`` event, as far as the game has them.
    law : IncidenceLaw, optional
        Exact law from ``incidence_law(game, profile, periods=.., collapse=..)``.

    Returns
    -------
    FirstCauses
        A cause counts from its first occurrence on the path, also where that one was settled.

    Raises
    ------
    InvalidGame
        Unknown events, or a game without any of the default causes.
    """
    listed = check_causes(default_causes(run.first) if causes is None else causes, run.first)
    end = event_times(run, collapse)
    here = end < run.periods
    incidence = run_incidence(run, listed, collapse=collapse, law=law)
    counts = dict(zip(incidence.causes, incidence.happened.sum(axis=0).tolist(), strict=True))
    total = int(here.sum())
    present = {c: float((event_times(run, c)[here] <= end[here]).mean()) if total else float("nan") for c in listed}
    return FirstCauses(collapse, run.paths, total, counts, present, incidence)
