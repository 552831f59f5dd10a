"""An idempotency record as the class that guards a function with it."""

from __future__ import annotations

from textwrap import fill

from redisspec.codegen.python import values
from redisspec.codegen.python.accessor import key_method
from redisspec.codegen.python.describe import duration
from redisspec.codegen.python.layout import (
    STEP,
    Group,
    assignment,
    call,
    docstring,
    prefixed,
    returned,
    signature,
)
from redisspec.codegen.python.module import Module
from redisspec.codegen.python.policies.emitter import Emitter
from redisspec.codegen.python.view import Mode, View
from redisspec.ir.model import Bound, Keyspace, Lifetime, Policy
from redisspec.ir.types import ValueType
from redisspec.patterns.idempotency import lease_ms
from redisspec.patterns.model import Lowered
from redisspec.spec.grammar import either
from redisspec.spec.names import policy_class

BODY = 2 * STEP
PAD = " " * BODY
_SCRIPTS = ("begin", "complete", "fail", "renew")
_OWN = (
    "key", "begin", "run", "idempotent", "decorate", "guarded", "P", "args", "kwargs", "pick",
    "told", "encoded", "value", "raw", "function", "fingerprint",
)  # fmt: skip
"""The names that the class's own code binds."""


def idempotency_text(lowered: Lowered, mode: Mode, header: str) -> str:
    """The module of one declaration."""
    made = _Records(lowered.policy, mode)
    body = made.body()
    awaited = ", awaited" if mode == "aio" else ""
    return made.module.text(header, f"Idempotency {lowered.policy.name}{awaited}.", body)


EMITTER = Emitter(
    folder="idempotency",
    doc="One class a kind of idempotency record.",
    module=idempotency_text,
    runtime=("aio_idempotency.py", "awaitables.py", "idempotency.py", "idempotency_runs.py"),
    exports={"idempotency_runs": ("IdempotencyConflict", "InFlight", "Recorded")},
)


