"""The language reference, from the models: `python -m redisspec.spec.reference docs/language.spec.yaml`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from redisspec.ir.keypattern import PARAMETER_TYPES
from redisspec.ir.types import SCALARS
from redisspec.spec.lowering.keyspaces import HOLDS, TAKES
from redisspec.spec.names import CLIENT_NAMES, CONNECT_NAMES
from redisspec.spec.schema import schema

_ORDER = (
    ("Document", "A spec file", "top"),
    ("KeyspaceSettings", "Keyspaces", "keyspaces"),
    ("TtlSettings", "TTLs spelt out", "ttl"),
    ("FieldSettings", "Fields spelt out", "fields"),
    ("ServerSettings", "Servers", "server, servers"),
    ("PythonSettings", "The Python package", "python"),
    ("Defaults", "Defaults", "defaults"),
    ("CacheSettings", "Caches", "caches"),
    ("NearSettings", "Near caches", "caches: near"),
    ("RateLimitSettings", "Rate limits", "rate_limits"),
    ("LockSettings", "Locks", "locks"),
    ("SessionSettings", "Sessions", "sessions"),
    ("QueueSettings", "Queues", "queues"),
    ("BackoffSettings", "Backoff", "queues: backoff"),
    ("DeadLetterSettings", "Dead letters", "queues: dead_letter"),
    ("ChannelSettings", "Channels", "channels"),
    ("IdempotencySettings", "Idempotency records", "idempotency"),
    ("OperationSettings", "Operations", "operations"),
)

_HEAD = """\
# The spec language

<!-- Made from the models in redisspec/spec/models by redisspec/spec/reference.py; not edited here. -->

One file, `redis.spec.yaml`, that a reviewer reads in a minute. Safe by default: what is silent is
bounded, expires, is atomic and stays in one slot; what is not must be said, with a reason.

`version`, `name` and at least one keyspace or policy are required. A whole example, which is also
[a file](language.spec.yaml):

```yaml
{example}```

What the steps of an operation may say is told on [a page of its own](operations.md), and what policies
promise on [theirs](patterns/README.md). Policies that this version does not generate are read and
linted (`RS005`).

## Texts with a grammar

| what | how it is written |
| --- | --- |
| duration | a whole number and a unit: `500ms`, `30s`, `5m`, `1h`, `7d`, `2w`. A number without a unit is refused |
| size | a whole number and a unit: `512B`, `64KiB`, `10MB`; at most `512MiB` |
| percentage | `5%`, `12.5%`; less than 100% |
| number | `50`, `10_000` |
| keys expected | `200_000 keys`, or the number alone |
| engine | `redis >= 7.0`, `valkey >= 8.0`; from Redis 6.2 and Valkey 7.2 on |
| rate | `100/s`, `5000/h`, `10/30s`, `100/s burst 200` |
| address | `redis://localhost:6379/0`, `${{REDIS_URL}}`, `${{REDIS_URL:-redis://localhost}}`; no password |

### Keys

`<name:type>` is a parameter, `{{…}}` is Redis's hash tag, the rest is literal: printable ASCII without
spaces. The namespace and a colon are put in front. `\\<`, `\\>`, `\\{{`, `\\}}` and `\\\\` are the characters
themselves. Types of parameters: {parameters}.

No two keyspaces or policies of one server may be able to name the same key (`RS703`).

### Types

{scalars}, `T | none`, `list<T>`, `map<T>` (texts as keys), `enum(a | b)`, `json` (anything JSON),
`json<T>`, the names under `types:`, and import paths such as `shop.models:Address`. No commas and no
brackets, so that nothing needs quotes inside YAML's braces.

### Names

Keyspaces, policies, operations, servers, fields and parameters have lower-case letters, digits and
`_`, begin with a letter and have at most 63 characters; types are CamelCase. Python's keywords are
refused, and so are the client's own names for what becomes its attribute: {client_names}. A server
is an argument of the client too, and not called {connect_names}. A field
that has to be called `class` where it is stored is written `class_: {{type: str, name: class}}`.

