"""Beliefs about a party's type along a dated history, for one prior or for a whole range of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import need_pandas, number, probability, settle_rows
from armsgame._registry import draw
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray, Number
from armsgame.dossiers.coercion import scenario_of
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import InvalidGame, check_known, invalid
from armsgame.treaty.elementwise import elementwise, plain, together

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = [
    "BeliefPath",
    "InformativePriors",
    "PriorRange",
    "beliefs",
    "informative_priors",
    "prior_fan",
    "prior_range",
    "scenario_beliefs",
]

_CONVENTION = "the belief before it was kept, as Bayes' rule says nothing there"


@dataclass(frozen=True, slots=True, eq=False)
class BeliefPath(Value):
    """Posterior beliefs after each event of a history.

    Attributes
    ----------
    types : tuple of K str
    dates, events : tuples of E + 1 str; the first stand for the prior
    posterior : array ``[E + 1, *B, K]``
    surprises : tuple of int
        Events that had probability 0 (somewhere in the batch): there the belief before was kept.
    unused : tuple of str
        Kinds of event in the history without likelihoods: taken to say nothing.
    """

    types: tuple[str, ...]
    dates: tuple[str, ...]
    events: tuple[str, ...]
    posterior: FloatArray
    surprises: tuple[int, ...] = ()
    unused: tuple[str, ...] = ()

    def of(self, kind: str) -> FloatArray:
        """Belief ``[E + 1, *B]`` in one type."""
        check_known("type {} is unknown", self.types, kind)
        return np.asarray(self.posterior[..., self.types.index(kind)])

    def to_frame(self) -> pandas.DataFrame:
        """One row per date and type, with the lowest and highest belief over the batch (needs pandas)."""
        rows = []
        for e, (date, event) in enumerate(zip(self.dates, self.events, strict=True)):
            for k, kind in enumerate(self.types):
                own = self.posterior[e, ..., k]
                row = {"date": date, "event": event, "type": kind}
                rows.append(row | {"lowest": float(own.min()), "highest": float(own.max())})
        return need_pandas().DataFrame(rows)

    def plot(self, kind: str, *, ax: Axes | None = None) -> Axes:
        """Draw the belief in one type; see `armsgame.plot.belief_fan`."""
        return draw("belief_fan", {"": self}, kind, ax=ax)

    def __str__(self) -> str:
        lines = []
        for e, (date, event) in enumerate(zip(self.dates, self.events, strict=True)):
            parts = []
            for k, kind in enumerate(self.types):
                own = self.posterior[e, ..., k]
                low, high = float(own.min()), float(own.max())
                parts.append(f"{kind} {low:.3f}" if high - low < 5e-4 else f"{kind} {low:.3f} to {high:.3f}")
            mark = f"   [probability 0: {_CONVENTION}]" if e in self.surprises else ""
            lines.append(f"{date:<12s} {event:<32s} {', '.join(parts)}{mark}")
        if self.unused:
            lines.append(f"without likelihoods, so taken to say nothing: {', '.join(self.unused)}")
        return "\n".join(lines)


def beliefs(
    prior: Mapping[str, ArrayLike],
    history: Sequence[tuple[str, str]],
    likelihoods: Mapping[str, Mapping[str, ArrayLike]],
) -> BeliefPath:
    """Update beliefs about a type by Bayes' rule, event by event.

    Parameters
    ----------
    prior : mapping from type to probability
        Numbers or arrays ``[*B]`` that sum to 1; a whole range of priors is one call.
    history : sequence of (date, kind of event)
        In order.
    likelihoods : mapping from kind of event to mapping from type to P(event | type)
        Numbers or arrays ``[*B]``. They are somebody's assumptions about behaviour: events count as
        independent given the type. Kinds that are missing say nothing, and are listed.

    Returns
    -------
    BeliefPath

    Raises
    ------
    InvalidGame
        A prior that is none, a type without likelihood, a likelihood outside [0, 1].

    Notes
    -----
    Convention: an event that has probability 0 under the belief leaves it as it was. It is listed in
    `surprises` and marked in print; it means that the likelihoods contradict the record.

    Examples
    --------
    >>> path = beliefs({"wants out": 0.25, "sincere": 0.75}, [("2019-01-23", "declines")],
    ...                {"declines": {"wants out": 0.9, "sincere": 0.3}})
    >>> print(path)
    start        prior                            wants out 0.250, sincere 0.750
    2019-01-23   declines                         wants out 0.500, sincere 0.500
    """
    types = tuple(prior)
    if not types:
        invalid("prior", prior, "at least one type with its probability")
    weights = np.stack(np.broadcast_arrays(*(probability(f"prior of {k!r}", prior[k]) for k in types)), axis=-1)
    weights, off = settle_rows(weights)
    if off.any():
        invalid("prior", prior, "probabilities that sum to 1")
    rows = {}
    for kind, given in likelihoods.items():
        missing = [t for t in types if t not in given]
        if missing:
            raise InvalidGame(
                f"likelihoods of {kind!r} miss the type {missing[0]!r}; allowed: one P(event | type) each."
            )
        rows[kind] = [probability(f"P({kind} | {t})", given[t]) for t in types]
    shape = np.broadcast_shapes(weights.shape[:-1], *(np.shape(x) for own in rows.values() for x in own))
    now = np.array(np.broadcast_to(weights, (*shape, len(types))))
    path, dates, events, surprises, unused = [now], ["start"], ["prior"], [], []
    for date, kind in history:
        if kind not in rows:
            unused.append(kind)
            continue
        law = np.stack([np.broadcast_to(x, shape) for x in rows[kind]], axis=-1)
        joint = now * law
        total = joint.sum(axis=-1, keepdims=True)
        possible = total > 0
        now = np.where(possible, joint / np.where(possible, total, 1.0), now)
        path.append(now)
        dates.append(str(date))
        events.append(kind)
        if not possible.all():
            surprises.append(len(path) - 1)
    return BeliefPath(
        types, tuple(dates), tuple(events), np.stack(path), tuple(surprises), tuple(dict.fromkeys(unused))
    )


def scenario_beliefs(
    scenario: Scenario,
    perspective: str,
    about: str,
    likelihoods: Mapping[str, Mapping[str, ArrayLike]],
    *,
    prior: Mapping[str, ArrayLike] | None = None,
) -> BeliefPath:
    """Beliefs about one party's type along the dated moves of a dossier, under one perspective.

    Parameters
    ----------
    scenario : Scenario
    perspective : str
        Its prior over the party's types is used.
    about : str
        The party; only its own moves count.
    likelihoods : mapping from move to mapping from type to P(move | type)
        The reader's, or the perspective's, assumptions about behaviour; dossiers hold none of them.
    prior : mapping from type to probability, optional
        Another prior, for instance `prior_fan`.

    Returns
    -------
    BeliefPath

    Raises
    ------
    ScenarioError
        An unknown perspective.
    InvalidGame
        An unknown party; the faults of `beliefs`.

    Examples
    --------
    >>> import armsgame as ag
    >>> inf = ag.load_scenario("inf")
    >>> moves = {"decline_verification": {"content": 0.1, "tempted": 0.1, "wants_out": 0.9}}
    >>> scenario_beliefs(inf, "agnostic", "US", moves).of("wants_out").round(3).tolist()
    [0.25, 0.75]
    """
    scenario = scenario_of("scenario_beliefs", scenario)
    account = scenario.perspective(perspective)
    check_known("party {} is unknown", scenario.parties, about)
    history = [(e.date.text, e.move) for e in scenario.timeline() if e.actor == about]
    return beliefs(account.types[about] if prior is None else prior, history, likelihoods)


def prior_fan(prior: Mapping[str, float], kind: str, values: ArrayLike) -> dict[str, FloatArray]:
    """Priors that give one type the probabilities `values` ``[*B]`` and keep the others in proportion.

    Where the others have no weight at all they share the rest equally.

    Examples
    --------
    >>> fan = prior_fan({"content": 0.25, "tempted": 0.5, "wants_out": 0.25}, "wants_out", [0.1, 0.4])
    >>> {k: v.round(3).tolist() for k, v in fan.items()}
    {'content': [0.3, 0.2], 'tempted': [0.6, 0.4], 'wants_out': [0.1, 0.4]}
    """
    check_known("type {} is unknown", prior, kind)
    own = np.asarray(probability("values", values), dtype=np.float64)
    others = {k: float(w) for k, w in prior.items() if k != kind}
    rest = sum(others.values())
    share = {k: w / rest if rest > 0 else 1 / len(others) for k, w in others.items()}
    return {k: own if k == kind else (1 - own) * share[k] for k in prior}


@dataclass(frozen=True, slots=True)
class PriorRange(Value):
    """Priors of one type for which a conclusion holds: low <= prior <= high; NaN where for none."""

    low: float
    high: float
    conclusion: str

    def __str__(self) -> str:
        if np.isnan(self.low):
            return f"{self.conclusion}: for no prior"
        return f"{self.conclusion}: for priors from {self.low:.4g} to {self.high:.4g}"


def prior_range(
    prior: Mapping[str, float],
    history: Sequence[tuple[str, str]],
    likelihoods: Mapping[str, Mapping[str, float]],
    *,
    kind: str,
    at_least: float,
) -> PriorRange:
    """Priors of a type for which the belief in it ends at `at_least` or more.

    Parameters
    ----------
    prior : mapping from type to probability
        Only the proportions of the other types are used.
    history, likelihoods : as `beliefs`
    kind : str
    at_least : float, between 0 and 1

    Returns
    -------
    PriorRange
        Exact: the posterior rises with the prior.

    Raises
    ------
    InvalidGame
        The history has probability 0 for every type, so that there is no posterior.

    Examples
    --------
    >>> found = prior_range({"wants out": 0.5, "sincere": 0.5}, [("2019-01-23", "declines")],
    ...                     {"declines": {"wants out": 0.9, "sincere": 0.3}}, kind="wants out", at_least=0.5)
    >>> print(found)
    P(wants out) >= 0.5 at the end: for priors from 0.25 to 1
    """
    tau = float(probability("at_least", at_least))
    share = prior_fan(prior, kind, 0.0)
    used = [event for _, event in history if event in likelihoods]
    logs = {}
    with np.errstate(divide="ignore"):
        for t in prior:
            logs[t] = sum(float(np.log(probability(f"P({e} | {t})", likelihoods[e][t]))) for e in used)
    top = max(logs.values())
    if not np.isfinite(top):
        raise InvalidGame(
            "the history has probability 0 for every type, so Bayes' rule gives no posterior; change likelihoods."
        )
    mine = float(np.exp(logs[kind] - top))
    other = sum(float(share[t]) * float(np.exp(logs[t] - top)) for t in prior if t != kind)
    words = f"P({kind}) >= {tau:g} at the end"
    if tau == 0:
        return PriorRange(0.0, 1.0, words)
    if mine == 0:
        return PriorRange(float("nan"), float("nan"), words)
    return PriorRange(tau * other / (tau * other + (1 - tau) * mine) if other > 0 else 0.0, 1.0, words)


@dataclass(frozen=True, slots=True)
class InformativePriors(Value):
    """Priors of violation between which seeing a display can change the receiver's decision.

    Attributes
    ----------
    low, high : ends of the open interval; equal where the display tells nothing
    leave_threshold : belief above which the receiver leaves
    """

    low: FloatArray
    high: FloatArray
    leave_threshold: Number


def informative_priors(
    pass_compliant: ArrayLike, pass_violating: ArrayLike, gain: ArrayLike = 1.0, loss: ArrayLike = 1.0
) -> InformativePriors:
    """Find where a snub says something: the priors at which a sincere receiver gains by attending.

    Outside the interval no result of the display would change the decision, its value of
    information is 0, a sincere receiver declines at any cost, and declining is no evidence of motive.

    Parameters
    ----------
    pass_compliant, pass_violating : float or array
        P(pass | type).
    gain, loss : float or array, above 0
        From staying with a compliant, and with a violating party.

    Returns
    -------
    InformativePriors

    Notes
    -----
    A result with likelihood ratio r changes the decision at the prior odds [G/L]/r; the ends are those of
    a pass and of a fail. Equal to the set where `treaty.verification.display` has a positive value.

    Examples
    --------
    >>> telling, blunt = informative_priors(0.9, 0.05), informative_priors(0.95, 0.9)
    >>> [round(x, 3) for x in (telling.low, telling.high, blunt.low, blunt.high)]
    [0.095, 0.947, 0.333, 0.514]
    """
    c, v = probability("pass_compliant", pass_compliant), probability("pass_violating", pass_violating)
    g, ell = number("gain", gain, 0, open_low=True), number("loss", loss, 0, open_low=True)
    with elementwise():
        c, v, g, ell = together(c, v, g, ell)
        odds = g / ell

        def turn(compliant: FloatArray, violating: FloatArray) -> FloatArray:
            # prior at which this result leaves the receiver indifferent; its own threshold where it never occurs
            never = (compliant == 0) & (violating == 0)
            return np.asarray(np.where(never, g / (g + ell), odds * compliant / (odds * compliant + violating)))

        ends = turn(c, v), turn(1 - c, 1 - v)
        return InformativePriors(plain(np.minimum(*ends)), plain(np.maximum(*ends)), plain(g / (g + ell)))
