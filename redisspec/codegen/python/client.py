"""The client class of a package, sync and awaited, and the class of its batches."""

from __future__ import annotations

from functools import lru_cache

from redisspec.codegen.python import values
from redisspec.codegen.python.layout import (
    STEP,
    Expression,
    Group,
    assignment,
    call,
    docstring,
    fits,
    lines,
    returned,
    signature,
)
from redisspec.codegen.python.module import Module
from redisspec.codegen.python.operations import Made
from redisspec.codegen.python.operations.calls import keyspaces_of as script_keyspaces
from redisspec.codegen.python.operations.names import operation_class
from redisspec.codegen.python.operations.pipelines import keyspaces_of as step_keyspaces
from redisspec.codegen.python.policies import SECTIONS
from redisspec.codegen.python.view import Mode, accessor_class
from redisspec.ir.model import Keyspace, Policy, Server
from redisspec.ir.program import Program
from redisspec.operations.compiled import CompiledOperation, PipelineOperation
from redisspec.patterns import lowered
from redisspec.spec.grammar import either
from redisspec.spec.names import policy_class

BODY = 2 * STEP
PAD = " " * BODY


def client_text(program: Program, operations: tuple[Made, ...], mode: Mode, header: str) -> str:
    """`client.py` or `aio/__init__.py`."""
    return _Client(program, operations, mode, header).text()


