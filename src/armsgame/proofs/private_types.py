"""Proofs about private types: a profile by type that is a perfect Bayesian equilibrium."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from armsgame._checks import as_fraction, as_law
from armsgame.arithmetic.roots import Root
from armsgame.checkers.bayesian import certify_nodes
from armsgame.checkers.odds import odds_of
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.nodes import TypeNodes, nodes_of
from armsgame.proofs.rational import GameData, Table, exact_bounds, outcomes_of, over_one
from armsgame.proofs.write import Proof, Unproved, checked, distance_of, dynamic_data, file_of
from armsgame.results.bayesian import BayesianCertificate

__all__ = ["bayesian_proof"]

# types of one party for which the format allows polytopes of beliefs
_MOST_TYPES = 4


def bayesian_proof(certificate: BayesianCertificate) -> Proof:
    """Prove that a profile by type is a perfect Bayesian equilibrium.

    The nodes, the values by pair of types and the odds that histories produce are built again in rational numbers.
    Where floats cannot tell a gain from zero and the rational game has one, it is the epsilon of the proof, rounded up.

    Parameters
    ----------
    certificate : BayesianCertificate
        What `verify` returned for a profile by type, or the evidence of an equilibrium of `bayesian_equilibria`.
    """
    if not certificate.ok:
        raise Unproved("the profile is not certified, and the format only proves that a profile by type is perfect")
    if isinstance(certificate.discount, Root):
        raise Unproved("the discount factor is irrational")
    game, delta = certificate.game, as_fraction(certificate.discount)
    most = max(map(len, game.types))
    if most > _MOST_TYPES:
        raise Unproved(f"a party has {most} types, and the format has at most {_MOST_TYPES}")
    nodes = nodes_of(game, _strategies(certificate), exact=True, most=certificate.pairs)
    gain = Fraction(certify_nodes(nodes, delta).max_gain)
    if gain > as_fraction(certificate.tolerance):
        raise Unproved(f"in rational numbers a deviation gains {float(gain):.3g}")
    epsilon = Fraction(ceil(gain * 10**18), 10**18) if gain > 0 else Fraction(0)
    if certificate.kind == "epsilon" and gain > 0:
        epsilon = max(epsilon, as_fraction(certificate.tolerance))
    data, typed, distance = _game(game, nodes, delta)
    values = [[exact_bounds(own.tolist()) for own in row] for row in nodes.values(delta)]
    claim: dict[str, object] = {"kind": "bayesian", "epsilon": over_one(epsilon), "values": values}
    witness: dict[str, object] = {"odds": [_odds(nodes, i) for i in (0, 1)]}
    return checked(file_of(claim, typed, {"plan": _plan(nodes, data), "weights": 1}, witness, distance))


def _strategies(certificate: BayesianCertificate) -> dict[str, dict[str, object]]:
    """Strategies that were checked, but for those of committed types, which the game has."""
    game, found = certificate.game, certificate._nodes.lowered.automata
    return {
        party: {k: rule for k, rule in zip(kinds, own, strict=True) if (party, k) not in game.commitments}
        for party, kinds, own in zip(game.players, game.types, found, strict=True)
    }


def _game(game: BayesianGame, nodes: TypeNodes, delta: Fraction) -> tuple[GameData, dict[str, object], Fraction]:
    """Game as data, with its types too, and its distance from the floats."""
    low = nodes.lowered
    if game.interdependent:
        raise Unproved("the format has payoffs by a party's own type only, and here they depend on the other's")
    data, _, distance = dynamic_data(game.game, low.dynamics, delta)
    rows = [low.dynamics.rows(s) for s in range(len(low.dynamics.states))]
    payoffs = [[list(own[r.start : r.stop]) for kinds in low.payoffs for own in kinds] for r in rows]
    priors: list[list[Fraction]] = [as_law(law).tolist() for law in game.prior]
    pairs = [*zip(priors, game.prior, strict=True), *zip(low.payoffs, game.payoffs, strict=True)]
    typed: dict[str, object] = {
        **data,
        "payoffs": over_one(payoffs),
        "types": [list(own) for own in game.types],
        "prior": [over_one(own) for own in priors],
        "committed": [
            [k for k, kind in enumerate(own) if (party, kind) in game.commitments]
            for party, own in zip(game.players, game.types, strict=True)
        ],
    }
    return data, typed, max([distance, *(distance_of(exact, floats) for exact, floats in pairs)])


def _plan(nodes: TypeNodes, data: GameData) -> list[dict[str, object]]:
    """Nodes of the profile: what every type plays there, and the next node after every outcome."""
    found: dict[int, dict[str, object]] = {}
    for s in range(len(nodes.lowered.dynamics.states)):
        here = nodes.here(s)
        outcomes = outcomes_of(data["laws"][s])
        laws = [nodes.law(i, k, s) for i in (0, 1) for k in range(len(nodes.lowered.automata[i]))]
        for row, x in enumerate(here.nodes.tolist()):
            actions = [over_one([Fraction(p) for p in law[row]]) for law in laws]
            ahead = [[[int(here.ahead[row, y]), 1]] for _, y in outcomes]
            found[x] = {"state": s, "actions": actions, "next": ahead}
    return [found[x] for x in range(len(nodes))]


def _odds(nodes: TypeNodes, observer: int) -> list[list[Table]]:
    """Bounds ``[c, d]`` on the odds of each type against each other at each node, as ``b_k d <= c b_m``."""
    odds = odds_of(nodes, observer)
    left, kinds = odds.left, range(odds.left.shape[1])

    def bound(x: int, k: int, m: int) -> list[int]:
        if k == m:
            return [1, 1]
        if not left[x, k]:
            return [0, 1]
        if not left[x, m] or odds.infinite[x, k, m]:
            return [1, 0]
        ratio = Fraction(odds.value[x, k, m])
        return [ratio.numerator, ratio.denominator]

    return [[[bound(x, k, m) for m in kinds] for k in kinds] for x in range(len(nodes))]
