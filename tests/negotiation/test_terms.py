import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame
from armsgame.negotiation import (
    OneStatus,
    Policies,
    Term,
    Terms,
    cost_sharing,
    deployment_ceiling,
    display_access,
    inspection_quota,
    linkage,
    notice_length,
    sanctions_relief,
    value_of_terms,
)

AFTER = ag.Treaty().replace(detection=0.03)


def space():
    return Terms(
        [
            inspection_quota((0, 1, 4)),
            deployment_ceiling((0.0, 0.25, 0.5)),
            sanctions_relief((0.0, 1.0), target="Russia"),
            cost_sharing((0.0, 0.5, 1.0), payer="US"),
        ]
    )


def test_values_and_selection_are_those_of_the_one_status_game():
    values = value_of_terms(AFTER, space(), discount=0.95)
    rng = np.random.default_rng(1)
    for n in rng.choice(len(values.bundles), 12, replace=False):
        treaty = space().treaties(AFTER, values.bundles[[n]])[0]
        paid = [p.verification_cost for p in treaty.parameters]
        best, chosen = None, -1
        for k, name in enumerate(values.classes):
            strategy = ag.grim if name == "grim" else ag.suspend(int(name[8:-1]))
            found = ag.verify(treaty.one_status(), (strategy, strategy), discount=0.95)
            if found.ok and (best is None or sum(found.values) > sum(best) + 1e-9):
                best, chosen = found.values, k
        assert chosen == values.selected[n]
        if best is not None:
            np.testing.assert_allclose(values.values[n], np.subtract(best, paid), atol=1e-12)
        else:
            np.testing.assert_allclose(values.values[n], 0, atol=1e-12)
            assert not values.self_enforcing[n]


def test_treaty_game_values_are_certified_by_the_verifier():
    terms = Terms([inspection_quota((0, 4)), notice_length((91, 182))])
    profiles = (
        (ag.treaty.exit_on_alarm, ag.treaty.exit_on_alarm),
        (ag.treaty.ladder_yield, ag.treaty.ladder_yield),
    )
    values = value_of_terms(AFTER, terms, discount=0.95, selection=Policies(profiles))
    for n, treaty in enumerate(terms.treaties(AFTER, values.bundles)):
        found = [ag.verify(treaty.game(), p, discount=0.95) for p in profiles]
        held = [f for f in found if f.ok]
        assert values.self_enforcing[n] == bool(held)
        if held:
            np.testing.assert_allclose(values.values[n], max((f.values for f in held), key=sum), atol=1e-12)
    assert 0 < values.share < 1
    assert "gain" in values.nearest_failure()


def test_swapping_the_parties_swaps_the_values():
    terms = space()
    swapped = value_of_terms(AFTER.swapped, terms, discount=0.95)
    values = value_of_terms(AFTER, terms, discount=0.95)
    np.testing.assert_allclose(swapped.values, values.values[:, ::-1], atol=1e-12)
    assert swapped.parties == values.parties[::-1]


def test_permuting_levels_permutes_the_bundles():
    a = value_of_terms(AFTER, Terms([inspection_quota((0, 1, 4))]), discount=0.95)
    b = value_of_terms(AFTER, Terms([inspection_quota((4, 0, 1))]), discount=0.95)
    np.testing.assert_allclose(a.values[[2, 0, 1]], b.values, atol=0)


def test_levels_that_change_nothing_are_the_treaty_itself():
    values = value_of_terms(ag.Treaty(), Terms([linkage((0.0, 1.0))]), discount=0.95)
    plain = value_of_terms(ag.Treaty(), Terms([notice_length((182, 91))]), discount=0.95)
    np.testing.assert_allclose(values.values[0], plain.values[0], atol=0)


def test_linkage_harms_once_the_treaty_collapses():
    values = value_of_terms(ag.Treaty().replace(false_alarm=0.05), Terms([linkage((0.0, 1.0))]), discount=0.9)
    assert (values.values[1] < values.values[0]).all()


def test_ceiling_is_bilinear_in_the_shares_deployed():
    treaty = Terms([deployment_ceiling((0.0, 0.5))]).treaties(ag.Treaty(), np.array([[1]]))[0]
    own = treaty.parameters[0]
    assert (own.reward, own.temptation, own.sucker) == (0.5, 0.75, -0.25)


def test_display_access_lowers_the_violators_chance_and_costs_the_shower():
    treaty = Terms([display_access((0.0, 0.5), party="Russia")]).treaties(ag.Treaty(), np.array([[1]]))[0]
    assert treaty.parameters[1].pass_violating == 0.4
    assert treaty.parameters[0].pass_violating == 0.8
    assert treaty.parameters[1].transparency_cost == 0.025


