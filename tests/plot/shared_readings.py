"""What the artists of a figure hold: numbers, words and colours; readings of figures that hold more than numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any

import numpy as np
from matplotlib.colors import same_color, to_hex
from matplotlib.dates import num2date
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

import armsgame as ag
from armsgame.games.product import chain
from armsgame.study.scenarios.endings import ending
from armsgame.treaty.status import status_words


def flat(values: Any) -> np.ndarray:
    parts = [np.ravel(np.asarray(v, dtype=float)) for v in (values if isinstance(values, list) else [values])]
    found = np.concatenate(parts) if parts else np.zeros(0)
    return found[np.isfinite(found)]


def numbers(ax: Any) -> np.ndarray:
    """Every coordinate, length and value that the artists of some axes hold."""
    found: list[Any] = []
    for line in ax.lines:
        found += [np.ma.getdata(line.get_xdata(orig=False)), np.ma.getdata(line.get_ydata(orig=False))]
    for patch in ax.patches:
        box = patch.get_path().vertices
        found.append(patch.get_patch_transform().transform(box).ravel())
        if hasattr(patch, "get_width"):
            found.append([patch.get_width(), patch.get_x() + patch.get_width()])
    for drawn in ax.collections:
        found.append(np.ma.getdata(drawn.get_offsets()).ravel())
        found += [path.vertices.ravel() for path in drawn.get_paths()]
        if drawn.get_array() is not None:
            found.append(np.ma.getdata(drawn.get_array()).ravel())
    for image in ax.images:
        found.append(np.ma.getdata(image.get_array()).ravel())
    return np.concatenate([np.zeros(0), *(np.asarray(f, dtype=float) for f in found)])


def panels(drawn: Any) -> list[Any]:
    return list(np.ravel(np.asarray(drawn, dtype=object)))


def cut(figure: Any) -> float:
    """Inches by which something sticks out of a figure that is laid out."""
    layout = figure.get_layout_engine()
    if layout is not None:
        layout.execute(figure)
    box, (wide, high) = figure.get_tightbbox(), figure.get_size_inches()
    return max(-box.x0, -box.y0, box.x1 - wide, box.y1 - high)


def words(ax: Any) -> str:
    """All that a figure says."""
    figure = ax.figure.figure
    texts = [t for part in figure.axes for t in part.texts] + list(figure.texts)
    for part in figure.axes:
        texts += [part.title, part._left_title, part._right_title, part.xaxis.label, part.yaxis.label]
        texts += [*part.get_xticklabels(), *part.get_yticklabels()]
        if part.get_legend() is not None:
            texts += part.get_legend().get_texts()
    return " ".join(t.get_text().replace("\n", " ") for t in texts)


def key(ax: Any) -> dict[str, str]:
    """Colour of each entry of a legend: of its face where it has one, else of its line."""
    legend = next(a.get_legend() for a in ax.figure.axes if a.get_legend() is not None)
    found = {}
    for text, handle in zip(legend.get_texts(), legend.legend_handles, strict=True):
        shade = handle.get_facecolor() if hasattr(handle, "get_facecolor") else handle.get_color()
        marked = not hasattr(handle, "get_facecolor") and handle.get_marker() not in ("None", "", None)
        found[text.get_text().replace("\n", " ")] = to_hex(handle.get_markerfacecolor() if marked else shade)
    return found


def told(ax: Any) -> list[str]:
    return [t.get_text() for t in ax.texts if t.get_text()]


def rows(ax: Any) -> list[str]:
    """Names at the ticks of the vertical axis, from row 0 on."""
    at = {round(t): text.get_text() for t, text in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)}
    return [at[k] for k in range(len(at))]


def marks(ax: Any) -> list[tuple[float, float, str, str]]:
    """Place, sign and colour inside of every single mark."""
    single = [line for line in ax.lines if len(line.get_xdata()) == 1]
    return [
        (float(x), float(y), line.get_marker(), to_hex(line.get_markerfacecolor()))
        for line in single
        for x, y in line.get_xydata()
    ]


def conflict_graph(ax: Any, moves: Mapping[str, Sequence[tuple[str, str]]], stable: Sequence[str]) -> None:
    shades = key(ax)
    states = {t.get_text(): t for t in ax.texts if t.get_text()}
    place = {name: np.array(t.xy) for name, t in states.items()}
    full = next(shade for label, shade in shades.items() if label.startswith("stable"))
    boxed = {name for name, t in states.items() if same_color(t.get_bbox_patch().get_facecolor(), full)}
    assert boxed == set(stable)

    def name_at(point: Any) -> str:
        return min(place, key=lambda name: float(np.abs(place[name] - point).max()))

    found: dict[str, list[tuple[str, str]]] = {party: [] for party in moves}
    for arrow in (t for t in ax.texts if not t.get_text()):
        shade = to_hex(arrow.arrow_patch.get_edgecolor())
        (party,) = (p for p in moves if shades[f"improvement of {p}"] == shade)
        found[party].append((name_at(arrow.xyann), name_at(arrow.xy)))
    assert {p: sorted(own) for p, own in found.items()} == {p: sorted(own) for p, own in moves.items()}


def tree(ax: Any, shown: Any) -> None:
    game, texts = shown.game, told(ax)
    pays = [", ".join(f"{v:.4g}" for v in row) for row in game.payoffs.tolist()]
    assert [t for t in texts if t in pays] == pays
    for s, own, belief in zip(game.sets, shown.profile, shown.beliefs, strict=True):
        for action, p in zip(s.actions, own, strict=True):
            assert texts.count(f"{action} ({p:.3g})") >= len(s.nodes)
        held = [""] if len(s.nodes) == 1 else [f" [{b:.3g}]" for b in belief]
        assert all(f"{s.label}{b}" in texts for b in held)
    shades, seen = key(ax), Counter(shade for _, _, sign, shade in marks(ax) if sign == "o")
    owned = Counter(game.players[s.player] for s in game.sets for _ in s.nodes)
    assert {shades[name]: n for name, n in owned.items()} == dict(seen)
    ends = sorted(float(t.get_position()[1]) for t in ax.texts if t.get_text() in pays)
    assert ends == list(range(len(pays)))


def states(ax: Any, game: Any, profile: Any, periods: int) -> None:
    """Boxes name the statuses and their expected visits, arrows the shares of visits; both by powers of the chain."""
    chained, matrix, *_ = chain(game, profile)
    names = np.array([status_words(game.states[s]) for s in chained.pairs[:, 0]])
    dense, law = matrix.toarray(), np.eye(len(names))[0]
    total = np.zeros(len(names))
    for _ in range(periods):
        total, law = total + law, law @ dense
    boxes = dict.fromkeys(status_words(s) for s in game.states)
    visits = {n: float(total[names == n].sum()) for n in boxes}
    shares = Counter[str]()
    for a, b in product(boxes, boxes):
        if visits[a] > 0:
            part = float((total[names == a] @ dense[names == a][:, names == b]).sum()) / visits[a]
            if part > 0:
                short = f"{part:.3f}".rstrip("0") if part >= 5e-4 else f"{part:.1g}"
                shares["1" if part == 1 else ">0.999" if part >= 0.9995 else short] += 1
    at = {tuple(np.round(t.get_position(), 2)): t.get_text() for t in ax.texts if t.get_fontsize() in (7, 9)}
    drawn = {}
    for box in (p for p in ax.patches if isinstance(p, FancyBboxPatch)):
        x, y = box.get_x() + box.get_width() / 2, box.get_y() + box.get_height() / 2
        drawn[at[round(x, 2), round(y + 0.05, 2)]] = at[min(at, key=lambda p: abs(p[0] - x) + abs(p[1] - y + 0.085))]
    assert drawn == {n: f"{v:.3g} visits" if v else "never" for n, v in visits.items()}
    assert Counter(t.get_text() for t in ax.texts if t.get_fontsize() == 8) == shares
    assert sum(isinstance(p, FancyArrowPatch) for p in ax.patches) == shares.total()


def timeline(ax: Any, scenario: Any) -> None:
    events = scenario.timeline()
    columns = [t.get_text() for t in ax.get_xticklabels()]
    line = {round(t.get_position()[1]): [] for t in ax.texts if t.get_text()}
    for t in (t for t in ax.texts if t.get_text()):
        line[round(t.get_position()[1])].append(t.get_text())
    assert len(line) == len(events)
    for k, event in enumerate(events):
        day, text = line[k]
        assert day.removesuffix(" ?") == str(event.date)
        assert event.text.startswith(text.removesuffix(" ..."))
        who = {*(scenario.parties if event.actor == "both" else [event.actor]), *event.jointly}
        found = [(columns[round(x)], shade) for x, y, sign, shade in marks(ax) if sign == "o" and round(y) == k]
        assert {name for name, _ in found} == who
        hollow = to_hex(ax.get_facecolor())
        assert all((shade == hollow) == (event.confidence != "found") for _, shade in found)
    dated = [date.fromisoformat(line[k][0][:10]) for k in line if len(line[k][0]) == 10]
    assert dated == sorted(dated)


def exits(ax: Any, scenarios: Sequence[Any]) -> None:
    order = sorted(scenarios, key=lambda s: s.terms.in_force.first)
    assert rows(ax) == [s.id.replace("_", " ") for s in order]
    for k, s in enumerate(order):
        end, bars = ending(s), [p for p in ax.patches if round(p.get_y() + p.get_height() / 2) == k]
        life = max(bars, key=lambda p: p.get_width())
        assert _day(life.get_x()) == s.terms.in_force.first
        if s.terms.ended is not None:
            assert _day(life.get_x() + life.get_width()) == s.terms.ended.last
        if end.announced is not None and end.left is not None:
            (notice,) = (p for p in bars if p is not life)
            ends = (notice.get_x(), notice.get_x() + notice.get_width())
            assert tuple(map(_day, ends)) == (end.announced.first, end.left.first)
        spots = [_day(x) for x, y, *_ in marks(ax) if y == k]
        assert spots == ([end.left.first] if end.left is not None else [])
        assert f"asks for {end.asks_days:g} days" in told(ax)[k] or not end.asks_days


def _day(year: float) -> date:
    """Day at a place on an axis of years."""
    first = date(int(year + 1e-9), 1, 1)
    return first + timedelta(days=round((year - first.year) * (date(first.year + 1, 1, 1) - first).days))


def exit_dates(ax: Any, path: Any, start: date, record: Mapping[str, Sequence[str]]) -> None:
    assert rows(ax) == list(path.parties)
    paper = to_hex(ax.get_facecolor())
    for k, name in enumerate(path.parties):
        wanted = {"model": {}, "record": {}}
        for stage, sign in (("announced", "^"), ("deposited", "s"), ("effective", "o")):
            period = getattr(path, stage)[k]
            if not np.isnan(period):
                wanted["model"][sign] = start + timedelta(days=float(period))
        for sign, day in zip("^so", record.get(name, ()), strict=False):
            wanted["record"][sign] = date.fromisoformat(day)
        found = {"model": {}, "record": {}}
        for x, y, sign, shade in marks(ax):
            if abs(y - k) < 0.4:
                found["model" if shade == paper else "record"][sign] = num2date(x).date()
        assert found == wanted


def basins(ax: Any, result: Any) -> None:
    """The pixel at a start has the colour that the legend gives to the limit to which it leads."""
    shades, image = key(ax), ax.images[0]
    pixels, (left, right, low, high) = np.asarray(image.get_array()), image.get_extent()
    names = [f"to {result.name(k)} ({share:.1%})" for k, share in enumerate(result.shares)]
    assert list(shades) == names
    at = result.starts @ np.array([[0, 0], [1, 0], [0.5, np.sqrt(0.75)]])
    inside = (result.starts > 1e-3).all(axis=1)
    for (x, y), limit in zip(at[inside], result.which[inside], strict=True):
        row = round((y - low) / (high - low) * (len(pixels) - 1))
        column = round((x - left) / (right - left) * (pixels.shape[1] - 1))
        assert to_hex(pixels[row, column]) == shades[names[limit]]
    for corner, name in zip(np.array([[0, 0], [1, 0], [0.5, np.sqrt(0.75)]]), result.labels, strict=True):
        near = min(ax.texts, key=lambda t: float(np.abs(np.array(t.get_position()) - corner).max()))
        assert near.get_text() == name


def equilibrium_map(ax: Any, temptation: np.ndarray, sucker: np.ndarray) -> None:
    """Cells of one kind have one colour, and its name stands on it; kinds by the order of payoffs, as Jervis has it."""
    image = ax.images[0]
    cells, (left, right, low, high) = np.asarray(image.get_array()), image.get_extent()
    across, up = (temptation[-1] - temptation[0]) / (len(temptation) - 1), (sucker[-1] - sucker[0]) / (len(sucker) - 1)
    assert (left, right) == (temptation[0] - across / 2, temptation[-1] + across / 2)
    assert (low, high) == (sucker[0] - up / 2, sucker[-1] + up / 2)

    def kind(t: float, s: float) -> str:
        if t == 1 or s == 0:
            return ""
        return (("harmony", "stag hunt"), ("chicken", "prisoner's dilemma"))[int(t > 1)][int(s < 0)]

    colours: dict[str, set[str]] = {}
    for (k, s), (j, t) in product(enumerate(sucker), enumerate(temptation)):
        colours.setdefault(kind(t, s), set()).add(to_hex(cells[k, j]))
    assert colours.pop("") == {to_hex(ax.get_facecolor())}
    assert all(len(own) == 1 for own in colours.values())
    assert len({shade for own in colours.values() for shade in own}) == len(colours)
    for text in (t for t in ax.texts if t.get_text()):
        x, y = text.get_position()
        name, count, _ = text.get_text().split("\n")
        assert kind(x, y) == name
        solved = ag.nash(ag.treaty.compliance(x, 1, 0, y))
        assert int(count.split()[0]) == len(solved)
    assert {t.get_text().split("\n")[0] for t in ax.texts} == set(colours)


def regime_cells(parts: Sequence[Any], tables: Sequence[Any], x: str, y: str) -> None:
    """The legend gives the colour of each cell to the suspension that the table has there."""
    shades = key(parts[0])
    for ax, table in zip(parts, tables, strict=True):
        mesh = ax.collections[0]
        grid = mesh.get_coordinates()
        length, grim = (table[name].transpose(y, x).to_numpy() for name in ("suspension", "grim"))
        assert grid.shape[:2] == (length.shape[0] + 1, length.shape[1] + 1)
        shown = mesh.to_rgba(mesh.get_array())
        for k, j in np.ndindex(length.shape):
            corner = grid[k : k + 2, j : j + 2].reshape(4, 2)
            assert corner[:, 0].min() < float(table[x][j]) < corner[:, 0].max()
            assert corner[:, 1].min() < float(table[y][k]) < corner[:, 1].max()
            assert shades[_band(length[k, j], grim[k, j])] == to_hex(shown[k, j])


def _band(length: float, grim: float) -> str:
    if np.isnan(length):
        rule = "reversion on any single alarm deters"
        return f"only permanent {rule}" if grim else f"no {rule}"
    few = {0: "none needed", 1: "1 period"}
    limits = ((4, "2 to 4 periods"), (8, "5 to 8 periods"), (np.inf, "suspension of more than 8 periods"))
    return few.get(int(length)) or next(name for top, name in limits if length <= top)
