"""Games with private types from the literature: what theory says of them, and what is certified here."""

from __future__ import annotations

from itertools import product
from math import floor, log, sqrt

import numpy as np
import pytest
from scipy.optimize import linprog

import armsgame as ag
from armsgame.bayesian import bound_types

# ---- reputation ------------------------------------------------------------------------------------------------------


def least_reputation(prior, threshold, discount):
    """Fudenberg and Levine (1989), theorem 1, for a commitment that is worth 2 and at worst -1.

    Each time the other does not reply to the commitment it holds it to be played with at most the threshold, so belief
    in the commitment is divided by at most the threshold when it is seen. That happens log(prior) / log(threshold)
    times at most.
    """
    times = floor(log(prior) / log(threshold))
    return (1 - discount**times) * -1 + discount**times * 2


@pytest.mark.parametrize("prior", [0.0, 0.1, 0.3, 0.6])
def test_a_reputation_is_worth_what_fudenberg_and_levine_say_in_every_certified_profile(prior):
    """An incumbent fights or gives way while an entrant stays out or enters, for ever.

    All move by a public automaton of two states that reads the incumbent's actions only. So nothing that the entrant
    does changes what follows, and its best reply is that of a sequence of entrants who live for one period.
    """
    threshold, discount = 0.5, 0.8
    payoffs = {
        "incumbent": {"normal": [[2, -1], [2, 0]], "tough": [[2, -1], [2, 0]]},
        "entrant": {"only": [[0, threshold - 1], [0, threshold]]},
    }
    law = {"incumbent": {"normal": 1 - prior, "tough": prior}}
    base = ag.BayesianGame.repeated(payoffs, prior=law).game
    fights = ag.Automaton([[1, 0]], [[0] * 4], signals=base)
    game = ag.BayesianGame.repeated(payoffs, prior=law, commitments={"incumbent": {"tough": fights}})
    worths = []
    for moves in product((0, 1), repeat=4):
        after = [[moves[2 * q + a] for a in (0, 1) for _ in (0, 1)] for q in (0, 1)]
        for own, other in product(product((0, 1), repeat=2), repeat=2):
            profile = {
                "incumbent": {"normal": ag.Automaton(np.eye(2)[list(own)], after, signals=base)},
                "entrant": ag.Automaton(np.eye(2)[list(other)], after, signals=base),
            }
            found = ag.verify(game, profile, discount=discount)
            if found.ok:
                worths.append(float(found.by_type["incumbent"]["normal"]))
    assert worths
    if prior == 0:
        # without a type that is tough there are equilibria that are worth nothing
        assert min(worths) == pytest.approx(0, abs=1e-12)
    else:
        assert min(worths) >= least_reputation(prior, threshold, discount) - 1e-12
    assert max(worths) == pytest.approx(2, abs=1e-12)


# ---- one informed party ----------------------------------------------------------------------------------------------

# Aumann and Maschler (1995), chapter 1: three zero-sum games whose matrix the row party knows. With p the chance of the
# first matrix, the value u(p) of the game in which nobody knows it, and its concavification
ONE_SIDED = {
    # u is concave: the row party must not use what it knows
    "hides": (([[1, 0], [0, 0]], [[0, 0], [0, 1]]), lambda p: p * (1 - p), lambda p: p * (1 - p)),
    # u is convex: the row party tells all
    "tells": (([[-1, 0], [0, 0]], [[0, 0], [0, -1]]), lambda p: -p * (1 - p), lambda _: 0.0),
    # u rises to 1 at 1/4, falls to 0 at 1/2 and is symmetric: the row party tells some
    "tells some": (
        ([[4, 0, 2], [4, 0, -2]], [[0, 4, -2], [0, 4, 2]]),
        lambda p: abs(4 * p - 2) if 0.25 < p < 0.75 else 4 * min(p, 1 - p),
        lambda p: min(4 * min(p, 1 - p), 1.0),
    ),
}


