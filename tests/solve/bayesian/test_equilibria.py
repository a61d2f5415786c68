"""The search for perfect Bayesian equilibria against numbers of a program that shares no line with it."""

import json
from pathlib import Path

import numpy as np
import pytest

import armsgame as ag
from armsgame.solve.bayesian.equilibria import bayesian_equilibria
from armsgame.solve.bayesian.starts import starts_for
from armsgame.solve.bayesian.ties import tie_range
from armsgame.treaty.policies import exit_on_alarm, stay_deployed

NUMBERS = json.loads((Path(__file__).parent / "numbers.json").read_text(encoding="utf-8"))
AGNOSTIC = [[0.25, 0.5, 0.25]] * 2


def _name(row):
    return f"{row['detection']}-{row['concealment_cost']}-{row['standing']}-{row['prior'][0]}-{row['start']}"


@pytest.mark.parametrize("row", NUMBERS["play"], ids=_name)
def test_each_start_leads_to_the_certified_profile_that_an_independent_program_found(row, inf):
    game = inf(row["detection"], prior=row["prior"], concealment_cost=row["concealment_cost"], standing=row["standing"])
    start = {row["start"]: starts_for(game)[row["start"]]}
    found = bayesian_equilibria(game, discount=0.95, starts=start, mixing="never")
    assert len(found) == 1
    values = [list(own.values()) for own in found[0].values.values()]
    np.testing.assert_allclose(values, row["values"], atol=1e-8)
    assert found[0].certificate.ok
    assert found[0].priors.contains(tuple(row["prior"]), slack=1e-9)
    assert ag.verify(game, found[0].profile, discount=0.95).ok


@pytest.mark.parametrize("row", NUMBERS["values"], ids=_name)
def test_values_by_type_are_those_of_an_independent_program(row, inf):
    game = inf(row["detection"], prior=row["prior"], concealment_cost=row["concealment_cost"], standing=row["standing"])
    start = {row["start"]: starts_for(game)[row["start"]]}
    found = bayesian_equilibria(game, discount=0.95, starts=start, mixing="never")
    values = [list(own.values()) for own in found[0].values.values()]
    np.testing.assert_allclose(values, row["values"], atol=1e-8)


@pytest.mark.parametrize("row", NUMBERS["play"][::6], ids=_name)
def test_the_law_of_notice_and_its_outer_interval_agree_with_an_independent_program(row, inf):
    game = inf(row["detection"], prior=row["prior"], concealment_cost=row["concealment_cost"], standing=row["standing"])
    start = {row["start"]: starts_for(game)[row["start"]]}
    found = bayesian_equilibria(game, discount=0.95, starts=start, mixing="never")
    ties = tie_range(game, found[0].profile, discount=0.95)
    assert ties.curve[-1] == pytest.approx(row["notice_by_120"], abs=1e-8)
    np.testing.assert_allclose(ties.outer[-1], row["over_ties"], atol=1e-7)
    assert (ties.outer[:, 0] <= ties.inner[:, 0] + 1e-12).all()
    assert (ties.inner[:, 0] <= ties.curve).all()
    assert (ties.curve <= ties.inner[:, 1]).all()
    assert (ties.inner[:, 1] <= ties.outer[:, 1] + 1e-12).all()


def test_a_refused_end_of_the_interval_names_who_breaks_it(inf):
    # wants_out deploys only because the other will give notice: without that it leaves itself
    game = inf(0.8, prior=AGNOSTIC)
    found = bayesian_equilibria(game, discount=0.95, mixing="never")
    ties = tie_range(game, found.select("exit_on_alarm").profile, discount=0.95)
    assert ties.outer[-1] == pytest.approx((0.4375, 0.8293855760), abs=1e-6)
    assert ties.inner[-1] == pytest.approx((0.8293855760, 0.8293855760), abs=1e-8)
    assert all("resolved to the least" in text and "wants_out" in text for text in ties.refused)
    assert any("0.275888" in text for text in ties.refused)


