"""Geometry against rational numbers: slivers, lines, doubles, tiny, huge and shifted coordinates."""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from armsgame.geometry.directions import directions_of, merged
from armsgame.geometry.halfspaces import vertices
from armsgame.geometry.hulls import distance, farthest, flat, hull, nearest, normals, support
from armsgame.geometry.plane import above, area, chain, frontier, polygon
from armsgame.geometry.predicates import orientation, orientations


def exact(rows):
    return [tuple(Fraction(float(x)) for x in row) for row in np.asarray(rows)]


def turn(a, b, c):
    value = (a[0] - c[0]) * (b[1] - c[1]) - (a[1] - c[1]) * (b[0] - c[0])
    return (value > 0) - (value < 0)


def extreme(points):
    """Extreme points by definition: not within any triangle or segment of the others."""
    listed = sorted(set(points))
    kept = []
    for p in listed:
        rest = [q for q in listed if q != p]
        inside = any(turn(a, b, p) == 0 and min(a, b) <= p <= max(a, b) for a, b in combinations(rest, 2))
        for a, b, c in combinations(rest, 3):
            if inside:
                break
            signs = {turn(a, b, p), turn(b, c, p), turn(c, a, p)}
            inside = turn(a, b, c) != 0 and not {1, -1} <= signs
        if not inside:
            kept.append(p)
    return kept


def clouds(seed, count):
    rng = np.random.default_rng(seed)
    for n in range(count):
        size = int(rng.integers(1, 8))
        kind = n % 7
        if kind == 0:
            yield rng.integers(-2, 3, (size, 2)).astype(float)
        elif kind == 1:  # sliver
            yield np.outer(rng.random(size), rng.normal(size=2)) + 1e-16 * rng.normal(size=(size, 2))
        elif kind == 2:  # on one line up to rounding
            yield np.outer(rng.integers(0, 6, size), rng.normal(size=2)) + rng.normal(size=2)
        elif kind == 3:
            yield rng.normal(size=(size, 2)) * 1e-160
        elif kind == 4:
            yield rng.normal(size=(size, 2)) * 1e160
        elif kind == 5:
            yield rng.integers(-2, 3, (size, 2)) * 0.1 + 1e7
        else:  # doubles that differ in the last bit
            base = rng.normal(size=(size, 2))
            yield np.concatenate([base, np.nextafter(base, np.inf)])[:8]


def test_signs_are_those_of_rational_numbers():
    rng = np.random.default_rng(0)
    for scale, shift in product((1e-170, 1e-8, 1.0, 1e8, 1e170), (0.0, 1e7)):
        rows = rng.integers(-3, 4, (200, 3, 2)) * 0.1 * scale + shift
        rows = np.where(rng.random(rows.shape) < 0.3, np.nextafter(rows, np.inf), rows)
        want = [turn(*exact(t)) for t in rows]
        assert [orientation(*t.tolist()) for t in rows] == want
        assert orientations(rows[:, 0], rows[:, 1], rows[:, 2]).tolist() == want


def test_hulls_in_the_plane_are_those_of_rational_numbers():
    for points in clouds(1, 210):
        ring = polygon(points)
        want = extreme(exact(points))
        assert sorted(exact(ring)) == want
        if len(ring) > 2:
            assert all(turn(*exact([ring[k - 2], ring[k - 1], ring[k]])) > 0 for k in range(len(ring)))
        assert chain(exact(points)) == exact(ring)


def test_a_large_cloud_has_the_hull_that_all_of_its_points_have():
    rng = np.random.default_rng(2)
    for shape in (rng.normal(size=(400, 2)), rng.integers(0, 9, (300, 2)) + 1e7, np.outer(rng.random(200), [1.0, 2.0])):
        assert np.array_equal(polygon(shape), np.array(chain(map(tuple, shape.tolist()))))


