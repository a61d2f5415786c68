"""Named policies on a treaty's game: rules by state, lowered to automata by label."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from armsgame._checks import index_of
from armsgame._shown import Value, described
from armsgame._typing import FloatArray
from armsgame._values import Memory
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.stochastic import StochasticGame
from armsgame.strategies.automaton import Automaton
from armsgame.treaty.parts.base import Act
from armsgame.treaty.public_moves import parse_moves
from armsgame.treaty.status import Status, parse_status

_NORMAL, _COLLAPSE = 0, 1
# searches and laws lower the same rules again and again
_LOWERED: Memory[Automaton] = Memory(64)
_SHARED: dict[tuple[object, ...], Automaton] = {}
_MOST = 256


def read_statuses(name: str, game: StochasticGame, player: int | str) -> tuple[list[Status], int]:
    """Statuses of a treaty's game and the place of a player; a game of another kind is refused."""
    if not hasattr(game, "states"):
        raise WrongConcept(f"{name!r} is a policy of a treaty's game; on a RepeatedGame use ag.grim and its kin.")
    who = index_of(player, game.players, "player")
    return [parse_status(label, game.players) for label in game.states], who


def laws_by_state(
    name: str,
    game: StochasticGame,
    statuses: Sequence[Status],
    who: int,
    phases: int,
    act: Callable[[Status, int], Act],
) -> dict[str, FloatArray]:
    """Laws [phases, A] by state label of a rule that says what it plays at a status in each phase."""
    outputs = {}
    for label, status, stage in zip(game.states, statuses, game.stages, strict=True):
        acts = stage.actions[who]
        rows = np.zeros((phases, len(acts)))
        for phase in range(phases):
            conduct, move, *more = act(status, phase)
            wanted = ", ".join(filter(None, (conduct, move, *more)))
            if move == "notice" and wanted not in acts:
                # a treaty without an exit clause: the first move with the same conduct
                wanted = next((a for a in acts if a.split(", ")[0] == conduct), wanted)
            # a move that a part spells out, such as the level of a demand: the first of them
            wanted = next((a for a in (wanted, *acts) if a in acts and f"{a}, ".startswith(f"{wanted}, ")), wanted)
            if wanted not in acts and all(a.startswith("comply") for a in acts):
                # a party that cannot deploy yet: what it would play, with the only conduct it has
                wanted = wanted.replace("deploy", "comply", 1)
            if wanted not in acts:
                raise InvalidGame(f"{name} plays {wanted!r} at {label!r}, which allows {acts}.")
            rows[phase, acts.index(wanted)] = 1.0
        outputs[label] = rows
    return outputs


@described(lambda rule: f"{rule.name}: {rule.about}")
@dataclass(frozen=True, slots=True)
class Policy(Value):
    """A rule (status, party, phase) -> (conduct, move), with the states that end the normal phase.

    On a treaty with parts the rule may read ``status.condition("sanctions")`` and add a part's move,
    (conduct, move, "impose"); a rule that names no part plays as if there were none.

    Attributes
    ----------
    act : callable(status, party, collapsed) -> (conduct, move), and moves of parts
    ends : callable(before, after) -> bool: does moving between these states end the normal phase?
    arguments : tuple of str, further arguments of `act`. A policy of functions that a module defines by name is
        data: it is equal to its copy and can be pickled.
    hears : whether `ends` reads the moves too, ``ends(before, after, shown)`` with ``shown.moves`` and
        ``shown.result``; such a policy plays on ``Treaty.game(observed="moves")`` alone
    """

    name: str
    act: Callable[..., tuple[str, ...]]
    ends: Callable[..., bool]
    phases: tuple[str, str] = ("normal", "collapse")
    arguments: tuple[str, ...] = ()
    hears: bool = False
    about: str = field(default="", compare=False)

    def on(self, game: StochasticGame, player: int | str) -> Automaton:
        """Lower the rule to an automaton on a treaty's game.

        Raises
        ------
        WrongConcept
            The game's states are not those of a treaty, or it does not show the moves that the rule reads.
        """
        if isinstance(game, StochasticGame):
            return _LOWERED.of(game, (id(self), player), lambda: self._shared(game, player), self)
        return self._on(game, player)

    def _shared(self, game: StochasticGame, player: int | str) -> Automaton:
        # games that differ in what is paid or likely share it
        about = (game.players, game.states, game.signal_labels, tuple(stage.actions for stage in game.stages))
        asked = (self, player, *about, game.observed, game.signals is None)
        found = _SHARED.pop(asked, None) or self._on(game, player)
        _SHARED[asked] = found
        while len(_SHARED) > _MOST:
            del _SHARED[next(iter(_SHARED))]
        return found

    def _on(self, game: StochasticGame, player: int | str) -> Automaton:
        statuses, who = read_statuses(self.name, game, player)

        def act(status: Status, phase: int) -> Act:
            return self.act(status, who, phase == _COLLAPSE, *self.arguments)

        outputs = laws_by_state(self.name, game, statuses, who, 2, act)
        if self.hears:
            return self._hearing(game, statuses, outputs)
        count = len(statuses)
        table = np.ones((2, count, count), dtype=int)
        for s, before in enumerate(statuses):
            for t, after in enumerate(statuses):
                table[_NORMAL, s, t] = int(self.ends(before, after))
        return Automaton(outputs, table, states=self.phases)

    def _hearing(
        self, game: StochasticGame, statuses: Sequence[Status], outputs: Mapping[str, FloatArray]
    ) -> Automaton:
        if game.signals is None:
            raise WrongConcept(f"{self.name!r} reads moves, which this game does not show: Treaty.game('moves').")
        shown = [parse_moves(label) for label in game.signal_labels]
        tables = {}
        for label, before in zip(game.states, statuses, strict=True):
            # outcomes of a state: every signal with every next state
            ended = [int(self.ends(before, after, heard)) for heard in shown for after in statuses]
            tables[label] = np.array([ended, [1] * len(ended)])
        return Automaton(outputs, tables, states=self.phases, signals=game)

    def __str__(self) -> str:
        return self.name


