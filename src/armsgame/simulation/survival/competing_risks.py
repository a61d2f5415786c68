"""Competing risks: cumulative incidence by cause, estimated and exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import check_whole, need_pandas
from armsgame._cost import require
from armsgame._deadline import PERIODS, ask_time
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import ArrayLike, FloatArray, IntArray
from armsgame.arithmetic.shares import digits, estimated
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.games.coercion import Modelled, TimedGame, timed_game
from armsgame.simulation.laws.links import branch_marks, links_of
from armsgame.simulation.survival.kaplan_meier import (
    censors,
    check_durations,
    event_times,
    observed_periods,
    refuse_part,
    unmasked,
)
from armsgame.simulation.survival.run import Paths

if TYPE_CHECKING:
    import pandas
    import xarray


NONE = "none of these"
_CAUSES = ("false_alarm", "detected", "expired", "notice_without_grounds")


@dataclass(frozen=True, slots=True)
class IncidenceLaw(Value):
    """Exact cumulative incidence: P(ended by each cause within t periods), [T + 1, C].

    Causes that happen in the same period make a cause of their own, ``"a + b"``.
    """

    causes: tuple[str, ...]
    cumulative: FloatArray

    def of(self, cause: str) -> FloatArray:
        """Cumulative incidence of one cause, [T + 1]; 0 for a cause of probability 0."""
        if cause not in self.causes:
            return np.zeros(len(self.cumulative))
        return self.cumulative[:, self.causes.index(cause)]

    @property
    def shares(self) -> dict[str, float]:
        """Share of each cause among the ends within the horizon; NaN where there is none."""
        last = self.cumulative[-1]
        with np.errstate(invalid="ignore"):
            return dict(zip(self.causes, (last / last.sum()).tolist(), strict=True))

    def to_xarray(self) -> xarray.Dataset:
        """Labelled dataset over period and cause."""
        import xarray as xr

        coords = {"period": np.arange(len(self.cumulative)), "cause": list(self.causes)}
        return xr.Dataset({"cumulative": (("period", "cause"), self.cumulative)}, coords)

    def __str__(self) -> str:
        lines = [f"Within {len(self.cumulative) - 1} periods, exact"]
        last = zip(self.causes, self.cumulative[-1].tolist(), strict=True)
        return "\n".join(lines + [f"  {c:<32s} {digits(p)}" for c, p in last])


@dataclass(frozen=True, slots=True)
class Incidence(Framed, Drawn, Value):
    """Estimated cumulative incidence by cause (Aalen and Johansen 1978).

    Attributes
    ----------
    causes : tuple of str, or of the numbers that `aalen_johansen` was given
    at_risk : int array [T]
    happened : int array [T, C]
    cumulative, error : arrays [T + 1, C], with standard errors by the delta method
    law : IncidenceLaw or None, the exact law beside the estimate
    """

    causes: tuple[str, ...]
    at_risk: IntArray
    happened: IntArray
    cumulative: FloatArray
    error: FloatArray
    law: IncidenceLaw | None = None

    @property
    def periods(self) -> int:
        """Horizon T."""
        return len(self.at_risk)

    @property
    def survival(self) -> FloatArray:
        """P(no cause yet after t periods), [T + 1]."""
        return np.asarray(1 - self.cumulative.sum(axis=1))

    @property
    def exact(self) -> FloatArray | None:
        """Cumulative incidence of the exact law, [T + 1, C]; None without a law."""
        if self.law is None:
            return None
        return np.stack([self.law.of(c)[: self.periods + 1] for c in self.causes], axis=1)

    def to_frame(self) -> pandas.DataFrame:
        """One row per number of periods and cause (needs pandas)."""
        return need_pandas().DataFrame(self.to_xarray().to_dataframe())

    def to_xarray(self) -> xarray.Dataset:
        """Labelled dataset over period and cause."""
        import xarray as xr

        axes = ("period", "cause")
        data = {"cumulative": (axes, self.cumulative), "error": (axes, self.error)}
        if self.exact is not None:
            data["exact"] = (axes, self.exact)
        return xr.Dataset(data, {"period": np.arange(self.periods + 1), "cause": list(self.causes)})

    def __str__(self) -> str:
        lines = [f"Cumulative incidence within {self.periods} periods; {self.at_risk[0]:,} paths"]
        exact = self.exact
        for k, cause in enumerate(self.causes):
            line = f"  {cause!s:<32s} {estimated(self.cumulative[-1, k], self.error[-1, k], self.at_risk)}"
            lines.append(line if exact is None else f"{line}  exact {digits(exact[-1, k])}")
        return "\n".join(lines)


def aalen_johansen(durations: ArrayLike, causes: Sequence[object], *, law: IncidenceLaw | None = None) -> Incidence:
    """Cumulative incidence by cause, with independent censoring.

    Parameters
    ----------
    durations : int array_like [N]
        Periods until the end or until observation ended, counted from 1; 0 is a path never observed.
    causes : sequence [N]
        What ended it: words, or numbers other than 0. None, 0, False or ``""`` where observation ended first.
    law : IncidenceLaw, optional
        Exact law to compare with.

    Returns
    -------
    Incidence
        Causes in the order of the alphabet.

    Raises
    ------
    InvalidGame
        Durations that are no whole numbers of at least 0 and at most 10 million, sequences of different
        lengths, or a missing cause (NaN, NaT, NA, hidden by a mask): it says neither what ended the
        path nor that nothing did.

    References
    ----------
    Aalen and Johansen (1978), Scandinavian J. of Statistics 5; the variance is the delta method for
    multinomial increments, as in Marubini and Valsecchi (1995), eq. 10.12.

    Examples
    --------
    >>> import armsgame as ag
    >>> found = ag.survival.aalen_johansen([1, 1, 2, 3], ["notice", "expiry", None, "notice"])
    >>> found.cumulative[-1].tolist()
    [0.25, 0.75]
    """
    times = check_durations(durations)
    entries = np.asarray(unmasked(causes, "causes"), object).ravel()
    listed = [None if censors(c, f"causes[{k}]") else c for k, c in enumerate(entries)]
    if len(listed) != len(times):
        invalid("len(causes)", len(listed), f"{len(times)}, one per duration")
    ended = {c for c in listed if c is not None}
    # numbers in their order, then words in theirs
    names = tuple(sorted(ended, key=lambda c: (isinstance(c, str), c)))
    code = np.array([len(names) if c is None else names.index(c) for c in listed])
    if (times[code < len(names)] == 0).any():
        invalid("durations", 0, "at least 1 where a cause ended the path")
    return estimate(times, code, names, int(times.max()), law)


def estimate(
    times: IntArray, code: IntArray, names: tuple[str, ...], horizon: int, law: IncidenceLaw | None
) -> Incidence:
    """Aalen-Johansen estimate; code k < C is cause k, C is censored."""
    table = np.zeros((horizon + 1, len(names) + 1), np.int64)
    np.add.at(table, (times, code), 1)
    gone = table[1:].sum(axis=1)
    happened = table[1:, :-1]
    n = gone[::-1].cumsum()[::-1]
    total = happened.sum(axis=1)
    safe = np.maximum(n, 1).astype(float)
    before = np.concatenate([[1.0], np.cumprod(1 - total / safe)])[:-1]
    zero = np.zeros((1, len(names)))
    cumulative = np.concatenate([zero, np.cumsum(before[:, None] * happened / safe[:, None], axis=0)])
    # var F(t) = sum over s <= t of (F(t) - F(s))^2 a - 2 (F(t) - F(s)) b + c
    with np.errstate(divide="ignore", invalid="ignore"):
        a = np.where((total > 0) & (total < n), total / (safe * (safe - total)), 0.0)[:, None]
    b = before[:, None] * happened / safe[:, None] ** 2
    c = before[:, None] ** 2 * happened * (safe[:, None] - happened) / safe[:, None] ** 3
    own, ahead = cumulative[1:], cumulative[1:]
    sums = [np.cumsum(term, axis=0) for term in (a, a * ahead, a * ahead**2, b, b * ahead, c)]
    variance = own**2 * sums[0] - 2 * own * sums[1] + sums[2] - 2 * own * sums[3] + 2 * sums[4] + sums[5]
    error = np.concatenate([zero, np.sqrt(np.maximum(variance, 0.0))])
    ended = np.flatnonzero(n == 0)
    if len(ended) and before[ended[0]] > 0:
        # everybody has left by censoring: nothing is known from here on
        cumulative[ended[0] + 1 :] = error[ended[0] + 1 :] = np.nan
    return Incidence(names, n, happened, cumulative, error, law)


def run_incidence(
    run: Paths,
    events: Sequence[str],
    *,
    collapse: str | None = None,
    lengths: ArrayLike | None = None,
    law: IncidenceLaw | None = None,
) -> Incidence:
    """Cumulative incidence of competing events (Aalen and Johansen 1978).

    Parameters
    ----------
    events : sequence of str
        A path ends with the first of them; events of one period make a cause of their own.
    collapse : str, optional
        A path ends with this event instead, and its cause is the first of `events` by then.
    lengths : int array_like [N], optional
        Periods for which each path is observed, where that is less than the horizon.
    law : IncidenceLaw, optional
        Exact law from `incidence_law` with the same causes.

    Returns
    -------
    Incidence
    """
    refuse_part(run, law)
    listed = check_causes(events, run.first)
    first = np.stack([event_times(run, c) for c in listed])
    soonest = first.min(axis=0)
    end = soonest if collapse is None else event_times(run, collapse)
    started = soonest <= end
    mask = np.where(started, _bits(first, soonest), 0)
    observed = observed_periods(run, lengths)
    seen = end < observed
    if law is not None and len(law.cumulative) <= run.periods:
        invalid("len(law.cumulative)", len(law.cumulative), f"at least {run.periods + 1}, the periods of the run and 1")
    if law is not None:
        law = IncidenceLaw(law.causes, law.cumulative[: run.periods + 1])
    masks = sorted(set(mask[seen].tolist()) | _masks_of(law, listed), key=_order)
    place = {m: k for k, m in enumerate(masks)}
    code = np.full(run.paths, len(masks))
    code[seen] = [place[m] for m in mask[seen].tolist()]
    names = tuple(mask_name(m, listed) for m in masks)
    return estimate(np.where(seen, end + 1, observed), code, names, run.periods, law)


def incidence_law(
    game: TimedGame | Modelled,
    profile: Sequence[object],
    *,
    periods: int,
    causes: str | Sequence[str] | None = None,
    collapse: str | None = None,
    error: float = 0.0,
    budget_seconds: float | None = None,
) -> IncidenceLaw:
    """Exact cumulative incidence by cause, from the product chain.

    Parameters
    ----------
    game : StochasticGame or RepeatedGame
    profile : sequence of strategies, one per player
    periods : int
        Horizon T.
    causes : sequence of str, optional
        Events that compete. By default the ways in which a collapse starts: ``false_alarm``,
        ``detected``, ``expired``, ``notice_without_grounds`` and every ``climate_...`` of the game.
    collapse : str, optional
        Without it a path ends with the first of the causes. With it a path ends with this event, and
        its cause is the first of `causes` that happened before it or in its period
        (``"none of these"`` where none did).
    error : float
        Implementation error per party and period.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    IncidenceLaw

    Raises
    ------
    InvalidGame
        Unknown events, or periods that are no positive whole number.

    Notes
    -----
    The chain is augmented by the first cause so far: one more law per set of causes that can come
    first, none of them larger than the chain itself.

    Examples
    --------
    >>> import armsgame as ag
    >>> game, leave = ag.Treaty().game(), (ag.treaty.exit_on_alarm,) * 2
    >>> law = ag.survival.incidence_law(game, leave, periods=40, collapse="notice")
    >>> {cause: round(share, 4) for cause, share in law.shares.items()}
    {'false_alarm': 1.0}
    """
    count = check_whole("periods", periods)
    require("incidence_law", periods=count)
    links = links_of(timed_game("incidence_law", game), profile, error=error)
    product, size = links.product, links.size
    events = product.play.dynamics.events
    listed = check_causes(default_causes(events) if causes is None else causes, events)
    bits = reduce(np.bitwise_or, [branch_marks(product, c).astype(np.int64) << k for k, c in enumerate(listed)])
    ends = bits > 0 if collapse is None else branch_marks(product, collapse)
    # as matrices of the next law, and as the probabilities of ending in one step
    own, done = bits[links.branch], ends[links.branch]
    ahead = {m: links.matrix((own == m) & ~done).T.tocsr() for m in np.unique(own[~done]).tolist()}
    out = {
        m: np.bincount(links.tail[x], links.chance[x], minlength=size)
        for m in np.unique(own[done]).tolist()
        for x in [np.flatnonzero((own == m) & done)]
    }
    masks = sorted({*ahead, *out}, key=_order)
    column = {mask: k for k, mask in enumerate(masks)}
    still, leave = sum(ahead.values()), sum(out.values())
    # laws of the paths that go on: without a cause so far, and by first cause
    none, held = np.zeros(size), np.zeros((size, len(masks)))
    none[0] = 1.0
    flow = np.zeros((count + 1, len(masks)))
    for t in range(1, count + 1):
        if t % PERIODS == 0:
            ask_time(f"{t:,} of {count:,} periods")
        if out:
            flow[t] = leave @ held
        for own, gone in out.items():
            flow[t, column[own]] += gone @ none
        if not ahead:
            break
        held = still @ held
        for own, matrix in ahead.items():
            if own:
                held[:, column[own]] += matrix @ none
        none = ahead[0] @ none if 0 in ahead else np.zeros(size)
    shown = np.flatnonzero(flow.any(axis=0)).tolist()
    names = tuple(mask_name(masks[k], listed) for k in shown)
    return IncidenceLaw(names, np.cumsum(flow[:, shown], axis=0))


def default_causes(events: Mapping[str, object]) -> tuple[str, ...]:
    """Events of a game that can start a collapse."""
    found = tuple(c for c in (*_CAUSES, *sorted(e for e in events if e.startswith("climate_"))) if c in events)
    if not found:
        raise InvalidGame(f"no event of this game starts a collapse ({', '.join(_CAUSES)}); name the causes: causes=.")
    return found


def check_causes(causes: Sequence[str], events: Mapping[str, object]) -> tuple[str, ...]:
    """Return the causes, each of them a known event and named once."""
    listed = (causes,) if isinstance(causes, str) else tuple(causes)
    for cause in listed:
        if cause not in events:
            raise InvalidGame(f"event {cause!r} is unknown. {close_matches(str(cause), events)}")
    if not listed or len(set(listed)) < len(listed) or len(listed) > 60:
        invalid("causes", listed, "1 to 60 different events")
    return listed


def mask_name(mask: int, causes: tuple[str, ...]) -> str:
    """Words for a set of causes given as bits."""
    return " + ".join(c for k, c in enumerate(causes) if mask >> k & 1) or NONE


def _bits(first: IntArray, soonest: IntArray) -> IntArray:
    return np.asarray(((first == soonest).astype(np.int64) << np.arange(len(first))[:, None]).sum(axis=0))


def _masks_of(law: IncidenceLaw | None, causes: tuple[str, ...]) -> set[int]:
    """Causes of the law as bits, so that a cause that no path shows is listed with its 0."""
    found = set()
    for name in () if law is None else law.causes:
        parts = () if name == NONE else name.split(" + ")
        if not set(parts) <= set(causes):
            invalid("law.causes", law.causes if law else (), f"causes among {causes}")
        found.add(sum(1 << causes.index(p) for p in parts))
    return found


def _order(mask: int) -> tuple[int, int, int]:
    """Single causes first, then ties, then none."""
    return int(mask == 0), mask.bit_count(), mask
