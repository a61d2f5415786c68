"""Batches of negotiations: agreement, terms, time, breakdown by cause, distance to the frontier, fairness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from armsgame._checks import check_whole, need_pandas
from armsgame._cost import require
from armsgame._kernels.negotiations import RANDOM, TABLE
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Value
from armsgame._threads import in_blocks
from armsgame._typing import FloatArray, IntArray, RNGLike
from armsgame.arithmetic.shares import digits, told
from armsgame.errors import invalid
from armsgame.negotiation.agreements import negotiate_terms
from armsgame.negotiation.menu import Menu
from armsgame.negotiation.negotiators import Lowered, Negotiator, offer_table
from armsgame.negotiation.protocols import AlternatingOffers, check_alternating
from armsgame.negotiation.term_values import TermValues
from armsgame.solve.bargaining.rules import NashBargaining

if TYPE_CHECKING:
    import pandas

__all__ = ["CAUSES", "Sessions", "TermsTournament", "exploitability", "negotiate_sessions", "terms_tournament"]

CAUSES = ("agreed", "broken off", "walked away", "deadline passed")
_LIMIT = 50_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Sessions(Value):
    """What happened in a batch of negotiations.

    Attributes
    ----------
    bundle : int array [M], row of `TermValues` agreed on, -1 for none
    round : int array [M], round of the end, counted from 0
    cause : int8 array [M], index into `CAUSES`
    pair : int array [M, 2], which negotiator of each party played
    payoffs : array [M, 2], utility per period from the start: disagreement + discounted gains
    exact : mapping from cause to probability, or None where chance plays a part that is not summed up
    provenance : Provenance; ``rng=`` takes it back
    """

    values: TermValues
    protocol: AlternatingOffers
    negotiators: tuple[tuple[Negotiator, ...], tuple[Negotiator, ...]]
    bundle: IntArray
    round: IntArray
    cause: npt.NDArray[np.int8]
    pair: IntArray
    payoffs: FloatArray
    exact: dict[str, float] | None
    provenance: Provenance

    def outcomes(self) -> dict[str, tuple[float, float]]:
        """Share of each ending with its standard error."""
        total = len(self.cause)
        shares = np.bincount(self.cause, minlength=len(CAUSES)) / total
        return {c: (float(s), float(np.sqrt(s * (1 - s) / total))) for c, s in zip(CAUSES, shares, strict=True)}

    def summary(self) -> dict[str, tuple[float, float]]:
        """Mean and standard error over the sessions that agreed (NaN where none did).

        ``"rounds"`` to agreement; ``"to frontier"``, distance in utility to the nearest bundle of the
        frontier; ``"to Nash"``, distance to the Nash bundle; ``"fairness"``, smaller gain / larger gain.
        """
        done = self.bundle >= 0
        if not done.any():
            return dict.fromkeys(("rounds", "to frontier", "to Nash", "fairness"), (float("nan"), float("nan")))
        found = negotiate_terms(self.values, rules=(NashBargaining(),))
        pays = self.values.values
        known, where = np.unique(self.bundle[done], return_inverse=True)
        front = pays[found.frontier] if found.agreed else pays[known]
        near = np.array([np.sqrt(((front - pays[n]) ** 2).sum(axis=1)).min() for n in known])
        nash = pays[found.deals[0].bundle] if found.agreed else np.full(2, np.nan)
        far = np.sqrt(((pays[known] - nash) ** 2).sum(axis=1))
        gains = np.maximum(pays[known] - self.values.disagreement, 0)
        top = gains.max(axis=1)
        even = np.divide(gains.min(axis=1), top, out=np.ones(len(known)), where=top > 0)
        columns = {"rounds": self.round[done] + 1.0, "to frontier": near[where], "to Nash": far[where]}
        columns["fairness"] = even[where]
        return {n: (float(c.mean()), float(c.std() / np.sqrt(len(c)))) for n, c in columns.items()}

    def to_frame(self) -> pandas.DataFrame:
        """One row per session; ``bundle`` is missing where none was agreed."""
        pd = need_pandas()
        parties, ends = self.values.parties, np.array(CAUSES, dtype=object)
        names = [np.array([n.name for n in own], dtype=object) for own in self.negotiators]
        columns = {party: names[i][self.pair[:, i]] for i, party in enumerate(parties)}
        columns |= {"ending": ends[self.cause], "round": self.round}
        columns["bundle"] = pd.Series(self.bundle).astype("Int64").mask(self.bundle < 0)
        return pd.DataFrame(columns | {f"payoff {p}": self.payoffs[:, i] for i, p in enumerate(parties)})

    def __str__(self) -> str:
        lines = [f"{len(self.cause):,} negotiations of up to {self.protocol.rounds} rounds; shares with 95 % intervals"]
        for name, (share, _) in self.outcomes().items():
            known = "" if self.exact is None else f" (exact {digits(self.exact[name])})"
            lines.append(f"  {name}: {told(share, len(self.cause))}{known}")
        lines += [f"  {name}: {mean:.4f} +- {error:.4f}" for name, (mean, error) in self.summary().items()]
        for i, party in enumerate(self.values.parties):
            mean, error = self.payoffs[:, i].mean(), self.payoffs[:, i].std() / np.sqrt(len(self.payoffs))
            lines.append(f"  utility of {party}: {mean:.4f} +- {error:.4f}")
        return "\n".join(lines)


def negotiate_sessions(
    values: TermValues,
    protocol: AlternatingOffers,
    first: Negotiator | Sequence[Negotiator],
    second: Negotiator | Sequence[Negotiator],
    *,
    sessions: int = 10_000,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> Sessions:
    """Play negotiations between two negotiators, or two populations of them.

    Parameters
    ----------
    values : TermValues
    protocol : AlternatingOffers with a deadline
    first, second : Negotiator or sequence of them
        Of the first and the second party; from a sequence one is drawn for each session with
        equal probability.
    sessions : int
    rng : int, SeedSequence, Generator, provenance of a result, or None
        Session n reads its own counter-based stream: numbers do not depend on threads, and more
        sessions leave the first ones unchanged.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Sessions

    Raises
    ------
    InvalidGame
        No deadline, no self-enforcing bundle, or a number of sessions outside 1 .. 50,000,000.
    """
    sessions = check_whole("sessions", sessions, 1, _LIMIT)
    menu = _menu(values, protocol)
    players = (_players("first", first), _players("second", second))
    lowered = [[n.lower(values, protocol, i) for n in own] for i, own in enumerate(players)]
    seed = Seed.of(rng)
    pair = np.zeros((sessions, 2), np.int64)
    if max(map(len, players)) > 1:
        draws = np.random.Generator(np.random.Philox(seed.child(1).sequence))
        pair[:] = draws.random((sessions, 2)) * [len(own) for own in players]
    bundle, turn, cause = _run(menu, protocol, lowered, pair, seed.key)
    agreed = bundle >= 0
    gains = np.zeros((sessions, 2))
    gains[agreed] = menu.gains[bundle[agreed]]
    lost = (cause == 1) | (cause == 2)
    gains[lost] = menu.away
    gains[cause == 3] = menu.end
    # gains after a breakdown are discounted as those of the round in which it happens, as in the equilibrium
    ages = np.arange(protocol.rounds or 0)[:, None]
    gains *= (np.asarray(protocol.discounts) ** ages)[np.minimum(turn, len(ages) - 1)]
    origin = Provenance.of(seed, {"sessions": sessions}, protocol, players, menu.gains)
    rows, exact = np.where(agreed, menu.rows[np.maximum(bundle, 0)], -1), _exact(menu, protocol, lowered)
    payoffs = values.disagreement + gains
    return Sessions(values, protocol, players, rows, turn, cause, pair, payoffs, exact, provenance=origin)


def _menu(values: TermValues, protocol: AlternatingOffers) -> Menu:
    """Return what can be signed, after what the rounds until the deadline need is reckoned."""
    check_alternating(protocol, deadline=True)
    menu = Menu.of(values, protocol, False)
    require("talks", rounds=protocol.rounds or 0, bundles=len(menu.gains))
    return menu


def _players(field: str, given: Negotiator | Sequence[Negotiator]) -> tuple[Negotiator, ...]:
    """Return negotiators of one party, at least one."""
    found = (given,) if isinstance(given, Negotiator) else tuple(given) if isinstance(given, Iterable) else ()
    if not found or not all(isinstance(n, Negotiator) for n in found):
        invalid(field, given, "a Negotiator or a sequence of at least one")
    return found


def _run(
    menu: Menu, protocol: AlternatingOffers, lowered: list[list[Lowered]], pair: IntArray, key: np.uint64
) -> tuple[IntArray, IntArray, npt.NDArray[np.int8]]:
    from armsgame._kernels import negotiations as kernels

    play: Any = kernels.play
    most = max(map(len, lowered))
    # the shorter list is filled up with copies that nobody draws
    filled = [[*own, *[own[0]] * (most - len(own))] for own in lowered]
    kinds = np.array([[n.kind for n in own] for own in filled])
    rates = np.array([[n.rate for n in own] for own in filled])
    tables = [
        np.array([[getattr(n, f) for n in own] for own in filled]) for f in ("offers", "floors", "highs", "leaves")
    ]
    size = len(pair)
    bundle, turn, cause = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int8)
    who = (np.ascontiguousarray(menu.gains), *_ranked(menu), kinds, *tables, rates, pair)
    rules = (protocol.first, protocol.rounds, float(protocol.breakdown), menu.zero)
    in_blocks(play, size, 1024, *who, *rules, key, bundle, turn, cause)
    return bundle, turn, cause


def _ranked(menu: Menu) -> tuple[FloatArray, IntArray, IntArray]:
    """Own gains ascending [2, N], their rows, and the row to offer when asking for at least that."""
    first, second = (offer_table(menu, i) for i in (0, 1))
    return np.array([first[0], second[0]]), np.array([first[1], second[1]]), np.array([first[2], second[2]])


def _arrays(menu: Menu, pair: Sequence[Lowered]) -> tuple[Any, ...]:
    """Arrays that the kernels read of one negotiator per party, neither of which remembers."""
    order, rank, _ = _ranked(menu)
    own = [np.array([getattr(n, f) for n in pair]) for f in ("kind", "offers", "floors", "highs", "leaves")]
    return np.ascontiguousarray(menu.gains), order, rank, *own


def _remembers(n: Lowered) -> bool:
    return n.kind not in (TABLE, RANDOM)


def _exact(menu: Menu, protocol: AlternatingOffers, lowered: list[list[Lowered]]) -> dict[str, float] | None:
    """Probability of each ending, summed over pairs, where nobody answers in kind."""
    from armsgame._kernels import negotiations as kernels

    endings: Any = kernels.endings
    if any(_remembers(n) for own in lowered for n in own):
        return None
    law = np.zeros(4)
    for pair in product(*lowered):
        law += endings(
            *_arrays(menu, pair), protocol.first, protocol.rounds, float(protocol.breakdown), menu.zero
        )  # fmt: skip
    law /= len(lowered[0]) * len(lowered[1])
    return dict(zip(CAUSES, law.tolist(), strict=True))


def exploitability(
    values: TermValues,
    protocol: AlternatingOffers,
    first: Negotiator,
    second: Negotiator,
    *,
    budget_seconds: float | None = None,
) -> tuple[float, float]:
    """How much each party could gain by replying to the other in the best way.

    `budget_seconds` is wall time that the call may take; what cannot end in it is refused.

    Returns
    -------
    pair of float
        Utility per period of a best reply to the other negotiator minus that of the own rule; zero
        for both in an equilibrium.

    Raises
    ------
    InvalidGame
        No deadline, nothing that can be signed, or a negotiator that answers in kind (its history makes the best
        reply a problem of another size).

    Notes
    -----
    The other's rule reads the round alone (a random one draws), so the best reply is a dynamic
    program over rounds: accept or wait; offer the best of what the other accepts, or nothing. Offers and answers of
    both are those of `negotiate_sessions`.
    """
    from armsgame._kernels import negotiations as kernels

    worth: Any = kernels.worth
    menu = _menu(values, protocol)
    pair = [
        _players(f, n)[0].lower(values, protocol, i) for i, (f, n) in enumerate((("first", first), ("second", second)))
    ]
    if any(_remembers(n) for n in pair):
        invalid(
            "negotiators", (first.name, second.name), "rules that read the round alone, not those that answer in kind"
        )
    rules = (protocol.first, protocol.rounds, float(protocol.breakdown), np.array(protocol.discounts, dtype=float))
    ends = (np.array(menu.away), np.array(menu.end), protocol.outside, menu.zero)
    arrays = _arrays(menu, pair)
    played = worth(*arrays, *rules, *ends, -1)
    best = [float(worth(*arrays, *rules, *ends, i)[i] - played[i]) for i in (0, 1)]
    return max(0.0, best[0]), max(0.0, best[1])


@dataclass(frozen=True, slots=True, eq=False)
class TermsTournament(Value):
    """Round robin of negotiators.

    Attributes
    ----------
    names : tuple of str [K]
    scores : array [K]
        Mean share of the own best gain, over both roles, all partners and all treaties.
    errors : array [K], standard errors over treaties (0 with one treaty)
    agreement : array [K, K], share of agreements, row as first party
    provenance : Provenance; ``rng=`` takes it back
    """

    names: tuple[str, ...]
    scores: FloatArray
    errors: FloatArray
    agreement: FloatArray
    provenance: Provenance

    @property
    def ranking(self) -> tuple[str, ...]:
        """Names by score, best first."""
        return tuple(self.names[k] for k in np.argsort(-self.scores, kind="stable"))

    def __str__(self) -> str:
        order = np.argsort(-self.scores, kind="stable")
        rows = [f"  {self.names[k]:<16s} {self.scores[k]:.4f} +- {self.errors[k]:.4f}" for k in order]
        return "\n".join([f"Mean share of the own best gain ({len(self.names)} negotiators)", *rows])


def terms_tournament(
    treaties: Sequence[TermValues],
    protocol: AlternatingOffers,
    negotiators: Sequence[Negotiator],
    *,
    sessions: int = 200,
    rng: RNGLike = 0,
    budget_seconds: float | None = None,
) -> TermsTournament:
    """Let every negotiator meet every other one, in both roles, over several treaties.

    Parameters
    ----------
    treaties : sequence of TermValues, for instance of one space under different assumptions
    protocol : AlternatingOffers with a deadline
    negotiators : sequence of Negotiator with different names
    sessions : int, per pair and treaty (one is enough where nobody draws)
    rng : seed; every pair and treaty meets the same draws
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Raises
    ------
    InvalidGame
        No treaty, two negotiators of one name, or a treaty without a self-enforcing bundle.
    """
    if isinstance(treaties, TermValues) or not all(isinstance(v, TermValues) for v in treaties):
        invalid("treaties", type(treaties).__name__, "a sequence of at least one treaty's TermValues")
    names = tuple(n.name for n in _players("negotiators", negotiators))
    if not treaties or not names or len(set(names)) < len(names):
        invalid("treaties, negotiators", (len(treaties), names), "at least one treaty, names that all differ")
    seed = Seed.of(rng)
    size = len(names)
    got = np.zeros((len(treaties), size, size, 2))
    agreed = np.zeros((size, size))
    for g, values in enumerate(treaties):
        top = (values.values[values.self_enforcing] - values.disagreement).max(axis=0, initial=0.0)
        for (a, one), (b, two) in product(enumerate(negotiators), repeat=2):
            found = negotiate_sessions(values, protocol, one, two, sessions=sessions, rng=seed.sequence)
            gain = found.payoffs.mean(axis=0) - values.disagreement
            got[g, a, b] = np.divide(gain, top, out=np.zeros(2), where=top > 0)
            agreed[a, b] += found.outcomes()["agreed"][0] / len(treaties)
    each = (got[..., 0].mean(axis=2) + got[..., 1].mean(axis=1)) / 2
    errors = each.std(axis=0, ddof=1) / np.sqrt(len(treaties)) if len(treaties) > 1 else np.zeros(size)
    origin = Provenance.of(seed, {"negotiators": names, "sessions": sessions}, protocol, [v.values for v in treaties])
    return TermsTournament(names, each.mean(axis=0), errors, agreed, origin)
