"""A report as one HTML page that opens without a network: text, tables, figures, how to get it again."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from armsgame._files import write_text
from armsgame._provenance import VERSION
from armsgame.arithmetic.shares import digits
from armsgame.cli.output import dates, figures, flagged, proofs
from armsgame.cli.page_text import CAPTIONS, alternative, answers, beliefs, thresholds
from armsgame.dossiers.assumptions import own_rows
from armsgame.dossiers.evidence import event_day
from armsgame.errors import ArmsgameError
from armsgame.study.scenarios.report_text import NO_DISPLAY, swings
from armsgame.treaty.parameter_table import parameters

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from armsgame.dossiers.dossier import Scenario
    from armsgame.study.scenarios.report import Report

__all__ = ["html", "write"]

Rows = Sequence[Sequence[str]]


def write(result: Report, path: Path, command: str) -> None:
    """Write the page; an interrupted run leaves no half-written file."""
    text = html(result, command)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
    except OSError as fault:
        raise ArmsgameError(f"html is {str(path)!r}: {fault}. Choose another file with --html.") from None


def html(result: Report, command: str) -> str:
    """Return the page as text; `command` is the line that makes it again."""
    s = result.scenario
    parts: list[tuple[str, str, str]] = [
        ("answers", "The main answers", _answers(result)),
        ("record", "The record: terms and verification", _record(s)),
        ("claims", "What is contested", _claims(s)),
        ("assumptions", "Assumptions and their sources", _assumptions(s)),
        ("enforcement", "What enforces compliance", _enforcement(result)),
        ("outcomes", "Strategic outcomes by account", _outcomes(result)),
        ("display", "An offered display and its refusal", _display(result)),
        ("timeline", "Timeline", _timeline(result)),
        ("reproduce", "How to reproduce this page", _reproduce(result, command)),
        ("sources", "Sources", _sources(s)),
    ]
    style = files("armsgame.cli").joinpath("page.css").read_text(encoding="utf-8")
    contents = "".join(f'<li><a href="#{key}">{escape(title)}</a></li>' for key, title, _ in parts)
    sections = "\n".join(
        f'<section aria-labelledby="{key}"><h2 id="{key}">{escape(title)}</h2>\n{body}\n</section>'
        for key, title, body in parts
    )
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{escape(s.title)} - armsgame report</title>
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the answers</a>
<header>
<h1>{escape(s.title)}</h1>
{_paragraphs(s.summary)}
{_paragraphs(s.relation)}
<nav aria-label="Contents"><ol>{contents}</ol></nav>
</header>
<main id="main" tabindex="-1">
{sections}
</main>
<footer>
<p>Payoffs, rates and behaviour are assumptions unless a source is named. No account is taken as true.</p>
</footer>
</body>
</html>
"""


def _answers(r: Report) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in answers(r))
    return f"<ul>{items}</ul>"


def _record(s: Scenario) -> str:
    terms = s.terms
    asked = [
        ("Obligation", escape(terms.obligation)),
        *((word.capitalize(), escape(day)) for word, day in dates(s)),
        ("Article on exit", escape(terms.withdrawal_article or "none")),
        ("Notice", escape(flagged(s, "notice", terms.notice))),
        *([("Condition", escape(terms.notice_condition))] if terms.notice_condition else []),
        ("Where from", _cited(s, terms.source, terms.confidence)),
    ]
    pairs = "".join(f"<dt>{word}</dt><dd>{text}</dd>" for word, text in asked)
    regimes = [
        [f"{r.begins} to {r.ends or 'now'}", escape(r.name), escape(r.note), _cited(s, r.source, r.confidence)]
        for r in s.regimes
    ]
    numbers = [
        [escape(f.name), f"{s.value(f):,g} {escape(f.unit)}", escape(f.note), _cited(s, f.source, f.confidence)]
        for f in s.facts
    ]
    actors = [[escape(key), escape(a.name), escape(a.role)] for key, a in s.actors.items()]
    roster = [
        [escape(m.actor), escape(m.place), str(m.since or ""), str(m.until or ""), escape(m.reason or m.note)]
        for m in s.roster
    ]
    return (
        f"<dl>{pairs}</dl>"
        + _table("Verification regimes", ["Dates", "Regime", "Note", "Source"], regimes)
        + _table("Figures of the record", ["What", "Value", "Note", "Source"], numbers)
        + _table("Actors", ["Label", "Name", "Role"], actors)
        + _table("Parties over time", ["Label", "Place", "Since", "Until", "Why not modelled, or note"], roster)
    )


