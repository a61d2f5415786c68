"""Compiled vertex enumeration of best-response polytopes with a proof of completeness in floats.

A polytope {x in R^d : x >= 0, M x <= 1} with M [c, d] in [1, 2] is walked along its edges. A vertex
is the set of its d tight constraints, as a bit mask: bit i for x[i] = 0, bit d + j for row j. Every
vertex is solved afresh from its mask, and the values of all other constraints must exceed a bound on
their error (rounding of M included). Two such vertices that share d - 1 tight constraints are the two
ends of an edge; the graph of a polytope is connected (Balinski 1961). A walk without a refusal has
therefore found every vertex, and the polytope is simple: the game has no tie.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.bimatrix import _pad, _put, pure

_UNIT = 1.1102230246251565e-16


@njit(cache=True)
def _slot(table, mask):  # type: ignore[no-untyped-def]
    """Position of a mask in an open-addressing table (or of the free place for it)."""
    size = np.uint64(table.shape[0] - 1)
    h = np.uint64(mask) * np.uint64(0x9E3779B97F4A7C15)
    h ^= h >> np.uint64(29)
    at = np.int64(h & size)
    while table[at] != 0 and table[at] != mask:
        at = np.int64((np.uint64(at) + np.uint64(1)) & size)
    return at


@njit(cache=True)
def _corner(M, mask, R, W, rows, cols, swaps, line, x, s):  # type: ignore[no-untyped-def]
    """Solve the vertex of a mask: x, row values s and inverse R; its size k, or -1 where not proved."""
    c, d = M.shape
    k, t = 0, 0
    for i in range(d):
        x[i] = 0.0
        if not (mask >> i) & 1:
            cols[k] = i
            k += 1
    for j in range(c):
        if (mask >> (d + j)) & 1:
            if t < k:
                rows[t] = j
            t += 1
    if t != k:
        return -1
    for a in range(k):
        for b in range(k):
            W[a, b] = M[rows[a], cols[b]]
            R[a, b] = W[a, b]
    # Gauss-Jordan with row pivoting, in place; the swaps are undone on the columns of the inverse
    for b in range(k):
        top = b
        for a in range(b + 1, k):
            if abs(R[a, b]) > abs(R[top, b]):
                top = a
        if abs(R[top, b]) < 1e-12:
            return -1
        swaps[b] = top
        if top != b:
            for e in range(k):
                R[b, e], R[top, e] = R[top, e], R[b, e]
        p = 1.0 / R[b, b]
        R[b, b] = 1.0
        for e in range(k):
            R[b, e] *= p
        for a in range(k):
            f = R[a, b]
            if a != b:
                R[a, b] = 0.0
                for e in range(k):
                    R[a, e] -= f * R[b, e]
    for b in range(k - 1, -1, -1):
        top = swaps[b]
        if top != b:
            for a in range(k):
                R[a, b], R[a, top] = R[a, top], R[a, b]
    # q >= ||I - R W||, error <= max |R| |residual| / (1 - q); residuals include the rounding of M,
    # whose entries are at most 2
    small = (k + 6) * _UNIT
    q = 0.0
    for a in range(k):
        for b in range(k):
            line[b] = -1.0 if a == b else 0.0
        size, v = 0.0, 0.0
        for e in range(k):
            f = R[a, e]
            v += f
            size += abs(f)
            for b in range(k):
                line[b] += f * W[e, b]
        x[cols[a]] = v
        total = k * small * (1.0 + 2.0 * size)
        for b in range(k):
            total += abs(line[b])
        q = max(q, total)
    if not q < 0.5:
        return -1
    for b in range(k):
        v, w = 1.0, 1.0
        for e in range(k):
            f = W[b, e] * x[cols[e]]
            v -= f
            w += abs(f)
        s[b] = abs(v) + small * w
    error = 0.0
    for a in range(k):
        v = 0.0
        for b in range(k):
            v += abs(R[a, b]) * s[b]
        error = max(error, v)
    error = 1.001 * error / (1.0 - q)
    for a in range(k):
        if not x[cols[a]] > error:
            return -1
    for j in range(c):
        if (mask >> (d + j)) & 1:
            s[j] = 0.0
            continue
        v, w = 1.0, 1.0
        for a in range(k):
            f = M[j, cols[a]] * x[cols[a]]
            v -= f
            w += f
        if not v > small * w + 2.0 * k * error:
            return -1
        s[j] = v
    return k


@njit(cache=True)
def walk(M, masks, known, points, table, index, R, W, rows, cols, swaps, line, x, s):  # type: ignore[no-untyped-def]
    """Visit every vertex; return their number, -1 where one is not proved simple, -2 where space ends.

    known holds, per vertex, the tight constraints whose edge was walked from its other end; table and
    index map a mask to its vertex.
    """
    c, d = M.shape
    one = np.int64(1)
    table[:] = 0
    masks[0] = (one << d) - 1
    known[0] = 0
    at = _slot(table, masks[0])
    table[at] = masks[0]
    index[at] = 0
    found, done = 1, 0
    while done < found:
        mask = masks[done]
        k = _corner(M, mask, R, W, rows, cols, swaps, line, x, s)
        if k < 0:
            return -1
        for i in range(d):
            points[done, i] = x[i]
        # gather what the edges need: W the loose rows on the support
        loose = 0
        for j in range(c):
            if not (mask >> (d + j)) & 1:
                swaps[loose] = j
                for a in range(k):
                    W[loose, a] = M[j, cols[a]]
                loose += 1
        # leave the vertex along each edge: one tight constraint becomes loose
        for out in range(d + c):
            if not ((mask & ~known[done]) >> out) & 1:
                continue
            for a in range(k):
                line[a] = 0.0
            if out < d:
                for b in range(k):
                    f = M[rows[b], out]
                    for a in range(k):
                        line[a] -= R[a, b] * f
            else:
                b = 0
                while rows[b] != out - d:
                    b += 1
                for a in range(k):
                    line[a] = -R[a, b]
            best, tight = np.inf, -1
            for a in range(k):
                if x[cols[a]] < -line[a] * best:
                    best, tight = x[cols[a]] / -line[a], cols[a]
            for e in range(loose):
                j = swaps[e]
                v = M[j, out] if out < d else 0.0
                for a in range(k):
                    v += W[e, a] * line[a]
                if s[j] < v * best:
                    best, tight = s[j] / v, d + j
            if tight < 0:
                return -1
            new = (mask ^ (one << out)) | (one << tight)
            at = _slot(table, new)
            if table[at] == 0:
                if found >= masks.shape[0]:
                    return -2
                table[at] = new
                index[at] = found
                masks[found] = new
                known[found] = 0
                found += 1
            known[index[at]] |= one << tight
        done += 1
    return found


@njit(cache=True)
def normal(U, M, flip):  # type: ignore[no-untyped-def]
    """Bring payoffs U into [1, 2] as M, transposed where `flip`."""
    top = 0.0
    for v in U.flat:
        top = max(top, abs(v))
    half = 0.5 if top > 1e300 else 1.0
    low, high = np.inf, -np.inf
    for v in U.flat:
        low = min(low, v * half)
        high = max(high, v * half)
    span = high - low
    for i in range(U.shape[0]):
        for j in range(U.shape[1]):
            v = 1.0 + (U[i, j] * half - low) / span if span > 0.0 else 1.0
            if flip:
                M[j, i] = v
            else:
                M[i, j] = v


@njit(cache=True)
def match(m, n, p, table, index):  # type: ignore[no-untyped-def]
    """Find the vertex of the second polytope that completes mask p: its number, or -1."""
    # labels of the first: rows 0..m-1, columns m..; of the second: columns 0..n-1, rows n..
    rest = ~p & ((np.int64(1) << (m + n)) - 1)
    want = (rest >> m) | ((rest & ((np.int64(1) << m) - 1)) << n)
    at = _slot(table, want)
    return index[at] if table[at] == want else -1


@njit(cache=True)
def _room(m, n, cap):  # type: ignore[no-untyped-def]
    """Scratch arrays of two walks over at most `cap` vertices each."""
    size = 2
    while size < 2 * cap + 2:
        size *= 2
    big = max(m, n)
    R, W = np.empty((big, big)), np.empty((big, big))
    rows, cols, swaps = np.empty(big, np.int64), np.empty(big, np.int64), np.empty(big, np.int64)
    z, s, line = np.empty(big), np.empty(big), np.empty(big)
    mp, mq, kn = np.empty(cap, np.int64), np.empty(cap, np.int64), np.empty(cap, np.int64)
    ip, iq = np.empty(size, np.int64), np.empty(size, np.int64)
    vp, vq = np.empty((cap, m)), np.empty((cap, n))
    tp, tq = np.empty(size, np.int64), np.empty(size, np.int64)
    return R, W, rows, cols, swaps, z, s, line, mp, mq, kn, ip, iq, vp, vq, tp, tq


@njit(cache=True, nogil=True)
def equilibria(A, B, cap):  # type: ignore[no-untyped-def]
    """All equilibria of one game with proof; returns (x, y, state): state 1, or -1, -2 as `walk`."""
    m, n = A.shape
    P, Q = np.empty((n, m)), np.empty((m, n))
    normal(B, P, True)
    normal(A, Q, False)
    R, W, rows, cols, swaps, z, s, line, mp, mq, kn, ip, iq, vp, vq, tp, tq = _room(m, n, cap)
    x, y = np.empty((0, m)), np.empty((0, n))
    p = walk(P, mp, kn, vp, tp, ip, R, W, rows, cols, swaps, line, z, s)
    if p < 0:
        return x, y, p
    q = walk(Q, mq, kn, vq, tq, iq, R, W, rows, cols, swaps, line, z, s)
    if q < 0:
        return x, y, q
    left, right = np.empty(p, np.int64), np.empty(p, np.int64)
    c = 0
    for a in range(1, p):
        b = match(m, n, mp[a], tq, iq)
        if b > 0:
            left[c] = a
            right[c] = b
            c += 1
    x, y = np.empty((c, m)), np.empty((c, n))
    for a in range(c):
        x[a] = vp[left[a]] / vp[left[a]].sum()
        y[a] = vq[right[a]] / vq[right[a]].sum()
    return x, y, 1


@njit(cache=True, nogil=True)
def small_games(start, stop, G, cap, x, y, pay, gain, count, flag):  # type: ignore[no-untyped-def]
    """Solve games start to stop of G [B, 2, m, n]; where a tie is not excluded, list pure equilibria and flag."""
    m, n = G.shape[2], G.shape[3]
    K = x.shape[1]
    P, Q = np.empty((n, m)), np.empty((m, n))
    R, W, rows, cols, swaps, z, s, line, mp, mq, kn, ip, iq, vp, vq, tp, tq = _room(m, n, cap)
    for g in range(start, stop):
        c, tie = pure(G, g, x, y, pay, gain)
        p, q = -1, -1
        if not tie:
            normal(G[g, 1], P, True)
            normal(G[g, 0], Q, False)
            p = walk(P, mp, kn, vp, tp, ip, R, W, rows, cols, swaps, line, z, s)
            if p > 0:
                q = walk(Q, mq, kn, vq, tq, iq, R, W, rows, cols, swaps, line, z, s)
        flag[g] = q < 0
        if q > 0:
            for a in range(1, p):
                used = 0
                for i in range(m):
                    used += vp[a, i] > 0.0
                # pure equilibria are listed already
                b = match(m, n, mp[a], tq, iq) if used > 1 else -1
                if b > 0:
                    if c < K:
                        _put(G, g, c, vp[a], vq[b], x, y, pay, gain)
                    c += 1
        count[g] = c
        _pad(g, c, x, y, pay, gain)
