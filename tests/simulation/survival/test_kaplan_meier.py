"""Estimators of durations are held to textbook values, to slow independent code, and to exact laws."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import armsgame as ag

# Freireich et al. (1963), Blood 21: weeks in remission, as in Klein and Moeschberger (2003), table 1.2
DRUG = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
SEEN = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], bool)
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
ASK = {"discount": 0.95, "periods": 50, "rng": 5}
CAUSES = ("withdrawn", "expired", "deployed")


@pytest.fixture(scope="module")
def played():
    game = ag.Treaty().replace(detection=0.3, false_alarm=0.03).game()
    profile = (ag.treaty.ladder_yield,) * 2
    return game, profile, ag.simulate(game, profile, paths=8000, error=0.01, keep=True, **ASK)


def test_remission_times_have_the_textbook_survival_and_greenwood_errors():
    found = ag.survival.time_to_event(DRUG, SEEN)
    # Klein and Moeschberger (2003), chapter 4: product-limit estimates, and the mean restricted to 35 weeks
    table = {
        6: (0.857, 0.0764),
        7: (0.807, 0.0869),
        10: (0.753, 0.0963),
        13: (0.690, 0.1068),
        16: (0.627, 0.1141),
        22: (0.538, 0.1282),
        23: (0.448, 0.1346),
    }
    for week, (survival, error) in table.items():
        assert found.survival[week] == pytest.approx(survival, abs=6e-4)
        assert found.error[week] == pytest.approx(error, abs=6e-5)
    assert found.median == 23
    assert found.restricted_mean() == pytest.approx((23.287, 2.827), abs=1e-3)
    assert found.at_risk[[5, 6, 9, 12]].tolist() == [21, 17, 15, 12]
    assert ag.survival.time_to_event(PLACEBO).median == 8
    assert ag.survival.time_to_event(PLACEBO).restricted_mean()[0] == pytest.approx(np.mean(PLACEBO))


def test_without_censoring_greenwood_is_the_binomial_error_and_the_mean_has_that_of_a_sample():
    found = ag.survival.time_to_event(PLACEBO)
    s = np.array([(np.array(PLACEBO) > t).mean() for t in range(24)])
    assert found.survival == pytest.approx(s)
    assert found.error == pytest.approx(np.sqrt(s * (1 - s) / 21))
    mean, error = found.restricted_mean(10)
    cut = np.minimum(PLACEBO, 10)
    assert (mean, error) == pytest.approx((cut.mean(), cut.std() / np.sqrt(21)))


def _product_limit(times, seen):
    """Kaplan-Meier and Greenwood in fractions, path by path."""
    survival, total, out = Fraction(1), Fraction(0), [(1.0, 0.0)]
    for t in range(1, max(times) + 1):
        n = sum(1 for x in times if x >= t)
        d = sum(1 for x, o in zip(times, seen, strict=True) if x == t and o)
        survival *= 1 - Fraction(d, n)
        if d < n:
            total += Fraction(d, n * (n - d))
        out.append((float(survival), float(survival) * float(total) ** 0.5))
    return np.array(out)


def test_random_samples_agree_with_slow_code_in_fractions():
    rng = np.random.default_rng(3)
    for _ in range(20):
        times, seen = rng.integers(1, 9, 25).tolist(), rng.random(25) < 0.6
        slow, found = _product_limit(times, seen), ag.survival.time_to_event(times, seen)
        assert found.survival == pytest.approx(slow[:, 0], abs=1e-14)
        defined = np.isfinite(found.error)
        assert found.error[defined] == pytest.approx(slow[defined, 1], abs=1e-14)
        assert (found.survival[~defined] == 0).all()


def test_censoring_by_random_lengths_leaves_the_law_unchanged(played):
    game, profile, run = played
    law = ag.withdrawal_law(game, profile, periods=50, error=0.01)
    lengths = np.random.default_rng(1).geometric(0.03, run.paths)
    for found in (run.time_to_event(law=law), run.time_to_event(law=law, lengths=lengths)):
        assert np.abs(found.deviations()[[5, 10, 20, 30, 40]]).max() < 4.5
        assert found.to_frame()["exact"].to_numpy() == pytest.approx(law.survival)
        assert "exact" in found.to_xarray()
        assert "standard errors" in str(found)
    assert found.censored[:-1].sum() > 1000
    # paths cut before the event say nothing about it: a plain share of paths would be biased
    assert abs((run.first["withdrawn"] >= lengths).mean() - law.survival[-1]) > 0.1


def test_hazard_per_year_compounds_and_needs_the_length_of_a_period():
    found = ag.survival.time_to_event([1, 2, 2, 2], period_days=365.25 / 2)
    assert found.hazard.tolist() == [0.25, 1.0]
    assert found.hazard_per_year[0] == pytest.approx(1 - 0.75**2)
    with pytest.raises(ag.errors.InvalidGame, match="period_days"):
        ag.survival.time_to_event([1, 2]).hazard_per_year  # noqa: B018


def test_nothing_is_claimed_where_nobody_is_observed():
    found = ag.survival.time_to_event([2, 3, 3], [True, False, False])
    assert found.median == np.inf
    assert "not reached" in str(found)
    run = ag.simulate(ag.Treaty().game(), (ag.treaty.comply,) * 2, paths=20, **ASK)
    never = run.time_to_event("deployed")
    assert (never.survival == 1).all()
    assert (never.error == 0).all()
    short = run.time_to_event("deployed", lengths=np.full(20, 4))
    assert np.isnan(short.survival[5:]).all()
    assert np.isnan(short.hazard[4:]).all()
    assert np.isnan(short.restricted_mean()).all()
    assert short.restricted_mean(4) == (4.0, 0.0)
    last = ag.survival.time_to_event([1, 2], [False, True])
    assert last.survival[-1] == 0
    assert np.isnan(last.error[-1])


def test_the_band_stays_in_the_unit_interval_and_covers():
    found = ag.survival.time_to_event(DRUG, SEEN)
    low, high = found.band()
    assert ((low <= found.survival) & (found.survival <= high) & (low >= 0) & (high <= 1)).all()
    s, error = found.survival[23], found.error[23]
    reach = np.exp(1.959964 * error / (-s * np.log(s)))
    assert (low[23], high[23]) == pytest.approx((s**reach, s ** (1 / reach)), abs=1e-6)
    # on this scale the limits of a survival are those of its cumulative hazard
    assert np.log(low[23]) / np.log(s) == pytest.approx(np.log(s) / np.log(high[23]))


def _aalen_johansen(times, causes, cause):
    survival, total, out = Fraction(1), Fraction(0), [0.0]
    for t in range(1, max(times) + 1):
        n = sum(1 for x in times if x >= t)
        own = sum(1 for x, c in zip(times, causes, strict=True) if x == t and c == cause)
        d = sum(1 for x, c in zip(times, causes, strict=True) if x == t and c is not None)
        total += survival * Fraction(own, n)
        survival *= 1 - Fraction(d, n)
        out.append(float(total))
    return out


def test_cumulative_incidence_agrees_with_slow_code_and_adds_up():
    rng = np.random.default_rng(4)
    for _ in range(20):
        times = rng.integers(1, 9, 30).tolist()
        causes = [None if k == 2 else "ab"[k] for k in rng.integers(0, 3, 30)]
        found = ag.survival.aalen_johansen(times, causes)
        for k, cause in enumerate(found.causes):
            assert found.cumulative[:, k] == pytest.approx(_aalen_johansen(times, causes, cause), abs=1e-14)
        whole = ag.survival.time_to_event(times, [c is not None for c in causes])
        assert found.survival == pytest.approx(whole.survival, abs=1e-13)
        one = ag.survival.aalen_johansen(times, [c and "any" for c in causes])
        defined = np.isfinite(whole.error)
        # with a single cause the delta method is Greenwood's formula
        assert one.error[defined, 0] == pytest.approx(whole.error[defined], abs=1e-12)


def test_without_censoring_the_errors_of_incidence_are_binomial():
    rng = np.random.default_rng(5)
    found = ag.survival.aalen_johansen(rng.integers(1, 20, 300), [str(k) for k in rng.integers(0, 3, 300)])
    f = found.cumulative
    assert found.error == pytest.approx(np.sqrt(f * (1 - f) / 300), abs=1e-12)


def test_the_variance_of_incidence_is_that_of_repeated_samples():
    rng = np.random.default_rng(6)
    ends, errors = [], []
    for _ in range(400):
        time, cut = rng.geometric(0.15, 150), rng.geometric(0.1, 150)
        which = rng.integers(0, 2, 150)
        causes = [None if c < t else "ab"[w] for t, c, w in zip(time, cut, which, strict=True)]
        found = ag.survival.aalen_johansen(np.minimum(time, cut), causes)
        ends.append(found.cumulative[6, 0])
        errors.append(found.error[6, 0])
    assert np.mean(ends) == pytest.approx((1 - 0.85**6) / 2, abs=4 * np.std(ends) / 20)
    assert np.std(ends) == pytest.approx(np.mean(errors), rel=0.15)


def test_sampled_incidence_agrees_with_the_augmented_chain(played):
    game, profile, run = played
    law = ag.survival.incidence_law(game, profile, periods=50, causes=CAUSES, error=0.01)
    found = run.cumulative_incidence(CAUSES, law=law)
    exact = found.exact
    spread = np.sqrt(exact * (1 - exact) / run.paths)
    assert (np.abs(found.cumulative - exact) <= 4.5 * spread + 1e-9 + 5 / run.paths * (exact < 1e-3)).all()
    assert found.to_frame().shape == (51 * len(found.causes), 3)
    assert "exact" in str(found)
    # the first of several events is the survival of their union
    one = ag.survival.incidence_law(game, profile, periods=50, causes=("withdrawn",), error=0.01)
    assert one.of("withdrawn") == pytest.approx(1 - ag.withdrawal_law(game, profile, periods=50, error=0.01).survival)


def test_counts_of_first_occurrences_are_enough_without_competitors(played):
    from armsgame.simulation.survival.kaplan_meier import counted_time_to_event

    run = played[2]
    found = counted_time_to_event(run.event_histogram("withdrawn"), "withdrawn", 90)
    assert np.array_equal(found.survival, run.time_to_event("withdrawn").survival)
    assert np.array_equal(found.survival, run.survival("withdrawn"))
    with pytest.raises(TypeError, match="competing"):
        ag.simulate(*played[:2], discount=0.9, periods=5, paths=10, rng=1, keep="totals").time_to_event(
            competing=("expired",)
        )


def test_a_longer_law_is_read_at_the_horizon_of_the_run(played):
    game, profile, run = played
    ask = {"collapse": "notice", "error": 0.01}
    short, long = (ag.survival.incidence_law(game, profile, periods=t, **ask) for t in (50, 90))
    assert run.first_causes(law=long).exact == pytest.approx(run.first_causes(law=short).exact)
    assert "cumulative" in short.to_xarray()


def test_competing_removal_censors_at_the_first_of_both(played):
    run = played[2]
    found = run.time_to_event("expired", competing=("deployed",))
    first, out = run.first["expired"], run.first["deployed"]
    seen = (first < 50) & (first <= out)
    times = np.where(seen, first + 1, np.minimum(out + 1, 50))
    assert found.happened.sum() == seen.sum()
    assert found.survival == pytest.approx(ag.survival.time_to_event(times, seen).survival)


BAD = [
    (lambda r: r.time_to_event("withdrawl"), "Did you mean"),
    (lambda r: r.time_to_event("notice", competing=("notice",)), "competing"),
    (lambda r: r.time_to_event("notice", lengths=[1, 2]), "lengths"),
    (lambda r: r.time_to_event("notice", lengths=np.zeros(r.paths, int)), "lengths"),
    (lambda r: r.time_to_event("notice", period_days=0), "period_days"),
    (lambda r: r.time_to_event("notice", law=_law("withdrawn")), "law"),
    (lambda r: r.time_to_event("notice").restricted_mean(51), "until"),
    (lambda r: r.time_to_event("notice").quantile(1.0), "level"),
    (lambda r: r.time_to_event("notice").deviations(), "no exact law"),
    (lambda r: r.cumulative_incidence(("notice", "notice")), "causes"),
    (lambda r: r.cumulative_incidence(()), "causes"),
    (lambda r: r.cumulative_incidence(("nothing",)), "unknown"),
    (lambda _: ag.survival.time_to_event([1.5]), "durations"),
    (lambda _: ag.survival.time_to_event([0, 0]), "durations"),
    (lambda _: ag.survival.time_to_event([1, 2], [1, np.nan]), r"observed\[1\]"),
    (lambda _: ag.survival.time_to_event([1, 2], [1]), r"len\(observed\)"),
    (lambda _: ag.survival.aalen_johansen([1, 2], ["a", np.nan]), r"causes\[1\]"),
    (lambda _: ag.survival.aalen_johansen([1, 2], np.array(["a", np.nan])), r"causes\[1\]"),
    (lambda _: ag.survival.aalen_johansen([1, 2], ["a", pd.NA]), r"causes\[1\]"),
    (lambda _: ag.survival.aalen_johansen([1, 2], ["a", ("b", "c")]), r"causes\[1\]"),
    (lambda _: ag.survival.aalen_johansen([0, 2], ["a", "b"]), "durations"),
    (lambda _: ag.survival.time_to_event([0, 2]), "durations"),
    (lambda _: ag.survival.aalen_johansen([1, 2], ["a"]), "causes"),
    (lambda _: ag.survival.aalen_johansen([0, 2], ["a", "b"]), "durations"),
]


@pytest.mark.parametrize(("call", "match"), BAD, ids=[f"{k} {match}" for k, (_, match) in enumerate(BAD)])
def test_bad_questions_are_named(played, call, match):
    with pytest.raises(ag.errors.InvalidGame, match=match):
        call(played[2])


def _law(event):
    return ag.simulation.laws.laws.WithdrawalLaw(
        event, np.ones(51), np.inf, 0.0, np.zeros(50), np.zeros(50), 1.0, np.inf
    )


@pytest.mark.parametrize("nothing", [None, 0, "", False, 0.0, np.int64(0)])
def test_no_cause_is_censoring_for_both_estimators(nothing):
    times = [1, 2, 2, 3, 3, 0]
    causes = ["left", nothing, "left", "left", nothing, nothing]
    both, alone = ag.survival.aalen_johansen(times, causes), ag.survival.time_to_event(times, causes)
    assert both.causes == ("left",)
    assert both.survival == pytest.approx(alone.survival)
    assert both.at_risk.tolist() == alone.at_risk.tolist()
    numbered = ag.survival.aalen_johansen([1, 2, 3, 3], [2, 0, 1, 2])
    assert numbered.causes == (1, 2)
    assert numbered.cumulative[-1] == pytest.approx([0.375, 0.625])


def test_what_a_mask_hides_is_missing_and_refused_by_name():
    hidden = np.ma.array([1, 2], mask=[False, True])
    for verb, field in ((ag.survival.aalen_johansen, "causes"), (ag.survival.time_to_event, "observed")):
        with pytest.raises(ag.errors.InvalidGame, match=rf"{field}\[1\] is 'masked'"):
            verb([1, 2], hidden)
        with pytest.raises(ag.errors.InvalidGame, match=r"durations\[1\] is 'masked'"):
            verb(hidden, [1, 1])
        assert verb([1, 2], np.ma.array([1, 0])).at_risk.tolist() == [2, 1]


def test_a_duration_that_no_table_of_periods_can_hold_is_refused():
    for verb in (ag.survival.aalen_johansen, ag.survival.time_to_event):
        with pytest.raises(ag.errors.InvalidGame, match=r"max\(durations\) is 1000000000000; allowed: at most"):
            verb([1, 10**12], [1, 0])


def test_a_share_of_none_or_all_is_printed_and_drawn_with_its_interval():
    none = ag.survival.time_to_event([9] * 20, [False] * 20)
    # 3.8416 / 23.8416 of Wilson's interval for 0 of 20
    assert "1.0000 [0.8389, 1.0000]" in str(none)
    assert none.band()[0][1:] == pytest.approx(np.full(9, 0.838875))
    assert (none.band()[0][0], none.band()[1].tolist()) == (1.0, [1.0] * 10)
    everyone = ag.survival.time_to_event([1] * 20)
    assert "0.0000 [0.0000, 0.1611]" in str(everyone)
    assert everyone.band()[1][1] == pytest.approx(0.161125)
    assert "1.0000 [0.8389, 1.0000]" in str(ag.survival.aalen_johansen([1] * 20, ["out"] * 20))


def test_causes_may_be_an_array_of_text():
    listed = ag.survival.aalen_johansen([1, 2, 3], ["left", "", "expired"])
    assert ag.survival.aalen_johansen(np.array([1, 2, 3]), np.array(["left", "", "expired"])) == listed
