"""The operator of self-generation as linear programs: one per action profile and direction."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.coercion import game_of
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame, StochasticGame
from armsgame.results.payoff_set import Generator

FRESH = -(2**41)
_EPS = float(np.finfo(float).eps)
# shares that differ for neighbours and repeat for none
GOLDEN = (5**0.5 - 1) / 2
# a payoff that is generated: the profile and its continuation payoffs [Y', P]
Made = tuple[int, FloatArray]
_MEMORY = 2**30


def given(m: int, value: FloatArray) -> Made:
    """Label of a payoff [P] that no continuation generates: that of the Markov equilibrium with number m."""
    return -2 - m, value[None]


def number(made: Made) -> int | None:
    """Return the number of the Markov equilibrium that a payoff belongs to, None where a profile generates it."""
    return -2 - int(made[0]) if made[0] <= -2 else None


@dataclass(frozen=True, slots=True)
class Program:
    """Continuation payoffs that make one action profile incentive compatible.

    Attributes
    ----------
    profile : int, row-major index
    weight : array [Y'], discount x law of the signals that the program decides about
    coef : array [R, Y'], discount x (law after a deviation - law); one row per deviation
    owner, action : arrays [R], the deviating player and what it does instead
    base : array [R], (1 - discount) x (payoff - payoff of the deviation)
    threat : array [R, G], discount x probability that a deviation is seen for certain, by what follows
    kept : array [Y'], the signals
    blamed : array [Y]; -1 decided, -2 never seen, else the one player whose deviation it proves
    group : array [Y'], index among `targets` of what follows each kept signal
    targets : array [G], the states that may follow; 0 alone in a repeated game
    patience : float, the weight 1 - discount of a period
    """

    profile: int
    weight: FloatArray
    coef: FloatArray
    owner: IntArray
    action: IntArray
    base: FloatArray
    threat: FloatArray
    kept: IntArray
    blamed: IntArray
    group: IntArray
    targets: IntArray
    patience: float

    def bound(self, levels: FloatArray) -> FloatArray:
        """Right-hand sides [R] at levels [G, K]: a certain deviator gets the least payoff of what follows."""
        if not self.threat.any():
            return self.base
        limits: FloatArray = self.base + (self.threat * levels[:, 2 * self.owner + 1].T).sum(axis=1)
        return limits

    def gain(self, ahead: FloatArray, lowest: FloatArray) -> FloatArray:
        """Gains of all deviations, given continuations [B, P] and lowest payoffs by state [S, P]."""
        least = lowest[self.targets][:, self.owner].T
        found: FloatArray = (
            (self.coef * ahead.T[self.owner]).sum(axis=1) - self.base + (self.threat * least).sum(axis=1)
        )
        return found


@dataclass(frozen=True, slots=True)
class Operator:
    """Programs of every state and profile at a discount factor, payoffs scaled to [0, 1]; a repeated game is one state.

    Attributes
    ----------
    payoffs : per state, array [P, A]
    programs : per state, one per profile
    lumps : per state, int array [Z]
        Class of each public outcome (`StochasticGame.outcomes`, or signals): outcomes that lead to the same state
        and say the same about conduct are one; -1 where no profile produces it.
    packs : by state, its programs as arrays (`best_profiles.pack_of`)
    """

    game: RepeatedGame | StochasticGame
    discount: float
    payoffs: tuple[FloatArray, ...]
    shift: FloatArray
    scale: FloatArray
    programs: tuple[tuple[Program, ...], ...]
    lumps: tuple[IntArray, ...]
    packs: dict[int, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, game: RepeatedGame | StochasticGame, discount: float) -> Operator:
        """Set the programs up."""
        stages = game.stages if isinstance(game, StochasticGame) else (check_game(game).stage,)
        raw = [stage.payoffs.reshape(len(game.players), -1) for stage in stages]
        every = np.concatenate(raw, axis=1)
        shift, scale = every.min(axis=1), np.ptp(every, axis=1)
        scale = np.where(scale > 0, scale, 1.0)
        payoffs = tuple((g - shift[:, None]) / scale[:, None] for g in raw)
        programs, lumps = [], []
        for s, stage in enumerate(stages):
            kernel, follows, lump = outcome_law(game, s)
            lumps.append(lump)
            programs.append(
                tuple(
                    program_of(stage.shape, payoffs[s], kernel, k, discount, follows=follows)
                    for k in range(kernel.shape[0])
                )
            )
        return cls(game, discount, payoffs, shift, scale, tuple(programs), tuple(lumps))

    @property
    def players(self) -> int:
        """Number of players."""
        return len(self.scale)

    @property
    def stages(self) -> tuple[StageGame, ...]:
        """Stage game of every state."""
        return self.game.stages if isinstance(self.game, StochasticGame) else (self.game.stage,)

    @property
    def blocks(self) -> list[tuple[FloatArray, tuple[Program, ...]]]:
        """Payoffs [P, A] and programs of every state."""
        return list(zip(self.payoffs, self.programs, strict=True))

    @property
    def reach(self) -> BoolArray:
        """Mask [S, S] of `reaching`."""
        return reaching(self.game) if isinstance(self.game, StochasticGame) else np.ones((1, 1), bool)

    def law(self, s: int) -> FloatArray:
        """Law [A, S] of the next state."""
        if not isinstance(self.game, StochasticGame):
            return np.ones((self.payoffs[0].shape[1], 1))
        law: FloatArray = self.game.transitions[s].reshape(-1, len(self.payoffs))
        return law

    def nash(self) -> list[int]:
        """Profiles that are equilibria of the stage game of a repeated game."""
        (stage,) = self.stages
        return np.flatnonzero(stage.best_replies().all(axis=0).ravel()).tolist()

    def check_size(self, directions: int) -> None:
        """Raise `InvalidGame` where the programs would not fit in memory (1 GiB)."""
        rows = [p.weight.size * self.players for own in self.programs for p in own]
        need = 8 * (3 * max(rows) ** 2 + directions * 2 * sum(rows))
        if need > _MEMORY:
            plane = "" if isinstance(self.game, StochasticGame) else ", or, for two who see actions, use payoff_set"
            raise InvalidGame(
                f"linear programs of {len(rows)} profiles, {directions} directions and up to {max(rows)} continuation "
                f"values need {need / 2**30:.1f} GiB; allowed: 1 GiB. Pass fewer directions or pool signals{plane}."
            )

    def generator(self, s: int, made: Made, points: list[FloatArray]) -> Generator:
        """Profile and continuation payoffs [Z, P] by public outcome in the payoffs of the game.

        A lone deviator that is seen for certain gets its worst one of `points` (scaled, per state); NaN where nothing
        leads, or a joint deviation alone.
        """
        k, ahead = made
        p, names, size = self.programs[s][k], self.game.players, len(self.programs)
        by = np.full((len(p.blamed), self.players), np.nan)
        by[p.kept] = ahead
        full = np.full((len(self.lumps[s]), self.players), np.nan)
        for z, lump in enumerate(self.lumps[s].tolist()):
            if lump >= 0:
                who, after = int(p.blamed[lump]), points[z % size]
                full[z] = after[int(after[:, who].argmin())] if who >= 0 else by[lump]
        least = np.array([own.min(axis=0) for own in points])
        value = p.gain(ahead, least)
        tight = sorted({int(i) for i in p.owner[np.abs(value) <= 1e-8]})
        profile = self.stages[s].profiles[k]
        return Generator(profile, self.shift + self.scale * full, tuple(names[i] for i in tight))


def outcome_law(game: RepeatedGame | StochasticGame, s: int) -> tuple[FloatArray, IntArray | None, IntArray]:
    """Law [A, L] of the classes of public outcomes of a state, the state each leads to [L] if any, and classes [Z]."""
    if not isinstance(game, StochasticGame):
        kernel = game.monitoring.kernel(game.stage)
        return kernel, None, np.arange(kernel.shape[1])
    law = game.transitions[s] if game.signals is None else game.signals[s]
    flat = law.reshape(len(game.stages[s].profiles), -1)
    if not game.imperfect:
        # the profile is seen: outcomes are (profile, signal, next state)
        flat = (np.eye(len(flat))[:, :, None] * flat[:, None, :]).reshape(len(flat), -1)
    width, states = flat.shape[1], len(game.states)
    lump = np.full(width, -1, np.int64)
    seen: dict[tuple[int, int], int] = {}
    columns: list[FloatArray] = []
    follows: list[int] = []
    for z in np.flatnonzero(flat.any(axis=0)).tolist():
        column = flat[:, z]
        key = (z % states, np.round(column / column.max(), 14).tobytes())
        if key not in seen:
            seen[key] = len(columns)
            columns.append(np.zeros(len(flat)))
            follows.append(z % states)
        lump[z] = seen[key]
        columns[seen[key]] = columns[seen[key]] + column
    return np.stack(columns, axis=1), np.array(follows, np.int64), lump


def reaching(game: StochasticGame) -> BoolArray:
    """Mask [S, S]: whether some sequence of actions leads from the first state to the second (itself included)."""
    size = len(game.states)
    step = np.array([law.reshape(-1, size).any(axis=0) for law in game.transitions]) | np.eye(size, dtype=bool)
    while True:
        more = step | (step.astype(np.int64) @ step.astype(np.int64) > 0)
        if (more == step).all():
            return more
        step = more


def check_game(given: object, verb: str = "a set of public equilibria") -> RepeatedGame:
    """Return the RepeatedGame of two or more players without lag that a verb reads, else raise `WrongConcept`."""
    game = game_of(verb, given, RepeatedGame)
    if len(game.players) < 2 or game.monitoring.lag != 1:
        raise WrongConcept(
            f"the game has {len(game.players)} player(s) and a detection lag of {game.monitoring.lag}; allowed: two "
            "players or more and lag 1. With a lag, check a profile with verify."
        )
    return game


def program_of(
    shape: tuple[int, ...],
    payoffs: FloatArray,
    kernel: FloatArray,
    k: int,
    delta: float,
    follows: IntArray | None = None,
) -> Program:
    """Set up the program of profile k from scaled payoffs [P, A] and the law of signals [A, Y].

    `follows` [Y]: the state that each signal leads to, where the game has several.
    """
    owner, others, action = [], [], []
    for i, own in enumerate(shape):
        step = prod(shape[i + 1 :])
        now = k // step % own
        for other in range(own):
            if other != now:
                owner.append(i)
                others.append(k + (other - now) * step)
                action.append(other)
    who, to = np.array(owner, np.int64), np.array(others, np.int64)
    law = kernel[to].reshape(len(to), kernel.shape[1])
    seen = kernel[k] > 0
    blamed = np.where(seen, -1, -2)
    for y in np.flatnonzero(~seen & law.any(axis=0)):
        suspects = set(who[law[:, y] > 0].tolist())
        blamed[y] = suspects.pop() if len(suspects) == 1 else -1
    kept, certain = np.flatnonzero(blamed == -1), np.flatnonzero(blamed >= 0)
    after = np.zeros(len(blamed), np.int64) if follows is None else follows
    targets = np.zeros(1, np.int64) if follows is None else np.unique(after[np.concatenate([kept, certain])])
    coef = delta * (law[:, kept] - kernel[k, kept])
    threat = np.zeros((len(to), len(targets)))
    if len(certain):
        for g, t in enumerate(targets):
            threat[:, g] = delta * law[:, certain[after[certain] == t]].sum(axis=1)
    base = (1 - delta) * (payoffs[who, k] - payoffs[who, to])
    # of deviations with exactly the same law only the one that gains most can bind
    best: dict[tuple[object, ...], int] = {}
    for r in range(len(to)):
        key = (int(who[r]), coef[r].tobytes(), threat[r].tobytes())
        if key not in best or base[r] < base[best[key]]:
            best[key] = r
    rows = np.array(sorted(best.values()), np.int64)
    return Program(
        k, delta * kernel[k, kept], np.ascontiguousarray(coef[rows]), who[rows], np.array(action, np.int64)[rows],
        base[rows], threat[rows], kept, blamed, np.searchsorted(targets, after[kept]), targets, 1 - delta,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows:
    """Bounds that are linear in the levels: result j is at most const[j] + sum_n line[j, n] level[place[j, n]].

    Multipliers that are dual feasible once are so at any levels, so that a row holds for all of them. It
    is repaired (`armsgame._kernels.simplex_method.repair`): what the multipliers leave over is borne by the axis
    directions, and const is rounded up. `at` and `duals` [J, M] are the multipliers before that, by
    constraint: l * Y' + y for half-space l of what follows signal y, -1 - r for incentive constraint r.
    """

    place: IntArray
    line: FloatArray
    const: FloatArray
    at: IntArray
    duals: FloatArray

    def upper(self, levels: FloatArray) -> FloatArray:
        """Values at levels [G, K], rounded up."""
        from armsgame._kernels.simplex_method import upper

        found = np.empty(len(self.const))
        upper(self.place, self.line, self.const, levels.ravel(), _EPS * (self.line.shape[1] + 4), found)
        return found


@dataclass(frozen=True, slots=True)
class Solved:
    """Largest ask . (expected discounted continuation) of a profile: continuations [J, Y', P] and what bounds it.

    `value` [J] is the bound at the levels given; continuations are NaN where no program was solved.
    """

    value: FloatArray
    points: FloatArray
    rows: Rows


def fresh(p: Program, asked: int, players: int) -> IntArray:
    """No bases yet, one row per direction."""
    return np.full((asked, p.weight.size * players), FRESH, np.int64)


def _bases(p: Program, asked: int, players: int, last: IntArray | None) -> IntArray:
    """Room for one basis per direction, the last ones in it."""
    if last is not None and len(last) >= asked:
        return last
    found = fresh(p, asked, players)
    if last is not None:
        found[: len(last)] = last
    return found


def solve_program(
    p: Program,
    ask: FloatArray,
    h: FloatArray,
    levels: FloatArray,
    basis: IntArray | None = None,
    *,
    tolerance: float = 1e-10,
    thorough: bool = True,
) -> Solved | Rows:
    """Bound the expected discounted continuation payoff of a profile in each direction asked.

    Parameters
    ----------
    ask : array [J, P]
    h, levels : arrays [G, K, P], [G, K]
        Half-spaces of what may follow, one list per target of the program.
    basis : array [J, Y' P], read and written
    thorough : bool
        Whether HiGHS solves what the kernel gives up; else its continuations are NaN, and its bound is weak.

    Returns
    -------
    Solved, or one row whose value below zero proves that no continuation enforces the profile
    (the lemma of Farkas). A profile that is not proved to be unenforceable counts as enforceable.
    """
    from armsgame._kernels.simplex_method import INFEASIBLE, OPTIMAL, maximise

    players, wide = ask.shape[1], p.weight.size * ask.shape[1]
    status = np.empty(len(ask), np.int64)
    at, duals = np.empty((len(ask), p.weight.size, players)), np.zeros((len(ask), wide))
    place, ray = np.zeros((1, wide + 1), np.int64), np.zeros((1, wide + 1))
    start = _bases(p, len(ask), players, basis)
    maximise(
        ask, h, levels, p.group, p.weight, p.coef, p.owner, p.bound(levels), start, tolerance, at, duals, status,
        place[0], ray[0],
    )  # fmt: skip
    left = np.flatnonzero(status != OPTIMAL)
    if not len(left):
        rows = _rows(p, ask, h, start[: len(ask)].copy(), duals)
        return Solved(rows.upper(levels), at, rows)
    if (status == INFEASIBLE).any():
        farkas = _rows(p, np.zeros((1, players)), h, place, ray)
        if farkas.upper(levels)[0] < 0:
            return farkas
    for wider in (tolerance, 10 * tolerance):
        left = left[~_again(p, ask, h, levels, left, (start, at, duals, status), wider)] if len(left) else left
    if not len(left):
        rows = _rows(p, ask, h, start[: len(ask)].copy(), duals)
        return Solved(rows.upper(levels), at, rows)
    if not thorough:
        at[left], duals[left] = np.nan, 0.0
        used = np.where(status[:, None] == OPTIMAL, start[: len(ask)], 0)
        rows = _rows(p, ask, h, used, duals)
        return Solved(rows.upper(levels), at, rows)
    slow = _by_highs(p, ask[left], h, levels)
    if isinstance(slow, Rows):
        return slow
    at[left] = slow[0]
    more = max(wide, slow[1].shape[1])
    used = np.where(status[:, None] == OPTIMAL, start[: len(ask)], 0)
    used, duals = (np.pad(x, ((0, 0), (0, more - wide))) for x in (used, duals))
    used[left, : slow[1].shape[1]], duals[left, : slow[1].shape[1]] = slow[1:]
    rows = _rows(p, ask, h, used, duals)
    return Solved(rows.upper(levels), at, rows)


def _again(
    p: Program, ask: FloatArray, h: FloatArray, levels: FloatArray, left: IntArray, found: tuple[Any, ...], tol: float
) -> BoolArray:
    """Solve programs that the kernel gave up, at levels that are a little wider, each by another amount; which it did.

    Where half-spaces meet in one point the kernel goes round in circles, and where they hardly meet it finds nothing.
    Multipliers bound the program at all levels, so that only the last digits of the bound are lost.
    """
    from armsgame._kernels.simplex_method import OPTIMAL, maximise

    start, at, duals, status = found
    wider = levels + tol * (2 + 3 * (np.arange(levels.size) * GOLDEN % 1)).reshape(levels.shape)
    bases = fresh(p, len(left), ask.shape[1])
    points, own, result = (np.zeros((len(left), *array.shape[1:]), array.dtype) for array in (at, duals, status))
    place, ray = np.zeros(start.shape[1] + 1, np.int64), np.zeros(start.shape[1] + 1)
    maximise(
        ask[left], h, wider, p.group, p.weight, p.coef, p.owner, p.bound(wider), bases, tol, points, own, result,
        place, ray,
    )  # fmt: skip
    good: BoolArray = result == OPTIMAL
    rows = left[good]
    start[rows], at[rows], duals[rows], status[rows] = bases[good], points[good], own[good], OPTIMAL
    return good


def _rows(p: Program, ask: FloatArray, h: FloatArray, at: IntArray, duals: FloatArray) -> Rows:
    """Repair multipliers."""
    from armsgame._kernels.simplex_method import repair

    room = at.shape[1] + 2 * h.shape[2] * len(h)
    place, line, const = np.empty((len(ask), room), np.int64), np.empty((len(ask), room)), np.empty(len(ask))
    fine = 4 * _EPS * p.patience
    repair(ask, h, p.group, p.weight, p.coef, p.owner, p.base, p.threat, fine, at, duals, place, line, const)
    return Rows(place, line, const, at, duals)


def _by_highs(
    p: Program, ask: FloatArray, h: FloatArray, levels: FloatArray
) -> Rows | tuple[FloatArray, IntArray, FloatArray]:
    """Solve the programs that the kernel gave up: continuations, and multipliers with their constraints.

    Where HiGHS fails too they are NaN and 0, from which the repair still makes a bound.
    """
    from scipy.optimize import linprog

    blocks, (_, size, dim) = p.weight.size, h.shape
    rows = np.zeros((len(p.base), blocks, dim))
    rows[np.arange(len(p.base)), :, p.owner] = p.coef
    walls = np.zeros((size, blocks, blocks, dim))
    walls[:, np.arange(blocks), np.arange(blocks)] = h[p.group].swapaxes(0, 1)
    system = np.vstack([walls.reshape(size * blocks, -1), rows.reshape(len(p.base), -1)])
    limits = np.concatenate([levels[p.group].T.ravel(), p.bound(levels)])
    name = np.concatenate([np.arange(size * blocks), -1 - np.arange(len(p.base))])
    options = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    found = linprog(
        np.append(np.zeros(blocks * dim), 1.0), A_ub=np.hstack([system, -np.ones((len(system), 1))]), b_ub=limits,
        bounds=[(None, None)] * (blocks * dim) + [(-1.0, None)], method="highs", options=options,
    )  # fmt: skip
    if found.status == 0 and found.fun > 0:
        ray = np.maximum(-found.ineqlin.marginals, 0.0)
        farkas = _rows(p, np.zeros((1, dim)), h, name[None], ray[None])
        if farkas.upper(levels)[0] < 0:
            return farkas
    points, duals = np.full((len(ask), blocks, dim), np.nan), np.zeros((len(ask), len(name)))
    for j, direction in enumerate(ask):
        cost = -np.multiply.outer(p.weight, direction).ravel()
        found = linprog(cost, A_ub=system, b_ub=limits, bounds=(None, None), method="highs", options=options)
        if found.status == 0:
            points[j], duals[j] = found.x.reshape(blocks, dim), np.maximum(-found.ineqlin.marginals, 0.0)
    kept = duals.any(axis=0)
    return points, np.broadcast_to(name[kept], (len(ask), int(kept.sum()))), duals[:, kept]
