"""Ends of agent branches, responses at high precision, and certificates against brute force."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from trees import entry, trust

import armsgame as ag


def deterrence(stay, clash, players=("A", "B")):
    """A may stay out; else both choose, neither knowing the other's choice."""
    a, b = players
    replies = {
        x: ag.Move(b, "reply", {y: clash[x, y] for y in sorted({k[1] for k in clash})})
        for x in sorted({k[0] for k in clash})
    }
    return ag.ExtensiveGame(players, ag.Move(a, "start", {"stay out": stay, "enter": ag.Move(a, "clash", replies)}))


PENNIES = {("x", "x"): (1, -1), ("x", "y"): (-1, 1), ("y", "x"): (-1, 2), ("y", "y"): (1, -1)}


def test_staying_out_before_a_mixed_clash_ends_certified():
    end = ag.trees.agent_branch(deterrence((1.0, 0.0), PENNIES)).equilibrium
    assert end.certificate.kind == "sequential"
    assert end.at("start")["stay out"] == 1
    # B indifferent: -p + 2 (1 - p) = p - (1 - p), so p = 3/5; A indifferent: 1/2
    assert end.at("clash")["x"] == pytest.approx(3 / 5, abs=1e-14)
    assert end.at("reply")["x"] == pytest.approx(1 / 2, abs=1e-14)
    assert list(end.belief("reply").values()) == pytest.approx([3 / 5, 2 / 5], abs=1e-14)


@pytest.mark.parametrize("seed", range(12))
def test_deterrence_before_any_clash_ends_certified(seed):
    rng = np.random.default_rng(seed)
    clash = {key: tuple(map(float, rng.integers(-2, 3, 2))) for key in product("xyz"[: 2 + seed % 2], "xyz")}
    assert ag.trees.agent_branch(deterrence((2.0, 0.0), clash)).equilibrium.certificate.kind == "sequential"


def test_a_second_inspection_game_behind_an_unreached_one_ends_certified():
    guess = {k: ag.Move("B", "second", {"l": (v, 1 - v), "r": (1 - v, v)}) for k, v in (("u", 0.0), ("d", 1.0))}
    inner = ag.Move("A", "again", guess)
    clash = PENNIES | {("y", "y"): inner}
    end = ag.trees.agent_branch(deterrence((3.0, 0.0), clash)).equilibrium
    assert end.certificate.kind == "sequential"
    assert end.at("again")["u"] == pytest.approx(0.5, abs=1e-12)


def test_ties_everywhere_end_certified():
    same = {key: (1.0, 1.0) for key in product("xy", "xy")}
    assert ag.trees.agent_branch(deterrence((1.0, 1.0), same)).equilibrium.certificate.kind == "sequential"


@pytest.mark.parametrize("precision", [1e3, 1e6])
def test_a_response_at_high_precision_is_the_logit_response(precision):
    one = ag.trees.agent_qre(trust(), precision=precision).assessment
    assert one.at("trusted")["abuse"] == pytest.approx(1, abs=1e-12)
    assert one.at("start")["not"] == pytest.approx(1, abs=1e-12)
    # a clash behind an exit: near its mixed equilibrium, where log-odds over precision are the gains
    one = ag.trees.agent_qre(deterrence((1.0, 0.0), PENNIES), precision=precision).assessment
    p, q = one.at("clash")["x"], one.at("reply")["x"]
    assert p == pytest.approx(3 / 5 - np.log(q / (1 - q)) / precision / 5, abs=1e-9)
    assert q == pytest.approx(1 / 2 + np.log(p / (1 - p)) / precision / 4, abs=1e-9)
    assert list(one.belief("reply").values()) == pytest.approx([p, 1 - p], abs=1e-12)


def test_a_response_beyond_floats_is_refused_with_the_precision_reached():
    third = {("x", "x"): (1 / 3, 0.1), ("x", "y"): (0.7, 0.3), ("y", "x"): (0.2, 0.9), ("y", "y"): (1 / 3, 0.7)}
    game = deterrence((0.1, 0.2), third)
    with pytest.raises(ag.NotSolved, match=r"followed to precision .* of 1e\+300, accurately .* to \d"):
        ag.trees.agent_qre(game, precision=1e300)


