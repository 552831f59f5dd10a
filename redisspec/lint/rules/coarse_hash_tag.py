"""A hash tag puts many keys into one slot, or into very few.

## What it does
Finds keys with parameters whose hash tag (what stands in braces) is a constant, a parameter of listed
values (`enum`), or a date: what decides the slot then has one value, some, or one at a time. It is a
warning where the server is a cluster; elsewhere there are no slots yet, and it is an info.

## Why is this bad
A slot lives on one node. If all keys of a keyspace share a slot, one node takes all of its load and all
of its memory, and adding nodes does not help. With a date in the braces it is another node each day,
and each in turn is the one that goes down.

## Example
```yaml
server: {topology: cluster}
keyspaces:
  cart:
    key: "{cart}:<user_id:int>"
    structure: hash
    fields: {sku: str}
    ttl: 30d
```

## Use instead
```yaml
server: {topology: cluster}
keyspaces:
  cart:
    key: cart:{<user_id:int>}
    structure: hash
    fields: {sku: str}
    ttl: 30d
```
Put into the braces what joins the keys that one step must touch together, and nothing coarser.

## Fix safety
There is no fix: a key that is renamed is another key, and the data stays under the old one.

## References
- [Redis: cluster specification, hash tags](https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Related
from redisspec.ir.keypattern import KeyPattern, Literal, Parameter
from redisspec.lint.declarations import Declaration, declarations, noun, place
from redisspec.lint.keyfacts import WINDOW_TYPES
from redisspec.lint.rule import Rule
from redisspec.lint.wording import names

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.keypattern import Part
    from redisspec.ir.program import Program

_FEW_VALUES = ("enum", *WINDOW_TYPES)
_MOST_RELATED = 5


def check(program: Program) -> Iterator[Diagnostic]:
    """One finding a declaration with a coarse tag, naming the others that share it."""
    sharing: dict[tuple[str, tuple[Part, ...]], list[Declaration]] = {}
    for declaration in declarations(program):
        tag = declaration.pattern.tag if declaration.pattern is not None else None
        if tag is not None:
            sharing.setdefault((declaration.server, tag), []).append(declaration)
    for (server, tag), declared in sharing.items():
        effect = _effect(tag)
        if effect is None:
            continue
        target = program.servers.get(server)
        on_cluster = target is not None and target.topology == "cluster"
        for declaration in declared:
            finer = _finer(declaration.pattern, tag) if declaration.pattern is not None else []
            if not finer:
                continue
            others = [one for one in declared if one is not declaration]
            shared = f", with those of {names([one.name for one in others])}" if others else ""
            yield RULE.found(
                place(declaration, "key"),
                f"on a cluster all keys of `{declaration.name}` lie in {effect}{shared}: one node "
                "takes the whole load",
                "put the braces around what spreads the keys: "
                f"`{{<{finer[0].name}:{finer[0].type.text}>}}`",
                severity="warning" if on_cluster else "info",
                related=tuple(
                    Related(place(one, "key"), f"the {noun(one)} `{one.name}` has the same tag")
                    for one in others[:_MOST_RELATED]
                ),
            )


def _effect(tag: tuple[Part, ...]) -> str | None:
    """Where a tag puts keys, as the end of a sentence; None for a tag that spreads them."""
    varying = [part for part in tag if not isinstance(part, Literal)]
    if not varying:
        text = "".join(part.text for part in tag if isinstance(part, Literal))
        return f"one slot, that of `{{{text}}}`"
    count = 1
    for part in varying:
        if not isinstance(part, Parameter) or part.type.name not in _FEW_VALUES:
            return None
        if part.type.name in WINDOW_TYPES:
            return f"one slot at a time, that of the current `<{part.name}:{part.type.text}>`"
        count *= len(part.type.members)
    return f"at most {count} slots" if count > 1 else "one slot"


def _finer(pattern: KeyPattern, tag: tuple[Part, ...]) -> list[Parameter]:
    """The parameters outside the tag that would spread the keys."""
    return [
        part for part in pattern.parameters if part not in tag and part.type.name not in _FEW_VALUES
    ]


RULE = Rule("RS708", "coarse-hash-tag", "warning", "keys", "model", __doc__ or "", check)
