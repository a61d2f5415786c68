"""Strategies read signals, actions and states by what their labels say, or are refused."""

import tomllib
from fractions import Fraction
from importlib.resources import files
from itertools import product

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import ArmsgameError, InvalidGame, WrongConcept

STAGE = ag.StageGame.from_bimatrix(
    [[3, -1], [4, 0]], [[3, 4.5], [-1, 0.25]], players=("US", "Russia"), actions=(("hold", "build"), ("stay", "test"))
)
NAMED = ag.strategies.named_strategies()
DATA = tomllib.loads(files("armsgame.strategies").joinpath("named_strategies.toml").read_text(encoding="utf-8"))
BITS = ((0, 0), (1, 0), (0, 1), (1, 1))
EXACT = ag.Monitoring.detection(1.0, 0.0)
# rules that need no more than that some signal is an alarm
ANY_ALARM = {"always_comply", "always_deploy", "grim", "mirror", "generous", "win_stay_lose_shift", "suspend", "random"}


# --- an oracle of its own: a strategy is (first memory, P(deploy) by memory, next memory by flags) ---


def spoken(name):
    """A named strategy, from its meaning; flags are (own, other)."""
    entry = DATA[name]
    if "memory_one" in entry:
        p = [float(Fraction(x)) for x in entry["memory_one"]]
        first = float(Fraction(entry.get("initial", 1)))
        after = {"start": first, **dict(zip([(0, 0), (0, 1), (1, 0), (1, 1)], p, strict=True))}
        return "start", lambda m: 1 - after[m], lambda _m, own, other: (own, other)
    if "machine" in entry:
        rows = {(a, seen): (b, act) for a, seen, b, act in entry["machine"]}
        return tuple(entry["start"]), lambda m: float(m[1] == "D"), lambda m, _own, other: rows[m[0], "CD"[other]]
    rule, value = entry["rule"], float(Fraction(entry.get("argument", 0)))
    if rule in ("always_comply", "always_deploy"):
        return 0, lambda _m: float(rule == "always_deploy"), lambda _m, _own, _other: 0
    if rule == "grim":
        return 0, float, lambda m, own, other: m or own or other
    if rule in ("mirror", "generous"):
        return 0, lambda m: m * (1 - value), lambda _m, _own, other: other
    if rule == "win_stay_lose_shift":
        return 0, float, lambda _m, own, other: int(own != other)
    if rule == "suspend":
        return 0, lambda m: float(m > 0), lambda m, own, other: m - 1 if m else int(value) * (own or other)
    assert rule == "contrite"

    def standing(m, own, other):
        # a deployment against a party in bad standing is no offence
        return own and not (other_bad(m) and not m[0]), other and not (m[0] and not other_bad(m))

    def other_bad(m):
        return m[1]

    return (0, 0), lambda m: float(not m[0] and m[1]), lambda m, own, other: tuple(map(int, standing(m, own, other)))


def worth(pair, law, pays, discount, delay=0):
    """Normalised discounted payoffs; law[conduct] is a mapping from flags to probability."""
    (first, play, step), (second, reply, turn) = pair
    start = (first, second, ((0, 0),) * delay)
    places, rows = {start: 0}, []
    queue = [start]
    for at in queue:
        a, b, due = at
        row, pay = {}, np.zeros(2)
        for acts in product((0, 1), repeat=2):
            chance = np.prod([p if act else 1 - p for p, act in zip((play(a), reply(b)), acts, strict=True)])
            if chance == 0:
                continue
            pay += chance * pays[:, acts[0], acts[1]]
            about, left = (due[0], (*due[1:], acts)) if delay else (acts, ())
            for (x, y), p in law[about].items():
                if p > 0:
                    after = (step(a, x, y), turn(b, y, x), left)
                    if after not in places:
                        places[after] = len(places)
                        queue.append(after)
                    row[places[after]] = row.get(places[after], 0) + chance * p
        rows.append((row, pay))
    system = np.eye(len(rows))
    for k, (row, _) in enumerate(rows):
        for j, p in row.items():
            system[k, j] -= discount * p
    return (1 - discount) * np.linalg.solve(system, np.array([pay for _, pay in rows]))[0]


