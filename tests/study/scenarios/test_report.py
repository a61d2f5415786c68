"""The main job's numbers against closed forms, its neutrality, and its counterfactual."""

from __future__ import annotations

import json
import pickle
import tomllib
from concurrent.futures import Executor, Future
from datetime import date
from itertools import product

import numpy as np
import pytest
from treaty_by_hand import branches_by_hand, hand_of, law_and_values, looks, share_by

import armsgame as ag
from armsgame.dossiers.loader import _parse, to_toml
from armsgame.study.scenarios.enforcement import thresholds
from armsgame.study.scenarios.outlook import attendance, display_beliefs

compliance = ag.treaty.compliance
INF = ag.load_scenario("inf")


ASKED = {"paths": 2000, "periods": 60, "assumed": True, "rng": 3}


@pytest.fixture(scope="module")
def result():
    return ag.report(INF, **ASKED)


def swapped(scenario):
    """Give the dossier with the parties' labels exchanged wherever they stand."""
    other = {"US": "Russia", "Russia": "US"}

    def turn(value):
        if isinstance(value, dict):
            return {other.get(k, k): turn(v) for k, v in value.items()}
        if isinstance(value, list):
            return [turn(v) for v in value]
        return other.get(value, value) if isinstance(value, str) else value

    data = turn(tomllib.loads(to_toml(scenario)))
    data["parties"] = data["parties"][::-1]
    import tomli_w

    return _parse(tomli_w.dumps(data), "swapped.toml")


def row(rows, strategy, regime):
    return next(r for r in rows if r.strategy.startswith(strategy) and r.regime == regime)


def test_thresholds_are_those_of_the_closed_forms(result):
    for regime, d, expected in (("on-site inspection", 0.8, 0.38879), ("national technical means", 0.03, 0.96175)):
        grim = row(result.rows, "grim", regime)
        closed = compliance.grim(1.5, 1, 0, *compliance.per_party_alarm(d, 0.005)).threshold
        assert grim.threshold.value == pytest.approx(closed, abs=1e-9)
        assert grim.closed_form == pytest.approx(closed, abs=1e-12)
        assert closed == pytest.approx(expected, abs=5e-6)
        assert row(result.rows, "exit_on_alarm", regime).threshold.value == pytest.approx(closed, abs=1e-7)
        psi1, psi0 = compliance.per_party_alarm(d, 0.005)
        suspend = row(result.rows, "suspend", regime)
        n = int(suspend.strategy[8:-1])
        closed_n = compliance.finite_punishment(1.5, 1, 0, psi1, psi0, 0.95).periods
        assert suspend.holds == (closed_n <= n)
    mirror = row(result.rows, "mirror", "on-site inspection").threshold.intervals
    assert mirror[0][0] == pytest.approx(0.5 / ((0.8 - 0.005) * 1.5), abs=1e-9)
    assert row(result.rows, "mirror", "national technical means").threshold.intervals == ()


def test_enforcement_flips_and_the_failing_deviation_is_named(result):
    after = row(result.rows, "exit_on_alarm", "national technical means").certificate
    assert not after.ok
    assert after.max_gain == pytest.approx(0.00513, abs=5e-6)
    assert row(result.rows, "ladder_yield", "on-site inspection").threshold.intervals[0] == pytest.approx(
        (0.7180, 0.9884), abs=6e-5
    )


def test_sampled_shares_lie_on_the_exact_law(result):
    for found in result.outlooks.values():
        exact = found.law.survival
        error = np.sqrt(exact * (1 - exact) / found.paths.paths) + 1e-9
        assert (np.abs(found.paths.survival() - exact) < 4.5 * error + 1e-8).all()
        assert found.largest_gain > 0  # behaviour is assumed, and the report must say so


