"""Sequential equilibria of small trees by support: one action a set or a mixture of two, with the beliefs they need."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from math import comb, prod

import numpy as np

from armsgame._budget import Budget
from armsgame._typing import FloatArray
from armsgame.checkers.trees import verify_assessment
from armsgame.errors import InvalidGame, NotSolved, WrongConcept
from armsgame.games.coercion import Modelled, game_of
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_advice import other_verbs
from armsgame.games.tree_values import branch_probabilities, reach, values
from armsgame.results.assessment import Assessment, AssessmentList
from armsgame.results.one_shot import Status

__all__ = ["sequential_equilibria"]

_MOST = 3**12
_STARTS, _STEPS, _BELIEFS = 12, 30, 256
_SAME = 1e-7

Support = tuple[int, ...]


def sequential_equilibria(
    game: ExtensiveGame | Modelled, *, perfect_bayesian: bool = False, seconds: float | None = None
) -> AssessmentList:
    """Find the sequential equilibria of a two-party tree in which every set plays one action or mixes two.

    Parameters
    ----------
    game : ExtensiveGame
        Two parties, private types on either side or both, perfect recall, no batch axes.
    perfect_bayesian : bool
        Also list assessments that are perfect Bayesian but whose beliefs are not shown to be limits of trembles.
    seconds : float, optional
        Time for the whole job.

    Returns
    -------
    AssessmentList
        Each with beliefs at every information set and its certificate. Not marked complete: see the notes.

    Raises
    ------
    WrongConcept
        A game with batch axes, or of other than two parties.
    InvalidGame
        More than 3^12 = 531,441 combinations of supports; the message gives the count.
    NotSolved
        The time is spent; ``.result`` holds what was found.

    Notes
    -----
    Supports are assigned from the last sets to the first, and dropped as soon as no belief and no behaviour
    elsewhere can make an action a best reply (bounds on continuation values). For each combination that is left, the
    indifference of the sets that mix and that play reaches is a polynomial system, linear in each probability: Newton's
    method solves it from 12 starts. Sets that play does not reach play one action, and their beliefs are vertices of
    the linear program of what makes it best; of those, the ones that `verify_assessment` finds consistent are
    taken (Kreps and Wilson 1982). Isolated equilibria of the class are found unless Newton's method misses one from
    all starts. Of a continuum members are listed; equilibria that need a mixture off the path are not.

    Examples
    --------
    Beer and quiche (Cho and Kreps 1987) with weak types more likely than not: the weak type mixes.

    >>> import armsgame as ag
    >>> def payoffs(type, breakfast, reply):
    ...     likes = breakfast == ("beer" if type == "surly" else "quiche")
    ...     return likes + 2 * (reply == "leave"), (reply == "duel") == (type == "wimp")
    >>> game = ag.ExtensiveGame.signalling({"surly": 0.4, "wimp": 0.6}, ["beer", "quiche"],
    ...                                    ["leave", "duel"], payoffs)
    >>> [round(float(e.profile[game.set_index("wimp")][0]), 6) for e in sequential_equilibria(game)]
    [0.666667]
    """
    game = game_of("sequential_equilibria", game, ExtensiveGame)
    if game.batch or len(game.players) != 2:
        raise WrongConcept(
            f"this game has batch axes {game.batch} and {len(game.players)} parties; allowed: one game of two "
            f"parties. {other_verbs(game)}"
        )
    count = prod(n + comb(n, 2) for n in game.sizes)
    if count > _MOST:
        raise InvalidGame(
            f"{len(game.sets)} information sets give {count:,} combinations of supports; allowed: {_MOST:,} (twelve "
            f"sets of two actions). {other_verbs(game)}"
        )
    found: list[Assessment] = []
    budget = Budget(_MOST, seconds)
    wanted = ("sequential", "perfect Bayesian") if perfect_bayesian else ("sequential",)
    tried = 0
    done = True
    for supports in _supports(game):
        if not budget.spend():
            done = False
            break
        tried += 1
        for flat in _behaviours(game, supports):
            if any(np.abs(flat - np.concatenate(e.profile)).max() < _SAME for e in found):
                continue
            one = _believed(game, flat, wanted)
            if one is not None:
                found.append(one)
    notes = [f"{tried} of {count} combinations of supports were solved; the others cannot be best replies."]
    notes.append("Equilibria that mix off the path, or more than two actions at a set, are not looked for.")
    status = Status.PARTIAL if found else Status.UNSOLVED
    answer = AssessmentList(tuple(found), False, status, tuple(notes), "sequential equilibria by support")
    if not done:
        raise NotSolved(f"the time is spent after {tried} combinations of supports; raise seconds.", answer)
    return answer


def _supports(game: ExtensiveGame) -> Iterator[list[Support]]:
    """Yield combinations of supports that bounds on values do not rule out."""
    parents, terminals = game.parents.tolist(), game.terminals
    order = sorted(range(len(game.sets)), key=lambda h: -game.sets[h].nodes[0])
    choices = [[*((a,) for a in range(n)), *combinations(range(n), 2)] for n in game.sizes]
    every = [tuple(range(n)) for n in game.sizes]
    chosen: list[Support] = list(every)
    span = np.ptp(game.payoffs, axis=0).max() or 1.0
    slack = 1e-9 * span

    def bounds() -> tuple[FloatArray, FloatArray]:
        low = np.full((len(parents), 2), np.inf)
        high = np.full((len(parents), 2), -np.inf)
        low[terminals] = high[terminals] = game.payoffs
        for node in range(len(parents) - 1, -1, -1):
            kids = game.children[node]
            if not kids:
                continue
            h = int(game.set_of[node])
            if h < 0:
                law = game.chances[list(kids)]
                low[node], high[node] = law @ low[list(kids)], law @ high[list(kids)]
            else:
                own = [kids[a] for a in chosen[h]]
                low[node], high[node] = low[own].min(axis=0), high[own].max(axis=0)
        return low, high

    def fits(h: int) -> bool:
        low, high = bounds()
        i, nodes = game.sets[h].player, game.sets[h].nodes
        for a in chosen[h]:
            for b in range(game.sizes[h]):
                if b != a and max(high[game.children[n][a], i] - low[game.children[n][b], i] for n in nodes) < -slack:
                    return False
        return True

    def grow(k: int) -> Iterator[list[Support]]:
        if k == len(order):
            if _off_path_is_pure(game, chosen):
                yield list(chosen)
            return
        h = order[k]
        for support in choices[h]:
            chosen[h] = support
            if fits(h):
                yield from grow(k + 1)
        chosen[h] = every[h]

    yield from grow(0)


def _off_path_is_pure(game: ExtensiveGame, chosen: list[Support]) -> bool:
    seen = np.zeros(len(game.parents), dtype=bool)
    seen[0] = True
    for node in range(1, len(seen)):
        up = int(game.parents[node])
        h = int(game.set_of[up])
        open_ = game.chances[node] > 0 if h < 0 else int(game.moves[node] - game.starts[h]) in chosen[h]
        seen[node] = seen[up] and open_
    return all(len(own) == 1 or seen[list(game.sets[h].nodes)].any() for h, own in enumerate(chosen))


def _behaviours(game: ExtensiveGame, supports: list[Support]) -> list[FloatArray]:
    """Behaviour [n] with these supports in which every set that mixes is indifferent."""
    size = int(game.starts[-1])
    base = np.zeros(size)
    mixed = [(h, own) for h, own in enumerate(supports) if len(own) == 2]
    for h, own in enumerate(supports):
        base[game.starts[h] + own[0]] = 1.0
    if not mixed:
        return [base]
    first = np.array([game.starts[h] + own[0] for h, own in mixed])
    second = np.array([game.starts[h] + own[1] for h, own in mixed])

    def flats(x: FloatArray) -> FloatArray:
        out = np.tile(base, (*x.shape[:-1], 1))
        out[..., first], out[..., second] = 1 - x, x
        return out

    movers = game.owners[game.parents]
    movers[0] = -1

    def gaps(x: FloatArray) -> FloatArray:
        # gain of the second action over the first, weighted with the chance that others' moves reach the set
        law = branch_probabilities(game, flats(x))
        worth = values(game, law)
        found = np.empty(x.shape)
        others = {}
        for i in {game.sets[h].player for h, _ in mixed}:
            ways = law.copy()
            ways[..., movers == i] = 1.0
            others[i] = reach(game, ways)
        for k, (h, own) in enumerate(mixed):
            i = game.sets[h].player
            weight = others[i]
            total = np.zeros(x.shape[:-1])
            for n in game.sets[h].nodes:
                kids = game.children[n]
                total += weight[..., n] * (worth[..., kids[own[1]], i] - worth[..., kids[own[0]], i])
            found[..., k] = total
        return found

    many = len(mixed)
    span = np.ptp(game.payoffs, axis=0).max() or 1.0
    draw = np.random.default_rng(0)
    x = np.vstack([np.full((1, many), 0.5), draw.uniform(0.02, 0.98, (_STARTS - 1, many))])
    # steps that each start has spent outside the unit cube
    lost = np.zeros(len(x), dtype=int)
    for _ in range(_STEPS):
        now = gaps(x)
        inside = lost < 6
        x, now, lost = x[inside], now[inside], lost[inside]
        if not len(x) or (np.abs(now).max(axis=1) <= 1e-13 * span).all():
            break
        # linear in every probability, so that the slope is the difference between its ends
        ends = np.stack([np.repeat(x[:, None], many, axis=1)] * 2)
        for k in range(many):
            ends[0, :, k, k], ends[1, :, k, k] = 0.0, 1.0
        wide = gaps(ends)
        slope = np.swapaxes(wide[1] - wide[0], -1, -2)
        step = -np.linalg.pinv(slope, rcond=1e-12) @ now[..., None]
        # a damped step that stays near the unit cube
        length = np.abs(step[..., 0]).max(axis=1, keepdims=True)
        x = np.clip(x + step[..., 0] * np.minimum(1.0, 0.5 / np.maximum(length, 1e-300)), -0.2, 1.2)
        lost += ((x < 0) | (x > 1)).any(axis=1)
    if not len(x):
        return []
    good = (np.abs(gaps(x)).max(axis=1) <= 1e-11 * span) & (x > _SAME).all(axis=1) & (x < 1 - _SAME).all(axis=1)
    kept: list[FloatArray] = []
    for one in x[good]:
        if all(np.abs(one - other).max() > _SAME for other in kept):
            kept.append(one)
    return [flats(one) for one in kept]


def _believed(game: ExtensiveGame, flat: FloatArray, wanted: tuple[str, ...]) -> Assessment | None:
    """Behaviour with beliefs that make it an equilibrium of the wanted kinds; None where none are found."""
    law = branch_probabilities(game, flat)
    seen, worth = reach(game, law), values(game, law)
    span = np.ptp(game.payoffs, axis=0).max() or 1.0
    options: list[list[FloatArray | None]] = []
    for h, s in enumerate(game.sets):
        kids = np.array([game.children[n] for n in s.nodes])
        play = flat[game.starts[h] : game.starts[h + 1]]
        gain = worth[kids, s.player] - (worth[kids, s.player] @ play)[:, None]
        total = seen[list(s.nodes)].sum()
        if total > 0:
            if (seen[list(s.nodes)] @ gain / total).max() > 1e-9 * span:
                return None
            options.append([None])
            continue
        held = _vertices(gain, 1e-9 * span)
        if not held:
            return None
        options.append(held)
    profile = list(game.parts(flat))
    best = None
    tolerance = 1e-8 * span
    for tries, beliefs in enumerate(product(*_tremble_first(game, flat, options))):
        if tries >= _BELIEFS:
            break
        one = verify_assessment(game, profile, list(beliefs))
        kind = one.certificate.kind
        if kind not in wanted and kind in ("none", "epsilon-sequential", "Nash", "subgame perfect"):
            # probabilities solved in floats are good to the tolerance only
            again = verify_assessment(game, profile, list(beliefs), tolerance=tolerance)
            one = again if again.certificate.kind == "epsilon-sequential" and "sequential" in wanted else one
            kind = one.certificate.kind
        if kind in ("sequential", "epsilon-sequential"):
            return one
        if kind in wanted and best is None:
            best = one
    return best


def _tremble_first(
    game: ExtensiveGame, flat: FloatArray, options: list[list[FloatArray | None]]
) -> list[list[FloatArray | None]]:
    """Put the beliefs of uniform trembles first where they support what is played."""
    size = np.repeat(game.sizes, game.sizes)
    trembled = (1 - 1e-9 * size) * flat + 1e-9
    seen = reach(game, branch_probabilities(game, trembled))
    ordered = []
    for s, held in zip(game.sets, options, strict=True):
        if held[0] is None:
            ordered.append(held)
            continue
        own = seen[list(s.nodes)]
        own = np.where(own > 1e-6 * own.max(), own, 0.0)
        limit = own / own.sum()
        ordered.append([limit, *held])
    return ordered


def _vertices(gain: FloatArray, slack: float) -> list[FloatArray | None]:
    """Beliefs at which no action [A] gains on what is played, given gains [nodes, A]: vertices of the polytope."""
    nodes = len(gain)
    rows = [g for g in gain.T if np.abs(g).max() > slack]
    found: list[FloatArray | None] = []
    for count in range(1, min(nodes, len(rows) + 1) + 1):
        for support in combinations(range(nodes), count):
            for tight in combinations(range(len(rows)), count - 1):
                system = np.vstack([np.ones(count), *(rows[r][list(support)] for r in tight)])
                right = np.zeros(count)
                right[0] = 1.0
                if abs(np.linalg.det(system)) < 1e-12:
                    continue
                share = np.linalg.solve(system, right)
                mu = np.zeros(nodes)
                mu[list(support)] = share
                if (share > -1e-12).all() and all(mu @ r <= slack for r in rows):
                    mu = np.maximum(mu, 0) / np.maximum(mu, 0).sum()
                    if all(other is None or np.abs(other - mu).max() > _SAME for other in found):
                        found.append(mu)
    # the middle of the polytope serves sets whose beliefs must agree with each other
    if len(found) > 1:
        found.append(np.mean([v for v in found if v is not None], axis=0))
    return found
