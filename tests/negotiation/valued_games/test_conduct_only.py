import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame
from armsgame.negotiation import OneStatus
from armsgame.negotiation.valued_games.conduct_only import Conduct, deviation_gains

LENGTHS = {"suspend(1)": 1.0, "suspend(3)": 3.0, "grim": np.inf, "leave": 0.0}


def best_reply(treaty, i, length, delta):
    """Values of the reaction and of the best plan of party i at every state, by iterating a decision problem.

    States are numbered: 0 in force, then the suspended periods. Leaving ends the game with the outside option.
    """
    own, other = treaty.parameters[i], treaty.parameters[1 - i]
    paid, away = own.verification_cost, own.punishment + own.outside_option
    states = 1 if length == 0 else 2 if np.isinf(length) else 1 + int(length)
    pay = {
        ("comply", True): own.reward,
        ("deploy", True): own.temptation,
        ("comply", False): own.sucker,
        ("deploy", False): own.punishment,
    }

    def alarm(conduct):
        mine = own.detection if conduct == "deploy" else own.false_alarm
        return 1 - (1 - mine) * (1 - other.false_alarm)

    def after(state):
        return state if np.isinf(length) else (state + 1) % states

    def worth(value, state, conduct):
        now = (1 - delta) * (pay[conduct, state == 0] - paid)
        if state > 0:
            return now + delta * value[after(state)]
        on_alarm = away if length == 0 else value[1]
        return now + delta * (alarm(conduct) * on_alarm + (1 - alarm(conduct)) * value[0])

    rule, best = np.zeros(states), np.zeros(states)
    for _ in range(350):
        rule = np.array([worth(rule, s, "comply" if s == 0 else "deploy") for s in range(states)])
        best = np.array([max(away, *(worth(best, s, c) for c in ("comply", "deploy"))) for s in range(states)])
    return rule, best


def random_treaty(rng):
    spans = {
        "detection": (0.05, 0.9),
        "false_alarm": (0.001, 0.1),
        "temptation": (1.0, 2.0),
        "outside_option": (-0.6, 0.9),
        "verification_cost": (0.0, 0.2),
        "sucker": (-0.6, 0.0),
    }
    return ag.Treaty().replace(**{n: {p: float(rng.uniform(*s)) for p in ("US", "Russia")} for n, s in spans.items()})


@pytest.mark.parametrize("name", LENGTHS)
def test_a_reaction_holds_where_no_plan_with_exit_does_better(name):
    rng = np.random.default_rng(5)
    seen = set()
    for _ in range(60):
        treaty, delta = random_treaty(rng), float(rng.choice([0.4, 0.7, 0.9]))
        value, _, _, holds = deviation_gains(Conduct.of([treaty]), LENGTHS[name], delta, leaving=True)
        each = [best_reply(treaty, i, LENGTHS[name], delta) for i in (0, 1)]
        np.testing.assert_allclose(value[0], [rule[0] for rule, _ in each], atol=1e-9)
        gain = max(float((best - rule).max()) for rule, best in each)
        if abs(gain) > 1e-8 or gain == 0:
            assert holds[0] == (gain <= 1e-8), (name, gain)
        seen.add(bool(holds[0]))
    assert seen == {True, False}


def test_nobody_pays_for_inspections_for_ever_where_leaving_is_free():
    treaty = ag.Treaty().replace(verification_cost=0.1)
    values = OneStatus(suspensions=(), grim=True).value([treaty], 0.95)
    assert OneStatus(suspensions=(), grim=True).names[values.chosen[0]] == "leave"
    kept = OneStatus(suspensions=(), grim=True, exit=False)
    assert kept.names[kept.value([treaty], 0.95).chosen[0]] == "grim"
    assert any("nobody can leave" in a for a in kept.assumptions)


def test_an_outside_option_above_the_value_leaves_nothing_to_keep():
    good, tempting = ag.Treaty(), ag.Treaty().replace(outside_option={"US": 1.2})
    found = OneStatus().value([good, tempting], 0.95)
    assert found.chosen[0] >= 0
    assert found.chosen[1] == -1
    assert "US leaves" in found.binding[1]


def test_affine_changes_of_payoffs_change_no_verdict():
    rng = np.random.default_rng(9)
    shifted = ("temptation", "reward", "punishment", "sucker")
    scaled = ("outside_option", "verification_cost")
    for _ in range(20):
        treaty = random_treaty(rng)
        both = dict(zip(treaty.parties, treaty.parameters, strict=True))
        changes = {n: {p: 3 * getattr(own, n) + 7 for p, own in both.items()} for n in shifted}
        changes |= {n: {p: 3 * getattr(own, n) for p, own in both.items()} for n in scaled}
        moved = treaty.replace(**changes)
        one, two = (OneStatus().value([t], 0.9) for t in (treaty, moved))
        assert one.chosen[0] == two.chosen[0]
        if one.chosen[0] >= 0:
            np.testing.assert_allclose(3 * one.values + 7, two.values, atol=1e-9)


def test_without_exit_values_are_those_of_the_verifier():
    rng = np.random.default_rng(2)
    method = OneStatus(exit=False)
    for _ in range(10):
        treaty = random_treaty(rng)
        found = method.value([treaty], 0.9)
        best = (-np.inf, -1)
        for k, name in enumerate(method.names):
            strategy = ag.grim if name == "grim" else ag.suspend(int(name[8:-1]))
            checked = ag.verify(treaty.one_status(), (strategy, strategy), discount=0.9)
            if checked.ok and sum(checked.values) > best[0] + 1e-9:
                best = (sum(checked.values), k)
        assert found.chosen[0] == best[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"suspensions": (0,)}, "at least 1", id="zero"),
        pytest.param({"suspensions": 3}, "a sequence", id="scalar"),
        pytest.param({"suspensions": (2, 2)}, "different", id="twice"),
        pytest.param({"exit": 1}, "True or False", id="exit"),
        pytest.param({"suspensions": (), "grim": False}, "grim=True", id="nothing"),
    ],
)
def test_bad_options_are_refused(options, words):
    with pytest.raises(InvalidGame, match=words):
        OneStatus(**options)
