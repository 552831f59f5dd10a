"""What is a client: by how it is made, what is promised of it, where it comes from, what is called on it."""

import pytest

from tests.unit.readers.python.reading import calls, read, told

SYNC, ASYNC, OPEN = False, True, None


@pytest.mark.parametrize(
    ("source", "kind", "aio"),
    [
        ("import redis\nr = redis.Redis()", "client", SYNC),
        ("import redis\nr = redis.StrictRedis(host='h')", "client", SYNC),
        ("import redis\nr = redis.from_url('redis://h')", "client", SYNC),
        ("import redis\nr = redis.Redis.from_url('redis://h')", "client", SYNC),
        ("import redis\nr = redis.Redis.from_pool(redis.ConnectionPool())", "client", SYNC),
        ("import redis as store\nr = store.Redis()", "client", SYNC),
        ("from redis import Redis\nr = Redis()", "client", SYNC),
        ("from redis import Redis as Store\nr = Store()", "client", SYNC),
        ("from redis.client import Redis\nr = Redis()", "client", SYNC),
        ("import redis.client\nr = redis.client.Redis()", "client", SYNC),
        ("import redis.asyncio\nr = redis.asyncio.Redis()", "client", ASYNC),
        ("import redis.asyncio as redis\nr = redis.from_url('redis://h')", "client", ASYNC),
        ("from redis import asyncio as aioredis\nr = aioredis.Redis()", "client", ASYNC),
        ("from redis.asyncio import Redis\nr = Redis()", "client", ASYNC),
        ("from redis.asyncio import Redis\nStore = Redis[bytes]\nr = Store()", "client", ASYNC),
        ("from redis.asyncio.client import Redis\nr = Redis()", "client", ASYNC),
        ("import aioredis\nr = aioredis.from_url('redis://h')", "client", ASYNC),
        ("import valkey\nr = valkey.Valkey()", "client", SYNC),
        ("import valkey.asyncio as valkey\nr = valkey.Valkey()", "client", ASYNC),
        ("import fakeredis\nr = fakeredis.FakeStrictRedis()", "client", SYNC),
        ("import fakeredis.aioredis\nr = fakeredis.aioredis.FakeRedis()", "client", ASYNC),
        ("from redis.cluster import RedisCluster\nr = RedisCluster(host='h')", "cluster", SYNC),
        ("import redis\nr = redis.RedisCluster.from_url('redis://h')", "cluster", SYNC),
        ("from redis.asyncio.cluster import RedisCluster\nr = RedisCluster()", "cluster", ASYNC),
        ("from redis.sentinel import Sentinel\nr = Sentinel([('h', 1)]).master_for('m')", "client", SYNC),
        ("from redis.asyncio.sentinel import Sentinel\ns = Sentinel([])\nr = s.slave_for('m')", "client", ASYNC),
        ("from django_redis import get_redis_connection\nr = get_redis_connection('default')", "client", OPEN),
        ("from rq import get_current_connection\nr = get_current_connection()", "client", OPEN),
        ("from rq import get_current_job\nr = get_current_job().connection", "client", OPEN),
        ("from rq import Queue\nr = Queue().connection", "client", OPEN),
        ("from celery import Celery\na = Celery('x')\nr = a.backend.client", "client", OPEN),
        ("from celery import current_app\nr = current_app.backend.client", "client", OPEN),
        ("from celery import Celery\na = Celery()\nr = a.broker_connection().default_channel.client", "client", OPEN),
        ("r = self.app.broker_connection().channel().client", "client", OPEN),
        ("from flask_redis import FlaskRedis\nr = FlaskRedis()", "client", OPEN),
        ("import redis\nr = None\nif True:\n    r = redis.Redis()", "client", SYNC),
        ("import redis\ntry:\n    r = redis.Redis()\nexcept OSError:\n    r = None", "client", SYNC),
        ("import redis\nr: 'redis.Redis[str]' = make()", "client", SYNC),
        ("import redis\nr = a = redis.Redis()", "client", SYNC),
        ("import redis\nr, n = redis.Redis(), 1", "client", SYNC),
        ("import redis\nr = redis.Redis() if x else redis.Redis(port=1)", "client", SYNC),
        ("import redis\n(r := redis.Redis())", "client", SYNC),
        ("import redis\nclients = {'a': redis.Redis()}\nr = clients['a']", "client", SYNC),
        ("import redis\ndef make():\n    return redis.Redis()\nr = make()", "client", SYNC),
        ("import redis\ndef make() -> redis.Redis:\n    return pick()\nr = make()", "client", SYNC),
        ("import redis\nfrom functools import lru_cache\n@lru_cache\ndef make():\n    return redis.Redis()\nr = make()", "client", SYNC),
        ("from typing import cast\nimport redis\nr = cast(redis.Redis, make())", "client", SYNC),
        ("from typing import cast\nimport redis\nr = cast('redis.Redis', make())", "client", SYNC),
        ("import redis\nmake = lambda: redis.Redis()\nr = make()", "client", SYNC),
        ("import redis\nclass A:\n    kept = None\n    @classmethod\n    def get(cls) -> redis.Redis:\n        if cls.kept is None:\n            raise KeyError\n        return cls.kept\nr = A.get()", "client", SYNC),
        ("import redis\nclass A:\n    def __init__(self):\n        self.kept = redis.Redis()\n    def __getattr__(self, name):\n        return getattr(self.kept, name)\nr = A()", "client", SYNC),
        ("import redis\nclass Store(redis.Redis):\n    pass\nr = Store()", "client", SYNC),
    ],
)  # fmt: skip
def test_a_client_by_how_it_is_made(source: str, kind: str, aio: bool | None) -> None:
    for use in (
        "r.get('k')",
        "def use():\n    r.get('k')",
        "def use():\n    x = r\n    x.get('k')",
    ):
        found = [one for one in calls(f"{source}\n{use}") if told(one) == "GET k"]
        assert [(one.receiver.kind, one.receiver.aio) for one in found] == [(kind, aio)], use
        assert found[0].receiver.certain


