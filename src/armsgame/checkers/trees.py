"""The independent checker of trees: rationality at every information set, beliefs, and what they prove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from armsgame._checks import check_law
from armsgame._typing import BoolArray, FloatArray
from armsgame.checkers.consistent_beliefs import consistent_trembles
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.games.coercion import one_game
from armsgame.games.deviation_gains import deviating
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_advice import refuse_forgetful
from armsgame.games.tree_values import (
    bayes,
    best_continuation,
    best_worth,
    branch_probabilities,
    last_nodes,
    order_of_moves,
    plans_apart,
    reach,
    values,
)
from armsgame.results.assessment import Assessment, AssessmentCertificate, set_name
from armsgame.results.certificates import Deviation

__all__ = ["certified", "consistent_anyhow", "verify_assessment"]

_UNIT = float(np.finfo(np.float64).eps)
_BELIEF = 1e-8


def verify_assessment(
    game: ExtensiveGame,
    profile: Sequence[object] | Mapping[str, object],
    beliefs: Mapping[str, object] | Sequence[object] | None = None,
    *,
    tolerance: float | None = None,
) -> Assessment:
    """Check behaviour and beliefs at every information set of a tree.

    Parameters
    ----------
    game : ExtensiveGame
        One game, without batch axes.
    profile : one entry per information set, or mapping from its label
        An action label, an array ``[A_h]`` of probabilities, or a mapping from action to
        probability.
    beliefs : one array [nodes of h] per set, or mapping from label, optional
        Entries may be None. Where nothing is given: Bayes' rule at sets that play reaches, and
        the uniform belief elsewhere, which is a convention and no result; the certificate lists
        these sets as `unreached`.
    tolerance : float, optional
        Gain in payoff units that the caller accepts; by default a bound on rounding.

    Returns
    -------
    Assessment
        Its certificate says which kind of equilibrium is proved, or where the profile fails.

    Raises
    ------
    InvalidGame
        Probabilities or beliefs that are none, unknown labels.
    WrongConcept
        The game is no ExtensiveGame, has batch axes or imperfect recall.

    Notes
    -----
    The gain at a set is that of changing any of the player's own moves from there on, given its
    belief: a one-move test would be too weak where beliefs are not consistent (Hendon, Jacobsen
    and Sloth 1996).

    References
    ----------
    D. M. Kreps and R. Wilson (1982), Econometrica 50, 863-894.

    Examples
    --------
    >>> from armsgame.games.tree_nodes import Move
    >>> trust = ExtensiveGame(["one", "two"], Move("one", "start", {
    ...     "trust": Move("two", "trusted", {"honour": (1, 1), "abuse": (-1, 2)}), "not": (0, 0)}))
    >>> verify_assessment(trust, {"start": "not", "trusted": "abuse"}).certificate.kind
    'sequential'
    >>> print(verify_assessment(trust, {"start": "not", "trusted": "honour"}).certificate)
    not an equilibrium (irrational at 2 of 2 information sets, beliefs consistent, tolerance ...); ...
    """
    game = one_game("verify_assessment", game, ExtensiveGame)
    if tolerance is not None and not 0 <= tolerance < np.inf:
        invalid("tolerance", tolerance, "a number of at least 0")
    refuse_forgetful(game, "verify_assessment")
    flat = np.concatenate(_profile(game, profile)) if game.sets else np.zeros(0)
    by_bayes = bayes(game, reach(game, branch_probabilities(game, flat)))[0]
    return certified(game, flat[None], _beliefs(game, beliefs, by_bayes), tolerance=tolerance)[0]


def _gains(
    game: ExtensiveGame,
    law: FloatArray,
    across: FloatArray,
    worth: FloatArray,
    held: list[FloatArray],
    roots: list[int],
) -> tuple[FloatArray, FloatArray]:
    """Gains of each profile at the sets [K, actions], and of each player from the roots of subgames [K, R, P]."""
    count, players = len(law), range(len(game.players))
    subgame = np.zeros((count, len(roots), len(game.players)))
    gains = np.zeros((count, int(game.starts[-1])))
    last = last_nodes(game)
    for i in players:
        steps = order_of_moves(game, i)[0]
        best, ahead = best_worth(game, across, i, held, steps)
        apart = plans_apart(game, across, i, held, roots)
        for h, own in ahead.items():
            nodes = game.sets[h].nodes
            now = worth[:, list(nodes), i] @ held[h]
            here = gains[:, game.starts[h] : game.starts[h + 1]]
            here[:] = own.T - now[:, None]
            for k in np.flatnonzero(apart.get(h, False)).tolist():
                here[k] = best_continuation(game, law[k], i, nodes, held[h], last, steps) - now[k]
        subgame[:, :, i] = best[roots].T - worth[:, roots, i]
        for j, r in enumerate(roots):
            for k in np.flatnonzero(apart.get(~r, False)).tolist():
                only = best_continuation(game, law[k], i, (r,), np.ones(1), last, steps)
                subgame[k, j, i] = only.max() - worth[k, r, i]
    return gains, subgame


def certified(
    game: ExtensiveGame,
    flats: FloatArray,
    held: list[FloatArray],
    *,
    tolerance: float | None = None,
    consistent: bool | None = None,
) -> list[Assessment]:
    """Check several profiles [K, n] with the same beliefs, in one pass over the tree for each player.

    `consistent` where the caller has shown it for any behaviour; by default it is decided here.
    """
    law = branch_probabilities(game, flats)
    probability, worth = reach(game, law), values(game, law)
    by_bayes, totals = bayes(game, probability)
    across = np.ascontiguousarray(law.T)
    roots = sorted({0, *game.subgame_roots()})
    count = len(flats)
    gains, subgame = _gains(game, law, across, worth, held, roots)
    inside = _within_subgames(game, across, roots, held)
    spread = np.ptp(game.payoffs, axis=0)
    # the second term is the rounding of payoffs that are large beside their differences
    zeros = (1e-11 + 8 * len(across) * _UNIT) * spread + 16 * _UNIT * np.abs(game.payoffs).max(axis=0)
    own = zeros[[s.player for s in game.sets]]
    limits = np.maximum(own, tolerance or 0.0)
    seen = np.array(totals).reshape(len(game.sets), count).T > 0
    tops = np.maximum.reduceat(gains, game.starts[:-1], axis=1) if game.sets else np.zeros((count, 0))
    errors = _belief_errors(game, held, by_bayes, seen)
    names = np.array([set_name(game, s) for s in game.sets], dtype=object)
    for array in (gains, *held):
        array.setflags(write=False)
    found = []
    for k, error in enumerate(errors.tolist()):
        agree = consistent
        if agree is None:
            agree = error <= _BELIEF and consistent_trembles(game, flats[k], held) is not None
        within = tops[k] > limits
        is_nash, is_perfect = bool((subgame[k, 0] <= zeros).all()), bool((subgame[k] <= zeros).all())
        kind = "none"
        for name, holds in (
            ("sequential", (tops[k] <= own).all() and agree),
            ("perfect Bayesian", (tops[k] <= own).all() and error <= _BELIEF and is_perfect and inside[k]),
            ("weak perfect Bayesian", (tops[k] <= own).all() and error <= _BELIEF and is_nash),
            ("subgame perfect", is_perfect),
            ("Nash", is_nash),
            ("epsilon-sequential", tolerance is not None and agree and not within.any()),
            ("epsilon-Nash", (subgame[k, 0] <= np.maximum(zeros, tolerance or 0.0)).all() and tolerance is not None),
        ):
            if holds:
                kind = name
                break
        own_gains, payoffs = game.parts(gains[k]), worth[k, 0].copy()
        payoffs.setflags(write=False)
        certificate = AssessmentCertificate(
            ok=kind != "none",
            kind=kind,
            max_gain=max(float(tops[k].max(initial=0.0)), 0.0),
            where=_furthest(game, flats[k], tops[k], limits, own_gains),
            irrational=tuple(names[within].tolist()),
            sets=len(game.sets),
            consistent=bool(agree),
            bayes_error=error,
            unreached=tuple(names[~seen[k]].tolist()),
            nash_gain=max(float(subgame[k, 0].max()), 0.0),
            subgame_gain=max(float(subgame[k].max()), 0.0),
            tolerance=float(limits.max(initial=0.0)),
            gains=own_gains,
            payoffs=payoffs,
        )
        found.append(Assessment(game.parts(flats[k].copy()), tuple(held), payoffs, certificate, game))
    return found


def _belief_errors(
    game: ExtensiveGame, held: list[FloatArray], by_bayes: list[FloatArray], seen: BoolArray
) -> FloatArray:
    """How far beliefs are from Bayes' rule at the sets that each profile reaches, [K]."""
    errors = np.zeros(len(seen))
    for h, s in enumerate(game.sets):
        if len(s.nodes) > 1:
            np.maximum(errors, np.where(seen[:, h], np.abs(held[h] - by_bayes[h]).max(axis=1), 0.0), out=errors)
    return errors


