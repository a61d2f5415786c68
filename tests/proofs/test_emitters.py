"""Results prove what they claim: the file is accepted, and where there is none the result says why."""

import json
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from slow_decision import DECIDE

import armsgame as ag
from armsgame.errors import NotSolved, WrongConcept
from armsgame.proofs import check
from armsgame.proofs.rational import solved


def dilemma(monitoring=None):
    stage = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
    return ag.RepeatedGame(stage) if monitoring is None else ag.RepeatedGame(stage, monitoring)


def random_game(rng, states=2, actions=2, *, zero=False, observed="actions"):
    shape = (actions, actions)
    stages, laws = [], []
    for _ in range(states):
        one, two = rng.integers(-5, 6, size=(2, *shape))
        stages.append(ag.StageGame.from_bimatrix(one, -one if zero else two))
        laws.append(rng.dirichlet(np.ones(states), size=shape))
    return ag.StochasticGame(stages, laws, observed=observed)


def accepted(result, kind):
    found = ag.proof(result)
    assert found, str(found)
    assert found.file["claim"]["kind"] == kind
    code, _ = check.verdict(found.text.encode())
    assert code == 0
    if kind in DECIDE:
        assert DECIDE[kind](found.file)
    return found


def test_a_verdict_at_the_threshold_is_proved_and_below_it_refused():
    at = accepted(ag.verify(dilemma(), (ag.grim, ag.grim), discount=0.5), "perfect")
    assert at.file["claim"]["epsilon"]["num"] == 0
    below = accepted(ag.verify(dilemma(), (ag.grim, ag.grim), discount=0.5 - 2**-20), "refused")
    assert str(below).startswith("proved: the profile is no perfect equilibrium")


@pytest.mark.parametrize("seed", range(6))
def test_profiles_of_automata_are_proved_or_refused_as_verify_says(seed):
    rng = np.random.default_rng(seed)
    game = dilemma(ag.Monitoring.detection(0.9, 0.05)) if seed % 2 else dilemma()
    for rule in (ag.suspend(2), ag.grim, ag.mirror, ag.always_deploy, ag.contrite):
        certificate = ag.verify(game, (rule, rule), discount=float(rng.uniform(0.2, 0.95)))
        accepted(certificate, "perfect" if certificate.ok else "refused")


def test_an_equilibrium_within_a_tolerance_is_proved_with_it():
    certificate = ag.verify(dilemma(), (ag.grim, ag.grim), discount=0.49, tolerance=0.05)
    assert certificate.kind == "epsilon"
    assert accepted(certificate, "perfect").file["claim"]["epsilon"] == {"den": 20, "num": 1}


def test_many_pairs_have_values_in_intervals():
    found = accepted(ag.verify(dilemma(), (ag.suspend(90), ag.suspend(90)), discount=0.9), "perfect")
    box = found.file["claim"]["values"]
    assert len(found.file["witness"]["nodes"]) == 91
    assert box["den"] == 2**160
    rows = zip(box["lower"], box["upper"], strict=True)
    width = max(b - a for low, up in rows for a, b in zip(low, up, strict=True))
    assert 0 < width < 2**30


@pytest.mark.parametrize("seed", range(6))
def test_nash_equilibria_of_random_games_are_exact(seed):
    rng = np.random.default_rng(seed)
    stage = ag.StageGame.from_bimatrix(*rng.normal(size=(2, 3, 3)))
    for equilibrium in ag.nash(stage):
        assert accepted(equilibrium, "nash").file["claim"]["epsilon"]["num"] == 0


def test_what_is_no_equilibrium_has_no_proof_of_being_one():
    stage = dilemma().stage
    found = ag.verify(stage, ([1, 0], [1, 0])).proof
    assert not found
    assert str(found).startswith("none (float only)")
    with pytest.raises(NotSolved, match="no proof to write"):
        found.save("never.agp")


