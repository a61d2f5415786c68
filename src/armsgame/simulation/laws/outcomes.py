"""Outcomes of play: what each one means, and their exact probabilities (the product chain with the events so far)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._checks import check_whole
from armsgame._cost import require
from armsgame._deadline import PERIODS, ask_time
from armsgame._shown import Framed, Table, Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.arithmetic.shares import beside, wilson
from armsgame.errors import invalid
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.coercion import Modelled, TimedGame, timed_game
from armsgame.simulation.laws.branches import courses_of
from armsgame.simulation.laws.links import links_of

_NEEDED = ("deployed", "notice", "dispute_resolved", "yielded", "expired", "both_deployed_after_notice", "withdrawn")
_MEANING = {
    "complied throughout": "nobody deployed and no notice was given",
    "resolved dispute": "some demand ended with the treaty in force",
    "ultimatum complied with": "some demand ended because the addressee yielded",
    "ultimatum expired": "some demand ran out",
    "withdrawn and mirrored": "the treaty was left, and both parties deployed after the notice",
    "arms race": "both parties deploy in the last period",
}


@dataclass(frozen=True, slots=True)
class Outcomes(Framed, Value):
    """Share of paths in which each outcome occurs. Outcomes may overlap.

    Attributes
    ----------
    shares, errors : mappings from outcome to its share and to the binomial standard error
    paths : int, 0 where the shares are exact probabilities
    exact : mapping from outcome to its exact probability, or None; it is printed beside the share
    """

    shares: Mapping[str, float]
    errors: Mapping[str, float]
    paths: int
    exact: Mapping[str, float] | None = None

    @classmethod
    def of(cls, counts: Mapping[str, int], paths: int, law: Outcomes | None = None) -> Outcomes:
        """Shares of counts among `paths`, beside the exact law of the same outcomes."""
        if law is not None and (law.paths or set(law.shares) != set(counts)):
            invalid("law", str(law).splitlines()[0], f"exact probabilities of {', '.join(counts)}")
        shares = {name: count / paths for name, count in counts.items()}
        errors = {n: float(np.sqrt(s * (1 - s) / paths)) for n, s in shares.items()}
        return cls(shares, errors, paths, None if law is None else dict(law.shares))

    def __getitem__(self, name: str) -> float:
        return self.shares[name]

    @property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """Wilson's 95 % interval of each probability; the probability itself where it is exact."""
        if not self.paths:
            return {n: (s, s) for n, s in self.shares.items()}
        return {n: tuple(float(x) for x in wilson(s, self.paths)) for n, s in self.shares.items()}  # type: ignore[misc]

    def _table(self) -> Table:
        """One row for each outcome."""
        low, high = zip(*self.intervals.values(), strict=True)
        exact = self.shares if not self.paths else self.exact
        columns = {"outcome": list(self.shares), "share": list(self.shares.values()), "low": low, "high": high}
        return columns | ({} if exact is None else {"exact": [exact[n] for n in self.shares]})

    def line(self, name: str) -> str:
        """Words for one outcome: share, interval, and exact probability where it is known."""
        interval = self.intervals[name] if self.paths else None
        return beside(self.shares[name], interval, None if self.exact is None else self.exact[name])

    def __str__(self) -> str:
        what = f"Share of {self.paths:,} paths [95 % interval]" if self.paths else "Probability"
        lines = [f"{what} (outcomes may overlap)"]
        return "\n".join(lines + [f"  {n:<24s} {self.line(n)}  {_MEANING[n]}" for n in self.shares])


def outcome_masks(happened: Mapping[str, BoolArray], both_last: BoolArray) -> dict[str, BoolArray]:
    """Which cases each outcome covers, from the events that happened and from the last period."""
    if "notice" not in happened:
        return {"complied throughout": ~happened["deployed"], "arms race": both_last}
    return {
        "complied throughout": ~(happened["deployed"] | happened["notice"]),
        "resolved dispute": happened["dispute_resolved"],
        "ultimatum complied with": happened["yielded"],
        "ultimatum expired": happened["expired"],
        "withdrawn and mirrored": happened["withdrawn"] & happened["both_deployed_after_notice"],
        "arms race": both_last,
    }


