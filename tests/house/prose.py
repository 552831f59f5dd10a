"""The fenced blocks of a Markdown page, each with the directive in the comment above it."""

import re
from dataclasses import dataclass

_BLOCK = re.compile(
    r"^(?:<!-- (?P<directive>[^>]*?) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$", re.M | re.S
)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: `run: console` and the like, its language, its text, the line it begins on."""

    directive: str
    language: str
    text: str
    line: int


def blocks(page: str) -> list[Block]:
    """The blocks of a page, in order."""
    return [
        Block(
            found["directive"] or "",
            found["language"],
            found["text"],
            page.count("\n", 0, found.start("text")),
        )
        for found in _BLOCK.finditer(page)
    ]


def replaced(page: str, block: Block, text: str) -> str:
    """The page with another text in that block."""
    for found in _BLOCK.finditer(page):
        if page.count("\n", 0, found.start("text")) == block.line:
            return page[: found.start("text")] + text + page[found.end("text") :]
    raise LookupError(f"no block at line {block.line}")
