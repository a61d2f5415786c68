"""What a bundle of terms is worth: the value of the equilibrium that its treaty supports, if it supports one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import check_discount, need_pandas
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import BoolArray, FloatArray, IntArray, RNGLike
from armsgame.arithmetic.tolerance import patience
from armsgame.checkers.in_time import verify
from armsgame.dossiers.coercion import treaty_of
from armsgame.errors import InvalidGame, invalid
from armsgame.negotiation.conduct_only import OneStatus, Valued
from armsgame.negotiation.terms import Terms
from armsgame.treaty.policies import exit_on_alarm
from armsgame.treaty.treaty import Treaty

if TYPE_CHECKING:
    import pandas
    import xarray

__all__ = ["Policies", "TermValues", "value_of_terms"]


@dataclass(frozen=True, slots=True)
class Policies(Value):
    """Select among profiles of policies on the treaty's whole game: the certified one with the largest sum of values.

    Parameters
    ----------
    profiles : sequence of pairs of policies, tried on every bundle; the first wins a tie
    """

    profiles: tuple[tuple[Any, Any], ...] = ((exit_on_alarm, exit_on_alarm),)
    limit = 5_000

    def __post_init__(self) -> None:
        if not self.profiles or any(len(p) != 2 for p in self.profiles):
            invalid("profiles", self.profiles, "at least one pair of policies")

    @property
    def names(self) -> tuple[str, ...]:
        """One name per profile."""
        return tuple(" / ".join(dict.fromkeys(getattr(p, "name", repr(p)) for p in pair)) for pair in self.profiles)

    def value(self, treaties: Sequence[Treaty], discount: float) -> Valued:
        """Certify every profile on every treaty's game with `verify`."""
        from tqdm import tqdm

        size = len(treaties)
        values, gains = np.full((size, 2), np.nan), np.full(size, np.inf)
        chosen, binding = np.full(size, -1), [""] * size
        # the bar is for people: nothing is drawn where the output is no terminal
        for n, treaty in enumerate(tqdm(treaties, unit="bundles", disable=None, leave=False)):
            game = treaty.game()
            best = -np.inf
            for k, profile in enumerate(self.profiles):
                found = verify(game, profile, discount=discount)
                own = np.array(found.values, dtype=float)
                if found.ok and own.sum() > best:
                    best, values[n], gains[n], chosen[n] = own.sum(), own, float(found.max_gain), k
                    binding[n] = str(found.where)
                elif not found.ok and chosen[n] < 0 and float(found.max_gain) < gains[n]:
                    gains[n], binding[n] = float(found.max_gain), str(found.where)
        return Valued(values, chosen, gains, tuple(binding))


@dataclass(frozen=True, slots=True, eq=False)
class TermValues(Framed, Drawn, Value):
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
    provenance : Provenance or None, of a sample of bundles; ``rng=`` takes it back
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
    provenance: Provenance | None = None

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
        slack = 1e-12 * (1 + np.abs(self.values).max())
        return np.asarray(self.self_enforcing & (gain >= -slack).all(axis=1) & (gain > slack).any(axis=1))

    def label(self, bundle: int) -> str:
        """Describe bundle n in words."""
        return self.terms.label(self.bundles[bundle])

    def told(self, bundle: int) -> str:
        """Describe an agreement on bundle n in words; terms that no party's value depends on are undetermined."""
        if not self.self_enforcing[bundle]:
            return self.label(bundle)
        same = np.abs(self.values - self.values[bundle]).max(axis=1) <= 1e-12 * (1 + np.abs(self.values[bundle]).max())
        return self.terms.told(self.bundles[same & self.self_enforcing])

    @property
    def unread(self) -> tuple[str, ...]:
        """Terms that move no value and no verdict anywhere; empty where only a sample was valued."""
        if len(self.bundles) != self.terms.size:
            return ()
        table = np.column_stack([self.values, self.self_enforcing]).reshape(*self.terms.shape, 3)
        return tuple(n for k, n in enumerate(self.terms.names) if (table == table.take([0], axis=k)).all())

    def index(self, levels: Sequence[int]) -> int:
        """Row of a bundle given by its levels.

        Raises
        ------
        InvalidGame
            The bundle is not among those valued.
        """
        at = np.flatnonzero((self.bundles == np.asarray(levels)).all(axis=1))
        if len(at) == 0:
            invalid("levels", tuple(levels), f"one of the {len(self.bundles)} bundles valued")
        return int(at[0])

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
        if self.unread:
            lines.append(
                f"  no value depends on {', '.join(self.unread)}: the selection does not read what it moves; "
                "Policies(..) plays the whole treaty"
            )
        return "\n".join([*lines, *(f"  assumption: {a}" for a in self.assumptions)])


