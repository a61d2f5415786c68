import numpy as np
import pytest
from shared_pies import given

from armsgame.errors import InvalidGame
from armsgame.negotiation import refusal_seeking_demand, screening

HIGH, LOW = 1.0, 0.4
PRICES = np.round(np.linspace(0, 1, 101), 2)


def buyer(value):
    """A seller without cost names a price; the buyer gains what it values the good at, less the price."""
    return given(np.column_stack([PRICES, value - PRICES]))


def known(prior, delta):
    """Fudenberg and Tirole (1983): two values, two periods, equal discount factors, prices of the grid."""
    first = (1 - delta) * HIGH + delta * LOW
    options = {"pool": LOW, "skim": prior * first + (1 - prior) * delta * LOW}
    # the high type takes the high price so often that the seller just sticks to it
    cut = LOW / HIGH
    if prior > cut:
        remaining = (1 - prior) * cut / (1 - cut)
        options["insist"] = (prior - remaining) * HIGH + delta * remaining * HIGH
    return max(options.values())


@pytest.mark.parametrize("delta", [0.5, 0.75])
@pytest.mark.parametrize("prior", [0.2, 0.5, 0.7, 0.9])
def test_two_types_in_two_rounds_match_fudenberg_and_tirole(prior, delta):
    found = screening([buyer(HIGH), buyer(LOW)], (prior, 1 - prior), discounts=(delta, delta))
    assert found.complete
    assert found.proposer_gain == pytest.approx(known(prior, delta), abs=1e-9)


def test_one_round_is_the_best_price_against_the_prior():
    for prior, price in ((0.2, LOW), (0.9, HIGH)):
        found = screening([buyer(HIGH), buyer(LOW)], (prior, 1 - prior), rounds=1)
        assert PRICES[found.first] == price
        assert found.proposer_gain == pytest.approx(max(LOW, prior * HIGH))


def test_a_known_type_keeps_nothing():
    found = screening([buyer(HIGH)], (1.0,))
    assert found.type_gains[0] == pytest.approx(0)
    assert found.proposer_gain == pytest.approx(1)


def test_naming_the_types_in_the_other_order_changes_nothing():
    a = screening([buyer(HIGH), buyer(LOW)], (0.7, 0.3), discounts=(0.75, 0.75))
    b = screening([buyer(LOW), buyer(HIGH)], (0.3, 0.7), discounts=(0.75, 0.75))
    assert a.proposer_gain == pytest.approx(b.proposer_gain)
    np.testing.assert_allclose(a.type_gains, b.type_gains[::-1], atol=1e-12)


def test_beliefs_follow_bayes_and_the_second_offer_is_best_under_them():
    found = screening([buyer(HIGH), buyer(LOW)], (0.7, 0.3), discounts=(0.75, 0.75))
    left = np.array([0.7, 0.3]) * (1 - found.accepts)
    if left.sum() > 0:
        np.testing.assert_allclose(found.posterior, left / left.sum(), atol=1e-12)
    worth = [found.posterior[0] * p * (p <= HIGH) + found.posterior[1] * p * (p <= LOW) for p in PRICES]
    for share, n in found.second:
        assert share > 0
        assert worth[n] == pytest.approx(max(worth))


def test_a_bundle_that_no_type_would_keep_is_not_offered():
    blocked = PRICES != 0.4
    types = [given(np.column_stack([PRICES, v - PRICES]), self_enforcing=blocked) for v in (HIGH, LOW)]
    found = screening(types, (0.2, 0.8), rounds=1)
    assert PRICES[found.first] == 0.39


def test_a_type_accepts_only_what_it_would_keep():
    """A bundle that the second type would not keep is no agreement with it."""
    types = [given([(1, 1), (0.2, 0.2)]), given([(0, 0), (0.2, 0.2)], self_enforcing=[False, True])]
    found = screening(types, (0.9, 0.1), rounds=1)
    assert found.first == 0
    assert found.agreement[0] == pytest.approx(0.9)
    assert found.accepts.tolist() == [1, 0]
    assert screening(types, (0.1, 0.9), rounds=1).first == 1
    later = screening(types, (0.9, 0.1))
    assert later.accepts[0] == 1
    assert later.agreement.sum() == pytest.approx(1)
    assert refusal_seeking_demand(types, (0.1, 0.9)) == 0


def test_every_first_offer_of_an_equilibrium_is_listed():
    ties = screening([given([(1, 1), (1, 0.5), (0, 2)])], (1.0,), rounds=1)
    assert ties.firsts == (0, 1)
    assert ties.first == 0
    for prior in (0.2, 0.5, 0.7, 0.9):
        found = screening([buyer(HIGH), buyer(LOW)], (prior, 1 - prior), discounts=(0.75, 0.75))
        assert found.complete
        assert found.reason == ""
        assert found.first in found.firsts


