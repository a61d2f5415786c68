import numpy as np

import armsgame as ag
from armsgame.negotiation import Terms, account_frame, deals_by_account, inspection_quota, sanctions_relief


def test_every_account_is_answered_from_its_own_types():
    scenario = ag.load_scenario("inf")
    terms = Terms(
        [
            inspection_quota((0, 1, 4), party="Russia", name="9M729 visits"),
            inspection_quota((0, 1, 4), party="US", name="Mk-41 visits"),
            sanctions_relief((0.0, 1.0), target="Russia"),
        ]
    )
    found = deals_by_account(scenario, terms, regime="national technical means")
    assert set(found) == set(scenario.perspectives)
    for name, view in found.items():
        assert view.weights.sum() == 1
        assert view.self_enforcing.shape == (terms.size,)
        assert 0 <= view.agreement <= 1
        assert name in str(view)
    frame = account_frame(found)
    assert len(frame) == sum(len(v.types) for v in found.values())
    # a party that wants out is offered nothing it prefers to leaving; a content one is
    assert (frame["deal"].eq("") == frame[["type US", "type Russia"]].eq("wants_out").any(axis=1)).all()


def test_the_agnostic_account_treats_the_parties_alike():
    scenario = ag.load_scenario("inf")
    terms = Terms([inspection_quota((0, 1, 4))])
    view = deals_by_account(scenario, terms, regime="national technical means")["agnostic"]
    swapped = {pair[::-1]: b for pair, b in zip(view.types, view.bargains, strict=True)}
    for pair, found in zip(view.types, view.bargains, strict=True):
        np.testing.assert_allclose(found.values.values, swapped[pair].values.values[:, ::-1], atol=1e-12)
