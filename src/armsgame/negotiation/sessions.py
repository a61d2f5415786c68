"""Batches of negotiations: agreement, terms, time, breakdown by cause, distance to the frontier, fairness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from armsgame._checks import check_whole, need_pandas
from armsgame._kernels.negotiations import RANDOM, RECIPROCAL, TABLE
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Value
from armsgame._threads import in_blocks
from armsgame._typing import FloatArray, IntArray, RNGLike
from armsgame.arithmetic.shares import digits, told
from armsgame.errors import InvalidGame, invalid
from armsgame.negotiation.agreements import negotiate_terms
from armsgame.negotiation.alternating_protocol import Menu
from armsgame.negotiation.negotiators import Lowered, Negotiator, offer_table
from armsgame.negotiation.protocols import AlternatingOffers
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
        gains = pays[known] - self.values.disagreement
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

    Returns
    -------
    Sessions

    Raises
    ------
    InvalidGame
        No deadline, no self-enforcing bundle, or a number of sessions outside 1 .. 50,000,000.
    """
    sessions = check_whole("sessions", sessions, 1, _LIMIT)
    if protocol.rounds is None:
        invalid("rounds", None, "a whole number of rounds; negotiators need a deadline")
    menu = Menu.of(values, protocol, False)
    if len(menu.rows) == 0:
        raise InvalidGame(f"no bundle is self-enforcing, so none can be signed; nearest, {values.nearest_failure()}.")
    players = tuple((n,) if isinstance(n, Negotiator) else tuple(n) for n in (first, second))
    lowered = [[n.lower(values, protocol, i) for n in own] for i, own in enumerate(players)]
    seed = Seed.of(rng)
    draws = np.random.Generator(np.random.Philox(seed.child(1).sequence))
    uniform = draws.random((sessions, 2))
    pair = np.column_stack([(uniform[:, i] * len(players[i])).astype(np.int64) for i in (0, 1)])
    bundle, turn, cause = _run(menu, protocol, lowered, pair, seed.key)
    agreed = bundle >= 0
    gains = np.zeros((sessions, 2))
    gains[agreed] = menu.gains[bundle[agreed]]
    lost = (cause == 1) | (cause == 2) | ((cause == 3) & (protocol.at_deadline == "walk away"))
    gains[lost] = menu.away
    # gains after a breakdown are discounted as those of the round in which it happens, as in the equilibrium
    gains *= np.asarray(protocol.discounts) ** np.minimum(turn, protocol.rounds - 1)[:, None]
    origin = Provenance.of(seed, {"sessions": sessions}, protocol, players, menu.gains)
    rows, exact = np.where(agreed, menu.rows[np.maximum(bundle, 0)], -1), _exact(menu, protocol, lowered)
    payoffs = values.disagreement + gains
    return Sessions(
        values, protocol, (players[0], players[1]), rows, turn, cause, pair, payoffs, exact, provenance=origin
    )


def _run(
    menu: Menu, protocol: AlternatingOffers, lowered: list[list[Lowered]], pair: IntArray, key: np.uint64
) -> tuple[IntArray, IntArray, npt.NDArray[np.int8]]:
    from armsgame._kernels.negotiations import play

    count, most = protocol.rounds or 0, max(map(len, lowered))
    kinds = np.zeros((2, most), np.int64)
    offers = np.full((2, most, count), -1)
    floors = np.full((2, most, count), np.inf)
    leaves = np.zeros((2, most, count), bool)
    traits = np.zeros((2, most, 3))
    order, offer_at = np.empty((2, len(menu.rows))), np.empty((2, len(menu.rows)), np.int64)
    for i, own in enumerate(lowered):
        order[i], offer_at[i] = offer_table(menu, i)
        for k, n in enumerate(own):
            kinds[i, k], offers[i, k], floors[i, k], leaves[i, k], traits[i, k] = (
                n.kind, n.offers, n.floors, n.leaves, n.traits,
            )  # fmt: skip
    size = len(pair)
    bundle, turn, cause = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int8)
    asked = (np.ascontiguousarray(menu.gains), order, offer_at, kinds, offers, floors, leaves, traits, pair)
    rules = (protocol.first, count, float(protocol.breakdown))
    in_blocks(play, size, 1024, *asked, *rules, key, bundle, turn, cause)
    return bundle, turn, cause


