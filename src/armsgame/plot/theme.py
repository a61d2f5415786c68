"""What figures share: looks of entities, inks that follow the background, ordered ramps, room for legends."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from weakref import WeakKeyDictionary, WeakSet

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps, rcParams
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation

from armsgame._typing import ArrayLike
from armsgame.errors import invalid

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend

# Okabe and Ito (2008): colours that colour-blind readers can tell apart
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9")
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "p", "<", ">", "h", "*")
_DASHES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)))
_HATCHES = ("", "//", "..", "xx", "\\\\", "++", "oo")
# the first and the second side of a treaty, as the dossiers name them; the sides of one treaty differ
_SIDES = {
    "us": 0, "american": 0, "nato": 0, "uk": 0, "british": 0, "leaving": 0,
    "russia": 1, "germany": 1, "iran": 1, "japan": 1, "staying": 1, "agnostic": 2,
}  # fmt: skip
_SAME = {
    "american": "us",
    "british": "uk",
    "natostates": "nato",
    "leavingstates": "leaving",
    "stayingstates": "staying",
}
_OURS: WeakSet[Figure] = WeakSet()
# texts with a dollar in figures of the caller's: they may be formulas
_THEIRS: WeakKeyDictionary[Text, str] = WeakKeyDictionary()

Panels: TypeAlias = npt.NDArray[np.object_]
"""Several axes, as ``plt.subplots`` returns them."""
Look: TypeAlias = dict[str, Any]
"""Keywords that several artists share."""
Where: TypeAlias = Literal["pre", "post", "mid"]
Place: TypeAlias = Literal["beside", "above", "below", "inside"]


def colour(k: int) -> str:
    """Colour of the k-th entity; colours come round again, and dashes and hatches then differ."""
    return COLOURS[k % len(COLOURS)]


def mark(k: int) -> str:
    """Mark of the k-th entity."""
    return _MARKS[k % len(_MARKS)]


def dash(k: int) -> Any:
    """Line style of the k-th entity: the next one after each round of colours."""
    return _DASHES[k // len(COLOURS) % len(_DASHES)]


def hatch(k: int) -> str:
    """Hatch of the k-th entity: the next one after each round of colours."""
    return _HATCHES[k // len(COLOURS) % len(_HATCHES)]


def style(k: int) -> Any:
    """Line style of the k-th of a few kinds that share colours."""
    return _DASHES[k % len(_DASHES)]


def pattern(k: int) -> str:
    """Hatch of the k-th of a few kinds that share colours."""
    return _HATCHES[k % len(_HATCHES)]


def entities(names: Iterable[Hashable]) -> list[int]:
    """Places of entities among colours: a party and its account have one, and keep it from figure to figure.

    >>> entities(["agnostic", "us_account", "russian_account"]), entities(["Russia", "US"])
    ([2, 0, 1], [1, 0])
    >>> entities(["row", "column"]), entities(["a", "Russia", "b"])
    ([0, 1], [0, 1, 2])
    """
    keys = [_key(name) for name in names]
    place: dict[str, int] = {}
    for key in keys:
        if key in _SIDES and _SIDES[key] not in place.values():
            place[key] = _SIDES[key]
    for key in keys:
        if key not in place:
            place[key] = next(k for k in range(len(keys) + len(_SIDES)) if k not in place.values())
    return [place[key] for key in keys]


def _key(name: Hashable) -> str:
    word = str(name).removesuffix("_account").removesuffix("'s account").strip().lower()
    word = _SAME.get(word, word)
    known = (k for k in _SIDES if len(k) > 3 and (word in (k, k + "n", k + "ese", k + "ian") or word + "y" == k))
    return next(known, word)


def ink(share: float = 1.0) -> str:
    """Colour of the text; a share of it, mixed with the background, for what stands back."""
    if share == 1:
        return str(rcParams["text.color"])
    front, back = to_rgb(rcParams["text.color"]), to_rgb(paper())
    red, green, blue = (share * a + (1 - share) * b for a, b in zip(front, back, strict=True))
    return str(to_hex((red, green, blue)))


def paper() -> str:
    """Colour of the background."""
    face = str(rcParams["axes.facecolor"])
    return "white" if face == "none" else face


def ramp(count: int, name: str = "cividis_r", ends: tuple[float, float] = (0.03, 0.97)) -> list[str]:
    """Colours in order, from pale to dark: lightness falls with the place, so that grey print keeps the order."""
    at = np.linspace(*ends, count) if count > 1 else np.array([0.5])
    return [str(to_hex(c)) for c in colormaps[name](at)]


def on(face: Any) -> str:
    """Black or white, whichever can be read on a colour."""
    red, green, blue = to_rgb(face)
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"


def law_steps(ax: Axes, time: ArrayLike, curve: ArrayLike, colour: str, where: Where = "post") -> None:
    """Draw an exact law over its estimate: thin dashed steps in the colour of its entity."""
    ax.step(time, curve, where=where, color=colour, lw=1.3, ls=(0, (4, 1.5)), zorder=3)


def law_key(ax: Axes) -> None:
    """One entry for all exact laws."""
    ax.plot([], [], color=ink(), lw=1.3, ls=(0, (4, 1.5)), label="exact law")


def wrapped(text: object, width: int = 48) -> str:
    """Text of a label in lines of at most `width` letters; words that are longer are broken."""
    return "\n".join(fill(line, width) for line in as_written(str(text)).splitlines())


def as_written(text: str) -> str:
    r"""Return a text that matplotlib shows as it is: a dollar begins no formula, control characters are question marks.

    >>> as_written("cost in $, then $"), as_written(r"\$ stays")
    ('cost in \\$, then \\$', '\\$ stays')
    """
    plain = "".join(c if c.isprintable() or c in "\n " else "?" for c in text)
    return re.sub(r"(?<!\\)\$", r"\\$", plain)


def literal(drawn: object) -> None:
    """Let every text of a figure be shown as it is written, but for what its owner wrote before."""
    for ax in np.atleast_1d(np.asarray(drawn, dtype=object)).ravel()[:1]:
        if not isinstance(ax, Axes):
            return
        for one in _texts(root(ax)):
            told = one.get_text()
            if _THEIRS.get(one) != told and (shown := as_written(told)) != told and not _formula(one):
                one.set_text(shown)


def _texts(drawn: Artist) -> Iterator[Text]:
    """Texts of a figure but for the labels of ticks, which an axis writes anew whenever it is drawn."""
    if isinstance(drawn, Text):
        yield drawn
    for part in (drawn.label, drawn.offsetText) if isinstance(drawn, Axis) else drawn.get_children():
        yield from _texts(part)


def _formula(one: Text) -> bool:
    """Whether a text is a number that matplotlib's own formatter wrote."""
    return one.get_text().startswith("$\\mathdefault{")


