"""Files of a report: written beside the folder first, moved into it when all are complete."""

from __future__ import annotations

import json
import os
import pickle
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import armsgame as ag
from armsgame.dossiers.evidence import day_text, dispute_lines, event_day
from armsgame.dossiers.readings import reference_of
from armsgame.errors import ArmsgameError
from armsgame.formats.nc import write_netcdf
from armsgame.proofs.write import Proof
from armsgame.study.scenarios.report_data import labelled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from armsgame.dossiers.dossier import Scenario
    from armsgame.dossiers.record import Membership
    from armsgame.study.scenarios.report import Report

__all__ = ["dates", "figures", "flagged", "proofs", "shown", "write"]

_DPI = 150


def write(result: Report, folder: Path, pool: Executor | None = None) -> list[str]:
    """Write the text, data, figures and proofs; returns the names of the files. Processes of `pool` draw too."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".armsgame-", dir=folder.parent) as staging:
            made = _make(result, Path(staging), pool)
            folder.mkdir(exist_ok=True)
            for name in made:
                os.replace(Path(staging) / name, folder / name)
    except OSError as fault:
        raise ArmsgameError(f"out is {str(folder)!r}: {fault}. Choose another folder with --out.") from None
    return made


def _make(result: Report, folder: Path, pool: Executor | None) -> list[str]:
    drawn = figures(result)
    far = {} if pool is None else _sent(result, [n for n in drawn if n not in _SAMPLED], folder, pool)
    proved = proofs(result)
    (folder / "report.txt").write_text(f"{result}\n{_told(proved)}\n", encoding="utf-8")
    summary = json.dumps(result.summary(), indent=1, allow_nan=False)
    (folder / "summary.json").write_text(summary + "\n", encoding="utf-8")
    write_netcdf(folder / "results.nc", *labelled(result))
    # other processes begin with the last one, and what they have begun is left to them
    for name in drawn:
        if name not in far or far[name].cancel():
            _print(drawn[name](result), folder / f"{name}.png")
    for name in far:
        if not far[name].cancelled():
            far[name].result()
    names = ["report.txt", "summary.json", "results.nc", *(f"{name}.png" for name in drawn)]
    for one in proved:
        if one.proof:
            one.proof.save(folder / one.file)
            names.append(one.file)
    return names


@dataclass(frozen=True, slots=True)
class _Named:
    """A proof, the file it is written to, and what it is about in words."""

    file: str
    about: str
    proof: Proof


def proofs(result: Report) -> list[_Named]:
    """Prove every certificate of the thresholds' table, at the question's discount factor."""
    found = []
    for n, row in enumerate(result.rows, 1):
        about = f"{row.strategy}, {row.game}, {row.regime}"
        found.append(_Named(f"proof-{n:02d}.agp", about, row.certificate.proof))
    return found


def _told(found: Sequence[_Named]) -> str:
    """Say in the report's text what is proved and in which file; what rests on floats says so."""
    lines = ["", "Proofs (check one with: armsgame check FILE, or python check.py FILE without this library)"]
    for one in found:
        lines.append(f"  {one.file if one.proof else 'no file':<14s} {one.about}: {one.proof}")
    return "\n".join(lines)


def _sent(result: Report, names: Sequence[str], folder: Path, pool: Executor) -> dict[str, Future[None]]:
    """Let other processes draw what needs no sampled paths, which would have to be sent."""
    bare = {
        name: replace(one, outcomes=replace(one.outcomes, profiles=tuple(replace(p, run=None) for p in one.outcomes)))
        for name, one in result.accounts.items()
    }
    light = pickle.dumps(replace(result, accounts=bare, outlooks={}))
    return {name: pool.submit(_drawn, light, name, folder / f"{name}.png") for name in reversed(names)}


def _drawn(light: bytes, name: str, path: Path) -> None:
    result: Report = pickle.loads(light)
    _print(_FIGURES[name](result), path)


