"""Whether a package is up to date, told without parsing the spec: most runs of `generate` change nothing."""

from __future__ import annotations

import re
from pathlib import Path

from redisspec.codegen.manifest import Manifest
from redisspec.codegen.output import OutputError, chosen_folder, is_inside, output_folder
from redisspec.codegen.writer import (
    is_current,
    read_manifest,
)
from redisspec.spec.fingerprint import spec_fingerprint

_HINTS = re.compile(
    r"""^\s*(?:python\s*:\s*\{)?.*?\b(name|package|output)\s*:\s*["']?([\w./-]+)""", re.MULTILINE
)
_MOST = 64


def current(spec: str, folder: Path | None, tool: str) -> tuple[Path, Manifest] | None:
    """The folder and the manifest of the package, where the same sources and tool wrote all of it.

    None says nothing: the spec is then to be read in full. `folder` is the one chosen instead of
    the spec's own.

    The spec's folder is guessed from its text; a manifest of exactly these sources says itself
    which folder they declare, so that a wrong guess finds nothing.
    """
    root = Path(spec).parent
    try:
        if folder is not None:
            return _current(spec, root, chosen_folder(str(folder)), None, tool)
        for output in _guesses(Path(spec).read_text(encoding="utf-8")):
            found = _current(spec, root, output_folder(root, output), output, tool)
            if found is not None:
                return found
    except (OSError, ValueError, OutputError):
        return None
    return None


def _guesses(text: str) -> list[str]:
    found: dict[str, None] = {}
    for kind, word in _HINTS.findall(text):
        found[f"{word}_redis" if kind == "name" else word] = None
        if len(found) >= _MOST:
            break
    return list(found)


def _current(
    spec: str, root: Path, folder: Path, output: str | None, tool: str
) -> tuple[Path, Manifest] | None:
    manifest = read_manifest(folder)
    if manifest is None or manifest.tool != tool or not manifest.sources:
        return None
    if output is not None and Path(manifest.output) != Path(output):
        return None
    if Path(spec).name != manifest.sources[0] or not all(map(is_inside, manifest.sources)):
        return None
    if spec_fingerprint([(root / source).read_bytes() for source in manifest.sources]) != (
        manifest.spec_hash
    ):
        return None
    return (folder, manifest) if is_current(folder, manifest) else None
