"""Certificates of perfect Bayesian play against an independent brute force, closed forms and reductions."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import inf

import numpy as np
import pytest

import armsgame as ag
from armsgame.checkers.bayesian import verify_types
from armsgame.checkers.reply_bound import bound_types
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.bayesian.nodes import nodes_of
from armsgame.treaty.policies import Policy

PARTIES = ("A", "B")
PD = {"content": [[1, -0.5], [1.5, 0]], "tempted": [[1, -0.5], [2.5, 0]]}


def turned(payoffs):
    return {k: np.transpose(v).tolist() for k, v in payoffs.items()}


def unrolled(rng, periods, *, seen, types=2, pure=True):
    """A game of a few periods, then nothing; random payoffs by type, random automata that read the outcomes."""
    states = [f"t{t}" for t in range(periods)] + ["end"]
    size = len(states)
    labels = [f"k{k}" for k in range(types)]

    def pays():
        return [*(rng.integers(-4, 5, (2, 2)).astype(float) for _ in range(periods)), np.zeros((2, 2))]

    payoffs = {p: {k: pays() for k in labels} for p in PARTIES}
    ahead = [np.eye(size)[min(t + 1, periods)] for t in range(size)]
    prior = {p: dict(zip(labels, rng.dirichlet(np.ones(types)), strict=True)) for p in PARTIES}
    if seen == "actions":
        game = ag.BayesianGame.stochastic(
            payoffs, [np.tile(row, (2, 2, 1)) for row in ahead], prior, states=states, observed="actions"
        )
        width = 4 * size
    else:
        law = rng.dirichlet(np.ones(2), (2, 2))
        if seen == "some alarms are proofs":
            law[0, 0] = [1, 0]
        joint = [np.einsum("aby,s->abys", law, row) for row in ahead]
        game = ag.BayesianGame.stochastic(payoffs, None, prior, states=states, observed="state", signals=joint)
        width = 2 * size

    def automaton():
        rows = np.eye(2)[rng.integers(2, size=(size, 3))] if pure else rng.dirichlet([0.5, 0.5], (size, 3))
        moves = {s: rng.integers(3, size=(3, width)) if s != "end" else np.zeros((3, width), int) for s in states}
        return ag.Automaton(dict(zip(states, rows, strict=True)), moves)

    return game, {p: {k: automaton() for k in labels} for p in PARTIES}


class Tree:
    """Every history of a short game: values by pair of types by recursion, beliefs by Bayes' rule, one at a time."""

    def __init__(self, game, profile, discount):
        self.game, self.discount = game, discount
        base = game.game
        self.base, self.periods = base, len(base.states) - 1
        self.rules = [[profile[p][k].on(base, i) for k in game.types[i]] for i, p in enumerate(PARTIES)]
        self.pays = [[r.reshape(len(base.states), 2, 2) for r in rows] for rows in game.payoffs]
        self.best, self.known = -inf, {}

    def outcomes(self, t, acts):
        """(public outcome, probability) after an action profile."""
        base, nxt, size = self.base, min(t + 1, self.periods), len(self.base.states)
        if base.observed == "actions":
            return [((acts[0] * 2 + acts[1]) * size + nxt, 1.0)]
        return [(y * size + nxt, p) for y, p in enumerate(base.signals[t][acts][:, nxt]) if p > 0]

    def law(self, i, k, t, q):
        return self.rules[i][k].outputs[self.base.states[t]][q]

    def step(self, t, q, z):
        name = self.base.states[t]
        return tuple(tuple(int(self.rules[i][k].next[name][own, z]) for k, own in enumerate(q[i])) for i in (0, 1))

    def value(self, i, k, m, t, q):
        """Value to party i of type k against type m."""
        if t == self.periods:
            return 0.0
        if (i, k, m, t, q) not in self.known:
            mine, other = self.law(i, k, t, q[i][k]), self.law(1 - i, m, t, q[1 - i][m])
            self.known[i, k, m, t, q] = sum(
                mine[a] * other[c] * self.after(i, k, m, t, q, a, c)
                for a, c in product((0, 1), repeat=2)
                if mine[a] * other[c]
            )
        return self.known[i, k, m, t, q]

    def after(self, i, k, m, t, q, a, c):
        acts = (a, c) if i == 0 else (c, a)
        ahead = sum(p * self.value(i, k, m, t + 1, self.step(t, q, z)) for z, p in self.outcomes(t, acts))
        return (1 - self.discount) * self.pays[i][k][t][acts] + self.discount * ahead

    def largest(self):
        start = tuple(tuple(r.initial for r in own) for own in self.rules)
        for i in (0, 1):
            law = self.game.prior[1 - i]
            self.walk(i, 0, start, law, frozenset(np.flatnonzero(law > 0).tolist()))
        return self.best

    def walk(self, i, t, q, belief, left):
        if t == self.periods:
            return
        others = range(len(belief))
        for k in np.flatnonzero(self.game.prior[i] > 0).tolist():
            now = sum(belief[m] * self.value(i, k, m, t, q) for m in others if belief[m])
            for a in (0, 1):
                dev = sum(
                    belief[m] * self.law(1 - i, m, t, q[1 - i][m])[c] * self.after(i, k, m, t, q, a, c)
                    for m in others
                    for c in (0, 1)
                    if belief[m]
                )
                self.best = max(self.best, dev - now)
        possible = {z for acts in product((0, 1), repeat=2) for z, _ in self.outcomes(t, acts)}
        for z in possible:
            # what the public can exclude: types that never make this outcome possible
            open_ = [c for c in (0, 1) if any(z == y for a in (0, 1) for y, _ in self.outcomes(t, self.acts(i, a, c)))]
            kept = frozenset(m for m in left if any(self.law(1 - i, m, t, q[1 - i][m])[c] > 0 for c in open_)) or left
            for a in (0, 1):
                like = np.array(
                    [
                        sum(
                            self.law(1 - i, m, t, q[1 - i][m])[c] * p
                            for c in (0, 1)
                            for y, p in self.outcomes(t, self.acts(i, a, c))
                            if y == z
                        )
                        for m in others
                    ]
                )
                if not any(y == z for c in (0, 1) for y, _ in self.outcomes(t, self.acts(i, a, c))):
                    continue
                after = belief * like
                if after.sum() == 0:
                    after = belief * [m in kept for m in others]
                if after.sum() > 0:
                    self.walk(i, t + 1, self.step(t, q, z), after / after.sum(), kept)

    @staticmethod
    def acts(i, a, c):
        return (a, c) if i == 0 else (c, a)


