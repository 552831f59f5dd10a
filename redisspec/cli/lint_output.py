"""What a run of the linter prints: its findings in one or several forms, statistics, a closing sentence."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redisspec.cli.command_error import CommandError
from redisspec.cli.report import counted, summary
from redisspec.cli.terminal import coloured

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.source.text import SourceText

FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit")
_FOR_PEOPLE = ("text", "concise", "github")


@dataclass(frozen=True, slots=True)
class Output:
    """One form of the findings; `file` is None for standard output."""

    form: str
    file: str | None


def check_outputs(outputs: Sequence[Output]) -> None:
    """Raises CommandError where two forms would stand in one place."""
    files = [output.file for output in outputs]
    for file in files:
        if files.count(file) > 1:
            where = "standard output" if file is None else f"`{file}`"
            raise CommandError(
                f"two outputs would go to {where}",
                "give all but one a file: `--output-format sarif=lint.sarif`",
            )


def show(
    outputs: Sequence[Output],
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, SourceText],
    *,
    closing: str = "",
) -> None:
    """Write the findings in every form; those for people end in a sentence that counts."""
    for output in outputs:
        shown = _rendered(output, diagnostics, sources)
        if output.file is not None:
            _write(output.file, shown)
            continue
        sys.stdout.write(shown)
        if output.form in _FOR_PEOPLE:
            gap = "\n" if shown and output.form == "text" else ""
            sys.stdout.write(f"{gap}{summary(diagnostics)}{closing}\n")


def show_statistics(outputs: Sequence[Output], diagnostics: Sequence[Diagnostic]) -> None:
    """How many findings each rule has, the most first."""
    counts = Counter((one.code, one.name) for one in diagnostics)
    rows = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    if any(output.form == "json" and output.file is None for output in outputs):
        import json  # noqa: PLC0415 - only for this form

        data = [{"code": code, "name": name, "count": count} for (code, name), count in rows]
        sys.stdout.write(json.dumps(data, indent=2) + "\n")
        return
    width = max((len(f"{count:,}") for _, count in rows), default=0)
    for (code, name), count in rows:
        sys.stdout.write(f"{count:>{width},}  {code}  {name}\n")
    sys.stdout.write(f"{summary(diagnostics)}\n")


def closing_words(diagnostics: Sequence[Diagnostic], *, fixed: int, known: int, gone: int) -> str:
    """What stands behind the counts: what was mended, what may be, what the baseline covers."""
    words = []
    if fixed:
        words.append(f"{counted(fixed, 'finding')} fixed")
    safe = sum(one.fix is not None and one.fix.safe for one in diagnostics)
    unsafe = sum(one.fix is not None and not one.fix.safe for one in diagnostics)
    if safe:
        words.append(f"{safe:,} can be fixed with `--fix`")
    if unsafe:
        more = " more" if safe else " can be fixed"
        words.append(f"{unsafe:,}{more} with `--fix --unsafe-fixes`")
    if known:
        words.append(f"{known:,} known to the baseline")
    if gone:
        words.append(
            f"{gone:,} of the baseline {'is' if gone == 1 else 'are'} gone: `--update-baseline` drops them"
        )
    return f" ({'; '.join(words)})" if words else ""


def _rendered(
    output: Output, diagnostics: Sequence[Diagnostic], sources: Mapping[str, SourceText]
) -> str:
    color = output.file is None and coloured(sys.stdout)
    match output.form:
        case "text":
            from redisspec.diagnostics.text import render  # noqa: PLC0415 - one of seven

            return render(diagnostics, sources, color=color)
        case "concise":
            from redisspec.diagnostics.text import render_concise  # noqa: PLC0415 - see above

            return render_concise(diagnostics, sources, color=color)
        case "json":
            from redisspec.diagnostics.json import render_json  # noqa: PLC0415 - see above

            return render_json(diagnostics)
        case "github":
            from redisspec.diagnostics.github import render_github  # noqa: PLC0415 - see above

            return render_github(diagnostics)
        case "gitlab":
            from redisspec.diagnostics.gitlab import render_gitlab  # noqa: PLC0415 - see above

            return render_gitlab(diagnostics)
        case "junit":
            from redisspec.diagnostics.junit import render_junit  # noqa: PLC0415 - see above

            return render_junit(diagnostics)
    from redisspec import __version__  # noqa: PLC0415 - see above
    from redisspec.diagnostics.sarif import Description, render_sarif  # noqa: PLC0415 - see above
    from redisspec.lint.rules import RULES  # noqa: PLC0415 - see above

    described = [
        Description(
            rule.code,
            rule.name,
            rule.summary,
            rule.documentation.strip(),
            rule.severity,
            f"docs/rules.md#{rule.name}",
        )
        for rule in RULES
    ]
    return render_sarif(diagnostics, described, __version__)


def _write(file: str, text: str) -> None:
    try:
        path = Path(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise CommandError(
            f"cannot write `{file}`: {reason}", "name a file that can be written"
        ) from None
