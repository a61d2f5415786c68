"""Worth of terms by type: reductions to known games, and who would leave."""

import numpy as np
import pytest

import armsgame as ag
from armsgame import negotiation as neg
from armsgame.errors import ArmsgameError, InvalidGame

DELTA = 0.95
# without demands the game is small, and the search short
PLAIN = ag.Treaty(demand=False).replace(detection=0.05)
VISITS = neg.Terms([neg.inspection_quota((0, 1), detection=0.3)])
TEMPTED = {"content": {}, "tempted": {"temptation": 2.5}}


def worth(kinds, prior, treaty=PLAIN, space=VISITS, **options):
    return neg.values_by_type(treaty, space, discount=DELTA, types=kinds, prior=prior, **options)


def test_pooling_conduct_is_worth_what_the_closed_form_says_to_all_types():
    """V = R (1 - delta) / (1 - delta (1 - psi0)), R less a visit's costs to inspector and host."""
    found = worth({"US": TEMPTED, "Russia": TEMPTED}, {"US": [0.8, 0.2], "Russia": [0.8, 0.2]})
    assert found.self_enforcing.tolist() == [False, True]
    assert "walks out" in found.binding[0] or "profile" in found.binding[0]
    psi0 = 1 - (1 - 0.005) ** 2
    # both sites are visited, so that each party pays 0.01 as inspector and 0.01 as host
    expected = (1 - DELTA) * (1 - 0.02) / (1 - DELTA * (1 - psi0))
    # leaving on an alarm is among the starts; what is selected is worth no less in sum, and no more than compliance
    assert (found.values[:, :, 1].sum(axis=2) >= 2 * expected - 1e-9).all()
    assert (found.values[:, :, 1] <= 1 - 0.02 + 1e-9).all()
    assert found.signs[..., 1].all()


def test_equal_types_are_one_type():
    one = worth({"Russia": {"content": {}}}, {"Russia": [1.0]})
    two = worth({"Russia": {"content": {}, "as content": {}}}, {"Russia": [0.3, 0.7]})
    np.testing.assert_allclose(one.values[0, 0], two.values[0, 0], atol=1e-9)
    np.testing.assert_allclose(one.values[0, 0], two.values[0, 1], atol=1e-9)
    assert one.self_enforcing.tolist() == two.self_enforcing.tolist()


def test_a_belief_decides_where_types_are_to_be_kept_apart():
    """The separating profile holds at trust above 0.7646 and not at every belief."""
    known = {"US": TEMPTED, "Russia": TEMPTED}
    law = {"US": [0.95, 0.05], "Russia": [0.95, 0.05]}
    any_belief = worth(known, law)
    at_prior = worth(known, law, beliefs="prior")
    assert not any_belief.self_enforcing[0]
    assert at_prior.self_enforcing[0]
    # values by pair of the separating profile: content complies until an alarm, tempted deploys
    np.testing.assert_allclose(at_prior.values[:, :, 0, 0], [[0.84067, -0.24507], [1.22534, 0]], atol=1e-5)
    np.testing.assert_allclose(at_prior.values[:, :, 0, 1], [[0.84067, 1.22534], [-0.24507, 0]], atol=1e-5)
    assert "prior" in at_prior.assumptions[1]
    assert any_belief.assumptions[1] != at_prior.assumptions[1]
    # a bundle that holds at every belief is worth no less where the prior alone is asked
    assert at_prior.before_types.values[1].sum() >= any_belief.before_types.values[1].sum() - 1e-9


def test_a_type_that_is_better_off_outside_supports_no_deal_with_itself():
    found = worth({"Russia": {"wants out": {"outside_option": 1.3}}}, None)
    assert not found.self_enforcing.any()
    assert found.disagreement[1].tolist() == [1.3]
    assert all("out" in why or "profile" in why for why in found.binding)
    with pytest.raises(InvalidGame, match="no bundle is self-enforcing"):
        neg.two_sided_offers(found)


def test_nobody_who_signs_has_less_than_walking_out_gives():
    found = worth({"US": TEMPTED}, {"US": [0.5, 0.5]})
    for i, j in np.ndindex(found.values.shape[:2]):
        own = PLAIN.replace(**{n: {"US": v} for n, v in list(TEMPTED.values())[i].items()})
        for n, treaty in enumerate(VISITS.treaties(own, found.bundles)):
            if not found.signs[i, j, n]:
                continue
            for side, (mine, other) in enumerate(zip(treaty.parameters, treaty.parameters[::-1], strict=True)):
                away = mine.punishment + mine.outside_option
                unseen = (1 - mine.detection) * (1 - other.false_alarm)
                now = (1 - DELTA) * (mine.temptation - mine.verification_cost)
                out = (now + DELTA * (1 - unseen) * away) / (1 - DELTA * unseen)
                assert found.values[i, j, n, side] >= max(out, away) - 1e-9
    assert found.signs.any()


def test_bargaining_goes_on_from_the_worth_by_type():
    found = worth({"US": TEMPTED}, {"US": [0.5, 0.5]})
    offers = neg.two_sided_offers(found)
    assert offers.complete
    assert len(offers) >= 1
    assert all(one.certificate.ok for one in offers.equilibria)
    assert neg.negotiate_terms(found.before_types).agreed
    first, second = found.by_type
    assert first.shape == (2, 2)
    assert second.shape == (1, 2)
    np.testing.assert_allclose([0.5, 0.5] @ first, found.before_types.values[:, 0])
    assert "US, tempted (probability 0.5)" in str(found)
    assert found.share == pytest.approx(0.5)
    asked = neg.screening([row[0] for row in found.pairs], (0.5, 0.5), proposer=1)
    assert asked.agreement[0] == pytest.approx(1)


def test_types_and_prior_of_an_account_are_those_of_the_dossier():
    inf = ag.load_scenario("inf")
    space = neg.Terms([neg.inspection_quota((2, 4), name="joint visits")])
    found = neg.values_by_type(inf, space, perspective="russian_account")
    assert found.types == (("wants_out",), ("content",))
    assert not found.self_enforcing.any()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"types": None}, "types"),
        ({"types": {"France": {"a": {}}}}, "France"),
        ({"discount": None}, "discount"),
        ({"discount": 1.0}, "discount"),
        ({"prior": {"US": [np.nan, 1]}}, "prior"),
        ({"beliefs": "some"}, "beliefs"),
        ({"budget_seconds": 0}, "budget_seconds"),
        ({"terms": [1]}, "Terms"),
        ({"terms": neg.Terms([neg.notice_length(range(1, 52))])}, "50"),
        ({"treaty": "inf"}, "load_scenario"),
        ({"treaty": ag.load_scenario("inf"), "types": None}, "perspective"),
    ],
)
def test_bad_input_is_refused(change, words):
    given = {
        "treaty": PLAIN, "terms": VISITS, "discount": DELTA, "types": {"US": TEMPTED}, "prior": {"US": [0.5, 0.5]},
    } | change  # fmt: skip
    with pytest.raises(ArmsgameError, match=words):
        neg.values_by_type(given.pop("treaty"), given.pop("terms"), **given)