class _Client:
    """Gathers the imports while the parts of the class are laid out."""

    def __init__(
        self, program: Program, operations: tuple[Made, ...], mode: Mode, header: str
    ) -> None:
        self.program = program
        self.operations = operations
        self.mode = mode
        self.header = header
        self.aio = mode == "aio"
        self.servers = list(program.servers.values())
        self.policies = [each.policy for each in lowered(program)]
        self.module = Module(
            taken_names(program, operations),
            1 if mode == "aio" else 0,
        )
        self.string = self.module.builtin("str")
        self.number = self.module.builtin("float")

    def text(self) -> str:
        body = [
            *self._init(),
            *self._prefixes(),
            *self._from_url(),
            *self._connect(),
            *self._batch(),
            *self._closing(),
            *(line for keyspace in self.program.keyspaces for line in self._accessor(keyspace)),
            *(line for policy in self.policies for line in self._policy(policy)),
            *(line for operation in self.operations for line in self._operation(operation)),
        ]
        title = f"The {'awaited ' if self.aio else ''}client: a keyspace is an attribute."
        whole = [
            "",
            f"class {self.program.class_name}:",
            *docstring(self._doc(), STEP),
            *body,
            *(("", *self._exports()) if self.aio else ()),
        ]
        return self.module.text(self.header, title, whole)

    def _doc(self) -> str:
        said = (self.program.doc or f"The keyspaces of {self.program.name}.").strip()
        kinds = (
            "redis.asyncio's Redis or RedisCluster"
            if self.aio
            else "redis-py's Redis or RedisCluster"
        )
        given = "`client` is"
        if not self._single():
            given = f"{either([server.name for server in self.servers], 'and')} are each"
        return (
            f"{said}\n\n"
            f"{given} {kinds}, or a client that Sentinel's master_for returned.\n"
            f"`namespace` replaces {self.program.namespace!r} before every key: for tests, for tenants.\n"
            "`deadline` bounds each call in seconds, with the repetitions that are safe: "
            f"{self._default_deadline()}."
        )

    def _single(self) -> bool:
        return len(self.servers) == 1

    def _common(self) -> tuple[str, ...]:
        namespace = values.text(self.program.namespace)
        return (
            f"namespace: {self.string} = {namespace}",
            f"deadline: {self.number} | None = None",
        )

    def _timeout(self) -> float:
        """The longest timeout of the spec's servers; no attempt may outlast a whole call."""
        longest = max(server.timeout_ms for server in self.servers)
        given = [server.deadline_ms for server in self.servers if server.deadline_ms is not None]
        return min(longest, *given) / 1000 if given else longest / 1000

    def _default_deadline(self) -> str:
        given = {server.deadline_ms for server in self.servers}
        if len(given) == 1 and None not in given:
            return f"{(self.servers[0].deadline_ms or 0) / 1000:g} s"
        return (
            "the spec's, or 10 s, on a cluster 30 s"
            if given != {None}
            else "10 s, on a cluster 30 s"
        )

    def _deadline(self, server: Server) -> str:
        """What the server's lane is given: the caller's deadline, or else the spec's."""
        if server.deadline_ms is None:
            return "deadline"
        return f"{server.deadline_ms / 1000!r} if deadline is None else deadline"

    def _lane_name(self, server: Server) -> str:
        return "_lane" if self._single() else f"_lane_{server.name}"

    def _argument(self, server: Server) -> str:
        return "client" if self._single() else server.name

    def _init(self) -> list[str]:
        file = "aio_lane" if self.aio else "lane"
        kind = self.module.runtime(file, "AsyncClient" if self.aio else "Client")
        lane = self.module.runtime(file, "AsyncDirectLane" if self.aio else "DirectLane")
        script_text = self.module.use(f"{self.module.root}_scripts", "script_text")
        check = self.module.runtime("keys", "check_namespace")
        clients = tuple(f"{self._argument(server)}: {kind}" for server in self.servers)
        star = ("*",) if self._single() else ()
        before = ("self",) if self._single() else ("self", "*")
        out = [
            "",
            *signature("__init__", (*before, *clients, *star, *self._common()), "None"),
            self._clients_import(),
            "",
            *(f"{PAD}clients.check_client({self._argument(server)})" for server in self.servers),
            f"{PAD}self._namespace = {check}(namespace)",
            f'{PAD}self._prefix = f"{{self._namespace}}:"',
        ]
        for server in self.servers:
            made = call(lane, self._argument(server), script_text, self._deadline(server))
            out += assignment(f"self.{self._lane_name(server)}", made, BODY)
        any_ = self.module.use("typing", "Any")
        tuple_ = self.module.builtin("tuple")
        return [*out, f"{PAD}self._owned: {tuple_}[{any_}, ...] = ()"]

    def _prefixes(self) -> list[str]:
        """Keyspaces of an included file with a namespace of its own follow the override."""
        declared: list[Keyspace | Policy] = [*self.program.keyspaces, *self.policies]
        if all(each.namespace == self.program.namespace for each in declared):
            return []
        return [
            "",
            *signature("_prefix_of", ("self", f"namespace: {self.string}"), self.string),
            *docstring("The prefix of an included spec's keys.", BODY),
            f"{PAD}if self._namespace == {values.text(self.program.namespace)}:",
            f'{PAD}    return f"{{namespace}}:"',
            f'{PAD}return f"{{self._namespace}}.{{namespace}}:"',
        ]

    def _clients_import(self) -> str:
        """Imported when used: a client that is given needs none of it."""
        if self.aio:
            return f"{PAD}from .._runtime import aio_clients as clients"
        return f"{PAD}from ._runtime import clients"

    def _from_url(self) -> list[str]:
        self_type = self.module.use("typing", "Self")
        urls = tuple(
            f"{'url' if self._single() else server.name}: {self.string}" for server in self.servers
        )
        settings = (
            f"timeout: {self.number} = {self._timeout()!r}",
            f"max_connections: {self.module.builtin('int')} = {max(s.max_connections for s in self.servers)}",
        )
        before = ("cls", *urls, "*") if self._single() else ("cls", "*", *urls)
        made = [
            _named(
                self._argument(server),
                call(
                    "clients.from_url",
                    "url" if self._single() else server.name,
                    "timeout=timeout",
                    "deadline=deadline",
                    "max_connections=max_connections",
                ),
            )
            for server in self.servers
        ]
        doc = (
            "Connect by URL: redis://, rediss://, unix:// to one server,\n"
            "redis+sentinel://host,host/name through Sentinel, redis+cluster://host,host to a cluster."
        )
        classmethod_ = self.module.builtin("classmethod")
        return [
            "",
            f"    @{classmethod_}",
            *signature("from_url", (*before, *self._common(), *settings), self_type),
            *docstring(doc, BODY),
            *self._made(made),
        ]

    def _connect(self) -> list[str]:
        self_type = self.module.use("typing", "Self")
        settings_type = self.module.runtime("settings", "ServerSettings")
        made: list[tuple[str, Expression]] = []
        for server in self.servers:
            own = tuple(f"{values.text(key)}: {value}" for key, value in _settings(server))
            made.append(
                _named(
                    self._argument(server),
                    call("clients.connect", Group("{", own, "}"), self._overrides(server)),
                )
            )
        common = self._common()
        if self._single():
            unpack = self.module.use("typing", "Unpack")
            parameters: tuple[str, ...] = (common[0], f"**overrides: {unpack}[{settings_type}]")
            told, deadline = (
                "`overrides` replace settings",
                'overrides.get("deadline")',
            )
        else:
            given = (f"{server.name}: {settings_type} | None = None" for server in self.servers)
            parameters = (*given, *common)
            told, deadline = "what is given for a server replaces its settings", "deadline"
        doc = f"Connect as the spec says, environment variables expanded; {told}."
        classmethod_ = self.module.builtin("classmethod")
        return [
            "",
            f"    @{classmethod_}",
            *signature("connect", ("cls", "*", *parameters), self_type),
            *docstring(doc, BODY),
            *self._made(made, deadline),
        ]

    def _overrides(self, server: Server) -> str:
        return "**overrides" if self._single() else f"**({server.name} or {{}})"

    def _made(self, made: list[tuple[str, Expression]], deadline: str = "deadline") -> list[str]:
        """The clients one after the other; then the instance that owns them."""
        out = [self._clients_import(), ""]
        for name, value in made:
            out += assignment(f"_{name}", value, BODY)
        given = tuple(f"_{name}" if self._single() else f"{name}=_{name}" for name, _ in made)
        out += assignment(
            "_made", call("cls", *given, "namespace=namespace", f"deadline={deadline}"), BODY
        )
        owned = Group("(", tuple(f"_{name}" for name, _ in made), ")")
        text = f"(_{made[0][0]},)" if len(made) == 1 else owned
        return [*out, *assignment("_made._owned", text, BODY), f"{PAD}return _made"]

    def _batch(self) -> list[str]:
        dots = "." * (2 if self.aio else 1)
        name = f"{'Async' if self.aio else ''}{self.program.class_name}Batch"
        kind = self.module.use_type(f"{dots}batch", name)
        lanes = tuple(f"self.{self._lane_name(server)}" for server in self.servers)
        made = call("_Batch", *lanes, "self._namespace")
        with_ = "async with" if self.aio else "with"
        doc = (
            f"Gather calls and send them together: `{with_} client.batch() as batch:`.\n\n"
            "Each call returns a Pending; its `value` is there when the block has ended. A block that\n"
            "raises sends nothing. The calls are not one atomic step."
        )
        return [
            "",
            *signature("batch", ("self",), kind),
            *docstring(doc, BODY),
            *_imported(f"{dots}batch", f"{name} as _Batch"),
            "",
            *returned(made, BODY),
        ]

    def _closing(self) -> list[str]:
        names = (
            ("aclose", "__aenter__", "__aexit__")
            if self.aio
            else ("close", "__enter__", "__exit__")
        )
        async_ = "async " if self.aio else ""
        wait = "await " if self.aio else ""
        self_type = self.module.use("typing", "Self")
        object_ = self.module.builtin("object")
        return [
            "",
            f"    {async_}def {names[0]}(self) -> None:",
            *docstring(
                "Close the clients that from_url() or connect() made; others stay open.", BODY
            ),
            self._clients_import(),
            "",
            f"{PAD}for _client in self._owned:",
            f"{PAD}    {wait}clients.close(_client)",
            "",
            f"    {async_}def {names[1]}(self) -> {self_type}:",
            f"{PAD}return self",
            "",
            f"    {async_}def {names[2]}(self, *_: {object_}) -> None:",
            f"{PAD}{wait}self.{names[0]}()",
        ]

    def _accessor(self, keyspace: Keyspace) -> tuple[str, ...]:
        name = accessor_class(keyspace)
        return self._one(keyspace, "keyspaces", name, _first_sentence(keyspace))

    def _policy(self, policy: Policy) -> tuple[str, ...]:
        section = SECTIONS[policy.kind]
        said = (policy.doc or "").strip() or f"What `{section.folder}` says of {policy.name}."
        return self._one(policy, section.folder, policy_class(policy.kind, policy.name), said)

    def _one(
        self, declared: Keyspace | Policy, folder: str, name: str, doc: str
    ) -> tuple[str, ...]:
        kind = self.module.use_type(f".{folder}.{declared.name}", name)
        cached = self.module.use("functools", "cached_property")
        server = self.program.servers[declared.server]
        prefix = (
            "self._prefix"
            if declared.namespace == self.program.namespace
            else f"self._prefix_of({values.text(declared.namespace)})"
        )
        lane = f"self.{self._lane_name(server)}"
        return _attribute(declared.name, folder, name, kind, cached, lane, prefix, doc)

    def _operation(self, made: Made) -> list[str]:
        if isinstance(made, PipelineOperation):
            return operation_attribute(self.module, made, ("self.batch",))
        lane = f"self.{self._lane_name(self.program.servers[made.server])}"
        return operation_attribute(self.module, made, (lane, *_accessors(made)))

    def _exports(self) -> list[str]:
        return [f"__all__ = [{values.text(self.program.class_name)}]"]


