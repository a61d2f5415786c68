"""One look for an entity everywhere, inks that can be read, ramps that survive grey print, files that are the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.colors import to_rgb

import armsgame as ag
from armsgame.errors import InvalidGame
from armsgame.plot import theme

REPEATED = ag.RepeatedGame(ag.treaty.compliance())
# written out by hand: which account is whose
ACCOUNTS = {
    "abm": {"us_account": "US", "russian_account": "Russia"},
    "anglo_german": {"british_account": "UK", "german_account": "Germany"},
    "bwc": {"us_account": "US", "russian_account": "Russia"},
    "cfe": {"nato_account": "NATOStates", "russian_account": "Russia"},
    "europe_after_inf": {"russian_account": "Russia"},
    "inf": {"us_account": "US", "russian_account": "Russia"},
    "jcpoa": {"us_account": "US", "iranian_account": "Iran"},
    "new_start": {"us_account": "US", "russian_account": "Russia"},
    "open_skies": {"us_account": "US", "russian_account": "Russia"},
    "ottawa": {"leaving_account": "LeavingStates", "staying_account": "StayingStates"},
    "test_bans": {"us_account": "US", "russian_account": "Russia"},
    "washington": {"american_account": "US", "japanese_account": "Japan"},
}


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.mark.parametrize("name", ACCOUNTS)
def test_a_party_and_its_account_share_a_colour_and_no_two_accounts_do(name):
    scenario = ag.load_scenario(name)
    accounts = dict(zip(scenario.perspectives, theme.entities(scenario.perspectives), strict=True))
    parties = dict(zip(scenario.parties, theme.entities(scenario.parties), strict=True))
    assert {account: accounts[account] for account in ACCOUNTS[name]} == {
        account: parties[party] for account, party in ACCOUNTS[name].items()
    }
    assert len(set(accounts.values())) == len(accounts)


def test_places_do_not_depend_on_the_order_or_on_who_else_is_drawn():
    assert theme.entities(["Russia", "US"]) == [1, 0]
    assert theme.entities(["agnostic", "us_account"]) == [2, 0]
    assert theme.entities(["Russia", "x", "russian_account"]) == [1, 0, 1]
    assert theme.entities(["a", "b", "c"]) == [0, 1, 2]


def test_looks_never_run_out_and_thirty_entities_differ():
    looks = [(theme.colour(k), theme.dash(k), theme.hatch(k)) for k in range(30)]
    assert len(set(looks)) == 30
    assert all(theme.mark(k) for k in range(100))


@pytest.mark.parametrize("count", [1, 2, 7, 9, 30])
def test_ramps_fall_in_lightness(count):
    light = [np.dot(to_rgb(c), (0.299, 0.587, 0.114)) for c in theme.ramp(count)]
    assert all(a - b > 0.5 / count for a, b in pairwise(light))


def test_ink_follows_the_background():
    with plt.style.context("dark_background"):
        assert to_rgb(theme.ink()) == (1, 1, 1)
        assert to_rgb(theme.paper()) == (0, 0, 0)
        assert to_rgb(theme.ink(0.2)) == pytest.approx((0.2,) * 3, abs=0.01)
    assert to_rgb(theme.ink(0.2)) == pytest.approx((0.8,) * 3, abs=0.01)


def test_text_on_a_colour_can_be_read():
    assert theme.on("#F0E442") == "black"
    assert theme.on("#08306B") == "white"


def test_a_legend_that_does_not_fit_counts_what_it_leaves_out():
    ax = plt.subplots(3, 3, figsize=(5, 5))[1][0, 0]
    theme.axes(ax)
    for k in range(40):
        ax.plot([0, 1], [0, k], label=f"a long name of line {k}")
    texts = theme.legend(ax, "beside").get_texts()
    assert len(texts) < 40
    assert texts[-1].get_text() == f"and {40 - len(texts) + 1} more"


@pytest.fixture(scope="module")
def sets():
    return [ag.payoff_set(REPEATED, discount=d) for d in (0.4, 0.9)]


@pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
def test_what_is_drawn_twice_is_saved_as_the_same_bytes(sets, ending, tmp_path):
    files = [ag.plot.save(ag.plot.payoff_sets(sets), tmp_path / f"{k}.{ending}", sets[0]) for k in (1, 2)]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_axes_their_arrays_and_parts_of_figures_can_be_saved(sets, tmp_path):
    from PIL import Image

    part = plt.figure().subfigures(1, 2)[0]
    inside = ag.plot.payoff_sets(sets, ax=part.subplots())
    many = ag.plot.small_multiples(sets)
    for k, drawn in enumerate((inside, part, inside.figure.figure, many, list(many), many[0].figure)):
        with Image.open(ag.plot.save(drawn, tmp_path / f"{k}.png", *sets)) as image:
            assert min(image.size) > 100
    for wrong in (None, [], "figure", [plt.figure().gca(), plt.figure().gca()]):
        with pytest.raises(InvalidGame, match="axes of one figure"):
            ag.plot.save(wrong, tmp_path / "a.png", *sets)


def test_a_saved_figure_is_cut_to_what_is_drawn_and_embeds_its_fonts(sets, tmp_path):
    ax = plt.figure(figsize=(4, 3)).add_axes((0.4, 0.4, 0.2, 0.2))
    ax.annotate("beyond the edge", (0, 0), (-9, 0), xycoords="axes fraction", textcoords="axes fraction")
    from PIL import Image

    with Image.open(ag.plot.save(ax, tmp_path / "a.png", sets[0], dpi=100)) as image:
        assert image.size[0] > 250
        assert image.size[1] < 250
    text = ag.plot.save(ax, tmp_path / "a.pdf", sets[0]).read_bytes()
    assert b"/FontFile2" in text
    assert b"/Type3" not in text
    assert b"CreationDate" not in text


def test_an_index_that_is_not_known_is_no_bar():
    box = {"a": (0.0, 1.0), "b": (0.0, 1.0)}
    found = ag.sensitivity(lambda x: x["a"] + x["b"], box, method=ag.studies.Saltelli(base=8, resamples=20), rng=1)
    lost = replace(found, first=np.array([np.nan, 0.1]), total=np.array([np.nan, 0.3]))
    for figure in (ag.plot.sobol_indices, ag.plot.forest):
        ax = figure(lost)
        assert sum("not defined" in t.get_text() for t in ax.texts) == 2
        assert all(p.get_width() > 0 for p in ax.patches)


@pytest.mark.parametrize("figure", ["sobol_indices", "forest"])
def test_an_interval_lies_where_its_ends_are(figure):
    box = {"a": (0.0, 1.0), "b": (0.0, 1.0)}
    found = ag.sensitivity(lambda x: x["a"] + x["b"], box, method=ag.studies.Saltelli(base=8, resamples=20), rng=1)
    ends = np.array([[0.31, 0.4], [0.0, 0.2]])
    ax = getattr(ag.plot, figure)(replace(found, total=np.array([0.3, 0.1]), total_interval=ends))
    drawn = [path.vertices[:, 0] for c in ax.collections for path in c.get_paths()]
    assert any(np.allclose(sorted(x), [0.31, 0.4]) for x in drawn)
    assert any(np.allclose(sorted(x), [0.0, 0.2]) for x in drawn)


def test_rare_moves_are_drawn_with_their_share():
    from matplotlib.patches import FancyArrowPatch

    def arrows(false_alarm):
        game = ag.Treaty().replace(false_alarm=false_alarm, detection=0.9).game()
        return ag.plot.states(game, (ag.treaty.ladder_yield,) * 2)

    rare, usual = arrows(0.0002), arrows(0.02)
    count = [sum(isinstance(p, FancyArrowPatch) for p in ax.patches) for ax in (rare, usual)]
    assert count[0] == count[1]
    assert any(t.get_text().startswith("0.0002") for t in rare.texts)


def test_durations_in_periods_of_different_lengths_are_refused():
    one = ag.survival.time_to_event([1, 2, 3], period_days=91)
    other = ag.survival.time_to_event([1, 2, 3], period_days=30)
    for figure in (ag.plot.time_to_event, ag.plot.hazard):
        with pytest.raises(InvalidGame, match="period_days"):
            figure({"a": one, "b": other})


def test_years_stand_above_periods_of_a_known_length():
    ax = ag.plot.time_to_event(ag.survival.time_to_event([4, 8], period_days=365.25 / 4))
    (years,) = ax.child_axes
    assert years.get_xlabel() == "years"
    ax.figure.draw_without_rendering()
    assert years.get_xlim() == pytest.approx((0, 2))


def test_paths_at_risk_stand_below_the_curve():
    found = ag.survival.time_to_event([1, 2, 2, 3], [True, True, False, True])
    assert [t.get_text() for t in ag.plot.time_to_event(found).texts] == ["at risk", "4", "3", "1"]
    assert [t.get_text() for t in ag.plot.time_to_event(found, at_risk=False).texts] == []


@pytest.mark.parametrize(
    ("times", "seen"),
    [([5], [True]), ([5], [False]), ([3, 4, 5], [False] * 3), ([1] * 3, [True] * 3)],
    ids=["one path", "one censored path", "all censored", "all at once"],
)
@pytest.mark.parametrize("figure", ["time_to_event", "hazard"])
def test_thin_samples_are_drawn(figure, times, seen):
    found = ag.survival.time_to_event(times, seen)
    ax = getattr(ag.plot, figure)(found)
    ax.figure.draw_without_rendering()
    if figure == "hazard":
        assert f"{found.periods} periods with fewer than 10" in ax.get_xlabel()


def test_outcomes_say_that_their_rows_overlap_and_refuse_mixed_horizons():
    game = ag.Treaty().replace(detection=0.3, false_alarm=0.2).game()
    ask = {"discount": 0.95, "paths": 50, "rng": 1}
    long, short = (ag.simulate(game, (ag.treaty.ladder_yield,) * 2, periods=n, **ask) for n in (20, 5))
    assert ag.plot.outcomes(long).get_xlabel().endswith("rows overlap")
    with pytest.raises(InvalidGame, match="one horizon"):
        ag.plot.outcomes({"a": long, "b": short})


def test_a_fan_over_missing_numbers_is_refused():
    with pytest.raises(InvalidGame, match="values"):
        ag.plot.fan([[1.0, np.nan], [2.0, 3.0]])


def test_a_point_beside_a_map_widens_the_axes():
    over = {"detection": [0.2, 0.4], "discount": [0.8, 0.9]}
    found = ag.sweep(ag.Treaty(), over, ag.measures.regime, progress=False)
    ax = ag.plot.regime_map(found, points={"inside": (0.3, 0.85), "outside": (0.9, 0.5)})
    assert ax.get_xlim()[1] > 0.9
    assert ax.get_ylim()[0] < 0.5
    assert ax.get_xlim()[0] == 0.2


def test_a_region_too_small_for_its_name_stands_in_the_legend():
    ax = ag.plot.equilibrium_map(np.append(np.linspace(1.1, 2, 40), 2.1), np.append(-1.0, np.linspace(0.1, 0.9, 40)))
    assert [t.get_text().split("\n")[0] for t in ax.texts] == ["chicken"]
    told = [t.get_text().replace("\n", " ") for t in ax.get_legend().get_texts()]
    assert told == ["prisoner's dilemma, 1 equilibrium, both deploy"]


def test_a_race_without_a_rest_point_says_so():
    race = ag.treaty.armsrace.richardson((2.0, 2.0), (1.0, 1.0), (0.3, 0.2))
    assert "no rest point" in ag.plot.race_portrait(race).get_xlabel()


def test_places_of_gains_are_those_of_the_certificate():
    game = ag.RepeatedGame(ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    found = ag.verify(game, (ag.always_comply, ag.grim), discount=0.8)
    ax = found.plot()
    worst = [(line.get_label(), max(line.get_xdata())) for line in ax.lines if line.get_marker() != "None"]
    assert max(worst, key=lambda one: one[1]) == (found.where.player, pytest.approx(found.max_gain))
    with pytest.raises(ag.errors.WrongConcept, match="verify"):
        ag.plot.deviation_gains(game)


def test_thresholds_are_intervals_diamonds_and_words():
    some = ag.critical_discount(REPEATED, (ag.grim, ag.grim))
    none = replace(some, value=np.inf, intervals=())
    point = replace(some, intervals=((0.5, 0.5),))
    ax = ag.plot.holding_discounts({"some": some, "none": none, "point": point})
    assert [t.get_text() for t in ax.texts] == ["at no discount factor"]
    assert [line.get_xdata()[0] for line in ax.lines] == [0.5]
    assert ax.patches[0].get_x() == some.intervals[0][0]
    with pytest.raises(InvalidGame, match="concept"):
        ag.plot.holding_discounts({"a": some, "b": replace(some, concept="nash")})
    with pytest.raises(ag.errors.WrongConcept):
        ag.plot.holding_discounts({})
