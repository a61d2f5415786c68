"""Whether play of a treaty's game meets a parameter at all, or an answer along it would be flat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from armsgame._typing import FloatArray
from armsgame.errors import ArmsgameError
from armsgame.treaty.treaty import Treaty

__all__ = ["PlayReads"]

_ANCHORS, _VALUES = 16, 6


class _Pointed(Protocol):
    """A treaty with a question, whose parameters a point of a design changes."""

    def at(self, point: Mapping[str, float]) -> tuple[Treaty, float]:
        """Treaty and discount factor of one point."""


@dataclass(frozen=True, slots=True)
class PlayReads:
    """Whether one policy, played by both parties, meets a parameter: on its path or by one deviation from it.

    It is asked at every combination of the other parameters; where these are too many, it is taken to be met.

    A survival law and the gains of one-period deviations depend on no other entry of the game than those. What
    varies only elsewhere (the cost of a display that the policy never accepts; days of notice that round to one
    number of periods) cannot move them.
    """

    policy: str

    def __call__(self, model: _Pointed, name: str, points: Mapping[str, FloatArray]) -> bool:
        """Whether the values of `name` among the points give different answers to play; at one value, True."""
        values = np.unique(points[name])
        if name == "discount" or len(values) < 2:
            return True
        # the ends differ if anything does, as far as terms are monotone; some values between them guard the rest
        some = values[np.unique(np.linspace(0, len(values) - 1, _VALUES).round().astype(int))]
        others = [np.asarray(v) for n, v in points.items() if n not in (name, "discount")]
        places = np.unique(np.stack(others), axis=1, return_index=True)[1] if others else np.zeros(1, int)
        if len(places) > _ANCHORS:
            return True  # some of these would prove nothing about the rest: the answers themselves will tell
        for place in places.tolist():
            anchor = {n: float(v[place]) for n, v in points.items()}
            first: list[npt.NDArray[np.generic]] | None = None
            for value in (some[0], *some[:0:-1]):
                try:
                    seen = list(self._met(model.at({**anchor, name: float(value)})[0]))
                except ArmsgameError:
                    return True  # out of range, or a move that the treaty lacks: the study itself says so
                first = seen if first is None else first
                if len(seen) != len(first) or any(not np.array_equal(a, b) for a, b in zip(seen, first, strict=True)):
                    return True
        return False

    def _met(self, treaty: Treaty) -> Iterator[npt.NDArray[np.generic]]:
        """Payoffs and laws that the play and one-period deviations from it can meet, state by state."""
        from armsgame.treaty import policies

        game, own = treaty.game(), getattr(policies, self.policy)
        plans = [own.on(game, i) for i in (0, 1)]
        yield np.array([hash(label) for label in game.states])
        for name in sorted(game.events):
            yield from game.events[name]
        for s, label in enumerate(game.states):
            acts = [sorted({int(row.argmax()) for row in plan.outputs[label]}) for plan in plans]
            pay, law = game.stages[s].payoffs, game.transitions[s]
            for i in (0, 1):
                # a deviator is free, the other party plays one of its phases
                yield np.take(pay[i], acts[1 - i], axis=1 - i)
                yield np.take(law, acts[1 - i], axis=1 - i)
