"""Writing a game in another way leaves the verdict of its proofs; the proof of one game is refused for another."""

import json

import numpy as np
import pytest

import armsgame as ag
from armsgame.negotiation import OneStatus, Terms, inspection_quota, value_of_terms
from armsgame.proofs.check import verdict
from armsgame.results.markov_profile import MarkovProfile
from armsgame.solve.markov.zero_sum import zero_sum_value


def random_game(rng, *, zero=False, states=2):
    stages = []
    for _ in range(states):
        one, two = rng.integers(-5, 6, size=(2, 2, 3))
        stages.append(ag.StageGame.from_bimatrix(one, -one if zero else two))
    return ag.StochasticGame(stages, [rng.dirichlet(np.ones(states), size=(2, 3)) for _ in range(states)])


def rebuilt(game, pays=None, laws=None, actions=None, players=None):
    """The game with other payoffs [P, A, B], laws and labels per state."""
    pays = [s.payoffs for s in game.stages] if pays is None else pays
    actions = [s.actions for s in game.stages] if actions is None else actions
    players = game.players if players is None else players
    stages = [ag.StageGame(p, players=players, actions=a) for p, a in zip(pays, actions, strict=True)]
    return ag.StochasticGame(stages, game.transitions if laws is None else laws)


def swapped(game, rows):
    pays = [s.payoffs[::-1].swapaxes(1, 2) for s in game.stages]
    laws = [law.swapaxes(0, 1) for law in game.transitions]
    actions = [s.actions[::-1] for s in game.stages]
    return rebuilt(game, pays, laws, actions, game.players[::-1]), rows[::-1]


def affine(game, rows):
    """Another unit and another zero for each party, the same in every state; zero sums stay zero sums."""
    zero = all(np.abs(s.payoffs.sum(axis=0)).max() == 0 for s in game.stages)
    unit, base = np.array([2.5, 2.5 if zero else 0.125]), np.array([-7.0, 7.0])
    return rebuilt(game, [s.payoffs * unit[:, None, None] + base[:, None, None] for s in game.stages]), rows


def relabelled(game, rows):
    """The first party's actions in the other order, the second's in a circle, all with new names."""
    pays = [s.payoffs[:, ::-1][:, :, [2, 0, 1]] for s in game.stages]
    laws = [law[::-1][:, [2, 0, 1]] for law in game.transitions]
    actions = [(("up", "down"), ("x", "y", "z"))] * len(pays)
    return rebuilt(game, pays, laws, actions), [rows[0][:, ::-1], rows[1][:, [2, 0, 1]]]


def split(game, rows):
    """The last state is two copies; whoever moves there comes to either by chance."""
    laws = [np.concatenate([law[..., :-1], law[..., -1:] * 0.25, law[..., -1:] * 0.75], -1) for law in game.transitions]
    wide = ag.StochasticGame([*game.stages, game.stages[-1]], [*laws, laws[-1]])
    return wide, [np.concatenate([own, own[-1:]]) for own in rows]


CHANGES = [swapped, affine, relabelled, split]


def proved(result, **options):
    found = ag.proof(result, **options)
    assert found, str(found)
    assert verdict(found.text.encode())[0] == 0
    return found.file


@pytest.mark.parametrize("change", CHANGES)
def test_profiles_keep_their_verdict(change):
    rng, kinds = np.random.default_rng(1), set()
    while len(kinds) < 2 or rng.random() < 0.8:
        game = random_game(rng)
        rows = [np.eye(n)[rng.integers(n, size=2)] for n in (2, 3)]
        if rng.random() < 0.5:
            found = ag.markov_perfect(game, discount=0.5)
            rows = next((list(one.policies) for one in found if one.pure), rows)
        kind = []
        for some, own in ((game, rows), change(game, rows)):
            file = proved(ag.verify(some, MarkovProfile(some, own), discount=0.5))
            kind.append((file["claim"]["kind"], file["claim"]["epsilon"]["num"]))
        assert kind[0] == kind[1]
        kinds.add(kind[0][0])
    assert kinds == {"perfect", "refused"}


@pytest.mark.parametrize("change", CHANGES)
def test_values_of_zero_sum_games_keep_their_proof(change):
    rng = np.random.default_rng(2)
    for _ in range(3):
        game = random_game(rng, zero=True)
        rows = [np.full((2, n), 1 / n) for n in (2, 3)]
        for some in (game, change(game, rows)[0]):
            assert proved(zero_sum_value(some, discount=0.75))["claim"]["kind"] == "zero_sum"


