"""The independent checker of trees: rationality at every information set, beliefs, and what they prove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.errors import InvalidGame, WrongConcept, close_matches, invalid
from armsgame.games.assessment import Assessment, AssessmentCertificate, set_name
from armsgame.games.consistency import consistent_trembles
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.result import Deviation
from armsgame.games.tree_values import bayes, best_continuation, branch_probabilities, last_nodes, reach, values

__all__ = ["verify_assessment"]

_UNIT = float(np.finfo(np.float64).eps)
_SUM, _BELIEF = 1e-6, 1e-8


def verify_assessment(
    game: ExtensiveGame,
    profile: Sequence[Any] | Mapping[str, Any],
    beliefs: Mapping[str, Any] | Sequence[Any] | None = None,
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
        The game is no ExtensiveGame, or has batch axes.

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
    >>> from armsgame.games.pieces import Move
    >>> trust = ExtensiveGame(["one", "two"], Move("one", "start", {
    ...     "trust": Move("two", "trusted", {"honour": (1, 1), "abuse": (-1, 2)}), "not": (0, 0)}))
    >>> verify_assessment(trust, {"start": "not", "trusted": "abuse"}).certificate.kind
    'sequential'
    >>> print(verify_assessment(trust, {"start": "not", "trusted": "honour"}).certificate)
    not an equilibrium (irrational at 2 of 2 information sets, beliefs consistent, tolerance ...); ...
    """
    if not isinstance(game, ExtensiveGame):
        raise WrongConcept(
            f"assessments belong to an ExtensiveGame, not to a {type(game).__name__}. For a StageGame ask "
            "verify_stage, for play in time verify."
        )
    if game.batch:
        raise WrongConcept(f"one game is checked at a time; this one has batch axes {game.batch}. Index it.")
    if tolerance is not None and not 0 <= tolerance < np.inf:
        invalid("tolerance", tolerance, "a number of at least 0")
    flat = np.concatenate(_profile(game, profile)) if game.sets else np.zeros(0)
    law = branch_probabilities(game, flat)
    probability, worth = reach(game, law), values(game, law)
    by_bayes, totals = bayes(game, probability)
    held = _beliefs(game, beliefs, by_bayes)
    last = last_nodes(game)
    spread = np.ptp(game.payoffs, axis=0)
    # the second term is the rounding of payoffs that are large beside their differences
    zeros = (1e-11 + 8 * len(law) * _UNIT) * spread + 16 * _UNIT * np.abs(game.payoffs).max(axis=0)
    gains, names, tops = [], [], []
    for s, mu in zip(game.sets, held, strict=True):
        ahead = best_continuation(game, law, s.player, s.nodes, mu, last)
        gains.append(ahead - float(mu @ worth[list(s.nodes), s.player]))
        names.append(set_name(game, s))
        tops.append(float(gains[-1].max()))
    limits = [max(zeros[s.player], tolerance or 0.0) for s in game.sets]
    rational = all(t <= zeros[s.player] for t, s in zip(tops, game.sets, strict=True))
    within = tuple(n for n, t, z in zip(names, tops, limits, strict=True) if t > z)
    off = [float(np.abs(m - b).max()) for m, b, t in zip(held, by_bayes, totals, strict=True) if t > 0]
    error = max(off, default=0.0)
    consistent = error <= _BELIEF and consistent_trembles(game, flat, held) is not None
    subgame = [
        (float(best_continuation(game, law, i, (r,), np.ones(1), last).max() - worth[r, i]), i, r)
        for r in sorted({0, *game.subgame_roots()})
        for i in range(len(game.players))
    ]
    nash = max(g for g, _, r in subgame if r == 0)
    is_nash = all(g <= zeros[i] for g, i, r in subgame if r == 0)
    is_perfect = all(g <= zeros[i] for g, i, _ in subgame)
    roots_bayes = all(_bayes_in(game, law, r, held) for r in game.subgame_roots())
    if rational and consistent:
        kind = "sequential"
    elif rational and error <= _BELIEF and is_perfect and roots_bayes:
        kind = "perfect Bayesian"
    elif rational and error <= _BELIEF and is_nash:
        kind = "weak perfect Bayesian"
    elif is_perfect:
        kind = "subgame perfect"
    elif is_nash:
        kind = "Nash"
    elif tolerance is not None and consistent and not within:
        kind = "epsilon-sequential"
    elif tolerance is not None and all(g <= max(zeros[i], tolerance) for g, i, r in subgame if r == 0):
        kind = "epsilon-Nash"
    else:
        kind = "none"
    where = Deviation(game.players[0], "the start", "nothing", 0.0)
    if game.sets:
        h = max(range(len(tops)), key=lambda k: (tops[k] > limits[k], tops[k]))
        s = game.sets[h]
        where = Deviation(game.players[s.player], s.label, s.actions[int(np.argmax(gains[h]))], max(tops[h], 0.0))
    payoffs = worth[0]
    for array in (*gains, *held, payoffs):
        array.setflags(write=False)
    certificate = AssessmentCertificate(
        ok=kind != "none",
        kind=kind,
        max_gain=max([*tops, 0.0]),
        where=where,
        irrational=within,
        sets=len(game.sets),
        consistent=consistent,
        bayes_error=error,
        unreached=tuple(n for n, t in zip(names, totals, strict=True) if not t > 0),
        nash_gain=max(nash, 0.0),
        subgame_gain=max(max(g for g, _, _ in subgame), 0.0),
        tolerance=float(max(limits, default=0.0)),
        gains=tuple(gains),
        payoffs=payoffs,
    )
    return Assessment(tuple(np.array(own) for own in game.parts(flat)), tuple(held), payoffs, certificate, game)