def _print(figure: Figure, path: Path) -> None:
    """Write a figure as it stands: `savefig` would lay out its words twice."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.dpi = _DPI
    canvas: Any = FigureCanvasAgg(figure)
    # half the time of the usual compression, and somewhat larger files
    canvas.print_png(path, pil_kwargs={"compress_level": 3})


def _thresholds(result: Report) -> Figure:
    figure, ax = _figure(9.5, 5.2)
    ag.plot.thresholds(result.rows, discount=result.scenario.question.discount, ax=ax)
    return figure


def _regime_map(result: Report) -> Figure:
    figure, ax = _figure(9.5, 4.8)
    parameters, delta = result.scenario.parameters, result.scenario.question.discount
    points = {}
    for regime in result.scenario.regimes:
        rate = parameters[regime.detection]
        if not isinstance(rate, dict):
            points[f"{regime.name} ({rate:g})"] = (rate, delta)
    ag.plot.regime_map(result.suspensions, points=points, ax=ax)
    ax.set_title("Marked points are assumptions", fontsize="medium", loc="left")
    return figure


def _survival(result: Report) -> Figure:
    """Draw one panel for each account: every certified profile, and what ties leave open over all of them."""
    found = {name: a.outcomes for name, a in result.accounts.items()}
    figure, panels = _figure(4.6 * len(found) + 0.4, 5.6, columns=len(found))
    days = result.scenario.treaty().period_days
    for ax, (name, one) in zip(np.atleast_1d(panels), found.items(), strict=True):
        ag.plot.survival(one, ax=ax)
        ax.set_title(result.scenario.perspectives[name].title, loc="left", fontsize="medium")
        ax.set_title("", loc="right")
        ax.set_xlabel(f"periods of {days:g} days")
    figure.suptitle(f"Certified profiles under {result.scenario.asked_regime}, by account", x=0.01, ha="left")
    return figure


def _outcomes(result: Report) -> Figure:
    found = {name: a.outcomes for name, a in result.accounts.items()}
    figure, panels = _figure(4.4 * len(found) + 1.6, 7.2, columns=len(found))
    for k, (ax, (name, one)) in enumerate(zip(np.atleast_1d(panels), found.items(), strict=True)):
        ag.plot.outcomes(one, ax=ax)
        ax.set_title(result.scenario.perspectives[name].title, loc="left", fontsize="medium")
        ax.set_title("", loc="right")
        ax.set_xlabel(f"P(outcome within {result.periods} periods)")
        if k:
            ax.set_yticklabels([])
    figure.suptitle("Outcomes may overlap; black: what ties leave open of withdrawal", x=0.01, ha="left")
    return figure


def _assumed(result: Report) -> Figure:
    figure, (left, right) = _figure(13, 5, columns=2)
    runs = {name: o.paths for name, o in result.outlooks.items()}
    ag.plot.survival(runs, {name: o.law for name, o in result.outlooks.items()}, ax=left)
    ag.plot.outcomes(runs, ax=right)
    days = result.scenario.treaty().period_days
    left.set_xlabel(f"periods of {days:g} days")
    left.set_title(f"Under {result.scenario.asked_regime}; behaviour assumed", fontsize="medium", loc="left")
    return figure


def _beliefs(result: Report) -> Figure:
    figure, (left, right) = _figure(12, 5, columns=2)
    rates = {n: (p.pass_compliant, p.pass_violating) for n, p in result.scenario.perspectives.items()}
    ag.plot.posteriors(result.beliefs, rates, ax=left)
    ag.plot.declined(result.beliefs, ax=right)
    left.set_title("Had it been seen: pass or fail", fontsize="medium", loc="left")
    right.set_title("It was declined", fontsize="medium", loc="left")
    return figure


def _attended(result: Report) -> Figure:
    figure, ax = _figure(8, 4.5)
    ag.plot.attended(result.attended, ax=ax)
    ax.set_title("Display attended instead of declined, by perspective", fontsize="medium", loc="left")
    return figure


def _timeline(result: Report) -> Figure:
    figure, ax = _figure(12, 1.2 + 0.26 * len(result.scenario.events))
    ag.plot.timeline(result.scenario, ax=ax)
    return figure


def _figure(width: float, height: float, columns: int = 1) -> tuple[Figure, Any]:
    """Make a figure outside pyplot: files need no screen, and the reader's backend stays as it is."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    # a canvas of its own keeps what words measure
    FigureCanvasAgg(figure)
    return figure, figure.subplots(1, columns)


_FIGURES: dict[str, Callable[[Report], Figure]] = {
    "thresholds": _thresholds,
    "regime_map": _regime_map,
    "survival": _survival,
    "outcomes": _outcomes,
    "assumed": _assumed,
    "display": _beliefs,
    "attended": _attended,
    "timeline": _timeline,
}


# those of sampled paths
_SAMPLED = frozenset({"survival", "assumed"})


