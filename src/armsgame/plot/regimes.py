"""Maps over detection and patience, and the thresholds of strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame.plot.style import COLOURS, axes
from armsgame.study.enforcement import ThresholdRow

if TYPE_CHECKING:
    import xarray

__all__ = ["regime_map", "thresholds"]

_BANDS = (
    (-2.0, "no reversion deters", "#D9D9D9"),
    (-1.0, "permanent reversion only", "#F0E442"),
    (9.0, "suspension of more than 8 periods", "#E69F00"),
    (5.0, "5 to 8 periods", "#CC79A7"),
    (2.0, "2 to 4 periods", "#56B4E9"),
    (1.0, "1 period", "#0072B2"),
    (0.0, "none needed", "#009E73"),
)


def regime_map(
    lengths: xarray.DataArray,
    *,
    x: str = "detection",
    y: str = "discount",
    points: Mapping[str, tuple[float, float]] | None = None,
    ax: Any = None,
) -> Any:
    """Map what enforces compliance over two parameters.

    Parameters
    ----------
    lengths : DataArray with dimensions x and y
        Shortest suspension that deters, as `compliance_map` gives it.
    points : mapping from label to (x, y), optional
        Marked points.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    from matplotlib.colors import BoundaryNorm, ListedColormap
    from matplotlib.patches import Patch

    ax = axes(ax)
    table = lengths.transpose(y, x)
    code = np.select(
        [np.isnan(table), table < 0, table == 0, table > 8, table > 4, table > 1], [0, 1, 6, 2, 3, 4], default=5
    )
    norm = BoundaryNorm(np.arange(len(_BANDS) + 1) - 0.5, len(_BANDS))
    colours = ListedColormap([c for _, _, c in _BANDS])
    ax.pcolormesh(table[x], table[y], code, cmap=colours, norm=norm, shading="nearest", rasterized=True)
    seen = [k for k in range(len(_BANDS)) if (code == k).any()]
    handles: list[Any] = [Patch(color=_BANDS[k][2], label=_BANDS[k][1]) for k in seen]
    for (label, (at_x, at_y)), marker in zip((points or {}).items(), "osD^vP", strict=False):
        handles += ax.plot(at_x, at_y, marker, ms=9, color="white", mec="black", mew=1.5, ls="", label=label)
    ax.set_xlabel(x if x != "detection" else "detection: P(alarm | violation) per period")
    ax.set_ylabel(y if y != "discount" else "discount factor per period")
    ax.set_xlim(float(table[x].min()), float(table[x].max()))
    ax.set_ylim(float(table[y].min()), float(table[y].max()))
    ax.legend(
        handles=handles,
        frameon=False,
        loc="upper left",
        bbox_to_anchor=(1.01, 1),
        title="shortest suspension that deters",
    )
    return ax


def thresholds(rows: Sequence[ThresholdRow], *, discount: float | None = None, ax: Any = None) -> Any:
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
    ax = axes(ax)
    regimes = list(dict.fromkeys(r.regime for r in rows))
    keys = list(dict.fromkeys((r.game, r.strategy) for r in rows))
    height = 0.8 / len(regimes)
    for row in rows:
        k = regimes.index(row.regime)
        at = keys.index((row.game, row.strategy)) + (k - (len(regimes) - 1) / 2) * height
        for low, high in row.threshold.intervals:
            if high - low < 1e-6:
                ax.plot(low, at, "D", color=COLOURS[k], ms=7)
            else:
                ax.barh(at, high - low, height * 0.8, left=low, color=COLOURS[k])
        if not row.threshold.intervals:
            ax.text(0.01, at, "at no discount factor", color="#444444", va="center", fontsize="small")
    ax.set_yticks(np.arange(len(keys)), [f"{s}\n({g})" for g, s in keys])
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ax.set_xlabel("discount factor per period at which the profile is an equilibrium")
    for k, regime in enumerate(regimes):
        d = next(r.detection for r in rows if r.regime == regime)
        shown = " / ".join(f"{v:g}" for v in d) if isinstance(d, tuple) else f"{d:g}"
        ax.barh(-1, 0, color=COLOURS[k], label=f"{regime} (detection {shown})")
    if discount is not None:
        ax.axvline(discount, color="black", lw=1, ls="--", label=f"discount {discount:g}")
    ax.set_ylim(len(keys) - 0.5, -0.5)
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, fontsize="small")
    return ax
