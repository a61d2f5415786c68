"""Follow a curve to a Markov-perfect equilibrium: start, predictor, corrector, and the end on its support."""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels import linear
from armsgame._kernels.continuation_equations import factor, outlook, resolve, slopes, system
from armsgame._kernels.tiers import inner

# cosine of the largest turn between two tangents (14 degrees), and the corrector's limits
_TURN, _ROUNDS, _NEAR = 0.97, 8, 1e-6
_UNIT = 2.0**-52
# regret, of a payoff range of one, from which the end is tried, and that counts as zero
_CLOSE, _ZERO = 0.05, 1e-11


@njit(cache=True)
def answers(game, prior, scale):  # type: ignore[no-untyped-def]
    """Logarithms [n] of each player's best answer to the prior at the start of tracing, and whether they settled.

    Policy iteration; given the worth Q of its actions a player uses p = scale x prior / (level - Q).
    """
    size, count, n = len(game.cells) - 1, game.acts.shape[1], len(prior)
    found, fee = np.empty(n), np.zeros(size)
    for i in range(count):
        met = prior.copy()
        for _ in range(200):
            for s in range(size):
                fee[s] = 0.0
                for e in range(game.groups[s * count + i], game.groups[s * count + i + 1]):
                    fee[s] += scale * prior[e] * np.log(met[e])
            seen = outlook(game, i, met, fee)[3]
            moved = 0.0
            for s in range(size):
                start, stop = game.groups[s * count + i], game.groups[s * count + i + 1]
                level = -np.inf
                for e in range(start, stop):
                    level = max(level, seen[e] + scale * prior[e])
                # the sum over actions falls and is convex in the level: Newton from below does not overshoot
                for _newton in range(100):
                    total, slope = -1.0, 0.0
                    for e in range(start, stop):
                        part = scale * prior[e] / (level - seen[e])
                        total += part
                        slope += part / (level - seen[e])
                    if total <= 4 * _UNIT:
                        break
                    level += total / slope
                total += 1.0
                for e in range(start, stop):
                    fresh = scale * prior[e] / (level - seen[e]) / total
                    moved = max(moved, abs(fresh - met[e]))
                    met[e] = fresh
            if moved < 1e-13:
                break
        if moved >= 1e-13:
            return found, False
        for e in range(n):
            if game.owner[e] == i:
                found[e] = np.log(met[e])
    return found, True


@inner()
def regret(game, x):  # type: ignore[no-untyped-def]
    """Largest gain of one action in one state."""
    size, count = len(game.cells) - 1, game.acts.shape[1]
    none, worst = np.zeros(size), -np.inf
    for i in range(count):
        _, values, _, seen = outlook(game, i, x, none)
        for s in range(size):
            for e in range(game.groups[s * count + i], game.groups[s * count + i + 1]):
                worst = max(worst, seen[e] - values[s])
    return worst


@inner()
def normal(game, x):  # type: ignore[no-untyped-def]
    """Divide by the sum over the actions of each player in each state, in place."""
    for g in range(len(game.groups) - 1):
        total = 0.0
        for e in range(game.groups[g], game.groups[g + 1]):
            total += x[e]
        for e in range(game.groups[g], game.groups[g + 1]):
            x[e] /= total


@inner(inline="always")
def polish(game, near, support):  # type: ignore[no-untyped-def]
    """Profile near a given one at which the used actions tie, by Gauss-Newton; returns it and whether it is one."""
    size, count = len(game.cells) - 1, game.acts.shape[1]
    x = near.copy()
    for e in range(len(x)):
        if not support[e]:
            x[e] = 0.0
    normal(game, x)
    used, group = np.empty(len(x), np.int64), np.empty(len(x), np.int64)
    m = groups = 0
    for g in range(len(game.groups) - 1):
        start, stop = game.groups[g], game.groups[g + 1]
        number = 0
        for e in range(start, stop):
            number += support[e]
        if number > 1:
            for e in range(start, stop):
                if support[e]:
                    used[m], group[m] = e, groups
                    m += 1
            groups += 1
    if m == 0:
        return x, True
    state = np.empty(len(x), np.int64)
    for s in range(size):
        for e in range(game.entries[s], game.entries[s + 1]):
            state[e] = s
    none = np.zeros(size)
    for _ in range(30):
        matrix, right = np.zeros((m + groups, m + groups)), np.zeros(m + groups)
        worth = np.empty(m)
        for i in range(count):
            flow, _, table, seen = outlook(game, i, x, none)
            direct, ahead = slopes(game, i, x, table)
            solve, _ = linear.solve(flow, np.eye(size))
            for a in range(m):
                e = used[a]
                if game.owner[e] != i:
                    continue
                worth[a] = seen[e]
                for b in range(m):
                    to = used[b]
                    s = state[to]
                    total = direct[e, to - game.entries[s]] if s == state[e] else 0.0
                    for k in range(game.near[state[e]], game.near[state[e] + 1]):
                        total += ahead[e, game.succ[k]] * solve[game.succ[k], s] * seen[to]
                    matrix[a, b] = total
        level, many = np.zeros(groups), np.zeros(groups)
        for a in range(m):
            level[group[a]] += worth[a]
            many[group[a]] += 1
        for g in range(groups):
            right[m + g] = -1.0
        for a in range(m):
            e, g = used[a], group[a]
            right[a] = worth[a] - level[g] / many[g]
            right[m + g] += x[e]
            matrix[a, m + g], matrix[m + g, a] = -1.0, 1.0
        # the shortest solution: where equilibria form a continuum, the one near the curve
        change = linear.shortest(matrix, right, 1e-12)
        moved, least = 0.0, 0.0
        for a in range(m):
            x[used[a]] -= change[a]
            moved, least = max(moved, abs(change[a])), min(least, x[used[a]])
        if not (least >= -0.5 and moved < np.inf):
            return x, False
        if moved < 8 * _UNIT:
            break
    if least < -1e-11:
        return x, False
    for e in range(len(x)):
        x[e] = max(x[e], 0.0)
    normal(game, x)
    return x, True


