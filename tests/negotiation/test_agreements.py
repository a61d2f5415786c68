import numpy as np
import pytest
from hypothesis import given as draws
from hypothesis import settings
from hypothesis import strategies as st
from shared_pies import given, pie

import armsgame as ag
import armsgame.negotiation as neg
from armsgame.errors import InvalidGame
from armsgame.negotiation import Terms, deal_sensitivity, inspection_quota, negotiate_terms, value_of_terms
from armsgame.negotiation.agreements import pareto

POINTS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=2, max_size=12)


@draws(POINTS)
@settings(max_examples=40, deadline=None)
def test_frontier_is_the_undominated_bundles(points):
    payoffs = np.array(points, dtype=float)
    plain = [not ((payoffs >= v).all(axis=1) & (payoffs > v).any(axis=1)).any() for v in payoffs]
    np.testing.assert_array_equal(pareto(payoffs), plain)


@draws(POINTS, st.sampled_from(["Nash", "Kalai", "egalitarian", "utilitarian"]))
@settings(max_examples=40, deadline=None)
def test_rules_are_symmetric_and_pick_from_the_frontier(points, rule):
    payoffs = np.array([(0, 0), *points], dtype=float)
    found = negotiate_terms(given(payoffs))
    turned = negotiate_terms(given(payoffs[:, ::-1]))
    assert found.agreed == turned.agreed == bool((payoffs > 0).any())
    if found.agreed:
        deal, other = found[rule], turned[rule]
        assert set(map(tuple, payoffs[deal.ties])) == set(map(tuple, payoffs[other.ties]))
        assert deal.bundle in found.frontier
        np.testing.assert_allclose(deal.lottery_payoff.sum(), other.lottery_payoff.sum(), atol=1e-7)


def test_nash_is_invariant_to_scale_and_independent_of_irrelevant_bundles():
    payoffs = np.array([(1, 6), (3, 5), (4, 3.5), (6, 1)])
    deal = negotiate_terms(given(payoffs))["Nash"].bundle
    scaled = payoffs * (2, 0.5) + (3, -1)
    assert negotiate_terms(given(scaled, disagreement=(3, -1)))["Nash"].bundle == deal == 1
    assert negotiate_terms(given(payoffs[[1, 3]]))["Nash"].bundle == 0


def test_kalai_smorodinsky_follows_the_ideal_point():
    payoffs = np.array([(0, 10), (4, 6), (6, 4), (10, 0)])
    before = negotiate_terms(given(payoffs))["Kalai"]
    more = np.array([(0, 10), (4, 6), (6, 4), (20, 0)])
    after = negotiate_terms(given(more))["Kalai"]
    assert before.lottery_payoff[0] == pytest.approx(5)
    assert after.lottery_payoff[0] > before.lottery_payoff[0]


def test_a_dominated_bundle_changes_nothing():
    payoffs = np.array([(1, 6), (3, 5), (6, 1)])
    base = negotiate_terms(given(payoffs))
    more = negotiate_terms(given(np.vstack([payoffs, (0.5, 0.5)])))
    assert [d.bundle for d in base.deals] == [d.bundle for d in more.deals]


def test_a_bundle_that_is_not_self_enforcing_is_never_agreed_on():
    payoffs = np.array([(5, 5), (1, 2), (2, 1)])
    found = negotiate_terms(given(payoffs, self_enforcing=[False, True, True]))
    assert all(0 not in d.ties for d in found.deals)
    assert 0 not in found.frontier


def test_ties_everywhere_are_told():
    found = negotiate_terms(given(np.ones((4, 2))))
    assert len(found["Nash"].ties) == 4
    assert "4 bundles tie" in str(found)


def test_lots_deliver_the_payoff_they_promise():
    found = negotiate_terms(pie(3))
    for deal in found.deals[:3]:
        mean = sum(p * found.values.values[n] for p, n in deal.lottery)
        np.testing.assert_allclose(mean, deal.lottery_payoff, atol=1e-9)
        np.testing.assert_allclose(deal.lottery_payoff, 0.5, atol=1e-9)


def test_rules_draw_lots_over_every_bundle_that_can_be_signed():
    """Lots over (3, -1) and (-1, 3) give (1, 1), as alternating offers with lots do; neither alone is in the zone."""
    found = negotiate_terms(given([(3, -1), (-1, 3), (0.5, 0.5)]))
    assert found.agreed
    for deal in found.deals:
        np.testing.assert_allclose(deal.lottery_payoff, 1)
        assert deal.bundle == 2
        assert dict((n, p) for p, n in deal.lottery) == pytest.approx({0: 0.5, 1: 0.5})
    alone = negotiate_terms(given([(3, -1), (-1, 3)]))
    assert not alone.agreed
    assert "Lots over bundles would" in str(alone)
    assert alone["Nash"].bundle == -1
    np.testing.assert_allclose(alone["Nash"].lottery_payoff, 1)
    assert "by lots" in alone["Nash"].explain()


