"""A keyspace as its accessor sees it: names, parameters, and what its module defines."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as member
from typing import Literal

from redisspec.codegen.python import values
from redisspec.codegen.python.defaults import made_default
from redisspec.codegen.python.layout import (
    Expression,
    assignment,
    call,
    prefixed,
    returned,
    signature,
)
from redisspec.codegen.python.module import Module
from redisspec.ir.keypattern import Parameter
from redisspec.ir.methods import Argument, Method
from redisspec.ir.model import Keyspace
from redisspec.ir.types import Field, Maybe, Scalar, ValueType

Mode = Literal["sync", "aio", "batch"]


def accessor_class(keyspace: Keyspace) -> str:
    return f"{values.camel(keyspace.name)}Keyspace"


def record_class(keyspace: Keyspace) -> str:
    """The class of a hash's record or a stream's entry."""
    return values.camel(keyspace.name)


@dataclass(slots=True)
class View:
    """What the emission of one accessor needs and gathers; `scope` begins its decoders' names."""

    keyspace: Keyspace
    methods: tuple[Method, ...]
    mode: Mode
    module: Module
    parameters: tuple[Parameter, ...]
    constants: dict[str, list[str]] = member(default_factory=dict)
    scope: str = "decode"

    @property
    def lane(self) -> str:
        return "self._lane.add" if self.mode == "batch" else "self._lane.call"

    @property
    def awaited(self) -> str:
        return "await " if self.mode == "aio" else ""

    def own(self, name: str) -> str:
        """An argument's name, out of the way of the key's parameters."""
        taken = {parameter.name for parameter in self.parameters}
        if name == "ttl":  # stands beside the fields in `save`, `update` and `append`
            taken |= {field.name for field in self.keyspace.fields}
        while name in taken:
            name += "_"
        return name

    def record(self) -> str:
        return self.module.use(f"{self.module.root}types", record_class(self.keyspace))

    def constant(self, name: str, value: Expression) -> str:
        """A value of the module, made once at import."""
        self.constants.setdefault(name, assignment(name, value, 0))
        return name

    def decoder(self, kind: ValueType, name: str = "_decode") -> str:
        """The name of a function from bytes to the value."""
        kind = kind.inner if isinstance(kind, Maybe) else kind
        if isinstance(kind, Scalar):
            return self.module.runtime("codecs", f"decode_{kind.name}")
        if name not in self.constants:
            self.constants[name] = []
            body = returned(values.decode(self.module, kind, "raw"), 4)
            returns = values.annotation(self.module, kind)
            head = signature(name, (f"raw: {self.module.builtin('bytes')}",), returns, indent=0)
            self.constants[name] = ["", "", *head, *body, "", ""]
        return name

    def default(self, field: Field) -> Expression:
        """A function without arguments that makes the field's default."""
        return prefixed("lambda: ", made_default(self.module, field))

    def key_call(self) -> Expression:
        return call("self.key", *(parameter.name for parameter in self.parameters))

    def key_parameters(self) -> tuple[str, ...]:
        return tuple(
            f"{parameter.name}: {values.parameter_annotation(self.module, parameter.type)}"
            for parameter in self.parameters
        )

    def keys_annotation(self) -> str:
        """One key's parameters as a value: bare where there is one, else a tuple."""
        kinds = [values.parameter_annotation(self.module, p.type) for p in self.parameters]
        if len(kinds) == 1:
            return kinds[0]
        return f"{self.module.builtin('tuple')}[{', '.join(kinds)}]"

    def key_of_each(self) -> str:
        return "self.key(key)" if len(self.parameters) == 1 else "self.key(*key)"


def taken_names(keyspace: Keyspace, methods: tuple[Method, ...]) -> frozenset[str]:
    """Every name that the accessor's own code binds."""
    names = {parameter.name for parameter in keyspace.pattern.parameters}
    names |= {method.name for method in methods} | {"key"}
    names |= {argument.name for method in methods for argument in method.arguments}
    names |= {field.name for field in keyspace.fields}
    names |= {accessor_class(keyspace)}
    return frozenset(names)


def argument_named(method: Method, name: str) -> Argument:
    return next(argument for argument in method.arguments if argument.name == name)
