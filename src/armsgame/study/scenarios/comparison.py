"""Treaties side by side: thresholds by regime, self-enforcement, survival, causes of the end, notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from armsgame._checks import need_pandas
from armsgame._deadline import ask_time
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import FloatArray
from armsgame.arithmetic.tolerance import above
from armsgame.dossiers.coercion import scenario_of
from armsgame.dossiers.dossier import Scenario
from armsgame.dossiers.loader import load_scenario
from armsgame.errors import ScenarioError, check_known
from armsgame.simulation.laws.laws import WithdrawalLaw
from armsgame.simulation.paths.mixture import mixture_incidence, mixture_law
from armsgame.simulation.survival.competing_risks import IncidenceLaw
from armsgame.study.scenarios.claims import TRIED, Claim
from armsgame.study.scenarios.endings import UNANNOUNCED, Ending, ending
from armsgame.study.scenarios.enforcement import ThresholdRow, thresholds
from armsgame.study.scenarios.outlook import branches
from armsgame.study.scenarios.report_text import interval

if TYPE_CHECKING:
    import pandas

__all__ = ["QUESTIONS", "TreatyAnswers", "TreatyComparison", "compare"]

Row: TypeAlias = dict[str, Any]
"""Cells of a table by heading."""

QUESTIONS = ("all", "thresholds", "self_enforcement", "survival", "causes", "notice")
_YEAR = 365.25
_YEARS = 10


@dataclass(frozen=True, slots=True)
class TreatyAnswers(Value):
    """The main answers about one treaty; what the question does not ask for is empty.

    Attributes
    ----------
    ending : how it ended by the dossier; a disputed day is a span over its readings
    rows : thresholds with certificates, per strategy and verification regime
    laws : perspective -> exact law of withdrawal over ten years
    causes : perspective -> exact cumulative incidence of notice by its first cause, over ten years
    """

    scenario: Scenario
    ending: Ending
    rows: tuple[ThresholdRow, ...]
    laws: Mapping[str, WithdrawalLaw]
    causes: Mapping[str, IncidenceLaw]

    @property
    def periods_per_year(self) -> float:
        """Periods of the treaty's game in a year."""
        return _YEAR / self.scenario.treaty().period_days

    def per_year(self, discount: float) -> float:
        """Discount factor of one year that one of a period amounts to; periods differ between treaties."""
        return float(discount**self.periods_per_year)

    def years(self, law: WithdrawalLaw | IncidenceLaw) -> FloatArray:
        """Return the times of a law in years."""
        length = len(law.survival if isinstance(law, WithdrawalLaw) else law.cumulative)
        return np.arange(length) / self.periods_per_year

    def survival_after(self, perspective: str, years: float) -> float:
        """P(still in force after so many years), rounded down to whole periods; exact."""
        # a quotient below a whole number by rounding alone is that number
        at = int(years * self.periods_per_year + 1e-9)
        return float(self.laws[perspective].survival[at])


@dataclass(frozen=True, slots=True)
class TreatyComparison(Framed, Drawn, Value):
    """Treaties side by side; ``print`` shows the tables of the question, ``to_frame`` gives one."""

    question: str
    answers: tuple[TreatyAnswers, ...]

    def table(self, question: str | None = None) -> list[Row]:
        """Rows of a question as plain mappings; by default of the one that was asked."""
        asked = self.question if question is None else question
        return [row for one in self.answers for row in _TABLES[asked](one)]

    def to_frame(self) -> pandas.DataFrame:
        """Table of the question (needs pandas): for "all" one row per treaty."""
        return need_pandas().DataFrame(self.table())

    def __str__(self) -> str:
        asked = QUESTIONS[1:] if self.question == "all" else (self.question,)
        lines = ["Payoffs, rates and behaviour are assumptions; no account is taken as true."]
        for question in asked:
            lines += ["", *_shown(_TITLES[question], self.table(question))]
        return "\n".join(lines)


