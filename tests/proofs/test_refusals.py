"""What both checkers say of each true vector, and what they refuse of it: one test of the format at a time."""

import json
from pathlib import Path

import pytest
from second_checker import needs_node, told_by_node

from armsgame.proofs import check

VECTORS = Path(__file__).parent / "vectors"
PURE = "perfect public equilibrium in pure actions"
TOLD = {
    "bayesian": "the profile by type is a perfect Bayesian equilibrium at discount 1/2, at all 3 nodes and all beliefs "
    "that histories lead to.",
    "bracket-unplayed": "2 boxes from treaty hold payoffs of perfect public equilibria in pure actions with public "
    "randomisation, and so do their means, at discount 3/4; but there is no "
    f"{PURE} from treaty that plays profile 0 there at discount 1/5.",
    "bracket": "the profile is a perfect equilibrium at discount 1/2, at all 2 nodes; but the profile is no perfect "
    "equilibrium at discount 524287/1048576: node 0, USSR, deploy gains at least 1/262144.",
    "correlated": "the distribution is a correlated equilibrium.",
    "nash": "the profile is a Nash equilibrium of the stage game.",
    "outer-none": f"there is no {PURE} from treaty at discount 0.",
    "outer-outside": f"no {PURE} from treaty has payoffs (549756338177/549755813888, about 0.999999) at discount 1/5.",
    "outer-set": f"no {PURE} has payoffs beyond the claimed levels at discount 1/5.",
    "perfect-noisy": "the profile has no one-period gain above 11/415 at discount 9/10, at all 2 nodes.",
    "perfect": "the profile is a perfect equilibrium at discount 1/2, at all 2 nodes.",
    "sequential": "the assessment is a sequential equilibrium at all information sets.",
    "threshold-irrational": "whether the profile is perfect, by discount factor below 1: fails from 0 to about "
    "0.618034, gap from about 0.618034 to about 0.618034, holds from about 0.618034 to 1.",
    "zero_sum": "the values of the zero-sum game are as claimed in all 2 states.",
}
# nodes times entries of their laws (a row counts one more) times players; polynomials of at most three coefficients;
# types to the fourth power; a place per direction of an outer set
STEPS = {
    "perfect": 2 * 8 * 2, "refused": 2 * 8 * 2, "inner": 2 * 8 * 2, "bracket": 2 * 8 * 2, "perfect-noisy": (12 + 3) * 2,
    "zero_sum": (8 + 2) * 2, "outer-none": 4 * 8 * 2, "outer-set": 6 * 8 * 2, "sequential": 8 * 2,
    "bayesian": 3 * 8 * 2 * 2**4, "bayesian-three": (3 * 12 + 2) * 2 * 3**4, "threshold-irrational": 10 * 9 * 3 * 3,
}  # fmt: skip


def loaded(name):
    return json.loads((VECTORS / f"{name}.true.agp").read_text(encoding="utf-8"))


def told(file):
    return check.verdict(json.dumps(file).encode())


def put(*path, to):
    def change(file):
        place = file
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = to

    return change


def more(*path, entry):
    def change(file):
        place = file
        for key in path:
            place = place[key]
        place.append(entry)

    return change


def rests(file):
    """Where deployment gains nothing compliance holds, so the failing piece has to end before."""
    file["claim"] |= {"pieces": ["fails", "gap", "holds"], "points": {"den": 4, "num": [0, 2, 3, 4]}}
    file["witness"]["constraints"].append([])


def nothing(file):
    """Zero over zero fits every equation."""
    file["witness"] |= {"determinant": [], "numerators": [[[], []], [[], []]]}


def better_war(file):
    """War pays 4 and peace 3, so the gain is d: at d = 0 nobody gains."""
    file["game"]["payoffs"]["num"] = [[[3, 0, 3, 4], [3, 3, 0, 4]]]
    file["claim"] |= {"pieces": ["fails"], "points": {"den": 1, "num": [0, 1]}}
    file["witness"] |= {"numerators": [[[3], [3]], [[4], [4]]], "constraints": [[0, 0, 1]]}


