"""The checker of one-shot games: right verdicts, exact and with floats, and clear refusals."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import numpy as np
import pytest

import armsgame as ag
from armsgame.checkers.one_shot import verify_stage

STAG_HUNT = ag.StageGame.from_bimatrix([[4, 1], [3, 2]], [[4, 3], [1, 2]])
HALF = ([0.5, 0.5], [0.5, 0.5])


def random_game(shape, seed):
    return ag.StageGame(np.random.default_rng(seed).normal(size=(len(shape), *shape)))


def test_mixed_equilibrium_of_the_stag_hunt_passes():
    certificate = ag.verify(STAG_HUNT, HALF)
    assert certificate.ok
    assert certificate.kind == "Nash"
    assert certificate.payoffs == (2.5, 2.5)
    assert [g.tolist() for g in certificate.gains] == [[0, 0], [0, 0]]


def test_exact_gains_are_fractions():
    certificate = ag.verify(STAG_HUNT, ([Fraction(1, 3), Fraction(2, 3)], [1, 0]), exact=True)
    assert certificate.exact
    assert certificate.max_gain == Fraction(2, 3)
    assert not certificate.ok
    assert certificate.where.player == "row"
    assert certificate.where.action == "comply"


@pytest.mark.parametrize("step", [1e-8, 1e-4, 0.1])
@pytest.mark.parametrize("exact", [False, True])
def test_perturbed_equilibrium_is_refused(step, exact):
    certificate = ag.verify(STAG_HUNT, ([0.5 + step, 0.5 - step], [0.5, 0.5]), exact=exact)
    assert not certificate.ok
    assert certificate.kind == "none"


def test_economic_tolerance_makes_a_kind_of_its_own():
    certificate = ag.verify(STAG_HUNT, ([0.5001, 0.4999], [0.5, 0.5]), tolerance=0.01)
    assert certificate.ok
    assert certificate.kind == "epsilon"


@pytest.mark.parametrize("shape", [(2, 3), (4, 4), (2, 3, 2), (2, 2, 2, 2)])
def test_float_gains_agree_with_exact_ones_within_the_bound(shape):
    game = random_game(shape, 7)
    rng = np.random.default_rng(8)
    profile = [rng.dirichlet(np.ones(n)) for n in shape]
    near, sure = ag.verify(game, profile), ag.verify(game, profile, exact=True)
    for a, b in zip(near.gains, sure.gains, strict=True):
        assert np.abs(a - b.astype(float)).max() <= near.tolerance


@pytest.mark.parametrize("scale", [1e300, 1e-300, 1.7e308])
def test_extreme_payoffs_neither_overflow_nor_vanish(scale):
    game = ag.StageGame.from_bimatrix(np.array([[1, -1], [-1, 1]]) * scale, np.array([[-1, 1], [1, -1]]) * scale)
    assert ag.verify(game, HALF).ok
    assert not ag.verify(game, ([0.6, 0.4], [0.5, 0.5])).ok


def test_pure_profiles_are_given_by_label_or_index():
    assert ag.verify(STAG_HUNT, ("comply", 0)).ok
    assert not ag.verify(STAG_HUNT, ("comply", 1)).ok


@pytest.mark.parametrize(
    ("profile", "text"),
    [
        (([0.5, 0.5],), "one per player"),
        (([0.5, 0.5], [1, 0, 0]), r"profile\[1\].shape"),
        (([0.5, 0.6], [1, 0]), "sum to 1"),
        (([-0.5, 1.5], [1, 0]), "at least 0"),
        (([np.nan, 1], [1, 0]), "at least 0"),
        ((["x", "y"], [1, 0]), "cannot be read"),
        (("defect", 0), "unknown"),
    ],
)
def test_faulty_profiles_are_named(profile, text):
    with pytest.raises(ag.InvalidGame, match=text):
        ag.verify(STAG_HUNT, profile)


def test_automata_on_a_stage_game_are_sent_to_the_repeated_game():
    with pytest.raises(ag.WrongConcept, match=r"RepeatedGame\(stage\)"):
        ag.verify(STAG_HUNT, (ag.grim, ag.grim))
    with pytest.raises(ag.WrongConcept, match=r"RepeatedGame\(stage\)"):
        ag.verify(STAG_HUNT, HALF, discount=0.9)


def test_game_in_time_needs_a_discount_factor():
    with pytest.raises(ag.InvalidGame, match="discount"):
        ag.verify(ag.RepeatedGame(STAG_HUNT), (ag.grim, ag.grim))


def test_batch_is_refused():
    with pytest.raises(ag.WrongConcept, match="batch"):
        verify_stage(ag.treaty.compliance(temptation=[1.2, 1.5]), HALF)


def test_negative_tolerance_is_refused():
    with pytest.raises(ag.InvalidGame, match="tolerance"):
        ag.verify(STAG_HUNT, HALF, tolerance=-1.0)


def test_a_certificate_states_its_gain_its_payoffs_and_what_counted_as_zero():
    certificate = verify_stage(STAG_HUNT, ("comply", 0))
    assert (certificate.payoffs, certificate.max_gain, certificate.exact) == ((4, 4), 0, False)
    # a range of 3, and twice as many roundings as there are actions, two per player and four
    assert certificate.tolerance == pytest.approx(3e-11 + 2 * (4 + 4 + 4) * 2.0**-52 * 3, rel=1e-9, abs=0)
    refused = verify_stage(STAG_HUNT, ("comply", 1))
    assert (refused.where.player, refused.where.action) == ("row", "deploy")
    assert refused.max_gain == 1
    exact = verify_stage(STAG_HUNT, ("comply", 1), exact=True)
    assert isinstance(exact.max_gain, Fraction)
    assert exact.tolerance == 0
    assert ag.verify(STAG_HUNT, ("comply", 1), tolerance=1).kind == "epsilon"


def test_payoffs_are_sums_over_all_profiles():
    rng = np.random.default_rng(9)
    for shape in ((2, 3), (2, 2, 2)):
        table = rng.integers(-4, 5, (len(shape), *shape))
        mixes = [[Fraction(int(c), int(own.sum())) for c in own] for own in (rng.integers(0, 4, n) + 1 for n in shape)]
        sums = [Fraction(0)] * len(shape)
        for acts in np.ndindex(shape):
            weight = prod(own[a] for own, a in zip(mixes, acts, strict=True))
            sums = [total + weight * int(table[(i, *acts)]) for i, total in enumerate(sums)]
        stage = ag.StageGame(table.astype(float))
        assert list(verify_stage(stage, mixes, exact=True).payoffs) == sums
        assert verify_stage(stage, mixes).payoffs == pytest.approx([float(total) for total in sums], abs=1e-12)


def test_the_player_that_gains_more_is_named_whoever_it_is():
    for seed in range(6):
        game = random_game((2, 3), seed)
        certificate = ag.verify(game, ([0.3, 0.7], [0.2, 0.3, 0.5]))
        tops = [own.max() for own in certificate.gains]
        who = int(np.argmax(tops))
        assert certificate.max_gain == tops[who]
        assert certificate.where.player == game.players[who]
        assert certificate.where.action == game.actions[who][int(certificate.gains[who].argmax())]


def test_exactness_is_yes_or_no():
    with pytest.raises(ag.InvalidGame, match="exact"):
        verify_stage(STAG_HUNT, HALF, exact="yes")


def test_a_gain_is_named_before_a_larger_one_that_counts_as_zero():
    # of payoffs up to 1e14 a gain of 1 is rounding; one half of payoffs up to 1 is not
    game = ag.StageGame.from_bimatrix([[0.5, 0.5], [1.0, 1.0]], [[1e14, 1e14 + 1], [0, 0]])
    found = ag.verify(game, ([1, 0], [1, 0]))
    assert [own.max() for own in found.gains] == [0.5, 1.0]
    assert (found.kind, found.where.player, found.where.action, found.max_gain) == ("none", "row", "deploy", 0.5)


@pytest.mark.parametrize("unit", [2.0**900, 2.0**-900])
def test_gains_and_payoffs_are_in_the_units_of_the_game(unit):
    game = ag.StageGame.from_bimatrix(unit * np.array([[3, 0], [5, 1]]), unit * np.array([[3, 5], [0, 1]]))
    found, one = (ag.verify(g, ([1, 0], [0.5, 0.5])) for g in (game, ag.StageGame(game.payoffs / unit)))
    assert found.max_gain == one.max_gain * unit == 1.5 * unit
    assert found.payoffs == tuple(v * unit for v in one.payoffs) == (1.5 * unit, 4 * unit)
    assert found.tolerance == one.tolerance * unit
