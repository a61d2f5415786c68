"""What a bundle of terms is worth: the value of the equilibrium that its treaty supports, if it supports one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from armsgame._checks import check_discount, check_number, check_whole, need_pandas
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import BoolArray, FloatArray, IntArray, RNGLike
from armsgame.arithmetic.tolerance import patience
from armsgame.checkers.in_time import verify
from armsgame.dossiers.coercion import treaty_of
from armsgame.errors import InvalidGame, NotSolved, invalid
from armsgame.negotiation.ledger import Ledger
from armsgame.negotiation.menu import zero_of
from armsgame.negotiation.terms import Term, Terms
from armsgame.negotiation.valued_games.conduct_only import OneStatus
from armsgame.negotiation.valued_games.whole_game import PayoffSets, Policies
from armsgame.results.certificates import Certificate
from armsgame.results.provable import Provable
from armsgame.treaty.treaty import Treaty

if TYPE_CHECKING:
    import pandas
    import xarray

__all__ = ["Selection", "TermValues", "value_of_terms"]


Selection: TypeAlias = OneStatus | Policies | PayoffSets


@dataclass(frozen=True, slots=True, eq=False)
class TermValues(Provable, Framed, Drawn, Value):
    """Worth of every bundle of a negotiable space.

    Attributes
    ----------
    terms : Terms
    bundles : int array [N, K], level of each term
    values : array [N, 2]
        Utility per period of each party: the value of the selected equilibrium where one is
        certified, else what it has without a treaty.
    self_enforcing : bool array [N]
    selected : int array [N], index into `classes`, -1 where nothing holds
    gains : array [N]
        Largest gain of a one-period deviation: of the selected profile, or of the profile that
        fails by least.
    binding : tuple of str, the deviation behind `gains`
    classes : tuple of str, the profiles selected among
    disagreement : array [2], utility per period while nothing is agreed
    walk_away : array [2], utility per period of a party that breaks off
    parties, discount
    assumptions : tuple of str, what the worth rests on beyond numbers, and the terms that move no value
    bound : array [N] or None
        The most that both could have together in any public equilibrium, where the selection knows it.
    ledger : Ledger or None, every number and choice that the worth rests on
    provenance : Provenance or None, of a sample of bundles; ``rng=`` takes it back

    Notes
    -----
    `proof` is about one bundle: the profile that `certificate` returns is perfect in its valued game.
    ``ag.proof(values, bundle=n)`` chooses the bundle.
    """

    terms: Terms
    bundles: IntArray
    values: FloatArray
    self_enforcing: BoolArray
    selected: IntArray
    gains: FloatArray
    binding: tuple[str, ...]
    classes: tuple[str, ...]
    disagreement: FloatArray
    walk_away: FloatArray
    parties: tuple[str, str]
    discount: float
    assumptions: tuple[str, ...] = field(default=(), repr=False)
    bound: FloatArray | None = field(default=None, repr=False)
    ledger: Ledger | None = field(default=None, repr=False)
    provenance: Provenance | None = None
    _source: tuple[Treaty, Selection, FloatArray | None] | None = field(default=None, repr=False, compare=False)

    @property
    def share(self) -> float:
        """Share of bundles that are self-enforcing."""
        return float(self.self_enforcing.mean())

    @property
    def tried(self) -> str:
        """The profiles that were tried, in words; others may support a bundle that these do not."""
        return f"the profiles that were tried ({', '.join(self.classes)})"

    @property
    def zone(self) -> BoolArray:
        """Zone of agreement, bool [N]: self-enforcing, nobody below the disagreement point, somebody above."""
        gain = self.values - self.disagreement
        zero = zero_of(np.vstack([self.values, self.disagreement]))
        return np.asarray(self.self_enforcing & (gain >= -zero).all(axis=1) & (gain > zero).any(axis=1))

    def label(self, bundle: int) -> str:
        """Describe bundle n in words."""
        return self.terms.label(self.bundles[bundle])

    def told(self, bundle: int) -> str:
        """Describe an agreement on bundle n in words; terms that no party's value depends on are undetermined."""
        if not self.self_enforcing[bundle]:
            return self.label(bundle)
        same = np.abs(self.values - self.values[bundle]).max(axis=1) <= zero_of(self.values)
        return self.terms.told(self.bundles[same & self.self_enforcing])

    @property
    def unread(self) -> tuple[str, ...]:
        """Terms that move no value and no verdict anywhere; empty where only a sample was valued."""
        if len(self.bundles) != self.terms.size:
            return ()
        table = np.column_stack([self.values, self.self_enforcing]).reshape(*self.terms.shape, 3)
        return tuple(n for k, n in enumerate(self.terms.names) if np.ptp(table, axis=k).max() <= zero_of(self.values))

    def index(self, levels: Sequence[int]) -> int:
        """Row of a bundle given by its levels.

        Raises
        ------
        InvalidGame
            The bundle is not among those valued.
        """
        try:
            at = np.flatnonzero((self.bundles == np.asarray(levels)).all(axis=1))
        except (TypeError, ValueError, np.exceptions.AxisError):
            at = np.empty(0, np.int64)
        if len(at) == 0:
            invalid("levels", levels, f"one of the {len(self.bundles)} bundles valued")
        return int(at[0])

    @property
    def best(self) -> int:
        """Self-enforcing bundle with the largest sum of values, the first one of those that tie; -1 without one."""
        total = np.where(self.self_enforcing, self.values.sum(axis=1), -np.inf)
        return int(np.argmax(total)) if self.self_enforcing.any() else -1

    def certificate(self, bundle: int | None = None) -> Certificate:
        """Verify the selected profile of a bundle anew, on the game that values it, with exit.

        Parameters
        ----------
        bundle : int, index of a row of `bundles`; default `best`

        Raises
        ------
        InvalidParameter
            There is no such bundle.
        NotSolved
            The bundle is not self-enforcing, its values were given, or a set was selected from.
        """
        n = self.best if bundle is None else check_whole("bundle", bundle, 0, len(self.bundles) - 1)
        if n < 0:
            raise NotSolved(f"no bundle is self-enforcing by {self.tried}; nearest, {self.nearest_failure()}")
        if self._source is None:
            raise NotSolved("the values were given, no game stands behind them; ask value_of_terms")
        if not self.self_enforcing[n]:
            raise NotSolved(f"{self.label(n)} is not self-enforcing by {self.tried}: {self.binding[n]}")
        _, method, away = self._source
        return verify(*method.played(self._treaty(n), int(self.selected[n]), away), discount=self.discount)

    def _treaty(self, n: int) -> Treaty:
        assert self._source is not None
        return self.terms.treaties(self._source[0], self.bundles[n : n + 1])[0]

    def proved(self, bundle: int | None = None) -> tuple[Certificate, tuple[str, ...]]:
        """Certificate of a bundle, and what its proof file says beside the claim."""
        certificate, n = self.certificate(bundle), self.best if bundle is None else bundle
        assert self._source is not None
        _, method, away = self._source
        kept = f"kept by {self.classes[int(self.selected[n])]} in {method.game}"
        beside = method.beside(self._treaty(n), self.discount, away)
        return certificate, (f"terms: {self.label(n)}", kept, method.assumptions[-1], *beside)

    def explain(self) -> str:
        """Say the values in words, with the ledger of what they rest on."""
        return "\n".join([str(self), *([] if self.ledger is None else ["", str(self.ledger)])])

    def nearest_failure(self) -> str:
        """Name the bundle that fails by least and its binding deviation."""
        failing = np.flatnonzero(~self.self_enforcing)
        if len(failing) == 0:
            return "every bundle is self-enforcing"
        n = int(failing[np.argmin(self.gains[failing])])
        return f"{self.label(n)}: {self.binding[n]}"

    def to_frame(self) -> pandas.DataFrame:
        """One row per bundle: levels, values, self-enforcement, selected class, largest gain, binding deviation."""
        columns: dict[str, object] = {
            t.name: [t.levels[k] for k in self.bundles[:, j].tolist()] for j, t in enumerate(self.terms.terms)
        }
        names = np.array([*self.classes, "none"], dtype=object)
        columns |= {f"value {party}": self.values[:, i] for i, party in enumerate(self.parties)}
        columns |= {"self_enforcing": self.self_enforcing, "equilibrium": names[self.selected]}
        return need_pandas().DataFrame(columns | {"max_gain": self.gains, "binding": list(self.binding)})

    def to_xarray(self) -> xarray.Dataset:
        """Labelled dataset over bundles; over one axis per term where the whole space was valued."""
        import xarray as xr

        data = {"value": self.values, "self_enforcing": self.self_enforcing, "max_gain": self.gains}
        last: dict[int, tuple[str, ...]] = {1: (), 2: ("party",)}
        if len(self.bundles) == self.terms.size:
            axes, shape = self.terms.names, self.terms.shape
            arrays = {n: ((*axes, *last[v.ndim]), v.reshape(*shape, *v.shape[1:])) for n, v in data.items()}
            coords: dict[str, Any] = {t.name: list(t.levels) for t in self.terms.terms}
        else:
            arrays = {n: (("bundle", *last[v.ndim]), v) for n, v in data.items()}
            coords = {"bundle": [self.label(n) for n in range(len(self.bundles))]}
        notes = {"classes": ", ".join(self.classes), "assumptions": "; ".join(self.assumptions)}
        return xr.Dataset(arrays, {**coords, "party": list(self.parties)}, {"discount": self.discount, **notes})

    def __str__(self) -> str:
        count = len(self.bundles)
        lines = [
            f"{count:,} bundles at discount {patience(self.discount)}; {self.share:.1%} self-enforcing "
            f"({', '.join(self.classes)}), {int(self.zone.sum()):,} in the zone of agreement"
        ]
        for i, party in enumerate(self.parties):
            own = self.values[self.self_enforcing, i]
            best = f", best self-enforcing {own.max():.6g}" if len(own) else ""
            lines.append(f"  {party}: disagreement {self.disagreement[i]:.6g}, walk-away {self.walk_away[i]:.6g}{best}")
        if not self.self_enforcing.any():
            lines.append(f"  no bundle is self-enforcing by {self.tried}; nearest, {self.nearest_failure()}")
        return "\n".join([*lines, *(f"  assumption: {a}" for a in self.assumptions)])