def test_beliefs_are_bayes_rule_on_each_perspectives_own_numbers(result):
    agnostic, us, russian = (result.beliefs[n] for n in ("agnostic", "us_account", "russian_account"))
    assert agnostic.found.posterior == pytest.approx(0.5 * 0.8 / (0.5 * 0.8 + 0.5 * 0.95))
    assert agnostic.found.posterior_after_fail == pytest.approx(0.8)
    assert agnostic.found.attends
    assert us.found.posterior == pytest.approx(0.895, abs=5e-4)
    assert not us.found.attends
    assert agnostic.found.leave_threshold == pytest.approx(2 / 3)
    assert agnostic.posterior_pretext == pytest.approx(0.25 * 0.9 / (0.25 * 0.9 + 0.75 * 0.1))
    assert (us.posterior_pretext, russian.posterior_pretext) == (0, 1)


def test_attending_changes_the_move_only_and_two_accounts_show_no_effect(result):
    for name in ("us_account", "russian_account"):
        assert not result.attended[name].difference.any()
        assert result.attended[name].sampled == 0
    one = result.attended["agnostic"]
    assert one.difference[-1] < -0.1
    assert abs(one.sampled - one.difference[-1]) < 4.5 * one.error
    # three of four types of demander drop the demand after a pass; the display is passed with .95 or .80
    assert one.dropped == pytest.approx(0.75)
    assert one.difference[4] == pytest.approx(-0.75 * (0.5 * 0.95 + 0.5 * 0.8), abs=0.02)


def test_every_headline_result_is_given_for_every_perspective(result):
    assert len(INF.perspectives) >= 2
    assert set(result.outlooks) == set(result.beliefs) == set(result.attended) == set(INF.perspectives)
    assert set(result.accounts) == set(INF.perspectives)


def test_strategic_outcomes_are_those_of_the_verbs(result):
    for name, account in result.accounts.items():
        found = ag.outcomes(INF, name, periods=60)
        assert [p.name for p in account.outcomes] == [p.name for p in found]
        for one, again in zip(account.outcomes, found, strict=True):
            assert one.law.survival == pytest.approx(again.law.survival, abs=1e-12)
            assert ag.verify(found.game, one.equilibrium.profile, discount=0.95).ok
            share = one.run.happened("withdrawn").mean()
            assert abs(share - one.law.cdf[-1]) < 4.5 * np.sqrt(one.law.cdf[-1] * (1 - one.law.cdf[-1]) / 2000) + 1e-9
        low, high = account.outcomes.inner
        least, most = account.outcomes.outer
        assert least - 1e-9 <= low <= high <= most + 1e-9
        for swing in account.swings:
            assert len(swing.settings) == len(swing.least) == len(swing.greatest) == 2


def test_behaviour_is_assumed_only_where_that_is_asked_for():
    plain = ag.report(INF, perspective="russian_account", paths=200, periods=20, rng=1)
    assert dict(plain.outlooks) == {}
    assert "Outcomes if behaviour is assumed" not in str(plain)
    assert "assumed_survival_exact" not in plain.to_xarray()
    assert plain.summary()["assumed"] == {}


def test_swapping_the_labels_swaps_strategic_play():
    ours, theirs = ag.outcomes(INF, "us_account", periods=40), ag.outcomes(swapped(INF), "us_account", periods=40)
    assert sorted(p.law.cdf[-1] for p in ours) == pytest.approx(sorted(p.law.cdf[-1] for p in theirs), abs=1e-9)
    assert ours.outer == pytest.approx(theirs.outer, abs=1e-9)


def test_swapping_the_labels_swaps_every_result():
    other = swapped(INF)
    ours, theirs = thresholds(INF), thresholds(other)
    for a, b in zip(ours, theirs, strict=True):
        assert a.strategy == b.strategy
        assert np.allclose(a.threshold.intervals, b.threshold.intervals)
        assert float(a.certificate.max_gain) == pytest.approx(float(b.certificate.max_gain), abs=1e-12)
    for name in INF.perspectives:
        a, b = display_beliefs(INF, name), display_beliefs(other, name)
        assert (a.demander, b.demander) == ("US", "Russia")
        assert a.found == b.found
        assert a.posterior_pretext == b.posterior_pretext
        a, b = (attendance(s, name, paths=100, periods=30, rng=1) for s in (INF, other))
        assert np.allclose(a.difference, b.difference, atol=1e-12)
        assert np.allclose(a.declined.survival, b.declined.survival, atol=1e-12)


