"""Mixtures where best replies cycle: logit responses followed as their noise falls, then indifference made exact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from armsgame._budget import Budget
from armsgame._typing import BoolArray, FloatArray
from armsgame.solve.bayesian.board import Board, Nodes
from armsgame.solve.bayesian.indifference import Rows, differences, even_shares, with_shares
from armsgame.solve.bayesian.policy_iteration import Course, answer
from armsgame.solve.bayesian.valuation import TREMBLE, Valuation

__all__ = ["Mix", "between", "mixed_profiles"]

# noise of the first and of the last responses, in units of the payoff range
_LOUD, _QUIET = 0.02, 1e-7
# steps along the curve of responses, and their lengths
_STEPS = 90
_FIRST, _LONGEST, _SHORTEST = 0.3, 3.0, 1e-4
# rounds of corrections, and what is left of an equation in units of the noise
_ROUNDS = 10
_ON_CURVE = 1e-5
# an action that loses less than so many noises joins the responses
_NEAR = 5.0
# actions that are mixed at once
_MOST = 64
# a probability below this is none once noise is gone
_PURE = 1e-5
# a move is changed only on a gain above this, in units of the payoff range
_CHANGE = 1e-9
# rounds in which pure moves answer what is mixed
_ANSWERS = 8

_Place = tuple[int, int, int]
_Key = tuple[int, int, int, int]


def mixed_profiles(
    board: Board, course: Course, discount: float, budget: Budget, free: tuple[BoolArray, BoolArray]
) -> Iterator[tuple[str, Nodes]]:
    """Profiles that mix where a cycle of best replies moves to and fro: by noise, then by indifference."""
    if course.status != "cycle":
        return
    mix = Mix.of_cycle(board, course, discount, free)
    if not mix.follow(budget):
        return
    yield "logit responses", board.nodes()
    if mix.make_indifferent():
        yield "mixed by indifference", board.nodes()


def between(board: Board, one: Nodes, two: Nodes, discount: float, free: tuple[BoolArray, BoolArray]) -> Nodes | None:
    """Mixture of two profiles on one board at which everybody is indifferent where they differ, as in chicken."""
    if one.size != two.size or (one.code != two.code).any():
        return None
    mix = Mix(board, discount, free)
    for i in (0, 1):
        board.table[i][one.code] = (one.laws[i] + two.laws[i]) / 2
        for n, k in np.argwhere(((one.laws[i] > 0) | (two.laws[i] > 0)).sum(axis=2) > 1).tolist():
            acts = np.flatnonzero(board.table[i][one.code[n], k]).tolist()
            mix.join((i, int(one.code[n]), k), acts)
    return board.nodes() if mix.make_indifferent() else None


@dataclass(slots=True, eq=False)
class Mix:
    """Responses on a board: smooth where several actions are in use, best replies elsewhere.

    Attributes
    ----------
    base : mapping (party, code, type) -> action with which others are compared
    odds : mapping (party, code, type, action) -> log odds against the base
    most : int, actions that are mixed at once
    """

    board: Board
    discount: float
    free: tuple[BoolArray, BoolArray]
    most: int = _MOST
    base: dict[_Place, int] = field(default_factory=dict)
    odds: dict[_Key, float] = field(default_factory=dict)
    keys: list[_Key] = field(default_factory=list)
    nodes: Nodes = field(init=False)
    rows: Rows = field(init=False)

    @classmethod
    def of_cycle(cls, board: Board, course: Course, discount: float, free: tuple[BoolArray, BoolArray]) -> Mix:
        """Mix the actions that a cycle uses at each node."""
        mix = cls(board, discount, free)
        for i in (0, 1):
            used = board.table[i] > 0
            for nodes in course.passed:
                used[nodes.code] |= nodes.laws[i] > 0
            for code, k in np.argwhere((used.sum(axis=2) > 1) & free[i]).tolist():
                mix.join((i, code, k), np.flatnonzero(used[code, k]).tolist())
        return mix

    @property
    def spread(self) -> float:
        """Range of the payoffs."""
        return max(float(np.ptp(own)) or 1.0 for own in self.board.tables.pay)

    def join(self, place: _Place, acts: list[int], odds: float = 0.0) -> None:
        """Mix these actions, with these log odds against the first one."""
        self.base[place] = acts[0]
        self.odds |= dict.fromkeys(((*place, a) for a in acts[1:]), odds)

    def lay(self) -> None:
        """Play the mixture, and list the actions that are mixed at nodes that are there."""
        for place, acts in self._by_place().items():
            law = self.board.table[place[0]][place[1:]]
            powers = np.array([0.0, *(self.odds[*place, a] for a in acts)])
            share = np.maximum(np.exp(powers - powers.max()), 1e-12)
            law[:] = 0.0
            law[[self.base[place], *acts]] = share / share.sum()
        self.nodes = self.board.nodes()
        at = {int(code): n for n, code in enumerate(self.nodes.code)}
        self.keys = [q for q in self.odds if q[1] in at and self.nodes.left[q[0]][at[q[1]], q[2]]]
        self.rows = Rows.of([(i, at[code], k, a, self.base[i, code, k]) for i, code, k, a in self.keys])

    def _by_place(self) -> dict[_Place, list[int]]:
        found: dict[_Place, list[int]] = {}
        for i, code, k, a in self.odds:
            found.setdefault((i, code, k), []).append(a)
        return found

    def shares(self, powers: FloatArray) -> FloatArray:
        """Probabilities [R] of the actions with these log odds."""
        group = self.rows.group
        top = np.zeros(int(group.max(initial=-1)) + 1)
        np.maximum.at(top, group, powers)
        share = np.exp(np.maximum(powers - top[group], -700.0))
        return np.asarray(share / (np.exp(-top) + np.bincount(group, share, len(top)))[group])

    def equations(self, powers: FloatArray, noise: float) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Tell how far log odds are from logit responses [R], and how that changes with them and with log noise."""
        share = self.shares(powers)
        gap, slope = differences(self.nodes, self.rows, share, self.discount, TREMBLE)
        same = self.rows.group[:, None] == self.rows.group
        moved = np.diag(share) - np.where(same, share[:, None] * share, 0.0)
        return gap / noise - powers, slope @ moved / noise - np.eye(len(powers)), -gap / noise

    def follow(self, budget: Budget) -> bool:
        """Follow the curve of logit responses until the noise is gone; say whether that was possible.

        The curve is followed by its length in log odds and log noise, so that it may turn round.
        """
        noise, length = _LOUD * self.spread, _FIRST
        if not self._settle(noise):
            return False
        log, last = np.log(noise), np.zeros(0)
        for _ in range(_STEPS):
            if not budget.spend():
                return False
            powers = self._powers()
            scale = 1 + np.abs(powers)
            _, slope, by_noise = self.equations(powers, float(np.exp(log)))
            try:
                ahead = np.append(np.linalg.solve(slope * scale, -by_noise), 1.0)
            except np.linalg.LinAlgError:
                return False
            ahead /= np.linalg.norm(ahead)
            # at first towards less noise, then onwards
            if (ahead @ last if len(ahead) == len(last) else -ahead[-1]) < 0:
                ahead = -ahead
            found = self._corrected(powers, log, ahead, scale, length)
            while found is None:
                length /= 3
                if length < _SHORTEST:
                    return False
                found = self._corrected(powers, log, ahead, scale, length)
            powers, log, rounds = found
            length = min(length * (1.6 if rounds <= 2 else 1.0 if rounds <= 3 else 0.7), _LONGEST)
            last = ahead
            self._keep(powers)
            if self._grow(float(np.exp(log))) and not self._settle(float(np.exp(log))):
                return False
            if log < np.log(_QUIET * self.spread):
                self.lay()
                return True
        return False

    def _corrected(
        self, powers: FloatArray, log: float, ahead: FloatArray, scale: FloatArray, length: float
    ) -> tuple[FloatArray, float, int] | None:
        """Point of the curve a step ahead, and the rounds that it took."""
        new, level = powers + length * ahead[:-1] * scale, log + length * ahead[-1]
        for rounds in range(5):
            wrong, slope, by_noise = self.equations(new, float(np.exp(level)))
            if np.abs(wrong / (1 + np.abs(new))).max() < _ON_CURVE:
                return new, float(level), rounds
            off = ahead[:-1] @ ((new - powers) / scale) + ahead[-1] * (level - log) - length
            system = np.block([[slope * scale, by_noise[:, None]], [ahead[None, :]]])
            step = np.linalg.lstsq(system, -np.append(wrong, off), rcond=None)[0]
            if np.abs(step).max() > 2:
                return None
            new, level = new + step[:-1] * scale, level + step[-1]
        return None

    def _settle(self, noise: float) -> bool:
        """Logit responses at one noise, with all actions that come near; say whether they were found."""
        for _ in range(6):
            self.lay()
            if not 0 < len(self.keys) <= self.most or not self._respond(noise):
                return False
            if not self._grow(noise):
                break
        return True

    def _respond(self, noise: float) -> bool:
        powers = self._powers()
        wrong, slope, _ = self.equations(powers, noise)
        for _ in range(_ROUNDS):
            if np.abs(wrong).max() < _ON_CURVE * (1 + np.abs(powers).max()):
                break
            step = np.linalg.lstsq(slope, -wrong, rcond=None)[0]
            part = min(1.0, 3 / float(np.abs(step / (1 + np.abs(powers))).max()))
            before = np.linalg.norm(wrong / (1 + np.abs(powers)))
            while True:
                new = powers + part * step
                wrong, slope, _ = self.equations(new, noise)
                if np.linalg.norm(wrong / (1 + np.abs(new))) < before or part < 0.02:
                    break
                part /= 3
            powers = new
        self._keep(powers)
        return bool(np.abs(wrong / (1 + np.abs(powers))).max() < 1e-3)

    def _grow(self, noise: float) -> bool:
        """Let pure moves answer, and mix actions that come near to what is mixed; say whether anything changed."""
        nodes = with_shares(self.nodes, self.rows, self.shares(self._powers()))
        worth, changed = Valuation(nodes, self.discount), False
        mixed = self._by_place()
        for i in (0, 1):
            mean, law = worth.expected(i), nodes.laws[i]
            now = (np.where(law > 0, mean, 0.0) * law).sum(axis=2)[:, :, None]
            better = (mean > now + _CHANGE * self.spread).any(axis=2) & self.free[i]
            # what a type does where it is excluded concerns nobody
            alone = better & ~nodes.left[i]
            for n, k in np.argwhere(alone).tolist():
                self.board.table[i][nodes.code[n], k] = np.eye(law.shape[2])[mean[n, k].argmax()]
            changed |= bool(alone.any())
            near = (mean > now - _NEAR * noise) & (law == 0) & (nodes.left[i] & self.free[i])[:, :, None]
            for n, k, a in np.argwhere(near).tolist():
                place = (i, int(nodes.code[n]), k)
                if (place in mixed or better[n, k]) and (*place, a) not in self.odds:
                    base = self.base.setdefault(place, int(law[n, k].argmax()))
                    if place not in mixed:
                        base = self.base[place] = int(law[n, k].argmax())
                        mixed[place] = []
                    self.odds[*place, a] = float(mean[n, k, a] - mean[n, k, base]) / noise
                    changed = True
        return changed

    def _powers(self) -> FloatArray:
        return np.array([self.odds[q] for q in self.keys])

    def _keep(self, powers: FloatArray) -> None:
        self.odds.update(zip(self.keys, powers.tolist(), strict=True))

    def make_indifferent(self) -> bool:
        """Solve for mixtures at which every action that is mixed brings the same; say whether that was possible."""
        for _ in range(_ANSWERS):
            self.lay()
            self._round_off()
            self.lay()
            if len(self.keys) > self.most:
                return False
            if self.keys:
                found = even_shares(self.nodes, self.rows, self.shares(self._powers()), self.discount)
                if found is None:
                    return False
                whole = np.bincount(self.rows.group, found)[self.rows.group]
                self._keep(np.log(found / (1 - whole)))
                # as solved, to the last digit
                solved = with_shares(self.nodes, self.rows, found)
                for i in (0, 1):
                    self.board.play(i, solved.laws[i])
                self.nodes = solved
            worth, changed = Valuation(self.nodes, self.discount), False
            for i in (0, 1):
                pure = (worth.nodes.laws[i].max(axis=2) == 1) & self.free[i]
                changed |= bool(answer(self.board, worth, i, _CHANGE * self.spread, pure).any())
            if not changed:
                return True
        return False

    def _round_off(self) -> None:
        """Make probabilities next to 0 or 1 pure, and what is mixed at nodes that are not there any more."""
        share = dict(zip(self.keys, self.shares(self._powers()).tolist(), strict=True))
        for place, acts in self._by_place().items():
            law = np.zeros(self.board.table[place[0]].shape[2])
            for a in acts:
                law[a] = share.get((*place, a), 0.0)
            law[self.base[place]] = 1 - law.sum()
            kept = np.flatnonzero(law >= _PURE).tolist()
            old = {a: self.odds.pop((*place, a)) for a in acts} | {self.base.pop(place): 0.0}
            first = kept[int(np.argmax(law[kept]))]
            if (*place, acts[0]) not in share or len(kept) == 1:
                self.board.table[place[0]][place[1:]] = np.eye(len(law))[first]
                continue
            self.base[place] = first
            self.odds |= {(*place, a): old[a] - old[first] for a in kept if a != first}