def _named(name: str, value: Expression) -> tuple[str, Expression]:
    return name, value


def _settings(server: Server) -> list[tuple[str, str]]:
    out = [("topology", values.text(server.topology))]
    if server.url is not None:
        out.append(("url", values.text(server.url)))
    if server.sentinels:
        out.append(("sentinels", f"[{', '.join(values.text(one) for one in server.sentinels)}]"))
    if server.master is not None:
        out.append(("master", values.text(server.master)))
    out.append(("timeout", repr(server.timeout_ms / 1000)))
    if server.deadline_ms is not None:
        out.append(("deadline", repr(server.deadline_ms / 1000)))
    out.append(("max_connections", str(server.max_connections)))
    return out


def _first_sentence(keyspace: Keyspace) -> str:
    said = (keyspace.doc or "").strip()
    structure = keyspace.structure.replace("_", " ")
    return said or f"The {structure} keyspace {keyspace.pattern.text}."


@lru_cache(maxsize=16_384)
def _attribute(
    name: str, folder: str, accessor: str, kind: str, cached: str, lane: str, prefix: str, doc: str
) -> tuple[str, ...]:
    """A keyspace or policy as an attribute: the same in the sync, the awaited and the batch's class."""
    return (
        "",
        f"    @{cached}",
        *signature(name, ("self",), kind),
        *docstring(doc, BODY),
        *_imported(f".{folder}.{name}", f"{accessor} as _Accessor"),
        "",
        *returned(call("_Accessor", lane, prefix), BODY),
    )


