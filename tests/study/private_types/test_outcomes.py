"""Outcomes of an account over the set of certified profiles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from treaty_by_hand import law_and_values

import armsgame as ag
from armsgame.simulation.laws.branches import courses_of
from armsgame.simulation.paths.mixture import mixture_law
from armsgame.solve.bayesian.starts import starts_for
from armsgame.study.private_types.account import _STARTS, _span

INF = ag.load_scenario("inf")


def some(scenario, perspective, names, regime=None):
    return {n: p for n, p in starts_for(scenario.bayesian_game(perspective, regime=regime)).items() if n in names}


STARTS = some(INF, "us_account", ("exit_on_alarm", "stay_deployed"))


@pytest.fixture(scope="module")
def known():
    return ag.outcomes(INF, "us_account", event="notice", starts=STARTS, paths=4_000, rng=3)


def test_every_profile_carries_its_certificate_exact_law_and_sampled_paths(known):
    assert len(known) == 2
    for one in known:
        assert one.equilibrium.certificate.ok
        exact = ag.withdrawal_law(known.game, one.equilibrium.profile, periods=120, event="notice")
        assert one.law.cdf == pytest.approx(exact.cdf)
        assert one.law.cdf == pytest.approx(one.ties.curve, abs=1e-10)
        assert one.run.survival("notice") == pytest.approx(one.law.survival, abs=0.04)
        for name, share in one.outcomes.exact.items():
            assert one.outcomes[name] == pytest.approx(share, abs=0.04)
        # types are drawn once per path, by the account's prior
        assert one.run.types[:, 1].mean() == pytest.approx(0.9, abs=0.03)


def test_intervals_are_nested_and_hold_the_law(known):
    low, high = known.outer
    assert (low, high) == pytest.approx((0, 0.999289), abs=1e-6)
    for one in known:
        outer, inner = one.ties.outer, one.ties.inner
        assert (outer[:, 0] <= inner[:, 0] + 1e-12).all()
        assert (inner[:, 1] <= outer[:, 1] + 1e-12).all()
        assert (inner[:, 0] <= one.law.cdf + 1e-10).all()
        assert (one.law.cdf <= inner[:, 1] + 1e-10).all()
    assert known.outer[0] <= known.inner[0] <= known.inner[1] <= known.outer[1]


def test_times_are_where_the_law_passes_the_quarters(known):
    one = known[0]
    for chance, period in one.times.items():
        assert one.law.cdf[int(period)] >= chance > one.law.cdf[int(period) - 1]
    assert all(t == np.inf for t in known[1].times.values())


def test_table_and_text_say_everything(known):
    frame = known.to_frame()
    assert list(frame["profile"]) == ["exit_on_alarm", "stay_deployed"]
    for name in ("arms race", "P(notice)", "inner low", "outer high", "period of 0.5", "sampled P(notice)"):
        assert name in frame
    text = str(known)
    assert "over 2 certified profiles" in text
    assert "prior: US (content) and Russia (content 0.1, tempted 0.9)" in text
    assert "assumption" in text


def test_swapping_the_parties_of_an_account_leaves_every_probability():
    a, b = INF.parties
    account = INF.perspectives["us_account"]
    mirrored = replace(account, types={a: account.types[b], b: account.types[a]})
    other = replace(INF, perspectives={**INF.perspectives, "us_account": mirrored})
    names = ("exit_on_alarm",)
    ours, theirs = (
        ag.outcomes(s, "us_account", event="notice", periods=30, starts=some(s, "us_account", names))
        for s in (INF, other)
    )
    assert ours[0].law.cdf == pytest.approx(theirs[0].law.cdf, abs=1e-12)
    assert ours[0].ties.outer == pytest.approx(theirs[0].ties.outer, abs=1e-10)
    assert dict(ours[0].outcomes.shares) == pytest.approx(dict(theirs[0].outcomes.shares), abs=1e-12)
    mine, yours = ours[0].equilibrium.values, theirs[0].equilibrium.values
    assert mine[a] == pytest.approx(yours[b])
    assert mine[b] == pytest.approx(yours[a])


def test_another_observer_weighs_outcomes_and_the_result_says_so():
    game_starts = some(INF, "us_account", ("stay_deployed",))
    found = ag.outcomes(INF, "us_account", periods=8, starts=game_starts, observer="us_account")
    assert "observer" in str(found)
    assert found.game.observer is not None


def test_figures_draw_profiles_and_bands(known):
    ax = ag.plot.survival(known)
    # one band for each kind of interval, over all profiles
    assert len(ax.collections) == 2
    assert [t.get_text() for t in ax.get_legend().get_texts()][2:] == ["exit_on_alarm", "stay_deployed"]
    bars = ag.plot.outcomes(known)
    assert bars.get_yticklabels()[-1].get_text() == "notice"
    assert known.plot() is not None
    with pytest.raises(ag.InvalidGame, match="laws is"):
        ag.plot.survival(known, known[0].law)


def test_nothing_found_is_an_answer():
    bad = {"all deploy and then comply": {p: ag.treaty.comply for p in INF.parties}}
    found = ag.outcomes(INF, "agnostic", periods=8, starts=bad, budget_seconds=1e-9)
    assert len(found) == 0
    assert "none; the least gain" in str(found)
    assert np.isnan(found.outer[0])
    assert found.to_frame().empty


def test_bad_input_is_refused():
    with pytest.raises(ag.errors.WrongConcept, match="outcomes takes a Scenario"):
        ag.outcomes("inf", "agnostic")
    with pytest.raises(ag.errors.ScenarioError, match="perspective 'nobody'"):
        ag.outcomes(INF, "nobody")
    with pytest.raises(ag.InvalidGame, match="periods is 0"):
        ag.outcomes(INF, "agnostic", periods=0)
    with pytest.raises(ag.InvalidGame, match="event"):
        ag.outcomes(INF, "us_account", event="notise", starts=some(INF, "us_account", ("stay_deployed",)))


@pytest.mark.parametrize("perspective", ["us_account", "russian_account"])
def test_a_setting_that_is_the_accounts_own_is_read_from_its_search(perspective):
    found = ag.outcomes(INF, perspective)
    anew = ag.bayesian_equilibria(
        found.game, discount=found.discount, starts=some(INF, perspective, _STARTS), mixing="never"
    )
    ends = [mixture_law(courses_of(found.game, one.profile), periods=found.periods).cdf[-1] for one in anew]
    assert _span(found.game, found) == pytest.approx((min(ends), max(ends), len(ends)), abs=1e-12)
    # an account's search from other starts says nothing of these
    other = ag.outcomes(INF, perspective, starts=some(INF, perspective, ("ladder_yield",)))
    assert _span(other.game, other) == pytest.approx((min(ends), max(ends), len(ends)), abs=1e-12)


@pytest.mark.parametrize(
    ("name", "account"),
    [("abm", "russian_account"), ("jcpoa", "iranian_account"), ("washington", "american_account")],
)
def test_laws_and_values_of_certified_profiles_are_those_of_a_second_game(name, account):
    """Treaties with types that leave at no cost, without notice, and with two years of it in half-years."""
    scenario = ag.load_scenario(name)
    found = ag.outcomes(scenario, account)
    assert len(found) > 2
    for one in found:
        withdrawn, notice, values = law_and_values(found, scenario, account, one.equilibrium.profile)
        assert one.law.cdf[-1] == pytest.approx(withdrawn, abs=1e-12)
        assert one.notice.cdf[-1] == pytest.approx(notice, abs=1e-12)
        for party, own in values.items():
            assert one.equilibrium.values[party] == pytest.approx(own, abs=1e-12)