@pytest.mark.parametrize("pure", [True, False], ids=["pure", "mixed"])
@pytest.mark.parametrize("seen", ["actions", "signals", "some alarms are proofs"])
def test_two_types_agree_with_brute_force_over_all_histories(seen, pure):
    rng = np.random.default_rng(11)
    periods = 4 if seen == "actions" and pure else 3
    for _ in range(4 if periods == 4 else 8):
        game, profile = unrolled(rng, periods, seen=seen, pure=pure)
        found = verify_types(game, profile, discount=0.8)
        largest = Tree(game, profile, 0.8).largest()
        if seen == "some alarms are proofs":
            # own histories alone may exclude a type here, and bounds are left open
            assert found.max_gain >= largest - 1e-12
        else:
            assert found.max_gain == pytest.approx(largest, abs=1e-12)


@pytest.mark.parametrize("seen", ["actions", "signals"])
def test_three_types_are_never_accepted_against_brute_force(seen):
    rng = np.random.default_rng(5)
    kinds = []
    for _ in range(25):
        game, profile = unrolled(rng, 2, seen=seen, types=3)
        found, largest = verify_types(game, profile, discount=0.8), Tree(game, profile, 0.8).largest()
        assert found.max_gain >= largest - 1e-12
        assert (found.kind == "none") == (largest > 1e-9)
        assert found.loose == (found.kind == "unsettled")
        kinds.append(found.kind)
    assert "none" in kinds


def three_types_that_are_told_apart_a_little(threshold):
    """One party's three types act differently at first; then the other may bet that the third is unlikely.

    After the action that a type favours it has belief 3/5 and the others 1/5 each. Odds between two types are at most
    3, which allows a belief of 1/7 too.
    """
    favoured = np.full((3, 3), 0.2) + 0.4 * np.eye(3)
    bet = [threshold, threshold, threshold - 1]
    nothing = [np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((1, 1))]
    game = ag.BayesianGame.stochastic(
        {"A": {"only": [np.zeros((2, 3)), [[0, 0, 0], bet], [[0]]]}, "B": dict.fromkeys("xyz", nothing)},
        [np.tile(np.eye(3)[1], (2, 3, 1)), np.tile(np.eye(3)[2], (2, 3, 1)), [[np.eye(3)[2]]]],
        {"B": dict.fromkeys("xyz", 1 / 3)},
        actions=[[("pass", "bet"), ("l", "m", "r")]] * 2 + [[("pass",), ("l",)]],
        states=("act", "bet", "over"),
    )
    moves = {s: np.zeros((1, len(game.game.outcomes(s))), int) for s in game.game.states}
    waits = ag.Automaton({"act": [[1, 0]], "bet": [[1, 0]], "over": [[1]]}, moves)
    types = {
        k: ag.Automaton({"act": favoured[[n]], "bet": np.eye(3)[[n]], "over": [[1]]}, moves)
        for n, k in enumerate("xyz")
    }
    return game, {"A": waits, "B": types}


