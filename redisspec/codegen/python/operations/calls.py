"""An operation as the class that calls its script: KEYS and ARGV made, the reply read."""

from __future__ import annotations

from redisspec.codegen.python import values
from redisspec.codegen.python.layout import (
    STEP,
    Expression,
    Group,
    assignment,
    call,
    docstring,
    lines,
    prefixed,
    returned,
    settled,
    signature,
)
from redisspec.codegen.python.module import Module
from redisspec.codegen.python.operations.names import (
    LANES,
    MODES,
    accessor_type,
    distinct,
    module_of,
    operation_class,
)
from redisspec.codegen.python.operations.refusals import refusal_terms, told
from redisspec.codegen.python.operations.results import Decoders, annotation
from redisspec.codegen.python.view import Mode
from redisspec.codegen.scripts import operation_constant
from redisspec.ir.model import Keyspace
from redisspec.ir.types import Enum, ListOf, Maybe, Scalar, ValueType
from redisspec.operations.compiled import (
    ArgvTerm,
    CompiledOperation,
    Constant,
    Item,
    Items,
    KeyArgument,
    KeyUse,
    Nothing,
    Param,
    TtlOf,
    Value,
)

BODY = 2 * STEP


def operation_text(compiled: CompiledOperation, mode: Mode, header: str) -> str:
    """The module of an operation."""
    operation = compiled.operation
    keyspaces = keyspaces_of(compiled)
    module = module_of(operation, keyspaces, mode)
    call_ = _Call(compiled, module, mode)
    method = call_.method()
    said = (operation.doc or "").strip()
    head = [
        f"class {operation_class(operation)}:",
        *docstring(said or f"The operation {operation.name}, in one atomic step.", STEP),
        "",
        *constructor(module, keyspaces, mode),
    ]
    title = f"Operation {operation.name}{MODES[mode]}."
    return module.text(header, title, [*call_.constants, "", "", *head, "", *method])


def keyspaces_of(compiled: CompiledOperation) -> tuple[Keyspace, ...]:
    """The keyspaces whose accessors make the keys, in the order of KEYS."""
    return distinct([use.keyspace for use in compiled.keys])


def constructor(module: Module, keyspaces: tuple[Keyspace, ...], mode: Mode) -> list[str]:
    """`__slots__` and `__init__`: the lane, and the accessors that make the keys."""
    pad = " " * STEP
    names = sorted(["_lane", *(f"_{keyspace.name}" for keyspace in keyspaces)])
    given = (f"{keyspace.name}: {accessor_type(module, keyspace)}" for keyspace in keyspaces)
    slots = tuple(values.text(name) for name in names)
    return [
        *lines(Group("__slots__ = (", slots, ")"), STEP),
        "",
        *signature("__init__", ("self", f"lane: {module.runtime(*LANES[mode])}", *given), "None"),
        f"{pad}    self._lane = lane",
        *(
            line
            for keyspace in keyspaces
            for line in assignment(f"self._{keyspace.name}", keyspace.name, BODY)
        ),
    ]


def walked(compiled: CompiledOperation) -> tuple[str, ...]:
    """The list parameters that are taken item by item."""
    found = [name for use in compiled.keys for name in use.each]
    found += [term.param for term in compiled.argv if isinstance(term, Items)]
    return tuple(name for name in compiled.operation.params if name in found)


def parameters(
    module: Module, params: dict[str, ValueType], items: tuple[str, ...]
) -> tuple[str, ...]:
    """The annotated parameters; what is taken item by item may be any collection."""
    out: list[str] = []
    for name, kind in params.items():
        if name in items and isinstance(kind, ListOf):
            collection = module.use("collections.abc", "Collection")
            shown = f"{collection}[{values.annotation(module, kind.item)}]"
        else:
            shown = values.annotation(module, kind)
        out.append(f"{name}: {shown}")
    return tuple(out)


