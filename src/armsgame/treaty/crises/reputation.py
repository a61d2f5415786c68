"""A reputation against several challengers, as a tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from armsgame._checks import check_whole, number, probability, whole
from armsgame._cost import require
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome
from armsgame.treaty.closed_forms import reputation

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
    >>> found = ag.trees.verify_assessment(game, chain_store_profile(0.5, 3, 0.1),
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

    def play(kind: str, k: int, past: str, defender: float, earned: tuple[float, ...]) -> Move | Outcome:
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
    # three ways on from each challenger
    require("tree", nodes=3 ** min(check_whole("stages", stages), 100))
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
        walk(k + 1, past + "f", p if left == 1 else float(found.posterior))
        walk(k + 1, past + "g", 0.0)
        walk(k + 1, past + "o", p)

    walk(0, "", float(prior))
    return out


def _name(past: str) -> str:
    """Name of a history: what the defender did so far, and how many were deterred."""
    words = {"f": "fight", "g": "gave way", "o": "out"}
    return "I" if not past else "after " + ", ".join(words[x] for x in past)
