"""Sets of equilibrium payoffs prove their bounds, their points and what lies outside; thresholds prove both sides."""

import json

import numpy as np
import pytest
from slow_decision import DECIDE

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.proofs import check
from armsgame.thresholds import payoff_threshold, required_detection

DILEMMA = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
GOOD = np.array([[0.9, 0.5], [0.5, 0.2]])
NOISY = ag.RepeatedGame(ag.treaty.compliance(3, 2, 0, -1), ag.Monitoring.public(np.stack([GOOD, 1 - GOOD], axis=-1)))


def accepted(result, concludes=None, **options):
    """The proof, accepted by the checker and by the slow decision."""
    found = ag.proof(result, **options)
    assert found, str(found)
    assert check.verdict(found.text.encode()) == (0, found.told)
    claim = found.file["claim"]
    assert claim.get("concludes") == concludes
    assert DECIDE[claim["kind"]](found.file)
    return found


def levels(found, state=0):
    """Directions and levels of a claim, in floats."""
    claimed, dirs = found.file["claim"]["levels"], found.file["witness"]["directions"]
    return np.array(dirs["num"][state]) / dirs["den"], np.array(claimed["num"][state]) / claimed["den"]


@pytest.mark.parametrize("discount", [0.0, 0.2, 0.5, 0.75, 0.99])
def test_the_dilemma_has_proofs_of_both_sides_at_every_patience(discount):
    found = ag.payoff_set(ag.RepeatedGame(DILEMMA), discount=discount)
    h, c = levels(accepted(found, "set"))
    assert (found.outer @ h.T).max(axis=0) == pytest.approx(c, abs=1e-6)
    box = accepted(found, inner=True).file["claim"]["values"]
    reached = np.array(box["lower"], float) / box["den"]
    assert (reached @ h.T).max(axis=0) == pytest.approx(c, abs=1e-5)


def test_little_patience_holds_nothing_but_deployment():
    # at 1/5 neither complying alone, which costs P - S = 1 now, nor together can be rewarded enough
    found = ag.payoff_set(ag.RepeatedGame(DILEMMA), discount=0.2)
    h, c = levels(accepted(found, "set"))
    assert c == pytest.approx(h @ [1.0, 1.0], abs=1e-6)
    told = str(accepted(found, "outside", outside=[3, 3]))
    assert told.startswith("proved: no perfect public equilibrium in pure actions from one status has payoffs (3, 3)")


def test_a_payoff_that_is_reached_has_no_proof_of_being_outside():
    found = ag.payoff_set(ag.RepeatedGame(DILEMMA), discount=0.75)
    assert str(ag.proof(found, outside=[3, 3])) == "none (float only): the point is within all levels that were proved"


def test_a_game_without_pure_equilibrium_proves_that():
    pennies = ag.RepeatedGame(ag.StageGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]))
    found = ag.payoff_set(pennies, discount=0.9)
    assert found.empty
    assert (
        str(found.proof)
        == "proved: there is no perfect public equilibrium in pure actions from one status at discount 9/10."
    )
    accepted(found, "none")
    assert "no point" in str(ag.proof(found, inner=True))


@pytest.mark.parametrize("discount", [0.9, 0.999])
def test_noisy_signals_bound_the_best_symmetric_payoff(discount):
    # R - (T - R)(1 - p)/(p - q) = 2 - 1 * 0.1 / 0.4 = 7/4 (Abreu, Milgrom and Pearce 1991)
    found = ag.payoff_set(NOISY, discount=discount)
    accepted(found, "set")
    accepted(found, "outside", outside=[1.752, 1.752])
    assert not ag.proof(found, outside=[1.75 - 1e-6, 1.75 - 1e-6])
    box = accepted(found, inner=True).file["claim"]["values"]
    assert max(sum(row) for row in box["lower"]) / box["den"] <= 3.5


@pytest.mark.parametrize("seed", range(5))
def test_random_games_prove_their_sets_however_players_and_payoffs_are_written(seed):
    rng = np.random.default_rng(seed)
    one, two = rng.normal(size=(2, 3, 3))
    for row, column in ((one, two), (two.T, one.T), (3 * one - 7, two / 2 + 1)):
        found = ag.payoff_set(ag.RepeatedGame(ag.StageGame.from_bimatrix(row, column)), discount=0.6)
        accepted(found, "none" if found.empty else "set")
        if not found.empty:
            accepted(found, "outside", outside=found.outer.max(axis=0) + 0.01 * found.units)


