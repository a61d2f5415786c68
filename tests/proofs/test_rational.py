"""Repaired multipliers on random games: rows balance, images are accepted, no known equilibrium lies outside."""

import json
from fractions import Fraction

import numpy as np
import pytest

import armsgame as ag
from armsgame._checks import as_law
from armsgame.proofs import check
from armsgame.proofs.rational import over_one, repaired_row
from armsgame.proofs.write import dynamic_data

UNIT, DEN = 2**10, 2**40


def random_data(rng, observed, discount):
    stages, laws = [], []
    for _ in range(2):
        stages.append(ag.StageGame.from_bimatrix(*rng.integers(-4, 5, size=(2, 2, 2))))
        laws.append(rng.dirichlet([1, 1], size=(2, 2)))
    game = ag.StochasticGame(stages, laws, observed=observed)
    return game, dynamic_data(game, game.dynamics(exact=True), Fraction(discount))[0]


def bound(data, state, h, a, row, levels):
    """Bound of a row from its definition."""
    d, pay = Fraction(data["discount"]["num"], data["discount"]["den"]), data["payoffs"]
    worth = [[Fraction(v, pay["den"]) for v in own] for own in pay["num"][state]]
    now = sum(Fraction(c, UNIT) * own[a] for c, own in zip(h, worth, strict=True))
    for i, b, m in row["mu"]:
        step = (2, 1)[i]
        now += Fraction(m, 2**60) * (worth[i][a] - worth[i][a + (b - a // step % 2) * step])
    full = data["laws"][state]["den"] * 2**60
    outcomes = sorted({(t, y) for law in data["laws"][state]["num"] for t, y, _ in law})
    return (1 - d) * now + d * sum(
        Fraction(n, full) * Fraction(levels[t][k], DEN)
        for (t, _), parts in zip(outcomes, row["lambda"], strict=True)
        for k, n in parts
    )


@pytest.mark.parametrize("observed", ["actions", "state"])
@pytest.mark.parametrize("seed", range(3))
def test_images_from_repaired_rows_are_accepted_and_contain_equilibria(seed, observed):
    rng = np.random.default_rng(seed)
    game, data = random_data(rng, observed, "2/5")
    angles = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -2), (-3, 1)]
    plane = [[a * UNIT, b * UNIT] for a, b in angles]
    directions = {"den": UNIT, "num": [plane, plane]}
    columns = [u for pay in data["payoffs"]["num"] for u in zip(*pay, strict=True)]
    top = [-(-max(a * u[0] + b * u[1] for u in columns) * DEN // data["payoffs"]["den"]) for a, b in angles]
    first, levels, steps = [top, top], [list(top), list(top)], []
    for _ in range(2):
        for s in range(2):
            for k, h in enumerate(plane):
                exact = [[Fraction(c, DEN) for c in row] for row in levels]
                rows = [{"at": [s, k, a], **repaired_row(data, s, h, a, exact, directions)} for a in range(4)]
                level = max(bound(data, s, h, row["at"][2], row, levels) for row in rows)
                level = int(-(-level * DEN // 1))
                if level < levels[s][k]:
                    levels[s][k] = level
                    steps.append({"y": [list(row) for row in levels], "rows": rows})
    witness = {"directions": directions, "multipliers": 2**60, "den": DEN, "levels": first, "steps": steps}
    claim = {"kind": "outer", "concludes": "set", "levels": {"den": DEN, "num": levels}}
    file = {"format": check.FORMAT, "claim": claim, "game": data, "witness": witness}
    assert check.verdict(json.dumps(file).encode())[0] == 0
    assert sum(map(sum, levels)) < sum(map(sum, first))
    # one unit less than what a step proves is not proved
    s, k, _ = steps[-1]["rows"][0]["at"]
    steps[-1]["y"][s][k] -= 1
    claim["levels"]["num"][s][k] -= 1
    assert check.verdict(json.dumps(file).encode())[0] == 1
    for equilibrium in ag.markov_perfect(game, discount=0.4):
        if equilibrium.pure:
            for s, values in enumerate(equilibrium.values):
                for (a, b), level in zip(angles, levels[s], strict=True):
                    assert a * values[0] + b * values[1] <= level / DEN + 1e-9


def test_a_law_that_was_changed_changes_no_other():
    first = as_law(np.array([0.1, 0.9]))
    first[0] = Fraction(1)
    assert as_law(np.array([0.1, 0.9])).tolist() == [Fraction(1, 10), Fraction(9, 10)]


def test_numbers_over_one_denominator_are_those_of_fractions():
    values = [[Fraction(1, 6), 2], [Fraction(-3, 4), 0.5]]
    assert over_one(values) == {"den": 12, "num": [[2, 24], [-9, 6]]}