@pytest.mark.parametrize(
    ("threshold", "kind"), [(0.1, "perfect Bayesian"), (0.14, "perfect Bayesian"), (0.18, "unsettled"), (0.21, "none")]
)
@pytest.mark.parametrize("exact", [False, True])
def test_a_refusal_by_beliefs_that_nobody_can_hold_is_called_loose(threshold, kind, exact):
    game, profile = three_types_that_are_told_apart_a_little(threshold)
    found = ag.verify(game, profile, discount=0.5, exact=exact)
    assert (found.kind, found.loose) == (kind, kind == "unsettled")
    assert found.ok == (kind == "perfect Bayesian")
    assert ("neither proved nor refuted" in found.explain()) == (kind == "unsettled")
    if kind != "perfect Bayesian":
        # the bet is about the second period
        assert found.max_gain == pytest.approx(0.5 * (threshold - 1 / 7), abs=1e-12)
        assert found.where.belief == pytest.approx({"x": 3 / 7, "y": 3 / 7, "z": 1 / 7})


@pytest.mark.parametrize("patience", [1 - 1e-6, 1 - 1e-9])
def test_the_very_patient_are_judged_as_by_verify(patience):
    stage = ag.StageGame.from_bimatrix([[1, -0.5], [1.5, 0]], [[1, 1.5], [-0.5, 0]])
    base = ag.RepeatedGame(stage, ag.Monitoring.detection(0.4, 0.05))
    typed = ag.BayesianGame(base, {})
    for profile in ((ag.grim, ag.grim), (ag.mirror, ag.grim), (ag.always_deploy, ag.always_deploy)):
        one, many = ag.verify(base, profile, discount=patience), ag.verify(typed, profile, discount=patience)
        assert (one.kind == "perfect public") == many.ok
        assert one.max_gain == pytest.approx(many.max_gain, rel=1e-9, abs=many.tolerance)
        bound = bound_types(typed, profile, discount=patience)
        assert bound.max_gain >= float(one.nash_gain or 0) * (1 - 1e-6)
        assert one.kind != "none" or not bound.ok


@pytest.mark.parametrize("game", ["perfect", "detection", "states"])
def test_one_type_a_side_is_verify_on_random_automata(game):
    rng = np.random.default_rng(3)
    stage = ag.StageGame.from_bimatrix([[1, -0.5], [1.5, 0]], [[1, 1.5], [-0.5, 0]], players=PARTIES)
    base = {
        "perfect": ag.RepeatedGame(stage),
        "detection": ag.RepeatedGame(stage, ag.Monitoring.detection(0.4, 0.05)),
        "states": ag.StochasticGame(
            [stage, stage], [rng.dirichlet([1, 1], (2, 2)) for _ in range(2)], states=("x", "y"), observed="state"
        ),
    }[game]
    typed = ag.BayesianGame(base, {})
    held = 0
    for _ in range(170):
        profile = [random_automaton(rng, base) for _ in PARTIES]
        discount = float(rng.uniform(0, 0.97))
        one, many = ag.verify(base, profile, discount=discount), ag.verify(typed, profile, discount=discount)
        held += one.ok
        assert one.ok == many.ok
        assert one.max_gain == pytest.approx(many.max_gain, abs=1e-12)
        assert one.pairs == many.pairs
        np.testing.assert_allclose(one.values, many.values[0, 0], atol=1e-12)
    assert held


def random_automaton(rng, base):
    size = int(rng.integers(1, 4))
    rows = np.eye(2)[rng.integers(2, size=size)] if rng.random() < 0.8 else rng.dirichlet([1, 1], size)
    if hasattr(base, "states"):
        return ag.Automaton(dict.fromkeys(base.states, rows), rng.integers(size, size=(size, 2, 2)))
    return ag.Automaton(rows, rng.integers(size, size=(size, 4)), signals=base)


NAMED = ("always_comply", "always_deploy", "grim", "mirror", "contrite", "win_stay_lose_shift")


@pytest.mark.parametrize("seen", [ag.Monitoring.perfect(), ag.Monitoring.detection(0.7, 0.02)], ids=["seen", "alarms"])
def test_one_type_a_side_is_verify_on_every_named_profile(seen):
    stage = ag.StageGame.from_bimatrix([[1, -0.5], [1.5, 0]], [[1, 1.5], [-0.5, 0]])
    base = ag.RepeatedGame(stage, seen)
    typed = ag.BayesianGame(base, {})
    for names in product(NAMED, repeat=2):
        profile = [getattr(ag, name) for name in names]
        one, many = ag.verify(base, profile, discount=0.8), ag.verify(typed, profile, discount=0.8)
        assert (one.ok, one.pairs) == (many.ok, many.pairs)
        assert one.max_gain == pytest.approx(many.max_gain, abs=1e-12)


def separating(content, *, detection=0.3, prior=0.8, discount=0.9):
    """One party's type is private: content grim, tempted deploys; the other plays grim."""
    stage = {"A": PD, "B": {"content": turned(PD)["content"]}}
    game = ag.BayesianGame.repeated(
        stage, ag.Monitoring.detection(detection, 0.01), {"A": {"content": prior, "tempted": 1 - prior}}
    )
    return game, {"A": {"content": content, "tempted": ag.always_deploy}, "B": ag.grim}, discount


