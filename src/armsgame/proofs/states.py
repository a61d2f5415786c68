"""Proofs about zero-sum games in time: what both players guarantee in every state."""

from __future__ import annotations

from fractions import Fraction

from armsgame._checks import as_fraction, as_law
from armsgame._typing import FloatArray, Real
from armsgame.games.coercion import PublicGame
from armsgame.games.dynamics import lower
from armsgame.proofs.rational import exact_bounds, outwards, over_one
from armsgame.proofs.write import Proof, Unproved, checked, dynamic_data, file_of
from armsgame.results.markov_profile import MarkovProfile

__all__ = ["zero_sum_proof"]

_BITS = 60


def zero_sum_proof(game: PublicGame, profile: MarkovProfile, values: FloatArray, discount: Real) -> Proof:
    """Prove bounds of the value in every state of a two-player game whose payoffs sum to a constant.

    The file has the second player's payoffs less that constant. Bounds start from the values in floats and give way by
    what the rounded policies miss, which is at most that divided by 1 - discount.
    """
    play, delta = lower(game, profile, exact=True), as_fraction(discount)
    data, _, distance = dynamic_data(game, play.dynamics, delta)
    den, pay = data["payoffs"]["den"], data["payoffs"]["num"]
    constants = {u + v for one, two in pay for u, v in zip(one, two, strict=True)}
    if len(constants) != 1:
        raise Unproved("in rational numbers the payoffs do not sum to a constant")
    pay = [[one, [-u for u in one]] for one, _ in pay]
    data["payoffs"] = {"den": den, "num": pay}
    mixes: list[list[list[Fraction]]] = [[as_law(own[0]).tolist() for own in play.laws[i]] for i in range(2)]
    start = [as_fraction(v) for v in values]
    bounds = []
    for i, sign in ((1, 1), (0, -1)):
        # deviations of player i: the other one's mixture guarantees what is left
        missed = Fraction(0)
        for s, law in enumerate(data["laws"]):
            rows, columns = (len(own) for own in data["actions"][s])
            worth = [
                (1 - delta) * Fraction(u, den) + delta * sum(Fraction(n, law["den"]) * start[t] for t, _, n in row)
                for u, row in zip(pay[s][0], law["num"], strict=True)
            ]
            if i == 1:
                means = [sum(p * worth[a * columns + b] for a, p in enumerate(mixes[0][s])) for b in range(columns)]
            else:
                means = [sum(p * worth[a * columns + b] for b, p in enumerate(mixes[1][s])) for a in range(rows)]
            missed = max([missed, *(sign * (start[s] - v) for v in means)])
        bounds.append([v - sign * missed / (1 - delta) for v in start])
    if bounds[0] == bounds[1] and all(v.denominator <= 2**_BITS for v in bounds[0]):
        box = exact_bounds(bounds[:1])
    else:
        box = outwards(bounds[:1], bounds[1:], delta, _BITS)
    claim: dict[str, object] = {
        "kind": "zero_sum",
        "values": {"den": box["den"], "lower": box["lower"][0], "upper": box["upper"][0]},
    }
    return checked(file_of(claim, data, [over_one(own) for own in mixes], {}, distance))
