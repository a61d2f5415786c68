"""Agent responses where chance alone settles beliefs: against closed forms and the followed curve."""

from __future__ import annotations

from itertools import count
from math import exp, log

import numpy as np
import pytest

import armsgame as ag
from armsgame.solve.continuation import correct_at, trace
from armsgame.solve.trees.agent_logit_equations import TreeField
from armsgame.solve.trees.agent_logit_recursion import ChanceSettled


def centipede(moves, offset=0.0):
    node = (moves + offset, moves + offset)
    for k in reversed(range(moves)):
        ends = (k + 2 + offset, k - 1 + offset)[:: 1 if k % 2 == 0 else -1]
        node = ag.Move("AB"[k % 2], f"m{k}", {"take": ends, "pass": node})
    return ag.ExtensiveGame(["A", "B"], node)


def logistic(x):
    return 1 / (1 + exp(-x)) if x > -700 else 0.0


def random_tree(rng, depth, span, blind):
    """Small integers, so that many payoffs tie; with `blind` a first move of chance that nobody sees."""
    names = count()

    def node(level):
        if level == depth or rng.random() < 0.1 * level:
            return tuple(float(v) for v in rng.integers(0, span + 1, 2))
        kids = {str(a): node(level + 1) for a in range(int(rng.integers(1, 4)))}
        if rng.random() < 0.3:
            law = np.array([[1.0], [0.25, 0.75], [0.5, 0.0, 0.5]][len(kids) - 1], dtype=object)
            return ag.Chance({a: (p, kid) for p, (a, kid) in zip(law, kids.items(), strict=True) if p})
        return ag.Move(f"p{rng.integers(2)}", f"n{next(names)}", kids)

    if not blind:
        return ag.ExtensiveGame(["p0", "p1"], node(0))

    def told(own):
        values = rng.integers(0, span + 1, (4, 2)).astype(float)
        below = {a: ag.Move("p1", f"{own}{a}", {"l": values[k], "r": values[2 + k]}) for k, a in enumerate("xy")}
        return ag.Move("p0", "blind", below)

    return ag.ExtensiveGame(["p0", "p1"], ag.Chance({"u": (0.25, told("u")), "d": (0.75, told("d"))}))


def followed(game, precision):
    """Response on the curve of the homotopy, which knows nothing of the order of moves."""
    law = TreeField(game, game.payoffs)
    curve = trace(law, lambda y: y[-1] >= precision, steps=3000)
    before, last = curve.points[-2:]
    start = before + (precision - before[-1]) / (last[-1] - before[-1]) * (last - before)
    return np.exp(correct_at(law, start, precision)[:-1])


def test_two_moves_have_the_closed_form_at_every_precision():
    game = ag.ExtensiveGame(
        ["one", "two"],
        ag.Move(
            "one",
            "start",
            {"trust": ag.Move("two", "trusted", {"honour": (1, 1), "abuse": (-1, 2)}), "not": (0, 0)},
        ),
    )
    for t in (0.0, 0.3, 2.0, 40.0, 1e3, 1e6, 1e300):
        answer = ag.trees.agent_qre(game, precision=t)
        honour = logistic(-t)
        assert answer.at("trusted")["honour"] == pytest.approx(honour, rel=1e-13)
        assert answer.at("start")["trust"] == pytest.approx(logistic(t * (2 * honour - 1)), rel=1e-13)
        assert (answer.turns, answer.crossings) == (0, 0)
    # in logarithms also where floats have nothing between a probability and zero
    logs = ChanceSettled(game).response(1e6)
    assert logs.tolist() == [-1e6, 0.0, -1e6, 0.0]


