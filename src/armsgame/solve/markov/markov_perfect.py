"""Markov-perfect equilibria of stochastic games, block by block of their states, each certified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from armsgame._checks import check_discount, check_whole
from armsgame._deadline import ask_time
from armsgame._typing import FloatArray, IntArray, Real
from armsgame.arithmetic.mixtures import alike
from armsgame.arithmetic.tolerance import ZERO, scales
from armsgame.checkers.markov import verify_markov
from armsgame.errors import NotSolved, WrongConcept, invalid
from armsgame.games.coercion import Modelled, PublicGame, as_states
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import StochasticGame, payoffs_of
from armsgame.results.markov import MarkovEquilibrium, MarkovSolution
from armsgame.results.markov_profile import MarkovProfile, read_policies
from armsgame.results.one_shot import Status
from armsgame.solve.markov.blocks import Block, block_of, components
from armsgame.solve.markov.methods import (
    BestResponseIteration,
    LogitHomotopy,
    LogTracing,
    MarkovMethod,
    PureEnumeration,
)
from armsgame.solve.markov.search import Mixes, by_curve, by_enumeration, by_replies, by_stages, scaled

_LARGE = 100  # unknowns above which the default follows fewer curves
_SAME = 1e-7


@dataclass(slots=True)
class _Answer:
    """Equilibria of one block with the method that found each, and what they prove."""

    found: list[tuple[Mixes, str]] = field(default_factory=list)
    complete: bool = False
    complete_pure: bool = False
    notes: list[str] = field(default_factory=list)

    def add(self, mixes: Mixes, method: str) -> None:
        if not any(alike(known, mixes, _SAME) for known, _ in self.found):
            self.found.append((mixes, method))


@dataclass(frozen=True, slots=True)
class _Partial:
    """Policies and values of the states solved so far."""

    policies: tuple[FloatArray, ...]
    values: FloatArray
    found_by: tuple[str, ...]


def markov_perfect(
    game: PublicGame | Modelled,
    *,
    discount: Real,
    method: MarkovMethod | Sequence[MarkovMethod] | None = None,
    most: int = 100,
    throw: bool = True,
    budget_seconds: float | None = None,
) -> MarkovSolution:
    """Find Markov-perfect equilibria, each with a certificate.

    Parameters
    ----------
    game : StochasticGame or RepeatedGame
        Any number of players; a RepeatedGame is the game of one state.
    discount : float
        Per period, 0 <= discount < 1.
    method : MarkovMethod or several, optional
        `PureEnumeration`, `BestResponseIteration`, `LogitHomotopy`, `LogTracing`. Default, per block
        of states that lead back to each other: all equilibria where no action moves the play; else
        all pure profiles where there are at most 100,000, otherwise best replies from named and
        random starts; and curves from several priors for mixed ones.
    most : int
        Equilibria carried from block to block; what is dropped is told in the notes.
    throw : bool
        Whether to raise `NotSolved` where nothing was certified; else the status says so.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    MarkovSolution

    Raises
    ------
    NotSolved
        No equilibrium was certified; the text holds the next step. One always exists, possibly in
        mixed policies (Fink 1964).
    InvalidGame
        discount, most or a prior is out of range; a block is too large for the arrays.
    WrongConcept
        The game has no public states.

    Notes
    -----
    The states are cut into strongly connected components over all actions and solved backwards:
    a state that cannot be come back to (a notice that runs down) is a one-shot game once the values
    after it are known. With several equilibria in a block each is carried on. Whatever a method
    proposes, `verify_markov` decides; nothing with a regret above 1e-11 of a player's payoff range
    (plus rounding) is returned.

    References
    ----------
    Fink (1964); Maskin and Tirole (2001); Herings and Peeters (2004).

    Examples
    --------
    >>> import armsgame as ag
    >>> stag_hunt = ag.RepeatedGame(ag.StageGame.from_bimatrix([[4, 1], [3, 2]], [[4, 3], [1, 2]]))
    >>> solution = markov_perfect(stag_hunt, discount=0.9)
    >>> len(solution), solution.complete
    (3, True)
    """
    chain = as_states("markov_perfect", game)
    delta = float(check_discount(discount))
    methods = _check_method(chain, method)
    solution = _solve(game, chain, delta, methods, check_whole("most", most))
    if throw and not solution:
        raise NotSolved("\n".join([solution.status.value, *solution.notes]))
    return solution


def _check_method(chain: StochasticGame, method: object) -> tuple[tuple[MarkovMethod, Mixes | None], ...] | None:
    if method is None:
        return None
    chosen = tuple(method) if isinstance(method, (list, tuple)) else (method,)
    found = []
    for one in chosen:
        if not isinstance(one, MarkovMethod):
            raise WrongConcept(
                f"method is {one!r}; allowed: PureEnumeration(), BestResponseIteration(), LogitHomotopy(), "
                "LogTracing()."
            )
        prior = None
        if isinstance(one, (LogitHomotopy, LogTracing)) and one.prior is not None and not isinstance(one.prior, int):
            prior = read_policies(chain, one.prior)
            for i, own in enumerate(prior):
                for s, stage in enumerate(chain.stages):
                    if own[s, : stage.shape[i]].min() <= 0:
                        invalid(
                            f"prior[{i}][{chain.states[s]!r}]",
                            own[s, : stage.shape[i]].tolist(),
                            "positive probabilities of every action",
                            "Mix it with the uniform policy.",
                        )
        found.append((one, prior))
    return tuple(found)


def _solve(
    game: object,
    chain: StochasticGame,
    delta: float,
    methods: tuple[tuple[MarkovMethod, Mixes | None], ...] | None,
    most: int,
) -> MarkovSolution:
    given, chain = chain, _from_zero(chain)
    count, size = len(chain.players), len(chain.states)
    widths = [max(g.shape[i] for g in chain.stages) for i in range(count)]
    partials = [_Partial(tuple(np.zeros((size, n)) for n in widths), np.zeros((size, count)), ())]
    notes: list[str] = []
    complete = complete_pure = True
    done: list[IntArray] = []
    for states in components(chain):
        cache: dict[bytes, _Answer] = {}
        ahead: Any = np.array([chain.transitions[s].reshape(-1, size).any(axis=0) for s in states]).any(axis=0)
        ahead[states] = False
        grown: list[_Partial] = []
        for partial in partials:
            ask_time(f"{sum(map(len, done))} of {size} states")
            key = np.round(partial.values[ahead], 12).tobytes()
            block = block_of(chain, states, partial.values, delta)
            if key not in cache:
                cache[key] = _solve_block(scaled(block), states, methods, most)
                notes += [f"{_name(chain, states)}: {note}" for note in cache[key].notes]
            answer = cache[key]
            complete = complete and answer.complete
            complete_pure = complete_pure and answer.complete_pure
            grown += [_extend(partial, block, states, mixes, how) for mixes, how in answer.found]
        if len(grown) > most:
            # pure ones first: they are the ones that a list can be complete in
            grown.sort(key=lambda p: not all(bool(((own == 0) | (own == 1)).all()) for own in p.policies))
            notes.append(f"{_name(chain, states)}: {len(grown) - most} of {len(grown)} lines dropped; give most=.")
            grown, complete, complete_pure = grown[:most], False, False
        partials = grown
        done.append(states)
    equilibria, refused = [], 0
    for partial in partials:
        profile = MarkovProfile(game, partial.policies)
        certificate = verify_markov(given, profile, discount=delta)
        if certificate.ok:
            how = ", ".join(dict.fromkeys(partial.found_by))
            equilibria.append(MarkovEquilibrium(profile, np.asarray(certificate.values), certificate, how))
        else:
            refused += 1
            complete = complete_pure = False
            notes.append(f"a profile was refused by the checker: {certificate.where}.")
    if not equilibria:
        complete = False
        notes.append("Try more priors: method=[LogTracing(k) for k in range(20)], or a smaller discount factor.")
    status = Status.COMPLETE if complete else Status.PARTIAL if equilibria else Status.UNSOLVED
    return MarkovSolution(tuple(equilibria), complete, complete_pure, status, tuple(dict.fromkeys(notes)))


def _from_zero(game: StochasticGame) -> StochasticGame:
    """Return the game without constants of a thousand times a party's range of payoffs, whose rounding misleads."""
    low = np.array([u.low if u.rounding > 0.1 * ZERO * u.spread else 0.0 for u in scales(payoffs_of(game))])
    if not low.any():
        return game
    stages = [
        StageGame(
            stage.payoffs - low.reshape(-1, *(1,) * len(stage.shape)), players=stage.players, actions=stage.actions
        )
        for stage in game.stages
    ]
    return StochasticGame(stages, game.transitions, states=game.states)


