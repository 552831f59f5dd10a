"""Where a client connects to, read from settings or a URL; environment variables expanded."""

import os
import re
from typing import Any, Literal, NamedTuple, TypedDict
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from .errors import SettingsError

DEFAULT_TIMEOUT = 5.0
DEFAULT_MAX_CONNECTIONS = 50
HEALTH_CHECK_SECONDS = 30

Topology = Literal["standalone", "sentinel", "cluster"]


class ServerSettings(TypedDict, total=False):
    """What `server:` of a spec says about connecting; times are in seconds."""

    url: str
    topology: Topology
    sentinels: list[str]
    master: str
    timeout: float
    deadline: float
    max_connections: int


class Target(NamedTuple):
    """A place to connect to.

    `url` is one server's URL that redis-py reads; of a sentinel's its host is not
    used. `nodes` are a cluster's or the sentinels' hosts and ports.
    """

    topology: Topology
    url: str
    nodes: tuple[tuple[str, int], ...]
    master: str
    timeout: float
    max_connections: int
    secure: bool
    verified: bool
    sentinel_login: dict[str, str]

    def options(self) -> dict[str, Any]:
        """Arguments for connections of any kind."""
        options: dict[str, Any] = {
            "socket_timeout": self.timeout,
            "socket_connect_timeout": self.timeout,
            "socket_keepalive": True,
            "health_check_interval": HEALTH_CHECK_SECONDS,
        }
        if self.secure and self.verified:
            # Off by default in redis-py before 6.
            options["ssl_check_hostname"] = True
        return options


def expanded(text: str) -> str:
    """The text with ${NAME} and ${NAME:-default} replaced from the environment."""

    def value(found: "re.Match[str]") -> str:
        name, default = found.group(1), found.group(2)
        here = os.environ.get(name)
        if here is None or (not here and default is not None):
            here = default
        if here is None:
            raise SettingsError(f"the environment variable {name} is not set")
        return here

    return re.sub(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}", value, text)


def _url_of(settings: ServerSettings) -> str:
    unknown = settings.keys() - ServerSettings.__annotations__.keys()
    if unknown:
        known = ", ".join(ServerSettings.__annotations__)
        raise SettingsError(f"no setting is called {min(unknown)}; there are {known}")
    given: object = settings.get("url", "redis://localhost:6379")
    if not isinstance(given, str):
        # As a rule an environment variable that is not set: nobody meant localhost.
        raise SettingsError(f"expected the URL of a server, got {given!r}")
    return given


def target(settings: ServerSettings) -> Target:
    """The place that settings name; SettingsError where they do not fit together."""
    url = expanded(_url_of(settings))
    scheme, _, rest = url.partition("://")
    family, _, kind = scheme.partition("+")
    plain = {
        "redis": "redis",
        "valkey": "redis",
        "rediss": "rediss",
        "valkeys": "rediss",
        "unix": "unix",
    }.get(family)
    if plain is None or kind not in ("", "sentinel", "cluster") or not rest:
        raise SettingsError(
            "a URL starts with redis://, rediss:// or unix:// (or valkey…),"
            " redis+sentinel:// or redis+cluster://"
        )
    topology = settings.get("topology", "standalone")
    if kind == "sentinel":
        topology = "sentinel"
    elif kind == "cluster":
        topology = "cluster"
    timeout = settings.get("timeout", DEFAULT_TIMEOUT)
    # No single attempt may outlast the deadline of the whole call.
    timeout = min(timeout, settings.get("deadline", timeout))
    if timeout <= 0:
        raise SettingsError("timeout and deadline are seconds above zero")
    sentinels = [expanded(node) for node in settings.get("sentinels", ())]
    master = settings.get("master", "")
    login: dict[str, str] = {}
    nodes: tuple[tuple[str, int], ...] = ()
    if plain == "unix":
        if topology != "standalone":
            raise SettingsError(f"unix:// cannot reach a {topology}")
    else:
        authority, path, query = _parts(rest)
        credentials, at, hosts = authority.rpartition("@")
        port = 26379 if kind == "sentinel" else 6379
        nodes = tuple(_node(host, port) for host in hosts.split(",") if host)
        if topology == "sentinel":
            if kind == "sentinel":
                named, _, path = path.partition("/")
                master = unquote(named) or master
            if sentinels:
                nodes = tuple(_node(host, 26379) for host in sentinels)
            login = {
                name.removeprefix("sentinel_"): text
                for name, text in query
                if name in ("sentinel_username", "sentinel_password")
            }
            if not master or not nodes:
                raise SettingsError(
                    "Sentinel needs its hosts and the master's name:"
                    " redis+sentinel://host:26379,host:26379/name"
                )
        elif len(nodes) > 1 and topology != "cluster":
            raise SettingsError("several hosts need redis+sentinel or redis+cluster")
        query = [pair for pair in query if not pair[0].startswith("sentinel_")]
        host, number = nodes[0] if nodes else ("localhost", 6379)
        shown = f"[{host}]" if ":" in host else quote(host)
        url = f"{plain}://{credentials}{at}{shown}:{number}/{path}"
        if query:
            url += "?" + urlencode(query)
    options = dict(parse_qsl(urlsplit(url).query))
    return Target(
        topology,
        url,
        nodes,
        master,
        timeout,
        settings.get("max_connections", DEFAULT_MAX_CONNECTIONS),
        plain == "rediss",
        options.get("ssl_cert_reqs", "required") == "required"
        and "ssl_check_hostname" not in options,
        login,
    )


def _parts(rest: str) -> tuple[str, str, list[tuple[str, str]]]:
    before, _, query = rest.partition("?")
    authority, _, path = before.partition("/")
    return authority, path, parse_qsl(query, keep_blank_values=True)


def _node(text: str, default: int) -> tuple[str, int]:
    """A host and its port; IPv6 addresses stand in brackets."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, port = text, str(default)
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise SettingsError("expected host:port in the address of a server")
    return unquote(host.removeprefix("[").removesuffix("]")), int(port)