def test_trees_without_moves_or_choices_have_answers():
    draw = ag.ExtensiveGame(["one", "two"], ag.Chance({"a": (0.25, (1, 2)), "b": (0.75, (5, 2))}))
    lone = ag.ExtensiveGame(["one"], ag.Move("one", "x", {"only": (3,)}))
    for game, value in ((draw, [4, 2]), (ag.ExtensiveGame(["one"], (7,)), [7]), (lone, [3])):
        assert ag.backward_induction(game)[0].payoffs.tolist() == value
        assert ag.trees.agent_branch(game).equilibrium.certificate.kind == "sequential"
        assert ag.trees.agent_branch(game).equilibrium.payoffs.tolist() == value
        assert ag.trees.agent_qre(game, precision=1e6).assessment.payoffs.tolist() == value
        assert ag.trees.strategic_form(game).payoffs.ravel().tolist() == value
        assert ag.trees.backward_induction_batch(game).payoffs.tolist() == value
    assert ag.trees.sequence_form_equilibrium(draw).payoffs.tolist() == [4, 2]


def test_branches_of_probability_zero_settle_nothing():
    """A node that chance rules out has no belief beside one that may be reached, and does not move its set."""
    game = ag.ExtensiveGame(
        ["one", "two"],
        ag.Chance(
            {
                "never": (0.0, ag.Move("one", "x", {"a": (0, 1), "b": (9, 0)})),
                "always": (1.0, ag.Move("one", "x", {"b": (1, 1), "a": (2, 0)})),
            }
        ),
    )
    for end in (
        ag.backward_induction(game)[0],
        ag.trees.agent_branch(game).equilibrium,
        ag.trees.sequence_form_equilibrium(game),
    ):
        assert end.at("x") == {"a": 1, "b": 0}
        assert end.beliefs[0].tolist() == [0, 1]
        assert end.certificate.kind == "sequential"


def centipede(moves):
    node = (float(moves), float(moves))
    for k in reversed(range(moves)):
        ends = (k + 2.0, k - 1.0) if k % 2 == 0 else (k - 1.0, k + 2.0)
        node = ag.Move("AB"[k % 2], f"m{k}", {"take": ends, "pass": node})
    return ag.ExtensiveGame(["A", "B"], node)


def test_a_long_centipede_unravels_with_a_certificate():
    found = ag.backward_induction(centipede(400))
    assert [one.payoffs.tolist() for one in found] == [[2, -1]]
    assert found[0].certificate.kind == "sequential"
    assert found[0].certificate.subgame_gain == 0
    # one wrong move three quarters down the line is found there
    wrong = [own.copy() for own in found[0].profile]
    wrong[300] = np.array([0.0, 1.0])
    one = ag.trees.verify_assessment(found[0].game, wrong)
    assert one.certificate.irrational == ("B at m299", "A at m300")
    assert one.certificate.kind == "Nash"
    assert one.certificate.subgame_gain == 2.0


def test_many_equilibria_are_listed_each_with_the_certificate_that_it_has_alone():
    names = iter(range(10**6))

    def tree(depth, who=0):
        if not depth:
            return (0.0, 0.0)
        below = {k: tree(depth - 1, 1 - who) for k in "lr"}
        return ag.Move("AB"[who], f"n{next(names)}", below)

    game = ag.ExtensiveGame(["A", "B"], tree(5))
    found = ag.backward_induction(game)
    assert len(found) == 1000
    assert not found.complete
    assert len({one.flat.tobytes() for one in found}) == 1000
    for one in found[::333]:
        alone = ag.trees.verify_assessment(game, one.profile, one.beliefs)
        assert str(alone.certificate) == str(one.certificate)


def random_tree(rng, depth, hidden, players=2, span=2):
    """Level by level one mover or chance; a move is hidden from the others with some probability."""
    levels = []
    for _ in range(depth):
        who = int(rng.integers(-1, players))
        sees = [i == who or rng.random() >= hidden for i in range(players)]
        levels.append((who, sees, rng.random(2) < [0.0, 0.3]))

    def node(level, seen):
        if level == depth:
            return tuple(float(v) for v in rng.integers(0, span + 1, players))
        who, sees, ends = levels[level]
        below = {}
        for a in range(2):
            told = [own + f"{level}{a}" if sees[i] else own for i, own in enumerate(seen)]
            below[str(a)] = node(depth, told) if ends[a] else node(level + 1, told)
        if who < 0:
            return ag.Chance({a: (0.25 + 0.5 * int(a), kid) for a, kid in below.items()})
        return ag.Move(f"p{who}", f"{level}:{seen[who]}", below)

    return ag.ExtensiveGame([f"p{i}" for i in range(players)], node(0, [""] * players))