@pytest.mark.parametrize("name", ONE_SIDED)
def test_concavifications_are_those_of_the_values_without_information(name):
    matrices, plain, concave = ONE_SIDED[name]
    one, two = (np.array(m, float) for m in matrices)
    at = np.linspace(0, 1, 81)
    for p in at:
        mean = p * one + (1 - p) * two
        # the row party's law x and the value v: v <= x mean for every column
        rows = np.hstack([-mean.T, np.ones((mean.shape[1], 1))])
        ends = [(0, 1)] * 2 + [(None, None)]
        found = linprog([0, 0, -1], A_ub=rows, b_ub=np.zeros(len(rows)), A_eq=[[1, 1, 0]], b_eq=[1], bounds=ends)
        assert found.x[2] == pytest.approx(plain(p), abs=1e-9)
    for p in at:
        # a lottery over posteriors whose mean is p
        split = linprog([-plain(q) for q in at], A_eq=[np.ones(len(at)), at], b_eq=[1, p])
        assert -split.fun == pytest.approx(concave(p), abs=1e-9)


def held_to(matrices, rule, discount, prior):
    """What each type of the informed party gets at most if the other follows a rule, and what it expects before."""
    width = len(matrices[0][0])
    payoffs = {"informed": dict(zip(("one", "two"), matrices, strict=True)), "other": {"only": np.zeros((2, width))}}
    law = {"informed": {"one": prior, "two": 1 - prior}}
    base = ag.BayesianGame.repeated(payoffs, prior=law).game
    outputs, moves = rule
    fixed = ag.Automaton(outputs, moves, signals=base)
    game = ag.BayesianGame.repeated(payoffs, prior=law, commitments={"other": {"only": fixed}})
    profile = {"informed": ag.Automaton([[1, 0]], [[0] * (2 * width)], signals=base)}
    worth = ag.verify(game, profile, discount=discount).by_type["informed"]
    gain = bound_types(game, profile, discount=discount).root["informed"]
    best = {k: float(worth[k]) + float(gain[k]) for k in worth}
    return prior * best["one"] + (1 - prior) * best["two"]


@pytest.mark.parametrize("name", ONE_SIDED)
@pytest.mark.parametrize("discount", [0.5, 0.95])
def test_no_rule_holds_an_informed_party_below_the_concavification(name, discount):
    """Aumann and Maschler (1995), theorem 3.5 of chapter 1: the value is at least cav u(p) at any patience.

    The other party is given a rule, and the best replies of the informed types bound the value from below.
    """
    matrices, _, concave = ONE_SIDED[name]
    width, rng = len(matrices[0][0]), np.random.default_rng(4)
    for _ in range(12):
        size = int(rng.integers(1, 5))
        rule = rng.dirichlet(np.ones(width), size), rng.integers(size, size=(size, 2 * width))
        for prior in (0.2, 0.5, 0.7):
            assert held_to(matrices, rule, discount, prior) >= concave(prior) - 1e-9


# with p the chance of the first matrix: how often the row party plays its first row for ever, by type
SPLITS = {
    "hides": lambda p: (1 - p, 1 - p),
    "tells": lambda _: (0.0, 1.0),
    # posteriors 1/4 and 3/4
    "tells some": lambda p: (1.5 - 0.375 / p, (0.5 * p - 0.125) / (1 - p)),
}


def zero_sum(name, prior):
    """The repeated zero-sum game: the other party loses what the informed one gains, by a matrix it does not know."""
    one, two = (np.array(m, float) for m in ONE_SIDED[name][0])
    payoffs = {"informed": {"one": one, "two": two}, "other": {"only": {"one": -one, "two": -two}}}
    return ag.BayesianGame.repeated(payoffs, prior={"informed": {"one": prior, "two": 1 - prior}})


def guarantee(name, prior, discount):
    """What the informed party is sure of before its type is drawn, and what it gets against the first column."""
    game = zero_sum(name, prior)
    width = len(ONE_SIDED[name][0][0][0])
    lots = SPLITS[name](prior)
    if name == "hides":
        # nothing is told: each period anew
        rules = [ag.Automaton([[x, 1 - x]], [[0] * (2 * width)], signals=game.game) for x in lots]
    else:
        # one draw, and the row that was seen is played for ever
        ahead = [[1] * width + [2] * width, [1] * 2 * width, [2] * 2 * width]
        rules = [ag.Automaton([[x, 1 - x], [1, 0], [0, 1]], ahead, signals=game.game) for x in lots]
    profile = {
        "informed": dict(zip(("one", "two"), rules, strict=True)),
        "other": ag.Automaton([np.eye(width)[0]], [[0] * (2 * width)], signals=game.game),
    }
    # priors and posteriors lie on the grid, so that the bound is tight
    found = ag.bayesian.best_reply_by_type(game, profile, "other", discount=discount, grid=20)["only"]
    worth = ag.verify(game, profile, discount=discount).by_type
    mean = sum(p * float(worth["informed"][k]) for p, k in zip((prior, 1 - prior), ("one", "two"), strict=True))
    # the payoffs of the two parties sum to zero
    assert mean == pytest.approx(-float(worth["other"]["only"]), abs=1e-12)
    assert found.at_most == pytest.approx(found.value, abs=1e-9)
    return -found.value, mean


