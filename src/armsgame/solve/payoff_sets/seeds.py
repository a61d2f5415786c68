"""Where self-generating sets begin: Markov equilibria, plans that they enforce, and sets on a line or a plane."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from math import prod
from typing import Any

import numpy as np

from armsgame._deadline import ask_time
from armsgame._typing import FloatArray
from armsgame.games.stochastic import StochasticGame
from armsgame.geometry.directions import directions_of, merged
from armsgame.geometry.hulls import farthest, flat, hull, normals, support
from armsgame.results.markov import MarkovEquilibrium
from armsgame.solve.payoff_sets.inner_set import Inner, contracted, grown, image_of, proven
from armsgame.solve.payoff_sets.operator import Made, Operator, given
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.solids.closure import patient_closure
from armsgame.solve.payoff_sets.solids.contraction import solid_set

_EXACT = 1e-10
_FLATS, _PLANS = 24, 24
_ON = 1e-11
# actions of all parties in all states: of a block of states that lead back to each other, and of the game
_BLOCK, _GAME = 30, 300
_PROFILES = 20_000
# discount factor from which on `solid_set` contracts the set of two or three parties
_PATIENT = 0.85
# a contraction of a set in the plane and in space, as a share of the gap and per period
PLANE, WIDER = 1.5, 1.2


@dataclass(frozen=True, slots=True)
class MarkovPlay:
    """Markov equilibria that were found.

    Attributes
    ----------
    plans : list of pure ones, one profile (row-major index) per state
    mixed : tuple of MarkovEquilibrium, the others
    points : per state, array [M, P], scaled payoffs of the mixed ones; an empty list where there is none
    sought : bool, whether mixed ones were looked for
    """

    plans: list[list[int]] = field(default_factory=list)
    mixed: tuple[MarkovEquilibrium, ...] = ()
    points: list[FloatArray] = field(default_factory=list)
    sought: bool = False

    def concept(self) -> str:
        """Which equilibria a set holds."""
        public = "perfect public equilibria with public randomisation"
        count = len(self.mixed)
        if count:
            one = "the mixed Markov equilibrium" if count == 1 else f"one of the {count} mixed Markov equilibria"
            return f"{public}, pure in every period or, from some period on, {one} found"
        tail = "no mixed Markov equilibrium was found" if self.sought else "mixed Markov equilibria were not looked for"
        return f"pure {public} ({tail})"


def markov_play(operator: Operator, mixed: bool) -> MarkovPlay:
    """Find Markov equilibria of the game: mixed ones where asked and where the game is small enough.

    Small is a game of up to 300 actions, summed over parties and states, of which up to 30 in any block of states
    that lead back to each other. Those of a repeated game are the pure equilibria of its stage game.
    """
    from armsgame.solve.markov.blocks import components
    from armsgame.solve.markov.markov_perfect import markov_perfect
    from armsgame.solve.markov.methods import BestResponseIteration, MarkovMethod, PureEnumeration

    game = operator.game
    if not isinstance(game, StochasticGame):
        return MarkovPlay([[k] for k in operator.nash()])
    counts = np.array([sum(stage.shape) for stage in game.stages])
    blocks = components(game)
    mixed = mixed and counts.sum() <= _GAME and max(int(counts[b].sum()) for b in blocks) <= _BLOCK
    few: list[MarkovMethod] = [PureEnumeration(limit=_PROFILES)]
    if max(prod(len(game.stages[s].profiles) for s in b) for b in blocks) > _PROFILES:
        few.append(BestResponseIteration())
    solution = markov_perfect(game, discount=operator.discount, method=None if mixed else few, throw=False)
    plans, others = [], []
    for one in solution:
        if one.pure:
            plans.append([_profile(one, s, stage.shape) for s, stage in enumerate(game.stages)])
        elif mixed:
            others.append(one)
    values = np.array([(np.asarray(one.values) - operator.shift) / operator.scale for one in others])
    return MarkovPlay(plans, tuple(others), list(values.swapaxes(0, 1)) if others else [], mixed)


def _profile(one: MarkovEquilibrium, s: int, shape: tuple[int, ...]) -> int:
    played = tuple(int(np.asarray(own)[s, :n].argmax()) for own, n in zip(one.profile.policies, shape, strict=True))
    return int(np.ravel_multi_index(played, shape))


def joined(one: Inner | None, two: Inner | None) -> Inner | None:
    """Hull of two families of sets that generate themselves, which does so as well."""
    return two if one is None else one.joined(two)


def seeds(outer: Bound, play: MarkovPlay | None = None) -> Inner | None:
    """Self-generating sets to begin with: all Markov equilibria found (`play`) and what lies between them.

    Then plans that these enforce as threats, and thin sets (`flat_sets`) through each. Without `play` pure
    equilibria are looked for.
    """
    op: Operator = outer.operator
    play = markov_play(op, False) if play is None else play
    plans, found = _starts(outer, play), markov_values(op, play)
    if found is not None and all(map(len, outer.alive)):
        rows = directions_of(8, op.players)
        found = enforced(op, found, outer.alive, [_worth(op, _planned(op, outer.alive, row)) for row in rows])
    return joined(found, flat_sets(outer, plans))


def markov_values(op: Operator, play: MarkovPlay) -> Inner | None:
    """Hull of the values of Markov equilibria, pure ones proved anew and mixed ones as they were certified."""
    found: Inner | None = None
    if play.points:
        made = [[given(m, v) for m, v in enumerate(own)] for own in play.points]
        found = Inner.of(play.points, made, 0.0)
    for plan in play.plans:
        value = _worth(op, plan)
        made = [[_stationary(op, s, k, value)] for s, k in enumerate(plan)]
        found = joined(found, proven(op, [v[None] for v in value], made))
    return found


def enforced(op: Operator, found: Inner, alive: list[list[int]], plans: list[FloatArray]) -> Inner:
    """Add payoffs [S, P] that are generated as long as what is found is the threat."""
    for plan in plans[:_PLANS]:
        if max(farthest(v[None], own) for v, own in zip(plan, found.points, strict=True)) <= _ON:
            continue
        more = [np.vstack([own, v]) for own, v in zip(found.points, plan, strict=True)]
        ask = [merged(directions_of(4, op.players), normals(hull(own))) for own in more]
        points, made = image_of(op, more, alive, ask)
        both = [np.concatenate([a, b]) for a, b in zip(points, found.points, strict=True)]
        if max(farthest(a, b) for a, b in zip(more, both, strict=True)) <= 1e-9:
            better = proven(op, both, [a + b for a, b in zip(made, found.made, strict=True)])
            found = found.joined(better)
    return found


def flat_sets(outer: Bound, plans: list[list[int]]) -> Inner | None:
    """Largest self-generating sets that lie in parallel lines (planes, ..) at all states.

    If payoffs of every state lie in x_s + L and plan f is played somewhere in each, then the values of f do
    as well, and L is spanned by what the profiles in use move payoffs away from them. So lines
    through the values of a plan, each along what one profile adds, are all the lines there are.
    """
    op = outer.operator
    found, tried = None, 0
    for plan in plans:
        if any(k not in own for k, own in zip(plan, outer.alive, strict=True)):
            continue
        value = _worth(op, plan)
        moves = [(_ahead(op, s, value) - value[s][:, None]).T for s in range(len(value))]
        pool = np.concatenate([m[a] for m, a in zip(moves, outer.alive, strict=True)])
        pool = pool[np.linalg.norm(pool, axis=1) > 1e-9]
        spans: list[FloatArray] = []
        for size in range(1, op.players):
            for rows in combinations(_distinct(pool), size):
                ask_time()
                basis = flat(np.vstack([np.zeros(op.players), *rows]))[1]
                if len(basis) == size and not any(_same(basis, old) for old in spans):
                    spans.append(basis)
        for basis in spans:
            ask_time()
            if tried >= _FLATS:
                return found
            on = [_off(m, basis) <= _ON for m in moves]
            alive = [[k for k in own if mask[k]] for own, mask in zip(outer.alive, on, strict=True)]
            if all(map(len, alive)) and max(map(len, alive)) > 1:
                tried += 1
                found = joined(found, _on_flat(outer, alive, value, basis))
    return found


def _on_flat(outer: Bound, alive: list[list[int]], value: FloatArray, basis: FloatArray) -> Inner | None:
    rest = flat(np.vstack([np.zeros(basis.shape[1]), basis]))[2]
    walls = np.concatenate([rest, -rest])
    along = np.concatenate([basis, -basis]) if len(basis) == 1 else directions_of(16, len(basis)) @ basis
    bound = outer.tightened(0.0, value)
    bound.centre, bound.bases, bound.proved, bound.alive, bound.given = None, {}, {}, [list(a) for a in alive], []
    for s, x in enumerate(value):
        corner = outer.corners(s)
        own = merged(outer.directions[s][: 2 * len(x)], along, 1e-12)
        levels = support(corner, own) + 1e-12
        # walls that are axes take the place of these
        near = np.abs(own[:, None] - walls[None]).max(axis=2).min(axis=1) <= 1e-12
        levels = np.where(near, np.minimum(levels, own @ x + 1e-15), levels)
        more = merged(own, walls, 1e-12)[len(own) :]
        bound.directions[s] = np.concatenate([own, more])
        bound.levels[s] = np.concatenate([levels, more @ x + 1e-15])
        bound.used[s] = bound.levels[s]
    share = 1e-7 * (1 - outer.operator.discount)
    while share < 0.1:
        found = contracted(bound, share, 200, 200)
        if found is not None:
            return found
        share *= 100
    return None


def _off(rows: FloatArray, basis: FloatArray) -> FloatArray:
    left: FloatArray = np.linalg.norm(rows - rows @ basis.T @ basis, axis=1)
    return left


def _same(one: FloatArray, two: FloatArray) -> bool:
    return len(one) == len(two) and float(_off(one, two).max()) <= 1e-9


def _distinct(rows: FloatArray) -> list[FloatArray]:
    """Rows that point in different directions, up to sign."""
    kept: list[FloatArray] = []
    for row in rows / np.linalg.norm(rows, axis=1)[:, None]:
        if all(min(np.abs(row - old).max(), np.abs(row + old).max()) > 1e-9 for old in kept):
            kept.append(row)
    return kept


def _ahead(op: Operator, s: int, value: FloatArray) -> FloatArray:
    """Payoffs [P, A] of a period at a state when `value` [S, P] follows."""
    ahead: FloatArray = (1 - op.discount) * op.blocks[s][0] + op.discount * (op.law(s) @ value).T
    return ahead


def _worth(op: Operator, plan: list[int]) -> FloatArray:
    """Payoffs [S, P] of playing one profile per state for ever."""
    law = np.array([op.law(s)[k] for s, k in enumerate(plan)])
    now = np.array([op.blocks[s][0][:, k] for s, k in enumerate(plan)])
    system: Any = np.eye(len(plan)) - op.discount * law
    value: FloatArray = np.linalg.solve(system, (1 - op.discount) * now)
    return value


def _planned(op: Operator, alive: list[list[int]], row: FloatArray) -> list[int]:
    """Markov plan best in a direction among profiles that are not excluded."""
    plan = [own[0] for own in alive]
    for _ in range(100):
        value = _worth(op, plan)
        better = []
        for s, own in enumerate(alive):
            score = row @ _ahead(op, s, value)
            best = own[int(np.argmax(score[own]))]
            better.append(best if score[best] > score[plan[s]] + 1e-12 else plan[s])
        if better == plan:
            break
        plan = better
    return plan


def _stationary(op: Operator, s: int, k: int, value: FloatArray) -> Made:
    p = op.blocks[s][1][k]
    return k, value[p.targets[p.group]]


def _starts(outer: Bound, play: MarkovPlay) -> list[list[int]]:
    """Plans through whose payoffs thin sets may lie: Markov equilibria first, and all plans of one state."""
    if len(outer.alive) > 1:
        return play.plans
    return play.plans + [[k] for k in outer.alive[0] if [k] not in play.plans]


def inner_set(outer: Bound, share: float, limit: int, most: int, seed: Inner | None) -> Inner | None:
    """Find self-generating sets inside a bound from outside, joined with `seed`.

    Images are contracted by `share` towards the middle and the half-spaces tightened to the fixed
    point of that; where none is found, by more; None where no contraction leaves anything. In one state, for two or
    three patient parties, `solid_set` comes first, and for more than two `patient_closure`. What is returned
    is proved (`inner_set.enclosed`, `inner_set.proven`). `most`: directions of a state at which a contraction gives up.
    """
    op = outer.operator
    if outer.single:
        return seed
    own = [outer.attained(s) for s in range(len(outer.directions))]
    points, made = [p for p, _ in own], [m for _, m in own]
    corner = [outer.corners(s, used=True) for s in range(len(own))]
    if all(len(c) and len(v) and farthest(c, v) <= _EXACT for c, v in zip(corner, points, strict=True)):
        # every vertex of the bound is generated on the bound: it generates itself
        exact = proven(op, points, made)
        if exact is not None:
            return exact.joined(seed)
    plane, patience = op.players == 2, 1 - op.discount
    if len(own) == 1 and op.players <= 3 and op.discount > _PATIENT:
        found = solid_set(outer, seed, share / patience / (PLANE if plane else WIDER))
        if found is not None:
            return found.joined(seed)
    if not plane and len(own) == 1:
        kept = patient_closure(outer, share / patience, most)
        if kept is not None:
            return kept.joined(seed)
        most //= 4
    while share < min(0.3, 3 * patience) and outer.budget.left:
        found = contracted(outer, share, limit, most, 20 if plane else 12)
        if found is not None:
            return found.joined(seed)
        share *= 30 if plane else 4
    return None


def grown_seeds(outer: Bound, play: MarkovPlay, *, enough: float, rounds: int = 200) -> Inner | None:
    """Grow self-generating sets from Markov equilibria, from plans that reverting to them enforces, and thin sets.

    What a set generates is added to it while that moves it by `enough`. It also finds the sets that
    exist at one discount factor only by a hair, where no contraction leaves anything.
    """
    op, begun = outer.operator, seeds(outer, play)
    if begun is None:
        return None
    ask = [merged(directions_of(32, op.players), normals(hull(own))) for own in begun.points]
    return grown(op, begun, outer.alive, ask, rounds=min(rounds, max(outer.budget.left, 1)), enough=enough)
