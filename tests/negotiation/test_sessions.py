import numpy as np
import pytest
from shared_pies import given, pie

from armsgame.errors import InvalidGame
from armsgame.negotiation import (
    AlternatingOffers,
    Negotiator,
    alternating_offers,
    averaged_tit_for_tat,
    boulware,
    conceder,
    equilibrium_negotiator,
    exploitability,
    hardliner,
    linear,
    negotiate_sessions,
    pretext_seeker,
    random_negotiator,
    reciprocal,
    relative_tit_for_tat,
    sincere,
    terms_tournament,
    type_beliefs,
)

PIE = pie(20)
NONE = given([(1, 1), (2, 2)], self_enforcing=[False, False])
RULES = AlternatingOffers((0.97, 0.95), rounds=10, breakdown=0.05)
EVERY = [boulware(), linear(), conceder(), reciprocal(), hardliner(), sincere(), pretext_seeker(), random_negotiator()]


def replay(values, protocol, first, second, uniforms):
    """The protocol in plain words, for rules that read the round alone or answer in kind."""
    gains = values.values - values.disagreement
    top = gains.max(axis=0)
    best_seen: list[list[float]] = [[], []]

    def wants(i, t, own):
        if own.rule == "reciprocate":
            seen = best_seen[i]
            drop = own.rate * max(0.0, seen[-1] - seen[0]) if seen else 0.0
            return max(own.reserve * top[i], own.opening * top[i] - drop)
        share = min(1.0, t / (protocol.rounds - 1))
        return top[i] * (own.opening - (own.opening - own.reserve) * share ** (1 / own.exponent))

    for t in range(protocol.rounds):
        p, r = t % 2, 1 - t % 2
        mover, other = (first, second) if p == 0 else (second, first)
        least = wants(p, t, mover)
        good = [k for k in range(len(gains)) if gains[k, p] >= least - 1e-12]
        offer = max(good, key=lambda k: (gains[k, r], gains[k, p]))
        best_seen[r].append(gains[offer, r])
        floor = wants(r, t if other.rule == "reciprocate" else t + 1, other)
        if gains[offer, r] >= floor - 1e-12:
            return offer, t
        if t < protocol.rounds - 1 and uniforms[t] < protocol.breakdown:
            return -1, t
    return -1, protocol.rounds


@pytest.mark.parametrize("second", [conceder(reserve=0.2), reciprocal(0.8)], ids=["conceder", "reciprocal"])
@pytest.mark.parametrize("first", [boulware(0.3), reciprocal()], ids=["boulware", "reciprocal"])
def test_sessions_follow_the_rules_in_plain_words(first, second):
    protocol = AlternatingOffers((0.97, 0.95), rounds=10)
    found = negotiate_sessions(PIE, protocol, first, second, sessions=3, rng=1)
    bundle, turn = replay(PIE, protocol, first, second, np.ones(10))
    assert found.bundle.tolist() == [bundle] * 3
    assert found.round.tolist() == [turn] * 3


def test_concession_curves_are_those_of_faratin_and_others():
    t = np.arange(11)
    np.testing.assert_allclose(linear().share(t, 11), 1 - t / 10)
    np.testing.assert_allclose(boulware(0.5, reserve=0.2).share(t, 11), 1 - 0.8 * (t / 10) ** 2)
    np.testing.assert_allclose(conceder(2.0).share(t, 11), 1 - np.sqrt(t / 10))


def test_frequencies_agree_with_the_exact_law():
    players = [boulware(), linear(), conceder(), hardliner(), sincere(), pretext_seeker()]
    found = negotiate_sessions(PIE, RULES, players, players, sessions=20_000, rng=3)
    assert sum(found.exact.values()) == pytest.approx(1)
    for name, (share, error) in found.outcomes().items():
        assert abs(share - found.exact[name]) <= 4 * max(error, 1e-9), name


def test_more_sessions_leave_the_first_ones_unchanged():
    a = negotiate_sessions(PIE, RULES, EVERY, EVERY, sessions=50, rng=7)
    b = negotiate_sessions(PIE, RULES, EVERY, EVERY, sessions=500, rng=7)
    np.testing.assert_array_equal(a.bundle, b.bundle[:50])
    np.testing.assert_array_equal(a.payoffs, b.payoffs[:50])
    other = negotiate_sessions(PIE, RULES, EVERY, EVERY, sessions=500, rng=8)
    assert (b.bundle != other.bundle).any()


