"""Each closed form and its conditions against the verifier and the solvers, on both sides of every edge."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import armsgame as ag
from armsgame.games.private import PrivateGame, PrivateMonitoring
from armsgame.solve.thresholds.suspensions import suspension_threshold
from armsgame.study.scenarios.enforcement import compliance_map, grim_threshold, shortest_suspension
from armsgame.study.scenarios.enforcement_flip import flip_share
from armsgame.treaty.closed_forms import premises
from armsgame.treaty.parameter_table import parameters

T = ag.treaty
C = T.compliance
DOCS = Path(__file__).resolve().parents[3] / "docs"
RATES = [(0.0, 0.0), (1.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.75, 0.05), (0.2, 0.3), (1.0, 0.1), (0.9, 0.02), (0.0, 0.1)]


def payoffs(rng, dilemma=False):
    """Quarters, so that ties are common, in any order; or with R > P."""
    while True:
        found = tuple(int(x) / 4 for x in rng.integers(-4, 13, 4))
        if not dilemma or found[1] > found[2]:
            return found


def rates(rng):
    return RATES[rng.integers(len(RATES))]


def around(edge):
    """Discount factors beside an edge, and whether the profile holds there."""
    if edge == np.inf:
        return [(0.9995, False)]
    step = 1e-4 * min(edge, 1 - edge)
    return [(edge + step, True), ((1 + edge) / 2, True), *([(edge - step, False)] if edge else [])]


def agree(game, profile, edge):
    for discount, holds in around(edge):
        assert ag.verify(game, profile, discount=discount).ok == holds, (edge, discount)


def random_treaty(rng):
    """Two parties of their own, or the same twice."""
    parties = ag.Treaty().parties
    pay, seen = [payoffs(rng), payoffs(rng)], [rates(rng), rates(rng)]
    if rng.integers(2):
        pay[1], seen[1] = pay[0], seen[0]
    names = ("temptation", "reward", "punishment", "sucker", "detection", "false_alarm")
    columns = zip(*(p + s for p, s in zip(pay, seen, strict=True)), strict=True)
    return ag.Treaty().replace(**{n: dict(zip(parties, c, strict=True)) for n, c in zip(names, columns, strict=True)})


# closed forms and the verifier ------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(24))
def test_grim_on_one_alarm_holds_from_its_threshold_on(seed):
    rng = np.random.default_rng(seed)
    pay, (d, a) = payoffs(rng, dilemma=True), rates(rng)
    found = C.grim(*pay[:3], d, a, sucker=pay[3])
    agree(ag.RepeatedGame(C(*pay), ag.Monitoring.alarm(d, a)), (ag.grim, ag.grim), found.threshold)
    assert (found.failed == "") == np.isfinite(found.threshold)


@pytest.mark.parametrize("seed", range(16))
def test_grim_on_late_alarms_holds_from_its_threshold_on(seed):
    rng = np.random.default_rng(seed)
    pay, (d, a), lag = payoffs(rng, dilemma=True), rates(rng), int(rng.integers(2, 4))
    found = C.grim(*pay[:3], *C.per_party_alarm(d, a), lag=lag, sucker=pay[3])
    if np.isnan(found.threshold):
        assert found.failed == "alarms tell of violations"
        return
    # independent alarms about both: the one about the other party hides nothing
    if (d, a) == (0, 0) or pay[2] >= pay[3]:
        agree(ag.RepeatedGame(C(*pay), ag.Monitoring.detection(d, a, lag=lag)), (ag.grim, ag.grim), found.threshold)
    else:
        assert found.failed == "punishment is a stage equilibrium"


def test_there_is_no_lag_of_no_periods():
    for make in (lambda: C.grim(1.5, 1, 0, lag=0), lambda: ag.Monitoring.detection(0.5, lag=0)):
        with pytest.raises(ag.errors.InvalidGame, match="lag"):
            make()


def test_the_short_formula_with_a_lag_is_for_certain_detection():
    for t, r, p in ((1.5, 1, 0), (5, 3, 1)):
        for m in (1, 2, 3, 4):
            short = ((t - r) / (t - p)) ** (1 / m)
            assert C.grim(t, r, p, lag=m).threshold == pytest.approx(short, abs=1e-12)
            assert C.grim(t, r, p, 0.5, lag=m).threshold > short + 0.01
    assert C.grim(1.5, 1, 0, 0.5, lag=3).threshold == pytest.approx(0.7474, abs=5e-5)


@pytest.mark.parametrize("seed", range(20))
def test_a_suspension_holds_from_its_threshold_on_and_the_shortest_is_the_shortest(seed):
    rng = np.random.default_rng(seed)
    pay, (d, a), n = payoffs(rng, dilemma=True), rates(rng), int(rng.integers(1, 5))
    game = ag.RepeatedGame(C(*pay), ag.Monitoring.alarm(d, a))
    if pay[2] >= pay[3]:
        agree(game, (ag.suspend(n), ag.suspend(n)), suspension_threshold(*pay[:3], d, a, n))
    delta = float(rng.uniform(0.1, 0.98))
    found = C.finite_punishment(*pay[:3], d, a, delta, sucker=pay[3])
    assert (found.failed == "") == np.isfinite(found.periods)
    if found.periods == 0:
        assert pay[0] <= pay[1]
    elif found.periods == np.inf:
        assert not ag.verify(game, (ag.suspend(6), ag.suspend(6)), discount=delta).ok
    elif found.periods <= 20:
        held = ag.verify(game, (ag.suspend(int(found.periods)),) * 2, discount=delta)
        assert held.ok
        assert held.values[0] == pytest.approx(found.value, abs=1e-9)
        if found.periods > 1:
            assert not ag.verify(game, (ag.suspend(int(found.periods) - 1),) * 2, discount=delta).ok


@pytest.mark.parametrize("seed", range(24))
def test_threshold_regime_map_and_verifier_of_a_treaty_agree(seed):
    rng = np.random.default_rng(seed)
    treaty = random_treaty(rng)
    game, pair = treaty.one_status(), (ag.grim, ag.grim)
    edge = float(grim_threshold(treaty))
    assert edge == ag.measures.threshold(treaty, discount=0.5)["threshold"]
    agree(game, pair, edge)
    found = float(ag.critical_discount(game, pair).value)
    assert found == edge or found == pytest.approx(edge, abs=1e-7)
    delta = float(rng.uniform(0, 0.98))
    regime = ag.measures.regime(treaty, discount=delta)
    assert bool(regime["grim"]) == ag.verify(game, pair, discount=delta).ok
    length = float(shortest_suspension(treaty, delta))
    assert np.array_equal(regime["suspension"], np.where(np.isfinite(length), length, np.nan), equal_nan=True)
    if 0 < length <= 12:
        assert ag.verify(game, (ag.suspend(int(length)),) * 2, discount=delta).ok
    for n in (1, 3):
        assert length <= n or not ag.verify(game, (ag.suspend(n),) * 2, discount=delta).ok
    rate = ag.measures.cheapest_detection(treaty, discount=delta)["detection"]
    for d in (rate * (1 + 1e-9), rate * (1 - 1e-6), 0.5 * rate) if 0 < rate <= 0.999 else (0.0, 0.5, 1.0):
        held = ag.verify(treaty.replace(detection=d).one_status(), pair, discount=delta).ok
        assert held == (d > rate) or (rate == 0 and held >= (d == 0))


@pytest.mark.parametrize("seed", range(12))
def test_the_reactions_of_negotiations_are_those_that_the_verifier_passes(seed):
    rng = np.random.default_rng(seed)
    treaty, delta = random_treaty(rng), float(rng.uniform(0, 0.98))
    choice = ag.negotiation.OneStatus(suspensions=(1, 2, 5), exit=False)
    found, game = choice.value([treaty], delta), treaty.one_status()
    checks = [ag.verify(game, (s, s), discount=delta) for s in (ag.suspend(1), ag.suspend(2), ag.suspend(5), ag.grim)]
    assert bool(found.chosen[0] >= 0) == any(c.ok for c in checks)
    if found.chosen[0] >= 0:
        assert found.values[0] == pytest.approx(checks[int(found.chosen[0])].values, abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_mirror_is_nash_from_its_threshold_on(seed):
    rng = np.random.default_rng(seed)
    t, r, p, s = payoffs(rng, dilemma=True)
    s = min(s, r - 0.25)
    game, found = ag.RepeatedGame(C(t, r, p, s)), C.mirror(t, r, p, s)
    for discount, holds in around(found.threshold):
        assert (ag.verify(game, (ag.mirror, ag.mirror), discount=discount).kind != "none") == holds
    assert (found.failed == "") == np.isfinite(found.threshold)
    if t <= r:
        assert found.maximal_generosity == 1
    elif np.isfinite(found.threshold):
        for q, holds in ((0.999 * found.maximal_generosity, True), (0.001 + found.maximal_generosity, False)):
            profile = (ag.generous(q),) * 2
            assert (ag.verify(game, profile, discount=1 - 1e-5).kind != "none") == holds


@pytest.mark.parametrize("seed", range(12))
def test_the_best_symmetric_value_is_the_solvers(seed):
    rng = np.random.default_rng(seed)
    t, r, p, s = payoffs(rng, dilemma=True)
    d, a, delta = *RATES[rng.integers(4, 8)], float(rng.uniform(0.2, 0.98))
    found = C.best_symmetric_public(t, r, p, d, a, delta, sucker=s)
    assert (found.failed == "") == np.isfinite(found.value)
    if np.isfinite(found.value):
        solved = ag.thresholds.best_symmetric(ag.RepeatedGame(C(t, r, p, s), ag.Monitoring.alarm(d, a)), discount=delta)
        assert solved.value >= found.value - 1e-8
        # where complying is the best that both can do together, nothing better exists
        if r >= max(t, p):
            assert solved.value == pytest.approx(found.value, abs=1e-8)


def test_risk_dominance_is_one_concept_with_one_answer():
    grid = [(t / 20, -s / 20) for t in range(20) for s in range(1, 21)]
    for t, s in grid:
        found = C.required_trust(t, 1, 0, s).risk_dominant
        assert found == (ag.one_shot.risk_dominance(C(t, 1, 0, s)).dominant == ("comply", "comply"))
    t, s = np.array(grid).T
    assert C.required_trust(t, 1, 0, s).risk_dominant.tolist() == [
        C.required_trust(x, 1, 0, y).risk_dominant for x, y in grid
    ]


def test_private_alarms_need_the_patience_that_the_page_states():
    for e, g, l in ((0.1, 0.5, 0.5), (0.1, 0.5, 1.0), (0.02, 1.0, 0.3)):  # noqa: E741
        edge = max(g, l) / (max(g, l) + 1 - 2 * e - e * (g + l))
        stage = C(1 + g, 1, 0, -l)
        game = PrivateGame(stage, PrivateMonitoring.alarms(stage, 1 - e, e))
        inside, outside = (ag.private_monitoring.belief_free(game, discount=edge + x) for x in (1e-5, -1e-5))
        assert inside.high == pytest.approx([1 - e * g / (1 - 2 * e)] * 2, abs=1e-6)
        assert inside.low == pytest.approx([e * l / (1 - 2 * e)] * 2, abs=1e-6)
        assert np.isnan(outside.high).all()


# reports ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"sucker": 0.2}, {"sucker": {"US": 0.2}}, {"punishment": 1.2}, {"temptation": 0.9}])
def test_threshold_closed_form_and_map_of_a_dossier_agree(change):
    dossier = ag.load_scenario("inf").replace(**change)
    for regime in dossier.regimes:
        treaty = dossier.treaty(regime=regime.name)
        found = ag.critical_discount(treaty.one_status(), (ag.grim, ag.grim)).value
        edge = float(grim_threshold(treaty))
        assert found == edge or found == pytest.approx(edge, abs=1e-9)
    d, delta = np.array([0.03, 0.8]), np.array([0.5, 0.97])
    table = compliance_map(dossier, d, delta)
    for i, y in enumerate(delta):
        for j, x in enumerate(d):
            game = dossier.replace(detection=float(x)).treaty().one_status()
            n = float(table[i, j])
            profile = ag.always_comply if n == 0 else ag.suspend(int(n)) if n > 0 else ag.grim
            assert ag.verify(game, (profile, profile), discount=y).ok != np.isnan(n)


def test_both_parties_count_in_the_share_of_the_box():
    dossier = ag.load_scenario("inf")
    shares = [flip_share(dossier.replace(punishment={p: 0.4}), draws=2**10).share for p in dossier.parties]
    assert shares[0] == shares[1] != flip_share(dossier, draws=2**10).share
    assert flip_share(dossier.replace(sucker={"US": 0.2}), draws=2**8).before == 0


# conditions in words ----------------------------------------------------------------------------


def test_the_condition_that_fails_is_named():
    assert C.grim(1.5, 1, 0, sucker=0.3).failed == "punishment is a stage equilibrium"
    assert C.grim(1.5, 1, 0, 0.3, 0.3).failed == "alarms tell of violations"
    assert C.grim(1.5, 1, 0, 0.3, 0.25).failed == "the most patient are deterred"
    assert C.grim(1.5, 1, 0, 0.3, 0.25, lag=2).failed == "the same with a lag of m periods"
    assert C.finite_punishment(1.5, 1, 0, 0.9, 0.05, [0.2, 0.9]).failed.tolist() == [
        "the parties are patient enough",
        "",
    ]
    assert C.mirror(3, 1, 0, -1).failed == "taking turns does not pay"
    assert C.required_detection(1.5, 1, 0, 0.9, sucker=0.3) == np.inf
    # nobody is tempted, and a false alarm keeps a party from complying: worth it only to the impatient
    assert C.grim(0.9, 1, 0, 0.0, 0.5).threshold == np.inf


def test_docstrings_and_the_page_print_the_conditions_that_the_functions_check():
    for home in ("linkage", "reputation", "third_party", "trust", "verification"):
        import_module(f"armsgame.treaty.closed_forms.{home}")
    for name, conditions in premises.FORMS.items():
        home, _, function = name.partition(".")
        words = inspect.getdoc(getattr(getattr(ag.treaty, home), function))
        assert "{premises}" not in words
        for condition in conditions:
            assert condition.condition in words
            assert condition.name in words
    assert premises.table() in (DOCS / "theory" / "compliance.md").read_text(encoding="utf-8")


def test_pages_hold_no_control_characters():
    for page in DOCS.rglob("*.md"):
        assert not re.search(r"[\x00-\x08\x0b-\x1f]", page.read_text(encoding="utf-8")), page.name


def test_the_stage_game_has_the_defaults_of_the_dictionary():
    defaults = {n: p.default for n, p in inspect.signature(C).parameters.items() if n != "players"}
    assert defaults == {n: parameters[n].default for n in defaults}


# numbers on the pages ---------------------------------------------------------------------------


def test_a_demand_for_the_whole_pie_is_refused_by_few():
    found = T.ultimatum.take_it_or_leave_it(0.9, 0.05, 0.05, 0.9)
    assert found.demand == 1
    assert found.breakdown == pytest.approx((1 - 0.9 - 0.05) / 0.85)


def test_a_cost_of_exit_acts_like_a_higher_reward():
    r, d, annuity = 0.5, 0.9, 0.1
    options = (np.arange(20_000) + 0.5) / 20_000
    stay = 0.0
    for _ in range(600):
        stay = np.maximum(options - annuity, (1 - d) * r + d * stay).mean()
    bar = (1 - d) * r + d * stay + annuity
    assert bar == pytest.approx(T.withdrawal.optimal_exit(r + annuity, d).reservation, abs=1e-6)
    assert bar - T.withdrawal.optimal_exit(r, d).reservation == pytest.approx(0.0332, abs=5e-5)


def test_the_stated_bounds_on_the_outside_option_are_kept_and_tight():
    pair = (T.exit_on_alarm, T.exit_on_alarm)
    for x, holds in ((1.1201, True), (1.1202, False)):
        assert ag.verify(ag.Treaty().replace(outside_option=x).game(), pair, discount=0.95).ok == holds


def test_two_alarms_can_do_better_than_any_alarm():
    lumped = C.best_symmetric_public(1.5, 1, 0, *C.per_party_alarm(0.6, 0.05), 0.95).value
    game = ag.RepeatedGame(C(1.5, 1, 0, -0.5), ag.Monitoring.detection(0.6, 0.05))
    assert lumped == pytest.approx(0.9067, abs=5e-5)
    assert ag.thresholds.best_symmetric(game, discount=0.95).value == pytest.approx(0.9544, abs=5e-5)


def test_concave_utility_helps_identical_issues_and_not_all_unequal_ones():
    rng = np.random.default_rng(0)
    over = 0
    for _ in range(60):
        r, p = rng.uniform(0.5, 2, 2), rng.uniform(0, 0.4, 2)
        unequal = np.stack([r + rng.uniform(0.1, 2, 2), r, p], axis=-1)
        same = T.linkage.threshold(np.stack([unequal[0]] * 2), utility=np.sqrt)
        assert same.linked < same.separate[0]
        found = T.linkage.threshold(unequal, utility=np.sqrt)
        over += found.linked > min(found.separate)
    assert over > 0
