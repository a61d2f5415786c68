"""Both checkers on all vectors and on mutated copies: run ``python tests/proofs/compare_checkers.py [COUNT]``.

Needs Node; the release check runs it. On vectors the verdicts must be those of their names, on mutated files both
must accept or neither. It ends with exit 1 and the files at which they differ.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

from mutations import mutated

from armsgame.proofs.check import verdict

HERE = Path(__file__).parent
SCRIPT = HERE.parents[1] / "docs" / "_static" / "check.mjs"
WORDS = ("proved", "refused", "no proof")


def main(count: int) -> int:
    rng = Random(11)
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for path in sorted((HERE / "vectors").iterdir()):
            files.append(path)
            if path.name.endswith(".bad.agp"):
                continue
            file = json.loads(path.read_text(encoding="utf-8"))
            for k in range(count):
                other = Path(folder) / f"{path.name}.{k}"
                other.write_text(json.dumps(mutated(file, rng)), encoding="utf-8")
                files.append(other)
        lines = []
        for k in range(0, len(files), 500):
            batch = [str(f) for f in files[k : k + 500]]
            done = subprocess.run(["node", str(SCRIPT), *batch], capture_output=True, text=True, check=False)
            if done.stderr:
                print(done.stderr, file=sys.stderr)
                return 1
            lines += done.stdout.splitlines()
        told = {word: 0 for word in WORDS}
        differ = 0
        for path, line in zip(files, lines, strict=True):
            code, text = verdict(path.read_bytes())
            told[WORDS[code]] += 1
            word = line.removeprefix(f"{path}: ").split(":")[0]
            vector = path.parent == HERE / "vectors"
            if word not in WORDS or (word != WORDS[code] if vector else (word == "proved") != (code == 0)):
                differ += 1
                print(f"Python: {text}\nNode:   {line}\n{path.read_text(encoding='utf-8')[:2000]}")
        # names of vectors say their verdict
        for path in (HERE / "vectors").iterdir():
            code = verdict(path.read_bytes())[0]
            differ += code != {"true": 0, "false": 1, "bad": 2}[path.name.split(".")[1]]
        print(f"{len(files)} files: {told}; verdicts differ at {differ}")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