def test_a_type_copied_under_another_name_changes_nothing():
    game, profile, discount = separating(ag.grim)
    rows = game.payoffs[0]
    copied = ag.BayesianGame(
        game.game,
        {"A": {"content": rows[0], "tempted": rows[1], "also tempted": rows[1]}, "B": {"content": game.payoffs[1][0]}},
        {"A": {"content": 0.8, "tempted": 0.15, "also tempted": 0.05}},
    )
    more = {**profile, "A": {**profile["A"], "also tempted": ag.always_deploy}}
    one, two = ag.verify(game, profile, discount=discount), ag.verify(copied, more, discount=discount)
    assert (one.kind, one.pairs) == (two.kind, two.pairs)
    assert one.max_gain == pytest.approx(two.max_gain, abs=1e-13)
    assert two.by_type["A"]["tempted"] == two.by_type["A"]["also tempted"] == one.by_type["A"]["tempted"]
    assert two.by_type["B"]["content"] == pytest.approx(one.by_type["B"]["content"], abs=1e-14)


@pytest.mark.parametrize("kind", [0, 1])
def test_a_type_of_prior_zero_or_one_is_the_game_without_the_other(kind):
    game, profile, discount = separating(ag.grim)
    certain = game.with_prior({"A": np.eye(2)[kind]})
    label = game.types[0][kind]
    alone = ag.verify(game.one_type(kind), (profile["A"][label], ag.grim), discount=discount)
    found = ag.verify(certain, profile, discount=discount)
    assert found.ok == alone.ok
    assert found.max_gain == pytest.approx(alone.max_gain, abs=1e-13)
    np.testing.assert_allclose(found.values[kind, 0], alone.values, atol=1e-13)


@pytest.mark.parametrize("prior", [0.2, 0.8])
def test_parties_and_labels_can_be_swapped(prior):
    game, profile, discount = separating(ag.grim, prior=prior)
    one = ag.verify(game, profile, discount=discount)
    two = ag.verify(game.swapped, profile, discount=discount)
    assert game.swapped.swapped == game
    assert (one.kind, one.pairs, one.where.player) == (two.kind, two.pairs, two.where.player)
    assert one.max_gain == pytest.approx(two.max_gain, abs=1e-13)
    np.testing.assert_allclose(one.values, two.values.swapaxes(0, 1)[..., ::-1], atol=1e-13)


def test_units_of_a_types_payoffs_change_no_verdict():
    game, profile, discount = separating(ag.grim)
    scaled = ag.BayesianGame(
        game.game,
        {"A": {"content": 1e6 * game.payoffs[0][0] + 7e6, "tempted": game.payoffs[0][1] - 3}},
        game.prior,
    )
    one, two = ag.verify(game, profile, discount=discount), ag.verify(scaled, profile, discount=discount)
    assert one.kind == two.kind
    np.testing.assert_allclose(two.values[0, 0, 0], 1e6 * one.values[0, 0, 0] + 7e6, rtol=1e-12)


@pytest.mark.parametrize("seen", ["actions", "signals"])
def test_rational_and_rounded_certificates_agree(seen):
    rng = np.random.default_rng(9)
    for _ in range(4):
        game, profile = unrolled(rng, 2, seen=seen, types=3)
        one = ag.verify(game, profile, discount=0.75)
        two = ag.verify(game, profile, discount=Fraction(3, 4), exact=True)
        assert (one.kind, one.pairs) == (two.kind, two.pairs)
        assert {type(v) for v in (two.max_gain, two.where.gain)} == {Fraction}
        # a belief that is certain may be a whole number
        assert {type(v) for v in two.where.belief.values()} <= {Fraction, int}
        assert {type(v) for v in (one.max_gain, one.where.gain, *one.where.belief.values())} == {float}
        assert one.max_gain == pytest.approx(float(two.max_gain), abs=1e-12)
        np.testing.assert_array_equal(one.tied, two.tied)
        for mine, exact in zip(one.bounds, two.bounds, strict=True):
            np.testing.assert_allclose(mine, exact.astype(float), rtol=1e-10)


