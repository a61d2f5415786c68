from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given as draws
from hypothesis import settings
from hypothesis import strategies as st
from shared_pies import given, pie

import armsgame as ag
from armsgame.errors import InvalidGame, NotSolved
from armsgame.negotiation import (
    AlternatingOffers,
    TakeItOrLeaveIt,
    alternating_offers,
    under_demand,
    under_notice,
    verify_offers,
)


@pytest.mark.parametrize("rounds", [1, 2, 3, 4, 7])
def test_finite_shares_are_those_of_stahl(rounds):
    d = (0.9, 0.8)
    shares = np.zeros(2)
    for t in reversed(range(rounds)):
        mine, other = t % 2, 1 - t % 2
        kept = d[other] * shares[other] if t < rounds - 1 else 0.0
        shares = np.zeros(2)
        shares[other], shares[mine] = kept, 1 - kept
    found = alternating_offers(pie(1), AlternatingOffers(d, rounds=rounds), lotteries=True)[0]
    np.testing.assert_allclose(found.gains, shares, atol=1e-12)
    assert found.certificate.ok
    assert found.round == 0


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("d", [(0.9, 0.8), (0.5, 0.5), (0.0, 0.7)], ids=["patient", "equal", "myopic"])
def test_stationary_shares_are_those_of_rubinstein(d, first):
    found = alternating_offers(pie(1), AlternatingOffers(d, first=first), lotteries=True)
    own = d if first == 0 else d[::-1]
    assert len(found) == 1
    assert found[0].shares[first] == pytest.approx((1 - own[1]) / (1 - own[0] * own[1]), abs=1e-12)
    assert found[0].certificate.ok


@pytest.mark.parametrize("option", [0.2, 0.6])
def test_outside_options_matter_only_where_they_bind(option):
    values = pie(1, walk_away=(0.0, option))
    found = alternating_offers(values, AlternatingOffers((0.9, 0.9), outside=True), lotteries=True)[0]
    known = ag.rubinstein((0.9, 0.9), outside=(0.0, option)).shares
    np.testing.assert_allclose(found.gains, known, atol=1e-12)


def test_risk_of_breakdown_leads_to_the_nash_solution():
    """Binmore, Rubinstein and Wolinsky (1986): the threat is what parties have after breakdown."""
    values = pie(1, walk_away=(0.2, 0.1))
    for risk in (1e-2, 1e-3, 1e-4):
        found = alternating_offers(values, AlternatingOffers((1.0, 1.0), breakdown=risk), lotteries=True)[0]
        assert abs(found.gains[0] - 0.55) < risk
        assert found.certificate.ok


def test_indivisible_bundles_have_many_stationary_equilibria_when_parties_are_patient():
    """Van Damme, Selten and Winter (1990)."""
    found = alternating_offers(pie(10), AlternatingOffers((0.95, 0.95)))
    assert len(found) == 11
    assert all(e.certificate.ok for e in found)
    few = alternating_offers(pie(10), AlternatingOffers((0.8, 0.8)))
    assert {tuple(e.rows) for e in few} == {(5, 4), (6, 5)}


