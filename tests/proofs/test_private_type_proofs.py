"""Proof files of profiles by type: every certified profile is proved, and nothing false is."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest
from slow_decision import DECIDE

import armsgame as ag
from armsgame.errors import NotSolved
from armsgame.proofs import check

TYPES = {"content": [[1, -0.5], [1.5, 0]], "tempted": [[1, -0.5], [2.5, 0]]}


def separating(prior, discount=0.5, monitoring=None):
    """The content use a grim trigger and the tempted deploy; the other side has one type."""
    payoffs = {"A": TYPES, "B": {"content": np.transpose(TYPES["content"]).tolist()}}
    game = ag.BayesianGame.repeated(payoffs, monitoring, {"A": {"content": prior, "tempted": 1 - prior}})
    profile = {"A": {"content": ag.grim, "tempted": ag.always_deploy}, "B": ag.grim}
    return ag.verify(game, profile, discount=discount)


def random_game(rng, kinds, seen):
    """A few periods of small payoffs, random automata of two states, and their play mended until nothing gains."""
    names = ["first", "second", *(["third"] if kinds < 3 else []), "over"]
    size = len(names)
    labels = [f"k{k}" for k in range(kinds)]
    ahead = [np.eye(size)[min(t + 1, size - 1)] for t in range(size)]
    signals = None
    if seen == "signals":
        law = rng.dirichlet(np.ones(2), (2, 2))
        signals = [np.einsum("aby,s->abys", law, row) for row in ahead]
    width = size * (4 if signals is None else 2)
    payoffs = {
        p: {k: [*rng.integers(-2, 3, (size - 1, 2, 2)).astype(float), np.zeros((2, 2))] for k in labels} for p in "AB"
    }
    prior = {p: dict(zip(labels, rng.dirichlet(np.ones(kinds)), strict=True)) for p in "AB"}
    if kinds > 1 and rng.random() < 0.3:
        prior["A"] = {k: float(k == "k0") for k in labels}
    rules = {p: {k: ({s: np.eye(2)[rng.integers(2, size=2)] for s in names}, {}) for k in labels} for p in "AB"}
    for p, k in product("AB", labels):
        rules[p][k][1].update({s: rng.integers(2, size=(2, width)) for s in names})
    mixed = {s: rng.dirichlet(np.ones(2), 2) for s in names}
    fixed = ag.Automaton(mixed, {s: rng.integers(2, size=(2, width)) for s in names})
    commitments = {"B": {"k0": fixed}} if kinds > 1 and rng.random() < 0.5 else None
    game = ag.BayesianGame.stochastic(
        payoffs,
        [np.tile(row, (2, 2, 1)) for row in ahead] if signals is None else None,
        prior,
        states=names,
        observed="actions" if signals is None else "state",
        signals=signals,
        commitments=commitments,
    )
    for _ in range(25):
        profile = {
            p: {k: ag.Automaton(*rules[p][k]) for k in labels if not (commitments and (p, k) == ("B", "k0"))}
            for p in "AB"
        }
        found = ag.verify(game, profile, discount=0.75)
        if found.kind != "none":
            break
        at, nodes = found.where, found._nodes
        column = (kinds if at.player == "B" else 0) + labels.index(at.type)
        state, q = names[int(nodes.state[at.node])], int(nodes.inner[at.node, column])
        acts = game.game.stages[names.index(state)].actions["AB".index(at.player)]
        rules[at.player][at.type][0][state][q] = np.eye(2)[list(acts).index(at.action)]
    return found


@pytest.mark.parametrize("seen", ["actions", "signals"])
@pytest.mark.parametrize("kinds", [1, 2, 3])
def test_every_certified_profile_of_random_games_is_proved(kinds, seen):
    rng = np.random.default_rng(kinds)
    proved = 0
    for _ in range(5 if kinds < 3 else 2):
        found = random_game(rng, kinds, seen)
        made = ag.proof(found)
        assert bool(made) == found.ok, (str(made), str(found))
        if made:
            proved += 1
            assert made.file["claim"]["epsilon"]["num"] == 0 or found.max_gain > 0
            assert check.verdict(made.text.encode())[0] == 0
            if kinds < 3:
                assert DECIDE["bayesian"](made.file, depth=4)
    assert proved


def test_the_prior_at_which_the_other_is_indifferent_is_proved_and_one_below_is_not():
    # compliance is worth p - (1 - p) / 4 against p 3 / 4 for deployment: p = 1 / 2
    made = separating(0.5).proof
    assert str(made) == (
        "proved: the profile by type is a perfect Bayesian equilibrium at discount 1/2, at all "
        f"{len(made.file['profile']['plan'])} nodes and all beliefs that histories lead to."
    )
    below = separating(0.5 - 2**-20)
    assert not below.ok
    assert "not certified" in str(below.proof)
    with pytest.raises(NotSolved, match="no proof to write"):
        below.save_proof("never.agp")


def test_a_proof_is_saved_from_a_certificate_and_from_an_equilibrium(tmp_path):
    found = separating(0.8)
    path = found.save_proof(tmp_path / "types.agp")
    assert check.verdict(path.read_bytes())[0] == 0
    own = ag.BayesianGame.repeated(
        {"A": TYPES, "B": {k: np.transpose(v).tolist() for k, v in TYPES.items()}},
        ag.Monitoring.detection(0.5, 0.01),
        {p: {"content": 0.7, "tempted": 0.3} for p in "AB"},
    )
    starts = {"peace": {p: dict.fromkeys(TYPES, ag.grim) for p in "AB"}, "war": (ag.always_deploy, ag.always_deploy)}
    equilibria = ag.bayesian_equilibria(own, discount=0.8, starts=starts)
    assert len(equilibria)
    for one in equilibria:
        place = one.save_proof(tmp_path / "equilibrium.agp")
        assert check.verdict(place.read_bytes())[0] == 0
        assert DECIDE["bayesian"](json.loads(place.read_text(encoding="utf-8")), depth=3)


def test_committed_types_and_types_of_prior_zero_are_in_the_file_and_not_tested():
    payoffs = {"A": TYPES, "B": {"content": np.transpose(TYPES["content"]).tolist()}}
    base = ag.BayesianGame.repeated(payoffs, prior={"A": [0.9, 0.1]}).game
    fixed = ag.Automaton([[0.5, 0.5]], [[0] * 4], signals=base)
    game = ag.BayesianGame.repeated(payoffs, prior={"A": [0.9, 0.1]}, commitments={"A": {"tempted": fixed}})
    found = ag.verify(game, {"A": {"content": ag.always_deploy}, "B": ag.always_deploy}, discount=0.5)
    assert found.ok
    file = ag.proof(found).file
    assert file["game"]["committed"] == [[1], []]
    told = copy.deepcopy(file)
    told["game"]["committed"] = [[], []]
    assert check.verdict(json.dumps(told).encode())[0] == 1
    never = ag.verify(
        ag.BayesianGame.repeated(payoffs, prior={"A": [1, 0]}),
        {"A": {"content": ag.always_deploy, "tempted": ag.always_comply}, "B": ag.always_deploy},
        discount=0.5,
    )
    assert never.ok
    assert never.proof
    many = ag.BayesianGame.repeated(
        {"A": {f"k{k}": TYPES["content"] for k in range(5)}, "B": payoffs["B"]}, prior={"A": [0.2] * 5}
    )
    answer = ag.verify(many, (ag.always_deploy, ag.always_deploy), discount=0.5).proof
    assert "at most 4" in str(answer)


def test_bounds_that_beliefs_may_leave_are_refused_and_wider_ones_only_if_nothing_gains_in_them():
    file = separating(0.5).proof.file
    about = file["witness"]["odds"][1]

    def told(change, path=()):
        other = copy.deepcopy(file)
        node = other["witness"]["odds"][1][0]
        node[path[0]][path[1]] = change
        return check.verdict(json.dumps(other).encode())

    assert about[0] == [[[1, 1], [1, 1]], [[1, 1], [1, 1]]]
    assert "prior is not within" in told([1, 2], (1, 0))[1]
    # a belief that the tempted are likelier than the prior says: the other would deploy
    code, text = told([2, 1], (1, 0))
    assert (code, "B, content, deploy: gain" in text) == (1, True), text
    # a belief that they are less likely does no harm
    assert told([2, 1], (0, 1))[0] == 0
    assert told([0, 0], (0, 1))[0] == 1
    other = copy.deepcopy(file)
    for place, box in enumerate(other["witness"]["odds"][1]):
        if box[1][0] == [0, 1]:
            # where the tempted are excluded, the bounds now exclude the content instead
            other["witness"]["odds"][1][place] = [[[1, 1], [0, 1]], [[1, 0], [1, 1]]]
    code, text = check.verdict(json.dumps(other).encode())
    assert (code, "beliefs may leave the odds" in text) == (1, True), text


@pytest.mark.parametrize("size", [2, 3, 4])
def test_corners_are_those_of_a_dense_search(size):
    """Against every way to make size - 1 of the constraints hold with equality, in fractions."""
    rng = np.random.default_rng(size)
    for _ in range(6 if size < 4 else 1):
        prices = [Fraction(int(v)) for v in rng.integers(1, 6, size)]
        box = [[[1, 1]] * size for _ in range(size)]
        for k, m in permutations(range(size), 2):
            ratio = prices[k] / prices[m] * Fraction(int(rng.integers(1, 4)), 1)
            box[k][m] = [ratio.numerator, ratio.denominator] if rng.random() < 0.8 else [1, 0]
        rows = [[Fraction(int(j == k)) for j in range(size)] for k in range(size)]
        for k, m in permutations(range(size), 2):
            c, d = box[k][m]
            rows.append([Fraction(c * (j == m) - d * (j == k)) for j in range(size)])
        wanted = set()
        for chosen in product(range(len(rows)), repeat=size - 1):
            if list(chosen) != sorted(set(chosen)):
                continue
            ray = null_ray([rows[r] for r in chosen], size)
            if ray is not None and all(sum(a * b for a, b in zip(row, ray, strict=True)) >= 0 for row in rows):
                wanted.add(tuple(ray))
        found = {tuple(Fraction(v, sum(b)) for v in b) for b in check.corners(box)}
        assert wanted <= found
        assert all(sum(a * b for a, b in zip(row, ray, strict=True)) >= 0 for row in rows for ray in found)


def null_ray(rows, size):
    """The belief at which the rows vanish, where there is one only."""
    from armsgame.proofs.rational import solved

    lines = [{j: v for j, v in enumerate(row) if v} for row in rows] + [{j: Fraction(1) for j in range(size)}]
    if any(not line for line in lines):
        return None
    try:
        return [v for (v,) in solved(lines, [[Fraction(int(k == size - 1))] for k in range(size)])]
    except ZeroDivisionError:
        return None
