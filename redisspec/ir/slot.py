"""Which slot of a cluster a key lives in: CRC16 over the hash tag, as Redis computes it."""

from __future__ import annotations

from binascii import crc_hqx

SLOTS = 16_384


def hash_tag(key: bytes) -> bytes:
    """What of a key decides its slot: the text in its first braces, else the whole key.

    Redis looks at the first `{` and the first `}` after it only: with nothing between them the
    whole key counts, whatever braces follow.
    """
    start = key.find(b"{")
    if start >= 0:
        end = key.find(b"}", start + 1)
        if end > start + 1:
            return key[start + 1 : end]
    return key


def key_slot(key: bytes | str) -> int:
    """The slot of a key, 0 to 16,383. A text counts as its UTF-8 bytes."""
    raw = key.encode() if isinstance(key, str) else key
    return crc_hqx(hash_tag(raw), 0) % SLOTS
