"""Bounds on the payoff sets of all states of a game by half-spaces, in scaled payoffs; a repeated game has one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from armsgame._budget import Budget
from armsgame._checks import check_discount, is_whole
from armsgame._cost import require
from armsgame._deadline import ask_time
from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.errors import WrongConcept, invalid
from armsgame.games.coercion import game_of
from armsgame.games.stochastic import RepeatedGame, StochasticGame
from armsgame.geometry.directions import directions_of, merged
from armsgame.geometry.halfspaces import vertices
from armsgame.solve.payoff_sets.best_profiles import Change, Known, carry, pack_of
from armsgame.solve.payoff_sets.level_map import Jump, LevelMap, Placed, Step
from armsgame.solve.payoff_sets.operator import (
    FRESH,
    GOLDEN,
    Made,
    Operator,
    Program,
    Rows,
    Solved,
    given,
    number,
    solve_program,
)
from armsgame.solve.payoff_sets.state_image import best_image

_UP = 1e-15
_ENDLESS = 10**7
# levels up to which a jump is also looked for by linear programs, with two parties
_LARGE = 5000


@dataclass(slots=True)
class Bound:
    """Half-spaces per state, tightened until they hold the largest fixed point of the operator.

    Attributes
    ----------
    directions, levels : per state, arrays [K, P], [K]
    alive : per state, the profiles that are not excluded
    shrink, centre : float and array [S, P]
        Images are contracted towards the centres by this share; 0 bounds every equilibrium payoff.
    given : per state, array [M, P]; an empty list: none
        Payoffs that count as generated whatever follows, because they have a proof of their own. Levels do not
        fall below them. Number m of them is made by (-2 - m, payoff).
    apart : by how much (at least, and at most twice that) levels of `given` are higher than these payoffs
    made : per state, the payoffs that attain the last levels: list of (profile, continuation)
    used : per state, the levels that the last application was applied to
    proof : list of Step, or None where none is kept
    bases : per state, array [A, K, M] (`ended`)
    proved : per state, multipliers of its profiles found at whatever levels, one row per direction
    changed : by state, what became of the directions that `bases` and `proved` are in
    budget : Budget, of the whole job: the same one for what is `tightened`
    """

    operator: Operator
    directions: list[FloatArray]
    levels: list[FloatArray]
    alive: list[list[int]]
    reach: BoolArray
    order: list[list[int]]
    shrink: float = 0.0
    centre: FloatArray | None = None
    bases: dict[int, IntArray] = field(default_factory=dict)
    given: list[FloatArray] = field(default_factory=list)
    made: list[list[Made]] = field(default_factory=list)
    used: list[FloatArray] = field(default_factory=list)
    iterations: int = 0
    jumps: int = 0
    proof: list[Step] | None = None
    proved: dict[int, Known] = field(default_factory=dict)
    changed: dict[int, Change] = field(default_factory=dict)
    budget: Budget = field(default_factory=lambda: Budget(_ENDLESS))
    apart: float = 0.0

    @classmethod
    def of(cls, operator: Operator, directions: FloatArray, levels: FloatArray | None = None) -> Bound:
        """Start from `levels`, or a box at every state; in a repeated game from what is above the pure minmax."""
        count = len(operator.payoffs)
        first = _start(operator, directions) if levels is None else levels
        reach = operator.reach
        return cls(
            operator,
            [directions.copy() for _ in range(count)],
            [first.copy() for _ in range(count)],
            [list(range(len(own))) for _, own in operator.blocks],
            reach,
            parts(reach),
            made=[[] for _ in range(count)],
            used=[first.copy() for _ in range(count)],
        )

    def tightened(self, shrink: float, centre: FloatArray) -> Bound:
        """Return the same half-spaces with images contracted from now on.

        What is proved is kept. It holds for stricter incentives as well.
        """
        carry(self)
        return Bound(
            self.operator, [d.copy() for d in self.directions], [c.copy() for c in self.levels],
            [list(a) for a in self.alive], self.reach, self.order, shrink, centre,
            {k: b.copy() for k, b in self.bases.items()}, self.given, [list(m) for m in self.made], list(self.used),
            proved={s: one.copy() for s, one in self.proved.items()}, budget=self.budget,
        )  # fmt: skip

    def live(self, s: int) -> bool:
        """Whether anything is left to play at a state."""
        return bool(self.alive[s]) or bool(self.given)

    def ended(self, s: int) -> IntArray:
        """Bases [A, K, M] that the programs of a state ended with last."""
        if s not in self.bases:
            profiles, blocks = pack_of(self.operator, s).weight.shape
            self.bases[s] = np.full((profiles, len(self.directions[s]), blocks * self.operator.players), FRESH)
        return self.bases[s]

    def basis(self, s: int, k: int) -> IntArray:
        """Bases that the programs of a profile ended with last, one per direction of its state, as a view."""
        return self.ended(s)[k, :, : self.operator.programs[s][k].weight.size * self.operator.players]

    def known(self, s: int) -> Known:
        """Rows that are proved at a state."""
        if s not in self.proved:
            profiles, blocks = pack_of(self.operator, s).weight.shape
            self.proved[s] = Known.of(profiles, len(self.directions[s]), blocks * self.operator.players)
        return self.proved[s]

    def packed(self) -> tuple[FloatArray, FloatArray]:
        """Half-spaces of all states as arrays [S, K, P], [S, K]; rows of zeros fill shorter lists up."""
        carry(self)
        most = max(len(d) for d in self.directions)
        h = np.zeros((len(self.directions), most, self.operator.players))
        c = np.ones((len(self.directions), most))
        for s, (own, level) in enumerate(zip(self.directions, self.levels, strict=True)):
            h[s, : len(own)], c[s, : len(own)] = own, level
        return h, c

    def image(
        self,
        s: int,
        h: FloatArray,
        c: FloatArray,
        ask: FloatArray,
        *,
        rows: Placed | None = None,
        dropped: Placed | None = None,
        warm: bool = True,
    ) -> tuple[FloatArray, list[Made]]:
        """Levels [J] of what the profiles of a state generate on half-spaces, and what attains each.

        Programs begin with the last bases: those of the directions of the state where `warm`, which are kept then, or
        of the nearest ones. Profiles that are proved to be unenforceable are excluded for good. Rows in the levels of
        all states, in which a state takes as many places as `c` is wide, are added to `rows`.
        """
        payoffs, programs = self.operator.blocks[s]
        patience = 1 - self.operator.discount
        best, made = np.full(len(ask), -np.inf), [(-1, np.empty((0, 0)))] * len(ask)
        if self.given:
            best, made = self.floor(s, ask, rows)
        top, which = best.copy(), np.full(len(ask), -1)
        left: list[int] = []
        points: list[FloatArray] = []
        near = np.arange(len(ask)) if warm else (ask @ self.directions[s].T).argmax(axis=1)
        for k in self.alive[s]:
            p: Program = programs[k]
            last = self.basis(s, k)
            basis = last[near]
            found = solve_program(p, ask, h[p.targets], c[p.targets], basis)
            if warm:
                last[:] = basis
            if not isinstance(found, Solved):
                if dropped is not None:
                    dropped.append((s, k, found))
                continue
            left.append(k)
            now = patience * (ask @ payoffs[:, k]) + 2 * patience * _UP
            value = self.contract(s, now + found.value + _UP, ask)
            if rows is not None:
                rows.append((s, k, self.global_rows(s, p, now, found.rows, ask, c.shape[1])))
            more = value > top
            if not np.isfinite(found.points).all():
                more &= np.isfinite(found.points).all(axis=(1, 2))
            which[more], top[more] = len(points), value[more]
            points.append(found.points)
            best = np.maximum(best, value)
        for j in np.flatnonzero(which >= 0).tolist():
            made[j] = (left[which[j]], points[which[j]][j])
        self.alive[s] = left
        return best, made

    def _image(
        self, s: int, h: FloatArray, c: FloatArray, rows: Placed | None = None, dropped: Placed | None = None
    ) -> tuple[FloatArray, list[Made]]:
        """Apply the operator to a state in its own directions; without all programs where nothing asks for them."""
        if self.proof is None:
            return best_image(self, s, h, c, rows)
        return self.image(s, h, c, self.directions[s], rows=rows, dropped=dropped)

    def floor(self, s: int, ask: FloatArray, rows: Placed | None) -> tuple[FloatArray, list[Made]]:
        """Levels of the payoffs given at a state, and which attain them; a row that no level enters."""
        worth = self.given[s] @ ask.T
        first = worth.argmax(axis=0)
        best = worth.max(axis=0) + 8 * _UP
        if self.apart:
            # half-spaces that meet in one payoff are moved apart, so that programs do not go round in circles
            best += self.apart * (1 + np.arange(len(best)) * GOLDEN % 1)
        if rows is not None:
            none = np.zeros((len(ask), 1), np.int64)
            rows.append((s, -2, Rows(none, none.astype(float), best, none, none.astype(float))))
        return best, [given(m, self.given[s][m]) for m in first.tolist()]

    def global_rows(self, s: int, p: Program, now: FloatArray, rows: Rows, ask: FloatArray, width: int) -> Rows:
        """Rows of one profile, stage payoff included, in the levels of all states."""
        place = rows.place
        if p.targets[-1] >= len(p.targets):
            place = p.targets[place // width] * width + place % width
        share = 1 - self.shrink
        const = self.contract(s, now + rows.const + _UP * np.abs(rows.const), ask)
        return Rows(place, share * rows.line if self.shrink else rows.line, const, rows.at, rows.duals)

    def run(self, tolerance: float, limit: int, each: int = _ENDLESS, still: float = 0.0) -> bool:
        """Tighten until levels move by at most `tolerance` x (1 - discount), or by `still` in one period.

        False at `limit` rounds in all, or at `each` of a part of the game, or where the budget of the job is spent.

        What can no longer be left is done first: the states that it leads to are then settled.
        """
        patience = 1 - self.operator.discount
        # below the second, rounding moves a fixed point
        stop = max(tolerance * patience, min(3e-15 / patience, 1e-8), 1e-13)
        done = True
        for part in self.order:
            moved, most = np.inf, min(limit, self.iterations + each)
            while moved > stop and all(map(self.live, part)):
                if self.iterations >= most or not self.budget.spend():
                    done = False
                    break
                moved = self._step(part, stop, still)
            if not all(map(self.live, part)):
                self._void(part)
        if self._lone and not self.single:
            # one profile for ever: no continuation can depend on a signal
            self.alive[0], done = [], True
        elif self.single:
            self.levels[0] = self.directions[0] @ self.operator.payoffs[0][:, self.alive[0][0]] + _UP
            done = True
        return done

    @property
    def _lone(self) -> bool:
        own = self.centre is None and not isinstance(self.operator.game, StochasticGame)
        return own and len(self.alive[0]) == 1

    @property
    def single(self) -> bool:
        """Whether one profile of a repeated game is left, which is then played for ever, so that the set is exact."""
        return self._lone and self.alive[0][0] in self.operator.nash()

    def empty(self, states: list[int]) -> None:
        """Leave nothing to play at states, nor at those from which play can come to them."""
        for s in states:
            self.alive[s] = []
        self._void(states)

    def _void(self, part: list[int]) -> None:
        # a state without equilibrium leaves none to any state from which play can come to it
        lost = [s for s in part if not self.live(s)]
        for s in np.flatnonzero(self.reach[:, lost].any(axis=1)).tolist():
            self.alive[s], self.made[s] = [], []
            self.levels[s] = np.full(len(self.levels[s]), -np.inf)

    def _step(self, part: list[int], stop: float, still: float) -> float:
        h, c = self.packed()
        before = [self.levels[s] for s in part]
        rows: Placed = []
        dropped: Placed = []
        count = sum(len(self.alive[s]) for s in part)
        self.iterations += 1
        for s in part:
            self.used[s] = self.levels[s]
            value, self.made[s] = self._image(s, h, c, rows, dropped)
            if not self.live(s):
                self._keep(h, before, rows, dropped, None)
                return np.inf
            self.levels[s] = np.minimum(self.levels[s], value)
            c[s, : len(value)] = self.levels[s]
        moved = max(float((old - self.levels[s]).max()) for old, s in zip(before, part, strict=True))
        if moved <= still and sum(len(self.alive[s]) for s in part) == count:
            self._keep(h, before, rows, dropped, None)
            return 0.0
        width = c.shape[1]
        pieces = [(s * width + np.arange(len(r.const)) % len(self.directions[s]), r) for s, _, r in rows]
        level_map = LevelMap.of(c.size, pieces)
        x = np.where(np.isfinite(c), c, 0.0).ravel()
        most = _LARGE if self.operator.players == 2 else _LARGE // 10
        for steps in (1, 100, 2000):
            x = level_map.lowered(x, steps, stop)
            # of thousands of half-spaces the linear programs take longer than further rounds
            jump = level_map.jump(x, thorough=steps > 1 and c.size <= most)
            if jump is not None:
                break
        if jump is not None:
            self.jumps += 1
            x = np.minimum(x, jump.low)
        found = x.reshape(c.shape)
        for s in part:
            self.levels[s] = found[s, : len(self.directions[s])].copy()
        self._keep(h, before, rows, dropped, jump)
        if sum(len(self.alive[s]) for s in part) < count:
            return np.inf
        return max(float((old - self.levels[s]).max()) for old, s in zip(before, part, strict=True))

    def _keep(self, h: FloatArray, before: list[FloatArray], rows: Placed, dropped: Placed, jump: Jump | None) -> None:
        if self.proof is not None:
            self.proof.append(Step([*h], before, rows, dropped, jump))

    def contract(self, s: int, value: FloatArray, directions: FloatArray) -> FloatArray:
        """Levels of what is generated at a state after its contraction."""
        if self.centre is None:
            return value
        pulled: FloatArray = (1 - self.shrink) * value + self.shrink * (directions @ self.centre[s])
        return pulled

    def corners(self, s: int, *, used: bool = False) -> FloatArray:
        """Vertices [V, P] of the half-spaces of a state; `used`: of those that were last applied to."""
        if not self.live(s):
            return np.zeros((0, self.operator.players))
        if self.single:
            return self.attained(s)[0]
        return vertices(self.directions[s], self.used[s] if used else self.levels[s])

    def attained(self, s: int) -> tuple[FloatArray, list[Made]]:
        """Payoffs [K, P] of a state that attain its last levels: (profile, continuation [Y', P])."""
        if self.single:
            k = self.alive[s][0]
            v = self.operator.payoffs[s][:, k]
            return v[None], [(k, np.tile(v, (self.operator.programs[s][k].weight.size, 1)))]
        made = [m for m in self.made[s] if m[0] != -1] if self.live(s) else []
        return self.generated(s, made), made

    def generated(self, s: int, made: Sequence[Made]) -> FloatArray:
        """Payoffs [K, P] that profiles and their continuations generate at a state."""
        payoffs, programs = self.operator.blocks[s]
        patience = 1 - self.operator.discount
        found = [
            ahead[0] if number((k, ahead)) is not None else patience * payoffs[:, k] + programs[k].weight @ ahead
            for k, ahead in made
        ]
        return np.array(found).reshape(-1, self.operator.players)

    def applied(self) -> tuple[list[FloatArray], list[list[Made]]]:
        """Apply the operator once everywhere at the present levels: payoffs [K, P] per state and what makes them."""
        h, c = self.packed()
        made = []
        for s in range(len(self.directions)):
            one = self._image(s, h, c)[1] if self.live(s) else []
            made.append([m for m in one if m[0] != -1])
        return [self.generated(s, one) for s, one in enumerate(made)], made


def _start(operator: Operator, directions: FloatArray) -> FloatArray:
    """Levels [K] to start with."""
    if isinstance(operator.game, StochasticGame):
        return np.asarray(np.maximum(directions, 0).sum(axis=1) + _UP)
    (stage,) = operator.stages
    levels = (operator.payoffs[0].T @ directions.T).max(axis=0)
    place = 2 * np.arange(operator.players) + 1
    levels[place] = np.minimum(levels[place], (operator.shift - stage.minmax()) / operator.scale)
    return np.asarray(levels + 2 * _UP)


@dataclass(frozen=True, slots=True)
class OuterBound(Value):
    """Half-spaces that hold every payoff of a pure-strategy perfect public equilibrium.

    Attributes
    ----------
    profiles : tuple of action profiles (labels) that are not excluded; empty: no such equilibrium
    directions : array [K, P]
    levels : array [K]; payoffs v satisfy directions @ v <= levels
    rounds : int, iterations of the operator
    settled : bool, did the levels stop moving (else they still bound, less tightly)?
    """

    profiles: tuple[tuple[str, ...], ...]
    directions: FloatArray
    levels: FloatArray
    rounds: int
    settled: bool

    def __str__(self) -> str:
        if not self.profiles:
            return "no pure-strategy perfect public equilibrium"
        listed = "; ".join("(" + ", ".join(p) + ")" for p in self.profiles)
        return f"profiles not excluded in pure public strategies: {listed} ({self.rounds} rounds)"


def outer_bound(
    game: object,
    *,
    discount: float,
    directions: int = 8,
    tolerance: float = 1e-6,
    rounds: int = 2000,
    budget_seconds: float | None = None,
) -> OuterBound:
    """Bound the pure-strategy perfect public equilibria of a two-player game from outside.

    Parameters
    ----------
    game : RepeatedGame
        Two players, no detection lag.
    discount : float
        Per period, 0 <= discount < 1.
    directions : int
        Number K of directions on the circle, a multiple of 4.
    tolerance : float
        Movement of the levels, relative to the range of payoffs, at which iteration stops.
    rounds : int
        Iterations after which it stops in any case; the bound is still valid.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Raises
    ------
    WrongConcept
        Not a repeated game of two players without lag.
    NotSolved
        A linear program failed.

    Notes
    -----
    The operator of Abreu, Pearce and Stacchetti (1990) on half-spaces (Judd, Yeltekin and
    Conklin 2003). It starts from the feasible payoffs above the pure minmax, and a profile whose
    programs are infeasible once stays excluded. If a single profile is left it is played for
    ever, so it must be an equilibrium of the stage game. Public randomisation is allowed. An excluded
    profile is played in no such equilibrium; one that is not excluded may still not be.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.treaty.compliance()
    >>> blind = ag.RepeatedGame(pd, ag.Monitoring.detection(0.005, 0.005))
    >>> outer_bound(blind, discount=0.95).profiles
    (('deploy', 'deploy'),)
    """
    game = game_of("outer_bound", game, RepeatedGame)
    if len(game.players) != 2 or game.monitoring.lag != 1:
        raise WrongConcept("outer_bound takes a RepeatedGame of two players without a detection lag.")
    delta = float(check_discount(discount))
    if not is_whole(directions) or directions < 4 or directions % 4:
        invalid("directions", directions, "a multiple of 4, at least 4")
    require("outer_bound", directions=directions)
    angle = 2 * np.pi * np.arange(directions) / directions
    h = np.round(np.stack([np.cos(angle), np.sin(angle)], axis=1), 15)
    operator = Operator.of(game, delta)
    # a direction of payoffs, in scaled payoffs
    size = np.linalg.norm(h * operator.scale, axis=1)
    turned = h * operator.scale / size[:, None]
    bound = Bound.of(operator, merged(directions_of(4, 2), turned, 1e-12))
    settled = bound.run(tolerance, rounds)
    place = [int(np.abs(bound.directions[0] - row).max(axis=1).argmin()) for row in turned]
    levels = size * bound.levels[0][place] + h @ operator.shift
    if bound.single:
        levels = h @ (operator.shift + operator.scale * bound.attained(0)[0][0])
    names = game.stage.profiles
    found = OuterBound(tuple(names[k] for k in bound.alive[0]), h, levels, bound.iterations, settled)
    if not settled:
        ask_time(f"{found.rounds:,} rounds; .result is a bound, though not the tightest", found)
    return found


def parts(reach: BoolArray) -> list[list[int]]:
    """Classes of states that lead to each other, in an order in which what a class leads to comes first."""
    both = reach & reach.T
    classes = {tuple(np.flatnonzero(row).tolist()) for row in both}
    return [list(c) for c in sorted(classes, key=lambda c: (int(reach[c[0]].sum()), c))]