@pytest.mark.parametrize(
    ("parameter", "kind", "aio", "certain"),
    [
        ("r: redis.Redis", "client", SYNC, True),
        ("r: 'redis.Redis'", "client", SYNC, True),
        ("r: redis.Redis | None", "client", SYNC, True),
        ("r: Optional[redis.Redis] = None", "client", SYNC, True),
        ("r: Union['redis.Redis', None]", "client", SYNC, True),
        ("r: Annotated[redis.Redis, Depends(make)]", "client", SYNC, True),
        ("*, r: redis.Redis", "client", SYNC, True),
        ("r: redis.asyncio.Redis", "client", ASYNC, True),
        ("r: 'redis.Redis[str]'", "client", SYNC, True),
        ("r: redis.RedisCluster", "cluster", SYNC, True),
        ("r: redis.client.Pipeline", "pipeline", SYNC, True),
        ("r: Store", "client", SYNC, True),
        ("r: Alias", "client", SYNC, True),
        ("r: RedisClient", "client", OPEN, False),
        ("r: T", "client", SYNC, True),
        ("r=redis.Redis()", "client", SYNC, True),
        ("r=Depends(make)", "client", SYNC, True),
    ],
)  # fmt: skip
def test_a_client_by_what_is_promised(
    parameter: str, kind: str, aio: bool | None, certain: bool
) -> None:
    source = f"""
import redis, redis.asyncio
from fastapi import Depends
from typing import Annotated, Optional, TypeVar, Union
from clients import RedisClient
Alias = redis.Redis
T = TypeVar("T", bound=redis.Redis)
class Store(redis.Redis): pass
def make() -> redis.Redis: return pick()
def use({parameter}):
    r.hset('k', 'f', 'v')
"""
    (call,) = calls(source, name="use")
    assert told(call) == "HSET k"
    assert (call.receiver.kind, call.receiver.aio, call.receiver.certain) == (kind, aio, certain)