@draws(
    st.lists(st.tuples(st.integers(-3, 9), st.integers(-3, 9)), min_size=2, max_size=8),
    st.sampled_from([(0.9, 0.5), (0.3, 0.8), (1.0, 1.0)]),
    st.integers(1, 4),
    st.sampled_from([0.0, 0.3]),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_backward_induction_equals_a_plain_recursion(points, d, rounds, risk, outside):
    payoffs = np.array(points, dtype=float)
    values = given(payoffs, disagreement=(0.5, 0.25), walk_away=(1.0, 0.0))
    protocol = AlternatingOffers(d, rounds=rounds, breakdown=risk, outside=outside)
    found = alternating_offers(values, protocol)[0]
    assert found.certificate.ok, str(found.certificate)
    away = np.array([0.5, -0.25])
    gains = payoffs - (0.5, 0.25)

    def play(t):
        p, r = t % 2, 1 - t % 2
        out = np.zeros(2) if t == rounds - 1 else (1 - risk) * np.array(d) * play(t + 1) + risk * away
        if outside and away[r] > out[r]:
            out = away
        good = [g for g in gains if g[r] >= out[r] - 1e-12 and g[p] >= out[p] - 1e-12]
        return max(good, key=lambda g: (g[p], g[r])) if good else out

    np.testing.assert_allclose(found.payoffs, np.add(play(0), (0.5, 0.25)), atol=1e-9)


@pytest.mark.parametrize("lotteries", [False, True])
def test_swapping_the_parties_swaps_the_outcome(lotteries):
    payoffs = np.array([(0, 7), (2, 6), (5, 3), (6, 0)], dtype=float)
    a = alternating_offers(given(payoffs), AlternatingOffers((0.9, 0.6), rounds=3), lotteries=lotteries)[0]
    b = alternating_offers(
        given(payoffs[:, ::-1]), AlternatingOffers((0.6, 0.9), rounds=3, first=1), lotteries=lotteries
    )[0]
    np.testing.assert_allclose(a.payoffs, b.payoffs[::-1], atol=1e-12)


def test_a_bundle_that_is_not_self_enforcing_is_never_an_equilibrium_deal():
    values = given([(5, 5), (1, 2), (2, 1)], self_enforcing=[False, True, True])
    for protocol in (AlternatingOffers((0.9, 0.9), rounds=3), AlternatingOffers((0.5, 0.5))):
        assert all(e.agreement in (1, 2) for e in alternating_offers(values, protocol))


def test_an_empty_zone_ends_without_agreement():
    values = given([(1, 2), (2, 1)], disagreement=(1.5, 1.5))
    found = alternating_offers(values, AlternatingOffers((0.9, 0.9), rounds=4))[0]
    assert found.round == -1
    assert found.agreement == -1
    np.testing.assert_allclose(found.payoffs, 1.5)
    assert found.certificate.ok
    assert "no agreement" in str(found)


def test_the_check_refuses_a_greedier_offer_and_a_softer_answer():
    found = alternating_offers(pie(10), AlternatingOffers((0.9, 0.9), rounds=3))[0]
    greedy = found.offers.copy()
    greedy[0] = (1.0, 0.0)
    assert not verify_offers(replace(found, offers=greedy)).ok
    soft = found.floors.copy()
    soft[0] -= 0.1
    assert not verify_offers(replace(found, floors=soft)).ok


ALTERED = {
    "offers nobody can make": lambda f: {"offers": np.where(np.arange(3)[:, None] == 0, 10.0, f.offers)},
    "payoffs nobody gets": lambda _: {"payoffs": np.array([5.0, 5.0])},
    "gains of another agreement": lambda f: {"gains": f.gains[::-1]},
    "another round": lambda _: {"round": 1},
    "no round": lambda _: {"round": -1},
    "another agreement": lambda f: {"agreement": (f.agreement + 1) % 11},
    "another bundle": lambda f: {"rows": (f.rows + 1) % 11},
    "a row without offer": lambda f: {"offers": np.where(np.arange(3)[:, None] == 2, np.nan, f.offers)},
    "a lottery that does not deliver": lambda f: {"lottery": ((1.0, (f.agreement + 1) % 11),)},
    "half a lottery": lambda f: {"lottery": ((0.5, f.agreement),)},
    "fewer rounds": lambda f: {"floors": f.floors[:2]},
    "floors that are none": lambda _: {"floors": np.full(3, np.nan)},
    "walking away that is not allowed": lambda _: {"leaves": np.array([False, False, True])},
}


@pytest.mark.parametrize("change", ALTERED.values(), ids=ALTERED)
def test_the_check_reads_the_object(change):
    found = alternating_offers(pie(10), AlternatingOffers((0.9, 0.8), rounds=3))[0]
    assert verify_offers(found).ok
    assert not verify_offers(replace(found, **change(found))).ok


def test_the_check_reads_lots():
    values = given([(0, 3), (2, 2), (3, 0)])
    found = alternating_offers(values, AlternatingOffers((0.9, 0.8), rounds=3), lotteries=True)[0]
    assert verify_offers(found).ok
    inflated = np.array(found.offers)
    inflated[0] += 0.01
    assert not verify_offers(replace(found, offers=inflated)).ok
    assert not verify_offers(replace(found, lotteries=False)).ok
    barred = replace(values, self_enforcing=np.array([True, False, True]))
    assert not verify_offers(replace(found, values=barred)).ok
    with pytest.raises(InvalidGame, match="alternating_offers"):
        verify_offers(values)


def test_an_ultimatum_takes_all_the_surplus():
    found = alternating_offers(pie(4), TakeItOrLeaveIt(1).as_offers())[0]
    np.testing.assert_allclose(found.payoffs, (0, 1))


def test_notice_is_a_deadline():
    protocol = under_notice(ag.Treaty(), (0.95, 0.95))
    assert protocol.rounds == 2
    assert protocol.at_deadline == "walk away"
    with pytest.raises(InvalidGame, match="notice_days"):
        under_notice(ag.Treaty(notice_days=0), (0.95, 0.95))


def test_a_demand_is_a_deadline():
    treaty = ag.Treaty(deadline_days=200)
    protocol = under_demand(treaty, (0.95, 0.9), demander=1)
    assert (protocol.rounds, protocol.first, protocol.at_deadline) == (treaty.demand_periods, 1, "walk away")
    with pytest.raises(InvalidGame, match="clause of exit"):
        under_demand(ag.Treaty(notice=False), (0.95, 0.95))


@draws(
    st.lists(st.tuples(st.integers(-2, 6), st.integers(-2, 6)), min_size=2, max_size=5),
    st.sampled_from([(0.9, 0.5), (0.2, 0.8), (0.9, 0.9)]),
    st.sampled_from([0.0, 0.2]),
    st.tuples(st.integers(-1, 2), st.integers(-1, 2)),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_every_stationary_equilibrium_found_is_one(points, d, risk, away, outside):
    values = given(points, walk_away=away)
    protocol = AlternatingOffers(d, breakdown=risk, outside=outside)
    for lotteries in (False, True):
        try:
            found = alternating_offers(values, protocol, lotteries=lotteries)
        except NotSolved:
            assert outside  # only a walk-away option can leave no stationary equilibrium here
        else:
            assert all(verify_offers(e).ok for e in found)


def test_no_stationary_equilibrium_is_said():
    values = given([(0, 5), (5, -1), (4, -1), (0, 3)], walk_away=(1.0, -1.0))
    with pytest.raises(NotSolved, match="no stationary equilibrium"):
        alternating_offers(values, AlternatingOffers((0.8, 0.5), first=1, breakdown=0.2, outside=True))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"rounds": 0}, "deadline of zero", id="deadline"),
        pytest.param({"discounts": (1.0, 0.5)}, "discounts", id="discounts"),
        pytest.param({"discounts": 0.9}, "discounts", id="scalar"),
        pytest.param({"discounts": (0.9, np.nan)}, "discounts", id="nan"),
        pytest.param({"discounts": (0.9, "x")}, "discounts", id="word"),
        pytest.param({"outside": "yes"}, "outside", id="outside"),
        pytest.param({"breakdown": 2.0}, "breakdown", id="breakdown"),
        pytest.param({"first": 2}, "first", id="first"),
        pytest.param({"at_deadline": "war"}, "at_deadline", id="end"),
    ],
)
def test_bad_protocols_are_refused(options, words):
    with pytest.raises(InvalidGame, match=words):
        AlternatingOffers(**{"discounts": (0.9, 0.9), **options})


def test_whole_numbers_of_other_libraries_are_whole_numbers():
    protocol = AlternatingOffers((0.9, 0.9), rounds=np.int64(3), first=np.int64(1))
    assert protocol == AlternatingOffers((0.9, 0.9), rounds=3, first=1)
    assert alternating_offers(pie(4), protocol)[0].certificate.ok


def test_nothing_self_enforcing_is_refused():
    values = given([(1, 1), (2, 2)], self_enforcing=[False, False])
    with pytest.raises(InvalidGame, match="no bundle is self-enforcing"):
        alternating_offers(values, AlternatingOffers((0.9, 0.9)))
