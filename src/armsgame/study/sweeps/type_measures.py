"""Measures of games with private types: which certified profiles exist, trust thresholds, the range of an event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from inspect import getdoc
from typing import Any

import numpy as np

from armsgame._deadline import TimeSpent, ask_time
from armsgame._shown import Value, described
from armsgame._typing import FloatArray
from armsgame.dossiers.private_types import private_types
from armsgame.errors import ArmsgameError, ScenarioError, invalid
from armsgame.games.bayesian.game import BayesianGame
from armsgame.results.bayesian_equilibria import BayesianEquilibria
from armsgame.simulation.laws.laws import withdrawal_law
from armsgame.solve.bayesian.equilibria import bayesian_equilibria
from armsgame.study.private_types.regimes import BAYESIAN_REGIMES, FIRST_MOVES, first_moves, path_regime
from armsgame.study.sweeps.measures import _ONE_STATUS, Measure, Model, _stage
from armsgame.treaty.closed_forms.trust import threshold
from armsgame.treaty.treaty import Treaty

__all__ = ["TypeMeasure", "Types", "bayesian_regime", "first_moves_by_type", "trust_threshold", "withdrawn_range"]

Answers = tuple[dict[str, FloatArray], dict[int, ArmsgameError]]

# the account of a dossier that takes no side, and the types of a bare treaty
_DEFAULT = "agnostic"
_GREED = 1.0
# so many nearest points that were solved before lend their profiles as starts
_NEAREST = 2


@dataclass(frozen=True, slots=True)
class Types(Value):
    """Whose types are private, what they change, and how likely each is.

    Parameters
    ----------
    perspective : str, optional
        An account of a dossier, with its rows of types and its prior; default: ``"agnostic"``.
    types : mapping {type: {parameter: value}}, or {party: {type: {parameter: value}}}, optional
        As in `Treaty.with_types`; the first form is for both parties. Default on a treaty: ``"content"``, with the
        treaty's own payoffs, and ``"tempted"``, whose temptation is higher by 1 (an assumption).
    prior : as in `BayesianGame`, optional; default: all types are equally likely
    """

    perspective: str | None = None
    types: Mapping[str, Any] | None = None
    prior: Any = None

    def base(self, model: Model) -> Model:
        """Return the model on the treaty that the account reads: its regime, and what a display shows by it."""
        if model.scenario is None or self.types is not None:
            if self.perspective is not None:
                invalid("perspective", self.perspective, "None", "A perspective belongs to a Scenario and its types.")
            return model
        if self.prior is not None:
            invalid("prior", self.prior, "None", "A perspective has its own; give types= too, or change the dossier.")
        treaty = model.scenario.treaty(regime=model.scenario.asked_regime, perspective=self._account(model))
        return replace(model, treaty=treaty)

    def _account(self, model: Model) -> str:
        assert model.scenario is not None
        if self.perspective is None and _DEFAULT not in model.scenario.perspectives:
            raise ScenarioError(
                f"{model.scenario.id!r} has no perspective {_DEFAULT!r}; choose one of "
                f"{list(model.scenario.perspectives)}: measure.under(perspective)."
            )
        return self.perspective or _DEFAULT

    def rows(self, model: Model, treaty: Treaty) -> dict[str, dict[str, Mapping[str, float]]]:
        """Return what each type of each party changes, on one treaty."""
        if model.scenario is not None and self.types is None:
            name = self._account(model)
            every, laws = model.scenario.party_types(name), model.scenario.perspective(name).types
            return {p: {k: dict(every[k].parameters) for k in every if k in laws[p]} for p in treaty.parties}
        if self.types is None:
            return {
                party: {"content": {}, "tempted": {"temptation": own.temptation + _GREED}}
                for party, own in zip(treaty.parties, treaty.parameters, strict=True)
            }
        if set(self.types) <= set(treaty.parties):
            return dict(self.types)
        shared: dict[str, Mapping[str, float]] = dict(self.types)
        return {party: shared for party in treaty.parties}

    def game(self, model: Model, treaty: Treaty) -> BayesianGame:
        """Game with private types on the treaty of one point."""
        if model.scenario is not None and self.types is None:
            return private_types(model.scenario, self._account(model), None, (), {}, None, treaty)
        rows = self.rows(model, treaty)
        prior = {p: [1 / len(own)] * len(own) for p, own in rows.items()} if self.prior is None else self.prior
        return treaty.with_types(rows, prior)


@described(lambda measure: f"{measure.name}: {measure.about}")
@dataclass(frozen=True, slots=True)
class TypeMeasure(Measure):
    """A measure of a game with private types. `Measure` tells the other fields.

    Parameters
    ----------
    solve : callable(measure, model, points) -> (outputs, faults)
        Answers all points at once, because points start from what was found at their neighbours.
    whose : Types
        Whose types are meant; `under` chooses others.
    event : str
        The event of a measure that is about one.
    """

    solve: Callable[[TypeMeasure, Model, Mapping[str, FloatArray]], Answers] = field(default=None, repr=False)  # type: ignore[assignment]
    whose: Types = field(default_factory=Types)
    event: str = "withdrawn"

    def under(
        self,
        perspective: str | None = None,
        *,
        types: Mapping[str, object] | None = None,
        prior: object = None,
        event: str | None = None,
    ) -> TypeMeasure:
        """Return the same measure under another account, or with other types.

        Parameters
        ----------
        perspective : str, optional
            An account of the dossier.
        types, prior : as in `Types`
        event : str, optional
            What `withdrawn_range` asks about, such as ``"notice"``.
        """
        told: dict[str, object] = {"perspective": perspective, "types": types, "prior": prior, "event": event}
        options = {**self.options, **{name: own for name, own in told.items() if own is not None}}
        return replace(self, whose=Types(perspective, types, prior), event=event or self.event, options=options)

    def outputs(self, model: Model) -> dict[str, str]:
        """Units by output; a measure with one output for each type asks the model for them."""
        if self.units:
            return Measure.outputs(self, model)
        rows = self.whose.rows(model, model.treaty)
        return {f"{party} {kind}": "code" for party in model.treaty.parties for kind in rows.get(party, {"known": {}})}

    def block(self, model: Model, points: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """Every output on a block of points, arrays [N]; the first fault is raised."""
        found, faults = self.walk(model, points)
        for fault in faults.values():
            raise fault
        return found

    def walk(self, model: Model, points: Mapping[str, FloatArray]) -> Answers:
        """Every output on all points of a design, and what was raised by place."""
        return self.solve(self, self.whose.base(model), points)


def _searches(
    measure: TypeMeasure, model: Model, points: Mapping[str, FloatArray]
) -> Iterator[tuple[int, BayesianGame, BayesianEquilibria] | tuple[int, ArmsgameError, None]]:
    """Search at every point, from the named starts and from what the nearest points before it led to."""
    table = np.column_stack([np.asarray(v, float) for v in points.values()])
    spread = np.ptp(table, axis=0)
    table = table / np.where(spread > 0, spread, 1.0)
    solved: list[tuple[int, BayesianGame, dict[str, Any]]] = []
    for k in range(len(table)):
        ask_time(f"{k} of {len(table)} points")
        try:
            treaty, delta = model.at({n: float(v[k]) for n, v in points.items()})
            game = measure.whose.game(model, treaty)
            states = game.dynamics().states
            near = sorted(solved, key=lambda one: float(np.abs(table[k] - table[one[0]]).sum()))
            lent = [own for _, other, own in near[:_NEAREST] if other.dynamics().states == states]
            found = bayesian_equilibria(game, discount=delta, mixing="never")
            known = {path_regime(game, one): one.profile for one in reversed(found.equilibria)}
            # kinds of play that hold nearby are asked for here too: best replies from the named starts may miss them
            more = {f"{kind}, at a neighbour": p for own in lent for kind, p in own.items() if kind not in known}
            if more:
                found = _joined(found, bayesian_equilibria(game, discount=delta, starts=more, mixing="never"))
                known = {path_regime(game, one): one.profile for one in reversed(found.equilibria)}
        except TimeSpent:
            raise
        except ArmsgameError as fault:
            yield k, fault, None
            continue
        # searches that ran out of time end early
        ask_time(f"{k} of {len(table)} points")
        solved.append((k, game, known))
        yield k, game, found


def _joined(one: BayesianEquilibria, two: BayesianEquilibria) -> BayesianEquilibria:
    """Both sets: where only the second is not empty, its status and gain."""
    every = (*one.equilibria, *two.equilibria)
    status = one.status if one.equilibria else two.status
    return BayesianEquilibria(every, status, min(one.least_gain, two.least_gain), {**one.courses, **two.courses})


def _walk(
    measure: TypeMeasure,
    model: Model,
    points: Mapping[str, FloatArray],
    each: Callable[[BayesianGame, BayesianEquilibria, Model, TypeMeasure], Mapping[str, float]],
) -> Answers:
    size = len(next(iter(points.values())))
    out = {n: np.full(size, np.nan) for n in measure.outputs(model)}
    faults: dict[int, ArmsgameError] = {}
    for k, game, found in _searches(measure, model, points):
        if found is None:
            assert isinstance(game, ArmsgameError)
            faults[k] = game
            continue
        assert isinstance(game, BayesianGame)
        try:
            answers = each(game, found, model, measure)
        except TimeSpent:
            raise
        except ArmsgameError as fault:
            faults[k] = fault
            continue
        for name, value in answers.items():
            out[name][k] = value
    return out, faults


def _regime_of(game: BayesianGame, found: BayesianEquilibria, *_: object) -> Mapping[str, float]:
    """Which kinds of certified profiles exist in the game with private types, by their play on the path.

    Outputs: ``regime``, the most cooperative of them as its place in `BAYESIAN_REGIMES`, -1 where no profile is
    certified; one output for each label, 1 where some certified profile plays so; ``profiles``, how many were
    certified; ``least_gain``, the least gain of a deviation over all profiles tried, 0 where one is certified. The
    search begins at every point from the named starts and from the profiles of the nearest points before it. It is
    not complete, so that a 0 says "none found".
    """
    kinds = {path_regime(game, one) for one in found}
    places = [k for k, label in enumerate(BAYESIAN_REGIMES) if label in kinds]
    out = {label: float(label in kinds) for label in BAYESIAN_REGIMES}
    return {"regime": min(places, default=-1), **out, "profiles": len(found), "least_gain": found.least_gain}


def _range_of(game: BayesianGame, found: BayesianEquilibria, model: Model, measure: TypeMeasure) -> Mapping[str, float]:
    """Least and greatest P(event by the horizon) over certified profiles, and how many were certified.

    NaN where no profile is certified. Ties are taken as each profile resolves them; `armsgame.bayesian.tie_range`
    tells what they leave open.
    """
    ends = [
        float(withdrawal_law(game, one.profile, periods=model.periods, event=measure.event).cdf[-1]) for one in found
    ]
    return {"least": min(ends, default=np.nan), "greatest": max(ends, default=np.nan), "profiles": len(found)}


def _moves_of(game: BayesianGame, found: BayesianEquilibria, *_: object) -> Mapping[str, float]:
    """First move of each type in the certified profile that is best for the party that is worse off.

    One output ``"PARTY TYPE"`` for each, a place in `FIRST_MOVES`: 0 comply, 1 deploy, 2 give notice, 3 where the
    type mixes, and -1 where no profile is certified. The selection is that of `BayesianEquilibria.select`; other
    certified profiles may begin otherwise.
    """
    if not found.equilibria:
        return {f"{party} {kind}": -1 for party, kinds in zip(game.players, game.types, strict=True) for kind in kinds}
    taken = first_moves(game, found.select("worst_off"))
    return {f"{party} {kind}": FIRST_MOVES.index(own) for (party, kind), own in taken.items()}


def _moves(measure: TypeMeasure, model: Model, points: Mapping[str, FloatArray]) -> Answers:
    return _walk(measure, model, points, _moves_of)


def _regimes(measure: TypeMeasure, model: Model, points: Mapping[str, FloatArray]) -> Answers:
    return _walk(measure, model, points, _regime_of)


def _ranges(measure: TypeMeasure, model: Model, points: Mapping[str, FloatArray]) -> Answers:
    return _walk(measure, model, points, _range_of)


def _trust(measure: TypeMeasure, model: Model, points: Mapping[str, FloatArray]) -> Answers:
    """Least belief in a content other side at which content parties comply beside tempted ones, for each party.

    The closed form `armsgame.treaty.trust.threshold`, with the party's own payoffs and the temptation of its type
    ``"tempted"``; inf where types part at no belief. It needs one detection rate and one false-alarm rate.
    """
    table, delta = model.columns(points)
    for name in ("detection", "false_alarm"):
        if (table[name][0] != table[name][1]).any():
            invalid(name, "two rates", "the same rate for both parties", "Ask bayesian_regime, which searches.")
    rows = measure.whose.rows(model, model.treaty)
    out: dict[str, FloatArray] = {}
    for i, party in enumerate(model.treaty.parties):
        t, r, p, s = (own[i] for own in _stage(table))
        given = rows[party].get("tempted", {}).get("temptation")
        if measure.whose.types is None and model.scenario is None:
            given = table["temptation"][i] + _GREED
        greed = None if given is None else given - table["concealment_cost"][i]
        rates = (table["detection"][i], table["false_alarm"][i])
        out[f"belief {party}"] = np.asarray(threshold(t, r, p, s, *rates, delta, greed).belief, dtype=float)
    return out, {}


def _measure(
    name: str, units: dict[str, str], told: Callable[..., object], solve: Callable[..., Answers], **rest: Any
) -> TypeMeasure:
    return TypeMeasure(name, units, about=getdoc(told) or "", solve=solve, **rest)


_CODES = {"regime": "code", **dict.fromkeys(BAYESIAN_REGIMES, "bool"), "profiles": "count"}
_CODES["least_gain"] = "utility per period"
bayesian_regime = _measure("bayesian_regime", _CODES, _regime_of, _regimes)

first_moves_by_type = _measure("first_moves_by_type", {}, _moves_of, _moves)

_ENDS = {"least": "probability", "greatest": "probability", "profiles": "count"}
withdrawn_range = _measure("withdrawn_range", _ENDS, _range_of, _ranges)

_BELIEFS = {"belief {0}": "probability", "belief {1}": "probability"}
trust_threshold = _measure("trust_threshold", _BELIEFS, _trust, _trust, reads=_ONE_STATUS)
