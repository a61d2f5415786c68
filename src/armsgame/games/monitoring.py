"""What the parties see of each other's conduct: public signals and their law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._checks import (
    as_fraction,
    as_law,
    check_labels,
    check_probability,
    check_rows,
    check_whole,
    index_of,
    reals,
)
from armsgame._cost import require
from armsgame._shown import Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray
from armsgame.errors import InvalidGame, invalid
from armsgame.games.private import PrivateMonitoring
from armsgame.games.stage import StageGame
from armsgame.strategies.meaning import alarm_label, alarm_sets, conduct_of, meaning, violations


@dataclass(frozen=True, slots=True, eq=False)
class Monitoring(Value):
    """Public signal structure of a repeated game; build it with one of the class methods.

    A violation is any action other than a player's first.

    Notes
    -----
    Signals have labels, and strategies read what a label means, never its place among the others:

    - perfect monitoring reports the action of every party (``"comply | deploy"``);
    - ``detection`` names the parties whose alarm was raised (``"none"``, ``"US"``, ``"both"``);
    - ``alarm`` says ``"quiet"`` or ``"alarm"`` and names nobody;
    - ``public`` says what its labels say: where they are those of perfect monitoring or of ``detection`` they
      are read so, in any order; otherwise `about` tells whom each names. Without `about` they name nobody, and
      the one called "quiet", "none" or "nothing seen", else the first, says "nothing seen".

    A strategy that reads the other's action (mirror, machines, memory-one rules) reads an alarm about the other
    as "the other deployed" and one about its own party as its own conduct; one that waits for any alarm (grim,
    suspend) reads every signal that names somebody. With a lag an alarm is about earlier conduct. Where signals
    name nobody, machines, memory-one rules and `contrite` are refused; mirror and its kin take any alarm.
    """

    kind: str
    rates: tuple[tuple[Any, ...], tuple[Any, ...]] = ((1,), (0,))
    lag: int = 1
    table: FloatArray | None = None
    labels: tuple[str, ...] | None = None
    about: tuple[tuple[str, tuple[int | str, ...] | None], ...] | None = None

    @classmethod
    def perfect(cls) -> Monitoring:
        """Everybody sees the action profile."""
        return cls("perfect")

    @classmethod
    def detection(cls, detection: object, false_alarm: object = 0.0, lag: int = 1) -> Monitoring:
        """One independent alarm per party; the public signal is the set of parties it names.

        Parameters
        ----------
        detection, false_alarm : float or one float per party
            P(alarm about a party | it violated) and P(alarm | it complied), per period.
        lag : int
            Periods between conduct and the end of the period in which its alarm is raised;
            1 means in the same period. The parties are taken to have complied before the game, and in the
            first ``lag - 1`` periods the alarms that are due are about that.
        """
        rates = _rates("detection", detection), _rates("false_alarm", false_alarm)
        return cls("detection", rates, check_whole("lag", lag, 1, 10_000))

    @classmethod
    def alarm(cls, detection: object, false_alarm: object = 0.0) -> Monitoring:
        """One public alarm about the profile: raised with P = `detection` if anyone violates.

        Parameters
        ----------
        detection, false_alarm : float
            P(alarm | somebody violates) and P(alarm | nobody does), per period.
        """
        one = check_probability("detection", detection), check_probability("false_alarm", false_alarm)
        return cls("alarm", ((one[0],), (one[1],)))

    @classmethod
    def public(
        cls, kernel: ArrayLike, signals: Sequence[str] | None = None,
        about: Mapping[str, Sequence[int | str] | None] | None = None,
    ) -> Monitoring:  # fmt: skip
        """Any public signal.

        Parameters
        ----------
        kernel : array_like, shape [A0, .., A(P-1), Y]
            Law of the signal at every action profile; rows sum to one.
        signals : sequence of str, optional
            Labels; the notes of `Monitoring` say how they are read.
        about : mapping from signal label to parties, optional
            Parties that a signal says violated, None where it does not say whom; signals left out say
            "nothing seen".

        Examples
        --------
        >>> law = [[[0.9, 0.1], [0.2, 0.8]], [[0.9, 0.1], [0.2, 0.8]]]
        >>> seen = Monitoring.public(law, ("silo empty", "silo full"), about={"silo full": ["Russia"]})
        >>> seen.alarmed(StageGame.from_bimatrix([[2, 0], [3, 1]], [[2, 3], [0, 1]], players=("US", "Russia"))).tolist()
        [[False, False], [False, True]]
        """
        array = check_rows("kernel", reals("kernel", kernel))
        array.setflags(write=False)
        names = check_labels("signals", signals, array.shape[-1], "y")
        named = None
        if about is not None:
            if not isinstance(about, Mapping) or any(isinstance(who, (str, int)) for who in about.values()):
                invalid("about", about, "a mapping from signal label to a sequence of parties, or None")
            named = tuple(
                (names[index_of(y, names, "signal of about")], None if who is None else tuple(who))
                for y, who in about.items()
            )
        return cls("public", table=array, labels=names, about=named)

    @staticmethod
    def private(kernel: ArrayLike, signals: Sequence[Sequence[str]] | None = None) -> PrivateMonitoring:
        """Each party sees its own signal; play it in a `PrivateGame`.

        Parameters
        ----------
        kernel : array_like, shape [A0, .., A(P-1), Y0, .., Y(P-1)]
            Joint law of all signals at every action profile; correlation lives here.
        signals : sequence of sequences of str, optional
            Labels of each player's signals.
        """
        return PrivateMonitoring(kernel, signals)

    def signals(self, stage: StageGame) -> tuple[str, ...]:
        """Labels of the public signals when `stage` is played."""
        if self.kind == "alarm":
            return ("quiet", "alarm")
        if self.kind == "public":
            assert self.labels is not None
            return self.labels
        if self.kind == "perfect":
            names = tuple(" | ".join(profile) for profile in stage.profiles)
        else:
            names = tuple(alarm_label(bits, stage.players) for bits in alarm_sets(len(stage.players)))
        if len(set(names)) != len(names):
            invalid(
                "players and actions", (stage.players, stage.actions), "labels that tell all signals apart",
                "Rename parties called 'none' or 'both', and avoid ' + ' and ' | ' in labels.",
            )  # fmt: skip
        return names

    def meaning(self, stage: StageGame) -> tuple[BoolArray, BoolArray | None]:
        """Which signals are alarms [Y], and which parties each names [Y, P]; None where they name nobody."""
        if self.kind == "detection":
            named = np.array(alarm_sets(len(stage.players)), dtype=bool)
            return np.any(named, axis=1), named
        if self.about is None:
            return meaning(self.signals(stage), stage)
        labels, named = self.signals(stage), np.zeros((len(self.signals(stage)), len(stage.players)), dtype=bool)
        loud = np.zeros(len(labels), dtype=bool)
        for label, parties in self.about:
            y = labels.index(label)
            named[y, [stage.player(who) for who in parties or ()]] = True
            loud[y] = parties is None or named[y].any()
        return loud, None if any(parties is None for _, parties in self.about) else named

    def alarmed(self, stage: StageGame) -> BoolArray | None:
        """Which parties each signal names, [Y, P]; None where signals name nobody in particular."""
        named = self.meaning(stage)[1]
        return named

    def kernel(self, stage: StageGame, *, exact: bool = False) -> np.ndarray:
        """Law of the signal, shape [profiles, Y], profiles in row-major order.

        With `exact` the entries are fractions whose rows sum to exactly one.
        """
        number = as_fraction if exact else float
        violates = violations(stage)
        if self.kind == "perfect":
            require("signals", profiles=len(violates), signals=len(violates))
            return np.eye(len(violates), dtype=int).astype(object) if exact else np.eye(len(violates))
        if self.kind == "public":
            assert self.table is not None
            table = self.table
            if table.shape[:-1] != stage.shape:
                invalid("kernel.shape", table.shape, f"{(*stage.shape, table.shape[-1])} for this stage game")
            flat = table.reshape(-1, table.shape[-1])
            if not exact:
                return flat
            return np.array([as_law(row) for row in flat], dtype=object)
        for actions, party in zip(stage.actions, stage.players, strict=True):
            conduct_of(actions, party)  # an alarm about the wrong action is refused
        hit = [number(v) for v in self.rates[0]]
        miss = [number(v) for v in self.rates[1]]
        if self.kind == "alarm":
            raised = [hit[0] if any(v) else miss[0] for v in violates]
            return np.array([[1 - p, p] for p in raised], dtype=object if exact else float)
        count = len(stage.players)
        hit, miss = _spread(hit, count, "detection"), _spread(miss, count, "false_alarm")
        rows = []
        for profile in violates:
            p = [hit[i] if profile[i] else miss[i] for i in range(count)]
            row = []
            for bits in alarm_sets(count):
                weight = number(1)
                for i, raised_here in enumerate(bits):
                    weight *= p[i] if raised_here else 1 - p[i]
                row.append(weight)
            rows.append(row)
        return np.array(rows, dtype=object if exact else float)

    def __str__(self) -> str:
        if self.kind in ("perfect", "public"):
            return f"Monitoring.{self.kind}"
        rates = ", ".join(
            f"{name}={r[0] if len(set(r)) == 1 else r}"
            for name, r in zip(("detection", "false_alarm"), self.rates, strict=True)
        )
        return f"Monitoring.{self.kind}({rates}{'' if self.lag == 1 else f', lag={self.lag}'})"


def _rates(field: str, value: object) -> tuple[Any, ...]:
    one = not isinstance(value, (list, tuple)) and not (isinstance(value, np.ndarray) and value.ndim)
    many: Any = (value,) if one else value
    if not len(many):
        invalid(field, value, "a probability, or one for each party")
    return tuple(check_probability(field, v) for v in many)


def _spread(values: list[Any], count: int, field: str) -> list[Any]:
    if len(values) not in (1, count):
        raise InvalidGame(f"{field} has {len(values)} rates; allowed: one for all, or one for each of {count} parties.")
    return values * count if len(values) == 1 else values