def flagged(hit, miss):
    """Independent alarms: law of the flags by conduct."""
    found = {}
    for acts in BITS:
        p = [h if a else m for a, h, m in zip(acts, hit, miss, strict=True)]
        found[acts] = {flags: np.prod([q if f else 1 - q for q, f in zip(p, flags, strict=True)]) for flags in BITS}
    return found


def public(law, order, labels, about=None):
    kernel = np.array([[[law[a, b][BITS[k]] for k in order] for b in (0, 1)] for a in (0, 1)])
    return ag.Monitoring.public(kernel, [labels[k] for k in order], about)


SEEN = flagged((1, 1), (0, 0))
NOISY = flagged((0.9, 0.6), (0.05, 0.2))
ABOUT = {"x": ["US"], "y": [1], "z": ["US", "Russia"]}
WORLDS = {
    "perfect": (ag.Monitoring.perfect(), SEEN, 0),
    "certain alarms": (EXACT, SEEN, 0),
    "certain alarms in another order": (public(SEEN, (2, 3, 0, 1), ("none", "US", "Russia", "both")), SEEN, 0),
    "profiles in another order": (
        public(SEEN, (3, 0, 2, 1), ("hold | stay", "build | stay", "hold | test", "build | test")), SEEN, 0,
    ),
    "noisy alarms": (ag.Monitoring.detection((0.9, 0.6), (0.05, 0.2)), NOISY, 0),
    "alarms that come late": (ag.Monitoring.detection((0.9, 0.6), (0.05, 0.2), lag=2), NOISY, 1),
    "noisy alarms in another order": (public(NOISY, (1, 3, 2, 0), ("none", "US", "Russia", "both")), NOISY, 0),
    "signals of any name": (public(NOISY, (3, 1, 0, 2), ("w", "x", "y", "z"), ABOUT), NOISY, 0),
}  # fmt: skip


@pytest.mark.parametrize("world", WORLDS)
def test_every_named_strategy_reads_what_the_oracle_reads(world):
    monitoring, law, delay = WORLDS[world]
    game = ag.RepeatedGame(STAGE, monitoring)
    for name in NAMED:
        for names in ((name, "mirror"), ("extortion", name)):
            wanted = worth([spoken(n) for n in names], law, STAGE.payoffs, 0.9, delay)
            found = ag.expected_payoffs(game, [NAMED[n] for n in names], discount=0.9)
            assert found == pytest.approx(wanted, abs=1e-9), names


def _certificate(game, pair):
    found = ag.verify(game, pair, discount=0.8)
    return found.kind, [*(float(v) for v in found.values), float(found.max_gain)]


VERBS = {
    "verify": _certificate,
    "expected payoffs": lambda g, p: ag.expected_payoffs(g, p, periods=9, error=0.03),
    "stationary": lambda g, p: ag.stationary(g, p, error=0.05).payoffs,
    "long run": lambda g, p: ag.stationary(g, p).frequencies,
    "simulate": lambda g, p: ag.simulate(g, p, discount=0.9, periods=9, paths=8, rng=3, error=0.1).payoffs,
    "critical discount": lambda g, p: str(ag.critical_discount(g, p)),
    "first deployment": lambda g, p: ag.withdrawal_law(g, p, periods=6, event="deployed", error=0.02).survival,
    "best reply": lambda g, p: ag.best_reply(g, p, 0, discount=0.8).value,
}
FEW = ("grim", "suspicious_mirror", "two_tits_for_tat")  # for the verbs that take their time


