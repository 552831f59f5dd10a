"""Sessions as the class that opens, reads and ends them."""

from __future__ import annotations

from redisspec.codegen.python import values
from redisspec.codegen.python.accessor import decoded_field, encoded_field
from redisspec.codegen.python.defaults import literal_default, made_default
from redisspec.codegen.python.describe import duration
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
    signature,
)
from redisspec.codegen.python.module import Module
from redisspec.codegen.python.policies.emitter import Emitter
from redisspec.codegen.python.recordclass import RecordClass
from redisspec.codegen.python.specials.by_fields import changed_field, field_parameters
from redisspec.codegen.python.view import Mode, View
from redisspec.ir.keypattern import Literal
from redisspec.ir.model import Bound, Keyspace, Lifetime, Policy
from redisspec.ir.types import UNSET, Field, Maybe, Scalar, ValueType
from redisspec.patterns.model import Lowered
from redisspec.spec.lowering.sessions import ATTRIBUTES
from redisspec.spec.names import class_name, policy_class

BODY = 2 * STEP
PAD = " " * BODY
_SCRIPTS = ("create", "load", "update", "rotate", "destroy", "destroy_all", "list", "count")
_METHODS = (
    "create", "create_anonymous", "load", "update", "rotate", "destroy", "destroy_one",
    "destroy_all", "sessions", "count",
)  # fmt: skip


def session_class(policy: Policy) -> str:
    """The class of one session: `LoginSession`."""
    return f"{class_name(policy.name)}Session"


def user_of(policy: Policy) -> dict[str, ValueType]:
    user = policy.settings.get("user")
    return user if isinstance(user, dict) else {}


def fields_of(policy: Policy) -> tuple[Field, ...]:
    fields = policy.settings.get("fields")
    return fields if isinstance(fields, tuple) else ()


def session_records(policy: Policy) -> tuple[RecordClass, ...]:
    """The class of one session: its handle and times, its user, its fields."""
    handle, *times = ATTRIBUTES
    own = [Field(handle, Scalar("str"), handle), *(Field(t, Scalar("datetime"), t) for t in times)]
    users = [Field(name, Maybe(kind), name) for name, kind in user_of(policy).items()]
    whose = f"; {_listed(user_of(policy))} is None for a visitor" if users else ""
    doc = (
        f"A session of {policy.name}, as it was when it was read.\n\n"
        f"`handle` names it in a listing and opens nothing; `expires_at` is when it ends unless it\n"
        f"is used{whose}."
    )
    return (RecordClass(session_class(policy), doc, (*own, *users, *fields_of(policy))),)


def session_text(lowered: Lowered, mode: Mode, header: str) -> str:
    """The module of one declaration."""
    made = _Sessions(lowered, mode)
    body = made.body()
    awaited = ", awaited" if mode == "aio" else ""
    return made.module.text(header, f"Sessions {lowered.policy.name}{awaited}.", body)


EMITTER = Emitter(
    folder="sessions",
    doc="One class a kind of session.",
    module=session_text,
    runtime=("aio_session.py", "session.py", "session_ids.py"),
    exports={"session_ids": ("SessionId",)},
    records=session_records,
)


def _listed(names: dict[str, ValueType]) -> str:
    return " and ".join(f"`{name}`" for name in names)


