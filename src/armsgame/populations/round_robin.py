"""Round robins: every strategy against every other, exact or sampled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import check_flag, check_probability, check_whole, need_pandas
from armsgame._cost import require
from armsgame._deadline import ask_time
from armsgame._kernels.records import MatchGame, MatchRules
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import FloatArray, IntArray, RNGLike
from armsgame.errors import InvalidGame, WrongConcept, invalid
from armsgame.games.coercion import Modelled, TimedGame, timed_game
from armsgame.games.dynamics import Dynamics, Play, lower
from armsgame.games.product import slip
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame
from armsgame.simulation.laws.laws import expected_payoffs, stationary
from armsgame.simulation.paths.tables import running_sums

if TYPE_CHECKING:
    import pandas
    import xarray


_TIE = 1e-9
_Z = 1.959963984540054
_MOST = 4_000_000
# periods of a sampled match, or states times periods of an exact one, between two looks at the time; a multiple of four
_STEPS = 1 << 20
# pairs that meet before the time is asked
_TOGETHER = 256


@dataclass(frozen=True, slots=True)
class Tournament(Framed, Drawn, Value):
    """Result of `tournament`.

    Attributes
    ----------
    strategies : tuple of str, n labels
    payoffs : array [2, n, n]
        Payoff per period of each seat where strategy i sits in seat 0 and j in seat 1; NaN on the
        diagonal where twins did not meet.
    errors : array [2, n, n], standard errors; zero where exact
    scores : array [n], mean payoff per period over the opponents and both seats
    score_errors : array [n], standard errors of the scores
    ranks : int array [n, 2]
        Best and worst rank that ties leave open; equal ranks where nothing is tied.
    exact, symmetric : bool
        Whether payoffs are exact; whether seats are alike.
    settings : str, how the matches were played
    provenance : Provenance or None, of sampled matches; ``rng=`` takes it back
    """

    strategies: tuple[str, ...]
    payoffs: FloatArray
    errors: FloatArray
    scores: FloatArray
    score_errors: FloatArray
    ranks: IntArray
    exact: bool
    symmetric: bool
    settings: str
    provenance: Provenance | None = None

    @property
    def order(self) -> IntArray:
        """Strategies from the best score to the worst; the order given decides between equal scores."""
        scale = _TIE * max(1.0, float(np.nanmax(np.abs(self.payoffs))))
        return np.argsort(-np.round(self.scores / scale) * scale, kind="stable").astype(np.int64)

    @property
    def intervals(self) -> FloatArray:
        """Normal 95 % intervals of the scores [n, 2]; of width zero where exact."""
        return np.asarray(self.scores[:, None] + _Z * self.score_errors[:, None] * np.array([-1.0, 1.0]))

    def stage(self) -> StageGame:
        """Game whose actions are the strategies and whose payoffs are those of the matches.

        Raises
        ------
        InvalidGame
            Twins did not meet (``self_play=False``), so that the diagonal is unknown.
        """
        if np.isnan(self.payoffs).any():
            invalid("self_play", False, "True for a game of strategies: it needs each twin's payoff")
        return StageGame(self.payoffs, players=("seat 0", "seat 1"), actions=self.strategies)

    def to_frame(self) -> pandas.DataFrame:
        """Ranked table: rank, strategy, score, 95 % interval."""
        at = self.order
        low, high = self.intervals[at].T
        return need_pandas().DataFrame(
            {
                "rank": self.ranks[at, 0],
                "worst_rank": self.ranks[at, 1],
                "strategy": [self.strategies[k] for k in at],
                "score": self.scores[at],
                "low": low,
                "high": high,
            }
        )

    def to_xarray(self) -> xarray.Dataset:
        """Labelled dataset of payoffs by seat, with their standard errors, and of scores."""
        import xarray as xr

        names = list(self.strategies)
        return xr.Dataset(
            {
                "payoff": (("seat", "strategy", "opponent"), self.payoffs),
                "error": (("seat", "strategy", "opponent"), self.errors),
                "score": (("strategy",), self.scores),
            },
            {"seat": [0, 1], "strategy": names, "opponent": names},
            {"settings": self.settings},
        )

    def __str__(self) -> str:
        kind = "exact" if self.exact else "sampled, 95 % intervals"
        wide = max(len(s) for s in self.strategies)
        lines = [f"Round robin of {len(self.strategies)} strategies, {self.settings} ({kind})"]
        for k in self.order:
            first, last = self.ranks[k]
            rank = f"{first}" if first == last else f"{first}-{last}"
            tail = "" if self.exact else f" +- {_Z * self.score_errors[k]:.4f}"
            lines.append(f"  {rank:>7s}  {self.strategies[k]:<{wide}s}  {self.scores[k]:.4f}{tail}")
        return "\n".join(lines)


def tournament(
    strategies: Mapping[str, object] | Sequence[object],
    game: TimedGame | Modelled,
    *,
    periods: int | None = None,
    prob_end: float = 0.0,
    error: float = 0.0,
    repetitions: int | None = None,
    self_play: bool = True,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> Tournament:
    """Round robin of strategies: everyone against everyone.

    Parameters
    ----------
    strategies : mapping from label to strategy, or sequence of strategies
        Automata, rules or named strategies. A sequence takes the names of its strategies.
    game : RepeatedGame or StochasticGame of two players
    periods : int, optional
        Length of a match. With neither `periods` nor `prob_end` the long-run average.
    prob_end : float
        Probability that a match ends after each period; the same as discounting with 1 - prob_end.
        With `periods` a match ends at the latest there.
    error : float
        Probability per party and period of another action than intended.
    repetitions : int, optional
        Sample this many matches per pair. Default: exact expectations.
    self_play : bool
        Each strategy also meets its own twin, as in Axelrod (1980).
    rng : int, SeedSequence, Generator, provenance of a result, or None
        For sampling. More repetitions or strategies added at the end leave earlier matches unchanged.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Tournament

    Raises
    ------
    WrongConcept
        Not a game in time of two players.
    InvalidGame
        No strategies, equal labels, a strategy that does not fit, or sampling without an end.

    Notes
    -----
    Payoffs are per period: the expected total over the expected length. Where the seats are alike
    (symmetric stage, signals and strategies) each pair meets once, else once in each seat. Scores
    that differ by rounding only (1e-9 of the largest payoff) are tied; sampled scores whose 95 % intervals overlap
    are tied too, so a rank is then an interval.

    References
    ----------
    R. Axelrod (1980), J. Conflict Resolution 24, 3-25.

    Examples
    --------
    >>> import armsgame as ag
    >>> stage = ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> print(tournament([ag.mirror, ag.always_deploy, ag.always_comply], ag.RepeatedGame(stage), periods=200))
    Round robin of 3 strategies, 200 periods (exact)
            1  always_deploy  2.3400
            2  mirror         2.3317
            3  always_comply  2.0000
    """
    names, players = _roster(strategies)
    check_probability("error", error)
    check_probability("prob_end", prob_end)
    game = timed_game("tournament", game)
    if len(game.players) != 2:
        raise WrongConcept(f"a round robin pairs two parties; this game has {len(game.players)}: {game.players}.")
    horizon = None if periods is None else check_whole("periods", periods)
    count = None if repetitions is None else check_whole("repetitions", repetitions)
    check_flag("self_play", self_play)
    if count is not None and horizon is None and prob_end == 0:
        invalid("periods", periods, "a number of periods, or prob_end > 0, where matches are sampled")
    n = len(players)
    # without a horizon a sampled match has 1 / prob_end periods on average
    length = horizon if horizon is not None else 0 if count is None else ceil(1 / prob_end)
    need = partial(require, "tournament", strategies=n, periods=length, repetitions=count or 0)
    # before and after automata are made
    need(states=1)
    need(states=ceil(np.mean([len(s.on(game, 0).states) for s in players])))
    alike = _seats_alike(game, players)
    pairs = np.array([(i, j) for j in range(n) for i in range(n) if i <= j or not alike])
    pairs = pairs[pairs[:, 0] != pairs[:, 1]] if not self_play else pairs
    if not len(pairs):
        invalid("strategies", names, "at least two strategies where self_play=False")
    settings = _settings(horizon, prob_end, error, count)
    stray, origin = np.zeros((len(pairs), 3)), None
    if count is not None:
        seed = Seed.of(rng)
        means, stray = _sampled(players, game, pairs, horizon, float(prob_end), error, count, seed.key)
        origin = Provenance.of(seed, {"strategies": names, "settings": settings}, game, players)
    elif horizon is not None:
        means = _finite(players, game, pairs, horizon, float(prob_end), error)
    else:
        discount = 1 - prob_end
        met: list[FloatArray] = []
        for i, j in pairs:
            ask_time(f"{len(met):,} of {len(pairs):,} pairs")
            met.append(_endless(game, (players[i], players[j]), discount, error))
        means = np.array(met)
    return _result(names, pairs, means, stray, alike, settings, origin)


def payoff_matrix(
    strategies: Mapping[str, object] | Sequence[object],
    game: TimedGame | Modelled,
    *,
    periods: int | None = None,
    prob_end: float = 0.0,
    error: float = 0.0,
    budget_seconds: float | None = None,
) -> StageGame:
    """Game in which each party chooses one strategy for the whole match, with exact payoffs per period.

    Parameters
    ----------
    strategies, game, periods, prob_end, error
        As in `tournament`.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    StageGame
        Symmetric where the seats are alike; its actions are the strategies. Population dynamics,
        `nash` and `evolutionarily_stable` take it.

    Examples
    --------
    >>> import armsgame as ag
    >>> stage = ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> payoff_matrix([ag.mirror, ag.always_deploy], ag.RepeatedGame(stage), periods=10).payoffs[0]
    array([[3. , 0.9],
           [1.4, 1. ]])
    """
    return tournament(strategies, game, periods=periods, prob_end=prob_end, error=error).stage()


def _roster(strategies: object) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    if isinstance(strategies, Mapping):
        pairs = [(str(name), s) for name, s in strategies.items()]
    elif isinstance(strategies, Sequence) and not isinstance(strategies, str):
        pairs = [(str(getattr(s, "name", f"strategy {k}")), s) for k, s in enumerate(strategies)]
    else:
        invalid("strategies", strategies, "a mapping from label to strategy, or a sequence of strategies")
    names = tuple(name for name, _ in pairs)
    if not names or len(set(names)) != len(names):
        invalid("strategies", names, "at least one strategy, with different labels", "Pass a mapping to name them.")
    for name, s in pairs:
        if not hasattr(s, "on"):
            invalid(f"strategies[{name!r}]", s, "an Automaton or a named strategy such as ag.grim")
    return names, tuple(s for _, s in pairs)


def _seats_alike(game: TimedGame | Modelled, players: tuple[Any, ...]) -> bool:
    """Whether exchanging the seats of any two strategies exchanges what they earn, and nothing else."""
    if not isinstance(game, RepeatedGame):
        return False
    stage, monitoring = game.stage, game.monitoring
    A, B = stage.payoffs
    if A.shape[0] != A.shape[1] or not np.array_equal(A, B.T):
        return False
    swap, named = np.arange(len(game.signals)), monitoring.alarmed(stage)
    if monitoring.kind == "perfect":
        swap = swap.reshape(A.shape).T.ravel()
    elif named is not None:
        place = {tuple(row): y for y, row in enumerate(named.tolist())}
        swap = np.array([place.get(tuple(row[::-1]), y) for y, row in enumerate(named.tolist())])
    law = monitoring.kernel(stage).reshape(*A.shape, -1)
    if not np.array_equal(law.transpose(1, 0, 2)[..., swap], law):
        return False
    for strategy in players:
        one, two = (strategy.on(game, seat) for seat in (0, 1))
        if not all(isinstance(rule.next, np.ndarray) and rule.next.shape[-1] == len(swap) for rule in (one, two)):
            return False
        if one.initial != two.initial or not np.array_equal(one.law(), two.law()):
            return False
        if not np.array_equal(one.next[..., swap], two.next):
            return False
    return True


def _settings(horizon: int | None, prob_end: float, error: float, count: int | None) -> str:
    parts = ["long-run average" if horizon is None and not prob_end else ""]
    parts += [
        f"{horizon} periods" if horizon is not None else "",
        f"ending with {float(prob_end):g}" if prob_end else "",
    ]
    parts += [f"error {float(error):g}" if error else "", f"{count} repetitions" if count is not None else ""]
    return ", ".join(p for p in parts if p)


def _endless(game: TimedGame | Modelled, profile: tuple[object, object], discount: float, error: float) -> FloatArray:
    if discount == 1:
        return stationary(game, profile, error=error).payoffs
    return expected_payoffs(game, profile, discount=discount, error=error)


def _tables(
    players: tuple[object, ...], game: TimedGame | Modelled, error: float
) -> tuple[MatchGame, MatchRules, Dynamics]:
    """Lower a game and strategies for the kernels; laws hold probabilities."""
    plays: list[Play] = [lower(game, (s, s)) for s in players]
    dyn = plays[0].dynamics
    shape = np.array([dyn.shape(s) for s in range(len(dyn.states))])
    sizes = np.array([max(len(a.states) for a in play.automata) for play in plays])
    laws = np.zeros((2, len(plays), len(shape), sizes.max(), shape.max()))
    moves = np.zeros((2, len(plays), sizes.max(), len(dyn.prob)), np.int32)
    for k, play in enumerate(plays):
        for seat in range(2):
            table = play.moves[seat]
            moves[seat, k, : table.shape[0]] = table
            for s, law in enumerate(play.laws[seat]):
                laws[seat, k, s, : law.shape[0], : law.shape[1]] = [slip(p, error) for p in law]
    initial = np.array([[play.initial[seat] for play in plays] for seat in range(2)])
    rows = MatchGame(
        dyn.first, shape, np.ascontiguousarray(dyn.payoffs, float), dyn.branch, dyn.prob, dyn.target, dyn.start
    )
    return rows, MatchRules(laws, moves, initial, sizes), dyn


def _finite(
    players: tuple[object, ...], game: TimedGame | Modelled, pairs: IntArray, horizon: int, end: float, error: float
) -> FloatArray:
    from armsgame._kernels.matches import expected

    rows, rules, _ = _tables(players, game, error)
    largest = len(rows.shape) * int(rules.sizes.max()) ** 2
    if largest > _MOST:
        raise InvalidGame(f"the largest pair has {largest:,} states; allowed: {_MOST:,}. Sample instead: repetitions=.")
    out = np.empty((len(pairs), 2))
    together = max(min(_TOGETHER, _MOST // largest), 1)
    law = np.empty((together, 1 + largest))
    most = max(_STEPS // (together * largest), 1)
    for at in range(0, len(pairs), together):
        some = slice(at, at + together)
        for begin in range(0, horizon, most):
            ask_time(f"{at:,} of {len(pairs):,} pairs and {begin:,} periods of the next")
            expected(rows, rules, pairs[some], begin, min(begin + most, horizon), 1.0 - end, law, out[some])
    return out / _length(horizon, end)


def _length(horizon: int | None, end: float) -> float:
    """Compute the expected number of periods of a match."""
    if horizon is None:
        return 1 / end
    return float(horizon) if end == 0 else -float(np.expm1(horizon * np.log1p(-end))) / end if end < 1 else 1.0


def _sampled(
    players: tuple[object, ...],
    game: TimedGame | Modelled,
    pairs: IntArray,
    horizon: int | None,
    end: float,
    error: float,
    count: int,
    key: np.uint64,
) -> tuple[FloatArray, FloatArray]:
    from armsgame._kernels.matches import sampled
    from armsgame._threads import in_blocks

    rows, rules, dyn = _tables(players, game, error)
    cum = np.cumsum(rules.laws, axis=-1)
    for s, sizes in enumerate(rows.shape):
        for seat in range(2):
            cum[seat, :, s, :, sizes[seat] - 1 :] = 1.0
    # a strategy appended at the end must not move the streams of earlier pairs
    i, j = pairs.T
    codes = np.where(i <= j, j * j + i, i * i + 2 * i - j)
    out, total = np.empty((len(pairs), count, 2)), len(pairs) * count
    drawn = rows._replace(law=running_sums(dyn)), rules._replace(laws=cum)
    most = 2**62 if horizon is None else horizon
    given, now, begin = (*drawn, pairs, codes, count, most, end, key), np.empty((total, 4), np.int64), 0
    while not begin or (now[:, 3] > begin).any():
        ask_time(f"{begin:,} periods of each match")
        in_blocks(sampled, total, 1, begin, begin + _STEPS, *given, now, out.reshape(-1, 2))
        begin += _STEPS
    out /= _length(horizon, end)
    same = pairs[:, 0] == pairs[:, 1]
    stray = np.full((len(pairs), 3), np.nan)
    if count > 1:
        stray[:, :2] = out.std(axis=1, ddof=1) / np.sqrt(count)
        stray[:, 2] = np.where(same, out.mean(axis=2).std(axis=1, ddof=1) / np.sqrt(count), np.nan)
    return out.mean(axis=1), stray


def _result(
    names: tuple[str, ...],
    pairs: IntArray,
    means: FloatArray,
    stray: FloatArray,
    alike: bool,
    settings: str,
    origin: Provenance | None,
) -> Tournament:
    n, exact = len(names), origin is None
    payoffs, errors = np.full((2, n, n), np.nan), np.zeros((2, n, n))
    i, j = pairs.T
    payoffs[:, i, j] = means.T
    same = i == j
    if exact and alike:
        # both seats of a twin earn the same; rounding must not tell them apart
        payoffs[:, i[same], j[same]] = means[same].mean(axis=1)
    errors[:, i, j] = stray[:, :2].T
    if alike:
        payoffs[::-1, j[~same], i[~same]] = means[~same].T
        errors[::-1, j[~same], i[~same]] = stray[~same, :2].T
    if not same.any():
        off = np.eye(n, dtype=bool)
        errors[:, off] = np.nan
    seats = 1 if alike else 2
    # one number per match for a twin (the mean of its seats); two matches per other pair if seats differ
    total, variance = np.zeros(n), np.zeros(n)
    matches = np.zeros(n)
    for k in range(n):
        for other in range(n):
            if np.isnan(payoffs[0, k, other]):
                continue
            if k == other:
                total[k] += seats * payoffs[:, k, k].mean()
                at = np.flatnonzero(same & (i == k))[0]
                variance[k] += (seats * stray[at, 2]) ** 2
            else:
                cells = [(0, k, other)] + ([] if alike else [(1, other, k)])
                total[k] += sum(payoffs[c] for c in cells)
                variance[k] += sum(errors[c] ** 2 for c in cells)
            matches[k] += seats
    scores, spread = total / matches, np.sqrt(variance) / matches
    slack = _TIE * max(1.0, float(np.nanmax(np.abs(payoffs))))
    half = _Z * spread
    if np.isnan(half).any():
        half = np.full(n, np.inf)  # one repetition tells nothing about spread
    above = (scores - half)[:, None] > (scores + half)[None, :] + slack
    ranks = np.stack([1 + above.sum(axis=0), n - above.sum(axis=1)], axis=1)
    if exact:
        ranks[:, 1] = ranks[:, 0]  # equal scores share the better rank: 1, 2, 2, 4
    return Tournament(names, payoffs, errors, scores, spread, ranks.astype(np.int64), exact, alike, settings, origin)