def _claims(s: Scenario) -> str:
    blocks = [
        f'<div class="claim"><h3>{escape(c.claimant)} about {escape(c.respondent)} ({escape(c.status)})</h3>'
        f"<p><strong>{escape(c.claimant)} states:</strong> {escape(c.statement)} [{_cited(s, c.source)}]</p>"
        f"<p><strong>{escape(c.respondent)} replies:</strong> {escape(c.reply)} [{_cited(s, c.reply_source)}]</p></div>"
        for c in s.claims
    ]
    return "<p>Each claim stands with its reply. None is decided here.</p>" + "".join(blocks)


def _assumptions(s: Scenario) -> str:
    asked = s.question
    rows = [
        [escape(name), _value(q.value), escape(parameters[name].meaning), _cited(s, q.source), escape(q.note)]
        for name, q in s.quantities.items()
    ]
    rows.append(["discount", f"{asked.discount:g}", "per period", _cited(s, asked.source), escape(asked.note)])
    types = [
        [
            escape(t.name),
            ", ".join(f"{n} {v:g}" for n, v in t.parameters.items()) or "as above",
            t.assumed_conduct,
            escape(t.meaning),
        ]
        for t in s.types
    ]
    accounts = []
    for p in s.perspectives.values():
        laws = (", ".join(f"{k} {v:g}" for k, v in p.types[party].items() if v) for party in s.parties)
        policies = ", ".join(f"{k}: {v}" for k, v in p.policies.items())
        policies += "".join(f"; {line}" for line in own_rows(p))
        accounts.append([escape(text) for text in (p.title, p.text, *laws, policies)])
    heads = ["Perspective", "What it holds", *(f"Types of {p}" for p in s.parties), "Policy of a type"]
    return (
        _table("Parameters", ["Name", "Value", "Meaning", "Source", "Note"], rows)
        + _table("Types of a party, the same list for both", ["Type", "Changes", "Assumed conduct", "Meaning"], types)
        + _table("Perspectives: priors and policies are assumptions, none is taken as true", heads, accounts)
    )


def _enforcement(r: Report) -> str:
    heads = ["Strategy", "Game", "Regime", "Holds for discount in", f"At {r.scenario.question.discount:g}", "Gain"]
    return (
        "<p>Each regime is solved as if permanent. A profile counts as an equilibrium only with a certificate: the "
        "largest gain of any deviation is zero up to rounding.</p>"
        + _table("Thresholds with certificates", heads, [[escape(c) for c in row] for row in thresholds(r)], number=5)
        + _figure(r, "thresholds")
        + _figure(r, "regime_map")
        + _proofs(r)
    )


def _proofs(r: Report) -> str:
    """Proof files inside the page, as links that save them."""
    items = []
    for one in proofs(r):
        text = escape(f"{one.about}: {one.proof}")
        if one.proof:
            data = base64.b64encode(one.proof.text.encode("utf-8")).decode("ascii")
            text += f' (<a download="{one.file}" href="data:application/json;base64,{data}">{one.file}</a>)'
        items.append(f"<li>{text}</li>")
    return (
        "<h3>Proofs</h3><p>Each file holds a game, a profile and the values that make the claim easy to test, in "
        "integers. <code>armsgame check FILE</code> tests it, and so does <code>python check.py FILE</code> without "
        "this library.</p>"
        f"<ul>{''.join(items)}</ul>"
    )


