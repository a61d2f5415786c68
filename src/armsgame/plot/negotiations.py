"""Negotiations: frontier and solutions, the dance of offers, concession curves, agreement maps, deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes

from armsgame._checks import check_whole, listed
from armsgame._typing import RNGLike
from armsgame.arithmetic.shares import wilson
from armsgame.errors import check_known, invalid
from armsgame.negotiation.agreements import TermsBargain
from armsgame.negotiation.menu import Menu
from armsgame.negotiation.negotiators import Negotiator
from armsgame.negotiation.protocols import AlternatingOffers
from armsgame.negotiation.sessions import negotiate_sessions
from armsgame.negotiation.term_values import TermValues
from armsgame.plot.theme import Look, axes, colour, dash, entities, ink, legend, mark, note, on, wrapped

__all__ = ["agreement_map", "concession_curves", "deadline_curve", "offer_dance", "terms_frontier"]

# more than a screen has columns
_MOST_ROUNDS = 100_000


def terms_frontier(found: TermsBargain, *, ax: Axes | None = None) -> Axes:
    """Draw the utilities of all bundles, the frontier and the points that bargaining rules select.

    Parameters
    ----------
    found : TermsBargain, from `negotiate_terms`
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    ax = _space(found.values, axes(ax))
    v = found.values
    if found.agreed:
        front = v.values[found.frontier]
        ax.plot(*front.T, color=ink(), lw=1, label=f"frontier ({len(front)} bundles)", zorder=3)
    else:
        note(ax, "no bundle is better than disagreement for both")
    for k, deal in enumerate(found.deals):
        # marks of falling size keep rules visible that select the same bundle
        size = 15 - 10 * k / max(len(found.deals) - 1, 5)
        look: Look = {"marker": mark(k), "ms": size, "mfc": "none", "mew": 1.6, "color": colour(k)}
        ax.plot(*deal.payoff, ls="", label=str(deal.rule), zorder=4, **look)
    legend(ax, "beside")
    return ax


def offer_dance(
    values: TermValues, protocol: AlternatingOffers, first: Negotiator, second: Negotiator, *, ax: Axes | None = None
) -> Axes:
    """Draw both parties' offers in the order in which they are made, and where they end.

    Parameters
    ----------
    values, protocol : the space and the rules, with a deadline
    first, second : Negotiator
        Rules that read the round alone: every one but ``"reciprocate"`` and ``"random"``.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    for n in (first, second):
        if n.rule in ("reciprocate", "random"):
            invalid("negotiators", n.name, "rules whose offers do not depend on chance or on the other's offers")
    ax = _space(values, axes(ax))
    menu = Menu.of(values, protocol, False)
    tables = [n.lower(values, protocol, i) for i, n in enumerate((first, second))]
    end = negotiate_sessions(values, replace(protocol, breakdown=0.0), first, second, sessions=1)
    last = int(end.round[0]) if end.bundle[0] >= 0 else (protocol.rounds or 0) - 1
    places, hidden = entities(values.parties), False
    for i, n in enumerate((first, second)):
        turns = [t for t in range(last + 1) if protocol.proposer(t) == i and tables[i].offers[t] >= 0]
        points = np.array([menu.gains[tables[i].offers[t]] + values.disagreement for t in turns]).reshape(-1, 2)
        label = f"{values.parties[i]} ({n.name})"
        ax.plot(*points.T, "-", marker=mark(i), ms=5, lw=1.2, color=colour(places[i]), label=label, zorder=3 + i)
        spots: dict[tuple[float, ...], list[int]] = {}
        for t, point in zip(turns, points, strict=True):
            spots.setdefault(tuple(point.round(9)), []).append(t + 1)
        told = _spread(spots, ax)
        hidden = hidden or len(told) < len(spots)
        for spot, rounds in told:
            text = str(rounds[0]) if len(rounds) == 1 else f"{rounds[0]}-{rounds[-1]}"
            place: Look = {"xytext": (6, 4), "textcoords": "offset points"}
            ax.annotate(text, (spot[0], spot[1]), fontsize=7.5, color=colour(places[i]), **place)
    if end.bundle[0] >= 0:
        point = values.values[end.bundle[0]]
        ax.plot(*point, "*", ms=17, mfc="none", mec=ink(), mew=1.4, label=f"agreed in round {last + 1}", zorder=6)
    else:
        ax.plot([], [], " ", label="no agreement by the deadline")
    if hidden:
        note(ax, "numbers of rounds that would overlap are left out; every offer is a mark")
    legend(ax, "beside")
    return ax


def concession_curves(negotiators: Sequence[Negotiator], *, rounds: int = 20, ax: Axes | None = None) -> Axes:
    """Draw what time-dependent negotiators ask for, as a share of their best gain, against the round.

    Parameters
    ----------
    negotiators : sequence of Negotiator with the rule ``"concede"``
    rounds : int
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    strangers = [n.name for n in negotiators if n.rule != "concede"]
    if strangers or not negotiators:
        invalid("negotiators", strangers, "at least one, each with the rule 'concede'")
    from matplotlib.ticker import MaxNLocator

    ax = axes(ax)
    t = np.arange(check_whole("rounds", rounds, 1, _MOST_ROUNDS))
    for k, n in enumerate(negotiators):
        label = f"{n.name} (exponent {n.exponent:g})"
        ax.plot(t + 1, n.share(t, rounds), marker=mark(k), ms=4, ls=dash(k), color=colour(k), label=label)
    ax.set(xlabel="round", ylabel="asked for (share of own best gain)", ylim=(-0.03, 1.03))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend(ax, "beside")
    return ax


