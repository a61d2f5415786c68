"""The status quo of a renegotiation: what going on from a public state is worth, after an alarm or under notice."""

from __future__ import annotations

import numpy as np

from armsgame._checks import check_discount, index_of
from armsgame.arithmetic.discounted import per_period
from armsgame.errors import WrongConcept, invalid
from armsgame.games.product import chain
from armsgame.treaty.policies import exit_on_alarm
from armsgame.treaty.treaty import Treaty

__all__ = ["status_quo"]


def status_quo(
    treaty: Treaty, state: str, *, discount: float, profile: tuple[object, object] = (exit_on_alarm, exit_on_alarm)
) -> tuple[float, float]:
    """Worth of going on with a treaty from a public state, for ``value_of_terms(..., disagreement=)``.

    Parameters
    ----------
    treaty : Treaty in force
    state : str, label of a state of its game, such as ``"in_force, Russia"`` after an alarm about Russia, or
        ``"notice(2)"``
    discount : float, per period
    profile : pair of policies that the parties follow while nothing is agreed

    Returns
    -------
    pair of float, utility per period of each party from that state on

    Raises
    ------
    InvalidGame
        An unknown state, one that no play of the profile reaches from the start, or a policy that does not fit.
    WrongConcept
        Not a treaty.

    Notes
    -----
    The state is entered as it is first reached in play from the start by any sequence of actions, so that the policies
    remember what led there. Parties who renegotiate live with this flow until they agree. A protocol counts gains over
    one number per party: that is exact where its rounds are short beside a period, so that the status quo does not
    move while they talk. Under notice `under_notice` makes each period of notice a round; the status quo then moves
    where freedom from the treaty adds something, that is where the outside option is not 0.

    Examples
    --------
    >>> import armsgame as ag
    >>> [round(v, 4) for v in status_quo(ag.Treaty(), "in_force, none", discount=0.95)]
    [0.8407, 0.8407]
    >>> status_quo(ag.Treaty().replace(outside_option=0.4), "withdrawn", discount=0.95)
    (0.4, 0.4)
    """
    if not isinstance(treaty, Treaty):
        raise WrongConcept(f"status_quo takes a Treaty, not a {type(treaty).__name__}; pass scenario.treaty(...).")
    delta = float(check_discount(discount))
    game = treaty.game()
    at = index_of(state, game.states, "state")
    product, law, pay, _ = chain(game, profile)
    places = np.flatnonzero(product.pairs[:, 0] == at)
    if len(places) == 0:
        invalid("state", state, "a state that some sequence of actions reaches from the start")
    value = per_period(law.toarray(), pay, delta)[int(places[0])]
    return float(value[0]), float(value[1])