def test_equilibrium_negotiators_reach_the_equilibrium_and_cannot_be_exploited():
    values = pie(20, walk_away=(0.1, 0.05))
    solved = alternating_offers(values, RULES)[0]
    player = equilibrium_negotiator(solved)
    found = negotiate_sessions(values, RULES, player, player, sessions=5, rng=0)
    np.testing.assert_allclose(found.payoffs[0], solved.payoffs)
    np.testing.assert_allclose(exploitability(values, RULES, player, player), 0, atol=1e-12)


def test_exploitability_equals_trying_every_plan():
    """Enumerate all plans of the first party against a rule that reads the round alone."""
    values = pie(4)
    protocol = AlternatingOffers((0.9, 0.8), rounds=3)
    rule = linear()
    table = rule.lower(values, protocol, 1)
    best = -1.0
    for a in range(-1, 5):
        for floor in (0, 0.25, 0.5, 0.75, 1, 2):
            for b in range(-1, 5):
                gain, done = 0.0, False
                for t, mine in ((0, a), (1, None), (2, b)):
                    if t == 1:
                        k = table.offers[1]
                        done = values.values[k, 0] >= floor
                    else:
                        k = mine
                        done = k >= 0 and values.values[k, 1] >= table.floors[t] - 1e-12
                    if done:
                        gain = 0.9**t * values.values[k, 0]
                        break
                best = max(best, gain)
    mine = negotiate_sessions(values, protocol, hardliner(), rule, sessions=1).payoffs[0, 0]
    assert exploitability(values, protocol, hardliner(), rule)[0] == pytest.approx(best - mine)


def test_a_pretext_seeker_is_always_refused_by_a_party_that_wants_something():
    found = negotiate_sessions(PIE, RULES, pretext_seeker(), boulware(reserve=0.1), sessions=200, rng=0)
    assert found.outcomes()["agreed"][0] == 0


def test_a_bundle_that_is_not_self_enforcing_is_never_agreed_on():
    values = given(PIE.values, self_enforcing=np.arange(21) % 2 == 0)
    found = negotiate_sessions(values, RULES, EVERY[:-1], EVERY, sessions=2000, rng=2)
    agreed = found.bundle[found.bundle >= 0]
    assert (agreed % 2 == 0).all()
    assert len(agreed)


BARGAINERS = [*EVERY, relative_tit_for_tat(), averaged_tit_for_tat(3), boulware(reserve=0.3)]


def refused(protocol, away, t):
    """What both have where nothing is agreed and nobody stays who had better walk away, in plain words."""
    r = 1 - protocol.proposer(t)
    if t == protocol.rounds - 1:
        worth = (0.0, 0.0) if protocol.at_deadline == "disagreement" else away
    else:
        later, risk = refused(protocol, away, t + 1), protocol.breakdown
        worth = tuple((1 - risk) * d * x + risk * a for d, x, a in zip(protocol.discounts, later, away, strict=True))
    return away if protocol.outside and away[r] > worth[r] else worth


@pytest.mark.parametrize("end", ["disagreement", "walk away"])
@pytest.mark.parametrize("outside", [False, True])
def test_nobody_signs_for_less_than_refusing_gives(outside, end):
    rng = np.random.default_rng(3)
    signed = 0
    for _ in range(15):
        away = tuple(rng.integers(-3, 2, size=2) / 2)
        values = given(rng.integers(-3, 5, size=(6, 2)) / 2, walk_away=away)
        protocol = AlternatingOffers((0.9, 1.0), rounds=4, breakdown=0.2, outside=outside, at_deadline=end)
        found = negotiate_sessions(values, protocol, BARGAINERS, BARGAINERS, sessions=400, rng=1)
        for n, t in zip(found.bundle.tolist(), found.round.tolist(), strict=True):
            if n >= 0:
                signed += 1
                assert (values.values[n] >= np.array(refused(protocol, away, t)) - 1e-9).all()
    assert signed > 100


