"""Playing for time: how soon an interim inspection that cannot be foreseen detects a violation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import comb
from typing import Any

import numpy as np

from armsgame._typing import Truth
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.checkers.one_shot import verify_stage
from armsgame.games.stage import StageGame
from armsgame.treaty.inspection.timeliness import detection_times, inspection_sets, single_inspection


@dataclass(frozen=True, kw_only=True, eq=False)
class TimelyInspection(Model):
    """A violator chooses when to start, an inspector when to come, and the time to detection is what they play for.

    There are N opportunities for an inspection, of which the inspector uses k, unseen in advance; one more
    inspection, at N + 1, is certain. Zero-sum: the violator receives the time from the start to the first inspection.
    """

    name = "timely_inspection"

    opportunities: int = parameter(6, "times at which an inspection may take place", "N", low=1, high=200, whole=True)
    inspections: int = parameter(1, "inspections at these times", "k", low=0, high=200, whole=True)

    def conditions(self) -> Mapping[str, Truth]:
        """Hold that there are no more inspections than opportunities, and few enough sets of times."""
        n, k = np.broadcast_arrays(self.opportunities, self.inspections)
        fit = np.array(
            [j < 2 or comb(i, j) <= 20_000 for i, j in zip(n.ravel().tolist(), k.ravel().tolist(), strict=True)]
        )
        return {"no more inspections than opportunities": k <= n, "at most 20000 sets of inspection times": fit}

    @cached_property
    def game(self) -> StageGame:
        """Zero-sum game [starts, sets of inspection times], in periods."""
        self.single("game")
        times = detection_times(self.opportunities, self.inspections)
        sets = inspection_sets(self.opportunities, self.inspections)
        starts = tuple(f"after {i}" for i in range(self.opportunities + 1))
        visits = tuple("at " + ", ".join(map(str, s)) if s else "never" for s in sets)
        return StageGame.from_bimatrix(times, -times, players=self.players, actions=(starts, visits))

    @cached_property
    def _solved(self) -> tuple[Any, Any, Any]:
        """Violator's and inspector's probabilities, and the value: rational for at most one inspection."""
        n, k = self.opportunities, self.inspections
        if k == 0:
            return (1, *[0] * n), (1,), n + 1
        if k == 1:
            own = single_inspection(n)
            return own.start, own.inspect, own.value
        from armsgame.solve.one_shot.methods import ZeroSum
        from armsgame.solve.one_shot.nash import nash

        found = nash(self.game, method=ZeroSum())[0]
        start, inspect = found.profile
        return start, inspect, float(found.payoffs[0])

    @property
    def regions(self) -> Numbers:
        """Value in periods, its share of the whole interval, and the share's limit with one inspection."""
        if self.shape:
            return self._broadcast()
        value = float(self._solved[2])
        return {
            "value": value,
            "value_share": value / (self.opportunities + 1),
            "limit_share_one_inspection": float(np.exp(-1)),
        }

    def _broadcast(self) -> Numbers:
        pairs = [np.broadcast_to(x, self.shape).ravel().tolist() for x in (self.opportunities, self.inspections)]
        points = list(zip(*pairs, strict=True))
        # each point is solved once
        known = {p: type(self)(opportunities=p[0], inspections=p[1]).regions for p in set(points)}
        return {k: np.array([known[p][k] for p in points]).reshape(self.shape) for k in known[points[0]]}

    def equilibria(self) -> tuple[Proposition, ...]:
        """Optimal play of both; exact where one inspection or none is made."""
        self.single("equilibria")
        start, inspect, value = self._solved
        exact = self.inspections <= 1
        checked = verify_stage(self.game, (list(start), list(inspect)), exact=exact)
        shown = (lambda x: str(x)) if exact else float
        share = float(value) / (self.opportunities + 1)
        found = Proposition(
            name="optimal starts and inspections",
            conditions=f"{self.inspections} of {self.opportunities} opportunities are used",
            profile={
                "start": [shown(x) for x in start],
                "inspect": [_ratio(x) if self.inspections == 1 else shown(x) for x in inspect],
            },
            outcomes={},
            certificate=checked,
            numbers={"value": _ratio(value) if exact else value, "value_share": share},
        )
        return (found,)

    def picture(self) -> Picture:
        """Share of the interval that passes before detection, over the number of opportunities."""
        series = {}
        for k, label in ((1, "one inspection"), (2, "two inspections")):
            most = 40 if k == 1 else 12
            many = np.arange(k, most + 1)
            share = [type(self)(opportunities=n, inspections=k).regions["value_share"] for n in many.tolist()]
            series[label] = (many, np.array(share))
        return Picture(
            kind="lines",
            title="Unforeseen inspections detect sooner than half-way",
            x="opportunities for an inspection",
            y="time to detection (share of the interval)",
            series=series,
            levels={"1/e, the limit with one inspection": float(np.exp(-1)), "no inspection": 1.0},
        )


def _ratio(x: Fraction) -> str:
    return f"{x.numerator}/{x.denominator}"
