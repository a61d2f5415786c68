"""Agent quantal response in trees: at one precision, and as a branch that ends in a sequential equilibrium."""

from __future__ import annotations

import numpy as np

from armsgame._checks import check_number
from armsgame._deadline import ask_time, time_left, unsolved
from armsgame._typing import FloatArray
from armsgame.checkers.trees import certified
from armsgame.errors import InvalidGame, invalid
from armsgame.games.coercion import Modelled, one_game
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_advice import MOST_ACTIONS, other_verbs, refuse_forgetful
from armsgame.games.tree_values import bayes, branch_probabilities, reach, values
from armsgame.results.agent_logit_branch import AgentBranch, AgentBranchStatus, AgentResponse
from armsgame.results.assessment import Assessment
from armsgame.solve.continuation import Curve, crossing, trace
from armsgame.solve.trees.agent_logit_ends import beliefs_of, certified_end, normal, settled
from armsgame.solve.trees.agent_logit_equations import TreeField
from armsgame.solve.trees.agent_logit_recursion import ChanceSettled

# an end is tried from this precision x payoff range on, where gains at sets are below _TRY of the
# range and no probability has moved by more than _STILL since half the precision
_EARLY, _TRY, _STILL = 20.0, 1e-6, 1e-4
_LIMIT, _STEPS, _IDLE = 1e9, 3000, 500
# a first precision x payoff range of a branch by recursion, and how far its last point may lie from its end
_FIRST, _NEAR = 0.1, 2e-2
# error of a probability with which a response counts as accurate
_ERROR = 1e-8


def agent_qre(
    game: ExtensiveGame | Modelled, *, precision: float, budget_seconds: float | None = None
) -> AgentResponse:
    """Agent quantal response equilibrium of a tree on the principal branch.

    Parameters
    ----------
    game : ExtensiveGame
        One game, without batch axes.
    precision : float
        At least 0, in 1/utility of the given payoffs; 0 gives uniform choice.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    AgentResponse
        Every information set is an agent that chooses with logit error by its expected payoff,
        given Bayes' rule and the errors of all agents after it.

    Raises
    ------
    InvalidGame
        A precision that is negative or infinite; a set that chance rules out.
    WrongConcept
        No ExtensiveGame, or a batch.
    NotSolved
        The branch was not followed to that precision.

    Notes
    -----
    Where chance alone settles what movers believe, as with perfect information, there is one
    equilibrium at every precision. It is found by backward recursion, and never refused.

    Examples
    --------
    Signorino's crisis game (1999): challenge, resist, fight.

    >>> import armsgame as ag
    >>> crisis = ag.ExtensiveGame(["A", "B"], ag.Move("A", "start", {
    ...     "status quo": ag.trees.Outcome("SQ", (0, 1)),
    ...     "challenge": ag.Move("B", "challenged", {
    ...         "concede": ag.trees.Outcome("CON", (1, 0)),
    ...         "resist": ag.Move("A", "resisted", {
    ...             "fight": ag.trees.Outcome("WAR", (-0.3, -0.2)),
    ...             "back down": ag.trees.Outcome("BD", (-0.5, 1.1))})})}))
    >>> answer = agent_qre(crisis, precision=1.0)
    >>> {k: round(p, 4) for k, p in answer.outcome_probabilities().items()}
    {'SQ': 0.4569, 'CON': 0.2199, 'WAR': 0.1777, 'BD': 0.1455}

    References
    ----------
    R. D. McKelvey and T. R. Palfrey (1998), Experimental Economics 1, 9-41; C. S. Signorino
    (1999), American Political Science Review 93, 279-297.
    """
    game = one_game("agent_qre", game, ExtensiveGame)
    unit = _unit(game, "agent_qre")
    step = "It multiplies payoffs: 1/utility. For the limit ask agent_branch(game)."
    precision = check_number("precision", precision, 0, step=step)
    if ChanceSettled.suits(game):
        ask_time()
        flat = np.exp(ChanceSettled(game).response(precision))
        return _response(game, flat, _chance_beliefs(game), precision)
    law, goal = _field(game, unit), precision * unit
    asked, lost, idle = _EARLY, 0, 0

    def done(y: FloatArray) -> bool:
        nonlocal asked, lost, idle
        idle += 1
        if asked <= y[-1] < goal:
            asked, idle = 4 * float(y[-1]), 0
            lost = 0 if settled(law, y)[1] <= _ERROR else lost + 1
        # accuracy that was lost three times in a row, at four times the precision each, does not return, nor
        # do steps grow again that rounding has made this short
        return bool(y[-1] >= goal) or lost >= 3 or idle > _IDLE

    curve = trace(law, done, steps=_STEPS)
    last = curve.points[-1]
    if last[-1] >= goal:
        point = crossing(law, curve, goal)
        point, error = (None, np.inf) if point is None else settled(law, point)
        if point is not None and error <= _ERROR:
            flat, held = np.exp(point[:-1]), beliefs_of(game, law, law.beliefs(point[:-1])[0])
            return _response(game, flat, held, float(precision), len(curve.turns), len(curve.crossings))
    # a high precision on the way at which the same is accurate: errors grow with the precision
    good, bad = 0, len(curve.points)
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if settled(law, curve.points[middle])[1] <= _ERROR else (good, middle)
    reached = curve.points[good][-1] / unit
    raise unsolved(
        f"the branch was followed to precision {curve.points[-1][-1] / unit:.6g} of {precision:g}, accurately (every "
        f"probability within {_ERROR:g}) to {reached:.6g}. Ask for no more than that, or for the limit: "
        "agent_branch(game)."
    )


