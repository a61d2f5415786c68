"""Public threats and escalation with private costs: trees of many types, and the cut-offs that play them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from armsgame._checks import check_whole, number, pair, probability, whole
from armsgame._cost import require
from armsgame._typing import FloatArray
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome
from armsgame.treaty.closed_forms import ultimatum
from armsgame.treaty.crises.ultimatum_tree import midpoints

Behaviour = Mapping[tuple[str, str], Mapping[str, float]]


def public_threat(
    win_probability: float,
    audience_cost: float,
    cost_max_sender: float,
    cost_max_target: float,
    *,
    types: int = 10,
    players: tuple[str, str] = ("sender", "target"),
) -> ExtensiveGame:
    """Threat before an audience, as a tree with `types` equally likely costs on either side.

    Parameters
    ----------
    win_probability, audience_cost, cost_max_sender, cost_max_target : float
        As `treaty.ultimatum.public_threat`.
    types : int
        Cells into which each uniform cost is cut.
    players : two labels

    Returns
    -------
    ExtensiveGame

    Examples
    --------
    >>> import armsgame as ag
    >>> where = dict(win_probability=0.4, audience_cost=0.2, cost_max_sender=1.5, cost_max_target=1.2)
    >>> game = public_threat(**where, types=5)
    >>> found = ag.trees.verify_assessment(game, public_threat_profile(**where, types=5), tolerance=0.3)
    >>> round(found.outcome_probabilities()["conflict"], 6), found.certificate.kind
    (0.333333, 'epsilon-sequential')
    """
    p, a = float(probability("win_probability", win_probability)), float(number("audience_cost", audience_cost, 0))
    sender = midpoints(0, float(number("cost_max_sender", cost_max_sender, 0, open_low=True)), types)
    target = midpoints(0, float(number("cost_max_target", cost_max_target, 0, open_low=True)), types)
    one, two = players

    def play(i: int, j: int) -> Move:
        war = Outcome("conflict", (p - sender[i], 1 - p - target[j]))
        back = Outcome("backed down", (-a, 1.0))
        resisted = Move(one, f"cost {i}, resisted", {"fight": war, "back down": back})
        told = Move(two, f"cost {j}, threatened", {"resist": resisted, "concede": Outcome("concession", (1.0, 0.0))})
        return Move(one, f"cost {i}", {"threaten": told, "be silent": Outcome("status quo", (0.0, 1.0))})

    count = len(sender)
    draws = {f"costs {i}, {j}": (1 / count**2, play(i, j)) for i in range(count) for j in range(count)}
    return ExtensiveGame(players, Chance(draws), title="public threat")


def public_threat_profile(
    win_probability: float,
    audience_cost: float,
    cost_max_sender: float,
    cost_max_target: float,
    *,
    types: int = 10,
    players: tuple[str, str] = ("sender", "target"),
) -> Behaviour:
    """Cut-off equilibrium of the continuous game, played by the cells of `public_threat`.

    A cell that a cut-off divides mixes in proportion, so that outcomes have exactly the
    probabilities of the closed form; what such a cell could gain falls with its width.

    Returns
    -------
    mapping from (player, information set) to action probabilities
    """
    require("tree", nodes=check_whole("types", types))
    found = ultimatum.public_threat(win_probability, audience_cost, cost_max_sender, cost_max_target)
    one, two = players
    would = min(1.0, (win_probability + audience_cost) / cost_max_sender)
    fight = found.threat - found.bluff
    bluff = found.bluff / (1 - would) if would < 1 else 0.0
    able, threat = _below(would, types), _below(float(fight), types)
    resist = _below(float(found.resist), types)
    out: dict[tuple[str, str], Mapping[str, float]] = {}
    for i in range(types):
        sends = threat[i] + (1 - able[i]) * bluff
        # off the path a cell does what its types would do
        fights = threat[i] / sends if sends > 0 else able[i]
        out[one, f"cost {i}"] = {"threaten": sends, "be silent": 1 - sends}
        out[one, f"cost {i}, resisted"] = {"fight": fights, "back down": 1 - fights}
        out[two, f"cost {i}, threatened"] = {"resist": resist[i], "concede": 1 - resist[i]}
    return out


def escalation(
    prize: float,
    war_cost_max: tuple[float, float],
    audience_cost: tuple[float, float],
    *,
    types: int = 4,
    steps: int = 8,
    players: tuple[str, str] = ("first", "second"),
) -> ExtensiveGame:
    """Crisis in which backing down costs more at each step, up to the horizon of the continuous game.

    Parameters
    ----------
    prize, war_cost_max, audience_cost : as `treaty.ultimatum.escalation`
    types : int
        Cells into which each side's value of war, uniform on [-W, 0], is cut.
    steps : int
        Steps between time 0 and the horizon; at each both choose at once to escalate or to quit.
        Who quits pays its audience cost; the other, if it stays, gets the prize. After
        the last step those who are left fight.
    players : two labels

    Returns
    -------
    ExtensiveGame
        Type 0 has the best value of war.

    Examples
    --------
    >>> import armsgame as ag
    >>> game = escalation(1.0, (2.0, 2.0), (1.0, 1.0), types=2, steps=4)
    >>> profile = escalation_profile(1.0, (2.0, 2.0), (1.0, 1.0), types=2, steps=4)
    >>> found = ag.trees.verify_assessment(game, profile, tolerance=0.5)
    >>> round(found.outcome_probabilities()["war"], 6)
    0.25
    """
    v = float(number("prize", prize, 0, open_low=True))
    costs = pair("war_cost_max", war_cost_max, 0, open_low=True)
    slopes = pair("audience_cost", audience_cost, 0, open_low=True)
    count = int(whole("steps", steps, 1))
    require("tree", nodes=count)
    horizon = ultimatum.escalation(v, costs, slopes).horizon
    war = [-midpoints(0, float(w), types) for w in costs]
    one, two = players

    def play(i: int, j: int, k: int) -> Move | Outcome:
        if k > count:
            return Outcome("war", (war[0][i], war[1][j]))
        pay = [-float(a) * horizon * k / count for a in slopes]
        stays = {"escalate": play(i, j, k + 1), "quit": Outcome(f"{two} backs down", (v, pay[1]))}
        leaves = {
            "escalate": Outcome(f"{one} backs down", (pay[0], v)),
            "quit": Outcome("both back down", (pay[0], pay[1])),
        }
        at = f"type {j}, step {k}"
        return Move(one, f"type {i}, step {k}", {"escalate": Move(two, at, stays), "quit": Move(two, at, leaves)})

    draws = {f"types {i}, {j}": (1 / types**2, play(i, j, 0)) for i in range(types) for j in range(types)}
    return ExtensiveGame(players, Chance(draws), title="escalation")


def escalation_profile(
    prize: float,
    war_cost_max: tuple[float, float],
    audience_cost: tuple[float, float],
    *,
    types: int = 4,
    steps: int = 8,
    players: tuple[str, str] = ("first", "second"),
) -> Behaviour:
    """Equilibrium of the continuous escalation, played by the cells and steps of `escalation`.

    Quit times follow F_j(t) = [F_j(0) v + a_i t]/(v + a_i t), each step taking the quits since
    the one before; only types that would rather quit than fight at the horizon ever do.

    Returns
    -------
    mapping from (player, information set) to action probabilities
    """
    require("tree", nodes=check_whole("types", types) * check_whole("steps", steps))
    found = ultimatum.escalation(prize, war_cost_max, audience_cost)
    times = found.horizon * np.arange(steps + 1) / steps
    out: dict[tuple[str, str], Mapping[str, float]] = {}
    for side, name in enumerate(players):
        rise = audience_cost[1 - side] * times
        quits = (found.quit_at_once[side] * prize + rise) / (prize + rise)
        total = quits[-1]
        share = quits / total if total > 0 else np.zeros(steps + 1)
        # cells with a good value of war come first and stay
        soft = 1 - _below(1 - total, types)
        for i in range(types):
            gone = soft[i] * np.concatenate([[0.0], share])
            left = 1 - gone[:-1]
            hazard = np.where(left > 1e-15, np.diff(gone) / np.maximum(left, 1e-15), 1.0)
            for k in range(steps + 1):
                q = float(np.clip(hazard[k], 0, 1))
                out[name, f"type {i}, step {k}"] = {"escalate": 1 - q, "quit": q}
    return out


def _below(cut: float, count: int) -> FloatArray:
    """Share of each of `count` equal cells of [0, 1] that lies below a cut-off."""
    return np.clip(cut * count - np.arange(count), 0.0, 1.0)
