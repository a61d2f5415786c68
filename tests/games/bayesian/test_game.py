"""The noun of private types: what it reads, what it refuses, and what it says."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.bayesian.nodes import nodes_of
from armsgame.games.bayesian.profiles import lower_types, read_profile

STAGE = ag.treaty.compliance(temptation=1.5, reward=1, punishment=0, sucker=-0.5)
OTHER = [[1, -0.5], [2.5, 0]]
US, RUSSIA = STAGE.players


def typed(seen=None, **options):
    base = ag.RepeatedGame(STAGE) if seen is None else ag.RepeatedGame(STAGE, seen)
    types = {US: {"content": STAGE.payoffs[0], "tempted": OTHER}}
    return ag.BayesianGame(base, types, {US: {"content": 0.8, "tempted": 0.2}}, **options)


def test_payoffs_are_read_in_every_shape():
    game = ag.Treaty().game()
    rows = np.concatenate([s.payoffs[0].ravel() for s in game.stages])
    by_state = [s.payoffs[0] for s in game.stages]
    given = [rows, by_state, dict(zip(game.states, by_state, strict=True)), None]
    for one in given:
        made = ag.BayesianGame(game, {US: {"only": one}})
        np.testing.assert_array_equal(made.payoffs[0], rows[None])
        assert made.game == game
        assert made.types == (("only",), ("known",))
    flat = ag.BayesianGame(ag.RepeatedGame(STAGE), {US: {"only": np.array(OTHER).ravel()}})
    assert flat == ag.BayesianGame(ag.RepeatedGame(STAGE), {US: {"only": [OTHER]}})
    assert flat.game.stage.payoffs[0].tolist() == OTHER


def test_classmethods_build_what_the_constructor_does():
    types = {US: {"content": STAGE.payoffs[0], "tempted": OTHER}, RUSSIA: {"known": STAGE.payoffs[1]}}
    prior = {US: {"tempted": 0.2, "content": 0.8}}
    seen = ag.Monitoring.detection(0.5, 0.01)
    assert ag.BayesianGame.repeated(types, seen, prior) == typed(seen)
    laws = [np.full((2, 2, 2), 0.5)] * 2
    twice = {p: {k: [v, np.zeros((2, 2))] for k, v in own.items()} for p, own in types.items()}
    game = ag.BayesianGame.stochastic(twice, laws, prior, states=("x", "y"), observed="state")
    assert game.game.states == ("x", "y")
    assert game.payoffs[0].shape == (2, 8)
    assert game.game.observed == "state"


def test_a_game_of_known_types_is_the_game_with_their_payoffs():
    game = typed(ag.Monitoring.detection(0.5, 0.01))
    assert game.one_type("content") == game.game
    assert game.one_type(1).stage.payoffs[0].tolist() == OTHER
    assert game.one_type("tempted", "known").monitoring == game.game.monitoring
    with pytest.raises(InvalidGame, match="type of US 'tempte' is unknown"):
        game.one_type("tempte")
    treaty = ag.Treaty().game()
    worse = ag.BayesianGame(treaty, {US: {"a": None, "b": [s.payoffs[0] - 1 for s in treaty.stages]}}, {US: [1, 0]})
    assert worse.one_type("b").stages[3].payoffs[0].tolist() == (treaty.stages[3].payoffs[0] - 1).tolist()
    assert worse.one_type("b").transitions[3].tolist() == treaty.transitions[3].tolist()


@pytest.mark.parametrize(
    "seen",
    [
        ag.Monitoring.perfect(),
        ag.Monitoring.detection((0.5, 0.7), (0.1, 0.2)),
        ag.Monitoring.public(
            np.arange(1, 9).reshape(2, 2, 2) / np.arange(3, 19, 4).reshape(2, 2, 1), about={"y1": [0]}
        ),
    ],
    ids=["perfect", "detection", "public"],
)
def test_swapped_twice_is_the_same_game(seen):
    game = typed(seen)
    turned = game.swapped
    assert turned.players == (RUSSIA, US)
    assert turned.types == game.types[::-1]
    assert turned.swapped.payoffs[0].tolist() == game.payoffs[0].tolist()
    kernel = seen.kernel(STAGE).reshape(2, 2, -1)
    mine = turned.game.monitoring.kernel(turned.game.stage).reshape(2, 2, -1).swapaxes(0, 1)
    # signals of perfect monitoring and of two alarms are listed in the parties' order
    np.testing.assert_allclose(np.sort(mine, axis=-1), np.sort(kernel, axis=-1))


def test_signals_that_report_profiles_name_the_parties_in_their_new_order():
    # the first party's action is misread often, the second one's seldom
    law = np.zeros((2, 2, 4))
    for a, b, y, z in np.ndindex(2, 2, 2, 2):
        law[a, b, 2 * y + z] = (0.7 if a == y else 0.3) * (0.95 if b == z else 0.05)
    labels = [" | ".join(p) for p in STAGE.profiles]
    for names, about in ((labels, None), (list("abcd"), {"b": [RUSSIA], "c": [US], "d": [US, RUSSIA]})):
        game = ag.BayesianGame(ag.RepeatedGame(STAGE, ag.Monitoring.public(law, names, about)), {})
        for one, two in ((ag.mirror, ag.grim), (ag.grim, ag.mirror), (ag.mirror, ag.always_comply)):
            found = ag.verify(game.one_type(), (one, two), discount=0.9)
            turned = ag.verify(game.swapped.one_type(), (two, one), discount=0.9)
            assert turned.values == pytest.approx(found.values[::-1])
        assert game.swapped.swapped == game


# it deploys after the other one did
COPY = [[0, 1, 0, 1]] * 2
SEEN = {
    "perfect": ag.Monitoring.perfect(),
    "detection": ag.Monitoring.detection((0.75, 0.5), (0.125, 0.25)),
    "reports": ag.Monitoring.public(
        np.kron([[0.75, 0.25], [0.25, 0.75]], [[0.875, 0.125], [0.5, 0.5]]).reshape(2, 2, 4),
        [" | ".join(p) for p in STAGE.profiles],
    ),
    "named": ag.Monitoring.public(
        np.kron([[0.75, 0.25], [0.25, 0.75]], [[0.875, 0.125], [0.5, 0.5]]).reshape(2, 2, 4),
        list("abcd"), {"b": [RUSSIA], "c": [US], "d": [US, RUSSIA]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("labelled", [True, False])
def test_a_committed_table_reads_the_same_when_the_parties_are_swapped(seen, labelled):
    base = ag.RepeatedGame(STAGE, SEEN[seen])
    # the columns of detection are none, US, Russia and both
    table = [[0, 0, 1, 1]] * 2 if seen == "detection" else COPY
    rule = ag.Automaton([[0.9, 0.1], [0.2, 0.8]], table, signals=base if labelled or seen == "detection" else None)
    game = ag.BayesianGame(base, {}, commitments={US: {"known": rule}})
    found = ag.verify(game, {RUSSIA: ag.grim}, discount=0.9)
    turned = ag.verify(game.swapped, {RUSSIA: ag.grim}, discount=0.9)
    assert turned.values[0, 0] == pytest.approx(found.values[0, 0][::-1], abs=1e-13)
    again = ag.verify(game.swapped.swapped, {RUSSIA: ag.grim}, discount=0.9)
    assert again.values[0, 0] == pytest.approx(found.values[0, 0], abs=1e-13)
    assert turned.max_gain == pytest.approx(found.max_gain, abs=1e-13)


def test_a_committed_table_by_state_reads_the_same_when_the_parties_are_swapped():
    law = np.array([[[0.5, 0.5], [0.25, 0.75]], [[0.75, 0.25], [0.125, 0.875]]])
    base = ag.StochasticGame([STAGE, STAGE], [law, law[::-1]], states=("calm", "tense"))
    # deploy after the other did in a calm state, after oneself did in a tense one; eight outcomes of each
    tables = {"calm": [[0, 0, 1, 1, 0, 0, 1, 1]] * 2, "tense": [[0, 0, 0, 0, 1, 1, 1, 1]] * 2}
    for signals in (base, None):
        rule = ag.Automaton({s: [[0.9, 0.1], [0.2, 0.8]] for s in base.states}, tables, signals=signals)
        game = ag.BayesianGame(base, {}, commitments={US: {"known": rule}})
        profile = {RUSSIA: ag.Automaton({s: [[0.5, 0.5]] for s in base.states}, np.zeros((1, 2, 2), int))}
        found, turned = (ag.verify(g, profile, discount=0.9) for g in (game, game.swapped))
        assert turned.values[0, 0] == pytest.approx(found.values[0, 0][::-1], abs=1e-13)


def test_types_may_be_numbered():
    payoffs = {US: {1: STAGE.payoffs[0], 2: OTHER}}
    game = ag.BayesianGame(ag.RepeatedGame(STAGE), payoffs, {US: {2: 0.25, 1: 0.75}})
    assert game == ag.BayesianGame(ag.RepeatedGame(STAGE), payoffs, {US: [0.75, 0.25]})
    assert game.types[0] == ("1", "2")


def test_swapped_states_keep_events_and_laws():
    game = ag.Treaty().game()
    made = ag.BayesianGame(game, {})
    assert made.swapped.swapped == made
    assert made.swapped.game.events.keys() == game.events.keys()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: typed().with_prior({US: {"content": 0.5, "tempted": 0.4}}),
            r"prior\['US'\] is \[0.5, 0.4\]; allowed: 2",
        ),
        (lambda: typed().with_prior({US: {"content": 1.0}}), r"prior\['US'\]"),
        (lambda: typed().with_prior({US: {"content": 0.5, "tempting": 0.5}}), "type of US 'tempting' is unknown"),
        (lambda: typed().with_prior({US: [0.5, 0.25, 0.25]}), r"prior\['US'\].shape is \(3,\)"),
        (lambda: typed().with_prior({US: [1.5, -0.5]}), r"prior\['US'\] is \[1.5, -0.5\]"),
        (lambda: typed().with_prior(None), "prior says nothing of US, which has the types"),
        (lambda: typed().with_prior({"UK": [1]}), "prior names the party 'UK'"),
        (lambda: typed().with_prior(0.5), "prior is 0.5; allowed"),
        (lambda: typed(observer={US: [0.5, 0.6]}), r"observer\['US'\]"),
        (
            lambda: ag.BayesianGame(ag.RepeatedGame(STAGE), {US: {"a": [[1, 2, 3], [4, 5, 6]]}}),
            "every type has the actions",
        ),
        (lambda: ag.BayesianGame(ag.RepeatedGame(STAGE), {US: {"a": [[1, np.nan], [4, 5]]}}), "finite numbers"),
        (lambda: ag.BayesianGame(ag.RepeatedGame(STAGE), {US: {"a": "text"}}), "numbers, one for each of 4"),
        (lambda: ag.BayesianGame(ag.RepeatedGame(STAGE), {"UK": {"a": OTHER}}), "payoffs names the party 'UK'"),
        (lambda: ag.BayesianGame(ag.RepeatedGame(STAGE), [OTHER]), r"allowed: a mapping \{party: \{type: \.\.\}\}"),
        (
            lambda: ag.BayesianGame(ag.Treaty().game(), {US: {"a": [OTHER]}}),
            "is 1; allowed: 23, one array for each state",
        ),
        (lambda: ag.BayesianGame(ag.Treaty().game(), {US: {"a": {"x": OTHER}}}), "one array for each of 23 states"),
        (lambda: ag.BayesianGame.repeated({US: {"a": OTHER}}), "two parties"),
        (lambda: ag.BayesianGame.repeated({US: {"a": OTHER}, RUSSIA: {}}), "at least one type"),
        (
            lambda: ag.BayesianGame(ag.RepeatedGame(STAGE), {US: {str(k): OTHER for k in range(13)}}),
            "at most 12 types",
        ),
    ],
)
def test_what_is_no_game_with_types_is_told_why(make, message):
    with pytest.raises(InvalidGame, match=message):
        make()


def test_other_nouns_are_refused():
    with pytest.raises(WrongConcept, match="BayesianGame takes a RepeatedGame or StochasticGame"):
        ag.BayesianGame(STAGE, {})
    with pytest.raises(WrongConcept, match="lag by 2 periods"):
        ag.BayesianGame(ag.RepeatedGame(STAGE, ag.Monitoring.detection(0.5, 0.1, lag=2)), {})
    three = ag.RepeatedGame(ag.StageGame(np.zeros((3, 2, 2, 2))))
    with pytest.raises(WrongConcept, match="has two parties; this game has 3"):
        ag.BayesianGame(three, {})


def test_words_say_who_holds_what():
    game = typed(commitments={RUSSIA: {"known": ag.grim}}, observer=[[0.5, 0.5], [1]])
    told = game.explain()
    assert "Russia holds it to be 'content' with probability 0.8, 'tempted' with probability 0.2." in told
    assert "Russia of type 'known' is committed to" in told
    assert "another prior: US (content 0.5, tempted 0.5) and Russia (known)." in told
    assert "committed: known of Russia" in str(game)
    assert game.tested[0].tolist() == [True, True]
    assert game.tested[1].tolist() == [False]
    assert typed().with_prior({US: [1, 0]}).tested[0].tolist() == [True, False]
    assert game.outside[0].tolist() == [0.5, 0.5]
    assert typed().outside[0].tolist() == typed().prior[0].tolist()
    assert game.size() == {"states": 1, "rows": 4, "branches": 4, "types": 3, "pairs of types": 2}


def test_profiles_are_read_in_every_form():
    game = typed()
    both = ((ag.grim, ag.mirror), (ag.grim,))
    forms = [
        {US: {"content": ag.grim, "tempted": ag.mirror}, RUSSIA: ag.grim},
        {US: {"tempted": ag.mirror, "content": ag.grim}, RUSSIA: {"known": ag.grim}},
        [{"content": ag.grim, "tempted": ag.mirror}, ag.grim],
    ]
    assert all(read_profile(game, form) == both for form in forms)
    assert read_profile(game, (ag.grim, ag.grim)) == ((ag.grim, ag.grim), (ag.grim,))
    for wrong in ("grim", ag.grim, [ag.grim], None):
        with pytest.raises(InvalidGame, match="profile is"):
            read_profile(game, wrong)


def test_an_action_that_a_type_does_not_take_excludes_it_for_good():
    game = typed()
    profile = {US: {"content": ag.always_comply, "tempted": ag.always_deploy}, RUSSIA: ag.always_comply}
    nodes = nodes_of(game, profile)
    sets = {tuple(own) for own in nodes.left[0].tolist()}
    assert sets == {(True, True), (True, False), (False, True)}
    # nothing that happens brings a type back, and mistakes of the only one that remains change nothing
    here = nodes.here(0)
    for row, x in enumerate(here.nodes.tolist()):
        for y in here.ahead[row].tolist():
            assert not (nodes.left[0][y] & ~nodes.left[0][x]).any()
    assert nodes.left[1].all()


def test_types_of_prior_zero_are_carried_and_excluded():
    game = typed().with_prior({US: [1, 0]})
    nodes = nodes_of(game, {US: {"content": ag.grim, "tempted": ag.always_deploy}, RUSSIA: ag.grim})
    assert nodes.left[0].tolist() == [[True, False]] * len(nodes)
    assert nodes.values(0.9).shape == (2, 1, len(nodes), 2)
    assert "not" not in nodes.label(0)


def test_values_are_those_of_the_games_with_known_types():
    game = typed(ag.Monitoring.detection(0.4, 0.05))
    profile = {US: {"content": ag.grim, "tempted": ag.always_deploy}, RUSSIA: ag.grim}
    values = nodes_of(game, profile).values(0.9)
    for k, (kind, own) in enumerate(profile[US].items()):
        alone = ag.verify(game.one_type(kind), (own, ag.grim), discount=0.9)
        np.testing.assert_allclose(values[k, 0, 0], alone.values, atol=1e-13)


def test_a_strategy_of_another_shape_names_its_type():
    game = typed()
    wrong = ag.Automaton([[1, 0, 0]], [[0, 0, 0, 0]])
    with pytest.raises(InvalidGame, match="type 'tempted' of US: "):
        lower_types(game, {US: {"content": ag.grim, "tempted": wrong}, RUSSIA: ag.grim})


@pytest.mark.parametrize("asked", [False, True])
def test_a_game_of_known_types_is_the_game_built_anew(asked):
    base = ag.Treaty().game("moves")
    rows = np.concatenate([s.payoffs[0].ravel() for s in base.stages])
    typed_game = ag.BayesianGame(base, {US: {"low": rows, "high": 2 * rows + 0.25}}, {US: {"low": 0.5, "high": 0.5}})
    if asked:
        # rows and branches that are known already are shared
        base.dynamics()
    one = typed_game.one_type("high")
    anew = ag.StochasticGame(
        [
            ag.StageGame([2 * s.payoffs[0] + 0.25, s.payoffs[1]], players=s.players, actions=s.actions)
            for s in base.stages
        ],
        states=base.states,
        observed=base.observed,
        signals=base.signals,
        signal_labels=base.signal_labels,
        initial=base.initial,
        events=base.events,
    )
    assert one == anew
    assert one.dynamics() == anew.dynamics()
    assert one.dynamics(exact=True) == anew.dynamics(exact=True)
    assert base.dynamics().payoffs[0].tolist() == rows.tolist()