@pytest.mark.parametrize("threat", ["disagreement", "walk away"])
def test_patient_offers_with_lots_tend_to_the_nash_rule(threat):
    """Binmore, Rubinstein and Wolinsky (1986): what presses parties, impatience or a breakdown, gives the threat."""
    rng = np.random.default_rng(6)
    for _ in range(8):
        points = rng.integers(-3, 9, size=(5, 2)).astype(float)
        points[0] = (2, 2)
        values = given(points, disagreement=(0, 0), walk_away=(0.5, -0.5))
        nash = negotiate_terms(values, rules=(ag.NashBargaining(),), threat=threat)["Nash"].lottery_payoff
        patient = neg.AlternatingOffers((1 - 1e-5, 1 - 1e-5))
        risky = neg.AlternatingOffers((1.0, 1.0), breakdown=1e-5)
        offers = neg.alternating_offers(values, patient if threat == "disagreement" else risky, lotteries=True)[0]
        np.testing.assert_allclose(offers.gains, nash, atol=2e-3)


def test_ties_go_to_the_larger_sum_everywhere():
    values = given([(2, 0), (2, 1), (2, 1)])
    assert negotiate_terms(values).ideal[0] == 1
    assert neg.alternating_offers(values, neg.AlternatingOffers((0.9, 0.9), rounds=1))[0].agreement == 1
    run = neg.negotiate_sessions(
        values, neg.AlternatingOffers((1, 1), rounds=1), neg.hardliner(), neg.linear(), sessions=1
    )
    assert run.bundle[0] == 1


def test_a_deal_explains_what_it_rests_on():
    worth = value_of_terms(ag.Treaty().replace(detection=0.03), Terms([inspection_quota((0, 1))]), discount=0.95)
    found = negotiate_terms(worth)
    for text in (found["Nash"].explain(), found.explain(), worth.explain()):
        assert "inspections.cost = 0.01" in text
        assert "punishments:" in text
    assert "kept by" in found["Nash"].explain()
    offers = neg.alternating_offers(worth, neg.AlternatingOffers((0.9, 0.9), rounds=2))[0]
    assert "discount = 0.95" in offers.explain()


def test_sensitivity_runs_over_the_ledger_and_says_what_moves_nothing():
    treaty, terms = ag.Treaty().replace(detection=0.03), Terms([inspection_quota((0, 1, 4))])
    table = deal_sensitivity(treaty, terms, discount=0.95, selection=neg.OneStatus())
    worth = value_of_terms(treaty, terms, discount=0.95, selection=neg.OneStatus())
    assert list(dict.fromkeys(table["assumption"])) == [e.name for e in worth.ledger.entries]
    notes = table.groupby("assumption")["note"].first()
    assert "moves nothing" in notes["audience_cost"]
    assert notes["inspections.cost"] == ""
    own = Terms([neg.Term("seen", (0.1, 0.8), parameter="detection"), inspection_quota((0, 1))])
    told = deal_sensitivity(treaty, own, discount=0.95, over={"detection": (0.2, 0.5)})
    assert all("the term 'seen' sets it" in note for note in told["note"])
    with pytest.raises(InvalidGame, match="unknown"):
        deal_sensitivity(treaty, terms, discount=0.95, over={"detections": 0.5})
    with pytest.raises(InvalidGame, match="at least one finite"):
        deal_sensitivity(treaty, terms, discount=0.95, over={"detection": ()})
    refused = deal_sensitivity(treaty, terms, discount=0.95, over={"sucker": (0.5,)})
    assert refused["note"].iloc[0].startswith("refused")


def test_logrolling_pays_where_each_term_alone_hurts_somebody():
    from armsgame.negotiation import Term

    space = Terms([Term(n, (0, 1), parameter="notice_days") for n in ("a", "b")])
    values = given(np.array([(1, 1), (3, 0), (0, 3), (2, 2)]), disagreement=(1, 1))
    from dataclasses import replace

    values = replace(values, terms=space, bundles=space.bundles())
    found = negotiate_terms(values)
    assert found.logrolling == {"package": 2.0, "issue by issue": 0.0, "a": 0.0, "b": 0.0}


def test_no_self_enforcing_bundle_is_said_with_its_binding_constraint():
    treaty = ag.Treaty().replace(detection=0.0, temptation=3.0)
    values = value_of_terms(treaty, Terms([inspection_quota((0, 1))]), discount=0.2)
    found = negotiate_terms(values)
    assert not found.agreed
    assert "No bundle is self-enforcing" in str(found)
    assert "gain" in found.note


