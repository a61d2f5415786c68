import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame
from armsgame.negotiation import PayoffSets, Policies, Terms, inspection_quota, suspension, value_of_terms
from armsgame.negotiation.valued_games.batch_certificate import certified

EDGES = (
    ag.Treaty(),
    ag.Treaty().replace(detection=0.0, false_alarm=0.0),
    ag.Treaty().replace(pass_violating=0.0, pass_compliant=1.0),
    ag.Treaty().replace(detection=1.0, false_alarm={"US": 0.0, "Russia": 0.1}),
)


def random_treaties(count, seed):
    rng = np.random.default_rng(seed)
    spans = {
        "detection": (0, 0.9),
        "false_alarm": (0, 0.1),
        "pass_violating": (0, 1),
        "pass_compliant": (0.5, 1),
        "temptation": (1, 2),
        "outside_option": (-0.3, 0.8),
        "verification_cost": (0, 0.1),
        "audience_cost": (0, 5),
        "status_cost": (0, 3),
        "exit_cost_grounds": (0, 0.3),
    }
    drawn = [{n: {p: float(rng.uniform(*s)) for p in ("US", "Russia")} for n, s in spans.items()} for _ in range(count)]
    return [ag.Treaty().replace(**kw) for kw in drawn]


@pytest.mark.parametrize("profile", Policies().profiles, ids=Policies().names)
def test_the_batch_says_what_the_verifier_says(profile):
    treaties = [*EDGES, *random_treaties(4, 1)]
    for discount in (0.5, 0.95, 0.9999):
        for treaty, (values, gain, _, zero) in zip(treaties, certified(treaties, profile, discount), strict=True):
            known = ag.verify(treaty.game(), profile, discount=discount)
            np.testing.assert_allclose(values, known.values, atol=1e-9)
            assert gain == pytest.approx(known.max_gain, abs=1e-9)
            assert (gain <= zero) == known.ok


def test_treaties_with_parts_and_mixed_rules_go_to_the_verifier():
    leave = (ag.treaty.exit_on_alarm,) * 2
    mixed = (ag.treaty.exit_on_alarm, _shaky(ag.Treaty().game()))
    composed = ag.Treaty(parts=(ag.treaty.parts.Sanctions(),))
    for treaty, profile in ((composed, leave), (ag.Treaty(), mixed)):
        found = Policies((profile,)).value([treaty], 0.95)
        known = ag.verify(treaty.game(), profile, discount=0.95)
        assert not known.ok
        assert found.chosen[0] == -1
        assert found.gains[0] >= known.max_gain - 1e-12


def _shaky(game):
    """Exit on alarm by a party that deploys with probability 1/2 at the start."""
    rule = ag.treaty.exit_on_alarm.on(game, 1)
    outputs = {s: np.array(rule.law(s)) for s in game.states}
    outputs[game.states[0]][0] = 0.25
    return ag.Automaton(outputs, rule.next, states=rule.states)


def test_breaking_out_is_a_deviation_of_the_whole_game():
    """To deploy until an alarm and then to walk out pays 1.116 where the ladder pays .98."""
    treaty = ag.Treaty().replace(detection=0.3, outside_option=0.8)
    own = treaty.parameters[0]
    unseen = (1 - own.detection) * (1 - own.false_alarm)
    out = (0.2 * own.temptation + 0.8 * (1 - unseen) * 0.8) / (1 - 0.8 * unseen)
    assert out == pytest.approx(1.116, abs=1e-3)
    found = Policies().value([treaty], 0.8)
    assert found.chosen[0] == -1
    assert "walks out" in found.binding[0]


def test_a_suspension_starts_afresh_and_ends_with_an_exit():
    game = ag.Treaty().game()
    rule = suspension(2).on(game, 0)
    at = {label: k for k, label in enumerate(game.states)}
    calm, flagged, notice = at["in_force, none"], at["in_force, US"], at["notice(2)"]
    phase = 0
    for after, expected in ((flagged, 1), (calm, 2), (flagged, 0), (calm, 0), (notice, 3), (calm, 3)):
        phase = int(rule.next[phase, calm, after])
        assert phase == expected
    value = ag.verify(game, (suspension(1),) * 2, discount=0.95)
    assert value.ok
    # one alarm in a period of compliance costs one period of mutual deployment
    miss = 1 - 0.995**2
    assert value.values[0] == pytest.approx(1 / (1 + miss * 0.95), abs=1e-9)


def test_payoff_sets_hold_what_policies_reach():
    treaty = ag.Treaty(demand=False).replace(temptation=1.2, false_alarm=0.02)
    method = PayoffSets(gap=0.1, budget_seconds=20)
    found, policies = method.value([treaty], 0.6), Policies().value([treaty], 0.6)
    assert policies.chosen[0] >= 0
    assert found.bound[0] >= policies.values[0].sum() - 1e-9
    assert found.chosen[0] == 0
    assert found.values[0].sum() <= found.bound[0] + 1e-9
    hopeless = method.value([ag.Treaty().replace(detection=0.03)], 0.95)
    assert hopeless.chosen[0] == -1


def test_exit_is_told_with_every_answer():
    terms = Terms([inspection_quota((0, 1))])
    worth = value_of_terms(ag.Treaty(), terms, discount=0.95)
    assert any(a.startswith("exit: notice") for a in worth.assumptions)
    closed = value_of_terms(ag.Treaty(notice=False), terms, discount=0.95)
    assert any("nobody can give notice" in a for a in closed.assumptions)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        pytest.param(lambda: Policies(()), "at least one pair", id="none"),
        pytest.param(lambda: Policies(ag.treaty.exit_on_alarm), "at least one pair", id="scalar"),
        pytest.param(lambda: Policies((ag.treaty.exit_on_alarm,)), "at least one pair", id="single"),
        pytest.param(lambda: PayoffSets(gap=0), "gap", id="gap"),
        pytest.param(lambda: suspension(0), "periods", id="periods"),
    ],
)
def test_bad_options_are_refused(build, words):
    with pytest.raises(InvalidGame, match=words):
        build()
