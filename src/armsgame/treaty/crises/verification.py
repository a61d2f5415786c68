"""Verification offers: cheap talk, costly access, a display that tells, the snub, and the pretext."""

from __future__ import annotations

from collections.abc import Sequence

from armsgame._checks import number, probability
from armsgame._typing import ArrayLike, Number
from armsgame.errors import invalid
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome


def costly_offer(
    prior: ArrayLike,
    intensities: Sequence[float],
    belief_benefit: ArrayLike,
    cost_compliant: ArrayLike,
    cost_violating: ArrayLike,
    *,
    gain: ArrayLike = 1.0,
    loss: ArrayLike = 1.0,
    players: tuple[str, str] = ("displayer", "receiver"),
) -> ExtensiveGame:
    """Offers of access of some intensity, to a receiver who then stays or leaves.

    Parameters
    ----------
    prior : float or array ``[*B]``
        P(the displaying party violates).
    intensities : sequence of floats, at least 0
        What it may offer; with costs of 0 the offer is cheap talk.
    belief_benefit : float or array
        Its gain if the receiver stays.
    cost_compliant, cost_violating : float or array, at least 0
        Cost per unit of intensity. Which is larger is itself contested.
    gain, loss : float or array
        Receiver's gain from staying with a compliant party and loss with a violating one.
    players : two labels

    Returns
    -------
    ExtensiveGame
        `perfect_bayesian` lists its equilibria, `intuitive_criterion` keeps the least costly
        separating one (Spence 1973; Riley 1979; Cho and Kreps 1987).

    Examples
    --------
    >>> import armsgame as ag
    >>> game = costly_offer(0.6, [0.0, 0.4, 0.7, 0.8], 1.0, 0.3, 1.5)
    >>> {one.at("compliant")["access 0.7"] for one in ag.trees.intuitive_criterion(ag.trees.perfect_bayesian(game))}
    {1.0}
    """
    pi, benefit = probability("prior", prior), number("belief_benefit", belief_benefit, 0)
    cost = {"compliant": number("cost_compliant", cost_compliant, 0)}
    cost["violating"] = number("cost_violating", cost_violating, 0)
    stake = {"compliant": number("gain", gain, 0), "violating": -number("loss", loss, 0)}
    levels = {f"access {float(number('intensities', x, 0)):.6g}": float(x) for x in intensities}
    if len(levels) != len(intensities) or not levels:
        invalid("intensities", intensities, "at least one, all different at six digits")

    def payoffs(kind: str, offer: str, reply: str) -> tuple[Number, Number]:
        stays = float(reply == "stay")
        return stays * benefit - cost[kind] * levels[offer], stays * stake[kind]

    return ExtensiveGame.signalling(
        {"compliant": 1 - pi, "violating": pi},
        list(levels),
        ["stay", "leave"],
        payoffs,
        players=players,
        title="costly offer",
    )


def display(
    prior: ArrayLike,
    pass_compliant: ArrayLike,
    pass_violating: ArrayLike,
    *,
    gain: ArrayLike = 1.0,
    loss: ArrayLike = 1.0,
    attend_cost: ArrayLike = 0.0,
    players: tuple[str, str] = ("receiver", "displayer"),
) -> ExtensiveGame:
    """Display that the receiver attends or snubs before it stays or leaves.

    Parameters
    ----------
    prior : float or array ``[*B]``
        P(the displaying party violates).
    pass_compliant, pass_violating : float or array
        P(pass | type).
    gain, loss : float or array
    attend_cost : float or array
    players : two labels

    Returns
    -------
    ExtensiveGame
        `backward_induction` solves it. The value of attending over snubbing is
        `treaty.verification.display(...).value_of_information` less the cost.

    Examples
    --------
    >>> import armsgame as ag
    >>> values = [ag.trees.backward_induction_batch(display(0.7, 0.9, s, attend_cost=0.01)) for s in (0.8, 0.05)]
    >>> [round(float(v.payoffs[0]), 3) for v in values]
    [0.0, 0.225]
    """
    pi = probability("prior", prior)
    passes = (probability("pass_compliant", pass_compliant), probability("pass_violating", pass_violating))
    stakes = (number("gain", gain, 0), -number("loss", loss, 0))
    cost = number("attend_cost", attend_cost, 0)
    one = players[0]

    def decide(at: str, k: int, paid: Number) -> Move:
        stay, leave = Outcome("stay", (stakes[k] - paid, 1.0)), Outcome("leave", (-paid, 0.0))
        return Move(one, at, {"stay": stay, "leave": leave})

    def offered(k: int) -> Move:
        after = [decide(f"after a {word}", k, cost) for word in ("pass", "fail")]
        shown = Chance({"pass": (passes[k], after[0]), "fail": (1 - passes[k], after[1])})
        return Move(one, "the offer", {"snub": decide("after the snub", k, 0.0), "attend": shown})

    return ExtensiveGame(
        players, Chance({"compliant": (1 - pi, offered(0)), "violating": (pi, offered(1))}), title="display"
    )


