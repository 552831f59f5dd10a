"""Operations made by hand over redis.spec.yaml, of every kind of argument, result and refusal, and their package."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

from redisspec.codegen.python.package import package_files
from redisspec.ir.flows import Procedure, Retry, Sequence
from redisspec.ir.model import Keyspace, Operation
from redisspec.ir.program import Program
from redisspec.ir.types import Enum, Json, ListOf, Maybe, RecordRef, Scalar, ValueType
from redisspec.operations.compiled import (
    ArgvTerm,
    CompiledOperation,
    Constant,
    Corrupt,
    EntriesOf,
    Fault,
    Full,
    Item,
    Items,
    KeyUse,
    ListedOf,
    MapOfPairs,
    Milliseconds,
    Nothing,
    OptionalOf,
    OutOfBounds,
    Param,
    PipelineOperation,
    PipelineStep,
    Plain,
    Raised,
    RecordOf,
    Refusal,
    Refused,
    Result,
    ScoredOf,
    TooLarge,
    TtlOf,
    TupleOf,
    Value,
)
from tests.generated.compiled import program_of, written
from tests.server.generated.packages import packages_folder

SPEC = Path(__file__).parent / "redis.spec.yaml"
INT, STR, SLUG, UUID_ = Scalar("int"), Scalar("str"), Scalar("slug"), Scalar("uuid")
CHOICE = Enum(("a", "b"))
PRODUCT = Json(RecordRef("Product"))
LARGEST = 2**53 - 1
NOTHING = Nothing()


@cache
def program() -> Program:
    return program_of(SPEC)


@cache
def spaces() -> Mapping[str, Keyspace]:
    return {keyspace.name: keyspace for keyspace in program().keyspaces}


def key(name: str, *arguments: Any, each: tuple[str, ...] = ()) -> KeyUse:
    """A key; a text is a parameter's name."""
    given = (Param(one) if isinstance(one, str) else one for one in arguments)
    return KeyUse(spaces()[name], tuple(given), each)


def operation(
    name: str,
    lua: str,
    params: dict[str, ValueType],
    keys: tuple[KeyUse, ...] = (),
    argv: tuple[ArgvTerm, ...] = (),
    result: Result = NOTHING,
    *,
    refusals: tuple[Refusal, ...] = (),
    retry: Retry = "never",
    doc: str | None = None,
) -> CompiledOperation:
    compound = not isinstance(
        result.inner if isinstance(result, OptionalOf) else result, Plain | Milliseconds | Nothing
    )
    return CompiledOperation(
        Operation(name, "", params, doc=doc), "default", dedent(lua).lstrip(), keys, argv, result,
        compound, refusals, retry, Procedure(name, Sequence(()), retry),
    )  # fmt: skip


def echo(
    name: str, kind: ValueType, result: Result | None = None, *, exact: bool = False
) -> CompiledOperation:
    """An operation that answers with its parameter."""
    return operation(
        name, "return ARGV[1]\n", {"value": kind}, (), (Value("value", kind, exact),),
        result or Plain(kind), retry="safe",
    )  # fmt: skip