def spans(ax: Axes, ends: ArrayLike, at: ArrayLike, **look: Any) -> None:
    """Intervals [N, 2] along the horizontal axis, where they lie: a value outside of its interval stays outside."""
    a, b = np.asarray(ends, dtype=float).reshape(-1, 2).T
    options: Look = {"fmt": "none", "ecolor": ink(), "elinewidth": 1, "capsize": 3, **look}
    ax.errorbar((a + b) / 2, at, xerr=(b - a) / 2, **options)


def note(ax: Axes, text: str) -> None:
    """Say below the axes what the figure does not show."""
    ax.set_xlabel(f"{ax.get_xlabel()}\n{wrapped(text, 80)}".strip())


def rows(ax: Axes, names: Sequence[object], at: ArrayLike | None = None, width: int = 30) -> None:
    """Write the names of rows, wrapped; a figure that the library made grows by what they need."""
    told = [wrapped(name, width) for name in names]
    ax.set_yticks(np.arange(len(told)) if at is None else np.asarray(at), told)
    if root(ax) in _OURS:
        wide, high = root(ax).get_size_inches()
        letters = max((len(line) for text in told for line in text.splitlines()), default=0)
        need = 0.2 * sum(1 + text.count("\n") for text in told) + 1
        root(ax).set_size_inches(wide + max(0.0, 0.075 * (letters - 16)), max(high, need))


def axes(ax: Axes | None, size: tuple[float, float] = (7, 4)) -> Axes:
    """Return the given axes, or new ones of a size in inches; a figure without a layout gets one that cuts nothing."""
    if ax is None:
        import matplotlib.pyplot as plt

        figure, ax = plt.subplots(figsize=size, layout="constrained")
        _OURS.add(figure)
    else:
        if not isinstance(ax, Axes):
            invalid("ax", ax, "matplotlib Axes, or None for new ones")
        _arrange(ax)
    return ax


def grow(ax: Axes, wide: float, high: float) -> None:
    """Add inches to a figure that the library made."""
    if root(ax) in _OURS:
        root(ax).set_size_inches(root(ax).get_size_inches() + np.array([wide, high]))


def _arrange(ax: Axes) -> None:
    whole = root(ax)
    for one in _texts(whole):
        if "$" in one.get_text():
            _THEIRS[one] = one.get_text()
    if whole.get_layout_engine() is None:
        whole.set_layout_engine("constrained")


def root(ax: Axes) -> Figure:
    """Return the whole figure of axes that may lie in a subfigure."""
    figure: Any = ax.figure
    while figure is not figure.figure:
        figure = figure.figure
    whole: Figure = figure
    return whole