def chain_store(stages, b, a, prior, discount, *, out=None):
    """Entry and answer in turn (Kreps and Wilson 1982); the defender is strong with a small probability.

    Entrants are many and each looks at its own stage, so their party is committed. The stage that is left is n; a weak
    defender whose reputation is below b^(n-1) fights so often that a fight raises it to b^(n-1), and an entrant who
    meets exactly that stays out so often that the weak defender is indifferent. One period passes between a fight and
    the next entry.
    """
    states = [f"{what} {n}" for n in range(stages, 0, -1) for what in ("entry", "answer")] + ["over"]
    size, stay = len(states), 1 / (a * discount) if out is None else out
    levels = [prior, *(b**k for k in range(1, stages)), 0.0]
    pays = {"weak": [], "strong": []}
    laws, actions, answer, entrant, moves = [], [], {}, {}, {}
    for k, state in enumerate(states):
        ahead, n = np.eye(size), 0 if state == "over" else int(state.split()[1])
        if state.startswith("entry"):
            actions.append([("wait",), ("enter", "stay out")])
            pays["weak"].append([[0, a]])
            pays["strong"].append([[0, a]])
            laws.append([[ahead[k + 1], ahead[min(k + 2, size - 1)]]])
            leave = [0.0 if p < b**n else stay if p == b**n else 1.0 for p in levels]
            answer[state], entrant[state] = np.ones((len(levels), 1)), np.array([[1 - q, q] for q in leave])
        elif n:
            actions.append([("fight", "give way"), ("wait",)])
            pays["weak"].append([[-1], [0]])
            pays["strong"].append([[0], [-1]])
            laws.append([[ahead[k + 1]], [ahead[k + 1]]])
            top = b ** (n - 1)
            fight = [1.0 if p >= top else (1 - top) * p / ((1 - p) * top) for p in levels]
            answer[state], entrant[state] = np.array([[q, 1 - q] for q in fight]), np.ones((len(levels), 1))
        else:
            actions.append([("wait",), ("wait",)])
            pays["weak"].append([[0]])
            pays["strong"].append([[0]])
            laws.append([[ahead[k]]])
            answer[state] = entrant[state] = np.ones((len(levels), 1))
        rows = []
        for q, p in enumerate(levels):
            fought = q if not n or p == 0 or p >= b ** (n - 1) else levels.index(b ** (n - 1)) if n > 1 else q
            after = {"fight": fought, "give way": len(levels) - 1, "wait": q}
            own = actions[-1][0]
            rows.append([after[act] for act in own for _ in actions[-1][1] for _ in states])
        moves[state] = np.array(rows)
    strong = {s: np.eye(2)[[0] * len(levels)] if law.shape[1] == 2 else law for s, law in answer.items()}
    nothing = [np.zeros((len(x), len(y))) for x, y in actions]
    game = ag.BayesianGame.stochastic(
        {"defender": pays, "entrants": {"one by one": nothing}},
        laws,
        {"defender": {"weak": 1 - prior, "strong": prior}},
        actions=actions,
        states=states,
        commitments={"entrants": {"one by one": ag.Automaton(entrant, moves)}},
    )
    return game, {"defender": {"weak": ag.Automaton(answer, moves), "strong": ag.Automaton(strong, moves)}}


def test_chain_store_is_certified_with_the_thresholds_of_kreps_and_wilson():
    b, prior = 0.5, 0.1
    game, profile = chain_store(5, b, 2.0, prior, 0.95)
    found = ag.verify(game, profile, discount=Fraction(19, 20), exact=True)
    assert found.ok
    assert found.exact
    assert found.max_gain == 0
    nodes = nodes_of(game, profile, exact=True)
    seen = set()
    for x, s in enumerate(nodes.state.tolist()):
        state, q = game.game.states[s], int(nodes.inner[x, 0])
        if state.startswith("entry") and 1 <= q < 5 and nodes.left[0][x].all():
            # a fight with a mixed answer leads to exactly b^n when n stages are left
            n = int(state.split()[1])
            assert q >= n
            level = Fraction(1, 2) ** q
            assert found.bounds[1][x, 1, 0] == level / (1 - level)
            assert found.bounds[1][x, 0, 1] == (1 - level) / level
            seen.add(q)
    assert seen == {1, 2, 3}


@pytest.mark.parametrize("b", [0.3, 0.5, 0.8])
def test_chain_store_fights_as_the_closed_form_says_and_entrants_are_indifferent_at_its_thresholds(b):
    """Kreps and Wilson (1982), theorem 1, as `treaty.reputation.chain_store` has it.

    The weak defender is indifferent wherever it mixes, so it is its entrants that pin its mixture down: at the belief
    b^n with n stages left a fight has to have chance b.
    """
    stages, prior = 4, 0.02
    game, profile = chain_store(stages, b, 2.0, prior, 0.95)
    found = ag.verify(game, profile, discount=0.95)
    assert found.ok
    nodes = nodes_of(game, profile)
    weak = profile["defender"]["weak"]
    mixed = set()
    for x, s in enumerate(nodes.state.tolist()):
        state, q = game.game.states[s], int(nodes.inner[x, 0])
        if state.startswith("answer") and q < stages and nodes.left[0][x].all():
            n, level = int(state.split()[1]), [prior, *(b**k for k in range(1, stages))][q]
            odds = found.bounds[1][x, 1, 0]
            assert odds / (1 + odds) == pytest.approx(level, abs=1e-12)
            form = ag.treaty.reputation.chain_store(b, n, level)
            assert weak.outputs[state][q, 0] == pytest.approx(form.mimic, abs=1e-12)
            if level == b**n:
                assert level + (1 - level) * form.mimic == pytest.approx(b, abs=1e-12)
            if form.mimic < 1:
                mixed.add(n)
                after = level / (level + (1 - level) * form.mimic)
                assert after == pytest.approx(form.posterior, abs=1e-12)
                assert form.posterior == pytest.approx(form.threshold, abs=1e-12)
    assert mixed


