"""The shortcut: "nothing changed" is told without parsing, and never when something did."""

import pytest

from redisspec.codegen import manifest, shortcut, writer
from redisspec.codegen.output import output_folder
from redisspec.spec.load import load_spec

SPEC = """\
version: 1
name: shop
keyspaces:
  cart:
    key: cart:{<user_id:int>}
    structure: set
    member: int
    max_items: 9
    ttl: 1d
"""
MORE = """\
keyspaces:
  seen: {key: "seen:<user_id:int>", structure: counter, ttl: 1d}
"""
FILES = {"a.py": "1\n", "keyspaces/cart.py": "2\n"}


@pytest.fixture
def spec(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "redis.spec.yaml"


def generate(spec, text, folder=None):
    """Do what the command does, with files of no account; the folder written."""
    spec.write_text(text)
    program = load_spec("redis.spec.yaml").program
    assert program is not None
    folder = folder or output_folder(spec.parent, program.python.output)
    made = manifest.describe(
        FILES,
        tool="1",
        spec_hash=program.spec_hash,
        output=program.python.output,
        sources=program.files,
    )
    writer.apply(folder, FILES, made)
    return folder


@pytest.mark.parametrize(
    ("python", "output"),
    [
        ("", "shop_redis"),
        ("python: {package: kv}\n", "kv"),
        ("python: {output: src/kv, package: kv}\n", "src/kv"),
        ("python:\n  package: kv\n  output: 'src/kv'\n", "src/kv"),
    ],
)
def test_an_unchanged_package_is_known(spec, python, output):
    generate(spec, SPEC + python)
    found = shortcut.current("redis.spec.yaml", None, "1")
    assert found is not None
    assert found[0].as_posix() == output
    assert set(found[1].files) == set(FILES)


def test_every_change_is_seen(spec):
    folder = generate(spec, SPEC)
    assert shortcut.current("redis.spec.yaml", None, "2") is None
    spec.write_text(SPEC + "# a word\n")
    assert shortcut.current("redis.spec.yaml", None, "1") is None
    spec.write_text(SPEC)
    assert shortcut.current("redis.spec.yaml", None, "1")
    (folder / "a.py").write_text("changed\n")
    assert shortcut.current("redis.spec.yaml", None, "1") is None
    (folder / "a.py").unlink()
    assert shortcut.current("redis.spec.yaml", None, "1") is None
    (folder / "a.py").write_text("1\n")
    assert shortcut.current("redis.spec.yaml", None, "1")
    spec.unlink()
    assert shortcut.current("redis.spec.yaml", None, "1") is None


def test_an_included_file_counts(spec, tmp_path):
    (tmp_path / "more").mkdir()
    more = tmp_path / "more" / "redis.spec.yaml"
    more.write_text(MORE)
    generate(spec, SPEC + "include: [more/redis.spec.yaml]\n")
    assert shortcut.current("redis.spec.yaml", None, "1")
    more.write_text(MORE + "# a word\n")
    assert shortcut.current("redis.spec.yaml", None, "1") is None
    more.unlink()
    assert shortcut.current("redis.spec.yaml", None, "1") is None


def test_a_folder_that_the_spec_does_not_declare_is_not_taken_for_it(spec, tmp_path):
    """The word `other` in the spec is a guess; its manifest says that the package lies elsewhere."""
    text = SPEC + "doc: |\n  output: other\n"
    generate(spec, text, tmp_path / "other")
    assert shortcut.current("redis.spec.yaml", None, "1") is None
    assert shortcut.current("redis.spec.yaml", tmp_path / "other", "1")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\xef\xbb\xbf" + data,
    ],
    ids=["crlf", "mark"],
)
def test_what_the_loader_reads_alike_is_the_same(spec, change):
    generate(spec, SPEC)
    spec.write_bytes(change(spec.read_bytes()))
    assert shortcut.current("redis.spec.yaml", None, "1")