def test_the_report_reads_and_its_summary_is_plain_json(result):
    text = str(result)
    for part in ("assumption", "as if permanent", "unravels", "does not show", "no effect", "contested", "1. ", "8. "):
        assert part in text
    assert "Russia offered a display and US declined it" in text
    assert "agnostic 0.500 0.457 0.800 0.667 0.0250 0.250 0.750" in " ".join(text.split())
    again = json.loads(json.dumps(result.summary(), allow_nan=False))
    assert again["flip"]["share"] == pytest.approx(0.47, abs=0.01)
    assert len(again["thresholds"]) == 12
    data = result.to_xarray()
    assert data["survival_exact"].dims == ("perspective", "profile", "time")
    assert data["assumed_survival_exact"].dims == ("perspective", "time")
    assert data["shortest_suspension"].attrs["units"] == "periods"


def test_a_summary_may_be_changed_and_the_report_stays(result):
    text, mine = str(result), result.summary()
    mine["thresholds"].clear()
    mine["question"]["discount"] = 0.0
    assert result.summary()["thresholds"]
    assert str(result) == text


def test_one_perspective_can_be_chosen_and_the_seed_repeats_the_run(result):
    one_account = ag.report(INF, perspective="us_account", **ASKED)
    assert list(one_account.accounts) == ["us_account"]
    assert list(one_account.beliefs) == list(INF.perspectives)
    again = (found.accounts["us_account"].outcomes for found in (one_account, result))
    for one, two in zip(*again, strict=True):
        assert np.array_equal(one.run.payoffs, two.run.payoffs)


class _Elsewhere(Executor):
    """Takes every second piece of work through a pickle and never begins the others."""

    def __init__(self):
        self.taken = 0

    def submit(self, work, /, *given):
        self.taken += 1
        future = Future()
        if self.taken % 2:
            future.set_running_or_notify_cancel()
            future.set_result(pickle.loads(pickle.dumps(work(*pickle.loads(pickle.dumps(given))))))
        return future


def test_what_another_process_takes_changes_nothing(result):
    elsewhere = _Elsewhere()
    assert ag.report(INF, **ASKED, executor=elsewhere) == result
    assert elsewhere.taken == 4


def test_the_time_of_the_call_holds_in_another_process():
    with pytest.raises(ag.NotSolved, match=r"the budget of \S+ seconds is spent"):
        ag.report(ag.load_scenario("inf"), paths=50, periods=8, executor=_Elsewhere(), budget_seconds=0.2)


@pytest.mark.parametrize(
    ("bad", "match"),
    [
        ({"perspective": "agnostik"}, "agnostic"),
        ({"paths": 0}, "paths"),
        ({"periods": 1.5}, "periods"),
        ({"rng": -1}, "rng"),
    ],
)
def test_bad_input_is_named(bad, match):
    with pytest.raises(ag.errors.ArmsgameError, match=match):
        ag.report(INF, **bad)


def grim_by_hand(temptation, reward, detection, false_alarm):
    """Least discount of grim with punishment 0, from delta (a1 - a0) v >= (1 - delta) (T - R).

    The value of going along is v = (1 - delta) R / (1 - delta (1 - a0)), where a0 and a1 are the chances of an alarm.
    """
    quiet, loud = 1 - (1 - false_alarm) ** 2, 1 - (1 - detection) * (1 - false_alarm)
    return (temptation - reward) / ((loud - quiet) * reward + (temptation - reward) * (1 - quiet))