@pytest.mark.parametrize("out", [0.4, 0.7])
def test_chain_store_needs_an_entrant_who_makes_the_weak_indifferent(out):
    game, profile = chain_store(5, 0.5, 2.0, 0.1, 0.95, out=out)
    found = ag.verify(game, profile, discount=0.95)
    assert not found.ok
    assert (found.where.player, found.where.type) == ("defender", "weak")
    assert found.where.action == ("fight" if out > 1 / 1.9 else "give way")


def deceive(content):
    """Deploy until an alarm, then play as an honest policy does."""

    def act(status, party, collapsed):
        return ("deploy", *content.act(status, party, collapsed)[1:])

    return Policy("deceive", act, content.ends, content.phases)


def treaty_types(detection, prior, *, observed, kinds=("content", "tempted", "wants_out")):
    """The default treaty, with a party that is tempted and one that wants out, in each of two moods of signals."""
    treaty = ag.Treaty().replace(detection=detection)
    changed = {"content": {}, "tempted": {"temptation": 2.5}, "wants_out": {"outside_option": 1.3}}
    games = {k: treaty.replace(**changed[k]).game(observed=observed) for k in kinds}
    base = games["content"]
    rows = {k: [np.concatenate([s.payoffs[i].ravel() for s in g.stages]) for i in (0, 1)] for k, g in games.items()}
    types = {p: {k: rows[k][i] for k in kinds} for i, p in enumerate(base.players)}
    return ag.BayesianGame(base, types, [prior, prior])


HONEST = ag.treaty.exit_on_alarm
SEPARATING = {p: {"content": HONEST, "tempted": deceive(HONEST)} for p in ("US", "Russia")}
LEAVING = {p: {"content": HONEST, "tempted": HONEST, "wants_out": deceive(HONEST)} for p in ("US", "Russia")}


@pytest.mark.parametrize("observed", ["state", "moves"])
@pytest.mark.parametrize("detection", [0.04, 0.06, 0.09])
def test_separating_play_needs_trust_above_its_closed_form(detection, observed):
    false, discount, tempting, tempted = 0.005, 0.95, 1.5, 2.5
    alarm = [1 - (1 - false) ** (2 - k) * (1 - detection) ** k for k in range(3)]
    value = [v * (1 - discount) / (1 - discount * (1 - p)) for v, p in ((1.0, alarm[0]), (-0.5, alarm[1]))]
    cost = discount * (alarm[1] - alarm[0]) * value[0] - (1 - discount) * (tempting - 1)
    gain = (1 - discount) * 0.5 - discount * (alarm[2] - alarm[1]) * value[1]
    threshold = gain / (gain + cost)
    for off in (-1e-9, 1e-9):
        prior = [threshold + off, 1 - threshold - off]
        game = treaty_types(detection, prior, observed=observed, kinds=("content", "tempted"))
        found = ag.verify(game, SEPARATING, discount=discount)
        assert found.ok == (off > 0)
        assert found.pairs == 24
    np.testing.assert_allclose(found.values[0, :, 0], value, atol=1e-12)
    assert found.values[1, 0, 0] == pytest.approx(tempted * (1 - discount) / (1 - discount * (1 - alarm[1])), abs=1e-12)
    assert found.values[1, 1, 0] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("detection", "gain"), [(0.1, 0.00019573773237313574), (0.3, 0.02802547476538836)])
def test_separating_play_is_refused_where_quiet_convinces_the_tempted(detection, gain):
    """After quiet periods the other is held to be content, without end; then the tempted prefers to comply."""
    game = treaty_types(detection, [0.8, 0.2], observed="moves", kinds=("content", "tempted"))
    found = ag.verify(game, SEPARATING, discount=0.95)
    assert found.kind == "none"
    assert found.max_gain == pytest.approx(gain, abs=1e-12)
    where = found.where
    assert (where.type, where.action, where.belief) == ("tempted", "comply, silent", {"content": 1.0, "tempted": 0.0})
    assert where.state.startswith("in_force, none")
    assert found.bounds[0][where.node, 0, 1] == inf


@pytest.mark.parametrize("detection", [0.1, 0.3, 0.8])
def test_pooling_on_compliance_is_certified(detection):
    game = treaty_types(detection, [0.1, 0.9], observed="moves", kinds=("content", "tempted"))
    assert ag.verify(game, (HONEST, HONEST), discount=0.95).kind == "perfect Bayesian"


