"""The recorded public acts of a dossier as a path of the treaty's game with public moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from armsgame._checks import need_pandas
from armsgame._shown import Framed, Value
from armsgame.dossiers.coercion import scenario_of
from armsgame.dossiers.dossier import Scenario
from armsgame.dossiers.moves import NOTICE
from armsgame.dossiers.private_types import first_state
from armsgame.dossiers.record import Event
from armsgame.errors import WrongConcept
from armsgame.games.stochastic import StochasticGame
from armsgame.study.private_types.walk import Act, Step, walk
from armsgame.treaty.status import SEPARATOR

if TYPE_CHECKING:
    import pandas

__all__ = ["LeftOut", "RecordedPath", "recorded_path"]

ALARM = "alarm"
PLAYED: Mapping[str, str] = {
    "allege_violation": ALARM,
    "ultimatum": "demand",
    "offer_verification": "offer",
    "decline_verification": "ignore",
    "yield": "yield",
    "withdraw_notice": "notice",
    "suspend": "suspend",
    "resume": "resume",
}
"""Move of the record -> what it is in the game; an allegation is an alarm about its target, whoever is right."""
_EXIT = "withdraw_effective"
_FOLLOWS = {
    _EXIT: "no move: in the game an exit follows from the notice",
    "hold_display": "no move of its own: the game has the offer, and whether the other attends",
    "deny": "no move outside a demand; under one it is what a party does that neither offers nor yields",
    "deploy": "conduct, which is hidden in the game",
}
_NO_MOVE = "the game has no move for it"


@dataclass(frozen=True, slots=True)
class LeftOut(Value):
    """An act of the record that is no step of the path, and why."""

    event: Event
    reason: str

    def __str__(self) -> str:
        return f"{self.event.date} {self.event.actor}: {self.event.move} ({self.reason})"


@dataclass(frozen=True, slots=True)
class RecordedPath(Framed, Value):
    """The public record as states and public signals of a treaty's game.

    Attributes
    ----------
    scenario : str, id of the dossier
    parties : pair of str
    regime : str or None, the verification regime whose game is meant
    game : StochasticGame, with public moves
    steps : tuple of Step, one per period from the start of the regime
    end : str, state after the last step
    left_out : tuple of LeftOut, acts that no step plays
    """

    scenario: str
    parties: tuple[str, str]
    regime: str | None
    game: StochasticGame
    steps: tuple[Step, ...]
    end: str
    left_out: tuple[LeftOut, ...]

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def states(self) -> tuple[str, ...]:
        """State at the start of each period, and after the last: T + 1 labels."""
        return (*(step.state for step in self.steps), self.end)

    @property
    def acts(self) -> tuple[tuple[int, Act], ...]:
        """Recorded acts that the path plays, each with its period."""
        return tuple((k, act) for k, step in enumerate(self.steps) for act in step.acts)

    @property
    def delay(self) -> int:
        """Most periods by which an act is played after its own date, because the game plays one move a period."""
        return max((k - act.period for k, act in self.acts), default=0)

    def records(self) -> list[dict[str, object]]:
        """One row per period: first day, state, signal, acts, and what was added."""
        return [
            {
                "period": k,
                "begins": str(step.begins),
                "state": step.state,
                "signal": step.signal,
                "acts": "; ".join(map(str, step.acts)),
                "added": "; ".join(step.added),
            }
            for k, step in enumerate(self.steps)
        ]

    def to_frame(self) -> pandas.DataFrame:
        """Return a table of `records` (needs pandas)."""
        return need_pandas().DataFrame(self.records()).set_index("period")

    def __str__(self) -> str:
        lines = [
            f"The record of {self.scenario!r} as a path of {len(self)} periods from {self.steps[0].begins}"
            + (f" under {self.regime!r}" if self.regime else ""),
            "A period without a recorded charge counts as one without an alarm; a charge counts as an alarm, whoever "
            "is right.",
        ]
        for k, step in enumerate(self.steps):
            if step.acts or step.added:
                told = [*map(str, step.acts), *(f"added: {text}" for text in step.added)]
                lines.append(f"  {k:>4d} {step.begins} {step.state}: {'; '.join(told)}")
        lines.append(f"  then {self.end}; acts are played up to {self.delay} periods after their dates.")
        kinds: dict[str, int] = {}
        for one in self.left_out:
            kinds[f"{one.event.move} ({one.reason})"] = kinds.get(f"{one.event.move} ({one.reason})", 0) + 1
        lines.append(f"Left out: {len(self.left_out)} acts." if kinds else "No act is left out.")
        lines += [f"  {count} x {kind}" for kind, count in kinds.items()]
        return "\n".join(lines)


def recorded_path(scenario: Scenario, *, regime: str | None = None, game: StochasticGame | None = None) -> RecordedPath:
    """Map the dated public acts of a dossier to a path of its game with public moves.

    An act is played in the period of its date, or in the first later one in which the game allows it: the game plays
    one move per party and period, in the order demand, answer, expiry, notice. An exit without a notice on record is
    played as notice. The same rules hold for
    both parties. No likelihood is attached to the path, and it ranks no account.

    Parameters
    ----------
    scenario : Scenario
        Disputed dates count with the first day that they can mean; `Scenario.readings` gives one reading each.
    regime : str, optional
        Verification regime from whose first day periods count; default: that of the dossier's question.
    game : StochasticGame, optional
        A game of the treaty with public moves; default: that of the dossier. One with the part `Suspension` plays
        suspensions too.

    Returns
    -------
    RecordedPath
        With the acts that it could not map.

    Raises
    ------
    ScenarioError
        An unknown regime.
    WrongConcept
        A game without public moves.

    Examples
    --------
    >>> import armsgame as ag
    >>> path = ag.studies.recorded_path(ag.load_scenario("inf"))
    >>> [str(step.begins) for step in path.steps if step.signal == "ignore | offer"], path.end
    (['2019-05-10'], 'withdrawn')
    """
    scenario = scenario_of("recorded_path", scenario)
    regime = scenario.asked_regime if regime is None else regime
    treaty = scenario.treaty(regime=regime)
    game = treaty.game("moves") if game is None else game
    if not any(SEPARATOR in label for label in game.signal_labels):
        raise WrongConcept("recorded_path needs a game with public moves. Build one: treaty.game(observed='moves').")
    begins = scenario.terms.in_force.first
    for own in scenario.regimes:
        if own.name == regime:
            begins = max(begins, own.begins.first)
    acts: list[Act] = []
    left: list[LeftOut] = []
    ends = [d.last for d in (scenario.terms.ended, scenario.closed_on) if d is not None]
    told: set[str] = set()
    for event in scenario.timeline():
        # an exit whose notice is not on record is the only act by which the game can leave
        unannounced = event.move == _EXIT and event.actor not in told
        move = NOTICE if unannounced else event.move
        told |= {event.actor} if event.move == NOTICE else set()
        reason = _refused(scenario, event, move)
        day = event.date.first
        if reason is None and day < begins:
            reason = f"before {begins}, when the path begins"
        if reason is not None:
            left.append(LeftOut(event, reason))
            continue
        period = int((day - begins).days // treaty.period_days)
        who = scenario.parties if event.actor == "both" else (event.actor,)
        acts += [Act(event, scenario.parties.index(p), PLAYED[move], period) for p in who]
    last = max([act.period for act in acts], default=0)
    if ends:
        last = max(last, int((min(ends) - begins).days // treaty.period_days))
    steps, end, unplayed = walk(game, acts, first_state(scenario, game), last + 1)
    dated = tuple(step.dated(begins + timedelta(days=int(k * treaty.period_days))) for k, step in enumerate(steps))
    left += [LeftOut(act.event, why) for act, why in unplayed]
    left.sort(key=lambda one: (one.event.date.first, one.event.date.last))
    return RecordedPath(scenario.id, scenario.parties, regime, game, dated, end, tuple(left))


def _refused(scenario: Scenario, event: Event, move: str) -> str | None:
    """Say why an event is no act of the path, whatever the game; None for one that may be."""
    if move not in PLAYED:
        return _FOLLOWS.get(move, _NO_MOVE)
    if event.actor not in (*scenario.parties, "both"):
        return "by nobody of the model"
    other = set(scenario.parties) - {event.actor}
    if PLAYED[move] == ALARM and event.target not in other:
        return "about nobody of the model"
    return None