def test_numbers_of_enforcement_in_the_summary_are_those_of_hand_formulas(result):
    s = result.summary()
    pay = {n: p["value"] for n, p in s["parameters"].items()}
    for told in s["thresholds"]:
        if told["strategy"] == "grim":
            hand = grim_by_hand(pay["temptation"], pay["reward"], told["detection"], pay["false_alarm"])
            assert told["threshold"] == pytest.approx(hand, abs=1e-9)
            assert told["holds"] == (s["question"]["discount"] >= hand)
        assert told["holds"] == any(low <= s["question"]["discount"] <= high for low, high in told["discounts"])
        assert (told["largest_gain"] > 1e-9) != told["holds"]
    # with one period to go nothing follows: what complying forgoes is the temptation of that period
    end = s["anticipated_end"]
    assert end["gain_against_complying"] == pytest.approx(
        (1 - s["question"]["discount"]) * (pay["temptation"] - pay["reward"]), abs=1e-12
    )
    box = s["flip"]["box"]
    draw = np.random.default_rng(1)
    x = {n: draw.uniform(low, high, 40_000) for n, (low, high) in box.items()}
    # its range spans orders of magnitude, so that it is drawn on a scale of logarithms
    x["false_alarm"] = np.exp(draw.uniform(*np.log(box["false_alarm"]), 40_000))
    # below nought: a violation raises fewer alarms than compliance does, and no discount deters it
    least = (grim_by_hand(x["temptation"], 1.0, x[n], x["false_alarm"]) for n in ("detection", "detection_after"))
    before, after = (np.mean((t > 0) & (x["discount"] >= t)) for t in least)
    # sampling error of 40,000 draws is at most 0.0025
    assert s["flip"]["before"] == pytest.approx(before, abs=0.0125)
    assert s["flip"]["after"] == pytest.approx(after, abs=0.0125)
    assert s["flip"]["share"] == pytest.approx(before - after, abs=0.0125)


def test_numbers_of_play_in_the_summary_are_consistent_with_their_definitions(result):
    s = result.summary()
    n, z = s["question"]["paths"], 1.959963984540054
    for account in s["strategic"].values():
        prior, profiles = account["prior"], account["profiles"]
        assert all(sum(law.values()) == pytest.approx(1) for law in prior.values())
        withdrawn = [p["withdrawn_exact"] for p in profiles]
        assert account["inner"][0] <= min(withdrawn) + 1e-9
        assert account["inner"][1] >= max(withdrawn) - 1e-9
        for p in profiles:
            assert p["notice_exact"] >= p["withdrawn_exact"] - 1e-12
            for party, law in p["record_beliefs"].items():
                assert sum(ends[0] for ends in law.values()) == pytest.approx(1)
                assert sum(ends[1] for ends in law.values()) == pytest.approx(1)
                assert {k: ends[0] for k, ends in law.items()} == pytest.approx(prior[party])
    # where those alone leave who want out, one of two does so unless neither wants out
    out = [1 - law["wants_out"] for law in s["strategic"]["agnostic"]["prior"].values()]
    assert s["strategic"]["agnostic"]["inner"][0] == pytest.approx(1 - out[0] * out[1], abs=1e-9)
    for found in [*s["outcomes"].values(), *s["assumed"].values()]:
        for event, share in found["shares"].items():
            assert share * n == pytest.approx(round(share * n), abs=1e-6)
            middle, half = share + z * z / (2 * n), z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
            wilson = [(middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)]
            assert found["intervals"][event] == pytest.approx(wilson, abs=1e-9)
            assert found["standard_errors"][event] == pytest.approx(
                np.sqrt(share * (1 - share) / n), rel=1e-3, abs=1e-9
            )
            exact = found["exact"].get(event, share)
            assert abs(share - exact) <= 4.5 * np.sqrt(exact * (1 - exact) / n) + 1e-9
    for found in s["display_attended"].values():
        gap = found["withdrawn_attended"] - found["withdrawn_declined"]
        assert found["difference_exact"] == pytest.approx(gap, abs=1e-12)
        assert abs(found["difference_sampled"] - gap) <= 4.5 * found["standard_error"] + 1e-9
    # notice on 2 February 2019, withdrawal on 2 August 2019; Article XV asks for six months
    assert s["ending"]["left"] == "2019-08-02"
    assert s["ending"]["given_days"] == 181


def suspension_by_hand(pay, detection, discount, length):
    """Gain of one deployment against a suspension after any alarm, of so many periods (or for ever).

    While nobody is suspended both are worth v = (1 - d) R + d ((1 - a0) v + a0 d^n v); a deployment raises the chance
    of an alarm from a0 to a1, and each alarm costs d (1 - d^n) v. The payoff of a suspension is P = 0.
    """
    alarm = pay["false_alarm"]
    quiet, loud = 1 - (1 - alarm) ** 2, 1 - (1 - detection) * (1 - alarm)
    back = discount**length
    value = (1 - discount) * pay["reward"] / (1 - discount * (1 - quiet + quiet * back))
    lost = discount * (loud - quiet) * (1 - back) * value
    return (1 - discount) * (pay["temptation"] - pay["reward"]) - lost


