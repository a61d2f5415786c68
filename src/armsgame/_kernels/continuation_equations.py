"""Equations of the two curves to a Markov-perfect equilibrium, and their derivatives with values eliminated.

Entries are the actions of all players, state by state; y holds the logarithm of every probability
and then the parameter of the curve. A player's values solve a linear system at every profile, so
the derivative is a small block per state plus what passes through the values:
``dF = here db + along ds + ahead dV`` and ``flow dV = gain db + drift ds``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from armsgame._kernels import linear
from armsgame._kernels.tiers import inner


class Game(NamedTuple):
    """A block of states as flat arrays: C cells (one per state and action profile), n entries, S states, P players."""

    acts: np.ndarray  # [C, P] entry that each player uses in a cell
    pay: np.ndarray  # [P, C]
    cells: np.ndarray  # [S + 1] first cell of a state
    entries: np.ndarray  # [S + 1] first entry of a state
    groups: np.ndarray  # [S * P + 1] first entry of a state and player
    owner: np.ndarray  # [n] player of an entry
    rows: np.ndarray  # [C + 1] first step of a cell
    to: np.ndarray  # next state of a step within the block
    chance: np.ndarray  # its probability times the discount factor
    near: np.ndarray  # [S + 1] first successor of a state
    succ: np.ndarray  # successors within the block
    widest: int  # most entries of a state


@inner()
def outlook(game, i, met, bonus):  # type: ignore[no-untyped-def]
    """Player i in a profile of weights `met` [n], paid `bonus` [S] beside.

    Returns (flow [S, S] = I - discount x transition, values [S], worth [C] of every cell, derivative
    [n] of a state's payoff by every weight of it: for own entries, the worth of the action).
    """
    count, size = game.acts.shape[1], len(game.cells) - 1
    flow, right = np.eye(size), np.empty((size, 1))
    for s in range(size):
        right[s, 0] = bonus[s]
        for c in range(game.cells[s], game.cells[s + 1]):
            weight = 1.0
            for j in range(count):
                weight *= met[game.acts[c, j]]
            if weight != 0:
                right[s, 0] += weight * game.pay[i, c]
                for k in range(game.rows[c], game.rows[c + 1]):
                    flow[s, game.to[k]] -= weight * game.chance[k]
    solution, _ = linear.solve(flow, right)
    values = solution.ravel()
    table = game.pay[i].copy()
    seen = np.zeros(len(met))
    for c in range(len(table)):
        for k in range(game.rows[c], game.rows[c + 1]):
            table[c] += game.chance[k] * values[game.to[k]]
        for j in range(count):
            seen[game.acts[c, j]] += others(game, c, j, j, met) * table[c]
    return flow, values, table, seen


@inner()
def others(game, c, i, j, met):  # type: ignore[no-untyped-def]
    """Weight of a cell without players i and j."""
    weight = 1.0
    for k in range(game.acts.shape[1]):
        if k != i and k != j:
            weight *= met[game.acts[c, k]]
    return weight


@inner()
def slopes(game, i, met, table):  # type: ignore[no-untyped-def]
    """How the worth of player i's actions moves with the others' weights in the same state, and with values."""
    count, size = game.acts.shape[1], len(game.cells) - 1
    direct = np.zeros((len(met), game.widest))
    ahead = np.zeros((len(met), size))
    for s in range(size):
        for c in range(game.cells[s], game.cells[s + 1]):
            row = game.acts[c, i]
            for j in range(count):
                if j != i:
                    direct[row, game.acts[c, j] - game.entries[s]] += others(game, c, i, j, met) * table[c]
            weight = others(game, c, i, i, met)
            if weight != 0:
                for k in range(game.rows[c], game.rows[c + 1]):
                    ahead[row, game.to[k]] += weight * game.chance[k]
    return direct, ahead


@inner()
def system(game, tracing, prior, scale, y, full):  # type: ignore[no-untyped-def]
    """F [n] and, if `full`, (here [n, m], along [n], ahead [n, S], flow [P, S, S], gain [P, n], drift [P, S]).

    Logit: F = b - log softmax(log prior + t Q(exp b)), with the precision t as parameter.
    Tracing, in s: trust exp(-s) in the prior; every player meets the mixture of the prior and the
    others' play and is paid scale x exp(-s) x sum of prior x log(own probability) per period.
    F = Q - mean Q + level (prior / p - 1) - (sum p - 1), whose last term fixes the sum for any payoffs.
    """
    size, count, n = len(game.cells) - 1, game.acts.shape[1], len(prior)
    x, t = np.empty(n), y[n]
    for e in range(n):
        x[e] = np.exp(y[e])
    trust = np.exp(-t) if tracing else 0.0
    level = scale * trust
    value, along = np.empty(n), np.zeros(n)
    here, forward = np.zeros((n, game.widest)), np.zeros((n, size))
    flows, gain, drift = np.empty((count, size, size)), np.zeros((count, n)), np.zeros((count, size))
    met, by_log, by_step, fee = np.empty(n), np.empty(n), np.empty(n), np.zeros(size)
    share = np.empty(game.widest)
    for i in range(count):
        for e in range(n):
            alien = trust if game.owner[e] != i else 0.0
            met[e] = x[e] + alien * (prior[e] - x[e])
            by_log[e] = (1 - alien) * x[e]
            by_step[e] = alien * (x[e] - prior[e])
        if tracing:
            for s in range(size):
                fee[s] = 0.0
                for e in range(game.groups[s * count + i], game.groups[s * count + i + 1]):
                    fee[s] += level * prior[e] * y[e]
        flow, _, table, seen = outlook(game, i, met, fee)
        for r in range(size):
            for c in range(size):
                flows[i, r, c] = flow[r, c]
        if full:
            direct, ahead = slopes(game, i, met, table)
        for s in range(size):
            start, stop = game.groups[s * count + i], game.groups[s * count + i + 1]
            total, mean = 0.0, 0.0
            if tracing:
                for e in range(start, stop):
                    share[e - start] = x[e]
                    total += x[e]
            else:
                top = -np.inf
                for e in range(start, stop):
                    share[e - start] = np.log(prior[e]) + t * seen[e]
                    top = max(top, share[e - start])
                for e in range(start, stop):
                    value[e] = y[e] - share[e - start] + top
                    share[e - start] = np.exp(share[e - start] - top)
                    total += share[e - start]
            for e in range(start, stop):
                share[e - start] /= total
                mean += share[e - start] * seen[e]
            for e in range(start, stop):
                if tracing:
                    value[e] = seen[e] - mean + level * (prior[e] / x[e] - 1) - (total - 1)
                else:
                    value[e] += np.log(total)
            if not full:
                continue
            low, wide = game.entries[s], game.entries[s + 1] - game.entries[s]
            drift[i, s] = -fee[s]
            for c in range(wide):
                e = low + c
                gain[i, e] = seen[e] * by_log[e] + (level * prior[e] if start <= e < stop else 0.0)
                drift[i, s] += seen[e] * by_step[e]
                middle = 0.0
                for r in range(start, stop):
                    middle += share[r - start] * direct[r, c]
                for r in range(start, stop):
                    here[r, c] = (direct[r, c] - middle) * by_log[e]
                    along[r] += (direct[r, c] - middle) * by_step[e]
            for k in range(game.near[s], game.near[s + 1]):
                to, middle = game.succ[k], 0.0
                for r in range(start, stop):
                    middle += share[r - start] * ahead[r, to]
                for r in range(start, stop):
                    forward[r, to] = ahead[r, to] - middle
            for r in range(start, stop):
                if tracing:
                    for e in range(start, stop):
                        here[r, e - low] -= share[e - start] * (seen[e] - mean) + x[e]
                    here[r, r - low] -= level * prior[r] / x[r]
                    along[r] -= level * (prior[r] / x[r] - 1)
                else:
                    for c in range(wide):
                        here[r, c] *= -t
                    here[r, r - low] += 1.0
                    for k in range(game.near[s], game.near[s + 1]):
                        forward[r, game.succ[k]] *= -t
                    along[r] = mean - seen[r]
    return value, here, along, forward, flows, gain, drift


@inner()
def factor(game, parts, border):  # type: ignore[no-untyped-def]
    """Factors of the derivative bordered by a row [n + 1]: states first, then values and parameter.

    Returns (blocks, their pivots, carried [n, P S + 1], core, its pivots, whether all pivots differ from zero).
    """
    _, here, along, forward, flows, gain, drift = parts
    size, count, n = len(game.cells) - 1, game.acts.shape[1], len(along)
    last = count * size
    blocks, pivots = np.empty(n * game.widest), np.empty(n, np.int64)
    carried, core = np.zeros((n, last + 1)), np.zeros((last + 1, last + 1))
    for i in range(count):
        for r in range(size):
            for c in range(size):
                core[i * size + r, i * size + c] = flows[i, r, c]
    core[last, last] = border[n]
    regular, offset = True, 0
    for s in range(size):
        low, high = game.entries[s], game.entries[s + 1]
        wide = high - low
        block = blocks[offset : offset + wide * wide].reshape((wide, wide))
        offset += wide * wide
        for r in range(wide):
            for c in range(wide):
                block[r, c] = here[low + r, c]
        regular = linear.factor(block, pivots[low:high]) and regular
        if not regular:
            break
        first, last_one = game.near[s], game.near[s + 1]
        many = last_one - first
        right = np.zeros((wide, count * many + 1))
        for e in range(low, high):
            for k in range(many):
                right[e - low, game.owner[e] * many + k] = forward[e, game.succ[first + k]]
            right[e - low, count * many] = along[e]
        linear.back(block, pivots[low:high], right)
        for k in range(count * many + 1):
            to = last if k == count * many else (k // many) * size + game.succ[first + k % many]
            for e in range(low, high):
                carried[e, to] = right[e - low, k]
                for i in range(count):
                    core[i * size + s, to] += gain[i, e] * right[e - low, k]
                core[last, to] -= border[e] * right[e - low, k]
        for i in range(count):
            core[i * size + s, last] -= drift[i, s]
    places = np.empty(last + 1, np.int64)
    regular = regular and linear.factor(core, places)
    return blocks, pivots, carried, core, places, regular


@inner()
def resolve(game, parts, factors, border, right):  # type: ignore[no-untyped-def]
    """Solution [n + 1] of the bordered system for a right-hand side [n + 1]."""
    gain, n = parts[5], len(border) - 1
    blocks, pivots, carried, core, places, _ = factors
    size, count = len(game.cells) - 1, game.acts.shape[1]
    out, offset = np.empty(n + 1), 0
    inner = np.zeros((count * size + 1, 1))
    inner[count * size, 0] = right[n]
    for s in range(size):
        low, high = game.entries[s], game.entries[s + 1]
        wide = high - low
        block = blocks[offset : offset + wide * wide].reshape((wide, wide))
        offset += wide * wide
        part = np.empty((wide, 1))
        for e in range(wide):
            part[e, 0] = right[low + e]
        linear.back(block, pivots[low:high], part)
        for e in range(low, high):
            out[e] = part[e - low, 0]
            inner[count * size, 0] -= border[e] * out[e]
            for i in range(count):
                inner[i * size + s, 0] += gain[i, e] * out[e]
    linear.back(core, places, inner)
    ahead = inner.ravel()
    for e in range(n):
        out[e] -= linear.dot(carried[e], ahead)
    out[n] = inner[count * size, 0]
    return out
