"""Robustness: under which share and which region of the assumptions a stated conclusion holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import check_number, check_power_of_two, check_whole
from armsgame._cost import require
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Drawn, Value
from armsgame._typing import BoolArray, FloatArray, RNGLike
from armsgame.arithmetic.shares import percent
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import NotSolved, WrongConcept, invalid
from armsgame.study.sweeps.designs import Design, sobol
from armsgame.study.sweeps.measures import MeasureLike, Studied
from armsgame.study.sweeps.ranges import Asked, ranges_of, told
from armsgame.study.sweeps.sweep import ExecutorLike

if TYPE_CHECKING:
    import xarray

__all__ = ["Box", "Conclusion", "Robustness", "robustness"]

_SIGNS = {"<=": le, ">=": ge, "==": eq, "!=": ne, "<": lt, ">": gt}
_TERM = re.compile(r"\s*(.+?)\s*(<=|>=|==|!=|<|>)\s*([-+]?[\w.]+(?:e[-+]?\d+)?)\s*", re.IGNORECASE)
_PEEL, _LEAST = 0.05, 0.02


@dataclass(frozen=True, slots=True)
class Conclusion(Value):
    """A statement about an output of a model, such as ``"grim == 1 and suspension <= 4"``.

    Parameters
    ----------
    model : Scenario or Treaty
    statement : str
        ``output sign number``, joined by ``and``; signs are < <= == != >= >. ``inf`` is a number.
    measure : Measure or callable(treaty, discount)
    discount : float, optional; default: the scenario's

    Raises
    ------
    InvalidGame
        A statement of another form, or about an output that the measure does not have.
    """

    model: Studied
    statement: str
    measure: MeasureLike
    discount: float | None = None
    terms: tuple[tuple[str, str, float], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        terms = []
        for text in re.split(r"\s+and\s+", str(self.statement)):
            found = _TERM.fullmatch(text)
            try:
                value = float(found[3]) if found else None
            except ValueError:
                value = None
            if found is None or value is None or np.isnan(value):
                invalid("statement", self.statement, "'output sign number', joined by 'and', such as 'threshold < 0.9'")
            Asked(self.model, self.measure, output=found[1])
            terms.append((found[1], found[2], value))
        object.__setattr__(self, "terms", tuple(terms))

    def judge(self, table: Mapping[str, FloatArray]) -> tuple[BoolArray, BoolArray]:
        """Where the statement holds and where an output it names is missing (NaN), bool arrays [N]."""
        for name, _, _ in self.terms:
            if name not in table:
                invalid("statement", self.statement, f"outputs of the measure: {', '.join(table)}")
        missing = np.any([np.isnan(table[n]) for n, _, _ in self.terms], axis=0)
        true = np.all([_SIGNS[sign](table[n], value) for n, sign, value in self.terms], axis=0)
        return true & ~missing, missing

    def __str__(self) -> str:
        return self.statement


@dataclass(frozen=True, slots=True)
class Box(Value):
    """A box of assumptions in which the conclusion mostly holds, judged on points that the search has not seen.

    Attributes
    ----------
    limits : mapping from name to (low, high)
    density : float, share of the fresh points in the box at which it holds; NaN where none lies in it
    coverage : float, share of the fresh points at which it holds that lie in the box; NaN where it holds at none
    judged : int, fresh points in the box; without any the box is not judged
    """

    limits: Mapping[str, tuple[float, float]]
    density: float
    coverage: float
    judged: int

    @property
    def verdict(self) -> str:
        """What the fresh points say, in words."""
        if not self.judged:
            return "not judged: no fresh point lies in it"
        low, high = _wilson(self.density, self.judged)
        told = f"holds at {percent(self.density)} % [{100 * low:.1f}, {100 * high:.1f}] of {self.judged:,} fresh points"
        return told + (f", covers {percent(self.coverage)} %" if np.isfinite(self.coverage) else "")

    def __str__(self) -> str:
        return f"{told(self.limits)}: {self.verdict}"


@dataclass(frozen=True, slots=True)
class Robustness(Drawn, Value):
    """How much of a box of assumptions supports a conclusion.

    Attributes
    ----------
    conclusion : Conclusion
    share : float, of the points at which it holds
    interval : pair of float, 95 % (Wilson 1927, as if the points were independent draws)
    undecided : float, share of points without an answer; they count as not holding
    profiles : mapping from name to array [K], the share in K equal slices of its range
    region : Box or None where the conclusion holds nowhere
    base : bool or None, does it hold at the model's own values?
    design : Design
    holds, missing : bool arrays [N]
    ranges, provenance : mappings
    """

    conclusion: Conclusion
    share: float
    interval: tuple[float, float]
    undecided: float
    profiles: Mapping[str, FloatArray]
    region: Box | None
    base: bool | None
    design: Design
    holds: BoolArray
    missing: BoolArray
    ranges: Mapping[str, tuple[float, float]]
    provenance: Provenance

    def to_xarray(self) -> xarray.Dataset:
        """Points with ``holds`` and ``missing``."""
        import xarray as xr

        data = {"holds": ("point", self.holds), "missing": ("point", self.missing)}
        coords = {n: ("point", v) for n, v in self.design.points.items()}
        return xr.Dataset(data, coords, {n: str(v) for n, v in self.provenance.items()})

    def __str__(self) -> str:
        low, high = self.interval
        lines = [
            f"'{self.conclusion}' holds at {percent(self.share)} % [{100 * low:.1f}, {100 * high:.1f}] of "
            f"{self.design.size:,} points of the box {told(self.ranges)}"
        ]
        if self.undecided:
            lines.append(f"  no answer at {percent(self.undecided)} % of the points")
        if self.base is not None:
            lines.append(f"  at the model's own values it {'holds' if self.base else 'does not hold'}")
        for name, shares in self.profiles.items():
            told_shares = ("-" if np.isnan(s) else percent(s, 0) for s in shares)
            lines.append(f"  by {name:<16s} " + " ".join(f"{s:>3s}" for s in told_shares))
        lines.append(f"  region: {self.region or 'none; it holds at no point that the search saw'}")
        return "\n".join(lines)


def robustness(
    conclusion: Conclusion,
    over: Mapping[str, object] | Iterable[str],
    *,
    points: int = 4096,
    density: float = 0.95,
    slices: int = 10,
    executor: ExecutorLike = None,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> Robustness:
    """Ask under which assumptions a stated conclusion holds.

    Parameters
    ----------
    conclusion : Conclusion
    over : as in `sensitivity`: names, ranges or a SALib problem
    points : int, a power of two of at least 2: half of them in each of two scrambles of Sobol points
    density : float, share of points that must support the conclusion inside the region
    slices : int, of each range in the profiles
    executor : as in `sweep`
    rng : seed
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Robustness
        The share is of the box, uniformly weighted; it is no probability that the conclusion is true. The order of
        the names changes nothing.

    Raises
    ------
    InvalidGame
        Parameters that the measure does not read, outputs that it does not have, ranges that are none.
    NotSolved
        The measure failed at every point.

    Notes
    -----
    The region is found by peeling (Friedman and Fisher 1999; Bryant and Lempert 2010): from the whole
    box, 5 % of the points are cut off at the end that raises the density most, until `density` is
    reached or 2 % of the points are left. One scramble finds it; the other, independent of the first, judges it.
    A region in which no point of the second lies is not judged, and says so.

    Examples
    --------
    >>> import armsgame as ag
    >>> claim = ag.studies.Conclusion(ag.Treaty(), "threshold < 0.9", ag.measures.threshold, discount=0.95)
    >>> found = ag.studies.robustness(claim, {"detection": (0.0, 1.0)}, points=1024, rng=1)
    >>> round(found.share, 1), found.base
    (0.9, True)
    """
    if not isinstance(conclusion, Conclusion):
        raise WrongConcept(
            f"conclusion is a {type(conclusion).__name__}; allowed: ag.studies.Conclusion(model, 'grim == 1', measure)."
        )
    check_number("density", density, 0, 1, open_low=True)
    slices, points = check_whole("slices", slices), check_power_of_two("points", points, 2)
    require("design", evaluations=slices * points, parameters=1)
    ranges = ranges_of(over)
    seed = Seed.of(rng)
    # dimensions of a Sobol sequence differ: they go to the names in one order, whatever the caller's
    ordered = {n: ranges[n] for n in sorted(ranges)}
    halves = [sobol(ordered, int(points) // 2, rng=seed.child(k).sequence) for k in (0, 1)]
    design = Design({n: np.concatenate([h.points[n] for h in halves]) for n in ordered}, {}, "two sobol scrambles")
    options: Any = {"discount": conclusion.discount, "executor": executor, "rng": seed.child(2).sequence}
    asked = Asked(conclusion.model, conclusion.measure, output=conclusion.terms[0][0], **options)
    table, notes, raised = asked.table(design.points, design.kind)
    if raised == design.size:
        raise NotSolved(f"the measure failed at every point: {notes['failed']}. Mend the measure or the ranges.")
    holds, missing = conclusion.judge(table)
    base, own = None, conclusion.discount
    if own is None and isinstance(conclusion.model, Scenario):
        own = conclusion.model.question.discount
    if own is not None:
        here, gone = conclusion.judge(asked.at_home(own))
        base = None if gone[0] else bool(here[0])
    notes |= {"conclusion": conclusion.statement, "ranges": told(ranges)}
    return Robustness(
        conclusion, float(holds.mean()), _wilson(float(holds.mean()), design.size), float(missing.mean()),
        {n: _profile(design.points[n], holds, pair, int(slices)) for n, pair in ranges.items()},
        _region(design, holds, ranges, density), base, design, holds, missing, ranges, Provenance.of(seed, notes),
    )  # fmt: skip


def _wilson(share: float, count: int) -> tuple[float, float]:
    z = 1.959963984540054
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def _profile(values: FloatArray, holds: BoolArray, pair: tuple[float, float], slices: int) -> FloatArray:
    low, high = pair
    place = np.minimum(((values - low) / (high - low) * slices).astype(int), slices - 1)
    counts = np.bincount(place, minlength=slices)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.bincount(place, weights=holds, minlength=slices) / counts)


def _region(design: Design, holds: BoolArray, ranges: Mapping[str, tuple[float, float]], density: float) -> Box | None:
    names = design.names
    table = np.column_stack([design.points[n] for n in names])
    half = len(table) // 2
    points, good = table[:half], holds[:half]
    if not good.any():
        return None
    low, high = (np.array([ranges[n][k] for n in names], dtype=float) for k in (0, 1))
    inside = np.ones(len(points), bool)
    while good[inside].mean() < density:
        here = np.flatnonzero(inside)
        cut = max(1, round(_PEEL * len(here)))
        if len(here) - cut < max(2, _LEAST * len(points)):
            break
        peeled = []
        for j in range(len(names)):
            order = here[np.argsort(points[here, j], kind="stable")]
            peeled += [(j, False, order[cut:]), (j, True, order[:-cut])]
        j, top, kept = max(peeled, key=lambda one: float(good[one[2]].mean()))
        inside = np.isin(np.arange(len(points)), kept)
        if top:
            high[j] = points[kept, j].max()
        else:
            low[j] = points[kept, j].min()
    fresh, shown = table[half:], holds[half:]
    judged = ((fresh >= low) & (fresh <= high)).all(axis=1)
    limits = {n: (float(low[k]), float(high[k])) for k, n in ((names.index(n), n) for n in ranges)}
    share = float(shown[judged].mean()) if judged.any() else np.nan
    return Box(limits, share, float(shown[judged].sum() / shown.sum()) if shown.any() else np.nan, int(judged.sum()))
