"""Maps over detection and patience, and the thresholds of strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from armsgame._checks import check_whole
from armsgame._typing import FloatArray
from armsgame.errors import invalid
from armsgame.plot.studies.assumptions import axis_label
from armsgame.plot.theme import COLOURS, Look, Panels, axes, colour, hatch, ink, legend, mark, panels, paper, ramp
from armsgame.plot.theme import rows as row_names
from armsgame.study.scenarios.claims import BANDS, LEGEND
from armsgame.study.scenarios.enforcement import SuspensionMap, ThresholdRow

if TYPE_CHECKING:
    import xarray

__all__ = ["regime_map", "regime_maps", "thresholds"]

# from what deters nothing to what needs no deterrent: paler to darker
_BANDS = (
    BANDS["none"],
    BANDS["permanent"],
    "suspension of more than 8 periods",
    "5 to 8 periods",
    "2 to 4 periods",
    "1 period",
    BANDS["needless"],
)
_NO_ANSWER = "no answer"
_LINE = COLOURS[3]


def regime_map(
    lengths: xarray.DataArray | xarray.Dataset | SuspensionMap,
    *,
    x: str = "detection",
    y: str = "discount",
    points: Mapping[str, tuple[float, float]] | None = None,
    contours: xarray.DataArray | None = None,
    levels: Sequence[float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Map what enforces compliance over two parameters.

    Parameters
    ----------
    lengths : Dataset or DataArray with dimensions x and y, or the ``suspensions`` of a `Report`
        What `sweep` gives for ``measures.regime``, or the shortest suspension that deters, as
        `compliance_map` gives it.
    points : mapping from label to (x, y), optional
        Marked points.
    contours : DataArray with dimensions x and y, or one of them, optional
        Another output over the same points, as labelled lines; it is the same along a dimension that it lacks.
    levels : sequence of float, optional
        Where the lines run.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InvalidGame
        Other dimensions, or a Dataset of another measure.
    """
    ax = axes(ax)
    handles: list[Artist] = [*_fill(*_plane(_lengths(lengths), x, y, "lengths"), ax)]
    if contours is not None:
        base = _lengths(lengths.to_xarray() if isinstance(lengths, SuspensionMap) else lengths)
        if hasattr(contours, "dims") and len(contours.dims) == 1:
            contours = contours.expand_dims({n: base[n] for n in {x, y} - set(contours.dims) if n in base.dims})
        handles.append(_lines(contours, _plane(contours, x, y, "contours"), levels, ax))
    for k, (label, (at_x, at_y)) in enumerate((points or {}).items()):
        look: Look = {"ms": 9, "color": ("white", "black")[k // 12 % 2], "mec": "black", "mew": 1.5}
        handles += ax.plot(at_x, at_y, mark(k), ls="", label=label, **look)
    if points:
        # the axes reach points beside the map
        across, up = np.array(list(points.values()), dtype=float).T
        ax.set(xlim=_reach(across, ax.get_xlim()), ylim=_reach(up, ax.get_ylim()))
    ax.set_xlabel(x if x != "detection" else "detection: P(alarm | violation) per period")
    ax.set_ylabel(y if y != "discount" else "discount factor per period")
    legend(ax, "beside", handles, title=LEGEND)
    return ax


def regime_maps(
    found: xarray.DataArray | xarray.Dataset,
    *,
    by: str,
    x: str = "detection",
    y: str = "discount",
    columns: int = 3,
    ax: Sequence[Axes] | Panels | None = None,
) -> Panels:
    """Regime maps as small multiples over a third parameter, on the same scales.

    Parameters
    ----------
    found : Dataset or DataArray with dimensions x, y and by
        As in `regime_map`.
    by : str, the parameter that differs from panel to panel
    columns : int, panels in a row
    ax : sequence of matplotlib Axes, optional
        One for each value.

    Returns
    -------
    array of matplotlib Axes, one for each value
    """
    table = _lengths(found)
    if by not in table.dims:
        invalid("by", by, f"one of the dimensions {', '.join(map(str, table.dims))}")
    values = table[by].values
    columns = check_whole("columns", columns)
    used = panels(ax, values, columns, f"value of {by}", sizes=(2.7, 2.5, 2.9))[: len(values)]
    if ax is None:
        used[0].figure.supxlabel(axis_label(x), fontsize="medium")
        used[0].figure.supylabel(axis_label(y), fontsize="medium")
    known: dict[object, Patch] = {}
    for k, value in enumerate(values):
        for patch in _fill(*_plane(table.isel({by: k}), x, y, "found"), used[k]):
            known.setdefault(patch.get_label(), patch)
        used[k].set_title(f"{by} {value:g}", fontsize="medium")
    order = [label for label in (*_BANDS, _NO_ANSWER) if label in known]
    legend(used[min(columns, len(values)) - 1], "beside", [known[n] for n in order], title=LEGEND)
    return used


def _reach(at: FloatArray, limits: tuple[float, float]) -> tuple[float, float]:
    """Limits that hold all points, with room for the marks of those outside."""
    low, high = min(at.min(), limits[0]), max(at.max(), limits[1])
    room = 0.03 * (high - low)
    return float(low - room * (low < limits[0])), float(high + room * (high > limits[1]))


def _lengths(found: Any) -> Any:
    """Shortest suspension: -1 where only permanent reversion deters, NaN where none does."""
    if not hasattr(found, "data_vars"):
        return found
    if "suspension" not in found or "grim" not in found:
        invalid("lengths", sorted(map(str, found.data_vars)), "the Dataset of sweep(.., measure=ag.measures.regime)")
    table = found["suspension"].where(found["suspension"].notnull() | (found["grim"] != 1), -1.0)
    # a point that raised is no point where nothing deters
    return table.where(found["grim"].notnull(), np.inf)


def _plane(table: Any, x: str, y: str, field: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Values along x and along y, and the numbers [y, x]."""
    if not hasattr(table, "dims") or set(table.dims) != {x, y}:
        dims = ", ".join(map(str, getattr(table, "dims", ()))) or "none"
        invalid(f"{field}.dims", dims, f"{x} and {y}", "Choose others with x= and y=, or fix the rest with .sel(..).")
    if isinstance(table, SuspensionMap):
        at = {"discount": table.discount, "detection": table.detection}
        return at[x], at[y], table.lengths if table.dims == (y, x) else table.lengths.T
    return table[x].to_numpy(), table[y].to_numpy(), table.transpose(y, x).to_numpy()


def _fill(across: FloatArray, up: FloatArray, n: FloatArray, ax: Axes) -> list[Patch]:
    """Draw the bands; returns their handles."""
    from matplotlib.colors import BoundaryNorm, ListedColormap
    from matplotlib.patches import Patch

    code = np.select([np.isnan(n), n < 0, n == 0, np.isinf(n), n > 8, n > 4, n > 1], [0, 1, 6, 7, 2, 3, 4], default=5)
    colours, names = [*ramp(len(_BANDS)), paper()], (*_BANDS, _NO_ANSWER)
    norm, cmap = BoundaryNorm(np.arange(len(names) + 1) - 0.5, len(names)), ListedColormap(colours)
    ax.pcolormesh(across, up, code, cmap=cmap, norm=norm, shading="nearest", rasterized=True)
    ax.set(xlim=(float(across.min()), float(across.max())), ylim=(float(up.min()), float(up.max())))
    seen = [k for k in range(len(names)) if (code == k).any()]
    return [Patch(fc=colours[k], ec=ink(0.4) if k == len(_BANDS) else "none", label=names[k]) for k in seen]


def _lines(
    table: xarray.DataArray,
    plane: tuple[FloatArray, FloatArray, FloatArray],
    levels: Sequence[float] | None,
    ax: Axes,
) -> Artist:
    from matplotlib.lines import Line2D

    across, up, numbers = plane
    drawn = ax.contour(across, up, np.ma.masked_invalid(numbers), levels=levels, colors=_LINE, linewidths=1)
    ax.clabel(drawn, fontsize="small")
    unit = table.attrs.get("units", "")
    return Line2D([], [], color=_LINE, lw=1, label=f"{table.name} [{unit}]" if unit else str(table.name))


def thresholds(rows: Sequence[ThresholdRow], *, discount: float | None = None, ax: Axes | None = None) -> Axes:
    """Discount factors at which each strategy is an equilibrium, by verification regime.

    Parameters
    ----------
    rows : sequence of ThresholdRow
    discount : float, optional
        Marks the question's discount factor.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    if not rows:
        invalid("rows", rows, "at least one threshold")
    regimes = list(dict.fromkeys(r.regime for r in rows))
    keys = list(dict.fromkeys((r.game, r.strategy) for r in rows))
    height = 0.8 / len(regimes)
    ax = axes(ax, (7, max(4.0, 0.16 * len(regimes) * len(keys) + 1)))
    for row in rows:
        k = regimes.index(row.regime)
        at = keys.index((row.game, row.strategy)) + (k - (len(regimes) - 1) / 2) * height
        for low, high in row.threshold.intervals:
            if high - low < 1e-6:
                ax.plot(low, at, "D", color=colour(k), ms=7)
            else:
                ax.barh(at, high - low, height * 0.8, left=low, color=colour(k), hatch=hatch(k), ec=paper(), lw=0)
        if not row.threshold.intervals:
            ax.text(0.01, at, "at no discount factor", color=colour(k), va="center", fontsize="small")
    row_names(ax, [f"{s}\n({g})" for g, s in keys])
    ax.set(xlim=(0, 1), xlabel="discount factor per period at which the profile is an equilibrium")
    for k, regime in enumerate(regimes):
        d = next(r.detection for r in rows if r.regime == regime)
        shown = " / ".join(f"{v:g}" for v in d) if isinstance(d, tuple) else f"{d:g}"
        told = f"{regime} (detection {shown})"
        ax.barh(-1, 0, color=colour(k), hatch=hatch(k), ec=paper(), lw=0, label=told)
    if discount is not None:
        ax.axvline(discount, color=ink(), lw=1, ls="--", label=f"discount {float(discount):g}")
    ax.set_ylim(len(keys) - 0.5, -0.5)
    legend(ax, "above")
    return ax