def panels(
    ax: Sequence[Axes] | Panels | None, parts: Sequence[object], columns: int, each: str, *, sizes: tuple[float, ...]
) -> Panels:
    """Axes for the parts of one figure, in rows of `columns`: those given, or new ones.

    `sizes` are the width and height of one panel and the width beside all of them, in inches.
    """
    count = len(parts)
    if ax is not None:
        found = np.atleast_1d(np.asarray(ax, dtype=object)).ravel()
        if not all(isinstance(one, Axes) for one in found):
            invalid("ax", ax, f"matplotlib Axes, one for each {each}")
        if len(found) < count:
            invalid("ax", f"{len(found)} axes", f"at least {count} axes, one for each {each}")
        _arrange(found[0])
        return found
    import matplotlib.pyplot as plt

    wide = min(columns, count)
    rows = -(-count // wide)
    size = (sizes[0] * wide + sizes[2], sizes[1] * rows + 0.5)
    figure, grid = plt.subplots(rows, wide, figsize=size, sharex=True, sharey=True, squeeze=False, layout="constrained")
    _OURS.add(figure)
    for spare in grid.ravel()[count:]:
        spare.set_visible(False)
    return np.asarray(grid.ravel(), dtype=object)


_PLACES: dict[str, Look] = {
    "beside": {"loc": "upper left", "bbox_to_anchor": (1.01, 1), "borderaxespad": 0.0},
    "above": {"loc": "lower left", "bbox_to_anchor": (0, 1.01), "borderaxespad": 0.0},
    "below": {"loc": "upper left", "bbox_to_anchor": (0, 0), "borderaxespad": 0.0},
    "inside": {"loc": "best"},
}


def legend(ax: Axes, place: Place = "inside", handles: Sequence[Artist] | None = None, **look: Any) -> Legend | None:
    """Write the legend where it hides nothing; the figure grows by it where the library made the figure.

    On axes of the caller's the letters shrink until it fits; entries that still do not fit are counted in the last
    line. Inside, more entries than seven stand beside the axes.
    """
    literal(ax)
    for one in ax.get_children():
        label = one.get_label()
        # matplotlib would leave it out of the legend
        if isinstance(label, str) and label.startswith("_") and not re.fullmatch("_(child[0-9]+|nolegend_|)", label):
            one.set_label(f" {label}")
    shown = list(ax.get_legend_handles_labels()[0] if handles is None else handles)
    if not shown:
        return None
    for handle in shown:
        handle.set_label(wrapped(handle.get_label()))
    if place == "inside" and len(shown) > 7:
        place = "beside"
    ours = root(ax) in _OURS
    options: Look = {"frameon": False, "fontsize": "small", **_PLACES[place], **look}
    if place == "below":
        depth = 0.1 if not ax.axison else 0.42 + 0.16 * (1 + ax.get_xlabel().count("\n"))
        options["bbox_transform"] = ax.transAxes + ScaledTranslation(0, -depth, root(ax).dpi_scale_trans)
    made = ax.legend(handles=shown, **options)
    if place == "inside":
        return made
    wide = root(ax).get_size_inches()[0] - _labels(ax) - 0.3 if ours else _room(ax)[0]
    made = _columns(ax, made, shown, place, options, wide)
    return _grown(ax, made, place) if ours else _shrunk(ax, made, shown, place, options)


def _columns(ax: Axes, made: Legend, shown: list[Artist], place: str, options: Look, wide: float) -> Legend:
    """Put entries above or below the axes into as many columns as fit; beside them more than 22 into several."""
    if "ncols" in options:
        return made
    if place == "beside":
        count = -(-len(shown) // 22)
    else:
        count = max(1, min(len(shown), int(wide / max(_extent(made)[0], 0.1))))
    options["ncols"] = count
    return made if count == 1 else ax.legend(handles=shown, **options)


def _grown(ax: Axes, made: Legend, place: str) -> Legend:
    figure, (wide, high) = root(ax), _extent(made)
    size = figure.get_size_inches()
    if place == "beside":
        figure.set_size_inches(size[0] + wide + 0.1, max(size[1], high + 1.0))
    else:
        figure.set_size_inches(max(size[0], wide + _labels(ax) + 0.3), size[1] + high)
    return made


def _shrunk(ax: Axes, made: Legend, shown: list[Artist], place: str, options: Look) -> Legend:
    most = np.array(_room(ax)) * ((0.5, 1.0) if place == "beside" else (1.0, 0.5))
    for size in (7, 6, 5):
        if (np.array(_extent(made)) <= most).all():
            return made
        made = ax.legend(handles=shown, **options | {"fontsize": size, "title_fontsize": size, "handlelength": 1.2})
    from matplotlib.lines import Line2D

    kept = len(shown)
    while kept > 1 and (np.array(_extent(made)) > most).any():
        kept = max(1, int(kept * 0.8))
        rest: list[Artist] = [Line2D([], [], ls="", label=f"and {len(shown) - kept} more")]
        made = ax.legend(handles=shown[:kept] + rest, **options | {"fontsize": 5, "title_fontsize": 5, "ncols": 1})
    return made


def _extent(made: Legend) -> tuple[float, float]:
    """Width and height of a legend in inches."""
    box, dots = made.get_window_extent(), root(made.axes).dpi
    return float(box.width) / dots, float(box.height) / dots


def _labels(ax: Axes) -> float:
    """Width in inches of what stands left of some axes."""
    box = ax.yaxis.get_tightbbox() if ax.axison else None
    return 0.0 if box is None else max(0.0, float(ax.bbox.x0 - box.x0)) / root(ax).dpi


def _room(ax: Axes) -> tuple[float, float]:
    """Width and height in inches of the slot of some axes in their figure."""
    figure, spec = root(ax), ax.get_subplotspec()
    wide, high = figure.get_size_inches()
    box = (ax.get_position(original=True) if spec is None else spec.get_position(figure)).size
    return float(wide * box[0]), float(high * box[1])
