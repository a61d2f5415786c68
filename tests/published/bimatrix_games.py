"""Bimatrix games with known extreme equilibria, exact.

Payoffs from the sources named; the equilibria were found elsewhere by rational vertex enumeration
(Gambit) or are stated by the source. Strings are rows of fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

import armsgame as ag


@dataclass(frozen=True)
class Game:
    name: str
    source: str
    row: str
    column: str
    equilibria: tuple[str, ...]

    @property
    def stage(self) -> ag.StageGame:
        return ag.StageGame.from_bimatrix(matrix(self.row), matrix(self.column))

    @property
    def known(self) -> set[tuple[tuple[Fraction, ...], ...]]:
        return {tuple(tuple(map(Fraction, own.split())) for own in one.split("|")) for one in self.equilibria}


def matrix(text: str) -> np.ndarray:
    return np.array([[float(Fraction(v)) for v in row.split()] for row in text.split(";")])


GAMES = (
    Game(
        "stag_hunt",
        "textbook",
        "4 1; 3 2",
        "4 3; 1 2",
        (
            "1 0 | 1 0",
            "1/2 1/2 | 1/2 1/2",
            "0 1 | 0 1",
        ),
    ),
    Game(
        "chicken",
        "textbook (brinkmanship)",
        "0 -1; 1 -10",
        "0 1; -1 -10",
        (
            "1 0 | 0 1",
            "9/10 1/10 | 9/10 1/10",
            "0 1 | 1 0",
        ),
    ),
    Game(
        "matching_pennies",
        "textbook",
        "1 -1; -1 1",
        "-1 1; 1 -1",
        ("1/2 1/2 | 1/2 1/2",),
    ),
    Game(
        "zero2x2",
        "Gambit contrib/games/zero.nfg",
        "0 0; 0 0",
        "0 0; 0 0",
        (
            "1 0 | 1 0",
            "1 0 | 0 1",
            "0 1 | 1 0",
            "0 1 | 0 1",
        ),
    ),
    Game(
        "deg1",
        "Gambit contrib/games/deg1.nfg",
        "1 3 2; 2 2 2; 3 1 2",
        "1 2 3; 3 2 1; 2 2 2",
        (
            "1 0 0 | 0 0 1",
            "1/2 1/2 0 | 1/2 1/2 0",
            "1/2 1/2 0 | 0 0 1",
            "0 0 1 | 1 0 0",
            "0 0 1 | 1/2 1/2 0",
            "0 0 1 | 0 0 1",
        ),
    ),
    Game(
        "coord4",
        "Gambit contrib/games/coord4.nfg",
        "3 0 0 0; 0 2 0 0; 0 0 1 0; 0 0 0 4",
        "2 0 0 0; 0 2 0 0; 0 0 4 0; 0 0 0 7",
        (
            "1 0 0 0 | 1 0 0 0",
            "1/2 1/2 0 0 | 2/5 3/5 0 0",
            "2/5 2/5 1/5 0 | 2/11 3/11 6/11 0",
            "14/39 14/39 7/39 4/39 | 4/25 6/25 12/25 3/25",
            "7/16 7/16 0 1/8 | 4/13 6/13 0 3/13",
            "2/3 0 1/3 0 | 1/4 0 3/4 0",
            "14/25 0 7/25 4/25 | 4/19 0 12/19 3/19",
            "7/9 0 0 2/9 | 4/7 0 0 3/7",
            "0 1 0 0 | 0 1 0 0",
            "0 2/3 1/3 0 | 0 1/3 2/3 0",
            "0 14/25 7/25 4/25 | 0 2/7 4/7 1/7",
            "0 7/9 0 2/9 | 0 2/3 0 1/3",
            "0 0 1 0 | 0 0 1 0",
            "0 0 7/11 4/11 | 0 0 4/5 1/5",
            "0 0 0 1 | 0 0 0 1",
        ),
    ),
    Game(
        "shapley_fig2",
        "Gambit catalog/journals/other/shapley1974/fig2.nfg",
        "2 2 0; 0 3 0; 3 0 1",
        "3 0 2; 0 3 2; 0 0 1",
        (
            "0 1 0 | 0 1 0",
            "0 1/2 1/2 | 0 1/4 3/4",
            "0 0 1 | 0 0 1",
        ),
    ),
    Game(
        "todd1",
        "Gambit contrib/games/todd1.nfg",
        "8 -4 8; 6 3 6; 12 0 0; 0 0 12; 0 4 0",
        "4 0 0; 0 0 4; 0 4 0; 0 4 0; 0 1 0",
        (
            "1/3 1/3 1/3 0 0 | 4/9 2/9 1/3",
            "1/3 1/3 0 1/3 0 | 1/3 2/9 4/9",
            "0 1/2 0 1/2 0 | 0 2/3 1/3",
            "0 0 0 0 1 | 0 1 0",
            "0 1/5 0 0 4/5 | 0 6/7 1/7",
        ),
    ),
    Game(
        "yamamoto1993",
        "Gambit contrib/games/yamamoto.nfg",
        "1 0 -9; 0 0 -7; -9 -7 -7",
        "1 0 -9; 0 0 -7; -9 -6 -7",
        (
            "1 0 0 | 1 0 0",
            "0 1 0 | 0 1 0",
        ),
    ),
    Game(
        "perfect2",
        "Gambit contrib/games/perfect2.nfg",
        "4 0 0; 2 3 2; 0 0 4",
        "0 0 4; 1 3 1; 4 0 0",
        (
            "0 1 0 | 0 1 0",
            "1/2 0 1/2 | 1/2 0 1/2",
            "1/4 1/2 1/4 | 1/2 0 1/2",
        ),
    ),
    Game(
        "oneill1987",
        "Gambit contrib/games/oneill.nfg",
        "1 -1 -1 -1; -1 -1 1 1; -1 1 -1 1; -1 1 1 -1",
        "-1 1 1 1; 1 1 -1 -1; 1 -1 1 -1; 1 -1 -1 1",
        ("2/5 1/5 1/5 1/5 | 2/5 1/5 1/5 1/5",),
    ),
    Game(
        "vandamme_burn",
        "Gambit contrib/games/vd.nfg",
        "2 2 -1 -1; -1 -1 0 0; 3 0 3 0; 0 1 0 1",
        "1 1 0 0; 0 0 3 3; 1 0 1 0; 0 3 0 3",
        (
            "1 0 0 0 | 2/3 1/3 0 0",
            "1 0 0 0 | 0 1 0 0",
            "0 0 1 0 | 1 0 0 0",
            "0 0 1 0 | 0 0 1 0",
            "0 0 3/4 1/4 | 1/4 1/3 0 5/12",
            "0 0 3/4 1/4 | 1/4 0 0 3/4",
            "0 0 3/4 1/4 | 0 7/12 1/4 1/6",
            "0 0 3/4 1/4 | 0 0 1/4 3/4",
            "0 0 0 1 | 0 2/3 0 1/3",
            "0 0 0 1 | 0 0 0 1",
        ),
    ),
    Game(
        "unique_mixed_2x2",
        "Gambit contrib/games/2x2a.nfg",
        "9 0; 0 1",
        "0 1; 1 0",
        ("1/2 1/2 | 1/10 9/10",),
    ),
    Game(
        "nashpy82",
        "nashpy issue 82",
        "0 0 -6 0 0; 0 0 -3 -2 -1; -4 -3 0 0 -1",
        "-3 0 -2 -1 0; 0 -2 0 0 -4; -4 0 -2 -4 -4",
        (
            "1 0 0 | 0 1 0 0 0",
            "1 0 0 | 0 0 0 0 1",
            "2/3 1/3 0 | 0 1 0 0 0",
            "1/3 1/2 1/6 | 0 4/9 2/9 1/3 0",
            "0 1 0 | 1 0 0 0 0",
            "0 1 0 | 3/7 0 4/7 0 0",
            "0 1 0 | 3/8 0 1/4 3/8 0",
            "0 1/2 1/2 | 0 1/2 1/2 0 0",
        ),
    ),
    Game(
        "nashpy222",
        "nashpy issue 222",
        "-3 3; -3 5",
        "2 7; 4 2",
        (
            "0 1 | 1 0",
            "2/7 5/7 | 1 0",
        ),
    ),
    Game(
        "nashpy231",
        "nashpy issue 231",
        "0 -1 -1 -1 1 -1; 1 0 1 -1 -1 -1; 1 -1 0 -1 -1 1; 1 1 1 0 -1 -1; -1 1 1 1 0 -1; 1 1 -1 1 1 0",
        "0 1 1 1 -1 1; -1 0 -1 1 1 1; -1 1 0 1 1 -1; -1 -1 -1 0 1 1; 1 -1 -1 -1 0 1; -1 -1 1 -1 -1 0",
        ("0 0 1/3 0 1/3 1/3 | 0 0 1/3 0 1/3 1/3",),
    ),
    Game(
        "nashpy83",
        "nashpy issue 83",
        "19/2 -39/5; -48/5 3/10; -71/10 -7/5; 59/10 38/5; 9 3/10; 15/2 69/10; -31/10 18/5; -42/5 -37/10",
        "1/5 3/5; 2/5 1/10; 9/10 0; 2/5 1/10; 1/10 1/5; 1/5 1/10; 4/5 1; 1/5 2/5",
        ("0 0 0 0 1/2 1/2 0 0 | 22/27 5/27",),
    ),
    Game(
        "nashpy35",
        "nashpy issue 35",
        "-1 -1 -1; 0 0 0; -1 -1 -10000",
        "-1 -1 -1; 0 0 0; -1 -1 -10000",
        (
            "0 1 0 | 1 0 0",
            "0 1 0 | 0 1 0",
            "0 1 0 | 0 0 1",
        ),
    ),
    Game(
        "one_sided_ties",
        "derived by hand: every profile but one is an equilibrium of pure strategies",
        "0 1; 0 0",
        "0 0; 1 0",
        (
            "1 0 | 1 0",
            "1 0 | 0 1",
            "0 1 | 1 0",
        ),
    ),
    Game(
        "von_stengel_3x2",
        "von Stengel 2007, degenerate example",
        "3 3; 2 5; 0 6",
        "3 3; 2 6; 3 1",
        (
            "1 0 0 | 1 0",
            "1 0 0 | 2/3 1/3",
            "0 1/3 2/3 | 1/3 2/3",
        ),
    ),
)

# von Stengel 1999: 75 equilibria, more than 2**6 - 1
SEVENTY_FIVE = ag.StageGame.from_bimatrix(
    matrix(
        "9504 -660 19976 -20526 1776 -8976;"
        "-111771 31680 -130944 168124 -8514 52764;"
        "397584 -113850 451176 -586476 29216 -178761;"
        "171204 -45936 208626 -263076 14124 -84436;"
        "1303104 -453420 1227336 -1718376 72336 -461736;"
        "737154 -227040 774576 -1039236 48081 -300036"
    ),
    matrix(
        "72336 48081 29216 14124 1776 -8514;"
        "-461736 -300036 -178761 -84436 -8976 52764;"
        "1227336 774576 451176 208626 19976 -130944;"
        "-1718376 -1039236 -586476 -263076 -20526 168124;"
        "1303104 737154 397584 171204 9504 -111771;"
        "-453420 -227040 -113850 -45936 -660 31680"
    ),
)