def compare(
    scenarios: Sequence[Scenario | str], question: str = "all", *, budget_seconds: float | None = None
) -> TreatyComparison:
    """Put the main answers about several treaties side by side.

    Parameters
    ----------
    scenarios : sequence of Scenario or str
        Dossiers, or names of those that ship with the library.
    question : str
        ``"thresholds"`` (discount factors per year at which each strategy holds, by regime: the lowest as a number,
        NaN where there is none, and the whole set in words under ``"STRATEGY set"``),
        ``"self_enforcement"`` (what holds at the dossier's own discount factor, with the largest gain),
        ``"survival"`` (exact, by perspective), ``"causes"`` (of notice, exact, by perspective),
        ``"notice"`` (asked for and given, how the treaty ended; where readings of a disputed date differ, a row for
        each), or ``"all"``.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    TreatyComparison

    Raises
    ------
    ScenarioError
        No dossier, one that stands twice, one without a verification regime, or an unknown question.

    Notes
    -----
    Periods differ between treaties, so discount factors are stated per year,
    ``discount ** (365.25 / period_days)``, and times in years. Laws of survival start with the treaty in force and
    hold one verification regime fixed, that of the dossier's question.

    Examples
    --------
    >>> import armsgame as ag
    >>> print(ag.compare(["inf", "abm"], "notice").table()[1]["given_days"])
    182
    """
    check_known("question {} is unknown", QUESTIONS, question, error=ScenarioError)
    listed = [scenarios] if isinstance(scenarios, (str, Scenario)) else list(scenarios)
    found = [load_scenario(s) if isinstance(s, str) else scenario_of("compare", s) for s in listed]
    if not found:
        raise ScenarioError("scenarios is empty; allowed: at least one dossier, such as ag.load_scenario('inf').")
    ids = [s.id for s in found]
    twice = next((i for i in ids if ids.count(i) > 1), None)
    if twice is not None:
        raise ScenarioError(f"scenarios name {twice!r} twice; give each dossier an id of its own.")
    answers: list[TreatyAnswers] = []
    for s in found:
        ask_time(f"{len(answers)} of {len(found)} treaties", TreatyComparison(question, tuple(answers)))
        answers.append(_answers(s, question))
    return TreatyComparison(question, tuple(answers))


def _answers(scenario: Scenario, question: str) -> TreatyAnswers:
    laws: dict[str, WithdrawalLaw] = {}
    causes: dict[str, IncidenceLaw] = {}
    rows = thresholds(scenario) if question in ("all", "thresholds", "self_enforcement") else ()
    if question in ("all", "survival", "causes"):
        periods = int(np.ceil(_YEARS * _YEAR / scenario.treaty().period_days))
        for name in scenario.perspectives:
            ask_time()
            parts = branches(scenario, name)
            if question != "causes":
                laws[name] = mixture_law(parts, periods=periods)
            if question != "survival":
                causes[name] = mixture_incidence(parts, periods=periods, collapse="notice")
    return TreatyAnswers(scenario, ending(scenario), rows, laws, causes)


def _by_regime(one: TreatyAnswers) -> list[tuple[str, list[ThresholdRow]]]:
    names = dict.fromkeys(r.regime for r in one.rows)
    return [(name, [r for r in one.rows if r.regime == name]) for name in names]


def _thresholds(one: TreatyAnswers) -> list[Row]:
    table = []
    for regime, rows in _by_regime(one):
        own = one.per_year(one.scenario.question.discount)
        entry: Row = {"treaty": one.scenario.id, "regime": regime, "own_discount": own}
        for row in rows:
            bands = [(one.per_year(a), one.per_year(b)) for a, b in row.threshold.intervals]
            name = row.strategy.split("(")[0]
            told = ", ".join(interval(a, b) for a, b in bands) or "at none"
            length = row.strategy.removeprefix(name)
            entry |= {name: bands[0][0] if bands else nan, f"{name} set": f"{length} {told}".strip()}
        table.append(entry)
    return table


def _self_enforcement(one: TreatyAnswers) -> list[Row]:
    table = []
    for regime, rows in _by_regime(one):
        leave = next(r for r in rows if r.strategy == "exit_on_alarm")
        holds = [r.strategy for r in rows if r.holds]
        told = ", ".join(holds) or str(Claim("no", TRIED, "holds", "certificate"))
        gain = {"gain_against_exit_on_alarm": float(leave.certificate.max_gain)}
        table.append({"treaty": one.scenario.id, "regime": regime, "holds": bool(holds), **gain, "strategies": told})
    return table


def _survival(one: TreatyAnswers) -> list[Row]:
    table = []
    for name, law in one.laws.items():
        gone = np.flatnonzero(law.survival <= 0.5)
        row: Row = {"treaty": one.scenario.id, "perspective": name, "regime": one.scenario.asked_regime}
        row |= {f"after_{years}_years": one.survival_after(name, years) for years in (5, 10)}
        table.append(row | {"median_years": float(one.years(law)[gone[0]]) if len(gone) else nan})
    return table


