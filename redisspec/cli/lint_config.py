"""The linter's settings: the command line's word goes before that of pyproject.toml."""

from __future__ import annotations

from argparse import Namespace
from typing import cast

from redisspec.cli.arguments import flat
from redisspec.cli.command_error import CommandError
from redisspec.cli.config import Config, place
from redisspec.diagnostics.diagnostic import Severity
from redisspec.diagnostics.suggest import nearest
from redisspec.lint import LintConfig, unknown_selectors
from redisspec.lint.rules import RULES


def lint_config(arguments: Namespace, config: Config) -> LintConfig:
    """The settings of one run. Raises CommandError for a rule that there is not."""
    _check_selectors(arguments, config)
    select = flat(arguments.select) if arguments.select else config.select
    fail_on = arguments.fail_on or config.fail_on or "warning"
    return LintConfig(
        select=("ALL",) if select is None else select,
        extend_select=(*config.extend_select, *flat(arguments.extend_select or ())),
        ignore=flat(arguments.ignore) if arguments.ignore else config.ignore,
        severity=config.severity,
        fail_on=cast("Severity", fail_on),
        target_redis_py=arguments.target_redis_py or config.target_redis_py or (8, 0),
        target_redis=arguments.target_redis or config.target_redis,
        per_file_ignores=(*config.per_file_ignores, *flat(arguments.per_file_ignores or ())),
        wrappers=config.wrappers,
        preview=config.preview if arguments.preview is None else arguments.preview,
    )


def _check_selectors(arguments: Namespace, config: Config) -> None:
    for option in ("select", "extend_select", "ignore"):
        _refuse(f"`--{option.replace('_', '-')}`", flat(getattr(arguments, option) or ()))
    for _, rules in flat(arguments.per_file_ignores or ()):
        _refuse("`--per-file-ignores`", rules)
    written = {
        "select": config.select or (),
        "extend-select": config.extend_select,
        "ignore": config.ignore,
        "severity": tuple(config.severity),
        "per-file-ignores": tuple(word for _, rules in config.per_file_ignores for word in rules),
    }
    for key, words in written.items():
        for word in words:
            where = str(place(config.source, key, word)) if config.source else ""
            _refuse(f"{where}: `{key}`", (word,))


def _refuse(where: str, words: tuple[str, ...]) -> None:
    for word in unknown_selectors(LintConfig(select=words)):
        known = [*(rule.name for rule in RULES), *(rule.code for rule in RULES)]
        near = nearest(word, known)
        raise CommandError(
            f"{where} names `{word}`, and there is no such rule",
            f"did you mean `{near}`?" if near else "`redisspec rule --all` lists the rules",
        )
