"""Markov-perfect equilibria as results: policies, values, certificates, and what is left to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from armsgame._shown import Framed, Table, Value
from armsgame._typing import FloatArray
from armsgame.results.certificates import MarkovCertificate
from armsgame.results.markov_profile import MarkovProfile
from armsgame.results.one_shot import Listing, Status, aligned
from armsgame.results.provable import Provable

__all__ = ["MarkovEquilibrium", "MarkovSolution"]


@dataclass(frozen=True, slots=True, eq=False)
class MarkovEquilibrium(Provable, Value):
    """A Markov-perfect equilibrium with its certificate.

    Attributes
    ----------
    profile : MarkovProfile
        Takes the place of a profile in `verify`, `simulate`, `withdrawal_law`, `stationary`.
    values : array ``[S, P]``, utility per period
    certificate : MarkovCertificate
    found_by : str, the method that found it
    """

    profile: MarkovProfile
    values: FloatArray = field(compare=False)
    certificate: MarkovCertificate = field(compare=False)
    found_by: str = field(default="", compare=False)

    @property
    def policies(self) -> tuple[FloatArray, ...]:
        """One array ``[S, A]`` per player, padded with zeros where a state has fewer actions."""
        return self.profile.policies

    @property
    def pure(self) -> bool:
        """Whether every player uses one action in every state."""
        return self.profile.pure

    def value(self, state: int | str = 0) -> dict[str, float]:
        """Value of each player from a state."""
        k = state if isinstance(state, int) else self.profile.states.index(state)
        return {p: float(v) for p, v in zip(self.profile.players, self.values[k], strict=True)}

    def __str__(self) -> str:
        lines = str(self.profile).splitlines()
        pays = ["values", *(", ".join(f"{v:.6g}" for v in row) for row in self.values)]
        width = max(map(len, lines))
        table = [f"{line.ljust(width)}  {pay}" for line, pay in zip(lines, pays, strict=True)]
        return "\n".join([*table, str(self.certificate)])


@dataclass(frozen=True, slots=True)
class MarkovSolution(Framed, Listing[MarkovEquilibrium]):
    """Certified Markov-perfect equilibria with what is known about the rest.

    Attributes
    ----------
    equilibria : tuple of MarkovEquilibrium
    complete : bool
        True only where it is proved that every equilibrium, pure or mixed, is listed.
    complete_pure : bool
        True only where it is proved that every pure equilibrium is listed.
    status : Status
        Its text is the next step.
    notes : tuple of str
        What was found out on the way: blocks, methods that did not arrive, omissions.
    """

    equilibria: tuple[MarkovEquilibrium, ...]
    complete: bool
    complete_pure: bool
    status: Status
    notes: tuple[str, ...] = ()

    def _table(self) -> Table:
        """One row for each equilibrium and state: its values."""
        return [
            {"equilibrium": k, "state": s, **{f"value {p}": v for p, v in one.value(s).items()}}
            for k, one in enumerate(self.equilibria)
            for s in one.profile.states
        ]

    def _rows(self) -> list[list[str]]:
        if not self.equilibria:
            return []
        first = self.equilibria[0].profile
        rows = [["", "kind", f"values at {first.states[0]!r}", "largest regret", "found by"]]
        for k, one in enumerate(self.equilibria):
            pays = ", ".join(f"{v:.6g}" for v in one.values[0])
            kind = "pure" if one.pure else "mixed"
            rows.append([str(k), kind, pays, f"{float(one.certificate.max_gain):.1e}", one.found_by])
        return rows

    def __str__(self) -> str:
        many = "1 Markov-perfect equilibrium" if len(self) == 1 else f"{len(self)} Markov-perfect equilibria"
        if self.complete:
            how = "complete"
        else:
            how = "every pure one is listed" if self.complete_pure else "not proved complete"
        return "\n".join([f"{many}, {how}", *aligned(self._rows()), self.status.value, *self.notes])
