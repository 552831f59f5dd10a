"""What a run says of files of all three kinds: specs, Lua scripts and Python."""

from collections.abc import Iterable
from pathlib import Path

from redisspec.diagnostics.order import in_order
from redisspec.lint import LintConfig, lint_paths
from redisspec.lint.python_files import lint_facts, lint_python
from redisspec.lint.result import LintResult, exit_status
from redisspec.readers.python.files import Project
from redisspec.source.text import SourceText


def lint(
    paths: Iterable[str], config: LintConfig | None = None, python: LintConfig | None = None
) -> LintResult:
    """The findings of these files; those in Python as of one project, by settings of their own."""
    config = config or LintConfig()
    settings = python or config
    scripts = [path for path in paths if path.endswith(".py")]
    other = lint_paths([path for path in paths if not path.endswith(".py")], config)
    project = Project(scripts, _read)
    found, facts, sources = [], [], {}
    for path in scripts:
        file = project.file(path)
        assert file is not None, f"{path} is no Python"
        report = lint_python(file, project, settings)
        found += report.diagnostics
        facts.append(report.facts)
        sources[path] = file.source
    found += lint_facts(facts, settings)
    diagnostics = tuple(in_order([*other.diagnostics, *found]))
    return LintResult(
        diagnostics, {**other.sources, **sources}, exit_status(diagnostics, config.fail_on)
    )


def _read(path: str) -> SourceText | None:
    return SourceText(path, Path(path).read_text(encoding="utf-8"))
