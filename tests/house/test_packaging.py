"""A wheel, an sdist and an editable install, each built from a plain copy of the tree, each one works."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

import redisspec
from tests.house.tree import plain_copy

KINDS = ("wheel", "sdist", "editable")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Its standard output; fails with everything that it said."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plain_copy(tmp_path_factory.mktemp("copy") / "redisspec")


@pytest.fixture(scope="module")
def built(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the wheel and the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    targets = ("-t", "sdist", "-t", "wheel")
    run(sys.executable, "-m", "hatchling", "build", *targets, "-d", folder, cwd=copy)
    return folder


@pytest.fixture(scope="module", params=KINDS)
def installed(
    request: pytest.FixtureRequest,
    copy: Path,
    built: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The bin folder of an environment with redisspec installed in that way."""
    home = tmp_path_factory.mktemp(request.param) / "env"
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home.parent)
    # The dependencies come from the environment that runs the tests, so that this needs no network. The line names a
    # folder, whose own .pth files are then not read: an editable install of this checkout stays out.
    site = Path(run(home / "bin/python", "-c", _SITE, cwd=home).strip())
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    what: tuple[str | Path, ...] = {
        "wheel": tuple(built.glob("*.whl")),
        "sdist": tuple(built.glob("*.tar.gz")),
        "editable": ("-e", copy),
    }[request.param]
    offline = ("--no-deps", "--no-index", "--no-build-isolation", "--ignore-installed")
    run(home / "bin/python", "-m", "pip", "install", "-q", *offline, *what, cwd=home)
    return home / "bin"


_SITE = "import sysconfig; print(sysconfig.get_path('purelib'))"


def test_what_is_installed_works(installed: Path, tmp_path: Path) -> None:
    command = installed / "redisspec"
    assert redisspec.__version__ in run(command, "--version", cwd=tmp_path)
    assert redisspec.__version__ in run(
        installed / "python", "-m", "redisspec", "--version", cwd=tmp_path
    )
    run(command, "init", cwd=tmp_path)
    run(command, "lint", cwd=tmp_path)
    run(command, "generate", cwd=tmp_path)
    run(command, "generate", "--check", cwd=tmp_path)
    (package,) = (path.parent for path in tmp_path.glob("*/redisspec.manifest.json"))
    run(installed / "python", "-c", f"import {package.name}, {package.name}.aio", cwd=tmp_path)


def test_what_is_installed_is_the_copy(installed: Path, copy: Path, tmp_path: Path) -> None:
    program = "import redisspec; print(redisspec.__file__)"
    where = Path(run(installed / "python", "-c", program, cwd=tmp_path).strip())
    home = copy if "editable" in str(installed) else installed.parent
    assert home.resolve() in where.resolve().parents


def test_its_resources_are_found(installed: Path, tmp_path: Path) -> None:
    program = (
        "from redisspec import resources as r\n"
        "assert '$schema' in r.schema_text()\n"
        "assert 'lane.py' in r.runtime_files()\n"
        "print(r.templates_folder())"
    )
    folder = Path(run(installed / "python", "-c", program, cwd=tmp_path).strip())
    assert any(path.is_file() for path in folder.rglob("*"))


def test_the_wheel_has_what_it_needs_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {
        "redisspec",
        f"redisspec-{redisspec.__version__}.dist-info",
    }
    for needed in (
        "redisspec/py.typed",
        "redisspec/schemas/redis.spec.schema.json",
        "redisspec/runtime/__init__.py",
        f"redisspec-{redisspec.__version__}.dist-info/licenses/LICENSE",
    ):
        assert needed in names
    assert any(name.startswith("redisspec/templates/python/") for name in names)


def test_the_sdist_has_the_whole_project(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for needed in ("Makefile", "LICENSE", "tests/house/test_packaging.py", "examples/shop/demo.py"):
        assert needed in names
    assert not any("__pycache__" in name for name in names)
