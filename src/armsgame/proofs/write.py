"""Proof files: games, automata and trees as rational data, and the file with what the checker says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import NotRequired, TypedDict

import numpy as np

from armsgame._checks import as_law
from armsgame._files import write_text
from armsgame._typing import ArrayLike, IntArray
from armsgame._values import Memory
from armsgame.errors import NotSolved
from armsgame.games.coercion import PublicGame
from armsgame.games.dynamics import Dynamics, Play
from armsgame.games.product import Product
from armsgame.games.stochastic import StochasticGame
from armsgame.proofs.check import FORMAT, verdict
from armsgame.proofs.rational import AutomatonData, Cube, GameData, Over, Table, outcomes_of, over_one

__all__ = ["Proof", "Unproved", "checked", "distance_of", "dynamic_data", "file_of", "least_epsilon", "profile_data"]

_DATA: Memory[tuple[GameData, list[list[IntArray]], Fraction]] = Memory(2)


class ProofFile(TypedDict):
    """Content of a proof file."""

    format: str
    claim: Mapping[str, object]
    witness: Mapping[str, object]
    game: NotRequired[Mapping[str, object]]
    profile: NotRequired[object]
    made_by: NotRequired[list[str]]


class Unproved(Exception):
    """No proof is found; the text says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """A proof file that its checker has accepted, or the reason why there is none.

    Attributes
    ----------
    file : mapping or None
        The content of the file as ``docs/reference/proof-format`` describes it.
    told : str
        The sentence of the checker, or the reason.
    """

    file: ProofFile | None = field(repr=False)
    told: str

    def __bool__(self) -> bool:
        return self.file is not None

    @property
    def text(self) -> str:
        """The file as text.

        Raises
        ------
        NotSolved
            There is no proof.
        """
        if self.file is None:
            raise NotSolved(f"there is no proof to write: {self.told}")
        return json.dumps(self.file, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"

    def save(self, path: str | Path) -> Path:
        """Write the file and return its path."""
        place = Path(path)
        write_text(place, self.text)
        return place

    def __str__(self) -> str:
        return self.told if self else f"none (float only): {self.told}"


def file_of(
    claim: Mapping[str, object],
    game: Mapping[str, object],
    profile: object,
    witness: Mapping[str, object],
    distance: Fraction,
) -> ProofFile:
    """Put a file together."""
    from armsgame import __version__

    near = f"numbers lie within {float(distance):.2g} of the floats they were read from"
    made = [f"armsgame {__version__}", near]
    file: ProofFile = {"format": FORMAT, "claim": claim, "game": game, "witness": witness, "made_by": made}
    if profile is not None:
        file["profile"] = profile
    return file


def checked(file: ProofFile) -> Proof:
    """Let the checker read the file; what it does not accept is no proof."""
    code, told = verdict(Proof(file, "").text.encode("utf-8"))
    return Proof(file, told) if code == 0 else Proof(None, told)


def least_epsilon(file: ProofFile, unit: float) -> Proof:
    """Return the file with the least epsilon that the checker accepts: 0, or a power of ten in payoffs' scale."""
    size = Fraction(10) ** int(np.ceil(np.log10(unit))) if unit > 0 else Fraction(1)
    found = Proof(None, "")
    for epsilon in (Fraction(0), *(size / 10**k for k in (15, 12, 9, 6))):
        found = checked({**file, "claim": {**file["claim"], "epsilon": over_one(epsilon)}})
        if found:
            break
    return found


def distance_of(exact: object, floats: ArrayLike) -> Fraction:
    """Largest distance between rational numbers and the floats that they were read from."""
    pairs = zip(np.ravel(np.asarray(exact, dtype=object)).tolist(), np.ravel(floats).tolist(), strict=True)
    # most pairs are there many times
    known = {(a.numerator, a.denominator, b) for a, b in pairs}
    return max((abs(Fraction(n, d) - Fraction(b)) for n, d, b in known), default=Fraction(0))


def dynamic_data(
    game: PublicGame, dyn: Dynamics, discount: Fraction | None
) -> tuple[GameData, list[list[IntArray]], Fraction]:
    """Game with its exact dynamics as data; per state the branches of each signal; and the distance from the floats.

    Raises
    ------
    Unproved
        Signals are private, or alarms lag so that the state is hidden.
    """
    # profiles of one game share them
    return _DATA.of(game, (id(dyn), discount), lambda: _dynamic_data(game, dyn, discount), dyn)


def _dynamic_data(
    game: PublicGame, dyn: Dynamics, discount: Fraction | None
) -> tuple[GameData, list[list[IntArray]], Fraction]:
    heard = dyn.signal if dyn.outcome is None else dyn.outcome
    if dyn.hidden or heard.ndim > 1:
        raise Unproved("the format has public signals without a lag only")
    signals, payoffs, branches = [], [], []
    laws: list[Over[Cube]] = []
    for s in range(len(dyn.states)):
        rows = dyn.rows(s)
        first, last = int(dyn.branch[rows.start]), int(dyn.branch[rows.stop])
        seen, place = np.unique(heard[first:last], return_inverse=True)
        signals.append([_signal(game, s, int(y)) for y in seen])
        branches.append([np.flatnonzero(place == y) + first for y in range(len(seen))])
        table = []
        for row in rows:
            chances: dict[tuple[int, int], Fraction] = {}
            for b in range(int(dyn.branch[row]), int(dyn.branch[row + 1])):
                key = (int(dyn.target[b]), int(place[b - first]))
                chances[key] = chances.get(key, Fraction(0)) + dyn.prob[b]
            table.append(chances)
        scale = over_one([list(chances.values()) for chances in table])
        laws.append({"den": scale["den"], "num": [
            [[t, y, n] for (t, y), n in zip(chances, nums, strict=True) if n]
            for chances, nums in zip(table, scale["num"], strict=True)
        ]})  # fmt: skip
        payoffs.append([list(own[rows.start : rows.stop]) for own in dyn.payoffs])
    floats = game.dynamics()
    distance = max(distance_of(dyn.payoffs, floats.payoffs), distance_of(dyn.prob, floats.prob))
    data: GameData = {
        "kind": "dynamic", "players": list(dyn.players), "states": list(dyn.states), "start": int(dyn.start),
        "actions": [[list(own) for own in here] for here in dyn.actions], "signals": signals,
        "payoffs": over_one(payoffs), "laws": laws,
    }  # fmt: skip
    if discount is not None:
        data["discount"] = over_one(discount)
    return data, branches, distance


def _signal(game: PublicGame, state: int, y: int) -> str:
    return ", ".join(game.outcomes(state)[y]) if isinstance(game, StochasticGame) else str(game.signals[y])


def _automata(play: Play, branches: Sequence[Sequence[IntArray]]) -> list[AutomatonData]:
    """Profile of automata as data.

    Raises
    ------
    Unproved
        An automaton moves on more than the public signal.
    """
    found: list[AutomatonData] = []
    for i, automaton in enumerate(play.automata):
        count = len(automaton.states)
        law: list[list[list[Fraction]]] = [[as_law(own[q]).tolist() for own in play.laws[i]] for q in range(count)]
        moves = play.moves[i]
        if any((moves[:, at] != moves[:, at[:1]]).any() for here in branches for at in here):
            raise Unproved(f"the strategy of {play.dynamics.players[i]} reads more than the public signal")
        following = [[[int(moves[q, at[0]]) for at in here] for here in branches] for q in range(count)]
        names = [str(q) for q in automaton.states]
        found.append({"states": names, "initial": int(play.initial[i]), "law": over_one(law), "next": following})
    return found


def _joint_nodes(data: GameData, automata: list[AutomatonData]) -> Table:
    """Joint nodes (state, automaton states) in the order of the format: breadth first, outcomes in rising order."""
    outcomes = [outcomes_of(one) for one in data["laws"]]
    found = {(data["start"], *(one["initial"] for one in automata)): None}
    queue = list(found)
    for s, *own in queue:
        for t, y in outcomes[s]:
            node = (t, *(one["next"][q][s][y] for one, q in zip(automata, own, strict=True)))
            if node not in found:
                found[node] = None
                queue.append(node)
    return [list(node) for node in queue]


def profile_data(
    game: PublicGame, product: Product, discount: Fraction | None
) -> tuple[GameData, list[AutomatonData], Table, list[int], Fraction]:
    """Game and automata as data, their joint nodes, the pair of the product at each, and the distance from the floats.

    Raises
    ------
    Unproved
        As `dynamic_data` does; or an automaton moves on more than the public signal.
    """
    data, branches, distance = dynamic_data(game, product.play.dynamics, discount)
    automata = _automata(product.play, branches)
    nodes = _joint_nodes(data, automata)
    row = {tuple(pair): x for x, pair in enumerate(product.pairs.tolist())}
    return data, automata, nodes, [row[tuple(node)] for node in nodes], distance
