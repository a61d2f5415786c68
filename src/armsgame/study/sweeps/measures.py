"""Measures: what a study computes at every point, as named functions that can be sent to other processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from inspect import getdoc
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from armsgame._checks import check_discount, check_probability
from armsgame._shown import Value, described
from armsgame._typing import FloatArray
from armsgame.dossiers.coercion import treaty_of
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import InvalidGame, check_known, close_matches, invalid
from armsgame.solve.thresholds.reversion import Reversion, mirror_deters
from armsgame.study.sweeps.parameter_reach import PlayReads
from armsgame.treaty.parameter_table import parameters
from armsgame.treaty.party import Party
from armsgame.treaty.treaty import Treaty

if TYPE_CHECKING:
    from armsgame.results.payoff_set import PayoffSet

__all__ = [
    "Measure",
    "Model",
    "cheapest_detection",
    "display_posterior",
    "negotiated_point",
    "payoff_set_area",
    "regime",
    "survival",
    "threshold",
]

Studied: TypeAlias = Scenario | Treaty
"""What a study varies: a dossier with its default question, or a treaty."""

_PARTY = tuple(f.name for f in fields(Party))


@dataclass(frozen=True, slots=True)
class Model:
    """A treaty with a question: what the points of a design change.

    Attributes
    ----------
    treaty : Treaty
    discount : float or None, used where the design does not vary it
    periods : int, horizon of measures that have one
    scenario : Scenario or None, the dossier that the treaty is read from
    """

    treaty: Treaty
    discount: float | None = None
    periods: int = 120
    label: str = "treaty"
    scenario: Scenario | None = None

    @classmethod
    def of(cls, model: Studied, discount: float | None) -> Model:
        """From a Scenario (with its question) or a Treaty."""
        if isinstance(model, Scenario):
            asked = model.question
            return cls(model.treaty(), asked.discount if discount is None else discount, asked.periods, model.id, model)
        return cls(treaty_of("a study", model), discount)

    def check(self, names: Sequence[str]) -> None:
        """Refuse names that are neither a parameter, nor ``name.PARTY``, nor ``discount``."""
        terms = {f.name for f in fields(Treaty)} - {"parties", "parameters", "parts"}
        for name in names:
            head, dot, party = name.partition(".")
            known = {*_PARTY, *terms, "discount"}
            if head not in known or (dot and head not in _PARTY):
                raise InvalidGame(f"parameter {name!r} is unknown. {close_matches(head, known)}")
            check_known(f"{name!r} names the party {{}}", self.treaty.parties, *[party] * bool(dot))
            if dot and head in names:
                invalid("design", f"{head!r} and {name!r}", "one of them", "The first would overwrite the second.")
        if "discount" not in names and self.discount is None:
            invalid("discount", None, "discount= or an axis of the design, 0 <= discount < 1")

    def at(self, point: Mapping[str, float]) -> tuple[Treaty, float]:
        """Treaty and discount factor of one point."""
        changes: dict[str, Any] = {}
        delta = self.discount
        for name, value in point.items():
            head, dot, party = name.partition(".")
            if name == "discount":
                delta = value
            elif dot:
                changes.setdefault(head, {})[party] = value
            else:
                changes[head] = value
        assert delta is not None
        check_discount(delta)
        return self.treaty.replace(**changes), float(delta)

    def columns(self, points: Mapping[str, FloatArray]) -> tuple[dict[str, FloatArray], FloatArray]:
        """Party parameters as arrays [2, N] and discount factors [N].

        Raises
        ------
        InvalidGame
            A parameter out of range.
        """
        size = len(next(iter(points.values())))
        own = self.treaty.parameters
        table = {n: np.repeat([[float(getattr(p, n))] for p in own], size, axis=1) for n in _PARTY}
        delta = np.full(size, np.nan if self.discount is None else self.discount)
        for name, values in points.items():
            head, dot, party = name.partition(".")
            if name == "discount":
                delta = np.asarray(values, dtype=float)
            elif dot:
                table[head][self.treaty.parties.index(party)] = values
            elif head in table:
                table[head][:] = values
        for name, column in {**table, "discount": delta}.items():
            parameters[name].check(column)
        return table, delta


@described(lambda measure: f"{measure.name}: {measure.about}")
@dataclass(frozen=True, slots=True)
class Measure(Value):
    """A named measure.

    Parameters
    ----------
    name : str
    units : mapping from output name to unit
    batch : callable(Model, points) -> mapping from output to array [N], optional
        One call for a whole block of points.
    point : callable(treaty, discount, model) -> mapping from output to number, optional
        One call per point. One of `batch` and `point` is given.
    options : mapping, arguments that were bound, kept for provenance
    reads : set of str, or callable(Model, name, points) -> bool, optional
        Parameters that the measure reads. A study over any other one is refused, because its answer would be flat.
        Without it every parameter is let through.
    about : str
        What the outputs mean; ``help(measure)`` shows it.
    """

    name: str
    units: Mapping[str, str]
    batch: Callable[[Model, Mapping[str, FloatArray]], Mapping[str, Any]] | None = None
    point: Callable[..., Mapping[str, float]] | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    reads: frozenset[str] | Callable[[Model, str, Mapping[str, FloatArray]], bool] | None = None
    about: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"measure {self.name}: {self.about.partition('. ')[0]}"

    def outputs(self, model: Model) -> dict[str, str]:
        """Units by output; ``{0}`` and ``{1}`` in a name stand for the labels of the model's parties."""
        first, second = model.treaty.parties
        return {n.replace("{0}", first).replace("{1}", second): u for n, u in self.units.items()}

    def check(self, model: Model, points: Mapping[str, FloatArray]) -> None:
        """Refuse names that the model does not have or that the measure does not read.

        Raises
        ------
        InvalidGame
            With what is read, and the step that works.
        """
        model.check(tuple(points))
        if self.reads is None:
            return
        if isinstance(self.reads, frozenset):
            idle = [n for n in points if n.partition(".")[0] not in self.reads]
            why = f"It reads {', '.join(sorted(self.reads))}."
        else:
            idle = [n for n in points if not self.reads(model, n, points)]
            why = "At all its values the play and every one-period deviation from it meet the same payoffs and moves."
        if idle:
            raise InvalidGame(
                f"the measure {self.name!r} does not read {', '.join(map(repr, idle))} here: every answer would be the "
                f"same along it. {why} Leave {idle[0]!r} out, or ask a measure that reads it: "
                "measures.survival(policy) plays the whole treaty, and a callable(treaty, discount) reads what you let "
                "it."
            )

    def __call__(self, model: Studied, *, discount: float | None = None, **point: float) -> dict[str, float]:
        """Value of every output at one point."""
        base = Model.of(model, discount)
        values = {n: np.array([float(v)]) for n, v in point.items()}
        self.check(base, values)
        values = values or {"discount": np.array([base.discount or 0.0])}
        return {n: float(v[0]) for n, v in self.block(base, values).items()}

    def block(self, model: Model, points: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """Every output on a block of points, arrays [N]."""
        if self.batch is not None:
            return {n: np.asarray(v, dtype=float) for n, v in self.batch(model, points).items()}
        assert self.point is not None
        size = len(next(iter(points.values())))
        rows = []
        for k in range(size):
            treaty, delta = model.at({n: float(v[k]) for n, v in points.items()})
            rows.append(self.point(treaty, delta, model, **self.options))
        return {n: np.array([float(r[n]) for r in rows]) for n in self.outputs(model)}


MeasureLike: TypeAlias = Measure | Callable[..., Any]
"""A named measure, or a callable(treaty, discount)."""

_RATES = frozenset({"detection", "false_alarm"})
_STAGE = frozenset({"temptation", "reward", "punishment", "sucker", "concealment_cost"})
_ONE_STATUS = _STAGE | _RATES | {"discount"}


def _terms(table: Mapping[str, FloatArray]) -> Reversion:
    t, r, p, s = _stage(table)
    return Reversion.of(t, r, p, s, table["detection"], table["false_alarm"])


def _stage(table: Mapping[str, FloatArray]) -> tuple[FloatArray, ...]:
    """Payoffs T, R, P, S of conduct, net of concealment."""
    hidden = table["concealment_cost"]
    return table["temptation"] - hidden, table["reward"], table["punishment"] - hidden, table["sucker"]


def _measure(name: str, units: dict[str, str], told: Callable[..., object], **rest: Any) -> Measure:
    """Make a measure that is described by the docstring of a function."""
    return Measure(name, units, about=getdoc(told) or "", **rest)


def _regime(model: Model, points: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Regime that enforces compliance in the one-status game, one alarm per party (closed forms).

    Outputs: ``regime`` (0 none of these, 1 grim reversion only, 2 a finite suspension, 3 the mirror response too: under
    perfect observation, as a Nash equilibrium), ``suspension`` (shortest length in periods, 0 where nobody is tempted,
    NaN where none), ``grim``, ``mirror``. Where a party would rather comply while both deploy, P < S, reversion is
    none.
    """
    table, delta = model.columns(points)
    terms = _terms(table)
    grim, length = terms.holds(delta), terms.shortest(delta)
    suspend = np.isfinite(length)
    seen = ((table["detection"] == 1) & (table["false_alarm"] == 0)).all(axis=0)
    t, r, p, s = _stage(table)
    mirror = seen & mirror_deters(t, r, p, s, delta).all(axis=0)
    code = np.select([mirror, suspend, grim], [3, 2, 1], default=0)
    return {"regime": code, "suspension": np.where(suspend, length, np.nan), "grim": grim, "mirror": mirror}


_KINDS = {"regime": "code", "suspension": "periods", "grim": "bool", "mirror": "bool"}
regime = _measure("regime", _KINDS, _regime, batch=_regime, reads=_ONE_STATUS)


def _threshold(model: Model, points: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Least discount factor at which grim reversion on any alarm holds for both parties; inf where none does."""
    return {"threshold": _terms(model.columns(points)[0]).threshold()}


_FACTOR = {"threshold": "discount factor"}
threshold = _measure("threshold", _FACTOR, _threshold, batch=_threshold, reads=_STAGE | _RATES)


def _cheapest(model: Model, points: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Least detection rate, the same for both parties, at which grim reversion holds; inf where none does."""
    table, delta = model.columns(points)
    return {"detection": _terms(table).least_detection(delta)}


_RATE, _OTHERS = {"detection": "probability"}, _ONE_STATUS - {"detection"}
cheapest_detection = _measure("cheapest_detection", _RATE, _cheapest, batch=_cheapest, reads=_OTHERS)


def _posterior(prior: float, model: Model, points: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    table, _ = model.columns(points)
    top = prior * table["pass_violating"]
    total = top + (1 - prior) * table["pass_compliant"]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(total > 0, top / total, np.nan)
    return {f"posterior {party}": own for party, own in zip(model.treaty.parties, found, strict=True)}


def display_posterior(prior: float = 0.5) -> Measure:
    """P(a party violates | its display was passed) from a prior, one output ``"posterior PARTY"`` for each party."""
    check_probability("prior", prior)
    units = dict.fromkeys(("posterior {0}", "posterior {1}"), "probability")
    reads, options = frozenset({"pass_compliant", "pass_violating"}), {"prior": prior}
    batch = partial(_posterior, prior)
    return _measure("display_posterior", units, display_posterior, batch=batch, options=options, reads=reads)


def _set(treaty: Treaty, discount: float, gap: float) -> PayoffSet:
    from armsgame.solve.payoff_sets.payoff_set import LinearPrograms, payoff_set

    found: PayoffSet = payoff_set(treaty.one_status(), discount=discount, method=LinearPrograms(gap=gap))
    return found


def _area(treaty: Treaty, discount: float, _: Model, gap: float = 5e-3) -> dict[str, float]:
    found = _set(treaty, discount, gap)
    return {"inner": found.inner_area, "outer": found.area}


def payoff_set_area(gap: float = 5e-3) -> Measure:
    """Area of the set of public equilibrium payoffs of the one-status game: inner and outer bound."""
    units = {"inner": "utility^2", "outer": "utility^2"}
    options = {"gap": gap}
    return _measure("payoff_set_area", units, payoff_set_area, point=_area, options=options, reads=_ONE_STATUS)


def _negotiated(treaty: Treaty, discount: float, _: Model, gap: float = 5e-3) -> dict[str, float]:
    from armsgame.solve.bargaining.bargain import negotiate

    found = negotiate(_set(treaty, discount, gap))
    return {"first": float(found.payoff[0]), "second": float(found.payoff[1]), "agreed": float(found.agreed)}


def negotiated_point(gap: float = 5e-3) -> Measure:
    """Nash bargain over the public equilibrium payoffs of the one-status game, threats at the minmax."""
    units = {"first": "utility per period", "second": "utility per period", "agreed": "bool"}
    options = {"gap": gap}
    return _measure("negotiated_point", units, negotiated_point, point=_negotiated, options=options, reads=_ONE_STATUS)


def _survival(
    treaty: Treaty, discount: float, model: Model, policy: str = "exit_on_alarm", event: str = "withdrawn"
) -> dict[str, float]:
    from armsgame.checkers.in_time import verify
    from armsgame.simulation.laws.laws import withdrawal_law
    from armsgame.treaty import policies

    game, own = treaty.game(), getattr(policies, policy)
    curve = withdrawal_law(game, (own, own), periods=model.periods, event=event).survival
    median = next(map(float, np.flatnonzero(curve <= 0.5)), np.inf)
    gain = float(verify(game, (own, own), discount=discount).max_gain)
    return {"survival": float(curve[-1]), "median": median, "gain": gain}


def survival(policy: str = "exit_on_alarm", *, event: str = "withdrawn") -> Measure:
    """Exact survival of the treaty at the horizon, its median time in periods, and the policy's largest gain."""
    from armsgame.treaty import policies

    known = [n for n, rule in vars(policies).items() if isinstance(rule, (policies.Policy, policies.Posture))]
    check_known("policy {} is unknown", known, policy)
    units = {"survival": "probability", "median": "periods", "gain": "utility per period"}
    options = {"policy": policy, "event": event}
    return _measure("survival", units, survival, point=_survival, options=options, reads=PlayReads(policy))