def _furthest(
    game: ExtensiveGame, flat: FloatArray, tops: FloatArray, limits: FloatArray, gains: Sequence[FloatArray]
) -> Deviation:
    """Where the most is gained, sets at which that is more than rounding first."""
    if not game.sets:
        return Deviation(game.players[0], "the start", "nothing", 0.0)
    h = int(np.lexsort((-tops, tops <= limits))[0])
    s = game.sets[h]
    every, weight = np.arange(len(s.actions)), game.parts(flat)[h]
    act = deviating(every, int(np.argmax(gains[h])), gains[h], weight, float(limits[h]))
    action = "" if act is None else s.actions[act]
    return Deviation(game.players[s.player], s.label, action, max(float(tops[h]), 0.0))


def consistent_anyhow(game: ExtensiveGame, held: list[FloatArray]) -> bool:
    """Whether trembles give these beliefs where the nodes of a set differ in what chance did: any do, or none."""
    mixed = np.repeat(1.0 / np.array(game.sizes), game.sizes)
    return consistent_trembles(game, mixed, held) is not None


def _within_subgames(game: ExtensiveGame, law: FloatArray, roots: list[int], held: list[FloatArray]) -> BoolArray:
    """Whether beliefs [K] follow Bayes' rule at the sets that play from the root of a subgame reaches.

    All nodes of a set lie in the same subgames, so the innermost one decides.
    """
    weight, starts = np.ones(law.shape), set(roots)
    parents = game.parents.tolist()
    for node in range(1, len(law)):
        if node not in starts:
            np.multiply(weight[parents[node]], law[node], out=weight[node])
    good = np.ones(law.shape[1], dtype=bool)
    for s, mu in zip(game.sets, held, strict=True):
        if len(s.nodes) > 1:
            own = weight[list(s.nodes)]
            total = own.sum(axis=0)
            good &= ~(np.abs(own - mu[:, None] * total).max(axis=0) > _BELIEF * total)
    return good


