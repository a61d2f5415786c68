"""Continuations of a first offer: every pure course of play that some beliefs support."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TypeAlias

import numpy as np

from armsgame._typing import FloatArray
from armsgame.negotiation.private_types.assessments import OfferAssessment, OffersByType

__all__ = ["all_one", "all_two", "assessed"]

Answer: TypeAlias = tuple[bool, ...]
Span: TypeAlias = tuple[float, float]
# round and place of what a pair of types agrees on
Cell: TypeAlias = tuple[int, int]


def assessed(game: OffersByType, first: object, accepts: object, about: object) -> OfferAssessment:
    """Write a profile of one round."""
    offers = game.none + 1
    empty, none = np.empty((0, 0), int), np.empty((0, 0, 0))
    return OfferAssessment(
        np.asarray(first), np.asarray(accepts, bool), empty, none.astype(bool), np.asarray(about, float),
        np.tile(game.prior[1], (offers, 1)), none,
    )  # fmt: skip


def _span(line: FloatArray, zero: float) -> Span | None:
    """Beliefs m in the first of two types at which m line[0] + (1 - m) line[1] >= 0; of one type, m = 1."""
    if len(line) == 1:
        return (0.0, 1.0) if line[0] >= -zero else None
    a, b = float(line[0]), float(line[1])
    if a >= -zero and b >= -zero:
        return 0.0, 1.0
    if a < -zero and b < -zero:
        return None
    cut = b / (b - a)
    return (min(max(cut, 0.0), 1.0), 1.0) if a > b else (0.0, min(max(cut, 0.0), 1.0))


def _meet(spans: list[Span], other: list[Span]) -> list[Span]:
    return [(max(a, c), min(b, d)) for a, b in spans for c, d in other if max(a, c) <= min(b, d)]


def _law(m: float, size: int) -> FloatArray:
    return np.array([1.0]) if size == 1 else np.array([m, 1 - m])


@dataclass(frozen=True, slots=True)
class _Strata:
    """Beliefs about a party that may be held: fixed, or one of {certain of either type, in between}."""

    spans: tuple[Span, ...]

    @classmethod
    def of(cls, law: FloatArray | None, size: int) -> _Strata:
        if law is not None:
            return cls(((float(law[0]), float(law[0])),))
        return cls(((1.0, 1.0),)) if size == 1 else cls(((0.0, 0.0), (1.0, 1.0), (0.0, 1.0)))


class _Last:
    """The last round: what may be answered to each offer, by belief."""

    def __init__(self, game: OffersByType) -> None:
        self.pay, self.zero, self.none = game.turned(), game.zero, game.none
        self.size = self.pay.shape[:2]
        self.sure = [[self._answers(e, b) for b in range(self.none + 1)] for e in np.eye(self.size[0])]
        self.free = [self._any(b) for b in range(self.none + 1)]

    def _answers(self, belief: FloatArray, b: int) -> list[Answer]:
        """Answers of all types that are best under a belief about who offers."""
        if b == self.none:
            return [(False,) * self.size[1]]
        each = [
            (True,) if g > self.zero else (False,) if g < -self.zero else (True, False)
            for g in belief @ self.pay[:, :, b, 1]
        ]
        return list(product(*each))

    def _any(self, b: int) -> list[Answer]:
        """Answers that are best under some belief."""
        points = {0.0, 1.0}
        if self.size[0] == 2:
            for one, two in self.pay[:, :, b, 1].T.tolist():
                if one != two and 0 < two / (two - one) < 1:
                    points.add(two / (two - one))
        ends = sorted(points)
        ends += [(x + y) / 2 for x, y in pairwise(ends)]
        found = (self._answers(_law(m, self.size[0]), b) for m in ends)
        return list(dict.fromkeys(answer for some in found for answer in some))

    def worth(self, x: int, b: int, answer: Answer) -> FloatArray:
        """Gains [Y] of type x from the offer b, by the type that answers."""
        return np.where(answer, self.pay[x, :, b, 0], 0.0)

    def replies(self, offers: tuple[int, ...], span: Span) -> Iterator[tuple[dict[int, Answer], list[Span]]]:
        """Answers to the offers that are made, and the beliefs about who offers at which they are best."""
        options: list[list[tuple[int, Answer, Span]]] = []
        for b in dict.fromkeys(offers):
            live = [x for x, own in enumerate(offers) if own == b and self._mass(x, span)]
            if len(live) == 1:
                options.append([(b, c, (0.0, 1.0)) for c in self.sure[live[0]][b]])
            elif not live:
                options.append([(b, c, (0.0, 1.0)) for c in self.free[b]])
            else:
                each = []
                for c in self.free[b]:
                    spans: list[Span] = [(0.0, 1.0)]
                    for y, yes in enumerate(c):
                        line = self.pay[:, y, b, 1] if b < self.none else np.zeros(self.size[0])
                        own = _span(line if yes else -line, self.zero)
                        spans = _meet(spans, [] if own is None else [own])
                    each += [(b, c, s) for s in spans]
                options.append(each)
        for combo in product(*options):
            spans = [span]
            for _, _, s in combo:
                spans = _meet(spans, [s])
            if span == (0.0, 1.0) and self.size[0] == 2:
                spans = [s for s in spans if s[0] < 1 and s[1] > 0]
            if spans:
                yield {b: c for b, c, _ in combo}, spans

    @staticmethod
    def _mass(x: int, span: Span) -> bool:
        if span[0] < span[1]:
            return True
        return span[0] > 0 if x == 0 else span[0] < 1

    def deterred(
        self, offers: tuple[int, ...], made: dict[int, Answer], about: list[Span]
    ) -> tuple[list[Span], dict[int, list[tuple[Answer, list[Span]]]]]:
        """Beliefs about who answers at which no other offer is better, and the answers to those not made."""
        own = [self.worth(x, b, made[b]) for x, b in enumerate(offers)]
        rest: dict[int, list[tuple[Answer, list[Span]]]] = {}
        for b, answer in made.items():
            about = _meet(about, self._no_better(own, b, answer))
        for b in range(self.none + 1):
            if b in made or not about:
                continue
            rest[b] = [(c, self._no_better(own, b, c)) for c in self.free[b]]
            about = list(dict.fromkeys(s for _, spans in rest[b] for s in _meet(about, spans)))
        return about, rest

    def _no_better(self, own: list[FloatArray], b: int, answer: Answer) -> list[Span]:
        spans: list[Span] = [(0.0, 1.0)]
        for x, mine in enumerate(own):
            one = _span(mine - self.worth(x, b, answer), self.zero)
            spans = _meet(spans, [] if one is None else [one])
        return spans

    def belief(self, b: int, answer: Answer) -> FloatArray:
        """Belief about who offers under which an answer to an offer that is not made is best."""
        spans: list[Span] = [(0.0, 1.0)]
        for y, yes in enumerate(answer):
            line = self.pay[:, y, b, 1] if b < self.none else np.zeros(self.size[0])
            own = _span(line if yes else -line, self.zero)
            spans = _meet(spans, [] if own is None else [own])
        return _law(sum(spans[0]) / 2, self.size[0])


def all_one(game: OffersByType) -> Iterator[OfferAssessment]:
    """All outcomes of one round in which offers tell something of worth."""
    last, (p, q) = _Last(game), game.prior
    seen = set()
    span = (float(p[0]), float(p[0]))
    for offers in product(range(game.none + 1), repeat=len(p)):
        for made, _ in last.replies(offers, span):
            about, rest = last.deterred(offers, made, [(float(q[0]), float(q[0]))])
            if not about:
                continue
            answers = _all_answers(made, rest, about[0][0])
            first = np.array(offers)
            beliefs = np.array([_posterior(p, first == a, last, a, answers[a]) for a in range(game.none + 1)])
            one = assessed(game, first, [answers[a] for a in range(game.none + 1)], beliefs)
            key = tuple(one.outcome(game, i, j) for i, j in np.ndindex(len(p), len(q)))
            if key not in seen:
                seen.add(key)
                yield one


def _posterior(law: FloatArray, stay: np.typing.NDArray[np.bool_], last: _Last, b: int, answer: Answer) -> FloatArray:
    mass = law * stay
    return mass / mass.sum() if mass.sum() > 0 else last.belief(b, answer)


def _all_answers(
    made: dict[int, Answer], rest: dict[int, list[tuple[Answer, list[Span]]]], m: float
) -> dict[int, Answer]:
    """Answers to every offer that deter at the belief m about who answers."""
    slack = 1e-12
    return made | {
        b: next(c for c, spans in each if any(a - slack <= m <= z + slack for a, z in spans))
        for b, each in rest.items()
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    """What follows one first offer: answers, last offers, answers to them, and the beliefs behind them."""

    accepts: Answer
    offers: tuple[int, ...]
    answers: dict[int, Answer]
    about_first: float
    about_second: float
    worth: tuple[float, ...]
    ends: tuple[Cell, ...]


def _courses(game: OffersByType, last: _Last, a: int, senders: tuple[int, ...]) -> list[_Course]:
    """All continuations after the first offer a, made by the types `senders` (by none: any belief about P)."""
    p, q = game.prior
    law_p = None if not senders else np.where(np.isin(np.arange(len(p)), senders), p, 0.0)
    if law_p is not None:
        law_p = law_p / law_p.sum()
    same = game.proposers[1] == 0
    found: dict[tuple[Cell, ...], list[_Course]] = {}
    choices = [(False,)] if a == game.none else [(True, False)]
    for accepts in product(*(choices * len(q))):
        left = np.where(accepts, 0.0, q)
        law_q = left / left.sum() if left.sum() > 0 else None
        about_p, about_q = _Strata.of(law_p, len(p)), _Strata.of(law_q, len(q))
        # beliefs about who offers last come in strata, those about who answers last in one interval
        offering, answering = (about_p, about_q) if same else (about_q, about_p)
        wide = [answering.spans[-1]]
        for offers in product(range(game.none + 1), repeat=last.size[0]):
            for span in offering.spans:
                for made, about_x in last.replies(offers, span):
                    lines = _refusing(game, a, accepts, offers, made)
                    first = about_x if same else wide
                    for line in lines:
                        own = _span(line, game.zero)
                        first = _meet(first, [] if own is None else [own])
                    if span == (0.0, 1.0) and same and last.size[0] == 2:
                        first = [s for s in first if s[0] < 1 and s[1] > 0]
                    if not first:
                        continue
                    # what the types that made the offer agree on tells continuations apart; of the others' worth the
                    # least counts, as it tempts least
                    ends = tuple(
                        _agreed(game, i, j, a if accepts[j] else None, offers, made)
                        for i in senders
                        for j in range(len(q))
                    )
                    worth = _worth(game, a, accepts, offers, made)
                    known = found.setdefault(ends, [])
                    if any(_no_more(c.worth, worth, 0.0) for c in known):
                        continue
                    about_y, rest = last.deterred(offers, made, wide if same else first)
                    if not about_y:
                        continue
                    y = about_y[0][0]
                    m_p, m_q = (_inside(first[0], span), y) if same else (y, _inside(about_x[0], span))
                    answers = _all_answers(made, rest, y)
                    known[:] = [c for c in known if not _no_more(worth, c.worth, 0.0)]
                    known.append(_Course(accepts, offers, answers, m_p, m_q, worth, ends))
    return [c for known in found.values() for c in known]


def _no_more(one: tuple[float, ...], two: tuple[float, ...], slack: float) -> bool:
    return all(x <= y + slack for x, y in zip(one, two, strict=True))


def _inside(s: Span, stratum: Span) -> float:
    """Return a belief of an interval, strictly between the ends of an open stratum."""
    return (s[0] + s[1]) / 2 if stratum[0] < stratum[1] else stratum[0]


def _ends(game: OffersByType, i: int, j: int, offers: tuple[int, ...], made: dict[int, Answer]) -> FloatArray:
    """Gains [2] of a pair in the last round."""
    x, y = (i, j) if game.proposers[1] == 0 else (j, i)
    b = offers[x]
    return game.gains[i, j, b] if made[b][y] else np.zeros(2)


def _agreed(
    game: OffersByType, i: int, j: int, accepted: int | None, offers: tuple[int, ...], made: dict[int, Answer]
) -> Cell:
    """Round and place of what a pair agrees on, -1 for nothing."""
    if accepted is not None:
        return (0, accepted) if game.kept[i, j, accepted] else (-1, -1)
    x, y = (i, j) if game.proposers[1] == 0 else (j, i)
    b = offers[x]
    return (1, b) if made[b][y] and game.kept[i, j, b] else (-1, -1)


def _refusing(
    game: OffersByType, a: int, accepts: Answer, offers: tuple[int, ...], made: dict[int, Answer]
) -> list[FloatArray]:
    """By type of R: what its answer to the first offer gives it more than the other answer, by type of P."""
    if a == game.none:
        return []
    lines = []
    for j, yes in enumerate(accepts):
        later = np.array([game.delays[1] * _ends(game, i, j, offers, made)[1] for i in range(len(game.prior[0]))])
        line = game.gains[:, j, a, 1] - later
        lines.append(line if yes else -line)
    return lines


def _worth(
    game: OffersByType, a: int, accepts: Answer, offers: tuple[int, ...], made: dict[int, Answer]
) -> tuple[float, ...]:
    """Compute the expected gain of each type of P from the first offer a."""
    p, q = game.prior
    each = [
        [
            game.gains[i, j, a, 0] if accepts[j] else game.delays[0] * _ends(game, i, j, offers, made)[0]
            for j in range(len(q))
        ]
        for i in range(len(p))
    ]
    return tuple((np.array(each) @ q).tolist())


def all_two(game: OffersByType) -> Iterator[OfferAssessment]:
    """Every outcome of two rounds: who makes which first offer, and a continuation after each."""
    last, (p, q) = _Last(game), game.prior
    offers, kinds = range(game.none + 1), range(len(p))
    free = {a: _courses(game, last, a, ()) for a in offers}
    if not all(free.values()):
        return
    # whatever is believed after another offer, it gives a type at least this
    least = np.array([np.min([c.worth for c in free[a]], axis=0) for a in offers])
    made = {
        (a, s): [
            c
            for c in _courses(game, last, a, s)
            if all(c.worth[i] >= np.delete(least[:, i], a).max() - game.zero for i in s)
        ]
        for a in offers
        for s in _groups(len(p))
    }
    seen = set()
    for first in product(offers, repeat=len(p)):
        groups = {a: tuple(i for i in kinds if first[i] == a) for a in dict.fromkeys(first)}
        for combo in product(*(made[a, s] for a, s in groups.items())):
            played = dict(zip(groups, combo, strict=True))
            worth = tuple(played[first[i]].worth[i] for i in kinds)
            if not all(_no_more(c.worth, worth, game.zero) for c in combo):
                continue
            rows = {a: iter(c.ends) for a, c in played.items()}
            key = tuple(next(rows[first[i]]) for i in kinds for _ in q)
            if key in seen:
                continue
            courses = dict(played)
            for a in offers:
                other = None if a in played else next((c for c in free[a] if _no_more(c.worth, worth, game.zero)), None)
                if other is not None:
                    courses[a] = other
            if len(courses) == len(offers):
                seen.add(key)
                yield _written(game, last, first, courses)


def _groups(size: int) -> list[tuple[int, ...]]:
    return [(0,)] if size == 1 else [(0,), (1,), (0, 1)]


def _written(game: OffersByType, last: _Last, first: tuple[int, ...], courses: dict[int, _Course]) -> OfferAssessment:
    """Write a profile with its beliefs at every information set."""
    p, q = game.prior
    count, same = game.none + 1, game.proposers[1] == 0
    sizes = last.size
    accepts = np.array([courses[a].accepts for a in range(count)])
    second = np.array([courses[a].offers for a in range(count)])
    replies = np.array([[courses[a].answers[b] for b in range(count)] for a in range(count)])
    about_first, about_second = np.empty((count, len(p))), np.empty((count, len(q)))
    about_last = np.empty((count, count, sizes[0]))
    for a in range(count):
        mine, stay = p * (np.array(first) == a), q * ~accepts[a]
        about_first[a] = mine / mine.sum() if mine.sum() > 0 else _law(courses[a].about_first, len(p))
        about_second[a] = stay / stay.sum() if stay.sum() > 0 else _law(courses[a].about_second, len(q))
        about_x = about_first[a] if same else about_second[a]
        for b in range(count):
            about_last[a, b] = _posterior(about_x, second[a] == b, last, b, courses[a].answers[b])
    return OfferAssessment(np.array(first), accepts, second, replies, about_first, about_second, about_last)
