"""The graph model: published two-by-two games, definitions by brute force, and label symmetry."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

GraphModel = ag.treaty.conflict_graph.GraphModel
TABLE = ["CC", "CD", "DC", "DD"]


def sets(found):
    return {name: set(getattr(found, name)) for name in ("nash", "gmr", "smr", "seq")}


def test_prisoners_dilemma_as_in_fang_hipel_and_kilgour_1993():
    model = GraphModel.from_table(TABLE, {"A": ["DC", "CC", "DD", "CD"], "B": ["CD", "CC", "DD", "DC"]})
    both = {"CC", "DD"}
    assert sets(model.stability()) == {"nash": {"DD"}, "gmr": both, "smr": both, "seq": both}


def test_chicken_as_in_fang_hipel_and_kilgour_1993():
    model = GraphModel.from_table(TABLE, {"A": ["DC", "CC", "CD", "DD"], "B": ["CD", "CC", "DC", "DD"]})
    one, all_three = {"CD", "DC"}, {"CC", "CD", "DC"}
    assert sets(model.stability()) == {"nash": one, "gmr": all_three, "smr": all_three, "seq": one}


def brute(states, moves, orders, uncertain=None, extension="d"):
    """The definitions word by word, with explicit sequences of moves."""
    parties = list(moves)
    doubt = {p: {frozenset(pair) for pair in (uncertain or {}).get(p, ())} for p in parties}

    def prefers(p, t, s, *, or_uncertain):
        unsure = frozenset((s, t)) in doubt[p]
        return or_uncertain if unsure else rank[p][t] > rank[p][s]

    reach = {p: {s: set() for s in states} for p in parties}
    for p in parties:
        for s in states:
            front = {s}
            while front:
                front = {b for a, b in moves[p] if a in front} - reach[p][s]
                reach[p][s] |= front
            reach[p][s].discard(s)
    rank = {p: {s: -k for k, s in enumerate(orders[p])} for p in parties}

    def others(p, s, improving):
        found, front = set(), {(s, None)}
        seen = set()
        while front:
            step = set()
            for state, last in front:
                for j in parties:
                    if j in (p, last):
                        continue
                    for t in reach[j][state]:
                        if improving and not prefers(j, t, state, or_uncertain=True):
                            continue
                        if (t, j) not in seen:
                            seen.add((t, j))
                            step.add((t, j))
                            found.add(t)
            front = step
        return found

    result = {"nash": set(states), "gmr": set(states), "smr": set(states), "seq": set(states)}
    for p in parties:
        for s in states:

            def deters(u, p=p, s=s):
                # definitely no better (a, b), or not definitely better (c, d)
                return not prefers(p, u, s, or_uncertain=extension in "ab")

            for t in reach[p][s]:
                if not prefers(p, t, s, or_uncertain=extension in "ac"):
                    continue
                answers = [u for u in others(p, t, False) if deters(u)]
                checks = {
                    "nash": False,
                    "gmr": bool(answers),
                    "smr": any(all(deters(w) for w in reach[p][u]) for u in answers),
                    "seq": any(deters(u) for u in others(p, t, True)),
                }
                for name, holds in checks.items():
                    if not holds:
                        result[name].discard(s)
    return result


def random_model(rng, parties, size):
    states = [f"s{k}" for k in range(size)]
    moves, orders = {}, {}
    for p in "ABCD"[:parties]:
        arcs = rng.random((size, size)) < 1.2 / size
        moves[p] = [(states[a], states[b]) for a, b in np.argwhere(arcs) if a != b]
        orders[p] = [states[k] for k in rng.permutation(size)]
    return states, moves, orders


@pytest.mark.parametrize("parties", [2, 3, 4])
def test_stability_is_what_the_definitions_say(parties):
    rng = np.random.default_rng(parties)
    for _ in range(12):
        question = random_model(rng, parties, int(rng.integers(2, 12)))
        found = sets(GraphModel(*question).stability())
        assert found == brute(*question)
        assert found["nash"] <= found["seq"] <= found["gmr"]
        assert found["nash"] <= found["smr"] <= found["gmr"]


@pytest.mark.parametrize("parties", [2, 3])
def test_extensions_under_uncertain_preference_are_what_their_definitions_say(parties):
    rng = np.random.default_rng(10 + parties)
    for _ in range(10):
        states, moves, orders = random_model(rng, parties, int(rng.integers(3, 9)))
        doubt = {p: [tuple(rng.choice(states, 2, replace=False)) for _ in range(4)] for p in moves}
        model = GraphModel(states, moves, orders, uncertain=doubt)
        found = {x: sets(model.stability(x)) for x in "abcd"}
        for x in "abcd":
            assert found[x] == brute(states, moves, orders, doubt, x)
            assert found[x]["nash"] <= found[x]["seq"] <= found[x]["gmr"]
            assert found[x]["nash"] <= found[x]["smr"] <= found[x]["gmr"]
        # more caution, more stability
        for kind in ("nash", "gmr", "smr", "seq"):
            assert found["a"][kind] <= found["b"][kind] <= found["d"][kind]
            assert found["a"][kind] <= found["c"][kind] <= found["d"][kind]


def test_without_uncertainty_the_four_extensions_agree():
    model = GraphModel(*random_model(np.random.default_rng(2), 3, 9))
    assert len({str(model.stability(x)) for x in "abcd"}) == 1


def test_a_state_left_out_of_a_ranking_is_uncertain_against_every_other():
    states, moves = ["a", "b", "c"], {"A": [("a", "b"), ("c", "a")], "B": [("b", "c"), ("a", "c")]}
    short = GraphModel(states, moves, {"A": ["a", "c"], "B": ["a", "b", "c"]})
    pairs = GraphModel(
        states,
        moves,
        {"A": ["a", "b", "c"], "B": ["a", "b", "c"]},
        uncertain={"A": [("a", "b"), ("b", "c")]},
    )
    for x in "abcd":
        assert sets(short.stability(x)) == sets(pairs.stability(x))


def test_labels_of_the_decision_makers_do_not_matter():
    states, moves, orders = random_model(np.random.default_rng(9), 3, 9)
    other = dict(zip("ABC", ("Z", "Y", "X"), strict=True))
    renamed = GraphModel(
        states,
        {other[p]: moves[p] for p in reversed(moves)},
        {other[p]: orders[p] for p in reversed(orders)},
    )
    assert sets(renamed.stability()) == sets(GraphModel(states, moves, orders).stability())


def test_an_irreversible_move_is_one_way_and_moves_may_be_a_mapping():
    orders = {"A": ["in", "out"], "B": ["out", "in"]}
    model = GraphModel(["in", "out"], {"A": [], "B": {"in": ["out"]}}, orders)
    assert model.stability().nash == {"out"}
    back = GraphModel(["in", "out"], {"A": [("out", "in")], "B": {"in": ["out"]}}, orders)
    assert back.stability().nash == frozenset()
    assert "1 of them irreversible" in str(model)


def test_an_unranked_state_tempts_the_bold_only():
    model = GraphModel(["a", "b"], {"A": [("a", "b"), ("b", "a")], "B": []}, {"A": ["a"], "B": ["a", "b"]})
    assert model.stability().nash == {"a", "b"}
    assert model.stability("a").nash == frozenset()
    with pytest.raises(ag.errors.InvalidGame, match="extension"):
        model.stability("e")
    tied = GraphModel(["a", "b"], {"A": [("a", "b"), ("b", "a")], "B": []}, {"A": [("a", "b")], "B": ["a", "b"]})
    assert tied.stability().nash == {"a", "b"}


def test_a_coalition_leaves_what_no_single_party_does():
    model = GraphModel.from_table(TABLE, {"A": ["CC", "DC", "DD", "CD"], "B": ["CC", "CD", "DD", "DC"]})
    assert model.stability().nash == {"CC", "DD"}
    assert "DD" not in model.coalition("A", "B")
    assert model.coalition_proof() == {"CC"}


def test_paths_from_today_follow_improvements():
    model = GraphModel.from_table(TABLE, {"A": ["DC", "CC", "DD", "CD"], "B": ["CD", "CC", "DD", "DC"]})
    ways = {way.states[-1]: way for way in model.paths("CC")}
    assert ways["CC"].movers == ()
    assert ways["DD"].movers in {("A", "B"), ("B", "A")}
    assert str(ways["DD"]).startswith("CC --")
    assert {way.states[-1] for way in model.paths("DD")} == {"DD"}
    assert {way.states[-1] for way in model.paths("DD", improving=False)} == {"CC", "DD"}


def test_options_label_states_and_respect_what_is_feasible():
    model = GraphModel.from_options(
        {"A": ["inspect", "exit"], "B": ["open"]},
        {"A": ["open", "not exit"], "B": ["not inspect", lambda taken: "exit" not in taken]},
        feasible=lambda taken: not {"inspect", "exit"} <= taken,
        irreversible=["exit"],
    )
    assert set(model.states) == {"-", "inspect", "exit", "open", "inspect + open", "exit + open"}
    assert not model.reach[0][model.states.index("exit"), model.states.index("-")]


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        ({"moves": {"A": [("a", "z")], "B": []}}, "unknown state 'z'"),
        ({"moves": {"A": ["ab"], "B": []}}, "pairs"),
        ({"orders": {"A": ["a", "b"]}}, "orders"),
        ({"orders": {"A": ["a", "b", "a"], "B": ["a"]}}, "every state once"),
        ({"states": ["a", "a"]}, "different labels"),
        ({"uncertain": {"C": []}}, "unknown decision maker 'C'"),
        ({"uncertain": {"A": [("a", "z")]}}, "unknown state 'z'"),
    ],
    ids=str,
)
def test_faults_of_a_model_are_named(bad, word):
    good = {"states": ["a", "b"], "moves": {"A": [("a", "b")], "B": []}, "orders": {"A": ["a", "b"], "B": ["b", "a"]}}
    with pytest.raises(ag.errors.InvalidGame, match=word):
        GraphModel(**good | bad)