def _entries(game: ExtensiveGame, given: Any, field: str) -> list[Any]:
    """One entry per information set from a sequence or a mapping by label; None where missing."""
    if isinstance(given, Mapping):
        found: list[Any] = [None] * len(game.sets)
        for key, value in given.items():
            label, who = (key[1], key[0]) if isinstance(key, tuple) else (key, None)
            h = game.set_index(label, who)
            if found[h] is not None:
                raise InvalidGame(f"{field} names {label!r} twice; allowed: one entry per information set.")
            found[h] = value
        return found
    if isinstance(given, (str, bytes)) or not hasattr(given, "__len__") or len(given) != len(game.sets):
        invalid(field, given, f"one entry per information set, {len(game.sets)} of them, or a mapping by label")
    return list(given)


def _profile(game: ExtensiveGame, given: object) -> list[FloatArray]:
    found = []
    for s, own in zip(game.sets, _entries(game, given, "profile"), strict=True):
        name = f"profile at {s.label!r}"
        if own is None:
            raise InvalidGame(f"{name} is missing; allowed: behaviour at every information set.")
        if isinstance(own, str):
            own = {own: 1.0}
        if isinstance(own, Mapping):
            unknown = [a for a in own if a not in s.actions]
            if unknown:
                raise InvalidGame(f"{name}: action {unknown[0]!r} is unknown. {close_matches(unknown[0], s.actions)}")
            own = [own.get(a, 0.0) for a in s.actions]
        found.append(check_law(name, own, len(s.actions), "probabilities, one per action,"))
    return found


def _beliefs(game: ExtensiveGame, given: object, by_bayes: list[FloatArray]) -> list[FloatArray]:
    if given is None:
        return by_bayes
    entries = _entries(game, given, "beliefs")
    return [
        rule if own is None else check_law(f"beliefs at {s.label!r}", own, len(s.nodes), "probabilities, one per node,")
        for s, own, rule in zip(game.sets, entries, by_bayes, strict=True)
    ]
