"""Games with transfers against closed forms and against a direct search."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.solve.payoff_sets.bracket import payoff_bracket
from armsgame.solve.payoff_sets.transfers import transfer_critical_discount, transfer_payoff_set

PD = ag.RepeatedGame(ag.treaty.compliance(5, 3, 1, 0))


def public_goods(players: int, multiplier: float) -> ag.RepeatedGame:
    give = 1 - np.indices((2,) * players)
    return ag.RepeatedGame(ag.StageGame(multiplier / players * give.sum(axis=0) - give))


def direct(game: ag.RepeatedGame, delta: Fraction) -> set[tuple[str, ...]]:
    """Profiles that support each other, by brute force over lists of profiles."""
    stage = game.stage
    pay = [[Fraction(float(v)) for v in row] for row in stage.payoffs.reshape(len(stage.players), -1)]
    shape = stage.shape
    profiles = list(product(*(range(n) for n in shape)))
    place = {p: k for k, p in enumerate(profiles)}
    reply = [
        [max(pay[i][place[(*p[:i], a, *p[i + 1 :])]] for a in range(shape[i])) for p in profiles]
        for i in range(len(shape))
    ]
    found: set[int] = set()
    for mask in range(1, 2 ** len(profiles)):
        some = [k for k in range(len(profiles)) if mask >> k & 1]
        room = max(sum(row[k] for row in pay) for k in some) - sum(min(r[k] for k in some) for r in reply)
        if all(
            (1 - delta) * sum(r[k] - row[k] for r, row in zip(reply, pay, strict=True)) <= delta * room for k in some
        ):
            found |= set(some)
    return {stage.profiles[k] for k in found}


def test_public_goods_with_transfers_need_the_patience_of_grim():
    # four players, multiplier 1.6: (T - R)/(T - P) = 0.5, and liquidity is the surplus 4 x 0.6
    found = transfer_critical_discount(public_goods(4, 1.6), ("comply",) * 4)
    assert found.value == pytest.approx(0.5, abs=1e-12)
    assert found.holds(0.6)
    assert not found.holds(0.49)


@pytest.mark.parametrize("seed", range(12))
def test_the_admissible_profiles_are_the_largest_list_that_supports_itself(seed):
    rng = np.random.default_rng(seed)
    game = ag.RepeatedGame(ag.StageGame.from_bimatrix(*rng.integers(-4, 5, size=(2, 2, 3)).astype(float)))
    for delta in (Fraction(1, 5), Fraction(1, 2), Fraction(4, 5)):
        exact = transfer_payoff_set(game, discount=delta, exact=True)
        assert set(exact.details["admissible"]) == direct(game, delta)
        rounded = transfer_payoff_set(game, discount=float(delta))
        assert rounded.details["admissible"] == exact.details["admissible"]


@pytest.mark.parametrize("seed", range(6))
def test_the_threshold_of_a_profile_is_where_it_becomes_admissible(seed):
    rng = np.random.default_rng(100 + seed)
    game = ag.RepeatedGame(ag.StageGame(rng.integers(-4, 5, size=(3, 2, 2, 2)).astype(float)))
    for profile in game.stage.profiles:
        at = transfer_critical_discount(game, profile).value
        for shift in (-1e-6, 1e-6):
            if 0 < at + shift < 1:
                listed = transfer_payoff_set(game, discount=at + shift).details["admissible"]
                assert (profile in listed) == (shift > 0)


def test_exact_numbers_certify_the_knife_edge():
    found = transfer_payoff_set(PD, discount=Fraction(1, 2), exact=True)
    assert found.details["joint"] == Fraction(6)
    assert found.details["threats"] == (1, 1)
    assert found.details["profile"] == ("comply", "comply")
    assert np.allclose(found.outer, [[1, 1], [5, 1], [1, 5]])
    below = transfer_payoff_set(PD, discount=Fraction(499, 1000), exact=True)
    assert ("comply", "comply") not in below.details["admissible"]
    assert below.details["joint"] == Fraction(5)


def test_transfers_contain_what_is_enforced_without_them():
    for discount in (0.5, 0.8):
        without = payoff_bracket(PD, discount=discount)
        paid = transfer_payoff_set(PD, discount=discount)
        assert all(paid.contains(v, tolerance=1e-9) for v in without.inner)


def test_targets_in_payoffs_and_targets_that_no_patience_reaches():
    assert transfer_critical_discount(PD, (1.0, 1.0)).value == 0
    assert transfer_critical_discount(PD, (4.5, 1.5)).value == pytest.approx(0.5)
    never = transfer_critical_discount(PD, (5, 5))
    assert not never.exists
    assert not transfer_critical_discount(PD, (0.5, 3)).exists


def test_no_pure_equilibrium_and_several_players():
    pennies = ag.RepeatedGame(ag.StageGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]))
    assert transfer_payoff_set(pennies, discount=0.9).empty
    four = transfer_payoff_set(public_goods(4, 1.6), discount=0.6)
    assert four.details["joint"] == pytest.approx(2.4)
    assert four.outer.shape == (5, 4)


def test_bad_input_is_named():
    noisy = ag.RepeatedGame(PD.stage, ag.Monitoring.detection(0.9, 0.1))
    with pytest.raises(WrongConcept, match="payoff_bracket"):
        transfer_payoff_set(noisy, discount=0.9)
    with pytest.raises(InvalidGame, match="discount"):
        transfer_payoff_set(PD, discount=1)
    with pytest.raises(InvalidGame, match="target"):
        transfer_critical_discount(PD, ("comply",))
    with pytest.raises(InvalidGame, match="target"):
        transfer_critical_discount(PD, ("comply", 3))
    with pytest.raises(InvalidGame, match="Did you mean"):
        transfer_critical_discount(PD, ("comply", "comly"))


def test_indices_of_actions_mean_what_their_labels_mean() -> None:
    by_label = transfer_critical_discount(PD, ("comply", "comply")).value
    assert transfer_critical_discount(PD, (0, 0)).value == by_label
    assert transfer_critical_discount(PD, np.array([0, 0])).value == by_label