class _Records:
    """Gathers imports while the class is laid out."""

    def __init__(self, policy: Policy, mode: Mode) -> None:
        assert policy.pattern is not None
        assert policy.value is not None
        self.policy = policy
        self.value: ValueType = policy.value
        self.aio = mode == "aio"
        self.name = policy_class("idempotency", policy.name)
        parameters = policy.pattern.parameters
        self.names = tuple(parameter.name for parameter in parameters)
        module = self.module = Module(
            frozenset({*self.names, *_OWN, self.name}), 2 if self.aio else 1
        )
        keyspace = Keyspace(
            policy.name, policy.pattern, "hash", policy.namespace, Lifetime(), Bound()
        )
        self.view = View(keyspace, (), mode, module, parameters)
        self.file = "aio_idempotency" if self.aio else "idempotency"
        self.result = values.annotation(module, self.value)
        callable_ = module.use("collections.abc", "Callable")
        waits = module.use("collections.abc", "Awaitable") if self.aio else ""
        self.returned = f"{waits}[{self.result}]" if self.aio else self.result
        self.callable = callable_
        self.text_or_bytes = f"{module.builtin('str')} | {module.builtin('bytes')}"
        self.fingerprint = self._free("fingerprint")
        self.function = self._free("function")

    def _free(self, name: str) -> str:
        """A parameter's name, out of the way of the key's own."""
        while name in self.names:
            name += "_"
        return name

    def body(self) -> list[str]:
        module = self.module
        scripts = call(
            module.runtime(self.file, "IdempotencyScripts"),
            *(
                f"{name}={module.use(f'{module.root}_scripts', f'IDEMPOTENCY_{name.upper()}')}"
                for name in _SCRIPTS
            ),
        )
        param_spec = module.use("typing", "ParamSpec")
        rest = [*self._class(), *self._begin(), *self._run(), *self._idempotent()]
        return [
            f'P = {param_spec}("P")',
            *assignment("_SCRIPTS", scripts, 0),
            *self._codec(),
            "",
            "",
            *rest,
        ]

    def _codec(self) -> list[str]:
        module = self.module
        encodable = module.runtime("retry", "Encodable")
        most = self.policy.settings.get("max_bytes")
        assert most is None or isinstance(most, int)
        encode = signature("_encode", (f"value: {self.result}",), encodable, indent=0)
        decode = signature("_decode", (f"raw: {module.builtin('bytes')}",), self.result, indent=0)
        return [
            "",
            "",
            *encode,
            *self._encoded(encodable, most),
            "",
            "",
            *decode,
            *returned(values.decode(module, self.value, "raw"), STEP),
        ]

    def _encoded(self, encodable: str, most: int | None) -> list[str]:
        made = values.encode(self.module, self.value, "value", most)
        if most is None:
            return returned(made, STEP)
        return [*assignment(f"encoded: {encodable}", made, STEP), "    return encoded"]

    def _class(self) -> list[str]:
        module, policy = self.module, self.policy
        lane = module.runtime(*(("aio_lane", "AsyncLane") if self.aio else ("lane", "Lane")))
        kind = module.runtime(self.file, "AsyncIdempotency" if self.aio else "Idempotency")
        keep = policy.settings["keep_ms"]
        assert isinstance(keep, int)
        held = call(
            kind, "lane", "_SCRIPTS", f"{keep:_}", f"{lease_ms(policy):_}", "_encode", "_decode"
        )
        return [
            f"class {self.name}:",
            *docstring(self._doc(keep), STEP),
            "",
            '    __slots__ = ("_prefix", "_records")',
            "",
            *signature(
                "__init__", ("self", f"lane: {lane}", f"prefix: {module.builtin('str')}"), "None"
            ),
            f"{PAD}self._prefix = prefix",
            *assignment(f"self._records: {kind}[{self.result}]", held, BODY),
            "",
            *key_method(self.view),
        ]

    def _doc(self, keep: int) -> str:
        assert self.policy.pattern is not None
        told = (
            f"A hash at {self.policy.pattern.text};\n"
            f"a result is remembered for {duration(keep)}, a run has "
            f"{duration(lease_ms(self.policy))} before another may take over."
        )
        said = (self.policy.doc or "").strip()
        return f"{said}\n\n{told}" if said else told

    def _method(
        self, name: str, parameters: tuple[str, ...], returns: str, doc: str, body: list[str]
    ) -> list[str]:
        head = signature(name, ("self", *parameters), returns, is_async=self.aio)
        return ["", *head, *docstring(doc, BODY), *body]

    def _print(self) -> str:
        return f"{self.fingerprint}: {self.text_or_bytes} | None = None"

    def _sent(self, method: str, *arguments: str | Group) -> str | Group:
        awaited = "await " if self.aio else ""
        return prefixed(awaited, call(f"self._records.{method}", *arguments))

    def _begin(self) -> list[str]:
        run = self.module.runtime(self.file, "AsyncRun" if self.aio else "Run")
        recorded = self.module.runtime("idempotency_runs", "Recorded")
        return self._method(
            "begin",
            (*self.view.key_parameters(), "*", self._print()),
            f"{run}[{self.result}] | {recorded}[{self.result}]",
            "Begin a run, to be completed or failed; or return the result that is recorded.\n\n"
            "Raises InFlight while another run's lease lasts, IdempotencyConflict when the key\n"
            f"belongs to a request with another `{self.fingerprint}`.",
            returned(self._sent("begin", self.view.key_call(), self.fingerprint), BODY),
        )

    def _run(self) -> list[str]:
        function = f"{self.function}: {self.callable}[[], {self.returned}]"
        return self._method(
            "run",
            (*self.view.key_parameters(), function, "*", self._print()),
            self.result,
            "Return the recorded result, or else that of the function, which is recorded.\n\n"
            "What the function raises frees the key: the next call runs it again. Raises InFlight\n"
            "and IdempotencyConflict as `begin` does.",
            returned(
                self._sent("run", self.view.key_call(), self.function, self.fingerprint), BODY
            ),
        )

    def _idempotent(self) -> list[str]:
        module = self.module
        taken, made = f"{self.callable}[P, {self.returned}]", f"{self.callable}[P, {self.result}]"
        if self.aio:
            coroutine = module.use("collections.abc", "Coroutine")
            any_ = module.use("typing", "Any")
            made = f"{self.callable}[P, {coroutine}[{any_}, {any_}, {self.result}]]"
        passed = ("*args", "**kwargs")
        told = f"fingerprint: {self.callable}[..., {self.text_or_bytes}] | None = None"
        head = signature("idempotent", ("self", "*", told), f"{self.callable}[[{taken}], {made}]")
        inner = signature("decorate", (f"function: {taken}",), made, indent=BODY)
        guarded = signature(
            "guarded",
            ("*args: P.args", "**kwargs: P.kwargs"),
            self.result,
            indent=3 * STEP,
            is_async=self.aio,
        )
        key: Group = call("self.key")
        picked: list[str] = []
        if self.names:
            names = Group("(", tuple(values.text(name) for name in self.names), ")")
            pick = call(module.runtime("idempotency_runs", "arguments_of"), "function", names)
            picked = [*assignment("pick", pick, 3 * STEP), ""]
            key = call("self.key", "*pick(args, kwargs)")
        run = prefixed("lambda: ", call("function", *passed))
        deep, pad = 4 * STEP, " " * 3 * STEP
        return [
            "",
            *head,
            *docstring(self._decorates(), BODY),
            "",
            *inner,
            *picked,
            f"{pad}@{module.use('functools', 'wraps')}(function)",
            *guarded,
            f"{pad}    told = None",
            f"{pad}    if fingerprint is not None:",
            *assignment("told", call("fingerprint", *passed), deep + STEP),
            *returned(self._sent("run", key, run, "told"), deep),
            "",
            f"{pad}return guarded",
            "",
            f"{PAD}return decorate",
        ]

    def _decorates(self) -> str:
        makes = "make" if len(self.names) > 1 else "makes"
        key = f"Its {either([*self.names], 'and')} {makes} the key. " if self.names else ""
        rest = (
            f"{key}`fingerprint` makes of its arguments what tells one request from another: "
            "without it a key that is used for another request gets the first one's result."
        )
        return (
            "Decorate a function, so that it returns what is recorded, as `run` does.\n\n"
            f"{fill(rest, 80, break_long_words=False, break_on_hyphens=False)}"
        )
