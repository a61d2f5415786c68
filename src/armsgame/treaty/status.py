"""Public states of a treaty's game: status, flags, and the conditions that parts add."""

from __future__ import annotations

from dataclasses import dataclass, field

from armsgame.errors import WrongConcept

FLAGS = ((False, False), (True, False), (False, True), (True, True))
SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class Status:
    """A public state: kind, the demander (party index), periods left, and who was flagged.

    `conditions` holds what the parts of a composed treaty add: pairs (part, value), in their order.
    A status that was read back from a label knows the labels of the `parties`, which conditions name.
    """

    kind: str
    demander: int = -1
    left: int = 0
    flags: tuple[bool, bool] = (False, False)
    conditions: tuple[tuple[str, str], ...] = ()
    parties: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def condition(self, part: str) -> str:
        """Value of a part's condition in this state; empty where it has none."""
        return dict(self.conditions).get(part, "")

    def counts(self, part: str) -> tuple[int, int]:
        """Numbers of the two parties in a part's condition, ``"a-b"``; zeros where it has none."""
        a, _, b = (self.condition(part) or "0-0").partition("-")
        return int(a), int(b)

    @property
    def watched(self) -> bool:
        """Whether alarms are drawn about this period: in force, under a demand, at its expiry."""
        return self.kind not in ("notice", "withdrawn")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a treaty's game is, known before it is built.

    `parts` holds (name, factor on the states, factor on the profiles) of each part alone. Beyond 20,000
    states profiles are not listed: `profiles` is then a lower bound, and `bound` is true.
    """

    states: int
    profiles: int
    demand_periods: int
    notice_periods: int
    parts: tuple[tuple[str, float, float], ...] = ()
    bound: bool = False

    def __str__(self) -> str:
        counters = f"K_D = {self.demand_periods}, K_N = {self.notice_periods}"
        grown = "".join(f"; {name} x{s:.3g} states, x{p:.3g} profiles" for name, s, p in self.parts)
        least = "at least " if self.bound else ""
        return f"{self.states} states, {least}{self.profiles} action profiles ({counters}{grown})"


def parse_status(label: str, parties: tuple[str, ...]) -> Status:
    """Read a state label of `Treaty.label` back.

    Raises
    ------
    WrongConcept
        The label is not one of a treaty's game.
    """
    core, *rest = label.split(SEPARATOR)
    pairs = [piece.partition(": ") for piece in rest]
    if not all(colon for _, colon, _ in pairs):
        raise WrongConcept(f"the game state {label!r} is not a treaty status; policies apply to Treaty.game().")
    conditions = tuple((name, value) for name, _, value in pairs)
    head, _, flag = core.rpartition(", ")
    flags = {"none": (False, False), parties[0]: (True, False), parties[1]: (False, True), "both": (True, True)}
    if core == "withdrawn":
        return Status("withdrawn", conditions=conditions, parties=parties)
    if core.startswith("notice("):
        return Status("notice", left=int(core[7:-1]), conditions=conditions, parties=parties)
    if flag in flags:
        if head == "in_force":
            return Status("in_force", flags=flags[flag], conditions=conditions, parties=parties)
        for i, party in enumerate(parties):
            if head == f"expired({party})":
                return Status("expired", i, 0, flags[flag], conditions, parties)
            if head.startswith(f"demand({party}, "):
                left = int(head[len(f"demand({party}, ") : -1])
                return Status("demand", i, left, flags[flag], conditions, parties)
    raise WrongConcept(f"the game state {label!r} is not a treaty status; policies apply to Treaty.game().")


def status_words(label: str) -> str:
    """Status in a state label without its flags and conditions; a label of another game is kept.

    >>> status_words("demand(US, 1), Russia | climate: calm")
    'demand(US, 1)'
    """
    core = label.split(SEPARATOR)[0]
    head, comma, _ = core.rpartition(", ")
    known = head == "in_force" or head.startswith(("demand(", "expired("))
    return head if comma and known else core
