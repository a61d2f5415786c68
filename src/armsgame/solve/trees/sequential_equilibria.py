"""Sequential equilibria of small trees by support: one action a set or a mixture of two, with the beliefs they need."""

from __future__ import annotations

from itertools import combinations, product
from math import comb, prod

import numpy as np

from armsgame._budget import Budget
from armsgame._checks import check_flag
from armsgame._deadline import unsolved
from armsgame._typing import FloatArray
from armsgame.checkers.trees import verify_assessment
from armsgame.errors import InvalidGame, WrongConcept, amount
from armsgame.games.coercion import Modelled, game_of
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_advice import other_verbs
from armsgame.games.tree_values import branch_probabilities, reach, values
from armsgame.results.assessment import Assessment, AssessmentList
from armsgame.results.one_shot import Status
from armsgame.solve.trees.indifference import behaviours
from armsgame.solve.trees.support_search import supports

_MOST = 3**12
_BELIEFS = 256
_SAME = 1e-7


def sequential_equilibria(
    game: ExtensiveGame | Modelled, *, perfect_bayesian: bool = False, budget_seconds: float | None = None
) -> AssessmentList:
    """Find the sequential equilibria of a two-party tree in which every set plays one action or mixes two.

    Parameters
    ----------
    game : ExtensiveGame
        Two parties, private types on either side or both, perfect recall, no batch axes.
    perfect_bayesian : bool
        Also list assessments that are perfect Bayesian but whose beliefs are not shown to be limits of trembles.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

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
    indifference of the sets that mix is a polynomial system, linear in each probability: Newton's method solves it from
    12 starts. Beliefs at sets that play does not reach are vertices of the linear program of what makes their play
    best; of those, the ones that `verify_assessment` finds consistent are taken (Kreps and Wilson 1982). Isolated
    equilibria of the class are found unless Newton's method misses one from all starts. Of a continuum members are
    listed. A mixture at a set that play does not reach is listed where no equilibrium without one has the same play
    on the path: inside a subgame its probabilities follow from indifference, elsewhere they are members of a continuum.

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
    check_flag("perfect_bayesian", perfect_bayesian)
    if game.batch or len(game.players) != 2:
        raise WrongConcept(
            f"this game has batch axes {game.batch} and {len(game.players)} parties; allowed: one game of two "
            f"parties. {other_verbs(game)}"
        )
    count = prod(n + comb(n, 2) for n in game.sizes)
    if count > _MOST:
        raise InvalidGame(
            f"{len(game.sets)} information sets give {amount(count)} combinations of supports; allowed: {_MOST:,} "
            f"(twelve sets of two actions). {other_verbs(game)}"
        )
    found: list[Assessment] = []
    played: list[FloatArray] = []
    budget = Budget(2 * _MOST)
    wanted = ("sequential", "perfect Bayesian") if perfect_bayesian else ("sequential",)
    tried = 0
    done = True
    for mixes_off_path in (False, True):
        for chosen in supports(game, mixes_off_path=mixes_off_path):
            if not budget.spend():
                done = False
                break
            tried += 1
            for flat in behaviours(game, chosen):
                # a mixture off the path is listed where what is played needs it
                way = reach(game, branch_probabilities(game, flat)) if mixes_off_path else flat
                known = played if mixes_off_path else [np.concatenate(e.profile) for e in found]
                if any(np.abs(way - other).max() < _SAME for other in known):
                    continue
                one = _believed(game, flat, wanted)
                if one is not None:
                    found.append(one)
                    played.append(reach(game, branch_probabilities(game, flat)))
    notes = [f"{tried} of {count} combinations of supports were solved; the others cannot be best replies."]
    notes.append("Of equilibria with one play on the path, those that mix off it are listed only if no other is.")
    notes.append("Equilibria that mix more than two actions at a set are not looked for.")
    status = Status.PARTIAL if found else Status.UNSOLVED
    answer = AssessmentList(tuple(found), False, status, tuple(notes), "sequential equilibria by support")
    if not done:
        raise unsolved(f"{tried} combinations of supports were solved. Raise budget_seconds.", answer)
    return answer


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
