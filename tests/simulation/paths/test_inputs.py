"""First states, schedules, shocks, drawn games and private signals are held to exact laws."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame

PD = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
ASK = {"discount": 0.95, "periods": 30, "rng": 4}
LADDER = (ag.treaty.ladder_yield,) * 2


def _same(a, b, count=None):
    assert np.array_equal(a.payoffs[:count], b.payoffs[:count])
    assert all(np.array_equal(a.first[e][:count], b.first[e][:count]) for e in a.first)
    assert all(np.array_equal(a.last[e][:count], b.last[e][:count]) for e in a.last)
    assert np.array_equal(a.states[:count], b.states[:count])
    assert np.array_equal(a.profiles[:count], b.profiles[:count])


def _walk(chains, start):
    """States and events of a party that does nothing, in a chain whose law may change by date."""
    stage = ag.StageGame(np.zeros((1, 1)), actions=["stay"])
    names = ("in force", "crisis", "withdrawn")
    gone = [[row == 2 for row in range(3)]]
    return [
        ag.StochasticGame(
            [stage] * 3,
            [[row] for row in chain],
            states=names,
            initial=start,
            events={"deployed": [gone] * 3, "both_deployed": [gone] * 3},
        )
        for chain in chains
    ]


CHAINS = [
    [[0.97, 0.03, 0], [0.4, 0.5, 0.1], [0, 0, 1]],
    [[0.5, 0.4, 0.1], [0.1, 0.6, 0.3], [0, 0, 1]],
]
WAIT = (ag.Automaton({s: [[1.0]] for s in ("in force", "crisis", "withdrawn")}, np.zeros((1, 3, 3), int)),)


@pytest.mark.parametrize("kernel", ["product", "general"])
def test_a_schedule_multiplies_the_transition_matrices_in_their_order(kernel):
    before, after = _walk(CHAINS, "in force")
    run = ag.simulate(before, WAIT, paths=20_000, schedule=[(9, after)], kernel=kernel, **ASK)
    law = np.array([1.0, 0, 0])
    for t in range(30):
        share = run.occupancy[t] / run.paths
        assert (np.abs(share - law) <= 4.5 * np.sqrt(law * (1 - law) / run.paths) + 1e-9).all(), t
        law = law @ np.array(CHAINS[t >= 9])
    assert (run.occupancy.sum(axis=1) == run.paths).all()


@pytest.mark.parametrize("kernel", ["product", "general"])
def test_an_unchanged_game_on_the_schedule_changes_no_bit(kernel):
    game = ag.Treaty().game()
    ask = ASK | {"paths": 300, "keep": True, "error": 0.02, "kernel": kernel}
    _same(ag.simulate(game, LADDER, **ask), ag.simulate(game, LADDER, schedule=[(1, game), (6, game)], **ask))


def test_both_kernels_follow_a_fall_in_detection_bit_for_bit_where_actions_are_certain():
    games = [ag.Treaty().replace(detection=d, false_alarm=0.04).game() for d in (0.8, 0.1)]
    ask = ASK | {"paths": 500, "keep": True, "schedule": [(7, games[1])]}
    _same(*(ag.simulate(games[0], LADDER, kernel=k, **ask) for k in ("product", "general")))


def test_a_forced_state_stands_at_its_date_and_forced_actions_are_played():
    before, _ = _walk(CHAINS, "in force")
    run = ag.simulate(before, WAIT, paths=100, shocks=[(5, "withdrawn")], keep=True, **ASK)
    assert (run.states[:, 5:] == 2).all()
    assert (run.states[:, 0] == 0).all()
    runs = [
        ag.simulate(
            PD, (ag.grim, ag.grim), paths=50, shocks=[(3, {PD.players[0]: PD.stage.actions[0][1]})], keep=True,
            kernel=k, **ASK,
        )
        for k in ("product", "general")
    ]  # fmt: skip
    _same(*runs)
    # grim complies until the forced action, which the other one punishes for ever
    assert (runs[0].profiles[:, :3] == 0).all()
    assert (runs[0].profiles[:, 3] == 2).all()
    assert (runs[0].profiles[:, 4:] == 3).all()


@pytest.mark.parametrize("kernel", ["product", "general"])
def test_first_states_follow_their_law_and_each_path_its_own_stream(kernel):
    before, _ = _walk(CHAINS, "in force")
    law = {"in force": 0.25, "crisis": 0.75}
    run = ag.simulate(before, WAIT, paths=8000, start=law, keep=True, kernel=kernel, **ASK)
    assert run.occupancy[0, 2] == 0
    assert abs(run.occupancy[0, 1] / 8000 - 0.75) < 4.5 * np.sqrt(0.75 * 0.25 / 8000)
    _same(run, ag.simulate(before, WAIT, paths=77, start=[0.25, 0.75, 0], keep=True, kernel=kernel, **ASK), 77)
    fixed = ag.simulate(before, WAIT, paths=10, start="crisis", kernel=kernel, **ASK)
    assert fixed.occupancy[0].tolist() == [0, 10, 0]


def test_draws_of_games_share_no_stream_with_first_states_nature_and_parties():
    from armsgame.simulation.paths.workers import _START

    game, streams = ag.Treaty().game(), set()

    def draw(rng):
        streams.add(int(rng.bit_generator.state["state"]["key"][1]))
        return game

    ag.simulate(None, (ag.treaty.exit_on_alarm,) * 2, draw=draw, discount=0.9, periods=2, paths=3, rng=1)
    assert len(streams) == 1
    assert not streams & {0, 1, 2, _START}


def test_a_drawn_path_is_the_path_of_its_game():
    games = [ag.Treaty().replace(detection=d, false_alarm=0.05).game() for d in (0.2, 0.9)]
    drawn = []

    def draw(rng):
        drawn.append(int(rng.random() < 0.4))
        return games[drawn[-1]]

    ask = ASK | {"keep": True, "error": 0.05}
    run = ag.simulate(None, LADDER, draw=draw, paths=400, **ask)
    kinds = np.array(drawn)
    assert 100 < kinds.sum() < 220
    alone = [ag.simulate(game, LADDER, paths=400, kernel=run.provenance["kernel"], **ask) for game in games]
    for k, single in enumerate(alone):
        assert np.array_equal(run.payoffs[kinds == k], single.payoffs[kinds == k])
        assert np.array_equal(run.states[kinds == k], single.states[kinds == k])
    _same(run, ag.simulate(None, LADDER, draw=draw, paths=90, **ask), 90)
    _same(ag.extend(ag.simulate(None, LADDER, draw=draw, paths=90, **ask), paths=400), run)


def _misread(slip):
    kernel = np.zeros((2, 2, 2, 2))
    for a, b, y, z in np.ndindex(2, 2, 2, 2):
        kernel[a, b, y, z] = (slip if y != b else 1 - slip) * (slip if z != a else 1 - slip)
    return ag.private_monitoring.PrivateMonitoring(kernel)


def test_misread_actions_give_the_exact_frequencies_of_mirror_against_grim():
    # Moore machines over 200 turns, slips 0.05, observation errors 0.05: the chain of 16 states in rationals
    pair = (ag.Automaton(np.eye(2), [[0, 1], [0, 1]]), ag.Automaton(np.eye(2), [[0, 1], [1, 1]]))
    wanted = [0.03287008552631551, 0.1295316249999961, 0.04531412499999871, 0.79228416447366]
    found = []
    for k in range(4):
        pays = np.tile(np.eye(4)[k].reshape(2, 2), (2, 1, 1))
        game = ag.PrivateGame(ag.StageGame(pays), _misread(0.05))
        found.append(ag.expected_payoffs(game, pair, periods=200, error=0.05)[0])
    assert found == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("kernel", ["product", "general"])
def test_private_signals_are_sampled_as_the_chain_says(kernel):
    game = ag.PrivateGame(PD.stage, _misread(0.1))
    pair = (ag.Automaton([[0.9, 0.1], [0.2, 0.8]], [[0, 1], [0, 1]]), ag.Automaton(np.eye(2), [[0, 1], [1, 1]]))
    run = ag.simulate(game, pair, paths=20_000, error=0.03, kernel=kernel, **ASK)
    mean = ag.expected_payoffs(game, pair, discount=0.95, periods=30, error=0.03)
    spread = run.payoffs.std(axis=0) / np.sqrt(run.paths)
    assert (np.abs(run.payoffs.mean(axis=0) - mean) < 4.5 * spread).all()


def test_named_rules_read_private_alarms():
    game = ag.PrivateGame(PD.stage, ag.private_monitoring.PrivateMonitoring.alarms(PD.stage, 1.0, 0.1))
    run = ag.simulate(game, (ag.grim, ag.grim), paths=10_000, **ASK)
    exact = ag.withdrawal_law(game, (ag.grim, ag.grim), periods=30, event="deployed").survival
    assert exact[2] == pytest.approx(0.81)
    assert np.abs(run.survival("deployed") - exact).max() < 0.03


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("schedule", {"schedule": [(40, PD)]}),
        ("schedule", {"schedule": [(9, PD), (5, PD)]}),
        ("schedule", {"schedule": [(9, ag.RepeatedGame(ag.StageGame(np.zeros((2, 3, 3)))))]}),
        ("shocks", {"shocks": [(2, "no such state")]}),
        ("shocks", {"shocks": [(2, {"nobody": 0})]}),
        ("start", {"start": [0.5]}),
        ("start", {"start": "nowhere"}),
        ("draw", {"draw": lambda _: PD}),
        ("keep", {"keep": "everything"}),
        ("profile", {"profile": (ag.Automaton(np.eye(3), np.zeros((3, 4), int)),) * 2}),
        ("profile", {"profile": (ag.Automaton(np.eye(2), np.zeros((2, 7), int)),) * 2}),
        ("keep='totals'", {"paths": 10**12}),
        ("keep='totals'", {"paths": 10**8, "periods": 10**4, "keep": True}),
    ],
    ids=[
        "late-date", "falling-dates", "other-actions", "unknown-state", "unknown-party", "short-law", "unknown-start",
        "draw-beside-game", "keep-word", "three-actions", "seven-signals", "many-paths", "many-cells",
    ],
)  # fmt: skip
def test_faulty_inputs_are_named(field, given):
    ask = ASK | {"paths": 5} | given
    profile = ask.pop("profile", (ag.mirror, ag.grim))
    with pytest.raises(InvalidGame, match=field):
        ag.simulate(PD, profile, **ask)


def _private_treaty(slip=0.1):
    down = 0.02 + 0.2 * np.array([[0, 1], [1, 1]])
    laws = [np.stack([1 - down, down, 0 * down], -1), np.stack([0 * down, 1 - down, down], -1)]
    laws.append(np.broadcast_to([0.0, 0.0, 1.0], (2, 2, 3)))
    chain = ag.StochasticGame([PD.stage] * 3, laws, states=["in force", "crisis", "over"])
    return ag.private_monitoring.PrivateStochasticGame(chain, _misread(slip))


@pytest.mark.parametrize("kernel", ["product", "general"])
def test_private_signals_in_a_treaty_of_three_states_are_sampled_as_the_chain_says(kernel):
    game = _private_treaty()
    reads_state = np.array([[0, 1, 1, 1, 1, 1], [0, 0, 1, 1, 1, 1]])
    names = ("in force", "crisis", "over")
    pair = (
        ag.Automaton([[0.95, 0.05], [0.1, 0.9]], [[0, 1], [0, 1]]),
        ag.Automaton({s: [[0.9, 0.1], [0.0, 1.0]] for s in names}, {s: reads_state for s in names}),
    )
    run = ag.simulate(game, pair, paths=20_000, error=0.03, kernel=kernel, **ASK)
    mean = ag.expected_payoffs(game, pair, discount=0.95, periods=30, error=0.03)
    spread = run.payoffs.std(axis=0) / np.sqrt(run.paths)
    assert (np.abs(run.payoffs.mean(axis=0) - mean) < 4.5 * spread).all()
    exact = ag.withdrawal_law(game, pair, periods=30, event="over", error=0.03).survival
    share = run.occupancy[:, 2] / run.paths
    assert (np.abs(1 - share - exact[:30]) < 4.5 * np.sqrt(0.25 / run.paths)).all()


def test_a_treaty_in_which_one_state_is_left_is_the_private_game():
    one = ag.StochasticGame([PD.stage], [np.ones((2, 2, 1))], states=["on"])
    games = ag.private_monitoring.PrivateStochasticGame(one, _misread(0.2)), ag.PrivateGame(PD.stage, _misread(0.2))
    pair = (ag.Automaton([[0.9, 0.1], [0.2, 0.8]], [[0, 1], [0, 1]]),) * 2
    _same(*(ag.simulate(game, pair, paths=300, keep=True, **ASK) for game in games))
    with pytest.raises(InvalidGame, match="monitoring"):
        ag.private_monitoring.PrivateStochasticGame(
            one, ag.private_monitoring.PrivateMonitoring(np.full((3, 2, 2, 2), 0.25))
        )