def leave_with_grounds(status: Status, i: int) -> tuple[str, str]:
    """Deploy for ever; give notice where there are grounds: a flag about the other, a demand, an expiry."""
    if status.kind in ("notice", "withdrawn"):
        return "deploy", ""
    if status.kind == "in_force" and not status.flags[1 - i]:
        return "deploy", "silent"
    return "deploy", "notice"


def _seek(status: Status, i: int, _: bool) -> tuple[str, str]:
    return leave_with_grounds(status, i)


def _exit(status: Status, i: int, collapsed: bool) -> tuple[str, str]:
    if collapsed or status.kind != "in_force" or any(status.flags):
        return leave_with_grounds(status, i)
    return "comply", "silent"


def _prove(status: Status, i: int, collapsed: bool) -> tuple[str, str]:
    if collapsed or status.kind in ("notice", "withdrawn"):
        return leave_with_grounds(status, i)
    if status.kind == "in_force":
        return "comply", "silent"
    if status.kind == "expired":
        return "comply", "back_down" if status.demander == i else "deny"
    return "comply", "accept" if status.demander == i else "offer"


def _proved(before: Status, after: Status) -> bool:
    if after.kind in ("notice", "withdrawn"):
        return True
    return any(a and b for a, b in zip(before.flags, after.flags, strict=True))


def _mirror(status: Status, i: int, _: bool) -> tuple[str, str]:
    if status.kind in ("notice", "withdrawn"):
        return "deploy", ""
    return _quiet(status, i, "deploy" if status.flags[1 - i] else "comply")


def _hedge(status: Status, i: int, _: bool) -> tuple[str, str]:
    if status.kind in ("notice", "withdrawn"):
        return "deploy", ""
    calm = status.kind == "in_force" and not any(status.flags)
    return _quiet(status, i, "comply" if calm else "deploy")


def _quiet(status: Status, i: int, conduct: str) -> tuple[str, str]:
    """Make no demand, give none a hearing and none up before it expires, and never give notice."""
    if status.kind == "in_force":
        return conduct, "silent"
    if status.demander == i:
        return conduct, "ignore" if status.kind == "demand" else "back_down"
    return conduct, "deny"


def _rescind(status: Status, i: int, _: bool) -> tuple[str, ...]:
    given = status.condition("withdrawal")
    if status.kind == "withdrawn":
        return "deploy", ""
    if status.kind == "notice":
        if not given:
            raise InvalidGame(
                "'rescind on compliance' needs a notice that can be taken back: "
                "Treaty(parts=(Withdrawal(rescindable=True),))."
            )
        met = given.endswith(" met")
        if given.removesuffix(" met") in (status.parties[i], "both"):
            return ("comply", "", "rescind") if met or given == "both" else ("comply", "")
        return ("comply", "") if met else ("comply", "", "meet")
    if status.kind == "in_force":
        return "comply", "notice" if status.flags[1 - i] and not status.flags[i] else "silent"
    if status.kind == "demand":
        return "comply", "accept" if status.demander == i else "offer"
    return "comply", "back_down" if status.demander == i else "deny"


def _ladder(status: Status, i: int, collapsed: bool, reply: str, answer: str) -> tuple[str, str]:
    if collapsed or status.kind in ("expired", "notice", "withdrawn"):
        return leave_with_grounds(status, i)
    if status.kind == "in_force":
        return "comply", "demand" if status.flags[1 - i] else "silent"
    return "comply", answer if status.demander == i else reply


def _alarmed(_: Status, after: Status) -> bool:
    return after.kind != "in_force" or any(after.flags)


def _never(*_: Status) -> bool:
    return False


def _ladder_ends(before: Status, after: Status) -> bool:
    if after.kind in ("expired", "notice", "withdrawn"):
        return True
    if after.kind == "demand":
        return any(after.flags)
    return before.kind == "in_force" and any(before.flags)


