"""The independent checker: deviations from a profile, on and off the path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, overload

from armsgame._checks import as_fraction, check_discount, check_flag, check_number
from armsgame._typing import Real
from armsgame.arithmetic.roots import Root
from armsgame.checkers.bayesian import verify_types
from armsgame.checkers.one_shot import verify_stage
from armsgame.errors import WrongConcept, invalid
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.coercion import game_of
from armsgame.games.deviation_gains import judge
from armsgame.games.product import product_of
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame, StochasticGame
from armsgame.results.bayesian import BayesianCertificate
from armsgame.results.certificates import Certificate, Deviation
from armsgame.results.one_shot import StageCertificate
from armsgame.strategies.automaton import Automaton
from armsgame.strategies.named import Strategy

__all__ = ["verify"]


@overload
def verify(
    game: StageGame,
    profile: Sequence[object],
    *,
    discount: None = None,
    exact: bool = False,
    tolerance: float | None = None,
    budget_seconds: float | None = None,
) -> StageCertificate: ...
@overload
def verify(
    game: BayesianGame,
    profile: object,
    *,
    discount: Real | None = None,
    exact: bool = False,
    tolerance: float | None = None,
    budget_seconds: float | None = None,
) -> BayesianCertificate: ...
@overload
def verify(
    game: Any,
    profile: Sequence[object],
    *,
    discount: Real | None = None,
    exact: bool = False,
    tolerance: float | None = None,
    budget_seconds: float | None = None,
) -> Certificate: ...
def verify(
    game: object,
    profile: Any,
    *,
    discount: Real | None = None,
    exact: bool = False,
    tolerance: float | None = None,
    budget_seconds: float | None = None,
) -> Certificate | StageCertificate | BayesianCertificate:
    """Check a profile for profitable deviations wherever some sequence of actions leads.

    Parameters
    ----------
    game : RepeatedGame, StochasticGame, StageGame or BayesianGame
    profile : sequence of Automaton or named strategy, one per player
        For a StageGame: one array of probabilities per player. For a BayesianGame: {party: {type: strategy}}.
    discount : float, Fraction or Root
        Per period, 0 <= discount < 1. Needed by games in time; a StageGame has none. With `exact` also an
        end that ``critical_discount(exact=True)`` found.
    exact : bool
        Solve in rational numbers. Floats are read as the simplest fraction that rounds to them.
    tolerance : float, optional
        An economic tolerance on gains; a profile that holds only within it is of kind "epsilon".
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Certificate
        Or `StageCertificate` for a StageGame (see `verify_stage`), or `BayesianCertificate` for a BayesianGame (see
        `verify_types`).

    Raises
    ------
    NotSolved
        The plans of a deviator did not converge.
    InvalidGame
        The profile does not fit the game, or discount is outside [0, 1).
    WrongConcept
        The game is not played in time, or a strategy reads its own unseen action.

    Notes
    -----
    One-shot deviation principle (Blackwell 1965; Mailath and Samuelson 2006, prop. 2.2.1 and
    7.1.1): with public strategies it suffices to test one-period deviations at every pair that
    some history produces. With a detection lag a party's own past conduct is private, so plans
    of any length are tested, at the histories in which nobody has deviated lately.

    Gains are normalised. In floats one counts as zero up to ``1e-11 (1 - discount)`` of the range of
    that party's payoffs plus a bound on rounding (``docs/theory/tolerances.md``).

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
    >>> ag.verify(ag.RepeatedGame(pd), (ag.mirror, ag.mirror), discount=0.7).kind
    'Nash'
    """
    game = game_of("verify", game, StageGame, RepeatedGame, StochasticGame, BayesianGame)
    if isinstance(game, StageGame):
        in_time = isinstance(profile, Iterable) and any(isinstance(own, (Automaton, Strategy)) for own in profile)
        if in_time or discount is not None:
            what = "an automaton" if in_time else "a discount factor"
            raise WrongConcept(
                f"{what} belongs to play in time; a StageGame is not repeated. Wrap it: RepeatedGame(stage)."
            )
        return verify_stage(game, profile, exact=exact, tolerance=tolerance)
    if discount is None:
        invalid("discount", discount, "0 <= discount < 1", "A game in time needs discount=, the factor per period.")
    check_discount(discount)
    check_flag("exact", exact)
    if tolerance is not None:
        check_number("tolerance", tolerance, 0, allowed="a finite gain of at least 0")
    if isinstance(game, BayesianGame):
        return verify_types(game, profile, discount=discount, exact=exact, tolerance=tolerance)
    product = product_of(game, profile, exact=exact)
    if product.play.private and game.imperfect:
        raise WrongConcept(
            "a strategy of this profile reads its own action, which nobody else sees; verify checks public "
            "strategies. Let next have shape [Q, Y]."
        )
    delta = (discount if isinstance(discount, Root) else as_fraction(discount)) if exact else float(discount)
    dyn = product.play.dynamics
    found = judge(product, delta, exact=exact)
    kind = ("perfect public" if game.imperfect else "subgame perfect") if found.perfect else "none"
    if not found.perfect:
        if tolerance is not None and found.gain <= tolerance:
            kind = "epsilon"
        elif found.nash:
            kind = "Nash"
    gain = found.gain if exact else float(found.gain)
    return Certificate(
        ok=kind not in ("Nash", "none"),
        kind=kind,
        max_gain=gain,
        where=Deviation(dyn.players[found.who], product.label(found.pair), found.action, gain),
        exact=exact,
        tolerance=found.zero if tolerance is None else max(found.zero, tolerance),
        discount=delta,
        values=tuple(v if exact else float(v) for v in found.values),
        pairs=found.pairs,
        nash_gain=None if kind not in ("Nash", "none") else found.nash_gain if exact else float(found.nash_gain),
        _source=(game, profile),
    )