def mixed_outcomes(weights: Sequence[float] | FloatArray, laws: Sequence[Outcomes]) -> Outcomes:
    """Exact probabilities where one of several laws is drawn first, with given probabilities."""
    shares = {n: min(float(np.asarray(weights) @ [law[n] for law in laws]), 1.0) for n in laws[0].shares}
    return Outcomes(shares, dict.fromkeys(shares, 0.0), 0)


def outcome_probabilities(
    game: TimedGame | BayesianGame | Modelled,
    profile: Any,
    *,
    periods: int,
    error: float = 0.0,
    budget_seconds: float | None = None,
) -> Outcomes:
    """Compute the exact probability of each outcome of `Trajectories.outcomes`.

    The state of the chain is a pair of the product with the set of events that have occurred, so
    the work grows with the pairs times at most 128 sets.

    Parameters
    ----------
    game : RepeatedGame, StochasticGame or PrivateGame, or a BayesianGame: the law before types are drawn
    profile : sequence of strategies, one per player; by type in a BayesianGame
    periods : int
        Horizon T.
    error : float
        Implementation error per party and period.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Outcomes
        With errors of zero and ``paths`` 0: nothing is sampled.

    Raises
    ------
    InvalidGame
        Periods not a positive whole number, or the faults of the profile.

    Examples
    --------
    Two parties that err with probability 0.1 a period both comply for 3 periods with 0.9**6:

    >>> import armsgame as ag
    >>> pd = ag.RepeatedGame(ag.treaty.compliance(temptation=1.5))
    >>> law = ag.outcome_probabilities(pd, (ag.always_comply,) * 2, periods=3, error=0.1)
    >>> round(law["complied throughout"], 6)
    0.531441
    """
    horizon = check_whole("periods", periods)
    require("outcome_probabilities", periods=horizon)
    if isinstance(game, BayesianGame):
        branches = courses_of(game, profile)
        laws = [outcome_probabilities(b.game, b.profile, periods=horizon, error=error) for b in branches]
        return mixed_outcomes([b.weight for b in branches], laws)
    from scipy.sparse import coo_array, csr_array

    links = links_of(timed_game("outcome_probabilities", game), profile, error=error)
    dyn, size = links.product.play.dynamics, links.size
    names = [name for name in _NEEDED if name in dyn.events]
    code = np.zeros(len(dyn.prob), np.int64)
    for e, name in enumerate(names):
        code |= dyn.events[name].astype(np.int64) << e
    sets, mark = 1 << len(names), code[links.branch]
    both = dyn.events["both_deployed"][links.branch]
    # pairs with the set of events that have occurred, where one can lead to the other
    can = _reachable(links.tail, links.head, mark, size, sets)
    link, before = np.nonzero(can[links.tail])
    after = before | mark[link]
    known = np.cumsum(can.ravel()) - 1
    tail, head = (known[x[link] * sets + e] for x, e in ((links.tail, before), (links.head, after)))
    chance = links.chance[link]
    move = csr_array(coo_array((chance, (head, tail)), shape=(int(known[-1]) + 1,) * 2))
    law = np.zeros(move.shape[0])
    law[0] = 1.0
    for t in range(horizon - 1):
        if t % PERIODS == 0:
            ask_time(f"{t:,} of {horizon:,} periods")
        law = move @ law
    # the last period also says whether every party deploys in it
    final = np.bincount(both[link] * sets + after, chance * law[tail], minlength=2 * sets)
    place = np.arange(sets)
    happened = {name: np.tile((place >> e) & 1 == 1, 2) for e, name in enumerate(names)}
    masks = outcome_masks(happened, np.repeat([False, True], sets))
    shares = {name: float(min(final[mask].sum(), 1.0)) for name, mask in masks.items()}
    return Outcomes(shares, dict.fromkeys(shares, 0.0), 0)


def _reachable(tail: IntArray, head: IntArray, mark: IntArray, size: int, sets: int) -> BoolArray:
    """Bool array [size, sets]: with which sets of events a pair can be reached from the first pair with none."""
    can = np.zeros((size, sets), bool)
    can[0, 0] = True
    fresh = can.copy()
    while fresh.any():
        link, before = np.nonzero(fresh[tail])
        ahead = np.zeros_like(can)
        ahead[head[link], before | mark[link]] = True
        fresh = ahead & ~can
        can |= fresh
    return can
