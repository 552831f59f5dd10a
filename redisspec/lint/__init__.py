"""The linter: rules over a program, and what they found."""

from redisspec.lint.config import LintConfig, unknown_selectors
from redisspec.lint.result import LintResult, exit_status
from redisspec.lint.runner import lint_paths, run

__all__ = ["LintConfig", "LintResult", "exit_status", "lint_paths", "run", "unknown_selectors"]
