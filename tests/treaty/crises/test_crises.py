"""Crisis games: trees against closed forms, and properties that need no numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import armsgame as ag
from armsgame.games.tree_values import branch_probabilities, reach

crises = ag.treaty.crises
forms = ag.treaty.ultimatum


def _best(game):
    """Probability of each outcome under backward induction of one game or a batch."""
    found = ag.trees.backward_induction_batch(game)
    law = reach(game, branch_probabilities(game, found.flat))[..., game.terminals]
    shares = {}
    for k, label in enumerate(game.outcomes):
        shares[label] = shares.get(label, 0.0) + law[..., k]
    return found, shares


@pytest.mark.parametrize(
    ("p", "cost", "low", "high"),
    [(0.5, 0.1, 0.0, 0.4), (0.6, 0.2, 0.1, 0.3), (0.3, 0.05, 0.2, 0.6)],
    ids=["risk", "no risk", "high costs"],
)
def test_the_ultimatum_among_many_types_comes_to_the_uniform_one(p, cost, low, high):
    closed = forms.take_it_or_leave_it(p, cost, low, high)
    gaps = []
    for types in (10, 80):
        costs = crises.midpoints(low, high, types)
        found, shares = _best(crises.ultimatum(p, cost, costs, p + costs))
        gaps.append(abs(float(found.payoffs[0]) - closed.value))
        assert float(shares["conflict"]) == pytest.approx(closed.breakdown, abs=1.5 / types)
    assert gaps[1] < 0.2 * gaps[0] + 1e-12
    assert gaps[1] < 0.005


def test_the_map_of_the_ultimatum_equals_its_tree():
    prior, audience = np.linspace(0.01, 0.99, 17)[:, None], np.linspace(0, 0.5, 13)
    given_ = {"prior": [1 - prior, prior], "audience_cost": audience, "status_quo": 0.5}
    place = (0.5, 0.1, [0.05, 0.3], [0.5, 0.55, 0.6, 0.7, 0.8])
    closed = crises.ultimatum_outcome(*place, **given_)
    found, shares = _best(crises.ultimatum(*place, **given_))
    assert np.abs(found.payoffs[..., 0] - closed.value).max() < 1e-12
    assert np.abs(shares["conflict"] - closed.breakdown).max() < 1e-12
    assert (closed.breakdown[:, audience < 0.1] == 0).all()


@pytest.mark.parametrize(
    ("p", "a", "sender", "target"),
    [(0.4, 0.2, 1.5, 1.2), (0.4, 0.2, 0.5, 1.2), (0.3, 0.1, 1.5, 0.5), (0.5, 0.0, 2.0, 2.0)],
    ids=["some bluff", "all threaten", "nobody bluffs", "no audience"],
)
def test_cut_offs_of_the_public_threat_are_near_an_equilibrium_of_the_tree(p, a, sender, target):
    closed = forms.public_threat(p, a, sender, target)
    gains = []
    for types in (4, 16):
        game = crises.public_threat(p, a, sender, target, types=types)
        found = ag.trees.verify_assessment(
            game, crises.public_threat_profile(p, a, sender, target, types=types), tolerance=9
        )
        shares = found.outcome_probabilities()
        assert shares["conflict"] == pytest.approx(closed.breakdown, abs=1e-12)
        assert shares["concession"] == pytest.approx(closed.concession, abs=1e-12)
        gains.append(found.certificate.nash_gain)
        assert found.certificate.max_gain <= max(sender, target) / types
    assert gains[1] <= gains[0] + 1e-12


def test_a_sender_who_bluffs_more_than_the_cut_offs_is_refused():
    place = (0.4, 0.2, 1.5, 1.2)
    game, profile = crises.public_threat(*place, types=8), dict(crises.public_threat_profile(*place, types=8))
    for i in range(8):
        profile["sender", f"cost {i}"] = "threaten"
    good = ag.trees.verify_assessment(game, crises.public_threat_profile(*place, types=8), tolerance=9)
    bad = ag.trees.verify_assessment(game, profile, tolerance=9)
    assert bad.certificate.max_gain > 5 * good.certificate.max_gain


@pytest.mark.parametrize(
    ("war", "slope"), [((2.0, 2.0), (1.0, 1.0)), ((2.0, 2.0), (1.0, 2.0)), ((2.0, 6.0), (1.0, 2.0))], ids=str
)
def test_escalation_in_steps_comes_to_the_continuous_one(war, slope):
    closed = forms.escalation(1.0, war, slope)
    gains = []
    for types, steps in ((2, 4), (4, 8)):
        game = crises.escalation(1.0, war, slope, types=types, steps=steps)
        profile = crises.escalation_profile(1.0, war, slope, types=types, steps=steps)
        found = ag.trees.verify_assessment(game, profile, tolerance=9)
        assert found.outcome_probabilities()["war"] == pytest.approx(closed.breakdown, abs=1e-12)
        gains.append(found.certificate.nash_gain)
    assert gains[1] < 0.7 * gains[0]


def test_swapping_the_sides_of_an_escalation_swaps_its_ends():
    one = crises.escalation_profile(1.0, (2.0, 6.0), (1.0, 2.0), types=2, steps=3)
    two = crises.escalation_profile(1.0, (6.0, 2.0), (2.0, 1.0), types=2, steps=3, players=("second", "first"))
    assert {k: dict(v) for k, v in one.items()} == {k: dict(v) for k, v in two.items()}


@settings(max_examples=8, deadline=None)
@given(st.floats(0.05, 0.95), st.floats(0.3, 1.0), st.floats(0.0, 1.0))
def test_what_attending_a_display_is_worth_is_its_value_of_information(prior, good, bad):
    closed = ag.treaty.verification.display(prior, good, bad, 1.0, 2.0)
    found, _ = _best(crises.display(prior, good, bad, gain=1.0, loss=2.0))
    unseen = max(0.0, (1 - prior) - 2 * prior)
    assert float(found.payoffs[0]) - unseen == pytest.approx(closed.value_of_information, abs=1e-9)


def test_deadline_tree_and_formula_agree():
    _, shares = _best(crises.deadline(0.8, 1.0, crises.midpoints(0, 1.5, 15), 0.02, 60))
    assert float(shares["complied"]) == pytest.approx(forms.deadline(0.8, 1.0, 1.5, 0.02, 60).comply, abs=1e-12)


def test_pretext_posterior_is_the_allies_belief():
    sincere_attends = crises.pretext(0.3, 0.2, 0.05, 1.0, 0.9, 0.04)
    mixed = {"sincere": {"attend": 0.7, "refuse": 0.3}, "wants out": {"attend": 0.1, "refuse": 0.9}}
    mixed["refused"] = {"follow": 1.0}
    belief = ag.trees.verify_assessment(sincere_attends, mixed, tolerance=9).belief("refused")
    closed = ag.treaty.verification.pretext_posterior(0.3, 0.1, 0.7)
    assert belief["wants out, refuse"] == pytest.approx(closed, abs=1e-12)
    (found,) = ag.trees.perfect_bayesian(sincere_attends)
    assert found.at("sincere")["attend"] == 1
    assert found.belief("refused")["wants out, refuse"] == 1


def test_cheap_talk_tells_nothing_about_the_type():
    found = ag.trees.perfect_bayesian(crises.costly_offer(0.6, [0.0, 1.0], 1.0, 0.0, 0.0))
    for one in found:
        for word in ("access 0", "access 1"):
            if word not in {w.split(" at ")[1] for w in one.certificate.unreached}:
                assert one.belief(word)[f"violating, {word}"] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("stakes", "prior", "holds"),
    [
        ((0.8, 0.4, 1.6, 0.8), 0.7, True),
        ((0.8, 0.4, 1.6, 0.8), 0.47, False),
        ((0.3, 0.5, 1.4, 1.0), 0.2600, False),
        ((0.55, 0.5, 1.2, 1.0), 0.5, True),
        ((0.55, 0.5, 1.2, 1.0), 0.6, False),
    ],
    ids=["inside", "below", "no window", "inside a narrow one", "above"],
)
def test_reassurance_separates_exactly_inside_its_window(stakes, prior, holds):
    window = ag.treaty.verification.reassurance(*stakes)
    inside = bool(window.low <= prior <= window.high)
    game, profile = crises.reassurance(*stakes, prior=prior), crises.reassurance_profile()
    kind = ag.trees.verify_assessment(game, profile, crises.limit_beliefs(game, profile)).certificate.kind
    assert (kind == "sequential") == inside == holds


@pytest.mark.parametrize("stages", [1, 2, 3])
@pytest.mark.parametrize("prior", [0.05, 0.3, 0.6], ids=str)
def test_chain_store_play_is_sequential(stages, prior):
    game = crises.chain_store(0.5, stages, prior)
    beliefs = crises.chain_store_profile(0.5, stages, prior, beliefs=True)
    found = ag.trees.verify_assessment(game, crises.chain_store_profile(0.5, stages, prior), beliefs)
    assert found.certificate.kind == "sequential"


def test_disclosure_is_joint():
    game = crises.disclosure((0.2, 0.5), (1.0, 1.0), (0.4, 0.4), (2.0, 2.0))
    closed = {(w, k): "stay closed" for w in game.players for k in ("compliant", "violating")}
    assert ag.trees.verify_assessment(game, closed).certificate.kind == "sequential"
    everybody = dict.fromkeys(closed, "open")
    assert not ag.trees.verify_assessment(game, everybody).certificate.ok
    shamed = crises.disclosure((0.2, 0.5), (1.0, 1.0), (0.4, 0.4), (2.0, 2.0), stigma=(1.5, 1.5))
    assert ag.trees.verify_assessment(shamed, everybody).certificate.kind == "sequential"


def test_swapping_the_parties_of_a_disclosure_swaps_payoffs():
    one = crises.disclosure((0.2, 0.5), (1.0, 0.8), (0.4, 0.1), (2.0, 3.0), stigma=(0.1, 0.2))
    two = crises.disclosure((0.5, 0.2), (0.8, 1.0), (0.1, 0.4), (3.0, 2.0), stigma=(0.2, 0.1))
    for plan in ({"compliant": "open", "violating": "stay closed"}, {"compliant": "stay closed", "violating": "open"}):
        both = {("first", k): a for k, a in plan.items()} | {("second", k): "open" for k in plan}
        turned = {("second" if w == "first" else "first", k): a for (w, k), a in both.items()}
        mine = ag.trees.verify_assessment(one, both, tolerance=9).payoffs
        assert ag.trees.verify_assessment(two, turned, tolerance=9).payoffs[::-1] == pytest.approx(mine, abs=1e-12)


def test_relabelling_the_players_changes_labels_only():
    one = crises.ultimatum(0.5, 0.1, [0.1, 0.3], [0.55, 0.8])
    two = crises.ultimatum(0.5, 0.1, [0.1, 0.3], [0.55, 0.8], players=("Anna", "Boris"))
    assert (one.payoffs == two.payoffs).all()
    assert two.players == ("Anna", "Boris")


@pytest.mark.parametrize(
    "place",
    [(2.0, 3.0, 0.2, 2.0, 0.8), (2.0, 3.0, 2.0, 2.0, 0.8), (8.0, 0.5, 0.1, 2.0, 0.5)],
    ids=["inside", "never inspected", "always inspected"],
)
def test_inspection_cut_off_is_near_an_equilibrium(place):
    gains = []
    for types in (10, 40):
        found = ag.trees.verify_assessment(
            crises.inspection(*place, types=types), crises.inspection_profile(*place, types=types), tolerance=9
        )
        gains.append(found.certificate.max_gain)
        share = sum(v for k, v in found.outcome_probabilities().items() if k == "violation")
        assert share == pytest.approx(crises.inspection_cut_off(*place).violate, abs=1e-12)
    assert gains[1] <= max(gains[0], 1e-12)
    assert gains[1] < 0.1


@pytest.mark.parametrize(("outside", "binding"), [(0.3, False), (0.6, True)], ids=["idle", "binding"])
def test_walking_away_matters_only_where_it_beats_waiting(outside, binding):
    shares = ag.rubinstein((0.9, 0.9), outside=(0.0, outside)).shares
    first = float(shares[0])
    answer = 1 - float(ag.rubinstein((0.9, 0.9)).shares[1]) if binding else first
    # what the second player offers keeps the first indifferent to waiting one round
    back = 0.9 * first
    game = crises.alternating_offers(
        (0.9, 0.9), sorted({round(first, 9), round(back, 9), 0.7}), 2, walk_away=(0.0, outside), end=(first, 1 - first)
    )
    top = max(one.payoffs[0] for one in ag.backward_induction(game, most=200))
    assert top == pytest.approx(first, abs=1e-6)
    assert answer >= first - 1e-12


def test_what_cannot_be_a_crisis_is_told():
    with pytest.raises(ag.InvalidGame, match=r"demands\[1\]"):
        crises.ultimatum(0.5, 0.1, [0.1], [0.5, 1.5])
    with pytest.raises(ag.InvalidGame, match="one probability for each of 2 types"):
        crises.ultimatum(0.5, 0.1, [0.1, 0.2], [0.5], prior=[1.0])
    with pytest.raises(ag.InvalidGame, match="rounds"):
        crises.alternating_offers((0.9, 0.9), np.linspace(0, 1, 50), 4)
    with pytest.raises(ag.InvalidGame, match="high"):
        crises.midpoints(1, 0, 3)


@pytest.mark.parametrize(
    "case",
    [(0.5, 0.1, 0.0, 0.4), (0.4, 0.3, 0.1, 0.2), (0.9, 0.0, 0.0, 0.5)],
    ids=["inner", "low", "whole pie"],
)
def test_the_named_tree_of_the_ultimatum_tends_to_its_closed_form(case):
    closed = ag.treaty.ultimatum.take_it_or_leave_it(*case)
    for types in (20, 80):
        tree = ag.treaty.crises.take_it_or_leave_it_game(*case, types=types)
        value = float(ag.trees.backward_induction_batch(tree).payoffs[0])
        assert abs(value - closed.value) <= (case[3] - case[2]) / types


def test_an_offer_that_names_no_stakes_has_the_unit_ones():
    shown = (0.5, 0.9, 0.2)
    stakes = {"gain": 1.0, "loss": 1.0, "attend_cost": 0.0, "belief_benefit": 1.0}
    assert ag.treaty.crises.verification_offer(*shown) == ag.treaty.crises.verification_offer(*shown, **stakes)
