"""Proofs about trees: sequential equilibria with the trembles that give their beliefs."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import lcm

import numpy as np

from armsgame._checks import as_law
from armsgame.checkers.consistent_beliefs import consistent_trembles
from armsgame.proofs.rational import over_one
from armsgame.proofs.write import Proof, Unproved, Witness, file_of, least_epsilon, tree_data
from armsgame.results.assessment import Assessment

__all__ = ["sequential_proof"]


def sequential_proof(assessment: Assessment) -> Proof:
    """Prove that an assessment is a sequential equilibrium.

    Orders of trembles are whole numbers, weights simple fractions near those that were found in floats; the epsilon
    of the proof is what the beliefs from these weights need.
    """
    game = assessment.game
    data, distance = tree_data(game)
    flat = np.concatenate([np.asarray(own, dtype=float) for own in assessment.profile])
    trembles = consistent_trembles(game, flat, assessment.beliefs)
    if trembles is None:
        raise Unproved("the beliefs are no limit of trembles, so the assessment is not sequential")
    orders, sizes = trembles
    steps = [Fraction(float(k)).limit_denominator(1000) for k in orders]
    scale = lcm(*(k.denominator for k in steps))
    whole = [int(k * scale) for k in steps]
    laws: list[list[Fraction]] = [as_law(own).tolist() for own in assessment.profile]
    exact = [p for law in laws for p in law]
    weights = [
        p or Fraction(float(w)).limit_denominator(10**6) or Fraction(float(w))
        for p, w in zip(exact, sizes, strict=True)
    ]
    ends = [0, *np.cumsum([len(law) for law in laws]).tolist()]
    parts = list(pairwise(ends))
    chances = [one["law"] for one in data["sets"] if "law" in one]
    witness: Witness = {
        "orders": [whole[a:b] for a, b in parts] + [[0] * len(law["num"]) for law in chances],
        "weights": [over_one(weights[a:b]) for a, b in parts] + chances,
    }
    file = file_of({"kind": "sequential"}, data, [over_one(law) for law in laws] + chances, witness, distance)
    return least_epsilon(file, float(np.ptp(game.payoffs)))
