"""Had a recorded move been another one: a deviation in the move alone, with beliefs and play that follow a profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import check_whole, need_pandas
from armsgame._cost import require
from armsgame._shown import Framed, Value
from armsgame._typing import FloatArray, IntArray
from armsgame.arithmetic.shares import digits
from armsgame.errors import invalid
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.profiles import lower_types
from armsgame.games.dynamics import Dynamics
from armsgame.solve.bayesian.board import Board, Nodes, Tables
from armsgame.solve.bayesian.valuation import Valuation
from armsgame.study.private_types.record_beliefs import record_beliefs
from armsgame.study.private_types.recorded_path import RecordedPath
from armsgame.study.private_types.walk import Step
from armsgame.treaty.public_moves import NO_MOVE, parse_moves
from armsgame.treaty.status import parse_status

if TYPE_CHECKING:
    import pandas

__all__ = ["ChangedMove", "changed_move"]

_EVENTS = ("notice", "withdrawn")


@dataclass(frozen=True, slots=True)
class ChangedMove(Framed, Value):
    """What a profile implies after a recorded move, and after another one in its place.

    Attributes
    ----------
    period : int, period of the record
    party : str, whose move is changed
    recorded, changed : str
    event : str
    before, after : array [T + 1], P(event within t periods from there) with the recorded and with the changed move
    beliefs : mapping (party, type) -> belief of the other party at that point of the record
    updated : mapping public result -> mapping (party, type) -> belief after it, with the changed move
    chances : mapping public result -> probability with the changed move
    """

    period: int
    party: str
    recorded: str
    changed: str
    event: str
    before: FloatArray
    after: FloatArray
    beliefs: Mapping[tuple[str, str], float]
    updated: Mapping[str, Mapping[tuple[str, str], float]]
    chances: Mapping[str, float]

    @property
    def difference(self) -> FloatArray:
        """P(event | changed) - P(event | recorded), [T + 1]."""
        return np.asarray(self.after - self.before)

    def to_frame(self) -> pandas.DataFrame:
        """One row per public result of the changed move: its probability, and the beliefs after it."""
        rows: list[dict[str, object]] = [{"result": "before the move", "probability": 1.0, **self._row(self.beliefs)}]
        for result, own in self.updated.items():
            rows.append({"result": result, "probability": self.chances[result], **self._row(own)})
        return need_pandas().DataFrame(rows)

    @staticmethod
    def _row(own: Mapping[tuple[str, str], float]) -> dict[str, float]:
        return {f"P({party} {kind})": value for (party, kind), value in own.items()}

    def __str__(self) -> str:
        horizon = len(self.before) - 1
        lines = [
            f"Had {self.party} played {self.changed!r} and not {self.recorded!r} in period {self.period}: "
            f"P({self.event} within {horizon} periods) {digits(self.before[-1])} as recorded, "
            f"{digits(self.after[-1])} changed, difference {self.difference[-1]:+.4f}"
        ]
        for result, own in self.updated.items():
            told = ", ".join(f"{party} {kind} {value:.3f}" for (party, kind), value in own.items())
            lines.append(f"  after {result!r} (probability {self.chances[result]:.3f}): {told}")
        lines.append("Only the move is changed: before and after it both sides play the profile.")
        return "\n".join(lines)


def changed_move(
    path: RecordedPath,
    game: BayesianGame,
    profile: object,
    *,
    move: str = "accept",
    instead_of: str = "ignore",
    event: str = "withdrawn",
    periods: int = 120,
    budget_seconds: float | None = None,
) -> ChangedMove:
    """Ask what a profile by type implies had one recorded move been another one: by default, the display attended.

    Parameters
    ----------
    path : RecordedPath
    game : BayesianGame
        Of the same treaty and with public moves: `Scenario.bayesian_game`.
    profile : mapping {party: {type: strategy}}, or a certified equilibrium
        Conduct in that period is the profile's; the public move of both parties is the record's, but for the change.
        Then everybody plays on by the profile.
    move, instead_of : str
        The other move, and the recorded one; of several such periods the last is meant.
    event : str, ``"notice"`` or ``"withdrawn"``
    periods : int
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    ChangedMove

    Raises
    ------
    InvalidGame
        No such move in the record, or one that the state does not have.
    WrongConcept
        As in `record_beliefs`.

    Notes
    -----
    A party that moves otherwise than its types would excludes none of them; what the display shows about the other
    party's conduct updates the beliefs by Bayes' rule. `record_beliefs` says what both believe up to there. That the
    recorded move may lie off the path is told there, not here.
    """
    if event not in _EVENTS:
        invalid("event", event, f"one of {_EVENTS}")
    horizon = check_whole("periods", periods)
    require("withdrawal_law", periods=horizon)
    held = record_beliefs(path, game, profile)
    place = _period(path, instead_of)
    step, party = path.steps[place], _mover(path.steps[place], instead_of)
    tables = Tables.of(game)
    nodes = Board(tables, lower_types(game, profile, dynamics=tables.dynamics), supports=True).nodes()
    at = _reached(nodes, path, place)
    said = [", ".join(own) for own in parse_moves(step.signal).moves]
    other = list(said)
    other[party] = move
    law = np.multiply.outer(held.beliefs[0][place], held.beliefs[1][place])
    sides = [_after(nodes, at, law, own) for own in (said, other)]
    before, after = (_law(nodes, joint.sum(axis=3), event, horizon) for joint in sides)
    weights: dict[str, FloatArray] = {}
    for z in np.flatnonzero(sides[1].sum(axis=(0, 1, 2)) > 0).tolist():
        label = _signal(tables.dynamics, path, int(tables.shown[nodes.state[at], z]))
        weights[label] = weights.get(label, 0.0) + sides[1][:, :, :, z].sum(axis=2)
    updated = {label: _marginals(game, own / own.sum()) for label, own in weights.items()}
    chances = {label: float(own.sum()) for label, own in weights.items()}
    return ChangedMove(
        place, game.players[party], instead_of, move, event, before, after, _marginals(game, law), updated, chances
    )


def _period(path: RecordedPath, move: str) -> int:
    found = [k for k, act in path.acts if act.move == move]
    if not found:
        known = sorted({act.move for _, act in path.acts})
        invalid("instead_of", move, f"a move of the record: {', '.join(known) or 'it has none'}")
    return found[-1]


def _mover(step: Step, move: str) -> int:
    return next(act.party for act in step.acts if act.move == move)


def _code(dyn: Dynamics, path: RecordedPath, step: Step) -> int:
    return path.game.signal_labels.index(step.signal) * len(dyn.states) + dyn.states.index(step.after)


def _signal(dyn: Dynamics, path: RecordedPath, branch: int) -> str:
    assert dyn.outcome is not None
    return path.game.signal_labels[int(dyn.outcome[branch]) // len(dyn.states)]


def _reached(nodes: Nodes, path: RecordedPath, period: int) -> int:
    """Node at the start of a period of the record."""
    tables = nodes.tables
    dyn, at = tables.dynamics, 0
    assert dyn.outcome is not None
    for step in path.steps[:period]:
        shown = tables.shown[nodes.state[at]]
        fits = (shown >= 0) & (dyn.outcome[shown] == _code(dyn, path, step))
        at = int(nodes.ahead[at, np.flatnonzero(fits)[0]])
    return at


def _after(nodes: Nodes, at: int, law: FloatArray, said: list[str]) -> FloatArray:
    """Law [K0, K1, N, Z] of types, next node and public outcome where both parties make given public moves."""
    tables, state = nodes.tables, int(nodes.state[at])
    plays = [_forced(nodes, at, i, words) for i, words in enumerate(said)]
    chance = np.einsum("km,ka,mb,abz->kmz", law, *plays, tables.prob[state])
    out = np.zeros((*law.shape, nodes.size, chance.shape[2]))
    for z in np.flatnonzero(chance.sum(axis=(0, 1)) > 0).tolist():
        out[:, :, nodes.ahead[at, z], z] = chance[:, :, z]
    return out


def _forced(nodes: Nodes, at: int, i: int, said: str) -> FloatArray:
    """Law [K, A] of the actions of each type if it makes a public move and keeps its conduct."""
    law = nodes.laws[i][at]
    labels = nodes.tables.dynamics.actions[int(nodes.state[at])][i]
    words = [label.partition(", ")[::2] for label in labels]
    said = "" if said == NO_MOVE else said
    fits = [k for k, (_, own) in enumerate(words) if own == said]
    if not fits:
        known = sorted({own for _, own in words})
        invalid("move", said, f"one of {known} in the state {nodes.tables.dynamics.states[int(nodes.state[at])]!r}")
    out = np.zeros(law.shape)
    for k, (conduct, _) in enumerate(words):
        same = [f for f in fits if words[f][0] == conduct] or fits
        out[:, same[0]] += law[:, k]
    return out


def _law(nodes: Nodes, start: FloatArray, event: str, periods: int) -> FloatArray:
    """P(event within t periods) [T + 1] from a law [K0, K1, N] of types and nodes one period after the move."""
    states, parties = nodes.tables.dynamics.states, nodes.tables.game.players
    kinds = np.array([parse_status(s, parties).kind for s in states])
    past = (kinds == "withdrawn") | ((kinds == "notice") & (event == "notice"))
    over = past[nodes.state]
    chain, now, found = Valuation(nodes, 0.5).chain(), start, [0.0]
    for _ in range(periods):
        found.append(found[-1] + float(now[:, :, over].sum()))
        now = np.where(over, 0.0, now)
        flow = now[..., None] * chain
        now = np.stack([_gather(nodes.ahead, own, nodes.size) for own in flow.reshape(-1, *flow.shape[2:])])
        now = now.reshape(start.shape)
    return np.array(found)


def _gather(ahead: IntArray, flow: FloatArray, size: int) -> FloatArray:
    return np.bincount(ahead.ravel(), weights=flow.ravel(), minlength=size).astype(float)


def _marginals(game: BayesianGame, law: FloatArray) -> dict[tuple[str, str], float]:
    sides = (law.sum(axis=1), law.sum(axis=0))
    return {
        (party, kind): float(value)
        for party, kinds, own in zip(game.players, game.types, sides, strict=True)
        for kind, value in zip(kinds, own, strict=True)
    }
