"""Builds synchronous clients that leave retrying to the lane: timeouts on, pools that wait."""

import contextlib
import queue
import warnings
from typing import Any, Unpack

import redis
from redis import asyncio as redis_asyncio
from redis import backoff, retry

from .retry import has_retries
from .settings import (
    DEFAULT_MAX_CONNECTIONS,
    DEFAULT_TIMEOUT,
    ServerSettings,
    Target,
    target,
)

__all__ = ["RetryWarning", "check_client", "close", "connect", "from_url"]


class RetryWarning(UserWarning):
    """A client makes failed calls again by itself."""


# redis-py's types differ between its releases and types-redis.
_redis: Any = redis
_awaited: Any = redis_asyncio
_warned: list[bool] = []


def check_client(client: Any) -> None:
    """Refuse what is no synchronous client; warn, once a process, about retries of its own."""
    if not hasattr(client, "execute_command"):
        raise TypeError(
            f"expected a client of redis-py, got {type(client).__name__}; from_url() takes a URL"
        )
    if isinstance(client, (_awaited.Redis, _awaited.RedisCluster)):
        raise TypeError(
            "this client of redis.asyncio is awaited: give it to the class of the same name in"
            " the package's `aio`"
        )
    warn_about_retries(client)


def warn_about_retries(client: Any) -> None:
    """Warn, once a process, about a client with retries of its own."""
    if _warned or not has_retries(client):
        return
    _warned.append(True)
    warnings.warn(
        "this client repeats calls whose replies were lost: a counter can count twice,"
        " a lock can refuse its own holder. Build the client with from_url() or"
        " connect(), or pass retry=Retry(NoBackoff(), 0) to redis-py",
        RetryWarning,
        stacklevel=4,
    )


def connect(settings: ServerSettings, **overrides: Unpack[ServerSettings]) -> Any:
    """A client for the settings, each of which an argument may override."""
    merged: ServerSettings = {**settings, **overrides}
    return _built(target(merged))


def from_url(
    url: str,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    deadline: float | None = None,
    max_connections: int = DEFAULT_MAX_CONNECTIONS,
) -> Any:
    """A client for a URL; `timeout` in seconds bounds each read, write and connect,
    and is never longer than the `deadline` of a whole call.

    redis://, rediss://, unix:// reach one server, redis+sentinel://host,host/name the
    primary that Sentinel names, redis+cluster://host,host a cluster. ${NAME} and
    ${NAME:-default} are read from the environment.
    """
    settings: ServerSettings = {
        "url": url,
        "timeout": timeout,
        "max_connections": max_connections,
    }
    if deadline is not None:
        settings["deadline"] = deadline
    return _built(target(settings))


def close(client: Any) -> None:
    """Close the client and its connections, those to the sentinels too."""
    client.close()
    for watcher in watchers_of(client):
        watcher.close()


def watchers_of(client: Any) -> list[Any]:
    """The clients of the sentinels that a client asks for its primary."""
    pool = getattr(client, "connection_pool", None)
    manager: Any = getattr(pool, "sentinel_manager", None)
    return list(manager.sentinels) if manager is not None else []


def _built(place: Target) -> Any:
    options = place.options()
    options["retry"] = no_retries(retry.Retry)
    options["max_connections"] = place.max_connections
    if place.topology == "cluster":
        return _cluster(place, options)
    options["timeout"] = place.timeout
    if place.topology == "sentinel":
        return _sentinel(place, options)
    pool = _redis.BlockingConnectionPool.from_url(place.url, **options)
    return _redis.Redis(connection_pool=pool)


def no_retries(kind: Any) -> Any:
    """A retry policy of redis-py that tries once."""
    return kind(backoff.NoBackoff(), 0)


def is_old() -> bool:
    """Whether redis-py is older than 6."""
    return int(str(_redis.__version__).partition(".")[0]) < 6


def old_counts(names: tuple[str, ...]) -> dict[str, int]:
    """The attempts of cluster clients before redis-py 6, which `retry` says since."""
    return dict.fromkeys(names, 0) if is_old() else {}


def _cluster(place: Target, options: dict[str, Any]) -> Any:
    nodes = [_redis.cluster.ClusterNode(host, port) for host, port in place.nodes[1:]]
    return _redis.RedisCluster.from_url(
        place.url,
        startup_nodes=nodes,
        require_full_coverage=False,
        **options,
        **old_counts(("cluster_error_retry_attempts",)),
    )


def _sentinel(place: Target, options: dict[str, Any]) -> Any:
    from redis import sentinel

    module: Any = sentinel
    read: dict[str, Any] = _redis.connection.parse_url(place.url)
    for name in ("host", "port", "connection_class"):
        read.pop(name, None)
    # Made by type(): redis-py's classes have different types in its releases.
    base: Any = (
        module.SentinelManagedSSLConnection
        if place.secure
        else module.SentinelManagedConnection
    )
    waiting: Any = _redis.BlockingConnectionPool

    def read_response(self: Any, *args: Any, **kwargs: Any) -> Any:
        # redis-py would leave a connection open after an interrupted read, and the
        # next caller would be given the reply that was still on its way.
        kwargs["disconnect_on_error"] = True
        return base.read_response(self, *args, **kwargs)

    def disconnect(self: Any, inuse_connections: bool = True) -> None:
        if inuse_connections:
            waiting.disconnect(self)
            return
        # Idle ones only, each taken out while it is closed.
        idle: list[Any] = []
        with contextlib.suppress(queue.Empty):
            while True:
                idle.append(self.pool.get_nowait())
        for connection in idle:
            if connection is not None:
                connection.disconnect()
            self.pool.put_nowait(connection)

    connection_class = type("Connection", (base,), {"read_response": read_response})
    pool_class = type(
        "Pool", (module.SentinelConnectionPool, waiting), {"disconnect": disconnect}
    )

    watchers: dict[str, Any] = {
        "socket_timeout": place.timeout,
        "socket_connect_timeout": place.timeout,
        "retry": no_retries(retry.Retry),
        **place.sentinel_login,
    }
    manager = module.Sentinel(place.nodes, sentinel_kwargs=watchers)
    return manager.master_for(
        place.master,
        connection_pool_class=pool_class,
        connection_class=connection_class,
        **{**options, **read},
    )
