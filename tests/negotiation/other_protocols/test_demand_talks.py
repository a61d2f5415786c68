"""Talks under a demand: what the treaty's game says becomes rounds, costs and admissible offers."""

from dataclasses import replace

import numpy as np
import pytest
from shared_pies import given

import armsgame as ag
from armsgame import negotiation as neg
from armsgame.errors import ArmsgameError, InvalidGame
from armsgame.treaty.parts.demand_menu import DemandLevel, DemandMenu

LEVELS = (
    DemandLevel("modest", status_cost=0.5, deadline_days=91),
    DemandLevel("maximal", status_cost=(0.0, 6.0), audience_cost=(8.0, 9.0), exit_cost=1.5, concession=2.0),
)
TREATY = ag.Treaty(period_days=91, deadline_days=182, parts=(DemandMenu(LEVELS),)).replace(
    detection=0.03, audience_cost={"US": 4.0, "Russia": 3.0}
)
SPACE = neg.Terms([neg.inspection_quota((1, 2)), neg.cost_sharing((0.0, 0.5, 1.0), payer="US", cost=0.4)])
MEETS = {"modest": {"cost share": [0.0, 0.5]}, "maximal": {"cost share": [0.0]}}


def talks(**options):
    return neg.demand_talks(TREATY, discount=0.95, **{"demander": "US", "meets": MEETS} | options)


def values():
    return neg.value_of_terms(TREATY, SPACE, discount=0.95, selection=neg.OneStatus())


def test_deadlines_costs_and_levels_are_read_off_the_treaty():
    modest, maximal = talks().levels
    assert (modest.rounds, maximal.rounds) == (1, 2)
    assert (modest.backing_down, maximal.backing_down) == (4.0, 8.0)
    assert (modest.yielding, maximal.yielding) == (0.5, 6.0)
    assert maximal.exit == 1.5
    assert modest.exit == TREATY.parameters[0].exit_cost_grounds
    assert maximal.concession == 2.0
    other = talks(demander=1, meets=None).levels[1]
    assert (other.backing_down, other.yielding) == (9.0, 0.0)
    plain = neg.demand_talks(replace(TREATY, parts=()), (0.9, 0.8), demander=0)
    assert [(v.name, v.rounds, v.backing_down) for v in plain.levels] == [("demand", 2, 4.0)]
    assert plain.discounts == (0.9, 0.8)
    inf = ag.load_scenario("inf")
    assert neg.demand_talks(inf).discounts == (inf.question.discount,) * 2


def test_one_off_costs_are_spread_and_offers_barred():
    worth = values()
    own, protocol = talks().on(worth, "maximal")
    met = worth.bundles[:, 1] == 0
    assert talks().met(worth, "maximal").tolist() == met.tolist()
    np.testing.assert_allclose((worth.values - own.values)[met], [[0, 0.05 * 6]] * met.sum())
    np.testing.assert_allclose((worth.values - own.values)[~met], [[0.05 * 8, 0]] * (~met).sum())
    np.testing.assert_allclose(worth.walk_away - own.walk_away, [0.05 * 1.5, 0])
    assert protocol.rounds == 2
    assert protocol.offers == (tuple(np.flatnonzero(met).tolist()), None)
    assert protocol.at_deadline == "walk away"


def test_the_concession_says_what_meets_a_demand_that_names_no_terms():
    worth = values()
    most = float(worth.values[:, 0].max())
    menu = DemandMenu((DemandLevel("all", concession=most / 0.05), DemandLevel("nothing")))
    met = neg.demand_talks(replace(TREATY, parts=(menu,)), discount=0.95)
    assert met.met(worth, "all").tolist() == (worth.values[:, 0] >= most - 1e-9).tolist()
    assert met.met(worth, "nothing").all()


def test_the_demander_names_what_serves_it_best_and_the_certificate_looks_at_what_it_may_offer():
    found = talks().solve(values())
    pays = [e.payoffs[0] for e in found.by_level]
    assert found.deal.payoffs[0] == pytest.approx(max(pays))
    for level, one in zip(found.talks.levels, found.by_level, strict=True):
        assert one.certificate.ok
        _, protocol = found.talks.on(values(), level.name)
        made = [int(n) for t, n in enumerate(one.rows) if protocol.proposer(t) == 0 and n >= 0]
        assert set(made) <= set(protocol.offers[0])
        # an offer that is barred is refused by the certificate
        barred = next(n for n in range(6) if n not in protocol.offers[0])
        rows, offers = one.rows.copy(), one.offers.copy()
        rows[0], offers[0] = barred, one.values.values[barred] - one.values.disagreement
        assert "cannot be made" in neg.verify_offers(replace(one, rows=rows, offers=offers)).where
    assert "US demands" in str(found)