def one_game(file):
    """Deployment for ever, and a point outside, at one and the same patience."""
    holds, fails = loaded("inner"), loaded("outer-outside")
    holds["game"] = fails["game"]
    holds["witness"]["plan"] = [{"state": 0, "actions": [1, 1], "next": [[[0, 4]]] * 4}]
    holds["claim"]["values"] = {"den": 1, "lower": [[1, 1]], "upper": [[1, 1]]}
    file["witness"] = {"holds": holds, "fails": fails}


def empty(file):
    file["claim"] |= {"pieces": ["fails", "holds", "holds"], "points": {"den": 2, "num": [0, 1, 2, 2]}}
    file["witness"]["constraints"].append([])


def halved(file):
    """Two plays each of its actions with 1/4, and with nothing else."""
    file["profile"][1] = file["witness"]["weights"][1] = {"den": 4, "num": [1, 1]}


def turned(file):
    """Values stay numerator over determinant, but the determinant is negative beyond 1/3."""
    x = file["witness"]
    x["determinant"], x["numerators"] = [1, -3], [[[p[0], -3 * p[0]] for p in row] for row in x["numerators"]]


def dipping(file):
    """Values stay numerator over determinant, which is negative between 1/3 and 2/5 alone."""
    x = file["witness"]
    x["determinant"] = [2, -11, 15]
    x["numerators"] = [[[v * p[0] for v in (2, -11, 15)] for p in row] for row in x["numerators"]]


def longer(file):
    x = file["witness"]
    x["determinant"] = [1, *[0] * 200, 1]
    x["numerators"] = [[[p[0], *[0] * 200, p[0]] for p in row] for row in x["numerators"]]


def narrow(file):
    """Odds of three to two at the start, where the prior has one to one."""
    file["witness"]["odds"][1][0] = [[[1, 1], [3, 2]], [[2, 3], [1, 1]]]


def impossible(file):
    """A node that nothing reaches, whose odds no belief keeps to."""
    for part in (file["profile"]["plan"], *file["witness"]["odds"]):
        part.append(json.loads(json.dumps(part[2])))
    file["profile"]["plan"][3]["next"] = [[[3, 1]]] * 4
    for row in file["claim"]["values"]:
        for one in row:
            for side in ("lower", "upper"):
                one[side].append([0, 0])
    file["witness"]["odds"][1][3] = [[[1, 1], [1, 2]], [[1, 2], [1, 1]]]


def five_types(file):
    game = file["game"]
    game["types"][0] = ["a", "b", "c", "d", "e"]
    game["prior"][0] = {"den": 5, "num": [1] * 5}
    game["payoffs"]["num"][0][:2] = [game["payoffs"]["num"][0][0]] * 5
    for node in file["profile"]["plan"]:
        node["actions"][:2] = [node["actions"][0]] * 5
    file["claim"]["values"] = [file["claim"]["values"][0]] * 5
    file["witness"]["odds"][1] = [[[[1, 1]] * 5] * 5] * 3


def without_recall(file):
    """The first player forgets whether it moved left or right."""
    game = file["game"]
    game["sets"][1]["player"] = 0


def half_gain(file):
    """Yielding is worth 3/10 more than the mixture, and the claim allows less."""
    file["game"]["nodes"][6]["payoffs"][1] += 10**6
    file["claim"]["epsilon"] = {"den": 100, "num": 29}


def unbalanced(file):
    """One multiplier of one direction is larger by one unit."""
    next(part for part in file["witness"]["steps"][0]["rows"][0]["lambda"] if part)[0][1] += 1


def rare(orders):
    """Two fights, because left is the likelier mistake."""
    file = loaded("sequential")
    file["profile"][1] = {"den": 1, "num": [0, 1]}
    file["witness"]["orders"] = [orders, [1, 0]]
    file["witness"]["weights"][1] = {"den": 1, "num": [1, 1]}
    return file


def by_chance():
    """Chance moves first; after left or right, equally likely, fighting is worth 3/2 and yielding 1."""
    file = rare([0, 0, 0])
    law = {"den": 4, "num": [2, 1, 1]}
    file["game"]["sets"][0] = {"label": "one", "actions": ["out", "left", "right"], "law": law}
    file["profile"][0] = file["witness"]["weights"][0] = law
    return file


