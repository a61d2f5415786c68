"""How a treaty ended, read from the dated events of its dossier: by notice, at once, by expiry, or not yet."""

from __future__ import annotations

from dataclasses import dataclass

from armsgame._shown import Value
from armsgame.dossiers.dates import When
from armsgame.dossiers.dossier import Scenario
from armsgame.dossiers.evidence import event_day
from armsgame.dossiers.moves import ENDS, NOTICE
from armsgame.dossiers.readings import reference_of
from armsgame.dossiers.record import Event

__all__ = ["ENDS", "UNANNOUNCED", "Ending", "ending"]

UNANNOUNCED = "exit, no notice on record"
"""A record that shows no notice does not show that none was given."""


@dataclass(frozen=True, slots=True)
class Ending(Value):
    """The first exit or expiry of the record.

    Attributes
    ----------
    kind : "notice and exit", `UNANNOUNCED`, "expiry", "notice running" or "in force"
    by : str, the actor who left; empty where nobody did
    announced, left : When or None, the day of the notice, and the day of the exit or the expiry
    asks_days : float, notice that the terms ask for
    verified : bool, are the dates stated in a source that was read?
    disputed : str, the readings of `left` where it is disputed, in words
    """

    kind: str
    by: str
    announced: When | None
    left: When | None
    asks_days: float
    verified: bool
    disputed: str = ""

    @property
    def given_days(self) -> int | None:
        """Days from the notice to the exit, counted from first to first day that each can mean; None without either."""
        if self.left is None or self.announced is None or self.kind == "expiry":
            return None
        return (self.left.first - self.announced.first).days

    @property
    def told(self) -> str:
        """Who gave what notice and left, in words."""
        left = f"a day that is {self.disputed}" if self.disputed else str(self.left)
        if self.kind == "expiry":
            return f"the treaty expired on {left}"
        if self.left is None:
            return f"{self.by} gave notice, and no exit is on record" if self.by else "no exit is on record"
        if self.given_days is None:
            return f"{self.by} left on {left}; no notice on record"
        given = f"gave {self.given_days} days of notice" if self.given_days else "gave notice on the day"
        return f"{self.by} {given} and left on {left}"


def ending(scenario: Scenario) -> Ending:
    """Read how a treaty ended from the moves ``withdraw_notice`` and those of `ENDS`.

    The record is taken as it is: an exit whose notice no event states is one with no notice *on record*. Restraint that
    ended before the treaty was in force did not end the treaty.

    Examples
    --------
    >>> import armsgame as ag
    >>> found = ending(ag.load_scenario("washington"))
    >>> found.kind, found.by, found.given_days
    ('notice and exit', 'Japan', 733)
    """
    begins = scenario.terms.in_force.first
    events = tuple(e for e in scenario.timeline() if e.move not in (NOTICE, *ENDS) or e.date.last >= begins)
    left = next((e for e in events if e.move in ENDS), None)
    notices = [e for e in events if e.move == NOTICE and (left is None or e.date.first <= left.date.last)]
    # another actor's notice says nothing about this exit
    notice = next((e for e in notices if left is None or e.actor == left.actor), None)
    used: list[Event] = [e for e in (notice, left) if e is not None]
    silent, told = ("in force", "notice running") if left is None else (UNANNOUNCED, "notice and exit")
    kind = "expiry" if left is not None and left.move == "expire" else silent if notice is None else told
    by = "" if kind in ("expiry", "in force") else used[0].actor
    asks = scenario.treaty().notice_days
    verified = all(e.confidence == "found" for e in used)
    announced = None if notice is None else notice.date
    if left is None:
        return Ending(kind, by, announced, None, asks, verified)
    disputed = event_day(scenario, left) if scenario.disputed(reference_of(left)) else ""
    return Ending(kind, by, announced, left.date, asks, verified, disputed)
