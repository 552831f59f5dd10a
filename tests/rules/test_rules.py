"""Each folder is a rule's cases: specs that it reports, specs that it does not, and the fix.

`bad*.yaml` are reported (`expected.txt` holds all that a run says of them), `good*.yaml` are not,
and `fixed*.yaml` is what `bad*.yaml` becomes where the rule has a fix.
`REDISSPEC_UPDATE=1` writes what is expected, for review.
"""

import os
import re
from pathlib import Path

import pytest

from redisspec.diagnostics.text import render
from redisspec.lint import LintConfig, lint_paths
from redisspec.lint.fixes import apply_fixes
from redisspec.lint.rules import RULES

pytest.importorskip("redisspec.spec.load", reason="the spec's loader is not there")

FOLDERS = sorted(path for path in Path(__file__).parent.iterdir() if (path / "bad.yaml").is_file())
EXAMPLE = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
HEADER = "version: 1\nname: shop\n"


def expect(path: Path, text: str) -> None:
    if os.environ.get("REDISSPEC_UPDATE"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.is_file(), f"{path} is missing: run with REDISSPEC_UPDATE=1, and review it"
    assert text == path.read_text(encoding="utf-8")


def codes(*paths: str) -> set[str]:
    return {one.code for one in lint_paths(paths).diagnostics}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_cases(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    code = folder.name.partition("-")[0].upper()
    bad = sorted(path.name for path in folder.glob("bad*.yaml"))
    for name in bad:
        assert code in codes(name), name
    for path in folder.glob("good*.yaml"):
        assert not {code, "RS001", "RS002"} & codes(path.name), path.name
    result = lint_paths(bad)
    expect(folder / "expected.txt", render(result.diagnostics, result.sources))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_fixes(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a fix leaves loads, has the fault no more, and is not fixed a second time."""
    monkeypatch.chdir(folder)
    code = folder.name.partition("-")[0].upper()
    only = LintConfig(select=(code,)) if code != "RS004" else LintConfig()
    for path in sorted(folder.glob("bad*.yaml")):
        result = lint_paths([path.name], only)
        fixable = [one for one in result.diagnostics if one.code == code and one.fix is not None]
        if not fixable:
            continue
        source = result.sources[path.name]
        fixed = apply_fixes(source, fixable, unsafe=True).text
        expect(folder / path.name.replace("bad", "fixed", 1), fixed)
        monkeypatch.chdir(tmp_path)
        Path("fixed.yaml").write_text(fixed, encoding="utf-8")
        assert not {code, "RS001", "RS002"} & {
            one.code for one in lint_paths(["fixed.yaml"], only).diagnostics
        }
        monkeypatch.chdir(folder)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_examples_of_a_page_are_true(
    rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if rule.code in ("RS005", "RS707"):
        pytest.skip("not lint's to report, or about a procedure and not a declaration")
    monkeypatch.chdir(tmp_path)
    example, _, instead = rule.documentation.partition("## Use instead")
    for text, reported in ((example, True), (instead, False)):
        for block in EXAMPLE.findall(text):
            Path("example.yaml").write_text(HEADER + block, encoding="utf-8")
            found = codes("example.yaml")
            assert (rule.code in found) is reported, (block, found)
            assert reported or not {"RS001", "RS002"} & found, (block, found)
