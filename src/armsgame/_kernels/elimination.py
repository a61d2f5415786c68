"""Elimination of the states of a Markov chain without a subtraction, on sparse rows of scaled numbers.

A number is a pair: value * 2**(512 power), the value 0 or in [2**-256, 2**256). The chain is censored
one state after the other (Grassmann, Taksar and Heyman 1985, Operations Research 33); the update of a
pivot stands in a dense front that its parent takes in (Duff and Reid 1983, ACM TOMS 9).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.copies import put
from armsgame._kernels.tiers import inner, tiered

_HIGH, _LOW = 2.0**256, 2.0**-256
_UP, _DOWN = 2.0**512, 2.0**-512


@njit(cache=True)
def ancestors(start, other):  # type: ignore[no-untyped-def]
    """Parent of each state in the elimination tree [n], -1 at a root (Liu 1990, SIAM J. Matrix Anal. 11).

    start [n + 1], other [E]: neighbours of each state in a symmetric pattern.
    """
    n = len(start) - 1
    parent, high = np.full(n, -1), np.full(n, -1)
    for x in range(n):
        for at in range(start[x], start[x + 1]):
            y = other[at]
            while y < x and y != -1:
                above = high[y]
                high[y] = x
                if above == -1:
                    parent[y] = x
                elif above == x:
                    break
                y = above
    return parent


@njit(cache=True)
def postorder(parent):  # type: ignore[no-untyped-def]
    """States [n] such that the descendants of each stand right before it."""
    n = len(parent)
    first, following = np.full(n + 1, -1), np.full(n, -1)
    for x in range(n - 1, -1, -1):
        following[x], first[parent[x]] = first[parent[x]], x
    order, todo = np.empty(n, np.int64), np.empty(n + 1, np.int64)
    count, place = 0, 0
    todo[0] = n
    while count >= 0:
        x = todo[count]
        below = first[x]
        if below != -1:
            first[x] = following[below]
            count += 1
            todo[count] = below
        else:
            count -= 1
            if x < n:
                order[place] = x
                place += 1
    return order


@njit(cache=True)
def fill(start, other, parent):  # type: ignore[no-untyped-def]
    """Later neighbours of each state once the earlier ones are gone, sorted: (begin [n + 1], state [F])."""
    n = len(parent)
    seen = np.full(n, -1)
    begin, kids = np.zeros(n + 1, np.int64), np.full(n, -1)
    following = np.full(n, -1)
    found = np.empty(max(16, 2 * len(other)), np.int64)
    for x in range(n):
        at = begin[x]
        if at + n > len(found):
            more = np.empty(2 * len(found) + n, np.int64)
            put(more, found[:at])
            found = more
        seen[x] = x
        for k in range(start[x], start[x + 1]):
            y = other[k]
            if y > x and seen[y] != x:
                seen[y] = x
                found[at] = y
                at += 1
        child = kids[x]
        while child != -1:
            for k in range(begin[child], begin[child + 1]):
                y = found[k]
                if seen[y] != x:
                    seen[y] = x
                    found[at] = y
                    at += 1
            child = following[child]
        found[begin[x] : at] = np.sort(found[begin[x] : at])
        begin[x + 1] = at
        if parent[x] != -1:
            following[x], kids[parent[x]] = kids[parent[x]], x
    return begin, found[: begin[n]]


@inner()
def _plus(v, p, w, q):  # type: ignore[no-untyped-def]
    if w == 0.0 or (v != 0.0 and p - q > 1):
        return v, p
    if v == 0.0 or q - p > 1:
        return w, q
    if p == q:
        v += w
    elif p > q:
        v += w * _DOWN
    else:
        v, p = v * _DOWN + w, q
    if v >= _HIGH:
        return v * _DOWN, p + 1
    return v, p


@inner()
def _level(v, p):  # type: ignore[no-untyped-def]
    if v >= _HIGH:
        return v * _DOWN, p + 1
    if 0.0 < v < _LOW:
        return v * _UP, p - 1
    return v, p


@inner()
def _largest(v, p):  # type: ignore[no-untyped-def]
    most = 0.0
    for k in range(len(v)):
        most = max(most, v[k] if p[k] == 0 else np.inf)
    return most


@tiered(1000)
@njit(cache=True)
def eliminate(  # type: ignore[no-untyped-def]
    begin, later, parent, out_at, out_to, out_v, out_p, into_at, into_from, into_v, into_p, leave_v, leave_p
):
    """Censor the states 0, 1, ..: rates to and from later states at the moment each goes, and their sum.

    begin [n + 1], later [F], parent [n]: what `fill` and `ancestors` say of states in postorder. out_at [n + 1],
    out_to, out_v, out_p [E]: rates from each state to later ones; into_..: rates into each state from later
    ones. leave_v, leave_p [n]: rates out of the chain, changed in place to those of the censored chain.
    Returns (up value, up power, down value, down power [F], total value, total power [n]).
    """
    n = len(parent)
    size = begin[n]
    up_v, up_p = np.zeros(size), np.zeros(size, np.int64)
    down_v, down_p = np.zeros(size), np.zeros(size, np.int64)
    total_v, total_p = np.zeros(n), np.zeros(n, np.int64)
    # fronts on a stack: entry (i, j) of the update of x at base[x] + (shift[x] + i) * wide[x] + shift[x] + j
    base, wide, shift = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    stack_v, stack_p = np.zeros(64), np.zeros(64, np.int64)
    top = 0
    # plain fronts hold powers of 0 alone; a row's sum never grows, so that nothing in them overflows
    plain = np.zeros(n, np.bool_)
    ordinary = max(_largest(out_v, out_p), _largest(into_v, into_p)) < 2.0**200
    pivot = np.empty(n + 1)
    place = np.zeros(n, np.int64)
    live = np.zeros(n + 1, np.int64)  # states whose updates stand on the stack
    count = 0
    for x in range(n):
        first = begin[x]
        many = begin[x + 1] - first
        for i in range(many):
            place[later[first + i]] = i + 1
        place[x] = 0
        low = count
        while low > 0 and parent[live[low - 1]] == x:
            low -= 1
        only = live[low] if count - low == 1 else -1
        if only != -1 and begin[only + 1] - begin[only] == many + 1:
            # the only child has the same later states: its update becomes the front as it stands
            base[x], wide[x], shift[x], plain[x] = base[only], wide[only], shift[only], plain[only]
        else:
            need = (many + 1) ** 2
            if top + need > len(stack_v):
                bigger_v, bigger_p = np.zeros(2 * (top + need)), np.zeros(2 * (top + need), np.int64)
                put(bigger_v, stack_v[:top])
                put(bigger_p, stack_p[:top])
                stack_v, stack_p = bigger_v, bigger_p
            stack_v[top : top + need] = 0.0
            stack_p[top : top + need] = 0
            plain[x] = ordinary
            for c in range(low, count):
                plain[x] &= plain[live[c]]
            for c in range(low, count):
                child = live[c]
                own = begin[child]
                tall = begin[child + 1] - own
                for i in range(tall):
                    origin = base[child] + (shift[child] + i) * wide[child] + shift[child]
                    row = top + place[later[own + i]] * (many + 1)
                    if plain[x]:
                        for j in range(tall):
                            stack_v[row + place[later[own + j]]] += stack_v[origin + j]
                        continue
                    for j in range(tall):
                        if i != j and stack_v[origin + j] != 0.0:
                            at = row + place[later[own + j]]
                            stack_v[at], stack_p[at] = _plus(
                                stack_v[at], stack_p[at], stack_v[origin + j], stack_p[origin + j]
                            )
            if count > low:
                # the children are taken in: the front moves down to where the first of them stood
                to = base[live[low]]
                for i in range(need):
                    stack_v[to + i] = stack_v[top + i]
                for i in range(need):
                    stack_p[to + i] = stack_p[top + i]
                top = to
            base[x], wide[x], shift[x] = top, many + 1, 0
            top += need
        corner = base[x] + shift[x] * wide[x] + shift[x]
        for k in range(out_at[x], out_at[x + 1]):
            at = corner + place[out_to[k]]
            stack_v[at], stack_p[at] = _plus(stack_v[at], stack_p[at], out_v[k], out_p[k])
        for k in range(into_at[x], into_at[x + 1]):
            at = corner + place[into_from[k]] * wide[x]
            stack_v[at], stack_p[at] = _plus(stack_v[at], stack_p[at], into_v[k], into_p[k])
        v, p = leave_v[x], leave_p[x]
        for j in range(1, many + 1):
            v, p = _plus(v, p, stack_v[corner + j], stack_p[corner + j])
        total_v[x], total_p[x] = v, p
        least = np.inf
        for j in range(1, many + 1):
            pivot[j] = stack_v[corner + j]
            if 0.0 < pivot[j] < least:
                least = pivot[j]
        source = pivot[1 : many + 1]
        for i in range(1, many + 1):
            row = corner + i * wide[x]
            up_v[first + i - 1], up_p[first + i - 1] = stack_v[corner + i], stack_p[corner + i]
            down_v[first + i - 1], down_p[first + i - 1] = stack_v[row], stack_p[row]
            if stack_v[row] == 0.0 or v == 0.0:
                continue
            f, g = _level(stack_v[row] / v, stack_p[row] - p)
            if plain[x] and g == 0 and f * least >= _LOW:
                target = stack_v[row + 1 : row + many + 1]
                for j in range(many):
                    target[j] += f * source[j]
            else:
                plain[x] = False
                for j in range(1, many + 1):
                    if pivot[j] != 0.0 and i != j:
                        w, q = _level(f * pivot[j], g + stack_p[corner + j])
                        stack_v[row + j], stack_p[row + j] = _plus(stack_v[row + j], stack_p[row + j], w, q)
            y = later[first + i - 1]
            w, q = _level(f * leave_v[x], g + leave_p[x])
            leave_v[y], leave_p[y] = _plus(leave_v[y], leave_p[y], w, q)
        shift[x] += 1
        count = low
        live[count] = x
        count += 1
        if many == 0:
            # a root leaves nothing behind
            count -= 1
            top = base[x]
    return up_v, up_p, down_v, down_p, total_v, total_p


@tiered(4000)
@njit(cache=True)
def substitute(begin, later, ahead_v, ahead_p, back_v, back_p, total_v, total_p, v, p):  # type: ignore[no-untyped-def]
    """Solve in place for right-hand sides [n, c] that are nowhere negative, given what `eliminate` made.

    With ahead = down and back = up: v = b + P v; with the two exchanged: v = b + P' v. A total of 0 counts as 1.
    """
    n, columns = v.shape
    for x in range(n):
        for k in range(begin[x], begin[x + 1]):
            if ahead_v[k] != 0.0 and total_v[x] != 0.0:
                f, g = _level(ahead_v[k] / total_v[x], ahead_p[k] - total_p[x])
                y = later[k]
                for c in range(columns):
                    w, q = _level(f * v[x, c], g + p[x, c])
                    v[y, c], p[y, c] = _plus(v[y, c], p[y, c], w, q)
    for x in range(n - 1, -1, -1):
        for c in range(columns):
            w, q = v[x, c], p[x, c]
            for k in range(begin[x], begin[x + 1]):
                if back_v[k] != 0.0:
                    f, g = _level(back_v[k] * v[later[k], c], back_p[k] + p[later[k], c])
                    w, q = _plus(w, q, f, g)
            if total_v[x] != 0.0:
                w, q = _level(w / total_v[x], q - total_p[x])
            v[x, c], p[x, c] = w, q