def value_of_terms(
    treaty: Treaty,
    terms: Terms,
    *,
    discount: float,
    selection: OneStatus | Policies | None = None,
    disagreement: str | tuple[float, float] = "no treaty",
    walk_away: tuple[float, float] | None = None,
    sample: int | None = None,
    rng: RNGLike = None,
) -> TermValues:
    """Value every bundle of terms by the equilibrium that its treaty supports.

    Parameters
    ----------
    treaty : Treaty, that the terms change
    terms : Terms
    discount : float, per period, 0 <= discount < 1
    selection : OneStatus or Policies, optional
        Which equilibria are looked at and in which game: ``OneStatus()`` (default) conduct alone,
        with suspensions and grim reversion, all bundles in one batch; ``Policies(...)`` profiles
        of policies on the treaty's whole game, each certified by `verify`.
    disagreement : "no treaty", "today" or pair of float
        What parties have while nothing is agreed: mutual deployment with the outside options, or
        today's treaty (if it is self-enforcing; else no treaty).
    walk_away : pair of float, optional
        Utility of a party that breaks off; default: no treaty.
    sample : int, optional
        Value a random sample of so many bundles.
    rng : int, SeedSequence, Generator, provenance of a result, or None, for the sample

    Returns
    -------
    TermValues
        Repeated calls with equal arguments return the same object.

    Raises
    ------
    InvalidGame
        A term that does not fit the treaty, a discount factor outside [0, 1), or a space too large
        (500,000 bundles for OneStatus, 5,000 for Policies); sample= is the way out.

    Notes
    -----
    Without a treaty each party has P + x for ever, P its payoff of mutual deployment and x its
    outside option. A bundle that is not self-enforcing is worth no more than that: nobody would
    keep it.

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
    method = OneStatus() if selection is None else selection
    if not isinstance(method, (OneStatus, Policies)):
        invalid("selection", selection, "OneStatus() or Policies(profiles)")
    count = terms.size if sample is None else min(sample, terms.size)
    if count > method.limit:
        raise InvalidGame(
            f"terms span {terms.size:,} bundles, {count:,} of them asked for; allowed: {method.limit:,} for "
            f"{type(method).__name__}. Drop levels, or value a sample: sample={method.limit}."
        )
    where = disagreement if isinstance(disagreement, str) else tuple(map(float, disagreement))
    away = None if walk_away is None else tuple(map(float, walk_away))
    seed = None if sample is None else Seed.of(rng)
    return _valued(treaty, terms, float(discount), method, where, away, sample, seed)


@lru_cache(maxsize=32)
def _valued(
    treaty: Treaty,
    terms: Terms,
    discount: float,
    method: OneStatus | Policies,
    where: str | tuple[float, ...],
    away: tuple[float, ...] | None,
    sample: int | None,
    seed: Seed | None,
) -> TermValues:
    bundles = terms.bundles(sample, None if seed is None else seed.sequence)
    found = method.value(terms.treaties(treaty, bundles), discount)
    none = np.array([p.punishment + p.outside_option for p in treaty.parameters])
    both = ", ".join(f"{party} {v:.6g}" for party, v in zip(treaty.parties, none, strict=True))
    notes = [f"without a treaty both deploy: {both}"]
    if not all(p.punishment >= p.sucker for p in treaty.parameters):
        raise InvalidGame(
            "punishment is below sucker for some party; allowed: punishment >= sucker. Mutual deployment is then no "
            "equilibrium, so there is no point without a treaty."
        )
    if where == "no treaty":
        base = none
    elif where == "today":
        own, kept, base = method.value([treaty], discount), "not self-enforcing, so as without a treaty", none
        if own.chosen[0] >= 0:
            base, kept = own.values[0], method.names[own.chosen[0]]
        notes.append(f"disagreement is today's treaty ({kept})")
    elif isinstance(where, str) or len(where) != 2 or not np.isfinite(where).all():
        invalid("disagreement", where, "'no treaty', 'today' or a pair of finite numbers")
    else:
        base = np.array(where)
    if away is not None and (len(away) != 2 or not np.isfinite(away).all()):
        invalid("walk_away", away, "a pair of finite numbers")
    holds = found.chosen >= 0
    values, left = np.where(holds[:, None], found.values, none), none if away is None else np.array(away)
    origin = None if seed is None else Provenance.of(seed, {"sample": sample}, bundles)
    return TermValues(
        terms,
        bundles,
        values,
        holds,
        found.chosen,
        found.gains,
        found.binding,
        method.names,
        base,
        left,
        treaty.parties,
        discount,
        tuple(notes),
        origin,
    )
