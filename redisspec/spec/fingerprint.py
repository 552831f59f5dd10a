"""The hash of a spec's files, which tells whether a package was generated from just these."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def spec_fingerprint(contents: Iterable[bytes]) -> str:
    """SHA-256 over the files' bytes in the order read, blind to CRLF and to a byte order mark.

    It is the `spec_hash` of the program that `load_spec` makes of these files.
    """
    digest = hashlib.sha256()
    for content in contents:
        digest.update(content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n"))
        digest.update(b"\0")  # which no spec holds: files cannot run into each other
    return digest.hexdigest()