@pytest.mark.parametrize("verb", VERBS)
def test_certain_alarms_are_perfect_monitoring(verb):
    perfect, alarms = ag.RepeatedGame(STAGE), ag.RepeatedGame(STAGE, EXACT)

    def answer(game, pair):
        try:
            return VERBS[verb](game, pair)
        except ArmsgameError as refused:
            return type(refused).__name__

    for name in FEW if verb == "critical discount" else NAMED:
        pair = (NAMED[name], NAMED[name] if name in FEW else NAMED["firm_but_fair"])
        one, two = answer(perfect, pair), answer(alarms, pair)
        if verb == "verify":
            assert one[0] == two[0], name
            one, two = one[1], two[1]
        if isinstance(one, str):
            assert one == two, name
        else:
            np.testing.assert_allclose(two, one, rtol=0, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("settings", [{"prob_end": 0.1}, {"periods": 6}, {"periods": 6, "repetitions": 3, "rng": 1}])
def test_a_tournament_under_certain_alarms_is_that_of_perfect_monitoring(settings):
    stage = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
    field = dict(list(NAMED.items())[::3])
    one, two = (
        ag.populations.tournament(field, ag.RepeatedGame(stage, m), **settings)
        for m in (ag.Monitoring.perfect(), EXACT)
    )
    assert one.symmetric
    assert two.symmetric
    np.testing.assert_allclose(two.payoffs, one.payoffs, rtol=0, atol=1e-9)


def test_exchanged_parties_exchange_payoffs():
    swapped = ag.StageGame(
        STAGE.payoffs[::-1].transpose(0, 2, 1), players=STAGE.players[::-1], actions=STAGE.actions[::-1]
    )
    here = ag.RepeatedGame(STAGE, ag.Monitoring.detection((0.9, 0.6), (0.05, 0.2)))
    there = ag.RepeatedGame(swapped, ag.Monitoring.detection((0.6, 0.9), (0.2, 0.05)))
    for strategy in NAMED.values():
        pair = (strategy, NAMED["generous_zd"])
        one = ag.expected_payoffs(here, pair, discount=0.9)
        assert ag.expected_payoffs(there, pair[::-1], discount=0.9)[::-1] == pytest.approx(one, abs=1e-12)


@pytest.mark.parametrize(
    "monitoring",
    [
        ag.Monitoring.alarm(0.9, 0.1),
        ag.Monitoring.public(np.full((2, 2, 4), 0.25)),
        ag.Monitoring.public(np.full((2, 2, 2), 0.5), ("loud", "quiet")),
    ],
    ids=["alarm", "four unnamed signals", "quiet last"],
)
def test_signals_that_name_nobody_are_refused_where_the_other_must_be_read(monitoring):
    game = ag.RepeatedGame(STAGE, monitoring)
    for name, strategy in NAMED.items():
        if name in ANY_ALARM:
            ag.expected_payoffs(game, (strategy, ag.grim), discount=0.9)
        else:
            with pytest.raises(InvalidGame, match=r"Monitoring\.detection"):
                ag.expected_payoffs(game, (strategy, ag.grim), discount=0.9)


def test_the_quiet_signal_is_found_by_its_label():
    law = np.array([[[0.9, 0.1], [0.2, 0.8]], [[0.2, 0.8], [0.2, 0.8]]])
    first, last = (ag.Monitoring.public(law[..., k], np.array(("quiet", "loud"))[k]) for k in ([0, 1], [1, 0]))
    for rule in (ag.grim, ag.mirror, ag.suspend(2), ag.win_stay_lose_shift):
        one, two = (ag.expected_payoffs(ag.RepeatedGame(STAGE, m), (rule, rule), discount=0.9) for m in (first, last))
        assert two == pytest.approx(one, abs=1e-12)
    with pytest.raises(InvalidGame, match="first"):
        ag.RepeatedGame(STAGE, ag.Monitoring.public(law, ("alarm", "all well")))


def test_three_parties_mirror_the_others_and_no_machine_plays():
    stage = ag.StageGame(np.arange(24.0).reshape(3, 2, 2, 2), players=("A", "B", "C"))
    one, two = ag.RepeatedGame(stage), ag.RepeatedGame(stage, EXACT)
    for rule in (ag.mirror, ag.generous(0.3), ag.contrite, ag.grim, ag.suspend(2), ag.win_stay_lose_shift):
        trio = (rule, ag.always_deploy, ag.mirror)
        assert ag.expected_payoffs(two, trio, discount=0.9) == pytest.approx(
            ag.expected_payoffs(one, trio, discount=0.9), abs=1e-12
        )
    # B's mirror never answers B itself
    lone = ag.expected_payoffs(two, (ag.always_comply, ag.mirror, ag.always_comply), discount=0.9)
    assert lone == pytest.approx(stage.payoffs[:, 0, 0, 0])
    for name in ("grudger", "bully"):
        for game in (one, two):
            with pytest.raises(InvalidGame, match="two parties"):
                ag.expected_payoffs(game, (NAMED[name], ag.grim, ag.grim), discount=0.9)


TFT = ag.Automaton.machine([(0, "C", 0, "C"), (0, "D", 0, "D")], start=(0, "C"))


def test_a_machine_of_one_s_own_reads_the_other():
    law, pair = NOISY, (TFT, ag.always_deploy)
    game = ag.RepeatedGame(STAGE, ag.Monitoring.detection((0.9, 0.6), (0.05, 0.2)))
    wanted = worth((spoken("mirror"), spoken("always_deploy")), law, STAGE.payoffs, 0.9)
    assert ag.expected_payoffs(game, pair, discount=0.9) == pytest.approx(wanted)
    flags = TFT.on(ag.RepeatedGame(STAGE, EXACT), "Russia")
    assert dict(zip(flags.signals, flags.next[0], strict=True)) == {"none": 0, "US": 1, "Russia": 0, "both": 1}


def test_a_machine_meets_its_own_labels_in_either_order():
    table = [(0, "hold", 0, "hold"), (0, "build", 0, "build")]
    machine = ag.Automaton.machine(table, start=(0, "hold"), actions=("hold", "build"))
    pays = np.array([[[3.0, -1], [4, 0]], [[3, 4.5], [-1, 0.25]]])
    one = ag.RepeatedGame(ag.StageGame(pays, actions=("hold", "build")))
    two = ag.RepeatedGame(ag.StageGame(pays[:, ::-1, ::-1], actions=("build", "hold")))
    rival = ag.Automaton(["build", "hold"], [[1] * 4, [0] * 4], actions=("hold", "build"))
    wanted = ag.expected_payoffs(one, (machine, rival), discount=0.9)
    assert ag.expected_payoffs(two, (machine, rival), discount=0.9) == pytest.approx(wanted)
    assert ag.expected_payoffs(one, (machine, rival), discount=0.9) == pytest.approx(wanted)


@pytest.mark.parametrize("actions", [("deploy", "comply"), ("D", "C"), ("Defect", "Cooperate")])
def test_compliance_that_is_not_the_first_action_is_refused(actions):
    stage = ag.StageGame(STAGE.payoffs, actions=actions)
    for monitoring in (EXACT, ag.Monitoring.alarm(0.9)):
        with pytest.raises(InvalidGame, match="compliance as the first"):
            ag.RepeatedGame(stage, monitoring)
    for rule in (ag.mirror, ag.always_comply, NAMED["grim"]):
        with pytest.raises(InvalidGame, match="compliance as the first"):
            ag.expected_payoffs(ag.RepeatedGame(stage), (rule, rule), discount=0.9)


def test_deployment_is_the_action_called_so():
    stage = ag.StageGame(np.arange(18.0).reshape(2, 3, 3), actions=("comply", "deploy", "leave"))
    assert ag.always_deploy.on(ag.RepeatedGame(stage), 0).law().tolist() == [[0, 1, 0]]


def test_labelled_tables_follow_their_labels_or_are_refused():
    game = ag.RepeatedGame(STAGE, ag.Monitoring.detection((0.9, 0.6), (0.05, 0.2)))
    shuffled = ag.RepeatedGame(STAGE, WORLDS["noisy alarms in another order"][0])
    table = [[0, 0, 1, 1], [0, 0, 1, 1]]
    rule = ag.Automaton(np.eye(2), table, signals=game, actions=("hold", "build"))
    wanted = ag.expected_payoffs(game, (rule, ag.grim), discount=0.9)
    assert wanted == pytest.approx(ag.expected_payoffs(game, (ag.mirror, ag.grim), discount=0.9))
    assert ag.expected_payoffs(shuffled, (rule, ag.grim), discount=0.9) == pytest.approx(wanted)
    # without labels the same table could stand for action profiles
    with pytest.raises(InvalidGame, match="signals=game"):
        ag.expected_payoffs(game, (ag.Automaton(np.eye(2), table), ag.grim), discount=0.9)
    # what reads alike either way is played
    ag.expected_payoffs(game, (ag.Automaton(np.eye(2), [[0, 1, 1, 1], [1, 1, 1, 1]]), ag.grim), discount=0.9)
    for other in (
        ag.RepeatedGame(STAGE),
        ag.RepeatedGame(ag.StageGame(STAGE.payoffs, players=("Russia", "US"), actions=STAGE.actions), EXACT),
        ag.RepeatedGame(ag.StageGame(STAGE.payoffs, players=("US", "Russia")), EXACT),
    ):
        with pytest.raises(InvalidGame):
            ag.expected_payoffs(other, (rule, ag.grim), discount=0.9)


def test_a_best_reply_is_the_same_strategy_on_the_same_game_in_another_order():
    game = ag.RepeatedGame(STAGE, ag.Monitoring.detection((0.9, 0.6), (0.05, 0.2)))
    shuffled = ag.RepeatedGame(STAGE, WORLDS["noisy alarms in another order"][0])
    found = ag.best_reply(game, (ag.mirror, NAMED["extortion"]), 0, discount=0.9)
    for played in (game, shuffled):
        value = ag.expected_payoffs(played, (found.strategy, NAMED["extortion"]), discount=0.9)
        assert value[0] == pytest.approx(found.value, abs=1e-9)


def test_a_game_of_one_state_keeps_the_meaning_of_its_signals():
    for monitoring in (EXACT, ag.Monitoring.alarm(0.8, 0.1), ag.Monitoring.detection((0.9, 0.6), (0.05, 0.2))):
        game = ag.RepeatedGame(STAGE, monitoring)
        chain = game.as_stochastic()
        assert [z[0] for z in chain.outcomes(0)] == list(game.signals)
        back = chain.as_repeated()
        for rule in (ag.grim, ag.mirror, ag.suspend(2)):
            assert ag.expected_payoffs(back, (rule, ag.always_deploy), discount=0.9) == pytest.approx(
                ag.expected_payoffs(game, (rule, ag.always_deploy), discount=0.9)
            )
    # actions seen beside a signal: the profile decides, the signal is no alarm
    joint = np.full((2, 2, 3, 1), 1 / 3)
    both = ag.StochasticGame([STAGE], signals=[joint]).as_repeated()
    for strategy in NAMED.values():
        assert ag.expected_payoffs(both, (strategy, TFT), discount=0.9) == pytest.approx(
            ag.expected_payoffs(ag.RepeatedGame(STAGE), (strategy, TFT), discount=0.9)
        )


def test_rules_about_conduct_are_refused_where_there_are_states():
    still = np.full((2, 2, 4), 0.25)
    four = ag.StochasticGame([STAGE] * 4, [still] * 4)
    private = ag.private_monitoring.PrivateStochasticGame(
        four, ag.private_monitoring.PrivateMonitoring(np.full((2, 2, 4, 4), 1 / 16))
    )
    for game in (four, private):
        for strategy in (NAMED["bully"], TFT, ag.mirror):
            with pytest.raises(WrongConcept, match="RepeatedGame"):
                ag.expected_payoffs(game, (strategy, strategy), discount=0.9)


def test_private_signals_are_read_by_their_labels():
    four = ("none", "US", "Russia", "both")
    kernel = EXACT.kernel(STAGE).reshape(2, 2, 4)
    order = [3, 2, 0, 1]
    clear, turned = (
        ag.PrivateGame(
            STAGE, ag.private_monitoring.PrivateMonitoring.near_public(kernel[..., k], 0.0, [four[y] for y in k])
        )
        for k in ([0, 1, 2, 3], order)
    )
    for strategy in NAMED.values():
        wanted = ag.expected_payoffs(ag.RepeatedGame(STAGE), (strategy, TFT), discount=0.9)
        for game in (clear, turned):
            assert ag.expected_payoffs(game, (strategy, TFT), discount=0.9) == pytest.approx(wanted)
    unnamed = ag.PrivateGame(STAGE, ag.private_monitoring.PrivateMonitoring.near_public(kernel, 0.0))
    with pytest.raises(InvalidGame, match="name nobody"):
        ag.expected_payoffs(unnamed, (TFT, TFT), discount=0.9)
    own = ag.PrivateGame(STAGE, ag.private_monitoring.PrivateMonitoring.alarms(STAGE, 1.0, 0.0))
    assert ag.expected_payoffs(own, (ag.mirror, ag.always_deploy), discount=0.9) == pytest.approx(
        ag.expected_payoffs(ag.RepeatedGame(STAGE), (ag.mirror, ag.always_deploy), discount=0.9)
    )


def test_states_in_another_order_are_followed_or_refused():
    rng = np.random.default_rng(4)
    laws = rng.dirichlet(np.ones(2), (2, 2, 2))
    stages = [STAGE, ag.StageGame(STAGE.payoffs + 1, players=STAGE.players, actions=STAGE.actions)]
    here = ag.StochasticGame(stages, laws, states=("calm", "crisis"))
    there = ag.StochasticGame(stages[::-1], laws[::-1][..., ::-1], states=("crisis", "calm"), initial="calm")
    outputs = {"calm": np.eye(2), "crisis": np.eye(2)}
    table = np.array([[[0, 1], [0, 1]], [[1, 0], [1, 1]]])
    named = ag.Automaton(outputs, table, signals=("calm", "crisis"))
    wanted = ag.expected_payoffs(here, (named, named), discount=0.9)
    assert ag.expected_payoffs(here, (ag.Automaton(outputs, table),) * 2, discount=0.9) == pytest.approx(wanted)
    assert ag.expected_payoffs(there, (named, named), discount=0.9) == pytest.approx(wanted)
    with pytest.raises(InvalidGame, match="order of next"):
        ag.expected_payoffs(there, (ag.Automaton(outputs, table),) * 2, discount=0.9)
    found = ag.best_reply(here, (named, named), 0, discount=0.9)
    assert ag.expected_payoffs(there, (found.strategy, named), discount=0.9)[0] == pytest.approx(found.value)


def test_outcomes_of_states_are_followed_by_label():
    joint = np.array([[[[0.7], [0.3]], [[0.2], [0.8]]], [[[0.4], [0.6]], [[0.1], [0.9]]]])
    here = ag.StochasticGame([STAGE], signals=[joint], signal_labels=("low", "high"), observed="state")
    there = ag.StochasticGame([STAGE], signals=[joint[..., ::-1, :]], signal_labels=("high", "low"), observed="state")
    unnamed = ag.StochasticGame([STAGE], signals=[joint[..., ::-1, :]], observed="state")
    rule = ag.Automaton({"state 0": np.eye(2)}, {"state 0": [[0, 1], [0, 1]]}, signals=here)
    wanted = ag.expected_payoffs(here, (rule, rule), discount=0.9)
    assert ag.expected_payoffs(there, (rule, rule), discount=0.9) == pytest.approx(wanted)
    with pytest.raises(InvalidGame, match="outcomes"):
        ag.expected_payoffs(unnamed, (rule, rule), discount=0.9)


def test_a_profile_by_state_is_refused_on_a_game_of_other_labels():
    other = ag.StageGame(STAGE.payoffs[:, ::-1], players=STAGE.players, actions=(("build", "hold"), ("stay", "test")))
    still = np.ones((2, 2, 1))
    here, there = (ag.StochasticGame([stage], [still]) for stage in (STAGE, other))
    profile = ag.markov.MarkovProfile(here, [["hold"], ["test"]])
    ag.expected_payoffs(here, profile, discount=0.9)
    with pytest.raises(InvalidGame, match="MarkovProfile"):
        ag.expected_payoffs(there, profile, discount=0.9)


def test_only_signals_that_leave_something_open_make_monitoring_imperfect():
    three = ag.StageGame(np.arange(18.0).reshape(2, 3, 3))
    assert not ag.RepeatedGame(STAGE, EXACT).imperfect
    assert ag.RepeatedGame(three, EXACT).imperfect
    assert ag.RepeatedGame(STAGE, ag.Monitoring.detection(1.0, 0.0, lag=2)).imperfect
    assert ag.RepeatedGame(STAGE, ag.Monitoring.alarm(1.0)).imperfect
    assert ag.RepeatedGame(STAGE, ag.Monitoring.detection(1.0, 1e-12)).imperfect


def test_a_forced_action_by_index_means_one_action_in_all_states():
    still = np.full((2, 2, 2), 0.5)
    other = ag.StageGame(STAGE.payoffs, players=STAGE.players, actions=(("build", "hold"), ("stay", "test")))
    game = ag.StochasticGame([STAGE, other], [still, still])
    plan = ag.markov.MarkovProfile(game, [["hold", "hold"], ["stay", "stay"]])
    ask = {"discount": 0.9, "periods": 4, "paths": 2, "rng": 1}
    by_label = ag.simulate(game, plan, shocks=[(1, {"Russia": "test"})], **ask).payoffs
    np.testing.assert_array_equal(ag.simulate(game, plan, shocks=[(1, {"Russia": 1})], **ask).payoffs, by_label)
    with pytest.raises(InvalidGame, match="a label"):
        ag.simulate(game, plan, shocks=[(1, {"US": 1})], **ask)


def test_a_tournament_meets_in_both_seats_where_a_table_favours_one():
    # the table answers the first party's deployments whoever plays it: a literal table is not symmetric
    stage = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
    lopsided = ag.Automaton(np.eye(2), [[0, 0, 1, 1], [0, 0, 1, 1]])
    game = ag.RepeatedGame(stage)
    found = ag.populations.tournament({"table": lopsided, "deploy": ag.always_deploy}, game, periods=5)
    assert not found.symmetric
    for seats in ((lopsided, ag.always_deploy), (ag.always_deploy, lopsided)):
        at = (0, 1) if seats[0] is lopsided else (1, 0)
        assert found.payoffs[:, at[0], at[1]] == pytest.approx(ag.expected_payoffs(game, seats, periods=5))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ag.Monitoring.public(np.full((2, 2, 2), 0.5), about={"y7": ["US"]}), "y7"),
        (lambda: ag.Monitoring.public(np.full((2, 2, 2), 0.5), about={"y1": "US"}), "about"),
        (lambda: ag.RepeatedGame(STAGE, ag.Monitoring.public(np.full((2, 2, 2), 0.5), about={"y1": ["UK"]})), "UK"),
        (lambda: ag.RepeatedGame(ag.StageGame(STAGE.payoffs, players=("none", "x")), EXACT).signals, "Rename"),
        (lambda: ag.Automaton(np.eye(2), [[0, 1], [0, 1]], signals=("a",)), "2 different labels"),
        (lambda: ag.Automaton(np.eye(2), [[0, 1], [0, 1]], actions=("a", "b", "c")), "actions"),
        (lambda: ag.StochasticGame([STAGE], [np.ones((2, 2, 1))], signal_labels=("a",)), "signal_labels"),
    ],
)
def test_labels_that_do_not_fit_are_refused(make, words):
    with pytest.raises(InvalidGame, match=words):
        make()
