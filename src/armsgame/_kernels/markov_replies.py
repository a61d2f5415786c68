"""Best replies in turn on pure Markov profiles of two players, for many payoffs at once, and their regrets."""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.linear import solve


@njit(cache=True)
def rest(g, rows, first, own, delta, act, lead, rounds, slack):  # type: ignore[no-untyped-def]
    """Let players reply in turn, from act [2, S] in place; returns whether they came to rest.

    g [2, n] payoffs and rows [n, S] transitions per action profile; first [S] the first profile of
    a state, own [S, 2] its numbers of actions; slack [2] what an action must gain to be taken. A
    reply is found by policy iteration (Howard 1960) and keeps the action it had where that ties.
    """
    states = len(first)
    system, right = np.empty((states, states)), np.empty((states, 1))
    still = 0
    for turn in range(rounds):
        i = (lead + turn) % 2
        moved = False
        for _ in range(200):
            for s in range(states):
                k = first[s] + act[0, s] * own[s, 1] + act[1, s]
                right[s, 0] = (1 - delta) * g[i, k]
                for t in range(states):
                    system[s, t] = (1.0 if s == t else 0.0) - delta * rows[k, t]
            value, _ = solve(system, right)
            better = False
            for s in range(states):
                top, best = value[s, 0] + slack[i], -1
                for a in range(own[s, i]):
                    k = first[s] + (a * own[s, 1] + act[1, s] if i == 0 else act[0, s] * own[s, 1] + a)
                    worth = (1 - delta) * g[i, k]
                    for t in range(states):
                        worth += delta * rows[k, t] * value[t, 0]
                    if worth > top:
                        top, best = worth, a
                if best >= 0:
                    act[i, s] = best
                    better = True
            if not better:
                break
            moved = True
        still = 0 if moved else still + 1
        if still == 2:
            return True
    return False


@njit(cache=True)
def regret(g, rows, first, own, delta, act):  # type: ignore[no-untyped-def]
    """Largest gain [2] of one action in one state of a pure profile, and the bound [2] of its rounding error."""
    states = len(first)
    system, right = np.empty((states, states)), np.empty((states, 2))
    for s in range(states):
        k = first[s] + act[0, s] * own[s, 1] + act[1, s]
        right[s, 0], right[s, 1] = (1 - delta) * g[0, k], (1 - delta) * g[1, k]
        for t in range(states):
            system[s, t] = (1.0 if s == t else 0.0) - delta * rows[k, t]
    value, _ = solve(system, right)
    gain, bound = np.zeros(2), np.zeros(2)
    for i in range(2):
        for s in range(states):
            # the rows of the transition sum to one, so residuals grow by 1 / (1 - delta) at most
            off = -right[s, i]
            for t in range(states):
                off += system[s, t] * value[t, i]
            bound[i] = max(bound[i], abs(off) / (1 - delta))
            for a in range(own[s, i]):
                k = first[s] + (a * own[s, 1] + act[1, s] if i == 0 else act[0, s] * own[s, 1] + a)
                worth = (1 - delta) * g[i, k]
                for t in range(states):
                    worth += delta * rows[k, t] * value[t, i]
                gain[i] = max(gain[i], worth - value[s, i])
    return gain, bound


@njit(cache=True, nogil=True)
def sweep(begin, end, basis, weights, deltas, rows, first, own, starts, rounds, zero, acts, gains, ok):  # type: ignore[no-untyped-def]
    """Profiles at which replies from every start come to rest, for games begin to end with the same transitions.

    basis [K, 2, n] and weights [B, 2, K]: payoffs as a combination; starts [T, 2, S]. Each start is
    tried with either player first. Fills acts [B, 2 T, 2, S], gains [B, 2 T] and ok [B, 2 T]: ok where
    replies rest and no gain exceeds `zero` times the range of payoffs plus its error bound.
    """
    states, n = len(first), rows.shape[0]
    for b in range(begin, end):
        g = np.zeros((2, n))
        slack = np.empty(2)
        for i in range(2):
            low, high = np.inf, -np.inf
            for q in range(n):
                for k in range(basis.shape[0]):
                    g[i, q] += weights[b, i, k] * basis[k, i, q]
                low, high = min(low, g[i, q]), max(high, g[i, q])
            slack[i] = zero * (high - low)
        for t in range(2 * len(starts)):
            for i in range(2):
                for s in range(states):
                    acts[b, t, i, s] = starts[t // 2, i, s]
            rested = rest(g, rows, first, own, deltas[b], acts[b, t], t % 2, rounds, slack)
            gain, bound = regret(g, rows, first, own, deltas[b], acts[b, t])
            gains[b, t] = max(gain[0], gain[1])
            fine = gain[0] <= slack[0] + 2 * bound[0] and gain[1] <= slack[1] + 2 * bound[1]
            ok[b, t] = rested and fine
