"""Nash equilibria of one-shot games: all of them where that can be proved."""

from __future__ import annotations

from typing import Any

from armsgame._checks import check_flag
from armsgame._cost import require
from armsgame.errors import NotSolved, WrongConcept, short
from armsgame.games.coercion import Modelled, one_game
from armsgame.games.stage import StageGame
from armsgame.results.one_shot import Solution
from armsgame.solve.one_shot import bimatrix
from armsgame.solve.one_shot.methods import (
    AllLemkeHowson,
    Exact,
    LemkeHowson,
    Method,
    NashpyAdapter,
    SupportEnumeration,
    VertexEnumeration,
    ZeroSum,
)

_EVERY = SupportEnumeration()


def nash(
    stage: StageGame | Modelled,
    *,
    method: Method | None = None,
    throw: bool = True,
    budget_seconds: float | None = None,
) -> Solution:
    """Find the Nash equilibria of a one-shot game, each with a certificate.

    Parameters
    ----------
    stage : StageGame
        One game of any number of players, without batch axes.
    method : Method, optional
        `SupportEnumeration`, `VertexEnumeration`, `Exact`, `LemkeHowson`, `AllLemkeHowson`,
        `ZeroSum` or `NashpyAdapter`. Default: for two players all equilibria by vertex
        enumeration, in floats where a bound on rounding proves the answer, else in integers; for
        more players all equilibria on every support, where their number is proved to be finite.
    throw : bool
        Whether to raise `NotSolved` where no equilibrium is verified; else the status says so.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Solution
        In a degenerate bimatrix game the extreme equilibria, with the maximal Nash subsets they
        span in `components`: the set of all equilibria is the union of the products of hulls.
        `complete` is True only where this is proved.

    Raises
    ------
    NotSolved
        No equilibrium was verified; the text holds the next step.
    WrongConcept
        A batch (use `nash_batch`), or a bimatrix method on a game of three or more players.
    InvalidGame
        A label outside the game.

    Notes
    -----
    Floats are read as the simplest fraction that rounds to them (0.1 is 1/10) wherever a tie has
    to be decided. Vertex enumeration has exponential size: from about 14 x 14 on, give
    `LemkeHowson` or `AllLemkeHowson`.

    References
    ----------
    von Stengel (2007), Equilibrium computation for two-player games; Avis, Rosenberg, Savani and
    von Stengel (2010), Enumeration of Nash equilibria for two-player games.

    Examples
    --------
    >>> import armsgame as ag
    >>> stag_hunt = ag.StageGame.from_bimatrix([[4, 1], [3, 2]], [[4, 3], [1, 2]])
    >>> solution = nash(stag_hunt)
    >>> len(solution), solution.complete
    (3, True)
    >>> [round(float(p), 12) for p in solution[2].profile[0]]
    [0.5, 0.5]
    """
    one = one_game("nash", stage, StageGame, "Use nash_batch(stage.payoffs), or index it.")
    check_flag("throw", throw)
    _check(one, method)
    _afford(one, method)
    solution = _solve(one, method)
    if throw and not solution:
        raise NotSolved("\n".join([solution.status.value, *solution.notes]), solution)
    return solution


def _check(stage: StageGame, method: Method | None) -> None:
    if method is not None and not isinstance(method, Method):
        raise WrongConcept(f"method is {short(method)}; allowed: a method object such as Exact() or LemkeHowson(0).")
    if len(stage.players) != 2 and not (method is None or isinstance(method, SupportEnumeration)):
        raise WrongConcept(
            f"{type(method).__name__} is a method for two players; this game has {len(stage.players)}. "
            "Use method=None or SupportEnumeration()."
        )


def _afford(stage: StageGame, method: Method | None) -> None:
    if len(stage.players) != 2:
        require("many players", actions=stage.shape)
    elif isinstance(method, (Exact, AllLemkeHowson)):
        require(type(method).__name__, actions=stage.shape)
    elif method is None or isinstance(method, VertexEnumeration):
        require("nash", actions=stage.shape)


def _solve(stage: StageGame, method: Method | None) -> Solution:
    if len(stage.players) != 2:
        from armsgame.solve.one_shot.several_players.all_equilibria import solve_many

        return solve_many(stage, method if isinstance(method, SupportEnumeration) else _EVERY)
    answer: Any
    match method:
        case None | VertexEnumeration():
            answer = bimatrix.all_equilibria(stage, proved_floats=method is None)
        case Exact():
            answer = bimatrix.rational(stage, fractions=True)
        case SupportEnumeration():
            answer = bimatrix.equal_supports(stage)
        case LemkeHowson(label=label):
            answer = bimatrix.lemke_howson(stage, label)
        case AllLemkeHowson():
            answer = bimatrix.all_lemke_howson(stage)
        case ZeroSum():
            answer = bimatrix.zero_sum(stage)
        case NashpyAdapter(method=name):
            from armsgame.solve.one_shot.nashpy_adapter import solve_with_nashpy

            answer = solve_with_nashpy(stage, name)
    return answer  # type: ignore[no-any-return]
