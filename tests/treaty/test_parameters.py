"""The parameter dictionary: complete fields, sane ranges, and defaults that the treaty uses."""

from __future__ import annotations

from dataclasses import fields

import pytest

import armsgame as ag
from armsgame.treaty.treaty import Party, Treaty

TABLE = ag.treaty.parameters


@pytest.mark.parametrize("name", list(TABLE))
def test_every_parameter_says_what_it_is_and_allows_its_default(name):
    entry = TABLE[name]
    assert entry.symbol
    assert entry.meaning
    assert entry.unit
    assert entry.source
    low, high = entry.valid
    assert low < high
    values = entry.default if isinstance(entry.default, tuple) else (entry.default,)
    assert all(v is None or entry.allows(v) for v in values)
    if entry.sweep is not None:
        assert low <= entry.sweep[0] <= entry.sweep[1] <= high


@pytest.mark.parametrize("entry", [*fields(Party), *fields(Treaty)], ids=lambda f: f.name)
def test_treaty_defaults_are_those_of_the_dictionary(entry):
    if entry.name in TABLE:
        assert entry.default == TABLE[entry.name].default


def test_a_bare_treaty_uses_what_the_dictionary_prints():
    treaty = Treaty()
    for own in (treaty, *treaty.parameters):
        stated = {n: TABLE[n].default for n in TABLE if hasattr(own, n)}
        assert {n: getattr(own, n) for n in stated} == stated
    assert TABLE["outside_option"].default == TABLE["transparency_cost"].default == 0


@pytest.mark.parametrize("entry", fields(Party), ids=lambda f: f.name)
def test_every_parameter_of_a_party_is_in_the_dictionary(entry):
    assert entry.name in TABLE


def test_ranges_are_enforced_at_their_open_ends():
    assert TABLE["discount"].allows(0)
    assert not TABLE["discount"].allows(1)
    assert not TABLE["period_days"].allows(0)
    assert not TABLE["detection"].allows(float("nan"))
    assert not TABLE["detection"].allows(True)


def test_an_unknown_parameter_is_answered_with_close_names():
    with pytest.raises(ag.errors.InvalidGame, match="detection"):
        TABLE["detektion"]