### What each structure takes

Besides `doc`, `key`, `structure`, `ttl`, `reason`, `expect` and `server`:

| structure | holds | its own settings |
| --- | --- | --- |
{structures}
"""


def reference(example: str) -> str:
    """The page, with this spec as its example."""
    made = schema()
    definitions = made["$defs"] | {"Document": made}
    out = [
        _HEAD.format(
            example=example if example.endswith("\n") else f"{example}\n",
            parameters=", ".join(f"`{name}`" for name in _parameter_types()),
            scalars=", ".join(f"`{name}`" for name in SCALARS),
            client_names=", ".join(f"`{name}`" for name in CLIENT_NAMES),
            connect_names=", ".join(f"`{name}`" for name in CONNECT_NAMES),
            structures="\n".join(_structure(name) for name in TAKES),
        )
    ]
    for name, title, where in _ORDER:
        out.append(_section(title, where, definitions[name], made["$defs"]))
    return "\n".join(out)


def _parameter_types() -> list[str]:
    spelt = {"enum": "enum(a | b)", "hex": "hex(16)"}
    return [spelt.get(name, name) for name in PARAMETER_TYPES]


def _structure(name: str) -> str:
    common = TAKES["string"] & TAKES["counter"]
    own = TAKES[name] - common
    holds = [word for word in (HOLDS.get(name), "fields", "map") if word in own]
    rest = sorted(own - set(holds))
    return f"| `{name}` | {_words(holds, ' or ')} | {_words(rest, ', ')} |"


def _words(words: list[str], between: str) -> str:
    return between.join(f"`{word}`" for word in words) or "none"


def _section(title: str, where: str, model: dict[str, Any], definitions: dict[str, Any]) -> str:
    required = model.get("required", [])
    lines = [f"## {title}", ""]
    if where != "top":
        lines += [f"Under `{where}`. {model['description']}", ""]
    lines += ["| key | takes | what it says |", "| --- | --- | --- |"]
    for key, setting in model["properties"].items():
        target = definitions.get(setting.get("$ref", "").rpartition("/")[2], {})
        description = setting.get("description") or target.get("description", "")
        shown = f"`{key}`" + (" (required)" if key in required else "")
        lines.append(f"| {shown} | {_takes(setting, definitions)} | {_cell(description)} |")
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _takes(setting: dict[str, Any], definitions: dict[str, Any]) -> str:
    """What may be written, in a few words, with an example where the model has one."""
    found = _words_for(setting, definitions)
    examples: list[Any] = setting.get("examples") or next(
        (choice["examples"] for choice in _choices(setting) if choice.get("examples")), []
    )
    if examples:
        found += f", such as `{_cell(_yaml(examples[0]))}`"
    return found


def _choices(setting: dict[str, Any]) -> list[dict[str, Any]]:
    return [*setting.get("anyOf", ()), *setting.get("oneOf", ())]


def _words_for(setting: dict[str, Any], definitions: dict[str, Any]) -> str:
    reference_ = setting.get("$ref")
    if reference_ is not None:
        return "a mapping"
    if "enum" in setting:
        return ", ".join(f"`{word}`" for word in setting["enum"])
    if "const" in setting:
        return f"`{setting['const']}`"
    choices = _choices(setting)
    if choices:
        words = dict.fromkeys(_words_for(choice, definitions) for choice in choices)
        if "a number" in words:
            return "a number"
        return " or ".join(words)
    return {
        "string": "a text",
        "integer": "a number",
        "boolean": "`true` or `false`",
        "array": "a list",
        "object": "a mapping",
    }.get(setting.get("type", ""), "any value")


def _yaml(example: Any) -> str:
    if isinstance(example, dict):
        return "{" + ", ".join(f"{key}: {_yaml(value)}" for key, value in example.items()) + "}"
    if isinstance(example, list):
        return "[" + ", ".join(_yaml(item) for item in example) + "]"
    return str(example)


if __name__ == "__main__":
    sys.stdout.write(reference(Path(sys.argv[1]).read_text(encoding="utf-8")))
