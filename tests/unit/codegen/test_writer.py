"""The writer: an output folder comes to hold exactly what was generated, and nothing else is touched."""

import os
from pathlib import Path

import pytest

from redisspec.codegen import lock, manifest, writer
from redisspec.codegen.output import OutputError, chosen_folder, output_folder
from redisspec.source.generated import MARK

HEADER = f"# {MARK} 0.1.0. Do not edit.\n"


def code(body: str) -> str:
    return HEADER + body


def files(**bodies: str) -> dict[str, str]:
    return {f"{name.replace('__', '/')}.py": code(body) for name, body in bodies.items()}


def manifest_of(content: dict[str, str], spec_hash: str = "one") -> manifest.Manifest:
    return manifest.describe(
        content, tool="0.1.0", spec_hash=spec_hash, output="pkg", sources=("redis.spec.yaml",)
    )


def put(folder: Path, content: dict[str, str], spec_hash: str = "one") -> writer.Drift:
    return writer.apply(folder, content, manifest_of(content, spec_hash), patience=5)


def look(folder: Path, content: dict[str, str], spec_hash: str = "one") -> writer.Drift:
    return writer.plan(folder, content, manifest_of(content, spec_hash))


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_new_folder_holds_the_files_and_the_manifest(tmp_path: Path) -> None:
    content = files(shop="a = 1\n", keyspaces__cart="b = 2\n") | {"py.typed": ""}
    folder = tmp_path / "src" / "pkg"
    drift = put(folder, content)
    assert drift.missing == ("keyspaces/cart.py", "py.typed", "shop.py")
    expected = manifest_of(content)
    assert tree(folder) == content | {manifest.MANIFEST: manifest.render(expected)}
    assert writer.read_manifest(folder) == expected
    assert look(folder, content).clean
    assert writer.is_current(folder, expected)


def test_what_is_the_same_is_not_written_again(tmp_path: Path) -> None:
    content = files(a="1\n", b="2\n")
    put(tmp_path, content)
    for path in tmp_path.iterdir():
        os.utime(path, ns=(1, 1))
    changed = content | files(b="3\n")
    assert put(tmp_path, changed, "two").changed == ("b.py",)
    times = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert times["a.py"] == 1
    assert times["b.py"] > 1
    assert times[manifest.MANIFEST] > 1
    for path in tmp_path.iterdir():
        os.utime(path, ns=(1, 1))
    assert put(tmp_path, changed, "two").clean
    assert all(path.stat().st_mtime_ns == 1 for path in tmp_path.iterdir())


def test_stale_files_go_with_their_bytecode_and_empty_folders(tmp_path: Path) -> None:
    content = files(a="1\n", keyspaces__deep__cart="2\n", keyspaces__kept="3\n")
    put(tmp_path, content)
    cache = tmp_path / "keyspaces" / "deep" / "__pycache__"
    cache.mkdir()
    (cache / "cart.cpython-311.pyc").write_bytes(b"x")
    (tmp_path / "own.py").write_text("mine\n")
    left = {path: text for path, text in content.items() if "cart" not in path}
    assert look(tmp_path, left, "two").stale == ("keyspaces/deep/cart.py",)
    put(tmp_path, left, "two")
    assert not (tmp_path / "keyspaces" / "deep").exists()
    assert (tmp_path / "own.py").read_text() == "mine\n"
    assert look(tmp_path, left, "two").clean


def test_a_folder_with_a_file_of_the_users_stays(tmp_path: Path) -> None:
    put(tmp_path, files(a="1\n", sub__b="2\n"))
    (tmp_path / "sub" / "notes.txt").write_text("mine")
    put(tmp_path, files(a="1\n"), "two")
    assert (tmp_path / "sub" / "notes.txt").exists()
    assert not (tmp_path / "sub" / "b.py").exists()


def test_a_stale_file_made_over_by_hand_stays(tmp_path: Path) -> None:
    put(tmp_path, files(a="1\n", b="2\n"))
    (tmp_path / "b.py").write_text("# taken over\n")
    drift = put(tmp_path, files(a="1\n"), "two")
    assert drift.kept == ("b.py",)
    assert (tmp_path / "b.py").read_text() == "# taken over\n"
    assert look(tmp_path, files(a="1\n"), "two").clean


def test_a_copy_with_our_header_is_the_users_own(tmp_path: Path) -> None:
    put(tmp_path, files(a="1\n"))
    (tmp_path / "copy.py").write_text(code("mine\n"))
    assert look(tmp_path, files(a="1\n")).clean
    put(tmp_path, files(a="2\n"), "two")
    assert (tmp_path / "copy.py").exists()


