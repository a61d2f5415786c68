"""What one shock does to the law of the public states in the periods after it, exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import check_whole, index_of
from armsgame._cost import require
from armsgame._deadline import PERIODS, ask_time
from armsgame._shown import Drawn, Value
from armsgame._typing import FloatArray
from armsgame.errors import InvalidGame
from armsgame.games.coercion import Modelled, PublicGame, as_states
from armsgame.games.product import Product, chain

if TYPE_CHECKING:
    import xarray


_SHOWN = 6


@dataclass(frozen=True, slots=True)
class ImpulseResponse(Drawn, Value):
    """Laws of the states with and without a shock, from the period that the shock opens.

    Attributes
    ----------
    start, shock : str
        State before the shock, and the state that it leads to.
    states : tuple of str, labels
    shocked, baseline : arrays [T + 1, S]: P(state t periods after the shock) with it and without it
    """

    start: str
    shock: str
    states: tuple[str, ...]
    shocked: FloatArray
    baseline: FloatArray

    @property
    def difference(self) -> FloatArray:
        """Response [T + 1, S], in probability; every row sums to zero."""
        return self.shocked - self.baseline

    @property
    def distance(self) -> FloatArray:
        """Total variation distance of the two laws, [T + 1]: the share of probability that the shock moves."""
        return np.asarray(np.abs(self.difference).sum(axis=1) / 2)

    def grouped(self, group: Callable[[str], str]) -> ImpulseResponse:
        """Return the response of groups of states, such as statuses without their flags."""
        names = [group(s) for s in self.states]
        kept = tuple(dict.fromkeys(names))
        pick = np.array([[name == k for k in kept] for name in names], float)
        return replace(self, states=kept, shocked=self.shocked @ pick, baseline=self.baseline @ pick)

    def to_xarray(self) -> xarray.Dataset:
        """Labelled dataset over ``time`` (periods after the shock) and ``state``."""
        import xarray as xr

        axes = ("time", "state")
        return xr.Dataset(
            {
                "shocked": (axes, self.shocked),
                "baseline": (axes, self.baseline),
                "response": (axes, self.difference, {"long_name": "P(state | shock) - P(state)"}),
            },
            {
                "time": ("time", np.arange(len(self.shocked)), {"units": "periods after the shock"}),
                "state": list(self.states),
            },
            {"start": self.start, "shock": self.shock},
        )

    def __str__(self) -> str:
        last = len(self.shocked) - 1
        times = sorted({t for t in (0, 1, 2, 4, 8, 16, 32, 64) if t < last} | {last})
        size = np.abs(self.difference).max(axis=0)
        order = [k for k in np.argsort(-size, kind="stable") if size[k] > 1e-12]
        width = max([len(self.states[k]) for k in order[:_SHOWN]] + [8])
        lines = [
            f"Response to {self.shock!r} after {self.start!r}: change of probability, by periods after the shock",
            f"  {'state':<{width}s}" + "".join(f"{t:>9d}" for t in times),
        ]
        for k in order[:_SHOWN]:
            lines.append(f"  {self.states[k]:<{width}s}" + "".join(f"{self.difference[t, k]:>+9.4f}" for t in times))
        if len(order) > _SHOWN:
            lines.append(f"  .. {len(order) - _SHOWN} more states in .to_xarray()")
        lines.append(f"  {'moved':<{width}s}" + "".join(f"{self.distance[t]:>9.4f}" for t in times))
        return "\n".join(lines)


def impulse_response(
    game: PublicGame | Modelled,
    profile: Sequence[object],
    *,
    shock: int | str,
    periods: int,
    start: int | str | None = None,
    budget_seconds: float | None = None,
) -> ImpulseResponse:
    """Follow what a shock (a false alarm, a lost inspection, a snub) does to the law of the states.

    The game is in `start`; the next state is `shock`, whatever the parties did, and both react to it as
    their strategies say. The response is the exact law from then on less the law without the shock at
    the same dates.

    Parameters
    ----------
    game : StochasticGame
    profile : sequence of strategies, one per player
    shock : int or str
        The state that the shock leads to, such as ``"in_force, Russia"`` for an alarm about Russia.
    periods : int
        Periods to follow after the shock.
    start : int or str, optional
        State before the shock; default: the game's first one.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    ImpulseResponse

    Raises
    ------
    InvalidGame
        An unknown state, no way from `start` to `shock` in one period, or ways to it that the strategies
        answer differently and that play does not decide between.
    WrongConcept
        The game has no public states.

    Examples
    --------
    >>> import armsgame as ag
    >>> leave = (ag.treaty.exit_on_alarm, ag.treaty.exit_on_alarm)
    >>> found = impulse_response(ag.Treaty().game(), leave, shock="in_force, Russia", periods=8)
    >>> round(float(found.difference[3, found.states.index("withdrawn")]), 4)
    0.99
    """
    game = as_states("impulse_response", game)
    count = check_whole("periods", periods)
    require("impulse_response", periods=count)
    before = game.states[game.initial if start is None else index_of(start, game.states, "start")]
    after = index_of(shock, game.states, "shock")
    product, matrix, _, weights = chain(game.starting(before), profile)
    dyn, branches = product.play.dynamics, product.branches(0)
    reached = np.unique(product.ahead[0][dyn.target[branches] == after])
    if not len(reached):
        near = sorted({game.states[t] for t in dyn.target[branches]})
        raise InvalidGame(
            f"shock is {game.states[after]!r}; allowed: a state that some actions lead to from {before!r} in one "
            f"period: {', '.join(near)}. Give start= for a shock that comes later."
        )
    hit = int(reached[0]) if len(reached) == 1 else _played(product, weights[0], after, before)
    law = np.zeros((2, len(product.pairs)))
    law[0, hit] = 1.0
    law[1] = matrix[[0]].toarray()[0]
    place = np.zeros((len(product.pairs), len(game.states)))
    place[np.arange(len(place)), product.pairs[:, 0]] = 1.0
    found = [law @ place]
    for t in range(count):
        if t % PERIODS == 0:
            ask_time(f"{t:,} of {count:,} periods")
        law = (matrix.T @ law.T).T
        found.append(law @ place)
    paths = np.array(found)
    return ImpulseResponse(before, game.states[after], game.states, paths[:, 0], paths[:, 1])


def _played(product: Product, weights: FloatArray, after: int, before: str) -> int:
    """Pair that play itself reaches where the shock alone leaves the strategies' states open."""
    dyn, branches = product.play.dynamics, product.branches(0)
    row = dyn.rows(int(product.pairs[0, 0]))
    local = np.repeat(np.arange(len(row)), np.diff(dyn.branch[row.start : row.stop + 1]))
    live = (dyn.target[branches] == after) & (weights[local] * dyn.prob[branches] > 0)
    reached = np.unique(product.ahead[0][live])
    if len(reached) != 1:
        raise InvalidGame(
            f"shock leads from {before!r} to {dyn.states[after]!r} in ways that the strategies answer differently; "
            "allowed: a shock whose history is settled. Let the strategies read states alone."
        )
    return int(reached[0])
