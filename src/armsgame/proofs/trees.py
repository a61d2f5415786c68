"""Proofs about trees: sequential equilibria with the trembles that give their beliefs."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import lcm

import numpy as np

from armsgame._checks import as_fraction, as_law
from armsgame.checkers.consistent_beliefs import consistent_trembles
from armsgame.games.extensive import ExtensiveGame
from armsgame.proofs.rational import Over, over_one
from armsgame.proofs.write import Proof, Unproved, distance_of, file_of, least_epsilon
from armsgame.results.assessment import Assessment

__all__ = ["sequential_proof"]


def sequential_proof(assessment: Assessment) -> Proof:
    """Prove that an assessment is a sequential equilibrium.

    Orders of trembles are whole numbers, weights simple fractions near those that were found in floats; the epsilon
    of the proof is what the beliefs from these weights need.
    """
    game = assessment.game
    data, chances, distance = _data(game)
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
    witness: dict[str, object] = {
        "orders": [whole[a:b] for a, b in parts] + [[0] * len(law["num"]) for law in chances],
        "weights": [over_one(weights[a:b]) for a, b in parts] + chances,
    }
    file = file_of({"kind": "sequential"}, data, [over_one(law) for law in laws] + chances, witness, distance)
    return least_epsilon(file, float(np.ptp(game.payoffs)))


def _data(game: ExtensiveGame) -> tuple[dict[str, object], list[Over[list[int]]], Fraction]:
    """Tree as data, the laws of its moves of chance, and its distance from the floats.

    Raises
    ------
    Unproved
        A branch of chance has probability zero, or the tree is a batch.
    """
    if game.batch:
        raise Unproved("a proof is about one game, and this is a batch; index it")
    at = {int(n): k for k, n in enumerate(game.terminals)}
    payoffs = [[as_fraction(v) for v in row] for row in game.payoffs]
    scaled = over_one(payoffs)
    distance = distance_of(payoffs, game.payoffs)
    nodes: list[dict[str, object]] = []
    chances: list[Over[list[int]]] = []
    sets: list[dict[str, object]] = [
        {"player": int(s.player), "label": s.label, "actions": list(s.actions)} for s in game.sets
    ]
    for n, children in enumerate(game.children):
        if n in at:
            nodes.append({"payoffs": scaled["num"][at[n]]})
        elif game.set_of[n] >= 0:
            nodes.append({"set": int(game.set_of[n]), "children": [int(c) for c in children]})
        else:
            weights = [game.chances[c] for c in children]
            law: list[Fraction] = as_law(weights).tolist()
            if not all(law):
                raise Unproved("a branch of chance has probability zero; leave it out of the tree")
            distance = max(distance, distance_of(law, weights))
            nodes.append({"set": len(sets), "children": [int(c) for c in children]})
            chances.append(over_one(law))
            sets.append({"law": chances[-1], "label": f"chance at node {n}", "actions": list(map(str, children))})
    data = {
        "kind": "tree", "players": list(game.players), "sets": sets, "den": scaled["den"], "nodes": nodes,
    }  # fmt: skip
    return data, chances, distance
