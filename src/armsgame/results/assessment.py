"""Assessments: behaviour with beliefs, what they prove, and lists of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import need_pandas
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import FloatArray
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import InformationSet
from armsgame.results.certificates import Deviation, Evidence
from armsgame.results.one_shot import Listing, Status
from armsgame.results.provable import Provable

if TYPE_CHECKING:
    import pandas

__all__ = ["Assessment", "AssessmentCertificate", "AssessmentList"]

_VERDICT = {
    "sequential": "sequential equilibrium",
    "perfect Bayesian": "perfect Bayesian equilibrium",
    "weak perfect Bayesian": "weak perfect Bayesian equilibrium",
    "subgame perfect": "subgame-perfect equilibrium",
    "Nash": "Nash equilibrium",
    "epsilon-sequential": "epsilon-sequential equilibrium",
    "epsilon-Nash": "epsilon-Nash equilibrium",
    "none": "not an equilibrium",
}


@dataclass(frozen=True, slots=True, eq=False)
class AssessmentCertificate(Evidence):
    """What behaviour and beliefs in a tree prove, checked at every information set.

    Attributes
    ----------
    ok : bool
        Whether `kind` is not ``"none"``.
    kind : str
        The strongest that is proved: ``"sequential"`` (rational at every set, beliefs consistent
        in the sense of Kreps and Wilson), ``"perfect Bayesian"`` (rational at every set, Bayes'
        rule wherever a subgame reaches a set), ``"weak perfect Bayesian"`` (rational at every
        set, Bayes' rule on the path), ``"subgame perfect"``, ``"Nash"``,
        ``"epsilon-sequential"`` and ``"epsilon-Nash"`` (within the caller's tolerance), ``"none"``.
    max_gain : float
        Largest gain at a set, given the beliefs there, of any change of the player's own moves
        from there on.
    where : Deviation
    irrational : tuple of str
        The sets at which something is gained; empty where every set is rational.
    sets : int
        Number of sets checked.
    consistent : bool
        Whether the beliefs are limits of Bayes' rule under trembles (Kreps and Wilson).
    bayes_error : float
        Largest distance between a belief on the path and Bayes' rule.
    unreached : tuple of str
        Sets that play does not reach; Bayes' rule says nothing there.
    nash_gain, subgame_gain : float
        Largest gain of a player from any strategy, at the start and in the worst subgame.
    tolerance : float
        What counts as zero: a bound on rounding, or the caller's tolerance.
    gains : tuple of arrays [A_h]
    payoffs : array [P]
    """

    ok: bool
    kind: str
    max_gain: float
    where: Deviation
    irrational: tuple[str, ...]
    sets: int
    consistent: bool
    bayes_error: float
    unreached: tuple[str, ...]
    nash_gain: float
    subgame_gain: float
    tolerance: float
    gains: tuple[FloatArray, ...]
    payoffs: FloatArray

    def __str__(self) -> str:
        rational = (
            f"{self.sets} of {self.sets} information sets rational"
            if not self.irrational
            else f"irrational at {len(self.irrational)} of {self.sets} information sets"
        )
        beliefs = "consistent" if self.consistent else "not consistent"
        return (
            f"{_VERDICT[self.kind]} ({rational}, beliefs {beliefs}, tolerance {self.tolerance:.1e}); "
            f"largest gain: {self.where}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Assessment(Provable, Framed, Drawn, Value):
    """Behaviour at every information set with the beliefs that go with it.

    Attributes
    ----------
    profile : tuple of arrays [A_h]
        Probabilities of the actions of each information set, in the order of `game.sets`.
    beliefs : tuple of arrays [nodes of h]
        Probability of each node, given that its set is reached.
    payoffs : array [P]
    certificate : AssessmentCertificate
    game : ExtensiveGame
    """

    profile: tuple[FloatArray, ...]
    beliefs: tuple[FloatArray, ...]
    payoffs: FloatArray
    certificate: AssessmentCertificate
    game: ExtensiveGame = field(repr=False)

    @property
    def flat(self) -> FloatArray:
        """Probabilities of all actions, numbered through [n]."""
        return np.concatenate([np.zeros(0), *self.profile])

    @property
    def pure(self) -> bool:
        """Whether one action is played at every set."""
        return all(bool(own.max() == 1) for own in self.profile)

    def at(self, label: str, player: int | str | None = None) -> dict[str, float]:
        """Probability of each action at an information set."""
        h = self.game.set_index(label, player)
        return dict(zip(self.game.sets[h].actions, self.profile[h].tolist(), strict=True))

    def belief(self, label: str, player: int | str | None = None) -> dict[str, float]:
        """Probability of each history, given that an information set is reached."""
        h = self.game.set_index(label, player)
        return dict(zip(self.game.sets[h].histories, self.beliefs[h].tolist(), strict=True))

    def node_probabilities(self) -> FloatArray:
        """Probability [N] that play passes each node."""
        from armsgame.games.tree_values import branch_probabilities, reach

        return reach(self.game, branch_probabilities(self.game, self.flat))

    def outcome_probabilities(self) -> dict[str, float]:
        """Probability of each outcome; a terminal node without a label is named by its history."""
        found: dict[str, float] = {}
        law = self.node_probabilities()[self.game.terminals]
        for label, node, p in zip(self.game.outcomes, self.game.terminals.tolist(), law.tolist(), strict=True):
            name = label or self.game.history(node)
            found[name] = found.get(name, 0.0) + p
        return found

    def to_frame(self) -> pandas.DataFrame:
        """One row per action: player, set, action, probability, gain (needs pandas)."""
        rows = []
        for s, own, gain in zip(self.game.sets, self.profile, self.certificate.gains, strict=True):
            for action, p, g in zip(s.actions, own.tolist(), gain.tolist(), strict=True):
                rows.append((self.game.players[s.player], s.label, action, p, g))
        columns = ["player", "information_set", "action", "probability", "gain"]
        return need_pandas().DataFrame(rows, columns=columns)

    def __str__(self) -> str:
        lines = [str(self.certificate)]
        quiet = set(self.certificate.unreached)
        for s, own, belief in zip(self.game.sets, self.profile, self.beliefs, strict=True):
            used = ", ".join(f"{a} {p:.6g}" if p < 1 else a for a, p in zip(s.actions, own.tolist(), strict=True) if p)
            line = f"  {self.game.players[s.player]} at {s.label!r}: {used}"
            if len(s.nodes) > 1:
                held = ", ".join(f"{t} {p:.6g}" for t, p in zip(s.histories, belief.tolist(), strict=True))
                line += f"   belief: {held}" + (" (not reached)" if set_name(self.game, s) in quiet else "")
            lines.append(line)
        quiet &= {set_name(self.game, s) for s in self.game.sets if len(s.nodes) > 1}
        if quiet:
            lines.append(f"  not reached: {', '.join(sorted(quiet))}; Bayes' rule leaves the beliefs there open")
        lines.append("  payoffs " + ", ".join(f"{v:.6g}" for v in self.payoffs.tolist()))
        return "\n".join(lines)


def set_name(game: ExtensiveGame, s: InformationSet) -> str:
    """Return the name of an information set in certificates."""
    return f"{game.players[s.player]} at {s.label}"


@dataclass(frozen=True, slots=True, eq=False)
class AssessmentList(Framed, Listing[Assessment]):
    """Equilibria of a tree with what is known about the rest.

    Attributes
    ----------
    assessments : tuple of Assessment
    complete : bool
        True only where every equilibrium of the class that `method` names is listed.
    status : Status
    notes : tuple of str
    method : str
    """

    assessments: tuple[Assessment, ...]
    complete: bool
    status: Status
    notes: tuple[str, ...] = ()
    method: str = ""

    def to_frame(self) -> pandas.DataFrame:
        """Tables of the assessments under each other, each with its number (needs pandas)."""
        tables = [one.to_frame().assign(equilibrium=k) for k, one in enumerate(self)]
        return need_pandas().concat(tables, ignore_index=True) if tables else need_pandas().DataFrame()

    def __str__(self) -> str:
        many = "1 equilibrium" if len(self) == 1 else f"{len(self)} equilibria"
        how = "complete" if self.complete else "not proved complete"
        head = f"{many}, {how}" + (f" ({self.method})" if self.method else "")
        return "\n".join([head, *(f"[{k}] {one}" for k, one in enumerate(self)), *self.notes])
