"""What a profile by type says about the record: beliefs of both sides along it, and whether it lies on the path."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import check_whole, need_pandas
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.errors import InvalidGame, WrongConcept, check_known
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.nodes import TypeNodes, nodes_of
from armsgame.games.stochastic import StochasticGame
from armsgame.study.private_types.recorded_path import RecordedPath

if TYPE_CHECKING:
    import pandas

__all__ = ["RecordBeliefs", "record_beliefs"]

# rounding of two laws of the same outcome by different own actions
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class RecordBeliefs(Framed, Drawn, Value):
    """Beliefs along the recorded acts, if both sides play a profile by type.

    Attributes
    ----------
    path : RecordedPath
    types : per party, labels of its types
    beliefs : per party, array [T + 1, K]: law of its type as the other party holds it at the start of each period
    conduct : array [T + 1, 2], P(a party deploys in the period) as the other party holds it
    on_path : bool array [T], whether types that are not excluded show what the record tells with positive probability
    nodes : int array [T + 1], node of the profile
    off : tuple of str, what leaves the path, period by period
    """

    path: RecordedPath
    types: tuple[tuple[str, ...], tuple[str, ...]]
    beliefs: tuple[FloatArray, FloatArray]
    conduct: FloatArray
    on_path: BoolArray
    nodes: IntArray
    off: tuple[str, ...]

    @property
    def lies_on_path(self) -> bool:
        """Whether every period of the record can happen under the profile."""
        return bool(self.on_path.all())

    def of(self, party: str, kind: str) -> FloatArray:
        """P(party has the type) along the record, [T + 1].

        Raises
        ------
        InvalidGame
            An unknown party or type.
        """
        names = self.path.parties
        if party not in names or kind not in self.types[names.index(party)]:
            raise InvalidGame(
                f"({party!r}, {kind!r}) is unknown; allowed: {dict(zip(names, self.types, strict=True))}."
            )
        i = names.index(party)
        return self.beliefs[i][:, self.types[i].index(kind)]

    def violation_belief(self, party: str, period: int) -> float:
        """P(a party deploys in a period of the record) as the other party holds it: types weighed by the belief."""
        check_known("party {} is unknown", self.path.parties, party)
        at = check_whole("period", period, 0, len(self.conduct) - 1)
        return float(self.conduct[at, self.path.parties.index(party)])

    def to_frame(self) -> pandas.DataFrame:
        """One row per period: state, acts, beliefs about both parties, and whether the period lies on the path."""
        rows: dict[str, Any] = {"begins": [str(s.begins) for s in self.path.steps]}
        rows["state"] = [s.state for s in self.path.steps]
        rows["acts"] = ["; ".join(map(str, s.acts)) for s in self.path.steps]
        for party, kinds, law in zip(self.path.parties, self.types, self.beliefs, strict=True):
            rows |= {f"P({party} {k})": law[:-1, n] for n, k in enumerate(kinds)}
        for i, party in enumerate(self.path.parties):
            rows[f"P({party} deploys)"] = self.conduct[:-1, i]
        rows["on path"] = self.on_path
        found = need_pandas().DataFrame(rows)
        found.index.name = "period"
        return found

    def __str__(self) -> str:
        told = "lies on the path of this profile" if self.lies_on_path else "leaves the path of this profile"
        lines = [f"The record of {self.path.scenario!r} {told}. This ranks no account."]
        lines += [f"  {text}" for text in self.off]
        for party, kinds, law in zip(self.path.parties, self.types, self.beliefs, strict=True):
            ends = ", ".join(f"{k} {law[0, n]:.3f} -> {law[-1, n]:.3f}" for n, k in enumerate(kinds))
            lines.append(f"  {party}, as the other holds it, from the first to the last period: {ends}")
        return "\n".join(lines)


def record_beliefs(
    path: RecordedPath, game: BayesianGame, profile: object, *, budget_seconds: float | None = None
) -> RecordBeliefs:
    """Follow a profile by type along the recorded acts.

    At each period both sides weigh the other's types by the probability with which each shows what the record tells
    (Bayes' rule). A type that cannot show it is excluded for good. Where no type that is left can, the belief
    stays as it was and the period lies off the path.

    Parameters
    ----------
    path : RecordedPath
    game : BayesianGame
        Of the same treaty and with public moves: `Scenario.bayesian_game`.
    profile : mapping {party: {type: strategy}}, or what has one, such as a certified equilibrium
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    RecordBeliefs
        No likelihood of the record: it would rank accounts by assumptions.

    Raises
    ------
    WrongConcept
        A game in which beliefs are not public, or whose states and signals are not those of the path.
    """
    if not isinstance(game, BayesianGame):
        raise WrongConcept("record_beliefs needs a BayesianGame. Build one: scenario.bayesian_game(perspective).")
    _fits(path, game)
    nodes = nodes_of(game, profile)
    law = [np.where(left[0], own, 0.0) for left, own in zip(nodes.left, game.prior, strict=True)]
    beliefs: tuple[list[FloatArray], list[FloatArray]] = ([law[0]], [law[1]])

    # quiet periods ask the same of a node again and again
    @cache
    def shown(at: int, signal: str, after: str) -> tuple[_Seen, tuple[FloatArray, FloatArray]]:
        seen = _shows(nodes, at, path.game, signal, after)
        return seen, (_likelihood(seen, 0), _likelihood(seen, 1))

    shares = cache(partial(_deploys, nodes))

    def deploys() -> list[float]:
        return [float(own @ share) for own, share in zip(law, shares(at), strict=True)]

    at, visited, on_path, off = 0, [0], [], []
    conduct = [deploys()]
    for k, step in enumerate(path.steps):
        seen, likely = shown(at, step.signal, step.after)
        law, fine, why = _updated(seen, likely, law, game.players)
        on_path.append(fine)
        if not fine:
            acts = "; ".join(map(str, step.acts)) or f"quiet, {step.signal!r}"
            off.append(f"period {k} ({step.begins}), {step.state!r}: {acts}: {why}")
        at = seen.ahead
        visited.append(at)
        conduct.append(deploys())
        for own, new in zip(beliefs, law, strict=True):
            own.append(new)
    return RecordBeliefs(
        path, (game.types[0], game.types[1]), (np.array(beliefs[0]), np.array(beliefs[1])), np.array(conduct),
        np.array(on_path), np.array(visited), tuple(off),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a node says about one public outcome: the next node, and the branches that show it."""

    ahead: int
    laws: tuple[FloatArray, FloatArray]
    acts: IntArray
    prob: FloatArray


def _fits(path: RecordedPath, game: BayesianGame) -> None:
    own, meant = game.game, path.game
    if (
        not isinstance(own, StochasticGame)
        or (own.states, own.signal_labels) != (meant.states, meant.signal_labels)
        or game.players != path.parties
    ):
        raise WrongConcept(
            "the game's parties, states or signals are not those of the path. Build both from one dossier: "
            "recorded_path(scenario, regime=.., game=bayesian.game) and scenario.bayesian_game(perspective, regime=..)."
        )
    if own.states[own.dynamics().start] != path.states[0]:
        raise WrongConcept(f"the game starts at {own.states[own.dynamics().start]!r}, the path at {path.states[0]!r}.")


def _shows(nodes: TypeNodes, at: int, game: StochasticGame, signal: str, after: str) -> _Seen:
    low = nodes.lowered
    dyn, s = low.dynamics, int(nodes.state[at])
    here = nodes.here(s)
    code = game.signal_labels.index(signal) * len(dyn.states) + dyn.states.index(after)
    assert dyn.outcome is not None
    place = int(np.flatnonzero(dyn.outcome[here.shown] == code)[0])
    branches = here.outcome == place
    laws = tuple(np.stack([nodes.plays(i, k, at) for k in range(len(low.automata[i]))]) for i in (0, 1))
    return _Seen(int(nodes.ahead[at, place]), (laws[0], laws[1]), here.acts[:, branches], here.prob[branches])


def _updated(
    seen: _Seen, likely: tuple[FloatArray, FloatArray], law: list[FloatArray], players: tuple[str, ...]
) -> tuple[list[FloatArray], bool, str]:
    """Beliefs about both parties after an outcome, whether it can happen, and who keeps it from happening."""
    new, blame = [], []
    for j in (0, 1):
        weight = likely[j] * law[j]
        if weight.sum() > 0:
            new.append(weight / weight.sum())
            continue
        blame.append(players[j])
        new.append(law[j])
    # mixed over the types that were left before
    joint = [own[law[i] > 0].sum(axis=0) for i, own in enumerate(seen.laws)]
    possible = bool((joint[0][seen.acts[0]] * joint[1][seen.acts[1]] * seen.prob).sum() > 0)
    why = f"no type of {' or '.join(blame)} that is left would" if blame else "no pair of types would"
    return new, possible, why


def _likelihood(seen: _Seen, j: int) -> FloatArray:
    """P(outcome | type) of party j, up to a factor that is the same for all of its types."""
    mine = seen.acts[1 - j]
    # by the observer's own action and by type
    table = np.zeros((int(mine.max()) + 1, len(seen.laws[j])))
    np.add.at(table, mine, (seen.laws[j][:, seen.acts[j]] * seen.prob).T)
    table = table[table.sum(axis=1) > 0]
    if not len(table):
        return np.zeros(len(seen.laws[j]))
    shares = table / table.sum(axis=1, keepdims=True)
    if np.abs(shares - shares[0]).max() > _SAME:
        raise WrongConcept(
            "beliefs are not public in this game: what an outcome says depends on one's own action. Build it with "
            "observed='moves'."
        )
    return np.asarray(shares[0])


def _deploys(nodes: TypeNodes, at: int) -> list[FloatArray]:
    """Probability [K] of each type of each party that it deploys at a node."""
    s = int(nodes.state[at])
    found = []
    for i in (0, 1):
        hidden = np.array([a.split(", ")[0] == "deploy" for a in nodes.lowered.dynamics.actions[s][i]])
        kinds = len(nodes.lowered.automata[i])
        found.append(np.array([float(nodes.plays(i, k, at)[hidden].sum()) for k in range(kinds)]))
    return found