def test_a_pretext_seeker_demands_what_is_refused():
    demand = refusal_seeking_demand([buyer(HIGH), buyer(LOW)], (0.5, 0.5))
    assert PRICES[demand] == 1.0
    eager = refusal_seeking_demand([given([(1, 3), (2, 1)]), given([(1, 2), (2, 1)])], (0.5, 0.5))
    assert eager == 1


@pytest.mark.parametrize(
    ("types", "prior", "options", "words"),
    [
        pytest.param([], (), {}, "at least one", id="none"),
        pytest.param([buyer(1.0)], (0.5,), {}, "prior", id="prior"),
        pytest.param([buyer(1.0)] * 3, (0.3, 0.3, 0.4), {}, "rounds, types", id="three"),
        pytest.param([buyer(1.0), given([(1, 1)] * 2)], (0.5, 0.5), {}, "different bundles", id="bundles"),
        pytest.param([buyer(1.0)], (1.0,), {"discounts": (2, 0.5)}, "discounts", id="discounts"),
        pytest.param([buyer(1.0)], (1.0,), {"proposer": 3}, "proposer", id="proposer"),
        pytest.param([buyer(1.0)] * 2, (np.nan, np.nan), {}, "prior", id="nan"),
        pytest.param([buyer(1.0)], (1.0,), {"discounts": 0.9}, "discounts", id="scalar"),
        pytest.param(buyer(1.0), (1.0,), {}, "in a sequence", id="single"),
        pytest.param([buyer(1.0)], (1.0,), {"rounds": "two"}, "rounds", id="rounds"),
        pytest.param([given([(1, 1)] * 2, self_enforcing=[0, 0])], (1.0,), {}, "no bundle", id="nothing"),
    ],
)
def test_bad_input_is_refused(types, prior, options, words):
    with pytest.raises(InvalidGame, match=words):
        screening(types, prior, **options)


def pure_first_offers(values, prior, delta):
    """First offers of pure perfect Bayesian equilibria, by trying every acceptance, second offer and belief."""
    gains_p = [np.where(v.self_enforcing, v.values[:, 0], 0.0) for v in values]
    gains_r = [np.where(v.self_enforcing, v.values[:, 1], -np.inf) for v in values]
    count = len(gains_p[0])
    beliefs = np.linspace(0, 1, 201)

    def worth(n, weights):
        if n < 0:
            return 0.0
        return sum(w * g[n] for w, g, r in zip(weights, gains_p, gains_r, strict=True) if r[n] >= 0)

    def reply(i, n):
        return 0.0 if n < 0 or gains_r[i][n] < 0 else gains_r[i][n]

    spans = {}
    for k in range(-1, count):
        totals = []
        for yes in ((1, 1), (1, 0), (0, 1), (0, 0)):
            left = [p * (1 - y) for p, y in zip(prior, yes, strict=True)]
            tried = [(m, 1 - m) for m in beliefs] if sum(left) == 0 else [tuple(x / sum(left) for x in left)]
            for belief in tried:
                options = [worth(n, belief) for n in range(-1, count)]
                for n in np.flatnonzero(np.array(options) >= max(options) - 1e-12) - 1:
                    waits = [delta * reply(i, n) for i in (0, 1)]
                    offers = [-np.inf if k < 0 else gains_r[i][k] if gains_r[i][k] >= 0 else -np.inf for i in (0, 1)]
                    if all(o >= w if y else o <= w for o, w, y in zip(offers, waits, yes, strict=True)):
                        now = sum(p * y * g[k] for p, y, g in zip(prior, yes, gains_p, strict=True)) if k >= 0 else 0.0
                        totals.append(now + delta * worth(n, left))
        if totals:
            spans[k] = (min(totals), max(totals))
    if len(spans) < count + 1:
        return None
    return {k for k, (_, high) in spans.items() if all(high >= low - 1e-9 for j, (low, _) in spans.items() if j != k)}


def test_no_pure_first_offer_is_missed():
    rng = np.random.default_rng(8)
    compared = 0
    for _ in range(60):
        holds = rng.random((2, 4)) < 0.85
        holds[:, 0] = True
        types = [given(rng.integers(-2, 6, size=(4, 2)) / 2, self_enforcing=h) for h in holds]
        prior = float(rng.choice([0.2, 0.5, 0.8]))
        expected = pure_first_offers(types, (prior, 1 - prior), 0.8)
        found = screening(types, (prior, 1 - prior), discounts=(0.8, 0.8))
        assert found.complete or found.reason
        if expected is not None:
            compared += 1
            assert expected <= set(found.firsts), (expected, found.firsts)
    assert compared > 20
