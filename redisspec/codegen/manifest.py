"""The manifest: which files a run of `generate` wrote, from what, with which version."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from redisspec.codegen.output import is_inside
from redisspec.source.generated import MARK

MANIFEST = "redisspec.manifest.json"
"""The manifest's name, at the top of the generated package."""

"""What the first lines of a generated file say; a file that says so may be overwritten."""

_MARK_LINE = re.compile(rb"^(?:#|--) ?" + re.escape(MARK.encode()), re.MULTILINE)
_MARK_WITHIN = 512


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files` maps each path (relative, posix) to the SHA-256 of its text.

    `output` is the folder that the spec declares, `sources` are the spec's files in the order
    read; both are relative to the spec's folder and posix. `spec_hash` covers the sources' content.
    """

    tool: str = ""
    spec_hash: str = ""
    output: str = ""
    sources: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    def same_origin(self, other: Manifest) -> bool:
        """Whether both speak of the same spec, compiled by the same version."""
        return (self.tool, self.spec_hash) == (other.tool, other.spec_hash)


def digest(data: bytes) -> str:
    """The SHA-256 of a file's text, blind to a checkout that turned LF into CRLF."""
    return hashlib.sha256(normal(data)).hexdigest()


def normal(data: bytes) -> bytes:
    """The bytes with LF line ends: version control on Windows may have changed them."""
    return data.replace(b"\r\n", b"\n") if b"\r\n" in data else data


def bears_mark(data: bytes) -> bool:
    """Whether a comment in the first lines says that redisspec wrote this file."""
    return _MARK_LINE.search(data[:_MARK_WITHIN]) is not None


def describe(
    files: Mapping[str, str],
    *,
    tool: str,
    spec_hash: str,
    output: str = "",
    sources: tuple[str, ...] = (),
) -> Manifest:
    """The manifest of `files` (path to text)."""
    hashes = {
        path: hashlib.sha256(text.encode()).hexdigest()
        for path, text in files.items()
        if path != MANIFEST
    }
    return Manifest(tool, spec_hash, output, sources, hashes)


def render(manifest: Manifest) -> str:
    """The manifest as text: sorted and one file a line, so that a review shows what changed."""
    content = {
        "redisspec": manifest.tool,
        "spec": manifest.spec_hash,
        "output": manifest.output,
        "sources": list(manifest.sources),
        "files": dict(sorted(manifest.files.items())),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def parse(text: str) -> Manifest | None:
    """The manifest of a text, or None where it is no manifest (cut short, merged badly)."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    texts = [content.get(key) for key in ("redisspec", "spec", "output")]
    sources, files = content.get("sources"), content.get("files")
    if not isinstance(sources, list) or not isinstance(files, dict):
        return None
    if not all(isinstance(text, str) for text in (*texts, *sources, *files.values())):
        return None
    if not all(is_inside(path) for path in files):
        return None
    tool, spec_hash, output = texts
    return Manifest(str(tool), str(spec_hash), str(output), tuple(sources), files)
