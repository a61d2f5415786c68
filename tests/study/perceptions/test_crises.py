"""Beliefs along a history, the crisis inside the relation, and estimation from choices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import armsgame as ag
from armsgame.study.perceptions.embedded_crisis import _pairs, _state_values

unit = st.floats(0.01, 0.99)


@settings(max_examples=20, deadline=None)
@given(unit, unit, unit)
def test_posteriors_average_to_the_prior(prior, one, two):
    law = {"attends": {"a": one, "b": two}, "declines": {"a": 1 - one, "b": 1 - two}}
    weights = {"a": prior, "b": 1 - prior}
    total = 0.0
    for event in law:
        chance = sum(weights[t] * law[event][t] for t in weights)
        total += chance * ag.studies.beliefs(weights, [("2019", event)], law).of("a")[-1]
    assert total == pytest.approx(prior, abs=1e-12)


def test_refusals_move_beliefs_as_the_closed_form_says():
    law = {"declines": {"wants out": 0.9, "sincere": 0.3}}
    path = ag.studies.beliefs({"wants out": 0.3, "sincere": 0.7}, [("2019", "declines")] * 4, law)
    expected = [ag.treaty.verification.pretext_posterior(0.3, 0.1, 0.7, n) for n in range(5)]
    assert path.of("wants out") == pytest.approx(expected, abs=1e-12)


def test_the_order_of_independent_events_does_not_matter():
    law = {"x": {"a": 0.2, "b": 0.7}, "y": {"a": 0.9, "b": 0.4}}
    ends = [
        ag.studies.beliefs({"a": 0.5, "b": 0.5}, h, law).posterior[-1]
        for h in ([("1", "x"), ("2", "y")], [("1", "y"), ("2", "x")])
    ]
    assert ends[0] == pytest.approx(ends[1], abs=1e-12)


def test_relabelling_types_relabels_beliefs():
    one = ag.studies.beliefs({"a": 0.2, "b": 0.8}, [("1", "x")], {"x": {"a": 0.9, "b": 0.1}})
    two = ag.studies.beliefs({"b": 0.2, "a": 0.8}, [("1", "x")], {"x": {"b": 0.9, "a": 0.1}})
    assert one.of("a") == pytest.approx(two.of("b"), abs=0)


def test_an_impossible_event_is_told_and_keeps_the_belief():
    law = {"declines": {"a": 0.0, "b": 0.0}, "attends": {"a": 1.0, "b": 0.5}}
    path = ag.studies.beliefs({"a": 0.3, "b": 0.7}, [("2019", "declines"), ("2020", "attends")], law)
    assert path.surprises == (1,)
    assert path.of("a")[1] == 0.3
    assert "probability 0: the belief before it was kept" in str(path)
    with pytest.raises(ag.InvalidGame, match="probability 0 for every type"):
        ag.studies.prior_range({"a": 0.3, "b": 0.7}, [("2019", "declines")], law, kind="a", at_least=0.5)


def test_events_without_likelihoods_are_listed():
    path = ag.studies.beliefs({"a": 0.3, "b": 0.7}, [("2019", "negotiate")], {"declines": {"a": 0.5, "b": 0.5}})
    assert path.unused == ("negotiate",)
    assert len(path.dates) == 1


def test_a_conclusion_holds_exactly_from_the_least_prior_on():
    law = {"declines": {"a": 0.9, "b": 0.2, "c": 0.4}}
    history, shares = [("1", "declines"), ("2", "declines")], {"a": 0.2, "b": 0.6, "c": 0.2}
    found = ag.studies.prior_range(shares, history, law, kind="a", at_least=0.8)
    for shift, holds in ((-1e-6, False), (1e-6, True)):
        path = ag.studies.beliefs(ag.studies.prior_fan(shares, "a", found.low + shift), history, law)
        assert bool(path.of("a")[-1] >= 0.8) == holds


@settings(max_examples=20, deadline=None)
@given(unit, unit, unit)
def test_a_display_has_value_exactly_between_the_informative_priors(prior, good, bad):
    ends = ag.studies.informative_priors(good, bad, 1.0, 2.0)
    value = ag.treaty.verification.display(prior, good, bad, 1.0, 2.0).value_of_information
    if min(abs(prior - ends.low), abs(prior - ends.high)) > 1e-9:
        assert (value > 0) == (ends.low < prior < ends.high)


def test_bad_beliefs_are_refused():
    with pytest.raises(ag.InvalidGame, match="sum to 1"):
        ag.studies.beliefs({"a": 0.3, "b": 0.3}, [], {})
    with pytest.raises(ag.InvalidGame, match="miss the type 'b'"):
        ag.studies.beliefs({"a": 0.3, "b": 0.7}, [], {"x": {"a": 0.5}})
    inf = ag.load_scenario("inf")
    with pytest.raises(ag.InvalidGame, match="party 'Rusia' is unknown"):
        ag.studies.scenario_beliefs(inf, "agnostic", "Rusia", {})


def test_the_accounts_are_two_regions_of_one_map():
    inf = ag.load_scenario("inf")
    inside = {}
    for name in inf.perspectives:
        account = inf.perspective(name)
        ends = ag.studies.informative_priors(account.pass_compliant, account.pass_violating)
        inside[name] = ends.low < inf.violation_belief(name, "Russia") < ends.high
    assert inside == {"agnostic": True, "us_account": False, "russian_account": False}


def test_values_of_the_bridge_are_those_of_the_treaty_game():
    inf = ag.load_scenario("inf")
    for pair in _pairs(inf, "us_account", None, 0):
        branch = pair.branch
        found = _state_values(branch, 0.95)
        for state in ("in_force, none", "notice(2)", "withdrawn"):
            exact = ag.expected_payoffs(branch.game.starting(state), branch.profile, discount=0.95)
            assert found[branch.game.states.index(state)] == pytest.approx(exact, abs=1e-12)


def test_the_crisis_by_type_is_played_in_the_relation():
    found = ag.studies.strategic_crisis(ag.load_scenario("inf"), "us_account")
    assert found.settled
    assert found.equilibrium.certificate.kind == "sequential"
    assert sum(b.weight for b in found.branches) == pytest.approx(1)
    # what the tree says of its start is what the treaty's game pays there
    start = sum(
        b.weight * ag.expected_payoffs(b.game.starting("in_force, Russia"), b.profile, discount=0.95)
        for b in found.branches
    )
    assert found.equilibrium.payoffs == pytest.approx(start, abs=1e-6)
    run = ag.simulation.simulate_mixture(found.branches, discount=0.95, periods=30, paths=200, rng=3)
    law = ag.simulation.mixture_law(found.branches, periods=30)
    share = run.happened("withdrawn").mean()
    assert share == pytest.approx(1 - law.survival[-1], abs=4 * np.sqrt(share * (1 - share) / 200) + 1e-9)


def test_values_that_assume_other_behaviour_are_told():
    found = ag.studies.strategic_crisis(ag.load_scenario("inf"), "russian_account", rounds=1)
    assert not found.settled
    assert "NOT settled after 1 rounds" in str(found)


def test_a_crisis_needs_parties_that_exist():
    with pytest.raises(ag.InvalidGame, match="party 'France'"):
        ag.studies.strategic_crisis(ag.load_scenario("inf"), "us_account", demander="France")


def crisis(war=-0.3, back=-0.5):
    """Signorino's tree: challenge, resist, fight."""
    return ag.ExtensiveGame(
        ["A", "B"],
        ag.Move("A", "start", {
            "status quo": ag.trees.Outcome("SQ", (0, 1)),
            "challenge": ag.Move("B", "challenged", {
                "concede": ag.trees.Outcome("CON", (1, 0)),
                "resist": ag.Move("A", "resisted", {
                    "fight": ag.trees.Outcome("WAR", (war, -0.2)), "back down": ag.trees.Outcome("BD", (back, 1.1)),
                }),
            }),
        }),
    )  # fmt: skip