def _response(
    game: ExtensiveGame, flat: FloatArray, held: list[FloatArray], precision: float, turns: int = 0, crossings: int = 0
) -> AgentResponse:
    flat = normal(game, flat)
    # completely mixed in logarithms, where Bayes' rule holds at every set: consistent by definition
    first = certified(game, flat[None], held, tolerance=float(np.finfo(float).max), consistent=True)[0]
    gain = first.certificate.max_gain * (1 + 1e-9) + 1e-15
    assessment = certified(game, flat[None], held, tolerance=gain, consistent=True)[0]
    residual = _residual(game, assessment, precision)
    return AgentResponse(assessment, precision, residual, turns, crossings)


def agent_branch(
    game: ExtensiveGame | Modelled,
    *,
    max_precision: float | None = None,
    throw: bool = True,
    budget_seconds: float | None = None,
) -> AgentBranch:
    """Principal branch of agent quantal response, traced until it ends in a sequential equilibrium.

    Parameters
    ----------
    game : ExtensiveGame
        One game, without batch axes.
    max_precision : float, optional
        In 1/utility. Default: 1e9 over the largest payoff range of a player.
    throw : bool
        Whether to raise where the branch does not end in a certified equilibrium.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    AgentBranch

    Raises
    ------
    NotSolved
        With the precision reached.
    WrongConcept
        No ExtensiveGame, or a batch.
    InvalidGame
        A max_precision that is not positive; a game of more than 2000 actions.

    Notes
    -----
    Every limit point of these equilibria as the precision grows is a sequential equilibrium
    (McKelvey and Palfrey 1998). Beliefs off the path are those of the branch. At the
    end the support is fixed, ties are solved by Newton's method in behaviour and in the beliefs
    at sets that are not reached, and the independent checker must prove rationality at every set
    and consistent beliefs. Where chance alone settles what movers believe, as with perfect
    information, every point and the end are found by backward recursion instead: in the limit all
    actions that tie for the best are equally likely.

    Examples
    --------
    >>> import armsgame as ag
    >>> horse = ag.ExtensiveGame(["one", "two", "three"], ag.Move("one", "a", {
    ...     "R": ag.Move("two", "b", {
    ...         "R": (1, 1, 1), "L": ag.Move("three", "c", {"R": (4, 4, 0), "L": (0, 0, 1)})}),
    ...     "L": ag.Move("three", "c", {"R": (3, 2, 2), "L": (0, 0, 0)})}))
    >>> end = agent_branch(horse).equilibrium
    >>> end.certificate.kind, end.at("a"), end.at("b")
    ('sequential', {'R': 1.0, 'L': 0.0}, {'R': 1.0, 'L': 0.0})
    """
    game = one_game("agent_branch", game, ExtensiveGame)
    unit = _unit(game, "agent_branch")
    if max_precision is not None:
        max_precision = check_number("max_precision", max_precision, 0, open_low=True, step="It is in 1/utility.")
    limit = _LIMIT if max_precision is None else float(max_precision) * unit
    branch = _recursed(game, unit, limit) if ChanceSettled.suits(game) else _traced(game, unit, limit)
    if throw and branch.status is not AgentBranchStatus.SEQUENTIAL:
        stalled = branch.status is AgentBranchStatus.STALLED
        step = other_verbs(game, "agent_branch") if stalled else branch.status.value
        raise unsolved(
            f"the agent branch reached precision {branch.precisions[-1]:.6g} without a certified end. {step}", branch
        )
    return branch


