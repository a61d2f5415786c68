"""Every public figure is read back: it shows the numbers of its result, cuts nothing, and drops nothing in silence.

A function of `armsgame.plot` that is missing from the table in `shared_figures.py` fails the first test.
"""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import same_color
from shared_figures import FIGURES, LONG
from shared_readings import cut, flat, numbers, panels, words

import armsgame as ag
from armsgame.errors import ArmsgameError


@pytest.fixture(autouse=True)
def _small_and_closed() -> Iterator[None]:
    with mpl.rc_context({"figure.dpi": 50}):
        yield
    plt.close("all")


def test_every_figure_is_in_the_table() -> None:
    assert set(FIGURES) == set(ag.plot.__all__) - {"save"}


@pytest.mark.parametrize("name", FIGURES)
def test_one_drawing_on_a_dark_background_shows_the_result_and_cuts_nothing(name: str) -> None:
    """Dark, so that the same drawing tells an ink that is hidden by the background."""
    figure = FIGURES[name]
    with plt.style.context("dark_background"):
        parts = panels(figure.draw())
        held = np.concatenate([numbers(part) for part in parts])
        wanted = flat(figure.truth())
        assert len(wanted) or figure.read
        assert [v for v in wanted if np.abs(held - v).min() > 1e-9 + 1e-6 * abs(v)] == []
        if figure.read is not None:
            figure.read(parts)
        paper = parts[0].figure.figure.get_facecolor()
        # the gaps of these are in the colour of the paper
        if name not in {"sample_paths", "first_moves"}:
            assert [ink for ax in parts for ink in _inks(ax) if _seen(ink) and same_color(ink, paper)] == []
        assert cut(parts[0].figure) < 0.03


def _inks(ax: mpl.axes.Axes) -> Iterator[object]:
    yield from (one.get_color() for one in ax.lines if len(one.get_xdata()) and one.get_linestyle() != "None")
    if ax.images:
        return
    yield from (t.get_color() for t in ax.texts if t.get_bbox_patch() is None and t.get_text())
    for drawn in ax.collections:
        if not len(drawn.get_facecolor()):
            yield from drawn.get_edgecolor()


def _seen(ink: object) -> bool:
    return mpl.colors.to_rgba(ink)[3] > 0


@pytest.mark.parametrize("name", FIGURES)
def test_a_place_in_a_grid_without_a_layout_is_enough(name: str) -> None:
    one = FIGURES[name]
    figure = plt.figure(figsize=(11, 4.5))
    grid = [figure.add_subplot(1, 2, k + 1) for k in range(one.panels or 1)]
    if one.panels:
        one.draw(ax=grid)
    else:
        assert one.draw(ax=grid[0]) is grid[0]
    assert cut(figure) < 0.03


@pytest.mark.parametrize("count", [0, 1, 7, 30])
@pytest.mark.parametrize("name", [n for n, f in FIGURES.items() if f.many is not None])
def test_every_item_is_drawn_or_refused(name: str, count: int) -> None:
    names = [f"{LONG} {k}" for k in range(count)]
    many = FIGURES[name].many
    assert many is not None
    try:
        drawn = panels(many(names))
    except ArmsgameError:
        return
    told = words(drawn[0])
    by_name = count and any(f"number {k}" in told for k in range(count))
    assert not by_name or all(f"number {k}" in told for k in range(count)), told
    assert count < 7 or cut(drawn[0].figure) < 0.03
