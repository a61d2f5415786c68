"""Public and private threats: best replies on grids of own, discretised trees, edges, order of wars."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import armsgame as ag

SECRECY = ag.catalogue.kurizaki_2007
NAMES = tuple(SECRECY.parameters())


def some_models(count: int, seed: int = 1) -> list[Any]:
    draw = np.random.default_rng(seed)
    found: list[Any] = []
    while len(found) < count:
        values = (
            -draw.uniform(0.1, 2), draw.uniform(0.02, 0.98), -draw.uniform(0.1, 3), draw.uniform(-0.5, 0.98),
            draw.uniform(0.01, 1.5), draw.uniform(0.01, 2.5),
        )  # fmt: skip
        try:
            found.append(SECRECY(**dict(zip(NAMES, values, strict=True))))
        except ag.errors.InvalidGame:
            continue
    return found


def gain_in_the_continuum(
    model: Any, send: Any, resist_private: Any, resist_public: Any, trust: tuple[float | None, float | None]
) -> float:
    """Largest gain of a type, with resistance and credibility counted on fine grids.

    `send(w)` gives [n, 3] chances of silence, private and public; `resist_*(w)` the defenders who resist; `trust` the
    credibility of a channel that nobody uses.
    """
    cells = 40_000
    own = model.challenger_low + (np.arange(cells) + 0.5) / cells * (model.challenger_high - model.challenger_low)
    other = model.defender_low + (np.arange(cells) + 0.5) / cells * (model.defender_high - model.defender_low)
    a_c, a_d = model.audience_challenger, model.audience_defender
    law = send(own)
    worst = 0.0
    columns = [np.zeros(cells)]
    for k, (resists, retreat, yielded, off) in enumerate(
        ((resist_private, 0.0, 0.0, trust[0]), (resist_public, -a_c, -a_d, trust[1])), start=1
    ):
        fights = own >= retreat
        sent = law[:, k].sum()
        credible = float((law[:, k] * fights).sum() / sent) if sent > 0 else off
        holds = resists(other)
        q = float(holds.mean())
        columns.append((1 - q) + q * np.maximum(own, retreat))
        reply = np.stack([np.full(cells, yielded), credible * other + (1 - credible)], axis=1)
        worst = max(worst, float((reply.max(axis=1) - np.where(holds, reply[:, 1], reply[:, 0])).max()))
    worth = np.stack(columns, axis=1)
    return max(worst, float((worth.max(axis=1) - (law * worth).sum(axis=1)).max()))


def play(model: Any, e: Any) -> tuple[Any, ...]:
    """Strategies of a proposition, from the numbers it states."""
    a_c, a_d = model.audience_challenger, model.audience_defender
    low, size = model.defender_low, model.defender_high - model.defender_low

    def top(q: float) -> Any:
        return lambda w: w >= model.defender_high - q * size if q < 1 else w >= low

    if e.name == "private_diplomacy":
        share = e["private_share_of_resolved"]

        def send(w: Any) -> Any:
            quiet = np.where(w < 0, 1.0, share)
            return np.stack([0 * w, quiet, 1 - quiet], axis=1)

        return send, top(e["resist"]), top(e["resist"]), (None, 1.0)
    if e.name == "private_pooling":
        robust = e["robust"]
        q = float(np.clip((model.defender_high + a_d) / size, 0, 1)) if robust else 1.0
        return (
            lambda w: np.stack([0 * w, 0 * w + 1, 0 * w], axis=1),
            top(e["resist"]),
            top(q),
            (None, 1.0 if robust else 0.0),
        )
    fighters = (model.challenger_high - e["least_fighter"]) / (model.challenger_high - model.challenger_low)
    below = (-a_c - model.challenger_low) / (model.challenger_high - model.challenger_low)
    bluff = 0.0 if e["kind"] == "no bluff" else min(1.0, (e["p_threat"] - min(fighters, 1)) / below)

    def public(w: Any) -> Any:
        loud = np.where(w >= e["least_fighter"], 1.0, bluff)
        return np.stack([1 - loud, 0 * w, loud], axis=1)

    return public, top(1.0), top(e["resist"]), (0.0, None)


def test_every_proposition_is_a_best_reply_of_every_type_by_own_counting() -> None:
    seen = set()
    for model in some_models(60):
        for e in model.equilibria():
            assert e.certificate.ok, (model, e)
            seen.add((e.name, e.numbers.get("kind"), e.numbers.get("robust")))
            assert gain_in_the_continuum(model, *play(model, e)) < 2e-3, (model, e)
    assert {("public", kind, None) for kind in ("no bluff", "bluff", "all threaten")} <= seen
    assert {("private_pooling", None, True), ("private_pooling", None, False)} <= seen


def test_private_diplomacy_exists_from_its_threshold_on_and_is_refused_below() -> None:
    model = SECRECY()
    # resolve at which it just exists: R = 1 / (1 + a_D) = 1 / 2
    for high, present in ((0.5, True), (0.5 + 1e-9, True), (0.5 - 1e-9, False)):
        names = [e.name for e in model.replace(challenger_high=high).equilibria()]
        assert ("private_diplomacy" in names) == present
        assert {"private_pooling", "public"} <= set(names)
    outside = model.replace(challenger_high=0.45)
    inside = next(iter(model.replace(challenger_high=0.5).equilibria()))
    strategies = play(outside, inside)
    assert inside["private_share_of_resolved"] == pytest.approx(1)
    assert gain_in_the_continuum(outside, *strategies) > 1e-2
    # no share of resolved types brings the credibility of private threats up to 1 / (1 + a_D)
    resolved = outside.regions["resolved"]
    assert resolved < 1 / (1 + outside.audience_defender)


def test_pooling_is_supported_by_the_kindest_belief_exactly_where_diplomacy_exists() -> None:
    for model in some_models(40, seed=2):
        names = {e.name: e for e in model.equilibria()}
        assert names["private_pooling"]["robust"] == ("private_diplomacy" in names)


def test_the_kinds_of_public_play_meet_at_their_edge() -> None:
    model = SECRECY()
    q = (model.defender_high + model.audience_defender) / (model.defender_high - model.defender_low)
    edge = (1 - q) / q
    for step, kind in ((1e-9, "no bluff"), (-1e-3, "bluff")):
        (public,) = (e for e in model.replace(audience_challenger=edge + step).equilibria() if e.name == "public")
        assert public["kind"] == kind
    honest = next(e for e in model.replace(audience_challenger=edge + 1e-9).equilibria() if e.name == "public")
    outside = model.replace(audience_challenger=edge - 0.05)
    assert gain_in_the_continuum(outside, *play(outside, honest)) > 1e-2


@pytest.mark.parametrize("values", [(-0.5, 0.8, -1.5, 0.4, 0.2, 1.0), (-1.0, 0.6, -1.5, 0.5, 0.3, 0.8)])
@pytest.mark.parametrize("types", [3, 4])
def test_the_discretised_tree_has_the_same_propositions(values: tuple[float, ...], types: int) -> None:
    model = SECRECY(**dict(zip(NAMES, values, strict=True)))
    game = model.game(types=types)
    middle = (np.arange(types) + 0.5) / types
    one = model.challenger_low + middle * (model.challenger_high - model.challenger_low)
    two = model.defender_low + middle * (model.defender_high - model.defender_low)
    a_c, a_d = model.audience_challenger, model.audience_defender
    # the tree's own share of resolved types takes the place of the continuum's
    resolved = float((one >= 0).mean())

    def check(send: Any, cut: tuple[float, float], beliefs: Any = None) -> Any:
        profile: dict[str, Any] = {}
        for i, w in enumerate(one):
            law = send(w)
            profile[f"type {i}"] = dict(
                zip(("be silent", "threaten in private", "threaten in public"), law, strict=True)
            )
            profile[f"type {i}, resisted in private"] = "fight" if w >= 0 else "back down"
            profile[f"type {i}, resisted in public"] = "fight" if w >= -a_c else "back down"
        for j, w in enumerate(two):
            for channel, least in zip(("private", "public"), cut, strict=True):
                profile[f"type {j}, threatened in {channel}"] = "resist" if w >= least else "concede"
        held: dict[str, Any] = {f"type {j}, threatened in {c}": beliefs[c] for c in beliefs or () for j in range(types)}
        for i in range(types):
            # its own departures tell a challenger which defenders are left
            for channel, least in zip(("private", "public"), cut, strict=True):
                left = (two >= least) / max((two >= least).sum(), 1)
                if left.sum():
                    held[f"type {i}, resisted in {channel}"] = left
        return ag.trees.verify_assessment(game, profile, held)

    best = np.eye(types)[-1]
    if resolved >= 1 / (1 + a_d):
        share = (1 - resolved) / (resolved * a_d)
        # where all threaten in private, a public threat keeps the credibility of its only likely authors
        off = {"public": best} if share == 1 else None
        found = check(lambda w: (0, 1, 0) if w < 0 else (0, share, 1 - share), (-a_d, -a_d), off)
        assert found.certificate.max_gain < 1e-9
        pooling = check(lambda _: (0, 1, 0), (-(1 - resolved) / resolved, -a_d), {"public": best})
        assert pooling.certificate.max_gain < 1e-9
        # beyond: the share that is a little too large lowers what private threats are worth
        wrong = check(lambda w: (0, 1, 0) if w < 0 else (0, 0, 1), (-a_d, -a_d))
        assert wrong.certificate.max_gain > 1e-3
    else:
        pooling = check(lambda _: (0, 1, 0), (-(1 - resolved) / resolved, -9.0), {"public": np.eye(types)[0]})
        assert pooling.certificate.max_gain < 1e-9


def test_wars_are_fewest_in_pooling_and_most_in_public() -> None:
    tried = 0
    for model in some_models(400, seed=3):
        own = model.regions
        if own["private_diplomacy"]:
            tried += 1
            assert own["p_war_private_pooling"] <= own["p_war_private_diplomacy"] + 1e-12
            assert own["p_war_private_diplomacy"] <= own["p_war_public"] + 1e-12
    assert tried > 30


def test_private_diplomacy_needs_a_public_cost_of_concession_and_grows_dearer_with_it() -> None:
    for model in some_models(30, seed=4):
        assert not model.replace(audience_defender=1e-9, defender_high=0.5).regions["private_diplomacy"]
    cost = np.linspace(0.65, 1.45, 40)
    wars = SECRECY(audience_defender=cost).regions["p_war_private_diplomacy"]
    assert np.isfinite(wars).all()
    assert (np.diff(wars) > 0).all()


def test_credibility_in_either_channel() -> None:
    for model in some_models(80, seed=5):
        for e in model.equilibria():
            if e.name == "private_diplomacy":
                assert e["credibility_private"] == pytest.approx(1 / (1 + model.audience_defender))
                assert e["credibility_public"] == 1.0
                assert 0 < e["private_share_of_resolved"] <= 1


def test_batches_and_ranges() -> None:
    cost, most = np.linspace(0.1, 1.4, 200)[None], np.linspace(0.1, 0.9, 200)[:, None]
    own = SECRECY(audience_defender=cost, challenger_high=most)
    assert {value.shape for value in own.regions.values()} == {(200, 200)}
    with pytest.raises(ag.errors.InvalidGame, match="challenger_low < -audience_challenger"):
        SECRECY(audience_challenger=0.6)
    with pytest.raises(ag.errors.InvalidGame, match="defender_low < -audience_defender"):
        SECRECY(audience_defender=2.0)
    with pytest.raises(ag.errors.InvalidGame, match=r"challenger_high is 1.0; allowed: \(0, 1\)"):
        SECRECY(challenger_high=1.0)
    with pytest.raises(ag.errors.WrongConcept, match="no number of a dossier"):
        SECRECY.from_scenario(ag.load_scenario("inf"), "agnostic")
