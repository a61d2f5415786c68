"""The image of half-spaces at one state in many directions: the programs of all profiles that may attain it."""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels import simplex_method
from armsgame._kernels.simplex_method import INFEASIBLE, OPTIMAL
from armsgame._kernels.tiers import tiered

# as in `armsgame.solve.payoff_sets.best_profiles`
BITS, WALL = 20, (1 << 20) - 1
_EPS, _UP = 2.0**-52, 1e-15
_TOLERANCE = 1e-10
# a multiplier that is all but nothing: continuations lie in [0, 1], so that it is borne by the constant
_NOTHING = 1e-15
_maximise = getattr(simplex_method.maximise, "compiled", simplex_method.maximise)
_repair = getattr(simplex_method.repair, "compiled", simplex_method.repair)


@njit(cache=True, nogil=True)
def _value(place, line, const, c, wide):  # type: ignore[no-untyped-def]
    """Value of one kept row at levels [S, K], rounded up."""
    s, size = 0.0, abs(const)
    for n in range(wide):
        if line[n] != 0.0:
            term = line[n] * c[place[n] >> BITS, place[n] & WALL]
            s += term
            size += abs(term)
    return const + s + _EPS * (wide + 4) * size


@njit(cache=True, nogil=True)
def _compact(place, line, const, targets, count, dim):  # type: ignore[no-untyped-def]
    """Leave out terms of a repaired row that are nothing, name the others for good; how many, the constant (up)."""
    wide, more = 0, 0.0
    for n in range(len(line)):
        f = line[n]
        if f < _NOTHING:
            more += f * dim
        else:
            place[wide] = targets[place[n] // count] << BITS | place[n] % count
            line[wide] = f
            wide += 1
    return wide, const + 2.0 * more + (_EPS * abs(const) if more > 0.0 else 0.0)


@tiered(4000)
@njit(cache=True, nogil=True)
def bounds(place, line, const, now, share, pull, c, most):  # type: ignore[no-untyped-def]
    """Write to most [A, K] what kept rows [A, K, W] bound at levels [S, K]; share, pull [K]: of the contraction."""
    for a in range(len(const)):
        for j in range(len(pull)):
            s = _value(place[a, j], line[a, j], const[a, j], c, line.shape[2])
            most[a, j] = share * (now[a, j] + s + _UP) + pull[j]


@tiered(4000)
@njit(cache=True, nogil=True)
def attained(  # type: ignore[no-untyped-def]
    pack, ask, now, share, pull, h, c, alive, bases, place, line, const, most, first, done, best, top, which, points,
    todo, turn, start,
):  # fmt: skip
    """Solve the programs of a state that may attain its image, from profile `start` of a turn on.

    pack : `ProgramPack`; ask [K, P], now [A, K]: the payoffs of a period; h [S, M, P], c [S, M]: the half-spaces.
    Read and written: alive [A], bases [A, K, Y P], the rows kept (place, line, const), what they bound (most [A, K]),
    which programs were solved (done [A, K]), the levels (best [K]), and what attains them: top [K], its profile
    which [K] and its continuations points [K, Y, P]. first [K]: the profiles whose programs come first.

    Returns (turn, profile, width): the turn is 2 at the end. Else the programs of this profile in the directions that
    `todo` marks need more than this kernel can do (width 0), or rows that are so much wider.
    """
    players, many, room = ask.shape[1], len(ask), line.shape[2]
    none = np.zeros((1, players))
    while turn < 2:
        for a in range(start, len(alive)):
            if not alive[a]:
                continue
            n, some = 0, False
            for j in range(many):
                todo[j] = first[j] == a if turn == 0 else not done[a, j] and most[a, j] > best[j]
                n += todo[j]
                some |= done[a, j]
            if turn == 1 and n == 0 and not some:
                # whether it can be enforced at all
                nearest = 0
                for j in range(1, many):
                    if most[a, j] - best[j] > most[a, nearest] - best[nearest]:
                        nearest = j
                todo[nearest] = True
                n = 1
            if n == 0:
                continue
            blocks, rows, groups = pack.blocks[a], pack.rows[a], pack.groups[a]
            m, count = blocks * players, h.shape[1]
            weight, group, target = pack.weight[a, :blocks], pack.group[a, :blocks], pack.targets[a, :groups]
            owner, base = pack.owner[a, :rows], pack.base[a, :rows]
            coef = pack.coef[pack.coef_at[a] : pack.coef_at[a + 1]].reshape(rows, blocks)
            threat = pack.threat[pack.threat_at[a] : pack.threat_at[a + 1]].reshape(rows, groups)
            walls, level = np.empty((groups, count, players)), np.empty((groups, count))
            for g in range(groups):
                for k in range(count):
                    level[g, k] = c[target[g], k]
                    for i in range(players):
                        walls[g, k, i] = h[target[g], k, i]
            bound = np.empty(rows)
            for r in range(rows):
                s = 0.0
                for g in range(groups):
                    s += threat[r, g] * level[g, 2 * owner[r] + 1]
                bound[r] = base[r] + s
            way, basis = np.empty((n, players)), np.empty((n, m), np.int64)
            n = 0
            for j in range(many):
                if todo[j]:
                    for i in range(players):
                        way[n, i] = ask[j, i]
                    for k in range(m):
                        basis[n, k] = bases[a, j, k]
                    n += 1
            found, duals, status = np.empty((n, blocks, players)), np.zeros((n, m)), np.empty(n, np.int64)
            at, ray = np.zeros((1, m + 1), np.int64), np.zeros((1, m + 1))
            _maximise(
                way, walls, level, group, weight, coef, owner, bound, basis, _TOLERANCE, found, duals, status, at[0],
                ray[0],
            )  # fmt: skip
            good, lost = True, False
            for j in range(n):
                good &= status[j] == OPTIMAL
                lost |= status[j] == INFEASIBLE
            fine = 4 * _EPS * pack.patience
            wide = m + 1 + 2 * players * groups
            if lost:
                where, what, left = np.empty((1, wide), np.int64), np.empty((1, wide)), np.empty(1)
                _repair(none, walls, group, weight, coef, owner, base, threat, fine, at, ray, where, what, left)
                short, const_left = _compact(where[0], what[0], left[0], target, count, players)
                if _value(where[0], what[0], const_left, c, short) < 0.0:
                    alive[a] = False
                    const[a, :] = np.inf
                    continue
            if not good:
                return turn, a, 0
            wide -= 1
            where, what, left = np.empty((n, wide), np.int64), np.empty((n, wide)), np.empty(n)
            _repair(way, walls, group, weight, coef, owner, base, threat, fine, basis, duals, where, what, left)
            short = np.empty(n, np.int64)
            for j in range(n):
                short[j], left[j] = _compact(where[j], what[j], left[j], target, count, players)
                wide = short[j] if j == 0 else max(wide, short[j])
            if wide > room:
                return turn, a, wide
            n = -1
            for j in range(many):
                if not todo[j]:
                    continue
                n += 1
                done[a, j] = True
                for k in range(m):
                    bases[a, j, k] = basis[n, k]
                value = _value(where[n], what[n], left[n], c, short[n])
                value = share * (now[a, j] + value + _UP) + pull[j]
                if value < most[a, j]:
                    const[a, j] = left[n]
                    for k in range(room):
                        place[a, j, k] = where[n, k] if k < short[n] else 0
                        line[a, j, k] = what[n, k] if k < short[n] else 0.0
                # the row that was known holds as well
                value = min(value, most[a, j])
                best[j] = max(best[j], value)
                if value > top[j]:
                    top[j], which[j] = value, a
                    for y in range(blocks):
                        for i in range(players):
                            points[j, y, i] = found[n, y, i]
        start = 0
        turn += 1
    return turn, 0, 0
