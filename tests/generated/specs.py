"""Specs drawn at random: hostile names, documents and types, all within the language."""

import json
import keyword
import re
from typing import Any

from hypothesis import strategies as st

from redisspec.spec.names import CLIENT_NAMES

NASTY = (
    "id", "type", "date", "datetime", "int", "str", "list", "set", "key", "value", "item", "member",
    "field", "by", "count", "timedelta", "values", "keys_", "decimal", "uuid", "float", "bytes",
    "bool", "dict", "tuple", "all", "any", "len", "range", "isinstance", "optional", "scored",
    "listed", "distances", "entries", "compile", "key_int", "check_key", "record", "reply", "raw",
    "fields", "elements", "score", "offset", "bit", "page", "start", "stop", "index", "lane_",
    "prefix", "result", "match", "case", "print", "object", "literal", "x" * 63,
)  # fmt: skip
BAIT = (
    'pwned()', '"""', "'''", '"', "'", "\\", "\n", "pwned()\n", '"""\npwned()\n"""', "\\N{BULLET}",
    "{pwned()}", "%s", "#", "\x85", "\u2028", "\u202e", "\x00", "\\\n", "é☃😀", "    indented", "\t",
    "'+pwned()+'", '"+pwned()+"', "\\\"+pwned()+\\\"", "\\u0022", "\\x22",
)  # fmt: skip

PRINTABLE = "".join(map(chr, range(0x21, 0x7F))) + "éß☃漢字😀ﬁ"
"""Of what stored names are made: every sign of ASCII, and letters of one and two columns."""

hostile = st.lists(st.sampled_from(BAIT) | st.text(max_size=12), min_size=1, max_size=8).map(
    "".join
)
names = (
    st.sampled_from(NASTY) | st.from_regex(r"\A[a-z][a-z0-9_]{0,20}\Z")
).filter(lambda name: not keyword.iskeyword(name) and name not in {"self", "cls"})  # fmt: skip
members = st.lists(
    st.from_regex(r"\A[A-Za-z][A-Za-z0-9_.+-]{0,20}\Z"), min_size=1, max_size=6, unique=True
)
scalars = st.sampled_from(
    ("str", "int", "float", "bool", "bytes", "decimal", "datetime", "date", "uuid", "slug")
)
flat = scalars | members.map(lambda found: f"enum({' | '.join(found)})")
RECORDS = ("Product", "Decimal", "Any", "UUID")


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        inner.map("list<{}>".format),
        inner.map("map<{}>".format),
        inner.filter(lambda text: "| none" not in text).map("list<{} | none>".format),
        inner.map("json<{}>".format),
    )


types = st.recursive(flat | st.sampled_from((*RECORDS, "json")), _nested, max_leaves=3)
kinds = st.sampled_from(
    ("int", "uuid", "slug", "str", "encoded", "date", "month", "isoweek", "hour", "hex(7)",
     "enum(a | b)", "enum(only)")
)  # fmt: skip
printable = st.text(PRINTABLE, min_size=1, max_size=20)


def fields_of(draw: st.DrawFn, taken: set[str], *, plain: bool = False) -> dict[str, Any]:
    """Fields of a record, hash or stream; the first one is always there."""
    found: dict[str, Any] = {}
    stored: set[str] = set()
    wanted = draw(
        st.lists(names.filter(lambda n: n not in taken), min_size=1, max_size=5, unique=True)
    )
    for at, name in enumerate(wanted):
        kind = draw(scalars if plain else types)
        field: dict[str, Any] = {"type": kind}
        if at and draw(st.booleans()):
            field["type"] = f"{kind} | none"
        if kind == "str" and draw(st.booleans()):
            field["default"] = draw(hostile)
        if draw(st.booleans()):
            field["doc"] = draw(hostile)
        spelt = draw(st.none() | printable)
        if spelt is not None and spelt not in stored and spelt not in wanted:
            field["name"] = spelt
            stored.add(spelt)
        found[name] = field
    return found


SHAPES = (
    "string", "counter", "hash", "map", "list", "set", "sorted_set", "stream", "hyperloglog",
    "bitmap", "geo", "bloom_filter",
)  # fmt: skip


