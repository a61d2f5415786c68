"""Solids that grow along rays: every corner is generated on the hull of all, at any patience."""

from __future__ import annotations

import numpy as np
from noisy_parties import assert_generated, drawn

from armsgame.geometry.directions import directions_of
from armsgame.geometry.hulls import distance, farthest
from armsgame.solve.payoff_sets.operator import Operator
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.solids.closure import closed, diluted
from armsgame.solve.payoff_sets.solids.rays import Programs, _settled, first_solid, grown_solid, radii


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
    assert_generated(drawn(0), 0.99, op.shift + op.scale * more.points[0], 5)


def test_a_first_solid_of_very_patient_parties_needs_no_other():
    op = Operator.of(drawn(2), 0.9999)
    outer = Bound.of(op, directions_of(16, 3))
    outer.run(1e-3, 100)
    found = first_solid(outer)
    assert len(found.points[0]) > 3
    assert_generated(drawn(2), 0.9999, op.shift + op.scale * found.points[0], 5)


def test_what_rays_reach_moves_with_the_corners_as_the_multipliers_say():
    found, outer, op = begun(0, 0.9, 0.95)
    programs, centre = Programs.of(op, outer.alive[0]), found.points[0].mean(axis=0)
    size = np.linalg.norm(found.points[0] - centre, axis=1)
    ways = (found.points[0] - centre) / size[:, None]
    # a corner of a diluted set may be a mean of what two profiles generate, which no ray reaches by one
    size, now = _settled(programs, centre, ways, 0.95 * size)
    step, told_right = 1e-6, []
    assert now.kept
    for j in range(0, len(size), 7):
        rates = []
        for way in (-step, step):
            turned = size.copy()
            turned[j] += way
            more = programs.reach(centre, ways, turned, None)
            rates.append((turned - size + (1 - op.discount) * (more.most - now.most)) / way)
        told = now.slope[:, [j]].toarray()[:, 0]
        # where several bases are best, the rates to the two sides differ, and any of them lies between
        asked = np.abs(rates).max(axis=0) + np.abs(told) > 0.01
        room = 1e-3 + 0.01 * np.abs(told)
        told_right += ((told >= np.min(rates, axis=0) - room) & (told <= np.max(rates, axis=0) + room))[asked].tolist()
    assert len(told_right) > 50
    assert np.mean(told_right) > 0.85


def test_corners_beyond_the_bound_are_not_kept_and_not_proved():
    found, outer, op = begun(0, 0.9, 0.95)
    programs, centre = Programs.of(op, outer.alive[0]), found.points[0].mean(axis=0)
    size = np.linalg.norm(found.points[0] - centre, axis=1)
    ways = (found.points[0] - centre) / size[:, None]
    limit = radii(centre, ways, outer.directions[0], outer.levels[0])
    far = programs.reach(centre, ways, 1.05 * limit, None)
    assert not far.kept
    assert programs.proved(far) is None
