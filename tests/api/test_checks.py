"""One place for what callers pass: Python's and NumPy's spellings, ranges, and rows of probabilities."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import armsgame as ag
from armsgame import _checks
from armsgame.errors import InvalidGame
from armsgame.games.private import PrivateMonitoring
from armsgame.treaty.parts.climate import Climate

STAGE = ag.StageGame.from_bimatrix([[2, 0], [3, 1]], [[2, 3], [0, 1]])
# its payoffs are the probabilities of the column player
SEEN = ag.StageGame.from_bimatrix([[1, 0], [1, 0]], [[0, 1], [0, 1]])


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3)], ids=repr)
def test_a_whole_number_is_one_in_every_spelling(value):
    found = _checks.check_whole("n", value)
    assert found == 3
    assert type(found) is int


@pytest.mark.parametrize("value", [True, np.bool_(True), 3.0, "3", None, [3], np.array([3]), np.float64(3)], ids=repr)
def test_nothing_else_is_a_whole_number(value):
    with pytest.raises(InvalidGame, match=r"^n is .*; allowed: a whole number of at least 1\."):
        _checks.check_whole("n", value)


@pytest.mark.parametrize(("value", "good"), [(0, False), (1, True), (5, True), (6, False)])
def test_both_ends_of_a_range_belong_to_it(value, good):
    if good:
        assert _checks.check_whole("n", value, 1, 5) == value
    else:
        with pytest.raises(InvalidGame, match="from 1 to 5"):
            _checks.check_whole("n", value, 1, 5)


@pytest.mark.parametrize("value", [0.5, np.float32(0.5), np.float64(0.5), np.array(0.5), Fraction(1, 2)], ids=repr)
def test_a_number_is_one_in_every_spelling(value):
    assert _checks.check_number("x", value, 0, 1) == 0.5
    assert _checks.check_probability("x", value) == 0.5
    assert _checks.check_discount(value) == 0.5
    assert _checks.check_level(value) == 0.5


@pytest.mark.parametrize("value", [True, np.True_, np.nan, np.inf, "0.5", None, [0.5], np.array([0.5]), 10**400])
def test_nothing_else_is_a_number(value):
    for check in (_checks.check_number, _checks.check_probability):
        with pytest.raises(InvalidGame, match=r"^x is "):
            check("x", value)
    with pytest.raises(InvalidGame, match=r"^discount is "):
        _checks.check_discount(value)


def test_a_fraction_stays_one_where_exact_answers_need_it():
    assert type(_checks.check_discount(Fraction(1, 3))) is Fraction
    assert type(_checks.check_probability("p", Fraction(1, 3))) is Fraction


def test_open_ends_are_said():
    for low, high, words in ((0, 1, "above 0 and below 1"), (0, np.inf, "above 0"), (-np.inf, 1, "below 1")):
        with pytest.raises(InvalidGame, match=f"a finite number {words}"):
            _checks.check_number("x", np.nan, low, high, open_low=True, open_high=True)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=5).filter(lambda row: sum(row) > 0.01))
def test_a_settled_row_is_a_law_and_settled_for_good(row):
    law = np.array(row) / sum(row)
    once, off = _checks.settle_rows(law)
    assert not off
    assert abs(once.sum() - 1) <= 1e-15 * len(row)
    assert (once >= 0).all()
    np.testing.assert_array_equal(_checks.settle_rows(once)[0], once)


def test_a_row_written_in_decimals_keeps_its_bits():
    row = np.array([0.1, 0.2, 0.7])
    np.testing.assert_array_equal(_checks.settle_rows(row)[0], row)


@pytest.mark.parametrize("row", [[0.5, 0.5 + 2e-9], [-2e-9, 1.0], [np.nan, 1.0], [0.4, 0.4], [np.inf, -np.inf]])
def test_a_row_beyond_the_tolerance_is_refused(row):
    assert _checks.settle_rows(np.array(row))[1]


def _kernel(row):
    return np.tile(np.array(row), (2, 2, 1))


ROWS = {
    "kernel": lambda row: ag.Monitoring.public(_kernel(row)).kernel(STAGE)[0],
    "transitions": lambda row: ag.StochasticGame([STAGE] * 2, [_kernel(row)] * 2).transitions[0][0, 0],
    "signals": lambda row: ag.StochasticGame([STAGE], signals=[_kernel(row)[..., None]]).signals[0][0, 0, :, 0],
    "kernel of private signals": lambda row: PrivateMonitoring(_kernel(row)[..., None]).kernel[0, 0, :, 0],
    "outputs": lambda row: ag.Automaton([row], [[0]]).outputs[0],
    "policies": lambda row: ag.markov.MarkovProfile(ag.RepeatedGame(STAGE), [[row], [row]]).policies[0][0],
    "profile": lambda row: ag.verify(SEEN, (row, row)).payoffs,
    "after": lambda row: _tree(row).chances[[1, 2]],
    "climate.law": lambda row: np.array(Climate(("calm", "tense"), (row, row)).law[0]),
    "start": lambda row: _checks.check_law("start", row, 2, "shares"),
}


def _tree(row):
    first, second = row
    return ag.ExtensiveGame(["one"], ag.Chance({"a": (first, (1,)), "b": (second, (2,))}))


@pytest.mark.parametrize("field", ROWS)
def test_every_constructor_settles_rows_by_the_one_rule(field):
    for row in ([0.25, 0.75], (0.25, 0.75), np.array([0.25, 0.75])):
        np.testing.assert_array_equal(ROWS[field](row), [0.25, 0.75])
    near = np.asarray(ROWS[field]([0.25, 0.75 + 8e-10]))
    assert near.sum() == pytest.approx(1, abs=1e-15)
    cut = np.asarray(ROWS[field]([-5e-10, 1.0]))
    assert cut.tolist() == [0.0, 1.0]


@pytest.mark.parametrize("field", ROWS)
@pytest.mark.parametrize("row", [[0.25, 0.75 + 2e-9], [-2e-9, 1.0], [np.nan, 1.0]], ids=["sum", "below", "nan"])
def test_every_constructor_refuses_other_rows_by_their_own_name(field, row):
    with pytest.raises(InvalidGame, match=field.partition(" ")[0]):
        ROWS[field](row)


@pytest.mark.parametrize(
    ("method", "field"), [(ag.methods.SupportEnumeration, "starts"), (ag.methods.LemkeHowson, "label")]
)
def test_methods_take_numpy_numbers(method, field):
    made = method(np.int64(4))
    assert made == method(4)
    assert type(getattr(made, field)) is int
    assert len(ag.suspend(np.int64(2)).on(ag.RepeatedGame(STAGE), 0).states) == 3


def test_labels_may_be_numpy_text():
    game = ag.StageGame(STAGE.payoffs, players=np.array(["US", "Russia"]), actions=np.array(["comply", "deploy"]))
    assert game.players == ("US", "Russia")
    assert type(game.players[0]) is str
    assert game.player(np.str_("Russia")) == game.player(np.int64(1)) == game.player(np.array(1)) == 1


@pytest.mark.parametrize("method", ["plane", "bracket", "states", "state bracket"])
def test_payoff_set_checks_its_discount_once(method, monkeypatch):
    """On its way to the programs a discount factor is checked at one place."""
    from armsgame.solve.payoff_sets import bracket, payoff_set

    seen = []

    def counted(discount):
        seen.append(discount)
        return _checks.check_discount(discount)

    for module in (payoff_set, bracket):
        monkeypatch.setattr(module, "check_discount", counted)
    game = ag.RepeatedGame(STAGE)
    if "state" in method:
        game = game.as_stochastic()
    how = ag.methods.LinearPrograms(directions=8) if "bracket" in method else None
    ag.payoff_set(game, discount=0.5, method=how, throw=False)
    assert seen == [0.5]


@pytest.mark.parametrize("parties", [["US", "Russia"], np.array(["US", "Russia"])], ids=["list", "array"])
def test_parties_of_a_treaty_are_labels_in_any_sequence(parties):
    assert ag.Treaty(parties=parties) == ag.Treaty(parties=("US", "Russia"))


def test_a_run_starts_where_numpy_says():
    treaty, pair = ag.Treaty(), (ag.treaty.exit_on_alarm,) * 2
    first = treaty.game().states[0]
    for start in (0, np.int64(0), np.array(0), np.str_(first)):
        run = ag.simulate(treaty, pair, discount=0.9, periods=3, paths=2, rng=1, start=start)
        assert run.provenance["inputs"] == f"start {start}"
