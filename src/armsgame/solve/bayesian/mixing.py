"""Mixtures where best replies cycle: logit responses with falling noise, and indifference of the other party."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import root

from armsgame._budget import Budget
from armsgame._typing import BoolArray, FloatArray
from armsgame.solve.bayesian.board import Board, Nodes
from armsgame.solve.bayesian.policy_iteration import Course
from armsgame.solve.bayesian.valuation import Valuation

__all__ = ["between", "mixed_profiles"]

# noise of the responses, in units of the payoff range, and rounds at each
_NOISE = np.geomspace(0.1, 1e-5, 9)
_ROUNDS = 8
# of each round's change, the share that is made
_STEP = 0.5
# while responses are noisy, an action played less than this counts as not played
_RARE = 0.02
# a probability closer to 0 or 1 than this is a pure action
_PURE = 1e-3
# where the solver of indifference starts, and what is left of a difference
_GUESSES = (0.1, 0.9, 0.02, 0.98)
_EVEN = 1e-12
# unknown probabilities of one system of indifference
_MOST = 24


def mixed_profiles(
    board: Board, course: Course, discount: float, budget: Budget, free: tuple[BoolArray, BoolArray]
) -> Iterator[tuple[str, Nodes]]:
    """Profiles that mix where a cycle of best replies moves to and fro: by noise, then by indifference."""
    if course.status != "cycle":
        return
    mix = _Mix(board, discount, _used(board, course), free)
    board.rare = _RARE
    spread = max(float(np.ptp(own)) or 1.0 for own in board.tables.pay)
    for noise in _NOISE.tolist():
        for _ in range(_ROUNDS):
            if not budget.spend():
                break
            for i in (0, 1):
                mix.respond(i, noise * spread, _STEP)
    mix.round_off()
    board.rare = 0.0
    yield "logit responses", board.nodes()
    if mix.make_indifferent():
        yield "mixed by indifference", board.nodes()


def between(board: Board, one: Nodes, two: Nodes, discount: float, free: tuple[BoolArray, BoolArray]) -> Nodes | None:
    """Mixture of two profiles on one board at which everybody is indifferent where they differ, as in chicken."""
    if one.size != two.size or (one.code != two.code).any():
        return None
    for i in (0, 1):
        board.table[i][one.code] = (one.laws[i] + two.laws[i]) / 2
    mix = _Mix(board, discount, [own > 0 for own in board.table], free)
    return board.nodes() if mix.make_indifferent() else None


def _used(board: Board, course: Course) -> list[BoolArray]:
    """Actions [codes, K, A] per party that the cycle uses at each node."""
    used = [own > 0 for own in board.table]
    for nodes in course.passed:
        for i in (0, 1):
            used[i][nodes.code] |= nodes.laws[i] > 0
    return used


@dataclass(slots=True, eq=False)
class _Mix:
    """Responses on a board: smooth where the cycle moves, best replies elsewhere."""

    board: Board
    discount: float
    used: list[BoolArray]
    free: tuple[BoolArray, BoolArray]

    @property
    def even(self) -> float:
        """Difference in value that counts as none."""
        return _EVEN * max(float(np.ptp(own)) or 1.0 for own in self.board.tables.pay)

    def respond(self, i: int, noise: float, step: float) -> None:
        """Let one party move towards its logit responses."""
        nodes = self.board.nodes()
        mean = Valuation(nodes, self.discount).expected(i)
        law = nodes.laws[i]
        used = self.used[i][nodes.code]
        moving = (used.sum(axis=2) > 1) & self.free[i]
        # where nothing moves, perhaps nothing is used, and a law over no action is none
        smooth = _softmax(np.where(used | ~moving[..., None], mean, -np.inf) / noise)
        best = np.eye(law.shape[2])[mean.argmax(axis=2)]
        now = (np.where(law > 0, mean, 0.0) * law).sum(axis=2)
        better = (mean.max(axis=2) > now + 1e-9) & self.free[i] & ~moving
        changed = np.where(moving[..., None], (1 - step) * law + step * smooth, law)
        self.board.play(i, np.where(better[..., None], best, changed))

    def round_off(self) -> None:
        """Make probabilities next to 0 or 1 pure."""
        nodes = self.board.nodes()
        for i in (0, 1):
            law = np.where(nodes.laws[i] < _PURE, 0.0, nodes.laws[i])
            self.board.play(i, law / law.sum(axis=2, keepdims=True))

    def make_indifferent(self) -> bool:
        """Solve for mixtures at which every action that is mixed brings the same; say whether that was possible."""
        nodes = self.board.nodes()
        places = []
        for i in (0, 1):
            mixed = ((nodes.laws[i] > 0).sum(axis=2) == 2) & self.free[i]
            places += [(i, n, k, *np.flatnonzero(nodes.laws[i][n, k]).tolist()) for n, k in np.argwhere(mixed).tolist()]
        if not 0 < len(places) <= _MOST:
            return False
        first = np.array([nodes.laws[i][n, k, a] for i, n, k, a, _ in places])

        def unfair(shares: FloatArray) -> FloatArray:
            inside = np.clip(shares, 1e-6, 1 - 1e-6)
            worth = Valuation(_with(nodes, places, inside), self.discount)
            mean = [worth.expected(i) for i in (0, 1)]
            gap = np.array([mean[i][n, k, a] - mean[i][n, k, b] for i, n, k, a, b in places])
            # outside of [0, 1] the equations go on, so that the solver is led back
            return gap + (shares - inside)

        for guess in (first, *(np.full(len(places), share) for share in _GUESSES)):
            shares = root(unfair, guess, method="hybr", options={"xtol": 1e-14}).x
            if np.abs(unfair(shares)).max() <= self.even and (shares > 0).all() and (shares < 1).all():
                break
        else:
            return False
        solved = _with(nodes, places, shares)
        for i in (0, 1):
            self.board.play(i, solved.laws[i])
        return True


def _with(nodes: Nodes, places: list[tuple[int, ...]], shares: FloatArray) -> Nodes:
    laws = (nodes.laws[0].copy(), nodes.laws[1].copy())
    for (i, n, k, a, b), share in zip(places, shares.tolist(), strict=True):
        laws[i][n, k, a], laws[i][n, k, b] = share, 1 - share
    return Nodes(nodes.tables, nodes.code, nodes.place, nodes.state, nodes.ahead, nodes.left, laws)


def _softmax(rows: FloatArray) -> FloatArray:
    top = np.exp(rows - rows.max(axis=2, keepdims=True))
    return np.asarray(top / top.sum(axis=2, keepdims=True))