def test_three_types_before_2001_comply_until_an_alarm_and_the_one_that_wants_out_is_caught_on_purpose(inf):
    found = bayesian_equilibria(inf(0.8, prior=AGNOSTIC), discount=0.95, mixing="never")
    one = found.select("exit_on_alarm")
    assert one.first_moves()["US"] == {
        "content": "comply, silent",
        "tempted": "comply, silent",
        "wants_out": "deploy, silent",
    }
    assert list(one.values["US"].values()) == pytest.approx([0.62280, 0.62280, 1.11793], abs=5e-6)
    assert found.select("utilitarian") is one
    assert found.select("worst_off") is one
    with pytest.raises(ag.WrongConcept, match="by is 'mirror'"):
        found.select("mirror")


def test_swapping_the_parties_swaps_what_is_found(inf):
    game = inf(0.3, types=("content", "tempted"), prior=[[0.3, 0.7], [0.6, 0.4]])
    name = "exit_on_alarm"
    start = {name: starts_for(game)[name]}
    one = bayesian_equilibria(game, discount=0.95, starts=start)[0]
    two = bayesian_equilibria(game.swapped, discount=0.95, starts=start)[0]
    for party, own in one.values.items():
        assert list(two.values[party].values()) == pytest.approx(list(own.values()), abs=1e-9)


def test_a_type_of_prior_zero_changes_nothing(inf):
    name = "exit_on_alarm"
    with_it = inf(0.3, prior=[[0.5, 0.5, 0.0]] * 2)
    without = inf(0.3, types=("content", "tempted"), prior=[[0.5, 0.5]] * 2)
    values = [
        bayesian_equilibria(game, discount=0.95, starts={name: starts_for(game)[name]})[0].means
        for game in (with_it, without)
    ]
    assert values[0] == pytest.approx(values[1], abs=1e-9)


def test_a_perturbed_profile_is_refused(inf):
    game = inf(0.8, prior=AGNOSTIC)
    always = {party: stay_deployed for party in game.players}
    exits = {party: exit_on_alarm for party in game.players}
    assert not ag.verify(game, {"US": always["US"], "Russia": exits["Russia"]}, discount=0.95).ok


def test_none_found_is_an_answer_with_the_least_gain():
    # matching pennies, for ever: no pure profile is an equilibrium
    pays = {"A": {"only": [[1.0, -1.0], [-1.0, 1.0]]}, "B": {"only": [[-1.0, 1.0], [1.0, -1.0]]}}
    game = ag.BayesianGame.repeated(pays)
    found = bayesian_equilibria(game, discount=0.5, mixing="never")
    assert len(found) == 0
    # whoever loses a period of a pure profile wins it by a step aside: 1 in place of -1, with weight 1/2
    assert found.least_gain == pytest.approx(1, abs=1e-12)
    assert "least gain" in str(found)
    with pytest.raises(ag.WrongConcept, match="nothing can be selected"):
        found.select()


def test_a_cycle_of_best_replies_ends_in_a_mixture():
    pays = {"A": {"only": [[2.0, -1.0], [-1.0, 1.0]]}, "B": {"only": [[-2.0, 1.0], [1.0, -1.0]]}}
    law = {"A": [2 / 5, 3 / 5], "B": [2 / 5, 3 / 5]}
    game = ag.BayesianGame.repeated(pays)
    found = bayesian_equilibria(game, discount=0.5, starts={"first actions": {p: [1.0, 0.0] for p in ("A", "B")}})
    assert len(found) == 1
    assert found[0].mixed
    for party, own in law.items():
        np.testing.assert_allclose(found[0].profile[party]["only"].outputs[0], own, atol=1e-9)


def _attrition(cost, prize, shame=(("only", 0.0),), prior=None):
    """Each stays at a cost or leaves; who outstays the other has the prize for ever after. Types differ in shame."""
    pays = {"A": {}, "B": {}}
    for kind, loss in shame:
        wait = np.array([[-cost, -cost], [-loss, -loss]])
        for i, own in enumerate(pays.values()):
            own[kind] = [wait if i == 0 else wait.T, *([[prize * (i == w)]] for w in (0, 1)), [[0.0]]]
    first = np.zeros((2, 2, 4))
    first[0, 0, 0] = first[0, 1, 1] = first[1, 0, 2] = first[1, 1, 3] = 1.0
    after = [np.eye(4)[[k]][None] for k in (1, 2, 3)]
    return ag.BayesianGame.stochastic(
        pays, [first, *after], prior, actions=[[("stay", "leave")] * 2] + [[("wait",)] * 2] * 3,
        states=("dispute", "A prevails", "B prevails", "both left"),
    )  # fmt: skip