def _extend(partial: _Partial, block: Block, states: IntArray, mixes: Mixes, how: str) -> _Partial:
    policies = tuple(own.copy() for own in partial.policies)
    for own, found in zip(policies, mixes, strict=True):
        own[states, : found.shape[1]] = found
    values = partial.values.copy()
    values[states] = block.values(mixes)
    return _Partial(policies, values, (*partial.found_by, how))


def _name(chain: StochasticGame, states: IntArray) -> str:
    first = chain.states[states[0]]
    return repr(first) if len(states) == 1 else f"{first!r} and {len(states) - 1} more states"


def _solve_block(
    block: Block, states: IntArray, methods: tuple[tuple[MarkovMethod, Mixes | None], ...] | None, most: int
) -> _Answer:
    answer = _Answer()
    if methods is None:
        if block.uncontrolled:
            stages = by_stages(block, most)
            if stages is not None:
                for mixes in stages.found:
                    answer.add(mixes, "one-shot games")
                answer.complete = answer.complete_pure = stages.complete
                if not stages.complete:
                    answer.notes.append("its one-shot games have more equilibria than are listed.")
                if answer.found:
                    return answer
        chosen = _default(block)
    else:
        chosen = [(m, None if prior is None else _cut(block, prior, states)) for m, prior in methods]
    for method, prior in chosen:
        _apply(block, method, prior, answer)
    return answer


