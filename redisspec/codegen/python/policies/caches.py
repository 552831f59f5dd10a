"""The module of a cache: a typed class over the runtime's, with the loader's and the tags' types."""

from __future__ import annotations

from typing import Final

from redisspec.codegen.python import values
from redisspec.codegen.python.accessor import key_method
from redisspec.codegen.python.describe import duration
from redisspec.codegen.python.layout import (
    STEP,
    Expression,
    Group,
    assignment,
    call,
    docstring,
    lines,
    number,
    prefixed,
    returned,
    settled,
    signature,
)
from redisspec.codegen.python.module import Module
from redisspec.codegen.python.policies.emitter import Emitter
from redisspec.codegen.python.view import Mode, View
from redisspec.ir.keypattern import ParameterType
from redisspec.ir.model import Bound, Keyspace, Lifetime, Policy
from redisspec.ir.tags import HoleType, Tag, TagHole
from redisspec.ir.types import Json, Maybe, Scalar, bare
from redisspec.patterns.cache import LEASE_MS, Times, tags_of, times_of
from redisspec.patterns.model import Lowered
from redisspec.spec.names import policy_class

BODY = 2 * STEP
PAD = " " * STEP
_SCRIPTS: Final = ("read", "fill", "put", "invalidate", "renew", "release", "clock", "tag")


def module_text(lowered: Lowered, mode: Mode, header: str) -> str:
    """`caches/product.py` or `aio/caches/product.py`."""
    return _Cache(lowered, mode).text(header)


