"""A demand with a deadline, and alternating offers, as trees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from armsgame._checks import number, pair, probability, whole
from armsgame._cost import require
from armsgame._typing import ArrayLike
from armsgame.errors import invalid
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome

_MOST_NODES = 50_000


def deadline(
    credibility: ArrayLike,
    loss: ArrayLike,
    costs: Sequence[ArrayLike],
    rate_per_day: ArrayLike,
    days: ArrayLike,
    *,
    players: tuple[str, str] = ("demander", "addressee"),
) -> ExtensiveGame:
    """Ultimatum that needs the will to comply and the technical time to do so.

    Parameters
    ----------
    credibility, loss : float or array ``[*B]``
        P(the threat is carried out), and the addressee's loss if it is.
    costs : sequence of floats or arrays
        Cost of complying of equally likely types, due on completion (`midpoints` of a range).
    rate_per_day, days : float or array
        The time to comply is exponential with this rate.
    players : two labels

    Returns
    -------
    ExtensiveGame
        The demander gains 1 by completion; `backward_induction` solves it.

    Examples
    --------
    >>> import armsgame as ag
    >>> game = deadline(0.8, 1.0, ag.treaty.crises.midpoints(0, 1.5, 15), 0.02, 60)
    >>> found = ag.trees.backward_induction_batch(game)
    >>> round(float(found.payoffs[0]), 4), round(ag.treaty.ultimatum.deadline(0.8, 1, 1.5, 0.02, 60).comply, 4)
    (0.3727, 0.3727)
    """
    q, harm = probability("credibility", credibility), number("loss", loss, 0)
    rate, time = number("rate_per_day", rate_per_day, 0), number("days", days, 0)
    kinds = [number(f"costs[{k}]", v, 0) for k, v in enumerate(costs)]
    if not kinds:
        invalid("costs", costs, "at least one type")
    done = -np.expm1(-rate * time)

    def after(k: int) -> Move:
        late = Outcome("not in time", (0.0, -q * harm))
        works = Chance({"in time": (done, Outcome("complied", (1.0, -kinds[k]))), "late": (1 - done, late)})
        return Move(players[1], f"type {k}", {"comply": works, "refuse": Outcome("refused", (0.0, -q * harm))})

    return ExtensiveGame(
        players, Chance({f"type {k}": (1 / len(kinds), after(k)) for k in range(len(kinds))}), title="deadline"
    )


def alternating_offers(
    discounts: Sequence[ArrayLike],
    shares: Sequence[ArrayLike],
    rounds: int,
    *,
    walk_away: Sequence[ArrayLike] | None = None,
    end: Sequence[ArrayLike] = (0.0, 0.0),
    players: tuple[str, str] = ("first", "second"),
) -> ExtensiveGame:
    """Alternating offers on a unit pie for a few rounds, with or without the option to walk away.

    Parameters
    ----------
    discounts : pair of floats
        Per round.
    shares : sequence of floats
        Shares of the *first* player that may be offered.
    rounds : int
        The first player makes the first offer; its number of nodes grows as len(shares)**rounds.
    walk_away : pair of floats, optional
        What each gets if the player who answers leaves, at that round.
    end : pair of floats
        Payoffs after the last refusal, one round later: a disagreement, or continuation values.
    players : two labels

    Returns
    -------
    ExtensiveGame
        Of perfect information: `backward_induction`.

    Raises
    ------
    InvalidGame
        More than 50,000 nodes.

    Notes
    -----
    With Rubinstein's shares as `end`, and among `shares`, every round is worth those shares
    (Rubinstein 1982); walking away matters only if it is worth more than waiting (Binmore, Shaked and Sutton 1989).

    Examples
    --------
    >>> import armsgame as ag
    >>> game = alternating_offers((0.9, 0.9), [0.4, 0.5], 2, walk_away=(0.0, 0.6))
    >>> ag.backward_induction(game)[0].outcome_probabilities()["round 1: 0.4"]
    1.0
    """
    delta = pair("discounts", discounts, 0)
    last = pair("end", end)
    leave = None if walk_away is None else pair("walk_away", walk_away)
    count = int(whole("rounds", rounds, 1))
    require("tree", nodes=count)
    offers = [float(probability(f"shares[{k}]", v)) for k, v in enumerate(shares)]
    if not offers or len({f"{x:.6g}" for x in offers}) != len(offers):
        invalid("shares", shares, "at least one share, all different at six digits")
    if len(offers) ** count > _MOST_NODES:
        invalid("rounds", rounds, f"at most {_MOST_NODES} paths; {len(offers)} shares give {len(offers) ** count}")

    def play(k: int, history: str) -> Move | Outcome:
        now = tuple(d**k for d in delta)
        if k == count:
            return Outcome("no agreement", (now[0] * last[0], now[1] * last[1]))
        proposer, other = players[k % 2], players[1 - k % 2]
        options = {}
        for x in offers:
            name = f"round {k + 1}: {x:.6g}"
            answers = {
                "accept": Outcome(name, (now[0] * x, now[1] * (1 - x))),
                "refuse": play(k + 1, f"{history}{x:.6g}, "),
            }
            if leave is not None:
                answers["walk away"] = Outcome("walked away", (now[0] * leave[0], now[1] * leave[1]))
            options[f"{x:.6g}"] = Move(other, f"answer to {history}{x:.6g}", answers)
        return Move(proposer, f"offer after {history or 'nothing'}", options)

    return ExtensiveGame(players, play(0, ""), title="alternating offers")