def biased(file):
    file.update(by_chance())
    file["profile"][0] = file["witness"]["weights"][0] = {"den": 6, "num": [3, 2, 1]}


def never_drawn(file):
    """What chance never does is no action of chance."""
    file.update(by_chance())
    law = {"den": 4, "num": [2, 2, 0]}
    file["game"]["sets"][0]["law"] = file["profile"][0] = file["witness"]["weights"][0] = law


def jump(above):
    """Levels stay where they are: every row weighs its own direction alone, and w is `above` higher than they."""
    file = loaded("outer-set")
    x, scale = file["witness"], file["witness"]["multipliers"]
    rows = [
        {"at": [0, k, a], "mu": [], "lambda": [[[k, scale]] if y == a else [] for y in range(4)]}
        for k in range(len(x["levels"][0]))
        for a in range(4)
    ]
    x["steps"] = [{"rows": rows, "y": x["levels"], "w": [[v + above for v in x["levels"][0]]]}]
    file["claim"] = {"kind": "outer", "concludes": "set", "levels": {"den": x["den"], "num": x["levels"]}}
    return file


def below(file):
    file.update(jump(1))
    file["witness"]["steps"][0]["w"][0][0] -= 2


REFUSED = [
    ("perfect", more("witness", "nodes", entry=[0, 0, 0]), 1, "node 2 of the witness is not reached"),
    ("perfect", more("claim", "values", "lower", entry=[3, 3]), 2, "a list has"),
    ("perfect", more("claim", "values", "upper", entry=[3, 3]), 2, "a list has"),
    ("perfect", put("profile", 0, "law", "num", 0, 0, to=[1, 1]), 2, "a law does not sum to one"),
    ("perfect", put("claim", "values", "upper", 1, to=[10, 10]), 1, "gain 9/2 > 0"),
    ("perfect", put("game", "payoffs", "den", to=0), 2, "the file.game.payoffs.den is not an integer of at least 1"),
    ("perfect", more("profile", 0, "next", entry=[[0] * 4]), 2, "a list has 3 entries where 2 are needed"),
    ("perfect", put("claim", "kind", to="best"), 2, "claim.kind is none of nash, "),
    ("perfect", put("profile", 0, "next", 0, 0, 0, to=2), 2, "an automaton moves to no state"),
    # the deviation gains just this
    ("refused", put("claim", "epsilon", to={"den": 262144, "num": 1}), 1, "gain 1/262144 is not above 1/262144"),
    ("inner", put("witness", "plan", 0, "next", 0, to=[[0, 3, 0], [1, 1, 0]]), 2, "is not a list of 2"),
    ("inner", put("witness", "plan", 0, "next", 0, to=[[0, 3], [1, 1], [1, 0]]), 2, "no lottery"),
    ("inner", put("witness", "plan", 0, "next", 0, to=[[0, 3]]), 2, "no lottery"),
    ("inner", put("claim", "values", "lower", 0, 0, to=2142858), 1, "what bounds the value"),
    ("inner", put("claim", "values", "upper", 0, 0, to=2142857), 1, "what bounds the value"),
    ("zero_sum", put("profile", 0, "num", 0, to=[2, 1]), 2, "a law does not sum to one"),
    ("zero_sum", put("claim", "values", "upper", 0, to=10**6 - 1), 1, "gain"),
    ("zero_sum", put("game", "payoffs", "num", 1, 1, to=[-2]), 2, "that sum to zero are needed"),
    ("bracket", put("witness", "holds", "claim", "epsilon", to={"den": 9, "num": 1}), 2, "an epsilon of 0"),
    ("bracket", one_game, 2, "the games do not differ"),
    ("bracket", put("witness", "fails", to=loaded("outer-set")), 2, "and no outer set"),
    ("bracket", put("witness", "fails", "profile", 0, "initial", to=1), 1, "node 0 of the witness"),
    ("bracket", put("witness", "fails", "profile", 0, "states", to=["calm", "war"]), 2, "differ in their profiles"),
    ("perfect-noisy", put("game", "laws", 0, "num", 0, 1, 0, to=2), 2, "an outcome is unknown or twice"),
    ("perfect-noisy", put("game", "laws", 0, "num", 0, 0, 1, to=2), 2, "an outcome is unknown or twice"),
    ("bracket", put("witness", "holds", to=loaded("nash")), 2, "claim.kind is none of perfect, inner"),
    ("outer-set", put("claim", "levels", "num", 0, to=[-9] * 6), 1, "left at [state, direction] [[0, 0]]"),
    ("outer-set", lambda file: file.update(jump(0)), 1, "is not at most y, or in a jump not below w on w"),
    ("outer-set", lambda file: file["witness"]["steps"][0]["rows"].pop(), 1, "needs one row for each state"),
    ("outer-set", below, 1, "y <= w and w >= level do not hold everywhere"),
    ("outer-none", unbalanced, 1, "row [0, 0]: multipliers do not balance at an outcome in treaty"),
    ("outer-none", more("game", "payoffs", "num", 0, 0, entry=0), 2, "a list has 5 entries where 4 are needed"),
    ("outer-none", put("witness", "steps", 0, "rows", 0, "mu", to=[[1, 2, 1]]), 2, "an action of row.mu is unknown"),
    ("outer-outside", put("claim", "concludes", to="beyond"), 2, "claim.concludes is not"),
    ("outer-outside", put("witness", "levels", 0, 0, to=0), 1, "first level [0, 0] is below a payoff"),
    ("outer-outside", put("claim", "point", to={"den": 1, "num": [1, 1]}), 1, "the point is within all levels"),
    ("threshold", rests, 1, "is not shown to gain throughout"),
    ("threshold", turned, 1, "the determinant is not shown to be positive"),
    ("threshold", dipping, 1, "the determinant is not shown to be positive"),
    ("threshold", longer, 2, "too long"),
    ("threshold", put("claim", "points", to={"den": 2**1001, "num": [0, 2**1000, 2**1001]}), 2, "too long"),
    ("threshold", put("claim", "points", "num", 1, to=3 * 2**28), 1, "is not shown to gain throughout"),
    ("threshold", put("claim", "points", "num", 1, to=2**28), 1, "is not shown to gain nothing"),
    ("threshold", put("claim", "points", "num", 0, to=1), 2, "points do not rise from 0 to 1"),
    ("threshold", put("witness", "numerators", 1, 0, to=[2]), 1, "the value is not numerator over determinant"),
    ("threshold", nothing, 1, "the determinant is not shown to be positive"),
    ("threshold", better_war, 1, "fails from 0 to 1: node 0, US, deploy is not shown to gain throughout"),
    ("threshold", empty, 2, "points do not rise from 0 to 1"),
    ("threshold", put("claim", "pieces", 0, to="rests"), 2, "a piece of another kind"),
    ("threshold", put("witness", "constraints", 0, to=[1, 0, 0]), 1, "is not shown to gain throughout"),
    ("bayesian", narrow, 1, "the prior is not within the odds"),
    ("bayesian", put("witness", "odds", 1, 0, 0, 1, to=[0, 0]), 1, "the prior is not within the odds"),
    (
        "bayesian",
        put("witness", "odds", 1, 1, to=[[[1, 1], [0, 1]], [[1, 0], [1, 1]]]),
        1,
        "may leave the odds of node",
    ),
    ("bayesian", put("game", "types", 1, to=[]), 2, "one to four types"),
    ("bayesian", impossible, 1, "no belief keeps to the odds"),
    ("bayesian", five_types, 2, "one to four types"),
    ("bayesian", put("game", "start", to=1), 2, "no such start"),
    ("bayesian-three", put("game", "start", to=1), 1, "the first node of the plan is not in the first state"),
    ("bayesian-three", put("witness", "odds", 0, 1, 0, 2, to=[4, 1]), 1, "bet: gain 3/38 > 0"),
    ("sequential", half_gain, 1, "gain 3/10 > 29/100"),
    ("sequential", halved, 2, "a law does not sum to one"),
    ("sequential", without_recall, 2, "recall"),
    ("sequential", put("witness", "orders", 0, to=[1, 1, 1]), 1, "have order 0"),
    ("sequential", put("witness", "weights", 1, "num", to=[1, 2]), 1, "have order 0"),
    ("sequential", lambda file: file.update(rare([0, 2, 1])), 1, "B at two, yield: gain 2 > 0"),
    ("sequential", biased, 1, "one: the profile changes the law of chance"),
    ("sequential", never_drawn, 2, "is not an integer of at least 1"),
    ("sequential", put("game", "nodes", 1, "payoffs", to=[1, 2, 3]), 2, "a list has 3 entries where 2 are needed"),
    ("sequential", more("game", "nodes", entry={"payoffs": [0, 0]}), 2, "node 8 has no parent before it"),
    ("sequential", put("game", "nodes", 1, "set", to=1), 2, "or two kinds"),
    ("sequential", put("game", "nodes", 2, "children", to=[4, 4]), 2, "has two parents"),
    ("nash", put("profile", 0, to={"den": 3, "num": [2, 2]}), 2, "a law does not sum to one"),
    ("nash", put("game", "actions", to=[["a"], ["b"]]), 2, "a list has"),
]