def verification_offer(
    prior: ArrayLike,
    pass_compliant: ArrayLike,
    pass_violating: ArrayLike,
    *,
    offer_cost_compliant: ArrayLike = 0.0,
    offer_cost_violating: ArrayLike = 0.0,
    gain: ArrayLike = 1.0,
    loss: ArrayLike = 1.0,
    attend_cost: ArrayLike = 0.0,
    belief_benefit: ArrayLike = 1.0,
    players: tuple[str, str] = ("displayer", "receiver"),
) -> ExtensiveGame:
    """Offer of a display by a party that knows what it has, answered by attendance or a snub.

    Parameters
    ----------
    prior, pass_compliant, pass_violating, gain, loss, attend_cost : as `display`
    offer_cost_compliant, offer_cost_violating : float or array
        Cost of a display that is attended, for instance of secrets.
    belief_benefit : float or array
        Gain of the displaying party if the receiver stays.
    players : two labels

    Returns
    -------
    ExtensiveGame
        `agent_branch` finds an equilibrium, `verify_assessment` checks any.

    Examples
    --------
    >>> import armsgame as ag
    >>> game = verification_offer(0.3, 0.95, 0.05, attend_cost=0.02)
    >>> end = ag.trees.agent_branch(game).equilibrium
    >>> round(end.at("compliant")["offer"], 6), end.at("offered")["attend"]
    (1.0, 1.0)
    """
    pi, benefit = probability("prior", prior), number("belief_benefit", belief_benefit, 0)
    passes = (probability("pass_compliant", pass_compliant), probability("pass_violating", pass_violating))
    paid = (number("offer_cost_compliant", offer_cost_compliant), number("offer_cost_violating", offer_cost_violating))
    stakes = (number("gain", gain, 0), -number("loss", loss, 0))
    cost = number("attend_cost", attend_cost, 0)
    one, two = players

    def decide(at: str, k: int, own: Number, other: Number) -> Move:
        stay, leave = Outcome("stay", (benefit - own, stakes[k] - other)), Outcome("leave", (0.0 - own, 0.0 - other))
        return Move(two, at, {"stay": stay, "leave": leave})

    def known(k: int, kind: str) -> Move:
        after = [decide(f"after a {word}", k, paid[k], cost) for word in ("pass", "fail")]
        shown = Chance({"pass": (passes[k], after[0]), "fail": (1 - passes[k], after[1])})
        answer = Move(two, "offered", {"attend": shown, "snub": decide("after the snub", k, 0.0, 0.0)})
        return Move(one, kind, {"offer": answer, "no offer": decide("without an offer", k, 0.0, 0.0)})

    draws = {"compliant": (1 - pi, known(0, "compliant")), "violating": (pi, known(1, "violating"))}
    return ExtensiveGame(players, Chance(draws), title="verification offer")


def pretext(
    prior: ArrayLike,
    value_of_information: ArrayLike,
    attend_cost: ArrayLike,
    exit_gain: ArrayLike,
    pass_probability: ArrayLike,
    blame: ArrayLike,
    *,
    blame_right: ArrayLike = 1.0,
    blame_wrong: ArrayLike = 1.0,
    players: tuple[str, str] = ("enforcer", "allies"),
) -> ExtensiveGame:
    """Enforcer who is sincere or wants a pretext, in front of allies who see whether it attends.

    Parameters
    ----------
    prior : float or array ``[*B]``
        P(the enforcer wants out).
    value_of_information : float or array
        What seeing the display is worth to a sincere enforcer (`verification.display`).
    attend_cost : float or array
        Cost of attending, to both types.
    exit_gain : float or array
        What leaving is worth to one who wants out; a pass takes the ground away.
    pass_probability : float or array
        P(the display is passed), in the eyes of the enforcer.
    blame : float or array
        Loss of an enforcer whom the allies blame for its refusal.
    blame_right, blame_wrong : float or array
        Gain of the allies from blaming a pretext, and loss from blaming a sincere refusal: they blame from the
        belief wrong/(right + wrong) on.
    players : two labels

    Returns
    -------
    ExtensiveGame
        A signalling game: `perfect_bayesian`. Where blame exceeds the cost of attending there may be two equilibria:
        both refuse, or the sincere attend so as not to be taken for the other type.

    Examples
    --------
    A display that can tell nothing: both types refuse, and the refusal leaves the prior where it was.

    >>> import armsgame as ag
    >>> (one,) = ag.trees.perfect_bayesian(pretext(0.3, 0.0, 0.05, 1.0, 0.9, 0.04))
    >>> round(one.belief("refused")["wants out, refuse"], 6)
    0.3
    """
    rho, passed = probability("prior", prior), probability("pass_probability", pass_probability)
    v, cost = number("value_of_information", value_of_information, 0), number("attend_cost", attend_cost, 0)
    out, harm = number("exit_gain", exit_gain), number("blame", blame, 0)
    right, wrong = number("blame_right", blame_right, 0), number("blame_wrong", blame_wrong, 0)
    one, two = players

    def kind(name: str, attends: Number, refuses: Number, due: Number) -> Move:
        replies = {
            "blame": Outcome("refused, blamed", (refuses - harm, due)),
            "follow": Outcome("refused, followed", (refuses, 0.0)),
        }
        moves = {"attend": Outcome("attended", (attends - cost, 0.0)), "refuse": Move(two, "refused", replies)}
        return Move(one, name, moves)

    draws = {
        "sincere": (1 - rho, kind("sincere", v, 0.0, -wrong)),
        "wants out": (rho, kind("wants out", (1 - passed) * out, out, right)),
    }
    return ExtensiveGame(players, Chance(draws), title="pretext")
