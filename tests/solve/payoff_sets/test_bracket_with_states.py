"""Payoff sets of stochastic games with public signals: other solvers, symmetries, certificates, policies."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, NotSolved, WrongConcept
from armsgame.geometry.directions import directions_of
from armsgame.solve.payoff_sets.inner_set import image_of
from armsgame.solve.payoff_sets.operator import Operator, solve_program
from armsgame.solve.payoff_sets.outer_bound import Bound, outer_bound
from armsgame.solve.payoff_sets.placement import sharpened
from armsgame.solve.payoff_sets.state_image import best_image

CASES = json.loads((Path(__file__).parents[2] / "published" / "stochastic_sets.json").read_text(encoding="utf-8"))
ANGLES = 2 * np.pi * np.arange(16) / 16
CIRCLE = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
PD = ag.StageGame.from_bimatrix([[2, -1], [3, 0]], [[2, 3], [-1, 0]])
GOOD = np.array([[0.9, 0.5], [0.5, 0.2]])
SEEN = np.stack([GOOD, 1 - GOOD], axis=-1)
STAG = ag.StageGame.from_bimatrix([[4, -1], [3, 1]], [[4, 3], [-1, 1.5]])


def supports(found, inner=False):
    return np.array([[w.support(z, inner=inner) for z in CIRCLE] for w in found.values()])


def tense(swapped=False):
    """A calm and a tense state; only the state is seen."""
    calm = np.array([[0.9, 0.4], [0.35, 0.1]])
    back = np.array([[0.6, 0.3], [0.3, 0.05]])
    stages = [PD, STAG]
    if swapped:
        calm, back = calm.T, back.T
        stages = [ag.StageGame.from_bimatrix(s.payoffs[1].T, s.payoffs[0].T) for s in stages]
    laws = [np.stack([p, 1 - p], axis=-1) for p in (calm, back)]
    return ag.StochasticGame(stages, laws, states=("calm", "tense"), observed="state")


@pytest.fixture(scope="module")
def found():
    return ag.payoff_set(tense(), discount=0.8, method=ag.methods.LinearPrograms(gap=2e-3))


def test_one_state_is_the_repeated_game():
    repeated = ag.payoff_set(ag.RepeatedGame(PD, ag.Monitoring.public(SEEN)), discount=0.9)
    game = ag.StochasticGame([PD], signals=[SEEN[..., None]], observed="state")
    alone = ag.payoff_set(game, discount=0.9, method=ag.methods.LinearPrograms(gap=2e-3))
    (one,) = alone.values()
    # both brackets hold the same set
    assert (supports(alone)[0] >= [repeated.support(z, inner=True) - 1e-9 for z in CIRCLE]).all()
    assert (supports(alone, inner=True)[0] <= [repeated.support(z) + 1e-9 for z in CIRCLE]).all()
    assert one.support([0.5, 0.5]) == pytest.approx(1.75, abs=1e-9)
    assert one.threats == pytest.approx([0, 0], abs=1e-9)


@pytest.mark.parametrize("rate", [0.8, 0.03])
def test_the_treaty_without_states_meets_its_outer_bound(rate):
    repeated = ag.RepeatedGame(ag.treaty.compliance(), ag.Monitoring.detection(rate, 0.005))
    kernel = repeated.monitoring.kernel(repeated.stage).reshape(2, 2, -1, 1)
    game = ag.StochasticGame([repeated.stage], signals=[kernel], observed="state")
    known = outer_bound(repeated, discount=0.95)
    (one,) = ag.payoff_set(
        game, discount=0.95, method=ag.methods.LinearPrograms(gap=1, directions=8), throw=False
    ).values()
    assert one.details["profiles"] == known.profiles
    assert (np.array([one.support(z) for z in known.directions]) <= known.levels + 1e-4).all()


@pytest.mark.parametrize("case", CASES[:2], ids=lambda c: c["id"])
def test_actions_seen_as_signals_agree_with_the_polygons(case):
    stages = [ag.StageGame.from_bimatrix(s["A"], s["B"]) for s in case["states"]]
    laws = [np.array(s["P"]) for s in case["states"]]
    polygons = supports(ag.payoff_set(ag.StochasticGame(stages, laws), discount=case["discount"]))
    shown = [np.eye(p[..., 0].size).reshape(*p.shape[:-1], -1, 1) * p[..., None, :] for p in laws]
    game = ag.StochasticGame(stages, signals=shown, observed="state")
    bracket = ag.payoff_set(game, discount=case["discount"], method=ag.methods.LinearPrograms(gap=1e-2))
    assert (supports(bracket) >= polygons - 1e-7).all()
    assert (supports(bracket, inner=True) <= polygons + 1e-7).all()
    assert (supports(bracket) <= polygons + 1e-2).all()


def chance_of_states(seed, states=3):
    """Games of which the state alone is seen; the last state is the end of play."""
    rng = np.random.default_rng(seed)
    stages = [ag.StageGame.from_bimatrix(*rng.integers(-3, 4, (2, 2, 3)).astype(float)) for _ in range(states)]
    laws = list(rng.dirichlet(np.ones(states), size=(states, 2, 3)))
    laws[-1] = np.broadcast_to(np.eye(states)[-1], (2, 3, states))
    return ag.StochasticGame(stages, laws, observed="state")


@pytest.mark.parametrize("seed", [2, 3, 6, 7, 8, 13, 14])
def test_programs_left_out_would_not_raise_a_level_of_any_state(seed, monkeypatch):
    """Also where directions came and went at some states since the programs were solved."""
    solved = []

    def solve(p, ask, *more, **also):
        solved.append(len(ask))
        return solve_program(p, ask, *more, **also)

    monkeypatch.setattr("armsgame.solve.payoff_sets.state_image.solve_program", solve)
    game = chance_of_states(seed)
    bound = Bound.of(Operator.of(game, 0.7), directions_of(12, 2))
    added = programs = asked = 0
    for turn in range(5):
        h, c = bound.packed()
        for s in range(3):
            if bound.live(s):
                programs += len(bound.alive[s]) * len(bound.directions[s])
                some = best_image(bound, s, h, c, None)[0]
                every = bound.image(s, h, c, bound.directions[s], warm=False)[0]
                assert some == pytest.approx(every, abs=1e-9)
        asked += sum(solved)
        bound.run(1e-6, bound.iterations + 2)
        del solved[:]
        for s in (turn % 3, (turn + 1) % 2):
            corner, (made, _) = bound.corners(s), bound.attained(s)
            if len(corner) and len(made):
                added += sharpened(bound, s, corner, made, 1e-6)
    assert added > 10
    # some programs were left out
    assert asked < 0.9 * programs


def test_directions_added_at_states_leave_the_same_bound_as_directions_from_the_start():
    operator = Operator.of(tense(), 0.8)
    grown = Bound.of(operator, directions_of(16, 2))
    grown.run(1e-9, 500)
    for _ in range(3):
        for s in range(2):
            assert sharpened(grown, s, grown.corners(s), grown.attained(s)[0], 1e-6) > 0
        grown.run(1e-9, 2000)
    fresh = Bound.of(operator, grown.directions[0])
    fresh.directions = [own.copy() for own in grown.directions]
    fresh.levels = [np.maximum(own, 0).sum(axis=1) + 1e-15 for own in grown.directions]
    fresh.run(1e-9, 2000)
    assert grown.alive == fresh.alive
    for one, two in zip(grown.levels, fresh.levels, strict=True):
        assert np.abs(one - two).max() < 1e-8


def test_the_inner_sets_generate_themselves_in_one_step(found):
    operator = Operator.of(tense(), 0.8)
    points = [(w.inner - operator.shift) / operator.scale for w in found.values()]
    alive = [list(range(4)), list(range(4))]
    made, _ = image_of(operator, points, alive, [CIRCLE, CIRCLE])
    for own, image in zip(points, made, strict=True):
        assert ((image @ CIRCLE.T).max(axis=0) >= (own @ CIRCLE.T).max(axis=0) - 1e-8).all()


def test_the_bound_holds_what_it_generates_and_the_inner_set(found):
    assert max(w.gap for w in found.values()) <= 2e-3
    assert (supports(found) >= supports(found, inner=True) - 1e-9).all()
    assert all(w.details["converged"] for w in found.values())


def test_swapping_the_parties_mirrors_every_set(found):
    other = ag.payoff_set(tense(swapped=True), discount=0.8, method=ag.methods.LinearPrograms(gap=2e-3))
    for one, two in zip(found.values(), other.values(), strict=True):
        for z in CIRCLE:
            assert two.support(z[::-1]) == pytest.approx(one.support(z), abs=4e-3)


def test_renaming_splitting_and_unreachable_states_change_nothing(found):
    plain = tense()
    calm, law = plain.stages, plain.transitions
    # states in another order, the first one twice, and one that no play reaches
    laws = [
        np.stack([p[..., 1], p[..., 0] / 2, p[..., 0] / 2, 0 * p[..., 0]], axis=-1)
        for p in (law[1], law[0], law[0], law[1])
    ]
    game = ag.StochasticGame([calm[1], calm[0], calm[0], STAG], laws, states=("b", "a1", "a2", "c"), observed="state")
    other = ag.payoff_set(game, discount=0.8, method=ag.methods.LinearPrograms(gap=4e-3))
    for label, whole in (("a1", "calm"), ("a2", "calm"), ("b", "tense")):
        for z in CIRCLE:
            assert other[label].support(z) >= found[whole].support(z, inner=True) - 1e-9
            assert other[label].support(z) <= found[whole].support(z) + 4e-3


def test_affine_payoffs_turn_the_sets(found):
    plain = tense()
    stages = [ag.StageGame(np.stack([10 * s.payoffs[0] - 7, 0.1 * s.payoffs[1] + 2])) for s in plain.stages]
    game = ag.StochasticGame(stages, plain.transitions, states=plain.states, observed="state")
    other = ag.payoff_set(game, discount=0.8, method=ag.methods.LinearPrograms(gap=0.03))
    for label, one in found.items():
        moved = one.inner * [10, 0.1] + [-7, 2]
        assert all(other[label].contains(v, tolerance=1e-7) for v in moved)


def test_policies_deliver_points_of_the_inner_set():
    coarse = ag.payoff_set(tense(), discount=0.8, method=ag.methods.LinearPrograms(gap=0.2, directions=8))
    for label, one in coarse.items():
        for point in (one.inner[0], one.inner.mean(axis=0)):
            policy = ag.payoff_sets.policy_for(coarse, label, point)
            assert policy.ok
            assert policy.payoff == pytest.approx(point, abs=1e-6)
    with pytest.raises(InvalidGame, match="inner set"):
        ag.payoff_sets.policy_for(coarse, "calm", [50, 50])


def test_three_players_and_seen_actions():
    give = 1 - np.indices((2, 2, 2))
    goods = ag.StageGame(1.6 / 3 * give.sum(axis=0) - give)
    stay = np.where(give.sum(axis=0) == 3, 0.9, 0.5)[..., None]
    laws = [np.concatenate([stay, 1 - stay], axis=-1)] * 2
    bracket = ag.payoff_set(
        ag.StochasticGame([goods, goods], laws), discount=0.85, method=ag.methods.LinearPrograms(gap=0.1), throw=False
    )
    repeated = ag.payoff_set(ag.RepeatedGame(goods), discount=0.85, method=ag.methods.LinearPrograms(gap=0.1))
    for one in bracket.values():
        # the states differ in name alone
        for z in np.vstack([np.eye(3), -np.eye(3), np.ones((1, 3))]):
            assert one.support(z) >= repeated.support(z, inner=True) - 1e-9
            assert one.support(z, inner=True) <= repeated.support(z) + 1e-9


def test_states_without_equilibrium_are_empty_and_the_others_are_solved():
    pennies = ag.StageGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    first, last = np.zeros((2, 2, 3)), np.zeros((2, 2, 3))
    first[..., 1], last[..., 2] = 1, 1
    middle = np.zeros((2, 2, 3))
    middle[..., 1] = 1
    game = ag.StochasticGame([PD, pennies, PD], [first, middle, last], observed="state")
    bracket = ag.payoff_set(game, discount=0.7, method=ag.methods.LinearPrograms(gap=0.1, mixed=False))
    assert [w.empty for w in bracket.values()] == [True, True, False]
    assert np.allclose(bracket["state 2"].outer, [[0, 0]], atol=1e-9)


def test_an_absorbing_end_unravels_what_leads_to_it_for_sure():
    # two periods, then no treaty: the stage equilibrium is played throughout, with its payoff
    laws = [np.tile(np.eye(3)[t], (2, 2, 1)) for t in (1, 2, 2)]
    bracket = ag.payoff_set(ag.StochasticGame([PD] * 3, laws, observed="state"), discount=0.9)
    for one in bracket.values():
        assert one.gap < 1e-9
        assert np.allclose(one.inner, [[0, 0]], atol=1e-9)


def test_the_treaty_game_is_bracketed_at_every_state():
    game = ag.Treaty().game()
    bracket = ag.payoff_set(game, discount=0.9, method=ag.methods.LinearPrograms(gap=2, directions=8))
    assert list(bracket) == list(game.states)
    for label, one in bracket.items():
        assert one.gap <= 2
        assert all(one.contains(v, tolerance=1e-9) for v in one.inner)
        if label.startswith(("notice", "withdrawn")):
            # nothing is left to lose: mutual deployment
            assert np.allclose(one.inner, [[0, 0]], atol=1e-9)
            assert one.gap < 1e-9
    # mutual compliance without alarms is worth 1; alarms that are false cost something
    assert 0.5 < bracket["in_force, none"].support([0.5, 0.5], inner=True) < 1


def test_a_gap_that_is_not_met_is_an_error_with_the_bracket():
    with pytest.raises(NotSolved, match="asked: 1e-06") as caught:
        ag.payoff_set(tense(), discount=0.8, method=ag.methods.LinearPrograms(gap=1e-6, max_iter=1))
    kept = caught.value.result
    assert not any(w.details["converged"] for w in kept.values())
    assert (supports(kept) >= supports(kept, inner=True) - 1e-9).all()


def test_bad_input_is_named():
    with pytest.raises(WrongConcept, match="LinearPrograms"):
        ag.payoff_set(tense(), discount=0.8, method=ag.methods.PolygonOperator())
    with pytest.raises(InvalidGame, match="discount"):
        ag.payoff_set(tense(), discount=0)
    with pytest.raises(InvalidGame, match="directions"):
        ag.payoff_set(tense(), discount=0.5, method=ag.methods.LinearPrograms(directions=2))
    with pytest.raises(InvalidGame, match="gap"):
        ag.payoff_set(tense(), discount=0.5, method=ag.methods.LinearPrograms(gap=0))


def test_levels_of_the_bound_only_fall():
    bound = Bound.of(Operator.of(tense(), 0.8), directions_of(8, 2))
    before = [c.copy() for c in bound.levels]
    bound.run(1e-3, 200)
    assert all((new <= old).all() for new, old in zip(bound.levels, before, strict=True))


def seldom(rng, outcomes):
    """Probabilities of two actions each: in quarters, where much ties and some things cannot happen, or anything."""
    quarters = np.ones(outcomes) / outcomes
    return np.array([
        [rng.multinomial(4, quarters) / 4 if rng.random() < 0.5 else rng.dirichlet(np.ones(outcomes)) for _ in range(2)]
        for _ in range(2)
    ])  # fmt: skip


@pytest.mark.parametrize("observed", ["actions", "state", "signal"])
def test_the_bracket_of_a_game_that_once_revealed_a_fault(observed):
    # game 47 of seed 11 of the fuzz of state brackets (benchmarks/trust_states.py)
    rng = np.random.default_rng([11, 47])
    stages = [ag.StageGame(rng.integers(-3, 4, (2, 2, 2)).astype(float)) for _ in range(2)]
    if observed == "signal":
        given = {"signals": [seldom(rng, 4).reshape(2, 2, 2, 2) for _ in range(2)], "observed": "state"}
    else:
        given = {"transitions": [seldom(rng, 2) for _ in range(2)], "observed": observed}
    game, discount = ag.StochasticGame(stages, **given), float(rng.choice([0.2, 0.4, 0.5, 0.6, 0.7, 0.8]))
    found = ag.payoff_set(game, discount=discount, throw=False)
    assert (supports(found, inner=True) <= supports(found) + 1e-7).all()
    known = ag.markov_perfect(game, discount=discount, method=ag.methods.PureEnumeration(), throw=False)
    assert all(one.near(value, 1e-7) for play in known for one, value in zip(found.values(), play.values, strict=True))
    assert all(one.details["converged"] for one in found.values())


def test_what_is_given_at_a_state_bounds_its_row_alone():
    """The level of a payoff given enters the map of levels as it is, not what profiles generate beyond it."""
    game = chance_of_states(2)
    bound = Bound.of(Operator.of(game, 0.7), directions_of(12, 2))
    bound.given = [np.full((1, 2), 0.5)] * 3
    h, c = bound.packed()
    rows: list = []
    best = best_image(bound, 0, h, c, rows)[0]
    assert rows[0][2].const == pytest.approx(bound.directions[0].sum(axis=1) / 2, abs=1e-12)
    assert (best > rows[0][2].const + 0.01).any()


@pytest.mark.parametrize("seed", [2, 6, 13])
def test_rows_that_are_kept_bound_programs_at_lower_levels_as_well(seed):
    game = chance_of_states(seed)
    operator = Operator.of(game, 0.7)
    bound = Bound.of(operator, directions_of(12, 2))
    bound.run(1e-3, 2)
    h, c = bound.packed()
    rows: list = []
    best_image(bound, 0, h, c, rows)
    lower = c - 1e-3 * np.random.default_rng(seed).random(c.shape)
    alive, many = list(bound.alive[0]), len(bound.directions[0])
    bounds = rows[-1][2].upper(lower).reshape(len(alive), many)
    for own, k in zip(bounds, alive, strict=True):
        bound.alive[0] = [k]
        exact = bound.image(0, h, lower, bound.directions[0], warm=False)[0]
        assert (exact <= own + 1e-9).all()