@pytest.mark.parametrize(("cost", "prize", "discount"), [(0.2, 1.0, 0.9), (0.5, 2.0, 0.8)])
def test_the_war_of_attrition_is_mixed_so_that_waiting_is_worth_nothing(cost, prize, discount):
    # stationary hazard h with (1 - d) cost = d h prize: the one who stays gains nothing (Maynard Smith 1974)
    found = bayesian_equilibria(_attrition(cost, prize), discount=discount, mixing="always")
    hazard = (1 - discount) * cost / (discount * prize)
    mixed = [one for one in found if one.mixed]
    assert len(found) == 3
    assert len(mixed) == 1
    for party in ("A", "B"):
        np.testing.assert_allclose(
            mixed[0].profile[party]["only"].outputs["dispute"][0], [1 - hazard, hazard], atol=1e-9
        )
        assert mixed[0].means[party] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("cost", "prize", "discount", "yielding"), [(0.5, 2.0, 0.8, 0.6), (0.2, 1.0, 0.7, 0.9)])
def test_where_some_never_leave_the_others_leave_with_hazards_until_all_of_them_have(cost, prize, discount, yielding):
    # in each period a party leaves with (1 - d) cost / (d prize), seen from the other, and yielding types run out
    law = {party: {"yields": yielding, "stays": 1 - yielding} for party in ("A", "B")}
    game = _attrition(cost, prize, (("yields", 0.0), ("stays", 50.0)), law)
    found = bayesian_equilibria(game, discount=discount)
    assert len(found) == 1
    assert found[0].certificate.kind == "perfect Bayesian"
    assert "war of attrition" in found[0].found_by[0]
    share, left = (1 - discount) * cost / (discount * prize), yielding
    plans = [found[0].profile[party]["yields"] for party in ("A", "B")]
    phase, periods = [plan.initial for plan in plans], 0
    while left > 0:
        hazard = min(1.0, share / left)
        for plan, q in zip(plans, phase, strict=True):
            np.testing.assert_allclose(plan.outputs["dispute"][q], [1 - hazard, hazard], atol=1e-9)
        left, periods = (left - share) / (1 - share) if hazard < 1 else 0.0, periods + 1
        # both stay: the first outcome of the dispute
        phase = [int(plan.next["dispute"][q][0]) for plan, q in zip(plans, phase, strict=True)]
    assert periods > 8


def test_affine_payoffs_change_nothing_but_values(inf):
    base = inf(0.3, types=("content", "tempted"), prior=[[0.4, 0.6]] * 2)
    pays = {
        party: {k: 3 * row + 2 for k, row in zip(kinds, rows, strict=True)}
        for party, kinds, rows in zip(base.players, base.types, base.payoffs, strict=True)
    }
    other = ag.BayesianGame(base.game, pays, base.prior)
    one, two = (bayesian_equilibria(game, discount=0.95) for game in (base, other))
    assert len(one) == len(two)
    for a, b in zip(one, two, strict=True):
        assert {p: 3 * v + 2 for p, v in a.means.items()} == pytest.approx(b.means, abs=1e-8)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"discount": 0}, ag.WrongConcept, "discount is 0"),
        ({"discount": 1.0}, ag.InvalidGame, "discount"),
        ({"discount": 0.9, "starts": {}}, ag.InvalidGame, "starts"),
        ({"discount": 0.9, "mixing": "sometimes"}, ag.InvalidGame, "mixing"),
        ({"discount": 0.9, "starts": {"half": {"US": exit_on_alarm}}}, ag.InvalidGame, "Russia"),
    ],
)
def test_bad_input_is_named(options, error, words, inf):
    with pytest.raises(error, match=words):
        bayesian_equilibria(inf(0.3), **options)


def test_a_game_without_types_is_sent_elsewhere():
    with pytest.raises(ag.WrongConcept, match="BayesianGame"):
        bayesian_equilibria(ag.Treaty().game(), discount=0.9)


def test_a_spent_budget_is_said(inf):
    found = bayesian_equilibria(inf(0.8, prior=AGNOSTIC), discount=0.95, max_iter=6, mixing="never")
    assert "not tried" in found.courses["stay_deployed"]