class _Call:
    """Gathers the module's constants while `__call__` is laid out."""

    def __init__(self, compiled: CompiledOperation, module: Module, mode: Mode) -> None:
        self.compiled = compiled
        self.module = module
        self.mode = mode
        self.constants: list[str] = []
        self._encoders: dict[ValueType, str] = {}

    def method(self) -> list[str]:
        compiled, module = self.compiled, self.module
        items = walked(compiled)
        result = annotation(module, compiled.result)
        if self.mode == "batch":
            result = f"{module.runtime('batch', 'Pending')}[{result}]"
        head = signature(
            "__call__",
            ("self", *parameters(module, dict(compiled.operation.params), items)),
            result,
            is_async=self.mode == "aio",
        )
        check = module.runtime("operations", "check_items") if items else ""
        return [
            *head,
            *docstring(self._doc(), BODY),
            *(line for name in items for line in settled(lines(call(check, name), BODY))),
            *self._sent(),
        ]

    def _doc(self) -> str:
        operation = self.compiled.operation
        said = (operation.doc or "").strip() or "Run the steps, all of them or none."
        errors = told(self.compiled.refusals)
        return f"{said}\n\n{errors}" if errors else said

    def _sent(self) -> list[str]:
        compiled, module = self.compiled, self.module
        sha = module.use(f"{module.root}_scripts", operation_constant(compiled.operation.name))
        command = Group(
            "(",
            (
                values.text("EVALSHA"),
                sha,
                self._count(),
                *(self._key(use) for use in compiled.keys),
                *(argument for term in compiled.argv for argument in self._arguments(term)),
            ),
            ")",
        )
        step = call(
            f"self._lane.{'add' if self.mode == 'batch' else 'call'}",
            command,
            self._decoder(),
            module.runtime("retry", compiled.retry.upper()),
        )
        waited = prefixed("await " if self.mode == "aio" else "", step)
        if isinstance(compiled.result, Nothing) and self.mode != "batch":
            return settled(lines(waited, BODY))
        return returned(waited, BODY)

    # --- the reply ------------------------------------------------------------

    def _decoder(self) -> str:
        """The name of the function that reads the reply."""
        compiled, module = self.compiled, self.module
        decoders = Decoders(module)
        decode = decoders.of(compiled.result)
        refusals = refusal_terms(decoders, compiled.refusals)
        if compiled.wrapped or refusals:
            kind = module.runtime("operations", "wrapped" if compiled.wrapped else "answer")
            decode = call(kind, decode, *refusals)
        self.constants += decoders.functions
        if isinstance(decode, str):
            return decode
        self.constants += assignment("_answer", decode, 0)
        return "_answer"

    # --- KEYS -----------------------------------------------------------------

    def _count(self) -> str:
        single = sum(not use.each for use in self.compiled.keys)
        terms = [str(single)] if single or not any(u.each for u in self.compiled.keys) else []
        for use in self.compiled.keys:
            if use.each:
                counts = [f"{self.module.builtin('len')}({name})" for name in use.each]
                least = f"{self.module.builtin('min')}({', '.join(counts)})"
                terms.append(counts[0] if len(counts) == 1 else least)
        return " + ".join(terms)

    def _key(self, use: KeyUse) -> Expression:
        made = call(
            f"self._{use.keyspace.name}.key",
            *(self._argument(argument) for argument in use.arguments),
        )
        if not use.each:
            return made
        return Group("*(", (made, self._loop(use.each)), ")", comma=False)

    def _argument(self, argument: KeyArgument) -> str:
        match argument:
            case Param(name):
                return name
            case Item(name):
                return f"_{name}"
            case Constant(value):
                return values.text(value) if isinstance(value, str) else repr(value)

    def _loop(self, names: tuple[str, ...]) -> Expression:
        """`for _sku in sku`: no parameter begins with an underscore."""
        targets = ", ".join(f"_{name}" for name in names)
        if len(names) == 1:
            return f"for {targets} in {names[0]}"
        return prefixed(f"for {targets} in ", call(self.module.builtin("zip"), *names))

    # --- ARGV -----------------------------------------------------------------

    def _arguments(self, term: ArgvTerm) -> tuple[Expression, ...]:
        match term:
            case Value(name, kind, exact, True):
                inner = kind.inner if isinstance(kind, Maybe) else kind
                pair = self.module.runtime("operations", "optional_pair")
                return (prefixed("*", call(pair, name, self._encoder(inner, exact))),)
            case Value(name, kind, exact):
                return (self._encoded(name, kind, exact),)
            case Items(name, kind, exact):
                item = self._encoded(f"_{name}", kind, exact)
                each = Group("*(", (item, self._loop((name,))), ")", comma=False)
                return (f"{self.module.builtin('len')}({name})", each)
            case TtlOf(keyspace, chosen):
                return (self._ttl(keyspace, chosen),)

    def _encoded(self, value: str, kind: ValueType, exact: bool) -> Expression:
        if exact and kind == Scalar("int"):
            return call(self.module.runtime("operations", "encode_exact"), value)
        return values.encode(self.module, kind, value)

    def _encoder(self, kind: ValueType, exact: bool) -> str:
        """The name of a function that encodes a value."""
        if exact and kind == Scalar("int"):
            return self.module.runtime("operations", "encode_exact")
        if isinstance(kind, Scalar):
            return self.module.runtime("codecs", f"encode_{kind.name}")
        known = self._encoders.get(kind)
        if known is None:
            number = len(self._encoders) + 1
            known = self._encoders[kind] = "_encode" if number == 1 else f"_encode_{number}"
            encodable = self.module.runtime("retry", "Encodable")
            # Inferred from a function of one literal, the type of the value would be str.
            shown = Scalar("str") if isinstance(kind, Enum) else kind
            given = f"_value: {values.annotation(self.module, shown)}"
            head = signature(known, (given,), encodable, indent=0)
            body = returned(values.encode(self.module, kind, "_value"), STEP)
            self.constants += ["", "", *head, *body, "", ""]
        return known

    def _ttl(self, keyspace: Keyspace, chosen: str | None) -> Expression:
        lifetime = keyspace.lifetime
        if lifetime.ttl_ms is None:
            return "0"
        made: Expression = f"{lifetime.ttl_ms:_}"
        if chosen is not None:
            most = () if lifetime.max_ms is None else (f"{lifetime.max_ms:_}",)
            made = call(self.module.runtime("ttl", "chosen"), chosen, made, *most)
        if lifetime.jitter:
            made = call(self.module.runtime("ttl", "jittered"), made, repr(lifetime.jitter))
        return made
