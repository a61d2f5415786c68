"""The explorer: its numbers are those of the verbs, on every axis, and its page holds what it computed."""

from __future__ import annotations

import json
import re
from itertools import product

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import ArmsgameError
from armsgame.study.explorer import page as pages
from armsgame.study.explorer.axes import axes_of, tilted

INF = ag.load_scenario("inf")
STILL = {"false_alarm": (), "discount": (), "deadline_days": (), "audience_cost": ()}
LEVELS = {**STILL, "detection": (0.05,), "standing": ((0.05, 0.02),), "false_alarm": (0.02,), "prior": (1 / 3, 3)}
STARTS = ("exit_on_alarm", "stay_deployed")
PERIODS = 40


@pytest.fixture(scope="module")
def found():
    return ag.explore(INF, levels=LEVELS, starts=STARTS, periods=PERIODS)


@pytest.fixture(scope="module")
def text(found):
    return found.html()


def axis(found, name):
    return next(a for a in found.axes if a.name == name)


def place(found, **levels):
    """Place of a position on the searched axes, by values."""
    return tuple(a.values.index(levels[a.name]) if a.name in levels else a.default for a in found.searched)


def games(scenario):
    starts = {name: {p: getattr(ag.treaty, name) for p in scenario.parties} for name in STARTS}
    for account in scenario.perspectives:
        yield account, ag.outcomes(scenario, account, starts=starts, periods=PERIODS)


@pytest.mark.parametrize("change", [{}, {"detection_after": 0.05}, {"false_alarm": 0.02}], ids=["own", "moved", "arm"])
def test_every_number_of_a_position_is_that_of_outcomes(found, change):
    levels = {name.removesuffix("_after"): value for name, value in change.items()}
    cell = found.cells[place(found, **levels)]
    own = axis(found, "prior").default
    for account, told in games(INF.replace(**change)):
        answer = cell[account]
        assert [one.name for one in answer.profiles] == [", ".join(p.equilibrium.found_by) for p in told]
        for one, p in zip(answer.profiles, told, strict=True):
            at = list(found.times)
            assert one.holds[own]
            assert one.survival[own] == pytest.approx(1 - p.law.cdf[at], abs=1e-12)
            assert one.outer[own] == pytest.approx(1 - p.ties.outer[at][:, ::-1], abs=1e-12)
            assert one.inner == pytest.approx(1 - p.ties.inner[at][:, ::-1], abs=1e-12)
            assert {n: float(v[own]) for n, v in one.shares.items()} == pytest.approx(
                dict(p.outcomes.shares), abs=1e-12
            )


def test_at_another_prior_the_certificate_and_the_law_are_those_of_the_game_there(found):
    told = dict(games(INF))
    checked = set()
    prior = found.cells[place(found)]["russian_account"].prior
    assert {p: {k: v.tolist() for k, v in own.items()} for p, own in prior.items()} == {
        "US": {"wants_out": [1.0] * 3},
        "Russia": {"content": [1.0] * 3},
    }
    for account, answer in found.cells[place(found)].items():
        game = told[account].game
        for one, p in zip(answer.profiles, told[account], strict=True):
            for k, factor in enumerate(axis(found, "prior").values):
                first = [list(own).index("content") if "content" in own else None for own in game.types]
                laws = [tilted(law, at, factor) for law, at in zip(game.prior, first, strict=True)]
                moved = game.with_prior(
                    {
                        q: dict(zip(t, law, strict=True))
                        for q, t, law in zip(game.players, game.types, laws, strict=True)
                    }
                )
                certified = bool(ag.verify(moved, p.equilibrium.profile, discount=told[account].discount))
                assert bool(one.holds[k]) is certified
                checked.add(certified)
                law = ag.withdrawal_law(moved, p.equilibrium.profile, periods=PERIODS)
                assert one.survival[k] == pytest.approx(law.survival[list(found.times)], abs=1e-12)
                shares = ag.outcome_probabilities(moved, p.equilibrium.profile, periods=PERIODS).shares
                assert {n: float(v[k]) for n, v in one.shares.items()} == pytest.approx(dict(shares), abs=1e-12)
                low, high = one.outer[k].T
                assert (low <= one.survival[k] + 1e-12).all()
                assert (one.survival[k] <= high + 1e-12).all()
    # a profile that holds nowhere would leave the laws above untried
    assert any(checked)


def test_what_an_account_is_certain_of_stays_certain():
    assert tilted(np.array([0.0, 1.0]), 0, 9.0).tolist() == [0.0, 1.0]
    assert tilted(np.array([1.0, 0.0]), 0, 1 / 9).tolist() == [1.0, 0.0]
    law = tilted(np.array([0.2, 0.5, 0.3]), 0, 4.0)
    assert law[0] / (1 - law[0]) == pytest.approx(4 * 0.25)
    assert law[1] / law[2] == pytest.approx(5 / 3)


def test_closed_forms_are_those_of_the_measures_at_every_combination(found):
    for at in product(*(range(len(a)) for a in found.closed)):
        level = {a.name: a.values[k] for a, k in zip(found.closed, at, strict=True)}
        hidden, kept = level["standing"]
        treaty = INF.treaty(regime=INF.asked_regime).replace(
            detection=level["detection"], false_alarm=level["false_alarm"], concealment_cost=hidden, standing=kept
        )
        answer, discount = found.shared[at], level["discount"]
        regime = ag.measures.regime(treaty, discount=discount)
        assert answer.regime == regime["regime"]
        assert answer.suspension == pytest.approx(regime["suspension"], nan_ok=True)
        deal = ag.measures.negotiated_point(0.05)(treaty, discount=discount)
        assert answer.point == (deal["first"], deal["second"])


