"""Sets of self-enforcing payoffs, and what detection a promise needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from armsgame._checks import check_whole, probability
from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import WrongConcept, invalid
from armsgame.geometry.plane import polygon
from armsgame.plot.theme import COLOURS, Look, Panels, axes, colour, ink, legend, panels, paper, ramp, style, wrapped
from armsgame.results.payoff_set import PayoffSet
from armsgame.solve.bargaining.bargain import Bargain

__all__ = ["payoff_sets", "small_multiples", "threshold_curves"]


def payoff_sets(
    sets: PayoffSet | Sequence[PayoffSet] | Mapping[str, PayoffSet],
    *,
    bargain: Bargain | None = None,
    feasible: PayoffSet | ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw equilibrium payoff sets of two players, nested over patience or over detection.

    Parameters
    ----------
    sets : PayoffSet, sequence of them, or mapping from label to PayoffSet
        Drawn from the largest to the smallest, lightest first. The outer bound is outlined, the
        inner set filled: what lies between is the bracket.
    bargain : Bargain, optional
        Marks the negotiated payoff and the threat it starts from.
    feasible : StageGame, a game with one, or array_like [V, 2], optional
        Payoffs of all action profiles, drawn as a dashed outline.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InvalidGame, WrongConcept
        No sets, or sets of other than two players.
    """
    named = _named(sets)
    ax = axes(ax, (7.6, 4.6))
    if feasible is not None:
        hull = _hull(feasible)
        ax.fill(*hull.T, fill=False, ec=ink(0.5), ls="--", lw=1, label="feasible")
    # pale to dark blue: nested sets stay apart in print and for colour-blind readers
    blues = ramp(len(named), "Blues", (0.15, 1.0) if len(named) > 3 else (0.3, 0.7))
    order = sorted(named, key=lambda label: -_size(named[label]))
    first = next(iter(named.values()))
    spots: dict[tuple[float, ...], str] = {}
    bracketed = False
    for k, label in enumerate(order):
        one = named[label]
        bracketed = _draw(ax, one, blues[k], label, k) or bracketed
        if not one.empty and np.isfinite(one.threats).all():
            spots.setdefault(tuple(np.round(one.threats, 9)), blues[k])
    if bracketed:
        ax.plot([], [], color=ink(), lw=1.2, ls=(0, (4, 1.5)), label="outer bound")
    for k, (spot, shade) in enumerate(spots.items()):
        ax.plot(*spot, "v", ms=7, color=shade, mec=ink(), mew=0.8, ls="", zorder=5, clip_on=False)
        if k == 0:
            ax.plot([], [], "v", ms=7, color=paper(), mec=ink(), mew=0.8, ls="", label="threats (worst payoffs)")
    if bargain is not None:
        _mark(ax, bargain)
    ax.set(xlabel=f"payoff of {first.players[0]} per period", ylabel=f"payoff of {first.players[1]} per period")
    ax.margins(0.06)
    ax.set_aspect("equal", adjustable="datalim")
    legend(ax, "beside", markerscale=0.75)
    return ax