def mirror_by_hand(pay, detection, discount):
    """Largest gain of one step off mirror, and where: each retaliates for one period after an alarm about the other."""
    chance = {"comply": pay["false_alarm"], "deploy": detection}
    paid = {
        ("comply", "comply"): pay["reward"], ("comply", "deploy"): pay["sucker"],
        ("deploy", "comply"): pay["temptation"], ("deploy", "deploy"): pay["punishment"],
    }  # fmt: skip
    states = list(product(("comply", "deploy"), repeat=2))

    def ahead(acts):
        # what each does next is what is said of the other now
        one, two = (chance[act] for act in acts[::-1])
        return [
            (one if own == "deploy" else 1 - one) * (two if other == "deploy" else 1 - two) for own, other in states
        ]

    law = np.array([ahead(acts) for acts in states])
    now = np.array([paid[acts] for acts in states])
    value = np.linalg.solve(np.eye(4) - discount * law, (1 - discount) * now)
    return max(
        (1 - discount) * paid[act, other] + discount * np.dot(ahead((act, other)), value) - value[k]
        for k, (_, other) in enumerate(states)
        for act in ("comply", "deploy")
    )


def test_gains_and_suspensions_in_the_summary_are_those_of_recursions_by_hand(result):
    s = result.summary()
    pay, d = {n: p["value"] for n, p in s["parameters"].items()}, s["question"]["discount"]
    assert pay["punishment"] == 0
    seen = set()
    for told in s["thresholds"]:
        seen.add(name := told["strategy"].split("(")[0])
        detection = told["detection"]
        if name in ("grim", "exit_on_alarm", "suspend"):
            length = int(told["strategy"][8:-1]) if name == "suspend" else np.inf
            gain = suspension_by_hand(pay, detection, d, length)
            assert told["largest_gain"] == pytest.approx(max(gain, 0), abs=1e-12)
            for low, high in told["discounts"]:
                assert high == 1
                assert suspension_by_hand(pay, detection, low, length) == pytest.approx(0, abs=1e-8)
            if not told["discounts"]:
                assert all(suspension_by_hand(pay, detection, x, length) > 0 for x in np.linspace(0.01, 0.999, 99))
        if name == "mirror":
            assert told["largest_gain"] == pytest.approx(mirror_by_hand(pay, detection, d), abs=1e-12)
        if name == "grim":
            assert told["threshold"] == pytest.approx(told["closed_form"], abs=1e-9)
        assert (told["kind"] == "perfect public") == told["holds"]
        single = len(told["discounts"]) == 1 and told["discounts"][0][1] == 1
        assert told["threshold"] == (told["discounts"][0][0] if single else None)
    assert seen == {"grim", "suspend", "mirror", "exit_on_alarm", "ladder_yield", "ladder_display"}
    for regime, told in s["reversion"].items():
        detection = next(row["detection"] for row in s["thresholds"] if row["regime"] == regime)
        deters = [n for n in range(1, 200) if suspension_by_hand(pay, detection, d, n) <= 0]
        assert told["shortest_suspension"] == (deters[0] if deters else None)
        assert told["permanent"] == (suspension_by_hand(pay, detection, d, np.inf) <= 0)
        assert told["certified"]


