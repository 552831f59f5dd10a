"""Python files that nobody would write: mutants of real ones, from a seed."""

import random
from collections.abc import Iterator
from pathlib import Path

from redisspec.readers.python.project import parse

ROOT = Path(__file__).parents[4]
SEEDS = sorted((ROOT / "tests" / "rules").glob("*/*.py"))
PIECES = [
    "r.get(", "r.set('k', v, ex=5)", "with r.pipeline() as p:\n    ", "p.execute()", "await ", "async ",
    "for k in r.scan_iter(): ", "lambda *a, **k: ", "(", ")", "[", "]", "{", "}", "*", "**", ":=", "->", "@",
    "f'{x!r:{y}}'", "f\"{f'{f\"{1}\"}'}\"", "t'{x}'", "rb'\\x'", "'''", '"""', "\\", "\\\n", "\n", "\t", "\f", "\r\n",
    "match x:\n    case {'a': [1, *r], **rest} if r: pass\n    case C(a=1) | None as z: pass\n",
    "try: pass\nexcept* (A, B) as e: raise\n", "type T[K: int, *A, **P] = list[K]\n",
    "def f[T: (int, str) = int](a, /, b: T = 1, *c, d=r.get('k'), **e) -> T: yield from r.keys()\n",
    "class C[T](redis.Redis, metaclass=M): x = property(lambda self: self.x)\n", "global r\n", "nonlocal r\n",
    "if (n := r.incr('n')) > 5: return\n", "while True: break\nelse: pass\n", "del r, r.x, r[0]\n",
    "r = r = r.get(r)\n", "r += r\n", "r.x.y.z.w.get('k')\n", "*a, b = r.mget(*a)\n", "return\n", "import redis\n",
    "from . import *\n", "from .. import redis as r\n", "import redis.asyncio as r\n", "self.r.r.r = self\n",
    "x: 'redis.Redis[' = 1\n", "x: redis.Redis | None\n", "é", "\u2028", "𝄞", "# coding: latin-1\n", "\0", "\ufeff",
    "1e999", "0x", "1_000", "10**10**10", "-" * 50, "'%s %(a)s' % r", "'{0.a[b]} {}'.format(*r)", "'{'.format()",
    "r.execute_command('EVAL', 's', 99)", "r.eval('return redis.call(\"GET\", KEYS[1])', 1, 'k')",
    "r.register_script(\"\"\"return redis.call('SET'\"\"\")(keys=[k], args=r)", "sum(r.get(i) for i in i for i in i)",
    "list(map(r.get, map(r.get, r)))", "asyncio.gather(*(r.get(k) for k in r))", "x = r if r else r or r and not r\n",
    "print(r.get('k'), end='', **r)", "super().get(r)", "super()", "self", "cls", "# redisspec: ignore[", " " * 40,
]  # fmt: skip


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """So many files, the same each time."""
    chance = random.Random(seed)
    texts = [path.read_text() for path in SEEDS]
    for _ in range(count):
        text = chance.choice(texts)
        for _ in range(chance.randint(2, 6)):
            other = _changed(text, chance, texts)
            if parse(other) is not None or chance.random() < 0.15:
                text = other
        yield _encoded(text, chance)


def _changed(text: str, chance: random.Random, texts: list[str]) -> str:
    lines = text.splitlines(keepends=True) or [""]
    place = chance.randrange(len(lines))
    indent = lines[place][: len(lines[place]) - len(lines[place].lstrip())]
    match chance.randrange(7):
        case 0:  # A line of its own.
            piece = chance.choice(PIECES).rstrip("\n").replace("\n", "\n" + indent)
            lines.insert(place, f"{indent}{piece}\n")
        case 1:
            del lines[place]
        case 2:  # Two lines change places.
            other = chance.randrange(len(lines))
            lines[place], lines[other] = lines[other], lines[place]
        case 3:  # A block of another file.
            more = chance.choice(texts).splitlines(keepends=True)
            start = chance.randrange(len(more))
            lines[place:place] = more[start : start + chance.randint(1, 12)]
        case 4:  # A word more, a few letters less.
            start = chance.randrange(len(text) + 1)
            end = min(len(text), start + chance.choice((0, 0, 1, 5, 30)))
            return text[:start] + chance.choice(PIECES) + text[end:]
        case 5:  # A name is another.
            return text.replace(
                chance.choice(("r", "client", "self", "key", "get", "set")),
                chance.choice(PIECES),
                1,
            )
        case _:  # A block deeper.
            lines.insert(
                place,
                f"{indent}{chance.choice(('if r:', 'try:', 'with r:', 'def f(r):', 'class C:'))}\n",
            )
            lines[place + 1 :] = [f"    {line}" for line in lines[place + 1 :]]
    return "".join(lines)


def _encoded(text: str, chance: random.Random) -> bytes:
    match chance.randrange(12):
        case 0:
            text = "# -*- coding: latin-1 -*-\n" + text
            return text.encode("latin-1", "replace")
        case 1:
            return b"\xef\xbb\xbf" + text.encode("utf-8", "replace")
        case 2:
            return text.replace("\n", "\r\n").encode("utf-8", "replace")
        case 3:
            return text.encode("utf-8", "replace")[: chance.randrange(len(text) + 1)]
        case 4:
            data = bytearray(text.encode("utf-8", "replace"))
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
            return bytes(data)
    return text.encode("utf-8", "replace")