def _bayes_in(game: ExtensiveGame, law: FloatArray, root: int, held: Sequence[FloatArray]) -> bool:
    """Whether beliefs follow Bayes' rule at the sets that play from `root` reaches."""
    inside, totals = bayes(game, reach(game, law, root))
    return all(
        not t > 0 or float(np.abs(m - b).max()) <= _BELIEF for m, b, t in zip(held, inside, totals, strict=True)
    )


def _entries(game: ExtensiveGame, given: Any, field: str) -> list[Any]:
    """One entry per information set from a sequence or a mapping by label; None where missing."""
    if isinstance(given, Mapping):
        found: list[Any] = [None] * len(game.sets)
        for key, value in given.items():
            label, who = (key[1], key[0]) if isinstance(key, tuple) else (key, None)
            found[game.set_index(label, who)] = value
        return found
    if isinstance(given, (str, bytes)) or not hasattr(given, "__len__") or len(given) != len(game.sets):
        invalid(field, given, f"one entry per information set, {len(game.sets)} of them, or a mapping by label")
    return list(given)


def _profile(game: ExtensiveGame, given: Any) -> list[FloatArray]:
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
        found.append(_law(own, len(s.actions), name, "one per action"))
    return found


def _beliefs(game: ExtensiveGame, given: Any, by_bayes: list[FloatArray]) -> list[FloatArray]:
    if given is None:
        return by_bayes
    entries = _entries(game, given, "beliefs")
    return [
        rule if own is None else _law(own, len(s.nodes), f"beliefs at {s.label!r}", "one per node")
        for s, own, rule in zip(game.sets, entries, by_bayes, strict=True)
    ]


def _law(given: Any, size: int, name: str, what: str) -> FloatArray:
    try:
        law = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        invalid(name, given, f"{size} probabilities, {what}")
    # a comparison with NaN is false, so NaN is refused too
    if law.shape != (size,) or not (law.min() >= 0 and abs(law.sum() - 1) <= _SUM):
        invalid(name, given, f"{size} probabilities of at least 0 with sum 1, {what}")
    return np.asarray(law / law.sum())
