"""Fixes leave a file's encoding, line ends and links as they are, and never a file that cannot be read."""

from dataclasses import replace
from pathlib import Path

import pytest

from redisspec.cli.lint_fix import write_changes
from redisspec.lint import LintConfig, fixing
from redisspec.lint.fixes import apply_fixes
from redisspec.lint.fixing import mend

HEAD = "import redis\n\nclient = redis.Redis(socket_timeout=2)\n\n\n"
SPLIT = (
    "def remember(user, token):\n"
    '    client.set(f"token:{user}", token)\n'
    '    client.expire(f"token:{user}", 3_600)\n'
)
WHOLE = 'def remember(user, token):\n    client.set(f"token:{user}", token, ex=3_600)\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def mended(data: bytes, *, unsafe: bool = False, name: str = "app.py") -> bytes:
    Path(name).write_bytes(data)
    found = mend([name], LintConfig(), unsafe=unsafe)
    assert not found.refused
    write_changes(found.changes)
    again = mend([name], LintConfig(), unsafe=unsafe)
    assert not again.changes, "a fix is applied once"
    return Path(name).read_bytes()


def test_line_ends_stay() -> None:
    before = (HEAD + SPLIT).replace("\n", "\r\n").encode()
    assert mended(before) == (HEAD + WHOLE).replace("\n", "\r\n").encode()


def test_line_ends_that_a_fix_adds_are_those_of_the_file() -> None:
    rebuilt = 'def rebuild(names):\n    client.delete("names")\n    for name in names:\n        client.rpush("names", name)\n'
    after = mended((HEAD + rebuilt).replace("\n", "\r\n").encode(), unsafe=True)
    assert b"pipe.execute()" in after
    assert after.count(b"\n") == after.count(b"\r\n")


def test_a_byte_order_mark_stays() -> None:
    assert (
        mended(b"\xef\xbb\xbf" + (HEAD + SPLIT).encode())
        == b"\xef\xbb\xbf" + (HEAD + WHOLE).encode()
    )


def test_an_encoding_stays() -> None:
    cookie = "# -*- coding: latin-1 -*-\n# Stück für Stück\n"
    before = (cookie + HEAD + SPLIT).encode("latin-1")
    assert mended(before) == (cookie + HEAD + WHOLE).encode("latin-1")


def test_names_beyond_ascii_are_counted_in_characters() -> None:
    split = SPLIT.replace("token:", "žeton:🎫:")
    assert mended((HEAD + split).encode()) == (HEAD + WHOLE.replace("token:", "žeton:🎫:")).encode()


def test_a_last_line_without_a_break() -> None:
    assert mended((HEAD + SPLIT).rstrip().encode()) == (HEAD + WHOLE).encode()


def test_a_broken_file_is_left_alone() -> None:
    before = (HEAD + SPLIT + "def broken(:\n").encode()
    assert mended(before, unsafe=True) == before


def test_a_command_that_the_server_lacks_is_no_fix() -> None:
    taken = (
        HEAD
        + "def redeem(token):\n    user = client.get(token)\n    client.delete(token)\n    return user\n"
    )
    Path("app.py").write_text(taken)
    rule = LintConfig(select=("RS303",))
    assert not mend(["app.py"], replace(rule, target_redis=(6, 0))).changes
    (change,) = mend(["app.py"], replace(rule, target_redis=(6, 2))).changes
    assert b"user = client.getdel(token)\n    return user" in change.after


def test_a_link_stays_one_and_so_does_its_mode() -> None:
    Path("real.py").write_text(HEAD + SPLIT)
    Path("real.py").chmod(0o755)
    Path("app.py").symlink_to("real.py")
    write_changes(mend(["app.py"], LintConfig()).changes)
    assert Path("app.py").is_symlink()
    assert Path("real.py").read_text() == HEAD + WHOLE
    assert Path("real.py").stat().st_mode & 0o777 == 0o755


def test_fixes_that_make_room_for_others_are_applied_in_rounds() -> None:
    text = (
        HEAD
        + "def claim(name, user):\n    if not client.exists(name):\n        client.set(name, user)\n"
    )
    text += '\n\ndef keys():\n    return client.keys("a:*"), client.keys("b:*")\n'
    after = mended(text.encode(), unsafe=True).decode()
    assert "client.set(name, user, nx=True)" in after
    assert 'return list(client.scan_iter("a:*")), list(client.scan_iter("b:*"))' in after


def test_a_spec_and_a_script_are_mended_in_the_same_run() -> None:
    Path("redis.spec.yaml").write_text(
        "version: 1\nname: shop\nkeyspaces:\n  events:\n    key: events:{<shop:int>}\n"
        "    structure: stream\n    fields: {order: str}\n    ttl: 30d\n"
    )
    Path("take.lua").write_text("if redis.call('EXISTS', KEYS[1]) then return 0 end\nreturn 1\n")
    found = mend(["redis.spec.yaml", "take.lua"], LintConfig(), unsafe=True)
    assert [change.path for change in found.changes] == ["redis.spec.yaml", "take.lua"]
    assert b"max_items: 100_000" in found.changes[0].after
    assert b"redis.call('EXISTS', KEYS[1]) == 1" in found.changes[1].after


def test_what_is_redis_by_its_methods_alone_is_not_mended_as_if_that_were_sure() -> None:
    """It may be a wrapper of somebody's, whose `set` takes no `ex`."""
    text = (
        "def remember(cache, user, token):\n"
        '    cache.hset("users", user, token)\n'
        '    cache.set(f"token:{user}", token)\n'
        '    cache.expire(f"token:{user}", 3_600)\n'
    )
    assert mended(text.encode()) == text.encode()
    assert b", ex=3_600)" in mended(text.encode(), unsafe=True)


def test_a_fix_that_meets_another_waits_for_the_next_round() -> None:
    before = "import redis\n\nclient = redis.Redis(ssl=True, ssl_cert_reqs=None)\n"
    Path("app.py").write_text(before)
    old = LintConfig(target_redis_py=(5, 0))
    found = mend(["app.py"], old, unsafe=True)
    assert {"RS601", "RS605"} <= found.applied.keys()
    (change,) = found.changes
    assert b"ssl_cert_reqs=None" not in change.after
    assert b"socket_timeout=" in change.after
    assert not {one.code for one in found.result.diagnostics} & {"RS601", "RS605"}


def test_a_file_that_a_fix_would_break_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source, found, *, unsafe):
        fixed = apply_fixes(source, found, unsafe=unsafe)
        return replace(fixed, text=fixed.text + "def (:\n") if "bad" in source.path else fixed

    monkeypatch.setattr(fixing, "apply_fixes", broken)
    for name in ("bad.py", "good.py"):
        Path(name).write_text(HEAD + SPLIT)
    found = mend(["bad.py", "good.py"], LintConfig())
    assert found.refused == ("bad.py",)
    assert [change.path for change in found.changes] == ["good.py"]
    assert found.applied == {"RS103": 1}
    left = [(one.span.file, one.code) for one in found.result.diagnostics]
    assert left == [("bad.py", "RS103")]
