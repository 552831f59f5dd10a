"""What Lua 5.1 takes of variables: a script beyond it would be refused by the server, not by us."""

from __future__ import annotations

import re
from typing import Final

MOST_LOCALS: Final = 200
MOST_UPVALUES: Final = 60

_LOCAL = re.compile(r"local (?:function )?([\w, ]+?)(?: =|\(|$)")
_FOR = re.compile(r"for ([\w, ]+?) (?:=|in) ")
_NAME = re.compile(r"[A-Za-z_]\w*")
_LATER: Final = "later[#later + 1] = function()"


def beyond_limits(lua: str) -> bool:
    """Whether an emitted script (a statement a line) has more variables than Lua allows."""
    blocks: list[list[str]] = [[]]
    used: set[str] | None = None
    depth = 0
    for raw in lua.split("\n"):
        line = raw.strip()
        if line.startswith("--"):
            continue
        if line.startswith(("end", "until ", "else")):
            blocks.pop()
            if used is not None and len(blocks) == depth:
                if len(used & {name for block in blocks for name in block}) > MOST_UPVALUES:
                    return True
                used = None
        if used is not None:
            used.update(_NAME.findall(line))
        declared = _LOCAL.match(line)
        if declared:
            blocks[-1] += declared[1].split(", ")
            if sum(map(len, blocks)) > MOST_LOCALS:
                return True
        walked = _FOR.match(line)
        if line == _LATER:
            used, depth = set(), len(blocks)
        opens = line.startswith("local function ") or line.endswith(
            (" then", "repeat", "function()")
        )
        if walked or opens:
            # a loop keeps three variables of its own
            blocks.append([*walked[1].split(", "), "", "", ""] if walked else [])
        elif line.startswith("else"):
            blocks.append([])
    return False
