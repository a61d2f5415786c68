"""The treaty with public moves and hidden conduct: signals, beliefs and the game of public states inside it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import armsgame as ag
from armsgame.treaty.public_moves import NO_MOVE, parse_moves

parts = ag.treaty.parts
TREATIES = {
    "default": ag.Treaty(),
    "months": ag.Treaty(period_days=30.4),
    "unlike parties": ag.Treaty().replace(detection={"US": 0.3}, false_alarm={"Russia": 0.05}, pass_violating=0.6),
    "no demand": ag.Treaty(demand=False),
    "no notice": ag.Treaty(notice=False),
    "threats that bind": ag.Treaty(parts=(parts.Ultimatum(credibility=0.3),)),
    "rescindable": ag.Treaty(parts=(parts.Withdrawal(rescindable=True),)),
    "inspections": ag.Treaty(demand=False, parts=(parts.Verification(),)),
    "open deployment": ag.Treaty(demand=False, parts=(parts.Deployment(overt=True, delay=2.0),)),
    "hosts": ag.Treaty(parts=(parts.ThirdParty(consent=(0.4, 1.0)),)),
}


def depends_on_own_action(game):
    """Outcomes whose likelihood ratio between some two actions of one party depends on the other's action."""
    found, count = [], 0
    kernels = game.signals or tuple(law[..., None, :] for law in game.transitions)
    for state, kernel in zip(game.states, kernels, strict=True):
        for y, s in np.ndindex(*kernel.shape[-2:]):
            p = kernel[..., y, s]
            if p.any():
                count += 1
                # all ratios are the same exactly where every 2 x 2 minor vanishes
                minors = np.einsum("ac,bd->abcd", p, p) - np.einsum("ad,bc->abcd", p, p)
                if np.abs(minors).max() > 1e-12:
                    found.append((state, y, s))
    return found, count


@pytest.mark.parametrize("name", TREATIES)
def test_beliefs_are_public_where_moves_are(name):
    found, count = depends_on_own_action(TREATIES[name].game("moves"))
    assert found == []
    assert count > 20


def test_where_only_states_are_seen_own_conduct_moves_beliefs():
    """84 of 151 outcomes, each seen by two parties: 168 of 302."""
    found, count = depends_on_own_action(ag.Treaty().game())
    assert (2 * len(found), 2 * count) == (168, 302)


def test_a_treaty_that_returns_after_restraint_tells_a_party_of_the_others_by_its_own():
    game = ag.Treaty(renegotiation=0.1).game("moves")
    found, _ = depends_on_own_action(game)
    assert [(s, game.signal_labels[y], game.states[t]) for s, y, t in found] == [
        ("withdrawn", f"{NO_MOVE} | {NO_MOVE}", "withdrawn")
    ]


@pytest.mark.parametrize("name", TREATIES)
def test_states_payoffs_and_events_are_those_of_the_game_without_signals(name):
    seen, plain = TREATIES[name].game("moves"), TREATIES[name].game()
    assert seen.states == plain.states
    assert seen.imperfect
    for a, b in zip(seen.stages, plain.stages, strict=True):
        assert a.actions == b.actions
        assert np.array_equal(a.payoffs, b.payoffs)
    for a, b in zip(seen.transitions, plain.transitions, strict=True):
        assert np.allclose(a, b, rtol=0, atol=1e-15)
    for event, masks in plain.events.items():
        assert all(np.array_equal(a, b) for a, b in zip(masks, seen.events[event], strict=True))


@pytest.mark.parametrize("name", ["default", "unlike parties", "no demand"])
def test_the_signal_names_the_moves_that_were_chosen_and_never_conduct(name):
    game = TREATIES[name].game("moves")
    for stage, kernel in zip(game.stages, game.signals, strict=True):
        for index in np.ndindex(*stage.shape):
            chosen = [stage.actions[i][a].split(", ")[1:] for i, a in enumerate(index)]
            shown = {game.signal_labels[y] for y in np.flatnonzero(kernel[index].any(axis=-1))}
            assert {parse_moves(label).moves for label in shown} == {tuple(map(tuple, chosen))}
    assert not any("deploy" in label or "comply" in label for label in game.signal_labels)


