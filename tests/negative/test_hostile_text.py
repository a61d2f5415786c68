"""Labels of any kind reach LaTeX, HTML, figures and the terminal as they are written, and do nothing there."""

from __future__ import annotations

import random
import re
from html import unescape

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Text

import armsgame as ag
from armsgame.cli.terminal import printable
from armsgame.plot.theme import as_written

PIECES = (
    "[1ex]", "*", "\\", "\\input{x}", "&", "%", "$", "$\\frac{", "$x_1$", "#", "_", "{", "}", "~", "^", "<b>", "&amp;",
    "</script>", '"', "'", "\x1b[2J", "\x9b31m", "\r", "\n", "\t", "\u202e", "-", "|", "a", "Ä", "核", " ",
)  # fmt: skip


def hostile(count: int, seed: int = 11) -> list[str]:
    """Different labels, every piece first in one of them."""
    draw = random.Random(seed)
    made = [first + "".join(draw.choices(PIECES, k=draw.randrange(4))) for first in PIECES]
    while len(made) < count:
        made.append("".join(draw.choices(PIECES, k=1 + draw.randrange(6))))
    return list(dict.fromkeys(label + str(k) for k, label in enumerate(made)))


def pairs() -> list[tuple[str, str]]:
    found = hostile(120)
    return list(zip(found[::2], found[1::2], strict=True))


def game(one: str, two: str) -> ag.StageGame:
    return ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]], players=(one, two), actions=(two, one))


def test_a_row_of_latex_is_one_row_whatever_it_begins_with():
    for one, two in pairs():
        lines = ag.studies.to_latex(game(one, two), caption=one).splitlines()
        rows = [line for line in lines if line.endswith(r" \\")]
        assert len(lines) == 12
        assert len(rows) == 3
        for row in rows:
            assert not re.match(r"\s*[\[*]", row)
            bare = row.removesuffix(r" \\")
            assert len(re.findall(r"(?<!\\)&", bare)) == 2
            # all that is left of LaTeX's own signs belongs to an escape that the writer made
            known = (
                r"\\textbackslash\{\}|\\textasciitilde\{\}|\\textasciicircum\{\}|\\text(?:less|greater)\{\}|\\[&%$#_{}]"
            )
            rest = re.sub(known, "", bare).replace("$-$", "").removeprefix("{}").replace(" & ", "")
            assert not set(rest) & set("\\&%$#_{}~^")
            assert rest.isprintable()


def test_html_holds_every_label_once_escaped():
    for one, two in pairs():
        text = game(one, two)._repr_html_()
        assert set(re.findall(r"</?[a-z]+", text)) <= {"<p", "</p", "<br", "<table", "</table", "<tr", "</tr", "<th",
                                                       "</th", "<td", "</td"}  # fmt: skip
        assert "<b>" not in text
        assert repr(game(one, two)).splitlines()[0] in unescape(text)


def test_the_terminal_gets_no_control_characters():
    for one, two in pairs():
        told = printable(f"{game(one, two)}\n{one}\t{two}")
        assert all(c.isprintable() or c in "\n\t" for c in told)
        assert not set(told) & set("\x1b\x9b\r\u202e")


def test_a_figure_shows_labels_as_they_are_written():
    # the font has no such letter, and says so
    drawn = [(one.replace("核", ""), two.replace("核", "")) for one, two in pairs()]
    for one, two in drawn[:16:2]:
        ax = game(one, two).plot()
        ax.figure.canvas.draw()
        shown = [t.get_text() for t in ax.figure.findobj(Text)]
        assert not any(re.search(r"(?<!\\)\$", text) for text in shown)
        plt.close("all")


@pytest.mark.parametrize("name", ["_x", "$\\frac{", "[1]", "a_$^"])
def test_a_tournament_and_a_legend_name_everybody(name):
    strategies = {name: ag.grim, "mirror": ag.mirror}
    found = ag.populations.tournament(strategies, ag.RepeatedGame(game("a", "b")), periods=3)
    for draw in (ag.plot.tournament, ag.plot.match_payoffs):
        ax = draw(found)
        ax.figure.canvas.draw()
        shown = [t.get_text().replace("\\$", "$").strip() for t in ax.figure.findobj(Text)]
        assert any(name in text for text in shown)
        plt.close("all")
    ax = game(name, "b").plot()
    legend = [t.get_text().replace("\\$", "$").strip() for t in ax.get_legend().get_texts()]
    assert any(text.startswith(name) for text in legend)
    plt.close("all")


def test_a_formula_of_the_caller_stays_one():
    _, ax = plt.subplots()
    ax.set_title(r"$\delta$")
    ag.plot.best_replies(game("a $", "b $"), ax=ax)
    ax.figure.canvas.draw()
    assert ax.get_title() == r"$\delta$"
    plt.close("all")
    assert as_written(r"\$ twice \$") == r"\$ twice \$"
    assert np.all([as_written(as_written(label)) == as_written(label) for label in hostile(60)])
