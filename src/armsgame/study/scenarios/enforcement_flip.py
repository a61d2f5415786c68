"""How far "enforcement flips at the end of inspection" rests on a dossier's assumptions: a share of its own box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from armsgame._checks import check_power_of_two
from armsgame._cost import require
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray, RNGLike
from armsgame.arithmetic.sobol_points import sobol_points
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import ScenarioError
from armsgame.solve.thresholds.reversion import Reversion

__all__ = ["WIDTH", "FlipShare", "assumption_box", "flip_share"]

WIDTH = 3.0
"""Odds and gains range from 1/WIDTH to WIDTH times the dossier's own, where it gives no ranges: an assumption."""


@dataclass(frozen=True, slots=True)
class FlipShare(Value):
    """Share of a dossier's assumption box in which a trigger strategy holds before and fails after.

    Attributes
    ----------
    share, before, after : float, shares of the box: holds before and fails after, holds before, holds after
    draws : int
    box : mapping from assumption to (low, high)
    provenance : Provenance; ``rng=`` takes it back
    """

    share: float
    before: float
    after: float
    draws: int
    box: Mapping[str, tuple[float, float]]
    provenance: Provenance


def assumption_box(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """Ranges of the flip question around a dossier's own values.

    Parameters
    ----------
    scenario : Scenario
        With at least two verification regimes. Ranges under ``question.box`` are taken from there; others run from
        1/3 to 3 times the gain T - R and the odds of the probabilities and of the discount factor. Both hold the
        dossier's own values, of both parties.

    Returns
    -------
    dict
        ``temptation``, ``detection`` (first regime), ``detection_after`` (second), ``discount``, ``false_alarm``.

    Raises
    ------
    ScenarioError
        The dossier has fewer than two regimes.
    """
    if len(scenario.regimes) < 2:
        raise ScenarioError(f"scenario {scenario.id!r} has no second regime; give its dossier two regimes.")
    before, after = (scenario.treaty(regime=r.name).parameters for r in scenario.regimes[:2])
    own: dict[str, list[float]] = {
        "temptation": [p.temptation for p in before],
        "detection": [p.detection for p in before],
        "detection_after": [p.detection for p in after],
        "discount": [scenario.question.discount],
        "false_alarm": [p.false_alarm for p in before],
    }
    box = {}
    for name, values in own.items():
        if name in scenario.question.box:
            ends = [*scenario.question.box[name], *values]
        elif name == "temptation":
            ends = [p.reward + f * (p.temptation - p.reward) for p in before for f in (1 / WIDTH, WIDTH)]
        else:
            ends = [f * v / (1 - v + f * v) for v in values for f in (1 / WIDTH, WIDTH)]
        box[name] = (min(ends), max(ends))
    return box


def flip_share(scenario: Scenario, *, draws: int = 2**16, rng: RNGLike = 0) -> FlipShare:
    """Share of a dossier's box in which grim on any alarm holds before the end of inspection and not after.

    Parameters
    ----------
    scenario : Scenario
        With at least two regimes; see `assumption_box`.
    draws : int, a power of two: scrambled Sobol points
    rng : seed

    Returns
    -------
    FlipShare
        Temptation, rates and the discount factor are drawn from the box, the same for both parties, uniform but for
        false alarms, which are log-uniform. The other payoffs are each party's own, and both parties must be deterred.
    """
    box = assumption_box(scenario)
    count = check_power_of_two("draws", draws)
    require("design", evaluations=count, parameters=4 * len(box))
    seed = Seed.of(rng)
    unit = sobol_points(len(box), count, seed.generator()).T
    drawn = {n: a + (b - a) * u for (n, (a, b)), u in zip(box.items(), unit, strict=True)}
    low, high = box["false_alarm"]
    if low > 0:
        drawn["false_alarm"] = low * (high / low) ** unit[-1]
    first, second = (_holds(scenario, drawn, name) for name in ("detection", "detection_after"))
    origin = Provenance.of(seed, {"scenario": scenario.id, "draws": count}, box)
    return FlipShare(float((first & ~second).mean()), float(first.mean()), float(second.mean()), count, box, origin)


def _holds(scenario: Scenario, drawn: Mapping[str, FloatArray], detection: str) -> BoolArray:
    own = scenario.treaty().parameters
    reward, sucker = ([[getattr(party, n)] for party in own] for n in ("reward", "sucker"))
    hidden = np.array([[party.concealment_cost] for party in own])
    punishment = [[party.punishment - party.concealment_cost] for party in own]
    temptation = drawn["temptation"] - hidden
    terms = Reversion.of(temptation, reward, punishment, sucker, drawn[detection], drawn["false_alarm"])
    return terms.holds(drawn["discount"])