def files():
    for name, change, code, words in REFUSED:
        file = loaded(name)
        change(file)
        yield file, code, words


def pennies():
    """Whoever loses would rather turn its coin: 2 now at 2/3 beats the most that 1/3 of what follows can take away."""
    file = loaded("outer-none")
    file["game"]["discount"] = {"den": 3, "num": 1}
    up, down = {0: [[0, 1]], 1: [[2, 1]]}, {0: [[1, 1]], 1: [[3, 1]]}
    steps = []
    for a, player, action, other in ((0, 1, 1, 1), (1, 0, 1, 3), (2, 0, 0, 0), (3, 1, 0, 2)):
        parts = [up[player] if y == a else down[player] if y == other else [] for y in range(4)]
        steps.append({"rows": [{"at": [0, a], "mu": [[player, action, 1]], "lambda": parts}]})
    file["witness"] |= {"multipliers": 1, "steps": steps}
    return file


def always():
    """Compliance whatever happens fails at every patience: the gain is 1 - d."""
    file = loaded("threshold")
    file["game"]["payoffs"]["num"] = [[[3, 0, 4, 1], [3, 4, 0, 1]]]
    rule = {"initial": 0, "law": {"den": 1, "num": [[[1, 0]]]}, "next": [[[0] * 4]], "states": ["on"]}
    file["profile"] = [rule] * 2
    file["claim"] |= {"pieces": ["fails"], "points": {"den": 1, "num": [0, 1]}}
    file["witness"] |= {"nodes": [[0, 0, 0]], "numerators": [[[3], [3]]], "constraints": [[0, 0, 1]]}
    return file


