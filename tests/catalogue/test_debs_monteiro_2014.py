"""Known unknowns: numbers, region's edge, comparative statics, certificates."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

# (p0, p1, c_D, c_T, k, sigma, delta) -> numbers derived on an independent tree with 22 offers
CASES = (
    (
        (0.4, 0.8, 0.5, 0.3, 0.6, 0.5, 0.9),
        {"invest": 4 / 11, "strike_no_signal": 2 / 3, "p_war": 8 / 11, "p_mistaken_war": 14 / 33, "posterior": 2 / 9},
    ),
    (
        (0.3, 0.7, 0.6, 0.4, 1.0, 0.2, 0.9),
        {"invest": 25 / 77, "strike_no_signal": 47 / 72, "p_war": 52 / 77, "transparency_needed": 13 / 18},
    ),
    ((0.4, 0.8, 0.5, 0.3, 0.6, 0.9, 0.9), {"invest": 0.0, "p_war": 0.0, "offer": 0.37}),
    ((0.4, 0.8, 0.1, 0.3, 0.6, 0.5, 0.9), {"invest": 0.2, "p_war": 0.7, "p_mistaken_war": 8 / 15}),
)
NAMES = tuple(ag.catalogue.debs_monteiro_2014.parameters())


@pytest.mark.parametrize(("values", "expected"), CASES)
def test_numbers(values: tuple[float, ...], expected: dict[str, float]) -> None:
    model = ag.catalogue.debs_monteiro_2014(**dict(zip(NAMES, values, strict=True)))
    (found,) = model.equilibria()
    assert found.certificate.kind == "sequential"
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=1e-9), name
        if name in model.regions:
            assert model.regions[name] == pytest.approx(value, abs=1e-9), name


def test_both_propositions_at_the_threshold_and_one_beside_it() -> None:
    model = ag.catalogue.debs_monteiro_2014()
    edge = model.regions["transparency_needed"]
    assert len(model.replace(signal=edge).equilibria()) == 2
    below, above = (model.replace(signal=edge + step).equilibria() for step in (-1e-6, 1e-6))
    assert [e.name for e in below] == ["preventive war under doubt"]
    assert [e.name for e in above] == ["peace by transparency"]


def test_peace_is_refused_just_outside_its_region() -> None:
    model = ag.catalogue.debs_monteiro_2014()
    outside = model.replace(signal=model.regions["transparency_needed"] - 0.01)
    peace = model.replace(signal=0.99).equilibria()[0]
    assert ag.trees.verify_assessment(outside.game, peace.assessment.profile).certificate.max_gain > 1e-3


def test_comparative_statics_over_random_parameters() -> None:
    draw = np.random.default_rng(0)
    tried = 0
    while tried < 20:
        values = dict(zip(NAMES, draw.uniform(0.02, 0.98, 7), strict=True))
        try:
            model = ag.catalogue.debs_monteiro_2014(**values)
        except ag.errors.InvalidGame:
            continue
        tried += 1
        assert all(e.certificate.ok for e in model.equilibria())
        assert model.replace(signal=1.0).regions["p_war"] == 0
        mixed = np.linspace(0, model.regions["transparency_needed"] - 1e-9, 40)
        if mixed[-1] > 0:
            over = model.replace(signal=mixed).regions
            assert (np.diff(over["strike_no_signal"]) <= 1e-12).all()
            assert (np.diff(over["invest"]) >= -1e-12).all()


def test_mistaken_wars_rise_as_the_deterrer_s_cost_falls() -> None:
    found = ag.catalogue.debs_monteiro_2014(war_cost_deterrer=np.linspace(0.05, 0.6, 40)).regions
    assert (np.diff(found["p_mistaken_war"]) < 0).all()
    assert (np.diff(found["p_mistaken_war"] / found["p_war"]) < 0).all()


def test_a_condition_that_fails_is_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="power_after - power_before"):
        ag.catalogue.debs_monteiro_2014(power_after=0.5)
    with pytest.raises(ag.errors.InvalidGame, match=r"signal is 1.5; allowed: \[0, 1\]"):
        ag.catalogue.debs_monteiro_2014(signal=1.5)


def test_war_is_refused_just_outside_its_region() -> None:
    model = ag.catalogue.debs_monteiro_2014()
    edge = model.regions["transparency_needed"]
    (war,) = model.replace(signal=edge - 0.01).equilibria()
    outside = model.replace(signal=edge + 0.01)
    assert ag.trees.verify_assessment(outside.game, war.assessment.profile).certificate.max_gain > 1e-3
    # no chance of fighting after silence keeps T indifferent there
    assert 1 - outside.investment / ((1 - outside.signal) * outside.regions["shift"]) < 0


def test_no_other_mixture_is_an_equilibrium() -> None:
    model = ag.catalogue.debs_monteiro_2014()
    (war,) = model.equilibria()
    own: dict[str, object] = {
        s.label: dict(zip(s.actions, p.tolist(), strict=True))
        for s, p in zip(model.game.sets, war.assessment.profile, strict=True)
    }
    for share in (war["invest"] - 0.02, war["invest"] + 0.02):
        changed = own | {"start": {"invest": share, "do not invest": 1 - share}}
        assert ag.trees.verify_assessment(model.game, changed).certificate.max_gain > 1e-3


def test_certain_and_empty_signals_and_batches() -> None:
    (peace,) = ag.catalogue.debs_monteiro_2014(signal=1.0).equilibria()
    assert peace.name == "peace by transparency"
    (war,) = ag.catalogue.debs_monteiro_2014(signal=0.0).equilibria()
    assert war.certificate.kind == "sequential"
    (dear,) = ag.catalogue.debs_monteiro_2014(signal=0.0, investment=5.0).equilibria()
    assert dear.name == "peace by transparency"
    seen, cost = np.linspace(0, 1, 200)[None], np.linspace(0.1, 3, 200)[:, None]
    grid = ag.catalogue.debs_monteiro_2014(signal=seen, investment=cost)
    assert {value.shape for value in grid.regions.values()} == {(200, 200)}
    assert np.isfinite(grid.regions["p_war"]).all()


def test_a_dossier_gives_the_signal_and_the_discount_factor() -> None:
    scenario = ag.load_scenario("inf")
    model = ag.catalogue.debs_monteiro_2014.from_scenario(scenario, "agnostic")
    assert (model.signal, model.discount) == (scenario.parameters["detection_after"], scenario.question.discount)
    text = model.explain()
    assert text.count("[assumption]") == len(NAMES) - 2
    assert "detection_after, regime 'national technical means', per period" in text
    by_hand = ag.catalogue.debs_monteiro_2014.from_scenario(scenario, "agnostic", signal=0.8)
    assert by_hand.signal == 0.8
    assert "signal" not in by_hand.origins
