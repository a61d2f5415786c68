"""The default treaty with private types, and numbers that two independent programs gave."""

import json
from functools import cache
from pathlib import Path

import pytest

import armsgame as ag

CHANGES = {"content": {}, "tempted": {"temptation": 2.5}, "wants_out": {"outside_option": 1.3}}
NUMBERS = json.loads((Path(__file__).parent / "numbers.json").read_text(encoding="utf-8"))


@cache
def _typed(detection, types, concealment_cost, standing):
    treaty = ag.Treaty().replace(detection=detection, concealment_cost=concealment_cost, standing=standing)
    own = {kind: CHANGES[kind] for kind in types}
    even = [1 / len(types)] * len(types)
    return treaty.with_types(dict.fromkeys(treaty.parties, own), [even, even])


def inf(detection, types=("content", "tempted", "wants_out"), prior=None, concealment_cost=0.0, standing=0.0):
    game = _typed(detection, tuple(types), concealment_cost, standing)
    return game if prior is None else game.with_prior(prior)


@pytest.fixture(name="inf")
def _inf():
    return inf