def test_a_display_passes_with_the_rate_of_the_conduct_behind_it():
    treaty = ag.Treaty()
    game = treaty.game("moves")
    s = game.states.index("demand(US, 1), none")
    stage, kernel = game.stages[s], game.signals[s]
    went = game.signal_labels.index("accept | offer | pass")
    for own, theirs in product(("comply", "deploy"), repeat=2):
        at = stage.actions[0].index(f"{own}, accept"), stage.actions[1].index(f"{theirs}, offer")
        party = treaty.parameters[1]
        wanted = party.pass_compliant if theirs == "comply" else party.pass_violating
        assert kernel[at][went].sum() == pytest.approx(wanted, abs=1e-15)
        resolved = [k for k, name in enumerate(game.states) if name.startswith("in_force")]
        assert kernel[at][went, resolved].sum() == pytest.approx(wanted, abs=1e-15)


def test_an_order_to_deploy_openly_that_was_not_carried_out_shows_nothing():
    game = TREATIES["open deployment"].game("moves")
    kernel, stage = game.signals[0], game.stages[0]
    at = stage.actions[0].index("deploy, silent, overt"), stage.actions[1].index("comply, silent")
    law = {game.signal_labels[y]: p for y, p in enumerate(kernel[at].sum(axis=-1)) if p > 0}
    assert law == pytest.approx({"silent, overt | silent": 0.5, "silent | silent": 0.5})


def test_swapping_the_parties_swaps_the_signals():
    treaty = TREATIES["unlike parties"]
    one, two = treaty.game("moves"), treaty.swapped.game("moves")

    def turned(label):
        a, b, *result = label.split(" | ")
        return " | ".join([b, a, *result])

    assert sorted(map(turned, one.signal_labels)) == sorted(two.signal_labels)
    place = [two.signal_labels.index(turned(label)) for label in one.signal_labels]
    for name, kernel in zip(one.states, one.signals, strict=True):
        other = two.signals[two.states.index(name)]
        states = [two.states.index(t) for t in one.states]
        assert np.allclose(kernel, other[:, :, place][..., states].swapaxes(0, 1), rtol=0, atol=1e-15)


@pytest.mark.parametrize("name", sorted(ag.treaty.NAMED))
def test_policies_by_state_play_alike_where_moves_are_public(name):
    treaty = TREATIES["rescindable"] if name == "rescind on compliance" else ag.Treaty()
    policy = ag.treaty.NAMED[name]
    seen, plain = (ag.verify(game, (policy, policy), discount=0.95) for game in (treaty.game("moves"), treaty.game()))
    assert (seen.ok, seen.kind) == (plain.ok, plain.kind)
    assert seen.max_gain == pytest.approx(plain.max_gain, abs=1e-12)


def test_a_rule_may_read_the_moves():
    """It deploys once the other party ignored an offered display, which the state alone does not show."""
    game = ag.Treaty().game("moves")
    snubbed = {s: [int(z[0] == "ignore | offer") for z in game.outcomes(s)] for s in game.states}
    calm = ag.treaty.comply.on(game, "Russia")
    angry = ag.treaty.deploy.on(game, "Russia")
    rule = ag.Automaton(
        {s: np.stack([calm.outputs[s][0], angry.outputs[s][0]]) for s in game.states},
        {s: [row, [1] * len(row)] for s, row in snubbed.items()},
        signals=game,
    )
    demand = game.starting("demand(US, 1), none")
    hears = ag.expected_payoffs(demand, (ag.treaty.pretext, rule), discount=0.9)
    never = ag.expected_payoffs(demand, (ag.treaty.pretext, ag.treaty.comply), discount=0.9)
    assert hears[1] != never[1]


def test_other_words_for_what_is_observed_are_refused():
    with pytest.raises(ag.errors.InvalidGame, match="'state' or 'moves'"):
        ag.Treaty().game("actions")
    with pytest.raises(ag.errors.WrongConcept, match="pair of moves"):
        parse_moves("withdrawn")
