"""Solids that grow along rays: every corner is generated on the hull of all, at any patience."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

import armsgame as ag
from armsgame.geometry.directions import directions_of
from armsgame.geometry.hulls import distance, farthest
from armsgame.solve.payoff_sets.operator import Operator
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.solids.closure import closed, diluted
from armsgame.solve.payoff_sets.solids.rays import Programs, first_solid, grown_solid, radii


def drawn(k):
    """Game k of the fuzz of noisy games of three parties (`benchmarks/trust_sets.py`, seed 3)."""
    rng = np.random.default_rng([3, k])
    law = rng.dirichlet(np.ones(int(rng.integers(3, 5))), size=(2, 2, 2))
    return ag.RepeatedGame(ag.StageGame(rng.integers(-5, 6, (3, 2, 2, 2)).astype(float)), ag.Monitoring.public(law))


def assert_generated(game, discount, points):
    """Every fifth extreme point is a mean of payoffs that profiles and promises in the hull generate, or one of them.

    One program per profile and way; promises are weights on the extreme points.
    """
    pay, law = game.stage.payoffs.reshape(3, -1), game.monitoring.kernel(game.stage)
    for way in (points - points.mean(axis=0))[::5]:
        best = -np.inf
        for k in range(8):
            rows = [
                np.multiply.outer(discount * (law[t] - law[k]), points[:, i]).ravel()
                for i, t in enumerate((k ^ 4, k ^ 2, k ^ 1))
            ]
            limits = [(1 - discount) * (pay[i, k] - pay[i, t]) for i, t in enumerate((k ^ 4, k ^ 2, k ^ 1))]
            found = linprog(
                -np.multiply.outer(discount * law[k], points @ way).ravel(), A_ub=np.array(rows), b_ub=limits,
                A_eq=np.kron(np.eye(law.shape[1]), np.ones(len(points))), b_eq=np.ones(law.shape[1]),
            )  # fmt: skip
            if found.status == 0:
                best = max(best, (1 - discount) * float(way @ pay[:, k]) - found.fun)
        assert best >= (points @ way).max() - 1e-8


def begun(k, low, high):
    """What generates itself at one discount factor, its bound at a higher one, and the operator there."""
    lower, upper = Operator.of(drawn(k), low), Operator.of(drawn(k), high)
    bound, outer = Bound.of(lower, directions_of(16, 3)), Bound.of(upper, directions_of(16, 3))
    bound.run(1e-3, 100)
    outer.run(1e-3, 100)
    return diluted(closed(bound, 0.05, 300), lower, upper), outer, upper


def test_a_solid_grows_towards_its_bound_and_generates_itself():
    found, outer, op = begun(0, 0.9, 0.99)
    before = farthest(outer.corners(0), found.points[0])
    more = grown_solid(outer, found, 0.05, rounds=1)
    assert farthest(outer.corners(0), more.points[0]) < 0.95 * before
    assert distance(found.points[0], more.points[0]).max() < 1e-9
    assert more.slack <= 1e-9 * (1 - op.discount)
    assert_generated(drawn(0), 0.99, op.shift + op.scale * more.points[0])


def test_a_first_solid_of_very_patient_parties_needs_no_other():
    op = Operator.of(drawn(2), 0.9999)
    outer = Bound.of(op, directions_of(16, 3))
    outer.run(1e-3, 100)
    found = first_solid(outer)
    assert len(found.points[0]) > 3
    assert_generated(drawn(2), 0.9999, op.shift + op.scale * found.points[0])


def test_what_rays_reach_moves_with_the_corners_as_the_multipliers_say():
    found, outer, op = begun(0, 0.9, 0.95)
    programs, centre = Programs.of(op, outer.alive[0]), found.points[0].mean(axis=0)
    size = np.linalg.norm(found.points[0] - centre, axis=1)
    ways = (found.points[0] - centre) / size[:, None]
    now, step, same = programs.reach(centre, ways, size, None), -1e-6, []
    # a corner may be a mean of what two profiles generate, which no ray reaches by one
    assert (now.most[now.outer] > 0).mean() > 0.95
    for j in range(0, len(size), 7):
        turned = size.copy()
        turned[j] += step
        more = programs.reach(centre, ways, turned, None)
        rate = (turned - size + (1 - op.discount) * (more.most - now.most)) / step
        told = now.slope[:, [j]].toarray()[:, 0]
        # where several bases are best, the rates to the two sides differ
        asked = np.abs(rate) + np.abs(told) > 0.01
        same += (np.abs(rate - told) <= 1e-3 + 0.01 * np.abs(told))[asked].tolist()
    assert len(same) > 50
    assert np.mean(same) > 0.7


def test_corners_beyond_the_bound_are_not_kept_and_not_proved():
    found, outer, op = begun(0, 0.9, 0.95)
    programs, centre = Programs.of(op, outer.alive[0]), found.points[0].mean(axis=0)
    size = np.linalg.norm(found.points[0] - centre, axis=1)
    ways = (found.points[0] - centre) / size[:, None]
    limit = radii(centre, ways, outer.directions[0], outer.levels[0])
    far = programs.reach(centre, ways, 1.05 * limit, None)
    assert not far.kept
    assert programs.proved(far) is None