@pytest.mark.parametrize("seed", range(16))
def test_the_recursion_meets_the_followed_curve(seed):
    game = random_tree(np.random.default_rng(seed), 4, 1 + seed % 3, blind=seed % 4 == 3)
    assert ChanceSettled.suits(game)
    for precision in (0.8, 7.0, 60.0):
        answer = ag.trees.agent_qre(game, precision=precision)
        assert np.abs(answer.assessment.flat - followed(game, precision)).max() < 1e-9
        assert answer.residual < 1e-12
    branch = ag.trees.agent_branch(game)
    assert branch.equilibrium.certificate.kind == "sequential"
    assert np.abs(branch.equilibrium.flat - followed(game, 2e3)).max() < 1e-9
    assert branch.distance <= 1e-6
    assert branch.precisions[0] == 0
    assert (np.diff(branch.precisions) > 0).all()
    for k in (1, len(branch) // 2, len(branch) - 1):
        own = np.concatenate([part[k] for part in branch.profiles])
        assert np.abs(own - followed(game, branch.precisions[k])).max() < 1e-9
    moves = np.concatenate([np.abs(np.diff(part, axis=0)).ravel() for part in branch.profiles])
    assert moves.max() <= 0.1


@pytest.mark.parametrize("seed", range(10))
def test_ends_with_ties_are_limits_of_responses(seed):
    tree = ChanceSettled(random_tree(np.random.default_rng(50 + seed), 5, 1, blind=False))
    assert np.abs(np.exp(tree.response(1e5)) - tree.limit()).max(initial=0.0) < 1e-12


def test_a_tie_in_the_limit_alone_is_split_evenly():
    # asking is worth just under one at every precision, and one in the limit
    ask = ag.Move("two", "asked", {"yes": (1, 1), "no": (-1, 0)})
    game = ag.ExtensiveGame(["one", "two"], ag.Move("one", "start", {"ask": ask, "leave": (1, 1), "lose": (0, 0)}))
    end = ag.trees.agent_branch(game).equilibrium
    assert end.at("start") == {"ask": 0.5, "leave": 0.5, "lose": 0.0}
    t = 30.0
    odds = ag.trees.agent_qre(game, precision=t).at("start")
    assert log(odds["ask"] / odds["leave"]) == pytest.approx(-2 * t * logistic(-t), rel=1e-2)


def test_a_gap_that_rounding_explains_is_a_tie_and_a_larger_one_is_followed_to_its_end():
    def choice(gap):
        fair = ag.Chance({k: (1 / 3, (v,)) for k, v in zip("abc", (0.0, 0.3, 0.6), strict=True)})
        return ag.ExtensiveGame(["one"], ag.Move("one", "x", {"draw": fair, "safe": (0.3 + gap,), "none": (-0.7,)}))

    for offset in (0.0, 1e6):
        tied = choice(0.0)
        end = ag.trees.agent_branch(tied.with_payoffs(tied.payoffs + offset)).equilibrium
        assert end.at("x") == {"draw": 0.5, "safe": 0.5, "none": 0.0}
        assert end.certificate.kind == "sequential"
    with pytest.raises(ag.NotSolved, match=r"reached precision .* without a certified end"):
        ag.trees.agent_branch(choice(1e-10))
    assert ag.trees.agent_branch(choice(1e-10), max_precision=1e13).equilibrium.at("x")["safe"] == 1
    cut = ag.trees.agent_branch(choice(0.1), max_precision=3.0, throw=False)
    assert cut.precisions[-1] == 3
    assert cut.equilibrium is None


@pytest.mark.parametrize("precision", [1.0, 1e3, 1e6])
def test_a_long_centipede_has_its_response_at_any_precision(precision):
    game = centipede(400)
    answer = ag.trees.agent_qre(game, precision=precision)
    # from the last move up, in floats: each passes for what the other's choice makes of it
    worth = [400.0, 400.0]
    for k in reversed(range(400)):
        ends = (k + 2.0, k - 1.0)[:: 1 if k % 2 == 0 else -1]
        take = logistic(precision * (ends[k % 2] - worth[k % 2]))
        assert answer.at(f"m{k}")["take"] == pytest.approx(take, abs=1e-11)
        worth = [take * e + (1 - take) * w for e, w in zip(ends, worth, strict=True)]


def test_branches_of_long_centipedes_end_certified():
    for moves, offset in ((50, 0.0), (50, 1e5), (200, 0.0)):
        branch = ag.trees.agent_branch(centipede(moves, offset))
        assert branch.equilibrium.certificate.kind == "sequential"
        assert branch.equilibrium.payoffs.tolist() == [2 + offset, -1 + offset]
        assert all(own.tolist() == [1, 0] for own in branch.equilibrium.profile)


def with_moves():
    for seed in range(24):
        game = random_tree(np.random.default_rng([9, seed]), 5, 1 + seed % 3, blind=seed % 4 == 3)
        if game.sets:
            yield game
    yield from (centipede(12), centipede(12, 1e3))


def test_a_pass_is_no_further_off_than_it_says():
    """Passes of few digits, whose errors show, against passes of many."""
    seen = said = 0.0
    for game in with_moves():
        tree = ChanceSettled(game)
        for precision in (0.8, 60.0, 1e4):
            exact = np.exp(tree._logit(precision, 120)[0])
            for digits in (9, 12, 14):
                logs, error = tree._logit(precision, digits)
                off = float(np.abs(np.exp(logs) - exact).max())
                assert off <= float(error) + 1e-15
                seen, said = max(seen, off if error < 1 else 0.0), max(said, off)
    # some passes are off by far more than floats, or nothing was tested
    assert seen > 1e-9
    assert said > 1e-6


def test_responses_are_those_of_many_more_digits():
    for game in with_moves():
        tree = ChanceSettled(game)
        for precision in (0.0, 7.0, 1e3, 1e9):
            logs = tree.response(precision)
            many = tree._logit(precision, 150)[0]
            assert np.abs(np.exp(logs) - np.exp(many)).max() <= 2e-15
            np.testing.assert_allclose(logs, many, rtol=1e-14, atol=1e-14)


def test_batches_are_refused():
    game = ag.ExtensiveGame(["one"], ag.Move("one", "x", {"a": (np.array([0.0, 1.0]),), "b": (0.5,)}))
    for verb in (ag.trees.agent_branch, lambda g: ag.trees.agent_qre(g, precision=1.0)):
        with pytest.raises(ag.WrongConcept, match="batch axes"):
            verb(game)
    assert ag.trees.agent_branch(game[1]).equilibrium.at("x")["a"] == 1