def test_beliefs_and_dates_in_the_summary_are_those_of_bayes_rule_and_the_calendar(result):
    s = result.summary()
    pay = {n: p["value"] for n, p in s["parameters"].items()}
    gain = pay["reward"] - pay["punishment"] - pay["outside_option"]
    loss = pay["punishment"] + pay["outside_option"] - pay["sucker"]
    for name, found in s["display"].items():
        p, account = found["prior"], INF.perspectives[name]
        ends = []
        for yes, no in (
            (account.pass_violating, account.pass_compliant),
            (1 - account.pass_violating, 1 - account.pass_compliant),
        ):
            chance = p * yes + (1 - p) * no
            ends.append((chance, p * yes / chance))
        assert [found["posterior_pass"], found["posterior_fail"]] == pytest.approx([b for _, b in ends], abs=1e-12)

        def worth(b):
            return max(0.0, gain * (1 - b) - loss * b)

        informed = sum(chance * worth(b) for chance, b in ends)
        assert found["value_of_information"] == pytest.approx(informed - worth(p), abs=1e-12)
        # who stays either way learns nothing of use, and does not attend
        assert found["attends"] == (informed - worth(p) > 1e-12)
        assert found["leave_threshold"] == pytest.approx(gain / (gain + loss), abs=1e-12)
        laws = account.types["US"]
        out = sum(laws[kind] for kind in laws if kind == "wants_out")
        assert found["prior_pretext"] == pytest.approx(out)
    # on-site inspection went from 1 July 1988 to 31 May 2001, in quarters of 91 days
    days = (date(2001, 5, 31) - date(1988, 7, 1)).days
    assert s["anticipated_end"]["periods"] == round(days / pay["period_days"])


def test_withdrawal_on_alarm_in_the_summary_is_a_geometric_law(result):
    """All deploy under national means, so each of two parties is seen with its chance in every period.

    An alarm is answered by notice in the next period and by exit when notice has run out; who wants out gives notice
    at once. Otherwise the treaty stands until the first alarm.
    """
    s = result.summary()
    pay = {n: p["value"] for n, p in s["parameters"].items()}
    account = s["strategic"]["agnostic"]
    stay = np.prod([1 - law["wants_out"] for law in account["prior"].values()])
    one = next(p for p in account["profiles"] if p["name"] == "exit_on_alarm")
    assert {move.split(",")[0] for own in one["first_moves"].values() for move in own.values()} == {"deploy"}
    unseen = (1 - pay["detection_after"]) ** 2
    notice = int(pay["notice_days"] / pay["period_days"])
    periods = s["question"]["periods"]
    assert one["notice_exact"] == pytest.approx(1 - stay * unseen ** (periods - 1), abs=1e-12)
    assert one["withdrawn_exact"] == pytest.approx(1 - stay * unseen ** (periods - 1 - notice), abs=1e-12)
    assert one["exact"]["withdrawn and mirrored"] == pytest.approx(one["withdrawn_exact"], abs=1e-12)
    assert one["exact"]["arms race"] == pytest.approx(1, abs=1e-9)
    assert one["exact"]["complied throughout"] == 0
    # deployment by both pays P = 0 whatever happens, to all who do not want out
    for own in one["values"].values():
        assert [v for kind, v in own.items() if kind != "wants_out"] == pytest.approx([0, 0], abs=1e-12)


def test_assumed_and_attended_numbers_of_the_summary_are_those_of_a_second_game(result):
    s = result.summary()
    periods = s["question"]["periods"]
    for name, told in s["assumed"].items():
        played = branches_by_hand(INF, name)
        most = max(play.gain(s["question"]["discount"]) for _, play in played)
        assert told["largest_gain"] == pytest.approx(most, abs=1e-12)
        assert told["withdrawn_exact"] == pytest.approx(share_by(periods, played), abs=1e-12)
        assert told["notice_exact"] == pytest.approx(share_by(periods, played, ("notice", "withdrawn")), abs=1e-12)
    assert set(s["display_attended"]) == set(INF.perspectives)
    for name, told in s["display_attended"].items():
        sides = [share_by(periods, branches_by_hand(INF, name, attended)) for attended in (False, True)]
        assert [told["withdrawn_declined"], told["withdrawn_attended"]] == pytest.approx(sides, abs=1e-12)
        assert told["differs"] == (abs(sides[1] - sides[0]) > 1e-12)
        # of the demander's types, those whose belief after a pass lies at or below the limit of their own
        dropped = 0.0
        for kind, weight in INF.perspectives[name].types["US"].items():
            own = hand_of(INF, INF.asked_regime, name, (kind, "content")).parties[0]
            passed, _, leave = looks(INF, name, own, "Russia")
            dropped += weight * (passed <= leave)
        assert told["dropped"] == pytest.approx(dropped, abs=1e-12)


