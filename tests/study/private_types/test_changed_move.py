"""A changed move: nothing changes where the move does not, the display's closed form, the chain's own law, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame

INF = ag.load_scenario("inf")


@pytest.fixture(scope="module")
def path():
    return ag.studies.recorded_path(INF)


GAME = INF.bayesian_game("us_account")
LADDER = {p: ag.treaty.ladder_display for p in GAME.players}
# conduct alone parts the types: on the record's moves both do the same
OPEN = replace(ag.treaty.pretext, name="open", on_flag="silent", reply="offer")
PARTED = {"US": ag.treaty.ladder_display, "Russia": {"content": OPEN, "tempted": replace(OPEN, conduct="deploy")}}


def test_the_same_move_changes_nothing(path):
    found = ag.studies.changed_move(path, GAME, LADDER, move="ignore")
    np.testing.assert_array_equal(found.before, found.after)
    assert list(found.chances) == ["ignore | offer"]
    assert found.updated["ignore | offer"] == pytest.approx(dict(found.beliefs), abs=1e-12)


def test_a_display_updates_beliefs_by_the_closed_form(path):
    found = ag.studies.changed_move(path, GAME, PARTED)
    account = INF.perspective("us_account")
    violates = found.beliefs["Russia", "tempted"]
    assert 0 < violates < 1
    passed, failed = found.updated["accept | offer | pass"], found.updated["accept | offer | fail"]
    chance = violates * account.pass_violating + (1 - violates) * account.pass_compliant
    assert found.chances["accept | offer | pass"] == pytest.approx(chance, abs=1e-12)
    assert passed["Russia", "tempted"] == pytest.approx(violates * account.pass_violating / chance, abs=1e-12)
    assert failed["Russia", "tempted"] == pytest.approx(
        violates * (1 - account.pass_violating) / (1 - chance), abs=1e-12
    )
    mean = sum(p * found.updated[z]["Russia", "tempted"] for z, p in found.chances.items())
    assert mean == pytest.approx(violates, abs=1e-12)


def test_the_law_is_that_of_the_chain_from_the_next_state(path):
    found = ag.studies.changed_move(path, GAME, LADDER, move="notice", event="withdrawn", periods=6)
    assert (np.diff(found.after) >= -1e-15).all()
    notice = INF.treaty(regime=INF.asked_regime).notice_periods
    # notice at once: the treaty ends when its notice has run
    assert np.flatnonzero(found.after > 0.5)[0] == notice + 1
    assert found.after[-1] == pytest.approx(1)
    soon = ag.studies.changed_move(path, GAME, LADDER, move="notice", event="notice", periods=6)
    assert soon.after[1] == pytest.approx(1)


def test_it_prints_and_tabulates(path):
    found = ag.studies.changed_move(path, GAME, PARTED, periods=8)
    assert "accept" in str(found)
    assert found.to_frame()["probability"].iloc[1:].sum() == pytest.approx(1)
    assert found.difference[-1] == found.after[-1] - found.before[-1]


@pytest.mark.parametrize(
    ("options", "match"),
    [({"instead_of": "sing"}, "instead_of"), ({"move": "sing"}, "move"), ({"event": "x"}, "event")],
)
def test_what_does_not_fit_is_refused(path, options, match):
    with pytest.raises(InvalidGame, match=match):
        ag.studies.changed_move(path, GAME, LADDER, **options)
