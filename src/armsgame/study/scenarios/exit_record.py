"""Exits on record: what was asked, given, answered and disputed at every exit, suspension and expiry."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from armsgame._checks import need_pandas
from armsgame._files import replacing
from armsgame._shown import Framed, Value
from armsgame.dossiers.coercion import scenario_of
from armsgame.dossiers.dates import When
from armsgame.dossiers.dossier import Scenario
from armsgame.dossiers.evidence import event_day
from armsgame.dossiers.moves import NOTICE
from armsgame.dossiers.readings import reference_of
from armsgame.dossiers.record import Event
from armsgame.errors import InvalidGame

if TYPE_CHECKING:
    import pandas

__all__ = ["EXITS", "NONE", "ExitRecord", "RecordedExit", "exits_on_record"]

NONE = "none on record"
"""What is not on record may still have happened."""
EXITS = {
    "withdraw_effective": "exit",
    "moratorium_end": "end of stated restraint",
    "terminate": "termination",
    "expire": "expiry",
    "suspend": "suspension",
    "suspend_in_part": "suspension in part",
    "snap_back": "return of measures",
    "withdraw_ratification": "consent taken back",
}
"""Moves that make a row, and what the row is called; a notice without an exit makes one too."""
_SUSPENDS = ("suspend", "suspend_in_part")
_NOTICED = ("withdraw_effective", "moratorium_end", "terminate")
_REPLIES = ("object", "deny", "state_position", "third_party_statement", "countermeasure")
_AFTER = 365


@dataclass(frozen=True, slots=True)
class RecordedExit(Value):
    """One row: an act by which a party left, suspended or let end what bound it.

    Attributes
    ----------
    treaty : str, id of the dossier
    party : str, who acts, with those who act jointly
    act : str, a value of `EXITS`, or "notice, no exit on record"
    notice_asked : str, what the text asks for, in its words; empty where no notice belongs to the act
    asked_days : int or None, the same in days, as the model reads it
    announced, delivered : When or None, of the notice; of the act itself where it had none
    effective : When or None, the day of effect; a span over all readings where it is disputed
    effect : str, that day in words, with the readings where it is disputed
    grounds : str, what the record says of the notice, or of the act where it had none
    answer : str, replies by others up to a year after the effect, each with day and speaker
    suspension : str, who suspended duties between the year before the notice and the effect
    disputed_by : str, who disputes the act, its form or its day
    sources : str, documents that the row rests on
    """

    treaty: str
    party: str
    act: str
    notice_asked: str
    asked_days: int | None
    announced: When | None
    delivered: When | None
    effective: When | None
    effect: str
    grounds: str
    answer: str
    suspension: str
    disputed_by: str
    sources: str

    @property
    def given_days(self) -> tuple[int, int] | None:
        """Fewest and most days from the notice to the effect that the record allows; None without either."""
        told = self.delivered or self.announced
        if told is None or self.effective is None or not self.notice_asked:
            return None
        return (self.effective.first - told.last).days, (self.effective.last - told.first).days

    @property
    def given(self) -> str:
        """The same in words."""
        if not self.notice_asked:
            return ""
        days = self.given_days
        if days is None:
            return NONE
        return f"{days[0]}" if days[0] == days[1] else f"{days[0]} to {days[1]}"


COLUMNS = (
    *(f.name for f in fields(RecordedExit) if f.name != "effective"),
    *("effective_first", "effective_last", "given_days_least", "given_days_most"),
)


@dataclass(frozen=True, slots=True)
class ExitRecord(Framed, Value):
    """Every exit of the dossiers, in order of time; a sequence of `RecordedExit`."""

    rows: tuple[RecordedExit, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[RecordedExit]:
        return iter(self.rows)

    def __getitem__(self, place: int) -> RecordedExit:
        return self.rows[place]

    def of(self, treaty: str) -> tuple[RecordedExit, ...]:
        """Rows of one treaty."""
        return tuple(r for r in self.rows if r.treaty == treaty)

    def dates(self, treaty: str) -> dict[str, tuple[date | None, date | None, date | None]]:
        """Days announced, deposited and effective of each exit from one treaty, as `plot.exit_dates` reads a record.

        The first day that a date can mean; a party that left twice has its last exit.
        """
        rows = [r for r in self.of(treaty) if r.act == "exit"]
        ends = ((r.party, (r.announced, r.delivered, r.effective)) for r in rows)
        return {party: tuple(None if d is None else d.first for d in days) for party, days in ends}  # type: ignore[misc]

    def records(self) -> list[dict[str, object]]:
        """Rows as dictionaries of text and whole numbers; dates as they stand in the dossiers."""
        made = []
        for r in self.rows:
            days, end = r.given_days, r.effective
            extra = (end and str(end.first), end and str(end.last), days and days[0], days and days[1])
            plain = {f.name: getattr(r, f.name) for f in fields(r) if f.name != "effective"}
            plain |= {k: None if plain[k] is None else str(plain[k]) for k in ("announced", "delivered")}
            made.append({**plain, **dict(zip(COLUMNS[-4:], extra, strict=True))})
        return made

    def to_frame(self) -> pandas.DataFrame:
        """Return a table of the records; whole numbers stay whole beside missing ones."""
        whole = ("asked_days", "given_days_least", "given_days_most")
        return need_pandas().DataFrame(self.records(), columns=list(COLUMNS)).astype(dict.fromkeys(whole, "Int64"))

    def to_csv(self, path: str | Path) -> None:
        """Write the table as UTF-8 text with commas; missing entries are empty."""
        with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(self.records())

    def to_parquet(self, path: str | Path) -> None:
        """Write the table as Parquet.

        Raises
        ------
        InvalidGame
            Neither pyarrow nor fastparquet is installed, or pandas is not.
        """
        from importlib.util import find_spec

        if find_spec("pandas") is None or (find_spec("pyarrow") is None and find_spec("fastparquet") is None):
            raise InvalidGame(
                "to_parquet needs pandas and one of the packages pyarrow and fastparquet; allowed: pip install pandas "
                "pyarrow. Or write the same table with to_csv."
            )
        with replacing(path) as part:
            self.to_frame().to_parquet(part, index=False)

    def to_markdown(self) -> str:
        """Table of the acts in brief, and below it grounds, answer, suspension, dispute and sources of each."""
        head = ("no.", "treaty", "party", "act", "notice asked", "days given", "effect", "disputed by")
        lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        for k, r in enumerate(self.rows, 1):
            told = (str(k), r.treaty, r.party, r.act, r.notice_asked, r.given, r.effect or NONE, r.disputed_by)
            lines.append("| " + " | ".join(cell.replace("|", "/") or "–" for cell in told) + " |")
        for k, r in enumerate(self.rows, 1):
            days = (("announced", r.announced), ("delivered", r.delivered), ("effect", r.effect or NONE))
            dates = ", ".join(f"{word} {day}" for word, day in days if day)
            lines += ["", f"**{k}. {r.treaty}: {r.party}, {r.act}**", "", f"- *Dates*: {dates}"]
            for name in ("grounds", "answer", "suspension", "disputed_by", "sources"):
                lines.append(f"- *{name.replace('_', ' ').capitalize()}*: {getattr(r, name)}")
        return "\n".join(lines) + "\n"

    def __str__(self) -> str:
        treaties = {r.treaty for r in self.rows}
        many = sum(r.disputed_by != NONE for r in self.rows)
        return f"{len(self.rows)} acts on record in {len(treaties)} treaties, {many} of them disputed"


def exits_on_record(scenarios: Iterable[Scenario | str] | None = None) -> ExitRecord:
    """List every exit, suspension, expiry and return of measures that dossiers record.

    Parameters
    ----------
    scenarios : iterable of Scenario or names, optional; default: every shipped dossier

    Returns
    -------
    ExitRecord

    Raises
    ------
    WrongConcept
        Something that is neither a dossier nor a name of one.

    Notes
    -----
    All is read from the dated events, and nothing is judged: an act is listed as its party states it, with those who
    dispute it beside it. "None on record" does not say that there was none. A reply belongs to the last act of its
    target before it.

    Examples
    --------
    >>> found = exits_on_record(["washington", "inf"])
    >>> print(found)
    4 acts on record in 2 treaties, 0 of them disputed
    >>> [(r.party, r.act, r.given) for r in found]
    [('Japan', 'exit', '733'), ('US', 'suspension', ''), ('US', 'exit', '181'), ('Russia', 'suspension', '')]
    """
    from armsgame.dossiers.loader import load_scenario
    from armsgame.dossiers.loader import scenarios as shipped

    rows: list[RecordedExit] = []
    for given in shipped() if scenarios is None else scenarios:
        scenario = load_scenario(given) if isinstance(given, str) else given
        rows += _rows(scenario_of("exits_on_record", scenario))
    rows.sort(key=lambda r: (_start(r), r.treaty))
    return ExitRecord(tuple(rows))


def _start(row: RecordedExit) -> date:
    return min(d.first for d in (row.announced, row.delivered, row.effective) if d is not None)


def _rows(s: Scenario) -> list[RecordedExit]:
    events = s.timeline()
    acts: list[tuple[Event, Event | None]] = []
    used: list[Event] = []
    for event in (e for e in events if e.move in EXITS):
        notice = None
        if event.move in _NOTICED:
            earlier = [e for e in events if e.move == NOTICE and _same(e, event) and e.date.first <= event.date.last]
            # by identity: two equal events are two acts
            notice = next((e for e in reversed(earlier) if not any(e is u for u in used)), None)
            used += [notice] if notice is not None else []
        acts.append((event, notice))
    acts += [(e, e) for e in events if e.move == NOTICE and not any(e is u for u in used)]
    begins = [min(d.first for e in (act, notice) if e for d in e.dates.values()) for act, notice in acts]
    replies: list[list[Event]] = [[] for _ in acts]
    for reply in (e for e in events if e.move in _REPLIES and e.target):
        spoken = reply.date.last
        spoken_to = [(k, act) for k, (act, _) in enumerate(acts) if reply.target in _who(act)]
        others = [(k, act) for k, act in spoken_to if reply.actor not in _who(act)]
        before = [k for k, act in others if begins[k] <= spoken and (spoken - act.date.last).days <= _AFTER]
        if before:
            replies[max(before, key=lambda k: (begins[k], acts[k][1] is not None))].append(reply)
    halts = {}
    for k, (act, _) in enumerate(acts):
        if act.move in _SUSPENDS:
            halts[k] = f"{_people(act)} ({act.date}{', disputed' if _objections(s, act, replies[k]) else ''})"
    rows = []
    for k, (act, notice) in enumerate(acts):
        days = {j: acts[j][0].date.first for j in halts if j != k}
        near = [j for j, day in days.items() if (day - begins[k]).days >= -_AFTER and day <= act.date.last]
        keys = [key for j in near for key in (acts[j][0].source, *acts[j][0].also)]
        rows.append(_row(s, act, notice, replies[k], "; ".join(halts[j] for j in near), keys))
    return rows


def _row(
    s: Scenario, act: Event, notice: Event | None, replies: list[Event], halts: str, more: list[str]
) -> RecordedExit:
    # restraint that was stated without a text asks for no notice of the treaty beside it
    asked = act.move in (NOTICE, "withdraw_effective") or (act.move == "moratorium_end" and s.terms.signed is None)
    told = notice or act
    effective = act.effective or (None if act.move in (NOTICE, *_SUSPENDS) else act.date)
    kind = "notice, no exit on record" if act.move == NOTICE else EXITS[act.move]
    keys = [k for e in (told, act, *replies) for k in (e.source, *e.also)] + more
    documents = [s.sources[key] for key in dict.fromkeys(keys) if key]
    named = (f"{v.title} ({', '.join(filter(None, (v.publisher, str(v.date or ''))))})" for v in documents)
    days = round(s.treaty().notice_days) if asked else None
    effect = event_day(s, act) if s.disputed(reference_of(act)) else str(act.date)
    answer = "; ".join(f"{e.date}, {_people(e)}: {e.text}" for e in replies) or NONE
    objections = "; ".join(_objections(s, act, replies)) or NONE
    return RecordedExit(
        s.id,
        _people(act),
        kind,
        s.terms.notice if asked else "",
        days,
        told.announced,
        told.delivered,
        effective,
        effect if effective else "",
        told.text,
        answer,
        halts or NONE,
        objections,
        "; ".join(named),
    )


def _objections(s: Scenario, act: Event, replies: list[Event]) -> list[str]:
    """List who objects and when, and the readings of what is disputed about this act with who holds them."""
    found = [f"{_people(e)} ({e.date})" for e in replies if e.move == "object"]
    for dispute in s.disputes:
        sets = {ref for r in dispute.readings for ref in r.sets}
        mine = bool(act.id) and (
            any(ref.startswith(f"events.{act.id}.") for ref in sets)
            or any(act.id in r.without for r in dispute.readings)
        )
        ends = "terms.ended" in sets and s.terms.ended is not None and s.terms.ended.meets(act.date)
        if mine or (ends and act.move not in _SUSPENDS):
            held = ", ".join(f"{r.name} ({', '.join(r.holders)})" for r in dispute.readings)
            found.append(f"{dispute.question} {held}")
    return found


def _who(event: Event) -> tuple[str, ...]:
    return (event.actor, *event.jointly)


def _same(one: Event, other: Event) -> bool:
    return bool(set(_who(one)) & set(_who(other)))


def _people(event: Event) -> str:
    return " and ".join(["both parties" if event.actor == "both" else event.actor, *event.jointly])
