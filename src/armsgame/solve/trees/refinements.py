"""Refinements of signalling equilibria: filters that only remove."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeAlias

import numpy as np

from armsgame._typing import FloatArray
from armsgame.arithmetic.mixtures import over_mixtures
from armsgame.errors import WrongConcept
from armsgame.results.assessment import Assessment, AssessmentList
from armsgame.results.one_shot import Status
from armsgame.solve.trees.signalling import Signalling, best_reply_sets, signalling_form

Replies: TypeAlias = Callable[[int, tuple[int, ...]], list[tuple[int, ...]]]


def intuitive_criterion(equilibria: AssessmentList | Iterable[Assessment]) -> AssessmentList:
    """Equilibria of a signalling game that pass the intuitive criterion.

    Parameters
    ----------
    equilibria : AssessmentList or iterable of Assessment
        Of signalling games, as `perfect_bayesian` returns them.

    Returns
    -------
    AssessmentList
        Those kept; `notes` says of each one removed which message and type speak against it.

    Raises
    ------
    WrongConcept
        An assessment of a game that is no signalling game.

    Notes
    -----
    After an unsent message, leave out the types that would lose by it whatever best reply to any
    belief follows. An equilibrium fails if some other type gains whatever best reply to any
    belief on the types that are left follows.

    References
    ----------
    I.-K. Cho and D. M. Kreps (1987), Quarterly Journal of Economics 102, 179-221, section III.
    """
    return _filter(equilibria, _fails_intuition, "the intuitive criterion")


def divinity(equilibria: AssessmentList | Iterable[Assessment]) -> AssessmentList:
    """Equilibria of a signalling game whose outcome passes the criterion D1.

    Parameters
    ----------
    equilibria : AssessmentList or iterable of Assessment

    Returns
    -------
    AssessmentList
        Those kept; `notes` says of each one removed which message speaks against it.

    Raises
    ------
    WrongConcept
        An assessment of a game that is no signalling game.

    Notes
    -----
    After an unsent message, type t is left out if some other type gains strictly at every mixed
    best reply (to any belief) at which t gains or breaks even, and at some reply more. The
    equilibrium is kept if a mixed best reply to some belief on the types that are left deters
    every type; if all are left out nothing is asked.

    References
    ----------
    I.-K. Cho and D. M. Kreps (1987), Quarterly Journal of Economics 102, 179-221, section IV;
    J. S. Banks and J. Sobel (1987), Econometrica 55, 647-661.

    Examples
    --------
    >>> import armsgame as ag
    >>> def payoffs(type, breakfast, reply):
    ...     likes = breakfast == ("beer" if type == "surly" else "quiche")
    ...     return likes + 2 * (reply == "leave"), (reply == "duel") == (type == "wimp")
    >>> game = ag.ExtensiveGame.signalling({"surly": 0.9, "wimp": 0.1}, ["beer", "quiche"],
    ...                                    ["leave", "duel"], payoffs)
    >>> [one.at("wimp")["beer"] for one in divinity(ag.trees.perfect_bayesian(game))]
    [1.0]
    """
    return _filter(equilibria, _fails_d1, "D1")


def _filter(
    equilibria: AssessmentList | Iterable[Assessment],
    fails: Callable[[Signalling, FloatArray, int, Replies], str],
    name: str,
) -> AssessmentList:
    if isinstance(equilibria, Assessment):
        equilibria = [equilibria]
    if not isinstance(equilibria, (AssessmentList, Iterable)):
        raise WrongConcept(f"{name} filters assessments, not {type(equilibria).__name__}. Ask perfect_bayesian(game).")
    given = equilibria if isinstance(equilibria, AssessmentList) else list(equilibria)
    kept, notes = [], list(given.notes) if isinstance(given, AssessmentList) else []
    game, form = None, None
    for k, one in enumerate(given):
        if not isinstance(one, Assessment):
            raise WrongConcept(f"{name} filters assessments, not {type(one).__name__}. Ask perfect_bayesian(game).")
        if form is None or one.game is not game:
            game, form = one.game, signalling_form(one.game)
            replies = _replies_of(form)
        value = _value(form, one)
        sent = np.sum([one.profile[h] * p for h, p in zip(form.senders, form.prior, strict=True)], axis=0)
        reasons = [fails(form, value, m, replies) for m in np.flatnonzero(sent == 0).tolist()]
        against = [r for r in reasons if r]
        if against:
            notes.append(f"[{k}] fails {name}: {against[0]}")
        else:
            kept.append(one)
    complete = isinstance(given, AssessmentList) and given.complete
    status = Status.COMPLETE if complete else Status.PARTIAL if kept else Status.UNSOLVED
    before = given.method if isinstance(given, AssessmentList) else "assessments"
    return AssessmentList(tuple(kept), complete, status, tuple(notes), f"{before}, passed by {name}")


def _value(form: Signalling, one: Assessment) -> FloatArray:
    """Equilibrium payoff [T] of every type."""
    found = np.zeros(len(form.types))
    for t, h in enumerate(form.senders):
        for m, p in enumerate(one.profile[h].tolist()):
            reply = one.profile[form.receivers[m]] if form.receivers[m] >= 0 else np.ones(1)
            found[t] += p * float(form.sender_pays[m][t] @ reply)
    return found


def _replies_of(form: Signalling) -> Replies:
    # most equilibria of a game ask for the same sets
    return cache(lambda m, types: best_reply_sets(form, m, types))


def _fails_intuition(form: Signalling, value: FloatArray, m: int, replies: Replies) -> str:
    pays, zero = form.sender_pays[m], form.sender_zero
    every = form.possible
    some = sorted({r for best in replies(m, every) for r in best})
    left = tuple(t for t in every if pays[t, some].max() >= value[t] - zero)
    if not left:
        return ""
    then = sorted({r for best in replies(m, left) for r in best})
    for t in left:
        if pays[t, then].min() > value[t] + zero:
            who = ", ".join(form.types[k] for k in left)
            return f"message {form.messages[m]!r} could come only from {who}, and {form.types[t]} gains by it."
    return ""


def _fails_d1(form: Signalling, value: FloatArray, m: int, replies: Replies) -> str:
    every = form.possible
    gain = form.sender_pays[m] - value[:, None]
    mixes = replies(m, every)
    zero = form.sender_zero or 1e-15
    out = {t for t in every for other in every if t != other and _less_often(gain, t, other, mixes, zero)}
    left = tuple(t for t in every if t not in out)
    if not left:
        return ""
    for best in replies(m, left):
        # a mixture of these replies at which nobody gains
        if _mixture(np.array(gain[:, list(best)]), zero):
            return ""
    gone = ", ".join(form.types[t] for t in sorted(out)) or "nobody"
    return f"after message {form.messages[m]!r} {gone} is left out, and no best reply to the others deters every type."


def _less_often(gain: FloatArray, t: int, other: int, mixes: list[tuple[int, ...]], zero: float) -> bool:
    """Whether `other` gains at every mixed best reply at which t gains or breaks even, and at more."""
    more = False
    for replies in mixes:
        own, theirs = gain[t, list(replies)], gain[other, list(replies)]
        if _mixture(np.array([-own, theirs]), zero):
            return False
        more |= _mixture(np.array([own + 4 * zero, 4 * zero - theirs]), zero)
    return more


def _mixture(rows: FloatArray, zero: float) -> bool:
    """Whether some mixture of the columns makes every row at most zero."""
    if (rows <= zero).all(axis=0).any():
        return True
    if rows.shape[1] == 1:
        return False
    if len(rows) == 2:
        # the least maximum of two lines lies at a column or where they cross between two columns
        gap = rows[0] - rows[1]
        above, below = np.flatnonzero(gap > 0), np.flatnonzero(gap < 0)
        if not (len(above) and len(below)):
            return False
        share = -gap[below][None] / (gap[above][:, None] - gap[below][None])
        return bool((share * rows[0, above][:, None] + (1 - share) * rows[0, below][None]).min() <= zero)
    scale = float(np.abs(rows).max()) or 1.0
    count = rows.shape[1]
    system = np.hstack([rows / scale, -np.ones((len(rows), 1))])
    answer = over_mixtures(np.append(np.zeros(count), 1.0), system, np.zeros(len(rows)))
    return bool(answer.status == 0 and answer.x[-1] * scale <= zero)
