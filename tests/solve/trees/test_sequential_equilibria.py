"""Sequential equilibria by support: the propositions of published games, pure ones by another verb, and refusals."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

BEER = {("surly", "beer"): 1, ("surly", "quiche"): 0, ("wimp", "beer"): 0, ("wimp", "quiche"): 1}


def breakfast(surly: float) -> ag.ExtensiveGame:
    def payoffs(kind: str, meal: str, reply: str) -> tuple[float, float]:
        return BEER[kind, meal] + 2 * (reply == "leave"), float((reply == "duel") == (kind == "wimp"))

    types = {"surly": surly, "wimp": 1 - surly}
    return ag.ExtensiveGame.signalling(types, ["beer", "quiche"], ["leave", "duel"], payoffs)


def plays(found: ag.trees.AssessmentList) -> set[tuple[float, ...]]:
    return {tuple(np.round(np.concatenate(e.profile), 6).tolist()) for e in found}


@pytest.mark.parametrize(("challenger", "defender"), [(0.2, 0.3), (0.7, 0.3), (0.3, 0.6), (0.6, 0.9)])
def test_types_on_both_sides(challenger: float, defender: float) -> None:
    model = ag.catalogue.zagare_kilgour_udg(p_Ch=challenger, p_Def=defender)
    found = ag.trees.sequential_equilibria(model.game)
    assert all(e.certificate.kind == "sequential" for e in found)
    stated = model.equilibria(beliefs="any")
    assert len(found) == len(stated)
    ends = sorted(tuple(sorted((k, round(v, 9)) for k, v in e.outcomes.items())) for e in stated)
    own = [e.outcome_probabilities() for e in found]
    assert sorted(tuple(sorted((k, round(float(v), 9)) for k, v in o.items())) for o in own) == ends


def test_mixtures_after_signals_that_err() -> None:
    model = ag.catalogue.jelnov_tauman_zeckhauser_2017()
    (found,) = ag.trees.sequential_equilibria(model.game)
    (stated,) = model.equilibria()
    assert found.payoffs == pytest.approx([stated["value1"], stated["value2"]])


def test_weak_types_more_likely_than_not_mix() -> None:
    (found,) = ag.trees.sequential_equilibria(breakfast(0.4))
    assert found.profile[3] == pytest.approx([2 / 3, 1 / 3])
    assert found.profile[1] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("seed", range(6))
def test_pure_ones_are_those_of_the_enumeration_of_plans(seed: int) -> None:
    draw = np.random.default_rng(seed)
    table = {(t, m, r): tuple(draw.integers(0, 6, 2)) for t in "st" for m in "ab" for r in "xy"}
    game = ag.ExtensiveGame.signalling({"s": 0.3, "t": 0.7}, ["a", "b"], ["x", "y"], table)
    pure = plays(ag.trees.perfect_bayesian(game))
    found = ag.trees.sequential_equilibria(game)
    assert {p for p in plays(found) if all(x in (0.0, 1.0) for x in p)} == pure
    for e in found:
        again = ag.trees.verify_assessment(game, e.profile, e.beliefs)
        assert again.certificate.ok


def test_too_many_sets_are_refused_with_their_number() -> None:
    game = ag.catalogue.lewis_schultz_2003().game(3)
    with pytest.raises(ag.errors.InvalidGame, match="combinations of supports; allowed: 531,441"):
        ag.trees.sequential_equilibria(game)


def test_other_games_are_sent_elsewhere() -> None:
    with pytest.raises(ag.errors.WrongConcept, match="ExtensiveGame"):
        ag.trees.sequential_equilibria(ag.treaty.compliance())
    three = ag.catalogue.signorino_2003_123().game
    with pytest.raises(ag.errors.WrongConcept, match="3 parties"):
        ag.trees.sequential_equilibria(three)


def test_time_that_is_spent_is_told_with_what_was_found() -> None:
    with pytest.raises(ag.errors.NotSolved, match="is spent: 0 combinations") as told:
        ag.trees.sequential_equilibria(breakfast(0.9), budget_seconds=1e-9)
    assert len(told.value.result) == 0


def clash(out: float, left: float, right: float) -> ag.ExtensiveGame:
    """A stays out, or goes left or right unseen by B, who wants to match: B's reply must keep A out."""

    def reply(pays: tuple[float, float], match: tuple[int, int]) -> ag.Move:
        ends = {a: (pays[k], float(match[k])) for k, a in enumerate(("l", "r"))}
        return ag.Move("B", "unseen", ends)

    moves = {"out": (out, 0.5), "L": reply((left, 0.0), (1, 0)), "R": reply((0.0, right), (0, 1))}
    return ag.ExtensiveGame(["A", "B"], ag.Move("A", "start", moves))


@pytest.mark.parametrize(("out", "left", "right"), [(1.6, 3.0, 3.0), (1.6, 10.0, 1.9), (0.5, 100.0, 0.5025)])
def test_mixtures_off_the_path_that_keep_a_party_out_are_found(out: float, left: float, right: float) -> None:
    found = ag.trees.sequential_equilibria(clash(out, left, right))
    stays = [e for e in found if e.profile[0][0] == 1.0]
    assert stays
    for e in stays:
        assert e.certificate.kind == "sequential"
        share = float(e.profile[1][0])
        assert 1 - out / right - 1e-9 <= share <= out / left + 1e-9


def test_no_mixture_keeps_a_party_out_where_none_can() -> None:
    # out pays .5, and the reply would need a probability of at most 1/6 and of at least 5/6
    found = ag.trees.sequential_equilibria(clash(0.5, 3.0, 3.0))
    assert not [e for e in found if e.profile[0][0] == 1.0]


@pytest.mark.parametrize("outside", [0.2, 0.7])
def test_a_mixed_clash_behind_an_option_to_stay_out(outside: float) -> None:
    def second(pays: tuple[float, float]) -> ag.Move:
        return ag.Move("B", "clash", {"h": (pays[0], 1 - pays[0]), "t": (pays[1], 1 - pays[1])})

    inside = ag.Move("A", "inside", {"H": second((1.0, 0.0)), "T": second((0.0, 1.0))})
    game = ag.ExtensiveGame(["A", "B"], ag.Move("A", "start", {"out": (outside, 0.0), "in": inside}))
    (found,) = ag.trees.sequential_equilibria(game)
    assert found.profile[0][0] == float(outside > 0.5)
    for own in found.profile[1:]:
        assert own == pytest.approx([0.5, 0.5])