def test_audience_costs_make_a_demand_stick():
    """Two bundles, three rounds: without the cost the demander takes less at once, with it the addressee gives in."""
    pie = given([(0.9, 0.1), (0.5, 0.5)], walk_away=(0.0, 0.0))
    first = neg.TalkLevel("first", 2, 0.0, 0.0, 0.0, 0.0, (("bundle", (0,)),))
    met = []
    for cost in (0.0, 8.0):
        protocol = neg.DemandTalks(("A", "B"), 0, (replace(first, backing_down=cost),), (0.9, 0.99))
        met.append(protocol.solve(pie).met)
    assert met == [(False,), (True,)]


def test_a_party_offers_only_what_it_may_in_every_verb():
    worth = given([(3, 1), (2, 2), (1, 3), (2.5, 0.5)])
    rules = neg.AlternatingOffers((0.9, 0.9), rounds=4, offers=((0, 3), None))
    players = [neg.boulware(), neg.linear(), neg.sincere(), neg.random_negotiator(), neg.pretext_seeker()]
    players += [neg.reciprocal(), neg.conceder(), neg.relative_tit_for_tat()]
    run = neg.negotiate_sessions(worth, rules, players, players, sessions=3000, rng=1)
    own = (run.bundle >= 0) & (run.round % 2 == 0)
    assert set(run.bundle[own].tolist()) <= {0, 3}
    assert set(run.bundle[(run.bundle >= 0) & ~own].tolist()) > {0}
    found = neg.alternating_offers(worth, rules)[0]
    assert found.certificate.ok
    follow = neg.equilibrium_negotiator(found)
    assert max(neg.exploitability(worth, rules, follow, follow)) < 1e-12
    assert bool(ag.proof(neg.offers_as_tree(neg.alternating_offers(worth, replace(rules, rounds=3))[0])))
    for refused in (
        lambda: neg.alternating_offers(worth, rules, lotteries=True),
        lambda: neg.negotiated_agenda(worth, rules),
        lambda: neg.negmas_session(worth, rules, neg.linear(), neg.linear()),
    ):
        with pytest.raises(InvalidGame):
            refused()


REFUSED = [
    (lambda: neg.demand_talks(TREATY), "discounts"),
    (lambda: neg.demand_talks(TREATY, 0.9), "discounts"),
    (lambda: neg.demand_talks("inf"), "load_scenario"),
    (lambda: neg.demand_talks(ag.Treaty(demand=False), (0.9, 0.9)), "demands"),
    (lambda: neg.demand_talks(ag.Treaty(notice=False), (0.9, 0.9)), "clause of exit"),
    (lambda: talks(demander="France"), "demander"),
    (lambda: talks(meets={"grand": {"cost share": [0]}}), "grand"),
    (lambda: talks(meets={"modest": 3}), "meets"),
    (lambda: talks(meets={"modest": {"cost share": 0.5}}), "sequence of levels"),
    (lambda: talks(meets={"modest": {"radar": [1]}}).met(values(), "modest"), "radar"),
    (lambda: talks().level("grand"), "grand"),
    (lambda: talks().on(3, "modest"), "value_of_terms"),
    (lambda: talks().on(given([(1, 1)] * 2), "modest"), "values of"),
    (lambda: neg.AlternatingOffers((0.9, 0.9), rounds=2, offers=3), "offers"),
    (lambda: neg.AlternatingOffers((0.9, 0.9), rounds=2, offers=((0.5,), None)), "offers"),
    (lambda: neg.AlternatingOffers((0.9, 0.9), rounds=2, offers=(("a",), None)), "offers"),
]


@pytest.mark.parametrize(("call", "words"), REFUSED, ids=[f"{words} {k}" for k, (_, words) in enumerate(REFUSED)])
def test_bad_input_is_refused(call, words):
    with pytest.raises(ArmsgameError, match=words):
        call()