def split():
    """Compliance holds from 1/2 to 3/4 and from 3/4 on, and payoffs are over a denominator."""
    file = loaded("threshold")
    file["claim"] = {
        "kind": "threshold",
        "pieces": ["fails", "holds", "holds"],
        "points": {"den": 4, "num": [0, 2, 3, 4]},
    }
    file["witness"]["constraints"].append([])
    file["game"]["payoffs"] = {"den": 2, "num": [[[6, 0, 10, 2], [6, 10, 0, 2]]]}
    return file


def fine():
    file = loaded("threshold")
    file["claim"]["points"] = {"den": 2**1000, "num": [0, 2**999, 2**1000]}
    return file


def unseen():
    """At d = 1/2 compliance holds where deployment is seen, and not where nothing is."""
    file = loaded("bracket")
    other = file["witness"]["fails"]
    other["game"] |= {"discount": {"den": 2, "num": 1}, "laws": [{"den": 1, "num": [[[0, 0, 1]]] * 4}]}
    other["claim"]["values"] = {"den": 1, "lower": [[3, 3]], "upper": [[3, 3]]}
    other["witness"]["nodes"] = [[0, 0, 0]]
    return file


def committed():
    """The tempted type deploys for less than compliance is worth, because it is committed to."""
    file = loaded("bayesian")
    pay = file["game"]["payoffs"]
    pay["num"][0][1][2] = pay["den"]
    file["claim"]["values"][1][0] = {"den": 4, "lower": [[2, -1], [2, -1], [0, 0]], "upper": [[2, -1], [2, -1], [0, 0]]}
    file["game"]["committed"] = [[1], []]
    return file


