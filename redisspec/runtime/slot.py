"""The hash slot of a key, as a cluster computes it."""

from binascii import crc_hqx


def key_slot(key: str | bytes) -> int:
    """The slot (0 to 16383) of a key: CRC16 of its hash tag, or of all of it."""
    raw = key.encode() if isinstance(key, str) else key
    start = raw.find(b"{")
    if start >= 0:
        end = raw.find(b"}", start + 1)
        if end > start + 1:
            raw = raw[start + 1 : end]
    return crc_hqx(raw, 0) & 0x3FFF
