"""Trees: what the builder accepts, what it refuses and says, and the .efg format."""

from __future__ import annotations

import numpy as np
import pytest
from trees import beer_quiche, entry, horse, kuhn, screening, signorino, trust

import armsgame as ag

ALL = {
    "beer": beer_quiche,
    "horse": horse,
    "kuhn": kuhn,
    "screening": lambda: screening(3),
    "trust": trust,
    "crisis": signorino,
    "entry": entry,
}


@pytest.mark.parametrize("name", ALL)
def test_a_tree_survives_a_file(name):
    game = ALL[name]()
    assert ag.formats.read_efg(ag.formats.write_efg(game)) == game


def test_a_file_on_disk_and_a_title_survive(tmp_path):
    path = tmp_path / "game.efg"
    text = ag.formats.write_efg(trust(), path, comment='said "so"')
    assert path.read_text(encoding="utf-8") == text
    assert ag.formats.read_efg(path) == trust()


def test_payoffs_at_inner_nodes_are_added_and_sets_without_labels_are_numbered():
    text = """EFG 2 R "t" { "one" "two" } "comment"
    p "" 1 1 "" { "a" "b" } 1 "cost" { -1, 0 }
    p "" 2 7 "" { "x" "y" } 0
    t "" 2 "end" { 1/2 3 }
    t "" 0
    p "" 2 7 0
    t "" 2
    t "" 2
    """
    game = ag.formats.read_efg(text)
    assert game.payoffs.tolist() == [[-0.5, 3], [-1, 0], [-0.5, 3], [-0.5, 3]]
    assert [s.label for s in game.sets] == ["1", "7"]
    assert game.outcomes == ("end", "", "end", "end")