def _imported(source: str, name: str) -> list[str]:
    """An import within a method."""
    one = f"{PAD}from {source} import {name}"
    return [one] if fits(one) else lines(Group(f"from {source} import (", (name,), ")"), BODY)


def operation_attribute(module: Module, made: Made, given: tuple[str, ...]) -> list[str]:
    """An operation as an attribute, made of its lane and its accessors."""
    operation = made.operation
    name = operation_class(operation)
    kind = module.use_type(f".operations.{operation.name}", name)
    doc = (operation.doc or "").strip() or f"The operation {operation.name}."
    return [
        "",
        f"    @{module.use('functools', 'cached_property')}",
        *signature(operation.name, ("self",), kind),
        *docstring(doc, BODY),
        *_imported(f".operations.{operation.name}", f"{name} as _Operation"),
        "",
        *returned(call("_Operation", *given), BODY),
    ]


def _accessors(made: Made) -> list[str]:
    """The accessors that an operation is given: attributes of the same client."""
    found = script_keyspaces(made) if isinstance(made, CompiledOperation) else step_keyspaces(made)
    return [f"self.{keyspace.name}" for keyspace in found]


def taken_names(program: Program, operations: tuple[Made, ...]) -> frozenset[str]:
    """Every name that a client's own code binds."""
    attributes = {keyspace.name for keyspace in program.keyspaces}
    attributes |= {made.operation.name for made in operations}
    attributes |= {each.policy.name for each in lowered(program)}
    return frozenset({program.class_name, *attributes, *program.servers})


