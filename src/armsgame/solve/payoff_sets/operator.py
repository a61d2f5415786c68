"""The operator of self-generation as linear programs: one per action profile and direction."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.repeated import RepeatedGame
from armsgame.results.payoff_set import Generator

__all__ = [
    "Image", "Made", "Operator", "Program", "Rows", "Solved", "check_game", "given", "number", "program_of",
    "solve_program",
]  # fmt: skip

_FRESH = -(2**41)
_EPS = float(np.finfo(float).eps)
# a payoff that is generated: the profile and its continuation payoffs [Y', P]
Made = tuple[int, FloatArray]
_MEMORY = 2**30


def given(m: int, value: FloatArray) -> Made:
    """Label of a payoff [P] that no continuation generates: that of the Markov equilibrium with number m."""
    return -2 - m, value[None]


def number(made: Any) -> int | None:
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
    owner : array [R], the deviating player
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


@dataclass(slots=True)
class Image:
    """What one application of the operator found in the directions asked, in scaled payoffs.

    Attributes
    ----------
    value : array [A, J], bounds on direction . v, -inf where the profile cannot be enforced
    points : list of arrays [J, Y', P], continuation payoffs, one per program
    """

    value: FloatArray
    points: list[FloatArray]


@dataclass(frozen=True, slots=True)
class Operator:
    """Programs of every action profile of a game at a discount factor, payoffs scaled to [0, 1]."""

    game: RepeatedGame
    discount: float
    payoffs: FloatArray
    shift: FloatArray
    scale: FloatArray
    programs: tuple[Program, ...]

    @classmethod
    def of(cls, game: Any, discount: float, *, slack: float = 0.0) -> Operator:
        """Set the programs up; `slack` is added to every incentive constraint (scaled payoffs)."""
        stage = check_game(game).stage
        raw = stage.payoffs.reshape(len(stage.players), -1)
        shift, scale = raw.min(axis=1), np.ptp(raw, axis=1)
        scale = np.where(scale > 0, scale, 1.0)
        payoffs = (raw - shift[:, None]) / scale[:, None]
        kernel = game.monitoring.kernel(stage)
        programs = tuple(program_of(stage.shape, payoffs, kernel, k, discount, slack) for k in range(payoffs.shape[1]))
        return cls(game, discount, payoffs, shift, scale, programs)

    @property
    def players(self) -> int:
        """Number of players."""
        return len(self.payoffs)

    @property
    def blocks(self) -> list[tuple[FloatArray, tuple[Program, ...]]]:
        """Payoffs [P, A] and programs of the one state."""
        return [(self.payoffs, self.programs)]

    @property
    def reach(self) -> Any:
        """Mask [1, 1]: the one state leads to itself."""
        return np.ones((1, 1), bool)

    def nash(self) -> IntArray:
        """Profiles that are equilibria of the stage game."""
        return np.flatnonzero(self.game.stage.best_replies().all(axis=0).ravel())

    def check_size(self, directions: int) -> None:
        """Raise `InvalidGame` where the programs would not fit in memory (1 GiB)."""
        rows = [p.weight.size * self.players for p in self.programs]
        need = 8 * (
            3 * max(rows) ** 2 + directions * sum(3 * r + len(p.base) for r, p in zip(rows, self.programs, strict=True))
        )
        if need > _MEMORY:
            raise InvalidGame(
                f"linear programs of {len(rows)} profiles, {directions} directions and up to {max(rows)} continuation "
                f"values need {need / 2**30:.1f} GiB; allowed: 1 GiB. Pass fewer directions, pool signals, or, for "
                "two players under perfect monitoring, use payoff_set."
            )

    def apply(
        self,
        directions: FloatArray,
        levels: FloatArray,
        *,
        ask: FloatArray | None = None,
        alive: Any = None,
        tolerance: float = 1e-10,
    ) -> Image:
        """Largest ask . v over payoffs v generated by each profile on {w: directions w <= levels}.

        Parameters
        ----------
        directions : array [K, P], unit, beginning with e_0, -e_0, ..
        levels : array [K]
        ask : array [J, P], default `directions`
        alive : profiles to look at, default all
        """
        ask = directions if ask is None else ask
        value = np.full((len(self.programs), len(ask)), -np.inf)
        points: list[FloatArray] = [np.empty((0, 0, 0))] * len(self.programs)
        for k in range(len(self.programs)) if alive is None else alive:
            found = solve_program(self.programs[k], ask, directions[None], levels[None], tolerance=tolerance)
            # what was not solved is left out: these are payoffs that can be generated
            if isinstance(found, Solved) and np.isfinite(found.points).all():
                value[k] = (1 - self.discount) * ask @ self.payoffs[:, k] + found.value
                points[k] = found.points
        return Image(value, points)

    def generated(self, image: Image, profile: int) -> FloatArray:
        """Payoffs [J, P] of a profile with the continuations found."""
        weight = self.programs[profile].weight
        found: FloatArray = (1 - self.discount) * self.payoffs[:, profile] + np.einsum(
            "y,jyi->ji", weight, image.points[profile]
        )
        return found

    def generator(self, profile: int, continuation: FloatArray, worst: FloatArray) -> Generator:
        """Return the generator in the payoffs of the game from scaled continuations [Y', P].

        `worst` [P, P]: a point of the set that is worst for each player.
        """
        p = self.programs[profile]
        full = np.full((len(p.blamed), self.players), np.nan)
        full[p.kept] = continuation
        for y in np.flatnonzero(p.blamed >= 0):
            full[y] = worst[p.blamed[y]]
        value = (p.coef * continuation.T[p.owner]).sum(axis=1) + p.threat[:, 0] * worst[p.owner, p.owner] - p.base
        tight = sorted({int(i) for i in p.owner[np.abs(value) <= 1e-8]})
        names = self.game.players
        return Generator(
            self.game.stage.profiles[profile], self.shift + self.scale * full, tuple(names[i] for i in tight)
        )


def check_game(game: Any) -> RepeatedGame:
    """Return `game` where it is a RepeatedGame of two or more players without lag, else raise `WrongConcept`."""
    if not isinstance(game, RepeatedGame):
        raise WrongConcept(
            f"sets of public equilibria are those of a RepeatedGame, not of a {type(game).__name__}. "
            "Wrap it: RepeatedGame(stage, monitoring)."
        )
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
    slack: float = 0.0,
    follows: IntArray | None = None,
) -> Program:
    """Set up the program of profile k from scaled payoffs [P, A] and the law of signals [A, Y].

    `follows` [Y]: the state that each signal leads to, where the game has several.
    """
    owner, others = [], []
    for i, own in enumerate(shape):
        step = prod(shape[i + 1 :])
        now = k // step % own
        for other in range(own):
            if other != now:
                owner.append(i)
                others.append(k + (other - now) * step)
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
    base = (1 - delta) * (payoffs[who, k] - payoffs[who, to]) + slack
    # of deviations with exactly the same law only the one that gains most can bind
    best: dict[tuple[Any, ...], int] = {}
    for r in range(len(to)):
        key = (int(who[r]), coef[r].tobytes(), threat[r].tobytes())
        if key not in best or base[r] < base[best[key]]:
            best[key] = r
    rows = np.array(sorted(best.values()), np.int64)
    return Program(
        k, delta * kernel[k, kept], np.ascontiguousarray(coef[rows]), who[rows], base[rows], threat[rows], kept, blamed,
        np.searchsorted(targets, after[kept]), targets, 1 - delta,
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


def _bases(p: Program, asked: int, players: int, last: IntArray | None) -> IntArray:
    """Room for one basis per direction, the last ones in it."""
    if last is not None and len(last) >= asked:
        return last
    fresh = np.full((asked, p.weight.size * players), _FRESH, np.int64)
    if last is not None:
        fresh[: len(last)] = last
    return fresh


def solve_program(
    p: Program,
    ask: FloatArray,
    h: FloatArray,
    levels: FloatArray,
    basis: IntArray | None = None,
    *,
    tolerance: float = 1e-10,
) -> Solved | Rows:
    """Bound the expected discounted continuation payoff of a profile in each direction asked.

    Parameters
    ----------
    ask : array [J, P]
    h, levels : arrays [G, K, P], [G, K]
        Half-spaces of what may follow, one list per target of the program.
    basis : array [J, Y' P], read and written

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
