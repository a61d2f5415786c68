"""Trees from the literature, shared by several tests."""

from __future__ import annotations

from itertools import permutations

import numpy as np

import armsgame as ag


def beer_quiche(surly=0.9):
    """Cho and Kreps (1987), figure I."""

    def payoffs(kind, breakfast, reply):
        likes = breakfast == ("beer" if kind == "surly" else "quiche")
        return likes + 2 * (reply == "leave"), (reply == "duel") == (kind == "wimp")

    return ag.ExtensiveGame.signalling(
        {"surly": surly, "wimp": 1 - surly}, ["beer", "quiche"], ["leave", "duel"], payoffs
    )


def horse():
    """Selten (1975), figure 1, in the payoffs of Gambit's catalogue."""
    three = {"R": (4, 4, 0), "L": (0, 0, 1)}
    return ag.ExtensiveGame(
        ["one", "two", "three"],
        ag.Move(
            "one",
            "a",
            {
                "R": ag.Move("two", "b", {"R": (1, 1, 1), "L": ag.Move("three", "c", three)}),
                "L": ag.Move("three", "c", {"R": (3, 2, 2), "L": (0, 0, 0)}),
            },
        ),
    )


def kuhn():
    """Poker with three cards (Kuhn 1950): value -1/18 to the first player."""

    def show(a, b, stake):
        won = stake if a > b else -stake
        return won, -won

    def deal(a, b):
        facing = ag.Move("one", f"{a}, bet", {"fold": (-1, 1), "call": show(a, b, 2)})
        passed = ag.Move("two", f"{b} after a pass", {"pass": show(a, b, 1), "bet": facing})
        bet = ag.Move("two", f"{b}, bet", {"fold": (1, -1), "call": show(a, b, 2)})
        return ag.Move("one", a, {"pass": passed, "bet": bet})

    deals = {a + b: (1 / 6, deal(a, b)) for a, b in permutations("123", 2)}
    return ag.ExtensiveGame(["one", "two"], ag.Chance(deals))


def screening(offers, prior=0.5, costs=(0.1, 0.3), audience=0.0):
    """Crisis bargaining: A offers a share, B knows its cost of war and accepts or fights."""

    def reply(share, kind, cost):
        return ag.Move(
            "B", f"{kind}, {share:.3f}", {"accept": (1 - share, share), "fight": (0.3 - audience, 0.5 - cost)}
        )

    def types(kind, cost):
        return ag.Move("A", "offer", {f"{x:.3f}": reply(x, kind, cost) for x in np.linspace(0, 1, offers)})

    return ag.ExtensiveGame(
        ["A", "B"],
        ag.Chance({"tough": (prior, types("tough", costs[0])), "soft": (1 - prior, types("soft", costs[1]))}),
    )


def trust():
    """Kreps (1990): trust, then honour or abuse."""
    return ag.ExtensiveGame(
        ["one", "two"],
        ag.Move(
            "one",
            "start",
            {"trust": ag.Move("two", "trusted", {"honour": (1, 1), "abuse": (-1, 2)}), "not": (0, 0)},
        ),
    )


def signorino():
    """Signorino (1999): status quo or challenge, concede or resist, war or back down."""
    last = ag.Move(
        "A", "resisted", {"war": ag.trees.Outcome("WAR", (-0.3, -0.2)), "back": ag.trees.Outcome("BD", (-0.5, 1.1))}
    )
    reply = ag.Move("B", "challenged", {"concede": ag.trees.Outcome("CON", (1, 0)), "resist": last})
    return ag.ExtensiveGame(
        ["A", "B"], ag.Move("A", "start", {"wait": ag.trees.Outcome("SQ", (0, 1)), "challenge": reply})
    )


def entry():
    """One may stay out, or move left or right unseen by two."""
    return ag.ExtensiveGame(
        ["one", "two"],
        ag.Move(
            "one",
            "start",
            {
                "out": (2, 2),
                "left": ag.Move("two", "entered", {"l": (3, 1), "r": (1, 0)}),
                "right": ag.Move("two", "entered", {"l": (1, 0), "r": (0, 0.5)}),
            },
        ),
    )


def chain_store(stay=2.0, b=0.5, tough=0.1):
    """Two entrants in turn against a monopolist that may be tough (Kreps and Wilson 1982, Reputation, section 3).

    The weak monopolist gets 0 if it yields, -1 if it fights, `stay` if nobody enters; the tough one -1, 0 and
    `stay`. An entrant gets b if the monopolist yields, b - 1 if it fights, 0 if it stays out.
    """

    def last(kind, past, first, earned):
        yields, fights = (earned, earned - 1) if kind == "weak" else (earned - 1, earned)
        reply = ag.Move(
            "monopolist", f"{kind} again, {past}", {"yield": (first, b, yields), "fight": (first, b - 1, fights)}
        )
        return ag.Move("second", f"after {past}", {"enter": reply, "out": (first, 0, earned + stay)})

    def first(kind):
        yields, fights = (0.0, -1.0) if kind == "weak" else (-1.0, 0.0)
        reply = ag.Move(
            "monopolist",
            kind,
            {"yield": last(kind, "yielding", b, yields), "fight": last(kind, "a fight", b - 1, fights)},
        )
        return ag.Move("first", "start", {"enter": reply, "out": last(kind, "peace", 0, stay)})

    return ag.ExtensiveGame(
        ["first", "second", "monopolist"],
        ag.Chance({"tough": (tough, first("tough")), "weak": (1 - tough, first("weak"))}),
    )
