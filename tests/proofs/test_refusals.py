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
    "threshold-irrational": "whether the profile is perfect, by discount factor below 1: fails from 0 to about 0.618034, "
    "gap from about 0.618034 to about 0.618034, holds from about 0.618034 to 1.",
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


def turned(file):
    """Values stay numerator over determinant, but the determinant is negative beyond 1/3."""
    x = file["witness"]
    x["determinant"], x["numerators"] = [1, -3], [[[p[0], -3 * p[0]] for p in row] for row in x["numerators"]]


def longer(file):
    x = file["witness"]
    x["determinant"] = [1, *[0] * 200, 1]
    x["numerators"] = [[[p[0], *[0] * 200, p[0]] for p in row] for row in x["numerators"]]


def narrow(file):
    """Odds of three to one at the start, where the prior has one to one."""
    file["witness"]["odds"][1][0] = [[[1, 1], [3, 1]], [[1, 3], [1, 1]]]


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


REFUSED = [
    ("perfect", more("witness", "nodes", entry=[0, 0, 0]), 1, "node 2 of the witness is not reached"),
    ("perfect", more("claim", "values", "lower", entry=[3, 3]), 2, "a list has"),
    ("perfect", more("claim", "values", "upper", entry=[3, 3]), 2, "a list has"),
    ("perfect", put("claim", "kind", to="best"), 2, "claim.kind is none of nash, "),
    ("perfect", put("profile", 0, "next", 0, 0, 0, to=2), 2, "an automaton moves to no state"),
    ("inner", put("witness", "plan", 0, "next", 0, to=[[0, 3, 0], [1, 1, 0]]), 2, "is not a list of 2"),
    ("inner", put("witness", "plan", 0, "next", 0, to=[[0, 3], [1, 1], [1, 0]]), 2, "no lottery"),
    ("inner", put("witness", "plan", 0, "next", 0, to=[[0, 3]]), 2, "no lottery"),
    ("inner", put("claim", "values", "lower", 0, 0, to=2142858), 1, "what bounds the value"),
    ("inner", put("claim", "values", "upper", 0, 0, to=2142857), 1, "what bounds the value"),
    ("zero_sum", put("profile", 0, "num", 0, to=[2, 1]), 2, "a law does not sum to one"),
    ("zero_sum", put("claim", "values", "upper", 0, to=10**6 - 1), 1, "gain"),
    ("zero_sum", put("game", "payoffs", "num", 1, 1, to=[-2]), 2, "that sum to zero are needed"),
    ("bracket", put("witness", "holds", "claim", "epsilon", to={"den": 9, "num": 1}), 2, "an epsilon of 0"),
    ("bracket", put("witness", "fails", to=loaded("outer-set")), 2, "and no outer set"),
    ("bracket", put("witness", "fails", "profile", 0, "initial", to=1), 1, "node 0 of the witness"),
    ("bracket", put("witness", "holds", to=loaded("nash")), 2, "claim.kind is none of perfect, inner"),
    ("outer-outside", put("claim", "concludes", to="beyond"), 2, "claim.concludes is not"),
    ("outer-outside", put("witness", "levels", 0, 0, to=0), 1, "first level [0, 0] is below a payoff"),
    ("outer-outside", put("claim", "point", to={"den": 1, "num": [1, 1]}), 1, "the point is within all levels"),
    ("threshold", turned, 1, "the determinant is not shown to be positive"),
    ("threshold", longer, 2, "too long"),
    ("threshold", put("claim", "points", to={"den": 2**1001, "num": [0, 2**1000, 2**1001]}), 2, "too long"),
    ("threshold", put("claim", "points", "num", 1, to=3 * 2**28), 1, "is not shown to gain throughout"),
    ("threshold", put("claim", "points", "num", 1, to=2**28), 1, "is not shown to gain nothing"),
    ("threshold", put("claim", "points", "num", 0, to=1), 2, "points do not rise from 0 to 1"),
    ("threshold", put("claim", "pieces", 0, to="rests"), 2, "a piece of another kind"),
    ("threshold", put("witness", "constraints", 0, to=[1, 0, 0]), 1, "is not shown to gain throughout"),
    ("bayesian", narrow, 1, "the prior is not within the odds"),
    ("bayesian", impossible, 1, "no belief keeps to the odds"),
    ("bayesian", five_types, 2, "one to four types"),
    ("bayesian", put("game", "start", to=1), 2, "no such start"),
    ("sequential", half_gain, 1, "gain 3/10 > 29/100"),
    ("sequential", without_recall, 2, "recall"),
    ("sequential", put("witness", "orders", 0, to=[1, 1, 1]), 1, "have order 0"),
    ("sequential", put("witness", "weights", 1, "num", to=[1, 2]), 1, "have order 0"),
    ("sequential", put("game", "nodes", 2, "children", to=[4, 4]), 2, "has two parents"),
    ("nash", put("profile", 0, to={"den": 3, "num": [2, 2]}), 2, "a law does not sum to one"),
    ("nash", put("game", "actions", to=[["a"], ["b"]]), 2, "a list has"),
]


def files():
    for name, change, code, words in REFUSED:
        file = loaded(name)
        change(file)
        yield file, code, words


@pytest.mark.parametrize("name", TOLD)
def test_the_sentence_says_what_was_proved(name):
    assert told(loaded(name)) == (0, f"proved: {TOLD[name]}")


def test_what_is_wrong_is_refused_and_named():
    for file, code, words in files():
        found, text = told(file)
        assert (found, words in text) == (code, True), (words, text)


@needs_node
def test_the_second_checker_gives_the_same_codes(tmp_path):
    every = list(files())
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
