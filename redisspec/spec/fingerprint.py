"""The hash of a spec's files, which tells whether a package was generated from just these."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def spec_fingerprint(contents: Iterable[bytes]) -> str:
    """SHA-256 over the files' bytes in the order read, blind to CRLF and to a byte order mark."""
    digest = hashlib.sha256()
    for content in contents:
        normal = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
        # The length keeps a line that moves from one file to the next from going unseen.
        digest.update(b"%d\n" % len(normal))
        digest.update(normal)
    return digest.hexdigest()
