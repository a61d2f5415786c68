"""Counterfactuals: the same draws under two assumptions, for each perspective."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import check_whole, is_number, need_pandas, plain
from armsgame._cost import require
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import FloatArray, RNGLike
from armsgame.arithmetic.shares import digits
from armsgame.dossiers.coercion import scenario_of
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import ScenarioError, check_known, invalid
from armsgame.simulation.laws.laws import WithdrawalLaw
from armsgame.simulation.paths.mixture import Branch, mixture_law, simulate_mixture
from armsgame.study.scenarios.outlook import branches
from armsgame.study.scenarios.report_text import shared

if TYPE_CHECKING:
    import pandas
    import xarray

__all__ = ["Counterfactual", "PairedDifference", "counterfactual"]

_DISPLAY = "display_attended"
_ACCOUNT = ("pass_compliant", "pass_violating", "attend_error")


@dataclass(frozen=True, slots=True)
class PairedDifference(Value):
    """Changed minus unchanged under one perspective; path n has the same draws on both sides.

    Attributes
    ----------
    perspective : str
    before, after : WithdrawalLaw, exact, of the event without and with the change
    sampled, error : change of P(event by the horizon) from the paths, and its paired standard error
    unpaired_error : float, the standard error that independent runs would have
    sampled_curve : array [T + 1]
    gained, lost : float, share of paths on which the event happens only with, only without the change
    delay : array [D], change of the period of the event on the paths where both sides have it
    payoffs : array [N, P], change of the discounted payoffs
    payoff, payoff_error : arrays [P], mean of `payoffs` and its standard error
    """

    perspective: str
    before: WithdrawalLaw
    after: WithdrawalLaw
    sampled: float
    error: float
    unpaired_error: float
    sampled_curve: FloatArray
    gained: float
    lost: float
    delay: FloatArray
    payoffs: FloatArray

    @property
    def difference(self) -> FloatArray:
        """P(event by t | changed) - P(event by t | unchanged), exact, [T + 1]."""
        return np.asarray(self.before.survival - self.after.survival)

    @property
    def payoff(self) -> FloatArray:
        """Mean change of each party's payoff, [P]."""
        return np.asarray(self.payoffs.mean(axis=0))

    @property
    def payoff_error(self) -> FloatArray:
        """Paired standard error of `payoff`, [P]."""
        return np.asarray(self.payoffs.std(axis=0) / np.sqrt(len(self.payoffs)))


@dataclass(frozen=True, slots=True)
class Counterfactual(Framed, Drawn, Value):
    """What a change would have changed, under each account.

    Attributes
    ----------
    change : mapping, as it was asked for
    event : str
    parties : pair of str
    perspectives : mapping from name to PairedDifference
    paths, periods : int
    provenance : mapping
    """

    change: Mapping[str, object]
    event: str
    parties: tuple[str, str]
    perspectives: Mapping[str, PairedDifference]
    paths: int
    periods: int
    provenance: Provenance

    def __getitem__(self, name: str) -> PairedDifference:
        return self.perspectives[name]

    def to_frame(self) -> pandas.DataFrame:
        """One row per perspective."""
        rows = []
        for name, p in self.perspectives.items():
            row = {"perspective": name, "unchanged": p.before.cdf[-1], "changed": p.after.cdf[-1]}
            row |= {"difference": p.difference[-1], "sampled": p.sampled, "error": p.error}
            row |= {"unpaired error": p.unpaired_error, "gained": p.gained, "lost": p.lost}
            row |= {f"payoff {n}": v for n, v in zip(self.parties, p.payoff, strict=True)}
            rows.append(row)
        return need_pandas().DataFrame(rows).set_index("perspective")

    def to_xarray(self) -> xarray.Dataset:
        """Exact and sampled curves and paired payoffs over perspectives."""
        import xarray as xr

        own = self.perspectives.values()
        data = {
            "difference": (("perspective", "time"), np.array([p.difference for p in own])),
            "sampled": (("perspective", "time"), np.array([p.sampled_curve for p in own])),
            "payoff": (("perspective", "path", "party"), np.array([p.payoffs for p in own])),
        }
        time = ("time", np.arange(self.periods + 1), {"units": "periods"})
        coords = {"perspective": list(self.perspectives), "time": time, "party": list(self.parties)}
        return xr.Dataset(data, coords, {n: str(v) for n, v in self.provenance.items()})

    def __str__(self) -> str:
        told = ", ".join(f"{n} = {v}" for n, v in self.change.items())
        lines = [
            f"Had it been that {told}: P({self.event} within {self.periods} periods), {self.paths:,} paired paths",
            f"  {'perspective':<18s} {'unchanged':<10s} {'changed':<10s} {'exact':<10s} sampled difference",
        ]
        for name, p in self.perspectives.items():
            lines.append(
                f"  {name:<18s} {digits(p.before.cdf[-1]):<10s} {digits(p.after.cdf[-1]):<10s} "
                f"{p.difference[-1]:<+z10.4f} {shared(p.sampled, p.error, self.paths)}"
                + (f" (+- {p.unpaired_error:.4f} unpaired)" if p.unpaired_error > 0 else "")
            )
        lines.append("Each account answers by its own priors and policies; none of them is taken as true.")
        return "\n".join(lines)