def test_a_raised_payoff_makes_a_tight_proof_false_and_it_is_refused():
    proof = accepted(ag.payoff_set(ag.RepeatedGame(DILEMMA), discount=0.5), inner=True)
    file = json.loads(proof.text)
    file["game"]["payoffs"]["den"] *= 10**9
    for own in file["game"]["payoffs"]["num"][0]:
        own[:] = [10**9 * v for v in own]
    assert check.verdict(json.dumps(file).encode())[0] == 0
    # temptation, by one part in 10^9: at the threshold grim's deviation now gains
    file["game"]["payoffs"]["num"][0][0][2] += 1
    assert check.verdict(json.dumps(file).encode())[0] == 1


def test_sets_of_states_are_proved_together():
    calm = np.array([[0.9, 0.3], [0.3, 0.1]])
    game = ag.StochasticGame([DILEMMA, DILEMMA], [np.stack([calm, 1 - calm], -1)] * 2, states=("calm", "tense"))
    found = ag.payoff_set(game, discount=0.9)
    proof = accepted(found, "set")
    for s, one in enumerate(found.values()):
        h, c = levels(proof, s)
        assert ((one.outer @ h.T).max(axis=0) <= c + 1e-6).all()
    accepted(found, inner=True)
    assert "from tense has payoffs (4, 4)" in str(accepted(found, "outside", outside=[4, 4], state="tense"))
    assert "all states together" in str(ag.proof(found["calm"]))
    with pytest.raises(InvalidGame, match="state is 'warm'"):
        ag.proof(found, state="warm")


def test_a_state_without_equilibrium_takes_those_that_lead_there_with_it():
    pennies = ag.StageGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], players=DILEMMA.players)
    stay = np.zeros((2, 2, 2))
    stay[..., 0] = 1
    # only joint deployment leads from the treaty to the fight, which never ends
    stay[1, 1] = [0, 1]
    fight = np.zeros((2, 2, 2))
    fight[..., 1] = 1
    game = ag.StochasticGame([DILEMMA, pennies], [stay, fight], states=("treaty", "fight"))
    found = ag.payoff_set(game, discount=0.8)
    assert all(one.empty for one in found.values())
    assert "there is no perfect public equilibrium in pure actions from treaty" in str(accepted(found, "none"))


def test_three_players_have_proofs():
    stage = ag.StageGame(np.random.default_rng(1).integers(0, 6, size=(3, 2, 2, 2)))
    found = ag.payoff_set(ag.RepeatedGame(stage), discount=0.8)
    accepted(found, "set")
    accepted(found, inner=True)


def test_what_the_format_cannot_say_rests_on_floats():
    rng = np.random.default_rng(3)
    laws = [rng.dirichlet([1, 1], size=(2, 2)) for _ in range(2)]
    game = ag.StochasticGame([DILEMMA, DILEMMA], laws, observed="state")
    told = str(ag.proof(ag.payoff_set(game, discount=0.5)))
    assert told.startswith("none (float only): the format has pure actions only")


def test_options_belong_to_payoff_sets():
    found = ag.payoff_set(ag.RepeatedGame(DILEMMA), discount=0.5)
    with pytest.raises(InvalidGame, match="not both"):
        ag.proof(found, inner=True, outside=[4, 4])
    with pytest.raises(InvalidGame, match="one state"):
        ag.proof(found, state="calm")
    with pytest.raises(WrongConcept, match="no option inner"):
        ag.proof(ag.verify(ag.RepeatedGame(DILEMMA), (ag.grim, ag.grim), discount=0.5), inner=True)
    with pytest.raises(WrongConcept, match="no option upper"):
        ag.proof(found, upper=True)


def test_a_set_is_saved_with_its_option(tmp_path):
    found = ag.payoff_set(ag.RepeatedGame(DILEMMA), discount=0.5)
    path = found.save_proof(tmp_path / "set.agp", outside=[4, 4])
    assert check.verdict(path.read_bytes())[1].startswith("proved: no perfect public equilibrium")


@pytest.mark.parametrize("target", [None, (3.0, 3.0)])
def test_the_threshold_of_a_target_proves_both_sides(target):
    found = payoff_threshold(ag.RepeatedGame(DILEMMA), target)
    file = accepted(found).file
    sides = [file["witness"][key]["game"]["discount"] for key in ("fails", "holds")]
    low, high = (d["num"] / d["den"] for d in sides)
    assert 0.4995 < low < 0.5 <= high < 0.501


def test_required_detection_proves_both_sides():
    found = required_detection(DILEMMA, discount=0.8, false_alarm=0.01, tolerance=1e-2)
    told = str(accepted(found))
    assert "with chances" in told
    assert "plays profile 0" in told
    assert str(payoff_threshold(ag.RepeatedGame(DILEMMA), (4.0, 4.0)).proof).startswith("none (float only)")
