"""Two parties that move at once: reassurance in two rounds, and joint disclosure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

from armsgame._checks import number, pair, probability
from armsgame._typing import ArrayLike, FloatArray, Number
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome

_KINDS = ("trustworthy", "untrustworthy")


def reassurance(
    first_stake: ArrayLike,
    exploit_trustworthy: ArrayLike,
    exploit_untrustworthy: ArrayLike,
    sucker: ArrayLike,
    *,
    prior: ArrayLike,
    players: tuple[str, str] = ("first", "second"),
) -> ExtensiveGame:
    """Cooperate twice, for a small stake and then for the rest, not knowing the other's type.

    Parameters
    ----------
    first_stake, exploit_trustworthy, exploit_untrustworthy, sucker : float or array
        As `treaty.verification.reassurance`.
    prior : float or array
        P(a party is trustworthy), independently.
    players : two labels

    Returns
    -------
    ExtensiveGame
        `reassurance_profile` separates the types where that function says so.

    Examples
    --------
    >>> import armsgame as ag
    >>> crises = ag.treaty.crises
    >>> kinds = []
    >>> for prior in (0.45, 0.5):
    ...     game = crises.reassurance(0.8, 0.4, 1.6, 0.8, prior=prior)
    ...     beliefs = crises.limit_beliefs(game, crises.reassurance_profile())
    ...     kinds.append(ag.trees.verify_assessment(game, crises.reassurance_profile(), beliefs).certificate.ok)
    >>> kinds, round(ag.treaty.verification.reassurance(0.8, 0.4, 1.6, 0.8).low, 3)
    ([False, True], 0.485)
    """
    alpha, t = probability("first_stake", first_stake), probability("prior", prior)
    exploit = (
        number("exploit_trustworthy", exploit_trustworthy),
        number("exploit_untrustworthy", exploit_untrustworthy),
    )
    c = number("sucker", sucker, 0)

    def gets(mine: str, theirs: str, k: int) -> Number:
        if mine == theirs:
            return 1.0 * (mine == "cooperate")
        return -c if mine == "cooperate" else exploit[k]

    def play(i: int, j: int) -> Move:
        def second(a: str, b: str) -> Move:
            def end(x: str, y: str) -> Outcome:
                own = alpha * gets(a, b, i) + (1 - alpha) * gets(x, y, i)
                return Outcome(f"{a}/{b}, {x}/{y}", (own, alpha * gets(b, a, j) + (1 - alpha) * gets(y, x, j)))

            return _at_once(players, (f"{_KINDS[i]} after {a}/{b}", f"{_KINDS[j]} after {b}/{a}"), end)

        return _at_once(players, (_KINDS[i], _KINDS[j]), second)

    shares = (t, 1 - t)
    draws = {f"{_KINDS[i]}, {_KINDS[j]}": (shares[i] * shares[j], play(i, j)) for i, j in product((0, 1), repeat=2)}
    return ExtensiveGame(players, Chance(draws), title="reassurance in two rounds")


def reassurance_profile(players: tuple[str, str] = ("first", "second")) -> Mapping[tuple[str, str], str]:
    """Separation: the trustworthy cooperate, then do so again iff the other did; the untrustworthy never do.

    Returns
    -------
    mapping from (player, information set) to action
    """
    out: dict[tuple[str, str], str] = {}
    for who in players:
        for kind in _KINDS:
            good = kind == _KINDS[0]
            out[who, kind] = "cooperate" if good else "defect"
            for a, b in product(("cooperate", "defect"), repeat=2):
                again = good and b == "cooperate" and a == "cooperate"
                out[who, f"{kind} after {a}/{b}"] = "cooperate" if again else "defect"
    return out


def disclosure(
    prior: Sequence[ArrayLike],
    gain: Sequence[ArrayLike],
    secrecy: Sequence[ArrayLike],
    exposure: Sequence[ArrayLike],
    *,
    stigma: Sequence[ArrayLike] = (0.0, 0.0),
    players: tuple[str, str] = ("first", "second"),
) -> ExtensiveGame:
    """Joint disclosure of contested systems: both open, or it stays closed.

    Parameters
    ----------
    prior : pair of floats or arrays
        P(the party violates), each as the other sees it.
    gain : pair
        What seeing the other side's system is worth.
    secrecy : pair
        Loss of secrets from opening one's own, violating or not.
    exposure : pair
        Further loss of a violating party that opens.
    stigma : pair, at least 0
        Loss of a party that stays closed while the other is willing to open.
    players : two labels

    Returns
    -------
    ExtensiveGame
        A type opens, whatever the other is believed to be, iff gain + stigma is at least its loss, because
        disclosure is joint: an offer that meets a refusal costs nothing. Nobody opening is
        an equilibrium at any parameters.

    Examples
    --------
    >>> import armsgame as ag
    >>> game = disclosure((0.3, 0.3), (1.0, 1.0), (0.4, 0.4), (2.0, 2.0))
    >>> opens = {(who, kind): "open" if kind == "compliant" else "stay closed"
    ...          for who in game.players for kind in ("compliant", "violating")}
    >>> found = ag.trees.verify_assessment(game, opens)
    >>> found.certificate.kind, round(found.outcome_probabilities()["both open"], 6)
    ('sequential', 0.49)
    """
    chance = [probability(f"prior[{k}]", one) for k, one in enumerate(pair("prior", prior))]
    win, hide = pair("gain", gain), pair("secrecy", secrecy, 0)
    shown, shame = pair("exposure", exposure, 0), pair("stigma", stigma, 0)
    kinds = ("compliant", "violating")

    def play(i: int, j: int) -> Move:
        def end(x: str, y: str) -> Outcome:
            if x == y == "open":
                pay = [win[k] - hide[k] - shown[k] * kind for k, kind in ((0, i), (1, j))]
                return Outcome("both open", tuple(pay))
            alone = [-shame[k] * (own == "stay closed" and other == "open") for k, own, other in ((0, x, y), (1, y, x))]
            return Outcome("closed", tuple(alone))

        return _at_once(players, (kinds[i], kinds[j]), end, ("open", "stay closed"))

    def weight(i: int, j: int) -> FloatArray:
        return (chance[0] if i else 1 - chance[0]) * (chance[1] if j else 1 - chance[1])

    draws = {f"{kinds[i]}, {kinds[j]}": (weight(i, j), play(i, j)) for i, j in product((0, 1), repeat=2)}
    return ExtensiveGame(players, Chance(draws), title="joint disclosure")


def _at_once(
    players: tuple[str, str],
    at: tuple[str, str],
    then: Callable[[str, str], Move | Outcome],
    actions: tuple[str, str] = ("cooperate", "defect"),
) -> Move:
    """Both choose without seeing the other's choice."""
    return Move(players[0], at[0], {x: Move(players[1], at[1], {y: then(x, y) for y in actions}) for x in actions})
