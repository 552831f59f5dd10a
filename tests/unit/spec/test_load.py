"""Loading specs: what a program holds, and that nothing in a file raises."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redisspec.ir.model import Keyspace, Lifetime
from redisspec.ir.types import UNSET, Imported, Json, Maybe, RecordRef, Scalar
from redisspec.spec.load import Loaded, load_spec

EXAMPLE = Path(__file__).parents[3] / "docs" / "language.spec.yaml"
HEAD = "version: 1\nname: shop\n"


def load(folder: Path, text: str, **files: str) -> Loaded:
    path = folder / "redis.spec.yaml"
    path.write_text(text, encoding="utf-8")
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return load_spec(path)


def one(folder: Path, body: str, head: str = HEAD) -> Keyspace:
    loaded = load(folder, f"{head}keyspaces:\n  it: {{{body}}}\n")
    assert not loaded.diagnostics
    assert loaded.program is not None
    return loaded.program.keyspaces[0]


def test_the_languages_example_loads_without_a_word() -> None:
    loaded = load_spec(EXAMPLE)
    assert loaded.diagnostics == ()
    program = loaded.program
    assert program is not None
    assert (program.class_name, program.python.package) == ("Shop", "shop_redis")
    assert len(program.keyspaces) == 10
    assert len(program.policies) == 7
    assert program.imports == {"Address": Imported("shop.models", "Address", "Address")}
    page = program.keyspaces[0]
    assert page.pattern.text == "shop:product:<product_id:int>"
    assert page.value == Json(RecordRef("Product"))
    assert page.lifetime == Lifetime(3_600_000, True, None, 0.1, "on_write", None)
    assert (page.bound.max_bytes, page.bound.expected_keys) == (65_536, 200_000)
    cart = program.keyspaces[1]
    assert cart.lifetime.jitter == 0.05
    stock = {keyspace.name: keyspace for keyspace in program.keyspaces}["stock"]
    assert stock.lifetime.ttl_ms is None
    assert stock.lifetime.jitter == 0
    assert stock.lifetime.reason == "the warehouse's own figures, one key a product"


def test_what_is_silent(tmp_path: Path) -> None:
    made = one(tmp_path, 'key: "a:<id:int>", structure: string, value: str')
    assert made.lifetime == Lifetime()
    assert not made.lifetime.stated
    assert "ttl" not in made.spans
    assert made.spans["structure"].line == 4


@pytest.mark.parametrize(
    ("body", "refresh"),
    [
        ("structure: string, value: str, ttl: 1h", "on_write"),
        ("structure: counter, ttl: 1h", "never"),
        ("structure: counter, ttl: {for: 1h, refresh: on_access}", "on_access"),
    ],
)
def test_refresh(tmp_path: Path, body: str, refresh: str) -> None:
    assert one(tmp_path, f"key: a, {body}").lifetime.refresh == refresh


@pytest.mark.parametrize(
    ("body", "when_full"),
    [
        ("structure: list, item: str", "trim"),
        ("structure: stream, fields: {a: str}", "trim"),
        ("structure: sorted_set, member: str", "trim"),
        ("structure: set, member: str", "reject"),
        ("structure: hash, map: {str: str}", "reject"),
        ("structure: geo, member: str", "reject"),
        ("structure: bitmap", "reject"),
        ("structure: list, item: str, when_full: reject", "reject"),
    ],
)
def test_when_full(tmp_path: Path, body: str, when_full: str) -> None:
    made = one(tmp_path, f"key: a, ttl: 1h, max_items: 1_000, {body}")
    assert made.bound.when_full == when_full
    assert made.bound.max_items == 1_000


def test_defaults_merge_into_what_expires(tmp_path: Path) -> None:
    head = HEAD + "defaults: {ttl: {for: 1d, jitter: 5%, max: 2d}}\n"
    assert one(tmp_path, "key: a, structure: string, value: str", head).lifetime == Lifetime(
        86_400_000, True, None, 0.05, "on_write", 172_800_000
    )
    made = one(tmp_path, "key: a, structure: string, value: str, ttl: {for: 1h, jitter: 0%}", head)
    assert made.lifetime.jitter == 0
    made = one(tmp_path, "key: a, structure: string, value: str, ttl: never, reason: few", head)
    assert made.lifetime == Lifetime(None, True, "few", 0.0, "never", None)


def test_fields(tmp_path: Path) -> None:
    made = one(
        tmp_path,
        "key: a, ttl: 1h, structure: hash, fields: {sku: str, "
        "n: {type: int, default: 1, name: quantity, doc: How many.}, note: str | none}",
    )
    sku, number, note = made.fields
    assert (sku.stored, sku.default) == ("sku", UNSET)
    assert (number.stored, number.default, number.doc) == ("quantity", 1, "How many.")
    assert note.type == Maybe(Scalar("str"))


def test_servers(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        HEAD + "servers:\n  state: {engine: valkey >= 8.1, eviction: noeviction}\n"
        "  cache: {topology: cluster, timeout: 500ms, url: '${CACHE_URL}'}\n"
        "keyspaces:\n  a: {key: a, structure: string, value: str, ttl: 1h, server: cache}\n",
    )
    assert not loaded.diagnostics
    assert loaded.program is not None
    assert loaded.program.keyspaces[0].server == "cache"
    state = loaded.program.servers["state"]
    assert (state.engine, state.version, state.eviction) == ("valkey", (8, 1), "noeviction")
    assert loaded.program.servers["cache"].timeout_ms == 500


def test_one_of_several_servers_is_taken_when_there_is_one(tmp_path: Path) -> None:
    head = HEAD + "servers: {state: {engine: redis >= 7.0}}\n"
    assert one(tmp_path, "key: a, structure: string, value: str, ttl: 1h", head).server == "state"


def test_includes(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        HEAD + "include: [b.yaml]\ndefaults: {ttl: {jitter: 5%}}\n"
        "keyspaces:\n  a: {key: a, structure: string, value: Money, ttl: 1h}\n",
        b="version: 1\ntypes: {Money: {cents: int}}\ninclude: [c.yaml]\n"
        "keyspaces:\n  b: {key: b, structure: string, value: Money, ttl: 1h}\n",
        c="version: 1\ndefaults: {ttl: {jitter: 7%}}\n"
        "keyspaces:\n  c: {key: c, structure: string, value: str, ttl: 1h}\n",
    )
    assert not loaded.diagnostics
    program = loaded.program
    assert program is not None
    assert program.files == ("redis.spec.yaml", "b.yaml", "c.yaml")
    assert [each.name for each in program.keyspaces] == ["a", "b", "c"]
    assert [each.lifetime.jitter for each in program.keyspaces] == [0.05, 0.05, 0.07]


def test_the_hash_is_of_content_not_of_line_ends(tmp_path: Path) -> None:
    text = HEAD + "keyspaces:\n  a: {key: a, structure: string, value: str, ttl: 1h}\n"
    first = load(tmp_path, text).program
    (tmp_path / "redis.spec.yaml").write_bytes(text.replace("\n", "\r\n").encode())
    second = load_spec(tmp_path / "redis.spec.yaml").program
    third = load(tmp_path, text.replace("1h", "2h")).program
    assert first is not None
    assert second is not None
    assert third is not None
    assert first.spec_hash == second.spec_hash != third.spec_hash


def test_a_program_holds_what_is_sound_beside_mistakes(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        HEAD + "keyspaces:\n  a: {key: a, structure: list, item: strr, ttl: 3600, max_items: x}\n"
        "  b: {key: b, structure: string, value: str, ttl: 1h}\n",
    )
    assert len(loaded.diagnostics) == 3
    assert loaded.program is not None
    broken, sound = loaded.program.keyspaces
    assert broken.lifetime.stated
    assert broken.bound.max_items is not None
    assert sound.value == Scalar("str")


def test_a_password_is_in_no_source_that_is_shown(tmp_path: Path) -> None:
    loaded = load(tmp_path, HEAD + "server: {url: 'redis://u:p@ss/w@host?password=p@ss'}\n")
    assert loaded.diagnostics
    shown = next(iter(loaded.sources.values())).text
    assert "p@ss" not in shown
    assert len(shown) == len(HEAD + "server: {url: 'redis://u:p@ss/w@host?password=p@ss'}\n")


def test_long_chains_of_records_are_no_cycle(tmp_path: Path) -> None:
    types = "".join(f"  R{i}: {{a: R{i + 1}, b: R{i + 1}}}\n" for i in range(2_000))
    loaded = load(
        tmp_path,
        f"{HEAD}types:\n{types}  R2000: {{a: int}}\n"
        "keyspaces:\n  a: {key: a, structure: string, value: str, ttl: 1h}\n",
    )
    assert not loaded.diagnostics


@pytest.mark.parametrize("path", ["", ".", "no/such/file.yaml", "\0", "/dev/null"])
def test_paths_that_are_no_file(path: str) -> None:
    loaded = load_spec(path)
    assert loaded.program is None
    assert [found.code for found in loaded.diagnostics] == ["RS001"]


WORDS = st.sampled_from(
    [
        "version: 1", "name: shop", "keyspaces:", "  cart:", "    key: cart:<id:int>", "- a", "{",
        "}", "    structure: hash", "    fields: {a: int, b: {type: str, default: x}}", "null",
        "    ttl: {for: 1h}", "    ttl: never", "types:", "  A: {b: A}", "  B:", "include: [x]",
        "caches:", "  c: {key: c, value: A, tags: [1, '<x>']}", "operations:", "    map: {a: b}",
        "servers:", "  s: {engine: redis}", "defaults: {ttl: 1h}", "python: {output: ..}", "? a",
        "    max_items: -1", "    key: [a]", "namespace: é", "sessions: {a: {user: {b: c}}}", "[]",
    ]
)  # fmt: skip


@given(st.lists(WORDS, max_size=14).map("\n".join) | st.text(max_size=60))
def test_nothing_in_a_file_raises(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "noise.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    loaded = load_spec(path)
    assert loaded.diagnostics or loaded.program is not None
    for found in loaded.diagnostics:
        assert found.span.file
        assert found.message
        assert not found.message.endswith(".")


@given(data=st.data())
def test_every_mutation_of_the_example_is_located(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        length = data.draw(st.integers(0, 12))
        put = data.draw(
            st.sampled_from(["", "{", "}", "<", ": ", "\n", "#", "é", "none", "0", "[x]"])
        )
        text = text[:at] + put + text[at + length :]
    path = tmp_path_factory.getbasetemp() / "mutant.yaml"
    path.write_text(text, encoding="utf-8")
    for found in load_spec(path).diagnostics:
        assert found.span.file == str(path)
