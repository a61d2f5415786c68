"""Tables of a play for the compiled kernels: the product chain, and every draw apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from armsgame._kernels.records import ChainTables, DrawTables, Halves, Words
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.games.dynamics import Dynamics, Play
from armsgame.games.product import slip

LIMIT = (4096, 262_144)
_EVENTS = 32
# leading bits that a guide reads, and the logarithm of its largest size, which a core's cache holds
_DEPTH, _SIZE = 9, 14
_SEVERAL = np.uint64(1 << 63)


@dataclass(frozen=True, slots=True)
class Chain:
    """The product chain that play can reach, cut at integers.

    Attributes
    ----------
    pairs : tuple of (game state, automaton states ..), the first ones those asked for as starts
    tables : ChainTables, what the kernel reads
    """

    pairs: tuple[tuple[int, ...], ...]
    tables: ChainTables


def chain_tables(play: Play, error: float, starts: Sequence[tuple[int, ...]]) -> Chain | None:
    """Lower a play to tables; None where they would be larger than `LIMIT` (pairs, outcomes).

    Only outcomes of positive probability are followed, so the tables are often much smaller than
    the product that `verify` explores. An outcome is an action profile with a branch, so payoffs
    and events are exact. Bounds are floor(2**32 F + 1/2): the draw w falls below the bound just
    where (w + 1/2) / 2**32 <= F, the comparison of the general kernel.
    """
    dyn = play.dynamics
    cum = running_sums(dyn)
    pairs = list(dict.fromkeys(starts))
    known = {pair: k for k, pair in enumerate(pairs)}
    parts: list[tuple[FloatArray, IntArray, IntArray]] = []
    ahead: list[int] = []
    total, x = 0, 0
    if len(dyn.events) > _EVENTS:
        return None
    while x < len(pairs):
        state, inner = pairs[x][0], pairs[x][1:]
        first = int(dyn.first[state])
        weights = np.ones(1)
        for i, q in enumerate(inner):
            weights = np.multiply.outer(weights, slip(play.laws[i][state][q], error)).ravel()
        chosen = np.flatnonzero(weights > 0)
        bounds, branches, places, mass = [], [], [], 0.0
        for place in chosen:
            cut = slice(int(dyn.branch[first + place]), int(dyn.branch[first + place + 1]))
            bounds.append(mass + weights[place] * cum[cut])
            branches.append(np.arange(cut.start, cut.stop))
            places.append(np.full(cut.stop - cut.start, place))
            mass += float(weights[place])
        law, branch = np.concatenate(bounds), np.concatenate(branches)
        law[-1] = 1.0
        total += len(branch)
        following = zip(
            dyn.target[branch].tolist(), *(play.moves[i][q, branch].tolist() for i, q in enumerate(inner)), strict=True
        )
        for after in following:
            if after not in known:
                known[after] = len(pairs)
                pairs.append(after)
            ahead.append(known[after])
        parts.append((law, branch, np.concatenate(places)))
        if len(pairs) > LIMIT[0] or total > LIMIT[1]:
            return None
        x += 1
    from armsgame._kernels.product_chain import OUTCOME, PAIR  # compiled code, loaded where a kernel runs

    branch = np.concatenate([p[1] for p in parts])
    row = np.concatenate([p[2] for p in parts])
    states = np.array([pair[0] for pair in pairs])
    widths = np.array([len(p[0]) for p in parts])
    top = _bounds(np.concatenate([p[0] for p in parts]))
    entry = np.arange(total).astype(np.uint64)
    entry |= np.array(ahead, np.uint64) << np.uint64(OUTCOME)
    entry |= _bits(dyn)[branch] << np.uint64(OUTCOME + PAIR)
    depth, near, several = _guide(top, np.concatenate([[0], np.cumsum(widths)]))
    guide = np.where(several, entry[near] | _SEVERAL, entry[near])
    payoffs = np.ascontiguousarray(dyn.payoffs[:, dyn.first[np.repeat(states, widths)] + row].T, dtype=float)
    cells = _cells(np.repeat(states, widths), row)
    return Chain(tuple(pairs), ChainTables(guide, depth, top, entry, payoffs, states.astype(np.uint16), cells))


def draw_tables(play: Play, error: float) -> DrawTables:
    """Lower a play to one table per draw."""
    dyn = play.dynamics
    shape = np.array([dyn.shape(s) for s in range(len(dyn.states))])
    stride = np.ones_like(shape)
    for i in range(shape.shape[1] - 2, -1, -1):
        stride[:, i] = stride[:, i + 1] * shape[:, i + 1]
    top = _bounds(running_sums(dyn))
    depth, place, several = _guide(top, dyn.branch)
    laws, random = _laws(play, error)
    drawn = np.array([(np.diff(dyn.branch) > 1).any(), *random])
    count = np.diff(dyn.branch)
    row = np.repeat(np.arange(len(count)), count)
    state = np.repeat(np.arange(len(dyn.states)), np.diff(dyn.first))[row]
    return DrawTables(
        dyn.first.astype(np.uint64), np.ascontiguousarray(stride.T).astype(np.uint64),
        np.ascontiguousarray(dyn.payoffs, dtype=float), np.where(several, ~place, place), depth, top,
        dyn.target.astype(np.uint64), _bits(dyn), _cells(state, row - dyn.first[state]), laws, _moves(play), drawn,
    )  # fmt: skip


def running_sums(dyn: Dynamics) -> FloatArray:
    """Sum up the probabilities [branches] of each row; the last branch takes what rounding leaves."""
    cum = np.cumsum(dyn.prob)
    cum = cum - np.repeat(np.concatenate([[0.0], cum])[dyn.branch[:-1]], np.diff(dyn.branch))
    cum[dyn.branch[1:] - 1] = 1.0
    return np.asarray(cum, dtype=float)


def _bounds(law: FloatArray) -> Words:
    return np.floor(np.asarray(law) * 2.0**32 + 0.5).astype(np.uint64)


def _bits(dyn: Dynamics) -> Words:
    bits = np.zeros(len(dyn.prob), np.uint64)
    for e, mark in enumerate(dyn.events.values()):
        bits |= mark.astype(np.uint64) << np.uint64(e)
    return bits


def _cells(state: IntArray, row: IntArray) -> Words:
    return state.astype(np.uint64) | (row.astype(np.uint64) << np.uint64(32))


def _guide(top: Words, cuts: IntArray) -> tuple[int, IntArray, BoolArray]:
    """For rows of bounds: the first outcome that leading bits allow, and whether they allow more than one."""
    rows = len(cuts) - 1
    depth = max(1, min(_DEPTH, _SIZE - (rows - 1).bit_length()))
    lowest = np.arange(1 << depth, dtype=np.uint64) << np.uint64(32 - depth)
    # bounds are at most 2**32: one row after the other they are one increasing list
    row = np.arange(rows, dtype=np.uint64) << np.uint64(33)
    asked = (row[:, None] + lowest).ravel()
    place = np.searchsorted(top + np.repeat(row, np.diff(cuts)), asked, side="right")
    highest = np.tile(lowest + np.uint64(1 << (32 - depth)), rows)
    return depth, place, top[place] < highest


def _moves(play: Play) -> Halves:
    width = max(m.shape[0] for m in play.moves)
    moves = np.zeros((len(play.moves), width, len(play.dynamics.prob)), np.uint32)
    for i, table in enumerate(play.moves):
        moves[i, : table.shape[0]] = table
    return moves


def _laws(play: Play, error: float) -> tuple[Words, list[bool]]:
    """Integer bounds of the action laws [P, S, Q, A - 1], and who draws at all."""
    dyn = play.dynamics
    width = max(max(dyn.shape(s)) for s in range(len(dyn.states)))
    depth = max(m.shape[0] for m in play.moves)
    # padding is 2**32, which no draw reaches
    bounds = np.full((len(dyn.players), len(dyn.states), depth, width - 1), 1 << 32, np.uint64)
    random = []
    for i, own in enumerate(play.laws):
        realised = np.zeros((len(own), len(own[0]), width))
        for s, law in enumerate(own):
            realised[s, :, : law.shape[1]] = [slip(probs, error) for probs in law] if error else law
        cum = np.cumsum(realised, axis=2)
        last = width - 1 - np.argmax(realised[..., ::-1] > 0, axis=2)
        cum[np.arange(width) >= last[..., None]] = 1.0
        bounds[i, :, : realised.shape[1]] = _bounds(cum)[..., :-1]
        random.append(not bool((realised == 1).any(axis=2).all()))
    return bounds, random
