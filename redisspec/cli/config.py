"""The [tool.redisspec] table of the nearest pyproject.toml, checked and with the place of each key."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from redisspec.cli.arguments import read_version
from redisspec.diagnostics.diagnostic import SEVERITIES, Diagnostic, Severity
from redisspec.diagnostics.suggest import nearest
from redisspec.source.problem import RIGHTS
from redisspec.source.span import Span
from redisspec.source.text import SourceText

if TYPE_CHECKING:
    from redisspec.readers.python.wrappers import Wrapper

FILE = "pyproject.toml"
TABLE = "tool.redisspec"
KEYS = (
    "spec", "select", "extend-select", "ignore", "fail-on", "severity", "target-redis-py",
    "target-redis", "per-file-ignores", "exclude", "preview", "baseline", "wrappers",
)  # fmt: skip

CODE, NAME = "RS006", "invalid-config"


@dataclass(frozen=True, slots=True)
class Config:
    """What the table says. `specs` are paths as seen from the working directory.

    `source` is the file, None where no pyproject.toml speaks of redisspec. `diagnostics` are its
    mistakes; what is wrong is left out of the rest.
    """

    specs: tuple[str, ...] = ()
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = None
    severity: Mapping[str, Severity] = field(default_factory=dict)
    source: SourceText | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    target_redis_py: tuple[int, int] | None = None
    target_redis: tuple[int, int] | None = None
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    preview: bool = False
    baseline: str | None = None
    wrappers: tuple[Wrapper, ...] = ()


def load_config(start: Path | None = None) -> Config:
    """Read the nearest pyproject.toml with the table, from `start` (default: here) upward."""
    folder = Path.cwd() if start is None else start
    for place in (folder, *folder.parents):
        path = place / FILE
        try:
            data = path.read_bytes()
        except PermissionError:
            # Settings that nobody hears of would be worse than none.
            if path.is_file():
                shown = _shown(path, folder)
                fault = f"`{shown}` cannot be read: Permission denied"
                return Config(
                    diagnostics=(
                        Diagnostic(CODE, NAME, fault, "error", Span(shown, 1, 1, 1, 1), RIGHTS),
                    )
                )
            continue
        except OSError:
            continue
        # tomllib costs more than the rest of a run on a small spec: first look for the word.
        if b"redisspec" in data:
            config = parse_config(_shown(path, folder), data, place)
            if config is not None:
                return config
    return Config()


def _shown(path: Path, folder: Path) -> str:
    return os.path.relpath(path, folder)


def parse_config(shown: str, data: bytes, folder: Path) -> Config | None:
    """The configuration in a file's bytes; None where it has no such table.

    `shown` is the path for messages; paths inside are relative to `folder`.
    """
    import tomllib  # noqa: PLC0415 - most runs have no table to read

    source = SourceText(shown, data.decode("utf-8", "replace").replace("\r\n", "\n"))
    try:
        content = tomllib.loads(data.decode().replace("\r\n", "\n"))
    except UnicodeDecodeError:
        return Config(source=source, diagnostics=(_fault(source, (1, 1), "it is not UTF-8"),))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return Config(source=source, diagnostics=(_unreadable(source, str(error)),))
    tool = content.get("tool")
    table = tool.get("redisspec") if isinstance(tool, dict) else None
    if table is None:
        return None
    return _Reader(source, folder).read(table)


def place(source: SourceText, key: str, word: str | None = None) -> Span:
    """Where `key` of the table stands; with `word`, where that stands after it.

    tomllib keeps no positions. A key that cannot be found by looking (a dotted or quoted spelling)
    gets the table's own line.
    """
    table, fallback = "", Span(source.path, 1, 1, 1, 1)
    lines = source.lines()
    inside = f"{TABLE}.{key}"
    for number, line in enumerate(lines, 1):
        header = re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line)
        if header:
            table = header[1].replace('"', "")
            if table in (TABLE, inside):
                fallback = _span(source, number, header.start(1), header.end(1))
            if table == inside and word is None:
                return fallback
            continue
        found = re.match(r"\s*[\"']?([A-Za-z0-9_.-]+)[\"']?\s*=", line)
        if found and table == inside and found[1] == word:
            return _span(source, number, found.start(1), found.end(1))
        if found and table == TABLE and found[1] == key:
            here = _span(source, number, found.start(1), found.end(1))
            return here if word is None else _word(source, lines, here, word)
    return fallback


def _word(source: SourceText, lines: list[str], after: Span, word: str) -> Span:
    start = after.end_column
    for number in range(after.line, min(after.line + 200, len(lines)) + 1):
        line = lines[number - 1]
        if number > after.line and re.match(r"\s*\[\s*[A-Za-z]", line):
            break
        column = line.find(word, start)
        if column >= 0:
            return _span(source, number, column, column + len(word))
        start = 0
    return after


def _written(source: SourceText, text: str) -> Span | None:
    """Where a key stands that is quoted, since it is no plain word."""
    for number, line in enumerate(source.lines(), 1):
        column = line.find(text)
        if text and column >= 0:
            return _span(source, number, column, column + len(text))
    return None


def _span(source: SourceText, line: int, start: int, end: int) -> Span:
    return Span(source.path, line, start + 1, line, end + 1)


def _unreadable(source: SourceText, said: str) -> Diagnostic:
    found = re.search(r"\(at line (\d+), column (\d+)\)", said)
    at = (int(found[1]), int(found[2])) if found else (source.line_count, 1)
    what = re.sub(r"\s*\(at .*\)$", "", said)
    return _fault(source, at, f"this is no TOML: {what[:1].lower()}{what[1:]}")


def _fault(source: SourceText, at: tuple[int, int], message: str) -> Diagnostic:
    line, column = at
    return _problem(Span(source.path, line, column, line, column + 1), message, None)


def _problem(span: Span, message: str, help_: str | None) -> Diagnostic:
    return Diagnostic(CODE, NAME, message, "error", span, help_)


class _Reader:
    """Checks one table; gathers every mistake in it."""

    def __init__(self, source: SourceText, folder: Path) -> None:
        self._source = source
        self._folder = folder
        self._found: list[Diagnostic] = []

    def read(self, table: object) -> Config:
        if not isinstance(table, dict):
            self._wrong("", f"`{TABLE}` is a table", f"write `[{TABLE}]` and the keys below it")
            return Config(source=self._source, diagnostics=tuple(self._found))
        for key in table:
            if key not in KEYS:
                near = nearest(key.replace("_", "-"), KEYS)
                listed = ", ".join(f"`{known}`" for known in KEYS)
                self._wrong(
                    key,
                    f"[{TABLE}] has no key `{key}`",
                    f"did you mean `{near}`?" if near else f"the keys are {listed}",
                )
        specs = self._texts(table, "spec", one=True) or ()
        fail_on = table.get("fail-on")
        return Config(
            tuple(os.path.relpath(self._folder / spec) for spec in specs),
            self._texts(table, "select"),
            self._texts(table, "extend-select") or (),
            self._texts(table, "ignore") or (),
            None if fail_on is None else self._severity("fail-on", None, fail_on),
            self._severities(table.get("severity", {})),
            self._source,
            target_redis_py=self._version(table, "target-redis-py"),
            target_redis=self._version(table, "target-redis"),
            per_file_ignores=self._per_file(table.get("per-file-ignores", {})),
            exclude=self._texts(table, "exclude", one=True, what="patterns") or (),
            preview=self._flag(table, "preview"),
            baseline=self._baseline(table),
            wrappers=self._wrappers(table.get("wrappers")),
            diagnostics=tuple(self._found),
        )

    def _per_file(self, value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
        found = []
        for pattern, rules in value.items() if isinstance(value, dict) else ():
            if isinstance(rules, list) and all(isinstance(rule, str) for rule in rules):
                found.append((self._from_here(pattern), tuple(rules)))
        if not isinstance(value, dict) or len(found) != len(value):
            self._wrong(
                "per-file-ignores",
                "`per-file-ignores` maps file patterns to lists of rules",
                'write `per-file-ignores = {"scripts/*" = ["RS209"]}`',
            )
        return tuple(found)

    def _from_here(self, pattern: str) -> str:
        """A pattern with a folder in it is meant from this file's folder on."""
        here = os.path.relpath(self._folder)
        return pattern if here == "." or "/" not in pattern else f"{here}/{pattern}"

    def _flag(self, table: Mapping[str, object], key: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            self._wrong(key, f"`{key}` is true or false", f"write `{key} = true`")
        return value is True

    def _baseline(self, table: Mapping[str, object]) -> str | None:
        value = table.get("baseline")
        if value is None:
            return None
        if not isinstance(value, str):
            self._wrong(
                "baseline", "`baseline` is a path", 'write `baseline = "redisspec.baseline.json"`'
            )
            return None
        return os.path.relpath(self._folder / value)

    def _wrappers(self, value: object) -> tuple[Wrapper, ...]:
        if value is None:
            return ()
        # Few tables declare any.
        from redisspec.readers.python.wrappers import EXAMPLE, NoWrapper, read_wrapper  # noqa: PLC0415 - see above

        if not isinstance(value, dict):
            self._wrong(
                "wrappers", "`wrappers` maps functions to what they send", f"write {EXAMPLE}"
            )
            return ()
        found = []
        for signature, sent in value.items():
            read = (
                read_wrapper(signature, sent)
                if isinstance(sent, str)
                else NoWrapper(f"what `{signature}` sends is a text", f"write {EXAMPLE}")
            )
            if isinstance(read, NoWrapper):
                where = _written(self._source, signature) or place(self._source, "wrappers")
                self._found.append(_problem(where, read.reason, read.help))
            else:
                found.append(read)
        return tuple(found)

    def _version(self, table: Mapping[str, object], key: str) -> tuple[int, int] | None:
        value = table.get(key)
        if value is None:
            return None
        # 7.10 as a number would be 7.1
        found = read_version(value) if isinstance(value, str) else None
        if found is None and isinstance(value, int) and not isinstance(value, bool):
            found = read_version(str(value))
        if found is None:
            self._wrong(key, f"`{key}` is a version in quotes", f'write `{key} = "7.2"`')
        return found

    def _wrong(self, key: str, message: str, help_: str, word: str | None = None) -> None:
        self._found.append(_problem(place(self._source, key, word), message, help_))

    def _texts(
        self, table: Mapping[str, object], key: str, *, one: bool = False, what: str = "a path"
    ) -> tuple[str, ...] | None:
        value = table.get(key)
        if value is None:
            return None
        values = [value] if one and isinstance(value, str) else value
        if isinstance(values, list) and values and all(isinstance(text, str) for text in values):
            return tuple(values)
        if values == [] and not one:
            return ()
        example = '"redis.spec.yaml"' if one else '["RS205"]'
        kind = "a path, or a list of paths" if one else "a list of rules"
        if what == "patterns":
            example, kind = '["tests/data"]', "a list of file patterns"
        self._wrong(key, f"`{key}` is {kind}", f"write `{key} = {example}`")
        return None

    def _severity(self, key: str, word: str | None, value: object) -> Severity | None:
        for severity in SEVERITIES:
            if value == severity:
                return severity
        near = nearest(value, SEVERITIES) if isinstance(value, str) else None
        listed = ", ".join(f'"{severity}"' for severity in SEVERITIES)
        name = word or key
        self._wrong(
            key,
            f"`{name}` takes a severity",
            f'did you mean "{near}"?' if near else f"write one of {listed}",
            word,
        )
        return None

    def _severities(self, value: object) -> Mapping[str, Severity]:
        if not isinstance(value, dict):
            self._wrong(
                "severity",
                "`severity` maps rules to severities",
                'write `severity = {RS205 = "warning"}`',
            )
            return {}
        found = {}
        for rule, text in value.items():
            severity = self._severity("severity", rule, text)
            if severity is not None:
                found[rule] = severity
        return found
