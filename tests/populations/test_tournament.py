"""Round robins: exact against hand counts, closed forms and samples; named strategies do what their sources say."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import numpy as np
import pytest

import armsgame as ag
from armsgame._values import same
from armsgame.populations import round_robin

DILEMMA = ag.RepeatedGame(ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
NAMED = ag.strategies.named_strategies()
FEW = {k: NAMED[k] for k in ("mirror", "grim", "random", "extortion", "alternator", "always_deploy")}


def _run(first, second, periods, game=DILEMMA):
    """Play two deterministic strategies by hand: no kernel, no chain."""
    rules = [s.on(game, i) for i, s in enumerate((first, second))]
    q = [r.initial for r in rules]
    totals, played = np.zeros(2), []
    for _ in range(periods):
        a = [int(np.argmax(r.law()[k])) for r, k in zip(rules, q, strict=True)]
        totals += [game.stage.payoffs[i][tuple(a)] for i in range(2)]
        signal = 2 * a[0] + a[1]
        q = [
            int(r.next[k, signal] if r.next.ndim == 2 else r.next[k, a[i], signal])
            for i, (r, k) in enumerate(zip(rules, q, strict=True))
        ]
        played.append("".join("CD"[k] for k in a))
    return totals, played


def test_at_least_twenty_strategies_each_with_a_source():
    assert len(NAMED) >= 20
    for name, one in NAMED.items():
        assert one.name == name
        assert one.source
        assert name in str(one)


@pytest.mark.parametrize(
    ("name", "against", "scores"),
    [
        ("always_deploy", "always_comply", (1000, 0)),
        ("always_deploy", "mirror", (204, 199)),
        ("always_deploy", "win_stay_lose_shift", (600, 100)),
        ("always_deploy", "bully", (996, 1)),
        ("grudger", "alternator", (597, 107)),
        ("grudger", "bully", (991, 6)),
        ("alternator", "mirror", (503, 498)),
        ("alternator", "tit_for_two_tats", (800, 300)),
        ("suspicious_mirror", "grudger", (203, 203)),
        ("anti_mirror", "win_stay_lose_shift", (602, 267)),
        ("anti_mirror", "tit_for_two_tats", (560, 360)),
    ],
)
def test_two_hundred_periods_give_the_known_totals(name, against, scores):
    # regression values of 200 noise-free turns, measured with Axelrod 4.14
    found = ag.populations.tournament({name: NAMED[name], against: NAMED[against]}, DILEMMA, periods=200)
    assert 200 * found.payoffs[:, 0, 1] == pytest.approx(scores, abs=1e-9)


def test_exact_matches_equal_play_by_hand_for_all_deterministic_strategies():
    sure = {
        k: s for k, s in NAMED.items() if all(set(np.unique(s.on(DILEMMA, i).law())) <= {0.0, 1.0} for i in range(2))
    }
    assert len(sure) >= 18
    found = ag.populations.tournament(sure, DILEMMA, periods=37)
    names = list(sure)
    for i, a in enumerate(names):
        for j, b in enumerate(names):
            assert 37 * found.payoffs[:, i, j] == pytest.approx(_run(sure[a], sure[b], 37)[0], abs=1e-9)


@pytest.mark.parametrize(
    ("name", "against", "own"),
    [
        ("handshake", "handshake", "CDCCC"),
        ("handshake", "always_comply", "CDDDD"),
        ("gradual_three", "always_deploy", "CDCCDDCCDDDCCDDDCC"),
        ("soft_grudger", "always_deploy", "CDDDDCCDDDDCC"),
        ("stick_and_carrot", "always_deploy", "CDDCDDC"),
        ("suspend", "always_deploy", "CDDDCDDDC"),
        ("forgiving_grim", "suspicious_mirror", "CDDDDD"),
        ("two_tits_for_tat", "always_deploy", "CDDD"),
        ("fortress", "fortress", "DDCCC"),
        ("ripoff", "always_comply", "DCDCD"),
    ],
)
def test_a_named_strategy_plays_as_described(name, against, own):
    played = _run(NAMED[name], NAMED[against], len(own))[1]
    assert "".join(p[0] for p in played) == own


@pytest.mark.parametrize("against", ["always_comply", "random", "win_stay_lose_shift", "firm_but_fair", "generous"])
def test_zero_determinant_relations_hold_in_the_long_run(against):
    other = NAMED[against]
    for name, check in (
        ("extortion", lambda s, t: (s - 1) - 2 * (t - 1)),
        ("generous_zd", lambda s, t: (s - 3) - 2 * (t - 3)),
        ("equaliser", lambda _, t: t - 5 / 3),
    ):
        found = ag.populations.tournament({name: NAMED[name], against: other}, DILEMMA, self_play=False)
        assert check(*found.payoffs[:, 0, 1]) == pytest.approx(0, abs=1e-9)


def test_finite_matches_of_memory_one_pairs_approach_the_long_run():
    # error 1/20: frequencies CC, CD, DC, DD are (19, 361, 31, 589)/1000, and (49, 7, 7, 1)/64 against a twin
    long = ag.populations.tournament([ag.generous(1 / 3), ag.always_deploy], DILEMMA, error=0.05)
    assert long.payoffs[:, 0, 1] == pytest.approx([0.801, 2.451], abs=1e-10)
    assert long.payoffs[0, 0, 0] == pytest.approx(2.859375, abs=1e-10)
    far = ag.populations.tournament([ag.generous(1 / 3), ag.always_deploy], DILEMMA, error=0.05, periods=20_000)
    assert far.payoffs == pytest.approx(long.payoffs, abs=1e-3)


def test_grudger_against_mirror_under_error_has_the_reference_frequencies():
    # 200 periods, error 1/20, both start complying; exact product chain: CC, CD, DC, DD
    freq = [0.05219124989857204, 0.09163374999577649, 0.04730874999518976, 0.8088662501104573]
    for k in range(4):
        pay = np.zeros(4)
        pay[k] = 1.0
        stage = ag.StageGame.from_bimatrix(pay.reshape(2, 2), pay.reshape(2, 2))
        got = ag.populations.tournament([ag.mirror, NAMED["grudger"]], ag.RepeatedGame(stage), periods=200, error=0.05)
        assert got.payoffs[0, 0, 1] == pytest.approx(freq[k], abs=1e-9)


@pytest.mark.parametrize("setting", [{"periods": 23}, {"periods": 23, "prob_end": 0.05}, {"prob_end": 0.05}, {}])
def test_exact_payoffs_agree_with_the_sparse_chain(setting):
    found = ag.populations.tournament(FEW, DILEMMA, error=0.03, **setting)
    pair = (FEW["random"], FEW["grim"])
    if "periods" in setting and "prob_end" in setting:
        whole = ag.expected_payoffs(DILEMMA, pair, periods=23, discount=0.95, error=0.03)
        want = whole / (1 - 0.95**23)
    else:
        d = 1 - setting["prob_end"] if "prob_end" in setting else None
        want = ag.expected_payoffs(DILEMMA, pair, discount=d, periods=setting.get("periods"), error=0.03)
    names = list(FEW)
    assert found.payoffs[:, names.index("random"), names.index("grim")] == pytest.approx(want, abs=1e-10)


@pytest.mark.parametrize("setting", [{"periods": 60}, {"prob_end": 0.02}, {"periods": 40, "prob_end": 0.02}])
def test_samples_agree_with_expectations(setting):
    exact = ag.populations.tournament(FEW, DILEMMA, error=0.05, **setting)
    drawn = ag.populations.tournament(FEW, DILEMMA, error=0.05, repetitions=3000, rng=7, **setting)
    z = (drawn.payoffs - exact.payoffs) / np.where(drawn.errors > 0, drawn.errors, 1.0)
    assert np.abs(z).max() < 4.5
    assert (np.abs(drawn.scores - exact.scores) < 4.5 * drawn.score_errors).all()
    assert not drawn.exact
    assert exact.exact


def test_samples_keep_their_numbers_when_repetitions_and_strategies_are_added():
    few = dict(list(FEW.items())[:3])
    a = ag.populations.tournament(few, DILEMMA, periods=20, error=0.1, repetitions=5, rng=3)
    b = ag.populations.tournament(FEW, DILEMMA, periods=20, error=0.1, repetitions=5, rng=3)
    assert np.array_equal(a.payoffs, b.payoffs[:, :3, :3])
    again = ag.populations.tournament(few, DILEMMA, periods=20, error=0.1, repetitions=5, rng=3)
    assert np.array_equal(a.payoffs, again.payoffs)
    other = ag.populations.tournament(few, DILEMMA, periods=20, error=0.1, repetitions=5, rng=4)
    assert not np.array_equal(a.payoffs, other.payoffs)


def test_equal_strategies_tie_and_the_next_rank_is_skipped():
    twins = {"a": ag.mirror, "b": ag.mirror, "c": ag.always_comply, "d": ag.always_deploy}
    found = ag.populations.tournament(twins, DILEMMA, periods=10)
    assert found.scores[0] == found.scores[1]
    ranks = dict(zip(found.strategies, found.ranks[:, 0].tolist(), strict=True))
    assert ranks["a"] == ranks["b"]
    assert sorted(ranks.values()) in ([1, 2, 2, 4], [1, 1, 3, 4], [1, 2, 3, 3])


def test_one_repetition_leaves_every_rank_open():
    found = ag.populations.tournament(FEW, DILEMMA, periods=5, error=0.1, repetitions=1, rng=0)
    assert (found.ranks == [1, len(FEW)]).all()
    assert np.isnan(found.score_errors).all()


def test_seats_matter_in_an_asymmetric_game():
    stage = ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[2, 4], [0, 1]])
    game = ag.RepeatedGame(stage)
    found = ag.populations.tournament({"mirror": ag.mirror, "deploy": ag.always_deploy}, game, periods=10)
    assert not found.symmetric
    assert found.payoffs[:, 0, 1] == pytest.approx(ag.expected_payoffs(game, (ag.mirror, ag.always_deploy), periods=10))
    assert found.payoffs[:, 1, 0] == pytest.approx(ag.expected_payoffs(game, (ag.always_deploy, ag.mirror), periods=10))
    want = (found.payoffs[0, 0, :].sum() + found.payoffs[1, :, 0].sum()) / 4
    assert found.scores[0] == pytest.approx(want)


def test_imperfect_monitoring_and_treaty_games_play():
    noisy = ag.RepeatedGame(DILEMMA.stage, ag.Monitoring.detection(0.9, 0.05))
    found = ag.populations.tournament([ag.mirror, ag.grim, ag.contrite], noisy, periods=30, error=0.01)
    want = ag.expected_payoffs(noisy, (ag.grim, ag.contrite), periods=30, error=0.01)
    assert found.payoffs[:, 1, 2] == pytest.approx(want, abs=1e-12)


def test_affine_payoffs_move_scores_and_keep_ranks():
    moved = ag.RepeatedGame(
        ag.StageGame.from_bimatrix(2 * DILEMMA.stage.payoffs[0] + 7, 2 * DILEMMA.stage.payoffs[1] + 7)
    )
    a, b = (ag.populations.tournament(FEW, g, periods=15, error=0.02) for g in (DILEMMA, moved))
    assert b.scores == pytest.approx(2 * a.scores + 7)
    assert np.array_equal(a.ranks, b.ranks)


def test_payoff_matrix_is_a_symmetric_game_of_the_strategies():
    stage = ag.populations.payoff_matrix(FEW, DILEMMA, periods=20, error=0.01)
    assert stage.actions[0] == tuple(FEW)
    assert np.array_equal(stage.payoffs[0], stage.payoffs[1].T)


def test_tables_and_words_of_a_tournament():
    found = ag.populations.tournament(FEW, DILEMMA, periods=10, error=0.1, repetitions=20, rng=1)
    frame = found.to_frame()
    assert list(frame["score"]) == sorted(frame["score"], reverse=True)
    assert (frame["low"] <= frame["score"]).all()
    assert found.to_xarray()["payoff"].sel(seat=0, strategy="grim", opponent="random").item() == found.payoffs[0, 1, 2]
    assert "20 repetitions" in str(found)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"strategies": []}, "at least one strategy"),
        ({"strategies": [ag.mirror, ag.mirror]}, "different labels"),
        ({"strategies": {"x": 3}}, "Automaton"),
        ({"strategies": "mirror"}, "mapping"),
        ({"error": 1.5}, "error"),
        ({"prob_end": -0.1}, "prob_end"),
        ({"periods": 0}, "periods"),
        ({"repetitions": 5, "periods": None}, "prob_end"),
        ({"strategies": [ag.mirror], "self_play": False}, "at least two"),
    ],
    ids=lambda v: str(v)[:30],
)
def test_faulty_tournaments_are_refused(change, words):
    arguments = {"strategies": [ag.mirror, ag.grim], "periods": 5} | change
    with pytest.raises(ag.errors.InvalidGame, match=words):
        ag.populations.tournament(arguments.pop("strategies"), DILEMMA, **arguments)


def test_a_stage_game_is_no_tournament():
    with pytest.raises(ag.errors.WrongConcept, match="RepeatedGame"):
        ag.populations.tournament([ag.mirror], DILEMMA.stage, periods=5)


def test_a_machine_table_equals_the_memory_one_rule_it_spells():
    rows = [("s", "C", "s", "C"), ("s", "D", "s", "D")]
    machine = ag.Automaton.machine(rows, start=("s", "C"))
    found = ag.populations.tournament(
        {"table": machine, "vector": ag.Automaton.memory_one(1, 0, 1, 0), **FEW}, DILEMMA, periods=50
    )
    assert found.payoffs[:, 0] == pytest.approx(found.payoffs[:, 1])


@pytest.mark.parametrize(
    ("rows", "start", "words"),
    [
        ([(0, "C", 0, "C")], (0, "C"), "no row for state 0 after 'D'"),
        ([(0, "C", 0, "C"), (0, "C", 1, "D")], (0, "C"), "second"),
        ([(0, "C", 0)], (0, "C"), "own action"),
        ([(0, "X", 0, "C"), (0, "D", 0, "C")], (0, "C"), "'X' is unknown"),
        ([(0, "C", 0, "C"), (0, "D", 0, "C")], (0, "E"), "'E' is unknown"),
        ([(0, "C", 0, "C"), (0, "D", 0, "C")], (0,), "pair"),
    ],
    ids=["missing", "double", "short", "action", "start", "pair"],
)
def test_faulty_machine_tables_are_refused(rows, start, words):
    with pytest.raises(ag.errors.InvalidGame, match=words):
        ag.Automaton.machine(rows, start=start)


def test_vectors_in_the_table_are_the_published_fractions():
    law = NAMED["extortion"].on(DILEMMA, 0).law()[1:, 0]
    assert law.tolist() == [float(Fraction(v)) for v in ("8/9", "1/2", "1/3", "0")]


@pytest.mark.parametrize(
    "asked",
    [
        {"periods": 37}, {"periods": 37, "prob_end": 0.1}, {"periods": 37, "repetitions": 5, "rng": 1},
        {"repetitions": 5, "rng": 1, "prob_end": 0.05},
    ],
    ids=["exact", "ending", "sampled", "sampled and ending"],
)  # fmt: skip
def test_matches_in_pieces_are_the_same_matches(asked, monkeypatch):
    game = ag.RepeatedGame(ag.treaty.compliance(temptation=1.5), ag.Monitoring.alarm(0.9, 0.05))
    play = partial(ag.populations.tournament, [ag.grim, ag.suspend(3), ag.generous(0.2)], game, error=0.05, **asked)
    whole = play()
    monkeypatch.setattr(round_robin, "_STEPS", 4)
    assert same(play(), whole)