@described(lambda rule: f"{rule.name}: {rule.about}")
@dataclass(frozen=True, slots=True)
class Posture(Value):
    """A policy that reads the status alone, as data.

    Attributes
    ----------
    conduct : conduct while the treaty is in force, disputed or expired; deployment follows a notice
    quiet : ``"silent"`` or ``"notice"``, while the treaty is in force and the other party was not flagged
    on_flag : ``"demand"``, ``"notice"`` or ``"silent"``, once the other party was flagged
    answer : the demander's move under its demand (``"ignore"``, ``"accept"``, ``"back_down"``)
    reply : the addressee's move (``"deny"``, ``"offer"``, ``"yield"``)
    at_expiry : the demander's move once the demand ran out (``"notice"`` or ``"back_down"``)
    first_answer, first_reply : other moves for the demand that is pending at the start, if any
    """

    name: str
    conduct: str = "comply"
    quiet: str = "silent"
    on_flag: str = "demand"
    answer: str = "ignore"
    reply: str = "deny"
    at_expiry: str = "notice"
    first_answer: str = ""
    first_reply: str = ""
    about: str = field(default="", compare=False)

    def on(self, game: StochasticGame, player: int | str) -> Automaton:
        """Lower the posture to an automaton on a treaty's game.

        Raises
        ------
        WrongConcept
            The game's states are not those of a treaty.
        InvalidGame
            A move that the game does not allow.
        """

        def act(status: Status, i: int, later: bool) -> tuple[str, str]:
            if status.kind in ("notice", "withdrawn"):
                return "deploy", ""
            if status.kind == "in_force":
                return self.conduct, self.on_flag if status.flags[1 - i] else self.quiet
            if status.kind == "expired":
                return self.conduct, self.at_expiry if status.demander == i else "deny"
            if status.demander == i:
                return self.conduct, self.answer if later else self.first_answer or self.answer
            return self.conduct, self.reply if later else self.first_reply or self.reply

        def ends(_: Status, after: Status) -> bool:
            return after.kind != "demand"

        return Policy(self.name, act, ends, ("first demand", "later")).on(game, player)

    def __str__(self) -> str:
        return self.name


exit_on_alarm = Policy(
    "exit_on_alarm",
    _exit,
    _alarmed,
    about="comply and keep silent; after any flag, demand or notice deploy for ever and leave as soon as there are "
    "grounds.",
)
ladder_yield = Policy(
    "ladder_yield",
    _ladder,
    _ladder_ends,
    arguments=("yield", "ignore"),
    about="comply; demand after a flag about the other party, yield to a demand; leave once a demand fails.",
)
ladder_display = Policy(
    "ladder_display",
    _ladder,
    _ladder_ends,
    arguments=("offer", "accept"),
    about="comply; demand after a flag about the other party, accept a display and offer one; leave once a demand "
    "fails.",
)
pretext = Posture(
    "pretext", about="comply, demand after a flag, ignore displays, deny demands, and leave at the expiry."
)
stay_deployed = Posture(
    "stay_deployed",
    conduct="deploy",
    on_flag="silent",
    about="deploy, make no demand, ignore displays, deny demands, and leave only at the expiry of a demand.",
)
comply = Posture(
    "comply", answer="accept", reply="offer", about="comply, demand after a flag, accept displays and offer them."
)
deploy = Posture(
    "deploy",
    conduct="deploy",
    answer="accept",
    reply="offer",
    about="deploy, demand after a flag, accept displays and offer them.",
)
comply_until_proven = Policy(
    "comply until proven otherwise",
    _prove,
    _proved,
    about="comply and offer displays; one alarm is no proof, two in a row about the same party are: then as "
    "exit_on_alarm.",
)
tempted = Policy(
    "tempted",
    _seek,
    _alarmed,
    about="deploy until an alarm, then as exit_on_alarm: the moves of 'seek a pretext', told as the play of a type.",
)
mirror = Policy("mirror", _mirror, _never, about="deploy in the period after the other party was flagged, else comply.")
hedge = Policy(
    "hedge",
    _hedge,
    _never,
    about="deploy while anything is unsettled (a flag, a demand, an expiry), else comply; never leave.",
)
seek_a_pretext = Policy("seek a pretext", _seek, _never, about="deploy, and give notice at the first ground.")
demand_then_wait = Posture(
    "demand then wait",
    answer="ignore",
    reply="deny",
    at_expiry="back_down",
    about="comply, demand after a flag, ignore displays, deny demands, and drop the demand at its expiry.",
)
rescind_on_compliance = Policy(
    "rescind on compliance",
    _rescind,
    _never,
    about="give notice after a flag about the other party alone, meet what the other's notice asks, and take notice "
    "back once it is met (a rescindable notice is needed).",
)
leave = Posture("leave", quiet="notice", on_flag="notice", about="comply, and give notice at once.")

POSTURES = {p.name: p for p in (comply, deploy, leave, pretext, stay_deployed, demand_then_wait)}
"""Policies that a dossier can name: postures, whose answer to a display follows the perspective."""

_RULES = [rule for rule in [*vars().values()] if isinstance(rule, Policy)]
NAMED: dict[str, Policy | Posture] = {**POSTURES, **{p.name: p for p in _RULES}}
"""Every policy of a treaty by name; `about` of each says what it does."""
