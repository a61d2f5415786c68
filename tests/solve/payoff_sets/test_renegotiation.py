"""Weak renegotiation-proofness of profiles and of payoffs, and the wish to punish."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.results.payoff_set import PayoffSet
from armsgame.solve.payoff_sets.renegotiation import renegotiation_proof, renegotiation_proof_set

PD = ag.treaty.compliance(5, 3, 1, 0)
GAME = ag.RepeatedGame(PD)


def both(strategy):
    return (strategy, strategy)


def penance(player):
    """Punish player i by (comply, deploy) until i has complied in it once (van Damme 1989)."""
    # signals: CC, CD, DC, DD; states: good, US at fault, Russia at fault
    table = [[0, 2, 1, 0], [0, 0, 1, 1], [0, 2, 0, 2]]
    acts = [["comply", "comply", "deploy"], ["comply", "deploy", "comply"]][player]
    names = ("good", "US at fault", "Russia at fault")
    return ag.Automaton(acts, table, states=names, actions=("comply", "deploy"))


def test_grim_is_an_equilibrium_that_parties_would_renegotiate():
    found = renegotiation_proof(GAME, both(ag.grim), discount=0.8)
    assert found.certificate.ok
    assert not found.proof
    assert found.broken_by == ("punish", "comply")
    assert found.gain == pytest.approx(2)
    assert "agreeing to go" in str(found)


def test_penance_is_proof_from_its_threshold_on():
    # the party at fault: P <= (1-d) S + d R, else it does not do penance; before: T - R <= d (R - S)
    least = max((5 - 3) / (3 - 0), (1 - 0) / (3 - 0))
    profile = (penance(0), penance(1))
    for discount, expected in ((least + 1e-6, True), (0.9, True), (least - 1e-3, False)):
        found = renegotiation_proof(GAME, profile, discount=discount)
        assert found.proof is expected
        assert found.certificate.ok is expected


def test_contrite_play_is_proof_and_its_punisher_wants_to_punish():
    found = renegotiation_proof(GAME, both(ag.contrite), discount=0.8)
    assert found.proof
    assert found.enforced
    assert {d.player for d in found.enforcement} == set(PD.players)


def test_gain_from_not_punishing_is_by_hand():
    d = 0.8
    found = renegotiation_proof(GAME, (penance(0), penance(1)), discount=d)
    by_state = {(e.player, e.state): e for e in found.enforcement}
    punisher = by_state["Russia", "US at fault"]
    # it deploys for T now and R afterwards; complying instead gives R now and R afterwards
    assert punisher.action == "comply"
    assert punisher.gain == pytest.approx((1 - d) * (3 - 5), abs=1e-12)
    culprit = by_state["US", "US at fault"]
    stay = (1 - d) * 0 + d * 3
    assert culprit.gain == pytest.approx((1 - d) * 1 + d * stay - stay, abs=1e-12)


def test_a_punisher_that_would_rather_not_punish_is_named():
    # mirror response: after an exploit, retaliating starts an endless alternation
    found = renegotiation_proof(GAME, both(ag.mirror), discount=0.9)
    assert not found.certificate.ok
    assert not found.enforced
    worst = max(found.enforcement, key=lambda e: e.gain)
    assert worst.gain > 0
    assert worst.action == "comply"
    assert "not an equilibrium" in str(found)


def test_permanent_deployment_is_trivially_proof():
    assert renegotiation_proof(GAME, both(ag.always_deploy), discount=0.8).proof


def test_under_noise_reversion_is_renegotiated_too():
    game = ag.RepeatedGame(PD, ag.Monitoring.alarm(0.9, 0.05))
    found = renegotiation_proof(game, both(ag.suspend(3)), discount=0.9)
    assert found.certificate.ok
    assert not found.proof
    # values by the closed form of the suspension: the pair that breaks it spans the whole loss
    spread = found.values[:, 0].max() - found.values[:, 0].min()
    assert found.gain == pytest.approx(spread)


@pytest.mark.parametrize("payoff", [(3, 3), (1.5, 1.5), (1.1, 3.5), (3.5, 1.1)])
def test_every_strictly_rational_payoff_of_a_dilemma_is_reached(payoff):
    found = renegotiation_proof_set(GAME)
    assert found.verdict(payoff) == "sufficient"


@pytest.mark.parametrize(("payoff", "verdict"), [((1, 3), "open"), ((0.5, 4), "excluded"), ((4, 4), "excluded")])
def test_payoffs_on_and_below_the_minmax_of_a_dilemma(payoff, verdict):
    assert renegotiation_proof_set(PD).verdict(payoff) == verdict


def test_closure_in_a_dilemma_is_the_feasible_rational_set():
    points = renegotiation_proof_set(PD).points
    # the frontier from (0, 5) to (3, 3) meets the floor of 1 at 13/3
    expected = np.array([[1, 1], [1, 13 / 3], [3, 3], [13 / 3, 1]])
    assert np.array(sorted(points.tolist())) == pytest.approx(expected)


def test_swapping_the_parties_swaps_the_verdicts():
    own = np.array([[2.0, 0, 1], [3, 1, -1], [0, 2, 0.5]])
    other = np.array([[2.0, 3, 1], [1, 0, 2], [1, -1, 0.5]])
    one = renegotiation_proof_set(ag.StageGame.from_bimatrix(own, other))
    swapped = renegotiation_proof_set(ag.StageGame.from_bimatrix(other.T, own.T))
    grid = np.random.default_rng(4).uniform(-1, 3, (60, 2))
    verdicts = [one.verdict(v) for v in grid]
    assert verdicts == [swapped.verdict(v[::-1]) for v in grid]
    assert len(set(verdicts)) > 1


def test_pure_coordination_keeps_only_what_no_one_would_leave():
    # both prefer (a, a); punishing either must hurt both, so only the efficient payoff can be proof
    game = ag.StageGame.from_bimatrix([[2, 0], [0, 1]], [[2, 0], [0, 1]])
    found = renegotiation_proof_set(game)
    assert found.points is None
    assert found.verdict((1.5, 1.5)) != "excluded"
    assert found.verdict((0.1, 0.1)) == "excluded"


def test_a_payoff_set_restricts_the_answer():
    square = np.array([[1.0, 1], [2, 1], [2, 2], [1, 2]])
    given = PayoffSet(square, square, 0.0, np.ones(2), PD.players, 0.9, "given", game=GAME)
    found = renegotiation_proof_set(given)
    assert found.verdict((3, 3)) == "excluded"
    assert found.verdict((1.9, 1.9)) == "sufficient"
    assert sorted(found.points.tolist()) == sorted(square.tolist())


def judged(own, other, v):
    """The conditions of Farrell and Maskin for integer payoffs of two actions each, from their definition.

    The punisher's mixtures are scanned at steps of 1/840, which hold every point at which lines with integer
    coefficients up to 8 cross.
    """
    payoffs = np.stack([own, other])
    corners = payoffs.reshape(2, -1)
    # convex weights that give v: at most three corners, the fourth left out in turn
    inside = False
    for left in combinations(range(4), 3):
        system = np.vstack([corners[:, left], np.ones(3)])
        if abs(np.linalg.det(system)) > 1e-9:
            inside |= (np.linalg.solve(system, [*v, 1]) >= -1e-9).all()
    if not inside:
        return "excluded"
    sufficient, excluded = True, False
    for i in (0, 1):
        mine, his = (own, other) if i == 0 else (other.T, own.T)
        pure = any(
            mine[:, c].max() < v[i] - 1e-9 and his[a, c] >= v[1 - i] - 1e-9 for a, c in product((0, 1), repeat=2)
        )
        q = np.linspace(0, 1, 841)
        held = np.maximum(*(mine[a, 0] * (1 - q) + mine[a, 1] * q for a in (0, 1)))
        reward = np.maximum(*(his[a, 0] * (1 - q) + his[a, 1] * q for a in (0, 1)))
        # a pure action of the one who is punished suits the punisher best
        good = reward >= v[1 - i] - 1e-9
        sufficient &= pure
        excluded |= not good.any() or held[good].min() > v[i] + 1e-6
    return "sufficient" if sufficient else "excluded" if excluded else "open"


def test_verdicts_are_those_of_the_definition_on_random_games():
    rng = np.random.default_rng(1)
    seen = []
    for _ in range(25):
        own, other = rng.integers(0, 5, (2, 2, 2)).astype(float)
        corners = np.stack([own, other]).reshape(2, -1)
        found = renegotiation_proof_set(ag.StageGame.from_bimatrix(own, other))
        if np.linalg.matrix_rank(corners - corners[:, :1]) < 2:
            continue
        for v in [*corners.T, *(corners @ rng.dirichlet(np.ones(4)).round(1) for _ in range(3)), rng.integers(0, 6, 2)]:
            seen.append(judged(own, other, v))
            assert found.verdict(v) == seen[-1], (own, other, v)
    assert set(seen) == {"sufficient", "excluded", "open"}


def test_continuations_in_different_states_are_no_alternatives():
    """A rich state that lasts until anyone deploys, and a poor one for ever: nobody can agree to be rich again."""
    poor = ag.treaty.compliance(2.5, 1.5, 0.5, 0)
    ahead = np.zeros((2, 2, 2))
    ahead[..., 1] = 1
    ahead[0, 0] = [1, 0]
    stay = np.zeros((2, 2, 2))
    stay[..., 1] = 1
    game = ag.StochasticGame([PD, poor], [ahead, stay], states=["rich", "poor"])
    plan = ag.Automaton({"rich": [[1.0, 0.0]], "poor": [[0.0, 1.0]]}, np.zeros((1, 2, 2), int))
    found = renegotiation_proof(game, (plan, plan), discount=0.8)
    assert found.proof
    np.testing.assert_allclose(sorted(found.values[:, 0]), [0.5, 3])
    assert found.broken_by is None
    assert found.gain == 0
    # each plays in one way wherever it is, so nothing is enforced by a change of play
    assert found.enforcement == ()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: renegotiation_proof(PD, both(ag.grim), discount=0.9), WrongConcept, "RepeatedGame"),
        (lambda: renegotiation_proof(GAME, both(ag.grim), discount=1.5), InvalidGame, "discount is 1.5"),
        (
            lambda: renegotiation_proof(
                ag.RepeatedGame(PD, ag.Monitoring.detection(0.9, lag=2)), both(ag.grim), discount=0.9
            ),
            WrongConcept,
            "lag",
        ),
        (
            lambda: renegotiation_proof_set(ag.RepeatedGame(PD, ag.Monitoring.alarm(0.9))),
            WrongConcept,
            "perfect monitoring",
        ),
        (lambda: renegotiation_proof_set("PD"), WrongConcept, "load_scenario"),
        (lambda: renegotiation_proof_set(PD).verdict((1, 2, 3)), InvalidGame, "payoff"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
