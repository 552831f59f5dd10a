"""What a run says of files of all three kinds: specs, Lua scripts and Python."""

from collections.abc import Iterable
from pathlib import Path

from redisspec.diagnostics.order import in_order
from redisspec.lint import LintConfig, lint_paths
from redisspec.lint.result import LintResult, exit_status


def lint(
    paths: Iterable[str], config: LintConfig | None = None, python: LintConfig | None = None
) -> LintResult:
    """The findings of these files; those in Python as of one project, by settings of their own.

    A `redis.spec.yaml` beside them says what the keys of the Python are.
    """
    config = config or LintConfig()
    scripts = [path for path in paths if path.endswith(".py")]
    other = lint_paths([path for path in paths if not path.endswith(".py")], config)
    spec = [path for path in ("redis.spec.yaml",) if Path(path).is_file()]
    own = lint_paths(scripts, python or config, spec)
    diagnostics = tuple(in_order([*other.diagnostics, *own.diagnostics]))
    return LintResult(
        diagnostics, {**other.sources, **own.sources}, exit_status(diagnostics, config.fail_on)
    )
