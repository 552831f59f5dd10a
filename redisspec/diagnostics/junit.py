"""Diagnostics as JUnit's XML: a test suite a file, a failed test a finding."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from redisspec.diagnostics.diagnostic import Diagnostic
from redisspec.diagnostics.order import in_order

# What XML 1.0 has no way to write.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(diagnostics: Iterable[Diagnostic]) -> str:
    """The document; a run without findings has one test that passed."""
    found = in_order(diagnostics)
    total = len(found)
    lines = ['<?xml version="1.0" encoding="utf-8"?>']
    lines.append(
        f'<testsuites name="redisspec" tests="{total or 1}" failures="{total}" errors="0">'
    )
    if not found:
        lines += [
            '  <testsuite name="redisspec" tests="1" failures="0" errors="0">',
            '    <testcase name="no findings" classname="redisspec"/>',
            "  </testsuite>",
        ]
    for file, its in groupby(found, lambda one: one.span.file):
        group = list(its)
        lines.append(
            f'  <testsuite name={_attribute(file)} tests="{len(group)}" failures="{len(group)}" errors="0">'
        )
        for one in group:
            name = f"{one.code} {one.name} at {one.span.line}:{one.span.column}"
            where = f'line="{one.span.line}" column="{one.span.column}"'
            lines.append(
                f"    <testcase name={_attribute(name)} classname={_attribute(file)} {where}>"
            )
            said = f"{one.span}: {one.message}" + (f"\nhelp: {one.help}" if one.help else "")
            lines.append(
                f"      <failure type={_attribute(one.severity)} message={_attribute(one.message)}>"
                f"{escape(_FORBIDDEN.sub('?', said))}</failure>"
            )
            lines.append("    </testcase>")
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _attribute(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("?", text))
