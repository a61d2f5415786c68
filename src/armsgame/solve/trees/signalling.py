"""Signalling games: all pure perfect Bayesian equilibria."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np

from armsgame._checks import check_whole
from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame.checkers.trees import verify_assessment
from armsgame.errors import InvalidGame, WrongConcept, amount, invalid
from armsgame.games.coercion import Modelled, one_game
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_advice import other_verbs
from armsgame.games.tree_nodes import TERMINAL
from armsgame.results.assessment import Assessment, AssessmentList
from armsgame.results.one_shot import Status

_MOST_PLANS = 100_000
_MOST_REPLIES = 12
_TAKES = (
    "perfect_bayesian takes trees in which chance first draws a type, one sender who knows its type chooses among the "
    "same messages whatever the type, and after each message the game ends or one receiver who sees only the message "
    "replies, which ends it."
)


@dataclass(frozen=True, slots=True, eq=False)
class Signalling(Value):
    """A tree read as a signalling game: T types, M messages.

    Attributes
    ----------
    prior : array [T]
    senders : tuple of int, information set of each type
    receivers : tuple of int, information set after each message; -1 where the game ends
    sender_pays, receiver_pays : tuples of arrays [T, R_m], one per message
    types, messages : tuples of str
    """

    prior: FloatArray
    senders: tuple[int, ...]
    receivers: tuple[int, ...]
    sender_pays: tuple[FloatArray, ...]
    receiver_pays: tuple[FloatArray, ...]
    types: tuple[str, ...]
    messages: tuple[str, ...]

    @property
    def possible(self) -> tuple[int, ...]:
        """Types that chance may draw."""
        return tuple(np.flatnonzero(self.prior > 0).tolist())

    def zero(self, m: int) -> float:
        """Difference of the receiver's payoffs after a message that rounding explains."""
        return 1e-9 * float(np.ptp(self.receiver_pays[m])) + 4e-15 * float(np.abs(self.receiver_pays[m]).max())

    @property
    def sender_zero(self) -> float:
        """Difference of the sender's payoffs that rounding explains."""
        low, high = min(u.min() for u in self.sender_pays), max(u.max() for u in self.sender_pays)
        return 1e-11 * float(high - low) + 4e-15 * float(max(abs(low), abs(high)))


def signalling_form(game: ExtensiveGame) -> Signalling:
    """Read a tree as a signalling game, or raise `WrongConcept` with the reason."""

    def no(reason: str) -> WrongConcept:
        return WrongConcept(f"this is no signalling game: {reason}. {_TAKES} {other_verbs(game)}")

    if game.owners[0] != -1:
        raise no("it does not begin with a draw of the sender's type")
    tops = game.children[0]
    senders = tuple(int(game.set_of[n]) for n in tops)
    if min(senders) < 0 or any(len(game.sets[h].nodes) != 1 for h in senders):
        raise no("after the draw a sender who knows its type must move")
    who, names = game.sets[senders[0]].player, game.sets[senders[0]].actions
    if any(game.sets[h].player != who or game.sets[h].actions != names for h in senders):
        raise no("every type must be the same player with the same messages")
    receivers, sent, received = [], [], []
    for m in range(len(names)):
        nodes = [game.children[n][m] for n in tops]
        h = {int(game.set_of[n]) for n in nodes}
        ends = [game.owners[n] == TERMINAL for n in nodes]
        if all(ends):
            receivers.append(-1)
            last = [[n] for n in nodes]
        elif len(h) == 1 and -1 not in h:
            at = h.pop()
            if sorted(game.sets[at].nodes) != sorted(nodes) or game.sets[at].player == who:
                raise no(f"after message {names[m]!r} one receiver must reply knowing the message and no more")
            receivers.append(at)
            last = [list(game.children[n]) for n in nodes]
            if any(game.owners[k] != TERMINAL for kids in last for k in kids):
                raise no(f"it goes on after the reply to {names[m]!r}")
        else:
            raise no(f"after message {names[m]!r} the receiver learns more than the message")
        places = np.searchsorted(game.terminals, np.array(last))
        sent.append(game.payoffs[places, who])
        other = game.sets[receivers[-1]].player if receivers[-1] >= 0 else who
        received.append(game.payoffs[places, other])
    return Signalling(
        prior=game.chances[list(tops)],
        senders=senders,
        receivers=tuple(receivers),
        sender_pays=tuple(sent),
        receiver_pays=tuple(received),
        types=tuple(game.labels[n] for n in tops),
        messages=names,
    )


