"""The configuration for a command; a mistake in it ends the command with its place shown."""

from __future__ import annotations

from redisspec.cli.command_error import CommandError
from redisspec.cli.config import Config, load_config


def settings() -> Config:
    """The nearest [tool.redisspec], or the defaults. Raises CommandError for a table with mistakes."""
    config = load_config()
    if config.diagnostics:
        from redisspec.cli.report import show_errors  # noqa: PLC0415 - only for mistakes

        sources = {config.source.path: config.source} if config.source else {}
        show_errors(config.diagnostics, sources)
        raise CommandError(None)
    return config
