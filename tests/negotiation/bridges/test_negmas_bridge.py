import enum
import sys
import types

import numpy as np
import pytest
from shared_pies import given, pie

from armsgame.errors import InvalidGame
from armsgame.negotiation import (
    AlternatingOffers,
    boulware,
    conceder,
    from_negmas,
    hardliner,
    linear,
    negmas_session,
    negotiate_sessions,
    random_negotiator,
    reciprocal,
    relative_tit_for_tat,
    sincere,
    to_negmas,
)


class Response(enum.Enum):
    """Answers of the stand-in."""

    ACCEPT_OFFER = 0
    REJECT_OFFER = 1


class Utility(dict):
    """Utility function of the stand-in: a table."""

    def __init__(self, table, outcomes, reserved_value):
        super().__init__(table)
        assert set(outcomes) == set(table)
        self.reserved_value = reserved_value

    def __call__(self, outcome):
        return self[outcome]


class Negotiator:
    """Base of the stand-in's negotiators."""

    def __init__(self, name):
        self.name = name


class Table:
    """The stacked alternating offers of NegMAS: one answer and one offer per step."""

    def __init__(self, outcomes, n_steps, one_offer_per_step):
        assert one_offer_per_step
        self.outcomes, self.n_steps, self.seats, self.agreement = outcomes, n_steps, [], None

    def add(self, seat, ufun):
        self.seats.append((seat, ufun))

    def run(self):
        state = types.SimpleNamespace(current_offer=None)
        for step in range(self.n_steps):
            seat = self.seats[step % 2][0]
            if step > 0 and seat.respond(state) is Response.ACCEPT_OFFER:
                self.agreement = state.current_offer
                return
            state.current_offer = seat.propose(state)


@pytest.fixture
def peer(monkeypatch):
    """A stand-in with the parts of NegMAS that the bridge calls; the package itself is met in the benchmarks."""
    sao = types.ModuleType("negmas.sao")
    sao.SAOMechanism, sao.SAONegotiator, sao.ResponseType = Table, Negotiator, Response
    whole = types.ModuleType("negmas")
    whole.sao, whole.preferences = sao, types.SimpleNamespace(MappingUtilityFunction=Utility)
    monkeypatch.setitem(sys.modules, "negmas", whole)
    monkeypatch.setitem(sys.modules, "negmas.sao", sao)


@pytest.mark.usefixtures("peer")
@pytest.mark.parametrize("first", [0, 1])
def test_negotiators_do_at_the_other_table_what_they_do_here(first):
    rules = [boulware(), linear(), conceder(reserve=0.2), reciprocal(), relative_tit_for_tat(), sincere(), hardliner()]
    values = given(np.random.default_rng(1).random((7, 2)), self_enforcing=[1, 1, 0, 1, 1, 1, 1])
    for rounds in (1, 4, 9):
        protocol = AlternatingOffers((1.0, 1.0), rounds=rounds, first=first)
        for one in rules:
            for two in rules:
                table = negmas_session(values, protocol, one, two)
                table.run()
                here = int(negotiate_sessions(values, protocol, one, two, sessions=1).bundle[0])
                assert (-1 if table.agreement is None else table.agreement[0]) == here, (one.name, two.name)


@pytest.mark.usefixtures("peer")
def test_a_rule_that_draws_does_so_from_its_seed():
    protocol = AlternatingOffers((1.0, 1.0), rounds=6)
    ends = []
    for seed in (3, 3, *range(4, 12)):
        table = negmas_session(pie(50), protocol, random_negotiator(), random_negotiator(), rng=seed)
        table.run()
        ends.append(table.agreement)
    assert ends[0] == ends[1]
    assert len(set(ends)) > 1


@pytest.mark.usefixtures("peer")
def test_utilities_go_there_and_back():
    values = given([(1, 6), (3, 5), (9, 9), (6, 1)], disagreement=(0.5, 0.25), self_enforcing=[1, 1, 0, 1])
    outcomes, utilities = to_negmas(values)
    assert outcomes == [(0,), (1,), (3,)]
    back = from_negmas(utilities, outcomes)
    np.testing.assert_array_equal(back.values, values.values[[0, 1, 3]])
    np.testing.assert_array_equal(back.disagreement, values.disagreement)
    assert "assumption: utilities are given" in str(back)


def test_combinations_that_are_no_outcome_cannot_be_signed():
    outcomes = [("low", 1), ("low", 2), ("high", 1)]
    found = from_negmas((lambda o: o[1], lambda o: -o[1]), outcomes, issues=("level", "price"))
    assert found.self_enforcing.tolist() == [True, True, True, False]
    assert found.label(2) == "level high, price 1"


def test_without_the_package_the_next_step_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "negmas", None)
    with pytest.raises(ImportError, match="pip install negmas"):
        to_negmas(pie(2))


@pytest.mark.usefixtures("peer")
@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(lambda: from_negmas((1, 2), [(0,)]), "two utility functions", id="utilities"),
        pytest.param(lambda: from_negmas((len, len), []), "at least one", id="outcomes"),
        pytest.param(lambda: from_negmas((len, len), [(0,), (1, 2)]), "one level per issue", id="ragged"),
        pytest.param(lambda: from_negmas((len, len), [(0,), (1,)], issues=("a", "b")), "1 names", id="issues"),
        pytest.param(
            lambda: negmas_session(pie(2), AlternatingOffers((1, 1), rounds=2, breakdown=0.5), linear(), linear()),
            "breakdown=0", id="risk",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_refused(call, words):
    with pytest.raises(InvalidGame, match=words):
        call()