@inner()
def before(support, tried, best, k):  # type: ignore[no-untyped-def]
    """Regret at which a support was tried last, as far as is remembered in place k."""
    for e in range(len(support)):
        if support[e] != tried[k, e]:
            return np.inf
    return best[k]


@inner(inline="always")
def ending(game, y, tried, best):  # type: ignore[no-untyped-def]
    """Equilibrium near a point of the curve, and whether there is one.

    `tried` [2, n] and `best` [2] keep the last support for either floor and the regret it was tried
    at: the same one is tried again only once the curve has come ten times closer.
    """
    x = np.empty(len(y) - 1)
    for e in range(len(x)):
        x[e] = np.exp(y[e])
    normal(game, x)
    gap = regret(game, x)
    if not gap <= _CLOSE:
        return x, False
    support = np.empty(len(x), np.bool_)
    for k in range(2):
        floor = 1e-2 if k == 0 else 1e-5
        for g in range(len(game.groups) - 1):
            start, stop = game.groups[g], game.groups[g + 1]
            top = 0.0
            for e in range(start, stop):
                top = max(top, x[e])
            for e in range(start, stop):
                support[e] = x[e] > floor * top
        if gap > 0.1 * min(before(support, tried, best, 0), before(support, tried, best, 1)):
            continue
        best[k] = gap
        for e in range(len(x)):
            tried[k, e] = support[e]
        end, good = polish(game, x, support)
        if good and regret(game, end) <= _ZERO:
            return end, True
    return x, False


@njit(cache=True)
def follow(game, tracing, prior, scale, y, steps, least):  # type: ignore[no-untyped-def]
    """Follow the curve F = 0 from y [n + 1] until an equilibrium is found near it.

    No logarithm may fall below `least`. Predictor along the null vector of the derivative,
    corrector in the hyperplane across it (pseudo-arclength; Allgower and Georg 1990, ch. 6). The
    derivative is bordered by the last tangent, so that turning points are regular and simple
    bifurcations are crossed straight on. The last correction's factors also give the next tangent.

    Returns (profile, whether one was found, last point, number of points; -1 if there is no start).
    """
    n = len(prior)
    tried, best = np.zeros((2, n), np.bool_), np.full(2, np.inf)
    unit = np.zeros(n + 1)
    unit[n] = 1.0
    # at the start the curve can be followed in the parameter, so this border is regular
    parts = system(game, tracing, prior, scale, y, steps > 0)
    factors = factor(game, parts, unit)
    if not factors[5]:
        return prior, False, y, -1
    tangent = resolve(game, parts, factors, unit, unit)
    tangent /= np.sqrt(linear.dot(tangent, tangent))
    step = 0.1
    for point in range(steps + 1):
        end, good = ending(game, y, tried, best)
        if good or point == steps:
            break
        reach = max(1.0, extent(y))
        step = min(step, 0.5 * reach)
        while True:
            fresh, toward, rounds = correct(game, tracing, prior, scale, y, tangent, step, least)
            cosine = linear.dot(toward, tangent) if rounds > 0 else 0.0
            if cosine > _TURN:
                break
            step /= 2
            if step < 1e-10 * reach:
                return end, False, y, point
        y, tangent = fresh, toward
        step *= 2.0 if rounds <= 3 and cosine > 0.99 else 1.0 if rounds <= 5 else 0.6
    return end, good, y, point


@inner(inline="always")
def correct(game, tracing, prior, scale, y, tangent, step, least):  # type: ignore[no-untyped-def]
    """Point of the curve one step ahead, its tangent, and the number of corrections (0: none was reached)."""
    n = len(prior)
    point = y + step * tangent
    right, moved = np.zeros(n + 1), np.inf
    near = _NEAR + 1600 * _UNIT * n * extent(point)
    for rounds in range(1, _ROUNDS + 1):
        if not inside(point, least):
            break
        parts = system(game, tracing, prior, scale, point, step > 0)
        factors = factor(game, parts, tangent)
        if not factors[5]:
            break
        for e in range(n):
            right[e] = parts[0][e]
        change = resolve(game, parts, factors, tangent, right)
        size = np.sqrt(linear.dot(change, change))
        if not size <= 0.8 * moved and not size <= max(1e-3 * step, near):
            break
        gone = 0.0
        for e in range(n + 1):
            point[e] -= change[e]
            gone += (point[e] - y[e]) ** 2
        if not gone <= (1.5 * step) ** 2:
            break
        if size <= near:
            if not inside(point, least):
                break
            unit = np.zeros(n + 1)
            unit[n] = 1.0
            toward = resolve(game, parts, factors, tangent, unit)
            toward /= np.sqrt(linear.dot(toward, toward))
            return point, toward, rounds
        moved = size
    return point, tangent, 0


@inner()
def inside(point, least):  # type: ignore[no-untyped-def]
    """Whether all logarithms are finite, below 1 and not below `least`."""
    for e in range(len(point) - 1):
        if not least <= point[e] < 1.0:
            return False
    return abs(point[-1]) < np.inf


@inner()
def extent(point):  # type: ignore[no-untyped-def]
    """Largest absolute coordinate."""
    top = 0.0
    for e in range(len(point)):
        top = max(top, abs(point[e]))
    return top
