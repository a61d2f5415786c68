"""What every part inherits: ranges of its parameters up to their ends, and hooks that change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from armsgame.errors import InvalidGame
from armsgame.treaty.parts.base import Part, named_parties, parameter, party_sets
from armsgame.treaty.status import Status

AGREED = SimpleNamespace(parties=("A", "B"))


@dataclass(frozen=True)
class Toll(Part):
    """A toll that is paid at a gate.

    More of it.
    """

    name = "toll"
    share: float = parameter(0.5, "share that pays", "1", low=0.25, high=1.0)
    gates: int = parameter(2, "gates", "gates", low=1)
    open: bool = parameter(False, "whether it is open", "yes or no")
    rate: tuple[float, float] = parameter((0.0, 1.0), "rate", "per period", per_party=True)
    price: float = parameter(3.0, "price", "payoff", payoff=True)
    note: str = "no parameter"


def test_ends_of_a_range_are_within_it_and_what_is_beyond_is_refused_by_name():
    for share in (0.25, 1.0, 1):
        assert Toll(share=share).share == share
    for share in (0.24999, 1.00001, float("nan"), float("inf"), "0.5", True, None):
        with pytest.raises(InvalidGame, match=r"toll\.share .*finite number with 0\.25 <= share <= 1"):
            Toll(share=share)
    for gates in (1, 10**9, 3.0):
        assert Toll(gates=gates).gates == gates
    for gates in (0, -1, 1.5):
        with pytest.raises(InvalidGame, match=r"toll\.gates .*whole number with 1 <= gates") as told:
            Toll(gates=gates)
        # a range without an upper end names none
        assert "inf" not in str(told.value)
    assert Toll(open=True).open is True
    with pytest.raises(InvalidGame, match=r"toll\.open"):
        Toll(open=1)
    # a field that is no parameter is not checked
    assert Toll(note=5).note == 5


def test_one_number_stands_for_both_parties_and_two_for_one_each():
    assert Toll().rate == (0.0, 1.0)
    assert Toll(rate=0.5).rate == (0.5, 0.5)
    assert Toll(rate=(0.5,)).rate == (0.5, 0.5)
    # the price of a payoff has a value for each party, whether or not that is said
    assert Toll().price == (3.0, 3.0)
    assert Toll(price=(1.0, 2.0)).prices() == {"price": (1.0, 2.0)}
    for wrong in ((), (1.0, 2.0, 3.0)):
        with pytest.raises(InvalidGame, match=r"toll\.rate .*one number for each party"):
            Toll(rate=wrong)
    # the second is checked too
    with pytest.raises(InvalidGame, match=r"toll\.rate"):
        Toll(rate=(1.0, -1.0))
    with pytest.raises(InvalidGame, match=r"toll\.share .*the same for both"):
        Toll(share=(0.5, 0.5))


def test_swapping_turns_what_each_party_has_and_nothing_else():
    toll = Toll(share=0.75, rate=(0.1, 0.2), price=(1.0, 2.0))
    assert toll.swapped == Toll(share=0.75, rate=(0.2, 0.1), price=(2.0, 1.0))
    assert toll.swapped.swapped == toll


def test_hooks_left_alone_change_nothing():
    part, core = Toll(), Status("in_force")
    profile = (("comply", "silent"), ("deploy", "notice"))
    assert part.conditions(AGREED, core) == ("",)
    assert part.count(AGREED, core) == 1
    assert part.actions(AGREED, core, 0, profile) == profile
    assert part.effects(AGREED, core, profile) == ((profile, 1.0),)
    assert part.alarms(AGREED, core, profile, (0.1, 0.2)) == (0.1, 0.2)
    assert part.seen(profile[0]) == profile[0]
    assert part.moves_on(AGREED, core, profile, [(core, 1.0)]) == [(core, 1.0)]
    assert part.next(AGREED, core, profile, core) == (("", 1.0),)
    assert dict(part.pay(AGREED, core, profile, 0, {"reward": 1.0})) == {}
    assert part.happens("any", AGREED, core, profile, core) is False


def test_a_condition_is_kept_as_long_as_it_exists_and_else_starts_anew():
    class Lamp(Part):
        name = "lamp"

        def conditions(self, _treaty, status):
            return ("dark", "red", "green") if status.phase == "in_force" else ("off", "red")

    lamp = Lamp()
    for now, phase, after in (("red", "over", "red"), ("green", "over", "off"), ("green", "in_force", "green")):
        status = SimpleNamespace(condition={"lamp": now}.get)
        assert lamp.next(AGREED, status, (), SimpleNamespace(phase=phase)) == ((after, 1.0),)
    assert lamp.count(AGREED, SimpleNamespace(phase="in_force")) == 3


def test_conditions_that_name_parties():
    assert party_sets(AGREED) == ("none", "A", "B", "both")
    assert [named_parties(AGREED, value) for value in party_sets(AGREED)] == [
        (False, False), (True, False), (False, True), (True, True)
    ]  # fmt: skip


def test_parameters_are_told_with_their_unit_and_two_values_only_where_they_differ():
    head, *lines = Toll(price=(1.0, 2.5), rate=0.125).explain(("A", "B"))
    assert head == "toll: A toll that is paid at a gate."
    told = {line.split()[0]: line for line in lines}
    assert list(told) == ["share", "gates", "open", "rate", "price"]
    assert "1 / 2.5" in told["price"]
    assert "0.125  " in told["rate"]
    assert "/ 0.125" not in told["rate"]
    assert "False" in told["open"]
    assert told["gates"].endswith("gates (gates) [assumption]")
