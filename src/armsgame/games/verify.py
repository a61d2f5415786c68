"""The independent checker: deviations from a profile, on and off the path."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, overload

import numpy as np

from armsgame._typing import FloatArray, Real
from armsgame.errors import NotSolved, WrongConcept, invalid
from armsgame.games.automaton import Automaton
from armsgame.games.checks import as_fraction
from armsgame.games.private import PrivateGame
from armsgame.games.product import Deviations, Product, deviations, product_of
from armsgame.games.result import Certificate, Deviation, check_discount
from armsgame.games.solution import StageCertificate
from armsgame.games.stage import StageGame
from armsgame.games.strategies import Strategy
from armsgame.games.verify_stage import verify_stage

__all__ = ["best_plan", "tested_pairs", "verify"]


@overload
def verify(
    game: StageGame,
    profile: Sequence[Any],
    *,
    discount: None = None,
    exact: bool = False,
    tolerance: float | None = None,
) -> StageCertificate: ...
@overload
def verify(
    game: Any,
    profile: Sequence[Any],
    *,
    discount: Real | None = None,
    exact: bool = False,
    tolerance: float | None = None,
) -> Certificate: ...
def verify(
    game: Any,
    profile: Sequence[Any],
    *,
    discount: Real | None = None,
    exact: bool = False,
    tolerance: float | None = None,
) -> Certificate | StageCertificate:
    """Check a profile for profitable deviations wherever some sequence of actions leads.

    Parameters
    ----------
    game : RepeatedGame, StochasticGame or StageGame
    profile : sequence of Automaton or named strategy, one per player
        For a StageGame: one array of probabilities per player.
    discount : float or Fraction
        Per period, 0 <= discount < 1. Needed by games in time; a StageGame has none.
    exact : bool
        Solve in rational numbers. Floats are read as the simplest fraction that rounds to them.
    tolerance : float, optional
        An economic tolerance on gains; a profile that holds only within it is of kind "epsilon".

    Returns
    -------
    Certificate
        Or `StageCertificate` for a StageGame (see `verify_stage`).

    Raises
    ------
    NotSolved
        The plans of a deviator did not converge.
    InvalidGame
        The profile does not fit the game, or discount is outside [0, 1).
    WrongConcept
        The game is not played in time, or a strategy reads its own unseen action.

    Notes
    -----
    One-shot deviation principle (Blackwell 1965; Mailath and Samuelson 2006, prop. 2.2.1 and
    7.1.1): with public strategies it suffices to test one-period deviations at every pair that
    some history produces. With a detection lag a party's own past conduct is private, so plans
    of any length are tested, at the histories in which nobody has deviated lately.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
    >>> ag.verify(ag.RepeatedGame(pd), (ag.mirror, ag.mirror), discount=0.7).kind
    'Nash'
    """
    if isinstance(game, StageGame):
        in_time = hasattr(profile, "__iter__") and any(isinstance(own, (Automaton, Strategy)) for own in profile)
        if in_time or discount is not None:
            what = "an automaton" if in_time else "a discount factor"
            raise WrongConcept(
                f"{what} belongs to play in time; a StageGame is not repeated. Wrap it: RepeatedGame(stage)."
            )
        return verify_stage(game, profile, exact=exact, tolerance=tolerance)
    if isinstance(game, PrivateGame):
        raise WrongConcept("signals of this game are private; one-shot tests need beliefs: use verify_private.")
    if not hasattr(game, "dynamics"):
        raise WrongConcept(f"verify checks games; a {type(game).__name__} is none. Build one: RepeatedGame(stage).")
    if discount is None:
        invalid("discount", discount, "0 <= discount < 1", "A game in time needs discount=, the factor per period.")
    check_discount(discount)
    if tolerance is not None and not 0 <= tolerance < np.inf:
        invalid("tolerance", tolerance, "a finite gain of at least 0")
    product = product_of(game, profile, exact=exact)
    if product.play.private and game.imperfect:
        raise WrongConcept(
            "a strategy of this profile reads its own action, which nobody else sees; verify checks public "
            "strategies. Let next have shape [Q, Y]."
        )
    delta: Any = as_fraction(discount) if exact else float(discount)
    long_plans = product.play.dynamics.hidden
    tested = tested_pairs(product) if long_plans else np.ones(len(product.pairs), bool)
    gains, values, nash, bound = [], [], [], 0.0
    plans = [deviations(product, i) for i in range(len(game.players))]
    for plan in plans:
        value, error = _solve_exact(plan, delta) if exact else _solve_float(plan, delta)
        # with long plans the deviator also continues as well as it can after the action
        ahead = best_plan(plan, value, delta) if long_plans else value
        gains.append(_gains(plan, ahead, delta) + ahead[plan.pair] - value[plan.pair])
        values.append(value)
        bound = max(bound, error)
    scale = float(np.ptp(np.asarray(product.play.dynamics.payoffs, dtype=float)))
    zero = 0.0 if exact else 1e-11 * scale + 2 * bound
    places = [np.flatnonzero(tested[plan.pair]) for plan in plans]
    who = max(range(len(gains)), key=lambda i: gains[i][places[i]].max())
    k = int(places[who][int(np.argmax(gains[who][places[who]]))])
    top = gains[who][k]
    kind = "perfect public" if game.imperfect else "subgame perfect"
    if top > zero:
        if tolerance is not None and top <= tolerance:
            kind = "epsilon"
        else:
            nash = [best_plan(p, v, delta)[0] - v[0] for p, v in zip(plans, values, strict=True)]
            kind = "Nash" if max(nash) <= zero else "none"
    dyn = product.play.dynamics
    at = int(plans[who].pair[k])
    act = dyn.actions[int(product.pairs[at, 0])][who][int(plans[who].action[k])]
    return Certificate(
        ok=kind not in ("Nash", "none"),
        kind=kind,
        max_gain=top if exact else float(top),
        where=Deviation(dyn.players[who], product.label(at), act, top if exact else float(top)),
        exact=exact,
        tolerance=zero if tolerance is None else max(zero, tolerance),
        discount=delta,
        values=tuple(v[0] if exact else float(v[0]) for v in values),
        pairs=int(tested.sum()),
        nash_gain=max(nash) if nash else None,
    )


def tested_pairs(product: Product) -> Any:
    """Pairs with a hidden queue in which the last moves were the prescribed ones, or that play reaches."""
    dyn = product.play.dynamics
    size = len(product.pairs)
    ahead = np.zeros((size, size), bool)
    for x in range(size):
        row = dyn.rows(int(product.pairs[x, 0]))
        w = np.ones(1)
        for j in range(len(dyn.players)):
            w = np.multiply.outer(w, product.law(x, j)).ravel()
        local = np.repeat(np.arange(len(row)), np.diff(dyn.branch[row.start : row.stop + 1]))
        ahead[x, product.ahead[x][w[local] > 0]] = True
    play = np.zeros(size, bool)
    play[0] = True
    while True:
        more = play | ahead[play].any(axis=0)
        if (more == play).all():
            break
        play = more
    settled: Any = np.ones(size, bool)
    # the queue holds at most len(states) different contents: that many steps flush every deviation
    depth = max(1, round(np.log(len(dyn.states)) / np.log(len(dyn.rows(0)))))
    for _ in range(depth):
        settled = ahead[settled].any(axis=0)
    return play | settled


def best_plan(plan: Deviations, start: Any, delta: Any) -> Any:
    """Value of the best plan of any length from every pair (policy iteration on the player's MDP)."""
    exact = plan.payoff.dtype == object
    value = start
    for _ in range(1000):
        gain = _gains(plan, value, delta)
        slack = 0 if exact else 1e-13 * (1 + np.abs(plan.payoff).max())
        choice = np.zeros(len(gain), dtype=int)
        improved = False
        for x in np.unique(plan.pair):
            at = np.flatnonzero(plan.pair == x)
            top = at[int(np.argmax(gain[at]))]
            choice[top] = 1
            improved = improved or bool(gain[top] > slack)
        if not improved:
            return value
        greedy = Deviations(plan.pair, plan.action, plan.payoff, plan.entries, choice.astype(plan.weight.dtype))
        better = (_solve_exact(greedy, delta) if exact else _solve_float(greedy, delta))[0]
        if not exact and (better - value).max() <= slack:
            return np.maximum(better, value)
        value = better
    raise NotSolved(
        "policy iteration on a deviator's plans did not settle in 1000 rounds; try exact=True, or a discount factor "
        "further from 1."
    )


def _gains(plan: Deviations, value: Any, delta: Any) -> Any:
    rows, cols, probs = plan.entries
    future = np.zeros(len(plan.pair), dtype=plan.payoff.dtype)
    np.add.at(future, rows, probs * value[cols])
    return (1 - delta) * plan.payoff + delta * future - value[plan.pair]


def _solve_float(plan: Deviations, delta: float) -> tuple[FloatArray, float]:
    from scipy.sparse import coo_array, eye_array
    from scipy.sparse.linalg import spsolve

    size = int(plan.pair.max()) + 1
    rows, cols, probs = plan.entries
    step = coo_array((plan.weight[rows] * probs, (plan.pair[rows], cols)), shape=(size, size)).tocsr()
    system = (eye_array(size, format="csr") - delta * step).tocsc()
    right = (1 - delta) * np.bincount(plan.pair, plan.weight * plan.payoff, minlength=size)
    value = np.atleast_1d(spsolve(system, right))
    # ||error|| <= ||residual|| / (1 - delta) in the maximum norm, since the rows of `step` sum to one
    residual = np.abs(right - (value - delta * (step @ value))).max()
    floor = 4 * np.finfo(float).eps * np.abs(plan.payoff).max()
    return value, float((residual + floor * (1 - delta)) / (1 - delta))


def _solve_exact(plan: Deviations, delta: Fraction) -> tuple[Any, float]:
    """Gaussian elimination over the rationals on sparse rows."""
    size = int(plan.pair.max()) + 1
    rows, cols, probs = plan.entries
    lines: list[dict[int, Fraction]] = [{x: Fraction(1)} for x in range(size)]
    right = [Fraction(0)] * size
    for d, x in enumerate(plan.pair.tolist()):
        right[x] += (1 - delta) * plan.weight[d] * plan.payoff[d]
    for d, y, p in zip(rows.tolist(), cols.tolist(), probs, strict=True):
        line = lines[plan.pair[d]]
        line[y] = line.get(y, Fraction(0)) - delta * plan.weight[d] * p
    for x in reversed(range(size)):
        pivot = lines[x].get(x, Fraction(0))  # never zero: the matrix is strictly diagonally dominant
        for z in range(size):
            share = lines[z].get(x, 0) if z != x else 0
            if share:
                factor = share / pivot
                right[z] -= factor * right[x]
                for y, c in lines[x].items():
                    lines[z][y] = lines[z].get(y, Fraction(0)) - factor * c
                del lines[z][x]
    return np.array([right[x] / lines[x][x] for x in range(size)], dtype=object), 0.0