class _Cache:
    """Gathers the imports while the parts of the class are laid out."""

    def __init__(self, lowered: Lowered, mode: Mode) -> None:
        policy = lowered.policy
        assert policy.pattern is not None
        assert policy.value is not None
        self.policy = policy
        self.scripts = lowered.scripts
        self.times = times_of(policy)
        self.tags = tags_of(policy)
        self.lifetime = policy.lifetime or Lifetime()
        self.kind = policy.value
        self.aio = mode == "aio"
        self.name = policy_class("cache", policy.name)
        self.parameters = policy.pattern.parameters
        self.module = Module(self._taken(), 2 if self.aio else 1)
        self.view = View(_key_of(policy), (), mode, self.module, self.parameters)
        self.arguments = tuple(parameter.name for parameter in self.parameters)

    def _taken(self) -> frozenset[str]:
        own = {parameter.name for parameter in self.parameters}
        own |= {hole.path[-1] for tag in self.tags for hole in tag.holes}
        own |= {"key", "keys", "loader", "value", "ttl", "version", "write", "tag", "given", "raw"}
        return frozenset({*own, *_METHODS, self.name})

    def text(self, header: str) -> str:
        self.result = self._result()
        methods = [
            *self._get(),
            *self._get_or_load(),
            *self._get_many_or_load(),
            *self._refresh(),
            *self._put(),
            *self._invalidate(),
            *self._invalidate_tag(),
            *self._write_through(),
            *self._cached(),
        ]
        head = [
            f"class {self.name}:",
            *docstring(self._doc(), STEP),
            "",
            f'{PAD}__slots__ = ("_cache", "_prefix")',
            "",
            *self._init(),
            "",
            *key_method(self.view),
            "",
            *self._slot(),
        ]
        above = [*self._constants(), *self._functions(), "", ""]
        title = (
            f"Cache {self.policy.name}: {self.view.keyspace.pattern.text}{', awaited' * self.aio}."
        )
        return self.module.text(header, title, [*above, *head, *methods])

    # --- what is told ---------------------------------------------------------

    def _doc(self) -> str:
        said = (self.policy.doc or "").strip()
        summary = _summary(self.policy, self.times)
        text = f"{said}\n\n{summary}" if said else summary
        if not self.tags:
            return text
        names = " and ".join(f"`{tag.name}`" for tag in self.tags)
        if all(tag.of_key for tag in self.tags):
            trips = "A hit is one round trip (on a cluster one to each node that is asked)."
        else:
            trips = "A hit is two round trips: the entry, then its tags."
        return f"{text}\n\nTags: {names}. {trips}"

    # --- types ----------------------------------------------------------------

    def _result(self) -> str:
        """What readers get: with None where "there is none" is remembered."""
        shown = values.annotation(self.module, self.kind)
        return f"{shown} | None" if self._negative and not self._optional else shown

    @property
    def _negative(self) -> bool:
        return self.times.negative is not None

    @property
    def _optional(self) -> bool:
        inner = self.kind.inner if isinstance(self.kind, Json) else self.kind
        return isinstance(inner, Maybe) or inner is None

    def _maybe(self) -> str:
        return self.result if self._negative or self._optional else f"{self.result} | None"

    def _loader(self, given: str, result: str) -> str:
        kind = self.module.use("collections.abc", "Callable")
        if self.aio:
            result = f"{self.module.use('collections.abc', 'Awaitable')}[{result}]"
        return f"{kind}[[{given}], {result}]"

    def _given(self) -> str:
        return ", ".join(
            values.parameter_annotation(self.module, parameter.type)
            for parameter in self.parameters
        )

    # --- constants and functions ------------------------------------------------

    def _constants(self) -> list[str]:
        module = self.module
        used = [name for name in _SCRIPTS if f"cache_{name}" in self.scripts]
        shas = (
            prefixed(f"{name}=", module.use(f"{module.root}_scripts", f"CACHE_{name.upper()}"))
            for name in used
        )
        scripts = call(module.runtime("cache_settings", "CacheScripts"), *shas)
        made = call(
            module.runtime("cache_settings", "CacheSettings"),
            f"name={values.text(self.policy.name)}",
            f"shape={values.text(str(self.policy.settings['shape']))}",
            prefixed("scripts=", scripts),
            *(f"{name}={value}" for name, value in self._said()),
        )
        kind = module.use("typing", "TypeVar")
        out = [f'_T = {kind}("_T")', "", *assignment("_SETTINGS", made, 0)]
        if self.tags:
            table = tuple(prefixed(f"{values.text(tag.name)}: ", _parts(tag)) for tag in self.tags)
            text = module.builtin("str")
            kind = f"{module.builtin('dict')}[{text}, {module.builtin('tuple')}[{text}, ...]]"
            out += assignment(f"_TAGS: {kind}", Group("{", table, "}"), 0)
        return out

    def _said(self) -> list[tuple[str, str]]:
        """The settings that differ from their defaults, as source."""
        times, lifetime, said = self.times, self.lifetime, self.policy.settings
        found = [("ttl_ms", "None" if times.ttl is None else number(times.ttl))]
        optional: list[tuple[str, object, object]] = [
            ("max_ms", lifetime.max_ms, None),
            ("negative_ms", times.negative, None),
            ("stale_ms", times.stale, 0),
            ("lease_ms", times.lease, LEASE_MS),
            ("wait_ms", times.wait, LEASE_MS),
            ("tag_ms", times.tag, 0),
            ("tombstone_ms", times.tombstone, None),
            ("compress_above", said.get("compress_above"), None),
            ("max_bytes", said.get("max_bytes"), None),
        ]
        if lifetime.jitter and times.ttl is not None:
            found.append(("jitter", repr(lifetime.jitter)))
        stampede = said.get("stampede", "lease")
        if stampede != "lease":
            found.append(("stampede", values.text(str(stampede))))
        found += [
            (name, number(value))
            for name, value, default in optional
            if isinstance(value, int) and value != default
        ]
        return found

    def _functions(self) -> list[str]:
        """The codec and the tags of values, where no function of the runtime is that already."""
        out: list[str] = []
        module = self.module
        shown = values.annotation(module, self.kind)
        if not isinstance(self.kind, Scalar):
            given = module.use("typing", "Any") if self._any_value() else shown
            encodable = module.runtime("retry", "Encodable")
            out += ["", "", *signature("_encode", (f"value: {given}",), encodable, indent=0)]
            out += returned(values.encode(module, self.kind, "value"), STEP)
            raw = f"raw: {module.builtin('bytes')}"
            out += ["", "", *signature("_decode", (raw,), shown, indent=0)]
            out += returned(values.decode(module, self.kind, "raw"), STEP)
        found = [tag for tag in self.tags if not tag.of_key]
        if found:
            inner = bare(self.kind)
            text = module.builtin("str")
            pair = (f"value: {values.annotation(module, inner)}", f"given: {self._given_type()}")
            returns = f"{module.builtin('tuple')}[{text}, ...]"
            out += ["", "", *signature("_value_tags", pair, returns, indent=0)]
            out += returned(values.group_of([self._value_tag(tag) for tag in found]), STEP)
        return out

    def _any_value(self) -> bool:
        return self.kind == Json(None)

    def _mixed(self) -> bool:
        """Whether some tag is made of the key's parameters and of the value."""
        return any(
            not tag.of_key and any(hole.source == "key" for hole in tag.holes) for tag in self.tags
        )

    def _given_type(self) -> str:
        return f"{self.module.builtin('tuple')}[{self._given()}]" if self._mixed() else "object"

    def _value_tag(self, tag: Tag) -> Expression:
        loops: list[str] = []
        filled: list[str] = []
        for hole in tag.holes:
            if hole.source == "key":
                filled.append(f"given[{self.arguments.index(hole.path[0])}]")
                continue
            value = ".".join(("value", *hole.path))
            if hole.many:
                item = f"_item{len(loops) + 1 if loops else ''}"
                loops.append(f"for {item} in {value}")
                value = item
            filled.append(value)
        made = self._made_tag(tag, filled)
        return Group("*(", (made, *loops), ")", comma=False) if loops else made

    def _made_tag(self, tag: Tag, filled: list[str]) -> Expression:
        made = self.module.runtime("cache_tags", "made_tag")
        return call(made, f"_TAGS[{values.text(tag.name)}]", *filled)

    # --- the class --------------------------------------------------------------

    def _init(self) -> list[str]:
        module = self.module
        file, lane, kind = (
            ("aio_lane", "AsyncLane", "AsyncCache") if self.aio else ("lane", "Lane", "Cache")
        )
        cache = module.runtime("aio_cache" if self.aio else "cache", kind)
        codec = (
            (
                module.runtime("codecs", f"encode_{self.kind.name}"),
                module.runtime("codecs", f"decode_{self.kind.name}"),
            )
            if isinstance(self.kind, Scalar)
            else ("_encode", "_decode")
        )
        tags = ("_value_tags",) if any(not tag.of_key for tag in self.tags) else ()
        made = call(cache, "lane", "prefix", "_SETTINGS", *codec, *tags)
        given = (f"lane: {module.runtime(file, lane)}", f"prefix: {module.builtin('str')}")
        return [
            *signature("__init__", ("self", *given), "None"),
            *assignment(f"self._cache: {cache}[{self.result}]", made, BODY),
            f"{PAD}    self._prefix = prefix",
        ]

    def _slot(self) -> list[str]:
        slot = self.module.runtime("aio_cache" if self.aio else "cache", "Slot")
        known = [tag for tag in self.tags if tag.of_key]
        tags = values.group_of(
            [self._made_tag(tag, [hole.path[0] for hole in tag.holes]) for tag in known]
        )
        made: list[Expression] = [self.view.key_call()]
        if known or self._mixed():
            made.append(tags if known else "()")
        if self._mixed():
            made.append(values.group_of(list(self.arguments)))
        return [
            *signature("_slot", ("self", *self.view.key_parameters()), slot),
            *returned(call(slot, *made), BODY),
        ]

    def _method(
        self,
        name: str,
        parameters: tuple[str, ...],
        returns: str,
        doc: str,
        body: list[str],
    ) -> list[str]:
        return [
            "",
            *signature(name, ("self", *parameters), returns, is_async=self.aio),
            *docstring(doc, BODY),
            *body,
        ]

    def _called(self, name: str, *arguments: Expression) -> Expression:
        return prefixed("await " if self.aio else "", call(f"self._cache.{name}", *arguments))

    def _own_slot(self) -> str:
        return f"self._slot({', '.join(self.arguments)})"

    def _ttl(self, name: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The parameter (behind a `*`) and the argument, where a call may choose a TTL."""
        if self.lifetime.max_ms is None:
            return (), ()
        name = name or self.view.own("ttl")
        kind = self.module.use("datetime", "timedelta")
        text = f"{name}: {kind} | {self.module.builtin('float')} | None = None"
        return ("*", text), (f"ttl={name}",)

    def _get(self) -> list[str]:
        found = self._called("get", self._own_slot())
        miss = self.module.runtime("envelope", "MISS")
        return self._method(
            "get",
            self.view.key_parameters(),
            self._maybe(),
            "Return what is stored, without loading; None where nothing is." + self._past_its_end(),
            [
                *assignment("_found", found, BODY),
                *returned(f"None if _found is {miss} else _found", BODY),
            ],
        )

    def _past_its_end(self) -> str:
        if not self.times.stale:
            return ""
        return f"\n\nAlso what ended up to {duration(self.times.stale)} ago."

    def _run(self) -> str:
        """The loader with the key's parameters filled in."""
        loader = self.view.own("loader")
        return f"lambda: {loader}({', '.join(self.arguments)})" if self.arguments else loader

    def _get_or_load(self) -> list[str]:
        more, passed = self._ttl()
        loader = f"{self.view.own('loader')}: {self._loader(self._given(), self.result)}"
        none = (
            "\n\nA loader's None says that there is none: that is remembered as well."
            if self._negative
            else ""
        )
        return self._method(
            "get_or_load",
            (*self.view.key_parameters(), loader, *more),
            self.result,
            f"Return the entry's value; where there is none, one caller loads it, others wait.{none}",
            returned(self._called("get_or_load", self._own_slot(), self._run(), *passed), BODY),
        )

    def _get_many_or_load(self) -> list[str]:
        if not self.parameters:
            return []
        module = self.module
        more, passed = self._ttl("ttl")
        each = self.view.keys_annotation()
        mapping = module.use("collections.abc", "Mapping")
        listed = f"{module.builtin('list')}[{each}]"
        loader = self._loader(listed, f"{mapping}[{each}, {self.result}]")
        keys = f"keys: {module.use('collections.abc', 'Iterable')}[{each}]"
        star = "*" if len(self.parameters) > 1 else ""
        slots = Group("{", (f"key: self._slot({star}key)", "for key in keys"), "}", comma=False)
        left_out = (
            "What the loader leaves out is remembered as missing, and None in the answer."
            if self._negative
            else "What the loader leaves out is left out of the answer."
        )
        sent = self._called("get_many_or_load", "_slots", "loader", *passed)
        return self._method(
            "get_many_or_load",
            (keys, f"loader: {loader}", *more),
            f"{module.builtin('dict')}[{each}, {self.result}]",
            f"Return the values by key; what is missing is loaded together, once each.\n\n{left_out}",
            [*assignment("_slots", slots, BODY), *returned(sent, BODY)],
        )

    def _refresh(self) -> list[str]:
        more, passed = self._ttl()
        loader = f"{self.view.own('loader')}: {self._loader(self._given(), self.result)}"
        return self._method(
            "refresh",
            (*self.view.key_parameters(), loader, *more),
            self.result,
            "Load the entry now, whatever is stored; a load that is under way is discarded.",
            returned(self._called("refresh", self._own_slot(), self._run(), *passed), BODY),
        )

    def _put(self) -> list[str]:
        more, passed = self._ttl()
        value, version = self.view.own("value"), self.view.own("version")
        number_ = f"{version}: {self.module.builtin('int')} | None = None"
        return self._method(
            "put",
            (*self.view.key_parameters(), f"{value}: {self.result}", *(more or ("*",)), number_),
            self.module.builtin("bool"),
            "Store a value without loading it; False where a newer version is known.\n\n"
            "Without a version, one of two that put at once is last: values that somebody else may\n"
            "change are better invalidated.",
            returned(
                self._called("put", self._own_slot(), value, *passed, f"version={version}"), BODY
            ),
        )

    def _invalidate(self) -> list[str]:
        version = self.view.own("version")
        number_ = f"{version}: {self.module.builtin('int')} | None = None"
        return self._method(
            "invalidate",
            (*self.view.key_parameters(), "*", number_),
            self.module.builtin("bool"),
            "Remove the entry, and discard what is being loaded; False where there was none.\n\n"
            "With a version, no put of it or of an older one is stored any more.",
            returned(self._called("invalidate", self._own_slot(), f"version={version}"), BODY),
        )

    def _invalidate_tag(self) -> list[str]:
        if not self.tags:
            return []
        module = self.module
        named = module.runtime("cache_tags", "named_tag")
        doc = (
            "Make every entry with the tag invalid, and those that are being loaded.\n\n"
            "Two round trips, however many entries there are."
        )
        if len(self.tags) == 1:
            (tag,) = self.tags
            names = _arguments(tag)
            filled = values.group_of(list(names))
            made = call(named, "_TAGS", "tag", filled)
            sent = lines(self._called("invalidate_tag", made), BODY)
            return self._method("invalidate_tag", self._tag_parameters(tag), "None", doc, sent)
        out: list[str] = []
        async_ = "async " if self.aio else ""
        for tag in self.tags:
            head = f"{async_}def invalidate_tag("
            parameters = ("self", *self._tag_parameters(tag), "/")
            out += [
                "",
                f"{PAD}@{module.use('typing', 'overload')}",
                *settled(lines(Group(head, parameters, ") -> None: ..."), STEP)),
            ]
        value = module.runtime("cache_tags", "TagValue")
        made = call(named, "_TAGS", "tag", "values")
        return [
            *out,
            *self._method(
                "invalidate_tag",
                (f"tag: {module.builtin('str')}", f"*values: {value}"),
                "None",
                doc,
                lines(self._called("invalidate_tag", made), BODY),
            ),
        ]

    def _tag_parameters(self, tag: Tag) -> tuple[str, ...]:
        kind = f"{self.module.use('typing', 'Literal')}[{values.text(tag.name)}]"
        filled = (
            f"{name}: {self._hole(hole)}"
            for name, hole in zip(_arguments(tag), tag.holes, strict=True)
        )
        return (f"tag: {kind}", *filled)

    def _hole(self, hole: TagHole) -> str:
        kind: HoleType = hole.type
        if kind is None:
            return self.module.runtime("cache_tags", "TagValue")
        if isinstance(kind, ParameterType):
            return values.parameter_annotation(self.module, kind)
        return values.annotation(self.module, kind)

    def _write_through(self) -> list[str]:
        write = self.view.own("write")
        return self._method(
            "write_through",
            (*self.view.key_parameters(), f"{write}: {self._loader('', '_T')}"),
            "_T",
            "Run `write`, which commits a change, then invalidate the entry; return its result.\n\n"
            "The entry goes also where `write` failed: it may have been done all the same. A crash\n"
            "between the two leaves the old value until it ends.",
            returned(self._called("write_through", self._own_slot(), write), BODY),
        )

    def _cached(self) -> list[str]:
        module = self.module
        given = self._given()
        kind = module.use("collections.abc", "Callable")
        result = self.result
        if self.aio:
            coroutine = module.use("collections.abc", "Coroutine")
            any_ = module.use("typing", "Any")
            result = f"{coroutine}[{any_}, {any_}, {result}]"
        own = "_loader" if "loader" in self.arguments else "loader"
        loader = f"{own}: {self._loader(given, self.result)}"
        asked = prefixed(
            "await " if self.aio else "",
            call("self.get_or_load", *self.arguments, own),
        )
        return [
            "",
            *signature("cached", ("self", loader), f"{kind}[[{given}], {result}]"),
            *docstring(
                "Make a function that asks the cache first of one that loads: a decorator.", BODY
            ),
            "",
            f"{PAD}    @{module.use('functools', 'wraps')}({own})",
            *signature(
                "_cached", self.view.key_parameters(), self.result, indent=BODY, is_async=self.aio
            ),
            *returned(asked, BODY + STEP),
            "",
            f"{PAD}    return _cached",
        ]


def _key_of(policy: Policy) -> Keyspace:
    """The cache's keys as those of a keyspace, for what is emitted alike."""
    assert policy.pattern is not None
    return Keyspace(
        policy.name,
        policy.pattern,
        "string",
        policy.namespace,
        policy.lifetime or Lifetime(),
        Bound(),
        policy.server,
    )


def _parts(tag: Tag) -> Expression:
    parts = [values.text(part) for part in tag.parts]
    # Behind a name the layout would take the brackets of one for mere brackets.
    return f"({parts[0]},)" if len(parts) == 1 else values.group_of([*parts])


def _arguments(tag: Tag) -> tuple[str, ...]:
    """The arguments' names: the last words of what fills the holes, each once."""
    found: list[str] = []
    for hole in tag.holes:
        name = hole.path[-1]
        while name in found or name in {"tag", "self"}:
            name += "_"
        found.append(name)
    return tuple(found)


def _summary(policy: Policy, times: Times) -> str:
    assert policy.pattern is not None
    lifetime = policy.lifetime or Lifetime()
    text = f"A cache at {policy.pattern.text}; entries "
    text += "never end" if times.ttl is None else f"end after {duration(times.ttl)}"
    if lifetime.jitter:
        text += f", up to {lifetime.jitter:.0%} sooner"
    if times.stale:
        text += f", and are served for {duration(times.stale)} more while another caller loads"
    if times.negative is not None:
        text += f'; "there is none" is remembered for {duration(times.negative)}'
    return f"{text}."


_METHODS: Final = (
    "get",
    "get_or_load",
    "get_many_or_load",
    "refresh",
    "put",
    "invalidate",
    "invalidate_tag",
    "write_through",
    "cached",
)

EMITTER = Emitter(
    folder="caches",
    doc="One class a cache.",
    module=module_text,
    runtime=(
        "aio_cache.py",
        "aio_renewal.py",
        "awaitables.py",
        "beside.py",
        "cache.py",
        "cache_settings.py",
        "cache_tags.py",
        "envelope.py",
        "renewal.py",
    ),
)
