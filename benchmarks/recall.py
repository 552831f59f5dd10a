"""How much of what is wrong in other people's projects the linter finds, and how much of what it tells is right.

    python benchmarks/recall.py CLONES [SET ...] [-v]

CLONES is a folder with a git clone of each project, named `owner+name` (a project that is not there is passed over by
name). Each project is laid out as of the commit that was labelled, linted as a whole, and its labelled files are
compared with the labels: `labels/<set>.jsonl`, made by reading, before the linter had run on them.

A line of a set is a file (`{"upstream", "commit", "file"}`) or a label of the file above it: `line` to `end_line`, a
`kind` (and others that a fair reviewer might call it, `alt`), `certain`, `likely` or `debatable`, and why; kind `ok` says
that a place is right, whatever it looks like. Certain and likely ones are to be found, debatable ones count neither
way, and any other finding is false, but for remarks (info). As redis-py 5.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

LABELS = Path(__file__).resolve().parent / "labels"
KINDS = {
    "missing-ttl": "RS101 RS102 RS105 RS108",
    "ttl-lost": "RS104",
    "non-atomic": (
        "RS103 RS105 RS301 RS302 RS303 RS304 RS305 RS306 RS307 RS308 RS309 RS310 RS311 RS312 RS313 RS402 RS408 RS710"
    ),
    "unbounded": "RS201 RS202 RS203 RS204",
    "blocking-command": "RS208 RS209 RS211 RS212",
    "unsafe-lock": "RS401 RS402 RS403 RS404 RS405 RS406",
    "no-timeout": "RS601",
    "unpickle": "RS709",
    "cross-slot": "RS707",
    "key-injection": "RS702",
    "n-plus-one": "RS214 RS215",
}
KINDS_OF: dict[str, set[str]] = defaultdict(set)
for _kind, _codes in KINDS.items():
    for _code in _codes.split():
        KINDS_OF[_code].add(_kind)


@dataclass(frozen=True)
class Label:
    """What somebody who read the file says of some of its lines."""

    where: str
    first: int
    last: int
    kinds: frozenset[str]
    confidence: str
    why: str


def main() -> None:
    """Print precision, recall and recall of certain ones, a line a set."""
    words = [word for word in sys.argv[1:] if word != "-v"]
    if not words:
        sys.exit(__doc__)
    clones = Path(words[0])
    for name in words[1:] or sorted(path.stem for path in LABELS.glob("*.jsonl")):
        _score(clones, name, wordy="-v" in sys.argv)


def _score(clones: Path, name: str, *, wordy: bool) -> None:
    files: list[dict[str, str]] = []
    labels: list[Label] = []
    for line in (LABELS / f"{name}.jsonl").read_text().splitlines():
        row = json.loads(line)
        if "file" in row:
            files.append(row)
        elif row["kind"] != "ok":
            where = f"{files[-1]['upstream']}/{files[-1]['file']}"
            kinds = frozenset((row["kind"], *row.get("alt", ())))
            last = row.get("end_line", row["line"])
            labels.append(
                Label(where, row["line"], last, kinds, row["confidence"], row.get("why", ""))
            )
    wanted = {f"{one['upstream']}/{one['file']}" for one in files}
    found, missing = _lint(clones, {(one["upstream"], one["commit"]) for one in files})
    labels = [one for one in labels if not one.where.startswith(tuple(f"{m}/" for m in missing))]
    right, wrong, hit = 0, [], set()
    for where, row, code, severity, message in found:
        if where not in wanted or code not in KINDS_OF:
            continue
        matches = [
            one
            for one in labels
            if one.where == where and one.first <= row <= one.last and one.kinds & KINDS_OF[code]
        ]
        firm = [one for one in matches if one.confidence != "debatable"]
        hit.update(firm)
        right += bool(firm)
        if not matches and severity != "info":
            wrong.append(f"{where}:{row} {code} {message}")
    firm = [one for one in labels if one.confidence != "debatable"]
    certain = [one for one in firm if one.confidence == "certain"]
    if wordy:
        print(*(f"false: {one}" for one in wrong), sep="\n")
        print(
            *(
                f"missed: {one.where}:{one.first} {sorted(one.kinds)} {one.why}"
                for one in firm
                if one not in hit
            ),
            sep="\n",
        )
    print(
        f"{name:10} {len(wanted):3} files {len(firm):4} labels  precision {_ratio(right, right + len(wrong))}"
        f"  recall {_ratio(len(hit & set(firm)), len(firm))}  of certain {_ratio(len(hit & set(certain)), len(certain))}"
        + (f"  without {', '.join(sorted(missing))}" if missing else "")
    )


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "-"


def _lint(
    clones: Path, projects: set[tuple[str, str]]
) -> tuple[list[tuple[str, int, str, str, str]], set[str]]:
    """Every finding in the projects, and the projects that are not there at that commit."""
    found: list[tuple[str, int, str, str, str]] = []
    missing: set[str] = set()
    for upstream, commit in sorted(projects):
        clone = clones / upstream.replace("/", "+")
        git = next((one for one in (clone, clone / "repo") if _has(one, commit)), None)
        if git is None:
            missing.add(upstream)
            continue
        with tempfile.TemporaryDirectory(prefix="redisspec-recall-") as folder:
            tree = Path(folder).resolve()
            sources = ["archive", "--format=tar", commit, "--", ":(glob)**/*.py"]
            archive = subprocess.run(["git", "-C", git, *sources], capture_output=True, check=True)
            with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
                tar.extractall(tree, filter="data")
            command = [sys.executable, "-m", "redisspec", "lint", "--no-cache", "--exit-zero"]
            command += ["--target-redis-py", "5", "--output-format", "json", str(tree)]
            told = subprocess.run(command, capture_output=True, check=True, cwd=folder)
            for one in json.loads(told.stdout):
                file = (tree / one["filename"]).relative_to(tree)
                row = one["location"]["row"]
                found.append(
                    (f"{upstream}/{file}", row, one["code"], one["severity"], one["message"])
                )
    return found, missing


def _has(git: Path, commit: str) -> bool:
    if not git.exists():
        return False
    asked = ["git", "-C", git, "cat-file", "-e", f"{commit}^{{commit}}"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main()
