"""`armsgame check` says what a file is by its content, and whether it is whole."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

import armsgame as ag
from armsgame.cli.main import main
from armsgame.cli.terminal import printable
from armsgame.simulation.paths.checkpoint import write_checkpoint

LEAVE = (ag.treaty.exit_on_alarm,) * 2


def _told(capsys, *names):
    code = main(["check", *map(str, names)])
    return code, capsys.readouterr().out


def _double(treaty, discount):
    return 2 * discount + 0 * treaty.period_days


def test_a_proof_is_told_whatever_its_name(tmp_path, capsys):
    game = ag.RepeatedGame(ag.treaty.compliance(temptation=1.5))
    text = str(ag.proof(ag.verify(game, (ag.grim, ag.grim), discount=0.9)).text)
    (tmp_path / "claim").write_text(text, encoding="utf-8")
    code, told = _told(capsys, tmp_path / "claim")
    assert code == 0
    assert "claim: proved: " in told


@pytest.mark.parametrize("kind", ["nc", "zarr"])
def test_trajectories_are_told_and_a_changed_one_is_refused(tmp_path, capsys, kind):
    place = tmp_path / f"run.{kind}"
    ag.simulate(ag.Treaty(), LEAVE, discount=0.9, periods=7, paths=300, rng=1).save(place)
    code, told = _told(capsys, place)
    assert (code, "trajectories: 300 paths of 7 periods" in told) == (0, True)
    if kind == "nc":
        data = bytearray(place.read_bytes())
        data[-20] ^= 64
        place.write_bytes(data)
    else:
        (chunk,) = (place / "payoff").glob("0.0")
        chunk.unlink()
    code, told = _told(capsys, place)
    assert (code, "refused" in told) == (1, True)


def test_a_store_is_told_with_its_blocks(tmp_path, capsys):
    place = tmp_path / "study.zarr"
    design = {"discount": np.linspace(0.1, 0.9, 10)}
    ag.sweep(ag.Treaty(), design, _double, store=place, block=4, progress=False)
    code, told = _told(capsys, place)
    assert (code, "all 3 blocks are whole" in told) == (0, True)
    values = [p for p in place.rglob("c/1") if "checksum" not in str(p) and "parameter" not in str(p)]
    assert values
    for one in values:
        one.unlink()
    code, told = _told(capsys, place)
    assert (code, "2 of 3 blocks are whole, 0 are still to do, 1 are damaged" in told) == (1, True)


def test_a_checkpoint_is_told_and_a_cut_one_refused(tmp_path, capsys):
    place = tmp_path / "kept"
    write_checkpoint(place, "question", {"done": np.array(4)})
    assert _told(capsys, place)[0] == 0
    place.write_bytes(place.read_bytes()[:-1])
    code, told = _told(capsys, place)
    assert (code, "damaged" in told) == (1, True)


def test_a_dossier_is_told_and_its_faults_too(tmp_path, capsys):
    from armsgame.dossiers.loader import template

    place = tmp_path / "own.toml"
    place.write_text(template("own"), encoding="utf-8")
    code, told = _told(capsys, place)
    assert (code, "is a valid dossier" in told) == (0, True)
    place.write_text(template("own").replace("schema = 2", "schema = 3"), encoding="utf-8")
    code, told = _told(capsys, place)
    assert (code, "a dossier with faults" in told) == (1, True)


def test_what_is_nothing_of_ours_is_unreadable(tmp_path, capsys):
    (tmp_path / "noise").write_bytes(bytes(range(256)))
    assert _told(capsys, tmp_path / "noise")[0] == 2
    assert _told(capsys, tmp_path / "missing")[0] == 2
    (tmp_path / "folder").mkdir()
    assert _told(capsys, tmp_path / "folder")[0] == 1


def test_the_worst_of_several_files_is_the_exit_code(tmp_path, capsys):
    place = tmp_path / "kept"
    write_checkpoint(place, "question", {"done": np.array(4)})
    shutil.copy(place, tmp_path / "cut")
    (tmp_path / "cut").write_bytes(place.read_bytes()[:-1])
    assert _told(capsys, place, tmp_path / "cut", place)[0] == 1


def test_control_characters_of_a_dossier_do_not_reach_the_terminal(tmp_path, capsys):
    from armsgame.dossiers.loader import template

    text = template("own")
    place = tmp_path / "own.toml"
    place.write_text(text.replace("An example treaty", "Treaty\\u001b[2J \\u202e of", 1), encoding="utf-8")
    assert main(["show", str(place)]) == 0
    told = capsys.readouterr().out
    assert "Treaty?[2J ? of" in told
    assert "\x1b" not in told
    assert main(["show", "\x1b]0;title\x07"]) == 2
    assert "\x1b" not in capsys.readouterr().err


def test_line_ends_and_letters_stay():
    assert printable("a\tb\nÉ ä 核 \r\x9b") == "a\tb\nÉ ä 核 ??"