def test_backward_logit_is_the_agent_quantal_response():
    game = crisis()
    law = ag.studies.agent_error_probabilities(game, 1.0)
    expected = {"SQ": 0.4569198594877486, "CON": 0.21987659970626855, "WAR": 0.17770829478690012}
    assert dict(zip(game.outcomes, law.tolist(), strict=True)) == pytest.approx(expected | {"BD": 0.14549524601908273})
    answer = ag.trees.agent_qre(game, precision=2.5).outcome_probabilities()
    assert ag.studies.agent_error_probabilities(game, 2.5) == pytest.approx(
        [answer[o] for o in game.outcomes], abs=1e-7
    )


def test_parameters_are_recovered_within_their_standard_errors():
    rng, truth = np.random.default_rng(7), np.array([0.4, 1.5])
    misses = []
    for _ in range(12):
        law = ag.studies.agent_error_probabilities(crisis(truth[0]), truth[1])
        counts = dict(zip(crisis().outcomes, rng.multinomial(2000, law).tolist(), strict=True))
        fit = ag.studies.fit_agent_error(crisis, counts, {"war": 0.0, "precision": 1.0})
        misses.append((fit.estimate - truth) / fit.error)
    misses = np.array(misses)
    assert np.abs(misses).max() < 4
    assert np.abs(misses.mean(axis=0)).max() < 4 / np.sqrt(12)