def counterfactual(
    scenario: Scenario,
    change: Mapping[str, object],
    *,
    perspectives: Sequence[str] | None = None,
    event: str = "withdrawn",
    regime: str | None = None,
    paths: int = 20_000,
    periods: int | None = None,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> Counterfactual:
    """Change one thing and leave every draw as it was, under each perspective.

    Conduct is the assumed one of each type. What a certified profile with private types implies had one recorded move
    been another, with beliefs that follow, is asked with `armsgame.studies.changed_move`.

    Parameters
    ----------
    scenario : Scenario
    change : mapping
        Parameters as in `Scenario.replace` (``{"detection_after": 0.5}``, ``{"outside_option": {"US":
        1.0}}``), numbers that a perspective holds (``pass_compliant``, ``pass_violating``,
        ``attend_error``), and ``display_attended``: True or False starts both sides with the dossier's
        demand pending, and has the offered display attended on one side and declined on the other.
    perspectives : sequence of str, optional; default: all
    event : str, an event of the treaty's game such as ``"notice"`` or ``"withdrawn"``
    regime : str, optional; default: the dossier's last verification regime
    paths, periods : int; default horizon: the scenario's
    rng : seed; both sides and all perspectives use it (common random numbers)
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Counterfactual

    Raises
    ------
    ScenarioError
        An empty or unknown change, one that the regime in force does not read, a change of the horizon,
        an unknown perspective, or ``display_attended`` in a dossier without a declined display.

    Examples
    --------
    >>> import armsgame as ag
    >>> inf = ag.load_scenario("inf")
    >>> found = ag.counterfactual(inf, {"display_attended": True}, perspectives=["agnostic"], paths=200,
    ...                           periods=8, rng=1)
    >>> print(f"{found['agnostic'].difference[-1]:.3f}")
    -0.632
    """
    scenario = scenario_of("counterfactual", scenario)
    changed, attended = _changed(scenario, change, regime)
    names = tuple(scenario.perspectives) if perspectives is None else tuple(perspectives)
    if not names:
        invalid("perspectives", perspectives, "at least one perspective of the scenario")
    for name in names:
        scenario.perspective(name)
    count = check_whole("paths", paths)
    horizon = check_whole("periods", scenario.question.periods if periods is None else periods)
    require("withdrawal_law", periods=horizon)
    require("simulate", paths=count, periods=horizon, kept=count)
    seed = Seed.of(rng)
    found = {}
    for name in names:
        sides = (
            branches(scenario, name, regime=regime, attended=None if attended is None else not attended),
            branches(changed, name, regime=regime, attended=attended),
        )
        check_known("event {} is unknown", sides[0][0].game.events, event, error=ScenarioError)
        rates = (scenario.question.discount, changed.question.discount)
        found[name] = _compare(name, sides, rates, event, horizon, count, seed)
    notes: dict[str, object] = {"scenario": scenario.id, "change": str(dict(change)), "event": event}
    notes |= {"discount": scenario.question.discount, "paths": count, "periods": horizon, "regime": str(regime)}
    origin = Provenance.of(seed, notes, names)
    return Counterfactual(dict(change), event, scenario.parties, found, count, horizon, origin)


def _compare(
    name: str,
    sides: tuple[Sequence[Branch], Sequence[Branch]],
    rates: tuple[float, float],
    event: str,
    periods: int,
    paths: int,
    seed: Seed,
) -> PairedDifference:
    laws = [mixture_law(side, periods=periods, event=event) for side in sides]
    before, after = (
        simulate_mixture(side, discount=rate, periods=periods, paths=paths, rng=seed.sequence)
        for side, rate in zip(sides, rates, strict=True)
    )
    old, new = before.happened(event).astype(float), after.happened(event).astype(float)
    both = (old * new).astype(bool)
    paired = new - old
    return PairedDifference(
        name, laws[0], laws[1], float(paired.mean()), float(paired.std() / np.sqrt(paths)),
        float(np.sqrt((old.var() + new.var()) / paths)), before.survival(event) - after.survival(event),
        float((paired > 0).mean()), float((paired < 0).mean()),
        (after.first[event][both].astype(float) - before.first[event][both]), after.payoffs - before.payoffs,
    )  # fmt: skip


def _changed(scenario: Scenario, change: Mapping[str, object], regime: str | None) -> tuple[Scenario, bool | None]:
    """Return the changed scenario, and whether the display is attended in it."""
    if not isinstance(change, Mapping) or not change:
        raise ScenarioError("change is empty; allowed: a mapping such as {'display_attended': True}.")
    rest: dict[str, Any] = dict(change)
    attended = plain(rest.pop(_DISPLAY, None))
    if _DISPLAY in change and not isinstance(attended, bool):
        raise ScenarioError(f"change[{_DISPLAY!r}] is {attended!r}; allowed: True or False.")
    if "periods" in rest:
        raise ScenarioError("change names 'periods'; both sides need one horizon: counterfactual(.., periods=..).")
    known = (_DISPLAY, *_ACCOUNT, *scenario.quantities, "discount")
    check_known("change names {}", known, *rest, error=ScenarioError)
    _check_read(scenario, rest, regime)
    held = {n: rest.pop(n) for n in _ACCOUNT if n in rest}
    for name, value in held.items():
        if not is_number(value) or not 0 <= value <= 1:
            raise ScenarioError(f"change[{name!r}] is {value!r}; allowed: a probability between 0 and 1.")
    out = scenario.replace(**rest) if rest else scenario
    accounts = {n: replace(p, **held) for n, p in out.perspectives.items()}
    return replace(out, perspectives=accounts), attended


def _check_read(scenario: Scenario, change: Mapping[str, object], regime: str | None) -> None:
    """Refuse a detection rate that the regime in force replaces by another one: it would change nothing."""
    if not scenario.regimes:
        return
    own = {r.name: r for r in scenario.regimes}
    check_known("regime {} is unknown", own, *([] if regime is None else [regime]), error=ScenarioError)
    chosen = scenario.regimes[-1] if regime is None else own[regime]
    for name in {"detection", *(r.detection for r in scenario.regimes)} & set(change):
        if name != chosen.detection:
            raise ScenarioError(
                f"change names {name!r}, which {chosen.name!r} does not read; allowed: {chosen.detection!r}, or "
                "regime= with another verification regime."
            )