def figures(result: Report) -> dict[str, Callable[[Report], Figure]]:
    """Figures that a report has: those of a display or of assumed behaviour only where there is one."""
    left_out = {"display", "attended"} if not result.beliefs else set()
    left_out |= {"assumed"} if not result.outlooks else set()
    return {n: draw for n, draw in _FIGURES.items() if n not in left_out}


def shown(s: Scenario) -> str:
    """Everything a dossier says, in order; claims with both sides."""
    terms = s.terms
    lines = [str(s), s.summary.strip(), *filter(None, [s.relation.strip()]), "", "Terms", f"  {terms.obligation}"]
    lines += [
        f"  {', '.join(f'{word} {day}' for word, day in dates(s))}",
        f"  exit: article {terms.withdrawal_article or 'none'}, notice: {flagged(s, 'notice', terms.notice)}; "
        f"{terms.notice_condition} [{s.cited(terms.source, terms.confidence)}]",
    ]
    lines += ["", "Verification regimes"]
    for r in s.regimes:
        cited = s.cited(r.source, r.confidence)
        lines.append(f"  {r.begins} to {r.ends or 'now'}: {r.name}. {r.note} [{cited}]")
    lines += ["", s.assumptions(), "", "Perspectives"]
    lines += [f"  {name}: {p.title}. {p.text}" for name, p in s.perspectives.items()]
    lines += ["", "Claims, all contested"]
    for c in s.claims:
        lines += [
            f"  {c.claimant} about {c.respondent}: {c.statement} [{s.cited(c.source)}]",
            f"      reply: {c.reply} [{s.cited(c.reply_source)}]",
        ]
    lines += ["", "Figures of the record"]
    lines += [f"  {f.name}: {s.value(f):g} {f.unit} [{s.cited(f.source, f.confidence)}]" for f in s.facts]
    lines += ["", "Timeline"]
    for e in s.timeline():
        told = f" ({e.others})" if e.others else ""
        if s.disputed(reference_of(e)):
            told += f" (date {event_day(s, e)})"
        who = f"{e.actor:<8s} {e.move:<22s}"
        lines.append(f"  {e.date!s:<22s} {who} {e.text}{told} [{s.cited(e.source, e.confidence)}]")
    lines += dispute_lines(s)
    if s.absent:
        lines += ["", "Looked for, and not on record (which is not: did not happen)"]
        lines += [f"  {a.what}. Searched: {a.searched}" for a in s.absent]
    if s.roster:
        lines += ["", "Parties over time"]
        lines += [f"  {m.actor:<18s} {m.place:<12s} {_span(m)}{f': {m.reason}' if m.reason else ''}" for m in s.roster]
    for p in s.passages:
        head = ["", "One account, passage by passage; it is one side's, and none of it is taken as true"]
        lines += [*(head if p is s.passages[0] else []), f"  {p.number}. It says: {p.says} [{s.cited(p.source)}]"]
        if p.others:
            named = "; ".join(s.cited(key) for key in p.others_source)
            lines.append(f"     Other sources: {p.others} [{named}]")
    lines += ["", "Sources"]
    for v in s.sources.values():
        place = f"{v.date or 'no date'} ({v.kind}) {v.url or v.shelfmark}"
        lines.append(f"  {v.title}. {v.publisher}, {place}{'; ' + v.note if v.note else ''}")
    return "\n".join(lines)


def dates(s: Scenario) -> list[tuple[str, str]]:
    """Dates of the terms in words; what the dossier leaves out is left out."""
    named = {"signed": "signed", "in force": "in_force", "ended": "ended", "ends by its own terms": "expires"}
    named["no notice takes effect before"] = "earliest_exit"
    days = [(word, name, getattr(s.terms, name)) for word, name in named.items()]
    told = [(word, name, day_text(s, f"terms.{name}", day)) for word, name, day in days if day is not None]
    return [(word, flagged(s, name, text)) for word, name, text in told]


def _span(member: Membership) -> str:
    """Since when and until when somebody has a place; what is open is left out."""
    ends = (("from", member.since), ("to", member.until))
    return " ".join(f"{word} {day}" for word, day in ends if day is not None)


def flagged(s: Scenario, name: str, text: str) -> str:
    """Text of an entry of the terms, marked where it rests on memory."""
    return f"{text} (unverified, from memory)" if s.terms.recalled(name) else text
