"""What a key is: equal texts are equal keys however they were written, and a message calls them by name."""

import pytest

from tests.unit.readers.python.reading import calls, told

TOP = """
import redis
from enum import Enum
from datetime import date
PREFIX = "shop"
SEP = ":"
CART = "shop:cart:%s"
FORMAT = "shop:cart:{}"
class Names:
    CART = "shop:cart"
    FULL = CART + ":"
class Kind(str, Enum):
    CART = "shop:cart"
class Plain(Enum):
    CART = "shop:cart"
def key(user): return f"shop:cart:{user}"
def named(*, user, kind="cart"): return f"shop:{kind}:{user}"
def deep(user): return key(user)
def joined(*parts): return ":".join(parts)
def listed(*parts): return ":".join(["shop", *parts])
def built(*parts):
    found = []
    for part in parts:
        if part is None:
            continue
        part = str(part)
        part = part.replace("/", "#")
        found.append(part)
    return ":".join(found)
def grown(*parts):
    found = ""
    for part in parts:
        found = found + str(part)
    return found
r = redis.Redis()
"""


@pytest.mark.parametrize(
    "expression",
    [
        "f'shop:cart:{user}'",
        "f'{PREFIX}:cart:{user}'",
        "f'shop:cart:{user!s}'",
        "rf'shop:cart:{user}'",
        "'shop:cart:' + user",
        "'shop:' + 'cart:' + user",
        "'shop:cart:' + str(user)",
        "'shop:cart:%s' % user",
        "'shop:cart:%s' % (user,)",
        "'%s:cart:%s' % (PREFIX, user)",
        "'shop:cart:%(user)s' % {'user': user}",
        "'shop:cart:%(user)s' % dict(user=user)",
        "CART % user",
        "'shop:cart:{}'.format(user)",
        "'{0}:cart:{1}'.format(PREFIX, user)",
        "'shop:cart:{user}'.format(user=user)",
        "'shop:cart:{user}'.format(**{'user': user})",
        "FORMAT.format(user)",
        "':'.join(['shop', 'cart', user])",
        "':'.join(('shop', 'cart', user))",
        "SEP.join([PREFIX, 'cart', user])",
        "':'.join([PREFIX] + ['cart', user])",
        "':'.join(map(str, ['shop', 'cart', user]))",
        "':'.join(str(part) for part in ('shop', 'cart', user))",
        "':'.join([f'{part}' for part in ('shop', 'cart', user)])",
        "key(user)",
        "key(user=user)",
        "grown(PREFIX, SEP, 'cart', SEP, user)",
        "named(user=user)",
        "deep(user)",
        "joined('shop', 'cart', user)",
        "listed('cart', user)",
        "f'{Names.CART}:{user}'",
        "Names.FULL + user",
        "f'{Kind.CART.value}:{user}'",
        "Plain.CART.value + ':' + user",
        "('shop:cart:' + user).encode()",
        "b'shop:cart:' + user.encode()",
        "bytes(f'shop:cart:{user}', 'utf-8')",
        "str('shop:cart:' + user)",
        "'shop:' 'cart:' + user",
        "('shop:cart:' if True else 'x') + user",
        "'SHOP:cart:'.lower() + user",
        "(prefix := 'shop:cart:') + user",
        "''.join(['shop:cart:', user])",
        "(lambda u: 'shop:cart:' + u)(user)",
        "{'cart': 'shop:cart:'}['cart'] + user",
        "['shop:cart:'][0] + user",
    ],
)
def test_one_key_in_many_spellings(expression: str) -> None:
    source = f"{TOP}\ndef use(user):\n    r.get({expression})\n    r.get('shop:cart:' + user)"
    one, other = calls(source, name="use")
    assert told(one) == "GET shop:cart:{user}"
    assert one.keys[0].value == other.keys[0].value
    assert one.keys[0].pattern == other.keys[0].pattern


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("k = 'a'\nk += ':' + user\nr.get(k)", "a:{user}"),
        ("k = f'a:{user.id}'\nr.get(k)", "a:{user.id}"),
        ("parts = ['a']\nparts.append(user)\nr.get(':'.join(parts))", "a:{user}"),
        ("r.get('a:%d' % user)", "a:{user}"),
        ("r.get(f'a:{user:05d}')", "a:{user}"),
        ("r.get(f'a:{self.name}')", "a:{name}"),
        ("r.get(self.key(user))", "m:{user}"),
        ("r.get(self.PREFIX + user)", "p:{user}"),
        ("r.get(type(self).PREFIX + user)", "p:{user}"),
        ("r.get(self.__class__.PREFIX + user)", "p:{user}"),
        ("r.get(self.made)", "m:{name}"),
        ("r.get(self.KEYS['a'])", "p:a"),
        ("r.get(self.static(user))", "s:{user}"),
        ("r.get(C.of(user))", "c:p:{user}"),
        ("r.get(f'a:{date.today()}')", "a:{now}"),
        ("r.get(f'a:{date.today():%Y-%m}')", "a:{now}"),
        ("r.get(f'a:{date.today().isoformat()}')", "a:{now.isoformat}"),
        ("r.get('a' if user else 'b')", "a"),
        ("a, b = 'x', 'y'\nr.get(b)", "y"),
        ("k = user or 'none'\nr.get('a:' + k)", "a:{user}"),
        ("r.get(name='n:' + user)", "n:{user}"),
        ("r.get(':'.join(parts))", "parts"),
        ("r.get('a:' + ':'.join(str(one) for one in parts))", "a:{…}"),
        ("r.get(*['n'])", "n"),
        ("r.get(**{'name': 'n'})", "n"),
    ],
)  # fmt: skip
def test_how_a_message_calls_a_key(body: str, name: str) -> None:
    lines = "\n".join(f"        {line}" for line in body.splitlines())
    source = f"""
import redis
from datetime import date
r = redis.Redis()
class C:
    PREFIX = "p:"
    KEYS = {{"a": PREFIX + "a"}}
    def __init__(self, name):
        self.name = name
        self.made = "m:" + name
    def key(self, user): return "m:" + user
    @staticmethod
    def static(user): return "s:" + user
    @classmethod
    def of(cls, user): return "c:" + cls.PREFIX + user
    def use(self, user):
{lines}
"""
    found = calls(source, name="C.use")[-1]
    assert told(found) == f"GET {name}"


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ("r.mget('a', 'b')", "MGET a b"),
        ("r.mget(['a', 'b'])", "MGET a b"),
        ("r.mget(*['a', 'b'])", "MGET a b"),
        ("r.delete('a', 'b')", "DEL a b"),
        ("r.mset({'a': 1, 'b': 2})", "MSET a b"),
        ("r.rename('a', 'b')", "RENAME a b"),
        ("r.zunionstore('d', ['a', 'b'])", "ZUNIONSTORE d a b"),
        ("r.sinter('a', 'b')", "SINTER a b"),
        ("r.smove('a', 'b', 'm')", "SMOVE a b"),
        ("r.bitop('AND', 'd', 'a', 'b')", "BITOP d a b"),
        ("r.blpop(['a', 'b'], timeout=1)", "BLPOP a b"),
        ("r.blpop('a', 5)", "BLPOP a"),
        ("r.lmove('a', 'b', 'LEFT', 'RIGHT')", "LMOVE a b"),
        ("r.xreadgroup('g', 'c', {'s': '>'})", "XREADGROUP s"),
        ("r.xread({'s': 0, 't': 0}, block=5)", "XREAD s t"),
        ("r.xgroup_create('s', 'g', mkstream=True)", "XGROUP CREATE s"),
        ("r.eval('return 1', 2, 'a', 'b', 'x')", "EVAL a b"),
        ("r.evalsha('sha', 1, 'a', 'x')", "EVALSHA a"),
        ("r.execute_command('SET', 'a', 1)", "SET a"),
        ("r.execute_command('XGROUP CREATE', 's', 'g', '$')", "XGROUP CREATE s"),
        ("r.execute_command('ZADD', 'a', 'NX', 1, 'm')", "ZADD a"),
        ("r.publish('c', 'm')", "PUBLISH"),
        ("r.scan_iter('a:*')", "SCAN"),
        ("r.keys('a:*')", "KEYS"),
        ("r.hset('h', mapping={'f': 1})", "HSET h"),
        ("r.hset('h', 'f', 1)", "HSET h"),
        ("r.incr('n')", "INCR n"),
        ("r.incr('n', 5)", "INCRBY n"),
        ("r.set('a', 1, ex=5)", "SET a"),
        ("r.json().set('j', '$', {})", "JSON.SET j"),
        ("r.sort('l', store='d')", "SORT l d"),
        ("r.copy('a', 'b')", "COPY a b"),
        ("r.geosearchstore('d', 's', member='m', radius=1)", "GEOSEARCHSTORE d s"),
        ("r.pfmerge('d', 'a', 'b')", "PFMERGE d a b"),
        ("r.ping()", ""),
        ("r.unlink('a')", "UNLINK a"),
        ("r.flushdb()", "FLUSHDB"),
        ("r.exists('a', 'b')", "EXISTS a b"),
        ("r.getex('a', ex=5)", "GETEX a"),
        ("r.object('ENCODING', 'a')", "OBJECT ENCODING a"),
        ("r.memory_usage('a')", "MEMORY USAGE a"),
        ("r.lmpop(2, 'a', 'b', direction='LEFT')", "LMPOP a b"),
        ("r.zinter(['a', 'b'])", "ZINTER a b"),
        ("r.zdiffstore('d', ['a', 'b'])", "ZDIFFSTORE d a b"),
        ("r.zunionstore('d', {'a': 1, 'b': 2})", "ZUNIONSTORE d a b"),
        ("r.fcall('f', 1, 'a', 'x')", "FCALL a"),
        ("r.zrangestore('d', 's', 0, -1)", "ZRANGESTORE d s"),
        ("r.brpoplpush('a', 'b', 5)", "BRPOPLPUSH a b"),
        ("r.sintercard(2, ['a', 'b'])", "SINTERCARD a b"),
        ("r.bzpopmin(('a', 'b'))", "BZPOPMIN a b"),
        ("r.setex('a', 5, 'v')", "SETEX a"),
        ("r.xadd('s', {'f': 1}, maxlen=5)", "XADD s"),
        ("r.lcs('a', 'b')", "LCS a b"),
    ],
)  # fmt: skip
def test_which_arguments_are_keys(call: str, shown: str) -> None:
    found = calls(f"import redis\nr = redis.Redis()\n{call}")
    assert [told(one) for one in found] == ([shown] if shown else [])
    assert all(one.keys_known for one in found if one.keys)


