"""Maps over the prior: exact borders, certificates on both sides of them, symmetry, refusals."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept

SHORT = ag.Treaty(demand=False)
SEPARATING = "some comply, exit later"


@cache
def _map():
    return ag.studies.prior_map(SHORT, {"detection": [0.05, 0.06, 0.3]}, discount=0.95)


def test_borders_are_the_trust_threshold():
    for detection in (0.05, 0.06):
        least = ag.treaty.trust.threshold(1.5, 1, 0, -0.5, detection, 0.005, 0.95, tempted_temptation=2.5).belief
        ((low, high),) = _map().intervals(detection, SEPARATING)
        assert low == pytest.approx(least, abs=1e-10)
        assert high == 1
    assert _map().intervals(0.3, SEPARATING) == ()
    assert _map().intervals(0.3, "all comply, exit later") == ((0, 1),)


def test_a_profile_is_certified_inside_its_interval_and_refused_outside():
    own = next(p for p in _map().profiles if p.regime == SEPARATING)
    game = own.equilibrium.certificate.game
    for belief, fine in ((own.low + 1e-4, True), (own.low - 1e-4, False)):
        prior = {p: [belief, 1 - belief] for p in game.players}
        assert bool(ag.verify(game.with_prior(prior), own.equilibrium.profile, discount=0.95)) is fine


def test_points_agree_with_the_intervals():
    found = _map()
    place = ag.measures.BAYESIAN_REGIMES.index(SEPARATING)
    low = found.intervals(0.05, SEPARATING)[0][0]
    np.testing.assert_array_equal(found.holds[0, :, place], found.priors >= low)
    table = found.to_xarray()
    assert table["holds"].sel(play=SEPARATING, detection=0.05).values.sum() == found.holds[0, :, place].sum()
    assert (found.code >= 0).all()
    assert len(found.to_frame()) == len(found.profiles)
    assert SEPARATING in str(found)


def test_swapping_the_parties_changes_nothing():
    other = ag.studies.prior_map(SHORT.swapped, {"detection": [0.05]}, discount=0.95)
    np.testing.assert_array_equal(other.holds[0], _map().holds[0])


def test_the_second_type_turns_the_axis():
    other = ag.studies.prior_map(SHORT, {"detection": [0.05]}, kind="tempted", discount=0.95)
    ((low, high),) = other.intervals(0.05, SEPARATING)
    assert (low, high) == pytest.approx((0, 1 - _map().intervals(0.05, SEPARATING)[0][0]), abs=1e-10)


def test_three_types_keep_their_proportions():
    types = {"content": {}, "tempted": {"temptation": 2.5}, "wants_out": {"outside_option": 1.3}}
    prior = {p: [1 / 3, 2 / 3, 0.0] for p in SHORT.parties}
    found = ag.studies.prior_map(SHORT, {"detection": [0.8]}, kind="wants_out", types=types, prior=prior, discount=0.95)
    ((low, high),) = found.intervals(0.8, SEPARATING)
    # content and tempted comply and wants_out deploys while P(not wants_out) >= .050574
    assert low == 0
    assert 1 - high == pytest.approx(0.050574, abs=1e-5)


def test_what_does_not_fit_is_refused():
    for act, error, match in (
        (lambda: ag.studies.prior_map(SHORT, {"detection": [0.1], "reward": [1]}, discount=0.9), InvalidGame, "design"),
        (lambda: ag.studies.prior_map(SHORT, {"detection": [0.1]}, [2.0], discount=0.9), InvalidGame, "priors"),
        (lambda: ag.studies.prior_map(SHORT, {"detection": [0.1]}, kind="shy", discount=0.9), WrongConcept, "shy"),
        (lambda: ag.studies.prior_map(SHORT, {"detection": [0.1]}), InvalidGame, "discount"),
        (lambda: _map().intervals(0.5, SEPARATING), WrongConcept, "not on the map"),
        (lambda: _map().intervals(0.05, "war"), WrongConcept, "war"),
    ):
        with pytest.raises(error, match=match):
            act()