def small_multiples(
    sets: Sequence[PayoffSet] | Mapping[str, PayoffSet],
    *,
    bargains: Mapping[str, Bargain] | None = None,
    feasible: PayoffSet | ArrayLike | None = None,
    columns: int = 3,
    ax: Sequence[Axes] | Panels | None = None,
) -> Panels:
    """Draw one panel a payoff set, on the same scales.

    Parameters
    ----------
    sets : sequence of PayoffSet, or mapping from title to PayoffSet
    bargains : mapping with some of the same titles, optional
        Negotiated payoff of each.
    feasible : as in `payoff_sets`, optional
    columns : int
        Panels in a row.
    ax : sequence of matplotlib Axes, optional
        One for each set.

    Returns
    -------
    array of matplotlib Axes, one for each set
    """
    named = _named(sets)
    columns = check_whole("columns", columns)
    used = panels(ax, list(named), columns, "set", sizes=(2.7, 2.6, 0.5))[: len(named)]
    if ax is None:
        one = next(iter(named.values()))
        used[0].figure.supxlabel(f"payoff of {one.players[0]} per period", fontsize="medium")
        used[0].figure.supylabel(f"payoff of {one.players[1]} per period", fontsize="medium")
    for k, panel in enumerate(used):
        if ax is None:
            panel.xaxis.set_tick_params(labelbottom=k + columns >= len(named))
        else:
            panel.set(xlabel="payoff of the first player", ylabel="payoff of the second player")
    reach = [v for s in named.values() for v in s.outer]
    hull = None if feasible is None else _hull(feasible)
    if hull is not None:
        reach.extend(hull)
    box = np.array(reach).reshape(-1, 2)
    for panel, (title, one) in zip(used, named.items(), strict=True):
        if hull is not None:
            panel.fill(*hull.T, fill=False, ec=ink(0.5), ls="--", lw=1)
        _draw(panel, one, ramp(1, "Blues", (0.6, 0.6))[0], None, 0)
        if one.empty:
            panel.text(0.5, 0.5, "empty", transform=panel.transAxes, ha="center", va="center", color=ink(0.8))
        elif np.isfinite(one.threats).all():
            panel.plot(*one.threats, "v", ms=6, color=paper(), mec=ink(), mew=0.8)
        if bargains and title in bargains:
            panel.plot(*bargains[title].payoff, "*", ms=12, color=colour(1), mec=ink(), mew=0.8, zorder=6)
        panel.set_title(wrapped(title, 26), fontsize="medium")
        panel.set_aspect("equal")
        if len(box):
            low, high = box.min(axis=0), box.max(axis=0)
            room = 0.07 * max(float((high - low).max()), 1e-12)
            panel.set(xlim=(low[0] - room, high[0] + room), ylim=(low[1] - room, high[1] + room))
    return used


