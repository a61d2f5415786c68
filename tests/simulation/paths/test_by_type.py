"""Verbs on a game with private types: types are drawn once, and a product of types is a mixture of pairs."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.simulation.laws.branches import branches_of
from armsgame.simulation.paths.mixture import mixture_law, mixture_outcomes

PAY = {
    "US": {"content": [[1, -0.5], [1.5, 0]], "tempted": [[1, -0.5], [2.5, 0]]},
    "Russia": {"content": [[1, 1.5], [-0.5, 0]], "tempted": [[1, 2.5], [-0.5, 0]]},
}
PRIOR = {"US": {"content": 0.8, "tempted": 0.2}, "Russia": {"content": 0.3, "tempted": 0.7}}
SEEN = ag.Monitoring.alarm(0.5, 0.05)
ACTIONS = ("comply", "deploy")
KEEPS = {kind: {"content": ag.grim, "tempted": ag.always_deploy} for kind in PAY}


def built(prior=PRIOR, pay=PAY, **more):
    return ag.BayesianGame.repeated(pay, SEEN, prior, actions=ACTIONS, **more)


GAME = built()


def by_hand(verb, prior=PRIOR, **options):
    """Weigh the four games with known types: an account that shares no code with the mixture."""
    total = 0.0
    for a, p in prior["US"].items():
        for b, q in prior["Russia"].items():
            stage = ag.StageGame([PAY["US"][a], PAY["Russia"][b]], players=tuple(PAY), actions=ACTIONS)
            play = (KEEPS["US"][a], KEEPS["Russia"][b])
            total = total + p * q * verb(ag.RepeatedGame(stage, SEEN), play, **options)
    return total


def test_payoffs_are_those_of_the_pairs_of_types_weighted():
    for options in ({"discount": 0.9}, {"periods": 7}, {"discount": 0.9, "periods": 7}, {}):
        found = ag.expected_payoffs(GAME, KEEPS, **options)
        assert found == pytest.approx(by_hand(ag.expected_payoffs, **options), abs=1e-12)


def test_laws_are_those_of_the_pairs_of_types_weighted():
    law = ag.withdrawal_law(GAME, KEEPS, periods=12, event="deployed")
    hand = by_hand(lambda *a, **k: ag.withdrawal_law(*a, **k).survival, periods=12, event="deployed")
    assert law.survival == pytest.approx(hand, abs=1e-12)
    shares = ag.outcome_probabilities(GAME, KEEPS, periods=12)
    for name in shares.shares:
        hand = by_hand(lambda *a, _n=name, **k: ag.outcome_probabilities(*a, **k)[_n], periods=12)
        assert shares[name] == pytest.approx(hand, abs=1e-12)
    slips = ag.withdrawal_law(GAME, KEEPS, periods=12, event="deployed", error=0.1).survival
    hand = by_hand(lambda *a, **k: ag.withdrawal_law(*a, **k).survival, periods=12, event="deployed", error=0.1)
    assert slips == pytest.approx(hand, abs=1e-12)


def test_sampled_paths_draw_types_once_and_agree_with_the_exact_laws():
    run = ag.simulate(GAME, KEEPS, discount=0.9, periods=12, paths=20_000, rng=5, keep=True)
    assert run.types.shape == (20_000, 2)
    assert run.type_labels == GAME.types
    mean = [PRIOR["US"]["tempted"], PRIOR["Russia"]["tempted"]]
    assert run.types.mean(axis=0) == pytest.approx(mean, abs=0.015)
    # types of the two parties are independent
    assert abs(np.corrcoef(run.types.T)[0, 1]) < 0.03
    law = ag.withdrawal_law(GAME, KEEPS, periods=12, event="deployed")
    assert run.survival("deployed") == pytest.approx(law.survival, abs=0.015)
    exact = ag.expected_payoffs(GAME, KEEPS, discount=0.9, periods=12)
    assert run.payoffs.mean(axis=0) == pytest.approx(exact, abs=0.02)
    # a tempted party deploys in every period of its path: its type never changes
    tempted = run.of_types({"US": "tempted"})
    assert (tempted.profiles >= 2).all()
    assert (run.of_types({"US": "content", "Russia": "content"}).first["deployed"] > 0).all()


def test_types_survive_a_file(tmp_path):
    run = ag.simulate(GAME, KEEPS, discount=0.9, periods=5, paths=50, rng=5)
    again = ag.formats.load_trajectories(run.save(tmp_path / "run.nc"))
    assert (again.types == run.types).all()
    assert again.type_labels == run.type_labels
    assert list(run.to_frame()["type_US"]) == [GAME.types[0][k] for k in run.types[:, 0]]
    assert run.to_xarray().attrs["types of US"] == "content, tempted"


def test_a_seed_gives_the_same_paths_and_more_paths_leave_the_first_ones():
    ask = {"discount": 0.9, "periods": 5, "rng": 9}
    few, many = (ag.simulate(GAME, KEEPS, paths=n, **ask) for n in (64, 640))
    assert (few.types == many.types[:64]).all()
    assert (few.payoffs == many.payoffs[:64]).all()
    again = ag.simulate(GAME, KEEPS, discount=0.9, periods=5, paths=64, rng=few.provenance)
    assert (again.types == few.types).all()
    assert (again.payoffs == few.payoffs).all()


def test_swapping_the_parties_swaps_every_number():
    other = {party: KEEPS[party] for party in reversed(PAY)}
    ours, theirs = (ag.expected_payoffs(g, p, discount=0.9) for g, p in ((GAME, KEEPS), (GAME.swapped, other)))
    assert ours == pytest.approx(theirs[::-1], abs=1e-12)
    laws = [
        ag.withdrawal_law(g, p, periods=9, event="deployed").survival for g, p in ((GAME, KEEPS), (GAME.swapped, other))
    ]
    assert laws[0] == pytest.approx(laws[1], abs=1e-12)


def test_a_certain_prior_is_the_game_without_types_and_a_type_of_prior_zero_is_never_drawn():
    sure = {"US": {"content": 1, "tempted": 0}, "Russia": {"content": 0, "tempted": 1}}
    game = built(sure)
    plain = ag.expected_payoffs(game.one_type("content", "tempted"), (ag.grim, ag.always_deploy), discount=0.9)
    assert ag.expected_payoffs(game, KEEPS, discount=0.9) == pytest.approx(plain, abs=1e-12)
    run = ag.simulate(game, KEEPS, discount=0.9, periods=4, paths=100, rng=1)
    assert (run.types == [0, 1]).all()
    with pytest.raises(ag.InvalidGame, match="no path of 100 has the types US tempted"):
        run.of_types({"US": "tempted"})


def test_a_type_copied_under_another_name_changes_nothing():
    twin = {"US": {**PAY["US"], "also tempted": PAY["US"]["tempted"]}, "Russia": PAY["Russia"]}
    prior = {"US": {"content": 0.8, "tempted": 0.05, "also tempted": 0.15}, "Russia": PRIOR["Russia"]}
    play = {"US": {**KEEPS["US"], "also tempted": ag.always_deploy}, "Russia": KEEPS["Russia"]}
    found = ag.expected_payoffs(built(prior, twin), play, discount=0.9)
    assert found == pytest.approx(ag.expected_payoffs(GAME, KEEPS, discount=0.9), abs=1e-12)


def test_an_observers_prior_weighs_outcomes_where_it_differs_from_what_the_parties_hold():
    seen = {"US": {"content": 0.1, "tempted": 0.9}, "Russia": {"content": 0.5, "tempted": 0.5}}
    watched = ag.expected_payoffs(built(observer=seen), KEEPS, discount=0.9)
    assert watched == pytest.approx(by_hand(ag.expected_payoffs, seen, discount=0.9), abs=1e-12)


def test_a_committed_type_plays_its_commitment():
    game = built(pay={p: {"content": own["content"]} for p, own in PAY.items()}, prior=None)
    with_one = ag.BayesianGame(
        game.game,
        {p: {"content": None} for p in PAY},
        {"US": {"content": 0.4, "mad": 0.6}},
        commitments={"US": {"mad": ag.always_deploy}},
    )
    found = ag.withdrawal_law(with_one, {"US": ag.grim, "Russia": ag.grim}, periods=3, event="deployed")
    assert 1 - found.survival[1] == pytest.approx(0.6)


def test_what_cannot_be_is_refused():
    ask = {"discount": 0.9, "periods": 4, "paths": 10}
    with pytest.raises(ag.errors.WrongConcept, match="does not take start= for a BayesianGame"):
        ag.simulate(GAME, KEEPS, start="x", **ask)
    with pytest.raises(ag.errors.WrongConcept, match="does not take kernel="):
        ag.simulate(GAME, KEEPS, kernel="product", **ask)
    with pytest.raises(ag.errors.WrongConcept, match="counts without them"):
        ag.simulate(GAME, KEEPS, keep="totals", **ask)
    with pytest.raises(ag.InvalidGame, match=r"no strategy for the types? 'tempted'"):
        ag.expected_payoffs(GAME, {"US": {"content": ag.grim}, "Russia": ag.grim}, discount=0.9)
    plain = ag.simulate(GAME.one_type(0, 0), (ag.grim, ag.grim), **ask)
    with pytest.raises(ag.InvalidGame, match="no types were drawn"):
        plain.of_types({"US": "content"})
    drawn = ag.simulate(GAME, KEEPS, **ask)
    with pytest.raises(ag.InvalidGame, match="'temted'"):
        drawn.of_types({"US": "temted"})
    with pytest.raises(ag.InvalidGame, match="types is"):
        drawn.of_types({})


def test_laws_of_types_that_play_alike_are_those_of_the_single_pairs():
    inf = ag.load_scenario("inf")
    game = inf.bayesian_game("agnostic")
    profile = ag.bayesian_equilibria(
        game, discount=0.95, starts={"stay": {p: ag.treaty.stay_deployed for p in game.players}}
    )[0].profile
    alike = [len({id(own) for own in profile[p].values()}) for p in game.players]
    assert max(alike) < 3, "this profile is to have types that play alike"
    pairs = branches_of(game, profile)
    assert len(pairs) == 9
    together = ag.withdrawal_law(game, profile, periods=40)
    apart = mixture_law(pairs, periods=40)
    np.testing.assert_allclose(together.cdf, apart.cdf, rtol=1e-12)
    np.testing.assert_allclose(together.mean, apart.mean, rtol=1e-12)
    shares, single = ag.outcome_probabilities(game, profile, periods=40), mixture_outcomes(pairs, periods=40)
    for name in shares.shares:
        assert shares[name] == pytest.approx(single[name], abs=1e-12)