def test_distances_in_the_plane_are_those_of_rational_numbers():
    rng = np.random.default_rng(3)
    for points in clouds(4, 140):
        size = float(np.ptp(points, axis=0).max()) or float(np.abs(points).max()) or 1.0
        ring = polygon(points)
        shares = rng.dirichlet(np.ones(len(points)), 2)
        asked = np.concatenate([shares @ points, points[:2], ring[:1] + size * rng.normal(size=(3, 2))])
        near, weights = nearest(asked, points)
        got = distance(asked, points)
        assert (weights >= 0).all()
        assert np.allclose(weights.sum(axis=1), 1)
        for p, d, w, q in zip(asked, got, weights, near, strict=True):
            want = exact_distance(exact([p])[0], exact(ring))
            floor = 4e-16 * float(np.abs(points).max())
            assert abs(d - want) <= 1e-12 * size + floor
            # the weights give the nearest point
            assert np.abs(w @ (points - points[0]) + points[0] - q).max() <= 1e-13 * size + floor


def exact_distance(p, ring):
    if len(ring) > 2 and all(turn(ring[k - 1], ring[k], p) >= 0 for k in range(len(ring))):
        return 0.0
    best = None
    for k in range(len(ring)):
        a, b = ring[k - 1], ring[k]
        e, o = (b[0] - a[0], b[1] - a[1]), (p[0] - a[0], p[1] - a[1])
        long = e[0] ** 2 + e[1] ** 2
        t = min(max((e[0] * o[0] + e[1] * o[1]) / long, Fraction(0)), Fraction(1)) if long else Fraction(0)
        gap = (o[0] - t * e[0], o[1] - t * e[1])
        root = float(np.hypot(float(gap[0]), float(gap[1])))
        best = root if best is None else min(best, root)
    return best


def test_far_points_of_a_sliver_are_far():
    # all cross products of this triangle with the point round to zero
    sliver = np.array([[0.0, 0.0], [1e-9, 1e-9], [2e-9, 2e-9 + 1e-24]])
    assert farthest(np.array([[1.0, 1.0]]), sliver) == pytest.approx(np.sqrt(2), rel=1e-6)
    assert farthest(np.array([[1.0, 1.0]]), sliver[:2]) == pytest.approx(np.sqrt(2), rel=1e-6)


def test_areas_are_those_of_rational_numbers():
    for points in clouds(5, 140):
        ring = exact(polygon(points))
        want = sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2
        side = float(np.ptp(points, axis=0).max())
        if 1e-100 < side < 1e100:
            assert abs(area(points) - float(want)) <= 1e-14 * side**2
    assert area(np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) + 1e7) == 1


def test_a_simplified_polygon_is_within_its_tolerance():
    angle = np.linspace(0, 2 * np.pi, 500, endpoint=False)
    ring = polygon(np.stack([np.cos(angle), np.sin(angle)], axis=1))
    for tolerance in (1e-4, 1e-3, 0.1):
        kept = polygon(ring, tolerance=tolerance)
        assert len(kept) < len(ring)
        assert farthest(ring, kept) <= tolerance * (1 + 1e-9)


def test_the_frontier_is_what_nothing_dominates():
    rng = np.random.default_rng(6)
    for _ in range(100):
        points = rng.integers(0, 6, (int(rng.integers(1, 9)), 2)).astype(float)
        found = frontier(points)
        ring = polygon(points)
        # undominated by any mixture of two corners
        mixed = np.concatenate([(1 - t) * ring[:, None] + t * ring[None] for t in np.linspace(0, 1, 61)]).reshape(-1, 2)
        for v in ring:
            better = ((mixed >= v - 1e-12).all(axis=1) & (mixed > v + 1e-6).any(axis=1)).any()
            assert (v.tolist() in found.tolist()) == (not better)
        assert (np.diff(found[:, 0]) > 0).all()
        assert (np.diff(found[:, 1]) < 0).all()


def test_the_part_above_a_floor_is_cut_exactly():
    square = np.array([[0.0, 0], [4, 0], [4, 4], [0, 4]])
    assert above(square, np.array([1.0, 3.0])).tolist() == [[1, 3], [4, 3], [4, 4], [1, 4]]
    assert above(square, np.array([4.0, 4.0])).tolist() == [[4, 4]]
    assert len(above(square, np.array([5.0, 0.0]))) == 0
    assert above(square[[0, 2]], np.array([1.0, 0.0])).tolist() == [[1, 1], [4, 4]]


