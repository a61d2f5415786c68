"""Profiles by type as automata: one automaton per party and type, all moving together along public outcomes."""

from __future__ import annotations

import numpy as np

from armsgame._checks import distinct
from armsgame._typing import IntArray
from armsgame.arithmetic.rows import distinct_rows
from armsgame.solve.bayesian.board import Board, Nodes
from armsgame.strategies.automaton import Automaton

__all__ = ["as_profile"]


def as_profile(board: Board, nodes: Nodes) -> dict[str, dict[str, Automaton]]:
    """Return {party: {type: Automaton}}; committed types keep the strategy that they are given.

    States of the automata are the plans of the start and the types that are excluded.
    """
    game, dyn = board.tables.game, board.start.dynamics
    phase, names = _phases(board, nodes)
    count = len(names)
    moves = _moves(board, nodes, phase, count)
    single = len(dyn.states) == 1 and dyn.outcome is None
    profile: dict[str, dict[str, Automaton]] = {}
    for i, party in enumerate(game.players):
        own: dict[str, Automaton] = {}
        # types that play alike share their automaton
        known: dict[bytes, Automaton] = {}
        for k, kind in enumerate(game.types[i]):
            if (party, kind) in game.commitments:
                continue
            played = nodes.laws[i][:, k].tobytes()
            if played in known:
                own[kind] = known[played]
                continue
            table = np.zeros((len(dyn.states), count, nodes.laws[i].shape[2]))
            table[:, :, 0] = 1.0
            table[nodes.state, phase] = nodes.laws[i][:, k]
            outputs = {label: table[s, :, : dyn.shape(s)[i]] for s, label in enumerate(dyn.states)}
            if single:
                own[kind] = Automaton(outputs[dyn.states[0]], moves[dyn.states[0]], states=names, signals=game.game)
            else:
                own[kind] = Automaton(outputs, moves, states=names)
            known[played] = own[kind]
        profile[party] = own
    return profile


def _phases(board: Board, nodes: Nodes) -> tuple[IntArray, tuple[str, ...]]:
    """Phase of each node, and what the phases are called."""
    plans = board.base[nodes.place, 1:]
    rows = np.column_stack([plans, *nodes.left]).astype(np.int64)
    unique, first, phase = distinct_rows(rows)
    order = np.argsort(first)
    rank = np.empty(len(unique), np.int64)
    rank[order] = np.arange(len(unique))
    names = [_name(board, unique[u]) for u in order.tolist()]
    return rank[phase], tuple(distinct(names, "phase"))


def _name(board: Board, row: IntArray) -> str:
    game = board.tables.game
    plans = [a for own in board.start.automata for a in own]
    words = list(dict.fromkeys(a.states[int(q)] for a, q in zip(plans, row, strict=False)))
    at = len(plans)
    if row[at]:
        words.append(f"{row[at]} quiet")
    at += 1
    for i, (party, kinds) in enumerate(zip(game.players, game.types, strict=True)):
        left = row[at : at + len(kinds)]
        out = [k for k, keep, p in zip(kinds, left, game.prior[i], strict=True) if not keep and p > 0]
        at += len(kinds)
        if out:
            words.append(f"{party} is not {' nor '.join(out)}")
    return "; ".join(words)


def _moves(board: Board, nodes: Nodes, phase: IntArray, count: int) -> dict[str, IntArray]:
    """Next phase [Q, Z] by game state; where no node is, the phase stays."""
    dyn, tables = board.start.dynamics, board.tables
    sizes = dyn.outcomes if dyn.outcomes is not None else None
    whole = dyn.signal if dyn.outcome is None else dyn.outcome
    out = {}
    for s, label in enumerate(dyn.states):
        width = int(sizes[s]) if sizes is not None else int(dyn.signals)  # type: ignore[arg-type]
        table = np.repeat(np.arange(count)[:, None], width, axis=1)
        here = nodes.state == s
        if here.any():
            seen = np.flatnonzero(tables.shown[s] >= 0)
            table[phase[here][:, None], whole[tables.shown[s, seen]]] = phase[nodes.ahead[here][:, seen]]
        table.setflags(write=False)
        out[label] = table
    return out
