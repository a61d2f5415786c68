"""Provocation: cut-offs against own integration, a tree with few types, who loses by talk, no talk elsewhere."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import armsgame as ag
from armsgame.treaty.crises.tremble_limits import limit_beliefs

TALK = ag.catalogue.baliga_sjostrom_2012


def some_models(count: int, extremist: str, seed: int = 1) -> list[Any]:
    draw = np.random.default_rng(seed)
    found: list[Any] = []
    while len(found) < count:
        low = draw.uniform(-0.3, 0.2)
        small, large = np.sort(draw.uniform(max(low, 0) + 0.02, 1.2, 2))
        if large - small < 0.03:
            continue
        mu, d = (small, large) if extremist == "hawk" else (large, small)
        own = -draw.uniform(0.01, 1) if extremist == "hawk" else mu + d + draw.uniform(0.01, 1)
        high = large + draw.uniform(0.05, 1)
        found.append(TALK(mu=mu, d=d, c_low=low, c_high=high, c_extremist=own, extremist=extremist))
    return found


def measure(model: Any, low: float, high: float) -> float:
    """Probability of a type between two numbers."""
    a, b = np.clip([low, high], model.c_low, model.c_high)
    return max(0.0, float(b - a)) / (model.c_high - model.c_low)


def gains(model: Any, cut: dict[str, float]) -> float:
    """Largest gain of a type of A, of B or of the extremist; the message is 1 between A's two cut-offs."""
    low, high = sorted((cut["yA0"], cut["yA1"]))
    mu, d = model.mu, model.d
    types = np.linspace(model.c_low, model.c_high, 3001)
    worst = 0.0
    spoken = measure(model, low, high)
    hawk_kind = cut["yA1"] > cut["yA0"]
    shares = {
        1: (1.0 if hawk_kind else 0.0) if spoken > 0 else 0.5,
        0: measure(model, model.c_low, low) / max(1 - spoken, 1e-12),
    }
    for m in (0, 1):
        b = measure(model, model.c_low, cut[f"yB{m}"])
        for q, limit in ((b, cut[f"yA{m}"]), (shares[m], cut[f"yB{m}"])):
            worth = np.stack([q * -types + (1 - q) * (mu - types), -d * q + 0 * types])
            worst = max(worst, float((worth.max(axis=0) - np.where(types <= limit, *worth)).max()))
    columns = []
    for m in (0, 1):
        b = measure(model, model.c_low, cut[f"yB{m}"])
        columns.append(np.where(types <= cut[f"yA{m}"], (1 - b) * mu - model.c_extremist, -d * b))
    says = (types > low) & (types <= high)
    told = np.where(says, columns[1], columns[0])
    return max(worst, float((np.maximum(*columns) - told).max()))


def cuts(e: Any) -> dict[str, float]:
    return {name: e[name] for name in ("yA0", "yA1", "yB0", "yB1")}


@pytest.mark.parametrize("extremist", ["hawk", "dove"])
def test_talk_is_a_best_reply_of_everyone_by_own_integration(extremist: str) -> None:
    for model in some_models(15, extremist):
        quiet, talk = model.equilibria()
        assert (quiet.name, talk.name) == ("no_talk", "communication")
        assert quiet.certificate.ok
        assert talk.certificate.ok
        assert gains(model, cuts(talk)) < 1e-9
        c = quiet["cutoff"]
        assert c == pytest.approx(model.mu + (model.d - model.mu) * measure(model, model.c_low, c))


def test_a_hawk_s_talk_makes_everyone_more_hawkish_and_every_type_worse_off() -> None:
    for model in some_models(20, "hawk", seed=2):
        quiet, talk = model.equilibria()
        calm = quiet["cutoff"]
        assert min(cuts(talk).values()) > calm
        assert talk["p_HH"] > quiet["p_conflict_HH"]
        types = np.linspace(model.c_low, model.c_high, 401)
        mu, d = model.mu, model.d

        def worth(q: Any, own: Any = types, mu: float = mu, d: float = d) -> Any:
            return np.maximum(q * -own + (1 - q) * (mu - own), -d * q)

        low, high = talk["yA0"], talk["yA1"]
        spoken = measure(model, low, high)
        before = worth(measure(model, model.c_low, calm))
        f = [measure(model, model.c_low, talk[f"yB{m}"]) for m in (0, 1)]
        after_a = np.where((types > low) & (types <= high), worth(f[1]), worth(f[0]))
        silent_hawks = measure(model, model.c_low, low) / (1 - spoken)
        after_b = spoken * worth(1.0) + (1 - spoken) * worth(silent_hawks)
        assert (after_a < before + 1e-12).all()
        assert (after_b < before + 1e-12).all()


def test_a_dove_makes_a_less_and_b_more_hawkish() -> None:
    for model in some_models(120, "dove", seed=3):
        own = model.regions
        assert own["p_A_hawk"] < own["p_hawk"] < own["p_B_hawk"]
        assert own["p_HH"] < own["p_conflict_HH"]
    for model in some_models(120, "hawk", seed=3):
        own = model.regions
        assert own["p_HH"] > own["p_conflict_HH"]
        assert min(own[name] for name in ("yA0", "yA1", "yB0", "yB1")) > own["cutoff"]


