"""Each folder is a rule's cases: files that it reports, files that it does not, and the fix.

`bad*` are reported (`expected.txt` holds all that a run says of them, of Python what the rule itself
says: several rules speak of most of its faults), `good*` are not, and `fixed*` is what `bad*` becomes where the rule has a fix. They are specs (.yaml), Lua scripts (.lua) and Python, which is
judged by the folder's `redis.spec.yaml` where there is one.
`REDISSPEC_UPDATE=1` writes what is expected, for review.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

from redisspec.diagnostics.text import render
from redisspec.lint import LintConfig
from redisspec.lint.fixes import apply_fixes
from redisspec.lint.rules import RULES
from tests.rules.linted import lint

pytest.importorskip("redisspec.spec.load", reason="the spec's loader is not there")

FOLDERS = sorted(
    path for path in Path(__file__).parent.iterdir() if path.is_dir() and any(path.glob("bad*"))
)
EXAMPLE = re.compile(r"```(yaml|lua|python)\n(.*?)```", re.DOTALL)
UNREADABLE = {"RS001", "RS002", "RS007"}
# What a rule says of a redis-py that is not the newest.
OLD = {"RS601": (5, 0)}
# What a rule says only where the server is said to be so new.
NEW = {"RS112": (7, 4)}
HEADER = "version: 1\nname: shop\n"


def expect(path: Path, text: str) -> None:
    if os.environ.get("REDISSPEC_UPDATE"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.is_file(), f"{path} is missing: run with REDISSPEC_UPDATE=1, and review it"
    assert text == path.read_text(encoding="utf-8")


def codes(code: str, *paths: str) -> set[str]:
    config = LintConfig(target_redis_py=OLD.get(code, (8, 0)), target_redis=NEW.get(code))
    return {one.code for one in lint(paths, config).diagnostics}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_cases(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    code = folder.name.partition("-")[0].upper()
    bad = sorted(path.name for path in folder.glob("bad*"))
    for name in bad:
        assert code in codes(code, name), name
    for path in folder.glob("good*"):
        assert not {code, *UNREADABLE} & codes(code, path.name), path.name
    target = OLD.get(code, (8, 0))
    result = lint(
        bad, python=LintConfig(select=(code,), target_redis_py=target, target_redis=NEW.get(code))
    )
    expect(folder / "expected.txt", render(result.diagnostics, result.sources))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_fixes(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a fix leaves loads, has the fault no more, and is not fixed a second time."""
    monkeypatch.chdir(folder)
    code = folder.name.partition("-")[0].upper()
    only = LintConfig(
        select=(code,), target_redis_py=OLD.get(code, (8, 0)), target_redis=NEW.get(code)
    )
    only = only if code != "RS004" else LintConfig()
    for path in sorted(folder.glob("bad*")):
        result = lint([path.name], only)
        fixable = [one for one in result.diagnostics if one.code == code and one.fix is not None]
        if not fixable:
            continue
        source = result.sources[path.name]
        fixed = apply_fixes(source, fixable, unsafe=True).text
        expect(folder / path.name.replace("bad", "fixed", 1), fixed)
        monkeypatch.chdir(tmp_path)
        if (folder / "redis.spec.yaml").is_file():
            shutil.copy(folder / "redis.spec.yaml", tmp_path)
        Path(f"fixed{path.suffix}").write_text(fixed, encoding="utf-8")
        left = {one.code for one in lint([f"fixed{path.suffix}"], only).diagnostics}
        assert not UNREADABLE & left
        if len(fixable) == sum(one.code == code for one in result.diagnostics):
            assert code not in left
        monkeypatch.chdir(folder)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_examples_of_a_page_are_true(
    rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if rule.code == "RS005":
        pytest.skip("not lint's to report")
    monkeypatch.chdir(tmp_path)
    before, _, rest = rule.documentation.partition("## Example")
    for _, block in EXAMPLE.findall(before):
        Path("redis.spec.yaml").write_text(HEADER + block, encoding="utf-8")
    example, _, instead = rest.partition("## Use instead")
    for text, reported in ((example, True), (instead, False)):
        for language, block in EXAMPLE.findall(text):
            name = f"example.{'py' if language == 'python' else language}"
            header = HEADER if language == "yaml" else ""
            Path(name).write_text(header + block, encoding="utf-8")
            found = codes(rule.code, name)
            assert (rule.code in found) is reported, (block, found)
            assert reported or not UNREADABLE & found, (block, found)