@pytest.mark.parametrize(
    "source",
    [
        "class C:\n    def __init__(self):\n        self.client = redis.Redis()\n    def use(self):\n        self.client.get('k')",
        "class C:\n    def __init__(self, client: redis.Redis):\n        self.client = client\n    def use(self):\n        self.client.get('k')",
        "class C:\n    client = redis.Redis()\n    def use(self):\n        self.client.get('k')",
        "class C:\n    client: redis.Redis\n    def use(self):\n        self.client.get('k')",
        "@dataclass\nclass C:\n    client: redis.Redis\n    def use(self):\n        self.client.get('k')",
        "class C:\n    @property\n    def client(self):\n        return redis.Redis()\n    def use(self):\n        self.client.get('k')",
        "class C:\n    @cached_property\n    def client(self) -> redis.Redis:\n        return pick()\n    def use(self):\n        self.client.get('k')",
        "class C:\n    def __init__(self):\n        self._c = None\n    def client(self):\n        if self._c is None:\n            self._c = redis.Redis()\n        return self._c\n    def use(self):\n        self.client().get('k')",
        "class B:\n    def __init__(self):\n        self.client = redis.Redis()\nclass C(B):\n    def use(self):\n        self.client.get('k')",
        "class B:\n    def __init__(self, c: redis.Redis):\n        self.client = c\nclass C(B):\n    def __init__(self):\n        super().__init__(redis.Redis())\n    def use(self):\n        self.client.get('k')",
        "class C:\n    async def connect(self):\n        self.client = redis.Redis()\n    def use(self):\n        self.client.get('k')",
        "class C(redis.Redis):\n    def use(self):\n        self.get('k')",
        "class C(redis.Redis):\n    def use(self):\n        super().get('k')",
        "class C:\n    @classmethod\n    def use(cls):\n        cls.client.get('k')\n    client = redis.Redis()",
        "class C:\n    _client = None\n    @classmethod\n    def client(cls):\n        if not cls._client:\n            cls._client = redis.Redis()\n        return cls._client\n    @classmethod\n    def use(cls):\n        cls.client().get('k')",
        "class H:\n    def __init__(self):\n        self.client = redis.Redis()\nclass C:\n    def __init__(self):\n        self.h = H()\n    def use(self):\n        self.h.client.get('k')",
        "class C:\n    def use(self):\n        def inner():\n            self.client.get('k')\n        inner()\n    def __init__(self):\n        self.client = redis.Redis()",
    ],
)  # fmt: skip
def test_an_object_keeps_its_client(source: str) -> None:
    (call,) = calls(f"import redis\n{source}", name="C.use")
    assert told(call) == "GET k"
    assert call.receiver.certain


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("client = redis.Redis()", "from app.store import client\ndef use():\n    client.get('k')"),
        ("client = redis.Redis()", "from .store import client as c\ndef use():\n    c.get('k')"),
        ("client = redis.Redis()", "from app import store\ndef use():\n    store.client.get('k')"),
        ("client = redis.Redis()", "import app.store\ndef use():\n    app.store.client.get('k')"),
        ("client = redis.Redis()", "import app.store as s\ndef use():\n    s.client.get('k')"),
        ("client = redis.Redis()", "def use():\n    from app.store import client\n    client.get('k')"),
        ("client = redis.Redis()", "from app.store import *\ndef use():\n    client.get('k')"),
        ("def client():\n    return redis.Redis()", "from app.store import client\ndef use():\n    client().get('k')"),
        ("class Store:\n    def __init__(self):\n        self.client = redis.Redis()", "from app.store import Store\nclass C(Store):\n    pass\ndef use():\n    C().client.get('k')"),
        ("class Store:\n    def __init__(self):\n        self.client = redis.Redis()\nstore = Store()", "from app.store import store\ndef use():\n    store.client.get('k')"),
        ("class Base(redis.Redis):\n    pass", "from app.store import Base\ndef use(r: Base):\n    r.get('k')"),
        ("client = None\ndef connect():\n    global client\n    client = redis.Redis()", "from app import store\ndef use():\n    store.client.get('k')"),
        ("from contextlib import contextmanager\n@contextmanager\ndef client():\n    yield redis.Redis()", "from app.store import client\ndef use():\n    with client() as c:\n        c.get('k')"),
        ("from contextlib import contextmanager\n@contextmanager\ndef client() -> Iterator[redis.Redis]:\n    yield pick()", "from app.store import client\ndef use():\n    with client() as c:\n        c.get('k')"),
    ],
)  # fmt: skip
def test_a_client_of_another_file(there: str, here: str) -> None:
    others = {"app/store.py": f"import redis\n{there}", "app/__init__.py": ""}
    (call,) = calls(here, others, name="use")
    assert told(call) == "GET k"
    assert call.receiver.certain


