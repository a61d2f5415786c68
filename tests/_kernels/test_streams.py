"""Streams are uniform, unpredictable from each other, and those of the published generator."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import armsgame as ag
from armsgame._kernels.streams import LANES, first_words, philox, round_keys, words_of


def _words(key, paths, ticks, stream=0):
    """Words [paths, periods] as the kernels read them."""
    keys = round_keys(np.uint64(key))
    m = np.zeros(5 * LANES, np.uint64)
    out = np.empty((paths, 4 * ticks), np.uint64)
    for base in range(0, paths, LANES):
        m[4 * LANES :] = np.arange(base, base + LANES)
        for tick in range(ticks):
            words_of(np.uint64(tick), np.uint64(stream), m, keys)
            out[base : base + LANES, 4 * tick : 4 * tick + 4] = m[: 4 * LANES].reshape(4, LANES).T
    return out


def test_lanes_give_the_scalar_generator():
    key = 0x0123456789ABCDEF
    keys = round_keys(np.uint64(key))
    words = _words(key, 2 * LANES, 3, stream=2)
    for path, tick in ((0, 0), (65, 1), (127, 2)):
        exact = philox(np.uint64(tick), np.uint64(2), np.uint64(path), np.uint64(0), keys)
        assert words[path, 4 * tick : 4 * tick + 4].tolist() == [int(w) for w in exact]
    assert first_words(np.uint64(2), np.arange(128, dtype=np.uint64), np.uint64(key)).tolist() == words[:, 0].tolist()


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [  # Salmon et al. 2011, known answers of Random123
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
    ids=["zeros", "pi"],
)
def test_known_answers(counter, key, words):
    keys = round_keys(np.uint64(key[0] | key[1] << 32))
    assert tuple(int(w) for w in philox(*(np.uint64(c) for c in counter), keys)) == words


def test_words_are_uniform_and_serially_independent_in_every_direction():
    u = _words(99, 1024, 32) / 2.0**32
    assert stats.chisquare(np.histogram(u, 64, (0, 1))[0]).pvalue > 1e-4
    others = {
        "next period": (u[:, :-1], u[:, 1:]),
        "next path": (u[:-1], u[1:]),
        "next seed": (u, _words(100, 1024, 32) / 2.0**32),
        "other stream": (u, _words(99, 1024, 32, stream=1) / 2.0**32),
    }
    for name, (a, b) in others.items():
        table = np.histogram2d(a.ravel(), b.ravel(), 8, ((0, 1), (0, 1)))[0]
        assert stats.chisquare(table.ravel()).pvalue > 1e-4, name
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 4.5 / np.sqrt(a.size), name


def test_payoffs_of_neighbouring_paths_and_seeds_are_uncorrelated():
    game = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
    pair = (ag.Automaton.memory_one(0.9, 0.2, 0.7, 0.1), ag.Automaton.memory_one(0.8, 0.4, 0.6, 0.3))
    runs = [ag.simulate(game, pair, discount=0.9, periods=25, paths=20_000, rng=r).payoffs[:, 0] for r in (1, 2)]
    for a, b in ((runs[0][:-1], runs[0][1:]), (runs[0], runs[1])):
        assert abs(np.corrcoef(a, b)[0, 1]) < 4.5 / np.sqrt(len(a))
