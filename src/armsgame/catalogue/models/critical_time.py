"""Detection within a critical time: how many unforeseen inspections deter a violation that becomes irreversible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from armsgame._typing import Number, Truth
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.checkers.one_shot import verify_stage
from armsgame.games.stage import StageGame
from armsgame.treaty.inspection.timeliness import detected_in_time, inspection_sets, least_inspections, timely


@dataclass(frozen=True, kw_only=True, eq=False)
class CriticalTime(Model):
    """An inspectee starts a violation at a time of its choice; it pays unless it is seen within w periods.

    Zero-sum in detection: k inspections at times unseen in advance, out of T. Legal conduct pays the inspectee
    nothing, a violation that is not seen in time pays `gain`, one that is costs `penalty`.
    """

    name = "critical_time"

    periods: int = parameter(12, "times at which an inspection may take place", "T", low=1, high=500, whole=True)
    critical: int = parameter(3, "periods until a violation cannot be undone", "w", low=1, high=500, whole=True)
    inspections: int = parameter(3, "inspections at these times", "k", low=0, high=500, whole=True)
    gain: Number = parameter(1.0, "inspectee's gain from a violation not seen in time", "d", low=0, open_low=True)
    penalty: Number = parameter(4.0, "inspectee's loss from one seen in time", "b", low=0, open_low=True)
    miss: Number = parameter(0.0, "probability that one inspection overlooks a violation", "beta", low=0, high=1)

    def conditions(self) -> Mapping[str, Truth]:
        """Hold that the numbers of times fit."""
        return {
            "critical of at most periods": self.critical <= self.periods,
            "inspections of at most periods": self.inspections <= self.periods,
            "with misses, inspections of at most floor(periods / critical) (critical - periods mod critical)": (
                np.equal(self.miss, 0)
                | (self.inspections <= self.periods // self.critical * (self.critical - self.periods % self.critical))
            ),
        }

    @property
    def regions(self) -> Numbers:
        """Probability of timely detection, value of a violation, deterrence, and the inspections it needs."""
        seen = timely(self.periods, self.critical, self.inspections, self.miss)
        bar = self.gain / (self.penalty + self.gain)
        needed = least_inspections(self.periods, self.critical, bar, self.miss)
        worth = self.gain - (self.gain + self.penalty) * seen
        found = {
            "detection": seen,
            "violation_value": worth,
            "deterred": worth <= 1e-12 * (self.gain + self.penalty),
            "inspections_needed": needed,
        }
        return self.shaped(found)

    @property
    def game(self) -> StageGame:
        """Inspectee's starts (and legal conduct) against the sets of inspection times."""
        self.single("game")
        seen = detected_in_time(self.periods, self.critical, self.inspections, float(self.miss))
        worth = np.vstack([self.gain - (self.gain + self.penalty) * seen, np.zeros(seen.shape[1])])
        sets = inspection_sets(self.periods, self.inspections)
        starts = (*(f"after {s}" for s in range(len(seen))), "legal")
        visits = tuple("at " + ", ".join(map(str, s)) if s else "never" for s in sets)
        return StageGame.from_bimatrix(worth, -worth, players=self.players, actions=(starts, visits))

    def equilibria(self) -> tuple[Proposition, ...]:
        """Random inspections at multiples of the critical time; deterrence, or a random window, or both at a tie."""
        self.single("equilibria")
        own, w, k = self.regions, self.critical, self.inspections
        windows = self.periods // w
        sets = inspection_sets(self.periods, k)
        # layers of one time for each window: at the windows' ends, then one period before them, and so on
        layers = [{j * w - back for j in range(1, windows + 1)} for back in range(w - self.periods % w)]
        full = k // windows
        if self.miss == 0 and full:
            # one for each window sees everything: the others come at the earliest times left
            left = [x for x in range(1, self.periods + 1) if x not in layers[0]]
            used = [sets.index(tuple(sorted({*layers[0], *left[: k - windows]})))]
        else:
            fixed = set().union(*layers[:full])
            some = set().union(*layers[full : full + 1])
            used = [number for number, s in enumerate(sets) if fixed <= set(s) <= fixed | some]
        inspect = np.zeros(len(sets))
        inspect[used] = 1 / len(used)
        legal = np.zeros(self.periods - w + 2)
        legal[-1] = 1.0
        random = np.zeros(self.periods - w + 2)
        random[[j * w for j in range(windows)]] = 1 / windows
        kinds = []
        if own["deterred"]:
            kinds.append(("deterrence", legal, "detection in time {:.6g} >= {:.6g}"))
        if own["violation_value"] >= -1e-12 * (self.gain + self.penalty):
            kinds.append(("violation in a random window", random, "detection in time {:.6g} <= {:.6g}"))
        bar = self.gain / (self.gain + self.penalty)
        return tuple(
            Proposition(
                name=name,
                conditions=condition.format(own["detection"], bar),
                profile={"start": start.tolist(), "inspect": inspect.tolist()},
                outcomes={},
                certificate=verify_stage(self.game, (start, inspect)),
                numbers=dict(own),
            )
            for name, start, condition in kinds
        )

    def picture(self) -> Picture:
        """Least number of inspections that deters, over the critical time."""
        self.single("figure")
        w = np.arange(1, self.periods + 1)
        series = {}
        for penalty in (1.0, 4.0, 9.0):
            needed = least_inspections(self.periods, w, 1 / (1 + penalty), self.miss)
            series[f"penalty {penalty:g} times the gain"] = (w, np.where(np.isfinite(needed), needed, np.nan))
        return Picture(
            kind="points",
            title="The faster a violation becomes irreversible, the more inspections deter it",
            x="periods until a violation cannot be undone",
            y="least number of inspections",
            series=series,
        )
