"""What a server holds, read with plain commands, against what the model holds; and initial states written with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from redisspec.ir.model import Keyspace
from redisspec.structures.bloom_filter import size_of
from tests.operations.compare import Comparison, near
from tests.operations.model.data import Data, Foreign
from tests.server.bloom import stored

Run = Callable[..., Any]
"""A plain client's `execute_command`: RESP2, bytes."""


def differences(
    run: Run,
    namespace: str,
    owners: dict[str, Keyspace],
    model: Data,
    comparison: Comparison,
    refused: Data | None = None,
) -> list[str]:
    """Every key that differs in what it holds or in its TTL. `owners` gives the keyspace of each key.

    `refused` is the data before a call that was refused: reads may have renewed `on_access` then.
    """
    keys = {key.decode() for key in run("KEYS", f"{namespace}:*")}
    found = [f"{key}: only in the model" for key in model.values.keys() - keys]
    found += [f"{key}: only on the server" for key in keys - model.values.keys()]
    for key in sorted(keys & model.values.keys()):
        keyspace = owners[key]
        text = _content(run, key, keyspace, model.values[key], comparison)
        if text:
            found.append(f"{key}: {text}")
        left, said = run("PTTL", key), [model.ttls[key]]
        if refused is not None and keyspace.lifetime.refresh == "on_access":
            said.append(keyspace.lifetime.ttl_ms)
        if not any(_same_ttl(left, one, comparison.slack_ms) for one in said):
            found.append(f"{key}: {left} ms left, {said[0]} in the model")
    return found


def _same_ttl(left: int, said: int | None, slack_ms: float) -> bool:
    if said is None:
        return left == -1
    return left >= 0 and 0 <= said - left < slack_ms


def _content(
    run: Run, key: str, keyspace: Keyspace, model: Any, comparison: Comparison
) -> str | None:
    """What differs, or None."""
    if isinstance(model, Foreign):
        return None if run("TYPE", key) == _foreign(keyspace)[0] else "of another type in the model"
    try:
        real = held(run, key, keyspace)
    except ValueError as error:
        return str(error)
    return None if alike(keyspace, real, model, comparison) else f"{real!r}, {model!r} in the model"


def held(run: Run, key: str, keyspace: Keyspace) -> Any:
    """What stands at a key, as the model holds it; of a HyperLogLog its count. ValueError for another type."""
    kind = run("TYPE", key).decode()
    match keyspace.structure, kind:
        case (("string" | "counter" | "bitmap"), "string"):
            return run("GET", key)
        case "hash", "hash":
            return _flat(run("HGETALL", key))
        case "list", "list":
            return run("LRANGE", key, 0, -1)
        case "set", "set":
            return set(run("SMEMBERS", key))
        case "sorted_set", "zset":
            return {name: float(text) for name, text in _scored(run, key).items()}
        case "stream", "stream":
            return [(name.decode(), _flat(flat)) for name, flat in run("XRANGE", key, "-", "+")]
        case "bloom_filter", "string":
            return run("GET", key)
        case "hyperloglog", "string":
            return run("PFCOUNT", key)
        case "geo", "zset":
            names = list(_scored(run, key))
            places = run("GEOPOS", key, *names)
            return {n: (float(x), float(y)) for n, (x, y) in zip(names, places, strict=True)}
    raise ValueError(f"a {kind}")


def alike(keyspace: Keyspace, real: Any, model: Any, comparison: Comparison) -> bool:
    """Whether a key holds what the model's holds."""
    value: Any = keyspace.value
    match keyspace.structure:
        case "string":
            return comparison.same_raw(value, real, model)
        case "hash":
            return _same_fields(keyspace, real, model, comparison)
        case "list":
            return len(real) == len(model) and all(
                comparison.same_raw(value, one, other)
                for one, other in zip(real, model, strict=True)
            )
        case "sorted_set":
            return real.keys() == model.keys() and all(
                # a score may lose the sign of its zero: nothing tells the two apart
                comparison.same(real[raw] + 0.0, model[raw] + 0.0)
                for raw in model
            )
        case "stream":
            return len(real) == len(model) and all(
                (one[0] == other[0] or comparison.same_id(one[0], other[0]))
                and _same_fields(keyspace, one[1], other[1], comparison)
                for one, other in zip(real, model, strict=True)
            )
        case "bloom_filter":
            return bool(real == stored(model, size_of(keyspace)))
        case "hyperloglog":
            return bool(real == len(model))
        case "geo":
            return real.keys() == model.keys() and all(near(real[raw], model[raw]) for raw in model)
    return bool(real == model)


def _same_fields(
    keyspace: Keyspace, real: dict[bytes, bytes], model: dict[bytes, bytes], comparison: Comparison
) -> bool:
    value: Any = keyspace.value
    kinds = {field.stored.encode(): field.type for field in keyspace.fields}
    return real.keys() == model.keys() and all(
        comparison.same_raw(kinds.get(name, value), real[name], model[name]) for name in model
    )


def _flat(flat: list[bytes]) -> dict[bytes, bytes]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _scored(run: Run, key: str) -> dict[bytes, bytes]:
    return _flat(run("ZRANGE", key, 0, -1, "WITHSCORES"))


def write(run: Run, owners: dict[str, Keyspace], model: Data) -> None:
    """Puts what the model holds into the server."""
    for key, value in model.values.items():
        for command in _commands(key, owners[key], value):
            run(*command)
        if model.ttls[key] is not None:
            run("PEXPIRE", key, model.ttls[key])


def _foreign(keyspace: Keyspace) -> tuple[bytes, str]:
    """A type that the keyspace does not have, and the command that makes a key of it."""
    return (b"string", "SET") if keyspace.structure == "set" else (b"set", "SADD")


def _commands(key: str, keyspace: Keyspace, value: Any) -> list[tuple[Any, ...]]:
    if isinstance(value, Foreign):
        return [(_foreign(keyspace)[1], key, "x")]
    match keyspace.structure:
        case "string" | "counter" | "bitmap":
            return [("SET", key, value)]
        case "hash":
            return [("HSET", key, *(part for pair in value.items() for part in pair))]
        case "list":
            return [("RPUSH", key, *value)]
        case "set":
            return [("SADD", key, *value)]
        case "sorted_set":
            return [("ZADD", key, repr(score), raw) for raw, score in value.items()]
        case "stream":
            return [
                ("XADD", key, name, *(part for pair in fields.items() for part in pair))
                for name, fields in value
            ]
        case "bloom_filter":
            return [("SET", key, stored(value, size_of(keyspace)))]
        case "hyperloglog":
            return [("PFADD", key, *value)]
        case _:
            return [("GEOADD", key, *place, raw) for raw, place in value.items()]
