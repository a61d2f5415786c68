"""Compiled path kernel: every party's action and nature's move drawn apart, several paths abreast."""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.streams import LANES, round_keys, words_of

_ONE = np.uint64(1)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
# an action that is drawn; and what no draw of 32 bits reaches
_DRAWN, _NEVER = np.uint64(1 << 63), np.uint64(1 << 32)
# parts of the scratch array: fresh words come first; the automaton states and the words of each stream last
_OWN, _STATE, _KNOWN, _ROW, _BRANCH, _FRESH, _CELL, _PARTS = (LANES * k for k in range(4, 12))


@njit(cache=True, nogil=True)
def walk(tables, weights, begin, end, key, state, inner, out):  # type: ignore[no-untyped-def]
    """Carry paths through one segment of play; each path reads only its own streams.

    Player i draws from stream i + 1, nature from stream 0, each once per period.
    tables : DrawTables; out : PathOutputs; weights [T] of all periods, of which begin .. end - 1 are
    played. Carried: state [N], inner [N, P] automaton states.
    """
    first, stride, payoffs, guide, depth, top, target, bits, cells, laws, moves, drawn = tables
    ids, total, seen, last, when, gains, occupancy, states, rows, pack = out
    players = payoffs.shape[0]
    choices = laws.shape[3]
    cut = np.uint64(choices)
    events = when.shape[1]
    keep = rows.shape[1] > 0
    apart = states.shape[1] > 0
    count = occupancy.shape[1] > 0
    deep = np.uint64(depth)
    down = np.uint64(32 - depth)
    plans = np.uint64(laws.shape[2])
    many = np.uint64(moves.shape[2])
    deepest = np.uint64(moves.shape[1])
    many_states = np.uint64(laws.shape[1])
    many_rows = np.uint64(payoffs.shape[1])
    # flat views, made once: a view made in the loop would cost as much as a period
    bounds = laws.reshape(laws.size)
    step = stride.reshape(stride.size)
    pays = payoffs.reshape(payoffs.size)
    table = moves.reshape(moves.size)
    # rows that a plan's action adds where it is certain, whatever is drawn
    sure = np.zeros(len(step) * laws.shape[2], np.uint64)
    for n in range(len(sure)):
        for j in range(choices):
            bound = bounds[n * choices + j]
            if bound == 0:
                sure[n] += step[n // laws.shape[2]]
            elif bound < _NEVER:
                sure[n] = _DRAWN
                break
    keys = round_keys(key)
    plan = _PARTS
    words = _PARTS + LANES * players
    m = np.zeros(words + 4 * LANES * (players + 1), np.uint64)
    sums = np.empty(LANES * players)
    for base in range(0, len(ids), LANES):
        if keep and begin % pack:  # the segment before left a word half full
            for lane in range(LANES):
                m[_CELL + lane] = np.uint64(rows[base + lane, begin // pack]) << _HALF
                if apart:
                    m[_CELL + lane] |= np.uint64(states[base + lane, begin // pack])
        for lane in range(LANES):
            m[_OWN + lane] = ids[base + lane]
            m[_STATE + lane] = state[base + lane]
            m[_KNOWN + lane] = seen[base + lane]
            for i in range(players):
                sums[i * LANES + lane] = gains[base + lane, i]
                m[plan + i * LANES + lane] = inner[base + lane, i]
        for t in range(begin, end):
            word = t & 3
            if word == 0 or t == begin:
                for i in range(players + 1):
                    if drawn[i]:
                        words_of(np.uint64(t >> 2), np.uint64(i), m, keys)
                        for k in range(4 * LANES):
                            m[words + 4 * LANES * i + k] = m[k]
            for lane in range(LANES):
                m[_ROW + lane] = first[m[_STATE + lane]]
            for i in range(players):
                at = words + 4 * LANES * (i + 1) + word * LANES
                own = plan + i * LANES
                side = np.uint64(i) * many_states
                if not drawn[i + 1]:
                    for lane in range(LANES):
                        m[_ROW + lane] += sure[(side + m[_STATE + lane]) * plans + m[own + lane]]
                    continue
                # no branch on a random number: an action is the count of bounds that the draw reaches
                for lane in range(LANES):
                    s = side + m[_STATE + lane]
                    k = s * plans + m[own + lane]
                    more = sure[k]
                    if more == _DRAWN:
                        w = m[at + lane]
                        more = np.uint64(0)
                        for j in range(choices):
                            more += np.uint64(w >= bounds[k * cut + np.uint64(j)])
                        more *= step[s]
                    m[_ROW + lane] += more
            at = words + word * LANES
            for lane in range(LANES):
                w = m[at + lane]
                found = guide[(m[_ROW + lane] << deep) + (w >> down)]
                if found < 0:
                    b = np.uint64(~found)
                    while w >= top[b]:
                        b += _ONE
                else:
                    b = np.uint64(found)
                m[_BRANCH + lane] = b
            if count:
                for lane in range(min(LANES, total - base)):
                    occupancy[t, m[_STATE + lane], lane & 3] += 1
            weight = weights[t]
            for i in range(players):
                pay_at = np.uint64(i) * many_rows
                move_at = np.uint64(i) * deepest
                own = plan + i * LANES
                for lane in range(LANES):
                    sums[i * LANES + lane] += weight * pays[pay_at + m[_ROW + lane]]
                for lane in range(LANES):
                    m[own + lane] = table[(move_at + m[own + lane]) * many + m[_BRANCH + lane]]
            some = np.uint64(0)
            for lane in range(LANES):
                b = m[_BRANCH + lane]
                m[_STATE + lane] = target[b]
                fresh = bits[b] & ~m[_KNOWN + lane]
                m[_FRESH + lane] = fresh
                m[_KNOWN + lane] |= fresh
                some |= fresh
            if some:
                for lane in range(LANES):
                    fresh = m[_FRESH + lane]
                    if fresh:
                        for e in range(events):
                            if (fresh >> np.uint64(e)) & _ONE:
                                when[base + lane, e] = t
            if keep:
                if t % pack == 0:
                    for lane in range(LANES):
                        m[_CELL + lane] = 0
                shift = np.uint64((t % pack) * (32 // pack))
                for lane in range(LANES):
                    m[_CELL + lane] |= cells[m[_BRANCH + lane]] << shift
                if (t + 1) % pack == 0 or t == end - 1:
                    place = t // pack
                    for lane in range(LANES):
                        cell = m[_CELL + lane]
                        rows[base + lane, place] = cell >> _HALF
                        if apart:
                            states[base + lane, place] = cell & _LOW
        for lane in range(LANES):
            state[base + lane] = m[_STATE + lane]
            seen[base + lane] = m[_KNOWN + lane]
            last[base + lane] = bits[m[_BRANCH + lane]]
            for i in range(players):
                gains[base + lane, i] = sums[i * LANES + lane]
                inner[base + lane, i] = m[plan + i * LANES + lane]
