"""The treaty's whole game, with exit: profiles of policies certified on many treaties at once, and payoff sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._checks import check_number
from armsgame._deadline import ask_time, deadline
from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame.checkers.in_time import verify
from armsgame.errors import InvalidGame, NotSolved, invalid
from armsgame.games.stochastic import StochasticGame
from armsgame.geometry.plane import above
from armsgame.negotiation.valued_games.batch_certificate import Shape, Verdict, certified
from armsgame.negotiation.valued_games.conduct_only import Conduct, Valued
from armsgame.negotiation.valued_games.suspension import suspension
from armsgame.treaty.policies import exit_on_alarm, ladder_display, ladder_yield
from armsgame.treaty.treaty import Treaty

__all__ = ["PayoffSets", "Policies"]

_USUAL = tuple(
    (p, p) for p in (exit_on_alarm, ladder_yield, ladder_display, suspension(1), suspension(2), suspension(4))
)
_EXIT = "exit: notice as the treaty's game has it, or to deploy until an alarm and then to walk out at once"


@dataclass(frozen=True, slots=True)
class Policies(Value):
    """Select among profiles of policies on the treaty's whole game: the certified one with the largest sum of values.

    A profile is certified where no one-period deviation pays in any state that some sequence of actions reaches; notice
    is among the moves, so that leaving is a deviation in every state. As nobody holds a violator to its notice, a
    bundle must also be worth as much to each party as to deploy until an alarm and then to walk out at once.

    Parameters
    ----------
    profiles : sequence of pairs of policies, tried on every bundle; the first wins a tie
        Default: leaving on an alarm, both ladders of demands, and suspensions of 1, 2 and 4 periods.
    """

    profiles: tuple[tuple[Any, Any], ...] = _USUAL
    limit = 5_000
    game = "the whole treaty game"

    def __post_init__(self) -> None:
        pairs = isinstance(self.profiles, Sequence) and all(
            isinstance(p, Sequence) and not isinstance(p, str) and len(p) == 2 for p in self.profiles
        )
        if not pairs or not self.profiles:
            invalid("profiles", self.profiles, "at least one pair of policies")
        object.__setattr__(self, "profiles", tuple(map(tuple, self.profiles)))

    @property
    def names(self) -> tuple[str, ...]:
        """One name per profile."""
        return tuple(" / ".join(dict.fromkeys(getattr(p, "name", repr(p)) for p in pair)) for pair in self.profiles)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Say in words what the valued game assumes."""
        return (f"punishments: {', '.join(self.names)}, in the whole treaty game", _EXIT)

    def reads(self, treaties: Sequence[Treaty], _: FloatArray | None) -> list[bytes]:
        """Return what the valued game reads of each treaty; equal entries are one game."""
        known: dict[Treaty, bytes] = {}
        for t in treaties:
            if t not in known:
                laws = [p for own in t.parameters for p in (own.detection, own.false_alarm)]
                known[t] = repr((Shape.of(t), t.prices(), laws, _shown(t), t.parts)).encode()
        return [known[t] for t in treaties]

    def played(self, treaty: Treaty, k: int, _: FloatArray | None = None) -> tuple[StochasticGame, Sequence[Any]]:
        """Game of the treaty and profile k on it."""
        return treaty.game(), self.profiles[k]

    def beside(self, treaty: Treaty, discount: float, away: FloatArray | None = None) -> tuple[str, ...]:
        """Say what was tested and is no part of a proof: the plan that breaks the treaty's law, and what it gives."""
        out = breakout(Conduct.of([treaty], away), 0, discount)
        said = ", ".join(f"{party} {v:.9g}" for party, v in zip(treaty.parties, out.tolist(), strict=True))
        return (f"tested in floats and no part of the claim: to deploy until an alarm and then walk out gives {said}",)

    def value(self, treaties: Sequence[Treaty], discount: float, away: FloatArray | None = None) -> Valued:
        """Certify every profile on every treaty's game."""
        size = len(treaties)
        values, gains = np.full((size, 2), np.nan), np.full(size, np.inf)
        chosen, binding, best = np.full(size, -1), [""] * size, np.full(size, -np.inf)
        conduct, groups = Conduct.of(treaties, away), dict[Shape, list[int]]()
        for n, treaty in enumerate(treaties):
            groups.setdefault(Shape.of(treaty), []).append(n)
        for rows in groups.values():
            some, faults = [treaties[n] for n in rows], []
            for k, profile in enumerate(self.profiles):
                ask_time(f"{int((chosen >= 0).sum()):,} of {size:,} bundles, {k} profiles of a shape")
                try:
                    verdicts = _verdicts(some, profile, discount)
                except InvalidGame as fault:
                    # a treaty without demands has no ladder of demands
                    faults.append(fault)
                    continue
                for n, verdict in zip(rows, verdicts, strict=True):
                    worth, gain, words, zero = _broken_out(n, *verdict, conduct, discount, treaties[n].parties)
                    if gain <= zero and worth.sum() > best[n] + conduct.zero[n].max():
                        best[n], values[n], gains[n], chosen[n], binding[n] = worth.sum(), worth, gain, k, words
                    elif gain > zero and chosen[n] < 0 and gain < gains[n]:
                        gains[n], binding[n] = gain, f"{words} under {self.names[k]}: gain {gain:.6g}"
            if len(faults) == len(self.profiles):
                raise faults[0]
        return Valued(values, chosen, gains, tuple(binding))


