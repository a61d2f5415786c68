"""Equilibria of trees: published values, certificates that refuse, and what must hold for any game."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import beer_quiche, chain_store, entry, horse, kuhn, screening, signorino, trust

import armsgame as ag

BAGWELL = """EFG 2 R "Bagwell (1995), observed with probability 0.99" { "Player 1" "Player 2" }
p "" 1 1 "" { "S" "C" } 0
c "" 1 "" { "s" 99/100 "c" 1/100 } 0
p "" 2 1 "" { "S" "C" } 0 t "" 1 "SS" { 5, 2 } t "" 2 "SC" { 3, 1 }
p "" 2 2 "" { "S" "C" } 0 t "" 1 t "" 2
c "" 2 "" { "s" 1/100 "c" 99/100 } 0
p "" 2 1 0 t "" 3 "CS" { 6, 3 } t "" 4 "CC" { 4, 4 }
p "" 2 2 0 t "" 3 t "" 4
"""


def signals(rng, prior=(0.3, 0.7), messages="lmn", replies="xy"):
    table = {key: rng.integers(-4, 5, 2) for key in product("ab", messages, replies)}
    return ag.ExtensiveGame.signalling(dict(zip("ab", prior, strict=True)), messages, replies, table)


def test_trust_unravels():
    found = ag.backward_induction(trust())
    assert found.complete
    assert [(one.at("start")["not"], one.at("trusted")["abuse"]) for one in found] == [(1, 1)]
    assert found[0].certificate.kind == "sequential"


def test_trust_with_a_half_honourable_partner_is_nash_and_no_more():
    one = ag.trees.verify_assessment(trust(), {"start": "not", "trusted": [0.5, 0.5]})
    assert one.certificate.kind == "Nash"
    assert one.certificate.irrational == ("two at trusted",)
    assert one.certificate.subgame_gain == pytest.approx(0.5)
    assert not ag.trees.verify_assessment(trust(), {"start": "not", "trusted": [0.51, 0.49]}).certificate.ok


def test_ties_give_every_pure_equilibrium():
    both = ag.Move("two", "asked", {"yes": (2, 0), "no": (0, 0)})
    game = ag.ExtensiveGame(["one", "two"], ag.Move("one", "start", {"ask": both, "leave": (1, 1)}))
    found = ag.backward_induction(game)
    assert [one.payoffs.tolist() for one in found] == [[2, 0], [1, 1]]
    assert found.complete
    cut = ag.backward_induction(game, most=1)
    assert not cut.complete
    assert "first 1" in cut.notes[0]


def test_the_unreasonable_equilibrium_of_the_horse_is_refused():
    profile = {"a": "L", "b": "R", "c": "R"}
    one = ag.trees.verify_assessment(horse(), profile)
    # subgame perfection does not exclude it: there is no proper subgame (Selten 1975)
    assert one.certificate.kind == "subgame perfect"
    assert one.certificate.irrational == ("two at b",)
    assert one.certificate.max_gain == pytest.approx(3)
    end = ag.trees.agent_branch(horse()).equilibrium
    assert end.certificate.kind == "sequential"
    assert end.payoffs.tolist() == [1, 1, 1]
    assert end.beliefs[2][0] >= 1 / 3 - 1e-12 or end.at("c")["L"] == 1
    assert end.certificate.unreached == ("three at c",)
    assert "not reached" in str(end)


def test_poker_with_three_cards_is_worth_minus_one_eighteenth():
    one = ag.trees.sequence_form_equilibrium(kuhn())
    assert one.payoffs == pytest.approx([-1 / 18, 1 / 18], abs=1e-12)
    assert one.certificate.ok
    end = ag.trees.agent_branch(kuhn()).equilibrium
    assert end.payoffs == pytest.approx([-1 / 18, 1 / 18], abs=1e-9)
    assert end.certificate.kind == "sequential"
    # the family of Kuhn (1950): bluff with the low card, bet the high one three times as often
    assert end.at("3")["bet"] == pytest.approx(3 * end.at("1")["bet"], abs=1e-6)


def test_beer_and_quiche_have_two_pooling_equilibria_and_one_is_intuitive():
    found = ag.trees.perfect_bayesian(beer_quiche())
    assert found.complete
    assert [one.payoffs.round(12).tolist() for one in found] == [[2.9, 0.9], [2.1, 0.9]]
    assert all(one.certificate.kind == "sequential" for one in found)
    for rule in (ag.trees.intuitive_criterion, ag.trees.divinity):
        kept = rule(found)
        assert [one.at("wimp")["beer"] for one in kept] == [1]
        assert "[1] fails" in kept.notes[0]
    assert ag.trees.agent_branch(beer_quiche()).equilibrium.payoffs == pytest.approx([2.9, 0.9])


def test_a_search_that_stops_at_a_number_of_equilibria_says_so():
    one, two = (ag.trees.perfect_bayesian(beer_quiche(), most=most) for most in (1, 2))
    assert (len(one), one.complete, one.status.name) == (1, False, "PARTIAL")
    assert one.notes == ("More than 1 equilibria; the first 1 are listed. Raise most.",)
    # as many as there are is all of them
    assert (len(two), two.complete, two.status.name, two.notes) == (2, True, "COMPLETE", ())


def test_beer_and_quiche_with_many_wimps_mix():
    game = beer_quiche(surly=0.3)
    none = ag.trees.perfect_bayesian(game)
    # that there is none in pure behaviour is a complete answer
    assert (len(none), none.complete) == (0, True)
    assert "some type or the receiver mixes" in none.notes[0]
    end = ag.trees.agent_branch(game).equilibrium
    # receiver indifferent: 0.3 = 0.7 x; wimp indifferent: 2 y = 1
    assert end.at("wimp")["beer"] == pytest.approx(3 / 7, abs=1e-12)
    assert end.at("beer")["leave"] == pytest.approx(1 / 2, abs=1e-12)
    assert end.certificate.kind == "sequential"


def test_a_weak_monopolist_fights_for_its_reputation():
    end = ag.trees.agent_branch(chain_store()).equilibrium
    assert end.certificate.kind == "sequential"
    # posterior after a fight = b, so (1 - p) x = p (1 - b) / b; the second entrant stays out with 1 / stay
    assert end.at("weak")["fight"] == pytest.approx(1 / 9, abs=1e-12)
    assert end.at("after a fight")["out"] == pytest.approx(1 / 2, abs=1e-12)
    assert end.belief("after a fight") == pytest.approx({"tough, enter, fight": 0.5, "weak, enter, fight": 0.5})
    assert end.at("start")["enter"] == 1
    # nobody has seen anything after peace: the belief is the prior, though the set is not reached
    assert list(end.belief("after peace").values()) == pytest.approx([0.1, 0.9], abs=1e-9)


def test_education_signals_at_least_cost():
    # Spence (1973): wage 1 to 2, years of education cost the able half as much
    wages, years = {"1": 1.0, "1.5": 1.5, "2": 2.0}, ["0", "0.5", "0.8", "1.2", "1.8"]

    def payoffs(kind, year, wage):
        skill = 1.0 if kind == "low" else 2.0
        return wages[wage] - float(year) / skill, -((wages[wage] - skill) ** 2)

    game = ag.ExtensiveGame.signalling({"low": 0.5, "high": 0.5}, years, list(wages), payoffs)
    found = ag.trees.perfect_bayesian(game)
    plans = {(max(one.at("low"), key=one.at("low").get), max(one.at("high"), key=one.at("high").get)) for one in found}
    assert {("0", "1.2"), ("0", "1.8"), ("0", "0"), ("0.5", "0.5")} <= plans
    for rule in (ag.trees.intuitive_criterion, ag.trees.divinity):
        kept = rule(found)
        assert {(one.at("low")["0"], one.at("high")["1.2"]) for one in kept} == {(1.0, 1.0)}


def test_commitment_is_worthless_when_observed_with_noise():
    game = ag.formats.read_efg(BAGWELL)
    stage = ag.trees.strategic_form(game)
    pure = np.argwhere(stage.best_replies().all(axis=0))
    assert [[stage.actions[i][a] for i, a in enumerate(cell)] for cell in pure] == [["C", "C / C"]]
    end = ag.trees.agent_branch(game).equilibrium
    assert end.at("1", "Player 1")["S"] == pytest.approx(0.99)
    assert end.certificate.kind == "sequential"


def test_signorino_chooses_by_logit_at_every_node():
    answer = ag.trees.agent_qre(signorino(), precision=1.0)
    expected = {
        "SQ": 0.4569198594877486,
        "CON": 0.21987659970626855,
        "WAR": 0.17770829478690012,
        "BD": 0.14549524601908273,
    }
    assert answer.outcome_probabilities() == pytest.approx(expected, abs=1e-9)
    assert answer.assessment.certificate.kind == "epsilon-sequential"


def test_precision_zero_is_uniform_and_bad_precisions_are_told():
    answer = ag.trees.agent_qre(horse(), precision=0)
    assert all((own == 0.5).all() for own in answer.assessment.profile)
    for bad in (-1, np.inf, "x", True):
        with pytest.raises(ag.InvalidGame, match="precision"):
            ag.trees.agent_qre(horse(), precision=bad)
    with pytest.raises(ag.NotSolved, match="agent branch reached precision"):
        ag.trees.agent_branch(kuhn(), max_precision=0.5)


@pytest.mark.parametrize("offers", [2, 11, 51])
def test_crisis_bargaining_is_rational_at_every_set(offers):
    found = ag.backward_induction(screening(offers))
    assert found.complete
    for one in found:
        assert one.certificate.irrational == ()
        assert one.certificate.sets == 2 * offers + 1
        assert one.certificate.kind == "sequential"
        assert one.belief("offer") == pytest.approx({"tough": 0.5, "soft": 0.5})


def test_the_branch_and_a_batch_agree_with_backward_induction():
    prior = np.linspace(0, 1, 6)[:, None]
    audience = np.linspace(0, 0.35, 4)
    batch = ag.trees.backward_induction_batch(screening(5, prior=prior, audience=audience))
    for k in np.ndindex(6, 4):
        one = ag.backward_induction(batch.game[k])
        assert one[0].payoffs == pytest.approx(batch.payoffs[k])
        assert (len(one) > 1) == batch.tied[k]
    end = ag.trees.agent_branch(screening(5, prior=0.4)).equilibrium
    assert any(end.payoffs == pytest.approx(one.payoffs) for one in ag.backward_induction(screening(5, prior=0.4)))


def test_the_nash_equilibrium_of_the_sequence_form_may_be_irrational_off_the_path():
    one = ag.trees.sequence_form_equilibrium(screening(11))
    assert one.certificate.kind == "Nash"
    assert one.certificate.irrational


def linked():
    """Two and three both ask how one moved; their beliefs must agree."""

    def ask():
        return ag.Move("two", "two", {"go": ag.Move("three", "three", {"x": (0, 0, 0), "y": (0, 0, 0)})})

    return ag.ExtensiveGame(
        ["one", "two", "three"], ag.Move("one", "start", {"out": (0, 0, 0), "left": ask(), "right": ask()})
    )


def test_beliefs_that_no_tremble_gives_are_not_consistent():
    profile = {"start": "out", "two": "go", "three": "x"}
    agree = ag.trees.verify_assessment(linked(), profile, {"two": [0.2, 0.8], "three": [0.2, 0.8]})
    assert agree.certificate.kind == "sequential"
    for two, three in (([1, 0], [0, 1]), ([0.5, 0.5], [0.4, 0.6]), ([1, 0], [0.9, 0.1])):
        differ = ag.trees.verify_assessment(linked(), profile, {"two": two, "three": three})
        assert not differ.certificate.consistent
        assert differ.certificate.kind == "perfect Bayesian"


def test_beliefs_against_bayes_are_refused():
    found = ag.trees.perfect_bayesian(beer_quiche())[0]
    wrong = ag.trees.verify_assessment(found.game, found.profile, {"beer": [0.8, 0.2], "quiche": [0, 1]})
    assert wrong.certificate.bayes_error == pytest.approx(0.1)
    assert not wrong.certificate.consistent
    assert wrong.certificate.kind == "subgame perfect"


def test_a_perturbed_profile_is_refused_and_passes_only_within_a_tolerance():
    game = beer_quiche()
    found = ag.trees.perfect_bayesian(game)[0]
    moved = [own.copy() for own in found.profile]
    moved[0] = np.array([0.99, 0.01])
    assert ag.trees.verify_assessment(game, moved, found.beliefs).certificate.kind == "none"
    near = ag.trees.verify_assessment(game, moved, tolerance=0.05)
    assert near.certificate.kind in ("epsilon-sequential", "epsilon-Nash")
    assert near.certificate.nash_gain == pytest.approx(0.9 * 0.01 * 3)


def test_a_gain_over_several_own_moves_is_found():
    # at the first set no single change gains; both together do
    last = ag.Move("one", "later", {"a": (0,), "b": (3,)})
    game = ag.ExtensiveGame(["one"], ag.Move("one", "first", {"stay": (1,), "go": last}))
    one = ag.trees.verify_assessment(game, {"first": "stay", "later": "a"})
    assert one.certificate.kind == "none"
    assert one.certificate.nash_gain == 2
    assert one.certificate.where.player == "one"


BAD = {
    "missing": ({"start": "not"}, None, "'trusted' is missing"),
    "action": ({"start": "nto", "trusted": "abuse"}, None, "action 'nto' is unknown. Did you mean 'not'"),
    "set": ({"strat": "not", "trusted": "abuse"}, None, "'strat' is unknown. Did you mean 'start'"),
    "sum": ({"start": [0.5, 0.4], "trusted": "abuse"}, None, "profile at 'start'"),
    "belief": ({"start": "not", "trusted": "abuse"}, {"trusted": [0.5]}, "beliefs at 'trusted'"),
}


@pytest.mark.parametrize("fault", BAD)
def test_bad_behaviour_is_told(fault):
    profile, beliefs, message = BAD[fault]
    with pytest.raises(ag.InvalidGame, match=message):
        ag.trees.verify_assessment(trust(), profile, beliefs)


def test_a_type_that_chance_rules_out_gets_no_belief_and_stops_the_branch_where_nothing_is_left():
    found = ag.trees.perfect_bayesian(beer_quiche(surly=1.0))
    assert len(found) > 0
    assert all(belief[1] == 0 for one in found for belief in one.beliefs if len(belief) == 2)
    never = ag.Chance({"never": (0, ag.Move("one", "x", {"a": (0,), "b": (1,)})), "always": (1, (0,))})
    with pytest.raises(ag.InvalidGame, match="chance rules out one at 'x'"):
        ag.trees.agent_branch(ag.ExtensiveGame(["one"], never))


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_pure_equilibria_are_those_that_a_grid_of_beliefs_finds(seed):
    game = signals(np.random.default_rng(seed), messages="lm")
    found = {tuple(int(own.argmax()) for own in one.profile) for one in ag.trees.perfect_bayesian(game)}
    # payoffs are integers up to 4: a best reply for some belief is one on this grid
    grid = np.unique([a / b for b in range(1, 17) for a in range(b + 1)])
    listed = set()
    for plan in product(*(range(k) for k in game.sizes)):
        profile = [np.eye(k)[a] for k, a in zip(game.sizes, plan, strict=True)]
        first = ag.trees.verify_assessment(game, profile)
        held = [None if len(s.nodes) == 1 else 0 for s in game.sets]
        free = [h for h, s in enumerate(game.sets) if f"receiver at {s.label}" in first.certificate.unreached]
        if first.certificate.nash_gain > 1e-9:
            continue
        for p in grid if free else [0.5]:
            beliefs = [np.array([p, 1 - p]) if h in free else None for h in range(len(held))]
            if ag.trees.verify_assessment(game, profile, beliefs).certificate.kind == "sequential":
                listed.add(plan)
                break
    assert found == listed


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_refinements_only_remove_and_d1_removes_at_least_as_much(seed):
    found = ag.trees.perfect_bayesian(signals(np.random.default_rng(seed)))
    intuitive, d1 = ag.trees.intuitive_criterion(found), ag.trees.divinity(found)
    assert {id(one) for one in d1} <= {id(one) for one in intuitive} <= {id(one) for one in found}
    assert len(intuitive) + sum("intuitive" in note for note in intuitive.notes) == len(found)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_posteriors_average_to_the_prior_and_the_branch_ends_in_a_sequential_equilibrium(seed):
    game = signals(np.random.default_rng(seed), replies="xyz")
    answer = ag.trees.agent_qre(game, precision=0.7).assessment
    passed = answer.node_probabilities()
    average = np.zeros(2)
    for s, belief in zip(game.sets, answer.beliefs, strict=True):
        if len(s.nodes) == 2:
            average += passed[list(s.nodes)].sum() * belief
    assert average == pytest.approx([0.3, 0.7], abs=1e-12)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_swapping_the_parties_and_relabelling_the_messages_swaps_and_relabels_the_answer(seed):
    rng = np.random.default_rng(seed)
    table = {key: rng.integers(-4, 5, 2) for key in product("ab", "lm", "xy")}
    prior = {"a": 0.25, "b": 0.75}
    game = ag.ExtensiveGame.signalling(prior, "lm", "xy", table)
    turned = ag.ExtensiveGame.signalling(prior, "ml", "yx", table)
    swapped = ag.ExtensiveGame(
        ("receiver", "sender"),
        ag.Chance(
            {
                t: (
                    prior[t],
                    ag.Move(
                        "sender",
                        t,
                        {m: ag.Move("receiver", m, {r: table[t, m, r][::-1] for r in "xy"}) for m in "lm"},
                    ),
                )
                for t in "ab"
            }
        ),
    )

    def plans(game):
        return {
            tuple(max(one.at(label), key=one.at(label).get) for label in "ablm"): tuple(one.payoffs.round(9))
            for one in ag.trees.perfect_bayesian(game)
        }

    base = plans(game)
    assert plans(turned) == base
    assert plans(swapped) == {k: v[::-1] for k, v in base.items()}


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), scale=st.sampled_from([1e-6, 1.0, 1e6]))
def test_lemkes_path_ends_in_an_equilibrium_whatever_the_units(seed, scale):
    game = signals(np.random.default_rng(seed), replies="xyz")
    one = ag.trees.sequence_form_equilibrium(game.with_payoffs(game.payoffs * np.array([scale, 1.0]) + 7))
    assert one.certificate.kind in ("Nash", "subgame perfect", "weak perfect Bayesian", "sequential")


def test_results_print_and_tabulate():
    found = ag.trees.perfect_bayesian(beer_quiche())
    assert "2 equilibria, complete" in str(found)
    assert "sequential equilibrium (4 of 4 information sets rational" in str(found[0])
    frame = found[0].to_frame()
    assert list(frame.columns) == ["player", "information_set", "action", "probability", "gain"]
    assert len(frame) == 8
    assert sum(found[0].outcome_probabilities().values()) == pytest.approx(1)
    assert found[0].pure
    assert "agent quantal response at precision 1" in str(ag.trees.agent_qre(entry(), precision=1))
    assert "agent branch of" in str(ag.trees.agent_branch(entry()))


@pytest.mark.parametrize("given", [ag.ExtensiveGame(["a", "b"], ag.Move("a", "s", {"x": (1, 0), "y": (0, 0)})), 5])
def test_refinements_of_what_holds_no_assessments_name_the_verb_that_finds_them(given):
    for rule in (ag.trees.intuitive_criterion, ag.trees.divinity):
        with pytest.raises(ag.errors.WrongConcept, match=r"perfect_bayesian\(game\)"):
            rule(given)
