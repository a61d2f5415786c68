import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.negotiation import (
    AlternatingOffers,
    Terms,
    alternating_offers,
    inspection_quota,
    status_quo,
    suspension,
    under_notice,
    value_of_terms,
)


def test_the_status_quo_at_the_start_is_the_value_of_the_profile():
    for policy in (ag.treaty.exit_on_alarm, ag.treaty.ladder_yield, suspension(2)):
        known = ag.verify(ag.Treaty().game(), (policy, policy), discount=0.9).values
        found = status_quo(ag.Treaty(), "in_force, none", discount=0.9, profile=(policy, policy))
        np.testing.assert_allclose(found, known, atol=1e-12)


def test_notice_is_a_row_of_periods_before_the_outside_option():
    treaty, delta = ag.Treaty().replace(outside_option={"US": 0.6, "Russia": -0.2}, punishment=0.1), 0.9
    for left in (1, 2):
        found = status_quo(treaty, f"notice({left})", discount=delta)
        np.testing.assert_allclose(found, [0.1 + delta**left * x for x in (0.6, -0.2)], atol=1e-12)


def test_a_suspension_is_a_status_quo_that_ends():
    delta, miss = 0.9, 1 - 0.995**2
    found = status_quo(ag.Treaty(), "in_force, both", discount=delta, profile=(suspension(1),) * 2)
    np.testing.assert_allclose(found, delta / (1 + miss * delta), atol=1e-12)


def test_parties_renegotiate_after_an_alarm_from_what_it_leaves_them():
    treaty, terms = ag.Treaty(), Terms([inspection_quota((0, 1))])
    flow = status_quo(treaty, "in_force, Russia", discount=0.95)
    worth = value_of_terms(treaty, terms, discount=0.95, disagreement=flow)
    np.testing.assert_array_equal(worth.disagreement, flow)
    found = alternating_offers(worth, AlternatingOffers((0.9, 0.9), rounds=2))[0]
    assert found.round == 0
    assert (found.gains > 0.9).all()
    under = alternating_offers(worth, under_notice(treaty, (0.95, 0.95)))[0]
    assert under.protocol.rounds == 2
    assert under.certificate.ok


def test_bad_input_is_refused():
    with pytest.raises(InvalidGame, match="unknown"):
        status_quo(ag.Treaty(), "in_force", discount=0.9)
    with pytest.raises(WrongConcept, match="takes a Treaty"):
        status_quo(3, "withdrawn", discount=0.9)
