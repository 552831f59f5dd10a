"""What a server holds, read with plain commands, against what the model holds; and initial states written with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from redisspec.ir.model import Keyspace
from tests.operations.compare import SLACK, Comparison, near
from tests.operations.model.data import Data

Run = Callable[..., Any]
"""A plain client's `execute_command`: RESP2, bytes."""


def differences(
    run: Run, namespace: str, owners: dict[str, Keyspace], model: Data, comparison: Comparison
) -> list[str]:
    """Every key that differs in what it holds or in its TTL. `owners` gives the keyspace of each key."""
    keys = {key.decode() for key in run("KEYS", f"{namespace}:*")}
    found = [f"{key}: only in the model" for key in model.values.keys() - keys]
    found += [f"{key}: only on the server" for key in keys - model.values.keys()]
    for key in sorted(keys & model.values.keys()):
        keyspace = owners[key]
        text = _content(run, key, keyspace, model.values[key], comparison)
        if text:
            found.append(f"{key}: {text}")
        left, said = run("PTTL", key), model.ttls[key]
        if (left == -1) != (said is None) or (
            said is not None and not -1 < said - left + 1 < SLACK.total_seconds() * 1000
        ):
            found.append(f"{key}: {left} ms left, {said} in the model")
    return found


def _content(
    run: Run, key: str, keyspace: Keyspace, model: Any, comparison: Comparison
) -> str | None:
    """What differs, or None."""
    kind = run("TYPE", key).decode()
    real: Any
    match keyspace.structure, kind:
        case "string", "string":
            real = run("GET", key)
            same = comparison.same_raw(keyspace.value, real, model)  # type: ignore[arg-type]
        case (("counter" | "bitmap"), "string"):
            real = run("GET", key)
            same = real == model
        case "hash", "hash":
            real = _pairs(run("HGETALL", key))
            same = _same_fields(keyspace, real, model, comparison)
        case "list", "list":
            real = run("LRANGE", key, 0, -1)
            same = len(real) == len(model) and all(
                comparison.same_raw(keyspace.value, one, other)  # type: ignore[arg-type]
                for one, other in zip(real, model, strict=True)
            )
        case "set", "set":
            real = set(run("SMEMBERS", key))
            same = real == model
        case "sorted_set", "zset":
            real = {name: float(text) for name, text in _scored(run, key).items()}
            same = real.keys() == model.keys() and all(
                comparison.same(real[raw], model[raw]) for raw in model
            )
        case "stream", "stream":
            real = [(name.decode(), _flat(flat)) for name, flat in run("XRANGE", key, "-", "+")]
            same = len(real) == len(model) and all(
                (one[0] == other[0] or comparison.same_id(one[0], other[0]))
                and _same_fields(keyspace, one[1], other[1], comparison)
                for one, other in zip(real, model, strict=True)
            )
        case "hyperloglog", "string":
            real = run("PFCOUNT", key)
            same = real == len(model)
        case "geo", "zset":
            names = list(_scored(run, key))
            places = run("GEOPOS", key, *names)
            real = {n: (float(x), float(y)) for n, (x, y) in zip(names, places, strict=True)}
            same = real.keys() == model.keys() and all(near(real[raw], model[raw]) for raw in model)
        case _:
            return f"a {kind}"
    return None if same else f"{real!r}, {model!r} in the model"


def _same_fields(
    keyspace: Keyspace, real: dict[bytes, bytes], model: dict[bytes, bytes], comparison: Comparison
) -> bool:
    kinds = {field.stored.encode(): field.type for field in keyspace.fields}
    return real.keys() == model.keys() and all(
        comparison.same_raw(kinds.get(name, keyspace.value), real[name], model[name])  # type: ignore[arg-type]
        for name in model
    )


def _flat(flat: list[bytes]) -> dict[bytes, bytes]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _pairs(reply: Any) -> dict[bytes, bytes]:
    return _flat(reply)


def _scored(run: Run, key: str) -> dict[bytes, bytes]:
    return _flat(run("ZRANGE", key, 0, -1, "WITHSCORES"))


def write(run: Run, owners: dict[str, Keyspace], model: Data) -> None:
    """Puts what the model holds into the server."""
    for key, value in model.values.items():
        for command in _commands(key, owners[key], value):
            run(*command)
        if model.ttls[key] is not None:
            run("PEXPIRE", key, model.ttls[key])


def _commands(key: str, keyspace: Keyspace, value: Any) -> list[tuple[Any, ...]]:
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
        case "hyperloglog":
            return [("PFADD", key, *value)]
        case _:
            return [("GEOADD", key, *place, raw) for raw, place in value.items()]
