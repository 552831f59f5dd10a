"""Bloom filters in Python's exact integers: what the scripts must have stored."""

from collections.abc import Iterable
from hashlib import sha1

from redisspec.ir.bloom import Sizing


def places(member: bytes, bits: int, hashes: int) -> list[int]:
    """Where the bits of a member are."""
    digest = sha1(member, usedforsecurity=False).hexdigest()
    x, y, z = (int(digest[at : at + 13], 16) % bits for at in (0, 13, 26))
    found = []
    for _ in range(hashes):
        found.append(x)
        x, y, z = (x + y) % bits, (y + z) % bits, (z + 1) % bits
    return found


def stored(members: Iterable[bytes], size: Sizing) -> bytes:
    """The whole key of a filter that counts each of these members."""
    raw, count = bytearray(size.bytes), 0
    for member in members:
        for place in places(member, *size):
            raw[place // 8] |= 0x80 >> place % 8
        count += 1
    return bytes(raw) + b"bloom:%d:%d:%010d" % (*size, count)