@pytest.mark.parametrize("prior", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("name", ONE_SIDED)
@pytest.mark.parametrize("discount", [0.5, 0.95])
def test_an_informed_party_that_splits_the_prior_is_sure_of_the_concavification(name, prior, discount):
    """Aumann and Maschler (1995), lemma 5.2 of chapter 1: posteriors are drawn, and then nothing more is told."""
    sure, mean = guarantee(name, prior, discount)
    assert sure == pytest.approx(ONE_SIDED[name][2](prior), abs=1e-9)
    assert mean >= sure - 1e-9


def test_telling_all_is_an_equilibrium_where_the_value_is_convex_and_hiding_is_none_where_it_is_concave():
    for prior in (0.2, 0.6):
        game = zero_sum("tells", prior)
        assert game.interdependent
        steady = [ag.Automaton([row], [[0] * 4], signals=game.game) for row in ([1, 0], [0, 1])]
        other = ag.Automaton([[0.5, 0.5]], [[0] * 4], signals=game.game)
        told = {"informed": {"one": steady[1], "two": steady[0]}, "other": other}
        found = ag.verify(game, told, discount=0.9)
        assert found.kind == "perfect Bayesian"
        # the format of proofs knows payoffs by a party's own type
        assert not found.proof
        assert "they depend on the other's" in found.proof.told
        assert sum(float(v) for v in found.by_type["informed"].values()) == 0 == ONE_SIDED["tells"][2](prior)
        assert ag.verify(game, told, discount=0.9, exact=True).max_gain == 0
        assert not ag.verify(game, {**told, "informed": steady[0]}, discount=0.9)
    game = zero_sum("hides", 0.5)
    even = ag.Automaton([[0.5, 0.5]], [[0] * 4], signals=game.game)
    refused = ag.verify(game, {"informed": even, "other": even}, discount=0.9)
    # an informed type against a rule without memory plays its own row
    assert not refused
    assert refused.where.player == "informed"
    assert refused.max_gain == pytest.approx((1 - 0.9) * 0.25, abs=1e-12)


def test_a_rule_that_learns_what_is_played_comes_near_the_concavification_as_patience_grows():
    """The rule plays the first column as often as the other row was seen lately, so x (1 - x) is all that x earns.

    By Aumann and Maschler's theorem the value tends to cav u(1/2) = 1/4; rules without memory do not get below 1/2.
    """
    matrices, plain, concave = ONE_SIDED["hides"]
    assert plain(0.5) == concave(0.5) == 0.25
    size, speed = 81, 0.06
    level = np.linspace(0, 1, size)
    seen = [np.rint((level + speed * (row - level)) * (size - 1)).astype(int) for row in (1, 0)]
    rule = np.stack([1 - level, level], axis=1), np.stack([seen[0], seen[0], seen[1], seen[1]], axis=1)
    start = size // 2
    order = [start, *(k for k in range(size) if k != start)]
    place = np.argsort(order)
    rule = rule[0][order], place[rule[1][order]]
    worths = [held_to(matrices, rule, discount, 0.5) for discount in (0.5, 0.9, 0.99, 0.999)]
    assert worths == sorted(worths, reverse=True)
    assert 0.25 <= worths[-1] < 0.31
    assert held_to(matrices, (np.array([[0.5, 0.5]]), np.zeros((1, 4), int)), 0.99, 0.5) == pytest.approx(0.5)


# ---- bargaining ------------------------------------------------------------------------------------------------------


def bargaining(high, prior, discount):
    """A seller without costs asks twice for a price; the buyer's valuation is 1 or `high`, which it alone knows.

    Fudenberg and Tirole (1983), with one side informed. An offer and its answer take one period each, so an agreement
    in the second round is worth discount**2 of one in the first. Prices are the low valuation, the most that a high
    buyer pays if the next price is low, and the high valuation.
    """
    later = discount**2
    prices = {"low": 1.0, "middle": (1 - later) * high + later, "high": high}
    states = ["offer 1", *(f"answer 1 {p}" for p in prices)]
    states += [f"offer 2 {p}" for p in prices] + [f"answer 2 {p}" for p in prices] + ["over"]
    at, size = {s: k for k, s in enumerate(states)}, len(states)
    ahead, actions, laws = np.eye(size), [], []
    pay = {"seller": [], "high": [], "low": []}
    for state in states:
        if state.startswith("offer"):
            number = state.split()[1]
            actions.append([tuple(prices), ("wait",)])
            laws.append([[ahead[at[f"answer {number} {p}"]]] for p in prices])
            rows = {k: np.zeros((3, 1)) for k in pay}
        elif state.startswith("answer"):
            _, number, name = state.split()
            actions.append([("wait",), ("accept", "refuse")])
            laws.append([[ahead[at["over"]], ahead[at["over" if number == "2" else f"offer 2 {name}"]]]])
            gains = {"seller": prices[name], "high": high - prices[name], "low": 1 - prices[name]}
            rows = {k: np.array([[v, 0]]) for k, v in gains.items()}
        else:
            actions.append([("wait",), ("wait",)])
            laws.append([[ahead[at["over"]]]])
            rows = {k: np.zeros((1, 1)) for k in pay}
        for k, own in rows.items():
            pay[k].append(own)
    game = ag.BayesianGame.stochastic(
        {"seller": {"only": pay["seller"]}, "buyer": {"high": pay["high"], "low": pay["low"]}},
        laws,
        {"buyer": {"high": prior, "low": 1 - prior}},
        actions=actions,
        states=states,
    )
    return game, prices


def asks(game, first, second, accepts):
    """Profile: prices in the first round and after each refusal, and how often a type accepts, by state."""

    names, base = ("low", "middle", "high"), game.game
    moves = {s: np.zeros((1, len(base.outcomes(s))), int) for s in base.states}

    def rule(table, player):
        # where nothing is said there is one action, or the last one
        sizes = {s: stage.shape[player] for s, stage in zip(base.states, base.stages, strict=True)}
        return ag.Automaton({s: [table.get(s, np.eye(n)[-1])] for s, n in sizes.items()}, moves)

    offers = {"offer 1": np.eye(3)[names.index(first)]}
    offers |= {f"offer 2 {p}": np.eye(3)[names.index(second[p])] for p in names}
    shares = {k: {s: [share, 1 - share] for s, share in own.items()} for k, own in accepts.items()}
    return {"seller": rule(offers, 0), "buyer": {k: rule(own, 1) for k, own in shares.items()}}


def answers(shares):
    """How often a high and a low buyer accept: in the second round whatever is worth it, in the first as given."""
    second = {f"answer 2 {p}": 1.0 for p in ("low", "middle", "high")}
    low = {f"answer {n} {p}": float(p == "low") for n in (1, 2) for p in ("low", "middle", "high")}
    return {"high": second | {f"answer 1 {p}": v for p, v in shares.items()}, "low": low}


@pytest.mark.parametrize("off", [-1e-6, 1e-6])
@pytest.mark.parametrize("high", [1.6, 2.5])
def test_a_seller_asks_the_low_price_at_once_up_to_the_ratio_of_valuations(high, off):
    """Fudenberg and Tirole (1983): a seller who would not ask a high price once does not ask it first either.

    The high price is worth prior * high once and the low price 1, so the prior is at most 1 / high. A middle price that
    only a high buyer accepts brings prior ((1 - d) high + d) + (1 - prior) d <= 1 for the same priors.
    """
    game, _ = bargaining(high, 1 / high + off, 0.9)
    profile = asks(
        game, "low", dict.fromkeys(("low", "middle", "high"), "low"), answers({"low": 1, "middle": 1, "high": 0})
    )
    found = ag.verify(game, profile, discount=0.9)
    assert found.ok == (off < 0)
    if off > 0:
        assert found.where.player == "seller"


@pytest.mark.parametrize("factor", [0.98, 1.02])
def test_a_seller_asks_the_middle_price_if_refusals_cost_enough_time(factor):
    """Fudenberg and Tirole (1983), with prior 3/4 and valuations 1 and 2, d the discount between rounds.

    After the high price the buyer of high valuation accepts with 2/3, which leaves the seller with belief 1/2, at which
    it is indifferent and asks the high price again. That brings 3/4 2/3 2 + 1/2 d; the middle price 2 - d brings
    3/4 (2 - d) + 1/4 d. So the middle price is best where d <= 1/2.
    """
    discount = sqrt(0.5 * factor)
    game, _ = bargaining(2.0, 0.75, discount)
    second = {"low": "high", "middle": "low", "high": "high"}
    profile = asks(game, "middle", second, answers({"low": 1, "middle": 1, "high": 2 / 3}))
    found = ag.verify(game, profile, discount=discount)
    assert found.ok == (factor < 1)
    if factor > 1:
        assert (found.where.player, found.where.action) == ("seller", "high")
    # another answer to the high price leaves another belief, at which asking it again is not best or not tempting
    wrong = asks(game, "middle", second, answers({"low": 1, "middle": 1, "high": 0.7}))
    assert not ag.verify(game, wrong, discount=discount).ok


# ---- reassurance -----------------------------------------------------------------------------------------------------

TRUSTING = {"trustworthy": [[1, -1], [0.5, 0]], "untrustworthy": [[1, -1], [1.5, 0]]}


def reassurance(share, prior):
    """Two rounds of a trust game with `share` of the stakes in the first: Kydd (2000), Int. Organization 54:2."""
    parties = {
        "A": {k: [share * np.array(v), (1 - share) * np.array(v), np.zeros((2, 2))] for k, v in TRUSTING.items()}
    }
    parties["B"] = {k: [np.transpose(own) for own in rows] for k, rows in parties["A"].items()}
    ahead = np.eye(3)
    law = {p: {"trustworthy": prior, "untrustworthy": 1 - prior} for p in parties}
    game = ag.BayesianGame.stochastic(
        parties, [np.tile(ahead[min(k + 1, 2)], (2, 2, 1)) for k in range(3)], law, states=("first", "second", "over")
    )
    # state 1 of an automaton: both cooperated in the first round, the first quarter of its outcomes
    moves = {}
    for s in game.game.states:
        outcomes = game.game.outcomes(s)
        row = [1 if s == "first" and k < len(outcomes) // 4 else 0 for k in range(len(outcomes))]
        moves[s] = np.array([row, row])
    cooperate, defect = [1.0, 0.0], [0.0, 1.0]
    trusting = ag.Automaton({"first": [cooperate] * 2, "second": [defect, cooperate], "over": [cooperate] * 2}, moves)
    selfish = ag.Automaton({"first": [defect] * 2, "second": [defect] * 2, "over": [cooperate] * 2}, moves)
    return game, {p: {"trustworthy": trusting, "untrustworthy": selfish} for p in parties}


def window(prior, discount):
    """Shares of the first round at which only the trustworthy cooperate in it.

    If they cooperated, the untrustworthy would gain d (1 - s) p T and lose s (p (T - R) + (1 - p) (P - S)). The
    trustworthy gain d (1 - s) p (R - P) and lose s ((1 - p) (P - S) - p (R - T)), with T of their own type.
    """
    p, d = prior, discount
    lose, gain = (1 - p) * 1 + p * (1.5 - 1), d * p * 1.5
    risk, hope = (1 - p) * 1 - p * (1 - 0.5), d * p
    return gain / (gain + lose), hope / (hope + risk)


@pytest.mark.parametrize("prior", [0.3, 0.4, 0.5])
def test_the_window_of_reassurance_is_certified_and_nothing_outside_of_it(prior):
    least, most = window(prior, 0.9)
    assert least < most
    for share, who in (
        (least - 1e-6, "untrustworthy"),
        (least + 1e-6, ""),
        (most - 1e-6, ""),
        (most + 1e-6, "trustworthy"),
    ):
        game, profile = reassurance(share, prior)
        found = ag.verify(game, profile, discount=0.9)
        assert found.ok == (not who)
        if who:
            assert (found.where.type, found.where.state.split()[0]) == (who, "first")


def test_with_one_round_the_mistrustful_do_not_cooperate():
    # p - (1 - p) >= p / 2 needs p >= 2 / 3
    for prior, holds in ((2 / 3 - 1e-6, False), (2 / 3 + 1e-6, True)):
        game, profile = reassurance(1.0, prior)
        assert ag.verify(game, profile, discount=0.9).ok == holds