def agreement_map(values: TermValues, *, x: str, y: str, party: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw the best joint gain over two terms, the other terms being free; blank where nothing is self-enforcing.

    Parameters
    ----------
    values : TermValues of a whole space
    x, y : names of two terms
    party : str, optional; the gain of this party instead of the sum
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    names = values.terms.names
    for field, name in (("x", x), ("y", y)):
        if name not in names:
            invalid(field, name, f"one of {names}")
    if party is not None:
        check_known("party {} is unknown", values.parties, party)
    if x == y or len(values.bundles) != values.terms.size:
        invalid("x, y", (x, y), "two different terms of a whole space (not a sample)")
    gain = values.values - values.disagreement
    worth = gain.sum(axis=1) if party is None else gain[:, values.parties.index(party)]
    worth = np.where(values.self_enforcing, worth, -np.inf).reshape(values.terms.shape)
    a, b = names.index(x), names.index(y)
    rest = tuple(k for k in range(len(names)) if k not in (a, b))
    table = worth.max(axis=rest) if rest else worth
    table = table if b < a else table.T  # rows: y
    ax = axes(ax)
    masked = np.ma.masked_invalid(table)
    image = ax.imshow(masked, origin="lower", aspect="auto", cmap="cividis")
    ax.set_facecolor(ink(0.12))
    for (row, column), value in np.ndenumerate(table):
        text = f"{value:.2f}" if np.isfinite(value) else "none"
        if table.size <= 80:
            face = image.to_rgba(value)[:3] if np.isfinite(value) else ink(0.12)
            ax.text(column, row, text, ha="center", va="center", fontsize=8, color=on(face))
    for axis, k in ((ax.xaxis, a), (ax.yaxis, b)):
        term = values.terms.terms[k]
        shown = [f"{v:g}" if isinstance(v, (int, float)) else str(v) for v in term.levels]
        axis.set_ticks(range(len(shown)), [wrapped(level, 20) for level in shown])
        axis.set_label_text(f"{term.name}{f' ({term.unit})' if term.unit else ''}")
    who = "joint gain" if party is None else f"gain of {party}"
    ax.figure.colorbar(image, ax=ax, label=f"{who} (utility per period)")
    ax.set_title("Best self-enforcing bundle; grey: none", fontsize=10)
    return ax


def deadline_curve(
    values: TermValues,
    protocol: AlternatingOffers,
    pairs: Mapping[str, tuple[Negotiator, Negotiator]],
    *,
    deadlines: Sequence[int] = (1, 2, 4, 8, 16, 32),
    sessions: int = 4_000,
    rng: RNGLike = 0,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share of negotiations that fail against the number of rounds to the deadline.

    Parameters
    ----------
    values, protocol : the space and the rules; `rounds` is replaced by each deadline
    pairs : mapping from label to (first, second), as in `negotiate_sessions`
    deadlines : sequence of int
    sessions, rng : as in `negotiate_sessions`; exact where nobody draws
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    asked = "at least one number of rounds"
    deadlines = sorted(check_whole("deadlines", d) for d in listed("deadlines", deadlines, asked))
    if not deadlines:
        invalid("deadlines", deadlines, asked)
    ax = axes(ax)
    for k, (label, (first, second)) in enumerate(pairs.items()):
        failed, ends = [], []
        for rounds in deadlines:
            here = replace(protocol, rounds=int(rounds))
            run = negotiate_sessions(values, here, first, second, sessions=sessions, rng=rng)
            share = 1 - (run.outcomes()["agreed"][0] if run.exact is None else run.exact["agreed"])
            low, high = (share, share) if run.exact is not None else wilson(share, len(run.cause))
            failed.append(share)
            ends.append((float(low), float(high)))
        ax.plot(deadlines, failed, marker=mark(k), ms=5, ls=dash(k), color=colour(k), label=label)
        ax.vlines(deadlines, *np.array(ends).T, color=colour(k), lw=1)
    ax.set_xscale("log", base=2)
    ax.set_xticks(list(deadlines), [str(d) for d in deadlines])
    ax.minorticks_off()
    ax.set(xlabel="rounds to the deadline", ylabel="share that fails", ylim=(-0.03, 1.03))
    legend(ax, "beside")
    return ax


def _space(values: TermValues, ax: Axes) -> Axes:
    """Utilities of all self-enforcing bundles and the disagreement point."""
    good = values.values[values.self_enforcing]
    ax.scatter(
        good[:, 0],
        good[:, 1],
        s=14,
        color=ink(0.35),
        lw=0,
        label=f"self-enforcing bundles ({len(good)} of {len(values.values)})",
        zorder=1,
    )
    ax.plot(*values.disagreement, "X", ms=8, color=ink(), label="disagreement", zorder=5)
    first, second = (f"utility of {party} per period" for party in values.parties)
    ax.set(xlabel=first, ylabel=second)
    return ax


def _spread(spots: Mapping[tuple[float, ...], list[int]], ax: Axes) -> list[tuple[tuple[float, ...], list[int]]]:
    """Labels far enough apart to be read: the first, the last, and those between that leave room."""
    width = np.ptp(np.array(ax.dataLim.get_points()), axis=0)
    width = np.where(width > 0, width, 1)
    kept: list[tuple[tuple[float, ...], list[int]]] = []
    for point, rounds in spots.items():
        if all(np.hypot(*((np.array(point) - np.array(p)) / width)) > 0.07 for p, _ in kept):
            kept.append((point, rounds))
    return kept