@st.composite
def keyspaces(draw: st.DrawFn, at: int) -> tuple[str, dict[str, Any]]:
    """A keyspace and its name; `at` keeps its keys apart from the others'."""
    shape = draw(st.sampled_from(SHAPES))
    wanted = draw(st.lists(names, max_size=4, unique=True))
    key = "".join((f"k{at}", *(f":<{name}:{draw(kinds)}>" for name in wanted)))
    made: dict[str, Any] = {"key": key, "structure": "hash" if shape == "map" else shape}
    taken = set(wanted)
    if shape in {"hash", "stream"}:
        made["fields"] = fields_of(draw, taken)
    elif shape == "map":
        made["map"] = {draw(flat): draw(types)}
    elif shape in {"string", "list"}:
        made["value" if shape == "string" else "item"] = draw(types)
    elif shape in {"set", "sorted_set", "geo", "hyperloglog", "bloom_filter"}:
        made["element" if shape == "hyperloglog" else "member"] = draw(flat)
    if shape == "bloom_filter":
        made |= {
            "capacity": draw(st.integers(1, 10**8)),
            "error_rate": f"{draw(st.integers(1, 49))}%",
        }
    if shape in {"map", "list", "set", "sorted_set", "stream", "bitmap", "geo"} and draw(
        st.booleans()
    ):
        made["max_items"] = draw(st.integers(1, 10_000))
        if shape in {"list", "sorted_set", "stream"}:
            made["when_full"] = draw(st.sampled_from(("trim", "reject")))
    if draw(st.integers(0, 3)):
        life: dict[str, Any] = {"for": "1h"}
        life["refresh"] = draw(st.sampled_from(("on_write", "on_access", "never")))
        if draw(st.booleans()):
            life["max"] = "2h"
        made["ttl"] = life
    else:
        made |= {"ttl": "never", "reason": draw(hostile)}
    if draw(st.booleans()):
        made["doc"] = draw(hostile)
    return f"{draw(names)[:40]}_{at}", made


@st.composite
def operations(draw: st.DrawFn, spaces: dict[str, dict[str, Any]], least: int) -> dict[str, Any]:
    """Operations with the script x.lua; their keys are those that need no parameter."""
    plain = [name for name, space in spaces.items() if "<" not in space["key"]]
    found: dict[str, Any] = {}
    free = names.filter(lambda name: name not in {*spaces, *CLIENT_NAMES})
    for name in draw(st.lists(free, min_size=least, max_size=2, unique=True)):
        wanted = draw(st.lists(names, max_size=6, unique=True))
        made: dict[str, Any] = {"lua": "x.lua"}
        made["params"] = {
            one: draw(types) + draw(st.sampled_from(("", " | none"))) for one in wanted
        }
        if draw(st.booleans()):
            made["returns"] = draw(types)
        if draw(st.booleans()):
            made["doc"] = draw(hostile)
        made["keys"] = {f"key_{at}": space for at, space in enumerate(plain)}
        found[name[:50]] = made
    return found


@st.composite
def rate_limits(draw: st.DrawFn, at: int) -> tuple[str, dict[str, Any]]:
    """A rate limit and its name."""
    wanted = draw(st.lists(names, max_size=4, unique=True))
    key = "".join((f"r{at}", *(f":<{name}:{draw(kinds)}>" for name in wanted)))
    made: dict[str, Any] = {"key": key, "doc": draw(hostile)}
    algorithm = draw(st.sampled_from(("gcra", "fixed_window", "sliding_log", "concurrency")))
    made["algorithm"] = algorithm
    if algorithm == "concurrency":
        made |= {"concurrent": draw(st.integers(1, 10_000)), "lease": "90s"}
    else:
        made["limits"] = draw(st.sampled_from((["5/s"], ["1/ms", "10_000/d"], ["77/13m"])))
    if not wanted:
        made["deny"] = [key]
    return f"{draw(names)}_{at}"[:63], made


@st.composite
def sessions(draw: st.DrawFn, at: int) -> tuple[str, dict[str, Any]]:
    """A kind of session and its name."""
    made: dict[str, Any] = {"idle": "30m", "absolute": "12h", "doc": draw(hostile)}
    identifying = st.sampled_from(("int", "str", "slug", "uuid", "enum(a | b)"))
    user = draw(st.lists(names, max_size=3, unique=True))
    if user:
        made |= {"user": {name: draw(identifying) for name in user}, "max_per_user": 5}
    if draw(st.booleans()):
        made["fields"] = fields_of(draw, set(user))
    made["key"] = f"s{at}"
    return f"{draw(names)[:40]}_{at}", made


