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


def _nothing_at_all(treaty, _):
    return treaty


def space():
    return Terms(
        [
            inspection_quota((0, 1, 4)),
            deployment_ceiling((0.0, 0.25, 0.5)),
            sanctions_relief((0.0, 1.0), target="Russia"),
            cost_sharing((0.0, 0.5, 1.0), payer="US"),
        ]
    )


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


def test_the_default_is_the_whole_game():
    values = value_of_terms(AFTER, Terms([inspection_quota((0, 4))]), discount=0.95)
    assert values.classes == Policies().names
    assert any("whole treaty game" in a for a in values.assumptions)


def test_a_bundle_has_one_meaning_in_whatever_order_terms_are_listed():
    names = [t.name for t in space().terms]
    base = value_of_terms(AFTER, space(), discount=0.95, selection=OneStatus())
    rng = np.random.default_rng(4)
    for _ in range(5):
        order = rng.permutation(len(names))
        turned = Terms([space().terms[k] for k in order])
        found = value_of_terms(AFTER, turned, discount=0.95, selection=OneStatus())
        for n, levels in enumerate(base.bundles):
            np.testing.assert_array_equal(found.values[found.index(levels[order])], base.values[n])


def test_terms_that_do_not_commute_are_refused():
    double = Term("double", (1, 2), change=lambda t, k: t.replace(temptation=k * t.parameters[0].temptation))
    more = Term("more", (0, 1), change=lambda t, k: t.replace(temptation=k + t.parameters[0].temptation))
    with pytest.raises(InvalidGame, match="do not commute"):
        value_of_terms(AFTER, Terms([double, more]), discount=0.95)
    later = Term("more", (0, 1), change=more.change, phase=2)
    treaty = Terms([later, double]).treaties(AFTER, np.array([[1, 1]]))[0]
    assert treaty.parameters[0].temptation == 2 * 1.5 + 1
    same = [Term(n, (0.1, 0.2), parameter="detection") for n in "ab"]
    with pytest.raises(InvalidGame, match="do not commute"):
        Terms(same).check(AFTER)
    parted = [Term(n, (0.1, 0.2), parameter="detection", party=n) for n in ("US", "Russia")]
    Terms(parted).check(AFTER)


def test_a_term_that_moves_no_value_is_told_before_anybody_negotiates():
    for selection in (OneStatus(), Policies()):
        idle = Term("audience", (4.0, 2.0), parameter="audience_cost")
        terms = Terms([idle, inspection_quota((0, 1))])
        values = value_of_terms(AFTER, terms, discount=0.95, selection=selection)
        assert values.unread == ("audience",)
        assert any("no value depends on audience" in a for a in values.assumptions)
        assert not any("depends on inspections" in a for a in values.assumptions)
    part = value_of_terms(
        AFTER, Terms([notice_length((91, 182, 273)), inspection_quota((0, 1))]), discount=0.95, sample=4, rng=1,
        selection=OneStatus(),
    )  # fmt: skip
    assert any("no value depends on notice" in a for a in part.assumptions)


def test_numbers_and_truths_that_are_equal_are_told_apart():
    one = Terms([Term("demand", (True, False), parameter="demand")])
    assert value_of_terms(ag.Treaty(), one, discount=0.95).terms.terms[0].levels == (True, False)
    first = Terms([Term("detection", (0, 1), parameter="detection")])
    second = Terms([Term("detection", (0.0, 1.0), parameter="detection")])
    levels = [value_of_terms(AFTER, t, discount=0.9).terms.terms[0].levels for t in (first, second)]
    assert [type(v) for v in levels[0]] == [int, int]
    assert [type(v) for v in levels[1]] == [float, float]


def test_the_ledger_names_every_number_that_the_worth_rests_on():
    terms = Terms([inspection_quota((0, 1), cost=0.02), sanctions_relief((0.0, 1.0), target="Russia")])
    worth = value_of_terms(AFTER, terms, discount=0.95)
    names = [e.name for e in worth.ledger.entries]
    assert {"discount", "inspections.cost", "sanctions relief.target_gain", "outside_option"} <= set(names)
    text = worth.explain()
    for words in ("inspections.cost = 0.02", "punishments:", "exit:", "without a treaty both deploy"):
        assert words in text
    assert len(worth.ledger.to_frame()) == len(names)
    dear = terms.replace(**{"inspections.cost": 0.5})
    assert dear.terms[0].arguments["cost"] == 0.5
    with pytest.raises(InvalidGame, match="Did you mean"):
        terms.replace(**{"inspections.costs": 0.5})


def test_a_sample_of_a_space_beyond_counting_is_drawn():
    many = Terms([Term(f"t{k}", (0, 1), change=_nothing_at_all) for k in range(70)])
    drawn = many.bundles(50, rng=3)
    assert drawn.shape == (50, 70)
    assert len(np.unique(drawn, axis=0)) == 50
    assert (drawn == 0).all(axis=1).any()


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
    later = Terms([inspection_quota((0, 4), today=1), cost_sharing(payer="US", today=1)])
    shared = value_of_terms(ag.Treaty(), later, discount=0.95, disagreement="today")
    np.testing.assert_allclose(shared.disagreement, shared.values[shared.index(later.today)], atol=0)
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
        pytest.param(lambda: Term("x", ([0], [1]), parameter="detection"), "a number, a word", id="lists"),
        pytest.param(lambda: Term("x", 3, parameter="detection"), "at least two different", id="scalar"),
        pytest.param(lambda: Term("x", (0.1, np.nan), parameter="detection"), "a number, a word", id="nan"),
        pytest.param(lambda: Terms(notice_length()), r"Terms\(\[term\]\)", id="single"),
        pytest.param(lambda: Terms(["notice"]), "a sequence of Term", id="strings"),
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
        pytest.param([notice_length()], {"disagreement": 0.5}, "disagreement", id="point"),
        pytest.param([notice_length()], {"disagreement": (0.5, "x")}, "disagreement", id="words"),
        pytest.param([notice_length()], {"walk_away": (0.0, np.inf)}, "walk_away", id="walk-away"),
        pytest.param([notice_length()], {"walk_away": 0.3}, "walk_away", id="walk-away-scalar"),
        pytest.param([notice_length()], {"sample": 0, "rng": 1}, "sample", id="sample"),
    ],
)
def test_bad_questions_are_refused(terms, options, words):
    with pytest.raises(InvalidGame, match=words):
        value_of_terms(ag.Treaty(), Terms(terms), **{"discount": 0.95, **options})


def test_a_space_too_large_is_refused_with_its_size_and_the_way_out():
    names = ("detection", "false_alarm", "pass_violating", "pass_compliant", "verification_cost", "transparency_cost")
    many = Terms([Term(n, tuple(np.linspace(0.1, 0.9, 10)), parameter=n) for n in names])
    with pytest.raises(InvalidGame, match=r"1,000,000 bundles.*sample=5000.*sample=500000"):
        value_of_terms(ag.Treaty(), many, discount=0.95)
    assert len(value_of_terms(ag.Treaty(), many, discount=0.95, sample=20, rng=0).bundles) == 20