def value_of_terms(
    treaty: Treaty,
    terms: Terms,
    *,
    discount: float,
    selection: Selection | None = None,
    disagreement: str | tuple[float, float] = "no treaty",
    walk_away: tuple[float, float] | None = None,
    sample: int | None = None,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> TermValues:
    """Value every bundle of terms by the equilibrium that its treaty supports.

    Parameters
    ----------
    treaty : Treaty, that the terms change
    terms : Terms
    discount : float, per period, 0 <= discount < 1
    selection : Policies, OneStatus or PayoffSets, optional
        Which equilibria are looked at and in which game. ``Policies()`` (default): profiles of policies on the
        treaty's whole game, with exit. ``OneStatus()``: conduct alone with exit, in closed form, for large spaces.
        ``PayoffSets()``: all public equilibria of the whole game, bracketed, for a few bundles.
    disagreement : "no treaty", "today" or pair of float
        What parties have while nothing is agreed: mutual deployment with the outside options, or the worth of the
        bundle of today's levels (no treaty where that bundle is not self-enforcing, which the answer says).
    walk_away : pair of float, optional
        Utility of a party that breaks off, from talks or from a bundle that it signed; default: no treaty.
    sample : int, optional
        Value a random sample of so many bundles.
    rng : int, SeedSequence, Generator, provenance of a result, or None, for the sample
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    TermValues
        Repeated calls with equal arguments return the same object.

    Raises
    ------
    InvalidGame
        Terms that do not fit the treaty or whose order would matter, a discount factor outside [0, 1), or a space
        too large (500,000 bundles for OneStatus, 5,000 for Policies, 50 for PayoffSets); sample= is the way out.

    Notes
    -----
    Without a treaty each party has P + x for ever, P its payoff of mutual deployment and x its
    outside option. A bundle is self-enforcing where nobody wants to deviate in any state, and leaving is a deviation
    in every state. A bundle that is not is worth no more than no treaty: nobody would keep it. A term that moves no
    value is named in the assumptions: its level is undetermined.

    Examples
    --------
    >>> import armsgame as ag
    >>> from armsgame.negotiation import usual_terms
    >>> space = Terms([usual_terms.inspection_quota((0, 1, 4)), usual_terms.deployment_ceiling((0.0, 0.25))])
    >>> worth = value_of_terms(ag.Treaty().replace(detection=0.03, false_alarm=0.005), space, discount=0.95)
    >>> worth.share
    0.666...
    """
    treaty = treaty_of("value_of_terms", treaty)
    check_discount(discount)
    method = Policies() if selection is None else selection
    if not isinstance(method, Selection):
        invalid("selection", selection, "Policies(profiles), OneStatus() or PayoffSets()")
    if not isinstance(terms, Terms):
        invalid("terms", terms, "a negotiable space", "Write Terms([term, ..]).")
    count = terms.size if sample is None else min(check_whole("sample", sample), terms.size)
    if count > method.limit:
        faster = "" if isinstance(method, OneStatus) else " Or take selection=OneStatus(), with up to sample=500000."
        raise InvalidGame(
            f"terms span {terms.size:,} bundles, {count:,} of them asked for; allowed: {method.limit:,} for "
            f"{type(method).__name__}. Drop levels, or value a sample: sample={method.limit}.{faster}"
        )
    where = disagreement if isinstance(disagreement, str) else _point("disagreement", disagreement)
    if isinstance(where, str) and where not in ("no treaty", "today"):
        invalid("disagreement", where, "'no treaty', 'today' or a pair of finite numbers")
    away, seed = None if walk_away is None else _point("walk_away", walk_away), None if sample is None else Seed.of(rng)
    # levels that are equal but of different types are told apart: 1, 1.0 and True
    kinds = tuple(type(level) for t in terms.terms for level in t.levels)
    return _valued(treaty, terms, kinds, float(discount), method, where, away, sample, seed)


def _point(field: str, given: Any) -> tuple[float, float]:
    """Return a pair of utilities, one per party."""
    try:
        first, second = (check_number(field, v) for v in given)
    except (TypeError, ValueError):
        named = "'no treaty', 'today' or " if field == "disagreement" else ""
        invalid(field, given, f"{named}a pair of finite numbers")
    return first, second


@lru_cache(maxsize=32)
def _valued(
    treaty: Treaty,
    terms: Terms,
    _: tuple[type, ...],
    discount: float,
    method: Selection,
    where: str | tuple[float, float],
    away: tuple[float, float] | None,
    sample: int | None,
    seed: Seed | None,
) -> TermValues:
    if not all(p.punishment >= p.sucker for p in treaty.parameters):
        raise InvalidGame(
            "punishment is below sucker for some party; allowed: punishment >= sucker. Mutual deployment is then no "
            "equilibrium, so there is no point without a treaty."
        )
    bundles = terms.bundles(sample, None if seed is None else seed.sequence)
    treaties, left = terms.treaties(treaty, bundles), None if away is None else np.array(away)
    found = method.value(treaties, discount, left)
    none = np.array([p.punishment + p.outside_option for p in treaty.parameters])
    both = ", ".join(f"{party} {v:.6g}" for party, v in zip(treaty.parties, none, strict=True))
    notes = [f"without a treaty both deploy: {both}"]
    base = none
    if where == "today":
        base, said = _today(treaty, terms, discount, method, none, left)
        notes.append(said)
    elif not isinstance(where, str):
        base = np.array(where)
        notes.append("the disagreement point is given")
    if left is not None:
        notes.append("what walking away gives is given")
    notes += method.assumptions
    if not treaty.notice and not isinstance(method, OneStatus):
        notes.append("the treaty has no clause of exit: nobody can give notice")
    holds = found.chosen >= 0
    values = np.where(holds[:, None], found.values, none)
    idle = [t for t in terms.terms if _idle(t, terms, treaty, values, holds, method, left)]
    notes += [f"no value depends on {t.name}: its level is undetermined in {method.game}" for t in idle]
    return TermValues(
        terms=terms, bundles=bundles, values=values, self_enforcing=holds, selected=found.chosen, gains=found.gains,
        binding=found.binding, classes=method.names, disagreement=base, walk_away=none if left is None else left,
        parties=treaty.parties, discount=discount, assumptions=tuple(notes), bound=found.bound,
        ledger=Ledger.of(treaty, terms, discount, notes),
        provenance=None if seed is None else Provenance.of(seed, {"sample": sample}, bundles),
        _source=(treaty, method, left),
    )  # fmt: skip


def _today(
    treaty: Treaty, terms: Terms, discount: float, method: Selection, none: FloatArray, left: FloatArray | None
) -> tuple[FloatArray, str]:
    """Worth of the bundle of today's levels, and what is said of it."""
    own = method.value(terms.treaties(treaty, np.array([terms.today])), discount, left)
    named = terms.label(terms.today)
    if own.chosen[0] >= 0:
        return own.values[0], f"disagreement is today's bundle, {named} ({method.names[own.chosen[0]]})"
    return none, f"today's bundle, {named}, is not self-enforcing ({own.binding[0]}), so disagreement is no treaty"


def _idle(
    term: Term,
    terms: Terms,
    treaty: Treaty,
    values: FloatArray,
    holds: BoolArray,
    method: Selection,
    left: FloatArray | None,
) -> bool:
    """Whether a term moves no value and no verdict; in a sample, whether the valued game reads none of it."""
    k = terms.terms.index(term)
    if len(values) == terms.size:
        table = np.column_stack([values, holds]).reshape(*terms.shape, 3)
        return bool(np.ptp(table, axis=k).max() <= zero_of(values))
    other = np.array([[*terms.today]] * len(term.levels))
    other[:, k] = np.arange(len(term.levels))
    return len(set(method.reads(terms.treaties(treaty, other), left))) == 1