def _shown(treaty: Treaty) -> tuple[tuple[float, float], ...]:
    return tuple((p.pass_compliant, p.pass_violating) for p in treaty.parameters)


def _verdicts(treaties: Sequence[Treaty], profile: tuple[object, object], discount: float) -> list[Verdict]:
    """Judge a profile on treaties of one shape: in one batch, or by the verifier where parts are added or rules mix."""
    found = None if treaties[0].parts else certified(treaties, profile, discount)
    if found is not None:
        return found
    each = [verify(t.game(), profile, discount=discount) for t in treaties]
    return [
        (np.array(c.values, float), float(c.max_gain), _said(c.where), float(c.max_gain) if c.ok else -np.inf)
        for c in each
    ]


def _said(where: Any) -> str:
    if not hasattr(where, "player"):
        return str(where)
    return f"{where.player} plays {where.action!r} at {where.state}" if where.action else ""


def _broken_out(
    n: int, worth: FloatArray, gain: float, words: str, zero: float, conduct: Conduct, delta: float, parties: Any
) -> Verdict:
    """Add to a verdict the plan of deploying until an alarm and walking out, and that of walking out now."""
    away, deploy = conduct.away[n], breakout(conduct, n, delta)
    more = np.maximum(deploy, away) - worth
    slack = (1 - delta) * conduct.zero[n]
    i = int(np.argmax(more - slack))
    if more[i] > slack[i] and more[i] > gain:
        what = "deploys until an alarm and walks out" if deploy[i] >= away[i] else "walks out at once"
        return worth, float(more[i]), f"{parties[i]} {what}", zero
    return worth, gain, words, zero


def breakout(conduct: Conduct, n: int, delta: float) -> FloatArray:
    """Values [2] of deploying until an alarm against a party that complies, and then walking out."""
    unseen = 1 - conduct.caught[n]
    flow = (1 - delta) * conduct.pay[n, :, 1, 0] + delta * (1 - unseen) * conduct.away[n]
    return np.asarray(flow / (1 - delta * unseen))


@dataclass(frozen=True, slots=True)
class PayoffSets(Value):
    """Select from the bracketed set of all public equilibria of the treaty's whole game: the largest sum of values.

    A bundle is self-enforcing where the inner set, whose payoffs are known to be reached, gives both parties at least
    what leaving gives and together more. `TermValues.bound` is the most that any public equilibrium could give.

    Parameters
    ----------
    gap : float, width of the bracket in units of payoff
    budget_seconds : float, wall time per bundle
    """

    gap: float = 0.02
    budget_seconds: float = 60.0
    limit = 50
    game = "the whole treaty game"
    names = ("best public equilibrium",)

    def __post_init__(self) -> None:
        check_number("gap", self.gap, 0, open_low=True)
        check_number("budget_seconds", self.budget_seconds, 0, open_low=True)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Say in words what the valued game assumes."""
        return (f"punishments: any public equilibrium, bracketed to {self.gap:g}", _EXIT)

    def reads(self, treaties: Sequence[Treaty], away: FloatArray | None) -> list[bytes]:
        """Return what the valued game reads of each treaty; equal entries are one game."""
        return Policies().reads(treaties, away)

    def played(self, *_: object) -> tuple[StochasticGame, Sequence[Any]]:
        """Refuse: what is selected is a point of a set.

        Raises
        ------
        NotSolved
            Always, with what to prove instead.
        """
        raise NotSolved(
            "PayoffSets selects a payoff of a set and no profile; prove the set: "
            "ag.proof(ag.payoff_set(treaty.game(), discount=..), inner=True)"
        )

    def beside(self, *_: object) -> tuple[str, ...]:
        """Say nothing beside a proof, because there is none."""
        return ()

    def value(self, treaties: Sequence[Treaty], discount: float, away: FloatArray | None = None) -> Valued:
        """Bracket the payoff set of every treaty's game at the start."""
        from armsgame.solve.payoff_sets.payoff_set import LinearPrograms, payoff_set

        conduct = Conduct.of(treaties, away)
        values, bound = np.full((len(treaties), 2), np.nan), np.full(len(treaties), np.nan)
        how = LinearPrograms(gap=self.gap)
        for n, treaty in enumerate(treaties):
            game = treaty.game()
            with deadline(self.budget_seconds):
                found = payoff_set(game, discount=discount, method=how, throw=False)[game.states[0]]
            # the time of all bundles, not that of this one
            ask_time(f"{n} of {len(treaties)} bundles")
            bound[n] = found.outer.sum(axis=1).max() if len(found.outer) else np.nan
            most = np.maximum(conduct.away[n], breakout(conduct, n, discount))
            inner = above(found.inner, most, tolerance=float(conduct.zero[n].max()))
            if len(inner):
                best = inner[int(np.argmax(inner.sum(axis=1)))]
                if best.sum() > conduct.away[n].sum() + self.gap:
                    values[n] = best
        holds = ~np.isnan(values[:, 0])
        words = tuple("" if h else "no public equilibrium gives both more than leaving" for h in holds)
        return Valued(values, np.where(holds, 0, -1), np.where(holds, 0.0, np.inf), words, bound)
