"""The explorer as one HTML page that opens without a network: Altair draws, Vega travels inside the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from importlib.util import find_spec
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._provenance import VERSION
from armsgame.errors import ArmsgameError
from armsgame.study.explorer.axes import parameters_of
from armsgame.study.explorer.cells import GAP, AccountAnswer, ProfileAnswer, SharedAnswer
from armsgame.treaty.parameter_table import parameters

if TYPE_CHECKING:
    from armsgame.study.explorer.explore import Exploration

__all__ = ["need_packages", "page"]

_PACKAGES = {"altair": "altair", "vl_convert": "vl-convert-python"}

# told apart in grey print too, by dash and by shape
_COLOURS = ("#0072b2", "#b34700", "#00694c", "#8a3d78", "#5a5a5a", "#7a6400")
_YEAR = 365.25
_DIGITS = 6
_REGIMES = (
    "none of the simple strategies enforces compliance",
    "only permanent reversion after an alarm enforces compliance",
    "a suspension of {} after an alarm enforces compliance",
    "a suspension of {} enforces compliance, and so does answering each violation in kind",
)


def page(found: Exploration) -> str:
    """Return the whole page.

    Raises
    ------
    ArmsgameError
        The packages of the extra ``explore`` are not installed.
    """
    need_packages()
    bundle, charts = _bundle(), _charts(found)
    here = files("armsgame.study.explorer")
    style, script = ((here / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    title = escape(f"{found.scenario.title}: explorer")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the answers</a>
<header>
<h1>{title}</h1>
<p>Move a slider, and the answers change. Every number was computed beforehand with armsgame {VERSION}. The sliders stop
at the computed values only, and nothing is interpolated. Accounts stand side by side in the order of the dossier, and
none is taken as true.</p>
</header>
<div class="columns">
<form id="sliders" aria-label="Assumptions that move">
<h2>Assumptions that move</h2>
{"".join(_slider(found, k) for k in range(len(found.axes)))}
<p><button type="reset">Back to the dossier's values</button></p>
<p><a id="link" href="#">Link to these settings</a></p>
<p id="moved" role="status"></p>
</form>
<main id="main" tabindex="-1">
<h2>Answers</h2>
<div id="summary" role="status" aria-live="polite"></div>
<div class="scroll" role="region" aria-label="Answers that all accounts share" tabindex="0">
<table><caption>Answers that do not depend on the account's prior</caption><tbody id="shared"></tbody></table></div>
<div class="accounts">
{"".join(_account(found, name) for name in found.scenario.perspectives)}
</div>
{_computed(found)}
{_assumptions(found)}
</main>
</div>
<footer><p>Payoffs, rates, priors and behaviour are assumptions unless a source is named. The search for profiles is not
complete: other equilibria may exist. Outcomes may overlap.</p></footer>
<script type="application/json" id="payload">{_json(_payload(found))}</script>
<script type="application/json" id="charts">{_json(charts)}</script>
<script type="module">{bundle}</script>
<script type="module">
{script}</script>
</body>
</html>
"""


def need_packages() -> None:
    """Say how to get the packages of the extra ``explore`` where they are missing.

    Raises
    ------
    ArmsgameError
        With the line to type.
    """
    missing = [told for name, told in _PACKAGES.items() if find_spec(name) is None]
    if missing:
        raise ArmsgameError(
            f"the explorer needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed; "
            "allowed: pip install armsgame[explore]. Exploration.to_frame gives its numbers without."
        )


