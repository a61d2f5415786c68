"""Worth of terms where a party has private types: the treaty's game of incomplete information, by pair of types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from armsgame._checks import check_choice, check_discount
from armsgame._deadline import ask_time, deadline
from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.arithmetic.tolerance import patience
from armsgame.dossiers.coercion import treaty_of
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import InvalidGame, invalid
from armsgame.negotiation.ledger import Ledger
from armsgame.negotiation.menu import zero_of
from armsgame.negotiation.term_values import TermValues
from armsgame.negotiation.terms import Terms
from armsgame.negotiation.valued_games.conduct_only import Conduct
from armsgame.results.bayesian_equilibria import BayesianEquilibrium
from armsgame.solve.bayesian.equilibria import bayesian_equilibria
from armsgame.treaty.party import Party
from armsgame.treaty.private_types import TypeParameters
from armsgame.treaty.treaty import Treaty

__all__ = ["TypeValues", "values_by_type"]

_LIMIT = 50
# seconds of one bundle's search, at most
_SEARCH = 20.0
_PARTY = {f.name for f in fields(Party)}
_HELD = {
    "any": "the profile is an equilibrium at every belief about types, whatever the talks reveal",
    "prior": "the profile is an equilibrium at the prior alone: the talks must reveal nothing about types",
}


@dataclass(frozen=True, slots=True, eq=False)
class TypeValues(Value):
    """Worth of every bundle by pair of types.

    Attributes
    ----------
    terms : Terms
    bundles : int array [N, K]
    values : array [I, J, N, 2]
        Utility per period by the types of the first and the second party: of the selected profile where one is
        certified, else what each has without a treaty.
    self_enforcing : bool array [N], nobody who signs wants to leave
    signs : bool array [I, J, N]
        Pairs of which both sign: no type is counted that is better off without the treaty, whoever the other is.
    selected : tuple of str, the start that led to the profile; empty where nothing holds
    binding : tuple of str, why nothing holds
    disagreement : pair of arrays [I], [J], utility of each type without a treaty
    types : pair of tuples of str
    prior : pair of arrays [I], [J], as the other party holds it
    parties, discount
    assumptions : tuple of str
    ledger : Ledger
    """

    terms: Terms
    bundles: IntArray
    values: FloatArray
    self_enforcing: BoolArray
    signs: BoolArray
    selected: tuple[str, ...]
    binding: tuple[str, ...]
    disagreement: tuple[FloatArray, FloatArray]
    types: tuple[tuple[str, ...], tuple[str, ...]]
    prior: tuple[FloatArray, FloatArray]
    parties: tuple[str, str]
    discount: float
    assumptions: tuple[str, ...] = field(default=(), repr=False)
    ledger: Ledger | None = field(default=None, repr=False)

    @property
    def share(self) -> float:
        """Share of bundles that are self-enforcing."""
        return float(self.self_enforcing.mean())

    @property
    def pairs(self) -> tuple[tuple[TermValues, ...], ...]:
        """TermValues by the type of the first party (rows) and of the second, for `two_sided_offers`."""
        first, second = self.disagreement
        return tuple(
            tuple(self._worth(self.values[i, j], np.array([first[i], second[j]])) for j in range(len(second)))
            for i in range(len(first))
        )

    @property
    def before_types(self) -> TermValues:
        """Worth over both laws of types, for parties that settle terms before they know what they are.

        Only bundles from which no type walks out count.
        """
        p, q = self.prior
        mean = np.einsum("i,j,ijnk->nk", p, q, self.values)
        base = np.array([p @ self.disagreement[0], q @ self.disagreement[1]])
        return self._worth(mean, base, np.asarray(self.signs.all(axis=(0, 1))))

    @property
    def by_type(self) -> tuple[FloatArray, FloatArray]:
        """Worth of each type over what it holds about the other: arrays [I, N] and [J, N]."""
        p, q = self.prior
        return np.einsum("j,ijn->in", q, self.values[..., 0]), np.einsum("i,ijn->jn", p, self.values[..., 1])

    def _worth(self, values: FloatArray, base: FloatArray, every: BoolArray | None = None) -> TermValues:
        holds = self.self_enforcing if every is None else every
        return TermValues(
            terms=self.terms, bundles=self.bundles, values=np.where(holds[:, None], values, base), self_enforcing=holds,
            selected=np.where(holds, 0, -1), gains=np.where(holds, 0.0, np.inf), binding=self.binding,
            classes=("certified by type",), disagreement=base, walk_away=base, parties=self.parties,
            discount=self.discount, assumptions=self.assumptions, ledger=self.ledger,
        )  # fmt: skip

    def __str__(self) -> str:
        lines = [
            f"{len(self.bundles):,} bundles at discount {patience(self.discount)}; {self.share:.1%} self-enforcing "
            "among those who sign"
        ]
        for party, kinds, law, base, own in zip(
            self.parties, self.types, self.prior, self.disagreement, self.by_type, strict=True
        ):
            for kind, chance, none, worth in zip(kinds, law, base, own, strict=True):
                held = worth[self.self_enforcing]
                best = f", best self-enforcing {held.max():.6g}" if len(held) else ""
                lines.append(f"  {party}, {kind} (probability {chance:.3g}): without a treaty {none:.6g}{best}")
        return "\n".join([*lines, *(f"  assumption: {a}" for a in self.assumptions)])


def values_by_type(
    treaty: Treaty | Scenario,
    terms: Terms,
    *,
    discount: float | None = None,
    types: TypeParameters | None = None,
    prior: Any = None,
    perspective: str | None = None,
    beliefs: str = "any",
    budget_seconds: float | None = None,
) -> TypeValues:
    """Value every bundle in the treaty's game with private types.

    Parameters
    ----------
    treaty : Treaty, or Scenario
        Of a scenario the types, their prior and the discount factor are those of `perspective`.
    terms : Terms, at most 50 bundles
    discount : float, per period
    types, prior : as in `Treaty.with_types`
    perspective : str, an account of a scenario
    beliefs : "any" or "prior"
        At which beliefs a profile must be an equilibrium. Talks may reveal types, and the treaty is then played under
        the belief that they leave: "any" (default) asks for every belief about both parties, so that the worth of a
        bundle does not depend on how it was reached. "prior" is for talks that reveal nothing, which is printed.
    budget_seconds : float, optional
        Wall time that the call may take; no search takes more than 20 seconds of it per bundle.

    Returns
    -------
    TypeValues
        A bundle that no certified profile supports is worth no treaty to every type.

    Raises
    ------
    InvalidGame
        No types, terms that do not fit, or more than 50 bundles.

    Notes
    -----
    Moves are public and conduct is hidden, as in `Scenario.bayesian_game`; leaving is a move in every state. A type
    that a profile gives less than no treaty, whoever the other is, does not sign. Every type that signs must have at
    least what walking out at once gives, and what deploying until an alarm and then walking out gives, against every
    type that signs (with ``beliefs="prior"`` all types must, over the prior). Among such certified pure profiles the
    one with the largest expected sum is selected; one that gives no pair more than no treaty counts as none. The search
    is not complete: another profile may support a bundle.

    Examples
    --------
    >>> import armsgame as ag
    >>> from armsgame import negotiation as neg
    >>> kinds = {"Russia": {"content": {}, "tempted": {"temptation": 2.5}}}
    >>> space = neg.Terms([neg.inspection_quota((0, 1), detection=0.3)])
    >>> found = neg.values_by_type(ag.Treaty(demand=False).replace(detection=0.05), space, discount=0.95,
    ...                            types=kinds, prior={"Russia": [0.8, 0.2]})
    >>> found.self_enforcing.tolist()
    [False, True]
    """
    check_choice("beliefs", beliefs, tuple(_HELD))
    delta = discount
    if isinstance(treaty, Scenario):
        base, types, prior, delta = _of_account(treaty, perspective, types, discount)
    else:
        base = treaty_of("values_by_type", treaty)
    if not isinstance(types, Mapping) or not types:
        invalid("types", types, "a mapping {party: {type: {parameter: value}}}", "Without types take value_of_terms.")
    if delta is None:
        invalid("discount", None, "a number per period, above 0 and below 1")
    check_discount(delta)
    if not isinstance(terms, Terms):
        invalid("terms", terms, "a negotiable space", "Write Terms([term, ..]).")
    if terms.size > _LIMIT:
        raise InvalidGame(f"terms span {terms.size:,} bundles; allowed: {_LIMIT} with private types. Drop levels.")
    bundles = terms.bundles()
    treaties = terms.treaties(base, bundles)
    # the first game names the types of a party that has one alone, and checks the prior
    known = base.with_types(types, prior)
    kinds, laws = known.types, known.prior
    own = [types.get(party, {}) for party in base.parties]
    none = tuple(np.array([_away(base, i, own[i].get(k, {})) for k in kinds[i]]) for i in (0, 1))
    worth: dict[Treaty, _Worth] = {}
    for one in treaties:
        if one not in worth:
            worth[one] = _worth(one, types, prior, float(delta), beliefs)
            ask_time(f"{len(worth)} of {len(set(treaties))} treaties")
    flat = np.stack(np.broadcast_arrays(none[0][:, None], none[1][None, :]), axis=-1)
    each = [worth[t] for t in treaties]
    table = np.stack([flat if w.values is None else w.values for w in each], axis=2)
    signs = np.stack([np.zeros(flat.shape[:2], bool) if w.signs is None else w.signs for w in each], axis=2)
    notes = (
        "without a treaty both deploy and have their outside options, by type",
        _HELD[beliefs],
        "punishments: the named starts of policies, improved by best replies by type, in the game of public moves",
        "exit: notice as the treaty's game has it, or to walk out at once, now or after an alarm",
    )
    return TypeValues(
        terms=terms, bundles=bundles, values=table, self_enforcing=np.array([w.values is not None for w in each]),
        signs=signs, selected=tuple(w.start for w in each), binding=tuple(w.why for w in each),
        disagreement=(none[0], none[1]), types=(kinds[0], kinds[1]), prior=(laws[0], laws[1]), parties=base.parties,
        discount=float(delta), assumptions=notes, ledger=Ledger.of(base, terms, float(delta), notes),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Worth:
    """Values [I, J, 2] of the selected profile or None, pairs of which both sign, its start, why there is none."""

    values: FloatArray | None = None
    signs: BoolArray | None = None
    start: str = ""
    why: str = ""


def _of_account(
    scenario: Scenario, perspective: str | None, types: Any, discount: float | None
) -> tuple[Treaty, TypeParameters, Any, float]:
    """Treaty, types, prior and patience of an account."""
    if types is not None or perspective is None:
        allowed = "the name of an account, whose types and prior are taken"
        invalid("perspective, types", (perspective, types), allowed, f"One of {sorted(scenario.perspectives)}.")
    laws, rows = scenario.perspective(perspective).types, scenario.party_types(perspective)
    kinds = {p: [k for k in rows if laws[p].get(k, 0.0) > 0] for p in scenario.parties}
    base = scenario.treaty(regime=scenario.asked_regime, perspective=perspective)
    changes = {p: {k: dict(rows[k].parameters) for k in own} for p, own in kinds.items()}
    prior = {p: [laws[p][k] for k in own] for p, own in kinds.items()}
    return base, changes, prior, scenario.question.discount if discount is None else discount


def _as_type(treaty: Treaty, i: int, changes: Mapping[str, float]) -> Treaty:
    """Return the treaty with one party of a type."""
    party = treaty.parties[i]
    return treaty.replace(**{name: {party: v} for name, v in changes.items() if name in _PARTY})


def _away(treaty: Treaty, i: int, changes: Mapping[str, float]) -> float:
    own = _as_type(treaty, i, changes).parameters[i]
    return float(own.punishment + own.outside_option)


def _worth(treaty: Treaty, types: TypeParameters, prior: Any, delta: float, beliefs: str) -> _Worth:
    game = treaty.with_types(types, prior)
    with deadline(_SEARCH):
        found = bayesian_equilibria(game, discount=delta, mixing="never")
    p, q = game.prior
    best, most, why = _Worth(), -np.inf, "no profile by type is certified"
    for one in found:
        values = np.asarray(one.certificate.values, float)
        left, none = _leaving(treaty, types, one, delta)
        slack = 100 * zero_of(np.vstack([values.reshape(-1, 2), left.reshape(-1, 2)]))
        total = float(p @ (values - none).sum(axis=2) @ q)
        if not ((values - none) > slack).all(axis=2).any() or total <= most + slack:
            why = why if best.values is not None else "no certified profile gives both more than no treaty"
            continue
        if beliefs == "any" and not all(r.whole for r in one.priors.regions):
            why = "; ".join(f"{r.binding[0]} at other priors" for r in one.priors.regions if not r.whole)
            continue
        if beliefs == "prior":
            signs: tuple[BoolArray, BoolArray] = (np.ones(len(p), bool), np.ones(len(q), bool))
            more = np.stack(
                np.broadcast_arrays(((left - values)[..., 0] @ q)[:, None], p @ (left - values)[..., 1]), axis=-1
            )
        else:
            # a type that is better off without the treaty, whoever the other is, does not sign
            worse = values < none - slack
            signs = (np.asarray(~worse[..., 0].all(axis=1)), np.asarray(~worse[..., 1].all(axis=0)))
            more = left - values
        both = np.logical_and(signs[0][:, None], signs[1])
        more = np.where(both[..., None], more, -np.inf)
        i, j, side = np.unravel_index(int(more.argmax()), more.shape)
        if not both.any() or more[i, j, side] > slack:
            who = f"{treaty.parties[side]} of type {game.types[side][(i, j)[side]]!r}"
            why = f"{who} walks out, now or after an alarm: gain {more[i, j, side]:.6g}"
            continue
        best, most = _Worth(values, both, one.found_by[0]), total
    return best if best.values is not None else replace(best, why=why)


def _leaving(
    treaty: Treaty, types: TypeParameters, found: BayesianEquilibrium, delta: float
) -> tuple[FloatArray, FloatArray]:
    """Best of walking out at once and of deploying until an alarm first, by pair of types [I, J, 2]; and the first."""
    game, moves = found.certificate.game, found.first_moves()
    shape = (*map(len, game.types), 2)
    out, away = np.empty(shape), np.empty(shape)
    for i, j in np.ndindex(*shape[:2]):
        own = treaty
        for side, k in enumerate((i, j)):
            own = _as_type(own, side, types.get(treaty.parties[side], {}).get(game.types[side][k], {}))
        conduct = Conduct.of([replace(own, parts=())])
        away[i, j] = conduct.away[0]
        for side, other in ((0, game.types[1][j]), (1, game.types[0][i])):
            deploys = moves[treaty.parties[1 - side]][other].startswith("deploy")
            both = 1 - np.prod([1 - x.detection for x in own.parameters])
            seen = float(both) if deploys else float(conduct.caught[0, side])
            flow = (1 - delta) * conduct.pay[0, side, 1, int(deploys)] + delta * seen * away[i, j, side]
            out[i, j, side] = flow / (1 - delta * (1 - seen))
    return np.maximum(out, away), away