def test_an_empty_zone_is_said_with_who_falls_short():
    found = negotiate_terms(given([(1, 2), (2, 1)], disagreement=(1.5, 1.5)))
    assert not found.agreed
    assert "zone of agreement is empty" in found.note


def test_sensitivity_follows_patience_and_outside_options():
    terms = Terms([inspection_quota((0, 1, 4))])
    table = deal_sensitivity(
        ag.Treaty().replace(detection=0.03),
        terms,
        discount=0.95,
        over={"discount": (0.3, 0.95), "outside_option": (0.0, 1.5)},
    )
    assert list(table["bundle"].iloc[[0, 3]]) == ["", ""]
    assert table["value US"].iloc[1] > 0.9


def test_bad_arguments_are_refused():
    with pytest.raises(InvalidGame, match="result of value_of_terms"):
        negotiate_terms("values")
    with pytest.raises(InvalidGame, match="NashBargaining"):
        negotiate_terms(pie(2), rules=("Nash",))
    with pytest.raises(InvalidGame, match="is unknown"):
        negotiate_terms(pie(2))["median"]
    with pytest.raises(InvalidGame, match="at least one bargaining rule"):
        negotiate_terms(pie(2), rules=ag.NashBargaining())
    with pytest.raises(InvalidGame, match="threat"):
        negotiate_terms(pie(2), threat="war")


def test_a_tie_is_printed_as_undetermined_and_not_as_a_deal():
    space = neg.Terms(
        [
            neg.Term("inspection", (0.5, 0.8), parameter="detection"),
            neg.Term("notice", (91.0, 182.0), parameter="notice_days", unit="days"),
        ]
    )
    worth = neg.value_of_terms(ag.Treaty(), space, discount=0.95)
    assert worth.unread == ("notice",)
    assert "no value depends on notice" in str(worth)
    found = neg.negotiate_terms(worth)
    deals = [text for deal in found.deals for text in (str(deal), deal.label, deal.explain(), repr(deal))]
    for text in (str(found), *found.to_frame()["bundle"], *deals):
        assert "notice undetermined (91 or 182)" in text
        assert "notice 91," not in text
    last = neg.alternating_offers(worth, neg.AlternatingOffers((0.9, 0.9), rounds=2))[0]
    assert "notice undetermined" in str(last)
    assert (
        "notice undetermined"
        in ag.negotiation.deal_sensitivity(ag.Treaty(), space, discount=0.95, over={"discount": (0.95,)})[
            "bundle"
        ].iloc[0]
    )


def test_a_tie_that_is_no_free_choice_says_so():
    space = neg.Terms([neg.Term("a", (1, 2), parameter="detection"), neg.Term("b", (1, 2), parameter="notice_days")])
    assert space.told(np.array([[0, 1], [1, 0]])) == (
        "a undetermined (1 or 2), b undetermined (1 or 2) in some combinations"
    )
    assert space.told(np.array([[0, 1]])) == "a 1, b 2"


@pytest.mark.parametrize(("scale", "shift"), [(1e-8, 0.0), (1e8, 3e8), (3.0, -7.0)])
def test_affine_changes_of_payoffs_change_no_deal(scale, shift):
    rng = np.random.default_rng(12)
    for _ in range(10):
        points = rng.integers(-3, 9, size=(6, 2)).astype(float)
        base = np.array([0.5, 0.25])
        one = negotiate_terms(given(points, disagreement=base))
        two = negotiate_terms(given(scale * points + shift, disagreement=scale * base + shift))
        assert one.agreed == two.agreed
        assert [d.bundle for d in one.deals] == [d.bundle for d in two.deals]
        for a, b in zip(one.deals, two.deals, strict=True):
            np.testing.assert_array_equal(a.ties, b.ties)
            np.testing.assert_allclose(scale * a.lottery_payoff + shift, b.lottery_payoff, rtol=1e-7, atol=1e-7 * scale)
        protocol = neg.AlternatingOffers((0.9, 0.8), rounds=3)
        offers = [neg.alternating_offers(f.values, protocol)[0] for f in (one, two)]
        assert offers[0].agreement == offers[1].agreement
        assert offers[1].certificate.ok


def test_where_nothing_is_agreed_a_rule_is_not_called_unknown():
    treaty = ag.Treaty().replace(detection=0.001, false_alarm=0.3)
    values = neg.value_of_terms(treaty, neg.Terms([neg.notice_length((91, 364))]), discount=0.3)
    with pytest.raises(InvalidGame, match="nothing is agreed under any rule"):
        neg.negotiate_terms(values)["Nash"]
