"""Adding up of sampled paths, part by part, so that memory does not grow with their number."""

from __future__ import annotations

import numpy as np

from armsgame._provenance import Provenance
from armsgame.errors import InvalidGame
from armsgame.simulation.paths.workers import Job, Part
from armsgame.simulation.runs.totals import Totals

_BINS = 256
_EVENTS = 16


class Tally:
    """Adds up parts of a job in their order."""

    def __init__(self, job: Job) -> None:
        players, periods, states, events = job.shape
        if events > _EVENTS:
            raise InvalidGame(f"keep='totals' counts at most {_EVENTS} events; this game has {events}.")
        dynamics = job.programs[0].segments[0].play.dynamics
        self.names = tuple(dynamics.events)
        plays = [segment.play.dynamics.payoffs for program in job.programs for segment in program.segments]
        total = job.weights.sum()
        self.low = np.array([min(g[i].min() for g in plays) for i in range(players)]) * total
        self.width = (np.array([max(g[i].max() for g in plays) for i in range(players)]) * total - self.low) / _BINS
        self.done = 0
        self.counts: dict[str, np.ndarray] = {
            "first": np.zeros((events, periods + 1), np.int64),
            "occupancy": np.zeros((periods, states if states > 1 else 0), np.int64),
            "histogram": np.zeros((players, _BINS), np.int64),
            "patterns": np.zeros(2 << events, np.int64),
            "sums": np.zeros((2, players)),
        }

    def of(self, part: Part) -> tuple[int, dict[str, np.ndarray]]:
        """Count one part; runs in a worker."""
        from armsgame._kernels.tally import BLOCK, tally

        own = {name: np.zeros_like(array) for name, array in self.counts.items()}
        own["occupancy"] = part.occupancy
        total = part.end - part.begin
        own["sums"] = np.zeros((-(-total // BLOCK), *own["sums"].shape))
        bit = self.names.index("both_deployed") if "both_deployed" in self.names else 0
        tally(
            part.when, part.gains, part.seen, (part.last >> np.uint64(bit)) & np.uint64(1), total, self.low, self.width,
            own["first"], own["histogram"], own["patterns"], own["sums"],
        )  # fmt: skip
        return part.end, own

    def add(self, done: int, own: dict[str, np.ndarray]) -> None:
        """Take in the counts of the next part."""
        for name, array in own.items():
            if name == "sums":
                for block in array:
                    self.counts[name] += block
            else:
                self.counts[name] += array
        self.done = done

    def result(self, job: Job, provenance: Provenance) -> Totals:
        """Totals of what was taken in."""
        dyn = job.programs[0].segments[0].play.dynamics
        got = self.counts
        periods = len(job.weights)
        occupancy = got["occupancy"] if got["occupancy"].shape[1] else np.full((periods, 1), self.done)
        return Totals(
            dyn.players, periods, self.done, dict(zip(self.names, got["first"], strict=True)), occupancy,
            self.low[:, None] + self.width[:, None] * np.arange(_BINS + 1), got["histogram"], got["sums"][0],
            got["sums"][1], got["patterns"].reshape(2, -1), dyn.states, provenance,
        )  # fmt: skip