def batch_text(program: Program, operations: tuple[Made, ...], header: str) -> str:
    """`batch/__init__.py`: the two batch classes over one set of accessors."""
    module = Module(taken_names(program, operations), 1)
    servers = list(program.servers.values())
    single = len(servers) == 1
    string = module.builtin("str")
    any_ = module.use("typing", "Any")
    lane = module.runtime("batch", "BatchLane")
    names = ["_lane" if single else f"_lane_{server.name}" for server in servers]
    accessors: list[str] = []
    for keyspace in program.keyspaces:
        cached = module.use("functools", "cached_property")
        name = accessor_class(keyspace)
        kind = module.use_type(f".keyspaces.{keyspace.name}", name)
        own = "_lane" if single else f"_lane_{keyspace.server}"
        prefix = (
            "self._prefix"
            if keyspace.namespace == program.namespace
            else f"self._prefix_of({values.text(keyspace.namespace)})"
        )
        accessors += _attribute(
            keyspace.name,
            "keyspaces",
            name,
            kind,
            cached,
            f"self.{own}",
            prefix,
            _first_sentence(keyspace),
        )
    for made in operations:
        server = (
            made.server
            if isinstance(made, CompiledOperation)
            else next((step.keyspace.server for step in made.steps), servers[0].name)
        )
        own = "_lane" if single else f"_lane_{server}"
        accessors += operation_attribute(module, made, (f"self.{own}", *_accessors(made)))
    prefixes: list[str] = []
    if any(k.namespace != program.namespace for k in program.keyspaces):
        prefixes = [
            "",
            *signature("_prefix_of", ("self", f"namespace: {string}"), string),
            f"{PAD}if self._namespace == {values.text(program.namespace)}:",
            f'{PAD}    return f"{{namespace}}:"',
            f'{PAD}return f"{{self._namespace}}.{{namespace}}:"',
        ]
    parameters = tuple(f"{name.lstrip('_')}: {any_}" for name in names)
    init = [
        "",
        *signature("__init__", ("self", *parameters, f"namespace: {string}"), "None"),
        *(
            line
            for name in names
            for line in assignment(f"self.{name}", call(lane, name.lstrip("_")), BODY)
        ),
        f"{PAD}self._namespace = namespace",
        f'{PAD}self._prefix = f"{{namespace}}:"',
    ]
    gathered = f"{program.class_name}Accessors"
    bases = [
        ("Batch", f"{program.class_name}Batch", ""),
        ("AsyncBatch", f"Async{program.class_name}Batch", "awaited "),
    ]
    classes: list[str] = []
    lanes = Group("(", tuple(f"self.{name}" for name in names), ")")
    given = f"(self.{names[0]},)" if single else lanes
    named = tuple(values.text(each.policy.name) for each in lowered(program))
    policies = assignment("_POLICIES", Group("(", named, ")"), 0) if named else []
    for base, name, awaited in bases:
        base_name = module.runtime("batch", base)
        classes += [
            "",
            "",
            *lines(Group(f"class {name}(", (f"_{gathered}", base_name), "):"), 0),
            *docstring(f"The calls of one {awaited}batch.", STEP),
            "",
            *signature("__init__", ("self", *parameters, f"namespace: {string}"), "None"),
            *lines(
                call(f"_{gathered}.__init__", "self", *(n.lstrip("_") for n in names), "namespace"),
                BODY,
            ),
            *lines(
                call(f"{base_name}.__init__", "self", given, *(["_POLICIES"] if named else [])),
                BODY,
            ),
        ]
    exported = Group("__all__ = [", tuple(sorted(values.text(name) for _, name, _ in bases)), "]")
    whole = [
        *lines(exported, 0),
        *([""] if named else []),
        *policies,
        "",
        "",
        f"class _{gathered}:",
        *docstring("The keyspaces as attributes; their methods return Pending.", STEP),
        *init,
        *prefixes,
        *accessors,
        *classes,
    ]
    return module.text(header, "Calls that are gathered and sent together.", whole)