def scaled():
    """One type's law is written over another denominator."""
    file = loaded("bayesian-three")
    file["profile"]["plan"][0]["actions"][1] = {"den": 10, "num": [6, 2, 2]}
    return file


def halves():
    file = pennies()
    file["game"]["payoffs"] = {"den": 2, "num": [[[2 * v for v in own] for own in file["game"]["payoffs"]["num"][0]]]}
    return file


def paid_by_type():
    """Types of B are paid 0, 1 and 2 whatever happens."""
    file = loaded("bayesian-three")
    unit = file["game"]["payoffs"]["den"]
    for own in file["game"]["payoffs"]["num"]:
        for m in range(3):
            own[1 + m] = [m * unit] * len(own[0])
    file["claim"]["values"] = [[{"den": 1, "lower": [[0, m]] * 4, "upper": [[0, m]] * 4} for m in range(3)]]
    return file


def stretched(*factor):
    """Numerators and determinant multiplied by one polynomial."""
    file = loaded("threshold")
    x = file["witness"]
    x["determinant"] = [*factor]
    x["numerators"] = [[[v * p[0] for v in factor] for p in row] for row in x["numerators"]]
    return file


ACCEPTED = {
    pennies: "there is no perfect public equilibrium",
    always: "fails from 0 to 1.",
    split: "fails from 0 to 1/2, holds from 1/2 to 3/4, holds from 3/4 to 1.",
    fine: "fails from 0 to 1/2, holds from 1/2 to 1.",
    unseen: "; with chances 0 and 1 of [state, profile, next state, signal] [0, 1, 0, 0]; but the profile is no",
    committed: "perfect Bayesian",
    scaled: "perfect Bayesian",
    by_chance: "sequential equilibrium",
    halves: "there is no perfect public equilibrium",
    paid_by_type: "perfect Bayesian",
    lambda: jump(1): "beyond the claimed levels",
    lambda: stretched(1, -1): "fails from 0 to 1/2, holds from 1/2 to 1.",
    lambda: stretched(1, *[0] * 199, 1): "fails from 0 to 1/2, holds from 1/2 to 1.",
    lambda: rare([0, 1, 2]): "sequential equilibrium",
}


def test_small_proofs_by_hand_are_accepted():
    for make, words in ACCEPTED.items():
        code, text = told(make())
        assert (code, words in text) == (0, True), (make, text)


def test_who_is_not_committed_has_to_gain_nothing():
    file = committed()
    file["game"]["committed"] = [[], []]
    code, text = told(file)
    assert (code, "US, tempted, comply: gain 1/4 > 0" in text) == (1, True), text


@pytest.mark.parametrize("name", TOLD)
def test_the_sentence_says_what_was_proved(name):
    assert told(loaded(name)) == (0, f"proved: {TOLD[name]}")


def test_what_is_wrong_is_refused_and_named():
    for file, code, words in files():
        found, text = told(file)
        assert (found, words in text) == (code, True), (words, text)


@needs_node
def test_the_second_checker_gives_the_same_codes(tmp_path):
    every = [*files(), *((make(), 0, words) for make, words in ACCEPTED.items())]
    found = told_by_node(tmp_path, *(json.dumps(file).encode() for file, *_ in every))
    for (_, code, words), (other, text) in zip(every, found, strict=True):
        assert other == code, (words, text)


@pytest.mark.parametrize("name", STEPS)
def test_a_file_that_would_take_more_steps_than_the_limit_is_refused(name, monkeypatch):
    monkeypatch.setattr(check, "WORK", STEPS[name])
    assert told(loaded(name))[0] == 0
    monkeypatch.setattr(check, "WORK", STEPS[name] - 1)
    code, text = told(loaded(name))
    assert (code, "would take more than" in text) == (2, True), text


def test_the_limits_are_those_of_the_format():
    assert (check.SIZE, check.DIGITS, check.WORK, check.LONGEST, check.FINEST) == (2**26, 10**4, 10**8, 201, 2**1000)
    assert check.integer("9" * 10_000) == 10**10_000 - 1
    assert check.integer("-" + "9" * 10_000) == 1 - 10**10_000
    with pytest.raises(check.NoProof, match="digits"):
        check.integer("1" + "0" * 10_000)
