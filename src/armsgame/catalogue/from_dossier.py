"""What a model of the catalogue reads in a dossier, with the words that say where each number is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from armsgame._shown import Value
from armsgame.errors import InvalidGame, close_matches


@dataclass(frozen=True, slots=True)
class Reading(Value):
    """A dossier under one perspective, and which party plays which role.

    Every method returns a number and the words for its origin.

    Attributes
    ----------
    scenario : Scenario
    perspective : str
        Name of one of the scenario's perspectives.
    roles : tuple of str
        Parties in the order of the model's first and second role.
    """

    scenario: Any
    perspective: str
    roles: tuple[str, ...]

    @classmethod
    def of(cls, scenario: Any, perspective: str, roles: Any = None) -> Reading:
        """Check the names against the dossier; `roles` is by default the dossier's first two parties."""
        scenario.perspective(perspective)
        chosen = tuple(roles or scenario.parties[:2])
        for party in chosen:
            if party not in scenario.parties:
                raise InvalidGame(f"roles name the party {party!r}. {close_matches(party, scenario.parties)}")
        if len(set(chosen)) != 2:
            raise InvalidGame(f"roles are {chosen}; allowed: two different parties of {scenario.parties}.")
        return cls(scenario, perspective, chosen)

    @property
    def _from(self) -> str:
        return f"dossier {self.scenario.id!r}, perspective {self.perspective!r}"

    def discount(self) -> tuple[float, str]:
        """Discount factor of the dossier's own question."""
        return self.scenario.question.discount, f"dossier {self.scenario.id!r}: discount factor of its question"

    def detection(self) -> tuple[float, str]:
        """Probability per period that a violation is detected under the regime that the question asks about."""
        name = self.scenario.asked_regime
        regimes = {r.name: r.detection for r in self.scenario.regimes}
        key = regimes.get(name, "detection")
        regime = f", regime {name!r}" if name else ""
        return self.scenario.parameters[key], f"dossier {self.scenario.id!r}: {key}{regime}, per period"

    def display_precision(self) -> tuple[float, str]:
        """Chance that a display is read rightly, at even odds of a violation."""
        account = self.scenario.perspective(self.perspective)
        right = (account.pass_compliant + 1 - account.pass_violating) / 2
        words = (
            f"{self._from}: mean of the chances that a display passes a compliant party "
            f"({account.pass_compliant:g}) and fails a violating one ({1 - account.pass_violating:g})"
        )
        return round(right, 12), words

    def not_content(self, role: int) -> tuple[float, str]:
        """Share of types of a party, under the perspective, that are not content with the treaty."""
        party = self.roles[role]
        types: Mapping[str, float] = self.scenario.perspective(self.perspective).types[party]
        share = sum(p for name, p in types.items() if name != "content")
        return round(share, 12), f"{self._from}: share of types of {party} other than 'content'"

    def wants_out(self, role: int) -> tuple[float, str]:
        """Share of types of a party, under the perspective, that do better without the treaty."""
        party = self.roles[role]
        share = self.scenario.perspective(self.perspective).types[party].get("wants_out", 0.0)
        return share, f"{self._from}: share of types 'wants_out' of {party}"