def test_a_party_that_wants_out_deploys_to_be_caught():
    game = treaty_types(0.8, [0.25, 0.5, 0.25], observed="moves")
    found = ag.verify(game, LEAVING, discount=0.95)
    assert found.ok
    assert list(found.by_type["US"].values()) == pytest.approx([0.62280, 0.62280, 1.11793], abs=5e-6)
    # all that is claimed in floats holds in rational numbers
    assert ag.verify(game, LEAVING, discount=Fraction(19, 20), exact=True).max_gain == 0


@pytest.mark.parametrize("grid", [2, 4])
def test_the_bound_of_best_replies_is_tight_where_histories_lead(grid):
    game = treaty_types(0.8, [0.25, 0.5, 0.25], observed="moves")
    found = bound_types(game, LEAVING, discount=0.95, grid=grid)
    assert found.kind == "perfect Bayesian"
    for party in game.players:
        assert max(found.perfect[party].values()) < 1e-10
        assert list(found.anywhere[party].values()) == pytest.approx([0.0308281, 0.0308281, 0], abs=1e-6)


def test_a_nash_equilibrium_that_is_not_perfect_is_told_apart():
    game = treaty_types(0.3, [0.25, 0.5, 0.25], observed="moves")
    bound, found = bound_types(game, LEAVING, discount=0.95), ag.verify(game, LEAVING, discount=0.95)
    assert (bound.kind, found.kind) == ("Bayesian Nash", "none")
    assert bound.ok
    assert bound.perfect["US"]["wants_out"] == pytest.approx(found.max_gain, abs=1e-9)
    assert found.max_gain == pytest.approx(0.00426, abs=1e-5)
    assert bound.places["US"]["wants_out"][1][2] == 0


@pytest.mark.parametrize("pure", [True, False], ids=["pure", "mixed"])
@pytest.mark.parametrize("seen", ["actions", "signals"])
def test_bounds_fall_with_the_grid_and_stay_above_what_one_deviation_gains(seen, pure):
    rng = np.random.default_rng(21)
    for _ in range(8):
        game, profile = unrolled(rng, 3, seen=seen, types=2, pure=pure)
        coarse, fine = (bound_types(game, profile, discount=0.8, grid=g) for g in (1, 8))
        certificate = verify_types(game, profile, discount=0.8)
        assert max(max(own.values()) for own in fine.perfect.values()) >= certificate.max_gain - 1e-10
        for party in PARTIES:
            for kind in game.types[0]:
                best = best_reply(Tree(game, profile, 0.8), PARTIES.index(party), game.types[0].index(kind))
                assert fine.root[party][kind] >= best - 1e-10
                assert fine.root[party][kind] <= coarse.root[party][kind] + 1e-10
        if certificate.ok:
            assert fine.kind == "perfect Bayesian"


def best_reply(tree, i, k):
    """What the best plan of a type gains at the start: backward induction over own histories and beliefs."""

    def best(t, q, belief):
        if t == tree.periods:
            return 0.0
        values = []
        for a in (0, 1):
            now, ahead = 0.0, {}
            for m, weight in enumerate(belief):
                for c in (0, 1):
                    share = weight * tree.law(1 - i, m, t, q[1 - i][m])[c]
                    if share:
                        acts = tree.acts(i, a, c)
                        now += share * (1 - tree.discount) * tree.pays[i][k][t][acts]
                        for z, p in tree.outcomes(t, acts):
                            ahead.setdefault(z, np.zeros(len(belief)))[m] += share * p
            # the belief is not normalised: values are linear in its size
            values.append(now + tree.discount * sum(best(t + 1, tree.step(t, q, z), w) for z, w in ahead.items()))
        return max(values)

    start = tuple(tuple(r.initial for r in own) for own in tree.rules)
    law = tree.game.prior[1 - i]
    return best(0, start, law) - sum(p * tree.value(i, k, m, 0, start) for m, p in enumerate(law))


def test_bounds_are_exact_where_the_other_has_one_type():
    game, profile, discount = separating(ag.grim, prior=1.0)
    alone = ag.verify(game.one_type(), (profile["A"]["content"], ag.grim), discount=discount)
    bound = bound_types(game, profile, discount=discount)
    assert max(max(own.values()) for own in bound.root.values()) == pytest.approx(
        float(alone.nash_gain or 0), abs=1e-10
    )


def test_committed_types_are_not_tested():
    game, profile, discount = separating(ag.always_comply, prior=0.5)
    assert not ag.verify(game, profile, discount=discount).ok
    rows = {"content": game.payoffs[0][0], "tempted": game.payoffs[0][1]}
    fixed = ag.BayesianGame(
        game.game,
        {"A": rows},
        game.prior,
        commitments={"A": {"content": ag.always_comply, "tempted": ag.always_deploy}},
    )
    found = ag.verify(fixed, {"B": ag.grim}, discount=discount)
    assert found.where.player == "B"
    with pytest.raises(InvalidGame, match="committed; leave it out"):
        ag.verify(fixed, {"A": {"content": ag.grim}, "B": ag.grim}, discount=discount)