def _recursed(game: ExtensiveGame, unit: float, limit: float) -> AgentBranch:
    """Branch of a tree in which chance alone settles beliefs."""
    tree = ChanceSettled(game)
    flat = tree.limit()

    def done(t: float, x: FloatArray) -> bool:
        return t * unit >= _EARLY and bool(np.abs(x - flat).max(initial=0.0) <= _TRY)

    precisions, chances = tree.path(_FIRST / unit, limit / unit, done)
    ends = []
    if np.abs(chances[-1] - flat).max(initial=0.0) <= _NEAR:
        end = certified(game, flat[None], _chance_beliefs(game))[0]
        ends = [end] if end.certificate.kind == "sequential" else []
    return _branch(game, precisions, chances, ends)


def _traced(game: ExtensiveGame, unit: float, limit: float) -> AgentBranch:
    law = _field(game, unit)
    ends: list[Assessment] = []
    tried, there = 0.0, np.full(law.size, np.inf)

    def take(y: FloatArray) -> None:
        end = certified_end(game, law, y[:-1], _slope(law, y))
        ends.extend([] if end is None else [end])

    def done(y: FloatArray) -> bool:
        nonlocal tried, there
        last = bool(y[-1] >= limit)
        if y[-1] >= max(2 * tried, _EARLY) or last:
            x = np.exp(y[:-1])
            worth = law.action_values(y[:-1])[0]
            gap = max(float(u.max() - p @ u) for u, p in zip(law.parts(worth), law.parts(x), strict=True))
            settled = float(np.abs(x - there).max()) <= _STILL
            tried, there = float(y[-1]), x
            if (gap <= 1e-2 and settled) or gap <= _TRY or last:
                take(y)
        return bool(ends) or last

    curve = trace(law, done, steps=_STEPS)
    if not ends and time_left():
        take(curve.points[-1])
    points = np.array(curve.points)
    return _branch(game, points[:, -1] / unit, np.exp(points[:, :-1]), ends, curve)


def _slope(law: TreeField, y: FloatArray) -> FloatArray | None:
    """Return the derivative of the log-probabilities by the logarithm of the precision."""
    jacobian = law.system(y)[1]
    try:
        return np.asarray(-float(y[-1]) * np.linalg.solve(jacobian[:, :-1], jacobian[:, -1]))
    except np.linalg.LinAlgError:
        return None


def _branch(
    game: ExtensiveGame, precisions: FloatArray, chances: FloatArray, ends: list[Assessment], curve: Curve | None = None
) -> AgentBranch:
    status = AgentBranchStatus.STALLED if curve and curve.stalled else AgentBranchStatus.PRECISION
    status = status if time_left() else AgentBranchStatus.LATE
    end, distance = None, float("nan")
    if ends:
        end, status = ends[0], AgentBranchStatus.SEQUENTIAL
        distance = float(np.abs(end.flat - chances[-1]).max(initial=0.0))
    return AgentBranch(
        precisions=precisions,
        profiles=game.parts(chances),
        status=status,
        equilibrium=end,
        distance=distance,
        turns=tuple(curve.turns) if curve else (),
        crossings=tuple(curve.crossings) if curve else (),
        game=game,
    )


def _unit(game: ExtensiveGame, verb: str) -> float:
    """Return the unit of payoff of a game that a verb can take."""
    refuse_forgetful(game, verb)
    if game.starts[-1] > MOST_ACTIONS:
        step = other_verbs(game, "agent_branch")
        invalid("number of actions", int(game.starts[-1]), f"at most {MOST_ACTIONS}", step)
    chance = reach(game, np.asarray(game.chances))
    for s in game.sets:
        if not chance[list(s.nodes)].any():
            raise InvalidGame(
                f"chance rules out {game.players[s.player]} at {s.label!r}: no belief there is a limit of logit "
                "responses. Leave out the branch with probability 0."
            )
    # a power of two of the size of the largest range: divisions by it are exact
    return float(2.0 ** np.ceil(np.log2(float(np.ptp(game.payoffs, axis=0).max()) or 1.0)))


def _field(game: ExtensiveGame, unit: float) -> TreeField:
    return TreeField(game, (game.payoffs - game.payoffs.min(axis=0)) / unit)


def _chance_beliefs(game: ExtensiveGame) -> list[FloatArray]:
    # branches of players count as 1
    return bayes(game, reach(game, np.asarray(game.chances)))[0]


def _residual(game: ExtensiveGame, assessment: Assessment, precision: float) -> float:
    """Largest difference to the logit response, from values on the tree and not from the curve."""
    law = branch_probabilities(game, assessment.flat)
    worth = values(game, law)
    off = 0.0
    for s, own, belief in zip(game.sets, assessment.profile, assessment.beliefs, strict=True):
        kids = np.array([game.children[n] for n in s.nodes])
        lift = precision * (belief @ worth[kids, s.player])
        odds = np.exp(lift - lift.max())
        off = max(off, float(np.abs(own - odds / odds.sum()).max()))
    return off