def _exact(menu: Menu, protocol: AlternatingOffers, lowered: list[list[Lowered]]) -> dict[str, float] | None:
    """Probability of each ending, summed over pairs, where nobody draws and nobody answers in kind."""
    if any(n.kind != TABLE for own in lowered for n in own):
        return None
    out = dict.fromkeys(CAUSES, 0.0)
    count = protocol.rounds or 0
    weight = 1 / (len(lowered[0]) * len(lowered[1]))
    for pair in product(*lowered):
        still = weight
        for t in range(count):
            p = protocol.proposer(t)
            k = int(pair[p].offers[t])
            if k >= 0 and menu.gains[k, 1 - p] >= pair[1 - p].floors[t] - 1e-12:
                out["agreed"] += still
                break
            if pair[1 - p].leaves[t]:
                out["walked away"] += still
                break
            if t < count - 1:
                out["broken off"] += still * protocol.breakdown
                still *= 1 - protocol.breakdown
        else:
            out["deadline passed"] += still
    return out


def exploitability(
    values: TermValues, protocol: AlternatingOffers, first: Negotiator, second: Negotiator
) -> tuple[float, float]:
    """How much each party could gain by replying to the other in the best way.

    Returns
    -------
    pair of float
        Utility per period of a best reply to the other negotiator minus that of the own rule; zero
        for both in an equilibrium.

    Raises
    ------
    InvalidGame
        No deadline, or a negotiator that answers in kind (its history makes the best reply a
        problem of another size).

    Notes
    -----
    The other's rule reads the round alone (a random one draws), so the best reply is a dynamic
    program over rounds: accept or wait; offer the best of what the other accepts, or nothing.
    """
    menu = Menu.of(values, protocol, False)
    own = [n.lower(values, protocol, i) for i, n in enumerate((first, second))]
    if any(n.kind == RECIPROCAL for n in own):
        invalid("negotiators", (first.name, second.name), "rules that read the round alone; not 'reciprocate'")
    played = _value(menu, protocol, own, None)
    best = [_value(menu, protocol, own, i)[i] - played[i] for i in (0, 1)]
    return max(0.0, float(best[0])), max(0.0, float(best[1]))


def _value(menu: Menu, protocol: AlternatingOffers, pair: list[Lowered], free: int | None) -> FloatArray:
    """Compute expected gains [2] from the start; party `free` replies in the best way (None: nobody does)."""
    count = protocol.rounds or 0
    ahead = menu.end.copy()
    for t in reversed(range(count)):
        p, r = protocol.proposer(t), 1 - protocol.proposer(t)
        wait = menu.end if t == count - 1 else menu.ahead(protocol, ahead)
        out = menu.away if pair[r].leaves[t] and free != r else wait
        if free == r and protocol.outside and menu.away[r] > wait[r]:
            out = menu.away
        yes = _acceptance(menu, pair[r], t, r) if free != r else (menu.gains[:, r] >= out[r]).astype(float)
        each = yes[:, None] * menu.gains + (1 - yes[:, None]) * out
        if free == p:
            k = int(np.argmax(each[:, p]))
            ahead = each[k] if each[k, p] > out[p] else out
        elif pair[p].kind == RANDOM:
            ahead = each.mean(axis=0)
        else:
            k = int(pair[p].offers[t])
            ahead = out if k < 0 else each[k]
    return np.asarray(ahead)


def _acceptance(menu: Menu, own: Lowered, t: int, party: int) -> FloatArray:
    """Probability that each bundle is accepted in round t."""
    gains = menu.gains[:, party]
    if own.kind == TABLE:
        return np.asarray((gains >= own.floors[t] - 1e-12).astype(float))
    top, reserve, _ = own.traits
    return np.clip((gains - reserve) / (top - reserve), 0, 1) if top > reserve else np.ones(len(gains))


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
) -> TermsTournament:
    """Let every negotiator meet every other one, in both roles, over several treaties.

    Parameters
    ----------
    treaties : sequence of TermValues, for instance of one space under different assumptions
    protocol : AlternatingOffers with a deadline
    negotiators : sequence of Negotiator with different names
    sessions : int, per pair and treaty (one is enough where nobody draws)
    rng : seed; every pair and treaty meets the same draws

    Raises
    ------
    InvalidGame
        No treaty, two negotiators of one name, or a treaty without a self-enforcing bundle.
    """
    names = tuple(n.name for n in negotiators)
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