@cache
def operations() -> tuple[CompiledOperation | PipelineOperation, ...]:
    space = spaces()
    refuse = "if ARGV[1] ~= '' then return cjson.decode(ARGV[1]) end\n"
    return (
        operation(
            "place_order",
            """
            local left = tonumber(redis.call('GET', KEYS[1]) or '0')
            local wanted = tonumber(ARGV[1])
            if left < wanted then return {1, left, ARGV[2]} end
            if left - wanted < 10 then return {2, KEYS[1], left} end
            redis.call('DECRBY', KEYS[1], wanted)
            redis.call('HSET', KEYS[2], 'sku', ARGV[2], 'quantity', wanted)
            redis.call('PEXPIRE', KEYS[2], ARGV[3])
            return left - wanted
            """,
            {"shop_id": INT, "sku": SLUG, "order_id": UUID_, "quantity": INT},
            (key("stock", "shop_id", "sku"), key("order", "shop_id", "order_id")),
            (Value("quantity", INT, exact=True), Value("sku", SLUG), TtlOf(space["order"])),
            Plain(INT),
            refusals=(
                Raised("OutOfStock", (("left", INT), ("sku", SLUG))),
                OutOfBounds(10, LARGEST),
            ),
            doc="Take stock and record the order;\nor change nothing.",
        ),
        operation(
            "drop_all",
            """
            local gone = {}
            for at = 3, #KEYS do gone[#gone + 1] = redis.call('DEL', KEYS[at]) end
            return {0, {tostring(#KEYS), gone, ARGV[1], redis.call('DEL', KEYS[2])}}
            """,
            {"shop_id": INT, "skus": ListOf(SLUG), "kinds": ListOf(CHOICE)},
            (
                key("seen", "shop_id"),
                key("stock", Constant(7), Constant("a-b")),
                key("stock", "shop_id", Item("skus"), each=("skus",)),
                key("page", "shop_id", Item("kinds"), each=("skus", "kinds")),
            ),
            (Items("skus", SLUG), Items("kinds", CHOICE)),
            TupleOf((Plain(INT), ListedOf(Plain(INT)), Plain(STR), Plain(Scalar("bool")))),
        ),
        operation(
            "list",
            "return {0, {ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]}}\n",
            {
                "lane": INT, "key": Maybe(CHOICE), "int": INT, "str": SLUG, "list": Scalar("date"),
                "len": ListOf(INT), "zip": ListOf(PRODUCT), "value": Maybe(PRODUCT),
                "answer": STR, "wrapped": Maybe(INT),
            },
            (
                key("key_int", "int", "str", "list"),
                key("stock", "int", Constant("x"), each=("len", "zip")),
            ),
            (
                Value("lane", INT), Value("key", Maybe(CHOICE), optional=True),
                Value("value", Maybe(PRODUCT), optional=True),
                Value("wrapped", Maybe(INT), exact=True, optional=True),
                Items("len", INT, exact=True), Items("zip", PRODUCT), Value("answer", STR),
            ),
            ListedOf(Plain(STR)),
        ),
        operation(
            "state",
            """
            local kind = redis.call('HMGET', KEYS[1], 'sku', 'quantity', 'tags', 'placed_at')
            return {0, {kind, redis.call('XRANGE', KEYS[2], '-', '+'),
                redis.call('SMEMBERS', KEYS[3]),
                redis.call('ZRANGE', KEYS[4], 0, -1, 'WITHSCORES'),
                redis.call('HGETALL', KEYS[5]), redis.call('PTTL', KEYS[5]),
                redis.call('GET', KEYS[6]), redis.call('HMGET', KEYS[1], 'sku', 'quantity')}}
            """,
            {"shop_id": INT, "order_id": UUID_},
            (
                key("order", "shop_id", "order_id"), key("events", "shop_id"),
                key("seen", "shop_id"), key("scores", "shop_id"), key("notes", "shop_id"),
                key("page", "shop_id", Constant("a")),
            ),
            (),
            TupleOf((
                OptionalOf(RecordOf(space["order"])), EntriesOf(space["events"]),
                ListedOf(Plain(STR), "set"), ScoredOf(Scalar("date")), MapOfPairs(STR, INT),
                Milliseconds(), Plain(Maybe(PRODUCT)),
                TupleOf((Plain(Maybe(SLUG)), OptionalOf(Plain(INT)))),
            )),
            retry="safe",
        ),
        operation(
            "one_order",
            "return {0, redis.call('HMGET', KEYS[1], 'sku', 'quantity', 'tags', 'placed_at')}\n",
            {"shop_id": INT, "order_id": UUID_},
            (key("order", "shop_id", "order_id"),),
            (),
            RecordOf(space["order"]),
            retry="safe",
        ),
        operation(
            "refuse",
            refuse + "return {0, {}}\n",
            {"how": STR},
            (),
            (Value("how", STR),),
            ListedOf(Plain(CHOICE)),
            refusals=(
                Raised("OutOfStock", (("left", INT), ("sku", SLUG))),
                Raised("Gone"),
                OutOfBounds(0, LARGEST),
                Full(3),
                TooLarge(64),
                Corrupt("int"),
                Fault("division by zero"),
                Refused(-3, 3),
                Raised("Decimal", (
                    ("int", Maybe(INT)), ("super", PRODUCT), ("str", Scalar("decimal")),
                    ("list", ListOf(INT)),
                )),
            ),
        ),
        operation(
            "renew", "return redis.call('PEXPIRE', KEYS[1], ARGV[1])\n",
            {"shop_id": INT, "order_id": UUID_, "ttl": Maybe(Scalar("float"))},
            (key("order", "shop_id", "order_id"),),
            (TtlOf(space["order"], "ttl"), TtlOf(space["seen"]), Value("ttl", Maybe(Scalar("float")), optional=True)),
            Plain(Scalar("bool")),
        ),
        operation("nothing", "return false\n", {}),
        echo("echo_int", INT, exact=True),
        echo("echo_float", Scalar("float")),
        echo("echo_bytes", Scalar("bytes")),
        echo("echo_when", Scalar("datetime")),
        echo("echo_json", ListOf(Maybe(INT))),
        PipelineOperation(
            Operation("visit", "", {"shop_id": INT, "sku": SLUG, "names": ListOf(STR)},
                      atomic=False, reason="they live in several slots", doc="Count a visit."),
            (
                PipelineStep(space["stock"], "increment", (Param("shop_id"), Param("sku")),
                             (("by", Constant(2)),), target="batch"),
                PipelineStep(space["seen"], "add", (Param("shop_id"), Item("names")), each=("names",)),
                PipelineStep(space["stock"], "get", (Constant(7), Param("sku")), target="other"),
            ),
            Plain(INT), "batch",
        ),
        PipelineOperation(
            Operation("forget", "", {"shop_id": INT}, atomic=False, reason="…"),
            (PipelineStep(space["seen"], "delete", (Param("shop_id"),)),
             PipelineStep(space["notes"], "delete", (Param("shop_id"),))),
        ),
    )  # fmt: skip


@cache
def files() -> dict[str, str]:
    """The files of the package by their path."""
    return package_files(program(), operations())


@cache
def package() -> Any:
    """The imported package, with its `aio`."""
    written(files(), packages_folder() / "live_operations")
    importlib.invalidate_caches()
    importlib.import_module("live_operations.aio")
    importlib.import_module("live_operations.types")
    return importlib.import_module("live_operations")