@pytest.mark.parametrize("seed", range(5))
def test_correlated_equilibria_are_proved_exactly(seed):
    rng = np.random.default_rng(seed)
    chicken = ag.StageGame.from_bimatrix([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    for stage in (chicken, ag.StageGame.from_bimatrix(*rng.normal(size=(2, 3, 3)))):
        assert accepted(ag.correlated(stage), "correlated").file["claim"]["epsilon"]["num"] == 0


@pytest.mark.parametrize("seed", range(4))
def test_markov_play_and_zero_sum_values_of_random_games_are_proved(seed):
    rng = np.random.default_rng(seed)
    game = random_game(rng, zero=True)
    from armsgame.solve.markov.zero_sum import zero_sum_value

    value = zero_sum_value(game, discount=0.9)
    box = accepted(value, "zero_sum").file["claim"]["values"]
    for k, v in enumerate(value.values):
        assert (
            float(Fraction(box["lower"][k], box["den"])) - 1e-9
            <= v
            <= float(Fraction(box["upper"][k], box["den"])) + 1e-9
        )
        assert Fraction(box["upper"][k] - box["lower"][k], box["den"]) < Fraction(1, 10**8)
    for equilibrium in ag.markov_perfect(random_game(rng), discount=0.8):
        epsilon = accepted(equilibrium, "perfect").file["claim"]["epsilon"]
        assert Fraction(epsilon["num"], epsilon["den"]) < Fraction(1, 10**9)


def test_the_value_of_a_model_of_a_game_is_proved_as_that_of_the_game():
    from armsgame.solve.markov.zero_sum import zero_sum_value

    game = random_game(np.random.default_rng(0), zero=True)
    model = SimpleNamespace(game=lambda: game)
    own, same = (accepted(zero_sum_value(asked, discount=0.9), "zero_sum").file["claim"] for asked in (model, game))
    assert own == same


def test_sequential_equilibria_are_proved_and_other_assessments_are_not():
    def payoffs(type, breakfast, reply):
        likes = breakfast == ("beer" if type == "surly" else "quiche")
        return likes + 2 * (reply == "leave"), (reply == "duel") == (type == "wimp")

    game = ag.ExtensiveGame.signalling({"surly": 0.9, "wimp": 0.1}, ["beer", "quiche"], ["leave", "duel"], payoffs)
    found = ag.trees.sequential_equilibria(game)
    assert len(found) == 2
    for assessment in found:
        assert accepted(assessment, "sequential").file["claim"]["epsilon"]["num"] == 0
    wrong = ag.trees.verify_assessment(game, [[1, 0], [1, 0], [0, 1], [0, 1]], [[1], [0.9, 0.1], [0.5, 0.5], [1]])
    assert not ag.proof(wrong)


@pytest.mark.parametrize(
    "rule", [ag.grim, ag.mirror, ag.suspend(2), ag.suspend(3), ag.contrite, ag.always_deploy], ids=str
)
def test_thresholds_are_proved_with_both_ends(rule):
    for game in (dilemma(), dilemma(ag.Monitoring.detection(0.9, 0.05))):
        threshold = ag.critical_discount(game, (rule, rule), exact=True)
        claim = accepted(threshold, "threshold").file["claim"]
        points = [Fraction(v, claim["points"]["den"]) for v in claim["points"]["num"]]
        for kind, a, b in zip(claim["pieces"], points, points[1:], strict=False):
            if kind == "gap":
                assert b - a <= Fraction(1, 2**49)
            else:
                assert threshold.holds((a + b) / 2) == (kind == "holds")


def test_lagged_alarms_and_other_objects_say_why_there_is_no_proof():
    lagged = dilemma(ag.Monitoring.detection(0.9, 0.05, lag=2))
    found = ag.verify(lagged, (ag.always_deploy, ag.always_deploy), discount=0.9).proof
    assert "without a lag" in str(found)
    with pytest.raises(WrongConcept, match="has no proof file"):
        ag.proof(lagged)


def test_a_saved_proof_is_what_the_property_says(tmp_path):
    certificate = ag.verify(dilemma(), (ag.grim, ag.grim), discount=0.6)
    path = certificate.save_proof(tmp_path / "grim.agp")
    assert path.read_text(encoding="utf-8") == certificate.proof.text
    assert json.loads(certificate.proof.text)["made_by"][0] == f"armsgame {ag.__version__}"
    assert check.main([str(path)]) == 0


def test_elimination_solves_and_says_where_it_cannot():
    lines = [{0: Fraction(0), 1: Fraction(2)}, {0: Fraction(1), 1: Fraction(1)}]
    assert solved(lines, [[Fraction(4)], [Fraction(5)]]) == [[3], [2]]
    with pytest.raises(ZeroDivisionError, match="singular"):
        solved([{0: Fraction(1), 1: Fraction(1)}] * 2, [[Fraction(1)]] * 2)


def swapped(stage):
    return ag.StageGame(stage.payoffs[::-1].swapaxes(1, 2), players=stage.players[::-1], actions=stage.actions[::-1])


def scaled(stage):
    return ag.StageGame(2.5 * stage.payoffs + np.array([-7.0, 0.25])[:, None, None], actions=stage.actions)


def with_dominated_action(stage):
    wide = np.full((2, 3, 3), -100.0)
    wide[:, :2, :2] = stage.payoffs
    return ag.StageGame(wide, actions=("comply", "deploy", "never"))


@pytest.mark.parametrize("change", [swapped, scaled, with_dominated_action])
def test_changes_that_leave_the_play_alone_leave_the_proof(change):
    stage = change(dilemma().stage)
    rng = np.random.default_rng(3)
    for equilibrium in ag.nash(stage):
        accepted(equilibrium, "nash")
    for _ in range(3):
        discount = float(rng.uniform(0.1, 0.9))
        punish = np.zeros((2, len(stage.profiles)), int)
        punish[0] = [0, *[1] * (len(stage.profiles) - 1)]
        punish[1] = 1
        law = np.eye(len(stage.actions[0]))[[0, 1]]
        rule = ag.Automaton(law, punish, states=("peace", "war"))
        certificate = ag.verify(ag.RepeatedGame(stage), (rule, rule), discount=discount)
        assert certificate.ok == (discount >= 0.5)
        accepted(certificate, "perfect" if certificate.ok else "refused")


def test_a_state_split_in_two_copies_has_a_proof_of_the_same_values():
    stage = dilemma().stage
    rule = ag.Automaton(
        {s: np.eye(2) for s in "ab"}, {s: [[0] * 2 + [1] * 6, [1] * 8] for s in "ab"}, states=("peace", "war")
    )
    game = ag.StochasticGame([stage] * 2, [np.full((2, 2, 2), 0.5)] * 2, states=("a", "b"))
    claim = accepted(ag.verify(game, (rule, rule), discount=0.5), "perfect").file["claim"]
    box = claim["values"]
    assert box["lower"] == box["upper"]
    assert sorted([v / box["den"] for v in row] for row in box["lower"]) == [[1, 1], [1, 1], [3, 3], [3, 3]]