@pytest.mark.parametrize(
    ("call", "arguments", "maybe"),
    [
        ("r.set('k', 1, ex=5)", {"ex": "5"}, ()),
        ("r.set('k', 1, 5)", {"ex": "5"}, ()),
        ("r.set('k', 1, ex=None)", {}, ()),
        ("r.set('k', 1, ex=ttl)", {"ex": "ttl"}, ("ex",)),
        ("r.set('k', 1, **{'ex': 5})", {"ex": "5"}, ()),
        ("r.set('k', 1, nx=True)", {"nx": "True"}, ()),
        ("r.set('k', 1, nx=False)", {}, ()),
        ("r.setex('k', 60 * 60, 1)", {"time": "3600"}, ()),
        ("r.expire('k', 5)", {"time": "5"}, ()),
        ("r.expire(name='k', time=5)", {"time": "5"}, ()),
    ],
)  # fmt: skip
def test_arguments_by_name(call: str, arguments: dict[str, str], maybe: tuple[str, ...]) -> None:
    source = f"import redis\nr = redis.Redis()\ndef use(ttl):\n    {call}"
    (found,) = calls(source, name="use")
    given = {
        name: value.text
        for name, value in found.arguments.items()
        if name not in ("name", "value") and value.text != "1"
    }
    assert given == arguments
    assert tuple(name for name in found.maybe if name in arguments) == maybe


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("r.get('a:' + user)", "r.get('a:' + other)"),
        ("r.get(f'a:{user}')", "r.get(f'b:{user}')"),
        ("r.get(f'a:{make()}')", "r.get(f'a:{uuid.uuid4()}')"),
        ("r.get(user.a)", "r.get(user.b)"),
        ("r.get(users[0])", "r.get(users[1])"),
        ("r.get('a:1')", "r.get('a:2')"),
    ],
)
def test_other_keys_are_others(one: str, other: str) -> None:
    source = f"import redis, uuid\nr = redis.Redis()\ndef use(user, other, users):\n    {one}\n    {other}"
    mine, theirs = calls(source, name="use")
    assert mine.keys[0].value != theirs.keys[0].value


