"""Words no stronger than the evidence, and one record behind text, page, JSON and dataset."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import escape

import numpy as np
import pytest

import armsgame as ag
from armsgame.arithmetic.shares import digits
from armsgame.cli.page import html
from armsgame.cli.page_text import alternative, answers
from armsgame.study.scenarios import claims, report_text
from armsgame.study.scenarios.endings import ending
from armsgame.study.scenarios.enforcement_flip import assumption_box, flip_share
from armsgame.study.scenarios.outlook import outlook
from armsgame.study.scenarios.report_text import shared
from armsgame.study.scenarios.report_text import text as told_text

INF = ag.load_scenario("inf")
# both alarms at once are rare unless somebody violates: a profile that reverts on two alarms holds, on one does not
NOISY = INF.replace(false_alarm=0.3, detection=0.95, detection_after=0.9, temptation=2.0)


@pytest.fixture(scope="module")
def noisy():
    return ag.report(NOISY, perspective="russian_account", paths=20, periods=6, rng=1)


@pytest.fixture(scope="module")
def result():
    return ag.report(INF, paths=400, periods=30, assumed=True, rng=2)


@pytest.fixture(scope="module")
def page(result):
    return html(result, "x")


@pytest.mark.parametrize("evidence", ["tried", "certificate", "closed form"])
def test_a_claim_about_everything_needs_an_outer_bound_or_a_proof(evidence):
    for quantifier in ("no", "only"):
        with pytest.raises(ValueError, match="outer bound or a proof"):
            claims.Claim(quantifier, claims.ANYTHING, "holds", evidence)
    assert str(claims.Claim("no", claims.REVERSION, "holds", evidence)) == "no reversion on any single alarm holds"
    assert "public strategies" in str(claims.Claim("no", claims.ANYTHING, "holds", "outer bound"))


def test_no_sentence_denies_all_reversions_where_another_profile_holds(noisy):
    game = NOISY.treaty(regime="national technical means").one_status()
    both = ag.Automaton(
        ["comply", "deploy"], [[0, 0, 0, 1], [1, 1, 1, 1]], states=("comply", "revert"), actions=("comply", "deploy")
    )
    assert ag.verify(game, (both, both), discount=0.95).ok
    assert not ag.verify(game, (ag.grim, ag.grim), discount=0.95).ok
    text = str(noisy)
    assert "no reversion on any single alarm deters" in text
    legend = ag.plot.regime_map(noisy.regimes).get_legend().texts
    for words in (text, *answers(noisy), alternative(noisy, "regime_map"), *(t.get_text() for t in legend)):
        assert not re.search(r"no reversion (of any length )?(holds|deters)", words)


def test_the_words_of_the_map_are_those_of_the_verifier(result):
    for regime in INF.regimes:
        found = result.deterrence[regime.name]
        game = INF.treaty(regime=regime.name).one_status()
        assert found.permanent == ag.verify(game, (ag.grim, ag.grim), discount=0.95).ok
        if np.isfinite(found.periods):
            assert ag.verify(game, (ag.suspend(int(found.periods)),) * 2, discount=0.95).ok
    assert claims.deterrence(np.inf, True) == "only permanent reversion on any single alarm deters"
    assert "no reversion is needed" in claims.deterrence(0, True)


def test_a_band_below_one_is_not_never():
    assert "[0.7, 0.9]" in claims.patience("ladder", ["[0.7, 0.9]"])
    assert claims.patience("ladder", []).endswith("no discount factor")
    # the outer bound is one of pure strategies, and so is what follows from it
    assert "pure public strategies" in claims.unravelling(True, 1)
    assert "pure public strategies" in str(ag.payoff_sets.outer_bound(INF.treaty().one_status(), discount=0.95))
    # more than one profile inside an outer bound does not show that more than one can be enforced
    assert "not shown" in claims.unravelling(False, 2)


def test_every_number_of_the_text_page_and_dataset_is_in_the_record(result, page):
    record = json.loads(json.dumps(result.summary(), allow_nan=False))
    text, data = str(result), result.to_xarray()
    for name, a in record["strategic"].items():
        for n, p in enumerate(a["profiles"]):
            for key in ("withdrawn_exact", "withdrawn_sampled", "notice_exact", "inner", "outer"):
                for value in p[key] if isinstance(p[key], list) else [p[key]]:
                    assert digits(value) in text
                    assert digits(value) in page
            at = data.sel(perspective=name, profile=n)
            assert str(at["profile_name"].values) == p["name"]
            assert float(at["survival_exact"][-1]) == pytest.approx(1 - p["withdrawn_exact"])
            for word in ("inner", "outer"):
                assert at[f"withdrawn_{word}"][-1].values.tolist() == p[word]
            for outcome, share in p["exact"].items():
                assert float(at["outcome_exact"].sel(outcome=outcome)) == share
        for told in report_text.swings(a):
            assert told in text
            assert escape(told) in page
    for name, o in record["outcomes"].items():
        (one,) = [p for p in record["strategic"][name]["profiles"] if p["name"] == o["profile"]]
        assert (o["withdrawn_exact"], o["withdrawn_sampled"]) == (one["withdrawn_exact"], one["withdrawn_sampled"])
        assert o["exact"] == one["exact"]
        assert o["shares"]["withdrawn and mirrored"] <= o["withdrawn_sampled"]
    for o in record["assumed"].values():
        for outcome in o["shares"]:
            assert f"{outcome:<26s} {o['lines'][outcome]}" in text
        for key in ("withdrawn_exact", "notice_exact", "largest_gain"):
            assert f"{o[key]:.4f}" in text
            assert f"{o[key]:.3f}" in page
    for row in record["thresholds"]:
        assert f"{row['largest_gain']:.5f}" in text
        assert f"{row['largest_gain']:.5f}" in page
    for a in record["display_attended"].values():
        assert f"{a['difference_exact']:+.4f} exact" in text
        assert f"{a['difference_exact']:+.3f}" in page
    assert f"{100 * record['flip']['share']:.1f} %" in text
    assert data.attrs["flip_share"] == record["flip"]["share"]
    assert record["ending"]["told"] in page
    assert record["flip"]["share"] == flip_share(INF).share


def test_withdrawn_and_mirrored_is_withdrawn():
    naval = ag.load_scenario("washington")
    for name in naval.perspectives:
        paths = outlook(naval, name, paths=400, periods=8, rng=4).paths
        assert paths.outcomes()["withdrawn and mirrored"] <= paths.happened("withdrawn").mean()
    # notice of two years in half-years: nobody is gone by the third period, sampled or exact
    game = ag.load_scenario("washington").treaty().game()
    pair = (ag.treaty.leave, ag.treaty.leave)
    assert ag.simulate(game, pair, discount=0.9, periods=3, paths=20, rng=1).outcomes()["withdrawn and mirrored"] == 0
    assert ag.outcome_probabilities(game, pair, periods=3)["withdrawn and mirrored"] == 0
    assert ag.outcome_probabilities(game, pair, periods=12)["withdrawn and mirrored"] == 1


def test_the_flip_asks_both_parties_and_each_dossier_its_own_box():
    one, other = (flip_share(INF.replace(punishment={p: 0.4}), draws=2**10) for p in INF.parties)
    assert one.share == other.share
    assert one.share != flip_share(INF, draws=2**10).share
    shares = {}
    for name in ("inf", "jcpoa", "new_start"):
        s = ag.load_scenario(name)
        box = assumption_box(s)
        for key, regime in zip(("detection", "detection_after"), s.regimes, strict=False):
            assert box[key][0] <= s.treaty(regime=regime.name).parameters[0].detection <= box[key][1]
        shares[name] = flip_share(s, draws=2**12).share
    assert len(set(shares.values())) == 3
    # complying alone is better than mutual deployment: reversion is no equilibrium before or after
    assert flip_share(INF.replace(sucker=0.2), draws=2**8).before == 0


def test_the_box_of_a_dossier_is_checked(tmp_path):
    path = tmp_path / "own.toml"
    odd = replace(INF, question=replace(INF.question, box={"detection": (0.9, 0.3), "detectoin": (0, 1)}))
    ag.formats.write_scenario(odd, path)
    with pytest.raises(ag.errors.ScenarioError, match=r"box\.detection: .*lower end first") as fault:
        ag.read_scenario(path)
    assert "Did you mean 'detection'" in str(fault.value)


def test_a_record_without_a_notice_says_so_everywhere():
    cut = replace(INF, events=tuple(e for e in INF.events if e.move != "withdraw_notice"))
    assert (ending(cut).kind, ending(cut).given_days) == ("exit, no notice on record", None)
    for text in (str(ag.compare([cut], "notice")), ending(cut).told):
        assert "no notice on record" in text
        assert not re.search("without notice|at once", text)
    assert "none on record" in " ".join(t.get_text() for t in ag.plot.exits([cut]).texts)


def test_an_effect_is_denied_only_where_there_is_none():
    assert claims.effect(True, -0.2, 0.5) == ""
    assert "before it" in claims.effect(True, 0.0, 0.5)
    assert "keeps its demand" in claims.effect(False, 0.0, 0.0)
    assert "keeps" not in claims.effect(False, 0.0, 0.5)


def test_pairs_that_are_all_alike_have_no_error_and_zero_has_no_sign():
    assert shared(0.0, 0.0, 2000) == "+0.0000 in each of 2,000 pairs with shared draws"
    assert shared(-1e-9, 0.0, 5).startswith("+0.0000 in each of 5 ")
    assert shared(-0.25, 0.01, 2000) == "-0.2500 +- 0.0100 on shared draws"


def test_a_sample_without_a_difference_is_shown_without_an_error():
    from armsgame.study.scenarios.counterfactual import counterfactual

    same = counterfactual(INF, {"display_attended": True}, perspectives=["us_account"], paths=40, periods=20, rng=1)
    told = str(same)
    assert "in each of 40 pairs" in told
    assert "+- 0.0000" not in told


def test_a_probability_that_rounding_left_below_one_is_one():
    assert [digits(p) for p in (1 - 2.0**-53, 1 - 1e-9, 1e-9)] == ["1.0000", "1 - 1.0e-09", "1.0e-09"]


def test_the_report_rounds_no_probability_to_certainty(result, page, monkeypatch):
    told = str(result)
    assert "-0.00000" not in told
    assert "-0.00000" not in page
    assert "+- 0.0000" not in told
    assert all(row["largest_gain"] >= 0 for row in result.summary()["thresholds"])
    sure = {"withdrawn_exact": 1 - 3e-6, "notice_exact": 1.0, "withdrawn_sampled": 1.0, "inner": [1 - 3e-6] * 2}
    accounts = {
        n: a | {"profiles": [p | sure for p in a["profiles"]], "inner": [1 - 3e-6, 1 - 3e-6], "outer": [0.25, 1.0]}
        for n, a in result.summary()["strategic"].items()
    }

    class Told:
        """A report whose record says so."""

        def __getattr__(self, name):
            return getattr(result, name)

        def summary(self):
            return result.summary() | {"strategic": accounts}

    assert "is 1 - 3.0e-06 over" in "\n".join(answers(Told()))
    assert "(with every way to resolve ties: 0.250 to 1.000)" in "\n".join(answers(Told()))
    monkeypatch.setattr(report_text, "record_of", lambda told: told.summary())
    assert "P(withdrawn) 1 - 3.0e-06 exact, 1.0000 sampled" in told_text(Told())
