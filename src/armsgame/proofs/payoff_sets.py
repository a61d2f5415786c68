"""Proofs about sets of equilibrium payoffs, from what `payoff_set` returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np

from armsgame._typing import FloatArray, Real
from armsgame.errors import InvalidGame
from armsgame.games.stochastic import StochasticGame
from armsgame.geometry.directions import directions_of, merged
from armsgame.geometry.hulls import distance, hull, normals
from armsgame.proofs.inner_sets import inner_proof
from armsgame.proofs.outer_sets import outer_proof
from armsgame.proofs.rational import Cube, Over, Table
from armsgame.proofs.write import Proof, ProofFile, Unproved
from armsgame.results.payoff_set import PayoffSet

__all__ = ["faces_of", "payoff_set_proof", "way_to"]

# directions of a state beside the axes, and those asked where a set has no face of its own
_MOST, _FEW = 96, 16
# how far (of the range of payoffs) proved levels may lie outside a bound that is called proved
_NEAR = 1e-3


def payoff_set_proof(
    result: PayoffSet | Mapping[str, PayoffSet],
    *,
    inner: bool = False,
    outside: Sequence[Real] | FloatArray | None = None,
    state: str | None = None,
) -> Proof:
    """Prove what bounds a set of equilibrium payoffs from outside, or from inside, or that a payoff is outside.

    Parameters
    ----------
    result : PayoffSet, or dict from state label to PayoffSet
        As `payoff_set` returns it.
    inner : bool
        Prove that the extreme points of the inner set are nearly reached.
    outside : array_like [P], optional
        A payoff of which to prove that no pure equilibrium has it.
    state : str, optional
        Where play starts in a game of several states; by default where the game does.
    """
    sets = dict(result) if isinstance(result, Mapping) else {"": result}
    one = next(iter(sets.values()))
    game = one.game
    if game is None:
        raise Unproved("the set does not know its game; compute it with payoff_set")
    if isinstance(game, StochasticGame):
        game, sets = _with_states(game, sets, state)
    elif state is not None:
        raise InvalidGame(f"state is {state!r}; allowed: none, because a repeated game has one state.")
    if "mixed Markov" in one.concept:
        raise Unproved("the format has pure actions only, and these sets allow play that turns into mixed Markov play")
    if inner and outside is not None:
        raise InvalidGame("outside goes with the outer set; allowed: inner=True or outside=payoff, not both.")
    ordered = list(sets.values())
    if inner:
        return inner_proof(game, one.discount, [np.asarray(own.inner, dtype=float) for own in ordered])
    faces = [faces_of(own) for own in ordered]
    if outside is not None:
        point = one.point(outside)
        start = ordered[int(game.dynamics().start)]
        if len(start.outer):
            faces = [merged(own, way_to(start.outer, point)) for own in faces]
    proof = outer_proof(game, one.discount, faces, outside)
    if proof.file is not None and not len(ordered[0].outer) and proof.file["claim"]["concludes"] == "set":
        raise Unproved("that no pure equilibrium exists was not proved, only levels that none exceeds")
    if proof.file is not None and proof.file["claim"]["concludes"] == "set":
        _near(proof.file, ordered)
    return proof


def _with_states(
    game: StochasticGame, sets: Mapping[str, PayoffSet], state: str | None
) -> tuple[StochasticGame, dict[str, PayoffSet]]:
    """Return the game with its start, and the sets of its states in order."""
    if set(sets) != set(game.states):
        raise Unproved("a proof is about the sets of all states together; give the dict that payoff_set returns")
    if state is not None and state not in game.states:
        raise InvalidGame(f"state is {state!r}; allowed: {', '.join(game.states)}.")
    return (game if state is None else game.starting(state)), {s: sets[s] for s in game.states}


def faces_of(one: PayoffSet) -> FloatArray:
    """Return unit normals of the outer set in payoffs of the game; of a circle where it has none."""
    players = len(one.players)
    points = np.asarray(one.outer, dtype=float)
    if not len(points):
        return directions_of(_FEW, players)
    own = normals(hull(points / one.units)) / one.units
    own = own / np.linalg.norm(own, axis=1)[:, None]
    if len(own) > _MOST:
        own = own[np.unique(np.linspace(0, len(own) - 1, _MOST).astype(int))]
    return own if len(points) > players else merged(own, directions_of(_FEW, players))


def way_to(points: FloatArray, point: FloatArray) -> FloatArray:
    """Direction from the nearest payoff of a set to a point beyond it; no rows where it is not beyond."""
    from armsgame.geometry.hulls import nearest

    if distance(point[None], points)[0] == 0:
        return np.zeros((0, len(point)))
    foot, _ = nearest(point[None], points)
    way = point - foot[0]
    length = float(np.linalg.norm(way))
    return np.zeros((0, len(point))) if length == 0 else (way / length)[None]


def _near(file: ProofFile, sets: list[PayoffSet]) -> None:
    """Say how far what is proved lies outside the sets; refuse to call them proved where that is much.

    Raises
    ------
    Unproved
        The levels that were proved are looser than the sets by more than a small share of the range of payoffs.
    """
    dirs = cast("Over[Cube]", file["witness"]["directions"])
    claimed = cast("Over[Table]", file["claim"]["levels"])
    over = 0.0
    for one, hs, levels in zip(sets, dirs["num"], claimed["num"], strict=True):
        if len(one.outer):
            h = np.array(hs, float) / dirs["den"]
            excess = np.array([c / claimed["den"] for c in levels]) - (one.outer @ h.T).max(axis=0)
            over = max(over, float((excess / (np.abs(h) @ one.units)).max()))
    if over > _NEAR:
        raise Unproved(f"the levels that were proved lie outside the set by {over:.2g} of the range of payoffs")
    file["made_by"].append(f"levels lie outside the set that was computed by at most {max(over, 0):.2g} of the range")
