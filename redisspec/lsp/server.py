"""The server: editors tell what is open, and are told what is found."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from redisspec import __version__
from redisspec.lsp.actions import FIX_ALL, actions
from redisspec.lsp.findings import (
    SPEC_ENDINGS,
    Findings,
    Loader,
    Surroundings,
    findings_of,
    is_ours,
)
from redisspec.lsp.hover import hover
from redisspec.lsp.positions import range_of
from redisspec.source.files import unsaved

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic, Severity
    from redisspec.ir.program import Program

PAUSE = 0.15
"""Seconds without a key press after which a text is looked at."""

_SEVERITIES: dict[Severity, types.DiagnosticSeverity] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}


class Server(LanguageServer):
    """Keeps what was found of each open file. `load` finds what a file is judged by."""

    def __init__(self, load: Loader) -> None:
        super().__init__("redisspec", __version__)
        self._load = load
        self._around: dict[str, Surroundings] = {}
        self._troubles: set[str] = set()
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self.found: dict[str, Findings] = {}
        """What was found, by URI."""

        self._shown: dict[str, set[str]] = {}

    def around(self, path: str) -> Surroundings:
        """What a file is judged by, kept until a file outside of the editor changes."""
        folder = os.path.dirname(path)  # noqa: PTH120 - the text stays as the editor has it
        if folder not in self._around:
            self._around[folder] = found = self._load(path)
            if found.trouble is not None and found.trouble not in self._troubles:
                self._troubles.add(found.trouble)
                self.window_show_message(
                    types.ShowMessageParams(types.MessageType.Warning, found.trouble)
                )
        return self._around[folder]

    def forget(self) -> None:
        """Look at settings, specs and folders anew."""
        self._around.clear()
        self._troubles.clear()

    def open_texts(self) -> dict[str, bytes]:
        """The texts that are open, by path."""
        texts = {}
        for uri, document in self.workspace.text_documents.items():
            path = uris.to_fs_path(uri)
            if path is not None:
                texts[path] = document.source.encode("utf-8", "surrogatepass")
        return texts

    def look(self, uri: str) -> None:
        """Lint an open file and tell the editor; for a spec, its included files too."""
        path = uris.to_fs_path(uri)
        document = self.workspace.text_documents.get(uri)
        if path is None or document is None:
            return
        around = self.around(path)
        if not is_ours(path, around):
            return
        texts = self.open_texts()
        found = findings_of(path, texts[path], texts, around)
        shown: set[str] = set()
        for file, its in found.items():
            target = uri if file == path else (uris.from_fs_path(file) or uri)
            self.found[target] = its
            self._publish(target, its, document.version if target == uri else None)
            shown.add(target)
        for gone in self._shown.get(uri, set()) - shown:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(gone, []))
        self._shown[uri] = shown

    def look_soon(self, uri: str) -> None:
        """The same, once nobody types any more."""
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()
        self._waiting[uri] = asyncio.get_running_loop().create_task(self._after_pause(uri))

    async def _after_pause(self, uri: str) -> None:
        await asyncio.sleep(PAUSE)
        self._waiting.pop(uri, None)
        self.look(uri)

    def look_again(self, but: str = "") -> None:
        """Lint every open file: one of them, or something around them, has changed."""
        for uri in list(self.workspace.text_documents):
            if uri != but:
                self.look(uri)

    def close(self, uri: str) -> None:
        """Take back what was said of a file, and of what it includes."""
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()
        for gone in self._shown.pop(uri, {uri}):
            self.found.pop(gone, None)
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(gone, []))

    def program_of(self, path: str) -> Program | None:
        """The program of a spec that is open."""
        if not path.endswith(SPEC_ENDINGS):
            return None
        from redisspec.spec.load import load_spec  # noqa: PLC0415 - brings the spec's models

        with unsaved(self.open_texts()):
            return load_spec(path).program

    def _publish(self, uri: str, found: Findings, version: int | None) -> None:
        told = [self._as_told(uri, one, found) for one in found.diagnostics]
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, told, version))

    def _as_told(self, uri: str, one: Diagnostic, found: Findings) -> types.Diagnostic:
        codec = self.workspace.position_codec
        related = [
            types.DiagnosticRelatedInformation(
                types.Location(uri, range_of(other.span, found.source, codec)), other.message
            )
            for other in one.related
            if other.span.file == found.source.path
        ]
        return types.Diagnostic(
            range_of(one.span, found.source, codec),
            one.message if one.help is None else f"{one.message}\nhelp: {one.help}",
            severity=_SEVERITIES[one.severity],
            code=one.code,
            source="redisspec",
            tags=[types.DiagnosticTag.Unnecessary] if one.code == "RS004" else None,
            related_information=related or None,
            data={"name": one.name},
        )


def serve(load: Loader) -> None:
    """Serve on standard input and output until the client says that it is over."""
    make_server(load).start_io()


def make_server(load: Loader) -> Server:
    """A server with what it answers to."""
    server = Server(load)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
        ls.look(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
        ls.look_soon(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
        ls.forget()
        ls.look(params.text_document.uri)
        ls.look_again(but=params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
        ls.close(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def elsewhere(ls: Server, _params: types.DidChangeWatchedFilesParams) -> None:
        ls.forget()
        ls.look_again()

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions([types.CodeActionKind.QuickFix, FIX_ALL]),
    )
    def offered(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
        found = ls.found.get(params.text_document.uri)
        if found is None:
            return []
        return actions(params.text_document.uri, found, params, ls.workspace.position_codec)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def rested(ls: Server, params: types.HoverParams) -> types.Hover | None:
        uri = params.text_document.uri
        found, path = ls.found.get(uri), uris.to_fs_path(uri)
        if found is None or path is None:
            return None
        codec = ls.workspace.position_codec
        return hover(found, params.position, codec, ls.program_of(path))

    return server
