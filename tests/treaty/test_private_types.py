"""A treaty whose parties have private types: payoffs of each, thresholds of trust, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

CORE = ag.Treaty()
KINDS = {"content": {}, "tempted": {"temptation": 2.5}}
TYPES = {party: KINDS for party in CORE.parties}
SEPARATING = {p: {"content": ag.treaty.exit_on_alarm, "tempted": ag.treaty.tempted} for p in CORE.parties}
POOLING = {p: ag.treaty.exit_on_alarm for p in CORE.parties}


def prior(content, kinds=("content", "tempted")):
    return {p: dict(zip(kinds, (content, 1 - content), strict=True)) for p in CORE.parties}


@pytest.mark.parametrize("observed", ["state", "moves"])
def test_each_pair_of_types_plays_the_treaty_with_their_parameters(observed):
    treaty = CORE.replace(outside_option={"US": 0.2}, parts=(ag.treaty.parts.Climate(shift={"reward": (0, -0.1)}),))
    kinds = {
        "US": {"a": {}, "b": {"temptation": 2.5, "climate.reward in hostile": -0.7}},
        "Russia": {"c": {"outside_option": 1.3}, "d": {"standing": 0.2, "concealment_cost": 0.1}},
    }
    game = treaty.with_types(kinds, {"US": [0.5, 0.5], "Russia": [0.1, 0.9]}, observed=observed)
    shifted = treaty.replace(**{"climate.shift": {"reward": (0, (-0.7, -0.1))}})
    for first, base in (("a", treaty), ("b", shifted)):
        for second in ("c", "d"):
            own = {"US": kinds["US"][first], "Russia": kinds["Russia"][second]}
            changes = {}
            for party, named in own.items():
                for name, value in named.items():
                    if "." not in name:
                        changes.setdefault(name, {})[party] = value
            want = base.replace(**changes).game(observed)
            for one, other in zip(game.one_type(first, second).stages, want.stages, strict=True):
                np.testing.assert_allclose(one.payoffs, other.payoffs, rtol=0, atol=1e-13)


def test_one_type_a_side_is_verified_as_the_treaty_itself():
    game = CORE.with_types({p: {"content": {}} for p in CORE.parties})
    for rule in (ag.treaty.exit_on_alarm, ag.treaty.ladder_yield, ag.treaty.pretext):
        typed = ag.verify(game, dict.fromkeys(CORE.parties, rule), discount=0.95)
        plain = ag.verify(CORE.game("moves"), (rule, rule), discount=0.95)
        assert typed.ok == plain.ok
        assert float(typed.max_gain) == pytest.approx(float(plain.max_gain), abs=1e-10)


@pytest.mark.parametrize("detection", [0.04, 0.05, 0.06, 0.08, 0.09])
def test_content_parties_trust_from_the_threshold_of_the_closed_form_on(detection):
    treaty = CORE.replace(detection=detection)
    least = ag.treaty.trust.threshold(1.5, 1, 0, -0.5, detection, 0.005, 0.95, tempted_temptation=2.5).belief
    for shift, holds in ((-1e-6, False), (1e-6, True)):
        game = treaty.with_types(TYPES, prior(least + shift))
        found = ag.verify(game, SEPARATING, discount=0.95)
        assert found.ok is holds
    assert found.values[0, 0] == pytest.approx([0.8406716966856524] * 2)


@pytest.mark.parametrize("content", [0.0, 0.3, 0.999, 1.0])
def test_from_a_tenth_on_only_pooling_holds_whatever_the_prior(content):
    game = CORE.replace(detection=0.1).with_types(TYPES, prior(content))
    assert ag.verify(game, POOLING, discount=0.95).ok
    # a type of prior 0 is carried and not tested
    assert ag.verify(game, SEPARATING, discount=0.95).ok is (content in (0.0, 1.0))


def test_a_copy_of_a_type_changes_nothing_and_a_committed_type_is_not_tested():
    treaty = CORE.replace(detection=0.05)
    twins = {p: {**KINDS, "content too": {}} for p in CORE.parties}
    rules = {p: {**SEPARATING[p], "content too": ag.treaty.exit_on_alarm} for p in CORE.parties}
    for content, holds in ((0.76, False), (0.77, True)):
        split = {p: [content / 2, 1 - content, content / 2] for p in CORE.parties}
        assert ag.verify(treaty.with_types(twins, split), rules, discount=0.95).ok is holds
    stubborn = {p: {"content": {}} for p in CORE.parties}
    bound = {p: {"rogue": ag.treaty.stay_deployed} for p in CORE.parties}
    game = treaty.with_types(stubborn, prior(0.99, ("content", "rogue")), commitments=bound)
    assert game.types[0] == ("content", "rogue")
    assert not game.tested[0][1]


def test_swapping_the_parties_swaps_the_game():
    treaty = CORE.replace(detection={"US": 0.3})
    one = treaty.with_types({"US": KINDS, "Russia": {"content": {}}}, {"US": [0.4, 0.6]})
    other = treaty.swapped.with_types({"US": KINDS, "Russia": {"content": {}}}, {"US": [0.4, 0.6]})
    a, b = (
        ag.verify(g, {"US": SEPARATING["US"], "Russia": ag.treaty.exit_on_alarm}, discount=0.95) for g in (one, other)
    )
    assert a.ok == b.ok
    assert float(a.max_gain) == pytest.approx(float(b.max_gain), abs=1e-12)
    np.testing.assert_allclose(np.asarray(a.values), np.asarray(b.values).swapaxes(0, 1)[..., ::-1], atol=1e-12)


def test_suspension_is_certified_under_private_types():
    """Concealment .05, standing .02 that goes on: content parties suspend after an alarm and never give notice."""
    part = ag.treaty.parts.Suspension()
    treaty = CORE.replace(demand=False, concealment_cost=0.05, standing=0.02, parts=(part,))
    rule = ag.treaty.SUSPENSION_LADDERS["suspend on alarm"]
    game = treaty.with_types(TYPES, prior(0.6))
    assert ag.verify(game, dict.fromkeys(CORE.parties, rule), discount=0.95).ok
    leaves = ag.treaty.SUSPENSION_LADDERS["suspend and leave"]
    assert not ag.verify(game, dict.fromkeys(CORE.parties, leaves), discount=0.95).ok


BAD = [
    ({"US": {"blind": {"detection": 0.1}}}, r"'detection', which is no payoff.*temptation, reward"),
    ({"US": {"late": {"notice_days": 9}}}, "'notice_days', which is no payoff"),
    ({"US": {"x": {"temptatoin": 2}}}, "temptation"),
    ({"USSR": {"x": {}}}, "party 'USSR'"),
    ({"US": {"x": {"audience_cost": -1}}}, "audience_cost of US, x is -1"),
    ({"US": {"x": 2.5}}, "a mapping {parameter: value}"),
    ({"US": ["x"]}, "{party: {type: {parameter: value}}}"),
]


@pytest.mark.parametrize(("types", "match"), BAD, ids=[str(k) for k in range(len(BAD))])
def test_types_differ_in_payoffs_alone(types, match):
    with pytest.raises(ag.errors.InvalidGame, match=match):
        CORE.with_types(types)


def test_a_prior_is_asked_for_and_a_game_too_large_is_told_before_it_is_built():
    with pytest.raises(ag.errors.InvalidGame, match="give a probability for each"):
        CORE.with_types(TYPES)
    with pytest.raises(ag.errors.InvalidGame, match="action profiles"):
        CORE.replace(period_days=1).with_types(TYPES, prior(0.5))
