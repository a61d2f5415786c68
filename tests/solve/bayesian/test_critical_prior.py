"""The exact set of priors: closed form of the trust threshold, bisection on certificates, and polytopes."""

import json
from pathlib import Path

import numpy as np
import pytest

import armsgame as ag
from armsgame.solve.bayesian.critical_prior import critical_prior
from armsgame.solve.bayesian.equilibria import bayesian_equilibria
from armsgame.solve.bayesian.starts import starts_for
from armsgame.strategies.automaton import Automaton
from armsgame.treaty.policies import exit_on_alarm

NUMBERS = json.loads((Path(__file__).parent / "numbers.json").read_text(encoding="utf-8"))


def _name(row):
    return "-".join(str(row[k]) for k in ("detection", "concealment_cost", "types", "start", "found_at"))


def separating(game):
    """Content complies until an alarm, tempted deploys until one; after it both collapse."""
    profile = {}
    for i, party in enumerate(game.players):
        trusting = exit_on_alarm.on(game.game, i)
        outputs = {label: law.copy() for label, law in trusting.outputs.items()}
        outputs["in_force, none"][0] = outputs["in_force, none"][1]
        profile[party] = {"content": trusting, "tempted": Automaton(outputs, trusting.next, states=trusting.states)}
    return profile


def _closed_form(detection, alarm=0.005, delta=0.95, temptation=1.5, sucker=-0.5):
    """Least prior at which a content party complies, with R = 1 and P = 0."""
    alarms = [1 - (1 - alarm) ** (2 - k) * (1 - detection) ** k for k in range(3)]
    trusting = (1 - delta) / (1 - delta * (1 - alarms[0]))
    cheated = sucker * (1 - delta) / (1 - delta * (1 - alarms[1]))
    loss = delta * (alarms[1] - alarms[0]) * trusting - (1 - delta) * (temptation - 1)
    gain = (1 - delta) * -sucker - delta * (alarms[2] - alarms[1]) * cheated
    return gain / (gain + loss)


@pytest.mark.parametrize(("detection", "least", "values"), NUMBERS["trust"])
def test_the_trust_threshold_has_a_closed_form(detection, least, values, inf):
    game = inf(detection, types=("content", "tempted"))
    found = critical_prior(game, separating(game), discount=0.95)
    assert found.interval == pytest.approx((_closed_form(detection), 1.0), abs=1e-10)
    assert found.interval[0] == pytest.approx(least, abs=1e-10)
    certificate = ag.verify(game, separating(game), discount=0.95)
    np.testing.assert_allclose(certificate.values[..., 0].ravel(), values, atol=1e-9)


def test_bisection_on_certificates_ends_where_the_interval_does(inf):
    game = inf(0.06, types=("content", "tempted"))
    profile = separating(game)
    end = critical_prior(game, profile, discount=0.95).interval[0]
    low, high = 0.0, 1.0
    for _ in range(34):
        middle = (low + high) / 2
        held = ag.verify(game.with_prior([[middle, 1 - middle]] * 2), profile, discount=0.95).ok
        low, high = (low, middle) if held else (middle, high)
    assert high == pytest.approx(end, abs=1e-9)


@pytest.mark.parametrize("detection", [0.1, 0.3])
def test_where_the_tempted_type_prefers_to_comply_no_prior_will_do(detection, inf):
    game = inf(detection, types=("content", "tempted"))
    found = critical_prior(game, separating(game), discount=0.95)
    assert found.empty
    assert found.interval == (np.inf, -np.inf)
    assert "none" in str(found)
    assert any("tempted gains from 'comply, silent'" in row for row in found.regions[0].binding)


@pytest.mark.parametrize("row", NUMBERS["priors"], ids=_name)
def test_intervals_agree_with_an_independent_program(row, inf):
    own = row["found_at"]
    game = inf(
        row["detection"],
        types=row["types"],
        prior=[[own, 1 - own]] * 2,
        concealment_cost=row["concealment_cost"],
        standing=row["standing"],
    )
    start = {row["start"]: starts_for(game)[row["start"]]}
    found = bayesian_equilibria(game, discount=0.95, starts=start, mixing="never")[0].priors
    # the observer of party 1 is party 0
    intervals = [found.about(party).interval for party in reversed(game.players)]
    np.testing.assert_allclose(intervals, row["intervals"], atol=1e-9)


@pytest.mark.parametrize("row", NUMBERS["priors_outside"], ids=_name)
def test_intervals_without_the_prior_of_the_search_are_those_of_a_profile_that_is_refused_there(row, inf):
    # replies of that program had settled at this prior, on a profile that is an equilibrium elsewhere only
    costs = {"concealment_cost": row["concealment_cost"], "standing": row["standing"]}
    held = dict(zip(reversed(inf(0.5).players), (np.mean(own) for own in row["intervals"]), strict=True))
    game = inf(row["detection"], types=row["types"], **costs)
    game = game.with_prior({party: [p, 1 - p] for party, p in held.items()})
    start = {row["start"]: starts_for(game)[row["start"]]}
    found = bayesian_equilibria(game, discount=0.95, starts=start, mixing="never")[0]
    intervals = [found.priors.about(party).interval for party in reversed(game.players)]
    np.testing.assert_allclose(intervals, row["intervals"], atol=1e-9)
    own = row["found_at"]
    assert not all(low <= own <= high for low, high in intervals)
    assert not ag.verify(game.with_prior([[own, 1 - own]] * 2), found.profile, discount=0.95).ok


def test_three_types_before_2001_hold_while_few_want_out(inf):
    # content and tempted comply, wants_out is caught on purpose, while P(not wants_out) >= .050574
    game = inf(0.8, prior=[[0.25, 0.5, 0.25]] * 2)
    start = {"exit_on_alarm": starts_for(game)["exit_on_alarm"]}
    region = bayesian_equilibria(game, discount=0.95, starts=start)[0].priors.about("US")
    assert region.vertices[:, 2].max() == pytest.approx(1 - 0.050574, abs=1e-6)
    assert region.contains([0.0, 0.06, 0.94])
    assert not region.contains([0.0, 0.05, 0.95])
    rng = np.random.default_rng(5)
    for prior in rng.dirichlet([0.3, 0.3, 1.5], size=25):
        held = ag.verify(game.with_prior([prior, prior]), _profile(game), discount=0.95).ok
        assert held == region.contains(prior)


def _profile(game):
    start = {"exit_on_alarm": starts_for(game)["exit_on_alarm"]}
    return bayesian_equilibria(game.with_prior([[0.25, 0.5, 0.25]] * 2), discount=0.95, starts=start)[0].profile


def test_swapping_the_parties_swaps_the_regions(inf):
    game = inf(0.05, types=("content", "tempted"))
    profile = separating(game)
    one = critical_prior(game, profile, discount=0.95)
    two = critical_prior(game.swapped, separating(game.swapped), discount=0.95)
    assert one.about("US").interval == pytest.approx(two.about("US").interval, abs=1e-12)
    with pytest.raises(ag.WrongConcept, match="no party"):
        one.about("China")


def test_it_is_about_private_types():
    with pytest.raises(ag.WrongConcept, match="critical_discount"):
        critical_prior(ag.Treaty().game(), {}, discount=0.9)