def _causes(one: TreatyAnswers) -> list[Row]:
    return [
        {"treaty": one.scenario.id, "perspective": name, "cause": cause, "within_10_years": float(p)}
        for name, law in one.causes.items()
        for cause, p in zip(law.causes, law.cumulative[-1], strict=True)
    ]


def _by_reading(scenario: Scenario) -> list[tuple[str, Ending, str]]:
    """Group readings by how the treaty ended and on which last day; one group where no dispute touches that."""
    found: dict[tuple[Ending, str], list[str]] = {}
    for name, reading in scenario.readings().items():
        found.setdefault((ending(reading), str(reading.terms.ended or "")), []).append(name)
    return [("" if len(found) == 1 else " / ".join(names), *ends) for ends, names in found.items()]


def _notice(one: TreatyAnswers) -> list[Row]:
    source = one.scenario.quantities.get("notice_days")
    cited = one.scenario.cited(source.source) if source else "assumption"
    table = []
    for reading, e, ended in _by_reading(one.scenario):
        row: Row = {"treaty": one.scenario.id, "reading": reading, "asks_days": e.asks_days, "asks_source": cited}
        row |= {"given_days": e.given_days, "how": e.kind, "by": e.by, "left": str(e.left or ""), "ended": ended}
        known = "found" if e.verified else "unverified, from memory"
        table.append({**row, "dates": "disputed" if reading else known})
    return table


def _all(one: TreatyAnswers) -> list[Row]:
    entry: Row = {"treaty": one.scenario.id}
    first, last = _by_regime(one)[0], _by_regime(one)[-1]
    for label, (_, rows) in (("first", first), ("last", last)):
        leave = next(r for r in rows if r.strategy == "exit_on_alarm")
        bands = leave.threshold.intervals
        entry[f"threshold_{label}_regime"] = one.per_year(bands[0][0]) if bands else nan
        entry[f"holds_{label}_regime"] = leave.holds
    entry["own_discount"] = one.per_year(one.scenario.question.discount)
    survival = [one.survival_after(name, _YEARS) for name in one.laws]
    entry |= {"survival_10_lowest": min(survival), "survival_10_highest": max(survival)}
    kept = ("reading", "asks_days", "given_days", "how", "by", "left", "ended")
    return [entry | {k: told[k] for k in kept} for told in _notice(one)]


_TABLES: dict[str, Callable[[TreatyAnswers], list[Row]]] = {
    "all": _all,
    "thresholds": _thresholds,
    "self_enforcement": _self_enforcement,
    "survival": _survival,
    "causes": _causes,
    "notice": _notice,
}
_TITLES = {
    "thresholds": "Discount factors per year at which each strategy holds (all of them), by verification regime",
    "self_enforcement": "What enforces itself at the dossier's own discount factor (certificates)",
    "survival": "P(still in force), exact, by account; one regime held fixed",
    "causes": "P(notice within ten years), by what came first, exact, by account",
    "notice": "Notice and exit on the record",
}


def _shown(title: str, table: list[Row]) -> list[str]:
    # where a whole set is known, its least element alone would hide its upper end
    heads = [h for h in (table[0] if table else ()) if f"{h} set" not in table[0]]
    lower = title == _TITLES["thresholds"]
    least = [h.startswith("threshold_") or (lower and h != "own_discount") for h in heads]
    cells = [[_cell(row, h, lower=low) for h, low in zip(heads, least, strict=True)] for row in table]
    heads = [h.removesuffix(" set") for h in heads]
    widths = [max(len(h), *(len(row[k]) for row in cells)) for k, h in enumerate(heads)]
    out = [title, "  " + "  ".join(h.ljust(w) for h, w in zip(heads, widths, strict=True)).rstrip()]
    return out + ["  " + "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells]


def _cell(row: Row, head: str, *, lower: bool = False) -> str:
    """Text of a cell; a lower bound is rounded up, so that it holds as printed."""
    value = row[head]
    if value is None or (isinstance(value, float) and value != value):
        if head == "given_days":
            return "not on record" if row["how"] == UNANNOUNCED else "-"
        return f"beyond {_YEARS}" if head == "median_years" else "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if lower and isinstance(value, float):
        return above(value, 4)
    return f"{value:.4g}" if isinstance(value, float) else str(value)