@st.composite
def idempotency(draw: st.DrawFn, at: int) -> tuple[str, dict[str, Any]]:
    """A kind of idempotency record and its name."""
    wanted = draw(st.lists(names, max_size=4, unique=True))
    made: dict[str, Any] = {"keep": "24h", "doc": draw(hostile), "result": draw(types)}
    made["key"] = "".join((f"i{at}", *(f":<{name}:{draw(kinds)}>" for name in wanted)))
    if draw(st.booleans()):
        made["max_bytes"] = "4KiB"
    return f"{draw(names)[:40]}_{at}", made


@st.composite
def locks(draw: st.DrawFn, at: int) -> tuple[str, dict[str, Any]]:
    """A lock and its name."""
    wanted = draw(st.lists(names, max_size=4, unique=True))
    key = "".join((f"l{at}", *(f":<{name}:{draw(kinds)}>" for name in wanted)))
    kind = draw(st.sampled_from(("mutex", "semaphore", "read_write")))
    made: dict[str, Any] = {"key": key, "doc": draw(hostile), "kind": kind}
    made["ttl"] = draw(st.sampled_from(("100ms", "90s", "52w")))
    made["renew"] = draw(st.sampled_from(("auto", "manual")))
    if kind == "semaphore":
        made["permits"] = draw(st.integers(1, 10**9))
    else:
        made["fencing"] = draw(st.booleans())
    return f"{draw(names)}_{at}"[:63], made


@st.composite
def caches(draw: st.DrawFn, at: int, records: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A cache and its name."""
    wanted = draw(st.lists(names, max_size=4, unique=True))
    record = draw(st.sampled_from(sorted(records)))
    fields = [
        f"<value.{name}>"
        for name, kind in records[record].items()
        if kind in ("int", "str", "date")
    ]
    holes = [*(f"<{name}>" for name in wanted), *fields]
    made: dict[str, Any] = {
        "key": "".join((f"c{at}", *(f":<{name}:{draw(kinds)}>" for name in wanted))),
        "doc": draw(hostile),
        "value": draw(st.sampled_from((f"json<{record}>", f"json<{record} | none>"))),
        "ttl": draw(st.sampled_from(("1h", {"for": "1h", "jitter": "10%", "max": "2h"}))),
    }
    if holes and draw(st.booleans()):
        drawn = draw(st.lists(st.sampled_from(holes), min_size=1, max_size=4))
        made["tags"] = [f"t{n}:{hole}" for n, hole in enumerate(drawn)] + ["".join(drawn)]
    else:
        made["value"] = draw(types)
    for word, texts in {
        "negative_ttl": ("1s",),
        "stale": ("5m",),
        "stampede": ("none", "early_refresh"),
    }.items():
        if draw(st.booleans()):
            made[word] = draw(st.sampled_from(texts))
    return f"{draw(names)}_{at}"[:63], made


@st.composite
def specs(draw: st.DrawFn, least_operations: int = 0) -> str:
    """The text of a spec; JSON is YAML."""
    spaces = dict(draw(keyspaces(at)) for at in range(draw(st.integers(1, 4))))
    records = {name: {"a": "str"} for name in RECORDS}
    records["Product"] = fields_of(draw, set(), plain=True)
    whole = {"version": 1, "name": draw(names), "types": records, "keyspaces": spaces}
    if least_operations or draw(st.booleans()):
        whole["operations"] = draw(operations(spaces, least_operations))
    if draw(st.booleans()):
        whole["rate_limits"] = dict(draw(rate_limits(at)) for at in range(draw(st.integers(1, 2))))
    for section, one in (("sessions", sessions), ("idempotency", idempotency)):
        if draw(st.booleans()):
            whole[section] = dict(draw(one(at)) for at in range(draw(st.integers(1, 2))))
    if draw(st.booleans()):
        whole["locks"] = dict(draw(locks(at)) for at in range(2, draw(st.integers(3, 4))))
    if draw(st.booleans()):
        drawn = (draw(caches(at, records)) for at in range(draw(st.integers(1, 2))))
        whole["caches"] = dict(drawn)
    if draw(st.booleans()):
        whole["doc"] = draw(hostile)
    text = json.dumps(whole, ensure_ascii=False)
    # YAML takes these by their number alone
    return re.sub("[\x7f-\x9f\ufeff\ufffe\uffff]", lambda c: f"\\u{ord(c[0]):04x}", text)
