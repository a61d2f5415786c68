"""The checker on the test vectors, on bad input, and on mutated files that a slow exact decision judges."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from mutations import mutated
from slow_decision import DECIDE

from armsgame.cli.main import main as command
from armsgame.proofs import check

VECTORS = Path(__file__).parent / "vectors"
NAMES = sorted(p.name for p in VECTORS.iterdir())
KINDS = set(check.KINDS)


@pytest.mark.parametrize("name", NAMES)
def test_every_vector_has_the_verdict_of_its_name(name):
    code, text = check.verdict((VECTORS / name).read_bytes())
    assert code == {"true": 0, "false": 1, "bad": 2}[name.split(".")[1]], text
    assert "\n" not in text


def test_every_claim_has_a_true_and_a_false_vector():
    for verdict in ("true", "false"):
        files = VECTORS.glob(f"*.{verdict}.agp")
        assert {json.loads(p.read_text(encoding="utf-8"))["claim"]["kind"] for p in files} == KINDS


def test_vectors_are_what_their_script_writes(tmp_path, monkeypatch):
    import make_vectors

    monkeypatch.setattr(make_vectors, "FOLDER", tmp_path)
    make_vectors.main()
    for path in tmp_path.iterdir():
        if not path.name.startswith("outer"):  # multipliers come from a linear program and may differ between versions
            assert path.read_bytes() == (VECTORS / path.name).read_bytes(), path.name
    for name in ("outer-set", "outer-outside", "outer-none"):
        assert check.verdict((tmp_path / f"{name}.true.agp").read_bytes())[0] == 0


@pytest.mark.parametrize("name", [n for n in NAMES if n.split(".")[1] in ("true", "false")])
def test_the_slow_decision_agrees_on_the_vectors(name):
    file = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    decide = DECIDE.get(file["claim"]["kind"])
    if decide is not None:
        assert decide(file) == (".true." in name)


@pytest.mark.parametrize("name", [n for n in NAMES if ".true." in n])
def test_no_mutation_of_a_vector_is_accepted_unless_its_claim_is_true(name):
    rng = Random(7)
    file = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    decide = DECIDE.get(file["claim"]["kind"])
    codes = []
    for _ in range(150):
        other = mutated(file, rng)
        code, text = check.verdict(json.dumps(other).encode())
        assert text.isprintable()
        codes.append(code)
        if code == 0 and decide is not None:
            assert decide(other), (text, other)
    assert 1 in codes or 2 in codes


def big(**change):
    file = json.loads((VECTORS / "perfect.true.agp").read_text(encoding="utf-8"))
    return json.dumps(file | change).encode()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xff\xfe", "utf-8"),
        (b"\xef\xbb\xbf{}", "UTF-8"),
        (b"[" * 100_000, "Recursion"),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "Recursion"),
        (b"[" * 65 + b"]" * 65, "format"),
        (b"9" * 1_000_000, "digits"),
        (b"-" + b"9" * 10_001, "digits"),
        (b" " * (2**26 + 1), "bytes"),
        (b"[" + b"{}," * (2**22) + b"1]", "lists"),
        (b"[" + b"1," * (2**24 + 1) + b"1]", "numbers"),
        (b"1e400", "integer"),
        (b"-Infinity", "integer"),
        (b"null", "format"),
        (b'{"format":"armsgame-proof/9"}', "armsgame-proof/9"),
        (b'{"format":7}', "format is 7"),
        (b"{}", "not stated"),
        (b'{"format":"armsgame-proof/1","claim":{"kind":["nash"]}}', "claim.kind"),
        (b'{"format":"armsgame-proof/1","claim":{"kind":"nash"}}', "lacks"),
        (big(game=[]), "game is not an object"),
        (big(witness=None), "witness"),
        (big(profile={}), "profile"),
        (big(made_by=[[]]), "made_by"),
        (big(more=1), "more"),
    ],
)
def test_what_is_no_proof_ends_with_exit_2_and_one_line(data, why):
    code, text = check.verdict(data)
    assert code == 2
    assert why in text
    assert "\n" not in text
    assert len(text) <= 1000


def test_an_integer_of_ten_thousand_digits_is_read():
    file = json.loads((VECTORS / "nash.true.agp").read_text(encoding="utf-8"))
    text = json.dumps(file).replace('"den": 1, "num": 0', f'"den": 1, "num": {"9" * 10_000}')
    code, told = check.verdict(text.encode())
    assert code == 0
    assert "300 digits" in told


def test_truncated_files_are_no_proofs():
    data = (VECTORS / "perfect.true.agp").read_bytes().strip()
    assert {check.verdict(data[:k])[0] for k in range(0, len(data), 7)} == {2}


def test_nodes_are_rebuilt_and_a_missing_or_idle_one_is_refused():
    file = json.loads((VECTORS / "perfect.true.agp").read_text(encoding="utf-8"))
    for nodes, word in (
        ([[0, 0, 0]], "node 1 of the witness is not [0, 1, 1]"),
        ([[0, 0, 0], [0, 1, 1], [0, 0, 1]], "node 2 of the witness is not reached"),
        ([[0, 0, 0], [0, 1, 1], [0, 0, 0]], "node 2 of the witness is not reached"),
        ([[0, 1, 1], [0, 0, 0]], "node 0 of the witness is not [0, 0, 0]"),
    ):
        code, text = check.verdict(big(witness={"nodes": nodes}))
        assert (code, word in text) == (1, True), text
    file["claim"]["values"]["lower"].append([3, 3])
    assert check.verdict(json.dumps(file).encode())[0] == 2


def test_a_plan_needs_a_node_wherever_play_may_lead():
    file = json.loads((VECTORS / "inner.true.agp").read_text(encoding="utf-8"))
    game = file["game"]
    game["states"].append("war")
    game["actions"].append([["wait"], ["wait"]])
    game["signals"].append(["-"])
    game["payoffs"]["num"].append([[0], [0]])
    game["laws"].append({"den": 1, "num": [[[1, 0, 1]]]})
    # only a joint deviation from CC leads to war, where the plan has no node to go on from
    game["laws"][0]["num"][3] = [[1, 3, 1]]
    code, text = check.verdict(json.dumps(file).encode())
    assert (code, "no lottery over nodes of state 1" in text) == (2, True), text
    file["witness"]["plan"].append({"state": 1, "actions": [0, 0], "next": [[[2, 4]]]})
    for node in file["witness"]["plan"][:2]:
        node["next"][3] = [[2, 4]]
    for side in ("lower", "upper"):
        file["claim"]["values"][side].append([0, 0])
        file["claim"]["values"][side][1] = [0, 0]
    # deploying for ever is now worth nothing
    code, text = check.verdict(json.dumps(file).encode())
    assert (code, "what bounds the value" in text) == (1, True), text


def test_labels_are_printed_on_one_line_without_control_characters():
    text = (VECTORS / "perfect.false.agp").read_text(encoding="utf-8").replace("deploy", "a\\u001b[2Jb\\nc\\ud800")
    code, told = check.verdict(text.encode())
    assert code == 1
    assert told.isprintable()


def test_the_program_and_the_command_give_the_largest_exit_code(capsys, tmp_path):
    script = Path(check.__file__)
    files = [str(VECTORS / f"nash.{kind}.agp") for kind in ("true", "false")]
    alone = subprocess.run([sys.executable, "-I", str(script), *files], capture_output=True, text=True, check=False)
    assert alone.returncode == 1
    assert [line.split(": ")[1] for line in alone.stdout.splitlines()] == ["proved", "refused"]
    assert command(["check", files[0]]) == 0
    assert command(["check", *files, str(tmp_path / "none.agp")]) == 2
    assert "cannot be read" in capsys.readouterr().out


def test_the_checker_imports_the_standard_library_only():
    lines = Path(check.__file__).read_text(encoding="utf-8").splitlines()
    names = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert names <= set(sys.stdlib_module_names)


def loaded(name):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def told(file):
    return check.verdict(json.dumps(file).encode())


def test_an_outcome_of_chance_zero_is_no_part_of_a_law():
    file = loaded("perfect-noisy.true.agp")
    row = file["game"]["laws"][0]["num"][0]
    listed = {(t, y) for t, y, _ in row}
    state = row[0][0]
    signals = len(file["game"]["signals"][state])
    free = next((y for y in range(signals) if (state, y) not in listed), None)
    if free is None:
        # all signals occur: what one has goes to another
        row[1][2] += row[0][2]
        row[0][2] = 0
    else:
        row.append([state, free, 0])
    code, text = told(file)
    assert code != 0
    assert "has no law" in text


def test_a_bracket_compares_games_that_differ_in_discount_and_laws_alone():
    file = loaded("bracket.true.agp")
    assert told(file)[0] == 0
    file["witness"]["fails"]["game"]["players"] = ["somebody", "else"]
    code, text = told(file)
    assert code != 0
    assert "the games differ in more than discount and laws" in text


def test_an_outer_step_has_one_row_at_a_place():
    file = loaded("outer-set.true.agp")
    step = next(one for one in file["witness"]["steps"] if one["rows"])
    step["rows"].append(step["rows"][0])
    code, text = told(file)
    assert code == 1
    assert "two rows at one place" in text