def test_a_client_that_a_package_hands_on() -> None:
    others = {
        "app/store/__init__.py": "from .clients import redis_client",
        "app/store/clients.py": "import redis\nredis_client = redis.Redis()",
    }
    source = "from app.store import redis_client\ndef use():\n    redis_client.get('k')"
    (call,) = calls(source, others, "use")
    assert call.receiver.certain


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        ("p = r.pipeline()", "pipeline"),
        ("p = redis.client.Pipeline(pool, None, True, None)", "pipeline"),
        ("with r.pipeline() as p: pass", "pipeline"),
        ("with redis.Redis() as p: pass", "client"),
        ("p = r.client()", "client"),
        ("p = redis.Redis(connection_pool=redis.ConnectionPool())", "client"),
    ],
)
def test_what_clients_make(made: str, kind: str) -> None:
    found = calls(f"import redis\nr = redis.Redis()\n{made}\np.set('k', 1)")
    assert [one.receiver.kind for one in found if told(one) == "SET k"] == [kind]


@pytest.mark.parametrize(
    "source",
    [
        "def use(r):\n    r.hset('k', 'f', 'v')\n    r.get('k')",
        "class C:\n    def a(self):\n        self.r.zadd('k', {})\n    def use(self):\n        self.r.get('k')",
        "import redis\ndef use(redis_client):\n    redis_client.get('k')",
        "import redis\ndef use(app):\n    app.state.redis.get('k')",
        "from app import redis_connection\ndef use():\n    redis_connection.get('k')",
        "from app import store\ndef keep():\n    store.master.setex('a', 9, 1)\ndef use():\n    store.slave.get('k')",
        "def use(given):\n    given.get('k')\n    batch = given.pipeline()\n    batch.hset('h', 'f', 1)",
        "from app.extensions import redis_client\nredis_client.incrby('n', 1)\ndef use():\n    redis_client.get('k')",
    ],
)
def test_a_client_by_what_is_called_on_it(source: str) -> None:
    found = [one for one in calls(source) if told(one) == "GET k"]
    assert [one.receiver.certain for one in found] == [False]


@pytest.mark.parametrize(
    "source",
    [
        "import redis\nd = {}\nd.get('k')",
        "import redis\nimport os\nos.environ.get('k')",
        "import redis, requests\nrequests.get('k')",
        "import redis\nfrom django.core.cache import cache\ncache.set('k', 1, timeout=5)",
        "import redis\ndef use(session):\n    session.delete('k')",
        "import redis\nimport redis.exceptions\nredis.exceptions.RedisError('k').get('k')",
        "import redis_settings\nredis_settings.get('k')",
        "from app import redis_settings\nredis_settings.get('k')",
        "from app import redis_connection\nd = {}\nd.get('k')",
        "class Redis:\n    def get(self, key): return key\nRedis().get('k')",
        "redis_client = {}\nredis_client.get('k')",
        "import subprocess\nsubprocess.pipeline.execute('k')",
        "import os\nos.lpush('k', 1)",
        "def use(store):\n    store.slave.get('k')\n    store.other.get('k')",
    ],
)
def test_what_is_no_client(source: str) -> None:
    assert [told(one) for one in calls(source)] == []


def test_tell_clients_apart() -> None:
    source = """
    import redis
    a = redis.Redis(db=0)
    b = redis.Redis(db=1)
    def use():
        a.get('k')
        b.get('k')
        a.delete('k')
    """
    one, other, again = calls(source)
    assert one.receiver.where == again.receiver.where != other.receiver.where