def _outcomes(r: Report) -> str:
    blocks = [
        f"<p>Each account is solved as a game with private types under {escape(str(r.scenario.asked_regime))}. Moves "
        "are public; conduct and types are hidden. A profile is listed only with a certificate that no type gains at "
        "any belief that histories can produce. Several may hold, and nothing here says which one is played. The inner "
        "interval runs over resolutions of ties that were certified again, the outer one over all.</p>"
    ]
    for name, a in r.summary()["strategic"].items():
        title = r.scenario.perspectives[name].title
        heads = ["Profile", "P(withdrawn)", "Sampled", "P(notice)", "Inner", "Outer", "Recorded acts"]
        rows = [
            [
                escape(p["name"]),
                digits(p["withdrawn_exact"]),
                digits(p["withdrawn_sampled"]),
                digits(p["notice_exact"]),
                *(f"{digits(p[k][0])} to {digits(p[k][1])}" for k in ("inner", "outer")),
                "on its path" if p["record_on_path"] else f"leave it in {len(p['record_leaves_at'])} periods",
            ]
            for p in a["profiles"]
        ]
        caption = f"{title}: certified profiles, within {r.periods} periods"
        blocks.append(_table(caption, heads, rows, number=1))
        if not rows:
            blocks.append(f"<p>{escape(title)}: no profile was certified.</p>")
        moved = "".join(f"<li>{escape(told)}</li>" for told in swings(a))
        blocks.append(f"<p>{escape(title)}: what moves P(withdrawn).</p><ul>{moved}</ul>")
    blocks += [_figure(r, "survival"), _figure(r, "outcomes")]
    if r.outlooks:
        blocks += ["<h3>If behaviour is assumed</h3>", _assumed(r)]
    return "".join(blocks)


def _assumed(r: Report) -> str:
    found = r.summary()["assumed"]
    names = list(found)
    rows = [[escape(k), *(o["lines"][k] for o in found.values())] for k in found[names[0]]["shares"]]
    for label, key in (
        ("withdrawn by the horizon, exact", "withdrawn_exact"),
        ("notice by the horizon, exact", "notice_exact"),
        ("largest gain of a deviation", "largest_gain"),
    ):
        rows.append([label, *(f"{o[key]:.3f}" for o in found.values())])
    titles = [escape(r.scenario.perspectives[n].title) for n in names]
    return (
        f"<p>{r.paths:,} sampled paths of {r.periods} periods under {escape(str(r.scenario.asked_regime))}, with 95 % "
        "intervals and exact probabilities. Behaviour is assumed, one policy for each type: the last row says how much "
        "a party could gain by leaving it.</p>"
        + _table("Share of paths, by perspective (outcomes may overlap)", ["Outcome", *titles], rows, number=1)
        + _figure(r, "assumed")
    )


def _display(r: Report) -> str:
    if not r.beliefs:
        return f"<p>{escape(NO_DISPLAY)}</p>"
    one = next(iter(r.beliefs.values()))
    heads = ["Perspective", "P(violates)", "After a pass", "After a fail", "P(wants out)", "After declining"]
    told = []
    for n, a in r.summary()["display_attended"].items():
        numbers = (f"{a['withdrawn_declined']:.3f}", f"{a['withdrawn_attended']:.3f}", f"{a['difference_exact']:+.3f}")
        told.append([escape(r.scenario.perspectives[n].title), *numbers])
    columns = ["Perspective", "Declined", "Attended", "Difference"]
    return (
        f"<p>{escape(one.displayer)} offered a display and {escape(one.demander)} declined it; what each of them "
        "stated is in the timeline and in the claims.</p>"
        + _table("Beliefs around the display", heads, [[escape(c) for c in row] for row in beliefs(r)], number=1)
        + _figure(r, "display")
        + _table(f"P(withdrawn within {r.periods} periods), exact", columns, told, number=1)
        + _figure(r, "attended")
        + '<p class="note">This does not show that attending would have saved the treaty, nor who was right: it '
        "rests on the priors of each account.</p>"
    )


def _timeline(r: Report) -> str:
    s = r.scenario
    rows = []
    for e in s.timeline():
        day, text = (
            escape(told) + (f" <small>({escape(more)})</small>" if more else "")
            for told, more in ((event_day(s, e), e.others), (e.text, e.note))
        )
        who = escape(", ".join((e.actor, *e.jointly))) + (f" \u2192 {escape(e.target)}" if e.target else "")
        rows.append([day, who, escape(e.move.replace("_", " ")), text, _cited(s, e.source, e.confidence)])
    moves = _table("Dated moves", ["Date", "Who", "Move", "What", "Source"], rows)
    rows = []
    for d in s.disputes:
        for x in d.readings:
            days = ", ".join(dict.fromkeys(map(str, x.sets.values()))) or x.name
            rows.append([*map(escape, (d.question, days, ", ".join(x.holders), x.text)), _cited(s, x.source)])
    heads = ["Question", "Date", "Held by", "What", "Source"]
    disputed = _table("Disputed dates: every reading, none is decided", heads, rows)
    absent = [[escape(a.what), escape(a.searched)] for a in s.absent]
    looked = _table("Looked for, and not on record: that is not: did not happen", ["What", "Searched"], absent)
    return moves + disputed + looked + _figure(r, "timeline")