def test_the_trust_threshold_is_the_published_number_of_the_library(found):
    at = tuple(a.values.index(0.05) if a.name == "detection" else a.default for a in found.closed)
    for own in found.shared[at].trust.values():
        assert list(own.values()) == pytest.approx([0.764634] * 2, abs=1e-6)
    nowhere = found.shared[tuple(a.default for a in found.closed)]
    assert set(nowhere.unmet["agnostic"].values()) == {"deploying beside a content party loses"}


def test_the_grid_is_a_product_of_the_named_axes_and_arms_of_the_others(found):
    assert len(found.cells) == 2 * 2 + 1
    assert next(iter(found.cells)) == place(found)
    assert place(found, detection=0.05, standing=(0.05, 0.02)) in found.cells
    assert place(found, detection=0.05, false_alarm=0.02) not in found.cells
    assert len(found.shared) == 2 * 2 * 2


def test_a_spent_budget_leaves_positions_out_but_never_the_first():
    alone = {**STILL, "detection": (0.1,), "standing": (), "prior": ()}
    short = ag.explore(INF, levels=alone, starts=("exit_on_alarm",), periods=8, budget_seconds=1e-9)
    assert (len(short.cells), short.missing) == (1, 1)
    assert "left out" in str(short)


def test_the_own_level_is_among_the_levels_and_marked():
    for one in axes_of(INF, {"detection": [0.5, 0.03], "standing": [[0, 0]]}):
        own = {"detection": 0.03, "standing": (0.0, 0.0), "prior": 1.0, "discount": 0.95, "false_alarm": 0.005}
        if one.name in own:
            assert one.values[one.default] == own[one.name]
        assert len(set(one.keys)) == len(one)
    detection = axes_of(INF, {"detection": [0.5, 0.03]})[0]
    assert detection.texts == ("0.03", "0.5")


def test_levels_of_a_party_of_its_own_can_be_kept():
    uneven = INF.replace(audience_cost={"US": 2.0})
    one = next(a for a in axes_of(uneven, {"audience_cost": [8]}) if a.name == "audience_cost")
    assert one.texts == ("US 2, Russia 4", "8")
    assert one.keys == ("own", "8")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"levels": {"detecton": [0.5]}}, "detection"),
        ({"levels": {"detection": [1.5]}}, "detection"),
        ({"levels": {"detection": 0.5}}, "levels"),
        ({"levels": {"standing": [0.1]}}, "pairs"),
        ({"levels": {"prior": [0]}}, "prior"),
        ({"together": ("prior",)}, "together"),
        ({"starts": ("exit_on_alrm",)}, "exit_on_alarm"),
        ({"starts": ()}, "starts"),
    ],
)
def test_what_cannot_be_explored_is_refused_with_the_step_that_works(options, words):
    with pytest.raises(ArmsgameError, match=words):
        ag.explore(INF, **options)


def test_a_treaty_is_refused():
    with pytest.raises(ag.WrongConcept, match="Scenario"):
        ag.explore(INF.treaty())


def test_the_frame_has_a_row_for_each_profile_and_prior(found):
    table = found.to_frame()
    profiles = sum(len(a.profiles) for cell in found.cells.values() for a in cell.values())
    assert len(table) == profiles * 3
    assert table.survival.between(0, 1).all()
    # the first rows are those of the first profile there is, at the horizon
    one = next(p for cell in found.cells.values() for a in cell.values() for p in a.profiles)
    ends = table[["survival", "outer low", "outer high"]].to_numpy()[:3]
    np.testing.assert_array_equal(ends, np.column_stack([one.survival[:, -1], *one.outer[:, -1].T]))


def test_the_page_holds_the_numbers_and_asks_for_nothing(found, text):
    assert len(text.encode()) < 5_000_000
    # Vega's own text is its matter: a browser says that it asks for nothing
    bare = re.sub(r'<script type="module">.*?</script>', "", text, flags=re.DOTALL)
    assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=", bare)
    assert "http" not in bare
    raw = re.search(r'id="payload">(.*?)</script>', text, re.DOTALL)
    assert raw is not None
    data = json.loads(raw[1].replace("<\\/", "</"))
    key = ",".join(map(str, place(found)))
    own = axis(found, "prior").default
    for account, answer in found.cells[place(found)].items():
        told = data["cells"][key][account]["profiles"]
        assert [one["holds"] for one in told] == [one.holds.tolist() for one in answer.profiles]
        for one, mine in zip(told, answer.profiles, strict=True):
            assert one["survival"][own] == pytest.approx(mine.survival[own], abs=1e-6)
    assert len(data["shared"]) == len(found.shared)


def test_every_slider_has_a_label_and_every_account_a_table(found, text):
    for one in found.axes:
        if len(one) > 1:
            assert f'<label for="axis-{one.name}">' in text
            assert f'id="axis-{one.name}"' in text
    for account, told in INF.perspectives.items():
        assert f'data-account="{account}"' in text
        assert told.text in text
    titles = [text.index(f'id="title-{account}"') for account in INF.perspectives]
    assert titles == sorted(titles)


def test_without_its_packages_the_page_says_what_to_install(found, monkeypatch):
    monkeypatch.setattr(pages, "find_spec", lambda _: None)
    with pytest.raises(ArmsgameError, match=r"pip install armsgame\[explore\]"):
        found.html()
    assert len(found.to_frame())


def test_a_page_that_cannot_be_written_names_the_place(found, tmp_path):
    with pytest.raises(ArmsgameError, match="nowhere"):
        found.save(tmp_path / "nowhere" / "page.html")
    assert found.save(tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