class _Sessions:
    """Gathers imports and constants while the class is laid out."""

    def __init__(self, lowered: Lowered, mode: Mode) -> None:
        policy = lowered.policy
        assert policy.pattern is not None
        self.policy = policy
        self.pattern = policy.pattern
        self.aio = mode == "aio"
        self.user = user_of(policy)
        self.fields = fields_of(policy)
        taken = {*self.user, *(field.name for field in self.fields), *_METHODS}
        self.module = Module(
            frozenset({*taken, policy_class("session", policy.name)}), 2 if self.aio else 1
        )
        self.view = View(_as_keyspace(policy, self.fields), (), mode, self.module, ())
        self.string = self.module.builtin("str")
        self.id = self.module.runtime("session_ids", "SessionId")
        self.record = self.view.record()

    def body(self) -> list[str]:
        file = "aio_session" if self.aio else "session"
        scripts = call(
            self.module.runtime(file, "SessionScripts"),
            *(f"{'listing' if name == 'list' else name}={self._script(name)}" for name in _SCRIPTS),
        )
        terms = call(
            self.module.runtime(file, "SessionTerms"),
            f"idle_ms={self._setting('idle_ms'):_}",
            f"absolute_ms={self._setting('absolute_ms'):_}",
            f"most={self._setting('max_per_user')}",
            self._fields(),
        )
        encode, decode = self._encode(), self._decode()
        head = self._class(file)
        methods = [
            *self._create(),
            *self._load(),
            *(self._update() if self.fields else ()),
            *self._ending(),
            *(self._of_user() if self.user else ()),
        ]
        support = [line for text in self.view.constants.values() for line in text]
        return [
            *assignment("_SCRIPTS", scripts, 0),
            *assignment("_TERMS", terms, 0),
            *support,
            *encode,
            *decode,
            "",
            "",
            *head,
            *methods,
        ]

    def _script(self, name: str) -> str:
        return self.module.use(f"{self.module.root}_scripts", f"SESSION_{name.upper()}")

    def _setting(self, name: str) -> int:
        found = self.policy.settings.get(name, 0)
        assert isinstance(found, int)
        return found

    def _fields(self) -> Expression:
        stored = self._stored()
        # `prefixed` hides that this is a tuple: of one field it would be a text in parentheses.
        if len(stored) == 1:
            return f"fields=({stored[0]},)"
        return prefixed("fields=", Group("(", stored, ")"))

    def _stored(self) -> tuple[str, ...]:
        users = (values.text(f":{name}") for name in self.user)
        return (*users, *(values.text(field.stored) for field in self.fields))

    # --- what is stored -------------------------------------------------------

    def _encode(self) -> list[str]:
        """`_encode`: the fields as HSET takes them."""
        if not self.fields:
            return []
        module = self.module
        encodable = module.runtime("retry", "Encodable")
        returns = f"{module.builtin('list')}[{encodable}]"
        out = [
            "",
            "",
            *signature("_encode", ("*", *field_parameters(self.view)), returns, indent=0),
        ]
        items: list[str | Group] = []
        later: list[str] = []
        for field in self.fields:
            if literal_default(field) is None and field.default is not UNSET:
                out += [
                    f"    if {field.name} is None:",
                    *assignment(field.name, made_default(module, field), BODY),
                ]
            encoded = encoded_field(self.view, field, field.name)
            if isinstance(field.type, Maybe):
                pair = Group("_pairs += (", (values.text(field.stored), encoded), ")")
                later += [f"    if {field.name} is not None:", *lines(pair, BODY)]
            else:
                items += [values.text(field.stored), encoded]
        head = Group(f"_pairs: {returns} = [", tuple(items), "]")
        return [*out, *lines(head, STEP), *later, "    return _pairs"]

    def _decode(self) -> list[str]:
        """`_decode`: a session of what is stored of it."""
        state = self.module.runtime("session_ids", "SessionState")
        users = [Field(name, Maybe(kind), name) for name, kind in self.user.items()]
        made = call(
            self.record,
            *(f"{name}=state.{name}" for name in ATTRIBUTES),
            *(
                decoded_field(self.view, field, f"state.values[{at}]")
                for at, field in enumerate((*users, *self.fields))
            ),
        )
        head = signature("_decode", (f"state: {state}",), self.record, indent=0)
        return ["", "", *head, *returned(made, STEP)]

    # --- the class ------------------------------------------------------------

    def _class(self, file: str) -> list[str]:
        module, policy = self.module, self.policy
        lane = module.runtime(*(("aio_lane", "AsyncLane") if self.aio else ("lane", "Lane")))
        kind = module.runtime(file, "AsyncSessionStore" if self.aio else "SessionStore")
        first = self.pattern.parts[0]
        assert isinstance(first, Literal)
        base = first.text[len(policy.namespace) + 1 : -1]
        held = call(kind, "lane", f"prefix + {values.text(base)}", "_SCRIPTS", "_TERMS", "_decode")
        return [
            f"class {policy_class('session', policy.name)}:",
            *docstring(self._doc(), STEP),
            "",
            '    __slots__ = ("_sessions",)',
            "",
            *signature("__init__", ("self", f"lane: {lane}", f"prefix: {self.string}"), "None"),
            *assignment(f"self._sessions: {kind}[{self.record}]", held, BODY),
        ]

    def _doc(self) -> str:
        idle, absolute = self._setting("idle_ms"), self._setting("absolute_ms")
        most = self._setting("max_per_user")
        told = (
            f"A hash at {self.pattern.text};\n"
            f"ends after {duration(idle)} without use, after {duration(absolute)} at the latest"
        )
        if most:
            told += f";\n{most:,} a user, the one that would end first gives way"
        said = (self.policy.doc or "").strip()
        return f"{said}\n\n{told}." if said else f"{told}."

    def _method(
        self, name: str, parameters: tuple[str, ...], returns: str, doc: str, body: list[str]
    ) -> list[str]:
        head = signature(name, ("self", *parameters), returns, is_async=self.aio)
        return ["", *head, *docstring(doc, BODY), *body]

    def _sent(self, method: str, *arguments: str | Group) -> str | Group:
        awaited = "await " if self.aio else ""
        return prefixed(awaited, call(f"self._sessions.{method}", *arguments))

    def _name(self, name: str, *beside: str) -> str:
        """A parameter's name, out of the way of those that the spec gives."""
        while name in beside:
            name += "_"
        return name

    def _own(self, name: str) -> str:
        return self._name(name, *self.user, *(field.name for field in self.fields))

    def _given(self, name: str) -> str:
        return f"{name}: {self.id} | {self.string}"

    def _users(self) -> tuple[str, ...]:
        return tuple(
            f"{name}: {values.annotation(self.module, kind)}" for name, kind in self.user.items()
        )

    def _tag(self) -> str | Group:
        made = tuple(values.encode(self.module, kind, name) for name, kind in self.user.items())
        return call(self.module.runtime("session_ids", "user_tag"), *made)

    def _create(self) -> list[str]:
        replaces = self._own("replaces")
        optional = f"{self._given(replaces)} | None = None"
        parameters = ("*", *field_parameters(self.view), optional)
        encode: str | Group = "[]"
        if self.fields:
            encode = call("_encode", *(f"{field.name}={field.name}" for field in self.fields))
        new_tag = call(self.module.runtime("session_ids", "new_tag"))
        replacing = (
            f"`{replaces}` is ended when the new one is there: every change of who a visitor is\n"
            "needs a new id."
        )
        if not self.user:
            made = self._sent("create", new_tag, encode, replaces)
            doc = f"Open a session and return its id.\n\n{replacing}"
            return self._method("create", parameters, self.id, doc, returned(made, BODY))
        stored: list[str | Group] = []
        for name, kind in self.user.items():
            stored += [values.text(f":{name}"), values.encode(self.module, kind, name)]
        pairs = Group("[", (*stored, *((prefixed("*", encode),) if self.fields else ())), "]")
        return [
            *self._method(
                "create",
                (*self._users(), *parameters),
                self.id,
                f"Open a session for a user and return its id.\n\n{replacing}",
                returned(self._sent("create", self._tag(), pairs, replaces), BODY),
            ),
            *self._method(
                "create_anonymous",
                parameters,
                self.id,
                "Open a session for a visitor whom nobody knows, and return its id.\n\n"
                f"`{replaces}` is ended when the new one is there.",
                returned(self._sent("create", new_tag, encode, replaces), BODY),
            ),
        ]

    def _load(self) -> list[str]:
        return self._method(
            "load",
            (self._given("session_id"),),
            f"{self.record} | None",
            "Return the session and give it its idle time again; None when it is over, or none.",
            returned(self._sent("load", "session_id"), BODY),
        )

    def _update(self) -> list[str]:
        module = self.module
        session_id = self._own("session_id")
        unchanged = module.runtime("unchanged", "UNCHANGED")
        kind = module.runtime("unchanged", "Unchanged")
        encodable = module.runtime("retry", "Encodable")
        parameters = (
            self._given(session_id),
            "*",
            *(
                f"{f.name}: {values.annotation(module, f.type)} | {kind} = {unchanged}"
                for f in self.fields
            ),
        )
        optional = any(isinstance(field.type, Maybe) for field in self.fields)
        words = ("_changed", "_removed") if optional else ("_changed",)
        listed = f"{module.builtin('list')}[{encodable}]"
        body = [f"{PAD}{word}: {listed} = []" for word in words]
        for field in self.fields:
            body += changed_field(self.view, field, kind)
        return self._method(
            "update",
            parameters,
            module.builtin("bool"),
            "Change some fields and give the session its idle time again; False, and nothing\n"
            "written, when it is over.\n\n"
            "A field that is left out stays as it is.",
            [*body, *returned(self._sent("update", session_id, *words), BODY)],
        )

    def _ending(self) -> list[str]:
        return [
            *self._method(
                "rotate",
                (self._given("session_id"),),
                f"{self.id} | None",
                "Give the session another id and return it; None when it is over.\n\n"
                "The old id opens nothing from then on. It grows no younger by this.",
                returned(self._sent("rotate", "session_id"), BODY),
            ),
            *self._method(
                "destroy",
                (self._given("session_id"),),
                "None",
                "End the session; nothing happens where it is over already.",
                lines(self._sent("destroy", "session_id"), BODY),
            ),
        ]

    def _of_user(self) -> list[str]:
        module = self.module
        handle, keep = self._name("handle", *self.user), self._name("keep", *self.user)
        return [
            *self._method(
                "destroy_one",
                (*self._users(), f"{handle}: {self.string}"),
                "None",
                "End the session of a user that `sessions` lists under this handle.",
                lines(self._sent("destroy_handle", self._tag(), handle), BODY),
            ),
            *self._method(
                "destroy_all",
                (*self._users(), "*", f"{self._given(keep)} | None = None"),
                module.builtin("int"),
                f"End every session of a user but `{keep}`, and return how many there were.",
                returned(self._sent("destroy_all", self._tag(), keep), BODY),
            ),
            *self._method(
                "sessions",
                self._users(),
                f"{module.builtin('list')}[{self.record}]",
                "Return the sessions of a user that are alive, the one that ends first in front.",
                returned(self._sent("sessions", self._tag()), BODY),
            ),
            *self._method(
                "count",
                self._users(),
                module.builtin("int"),
                "Return how many sessions of a user are alive.",
                returned(self._sent("count", self._tag()), BODY),
            ),
        ]


def _as_keyspace(policy: Policy, fields: tuple[Field, ...]) -> Keyspace:
    """The sessions as the keyspace of hashes that they are, for what is emitted as there."""
    assert policy.pattern is not None
    return Keyspace(
        f"{policy.name}_session",
        policy.pattern,
        "hash",
        policy.namespace,
        Lifetime(),
        Bound(),
        fields=fields,
    )