@pytest.mark.parametrize("spoilt", [None, "", "{", "<<<<<<< ours\n", "[]", '{"files": 3}'])
def test_a_lost_manifest_is_named_and_made_again(tmp_path: Path, spoilt: str | None) -> None:
    put(tmp_path, files(a="1\n", gone="2\n"))
    path = tmp_path / manifest.MANIFEST
    if spoilt is None:
        path.unlink()
    else:
        path.write_text(spoilt)
    drift = look(tmp_path, files(a="1\n"))
    assert drift.manifest == ("missing" if spoilt is None else "unreadable")
    assert drift.stale == ("gone.py",)
    assert not drift.clean
    put(tmp_path, files(a="1\n"))
    assert look(tmp_path, files(a="1\n")).clean
    assert not (tmp_path / "gone.py").exists()


def test_a_folder_that_is_no_package_loses_nothing(tmp_path: Path) -> None:
    """`--output ..` and the like: what lies below, even another package, is not the package's own."""
    put(tmp_path / "other_redis", files(shop="1\n", keyspaces__cart="2\n"))
    tool = tmp_path / "tool" / "manifest.py"
    tool.parent.mkdir()
    tool.write_text(f'MARK = "{MARK}"\n')
    beside = tmp_path / "notes.py"
    beside.write_text(f'"""About files with `{MARK}` in them."""\n')
    before = tree(tmp_path)
    content = files(a="1\n", keyspaces__cart="2\n")
    assert look(tmp_path, content).stale == ()
    put(tmp_path, content)
    after = tree(tmp_path)
    assert {path: after.get(path) for path in before} == before


def test_a_file_that_only_speaks_of_the_header_is_foreign(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f'"""Not {MARK}."""\n')
    with pytest.raises(OutputError, match="did not write"):
        put(tmp_path, files(a="1\n"))


def test_a_manifest_cannot_name_files_outside(tmp_path: Path) -> None:
    outside = tmp_path / "precious.txt"
    outside.write_text("precious")
    folder = tmp_path / "pkg"
    put(folder, files(a="1\n"))
    path = folder / manifest.MANIFEST
    digest = manifest.digest(b"precious")
    path.write_text(path.read_text().replace('"a.py":', f'"../precious.txt": "{digest}",\n"a.py":'))
    put(folder, files(a="2\n"), "two")
    assert outside.read_text() == "precious"


def test_an_edited_file_is_written_again(tmp_path: Path) -> None:
    content = files(a="1\n") | {"data.json": "{}\n"}
    put(tmp_path, content)
    (tmp_path / "a.py").write_text(code("edited\n"))
    (tmp_path / "data.json").write_text("edited")
    drift = look(tmp_path, content)
    assert drift.changed == ("a.py", "data.json")
    assert not writer.is_current(tmp_path, manifest_of(content))
    put(tmp_path, content)
    assert look(tmp_path, content).clean


def test_a_foreign_file_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text("mine\n")
    (tmp_path / "py.typed").write_text("")
    before = tree(tmp_path)
    content = files(a="1\n", b="2\n") | {"py.typed": ""}
    with pytest.raises(OutputError, match=r"did not write: .*b\.py") as caught:
        put(tmp_path, content)
    assert "py.typed" not in str(caught.value)
    assert tree(tmp_path) == before
    assert look(tmp_path, content).foreign == ("b.py",)


def test_line_ends_of_a_windows_checkout_are_no_drift(tmp_path: Path) -> None:
    content = files(a="1\n2\n")
    put(tmp_path, content)
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert look(tmp_path, content).clean
    assert writer.is_current(tmp_path, manifest_of(content))


def test_links_and_folders_in_the_way_are_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    victim = elsewhere / "victim.py"
    victim.write_text(code("victim\n"))
    folder = tmp_path / "pkg"
    folder.mkdir()
    (folder / "a.py").symlink_to(victim)
    (folder / "sub").symlink_to(elsewhere)
    (folder / "c.py").mkdir()
    (folder / "d").write_text("a file")
    content = files(a="1\n", sub__victim="2\n", c="3\n", d__e="4\n")
    with pytest.raises(OutputError, match="cannot write safely"):
        put(folder, content)
    assert look(folder, content).blocked == ("a.py", "c.py", "d/e.py", "sub/victim.py")
    assert victim.read_text() == code("victim\n")


def test_a_stale_path_is_not_followed_through_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "pkg"
    put(folder, files(a="1\n", sub__b="2\n"))
    (folder / "sub").rename(tmp_path / "moved")
    (folder / "sub").symlink_to(tmp_path / "moved")
    put(folder, files(a="1\n"), "two")
    assert (tmp_path / "moved" / "b.py").exists()


@pytest.mark.parametrize(
    "output", ["../x", "/etc/x", "a/../../x", "", ".", "./", "a//b", "C:/x", "a\\b", "a\0b"]
)
def test_an_output_outside_the_project_is_refused(tmp_path: Path, output: str) -> None:
    with pytest.raises(OutputError, match="not inside the project"):
        output_folder(tmp_path, output)


