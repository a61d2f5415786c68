"""An inspection of a party whose gain from a violation is private, as a tree and as cut-offs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from armsgame._checks import check_whole, number, probability
from armsgame._cost import require
from armsgame._shown import Value
from armsgame._typing import ArrayLike, Number
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome
from armsgame.treaty.crises.ultimatum_tree import midpoints
from armsgame.treaty.elementwise import elementwise, plain


@dataclass(frozen=True, slots=True)
class InspectionCutOff(Value):
    """Inspection against an inspectee whose gain from a violation is private and uniform.

    Attributes
    ----------
    inspect : P(inspection)
    cut_off : gain above which an inspectee violates
    violate : P(violation)
    """

    inspect: Number
    cut_off: Number
    violate: Number


def inspection_cut_off(
    gain_max: ArrayLike, penalty: ArrayLike, cost: ArrayLike, damage: ArrayLike, detection: ArrayLike
) -> InspectionCutOff:
    """Cut-off equilibrium of an inspection with private information.

    Parameters
    ----------
    gain_max : float or array, above 0
        The inspectee's gain from an undetected violation is private and uniform between 0 and this.
    penalty : float or array, above 0
    cost, damage : float or array
        The inspector's cost, and its damage from an undetected violation.
    detection : float or array

    Returns
    -------
    InspectionCutOff

    Notes
    -----
    A gain g pays iff (1 - pd) g > p d L. Inspecting pays iff d D P(violation) > c. Inside, P(violation) =
    c/(dD) and p = g*/[d (g* + L)] at the cut-off g* = G [1 - c/(dD)]; where that p exceeds 1
    the inspector always inspects, where c >= dD never (derived here; gains as in the complete
    information of `inspection.one_shot`).

    Examples
    --------
    >>> found = inspection_cut_off(2.0, 3.0, 0.2, 2.0, 0.8)
    >>> round(found.inspect, 4), round(found.cut_off, 4), round(found.violate, 4)
    (0.4605, 1.75, 0.125)
    """
    top, ell = number("gain_max", gain_max, 0, open_low=True), number("penalty", penalty, 0, open_low=True)
    c, harm, d = number("cost", cost, 0), number("damage", damage, 0), probability("detection", detection)
    with elementwise(top, ell, c, harm, d) as (top, ell, c, harm, d):
        never = c >= d * harm
        share = np.where(never, 1.0, c / (d * harm))
        cut = top * (1 - share)
        rate = np.where(never, 0.0, cut / (d * (cut + ell)))
        always = rate > 1
        cut = np.where(always, np.minimum(top, d * ell / np.where(d < 1, 1 - d, 1.0)), cut)
        rate = np.minimum(rate, 1.0)
        return InspectionCutOff(plain(rate), plain(cut), plain(1 - cut / top))


def inspection(
    gain_max: float,
    penalty: float,
    cost: float,
    damage: float,
    detection: float,
    *,
    types: int = 10,
    players: tuple[str, str] = ("inspector", "inspectee"),
) -> ExtensiveGame:
    """Inspection whose inspectee alone knows its gain, as a tree with `types` equally likely gains.

    Parameters
    ----------
    gain_max, penalty, cost, damage, detection : float
        As `inspection_cut_off`.
    types : int
    players : two labels

    Returns
    -------
    ExtensiveGame

    Examples
    --------
    >>> import armsgame as ag
    >>> where = (2.0, 3.0, 0.2, 2.0, 0.8)
    >>> found = ag.trees.verify_assessment(inspection(*where), inspection_profile(*where), tolerance=0.1)
    >>> found.certificate.kind
    'epsilon-sequential'
    """
    ell, c = float(number("penalty", penalty, 0)), float(number("cost", cost, 0))
    harm, d = float(number("damage", damage, 0)), float(probability("detection", detection))
    gains = midpoints(0, float(number("gain_max", gain_max, 0, open_low=True)), types)
    one, two = players

    def play(k: int, paid: float, caught: float) -> Move:
        bad = Outcome("violation", (-paid - (1 - caught) * harm, (1 - caught) * gains[k] - caught * ell))
        return Move(two, f"gain {k}", {"comply": Outcome("compliance", (-paid, 0.0)), "violate": bad})

    def drawn(k: int) -> Move:
        return Move(one, "the inspection", {"inspect": play(k, c, d), "wait": play(k, 0.0, 0.0)})

    draws = {f"gain {k}": (1 / len(gains), drawn(k)) for k in range(len(gains))}
    return ExtensiveGame(players, Chance(draws), title="inspection with a private gain")


def inspection_profile(
    gain_max: float,
    penalty: float,
    cost: float,
    damage: float,
    detection: float,
    *,
    types: int = 10,
    players: tuple[str, str] = ("inspector", "inspectee"),
) -> Mapping[tuple[str, str], Mapping[str, float]]:
    """Cut-off equilibrium of the continuous game, played by the cells of `inspection`.

    Returns
    -------
    mapping from (player, information set) to action probabilities
    """
    require("tree", nodes=check_whole("types", types))
    found = inspection_cut_off(gain_max, penalty, cost, damage, detection)
    inspect = float(found.inspect)
    out: dict[tuple[str, str], Mapping[str, float]] = {
        (players[0], "the inspection"): {"inspect": inspect, "wait": 1 - inspect}
    }
    below = np.clip(found.cut_off / gain_max * types - np.arange(types), 0.0, 1.0)
    for k, share in enumerate(below.tolist()):
        out[players[1], f"gain {k}"] = {"comply": share, "violate": 1 - share}
    return out
