"""`redisspec lsp`, driven by a client over its standard streams, as an editor drives it."""

import sys
from pathlib import Path

import pytest

from redisspec.cli import main
from tests.lsp.editor import applied, editing

PROGRAM = """\
import redis

client = redis.Redis(socket_timeout=2)


def remember(user, token):
    client.set(f"token:{user}", token)
    client.expire(f"token:{user}", 3_600)


def carts():
    return client.keys("cart:*")
"""
SPEC = """\
version: 1
name: shop
keyspaces:
  cart:
    key: cart:{<user_id:int>}
    structure: hash
    fields: {sku: str}
    ttl: 30d
  events:
    key: events:{<shop_id:int>}
    structure: stream
    fields: {order: str}
    max_items: 1_000
"""


async def test_findings_come_as_one_opens_and_go_as_one_mends(tmp_path: Path) -> None:
    async with editing(tmp_path) as editor:
        found = await editor.open("app.py", PROGRAM)
        assert [(one.code, one.range.start.line, one.severity) for one in found] == [
            ("RS103", 6, 1),
            ("RS208", 11, 1),
        ]
        assert found[0].source == "redisspec"
        assert "help: give `set` the TTL" in found[0].message
        assert found[0].related_information is not None
        editor.change("app.py", PROGRAM.replace('keys("cart:*")', 'get("cart:1")'))
        assert [one.code for one in await editor.findings("app.py")] == ["RS103"]
        editor.close("app.py")
        assert await editor.findings("app.py") == []


async def test_a_fix_and_a_comment_are_offered_where_the_finding_is(tmp_path: Path) -> None:
    async with editing(tmp_path) as editor:
        await editor.open("app.py", PROGRAM)
        assert await editor.actions("app.py", 0, only=["quickfix"]) == []
        fix, comment = await editor.actions("app.py", 6, only=["quickfix"])
        assert (fix.title, fix.is_preferred) == ("Give `set` the TTL with `ex=`", True)
        mended = applied(PROGRAM, fix)
        assert 'client.set(f"token:{user}", token, ex=3_600)\n\n\n' in mended
        accepted = applied(PROGRAM, comment)
        assert "    # redisspec: ignore[ttl-split] because …\n    client.set(" in accepted
        editor.change("app.py", accepted)
        assert [one.code for one in await editor.findings("app.py")] == ["RS208"]


async def test_fix_all_takes_the_safe_ones(tmp_path: Path) -> None:
    async with editing(tmp_path) as editor:
        await editor.open("app.py", PROGRAM)
        (every,) = await editor.actions("app.py", 0, only=["source.fixAll"])
        mended = applied(PROGRAM, every)
        assert "ex=3_600" in mended
        assert 'client.keys("cart:*")' in mended


async def test_the_page_of_the_rule_shows_where_the_pointer_rests(tmp_path: Path) -> None:
    async with editing(tmp_path) as editor:
        await editor.open("app.py", PROGRAM)
        page = await editor.hover("app.py", 11, 14)
        assert page is not None
        assert page.startswith("**RS208 keys-command**")
        assert await editor.hover("app.py", 0, 0) is None


async def test_a_spec_tells_its_findings_and_what_a_keyspace_becomes(tmp_path: Path) -> None:
    async with editing(tmp_path) as editor:
        found = await editor.open("redis.spec.yaml", SPEC)
        assert [one.code for one in found] == ["RS101"]
        shown = await editor.hover("redis.spec.yaml", 3, 4)
        assert shown is not None
        assert "`shop:cart:{<user_id:int>}`" in shown
        assert "lives 30d; one slot for each user_id" in shown
        editor.change("redis.spec.yaml", SPEC + "    ttl: 7d\n")
        assert await editor.findings("redis.spec.yaml") == []


