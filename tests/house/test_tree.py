"""What every file of the project keeps to, and the files that it owes its readers."""

import ast
import re
from pathlib import Path

import pytest

import redisspec
from tests.house.tree import ROOT, tracked

# written in pieces, so that this file does not contain what it looks for
MACHINE_PATHS = re.compile(
    "|".join(
        (
            r"/(?:ro" + r"ot|home/\w+|Us" + r"ers/\w+)/",
            r"/(?:opt|wo" + r"rk)/(?:dev|main|shared)\b",
            r"/tmp/(?:plan|bash)",
        )
    )
)
REGISTRIES = re.compile(
    "|".join(
        (r"index-" + r"url\s*=?\s*http", r"https?://\S+/sim" + r"ple\b", r"pythonho" + r"sted")
    )
)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|NotImpl" + r"ementedError")


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked():
        try:
            found.append((path.relative_to(ROOT).as_posix(), path.read_text("utf-8")))
        except UnicodeDecodeError:  # a golden case of a wrong encoding
            continue
    return found


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a path of somebody's machine", MACHINE_PATHS),
        ("a registry's address", REGISTRIES),
        ("unfinished work", UNFINISHED),
    ],
)
def test_no_file_has(what: str, pattern: re.Pattern[str]) -> None:
    found = [
        f"{name}:{text.count(chr(10), 0, hit.start()) + 1}: {hit.group()}"
        for name, text in texts()
        for hit in pattern.finditer(text)
    ]
    assert not found, f"{what}: " + ", ".join(found[:20])


def test_the_patterns_find_what_they_are_for() -> None:
    assert MACHINE_PATHS.search("see /ho" + "me/ann/redis.spec.yaml")
    assert REGISTRIES.search("--index-" + "url https://mirror.example/sim" + "ple")
    assert UNFINISHED.search("# TO" + "DO later")


def test_every_module_opens_with_what_it_is_for() -> None:
    bare = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "redisspec").rglob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert not bare


def test_every_package_is_one() -> None:
    folders = {path.parent for path in (ROOT / "redisspec").rglob("*.py")}
    missing = [str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()]
    assert not missing


def test_the_changelog_knows_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "keepachangelog.com" in text
    assert "## [Unreleased]" in text
    assert f"## [{redisspec.__version__}]" in text


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "docs/language.md", "docs/rules.md"]
)
def test_a_reader_finds(name: str) -> None:
    assert (ROOT / name).stat().st_size > 200


def test_contributing_names_real_files() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    # `redisspec/ir/model.py` is a path; `make test` and `lint/rules/<name>.py` are none
    named = re.findall(r"`([\w.-]+(?:/[\w.-]+)+/?|[A-Z]\w+\.md|Makefile|pyproject\.toml)`", text)
    assert len(named) >= 8
    missing = [name for name in named if not (ROOT / name).exists()]
    assert not missing


def test_public_names_are_there() -> None:
    for name in redisspec.__all__:
        assert getattr(redisspec, name)
    assert Path(redisspec.__file__ or "").parent == ROOT / "redisspec"
    with pytest.raises(AttributeError, match="nonsense"):
        getattr(redisspec, "nonsense")  # noqa: B009 - mypy would refuse the plain spelling
