"""Compiled population processes: one individual changes per step; and fictitious play."""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.copies import put
from armsgame._kernels.streams import philox, round_keys
from armsgame._kernels.tiers import inner, tiered

_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_UNIT = 2.3283064365386963e-10


@inner(inline="always")
def _fitness(counts, size, process, worth, fit):  # type: ignore[no-untyped-def]
    """Fill mean payoffs and fitness of each type [n]; return the fitness of all individuals together."""
    payoffs, selection = process.payoffs, process.selection
    total = 0.0
    for i in range(len(counts)):
        sum_i = -payoffs[i, i]
        for j in range(len(counts)):
            sum_i += payoffs[i, j] * counts[j]
        worth[i] = sum_i / (size - 1)
        if process.birth_death:
            if process.exponential:
                fit[i] = np.exp(selection * worth[i])
            else:
                fit[i] = 1.0 - selection + selection * worth[i]
            total += fit[i] * counts[i]
    return total


@inner()
def _pick(u, total, weight, counts):  # type: ignore[no-untyped-def]
    """Type of an individual drawn with chances in proportion to the weights of the types; `total` is their sum."""
    left = u * total
    k = 0
    while k < len(counts) - 1 and left >= weight[k] * counts[k]:
        left -= weight[k] * counts[k]
        k += 1
    while counts[k] == 0:
        k -= 1
    return k


@inner(inline="always")
def _one_path(path, begin, end, process, key, counts, fixed, kept):  # type: ignore[no-untyped-def]
    """Run steps begin to end of a path from counts [n], in place, and fill kept [R, n]; return the step of fixation."""
    _, birth_death, _, selection, mutation, every = process
    kinds = len(counts)
    keys = round_keys(key)
    # a number whose type is that of every later one, so that what it is handed to compiles once
    size = 0 * kinds
    for i in range(kinds):
        size += counts[i]
    everybody = float(size)
    worth = np.empty(kinds)
    fit, even = np.empty(kinds), np.empty(kinds)
    for i in range(kinds):
        even[i] = 1.0
    stale = True
    total = 0.0
    lo, hi = np.uint64(path) & _LOW, np.uint64(path) >> _SHIFT
    kept_rows = len(kept)
    for t in range(begin, end):
        if mutation == 0.0 and fixed >= 0:
            if kept_rows == 0:
                break
        else:
            if stale:
                total = _fitness(counts, size, process, worth, fit)
                stale = False
            w = philox(np.uint64(t) & _LOW, (np.uint64(t) >> _SHIFT) + np.uint64(1 << 16), lo, hi, keys)
            u0 = (float(w[0]) + 0.5) * _UNIT
            u1 = (float(w[1]) + 0.5) * _UNIT
            born = gone = 0
            if birth_death:
                born = _pick(u0, total, fit, counts)
                gone = _pick(u1, everybody, even, counts)
            else:
                gone = _pick(u0, everybody, even, counts)
                counts[gone] -= 1
                born = _pick(u1, everybody - 1.0, even, counts)
                counts[gone] += 1
                u2 = (float(w[2]) + 0.5) * _UNIT
                if u2 * (1.0 + np.exp(-selection * (worth[born] - worth[gone]))) > 1.0:
                    born = gone
            if mutation > 0.0:
                u3 = (float(w[3]) + 0.5) * _UNIT
                if u3 < mutation:
                    # the rest of the draw picks one of the other types
                    other = min(int(u3 / mutation * (kinds - 1)), kinds - 2)
                    born = other if other < born else other + 1
            if born != gone:
                counts[born] += 1
                counts[gone] -= 1
                stale = True
                if fixed < 0 and counts[born] == size:
                    fixed = t + 1
        if kept_rows and (t + 1) % every == 0:
            put(kept[(t + 1) // every], counts)
    return fixed


@tiered(64)
@njit(cache=True, nogil=True)
def population_paths(start, stop, begin, end, process, key, last, fixed, kept):  # type: ignore[no-untyped-def]
    """Run steps begin to end of paths start to stop of a `PopulationProcess`; each reads its own Philox stream.

    A step takes four words. Updated in place: last [N, n] counts, fixed [N] step of fixation or -1, kept [N, R, n]
    counts on the way.
    """
    for path in range(start, stop):
        fixed[path] = _one_path(path, begin, end, process, key, last[path], fixed[path], kept[path])


@njit(cache=True, nogil=True)
def play_beliefs(  # type: ignore[no-untyped-def]
    begin, stop, A, B, weights_row, weights_column, gain_row, gain_column, precision, every, key, out_row, out_column
):
    """Fictitious play of a bimatrix game in periods begin to stop: weights_row [m] is what column believes of row.

    precision < 0: exact best replies, the lowest index on ties; otherwise logit replies. The weights
    and the gains A @ weights_column and weights_row @ B are updated in place; the weights are written
    after every `every` periods.
    """
    m, n = A.shape
    total_row = total_column = 0.0
    for k in range(m):
        total_row += weights_row[k]
    for k in range(n):
        total_column += weights_column[k]
    chance = np.empty(max(m, n))
    keys = round_keys(key)
    for t in range(begin, stop):
        a = c = 0
        if precision < 0:
            a, c = int(np.argmax(gain_row)), int(np.argmax(gain_column))
        else:
            w = philox(np.uint64(t), np.uint64(1 << 17), np.uint64(0), np.uint64(0), keys)
            for who in range(2):
                gains, count = (gain_row, total_column) if who == 0 else (gain_column, total_row)
                top = gains[0]
                for k in range(1, len(gains)):
                    top = max(top, gains[k])
                total = 0.0
                for k in range(len(gains)):
                    chance[k] = np.exp(precision * (gains[k] - top) / count)
                    total += chance[k]
                left = (float(w[who]) + 0.5) * _UNIT * total
                k = 0
                while k < len(gains) - 1 and left > chance[k]:
                    left -= chance[k]
                    k += 1
                if who == 0:
                    a = k
                else:
                    c = k
        weights_row[a] += 1.0
        weights_column[c] += 1.0
        total_row += 1.0
        total_column += 1.0
        for k in range(m):
            gain_row[k] += A[k, c]
        for k in range(n):
            gain_column[k] += B[a, k]
        if (t + 1) % every == 0:
            put(out_row[(t + 1) // every - 1], weights_row)
            put(out_column[(t + 1) // every - 1], weights_column)
