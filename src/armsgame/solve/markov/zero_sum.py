"""Values of two-player zero-sum stochastic games: Shapley's operator and its acceleration."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from armsgame._checks import check_discount, check_number, check_whole
from armsgame._deadline import TimeSpent, ask_time, unsolved
from armsgame._shown import Value
from armsgame._typing import FloatArray, Real
from armsgame.errors import WrongConcept
from armsgame.games.coercion import Modelled, PublicGame, as_states
from armsgame.games.stochastic import StochasticGame
from armsgame.results.markov_profile import MarkovProfile
from armsgame.results.provable import Provable
from armsgame.solve.markov.blocks import Block, block_of
from armsgame.solve.one_shot.matrix_game import matrix_game


@dataclass(frozen=True, slots=True)
class Shapley(Value):
    """Iterate the values of the states' matrix games (Shapley 1953); the error shrinks by the discount per round."""

    tolerance: float = 1e-10
    rounds: int = 100_000

    def __post_init__(self) -> None:
        _check(self.tolerance, self.rounds)


@dataclass(frozen=True, slots=True)
class HoffmanKarp(Value):
    """Fix the first player's optimal rows, solve the other's decision problem, repeat (Hoffman and Karp 1966)."""

    tolerance: float = 1e-10
    rounds: int = 1000

    def __post_init__(self) -> None:
        _check(self.tolerance, self.rounds)


ZeroSumMethod: TypeAlias = Shapley | HoffmanKarp


def _check(tolerance: float, rounds: int) -> None:
    check_number("tolerance", tolerance, 0, open_low=True, step="It is relative to the payoff range.")
    check_whole("rounds", rounds)


@dataclass(frozen=True, slots=True, eq=False)
class ZeroSumValue(Provable, Value):
    """Value of a zero-sum stochastic game in every state.

    Attributes
    ----------
    values : array ``[S]``, value to the first player per period
    profile : MarkovProfile, optimal policies
    lower, upper : arrays ``[S]``
        What the first policy guarantees and what the second one concedes, each against the best
        reply: the value lies between them.
    bound : float
        Largest ``upper - lower``; no entry of `values` is further from the value.
    constant : float, sum of the two payoffs per period
    rounds : int
    """

    values: FloatArray
    profile: MarkovProfile
    lower: FloatArray
    upper: FloatArray
    bound: float
    constant: float
    rounds: int
    _source: tuple[PublicGame | Modelled, Real] | None = field(default=None, repr=False, compare=False)

    @property
    def policies(self) -> tuple[FloatArray, ...]:
        """One array ``[S, A]`` per player, padded with zeros."""
        return self.profile.policies

    def __str__(self) -> str:
        names = self.profile.states
        lines = [f"Value to {self.profile.players[0]} (error at most {self.bound:.1e}, {self.rounds} rounds)"]
        lines += [f"  {s}: {v:.9g}" for s, v in zip(names, self.values, strict=True)]
        return "\n".join([*lines, str(self.profile)])