def best_reply_sets(form: Signalling, m: int, types: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Maximal sets of replies to a message that are best together for some belief on `types`."""
    pays, zero = form.receiver_pays[m][list(types)], form.zero(m)
    count = pays.shape[1]
    if count == 1 or form.receivers[m] < 0:
        return [tuple(range(count))]
    if len(types) == 1:
        return [tuple(np.flatnonzero(pays[0] >= pays[0].max() - zero).tolist())]
    if len(types) == 2:
        # along the segment of beliefs the best set changes only where two lines cross
        low, slope = pays[1], pays[0] - pays[1]
        with np.errstate(divide="ignore", invalid="ignore"):
            cross = (low[None] - low[:, None]) / (slope[:, None] - slope[None])
        inside = np.unique(cross[(cross > 0) & (cross < 1)])
        points = np.concatenate([[0.0], inside, [1.0]])
        points = np.concatenate([points, (points[1:] + points[:-1]) / 2])
        worth = low + points[:, None] * slope
        found = {tuple(np.flatnonzero(w >= w.max() - zero).tolist()) for w in worth}
    else:
        if count > _MOST_REPLIES:
            step = "Use agent_branch(game) for one sequential equilibrium."
            invalid("number of replies", count, f"at most {_MOST_REPLIES} with three types or more", step)
        subsets = (r for k in range(1, count + 1) for r in combinations(range(count), k))
        found = {r for r in subsets if supporting_belief(form, m, r, types) is not None}
    return [r for r in sorted(found) if not any(set(r) < set(other) for other in found)]


def supporting_belief(form: Signalling, m: int, replies: tuple[int, ...], types: tuple[int, ...]) -> FloatArray | None:
    """Belief [T] on `types` for which all of `replies` are best, with the largest margin to spare, or None."""
    from scipy.optimize import linprog

    if form.receivers[m] < 0:
        return form.prior
    pays = form.receiver_pays[m][list(types)]
    size = float(np.ptp(pays)) or 1.0
    base = pays[:, replies[0]]
    others = [r for r in range(pays.shape[1]) if r not in replies]
    count = len(types)
    # the last variable is the least advantage over other replies
    above = [[*((pays[:, r] - base) / size), 1.0] for r in others]
    ties = [[*((pays[:, r] - base) / size), 0.0] for r in replies[1:]] + [[1.0] * count + [0.0]]
    answer = linprog(
        [0.0] * count + [-1.0],
        A_ub=above or None,
        b_ub=np.zeros(len(above)) if above else None,
        A_eq=ties,
        b_eq=[0.0] * (len(replies) - 1) + [1.0],
        bounds=[(0, 1)] * count + [(0, 1)],
        method="highs",
    )
    if answer.status != 0:
        return None
    belief = np.zeros(len(form.prior))
    belief[list(types)] = np.where(answer.x[:-1] > 1e-12, answer.x[:-1], 0.0)
    return np.asarray(belief / belief.sum())


def perfect_bayesian(game: ExtensiveGame | Modelled, *, most: int = 1000) -> AssessmentList:
    """All pure perfect Bayesian equilibria of a signalling game.

    Parameters
    ----------
    game : ExtensiveGame
        Chance draws the sender's type, the sender sends a message (which may end the game), a
        receiver who sees only the message replies. `ExtensiveGame.signalling` builds one.
    most : int
        Number of equilibria at which the search stops and says so.

    Returns
    -------
    AssessmentList
        Complete for pure behaviour. At a message that nobody sends the belief is one of those
        that support the reply, the one with most to spare; there is usually a continuum.

    Raises
    ------
    WrongConcept
        The tree is no signalling game (the reason, and the verbs that take it, are told), or a batch.
    InvalidGame
        More than 100,000 plans of the sender.

    Notes
    -----
    In a signalling game every belief after an unsent message is consistent, so these are the
    pure sequential equilibria too (Fudenberg and Tirole 1991). There may be none in pure
    behaviour; `agent_branch` finds one that mixes.

    Examples
    --------
    Beer and quiche (Cho and Kreps 1987): both types have beer, or both have quiche.

    >>> import armsgame as ag
    >>> def payoffs(type, breakfast, reply):
    ...     likes = breakfast == ("beer" if type == "surly" else "quiche")
    ...     return likes + 2 * (reply == "leave"), (reply == "duel") == (type == "wimp")
    >>> game = ag.ExtensiveGame.signalling({"surly": 0.9, "wimp": 0.1}, ["beer", "quiche"],
    ...                                    ["leave", "duel"], payoffs)
    >>> found = perfect_bayesian(game)
    >>> [one.payoffs.round(9).tolist() for one in found]
    [[2.9, 0.9], [2.1, 0.9]]
    >>> [one.payoffs.round(9).tolist() for one in ag.trees.intuitive_criterion(found)]
    [[2.9, 0.9]]
    """
    game = one_game("perfect_bayesian", game, ExtensiveGame)
    form = signalling_form(game)
    most = check_whole("most", most)
    count, kinds = len(form.messages), range(len(form.types))
    if count ** len(form.types) > _MOST_PLANS:
        raise InvalidGame(
            f"{len(form.types)} types and {count} messages give {amount(count ** len(form.types))} plans; allowed: "
            f"{_MOST_PLANS}. {other_verbs(game)}"
        )
    every = form.possible
    free = [
        {r for best in best_reply_sets(form, m, every) for r in best} if form.receivers[m] >= 0 else {0}
        for m in range(count)
    ]
    beliefs: dict[tuple[int, int], FloatArray | None] = {}
    found: list[Assessment] = []
    cut, dropped = False, 0
    for plan in product(range(count), repeat=len(form.types)):
        for replies in _replies(form, plan, free):
            if len(found) >= most:
                cut = True
                break
            held: list[Any] = [None] * len(game.sets)
            for m, r in enumerate(replies):
                weight = form.prior * (np.array(plan) == m)
                if form.receivers[m] >= 0 and not weight.sum() > 0:
                    if (m, r) not in beliefs:
                        beliefs[m, r] = supporting_belief(form, m, (r,), every)
                    held[form.receivers[m]] = beliefs[m, r]
            profile: list[Any] = [None] * len(game.sets)
            for t in kinds:
                profile[form.senders[t]] = form.messages[plan[t]]
            for m, r in enumerate(replies):
                if form.receivers[m] >= 0:
                    profile[form.receivers[m]] = game.sets[form.receivers[m]].actions[r]
            one = verify_assessment(game, profile, held)
            if one.certificate.kind in ("sequential", "perfect Bayesian"):
                found.append(one)
            else:
                dropped += 1
    notes = []
    if cut:
        notes.append(f"More than {most} equilibria; the first {most} are listed. Raise most.")
    if dropped:
        notes.append(f"{dropped} profiles failed the independent check and were dropped.")
    if not found:
        notes.append("No pure equilibrium: some type or the receiver mixes. Ask agent_branch(game).")
    complete = not cut and not dropped
    status = Status.COMPLETE if complete else Status.PARTIAL if found else Status.UNSOLVED
    return AssessmentList(tuple(found), complete, status, tuple(notes), "pure perfect Bayesian equilibria")


def _replies(form: Signalling, plan: tuple[int, ...], free: list[set[int]]) -> list[tuple[int, ...]]:
    """Pure replies to all messages that make a plan of the sender best."""
    choices: list[list[int]] = []
    for m in range(len(form.messages)):
        weight = form.prior * (np.array(plan) == m)
        if form.receivers[m] < 0:
            choices.append([0])
        elif weight.sum() > 0:
            worth = weight @ form.receiver_pays[m] / weight.sum()
            choices.append(np.flatnonzero(worth >= worth.max() - form.zero(m)).tolist())
        else:
            choices.append(sorted(free[m]))
    sent = sorted(set(plan))
    zero = form.sender_zero
    found: list[tuple[int, ...]] = []
    for on in product(*(choices[m] for m in sent)):
        reply = dict(zip(sent, on, strict=True))
        value = np.array([form.sender_pays[m][t, reply[m]] for t, m in enumerate(plan)])
        if any((form.sender_pays[m][:, r] > value + zero).any() for m, r in reply.items()):
            continue
        options = [
            [reply[m]] if m in reply else [r for r in choices[m] if (form.sender_pays[m][:, r] <= value + zero).all()]
            for m in range(len(form.messages))
        ]
        found += list(product(*options))
    return found
