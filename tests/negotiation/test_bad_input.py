"""What is no input is refused in the words of the house, by every verb and with a next step."""

import numpy as np
import pytest
from shared_pies import given

import armsgame as ag
from armsgame import negotiation as neg
from armsgame.errors import InvalidGame

PIE, NONE = given([(1, 1), (2, 0)]), given([(1, 1), (2, 2)], self_enforcing=[0, 0])
RULES, PLAYER = neg.AlternatingOffers((0.9, 0.9), rounds=4), neg.linear()

VERBS = {
    "alternating_offers": lambda v: neg.alternating_offers(v, RULES),
    "lots": lambda v: neg.alternating_offers(v, RULES, lotteries=True),
    "negotiate_sessions": lambda v: neg.negotiate_sessions(v, RULES, PLAYER, PLAYER),
    "exploitability": lambda v: neg.exploitability(v, RULES, PLAYER, PLAYER),
    "type_beliefs": lambda v: neg.type_beliefs(v, RULES, [PLAYER], [0], party=0),
    "terms_tournament": lambda v: neg.terms_tournament([v], RULES, [PLAYER]),
    "screening": lambda v: neg.screening([v], (1.0,)),
    "refusal_seeking_demand": lambda v: neg.refusal_seeking_demand([v], (1.0,)),
    "two_sided_offers": lambda v: neg.two_sided_offers([[v]], [(1.0,), (1.0,)]),
    "demand_game": neg.demand_game,
    "agenda": neg.agenda,
    "negotiated_agenda": lambda v: neg.negotiated_agenda(v, RULES),
    "single_text": neg.single_text,
    "to_negmas": neg.to_negmas,
    "demand_talks": lambda v: neg.DemandTalks(
        ("A", "B"), 0, (neg.TalkLevel("all", 1, 0.0, 0.0, 0.0, 0.0),), (0.9, 0.9)
    ).solve(v),
}


@pytest.mark.parametrize("name", VERBS)
def test_where_nothing_is_self_enforcing_every_verb_says_so_and_what_to_do(name):
    with pytest.raises(InvalidGame, match=r"no bundle is self-enforcing.*Add levels"):
        VERBS[name](NONE)


# as many bundles as 100 ** 10
NAMES = ("temptation", "outside_option", "standing", "concealment_cost", "audience_cost", "status_cost")
NAMES += ("exit_cost_grounds", "exit_cost_unprovoked", "transparency_cost", "verification_cost")
HUGE = neg.Terms([neg.Term(n, tuple(np.linspace(0.01, 0.02, 100)), parameter=n) for n in NAMES])

REFUSED = {
    "a scalar for discounts": (lambda: neg.AlternatingOffers(0.9, rounds=3), "a pair"),
    "NaN among discounts": (lambda: neg.AlternatingOffers((np.nan, 0.9), rounds=3), "a pair"),
    "half a round": (lambda: neg.AlternatingOffers((0.9, 0.9), rounds=2.5), "whole number"),
    "a scalar for disagreement": (
        lambda: neg.value_of_terms(ag.Treaty(), HUGE, discount=0.9, sample=2, disagreement=0.5), "a pair",
    ),
    "a scalar for walking away": (
        lambda: neg.value_of_terms(ag.Treaty(), HUGE, discount=0.9, sample=2, walk_away=0.5), "a pair",
    ),
    "a list as a level": (lambda: neg.Term("a", ([1], [2]), parameter="notice_days"), "a tuple"),
    "nobody in sessions": (lambda: neg.negotiate_sessions(PIE, RULES, [], PLAYER), "at least one"),
    "nobody in a tournament": (lambda: neg.terms_tournament([PIE], RULES, []), "at least one"),
    "nobody to believe in": (lambda: neg.type_beliefs(PIE, RULES, [], [0], party=0), "at least one"),
    "a NaN prior of types": (lambda: neg.screening([PIE, PIE], (np.nan, np.nan)), "Divide them"),
    "a NaN prior of negotiators": (
        lambda: neg.type_beliefs(PIE, RULES, [PLAYER, neg.sincere()], [0], party=0, prior=(np.nan, 1)), "Divide them",
    ),
    "an offer out of range": (lambda: neg.type_beliefs(PIE, RULES, [PLAYER], [99], party=0), "such as"),
    "too many bundles": (lambda: neg.value_of_terms(ag.Treaty(), HUGE, discount=0.9), "sample=5000"),
    "too large a sample": (lambda: neg.value_of_terms(ag.Treaty(), HUGE, discount=0.9, sample=10**9), "sample=5000"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_with_a_next_step(name):
    call, words = REFUSED[name]
    with pytest.raises(InvalidGame, match=words):
        call()


def test_numbers_of_numpy_and_samples_of_huge_spaces_are_taken():
    rules = neg.AlternatingOffers((0.9, 0.9), rounds=np.int64(3))
    assert type(rules.rounds) is int
    assert neg.alternating_offers(PIE, rules)[0].certificate.ok
    assert HUGE.size == 10**20
    some = neg.value_of_terms(ag.Treaty(), HUGE, discount=0.9, sample=20, rng=1, selection=neg.OneStatus())
    assert len(some.bundles) == 20