def threshold_curves(
    thresholds: ArrayLike | Mapping[str, ArrayLike],
    *,
    detection: ArrayLike,
    false_alarm: ArrayLike,
    discount: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the least discount factor against detection, one curve for each false-alarm rate.

    Parameters
    ----------
    thresholds : array_like [F, D], or mapping from strategy to such arrays
        Least discount factor at each false-alarm rate and detection rate; inf where none works.
        Strategies differ by line style.
    detection : array_like [D]
        P(alarm | violation) per period.
    false_alarm : array_like [F]
        P(alarm | compliance) per period.
    discount : float, optional
        Marks the parties' own discount factor.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    d, rates = (np.atleast_1d(probability(n, v)) for n, v in (("detection", detection), ("false_alarm", false_alarm)))
    named = dict(thresholds) if isinstance(thresholds, Mapping) else {"": thresholds}
    if len(named) > 4:
        invalid("thresholds", list(named), "at most 4 strategies; a figure with more cannot be read")
    if len(rates) > len(COLOURS):
        invalid("false_alarm", rates.tolist(), f"at most {len(COLOURS)} rates, one colour each")
    from matplotlib.lines import Line2D

    ax = axes(ax)
    cut = False
    for n, (name, values) in enumerate(named.items()):
        table = np.asarray(values, dtype=float)
        if table.shape != (len(rates), len(d)):
            where = f"thresholds[{name!r}].shape" if name else "thresholds.shape"
            invalid(where, table.shape, f"{(len(rates), len(d))}, false alarms by detection")
        for k, row in enumerate(table):
            shown = np.where(np.isfinite(row), row, np.nan)
            ax.plot(d, shown, color=colour(k), ls=style(n), lw=2)
            some = np.flatnonzero(np.isfinite(row))
            if len(some) and some[0] > 0:
                # left of the dot no discount factor is enough
                ax.plot(d[some[0]], row[some[0]], "o", color=paper(), mec=colour(k), mew=1.5, ms=6, zorder=4)
                cut = True
    keys: list[Artist] = [Line2D([], [], ls="", label="P(alarm | compliance)")]
    keys += [Line2D([], [], color=colour(k), lw=2, label=f"{rate:g}") for k, rate in enumerate(rates)]
    for n, name in enumerate(named if len(named) > 1 else ()):
        keys.append(Line2D([], [], color=ink(), ls=style(n), lw=1.5, label=name))
    if cut:
        dot: Look = {"marker": "o", "ls": "", "color": paper(), "mec": ink(), "mew": 1.5, "ms": 6}
        keys.append(Line2D([], [], label="no factor works left of it", **dot))
    if discount is not None:
        keys.append(ax.axhline(discount, color=ink(), lw=0.8, label=f"discount {float(discount):g}"))
    ax.set(xlim=(float(d.min()), float(d.max())), ylim=(0, 1.02), xlabel="detection: P(alarm | violation) per period")
    ax.set_ylabel("least discount factor per period")
    legend(ax, "beside", keys)
    return ax


def _named(sets: PayoffSet | Sequence[PayoffSet] | Mapping[str, PayoffSet]) -> dict[str, PayoffSet]:
    if isinstance(sets, PayoffSet):
        sets = [sets]
    if not isinstance(sets, Mapping):
        listed = list(sets)
        labels = [f"discount {getattr(s, 'discount', 0):.4g}" for s in listed]
        if len(set(labels)) < len(labels):
            labels = [f"{label} ({k + 1})" for k, label in enumerate(labels)]
        sets = dict(zip(labels, listed, strict=True))
    if not sets:
        invalid("sets", sets, "at least one PayoffSet")
    for label, one in sets.items():
        if not isinstance(one, PayoffSet) or len(one.players) != 2:
            raise WrongConcept(f"sets[{label!r}] is not a PayoffSet of two players; plots of payoffs are flat.")
    return dict(sets)


def _size(one: PayoffSet) -> float:
    return -1.0 if one.empty else float(one.area) + 1e-9 * float(np.ptp(one.outer, axis=0).sum())


def _draw(ax: Axes, one: PayoffSet, shade: str, label: str | None, rank: int) -> bool:
    """Draw one set; true where a bracket can be seen between its inner set and its outer bound."""
    if one.empty:
        if label is not None:
            ax.plot([], [], ls="", label=f"{label}: empty")
        return False
    edge = ink()
    if len(one.outer) == 1:
        ax.plot(*one.outer[0], "o", ms=9, color=shade, mec=edge, zorder=3, label=label and f"{label}: one point")
        return False
    if one.shape == "segment":
        ends = one.outer[np.lexsort(one.outer.T)][[0, -1]]
        # a white rim, so that it shows on a set of about the same colour
        ax.plot(*ends.T, color=paper(), lw=5.5, zorder=2.5)
        ax.plot(*ends.T, color=edge, lw=4, zorder=2.6)
        ax.plot(*ends.T, color=shade, lw=2, zorder=2.7, label=label and f"{label}: a segment")
        return False
    outer = polygon(one.outer)
    if len(one.inner) > 2:
        inside = polygon(one.inner)
        ax.fill(*inside.T, color=shade, lw=0, zorder=1 + 0.01 * rank, label=label)
        label = None
    visible = len(one.inner) < 3 or one.gap > 5e-3 * float(np.ptp(outer, axis=0).max())
    # nested outlines are white, so that near-equal sets do not run into one dark band
    line: Look = {"ec": edge, "lw": 1.2} if visible or rank == 0 else {"ec": paper(), "lw": 0.8}
    line |= {"ls": (0, (4, 1.5)) if visible else "-", "zorder": 2 + 0.01 * rank}
    ax.fill(*outer.T, fill=False, label=label and f"{label}: outer bound only", **line)
    return visible


def _mark(ax: Axes, bargain: Bargain) -> None:
    # open and larger than the mark of the threats, which may lie in the same place
    ax.plot(*bargain.threat, "s", ms=12, mfc="none", mec=colour(3), mew=1.8, ls="", zorder=6, label="no agreement")
    if bargain.agreed:
        joint = np.array([bargain.threat, bargain.payoff]).T
        ax.plot(*joint, color=colour(3), lw=1, ls=":", zorder=5)
        if len(bargain.ties) > 1:
            ax.plot(*bargain.ties.T, color=colour(1), lw=4, alpha=0.6, zorder=5, label="ranked equal")
        star: Look = {"ms": 16, "color": colour(1), "mec": ink(), "mew": 0.8, "ls": "", "zorder": 7}
        ax.plot(*bargain.payoff, "*", label=f"{bargain.rule}", **star)


def _hull(feasible: PayoffSet | ArrayLike) -> FloatArray:
    stage = getattr(feasible, "stage", feasible)
    points = stage.payoffs.reshape(2, -1).T if hasattr(stage, "payoffs") else np.asarray(feasible, dtype=float)
    if points.ndim != 2 or points.shape[1] != 2:
        invalid("feasible", np.shape(points), "a two-player stage game, or points [V, 2]")
    return polygon(points)