def worth(game, play, who, at):
    kids = game.children[at]
    if not kids:
        return Fraction(game.payoffs[int(np.searchsorted(game.terminals, at)), who])
    h = int(game.set_of[at])
    law = play[h] if h >= 0 else [Fraction(float(game.chances[c])) for c in kids]
    return sum((p * worth(game, play, who, c) for p, c in zip(law, kids, strict=True) if p), Fraction(0))


def most(game, play, who, nodes, weights):
    """Best worth over all plans of a player, tried one by one."""
    own = [h for h, s in enumerate(game.sets) if s.player == who]
    best = []
    for choice in product(*(range(game.sizes[h]) for h in own)):
        plan = {h: [Fraction(int(k == a)) for k in range(game.sizes[h])] for h, a in zip(own, choice, strict=True)}
        tried = play | plan
        best.append(sum(w * worth(game, tried, who, n) for w, n in zip(weights, nodes, strict=True)))
    return max(best)


@pytest.mark.parametrize("seed", range(25))
def test_gains_are_those_of_the_best_of_all_plans_whatever_is_believed(seed):
    rng = np.random.default_rng(seed)
    game = random_tree(rng, 3, 0.5)
    profile = [rng.multinomial(4, np.ones(n) / n) / 4 for n in game.sizes]
    beliefs = [rng.multinomial(4, np.ones(len(s.nodes)) / len(s.nodes)) / 4 for s in game.sets]
    one = ag.trees.verify_assessment(game, profile, beliefs)
    play = {h: [Fraction(p) for p in own.tolist()] for h, own in enumerate(profile)}
    for s, held, gains in zip(game.sets, beliefs, one.certificate.gains, strict=True):
        weights = [Fraction(p) for p in held.tolist()]
        now = sum(w * worth(game, play, s.player, n) for w, n in zip(weights, s.nodes, strict=True))
        assert max(gains) == pytest.approx(float(most(game, play, s.player, s.nodes, weights) - now), abs=1e-12)
    for roots, told in (((0,), one.certificate.nash_gain), (game.subgame_roots(), one.certificate.subgame_gain)):
        exact = max(most(game, play, i, (r,), [1]) - worth(game, play, i, r) for i in range(2) for r in {0, *roots})
        assert told == pytest.approx(float(exact), abs=1e-12)


@pytest.mark.parametrize("seed", range(15))
def test_backward_induction_lists_the_subgame_perfect_equilibria_that_enumeration_finds(seed):
    game = random_tree(np.random.default_rng(seed), 3, 0.0)
    listed = {tuple(int(own.argmax()) for own in one.profile) for one in ag.backward_induction(game)}
    found = set()
    for choice in product(*(range(k) for k in game.sizes)):
        play = {h: [Fraction(int(k == a)) for k in range(2)] for h, a in enumerate(choice)}
        if all(worth(game, play, s.player, s.nodes[0]) == most(game, play, s.player, s.nodes, [1]) for s in game.sets):
            found.add(choice)
    assert listed == found


@pytest.mark.parametrize("seed", range(25))
def test_branches_of_random_trees_with_ties_end_rational_at_every_set(seed):
    game = random_tree(np.random.default_rng(seed), 3, 0.6, span=1 + seed % 3)
    end = ag.trees.agent_branch(game).equilibrium
    play = {h: [Fraction(p) for p in own.tolist()] for h, own in enumerate(end.profile)}
    for s, held in zip(game.sets, end.beliefs, strict=True):
        weights = [Fraction(p) for p in held.tolist()]
        now = sum(w * worth(game, play, s.player, n) for w, n in zip(weights, s.nodes, strict=True))
        assert float(most(game, play, s.player, s.nodes, weights) - now) <= 1e-9


def test_entry_ends_the_same_whatever_the_unit_of_payoffs():
    base = ag.trees.agent_branch(entry()).equilibrium
    for scale, shift in ((1e-8, 0.0), (1e8, 0.0), (3.0, 1e7)):
        other = ag.trees.agent_branch(entry().with_payoffs(entry().payoffs * scale + shift)).equilibrium
        assert np.abs(other.flat - base.flat).max() < 1e-9
        assert other.certificate.kind == "sequential"


@pytest.mark.parametrize("seed", [15, 129, 144])
def test_who_is_indifferent_at_the_end_of_a_branch_mixes_as_responses_at_high_precision_do(seed):
    game = random_tree(np.random.default_rng(seed), 3, 0.6)
    end = ag.trees.agent_branch(game).equilibrium
    near = ag.trees.agent_qre(game, precision=1e6).assessment
    for own, responds in zip(end.profile, near.profile, strict=True):
        np.testing.assert_allclose(own, responds, atol=1e-7)
