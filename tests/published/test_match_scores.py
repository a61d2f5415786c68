"""Total scores of noise-free matches of 200 turns, T, R, P, S = 5, 3, 1, 0 (Axelrod library 4.14)."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

GAME = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
# action in each state (0 cooperates), and the next state after the other's action 0 or 1; state 0 is the first
MACHINES = {
    "Cooperator": ([0], [[0, 0]]),
    "Defector": ([1], [[0, 0]]),
    "Tit For Tat": ([0, 1], [[0, 1], [0, 1]]),
    "Grudger": ([0, 1], [[0, 1], [1, 1]]),
    "Win-Stay Lose-Shift": ([0, 1], [[0, 1], [1, 0]]),
    "Alternator": ([0, 1], [[1, 1], [0, 0]]),
    "Tit For 2 Tats": ([0, 0, 1], [[0, 1], [0, 2], [0, 2]]),
    "Suspicious Tit For Tat": ([1, 0], [[1, 0], [1, 0]]),
    "Bully": ([1, 0], [[0, 1], [0, 1]]),
    "Anti Tit For Tat": ([0, 1], [[1, 0], [1, 0]]),
}
SCORES = {
    "Defector": {
        "Cooperator": (1000, 0),
        "Defector": (200, 200),
        "Tit For Tat": (204, 199),
        "Grudger": (204, 199),
        "Win-Stay Lose-Shift": (600, 100),
        "Alternator": (600, 100),
        "Tit For 2 Tats": (208, 198),
        "Suspicious Tit For Tat": (200, 200),
        "Bully": (996, 1),
        "Anti Tit For Tat": (1000, 0),
    },
    "Grudger": {
        "Cooperator": (600, 600),
        "Defector": (199, 204),
        "Tit For Tat": (600, 600),
        "Grudger": (600, 600),
        "Win-Stay Lose-Shift": (600, 600),
        "Alternator": (597, 107),
        "Tit For 2 Tats": (600, 600),
        "Suspicious Tit For Tat": (203, 203),
        "Bully": (991, 6),
        "Anti Tit For Tat": (989, 9),
    },
    "Alternator": {
        "Cooperator": (800, 300),
        "Defector": (100, 600),
        "Tit For Tat": (503, 498),
        "Grudger": (107, 597),
        "Win-Stay Lose-Shift": (450, 450),
        "Alternator": (400, 400),
        "Tit For 2 Tats": (800, 300),
        "Suspicious Tit For Tat": (500, 500),
        "Bully": (397, 402),
        "Anti Tit For Tat": (400, 400),
    },
    "Suspicious Tit For Tat": {
        "Cooperator": (602, 597),
        "Defector": (200, 200),
        "Tit For Tat": (500, 500),
        "Grudger": (203, 203),
        "Win-Stay Lose-Shift": (401, 401),
        "Alternator": (500, 500),
        "Tit For 2 Tats": (602, 597),
        "Suspicious Tit For Tat": (200, 200),
        "Bully": (450, 450),
        "Anti Tit For Tat": (450, 450),
    },
    "Anti Tit For Tat": {
        "Cooperator": (998, 3),
        "Defector": (0, 1000),
        "Tit For Tat": (450, 450),
        "Grudger": (9, 989),
        "Win-Stay Lose-Shift": (602, 267),
        "Alternator": (400, 400),
        "Tit For 2 Tats": (560, 360),
        "Suspicious Tit For Tat": (450, 450),
        "Bully": (0, 1000),
        "Anti Tit For Tat": (400, 400),
    },
}


def _machine(name, player):
    acts, ahead = MACHINES[name]
    other = [p % 2 if player == 0 else p // 2 for p in range(4)]
    return ag.Automaton(np.eye(2)[acts], np.array(ahead)[:, other])


@pytest.mark.parametrize("row", SCORES)
def test_certain_matches_add_up_to_the_published_scores(row):
    for column, scores in SCORES[row].items():
        pair = (_machine(row, 0), _machine(column, 1))
        run = ag.simulate(GAME, pair, discount=0.5, periods=200, paths=1, keep=True, rng=0)
        assert tuple(GAME.stage.payoffs.reshape(2, 4)[:, run.profiles[0]].sum(axis=1)) == scores, column
