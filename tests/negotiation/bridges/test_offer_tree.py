from dataclasses import replace

import numpy as np
import pytest
from shared_pies import given, pie

import armsgame as ag
from armsgame.errors import InvalidGame
from armsgame.negotiation import AlternatingOffers, alternating_offers, offers_as_tree

PROTOCOLS = (
    AlternatingOffers((0.9, 0.8), rounds=3),
    AlternatingOffers((1.0, 0.5), rounds=2, first=1, breakdown=0.25),
    AlternatingOffers((0.9, 0.9), rounds=3, outside=True, at_deadline="walk away"),
)


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=["plain", "risk", "outside"])
def test_an_equilibrium_of_offers_is_one_of_its_whole_tree(protocol):
    rng = np.random.default_rng(4)
    for _ in range(4):
        values = given(rng.integers(-2, 6, size=(3, 2)) / 2, walk_away=(0.5, -0.5))
        found = alternating_offers(values, protocol)[0]
        tree = offers_as_tree(found)
        assert tree.certificate.kind == "sequential"
        np.testing.assert_allclose(tree.payoffs, found.payoffs, atol=1e-12)


def test_the_equilibrium_is_written_as_a_proof_that_a_stranger_checks():
    found = alternating_offers(pie(3), AlternatingOffers((0.5, 0.75), rounds=2))[0]
    assert ag.proof(offers_as_tree(found))


def test_an_altered_plan_is_refused_by_the_tree():
    found = alternating_offers(pie(3), AlternatingOffers((0.5, 0.75), rounds=2))[0]
    assert not offers_as_tree(replace(found, floors=found.floors + 0.3)).certificate.ok


@pytest.mark.parametrize(
    ("build", "words"),
    [
        pytest.param(lambda: pie(3), "a result of alternating_offers", id="values"),
        pytest.param(lambda: alternating_offers(pie(3), AlternatingOffers((0.5, 0.5)))[0], "a deadline", id="endless"),
        pytest.param(
            lambda: alternating_offers(pie(3), AlternatingOffers((0.5, 0.5), rounds=2), lotteries=True)[0],
            "without lots", id="lots",
        ),
        pytest.param(
            lambda: alternating_offers(pie(9), AlternatingOffers((0.5, 0.5), rounds=9))[0], "histories", id="size"
        ),
    ],
)  # fmt: skip
def test_bad_input_is_refused(build, words):
    with pytest.raises(InvalidGame, match=words):
        offers_as_tree(build())