def test_covariates_enter_by_a_batch_of_trees():
    rng = np.random.default_rng(3)
    power = rng.uniform(0, 1, 400)

    def game(weight):
        return crisis(war=-1 + weight * power)

    law = np.cumsum(ag.studies.agent_error_probabilities(game(2.0), 1.0), axis=1)
    drawn = (rng.random(400)[:, None] > law).sum(axis=1)
    fit = ag.studies.fit_agent_error(game, [game(1.0).outcomes[k] for k in drawn], {"weight": 0.5}, precision=1.0)
    assert abs(fit["weight"] - 2.0) < 4 * fit.error[0]
    assert sum(fit.probabilities.values()) == pytest.approx(1)


def test_what_cannot_be_estimated_is_told():
    with pytest.raises(ag.InvalidGame, match="outcome 'PEACE' is unknown"):
        ag.studies.fit_agent_error(crisis, {"PEACE": 3}, {"war": 0.0}, precision=1.0)
    with pytest.raises(ag.InvalidGame, match="precision"):
        ag.studies.fit_agent_error(crisis, {"WAR": 3}, {"war": 0.0})
    counts = {"SQ": 40, "CON": 20, "WAR": 20, "BD": 20}
    with pytest.raises(ag.NotSolved, match="do not identify"):
        ag.studies.fit_agent_error(lambda a, b: crisis(war=a + b), counts, {"a": 0.0, "b": 0.0}, precision=1.0)
    hidden = ag.treaty.crises.disclosure((0.3, 0.3), (1, 1), (0.4, 0.4), (2, 2))
    with pytest.raises(ag.WrongConcept, match="agent_qre"):
        ag.studies.agent_error_probabilities(hidden, 1.0)


@pytest.mark.parametrize("unit", [1e-3, 50.0])
def test_a_fit_does_not_depend_on_the_unit_of_a_parameter(unit):
    counts = {"SQ": 40, "CON": 20, "WAR": 25, "BD": 15}
    plain = ag.studies.fit_agent_error(crisis, counts, {"war": -1.0}, precision=1.0)
    other = ag.studies.fit_agent_error(lambda w: crisis(war=unit * w), counts, {"w": -1.0 / unit}, precision=1.0)
    assert unit * other["w"] == pytest.approx(plain["war"], abs=1e-3)
    assert unit * other.error[0] == pytest.approx(plain.error[0], rel=1e-3)