@pytest.mark.parametrize("change", [swapped, affine, relabelled])
def test_payoff_sets_keep_their_proofs(change):
    rng, seen = np.random.default_rng(6), set()
    for _ in range(4):
        game = random_game(rng, states=1)
        rows = [np.eye(n)[[0]] for n in (2, 3)]
        told = []
        for some in (game, change(game, rows)[0]):
            found = ag.payoff_set(some.as_repeated(), discount=0.6, throw=False)
            told.append(proved(found)["claim"]["concludes"])
            if told[-1] == "set":
                assert proved(found, inner=True)["claim"]["kind"] == "inner"
        assert told[0] == told[1]
        seen.add(told[0])
    assert "set" in seen


@pytest.mark.parametrize("change", [swapped, affine, relabelled])
def test_one_shot_equilibria_keep_their_proofs(change):
    rng = np.random.default_rng(3)
    for _ in range(4):
        game = random_game(rng, states=1)
        other = change(game, [np.eye(n)[[0]] for n in (2, 3)])[0]
        counts = [sum(bool(proved(one)) for one in ag.nash(some.stages[0])) for some in (game, other)]
        assert counts[0] == counts[1] > 0
        for some in (game, other):
            assert proved(ag.correlated(some.stages[0]))["claim"]["epsilon"]["num"] == 0


def test_bundles_of_terms_keep_their_proofs_when_parties_change_places():
    treaty = ag.Treaty().replace(detection={"US": 0.05, "Russia": 0.03}, false_alarm=0.005, temptation={"US": 1.6})
    space = Terms([inspection_quota((0, 1, 4))])
    one, two = (value_of_terms(t, space, discount=0.95, selection=OneStatus()) for t in (treaty, treaty.swapped))
    np.testing.assert_array_equal(one.self_enforcing, two.self_enforcing)
    for n in np.flatnonzero(one.self_enforcing).tolist():
        box, other = (proved(v, bundle=n)["claim"]["values"] for v in (one, two))
        assert box["den"] == other["den"]
        assert box["lower"] == [row[::-1] for row in other["lower"]]


def files():
    rng = np.random.default_rng(12)
    game, other = random_game(rng), random_game(rng)
    zero, nought = random_game(rng, zero=True), random_game(rng, zero=True)

    def pure(some):
        rows = [np.eye(n)[[0, 1]] for n in (2, 3)]
        return ag.verify(some, MarkovProfile(some, rows), discount=0.5)

    dilemmas = [ag.RepeatedGame(ag.treaty.compliance(temptation=t, reward=3, punishment=1, sucker=0)) for t in (5, 9)]
    grim = [ag.verify(g, (ag.grim, ag.grim), discount=0.6) for g in dilemmas]
    sets = [ag.payoff_set(g, discount=0.6) for g in dilemmas]
    space = Terms([inspection_quota((1, 4))])
    worth = [
        value_of_terms(
            ag.Treaty().replace(detection=0.05, false_alarm=0.005, reward=r),
            space,
            discount=0.95,
            selection=OneStatus(),
        )
        for r in (1.0, 0.9)
    ]
    return {
        "refused": [(pure(g), {}) for g in (game, other)],
        "zero_sum": [(zero_sum_value(g, discount=0.75), {}) for g in (zero, nought)],
        "nash": [(ag.nash(g.stages[0])[0], {}) for g in (game, other)],
        "correlated": [(ag.correlated(g.stages[0]), {}) for g in (game, other)],
        "perfect": [(g, {}) for g in grim],
        "outer": [(g, {}) for g in sets],
        "inner": [(g, {"inner": True}) for g in sets],
        "threshold": [(ag.critical_discount(g, (ag.grim, ag.grim), exact=True), {}) for g in dilemmas],
        "terms": [(v, {}) for v in worth],
    }


def test_a_proof_of_one_game_is_refused_for_another():
    for kind, ((one, options), (two, others)) in files().items():
        first, second = proved(one, **options), proved(two, **others)
        assert kind in ("terms", first["claim"]["kind"])
        assert first["game"] != second["game"]
        pairs = [(first, second["game"]), (second, first["game"])]
        # the outer set of the game with the larger temptation bounds the other one's as well: that is true of both
        for file, game in pairs[: 1 if kind == "outer" else 2]:
            code, text = verdict(json.dumps({**file, "game": game}).encode())
            assert code in (1, 2), (kind, text)