def _reproduce(r: Report, command: str) -> str:
    code = f"""import armsgame as ag
s = ag.load_scenario({r.scenario.id!r})  # or ag.read_scenario("file.toml")
print(ag.report(s, paths={r.paths}, periods={r.periods}, rng={r.provenance["seed"]!r}))"""
    changed = [n for n, q in r.scenario.quantities.items() if q.source == "set by the user"]
    note = f"<p>Set by the user: {escape(', '.join(changed))}; see the command.</p>" if changed else ""
    return (
        f"<p>Made with armsgame {VERSION}; seed {escape(str(r.provenance['seed']))}, {r.paths:,} paths, {r.periods} "
        f"periods. The same version and seed give the same numbers.</p>{note}"
        f"<h3>On the command line</h3><pre><code>{escape(command)}</code></pre>"
        f"<h3>In Python</h3><pre><code>{escape(code)}</code></pre>"
    )


def _sources(s: Scenario) -> str:
    items = []
    for key, v in s.sources.items():
        title = escape(f"{v.title}. {v.publisher}" if v.publisher else v.title)
        if v.url.startswith(("https://", "http://")):
            title = f'<a href="{escape(v.url)}" rel="noreferrer">{title}</a>'
        rest = "; ".join(filter(None, [v.kind, str(v.date or "no date"), v.shelfmark, v.note]))
        items.append(f'<li id="source-{escape(key)}">{title} ({escape(rest)})</li>')
    return f"<ul>{''.join(items)}</ul>" if items else "<p>The dossier names no documents.</p>"


def _cited(s: Scenario, source: str, confidence: str = "found") -> str:
    words = escape(s.cited(source, confidence))
    if words.startswith("unverified"):
        words = f'<span class="flag">{words}</span>'
    return f'<a href="#source-{escape(source)}">{words}</a>' if source in s.sources else words


def _value(value: object) -> str:
    return f"{value:g}" if not hasattr(value, "items") else ", ".join(f"{escape(p)} {v:g}" for p, v in value.items())


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(' '.join(part.split()))}</p>" for part in text.strip().split("\n\n") if part.strip())


def _table(caption: str, heads: Sequence[str], rows: Rows, *, number: int | None = None) -> str:
    """Table that scrolls by itself on narrow screens; cells from column `number` on are numbers."""
    if not rows:
        return ""
    right = [' class="n"' if number is not None and k >= number else "" for k in range(len(heads))]
    top = "".join(f'<th scope="col"{r}>{escape(h)}</th>' for h, r in zip(heads, right, strict=True))
    body = ""
    for row in rows:
        cells = "".join(f"<td{r}>{c}</td>" for c, r in zip(row[1:], right[1:], strict=True))
        body += f'<tr><th scope="row">{row[0]}</th>{cells}</tr>'
    label = escape(caption)
    return (
        f'<div class="scroll" role="region" aria-label="{label}" tabindex="0"><table><caption>{label}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _figure(r: Report, name: str) -> str:
    draw: Callable[[Report], Figure] = figures(r)[name]
    from matplotlib import rc_context

    store = io.BytesIO()
    # without a fixed salt and date, equal runs would give unequal pages
    with rc_context({"svg.hashsalt": "armsgame"}):
        draw(r).savefig(store, format="svg", metadata={"Date": None, "Creator": None})
    data = base64.b64encode(store.getvalue()).decode("ascii")
    text = escape(alternative(r, name))
    return (
        f'<figure><div class="scroll" role="region" aria-label="Figure: {escape(CAPTIONS[name])}" tabindex="0">'
        f'<img alt="{text}" src="data:image/svg+xml;base64,{data}"></div>'
        f"<figcaption>{escape(CAPTIONS[name])}</figcaption></figure>"
    )