def test_clients_and_their_settings() -> None:
    module = read(
        """
        import redis
        URL = "redis://h"
        r = redis.from_url(URL, socket_timeout=2, **extra)
        def make():
            return redis.Redis(host="h", socket_timeout=None)
        class C:
            def __init__(self):
                self.r = redis.Redis()
        """
    )
    by_line = {one.span.line: one for one in module.clients}
    assert sorted(by_line) == [4, 6, 9]
    assert by_line[4].positional[0].text == "redis://h"
    assert by_line[4].open
    assert set(by_line[6].settings) == {"host", "socket_timeout"}
    assert [by_line[line].per_call for line in (4, 6, 9)] == [False, True, False]


@pytest.mark.parametrize("factory", ["get_redis_client", "get_redis_interface", "make_redis"])
def test_a_factory_of_another_package_gives_what_it_is_called_for(factory):
    found = calls(
        f"import redis\nfrom company import {factory}\ndef f():\n    r = {factory}()\n    r.get('a')"
    )
    assert list(map(told, found)) == ["GET a"]


def test_a_factory_of_an_address_gives_no_client():
    assert not calls(
        "import redis\nfrom company import get_redis_url\ndef f():\n    u = get_redis_url()\n    u.get('a')"
    )


@pytest.mark.parametrize("name", ["redis_conn", "redis", "my_redis_client", "conn_redis", "valkey"])
def test_a_parameter_called_for_redis_in_a_file_that_imports_none(name: str) -> None:
    (found,) = calls(f"def use({name}):\n    {name}.set('a', 1)\n", name="use")
    assert found.command == "SET"


@pytest.mark.parametrize(
    "call",
    ["redis.get('host')", "redis.keys()", "redis.pop('port', 1)", "redis_config.set('a', 1)",
     "redis_url.delete('a')", "conn.set('a', 1)", "redis.update(a=1)"],
)  # fmt: skip
def test_settings_called_for_redis_are_no_client(call: str) -> None:
    name = call.partition(".")[0]
    assert not read(f"def use({name}):\n    return {call}\n").procedures


@pytest.mark.parametrize("call", ["c.get_node(node_name=n)", "c.keyslot(n)", "c.get_primaries()"])
def test_what_a_client_does_by_itself_is_no_command(call: str) -> None:
    source = (
        f"import redis\nc = redis.RedisCluster()\ndef use(n):\n    c.get(n)\n    return {call}\n"
    )
    assert [one.command for one in calls(source, name="use")] == ["GET", None]


def test_a_bitfield_is_one_command_however_it_is_put_together() -> None:
    chain = "bitfield('k').set('u8', 0, n).get('u8', 0).execute()"
    source = "import redis\nr = redis.Redis()\n"
    assert [told(one) for one in calls(f"{source}def use(n):\n    r.{chain}", name="use")] == [
        "BITFIELD k"
    ]
    found = calls(
        f"{source}def use(n):\n    p = r.pipeline()\n    p.{chain}\n    p.get('a')\n    p.execute()",
        name="use",
    )
    batches = {one.batch for one in found if one.command is not None}
    assert [told(one) for one in found] == [".pipeline", "BITFIELD k", "GET a", ".execute"]
    assert len(batches) == 1


def test_a_field_has_another_value_than_its_default() -> None:
    source = (
        "import redis\nfrom dataclasses import dataclass\nr = redis.Redis()\n"
        "@dataclass\nclass Task:\n    owner: str | None = None\n"
        "    def use(self):\n        r.get(f'task:{self.owner}')\n"
    )
    assert [told(one) for one in calls(source)] == ["GET task:{self.owner}"]


@pytest.mark.parametrize(
    ("body", "sites"),
    [
        ("return super().get(*args, **kwargs)", 0),
        (
            "try:\n            return super(Store, self).get(*args, **kwargs)\n        except OSError:\n            return None",
            0,
        ),
        ("return super().get('app:' + args[0])", 1),
    ],
)
def test_a_command_that_a_client_of_the_projects_wraps(body: str, sites: int) -> None:
    source = (
        f"import redis\nclass Store(redis.Redis):\n    def get(self, *args, **kwargs):\n        {body}\n"
        "r = Store()\ndef use():\n    return r.get('k')\n"
    )
    (found,) = calls(source, name="use")
    assert len(found.sites) == sites
