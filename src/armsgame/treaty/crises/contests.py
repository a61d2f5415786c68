"""A reputation against several challengers, and an inspection with a private gain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._shown import Value
from armsgame._typing import ArrayLike
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome
from armsgame.treaty.closed_forms import reputation
from armsgame.treaty.crises.bargaining import midpoints
from armsgame.treaty.domain import elementwise, number, plain, probability, together, whole

__all__ = [
    "InspectionCutOff",
    "chain_store",
    "chain_store_profile",
    "inspection",
    "inspection_cut_off",
    "inspection_profile",
]

_STAGES = 5


def chain_store(indifference: float, stages: int, prior: float, *, deterrence_gain: float = 2.0) -> ExtensiveGame:
    """Defender who may be strong, against one challenger after another.

    Parameters
    ----------
    indifference : float, 0 < b < 1
        A challenger earns b where it is given way to, b - 1 where it is fought, 0 if it stays out.
    stages : int, 1 to 5
    prior : float
        P(the defender is strong). The strong type earns 0 by fighting and -1 by giving way; the weak one
        -1 and 0; both earn `deterrence_gain` from a challenger that stays out.
    deterrence_gain : float, above 1

    Returns
    -------
    ExtensiveGame
        Players "defender" and "challenger 1", "challenger 2", ..

    Examples
    --------
    >>> import armsgame as ag
    >>> game = chain_store(0.5, 3, 0.1)
    >>> found = ag.verify_assessment(game, chain_store_profile(0.5, 3, 0.1),
    ...                              chain_store_profile(0.5, 3, 0.1, beliefs=True))
    >>> found.certificate.kind, round(found.at("weak, challenged in I", "defender")["fight"], 6)
    ('sequential', 0.333333)

    References
    ----------
    D. M. Kreps and R. Wilson (1982), Journal of Economic Theory 27, 253-279.
    """
    b = float(number("indifference", indifference, 0, 1, open_low=True, open_high=True))
    count = int(number("stages", whole("stages", stages, 1), 1, _STAGES))
    p, a = float(probability("prior", prior)), float(number("deterrence_gain", deterrence_gain, 1, open_low=True))

    def play(kind: str, k: int, past: str, defender: float, earned: tuple[float, ...]) -> Any:
        if k == count:
            return Outcome(past, (defender, *earned))
        ends = {"fight": (0.0 if kind == "strong" else -1.0, b - 1), "give way": (-1.0 if kind == "strong" else 0.0, b)}
        met = {
            move: play(kind, k + 1, f"{past}{move[0]}", defender + own, (*earned, other))
            for move, (own, other) in ends.items()
        }
        fight = Move("defender", f"{kind}, challenged in {_name(past)}", met)
        out = play(kind, k + 1, f"{past}o", defender + a, (*earned, 0.0))
        return Move(f"challenger {k + 1}", _name(past), {"challenge": fight, "stay out": out})

    players = ["defender", *(f"challenger {k + 1}" for k in range(count))]
    draws = {kind: (w, play(kind, 0, "", 0.0, ())) for kind, w in (("strong", p), ("weak", 1 - p))}
    return ExtensiveGame(players, Chance(draws), title="chain store")


def chain_store_profile(
    indifference: float, stages: int, prior: float, *, deterrence_gain: float = 2.0, beliefs: bool = False
) -> Mapping[tuple[str, str], Any]:
    """Equilibrium of Kreps and Wilson on the tree of `chain_store`, or its beliefs.

    The reputation after a history moves by Bayes' rule on the play of
    `treaty.reputation.chain_store`; a defender who once gave way is weak. Where the reputation stands
    exactly at b**n, a challenger stays out with probability 1/deterrence_gain, which keeps the weak type
    indifferent.

    Returns
    -------
    mapping from (player, information set) to action probabilities, or to beliefs [strong, weak]
    """
    out: dict[tuple[str, str], Any] = {}

    def walk(k: int, past: str, p: float) -> None:
        if k == stages:
            return
        left = stages - k
        entry = indifference**left
        close = abs(p - entry) <= 1e-9
        stay = 1 / deterrence_gain if close and k > 0 else float(p >= entry - 1e-9)
        found = reputation.chain_store(indifference, left, p)
        at = _name(past)
        if beliefs:
            out[f"challenger {k + 1}", at] = [p, 1 - p]
        else:
            out[f"challenger {k + 1}", at] = {"challenge": 1 - stay, "stay out": stay}
            mimic = 0.0 if left == 1 else found.mimic
            out["defender", f"weak, challenged in {at}"] = {"fight": mimic, "give way": 1 - mimic}
            out["defender", f"strong, challenged in {at}"] = "fight"
        walk(k + 1, past + "f", p if left == 1 else found.posterior)
        walk(k + 1, past + "g", 0.0)
        walk(k + 1, past + "o", p)

    walk(0, "", float(prior))
    return out


def _name(past: str) -> str:
    """Name of a history: what the defender did so far, and how many were deterred."""
    words = {"f": "fight", "g": "gave way", "o": "out"}
    return "I" if not past else "after " + ", ".join(words[x] for x in past)


@dataclass(frozen=True, slots=True)
class InspectionCutOff(Value):
    """Inspection against an inspectee whose gain from a violation is private and uniform.

    Attributes
    ----------
    inspect : P(inspection)
    cut_off : gain above which an inspectee violates
    violate : P(violation)
    """

    inspect: Any
    cut_off: Any
    violate: Any


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
    with elementwise():
        top, ell, c, harm, d = together(top, ell, c, harm, d)
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
    >>> found = ag.verify_assessment(inspection(*where), inspection_profile(*where), tolerance=0.1)
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
    found = inspection_cut_off(gain_max, penalty, cost, damage, detection)
    out: dict[tuple[str, str], Mapping[str, float]] = {
        (players[0], "the inspection"): {"inspect": found.inspect, "wait": 1 - found.inspect}
    }
    below = np.clip(found.cut_off / gain_max * types - np.arange(types), 0.0, 1.0)
    for k, share in enumerate(below.tolist()):
        out[players[1], f"gain {k}"] = {"comply": share, "violate": 1 - share}
    return out
