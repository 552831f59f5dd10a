"""Argument parsing: argparse, with help written by hand and mistakes told in one sentence."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn, TypeVar

from redisspec.cli.command_error import CommandError
from redisspec.diagnostics.suggest import nearest

_T = TypeVar("_T")

_REWORDED = {
    "expected one argument": "a value is missing",
    "ignored explicit argument .*": "it takes no value",
}


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Help is written by hand; without a width argparse would import shutil to ask for one."""
    return argparse.HelpFormatter(prog, width=100)


class Parser(argparse.ArgumentParser):
    """The parser of one verb. `page` is its whole help; an option that is mistyped is named."""

    def __init__(self, verb: str, page: str) -> None:
        super().__init__(
            prog=f"redisspec {verb}",
            add_help=False,
            allow_abbrev=False,
            formatter_class=_formatter,
        )
        self._page = page

    def format_help(self) -> str:
        """The help page, as written."""
        return self._page

    def parse_args(  # type: ignore[override] # the overloads take a namespace, which no verb gives
        self, arguments: Sequence[str]
    ) -> argparse.Namespace:
        """Parse; raises CommandError for what the verb does not know."""
        found, rest = self.parse_known_intermixed_args(list(arguments))
        if rest:
            raise self._unknown(rest[0])
        return found

    def _unknown(self, word: str) -> CommandError:
        if not word.startswith("-"):
            return CommandError(f"`{self.prog}` takes no further `{word}`", self._see())
        options = [option for action in self._actions for option in action.option_strings]
        name, equals, _ = word.partition("=")
        if equals and name in ("-h", "--help"):
            return CommandError(f"`{name}`: it takes no value", self._see())
        near = nearest(name, options)
        return CommandError(
            f"`{self.prog}` has no option `{name}`",
            f"did you mean `{near}`?" if near else self._see(),
        )

    def error(self, message: str) -> NoReturn:
        """Raise what argparse found as a CommandError."""
        found = re.fullmatch(r"argument (\S+): (.*)", message, re.DOTALL)
        if found:
            names, what = found.groups()
            message = f"`{names.split('/')[-1]}`: {what}"
        for theirs, ours in _REWORDED.items():
            message = re.sub(theirs, ours, message)
        raise CommandError(message, self._see())

    def _see(self) -> str:
        return f"`{self.prog} --help` shows the usage"


def choice(*words: str) -> Callable[[str], str]:
    """An argument type: one of `words`."""

    def parse(text: str) -> str:
        if text in words:
            return text
        near = nearest(text, words)
        listed = ", ".join(f"`{word}`" for word in words)
        hint = f"; did you mean `{near}`?" if near else ""
        raise argparse.ArgumentTypeError(f"`{text}` is not one of {listed}{hint}")

    return parse


def output(*forms: str) -> Callable[[str], tuple[str, str | None]]:
    """An argument type: a form, or `form=FILE`, as (form, file)."""
    form = choice(*forms)

    def parse(text: str) -> tuple[str, str | None]:
        name, equals, file = text.partition("=")
        if equals and not file:
            raise argparse.ArgumentTypeError(f"`{text}` names no file: write `{name}=FILE`")
        return form(name), file or None

    return parse


def selectors(text: str) -> tuple[str, ...]:
    """An argument type: rule codes, names or categories with commas between them."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if not found:
        raise argparse.ArgumentTypeError("name at least one rule, such as `RS201` or `ttl`")
    return found


def version(text: str) -> tuple[int, int]:
    """An argument type: a version such as `5`, `7.2` or `8.1.0`, as (major, minor)."""
    found = read_version(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"`{text}` is no version, such as `5` or `7.2`")
    return found


def read_version(text: str) -> tuple[int, int] | None:
    """The (major, minor) of a version's text, or None where it is none."""
    found = re.fullmatch(r"v?(\d{1,3})(?:\.(\d{1,3}))?(?:\.\w+)*", text.strip())
    return (int(found[1]), int(found[2] or 0)) if found else None


def patterns(text: str) -> tuple[str, ...]:
    """An argument type: file patterns with commas between them."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if not found:
        raise argparse.ArgumentTypeError("name at least one pattern, such as `tests/data`")
    return found


def pattern_rules(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """An argument type: `scripts/*:RS209,RS210`, with more of them after spaces."""
    found = []
    for part in text.split():
        pattern, colon, rules = part.rpartition(":")
        listed = tuple(rule.strip() for rule in rules.split(",") if rule.strip())
        if not colon or not pattern or not listed:
            raise argparse.ArgumentTypeError(
                f"`{part}` is no pattern with rules, such as `scripts/*:RS209,flush`"
            )
        found.append((pattern, listed))
    return tuple(found)


def flat(groups: Iterable[tuple[_T, ...]]) -> tuple[_T, ...]:
    """What an option that may be repeated gathered."""
    return tuple(word for group in groups for word in group)
