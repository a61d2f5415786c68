"""Nash equilibria of trees by their sequence form: linear programs, and Lemke's path."""

from __future__ import annotations

import numpy as np

from armsgame._cost import require
from armsgame._deadline import PERIODS, ask_time, time_left
from armsgame._typing import FloatArray
from armsgame.checkers.trees import verify_assessment
from armsgame.errors import NotSolved, WrongConcept
from armsgame.games.coercion import Modelled, game_of
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.sequence_form import SequenceForm, sequence_form
from armsgame.games.tree_advice import other_verbs
from armsgame.results.assessment import Assessment

_MOST_PIVOTS = 200_000
_TINY = 1e-11


def sequence_form_equilibrium(game: ExtensiveGame | Modelled, *, budget_seconds: float | None = None) -> Assessment:
    """One Nash equilibrium of a two-player tree, by its sequence form.

    Parameters
    ----------
    game : ExtensiveGame
        Two players, no batch axes. A constant sum at all terminal nodes is solved by linear
        programming, other payoffs by Lemke's path.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Assessment
        Its certificate often says ``"Nash"`` and no more: the method looks at sets that play
        reaches, and behaviour elsewhere is uniform. `agent_branch` ends in a sequential
        equilibrium.

    Raises
    ------
    WrongConcept
        No ExtensiveGame, a batch, imperfect recall, or not two players.
    NotSolved
        The path did not end, or its end fails the independent check.

    References
    ----------
    D. Koller, N. Megiddo and B. von Stengel (1996), Games and Economic Behavior 14, 247-259.

    Examples
    --------
    >>> import armsgame as ag
    >>> trust = ag.ExtensiveGame(["one", "two"], ag.Move("one", "start", {
    ...     "trust": ag.Move("two", "trusted", {"honour": (1, 1), "abuse": (-1, 2)}), "not": (0, 0)}))
    >>> sequence_form_equilibrium(trust).at("start")
    {'trust': 0.0, 'not': 1.0}
    """
    game = game_of("sequence_form_equilibrium", game, ExtensiveGame)
    if len(game.players) != 2:
        raise WrongConcept(
            f"this game has {len(game.players)} players; the sequence form is solved for two. "
            f"{other_verbs(game, 'sequence_form_equilibrium')}"
        )
    form = sequence_form(game)
    total = game.payoffs.sum(axis=1)
    size = float(np.abs(game.payoffs).max()) or 1.0
    zero_sum = float(np.ptp(total)) <= 1e-12 * size
    sequences, sets = sum(own.shape[1] for own in form.constraints), sum(map(len, form.constraints))
    if zero_sum:
        require("zero-sum tree", sequences=sequences)
    else:
        require("sequence form", rows=sequences + 2 * sets)
    plans = [_optimal(form, 0), _optimal(form, 1)] if zero_sum else _lemke(form)
    flat = form.behaviour([np.where(plan > _TINY, plan, 0.0) for plan in plans])
    found = verify_assessment(game, [own / own.sum() for own in game.parts(flat)])
    if not found.certificate.ok:
        found = verify_assessment(game, found.profile, tolerance=1e-8 * float(np.ptp(game.payoffs, axis=0).max()))
    if not found.certificate.ok:
        raise NotSolved(
            f"the sequence form gave a profile with a gain of {found.certificate.nash_gain:.2e}: rounding. Rescale the "
            f"payoffs. {other_verbs(game, 'sequence_form_equilibrium')}",
            found,
        )
    return found


def _optimal(form: SequenceForm, who: int) -> FloatArray:
    """Realisation plan of one player that maximises its least payoff in a zero-sum tree."""
    from scipy.optimize import linprog

    table = form.payoffs[0] if who == 0 else -form.payoffs[0].T
    own, other = form.constraints[who], form.constraints[1 - who]
    size = float(np.abs(table).max()) or 1.0
    # maximise the value of the empty sequence q_0 subject to other' q <= table' x, own x = (1, 0, ..)
    done = linprog(
        np.r_[np.zeros(own.shape[1]), -1.0, np.zeros(len(other) - 1)],
        A_ub=np.hstack([-table.T / size, other.T]),
        b_ub=np.zeros(other.shape[1]),
        A_eq=np.hstack([own, np.zeros((len(own), len(other)))]),
        b_eq=np.eye(len(own))[0],
        bounds=[(0, None)] * own.shape[1] + [(None, None)] * len(other),
        method="highs",
        options={"time_limit": time_left()},
    )
    ask_time("no end of a linear program")
    if done.x is None:
        raise NotSolved(f"HiGHS: {done.message} {other_verbs(form.game, 'sequence_form_equilibrium')}")
    return np.asarray(np.maximum(done.x[: own.shape[1]], 0.0))


def _lemke(form: SequenceForm) -> list[FloatArray]:
    """Complementary pair of realisation plans by Lemke's path with lexicographic pivots."""
    from armsgame._kernels.lemke import leaving, pivot

    low, spread = form.game.payoffs.min(axis=0), np.ptp(form.game.payoffs, axis=0)
    # payoffs in [-2, -1]: a shift by a constant changes no best reply, and the path needs them negative
    scaled = (form.game.payoffs - low) / np.where(spread > 0, spread, 1.0) - 2.0
    A, B = sequence_form(form.game.with_payoffs(scaled)).payoffs
    E, F = form.constraints
    m, n, k, h = E.shape[1], F.shape[1], len(E), len(F)
    size = m + n + 2 * (k + h)
    M = np.zeros((size, size))
    x, y = slice(0, m), slice(m, m + n)
    p, p2, q, q2 = (slice(m + n + a, m + n + b) for a, b in _cuts(k, h))
    M[x, y], M[x, p], M[x, p2] = -A, E.T, -E.T
    M[y, x], M[y, q], M[y, q2] = -B.T, F.T, -F.T
    M[p, x], M[p2, x], M[q, y], M[q2, y] = -E, E, -F, F
    b = np.zeros(size)
    b[m + n] = b[m + n + 2 * k] = 1.0
    b[m + n + k] = b[m + n + 2 * k + h] = -1.0
    # w - M z - z0 = b; columns: w, z, z0, right-hand side
    T = np.ascontiguousarray(np.hstack([np.eye(size), -M, -np.ones((size, 1)), b[:, None]]))
    basis = np.arange(size)
    enter = 2 * size
    step = other_verbs(form.game, "sequence_form_equilibrium")
    # the lexicographically least row leaves first, so that all rows stay lexicographically positive
    row = int(np.flatnonzero(b == b.min())[-1])
    for turn in range(_MOST_PIVOTS):
        if turn % PERIODS == 0:
            ask_time(f"{turn:,} pivots")
        pivot(T, row, enter)
        out, basis[row] = int(basis[row]), enter
        if out == 2 * size:
            z = np.zeros(2 * size + 1)
            z[basis] = T[:, -1]
            found = np.maximum(z[size : 2 * size], 0.0)
            return [found[x], found[y]]
        enter = out + size if out < size else out - size
        row = int(leaving(T, enter, 0, size))
        if row < 0:
            raise NotSolved(f"Lemke's path ran along a ray: rounding. Rescale the payoffs. {step}")
    raise NotSolved(f"Lemke's path did not end within {_MOST_PIVOTS} pivots. {step}")


def _cuts(k: int, h: int) -> list[tuple[int, int]]:
    return [(0, k), (k, 2 * k), (2 * k, 2 * k + h), (2 * k + h, 2 * k + 2 * h)]