def zero_sum_value(
    game: PublicGame | Modelled,
    *,
    discount: Real,
    method: ZeroSumMethod | None = None,
    budget_seconds: float | None = None,
) -> ZeroSumValue:
    """Find the value and optimal policies of a two-player constant-sum stochastic game.

    Parameters
    ----------
    game : StochasticGame or RepeatedGame
        The payoffs of the two players sum to the same constant everywhere.
    discount : float
        Per period, 0 <= discount < 1.
    method : Shapley or HoffmanKarp, optional
        Default: `HoffmanKarp`.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    ZeroSumValue

    Raises
    ------
    WrongConcept
        More than two players, or payoffs that do not sum to a constant.
    NotSolved
        The bracket of the value is wider than the tolerance after all rounds; `result` holds it.

    Notes
    -----
    The error bound does not rest on the iteration: each policy is played against the best reply of
    the other player, which gives a bracket of the value.

    References
    ----------
    Shapley (1953); Hoffman and Karp (1966); Blackwell and Ferguson (1968) for the Big Match.

    Examples
    --------
    The Big Match: the first action ends the game with the payoff of the day, for ever.

    >>> import numpy as np
    >>> import armsgame as ag
    >>> def stage(table): return ag.StageGame.from_bimatrix(table, -np.asarray(table))
    >>> stay, stop1, stop0 = np.eye(3)
    >>> game = ag.StochasticGame(
    ...     [stage([[1, 0], [0, 1]]), stage([[1]]), stage([[0]])],
    ...     [[[stop1, stop0], [stay, stay]], [[stop1]], [[stop0]]],
    ... )
    >>> found = zero_sum_value(game, discount=0.5)
    >>> [round(float(v), 9) for v in found.values]
    [0.5, 1.0, 0.0]
    >>> round(float(found.policies[0][0, 0]), 9)
    0.333333333
    """
    chain = as_states("zero_sum_value", game)
    constant = _constant(chain)
    delta = float(check_discount(discount))
    chosen = HoffmanKarp() if method is None else method
    if not isinstance(chosen, (Shapley, HoffmanKarp)):
        raise WrongConcept(f"method is {method!r}; allowed: Shapley() or HoffmanKarp().")
    block = block_of(chain, np.arange(len(chain.states)), np.zeros((len(chain.states), 2)), delta)
    high = max(float(g.payoffs[0].max()) for g in chain.stages)
    low = min(float(g.payoffs[0].min()) for g in chain.stages)
    goal = chosen.tolerance * ((high - low) or 1.0)
    # from below: the guarantee of Hoffman and Karp's rows then rises from round to round
    value = np.full(block.size, low)
    rounds, best = 0, None
    with suppress(TimeSpent):
        while rounds < chosen.rounds:
            rounds += 1
            fresh, mixes = _operator(block, value)
            moved = float(np.abs(fresh - value).max())
            near = moved * delta <= goal * (1 - delta) or isinstance(chosen, HoffmanKarp)
            if isinstance(chosen, Shapley):
                value = fresh
                if not near:
                    continue
            floor, roof = _bracket(block, mixes, constant)
            gap = float((roof - floor).max())
            if best is None or gap < best[0]:
                best = (gap, floor, roof, mixes)
            if gap <= goal:
                break
            if isinstance(chosen, HoffmanKarp):
                value = floor if (np.abs(floor - value) > 1e-15 * (high - low)).any() else fresh
    more = "Use HoffmanKarp(), more rounds or seconds, or a larger tolerance."
    if best is None:
        raise unsolved(f"the value has no bracket after {rounds} rounds. {more}")
    gap, floor, roof, mixes = best
    profile, source = MarkovProfile(game, mixes), (game, discount)
    found = ZeroSumValue((floor + roof) / 2, profile, floor, roof, max(gap, 0.0), constant, rounds, source)
    if gap > goal:
        raise unsolved(
            f"the bracket of the value is {gap:.3g} wide after {rounds} rounds, wanted {goal:.3g}. {more}", found
        )
    return found


def _constant(chain: StochasticGame) -> float:
    if len(chain.players) != 2:
        raise WrongConcept(f"zero-sum games have two players, this one {len(chain.players)}. Use markov_perfect.")
    total = np.concatenate([stage.payoffs.sum(axis=0).ravel() for stage in chain.stages])
    scale = max(float(np.abs(stage.payoffs).max()) for stage in chain.stages)
    if np.ptp(total) > 1e-12 * max(scale, 1e-300):
        raise WrongConcept(
            f"the payoffs of the two players sum to {total.min():g} at one profile and {total.max():g} at another; "
            "a zero-sum game has one sum. Use markov_perfect."
        )
    return float(total.mean())


def _operator(block: Block, value: FloatArray) -> tuple[FloatArray, list[FloatArray]]:
    """One application of Shapley's operator, with the optimal mixes of every state."""
    table = block.table(0, value)
    fresh = np.empty(block.size)
    mixes = [np.zeros(own.shape) for own in block.mask]
    for s in range(block.size):
        ask_time()
        m, n = (int(own[s].sum()) for own in block.mask)
        row, column, fresh[s] = matrix_game(table[s, :m, :n])
        mixes[0][s, :m], mixes[1][s, :n] = row, column
    return fresh, mixes


def _bracket(block: Block, mixes: list[FloatArray], constant: float) -> tuple[FloatArray, FloatArray]:
    scale = float(np.ptp(block.pay[0])) or 1.0
    roof = block.reply(0, mixes, 1e-15 * scale)[1]
    floor = constant - block.reply(1, mixes, 1e-15 * scale)[1]
    return floor, roof