def test_a_negative_best_gain_is_never_signed():
    values = given([(-1, 2), (-2, 3)])
    protocol = AlternatingOffers((1, 1), rounds=4)
    for rule in BARGAINERS:
        found = negotiate_sessions(values, protocol, rule, boulware(), sessions=5, rng=1)
        assert (found.bundle < 0).all(), rule.name


def test_exploitability_is_never_negative_and_plays_the_rules_of_sessions():
    rng = np.random.default_rng(11)
    rules = [boulware(0.3), linear(), hardliner(), sincere(), pretext_seeker(), random_negotiator()]
    for _ in range(6):
        values = given(rng.integers(-2, 6, size=(5, 2)), walk_away=(0.5, -0.5))
        protocol = AlternatingOffers((0.9, 0.8), rounds=3, breakdown=0.1, outside=True)
        for one in rules:
            for two in rules:
                found = negotiate_sessions(values, protocol, one, two, sessions=4000, rng=2)
                assert found.exact is not None
                for name, (share, error) in found.outcomes().items():
                    assert abs(share - found.exact[name]) <= 5 * max(error, 1e-9)
                assert min(exploitability(values, protocol, one, two)) >= 0


@pytest.mark.parametrize(
    ("rule", "window"), [(relative_tit_for_tat(), 1), (averaged_tit_for_tat(1), 1), (averaged_tit_for_tat(3), 3)]
)
def test_tit_for_tat_scales_what_it_asks_for_by_the_steps_of_the_other(rule, window):
    """Replayed in plain words on a pie of 100 pieces, against one that concedes in equal steps."""
    rounds = 40
    protocol = AlternatingOffers((1.0, 1.0), rounds=rounds)
    found = negotiate_sessions(pie(100), protocol, linear(), rule, sessions=1)
    asked, seen, end = 1.0, [], (-1, rounds)
    for t in range(rounds):
        if t % 2 == 0:
            want = 1 - t / (rounds - 1)
            offer = int(np.ceil(100 * want - 1e-9))
            seen.append((100 - offer) / 100)
        if len(seen) >= 2 and seen[max(0, len(seen) - 1 - window)] > 0:
            scale = seen[max(0, len(seen) - 1 - window)] / seen[-1]
        else:
            scale = 1.0
        want = min(1.0, asked * scale)
        if t % 2 == 0:
            if seen[-1] >= want - 1e-9:
                end = (offer, t)
                break
        else:
            asked = want
            offer = 100 - int(np.ceil(100 * want - 1e-9))
            if offer / 100 >= 1 - (t + 1) / (rounds - 1) - 1e-9:
                end = (offer, t)
                break
    assert (int(found.bundle[0]), int(found.round[0])) == end
    assert end[0] >= 0
    stubborn = negotiate_sessions(pie(100), protocol, hardliner(), rule, sessions=1)
    assert stubborn.bundle[0] == -1


def test_acceptance_strategies_are_data():
    values, protocol = pie(20), AlternatingOffers((1.0, 1.0), rounds=6)
    plain = linear().lower(values, protocol, 1)
    constant = Negotiator("choosy", accepts="constant", level=0.7).lower(values, protocol, 1)
    final = Negotiator("last", reserve=0.5, accepts="final").lower(values, protocol, 1)
    np.testing.assert_array_equal(plain.offers, constant.offers)
    np.testing.assert_allclose(constant.floors, 0.7)
    assert final.floors[-1] == 0
    assert final.floors[-2] == pytest.approx(0.5)


def test_swapping_the_parties_swaps_the_payoffs():
    protocol = AlternatingOffers((0.97, 0.95), rounds=10)
    turned = AlternatingOffers((0.95, 0.97), rounds=10, first=1)
    values = given([(0, 9), (3, 7), (6, 4), (8, 0)])
    back = given(values.values[:, ::-1])
    a = negotiate_sessions(values, protocol, boulware(), conceder(), sessions=1)
    b = negotiate_sessions(back, turned, conceder(), boulware(), sessions=1)
    np.testing.assert_allclose(a.payoffs, b.payoffs[:, ::-1])