def _bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script."""
    import vl_convert

    code: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return code.replace("</script", "<\\/script")


def _charts(found: Exploration) -> dict[str, Any]:
    """Specifications of the two charts of an account; the page fills in their rows."""
    import altair as alt

    starts = [_plain(name) for name in found.starts]
    answers = [one for cell in found.cells.values() for a in cell.values() for one in a.profiles]
    outcomes = list(dict.fromkeys(name for one in answers for name in one.shares))
    end = found.times[-1] * _days(found) / _YEAR
    colours = [_COLOURS[k % len(_COLOURS)] for k in range(len(starts))]
    legend = alt.Legend(orient="bottom", columns=2, title="found from", labelLimit=160, symbolOpacity=1)
    colour = alt.Color("start:N", scale=alt.Scale(domain=starts, range=colours), legend=legend)
    bare = alt.Color("start:N", scale=alt.Scale(domain=starts, range=colours), legend=None)
    dash = alt.StrokeDash("start:N", scale=alt.Scale(domain=starts), legend=legend)
    shape = alt.Shape("start:N", scale=alt.Scale(domain=starts), legend=legend)
    chance = alt.Scale(domain=[0, 1])
    base = alt.Chart(alt.NamedData("rows"))
    years = alt.X("year:Q", title="years from the start", scale=alt.Scale(domain=[0, end], nice=False))
    worth = alt.Y("survival:Q", title="probability that it is not left", scale=chance)
    band = base.mark_area(opacity=0.18, interpolate="step-after").encode(
        x=years, y=alt.Y("low:Q", title="probability that it is not left", scale=chance), y2="high:Q", color=colour
    )
    line = base.mark_line(interpolate="step-after").encode(x=years, y=worth, color=colour, strokeDash=dash)
    dots = base.mark_point(size=18, filled=True, opacity=1).encode(x=years, y=worth, color=colour, shape=shape)
    survival = alt.layer(band, line, dots).properties(width="container", height=220)
    bars = (
        base.mark_bar()
        .encode(
            x=alt.X("share:Q", title="probability", scale=chance, axis=alt.Axis(values=[0, 0.5, 1])),
            y=alt.Y("outcome:N", title=None, scale=alt.Scale(domain=outcomes), axis=alt.Axis(labelLimit=170)),
            yOffset=alt.YOffset("start:N", scale=alt.Scale(domain=starts)),
            color=bare,
        )
        .properties(width="container", height=60 * len(starts) + 20)
    )
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    out = {}
    for name, chart in (("survival", survival), ("shares", bars)):
        drawn = chart.properties(autosize=fit).configure(font="system-ui, sans-serif", aria=False)
        spec: dict[str, Any] = drawn.to_dict()
        # the address of a schema is no request, but a page without one is plainly alone
        spec.pop("$schema", None)
        out[name] = spec
    return out


def _slider(found: Exploration, k: int) -> str:
    axis = found.axes[k]
    name = escape(axis.name)
    if len(axis) == 1:
        return (
            f'<div class="slider" data-axis="{k}"><p><strong>{escape(axis.label)}</strong>: {escape(axis.texts[0])} '
            "(one level was computed)</p></div>"
        )
    levels = " · ".join(map(escape, axis.texts))
    return (
        f'<div class="slider" data-axis="{k}"><label for="axis-{name}">{escape(axis.label)}</label>'
        f'<output for="axis-{name}" id="value-{name}"></output>'
        f'<input type="range" id="axis-{name}" min="0" max="{len(axis) - 1}" step="1" value="{axis.default}" '
        f'aria-describedby="about-{name}">'
        f'<p class="about" id="about-{name}">Computed: {levels}.</p></div>'
    )


def _account(found: Exploration, name: str) -> str:
    told = found.scenario.perspectives[name]
    own = escape(name)
    return (
        f'<section class="account" data-account="{own}" aria-labelledby="title-{own}">'
        f'<h3 id="title-{own}">{escape(told.title)}</h3><p>{escape(told.text)}</p><p class="prior"></p>'
        '<p class="trust"></p>'
        f'<div class="chart" data-chart="survival" role="img" aria-label="Survival, {escape(told.title)}"></div>'
        f'<div class="chart" data-chart="shares" role="img" aria-label="Outcomes, {escape(told.title)}"></div>'
        f'<div class="scroll" role="region" tabindex="0" aria-label="Table: {escape(told.title)}"><table></table></div>'
        "</section>"
    )


def _computed(found: Exploration) -> str:
    """Say which values are computed, how, and what was left out."""
    label = {axis.name: axis.label.lower() for axis in found.axes}
    alone = [label[a.name] for a in found.searched if a.name not in found.together and len(a) > 1]
    lines = [
        f"Profiles are searched at {len(found.cells)} positions.",
        f"The search begins from these profiles: {', '.join(map(_plain, found.starts))}.",
        f"These sliders are combined with each other: {', '.join(label[name] for name in found.together)}.",
        "The prior is combined with everything. Profiles are searched at each account's own prior; at another one the "
        "exact set of priors of each profile says whether it still is an equilibrium.",
        f"The regime, the trust threshold and the negotiated point (to within {GAP:g}) are computed for every "
        "combination.",
        "The band of a curve is what ties leave open at most. In the table stands beside it what was certified again, "
        "at the account's own prior.",
        f"Survival is computed at the {len(found.times)} times that are marked; between two of them a curve shows the "
        "earlier value.",
    ]
    if alone:
        lines.insert(3, f"Each of these is moved with all others at the dossier's values: {', '.join(alone)}.")
    if found.missing:
        lines.append(f"{found.missing} positions were left out, because the time given was spent.")
    sliders = "".join(f"<dt>{escape(a.label)}</dt><dd>{escape(a.about)}</dd>" for a in found.axes)
    return (
        f"<h2>What the sliders mean</h2><dl>{sliders}</dl>"
        + "<h2>What is computed</h2><ul>"
        + "".join(f"<li>{escape(line)}</li>" for line in lines)
        + "</ul>"
    )


def _assumptions(found: Exploration) -> str:
    s = found.scenario
    moved = {name for axis in found.axes if len(axis) > 1 for name in parameters_of(s, axis.name)}
    rows = [("discount factor of a period", _told(s.question.discount), s.cited(s.question.source), "moves")]
    for name, q in s.quantities.items():
        told = parameters[name].meaning if name in parameters else name
        rows.append((told, _told(q.value), s.cited(q.source), "moves" if name in moved else ""))
    body = "".join(
        f'<tr><th scope="row">{escape(a)}</th><td>{escape(b)}</td><td>{escape(c)}</td><td>{d}</td></tr>'
        for a, b, c, d in rows
    )
    types = "".join(
        f"<li><strong>{escape(t.name)}</strong>: {escape(t.meaning)}"
        + (f" ({escape(', '.join(f'{n} {v:g}' for n, v in t.parameters.items()))})" if t.parameters else "")
        + "</li>"
        for t in s.types
    )
    regime = f" under the regime {escape(str(s.asked_regime))!r}" if s.asked_regime else ""
    return (
        f"<h2>Assumptions</h2><p>The model is that of the dossier{regime}, with periods of "
        f"{_days(found):g} days. Each party has a type, which only it knows.</p>"
        '<div class="scroll" role="region" tabindex="0" aria-label="Parameters of the dossier"><table>'
        "<caption>Parameters of the dossier</caption><thead><tr><th>Meaning</th><th>Value</th><th>Source</th>"
        f"<th>Slider</th></tr></thead><tbody>{body}</tbody></table></div>"
        f"<p>The types of a party:</p><ul>{types}</ul>"
    )


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{party} {v:g}" for party, v in value.items())
    return f"{value:g}"


def _payload(found: Exploration) -> dict[str, object]:
    s = found.scenario
    days = _days(found)
    horizon = found.times[-1] * days / _YEAR
    return {
        "axes": [
            {"name": a.name, "label": a.label, "texts": a.texts, "keys": a.keys, "default": a.default}
            for a in found.axes
        ],
        "together": found.together,
        "closed": [a.name for a in found.closed],
        "parties": s.parties,
        "first": s.types[0].name,
        "own": next(a.default for a in found.axes if a.name == "prior"),
        "accounts": {name: p.title for name, p in s.perspectives.items()},
        "years": [round(t * days / _YEAR, 3) for t in found.times],
        "horizon": f"{horizon:.3g} years",
        "shared": {_place(k): _shared(v, days) for k, v in found.shared.items()},
        "cells": {_place(k): {name: _answer(a) for name, a in own.items()} for k, own in found.cells.items()},
    }


def _days(found: Exploration) -> float:
    """Days of a period."""
    s = found.scenario
    return float(s.treaty(regime=s.asked_regime).period_days)


def _plain(name: str) -> str:
    """Name of a start as a reader sees it."""
    return name.replace("_", " ")


def _place(place: tuple[int, ...]) -> str:
    return ",".join(map(str, place))


def _shared(answer: SharedAnswer, days: float) -> dict[str, object]:
    length = answer.suspension
    told = f"{length:g} period{'s' * (length != 1)} ({length * days / _YEAR:.2g} years)" if isfinite(length) else ""
    regime = _REGIMES[answer.regime].format(told)
    if isfinite(length) and length == 0:
        regime = "no party is tempted, so compliance needs no threat"
    return {
        "regime": f"{regime[0].upper()}{regime[1:]}.",
        "point": [_number(v) for v in answer.point],
        "trust": {account: {p: _number(v) for p, v in own.items()} for account, own in answer.trust.items()},
        "unmet": answer.unmet,
    }


def _answer(answer: AccountAnswer) -> dict[str, object]:
    return {
        "prior": {party: {k: _rounded(v) for k, v in own.items()} for party, own in answer.prior.items()},
        "gain": _number(answer.gain),
        "profiles": [_profile(one) for one in answer.profiles],
    }


def _profile(one: ProfileAnswer) -> dict[str, object]:
    return {
        "name": _plain(one.name),
        "start": _plain(one.name.partition(", ")[0]),
        "holds": one.holds.tolist(),
        "survival": _rounded(one.survival),
        "low": _rounded(one.outer[:, :, 0]),
        "high": _rounded(one.outer[:, :, 1]),
        "inner": _rounded(one.inner[-1]),
        "shares": {name: _rounded(own) for name, own in one.shares.items()},
    }


def _rounded(values: np.ndarray[Any, Any]) -> object:
    return (np.round(np.clip(values, 0, 1), _DIGITS) + 0.0).tolist()


def _number(value: float) -> float | str:
    """Return a number of JSON; what has no end or is none is told by a word."""
    if isfinite(value):
        return round(value, _DIGITS) + 0.0
    return "none" if np.isnan(value) else "never"


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False).replace("</", "<\\/")