def test_a_key_of_a_loop_is_of_its_round() -> None:
    source = """
    import redis
    r = redis.Redis()
    def use(users):
        for user in users:
            r.get('a:' + user)
            r.delete(f'a:{user}')
        for user in users:
            r.get('a:' + user)
    """
    one, same, later = calls(source, name="use")
    assert one.keys[0].value == same.keys[0].value != later.keys[0].value


@pytest.mark.parametrize(
    ("there", "here", "name"),
    [
        ("PREFIX = 'p:'", "from app.names import PREFIX\ndef use(u):\n    r.get(PREFIX + u)", "p:{u}"),
        ("PREFIX = 'p:'", "from app import names\ndef use(u):\n    r.get(names.PREFIX + u)", "p:{u}"),
        ("def key(u):\n    return f'p:{u}'", "from .names import key\ndef use(u):\n    r.get(key(u))", "p:{u}"),
        ("class K:\n    A = 'p'", "from app.names import K\ndef use(u):\n    r.get(f'{K.A}:{u}')", "p:{u}"),
    ],
)  # fmt: skip
def test_a_key_of_another_file(there: str, here: str, name: str) -> None:
    source = f"import redis\nr = redis.Redis()\n{here}"
    (call,) = calls(source, {"app/names.py": there, "app/__init__.py": ""}, name="use")
    assert told(call) == f"GET {name}"


def test_a_key_that_a_loop_puts_together_is_the_same_each_time() -> None:
    source = f"{TOP}def use(user):\n    r.get(built(PREFIX, 'a/b', None, user))\n    r.delete(built('shop', 'a/b', user))\n"
    one, other = calls(source, name="use")
    assert one.keys[0].value == other.keys[0].value
    assert one.keys[0].pattern.glob() == "shop:a#b:*"


def test_the_keys_of_a_dictionary_that_a_loop_fills() -> None:
    source = f"{TOP}def use(users):\n    kept = {{}}\n    for user in users:\n        kept[key(user)] = 1\n    r.mset(kept)\n"
    (found,) = calls(source, name="use")
    assert [one.pattern.glob() for one in found.keys] == ["shop:cart:*"]
