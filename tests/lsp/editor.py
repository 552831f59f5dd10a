"""An editor that speaks with a server of its own process, as a real one does."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.lsp.client import LanguageClient


class Editor:
    """Open files, and what the server says of them."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.told: dict[str, asyncio.Queue[list[types.Diagnostic]]] = {}
        self.messages: list[str] = []
        self._version = 0

    def uri(self, name: str) -> str:
        found = uris.from_fs_path(str(self.folder / name))
        assert found is not None
        return found

    def queue(self, uri: str) -> asyncio.Queue[list[types.Diagnostic]]:
        return self.told.setdefault(uri, asyncio.Queue())

    async def findings(self, name: str) -> list[types.Diagnostic]:
        """The next list that the server publishes for a file."""
        return await asyncio.wait_for(self.queue(self.uri(name)).get(), 20)

    async def open(self, name: str, text: str) -> list[types.Diagnostic]:
        self._version += 1
        item = types.TextDocumentItem(self.uri(name), "python", self._version, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return await self.findings(name)

    def change(self, name: str, text: str) -> None:
        self._version += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self._version, self.uri(name)),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def save(self, name: str) -> None:
        self.client.text_document_did_save(
            types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(self.uri(name)))
        )

    def close(self, name: str) -> None:
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(self.uri(name)))
        )

    async def actions(
        self, name: str, line: int, character: int = 4, only: list[str] | None = None
    ) -> list[types.CodeAction]:
        at = types.Position(line, character)
        found = await self.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(self.uri(name)),
                types.Range(at, at),
                types.CodeActionContext([], only=only),
            )
        )
        return [one for one in found or () if isinstance(one, types.CodeAction)]

    async def hover(self, name: str, line: int, character: int) -> str | None:
        found = await self.client.text_document_hover_async(
            types.HoverParams(
                types.TextDocumentIdentifier(self.uri(name)), types.Position(line, character)
            )
        )
        if found is None:
            return None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value


@asynccontextmanager
async def editing(folder: Path, encoding: str | None = None) -> AsyncIterator[Editor]:
    client = LanguageClient("editor", "1")
    editor = Editor(client, folder)

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def published(params: types.PublishDiagnosticsParams) -> None:
        editor.queue(params.uri).put_nowait(list(params.diagnostics))

    @client.feature(types.WINDOW_SHOW_MESSAGE)
    def shown(params: types.ShowMessageParams) -> None:
        editor.messages.append(params.message)

    await client.start_io(sys.executable, "-m", "redisspec", "lsp", "--stdio", cwd=folder)
    general = types.GeneralClientCapabilities(
        position_encodings=None if encoding is None else [types.PositionEncodingKind(encoding)]
    )
    await client.initialize_async(
        types.InitializeParams(
            types.ClientCapabilities(general=general), root_uri=uris.from_fs_path(str(folder))
        )
    )
    client.initialized(types.InitializedParams())
    try:
        yield editor
    finally:
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()


def applied(text: str, action: types.CodeAction) -> str:
    """A text after an action's edits; its characters are one unit each."""
    assert action.edit is not None
    assert action.edit.changes is not None
    (edits,) = action.edit.changes.values()
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]

    def offset(at: types.Position) -> int:
        return starts[at.line] + at.character

    for edit in sorted(edits, key=lambda one: offset(one.range.start), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text