def test_summary_is_measured_against_the_frontier_and_the_nash_bundle():
    values = given([(0, 4), (2, 2), (1, 1), (4, 0)])
    found = negotiate_sessions(values, AlternatingOffers((1.0, 1.0), rounds=2), sincere(), sincere(), sessions=4)
    assert found.summary() == {
        "rounds": (1.0, 0.0),
        "to frontier": (0.0, 0.0),
        "to Nash": (0.0, 0.0),
        "fairness": (1.0, 0.0),
    }
    assert "utility of A: 2.0000" in str(found)
    assert len(found.to_frame()) == 4


def test_tournament_ranks_every_negotiator_once():
    found = terms_tournament([PIE, pie(10, disagreement=(0.2, 0.1))], RULES, EVERY, sessions=20)
    assert sorted(found.ranking) == sorted(n.name for n in EVERY)
    assert found.agreement[4, 4] == 0
    assert "Mean share" in str(found)


def test_beliefs_follow_bayes():
    types = [boulware(), conceder(), pretext_seeker()]
    found = type_beliefs(PIE, RULES, types, [20, 20], party=0, noise=0.1)
    tables = [t.lower(PIE, RULES, 0) for t in types]
    expected = np.full(3, 1 / 3)
    for t, offer in ((0, 20), (2, 20)):
        expected = expected * [0.9 * (own.offers[t] == offer) + 0.1 / 21 for own in tables]
    np.testing.assert_allclose(found[-1], expected / expected.sum())
    np.testing.assert_allclose(found.sum(axis=1), 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(lambda: Negotiator("x", rule="bluff"), "rule", id="rule"),
        pytest.param(lambda: Negotiator("x", exponent=0), "exponent", id="exponent"),
        pytest.param(lambda: Negotiator("x", reserve=0.9, opening=0.5), "reserve", id="reserve"),
        pytest.param(lambda: Negotiator("x", rule="table"), "OfferEquilibrium", id="table"),
        pytest.param(lambda: negotiate_sessions(PIE, RULES, linear(), linear(), sessions=0), "sessions", id="sessions"),
        pytest.param(
            lambda: negotiate_sessions(PIE, AlternatingOffers((0.9, 0.9)), linear(), linear()), "deadline", id="endless"
        ),
        pytest.param(lambda: exploitability(PIE, RULES, linear(), reciprocal()), "round alone", id="history"),
        pytest.param(lambda: terms_tournament([], RULES, EVERY), "at least one treaty", id="treaties"),
        pytest.param(lambda: type_beliefs(PIE, RULES, [reciprocal()], [], party=0), "types", id="types"),
        pytest.param(lambda: type_beliefs(PIE, RULES, [linear()], [0] * 9, party=0), "at most 5", id="offers"),
        pytest.param(lambda: type_beliefs(PIE, RULES, [linear()], [0], party=0, noise=0), "noise", id="noise"),
        pytest.param(lambda: type_beliefs(PIE, RULES, [linear()], [99], party=0), "can be signed", id="bundle"),
        pytest.param(lambda: type_beliefs(PIE, RULES, [linear()], [0], party=7), "party", id="party"),
        pytest.param(lambda: type_beliefs(PIE, RULES, [], [0], party=0), "at least one Negotiator", id="nobody"),
        pytest.param(lambda: negotiate_sessions(PIE, RULES, [], linear()), "at least one", id="empty"),
        pytest.param(lambda: negotiate_sessions(PIE, RULES, linear(), 3), "at least one", id="number"),
        pytest.param(lambda: Negotiator("x", accepts="never"), "accepts", id="accepts"),
        pytest.param(lambda: averaged_tit_for_tat(0), "window", id="window"),
        pytest.param(lambda: terms_tournament(PIE, RULES, EVERY), "at least one treaty", id="scalar"),
        pytest.param(lambda: exploitability(NONE, RULES, linear(), linear()), "no bundle is", id="nothing"),
        pytest.param(lambda: negotiate_sessions(NONE, RULES, linear(), linear()), "no bundle is", id="nothing signed"),
    ],
)
def test_bad_input_is_refused(call, words):
    with pytest.raises(InvalidGame, match=words):
        call()