def test_priors_of_observers_are_said():
    game, profile, discount = separating(ag.grim)
    seen = game.with_prior(game.prior, observer={"A": {"content": 0.5, "tempted": 0.5}})
    found = ag.verify(seen, profile, discount=discount)
    assert "an observer's prior: A (content 0.5, tempted 0.5)" in str(found)
    assert found.max_gain == ag.verify(game, profile, discount=discount).max_gain


def test_what_cannot_be_verified_is_told_why():
    game, profile, discount = separating(ag.grim)
    with pytest.raises(InvalidGame, match="no strategy for the types 'tempted'"):
        ag.verify(game, {"A": {"content": ag.grim}, "B": ag.grim}, discount=discount)
    with pytest.raises(InvalidGame, match="names the type 'conte'"):
        ag.verify(game, {"A": {"conte": ag.grim, "content": ag.grim, "tempted": ag.grim}, "B": ag.grim}, discount=0.5)
    with pytest.raises(InvalidGame, match="profile names the party 'C'"):
        ag.verify(game, {"C": ag.grim, "B": ag.grim}, discount=discount)
    with pytest.raises(InvalidGame, match="discount is 1"):
        ag.verify(game, profile, discount=1)
    with pytest.raises(InvalidGame, match="discount is 1"):
        verify_types(game, profile, discount=1)
    with pytest.raises(InvalidGame, match="more than 1 "):
        verify_types(game, profile, discount=discount, most=1)
    own = ag.Automaton([[1, 0], [0, 1]], np.array([[[0] * 4, [1] * 4]] * 2), signals=game.game)
    with pytest.raises(WrongConcept, match="type 'content', reads its own action"):
        ag.verify(game, {"A": {"content": own, "tempted": ag.grim}, "B": ag.grim}, discount=discount)
    with pytest.raises(WrongConcept, match="verify_types takes a BayesianGame"):
        verify_types(game.game, profile, discount=discount)
    nobody = ag.BayesianGame(game.game, {}, commitments={p: {"only": ag.grim} for p in PARTIES})
    with pytest.raises(InvalidGame, match="every type is committed"):
        ag.verify(nobody, {}, discount=discount)


def test_an_impatient_game_is_its_stage():
    game, profile, _ = separating(ag.grim)
    found = ag.verify(game, profile, discount=0)
    assert found.max_gain == pytest.approx(0.5, abs=1e-15)
    assert found.tolerance < 1e-10


def test_an_economic_tolerance_makes_an_epsilon_equilibrium():
    game = treaty_types(0.3, [0.25, 0.5, 0.25], observed="moves")
    found = ag.verify(game, LEAVING, discount=0.95, tolerance=0.01)
    assert (found.kind, found.tolerance) == ("epsilon", 0.01)
    # nobody can ask for less than what counts as zero
    least = ag.verify(game, LEAVING, discount=0.95, tolerance=0.0)
    assert least.tolerance == ag.verify(game, LEAVING, discount=0.95).tolerance > 0
    assert ag.verify(game, LEAVING, discount=0.95, tolerance=0.001).kind == "none"


@pytest.mark.parametrize("exact", [False, True])
def test_ties_are_the_actions_that_bring_as_much_and_that_nobody_takes(exact):
    # the content of A do not care, its tempted lose a half by the other action, and so does B
    payoffs = {"A": {"content": [[1, 0], [1, 0]], "tempted": [[1, 0], [0.5, 0]]}, "B": {"only": [[1, 0.5], [1, 0.5]]}}
    game = ag.BayesianGame.repeated(payoffs, prior={"A": {"content": 0.5, "tempted": 0.5}})
    stay = {"A": dict.fromkeys(("content", "tempted"), ag.always_comply), "B": ag.always_comply}
    found = ag.verify(game, stay, discount=Fraction(1, 2) if exact else 0.5, exact=exact)
    assert found.ok
    assert found.tied[:, [0, 1, 3]].tolist() == [[0, 0, 1]] * len(found.tied)
    assert len(found.tied) == len(set(found.tied[:, 2].tolist())) > 0
    # after a deployment all deploy, which is worth nothing: to comply is as good, at every node but the first
    punished = ag.verify(
        game, {"A": dict.fromkeys(("content", "tempted"), ag.grim), "B": ag.grim}, discount=found.discount, exact=exact
    )
    later = {int(node) for _, _, node, _ in punished.tied}
    assert later == set(range(1, punished.pairs))
    assert {(int(who), int(kind), int(action)) for who, kind, _, action in punished.tied} >= {(0, 0, 0)}
    assert set(punished.tied[:, 3].tolist()) == {0}