@pytest.mark.parametrize(("extremist", "mu", "d", "own"), [("hawk", 0.7, 0.3, -0.2), ("dove", 0.3, 0.7, 1.2)])
def test_no_talk_informs_where_every_type_would_send_it(extremist: str, mu: float, d: float, own: float) -> None:
    model = TALK(mu=mu, d=d, extremist=extremist, c_extremist=own)
    assert [e.name for e in model.equilibria()] == ["no_talk"]
    assert np.isnan(model.regions["p_m1"])


@pytest.mark.parametrize(("extremist", "sign", "own"), [("hawk", 1, -0.2), ("dove", -1, 1.6)])
def test_talk_begins_where_the_losses_cross(extremist: str, sign: int, own: float) -> None:
    model = TALK(mu=0.5, d=0.5 + sign * 0.02, extremist=extremist, c_extremist=own)
    _, talk = model.equilibria()
    assert talk.certificate.ok
    for d in (0.5, 0.5 - sign * 0.02):
        beside = model.replace(d=d)
        assert [e.name for e in beside.equilibria()] == ["no_talk"]
    # the play of one side is refused on the other
    far = model.replace(d=0.5 + sign * 0.2)
    assert gains(far.replace(d=0.5 - sign * 0.2), cuts(far.equilibria()[1])) > 1e-2
    assert gains(far, cuts(talk)) > 1e-3


def test_the_extremist_speaks_up_to_its_bound() -> None:
    class Bent:
        """The model with an extremist that need not be extreme."""

        def __init__(self, model: Any, own: float) -> None:
            self.mu, self.d, self.c_extremist = model.mu, model.d, own
            self.c_low, self.c_high = model.c_low, model.c_high

    for extremist, sign in (("hawk", 1), ("dove", -1)):
        for model in some_models(10, extremist, seed=5):
            bound = model.regions["extremist_bound"]
            talk = cuts(model.equilibria()[1])
            assert gains(Bent(model, bound - sign * 1e-6), talk) < 1e-9
            assert gains(Bent(model, bound + sign * 1e-3), talk) > 5e-4
            assert bound > 0 if extremist == "hawk" else bound < model.mu + model.d


@pytest.mark.parametrize("extremist", ["hawk", "dove"])
def test_a_tree_with_few_types_has_both_propositions(extremist: str) -> None:
    hawk = extremist == "hawk"
    mu, d = (0.05, 0.55) if hawk else (0.75, 0.1)
    model = TALK(mu=mu, d=d, extremist=extremist, c_extremist=-0.2 if hawk else 1.3)
    n = 3
    game = model.game(types=n)
    costs = (np.arange(n) + 0.5) / n

    def verified(a0: int, a1: int, b0: int, b1: int, *, silent: bool) -> Any:
        low, high = sorted((a0, a1))
        profile: dict[str, str] = {}
        for i in range(n):
            profile[f"knows type {i}"] = "message 1" if low <= i < high and not silent else "message 0"
            for m, (a, b) in enumerate(((a0, b0), (a1, b1))):
                profile[f"A of type {i}, message {m}"] = "H" if i < a else "D"
                profile[f"B of type {i}, message {m}"] = "H" if i < b else "D"
        beliefs: Any = limit_beliefs(game, profile)
        return ag.trees.verify_assessment(game, profile, beliefs).certificate

    def replies(q: float) -> int:
        return int((costs <= mu + (d - mu) * q).sum())

    calm = [k for k in range(n + 1) if replies(k / n) == k]
    # with substitutes few types may have no pure equilibrium in which both sides play alike
    assert calm or not hawk
    assert all(verified(k, k, k, k, silent=True).kind == "sequential" for k in calm)
    # numbers of hawkish types that answer each other after either message
    talking = []
    for a0, a1 in product(range(n + 1), repeat=2):
        if (a1 <= a0) if hawk else (a1 >= a0):
            continue
        low, high = sorted((a0, a1))
        heard = (low / (n - high + low) if n - high + low else 0.0, 1.0 if hawk else 0.0)
        b0, b1 = replies(heard[0]), replies(heard[1])
        if (replies(b0 / n), replies(b1 / n)) == (a0, a1):
            talking.append((a0, a1, b0, b1))
    assert talking
    for play in talking:
        certificate = verified(*play, silent=False)
        assert certificate.kind == "sequential", (play, certificate)


def test_batches_and_ranges() -> None:
    own = TALK(d=np.linspace(0.32, 0.95, 200)[None], mu=np.linspace(0.05, 0.3, 200)[:, None]).regions
    assert {value.shape for value in own.values()} == {(200, 200)}
    single = TALK(d=np.linspace(0.32, 0.95, 200)[7], mu=np.linspace(0.05, 0.3, 200)[50]).regions
    assert own["yB0"][50, 7] == pytest.approx(single["yB0"])
    for wrong, words in (
        ({"c_low": 0.4}, "c_low < min"),
        ({"c_high": 0.6}, r"max\(mu, d\) < c_high"),
        ({"c_extremist": 0.1}, "c_extremist below 0 for a hawk"),
        ({"extremist": "dove"}, "c_extremist above mu \\+ d for a dove"),
        ({"extremist": "owl"}, "'hawk' or 'dove'"),
    ):
        with pytest.raises(ag.errors.InvalidGame, match=words):
            TALK(**wrong)
