"""Games with public states: what they are made of, what of it is refused by name, and what repetition turns into."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept

PD = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
ONE = ag.StageGame(np.zeros((2, 1, 2)), players=PD.players, actions=[["stay"], ["comply", "deploy"]])
# peace, crisis, over: only whoever deploys in peace leads to a crisis, and crises end for good
PEACE = np.tile([0.0, 1.0, 0.0], (2, 2, 1))
PEACE[0, 0] = [1, 0, 0]
LAWS = [PEACE, np.tile([0.25, 0.5, 0.25], (2, 2, 1)), np.tile([0.0, 0.0, 1.0], (1, 2, 1))]
NAMES = ("peace", "crisis", "over")


def chain(**given):
    return ag.StochasticGame(**{"stages": [PD, PD, ONE], "transitions": LAWS, "states": NAMES} | given)


def flags(*sizes):
    return [np.zeros((size, 3), bool) for size in sizes]


def test_flags_of_an_event_have_a_place_for_each_profile_and_next_state():
    marks = flags(4, 4, 2)
    marks[0][1, 1] = True
    tables = [m.reshape(*s.shape, 3) for m, s in zip(marks, chain().stages, strict=True)]
    numbers = [m.astype(int).tolist() for m in marks]
    for given in (marks, tables, numbers):
        dyn = chain(events={"deployed": given}).dynamics()
        row = np.repeat(np.arange(10), np.diff(dyn.branch))
        assert dyn.events["deployed"].tolist() == ((row == 1) & (dyn.target == 1)).tolist()
    # a caller's array that changes later changes no game
    game = chain(events={"deployed": marks})
    marks[0][:] = True
    assert game.events["deployed"][0].sum() == 1


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (5, r"events\['moved'\] is 5"),
        (flags(4, 4), r"len\(events\['moved'\]\) is 2; allowed: 3"),
        (flags(4, 4, 2, 2), r"len\(events\['moved'\]\) is 4; allowed: 3"),
        (flags(8, 4, 2), r"events\['moved'\]\['peace'\].shape is \(8, 3\); allowed: \(4, 3\) or \(2, 2, 3\)"),
        (flags(4, 4, 4), r"events\['moved'\]\['over'\].shape is \(4, 3\)"),
        ([*flags(4, 4), np.full((2, 3), 0.5)], r"events\['moved'\]\['over'\]"),
        ([*flags(4, 4), np.full((2, 3), np.nan)], r"events\['moved'\]\['over'\]"),
        ([*flags(4, 4), [["yes"] * 3] * 2], r"events\['moved'\]\['over'\]"),
    ],
    ids=["number", "one short", "one more", "too many rows", "rows of another state", "halves", "nan", "words"],
)
def test_flags_that_do_not_fit_are_refused_when_the_game_is_made(given, match):
    with pytest.raises(InvalidGame, match=match):
        chain(events={"moved": given})
    with pytest.raises(InvalidGame, match="events"):
        chain(events=[given])


@pytest.mark.parametrize("count", [0, 1, 3])
def test_transitions_beside_signals_have_one_array_per_state(count):
    joint = np.full((2, 2, 2, 2), 0.25)
    with pytest.raises(InvalidGame, match=rf"len\(transitions\) is {count}"):
        ag.StochasticGame([PD, PD], [np.full((2, 2, 2), 0.5)] * count, signals=[joint] * 2)


def bad(**given):
    return lambda: chain(**given)


@pytest.mark.parametrize(
    ("build", "match"),
    [
        (bad(stages=[]), "non-empty"),
        (bad(stages=[PD, PD, 3]), "non-empty sequence of StageGame"),
        (bad(stages=[PD, PD, ag.StageGame(np.zeros((5, 2, 1, 2)))]), "without batch axes"),
        (bad(stages=[PD, PD, ag.StageGame(np.zeros((2, 1, 2)))]), "same players in every state"),
        (bad(transitions=None), "transitions are missing"),
        (bad(transitions=LAWS[:2]), r"len\(transitions\) is 2; allowed: 3"),
        (bad(transitions=[LAWS[2], *LAWS[1:]]), r"transitions\['peace'\].shape is \(1, 2, 3\); allowed: \(2, 2, 3\)"),
        (bad(transitions=[2 * PEACE, *LAWS[1:]]), r"transitions\['peace'\]"),
        (bad(states=("a", "a", "b")), "different labels"),
        (bad(observed="nothing"), "observed"),
        (bad(initial="war"), "initial state"),
        (bad(initial=3), "initial state"),
        (bad(transitions=None, signals=[np.full((2, 2, 2, 3), 1 / 6)]), r"len\(signals\) is 1; allowed: 3"),
        (
            bad(transitions=None, signals=[np.full((*s.shape, 2, 2), 1 / 4) for s in (PD, PD, ONE)]),
            r"signals\['peace'\].shape",
        ),
        (
            bad(
                transitions=None,
                signals=[np.full((*s.shape, y, 3), 1 / 3 / y) for s, y in zip((PD, PD, ONE), (2, 2, 1), strict=True)],
            ),
            "same number of signals in every state",
        ),
    ],
    ids=range(15),
)
def test_what_is_no_game_is_refused_by_name(build, match):
    with pytest.raises(InvalidGame, match=match):
        build()


def test_states_that_no_play_reaches_are_told():
    assert chain().unreachable() == ()
    assert chain(initial="crisis").unreachable() == ()
    assert chain(initial="over").unreachable() == ("peace", "crisis")
    assert chain().starting("over").unreachable() == ("peace", "crisis")
    closed = [PEACE, LAWS[1], LAWS[2]]
    closed[0] = np.tile([1.0, 0.0, 0.0], (2, 2, 1))
    lost = chain(transitions=closed)
    assert lost.unreachable() == ("crisis", "over")
    assert str(lost).count("[no play reaches it]") == 2
    assert lost.explain().count("No play reaches this state.") == 2


def test_outcomes_are_listed_as_automata_read_them():
    assert chain().outcomes("over") == tuple(("stay", a, s) for a in ("comply", "deploy") for s in NAMES)
    assert chain(observed="state").outcomes(0) == (("peace",), ("crisis",), ("over",))
    heard = chain(
        transitions=None,
        observed="state",
        signals=[np.full((*s.shape, 2, 3), 1 / 6) for s in (PD, PD, ONE)],
        signal_labels=["quiet", "alarm"],
    )
    assert heard.outcomes("over") == tuple((y, s) for y in ("quiet", "alarm") for s in NAMES)
    assert heard.starting("over").signal_labels == ("quiet", "alarm")
    assert heard.starting("over").initial == 2
    dyn = heard.dynamics()
    assert dyn.outcomes.tolist() == [6, 6, 6]
    assert dyn.outcome.tolist() == list(range(6)) * 10
    assert dyn.target.tolist() == [0, 1, 2] * 20
    # where actions are seen too, outcomes are told apart by them
    assert chain().dynamics().outcomes.tolist() == [12, 12, 6]
    assert chain().dynamics().outcome.tolist()[:4] == [0, 4, 7, 10]


def test_payoffs_change_and_nothing_else():
    rows = [own * 2 + 1 for own in chain().dynamics().payoffs]
    for game in (chain(events={"moved": flags(4, 4, 2)}), chain(observed="state", initial=1)):
        other = game.paying(rows)
        assert other.stages[0].payoffs == pytest.approx(2 * PD.payoffs + 1)
        assert other.dynamics().payoffs == pytest.approx(np.array(rows))
        assert (other.transitions, other.events, other.initial, other.observed) == (
            game.transitions,
            game.events,
            game.initial,
            game.observed,
        )
        assert other.stages[2].actions == ONE.actions


def test_a_game_is_told_by_what_leads_where():
    told = str(chain()).splitlines()
    assert told[0] == (
        f"StochasticGame of {', '.join(PD.players)}: 3 states, 10 action profiles; actions observed; starts in 'peace'"
    )
    assert told[4:6] == ["  comply | deploy and 2 more -> crisis", "  comply | comply -> stays"]
    assert "  whatever is done -> stays 0.5; peace 0.25; over 0.25" in told
    assert told[-1] == "  whatever is done -> stays"
    many = np.linspace(0, 1, 9).reshape(3, 3)
    wide = ag.StageGame(np.zeros((2, 3, 3)), players=PD.players)
    one = ag.StochasticGame([wide, wide], [np.stack([many, 1 - many], -1)] * 2)
    assert str(one).count("  .. 3 further laws of the next state in .transitions[0]") == 1
    assert str(ag.RepeatedGame(PD)) == f"RepeatedGame under Monitoring.perfect\n{PD}"


# repetition


KINDS = {
    "perfect": ag.Monitoring.perfect(),
    "detection": ag.Monitoring.detection(0.9, 0.1),
    "alarm": ag.Monitoring.alarm(0.75, 0.25),
    "public": ag.Monitoring.public(np.full((2, 2, 3), 1 / 3), ("quiet", "north", "south"), {"north": ["row"]}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_repeated_game_is_a_game_of_one_state_and_back(kind):
    game = ag.RepeatedGame(ag.StageGame(PD.payoffs, players=("row", "column")), KINDS[kind])
    state = game.as_stochastic()
    assert state.states == ("one status",)
    assert state.imperfect == game.imperfect == (kind != "perfect")
    again = state.as_repeated()
    assert again.monitoring.kernel(game.stage) == pytest.approx(game.monitoring.kernel(game.stage))
    assert again.signals == game.signals
    mixed = ([0.5, 0.5], [0.25, 0.75])
    values = [ag.verify(g, mixed, discount=0.5).values for g in (game, state, again)]
    assert values[1:] == [pytest.approx(values[0])] * 2
    if kind != "public":
        # the labels say what they said before
        grim = [ag.verify(g, (ag.grim, ag.grim), discount=0.5).values for g in (game, again)]
        assert grim[0] == pytest.approx(grim[1])


def test_a_game_of_several_states_is_no_repeated_game():
    with pytest.raises(WrongConcept, match="has one state, this game 3"):
        chain().as_repeated()
    late = ag.RepeatedGame(PD, ag.Monitoring.detection(0.9, lag=2))
    with pytest.raises(WrongConcept, match="lag by 2"):
        late.as_stochastic()


def test_what_is_seen_beside_actions_or_not_at_all_is_kept():
    blind = ag.StochasticGame([PD], [np.ones((2, 2, 1))], observed="state").as_repeated()
    assert blind.signals == ("nothing seen",)
    heard = ag.StochasticGame(
        [PD], signals=[np.tile([[0.75], [0.25]], (2, 2, 1, 1))], signal_labels=("quiet", "alarm")
    ).as_repeated()
    assert heard.signals[:2] == ("comply | comply, quiet", "comply | comply, alarm")
    assert heard.monitoring.kernel(PD)[1, 2:4].tolist() == [0.75, 0.25]
    # the profile is seen, so whoever deployed is named
    assert (
        heard.monitoring.alarmed(PD).tolist()
        == [[False, False]] * 2 + [[False, True]] * 2 + [[True, False]] * 2 + [[True, True]] * 2
    )


def test_alarms_that_come_late_are_about_the_oldest_conduct_that_is_due():
    game = ag.RepeatedGame(PD, ag.Monitoring.detection(1.0, 0.0, lag=2))
    dyn = game.dynamics()
    assert dyn.hidden
    assert dyn.start == 0
    assert len(dyn.states) == 4
    assert dyn.states[0] == "alarms due: comply | comply"
    # certain alarms: one branch a row; the signal tells the profile that was due, the next state what is played now
    assert dyn.signal.tolist() == [0] * 4 + [dyn.signal[4]] * 4 + [dyn.signal[8]] * 4 + [3] * 4
    assert [game.signals[y] for y in (dyn.signal[4], dyn.signal[8])] == [PD.players[1], PD.players[0]]
    assert dyn.target.tolist() == [0, 1, 2, 3] * 4
    assert dyn.events["deployed"].tolist() == [False, True, True, True] * 4
    assert dyn.events["both_deployed"].tolist() == [False, False, False, True] * 4
    assert game.imperfect
    assert "2 periods later" in game.explain()
    assert "periods later" not in ag.RepeatedGame(PD, ag.Monitoring.detection(1.0)).explain()
    # certain alarms without a lag leave nothing open
    assert not ag.RepeatedGame(PD, ag.Monitoring.detection(1.0)).imperfect
    assert ag.RepeatedGame(PD, ag.Monitoring.detection(1.0, 0.1)).imperfect


def test_a_repeated_game_takes_one_stage_and_a_public_signal():
    with pytest.raises(WrongConcept, match="PrivateGame"):
        ag.RepeatedGame(PD, ag.private_monitoring.PrivateMonitoring.alarms(PD, 0.9, 0.1))
    for stage, monitoring in ((PD, "perfect"), (PD.payoffs, ag.Monitoring.perfect())):
        with pytest.raises(InvalidGame, match="in this order"):
            ag.RepeatedGame(stage, monitoring)
    with pytest.raises(InvalidGame, match="batch axes"):
        ag.RepeatedGame(ag.StageGame(np.zeros((5, 2, 2, 2))))
    with pytest.raises(InvalidGame, match=r"kernel.shape"):
        ag.RepeatedGame(PD, ag.Monitoring.public(np.full((3, 2, 2), 0.5)))
    with pytest.raises(InvalidGame, match="nobody"):
        ag.RepeatedGame(PD, ag.Monitoring.public(np.full((2, 2, 2), 0.5), about={"y1": ["nobody"]}))


# private signals in states


def test_private_signals_fit_the_states():
    one = ag.private_monitoring.PrivateMonitoring.alarms(PD, 0.9, 0.1)
    make = ag.private_monitoring.PrivateStochasticGame
    calm = chain(stages=[PD] * 3, transitions=[*LAWS[:2], LAWS[1]], events={"moved": flags(4, 4, 4)})
    assert make(calm, [one] * 3).dynamics().prob.tolist() == make(calm, one).dynamics().prob.tolist()
    assert set(make(calm, one).dynamics().events) == {"deployed", "both_deployed", "moved"}
    named = ag.private_monitoring.PrivateMonitoring(one.kernel, [["calm", "loud"]] * 2)
    for given, match in (
        ([one] * 2, r"len\(monitoring\) is 2; allowed: 1 or 3"),
        ([one, one, named], "the same signals of each party"),
        ([one, one, one.kernel], "a PrivateMonitoring, or one for each state"),
        (5, "a PrivateMonitoring, or one for each state"),
    ):
        with pytest.raises(InvalidGame, match=match):
            make(calm, given)
    with pytest.raises(InvalidGame, match="same numbers of actions"):
        make(chain(), one)
    with pytest.raises(InvalidGame, match="without signals"):
        make(PD, one)
