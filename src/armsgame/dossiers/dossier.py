"""A treaty's dossier: dated facts, contested claims, perspectives, and the parameters of its model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

from armsgame._shown import Drawn
from armsgame.dossiers.assumptions import PartyType, Perspective, Quantity
from armsgame.dossiers.dates import When
from armsgame.dossiers.private_types import private_types
from armsgame.dossiers.readings import read_as, resolve
from armsgame.dossiers.record import Event, Fact, Reading, Record
from armsgame.errors import ScenarioError, check_known, close_matches
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.stochastic import RepeatedGame, StochasticGame
from armsgame.treaty.parameter_table import parameters
from armsgame.treaty.parts.base import Part
from armsgame.treaty.party import TERMS, Party
from armsgame.treaty.treaty import Treaty

__all__ = ["Scenario", "parameter_faults"]

_PARTY = frozenset(f.name for f in fields(Party))
_QUESTION = ("discount", "periods")
_BY_USER = "set by the user"


@dataclass(frozen=True)
class Scenario(Drawn, Record):
    """A treaty dossier.

    Its rows are those of `Record`.
    """

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        """Value of every parameter by name: a number, or a mapping from party to number."""
        return {name: q.value for name, q in self.quantities.items()}

    def replace(self, **changes: Any) -> Scenario:
        """Return the scenario with other parameters, or another default discount or horizon.

        A number holds for both parties; ``outside_option={"US": 1.2}`` for the parties named.

        Raises
        ------
        ScenarioError
            Unknown or out-of-range parameters, all at once, with field, value and range.
        """
        allowed = [*self.quantities, *_QUESTION]
        faults, quantities, question = [], dict(self.quantities), self.question
        for name, value in changes.items():
            if name not in allowed:
                faults.append(f"{name} is no parameter of {self.id!r}. {close_matches(name, allowed)}")
                continue
            found = parameter_faults(name, value, self.parties)
            faults.extend(found)
            if found:
                continue
            if name in _QUESTION:
                question = replace(question, source=_BY_USER, note="")
                if name == "periods":
                    question = replace(question, periods=int(value))
                else:
                    question = replace(question, discount=float(value), rate_per_year=None, political_hazard=None)
            else:
                old = quantities[name].value
                if isinstance(value, Mapping):
                    base = dict(old) if isinstance(old, Mapping) else dict.fromkeys(self.parties, old)
                    value = base | {party: float(v) for party, v in value.items()}
                else:
                    value = float(value)
                quantities[name] = Quantity(value, _BY_USER)
        if faults:
            raise ScenarioError(f"scenario {self.id!r} cannot take these values:", faults)
        return replace(self, quantities=quantities, question=question)

    def party_types(self, perspective: str | None = None) -> Mapping[str, PartyType]:
        """Rows of the types by name, as the dossier has them or as an account has them.

        Parameters
        ----------
        perspective : str, optional
            The account whose own rows of types replace what the dossier says.

        Raises
        ------
        ScenarioError
            An unknown perspective, with the close matches.
        """
        rows = {t.name: t for t in self.types}
        own = {} if perspective is None else self.perspective(perspective).type_rows
        for name, row in own.items():
            told = rows[name]
            merged = {**told.parameters, **row.parameters}
            conduct = row.assumed_conduct or told.assumed_conduct
            rows[name] = replace(told, parameters=merged, assumed_conduct=conduct)
        return rows

    def violation_belief(self, perspective: str, party: str) -> float:
        """P(a party deploys) as the other party holds it before anything happened and where no profile is given.

        The sum over types of the account's prior for each type that `assumed_conduct` has deploy. Along a profile the
        belief follows from the profile instead.

        Raises
        ------
        ScenarioError
            Unknown perspective or party, with the close matches.

        Examples
        --------
        >>> import armsgame as ag
        >>> ag.load_scenario("inf").violation_belief("us_account", "Russia")
        0.9
        """
        check_known("party {} is unknown", self.parties, party, error=ScenarioError)
        law, rows = self.perspective(perspective).types[party], self.party_types(perspective)
        return float(sum(chance for kind, chance in law.items() if rows[kind].assumed_conduct == "deploy"))

    def treaty(
        self, *, regime: str | None = None, types: Mapping[str, str] | None = None, perspective: str | None = None
    ) -> Treaty:
        """Build the model of the dossier.

        Parameters
        ----------
        regime : str, optional
            A verification regime of `regimes`; its detection rate is used as if permanent.
        types : mapping from party to type name, optional
            Parties that are of another type than the scenario's parameters say.
        perspective : str, optional
            An account: its own rows of types, and what a display shows by it.

        Raises
        ------
        ScenarioError
            Unknown regime, party, type or perspective, with the close matches.
        """
        values = dict(self.parameters)
        if perspective is not None:
            account = self.perspective(perspective)
            values |= {"pass_compliant": account.pass_compliant, "pass_violating": account.pass_violating}
        if regime is not None:
            named = {r.name: r for r in self.regimes}
            check_known("regime {} is unknown", named, regime, error=ScenarioError)
            values["detection"] = values[named[regime].detection]
        changes = {n: v for n, v in values.items() if n in _PARTY or n in TERMS}
        own: dict[str, dict[str, float]] = {}
        catalogue = self.party_types(perspective)
        for party, name in (types or {}).items():
            check_known("party {} is unknown", self.parties, party, error=ScenarioError)
            check_known("type {} is unknown", catalogue, name, error=ScenarioError)
            for key, value in catalogue[name].parameters.items():
                own.setdefault(key, {})[party] = value
        return Treaty(parties=self.parties).replace(**changes).replace(**own)

    def bayesian_game(
        self,
        perspective: str,
        *,
        regime: str | None = None,
        parts: Sequence[Part] = (),
        commitments: Mapping[str, Mapping[str, object]] | None = None,
        observer: str | None = None,
    ) -> BayesianGame:
        """Build the game of one account with private types: moves are public, conduct and types are hidden.

        Parameters
        ----------
        perspective : str
            The account: its prior over types (each party's law as the other party holds it), its rows of types, and
            what a display shows by it.
        regime : str, optional
            A verification regime of `regimes`; default: that of the question.
        parts : sequence of Part, optional
            Further mechanisms of the treaty, such as a demand menu or suspension.
        commitments : mapping {party: {type: policy}}, optional
            Types that play a fixed policy (or the name of one, such as ``"deploy"``) and are not tested.
        observer : str, optional
            Another account, by whose prior outcomes are weighed: the parties then hold one prior, the observer another.

        Returns
        -------
        BayesianGame
            From the question's start.

        Raises
        ------
        ScenarioError
            Unknown names; a type that changes what is no payoff, because then not only its own party would feel it.

        Examples
        --------
        >>> import armsgame as ag
        >>> print(ag.load_scenario("inf").bayesian_game("us_account"))
        BayesianGame of US (content) and Russia (content 0.1, tempted 0.9): 23 states, 688 action profiles
        """
        return private_types(self, perspective, regime, tuple(parts), commitments or {}, observer)

    def game(self) -> StochasticGame:
        """Build the game of the default question: the treaty under `asked_regime`."""
        return self.treaty(regime=self.asked_regime).game()

    def one_status(self) -> RepeatedGame:
        """Return the repeated game of conduct alone of the default question; see `Treaty.one_status`."""
        return self.treaty(regime=self.asked_regime).one_status()

    @property
    def asked_regime(self) -> str | None:
        """Verification regime of the default question: the one it names, or the last; None without regimes."""
        return self.question.regime or (self.regimes[-1].name if self.regimes else None)

    def timeline(self) -> tuple[Event, ...]:
        """Events in order of date; an event known to the month or year stands where that begins."""
        return tuple(sorted(self.events, key=lambda e: (e.date.first, e.date.last)))

    def day(self, reference: str) -> When:
        """Date by reference: ``"terms.ended"``, ``"events.ID.effective"``, ``"events.ID"`` or ``"regimes.NAME.ends"``.

        Raises
        ------
        ScenarioError
            A reference that leads to no date.
        """
        return resolve(self, reference)

    def value(self, fact: Fact) -> float:
        """Return the number of a fact; where it follows from two dates, it is counted from them."""
        if fact.value is not None:
            return fact.value
        first, last = (self.day(reference).first for reference in fact.between)
        if fact.unit == "years":
            return float(last.year - first.year - ((last.month, last.day) < (first.month, first.day)))
        return float((last - first).days)

    def readings(self) -> dict[str, Scenario]:
        """Return the dossier by each reading of what is disputed, by name; one entry, named "", where nothing is.

        Several disputes give every combination, named ``"first; second"``.

        Examples
        --------
        >>> import armsgame as ag
        >>> sorted(ag.load_scenario("inf").readings())[0]
        'US timeline'
        """
        found: dict[str, tuple[Reading, ...]] = {"": ()}
        for dispute in self.disputes:
            found = {
                "; ".join(filter(None, (name, r.name))): (*taken, r)
                for name, taken in found.items()
                for r in dispute.readings
            }
        return {name: read_as(self, taken) for name, taken in found.items()}

    def disputed(self, reference: str) -> tuple[Reading, ...]:
        """Return the readings that give a date its own value each; empty where nobody disputes it."""
        return tuple(r for d in self.disputes for r in d.readings if reference in r.sets)

    def perspective(self, name: str) -> Perspective:
        """Perspective by name.

        Raises
        ------
        ScenarioError
            An unknown name, with the close matches.
        """
        check_known("perspective {} is unknown", self.perspectives, name, error=ScenarioError)
        return self.perspectives[name]

    def cited(self, source: str, confidence: str = "found") -> str:
        """Words for where a statement comes from; what nobody has looked up says so.

        Parameters
        ----------
        source : str
            A key of `sources`, a word such as "assumption" or "memory", or empty.
        confidence : str
            "found", "memory" or "assumption".
        """
        title = self.sources[source].title if source in self.sources else source
        if "memory" in (source, confidence):
            named = "" if title in ("", "memory") else f"; see {title}"
            return f"unverified, from memory{named}"
        return title or confidence

    def assumptions(self) -> str:
        """Every parameter in force with its source, one line each."""
        units = parameters
        lines = [f"Parameters of {self.title!r} and where each comes from:"]
        for name, q in self.quantities.items():
            value = q.value
            shown = " / ".join(f"{p} {v:g}" for p, v in value.items()) if isinstance(value, Mapping) else f"{value:g}"
            source = self.cited(q.source)
            unit = units[name].unit if name in units else ""
            lines.append(f"  {name:<22s} {shown:<10s} {unit:<44s} {source}")
        asked = self.question
        lines.append(f"  {'discount':<22s} {asked.discount:<10g} {'per period':<44s} {asked.source}")
        return "\n".join(lines)

    def __str__(self) -> str:
        begins = self.terms.signed or self.terms.in_force
        span = f"{begins.first.year}-{self.terms.ended.last.year if self.terms.ended else ''}"
        return (
            f"{self.title} ({span}): {len(self.events)} dated events, {len(self.claims)} contested claims, "
            f"perspectives {', '.join(self.perspectives)}"
        )


def parameter_faults(name: str, value: object, parties: tuple[str, ...]) -> list[str]:
    """Sentences on what is wrong with a value of a parameter; none where it is fine."""
    entry = parameters.get(name)
    if entry is None:
        return [f"{name} is no parameter. {close_matches(name, parameters)}"]
    if isinstance(value, Mapping):
        if name not in _PARTY:
            return [f"{name} is {dict(value)!r}; allowed: one number, because it is a term, not a party's parameter."]
        strangers = [p for p in value if p not in parties]
        if strangers:
            return [f"{name} names {strangers[0]!r}. {close_matches(strangers[0], parties)}"]
        return [
            f"{name} of {party} is {v!r}; allowed: {entry.range}." for party, v in value.items() if not entry.allows(v)
        ]
    return [] if entry.allows(value) else [f"{name} is {value!r}; allowed: {entry.range}."]
