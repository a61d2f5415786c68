"""Perfect Bayesian equilibria that a search found: each with its evidence, and what is known about the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from armsgame._shown import Drawn, Framed, Table, Value
from armsgame.errors import WrongConcept
from armsgame.results.bayesian import BayesianCertificate, ReplyBound
from armsgame.results.critical_prior import CriticalPrior
from armsgame.results.one_shot import Listing, Status, aligned
from armsgame.results.provable import Provable
from armsgame.strategies.automaton import Automaton

__all__ = ["BayesianEquilibria", "BayesianEquilibrium", "NearEquilibrium"]


@dataclass(frozen=True, slots=True, eq=False)
class BayesianEquilibrium(Provable, Value):
    """A perfect Bayesian equilibrium of a game with private types, with its certificate.

    Attributes
    ----------
    profile : mapping {party: {type: Automaton}}
        Takes the place of a profile in `verify`.
    certificate : BayesianCertificate
    priors : CriticalPrior
        The exact set of priors at which this profile is an equilibrium.
    found_by : tuple of str, the starts that led to this play
    """

    profile: Mapping[str, Mapping[str, Automaton]]
    certificate: BayesianCertificate = field(compare=False)
    priors: CriticalPrior = field(compare=False)
    found_by: tuple[str, ...] = field(default=(), compare=False)

    @property
    def values(self) -> Mapping[str, Mapping[str, float]]:
        """Value at the start of each type of each party, over what it holds about the other."""
        return {p: {k: float(v) for k, v in own.items()} for p, own in self.certificate.by_type.items()}

    @property
    def means(self) -> dict[str, float]:
        """Value of each party before its type is drawn."""
        game = self.certificate.game
        return {
            party: float(sum(p * v for p, v in zip(law, self.values[party].values(), strict=True)))
            for party, law in zip(game.players, game.prior, strict=True)
        }

    @property
    def mixed(self) -> bool:
        """Whether some type randomises somewhere."""
        return any(
            bool(((law > 0) & (law < 1)).any())
            for own in self.profile.values()
            for strategy in own.values()
            for law in (strategy.outputs.values() if isinstance(strategy.outputs, Mapping) else [strategy.outputs])
        )

    def first_moves(self) -> dict[str, dict[str, str]]:
        """Return what each type of each party does in the first period."""
        game = self.certificate.game
        dyn = game.dynamics()
        out: dict[str, dict[str, str]] = {}
        for i, party in enumerate(game.players):
            acts = dyn.actions[dyn.start][i]
            out[party] = {}
            for kind, strategy in self.profile[party].items():
                law = strategy.law(dyn.states[dyn.start])[strategy.initial]
                words = [f"{a} {p:.4g}" if p < 1 else a for a, p in zip(acts, law.tolist(), strict=True) if p > 0]
                out[party][kind] = " or ".join(words)
        return out

    def __str__(self) -> str:
        lines = [f"found from {', '.join(self.found_by)}"] if self.found_by else []
        for party, moves in self.first_moves().items():
            told = ", ".join(f"{k} {m} ({self.values[party][k]:.6g})" for k, m in moves.items())
            lines.append(f"{party} first plays, with the value of each type: {told}")
        return "\n".join([*lines, str(self.certificate), str(self.priors)])


@dataclass(frozen=True, slots=True, eq=False)
class NearEquilibrium(Value):
    """A profile that no certificate makes perfect, and at most how much any plan gains against it.

    Attributes
    ----------
    profile : mapping {party: {type: Automaton}}
    bound : ReplyBound
        What each type can gain at the start by any plan, from above.
    found_by : str
    """

    profile: Mapping[str, Mapping[str, Automaton]]
    bound: ReplyBound = field(compare=False)
    found_by: str = field(default="", compare=False)

    @property
    def gap(self) -> float:
        """Largest gain at the start, over the types."""
        return max((float(v) for own in self.bound.root.values() for v in own.values()), default=0.0)

    def __str__(self) -> str:
        return f"{self.found_by}: no plan gains more than {self.gap:.3g} at the start"


@dataclass(frozen=True, slots=True)
class BayesianEquilibria(Framed, Drawn, Listing[BayesianEquilibrium]):
    """Certified equilibria of a game with private types, with what is known about the rest.

    Attributes
    ----------
    equilibria : tuple of BayesianEquilibrium
        Profiles with the same play on the path are counted once.
    status : Status
        Its text is the next step; a search never proves that nothing else exists.
    least_gain : float
        The least of the largest one-shot gains over all profiles that were tried; 0 where one is certified.
    courses : mapping {start: text}
        Where best replies led from each start.
    near : tuple of NearEquilibrium
        Where nothing is certified: mixed profiles from logit responses, and what can be gained against them.
    """

    equilibria: tuple[BayesianEquilibrium, ...]
    status: Status
    least_gain: float
    courses: Mapping[str, str]
    near: tuple[NearEquilibrium, ...] = ()

    def select(self, by: str = "worst_off") -> BayesianEquilibrium:
        """Choose one equilibrium by a stated rule; ties go to the one found first.

        Parameters
        ----------
        by : str
            ``"worst_off"``: the party whose value before types are drawn is lower is as well off as can be;
            ``"utilitarian"``: the sum of both parties' values is greatest; or the name of a start.

        Raises
        ------
        WrongConcept
            No equilibrium was found, or none from that start.
        """
        if not self.equilibria:
            raise WrongConcept(f"nothing can be selected: {self.status.value}")
        if by == "worst_off":
            return max(self.equilibria, key=lambda one: min(one.means.values()))
        if by == "utilitarian":
            return max(self.equilibria, key=lambda one: sum(one.means.values()))
        for one in self.equilibria:
            if by in one.found_by:
                return one
        known = sorted({name for one in self.equilibria for name in one.found_by})
        raise WrongConcept(f"by is {by!r}; allowed: 'worst_off', 'utilitarian', or a start that led here: {known}.")

    def _table(self) -> Table:
        """One row for each equilibrium, party and type: its value and first move."""
        return [
            {"equilibrium": k, "party": p, "type": t, "value": v, "first_move": one.first_moves()[p][t]}
            for k, one in enumerate(self.equilibria)
            for p, own in one.values.items()
            for t, v in own.items()
        ]

    def _rows(self) -> list[list[str]]:
        if not self.equilibria:
            return [[name, text] for name, text in self.courses.items()]
        rows = [["", "first moves by type", "values", "found from"]]
        for k, one in enumerate(self.equilibria):
            moves = " | ".join(", ".join(own.values()) for own in one.first_moves().values())
            pays = " | ".join(", ".join(f"{v:.6g}" for v in own.values()) for own in one.values.values())
            rows.append([str(k), moves, pays, ", ".join(one.found_by)])
        return rows

    def __str__(self) -> str:
        count = len(self.equilibria)
        head = "1 certified equilibrium" if count == 1 else f"{count} certified equilibria"
        lines = [head, *aligned(self._rows()), self.status.value]
        if not count:
            lines.append(f"The least gain of a deviation, over all profiles tried, is {self.least_gain:.4g}.")
            lines += [str(one) for one in self.near]
        return "\n".join(lines)