def _default(block: Block) -> list[tuple[MarkovMethod, Mixes | None]]:
    unknowns = sum(int(own.sum()) for own in block.mask)
    pure: MarkovMethod = PureEnumeration() if block.profiles <= PureEnumeration().limit else BestResponseIteration()
    curves: list[MarkovMethod] = [LogitHomotopy(), LogTracing()]
    if unknowns <= _LARGE:
        curves += [LogTracing(k) for k in range(4)] + [LogitHomotopy(k) for k in range(2)]
    return [(m, None) for m in [pure, *curves]]


def _cut(block: Block, prior: Mixes, states: IntArray) -> Mixes:
    return tuple(own[states, : mask.shape[1]] for own, mask in zip(prior, block.mask, strict=True))


def _apply(block: Block, method: MarkovMethod, prior: Mixes | None, answer: _Answer) -> None:
    match method:
        case PureEnumeration(limit=limit):
            if block.profiles > limit:
                answer.notes.append(
                    f"{block.profiles:.3g} pure profiles exceed the limit of {limit}; use BestResponseIteration()."
                )
                return
            for mixes in by_enumeration(block):
                answer.add(mixes, "enumeration")
            answer.complete_pure = True
        case BestResponseIteration():
            for mixes in by_replies(block, method):
                answer.add(mixes, "best replies")
        case LogitHomotopy() | LogTracing():
            kind = "logit homotopy" if isinstance(method, LogitHomotopy) else "log tracing"
            end, trail = by_curve(block, method, prior)
            if end is not None:
                answer.add(end, kind)
            elif trail is None:
                answer.notes.append(f"{kind}: no start from this prior; try another prior.")
            else:
                answer.notes.append(
                    f"{kind} ({method.prior!r}) did not arrive after {trail.points} points, at parameter "
                    f"{trail.end[-1]:.3g}; try another prior or more steps."
                )