def test_an_output_through_a_link_or_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="symbolic link"):
        output_folder(tmp_path, "link/pkg")
    with pytest.raises(OutputError, match="symbolic link"):
        chosen_folder(os.fspath(tmp_path / "link"))
    with pytest.raises(OutputError, match="is a file"):
        output_folder(tmp_path, "file")
    assert output_folder(tmp_path, "./real/pkg/") == tmp_path / "real" / "pkg"


def test_leftovers_of_a_killed_run_are_named_and_cleaned(tmp_path: Path) -> None:
    content = files(a="1\n", b="2\n")
    put(tmp_path, content)
    (tmp_path / f".a.py{writer.TEMPORARY}").write_text("half")
    (tmp_path / lock.LOCK).write_text('"runtime.py"\n"cut')
    (tmp_path / "runtime.py").write_text("no header\n")
    drift = look(tmp_path, content)
    assert drift.unfinished
    assert drift.leftovers == (f".a.py{writer.TEMPORARY}",)
    assert drift.stale == ("runtime.py",)
    assert not writer.is_current(tmp_path, manifest_of(content))
    put(tmp_path, content)
    assert set(tree(tmp_path)) == {"a.py", "b.py", manifest.MANIFEST}


def test_a_killed_first_run_owns_what_it_was_writing(tmp_path: Path) -> None:
    """Files without a header, of a run that never came to its manifest, are not foreign."""
    (tmp_path / lock.LOCK).write_text('"_runtime/lane.py"\n')
    (tmp_path / "_runtime").mkdir()
    (tmp_path / "_runtime" / "lane.py").write_text("of the older version\n")
    put(tmp_path, {"_runtime/lane.py": "of the newer version\n"})
    assert (tmp_path / "_runtime" / "lane.py").read_text() == "of the newer version\n"


def test_a_write_that_fails_leaves_no_torn_file_and_is_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, files(a="1\n", b="1\n", c="1\n"))
    content = files(a="2\n", b="2\n", c="2\n")
    real = os.replace

    def failing(source: str, target: str) -> None:
        if target.endswith("b.py"):
            raise OSError(28, "No space left on device", target)
        real(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(OutputError, match=r"cannot write .*b\.py: No space left"):
        put(tmp_path, content, "two")
    monkeypatch.undo()
    drift = look(tmp_path, content, "two")
    assert drift.unfinished
    assert drift.manifest == "outdated"
    assert (tmp_path / "b.py").read_text() == code("1\n")
    put(tmp_path, content, "two")
    assert look(tmp_path, content, "two").clean


def test_a_second_run_waits_and_then_gives_up(tmp_path: Path) -> None:
    content = files(a="1\n")
    held = lock.Lock(tmp_path)
    with pytest.raises(OutputError, match="another run"):
        writer.apply(tmp_path, content, manifest_of(content), patience=0.05)
    held.leave(finished=True)
    put(tmp_path, content)
    assert look(tmp_path, content).clean


def test_differences_show_every_kind_of_drift(tmp_path: Path) -> None:
    put(tmp_path, files(a="1\n", b="2\n") | {"c.bin": "x"})
    (tmp_path / "c.bin").write_bytes(b"\xff")
    content = files(a="1\n3\n", d="4") | {"c.bin": "x", "py.typed": ""}
    drift = look(tmp_path, content, "two")
    text = "".join(writer.differences(tmp_path, content, drift))
    text = text.replace(tmp_path.as_posix(), "pkg")
    assert text == (
        f"--- a/pkg/a.py\n+++ b/pkg/a.py\n@@ -1,2 +1,3 @@\n {HEADER} 1\n+3\n"
        f"--- a/pkg/b.py\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-{HEADER}-2\n"
        "Binary files a/pkg/c.bin and b/pkg/c.bin differ\n"
        f"--- /dev/null\n+++ b/pkg/d.py\n@@ -0,0 +1,2 @@\n+{HEADER}+4\n"
        "\\ No newline at end of file\n"
        "--- /dev/null\n+++ b/pkg/py.typed\n"
    )


def test_what_the_second_process_cannot_write_is_told_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = files(**{f"file{number}": "1\n" for number in range(20)})
    real = writer._replace

    def replace(base: str, path: str, data: bytes) -> None:
        if path == "file9.py":  # the last of all, so the second process's
            raise OSError(28, "No space left on device", path)
        real(base, path, data)

    monkeypatch.setattr(writer, "SHARED_FROM", 10)
    monkeypatch.setattr(writer, "_may_fork", lambda: hasattr(os, "fork"))
    monkeypatch.setattr(writer, "_replace", replace)
    with pytest.raises(OutputError, match="No space left on device"):
        put(tmp_path, content)
    assert look(tmp_path, content).unfinished
    monkeypatch.setattr(writer, "_replace", real)
    put(tmp_path, content)
    assert look(tmp_path, content).clean
