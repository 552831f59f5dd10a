"""`redisspec rule`: what a rule does, why it matters, and what to write instead."""

from __future__ import annotations

import sys
from argparse import Namespace

from redisspec.cli.arguments import Parser, choice
from redisspec.cli.command_error import CommandError
from redisspec.diagnostics.suggest import nearest
from redisspec.lint.rule import Rule
from redisspec.lint.rules import RULES, rule_called

_PAGE = """\
Usage: redisspec rule RULE ... | --all

Explain rules: what each does, why that is bad in production, and what to write instead.

Examples:
  redisspec rule RS201                   by code
  redisspec rule unbounded-collection    by name
  redisspec rule --all                   every rule, a line each
  redisspec rule --all --output-format json

Options:
  --all                       every rule
  --output-format text|json   how to print (default: text)
  -h, --help                  this page
"""


def parser() -> Parser:
    """The arguments."""
    parser = Parser("rule", _PAGE)
    parser.add_argument("rules", nargs="*", metavar="RULE")
    parser.add_argument("--all", action="store_true", dest="every")
    parser.add_argument("--output-format", type=choice("text", "json"), default="text")
    return parser


def run(arguments: Namespace) -> int:
    """Print the rules that were asked for."""
    if arguments.every:
        chosen = list(RULES)
    elif arguments.rules:
        chosen = [_find(word) for word in arguments.rules]
    else:
        raise CommandError("name a rule", "`redisspec rule RS201` explains one, `--all` lists them")
    if arguments.output_format == "json":
        import json  # noqa: PLC0415 - not for the text form

        content = [_as_json(rule) for rule in chosen]
        sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    elif arguments.every:
        width = max(len(rule.name) for rule in chosen)
        for rule in chosen:
            sys.stdout.write(
                f"{rule.code}  {rule.name:<{width}}  {rule.severity:<7}  {rule.summary}\n"
            )
    else:
        sys.stdout.write("\n".join(_page(rule) for rule in chosen))
    return 0


def _find(word: str) -> Rule:
    rule = rule_called(f"RS{word}" if word.isdigit() else word.replace("_", "-"))
    if rule is not None:
        return rule
    near = nearest(word, [*(rule.name for rule in RULES), *(rule.code for rule in RULES)])
    raise CommandError(
        f"there is no rule `{word}`",
        f"did you mean `{near}`?" if near else "`redisspec rule --all` lists the rules",
    )


def _page(rule: Rule) -> str:
    facts = f"Severity: {rule.severity}. Category: {rule.category}."
    fixable = " Has a fix." if rule.fixable else ""
    return f"# {rule.code} {rule.name}\n\n{facts}{fixable}\n\n{rule.documentation.strip()}\n"


def _as_json(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "severity": rule.severity,
        "category": rule.category,
        "fixable": rule.fixable,
        "explanation": rule.documentation.strip(),
    }