def test_laws_and_values_of_certified_profiles_are_those_of_a_second_game(result):
    s = result.summary()
    for name, account in result.accounts.items():
        for one, told in zip(account.outcomes, s["strategic"][name]["profiles"], strict=True):
            withdrawn, notice, values = law_and_values(account.outcomes, INF, name, one.equilibrium.profile)
            assert told["withdrawn_exact"] == pytest.approx(withdrawn, abs=1e-12)
            assert told["notice_exact"] == pytest.approx(notice, abs=1e-12)
            for party, own in values.items():
                assert told["values"][party] == pytest.approx(own, abs=1e-12)


def test_strategic_numbers_of_every_account_are_closed_forms(result):
    """All deploy under national means, and who wants out leaves at once; profiles differ in who answers an alarm.

    Alarms come to light in the next period and notice runs K periods, so that an exit by the horizon needs one among
    the first T - 1 - K. `quiet` is the chance that a period brings nothing that is answered.
    """
    s = result.summary()
    pay, d = {n: p["value"] for n, p in s["parameters"].items()}, s["question"]["discount"]
    wait = int(pay["notice_days"] / pay["period_days"])
    alarms = s["question"]["periods"] - 1 - wait
    seen, false = pay["detection_after"], pay["false_alarm"]

    def gone(stay, quiet, after=0):
        return 1 - stay * quiet ** (alarms + after)

    answered = {"exit_on_alarm": (1 - seen) ** 2, "pretext": 1 - seen, "stay_deployed": 1.0}
    for name, account in s["strategic"].items():
        stay = np.prod([1 - law.get("wants_out", 0.0) for law in account["prior"].values()])
        told = {p["name"]: p for p in account["profiles"]}
        assert {"exit_on_alarm", "stay_deployed"} <= set(told) or stay == 0
        for profile in told.values():
            for own in profile["values"].values():
                for kind, value in own.items():
                    # notice costs at once, what is outside pays once notice has run
                    out = d ** (1 + wait) * 1.3 - (1 - d) * pay["exit_cost_unprovoked"]
                    assert value == pytest.approx(out if kind == "wants_out" else 0, abs=1e-12)
            # nobody but who wants out ever leaves, or all leave at the first alarm
            assert profile["outer"] == pytest.approx([gone(stay, 1), gone(stay, (1 - seen) ** 2)], abs=1e-12)
            if (quiet := answered.get(profile["name"])) is not None:
                assert profile["withdrawn_exact"] == pytest.approx(gone(stay, quiet), abs=1e-12)
                assert profile["notice_exact"] == pytest.approx(gone(stay, quiet, wait), abs=1e-12)
        for ends in (account["inner"], account["outer"]):
            assert ends == pytest.approx([gone(stay, 1), gone(stay, (1 - seen) ** 2)], abs=1e-12)
        assert account["least_gain"] == 0
        # with detection of .2 compliance is kept until a false alarm where nobody may want out
        kept = gone(stay, (1 - false) ** 2)
        even = np.prod([1 - (1 / len(law)) * ("wants_out" in law) for law in account["prior"].values()])
        hollow, first, both = gone(stay, 1), gone(stay, (1 - seen) ** 2), gone(stay, 1 - seen**2)
        expected = {
            ("detection", "0.03"): (hollow, first),
            ("detection", "0.2"): (hollow, hollow if name == "agnostic" else kept),
            ("prior", "the account's own"): (hollow, first),
            ("prior", "equal weights"): (gone(even, 1), gone(even, (1 - seen) ** 2)),
            # a treaty that is worth less than hiding costs is left at the first alarm, one worth more when both are
            # flagged or never
            ("concealment cost and standing", "concealment 0.05, standing 0.02"): (first, first),
            ("concealment cost and standing", "concealment 0.02, standing 0.05"): (hollow, both),
        }
        for swing in account["swings"]:
            for at in swing["settings"]:
                ends = expected.pop((swing["assumption"], at["at"]))
                assert (at["least"], at["greatest"]) == pytest.approx(ends, abs=1e-12)
                assert at["profiles"] == (1 if stay == 0 or at["least"] == at["greatest"] == hollow else 2)
        assert not expected
