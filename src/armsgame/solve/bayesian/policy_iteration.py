"""Best replies in turn on the nodes of a start: fixed points, and the profiles that a cycle passes through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._budget import Budget
from armsgame._typing import BoolArray
from armsgame.solve.bayesian.board import Board, Nodes
from armsgame.solve.bayesian.valuation import Valuation

__all__ = ["Course", "answer", "best_replies"]

# a move is changed only on a gain above this, in units of the payoff range (as zero is in `arithmetic.tolerance`)
_CHANGE = 1e-9
# half rounds of one course; cycles show long before
_LONGEST = 60


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Where best replies in turn lead.

    Attributes
    ----------
    found : list of Nodes
        The fixed point, or the profiles of the cycle that are not refuted at a belief on the path.
    passed : list of Nodes, all profiles of the cycle
    status : ``"fixed"``, ``"cycle"`` or ``"stopped"``
    rounds : int, half rounds
    """

    found: list[Nodes]
    passed: list[Nodes]
    status: str
    rounds: int


def best_replies(board: Board, discount: float, budget: Budget, free: tuple[BoolArray, BoolArray]) -> Course:
    """Let the parties answer in turn, all types and nodes at once, until nobody gains.

    Parameters
    ----------
    free : per party, bool array [K], types that choose; the others are committed
    """
    spread = [float(np.ptp(own)) or 1.0 for own in board.tables.pay]
    passed: list[Nodes] = []
    standing: list[bool] = []
    known: dict[bytes, int] = {}
    nodes, quiet = board.nodes(), 0
    for step in range(_LONGEST):
        if not budget.spend():
            break
        i = step % 2
        worth = Valuation(nodes, discount)
        better = answer(board, worth, i, _CHANGE * spread[i], free[i])
        changed = bool(better.any())
        passed.append(nodes)
        tested = board.tables.game.tested[i][:, None]
        standing.append(not (better.T & worth.on_path(i) & tested).any())
        if changed:
            nodes = board.nodes()
        quiet = 0 if changed else quiet + 1
        if quiet == 2:
            return Course([nodes], [nodes], "fixed", step + 1)
        if changed:
            code = _code(nodes, i)
            if code in known:
                first = known[code] + 1
                found = [own for own, kept in zip(passed[first:], standing[first:], strict=True) if kept]
                return Course(found, passed[first:], "cycle", step + 1)
            known[code] = step
    return Course([nodes], passed[-8:] or [nodes], "stopped", len(passed))


def answer(board: Board, worth: Valuation, i: int, least: float, free: BoolArray) -> BoolArray:
    """Improve party i's moves where that gains more than `least`; say which moves [N, K] changed."""
    mean = worth.expected(i)
    law = worth.nodes.laws[i]
    now = (np.where(law > 0, mean, 0.0) * law).sum(axis=2)
    better = (mean.max(axis=2) > now + least) & free
    if better.any():
        board.play(i, np.where(better[..., None], np.eye(law.shape[2])[mean.argmax(axis=2)], law))
    return np.asarray(better)


def _code(nodes: Nodes, i: int) -> bytes:
    parts = [nodes.place, *nodes.left, *nodes.laws]
    return bytes([i]) + b"|".join(np.ascontiguousarray(part).tobytes() for part in parts)
