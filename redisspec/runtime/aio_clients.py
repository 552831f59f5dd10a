"""Builds asyncio clients that leave retrying to the lane: timeouts on, pools that wait."""

from typing import Any, Unpack

import redis.asyncio
from redis.asyncio import retry

from .aio_pool import waiting_pool
from .clients import (
    RetryWarning,
    is_old,
    no_retries,
    old_counts,
    warn_about_retries,
    watchers_of,
)
from .settings import (
    DEFAULT_MAX_CONNECTIONS,
    DEFAULT_TIMEOUT,
    ServerSettings,
    Target,
    target,
)

__all__ = ["RetryWarning", "check_client", "close", "connect", "from_url"]

# redis-py's types differ between its releases and types-redis.
_redis: Any = redis.asyncio
_sync: Any = redis


def check_client(client: Any) -> None:
    """Refuse what is no awaited client; warn, once a process, about retries of its own."""
    if not hasattr(client, "execute_command"):
        raise TypeError(
            f"expected a client of redis.asyncio, got {type(client).__name__}; from_url() takes a"
            " URL"
        )
    if isinstance(client, (_sync.Redis, _sync.RedisCluster)):
        raise TypeError(
            "this client is not awaited: give it to the class of the same name outside the"
            " package's `aio`, or take one of redis.asyncio"
        )
    warn_about_retries(client)


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


async def close(client: Any) -> None:
    """Close the client and its connections, those to the sentinels too."""
    await client.aclose()
    for watcher in watchers_of(client):
        await watcher.aclose()


def _built(place: Target) -> Any:
    options = place.options()
    options["retry"] = no_retries(retry.Retry)
    options["max_connections"] = place.max_connections
    if place.topology == "cluster":
        return _cluster(place, options)
    options["timeout"] = place.timeout
    if place.topology == "sentinel":
        return _sentinel(place, options)
    kind: Any = _redis.BlockingConnectionPool
    if is_old():
        kind = waiting_pool(_redis.ConnectionPool)
    pool = kind.from_url(place.url, **options)
    # from_pool lets the client close the pool that was made for it.
    return _redis.Redis.from_pool(pool)


def _cluster(place: Target, options: dict[str, Any]) -> Any:
    from redis.asyncio import cluster

    module: Any = cluster
    nodes = [module.ClusterNode(host, port) for host, port in place.nodes[1:]]
    names = ("cluster_error_retry_attempts", "connection_error_retry_attempts")
    return _redis.RedisCluster.from_url(
        place.url,
        startup_nodes=nodes,
        require_full_coverage=False,
        **options,
        **old_counts(names),
    )


def _sentinel(place: Target, options: dict[str, Any]) -> Any:
    from redis.asyncio import sentinel

    module: Any = sentinel
    read: dict[str, Any] = _sync.connection.parse_url(place.url)
    for name in ("host", "port", "connection_class"):
        read.pop(name, None)
    # Made by type(): redis-py's classes have different types in its releases.
    pool_class: Any = (
        waiting_pool(module.SentinelConnectionPool)
        if is_old()
        else type(
            "Pool", (module.SentinelConnectionPool, _redis.BlockingConnectionPool), {}
        )
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
        ssl=place.secure,
        **{**options, **read},
    )