def cut(directions, levels):
    """Vertices of half-planes by solving every pair in rational numbers."""
    rows, bounds = exact(directions), [Fraction(float(c)) for c in levels]
    found = set()
    for (a, c), (b, d) in combinations(list(zip(rows, bounds, strict=True)), 2):
        det = a[0] * b[1] - a[1] * b[0]
        if det:
            v = ((c * b[1] - d * a[1]) / det, (a[0] * d - b[0] * c) / det)
            if all(r[0] * v[0] + r[1] * v[1] <= e for r, e in zip(rows, bounds, strict=True)):
                found.add(v)
    return found


def test_half_planes_have_the_corners_that_rational_numbers_give():
    rng = np.random.default_rng(7)
    axes = directions_of(4, 2)
    for _ in range(30):
        more = rng.integers(-3, 4, (4, 2)).astype(float)
        more = more[np.abs(more).sum(axis=1) > 0]
        rows = np.concatenate([axes, more / np.linalg.norm(more, axis=1)[:, None]])
        levels = rows @ rng.random(2) + rng.choice([0.0, 0.1, 0.5], len(rows))
        found = vertices(rows, levels)
        want = cut(rows, levels + 1e-13)
        assert len(found)
        for v in want:
            assert farthest(np.array([[float(v[0]), float(v[1])]]), found) <= 1e-11
        assert (found @ rows.T <= levels + 1e-9).all()


def test_solids_hold_their_half_spaces_however_thin():
    rng = np.random.default_rng(8)
    signs = directions_of(8, 3)
    for thin in (0.3, 1e-3, 1e-7, 1e-10, 0.0):
        for rank in range(4):
            basis = np.linalg.qr(rng.normal(size=(3, 3)))[0]
            width = np.where(np.arange(3) < rank, 0.3, thin)
            points = 0.5 + rng.uniform(-1, 1, (9, 3)) * width @ basis.T
            rows = merged(signs, normals(hull(points)))
            levels = support(points, rows)
            found = vertices(rows, levels)
            faces = normals(found)
            assert (support(points, faces) <= support(found, faces) + 2e-9).all()
            assert (found @ rows.T <= levels + 2e-9).all()
    far = np.concatenate([levels[:-1], [levels[-1] - 5.0]])
    assert len(vertices(rows, far)) == 0


def test_thin_hulls_in_space_neither_fail_nor_lose_a_corner():
    rng = np.random.default_rng(9)
    for thin in (1.0, 1e-6, 1e-9, 1e-13, 0.0):
        for rank in (0, 1, 2, 3):
            width = np.where(np.arange(3) < rank, 1.0, thin)
            points = rng.normal(size=(12, 3)) * width @ np.linalg.qr(rng.normal(size=(3, 3)))[0] + 1.0
            found = hull(points)
            assert farthest(points, found) <= 1e-8 * max(width.max(), 1e-300)
            face = normals(found)
            assert np.isfinite(face).all()
            assert np.allclose(np.linalg.norm(face, axis=1), 1)
            inside, weights = nearest(points[:3], found)
            assert (weights >= 0).all()
            assert np.abs(inside - points[:3]).max() <= 1e-8


def test_distances_in_space_are_certified_by_their_faces():
    rng = np.random.default_rng(10)
    for _ in range(60):
        corners = rng.integers(-2, 3, (int(rng.integers(1, 9)), 3)).astype(float)
        point = rng.normal(size=(1, 3)) * 2
        near, weights = nearest(point, corners)
        # nothing of the hull lies beyond the plane through the nearest point
        assert ((corners - near) @ (point - near)[0] <= 1e-10).all()
        assert np.abs(weights @ corners - near).max() <= 1e-12
        mixed = rng.dirichlet(np.ones(len(corners)), 3) @ corners
        assert distance(mixed, corners).max() <= 1e-13


def test_the_affine_hull_of_points_has_their_dimension():
    rng = np.random.default_rng(11)
    for rank in range(4):
        points = rng.normal(size=(20, rank)) @ rng.normal(size=(rank, 3)) + 1e3
        _, basis, rest = flat(points)
        assert len(basis) == rank
        assert len(rest) == 3 - rank
        assert np.allclose(np.concatenate([basis, rest]) @ np.concatenate([basis, rest]).T, np.eye(3))