def test_disagreement_can_be_todays_treaty():
    terms = Terms([inspection_quota((0, 4))])
    strong = value_of_terms(ag.Treaty(), terms, discount=0.95, disagreement="today")
    np.testing.assert_allclose(strong.disagreement, strong.values[0], atol=1e-12)
    weak = value_of_terms(AFTER.replace(temptation=3.0), terms, discount=0.6, disagreement="today")
    np.testing.assert_allclose(weak.disagreement, 0)
    assert any("not self-enforcing" in note for note in weak.assumptions)


def test_equal_questions_are_answered_from_the_cache():
    assert value_of_terms(AFTER, space(), discount=0.95) is value_of_terms(AFTER, space(), discount=0.95)


def test_tables_are_labelled():
    values = value_of_terms(AFTER, space(), discount=0.95)
    frame, data = values.to_frame(), values.to_xarray()
    assert list(frame.columns[:4]) == list(space().names)
    bundle = {"inspections": 4, "ceiling": 0.0, "sanctions relief": 1.0, "cost share": 0.5}
    assert data["value"].sel(bundle).shape == (2,)
    assert "self-enforcing" in str(values)
    part = value_of_terms(AFTER, space(), discount=0.95, sample=10, rng=3)
    assert part.to_xarray().sizes["bundle"] == 10
    assert part.index(space().today) >= 0


@pytest.mark.parametrize(
    ("build", "words"),
    [
        pytest.param(lambda: Term("x", (1, 1), parameter="detection"), "at least two different", id="levels"),
        pytest.param(lambda: Term("x", (0, 1)), "no parameter", id="no-parameter"),
        pytest.param(lambda: Term("x", (0, 1), parameter="detection", change=lambda t, _: t), "two things", id="both"),
        pytest.param(lambda: Term("x", (0, 1), parameter="detection", today=2), "from 0 to 1", id="today"),
        pytest.param(lambda: Terms([]), "at least one term", id="empty"),
        pytest.param(lambda: Terms([notice_length(), notice_length()]), "a name of its own", id="twice"),
        pytest.param(lambda: inspection_quota((0, 1), detection=1.5), "a probability", id="detection"),
        pytest.param(lambda: OneStatus(suspensions=(0,)), "at least 1", id="suspensions"),
        pytest.param(lambda: OneStatus(suspensions=(), grim=False), "grim=True", id="nothing"),
        pytest.param(lambda: Policies(()), "at least one pair", id="policies"),
        pytest.param(lambda: space().bundle(ceilings=1), "Did you mean 'ceiling'", id="name"),
        pytest.param(lambda: space().bundle(ceiling=0.3), "one of", id="level"),
    ],
)
def test_bad_terms_are_refused(build, words):
    with pytest.raises(InvalidGame, match=words):
        build()


@pytest.mark.parametrize(
    ("terms", "options", "words"),
    [
        pytest.param([Term("x", (0, 1), parameter="detecting")], {}, "the term 'x' does not fit", id="parameter"),
        pytest.param([Term("x", (0, 2), parameter="detection")], {}, "the term 'x' does not fit", id="range"),
        pytest.param([Term("x", (0, 1), change=lambda t, _: t)], {}, "tied to no parameter", id="idle"),
        pytest.param([sanctions_relief(target="France")], {}, "allowed: one of", id="party"),
        pytest.param([notice_length()], {"discount": 1.0}, "discount", id="discount"),
        pytest.param([notice_length()], {"selection": "grim"}, "selection", id="selection"),
        pytest.param([notice_length()], {"disagreement": "yesterday"}, "disagreement", id="disagreement"),
        pytest.param([notice_length()], {"walk_away": (0.0, np.inf)}, "walk_away", id="walk-away"),
        pytest.param([notice_length()], {"sample": 0, "rng": 1}, "sample", id="sample"),
    ],
)
def test_bad_questions_are_refused(terms, options, words):
    with pytest.raises(InvalidGame, match=words):
        value_of_terms(ag.Treaty(), Terms(terms), **{"discount": 0.95, **options})


def test_a_space_too_large_is_refused_with_its_size_and_the_way_out():
    many = Terms([Term(f"t{k}", tuple(np.linspace(0.1, 0.9, 10)), parameter="detection") for k in range(6)])
    with pytest.raises(InvalidGame, match=r"1,000,000 bundles.*sample=500000"):
        value_of_terms(ag.Treaty(), many, discount=0.95)
    assert len(value_of_terms(ag.Treaty(), many, discount=0.95, sample=20, rng=0).bundles) == 20