FAULTS = {
    "no file": ("NFG 1 R", "line 1, column 1: found 'NFG'"),
    "version": ("EFG 1 R", "line 1, column 5"),
    "ends early": ('EFG 2 R "" { "a" }\np "" 1 1 "" { "x" "y" } 0\nt "" 1 "" { 1 }', "the end of the file"),
    "goes on": ('EFG 2 R "" { "a" }\nt "" 1 "" { 1 }\nt "" 1', "line 3, column 1: found 't' after the last node"),
    "player": ('EFG 2 R "" { "a" }\np "" 2 1 "" { "x" } 0', "line 2, column 6: player 2 is unknown"),
    "chance": ('EFG 2 R "" { "a" }\nc "" 1 "" { "x" 1/2 "y" 1/3 } 0', "line 2, column 11: chance has .* sum 5/6"),
    "payoffs": ('EFG 2 R "" { "a" "b" }\nt "" 1 "" { 1 }', "line 2, column 15: found '}'"),
    "outcome": ('EFG 2 R "" { "a" }\nt "" 3', "outcome 3 is new"),
    "actions": (
        'EFG 2 R "" { "a" "b" }\np "" 1 1 "" { "x" "y" } 0\np "" 2 1 "" { "l" } 0\nt "" 0\np "" 2 1 "" { "m" } 0',
        "line 5, column 13: information set 1 of b has the actions",
    ),
    "payoffs twice": (
        'EFG 2 R "" { "a" }\np "" 1 1 "" { "x" "y" } 0\nt "" 1 "" { 1 }\nt "" 1 "" { 2 }',
        "line 4, column 6: outcome 1 has the payoffs 2, but before it had 1",
    ),
    "payoffs at an inner node": (
        'EFG 2 R "" { "a" }\np "" 1 1 "" { "x" "y" } 1 "" { 1/2 }\nt "" 1 "" { 1 }\nt "" 0',
        "line 3, column 6: outcome 1 has the payoffs 1, but before it had 1/2",
    ),
    "payoffs of no outcome": (
        'EFG 2 R "" { "a" }\nt "" 0 "" { 1 }',
        "line 2, column 6: outcome 0 has the payoffs 1, but 0 stands for no outcome",
    ),
    "kind": ('EFG 2 R "" { "a" }\nq "" 1', "line 2, column 1: found 'q'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_malformed_file_is_told_with_line_and_column(fault):
    text, message = FAULTS[fault]
    with pytest.raises(ag.InvalidGame, match=message):
        ag.formats.read_efg(text + "\n")


FORGETFUL = {
    "forgets": ag.Move(
        "one", "first", {a: ag.Move("one", "second", {"l": (0, 0), "r": (1, 0)}) for a in ("left", "right")}
    ),
    # Piccione and Rubinstein (1997), figure 1: leave at the second exit
    "driver": ag.Move("one", "exit", {"leave": (0, 0), "go": ag.Move("one", "exit", {"leave": (4, 0), "go": (1, 0)})}),
}


@pytest.mark.parametrize("name", FORGETFUL)
def test_imperfect_recall_has_a_strategic_form_and_every_other_verb_tells_both_histories_and_that_form(name):
    game = ag.ExtensiveGame(["one", "two"], FORGETFUL[name])
    stage = ag.trees.strategic_form(game)
    if name == "driver":
        # a plan takes the same exit at both nodes, so that 4 is out of reach
        assert stage.payoffs[0].ravel().tolist() == [0, 1]
    else:
        assert stage.payoffs[0].ravel().tolist() == [0, 1, 0, 1]
    assert ag.formats.read_efg(ag.formats.write_efg(game)) == game
    verbs = [ag.trees.sequence_form, ag.trees.sequence_form_equilibrium, ag.trees.agent_branch, ag.backward_induction]
    verbs += [lambda g: ag.trees.agent_qre(g, precision=1), lambda g: ag.trees.verify_assessment(g, [])]
    for verb in verbs:
        with pytest.raises(ag.WrongConcept, match=r"Imperfect recall: one at .*own last move.*strategic_form") as told:
            verb(game)
        assert "sequence_form_equilibrium" not in str(told.value)


def test_the_nodes_of_a_set_may_list_their_actions_in_any_order():
    def root(order):
        later = {"l": (1, 0), "r": (0, 2)}
        return ag.Chance(
            {
                "a": (0.5, ag.Move("one", "x", {"l": (3, 1), "r": (4, 2)})),
                "b": (0.5, ag.Move("one", "x", {k: later[k] for k in order})),
            }
        )

    assert ag.ExtensiveGame(["one", "two"], root("lr")) == ag.ExtensiveGame(["one", "two"], root("rl"))


def test_labels_that_fall_together_as_text_are_told():
    for piece in (ag.Move("one", "x", {1: (0,), "1": (1,)}), ag.Chance({1: (0.5, (0,)), "1": (0.5, (1,))})):
        with pytest.raises(ag.InvalidGame, match="two branches with one label"):
            ag.ExtensiveGame(["one"], piece)
    with pytest.raises(ag.InvalidGame, match="names 'start' twice"):
        ag.trees.verify_assessment(trust(), {"start": "not", ("one", "start"): "trust", "trusted": "abuse"})


def test_a_path_that_begins_with_the_word_of_the_format_is_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "EFG").mkdir()
    ag.formats.write_efg(trust(), "EFG/one.efg")
    assert ag.formats.read_efg("EFG/one.efg") == trust()
    with pytest.raises(ag.InvalidGame, match="cannot be read"):
        ag.formats.read_efg("EFG/two.efg")
    with pytest.raises(ag.InvalidGame, match="expected 2"):
        ag.formats.read_efg(" EFG")


def chain(moves, players=2):
    """A line of moves, each of which may end the game."""
    node = tuple(float(k == 0) for k in range(players))
    for k in reversed(range(moves)):
        ends = tuple(k + 2.0 * (i == k % players) for i in range(players))
        node = ag.Move("ABCD"[k % players], f"m{k}", {"take": ends, "pass": node})
    return ag.ExtensiveGame(list("ABCD"[:players]), node)


def test_trees_thousands_deep_exceed_no_stack_and_hints_lead_to_a_verb_that_takes_them():
    game = chain(3000)
    assert len(game.subgame_roots()) == 3000
    assert ag.formats.read_efg(ag.formats.write_efg(game)) == game
    assert game.sets[-1].histories[0].count("pass") == 2999
    for verb in (
        ag.trees.strategic_form,
        ag.trees.sequence_form,
        ag.trees.sequence_form_equilibrium,
        ag.trees.agent_branch,
    ):
        with pytest.raises(ag.InvalidGame, match=r"Use backward_induction\(game\) for subgame-perfect equilibria\.$"):
            verb(game)
    found = ag.backward_induction(game)
    assert found.complete
    assert found[0].certificate.kind == "sequential"
    assert found[0].payoffs.tolist() == [2, 0]


def test_a_hint_names_no_verb_that_refuses_the_tree():
    with pytest.raises(ag.InvalidGame, match=r"form has 4398046511104 payoffs.*agent_branch") as told:
        ag.trees.strategic_form(chain(40, players=4))
    assert "sequence_form" not in str(told.value)
    with pytest.raises(ag.WrongConcept, match=r"4 players.*backward_induction") as told:
        ag.trees.sequence_form_equilibrium(chain(40, players=4))
    assert "strategic_form" not in str(told.value)
    with pytest.raises(ag.WrongConcept, match=r"agent_branch.*strategic_form") as told:
        ag.backward_induction(horse())
    assert "perfect_bayesian" not in str(told.value)
    with pytest.raises(ag.WrongConcept, match=r"perfect_bayesian takes trees in which chance.*backward_induction"):
        ag.trees.perfect_bayesian(screening(3))


def test_different_actions_in_one_set_are_told():
    root = ag.Chance(
        {"a": (0.5, ag.Move("one", "x", {"l": (0,)})), "b": (0.5, ag.Move("one", "x", {"l": (0,), "r": (0,)}))}
    )
    with pytest.raises(ag.InvalidGame, match=r"after b: one at 'x' has the actions \('l', 'r'\)"):
        ag.ExtensiveGame(["one"], root)


BAD = {
    "sum": (ag.Chance({"a": (0.5, (0,)), "b": (0.4, (0,))}), r"probabilities \[0.5, 0.4\] with sum 0.9"),
    "negative": (ag.Chance({"a": (1.5, (0,)), "b": (-0.5, (0,))}), "probabilities"),
    "nan": (ag.Chance({"a": (np.nan, (0,)), "b": (0.5, (0,))}), "probabilities"),
    "no pair": (ag.Chance({"a": 0.5}), "expected \\(probability, node\\)"),
    "no branch": (ag.Chance({}), "chance has no branch"),
    "no action": (ag.Move("one", "x", {}), "has no action"),
    "player": (ag.Move("oen", "x", {"a": (0,)}), "player 'oen' is unknown. Did you mean 'one'"),
    "payoffs": (ag.Move("one", "x", {"a": (0, 1)}), "after a: payoffs are"),
    "infinite": (ag.Move("one", "x", {"a": (np.inf,)}), "after a: the payoff of player 0 is inf"),
    "missing": (ag.Move("one", "x", {"a": {"two": 1}}), r"after a: .*\['one'\] missing"),
    "batch": (ag.Move("one", "x", {"a": (np.zeros(2),), "b": (np.zeros(3),)}), "do not broadcast"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_piece_is_told_with_its_place(fault):
    piece, message = BAD[fault]
    with pytest.raises(ag.InvalidGame, match=message):
        ag.ExtensiveGame(["one"], piece)


def test_a_type_without_payoffs_is_told():
    table = {("strong", m, r): (0, 0) for m in "ab" for r in "xy"}
    with pytest.raises(ag.InvalidGame, match="type 'weak' has no payoffs after message 'a'"):
        ag.ExtensiveGame.signalling({"strong": 0.5, "weak": 0.5}, "ab", "xy", table)


def test_forms_agree_on_expected_payoffs():
    game, rng = kuhn(), np.random.default_rng(5)
    form, stage = ag.trees.sequence_form(game), ag.trees.strategic_form(game)
    assert stage.shape == (64, 64)
    assert [len(b) for b in form.before] == [13, 13]
    flat = np.concatenate([rng.dirichlet(np.ones(k)) for k in game.sizes])
    plans, mixes = [], []
    for i in range(2):
        plan = np.ones(len(form.before[i]))
        for k, a in enumerate(form.actions[i].tolist()):
            plan[k + 1] = plan[form.before[i][k + 1]] * flat[a]
        assert form.constraints[i] @ plan == pytest.approx(np.eye(len(form.constraints[i]))[0])
        plans.append(plan)
        own = [game.parts(flat)[h] for h, s in enumerate(game.sets) if s.player == i]
        mix = np.ones(1)
        for one in own:
            mix = np.multiply.outer(mix, one).ravel()
        mixes.append(mix)
    value = ag.trees.verify_assessment(game, game.parts(flat)).payoffs[0]
    assert plans[0] @ form.payoffs[0] @ plans[1] == pytest.approx(value, abs=1e-14)
    assert mixes[0] @ stage.payoffs[0] @ mixes[1] == pytest.approx(value, abs=1e-14)
    assert form.behaviour(plans) == pytest.approx(flat)


def test_subgames_begin_where_no_set_reaches_out():
    assert horse().subgame_roots() == (0,)
    assert len(trust().subgame_roots()) == 2
    assert len(screening(3).subgame_roots()) == 7


def test_a_batch_is_indexed_and_payoffs_are_replaced():
    game = screening(3, prior=np.linspace(0, 1, 3)[:, None], audience=np.zeros(2))
    assert game.batch == (3, 2)
    assert game[1, 0] == screening(3)
    assert game[1, 0].with_payoffs(game.payoffs).batch == (3, 2)
    with pytest.raises(ag.InvalidGame, match=r"payoffs\.shape"):
        trust().with_payoffs(np.zeros((2, 2)))
    with pytest.raises(ag.InvalidGame, match="probabilities"):
        beer_quiche().with_chances(np.full(15, 0.3))


def test_verbs_name_the_right_noun_and_the_right_verb():
    stage = ag.StageGame([[[1, 0], [0, 1]], [[1, 0], [0, 1]]])
    for verb in (
        ag.backward_induction,
        ag.trees.agent_branch,
        ag.trees.perfect_bayesian,
        ag.trees.sequence_form_equilibrium,
    ):
        with pytest.raises(ag.WrongConcept, match="ExtensiveGame"):
            verb(stage)
    with pytest.raises(ag.WrongConcept, match="agent_branch"):
        ag.nash(trust())
    with pytest.raises(ag.WrongConcept, match="perfect_bayesian"):
        ag.backward_induction(beer_quiche())
    with pytest.raises(ag.WrongConcept, match="3 players"):
        ag.trees.sequence_form_equilibrium(horse())
    with pytest.raises(ag.WrongConcept, match="no signalling game"):
        ag.trees.perfect_bayesian(screening(3))
