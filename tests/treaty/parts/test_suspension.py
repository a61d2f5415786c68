"""Suspended obligations: the older game without them, grounds and costs, alarms, mirrors, and what standing decides."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

import armsgame as ag
from armsgame import _cost

P = ag.treaty.parts
CORE = ag.Treaty(demand=False)
PART = P.Suspension()
LADDERS = ag.treaty.SUSPENSION_LADDERS


def test_where_nobody_suspends_every_bit_is_that_of_the_older_game():
    plain, game = ag.Treaty().game("moves"), ag.Treaty(parts=(PART,)).game("moves")
    for label, stage, kernel in zip(plain.states, plain.stages, plain.signals, strict=True):
        at = game.states.index(label if label == "withdrawn" else f"{label} | suspension: none")
        wide = game.stages[at]
        rows = np.ix_(*([wide.actions[i].index(a) for a in stage.actions[i]] for i in (0, 1)))
        assert np.array_equal(wide.payoffs[0][rows], stage.payoffs[0])
        assert np.array_equal(wide.payoffs[1][rows], stage.payoffs[1])
        heard = [game.signal_labels.index(y) for y in plain.signal_labels]
        ahead = [game.states.index(s if s == "withdrawn" else f"{s} | suspension: none") for s in plain.states]
        assert np.array_equal(game.signals[at][rows][:, :, heard][..., ahead], kernel)


def test_only_a_party_with_grounds_suspends_for_nothing():
    treaty = ag.Treaty(parts=(PART,))
    _, arrays = treaty.basis()
    profiles = [(s, p) for s in treaty.statuses() for p in product(treaty.moves(s, 0), treaty.moves(s, 1))]
    free = {True: 0, False: 0}
    for at, (status, profile) in enumerate(profiles):
        for i in (0, 1):
            if profile[i][1] == "suspend":
                by = status.condition("suspension")
                grounds = status.kind != "in_force" or status.flags[1 - i] or by == treaty.parties[1 - i]
                assert arrays["exit_cost_unprovoked"][i, at] == -(not grounds)
                free[grounds] += 1
    assert min(free.values()) > 50


def test_no_alarm_is_raised_about_a_suspended_party_and_the_other_stays_bound():
    game = CORE.replace(parts=(PART, P.Verification(budget=1))).replace(notice=False).game()
    at = game.states.index("in_force, none | suspension: US | verification: 1-1")
    stage, law = game.stages[at], game.transitions[at]
    acts = [stage.actions[i].index(a) for i, a in enumerate(("deploy, silent", "deploy, silent, inspect"))]
    raised = {flag: law[tuple(acts)][[s.startswith(f"in_force, {flag} ") for s in game.states]].sum() for flag in
              ("US", "both", "Russia")}  # fmt: skip
    assert raised == pytest.approx({"US": 0, "both": 0, "Russia": 0.8})


def test_a_suspended_party_hides_nothing():
    treaty = CORE.replace(concealment_cost=0.1, parts=(PART, P.Deployment(overt=True, concealment=0.2)))
    game = treaty.game()
    pays = {}
    for who in ("none", "US"):
        at = game.states.index(f"in_force, none | suspension: {who}")
        stage = game.stages[at]
        for word in ("deploy, silent", "deploy, silent, overt"):
            pays[who, word] = float(stage.payoffs[0][stage.actions[0].index(word), 0])
    assert pays == pytest.approx(
        {("none", "deploy, silent"): 1.2, ("none", "deploy, silent, overt"): 1.5,
         ("US", "deploy, silent"): 1.5, ("US", "deploy, silent, overt"): 1.5}
    )  # fmt: skip


@pytest.mark.parametrize("goes_on", [True, False])
def test_standing_goes_on_while_suspended_or_not(goes_on):
    game = CORE.replace(standing=0.3, parts=(P.Suspension(standing_goes_on=goes_on),)).game()
    for label, stage in zip(game.states, game.stages, strict=True):
        quiet = [next(k for k, a in enumerate(own) if a.startswith("comply")) for own in stage.actions]
        suspended = label.endswith(("suspension: US", "suspension: both"))
        wanted = 1 + (0.0 if label == "withdrawn" or (suspended and not goes_on) else 0.3)
        assert stage.payoffs[0][tuple(quiet)] == pytest.approx(wanted)


def test_suspended_mirrored_and_resumed_while_notice_runs():
    moves = {"none": ("deploy, suspend", "deploy"), "US": ("deploy", "deploy, suspend"),
             "both": ("deploy, resume", "deploy"), "Russia": ("deploy", "deploy")}  # fmt: skip
    game = CORE.replace(notice_days=5 * 91, parts=(PART,)).game()
    seen = ["notice(5) | suspension: none"]
    while seen[-1] != "withdrawn":
        s = game.states.index(seen[-1])
        words = moves[seen[-1].rpartition(" ")[2]]
        law = game.transitions[s][tuple(game.stages[s].actions[i].index(w) for i, w in enumerate(words))]
        assert law.max() == 1
        seen.append(game.states[int(law.argmax())])
    assert seen == [
        "notice(5) | suspension: none",
        "notice(4) | suspension: US",
        "notice(3) | suspension: both",
        "notice(2) | suspension: Russia",
        "notice(1) | suspension: Russia",
        "withdrawn",
    ]
    masks = {name: [bool(np.asarray(m).any()) for m in game.events[name]] for name in PART.events}
    at = {label: k for k, label in enumerate(game.states)}
    assert masks["suspended"][at["notice(5) | suspension: none"]]
    assert masks["mirrored"][at["notice(4) | suspension: US"]]
    assert not masks["mirrored"][at["notice(4) | suspension: none"]]
    assert not masks["suspended_without_grounds"][at["notice(4) | suspension: US"]]
    assert masks["suspended_without_grounds"][at["in_force, none | suspension: none"]]


@pytest.mark.parametrize("goes_on", [True, False])
def test_standing_while_suspended_decides_between_suspension_and_notice(goes_on):
    """Concealment .05 above standing .02: suspension saves the one, and notice only where it loses the other."""
    treaty = CORE.replace(concealment_cost=0.05, standing=0.02, parts=(P.Suspension(standing_goes_on=goes_on),))
    game = treaty.game()
    stay = ag.verify(game, (LADDERS["suspend on alarm"],) * 2, discount=0.95)
    assert stay.ok
    assert ag.withdrawal_law(game, (LADDERS["suspend on alarm"],) * 2, periods=120).survival[-1] == pytest.approx(1)
    leave = ag.verify(game, (LADDERS["suspend and leave"],) * 2, discount=0.95)
    # suspended parties lose .02 per period by leaving where standing goes on, nothing where it does not
    assert leave.ok is not goes_on


@pytest.mark.parametrize("name", LADDERS)
def test_each_ladder_is_an_equilibrium_somewhere_and_refused_elsewhere(name):
    part = P.Suspension(standing_goes_on=name != "suspend and leave")
    treaty = ag.Treaty(demand=name.startswith("demand"), parts=(part,))
    for detection, holds in ((0.8, True), (0.005, False)):
        game = treaty.replace(detection=detection).game()
        assert ag.verify(game, (LADDERS[name],) * 2, discount=0.95).ok is holds, detection


def test_what_the_ladders_play_along_a_history():
    """Its own state follows the flags, suspensions and returns that everybody sees."""
    history = [
        ("in_force, none | suspension: none", "comply, silent"),
        ("in_force, Russia | suspension: none", "deploy, suspend"),
        ("in_force, none | suspension: US", "deploy, silent"),
        ("in_force, none | suspension: both", None),
        ("in_force, none | suspension: none", None),
    ]
    ends = {
        "suspend on alarm": ("deploy, silent", "deploy, silent"),
        "suspend and resume": ("deploy, resume", "comply, silent"),
        "suspend and leave": ("deploy, notice", "deploy, silent"),
    }
    game = CORE.replace(parts=(PART,)).game()
    for name, words in ends.items():
        rule, q, before = LADDERS[name].on(game, "US"), 0, None
        plan = [(label, wanted or words[k - 3]) for k, (label, wanted) in enumerate(history)]
        for label, wanted in plan:
            s = game.states.index(label)
            q = q if before is None else int(rule.next[q, before, s])
            assert game.stages[s].actions[0][int(np.argmax(rule.law(label)[q]))] == wanted, (name, label)
            before = s


def test_a_ladder_without_the_part_and_with_other_rungs_is_refused():
    with pytest.raises(ag.errors.InvalidGame, match=r"Suspension\(\)"):
        ag.verify(CORE.game(), (LADDERS["suspend on alarm"],) * 2, discount=0.9)
    with pytest.raises(ag.errors.InvalidGame, match="'stay', 'leave', 'resume'"):
        ag.treaty.SuspensionLadder("x", then="go")


def test_beliefs_stay_public_where_obligations_can_be_suspended():
    game = CORE.replace(parts=(PART,)).game("moves")
    for kernel in game.signals:
        for y, s in np.ndindex(*kernel.shape[-2:]):
            p = kernel[..., y, s]
            minors = np.einsum("ac,bd->abcd", p, p) - np.einsum("ad,bc->abcd", p, p)
            assert np.abs(minors).max() < 1e-12
    assert "suspend | silent" in game.signal_labels


def test_months_make_the_game_too_large_and_the_part_is_named():
    treaty = ag.Treaty(period_days=30.4, parts=(PART,))
    with pytest.raises(ag.errors.InvalidGame, match="'suspension'"):
        treaty.game()
    assert ag.Treaty(parts=(PART,)).size().states == 4 * 22 + 1


def test_what_a_game_of_public_moves_needs_is_reckoned_before_it_is_built(monkeypatch):
    treaty = ag.Treaty(demand=False, parts=(PART,))
    game, size = treaty.game("moves"), treaty.size()
    need = ag.cost("game", profiles=size.profiles, signals=len(game.signal_labels), states=size.states)
    assert need.bytes == 2 * sum(kernel.nbytes for kernel in game.signals)
    monkeypatch.setattr(_cost, "_most_bytes", lambda: need.bytes - 1)
    with pytest.raises(ag.errors.InvalidGame, match=r"Leave out demand .* observed='state'"):
        treaty.replace(temptation=1.6).game("moves")
    assert treaty.replace(temptation=1.6).game().states == game.states


@pytest.mark.parametrize(("name", "at_once"), [("suspend on alarm", True), ("demand and suspend", False)])
def test_a_flag_ends_compliance_at_once_or_after_the_period_for_a_demand(name, at_once):
    calm, flagged = (SimpleNamespace(kind="in_force", flags=f, condition=lambda _: "none") for f in ((0, 0), (1, 0)))
    rule = LADDERS[name]
    assert rule._collapsed(False, calm, flagged) == at_once
    assert rule._collapsed(False, flagged, calm) != at_once
    assert not rule._collapsed(False, calm, calm)
