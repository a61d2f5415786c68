"""The data of a model's figure, which the plotting floor draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from armsgame._shown import Drawn, Value


@dataclass(frozen=True, slots=True, eq=False)
class Picture(Drawn, Value):
    """Lines, bars or regions, with their words.

    Attributes
    ----------
    kind : {"lines", "points", "bars", "regions"}
    title, x, y : str
        Title and axes' labels, with units.
    series : mapping
        Lines and points: label -> (x [n], y [n]); NaN leaves a gap. Bars: label -> heights [n], one for each of
        `names`. Regions: label -> mask [ny, nx] of bool.
    names : sequence of str
        Names of the groups of bars.
    grid : pair of arrays
        Regions: values of x [nx] and y [ny].
    points : mapping
        Label -> (x, y) of a marked point.
    levels : mapping
        Label -> y of a horizontal line, or -> ("x", value) of a vertical one.
    dashed : sequence of str
        Labels of lines that are dashed, in the colours of the solid ones in turn.
    """

    kind: str
    title: str
    x: str
    y: str
    series: Mapping[str, Any]
    names: Sequence[str] = ()
    grid: Any = None
    points: Mapping[str, Any] = field(default_factory=dict)
    levels: Mapping[str, Any] = field(default_factory=dict)
    dashed: Sequence[str] = ()