async def test_what_is_not_saved_counts_for_other_files(tmp_path: Path) -> None:
    (tmp_path / "redis.spec.yaml").write_text(SPEC + "    ttl: 7d\n")
    (tmp_path / "store.py").write_text("client = None\n")
    async with editing(tmp_path) as editor:
        using = "from store import client\n\n\ndef carts():\n    return client.keys('cart:*')\n"
        assert await editor.open("app.py", using) == []
        assert await editor.open("store.py", "import redis\n\nclient = redis.Redis()\n") == []
        editor.save("store.py")
        assert [one.code for one in await editor.findings("app.py")] == ["RS208"]


async def test_lua_is_linted_too(tmp_path: Path) -> None:
    async with editing(tmp_path) as editor:
        text = "if redis.call('EXISTS', KEYS[1]) then return 0 end\nreturn 1\n"
        assert [one.code for one in await editor.open("take.lua", text)] == ["RS502"]


@pytest.mark.parametrize(("encoding", "width"), [(None, 2), ("utf-16", 2), ("utf-32", 1)])
async def test_columns_are_counted_in_the_units_agreed_on(
    tmp_path: Path, encoding: str | None, width: int
) -> None:
    text = 'import redis\n\nclient = redis.Redis()\n_ = "🎫", client.keys("*")\n'
    async with editing(tmp_path, encoding) as editor:
        (found,) = await editor.open("app.py", text)
        assert found.range.start.character == len('_ = "') + width + len('", ')
        (fix, _) = await editor.actions("app.py", 3, found.range.start.character)
        assert fix.edit is not None


async def test_a_mistake_in_the_settings_is_told_once_and_the_defaults_hold(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.redisspec]\nselect = 3\n")
    async with editing(tmp_path) as editor:
        assert [one.code for one in await editor.open("app.py", PROGRAM)] == ["RS103", "RS208"]
        assert editor.messages == [
            'redisspec takes its defaults: pyproject.toml: `select` is a list of rules (write `select = ["RS205"]`)'
        ]
        (tmp_path / "pyproject.toml").write_text('[tool.redisspec]\nignore = ["RS208"]\n')
        editor.save("app.py")
        assert [one.code for one in await editor.findings("app.py")] == ["RS103"]


async def test_broken_texts_on_the_way_are_no_end(tmp_path: Path) -> None:
    async with editing(tmp_path) as editor:
        await editor.open("app.py", PROGRAM)
        for text in ("import redis\n\nredis.Redis(", "\x00", "", "import redis\n\tx = (\n"):
            editor.change("app.py", text)
            for one in await editor.findings("app.py"):
                assert one.code == "RS008"
        editor.change("app.py", PROGRAM)
        assert [one.code for one in await editor.findings("app.py")] == ["RS103", "RS208"]


def test_without_pygls_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pygls", None)
    monkeypatch.setitem(sys.modules, "pygls.lsp.server", None)
    monkeypatch.delitem(sys.modules, "redisspec.lsp.server", raising=False)
    assert main(["lsp"]) == 2
    assert "pip install 'redisspec[lsp]'" in capsys.readouterr().err


async def test_an_unsafe_fix_is_offered_and_not_preferred(tmp_path: Path) -> None:
    async with editing(tmp_path) as editor:
        await editor.open("app.py", PROGRAM)
        fix, _ = await editor.actions("app.py", 11, 12, only=["quickfix"])
        assert not fix.is_preferred
        assert fix.title.endswith("(may change what the program does)")


async def test_what_was_said_of_an_include_goes_with_the_include(tmp_path: Path) -> None:
    (tmp_path / "more.spec.yaml").write_text(
        "version: 1\nkeyspaces:\n  feed:\n    key: feed:{<user_id:int>}\n    structure: list\n    item: int\n"
    )
    spec = SPEC.replace("name: shop\n", "name: shop\ninclude: [more.spec.yaml]\n")
    (tmp_path / "redis.spec.yaml").write_text(spec)
    async with editing(tmp_path) as editor:
        await editor.open("redis.spec.yaml", spec)
        assert {one.code for one in await editor.findings("more.spec.yaml")} >= {"RS101", "RS201"}
        editor.change("redis.spec.yaml", SPEC)
        assert await editor.findings("more.spec.yaml") == []
