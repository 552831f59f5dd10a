"""Functions that cannot be read, and what the project says that they send."""

import pytest

from redisspec.lint import LintConfig
from redisspec.lint.python_run import lint_python_files
from redisspec.readers.python.wrappers import NoWrapper, Wrapper, modules_of, read_wrapper
from redisspec.source.files import unsaved

DECLARED = {
    "companylib.cache.put(key, value, seconds=None)": "set(key, value, ex=seconds)",
    "companylib.cache.expire_in(key, *, seconds)": "expire(key, seconds)",
    "companylib.cache.Cache.store(self, key, value)": "set(key, value)",
    "companylib.cache.Cache.of(cls, name)": "redis.Redis()",
    "async companylib.aio.put(key, value)": "set(key, value)",
    "companylib.connect(url)": "redis.Redis(socket_timeout=2)",
    "app.made.save(key, value)": "set(key, value)",
}
MADE = "save = make()\n\n\ndef plain():\n    return 1\n"


def wrappers() -> tuple[Wrapper, ...]:
    found = []
    for signature, sent in DECLARED.items():
        one = read_wrapper(signature, sent)
        assert isinstance(one, Wrapper), one
        found.append(one)
    return tuple(found)


def told(source: str, *, declared: bool = True) -> list[tuple[str, int]]:
    """The findings in a file of a project, by code and line."""
    files = {"app/use.py": source, "app/made.py": MADE, "app/__init__.py": ""}
    config = LintConfig(wrappers=wrappers() if declared else ())
    with unsaved({path: text.encode() for path, text in files.items()}):
        found, _ = lint_python_files(tuple(files), (), config, {})
    assert {one.span.file for one in found} <= {"app/use.py"}
    assert all(one.fix is None for one in found)
    return sorted((one.code, one.span.line) for one in found)


SPLIT = (
    "def f(user):\n    {put}(f'token:{{user}}', 1)\n    {expire}(f'token:{{user}}', seconds=60)\n"
)
IMPORTS = {
    "from companylib.cache import expire_in, put": ("put", "expire_in"),
    "from companylib.cache import put as p, expire_in as e": ("p", "e"),
    "import companylib.cache": ("companylib.cache.put", "companylib.cache.expire_in"),
    "import companylib.cache as c": ("c.put", "c.expire_in"),
    "from companylib import cache": ("cache.put", "cache.expire_in"),
    "import companylib\nimport companylib.cache": (
        "companylib.cache.put",
        "companylib.cache.expire_in",
    ),
    "from companylib.cache import Cache, expire_in\nkept = Cache()": ("kept.store", "expire_in"),
    "from companylib.cache import expire_in\nfrom app.made import save": ("save", "expire_in"),
}


@pytest.mark.parametrize("imports", IMPORTS)
def test_what_is_declared_is_judged_where_it_is_called(imports: str) -> None:
    put, expire = IMPORTS[imports]
    source = f"{imports}\n\n{SPLIT.format(put=put, expire=expire)}"
    assert told(source) == [("RS103", source.count("\n") - 1)]
    assert told(source, declared=False) == []


def test_what_is_awaited() -> None:
    source = (
        "from companylib import aio\n\n\nasync def f(user):\n    await aio.put(f'seen:{user}', 1)\n"
    )
    assert told(source) == [("RS101", 5)]


@pytest.mark.parametrize("made", ["companylib.connect('u')", "companylib.cache.Cache.of('x')"])
def test_a_client_that_another_package_makes(made: str) -> None:
    source = f"import companylib\nimport companylib.cache\n\nr = {made}\n\n\ndef f():\n    return r.keys('*')\n"
    config = LintConfig(wrappers=wrappers())
    with unsaved({"use.py": source.encode()}):
        found, _ = lint_python_files(("use.py",), (), config, {})
    # How it is made is not this project's business: no word on its timeout.
    assert [one.code for one in found] == ["RS208"]


def test_the_other_names_of_a_module_of_the_project_stay() -> None:
    source = "from app.made import plain, save\n\n\ndef f(u):\n    save(f'k:{u}:{plain()}', 1)\n"
    assert told(source) == [("RS101", 5)]


@pytest.mark.parametrize(
    ("signature", "sent", "reason", "way"),
    [
        ("put(key)", "set(key, 1)", "no function with its module", "companylib.cache.put"),
        ("a.put", "set(key, 1)", "no function with its module", "companylib.cache.put"),
        ("a.put(key", "set(key, 1)", "no function with its module", "companylib.cache.put"),
        ("a.put(key): import os\ndef g()", "set(key, 1)", "no function", "companylib.cache.put"),
        ("a.put(key)", "sett(key, 1)", "no method `sett`", "did you mean `set`?"),
        ("a.put(key)", "set", "neither a call", "redis.Redis()"),
        ("a.put(key)", "set(key", "neither a call", "redis.Redis()"),
        ("a.put(key)", "other.Client()", "neither a call", "redis.Redis()"),
        ("a.put(key)", "set(name, 1)", "uses `name`", "among the parameters"),
        ("Cache.put(self, key)", "set(key, 1)", "which module its class is of", "companylib.Cache.put(self, key)"),
    ],
)  # fmt: skip
def test_a_declaration_that_is_none(signature: str, sent: str, reason: str, way: str) -> None:
    found = read_wrapper(signature, sent)
    assert isinstance(found, NoWrapper)
    assert reason in found.reason
    assert way in found.help


def test_the_modules_are_python() -> None:
    for text in modules_of(wrappers()).values():
        compile(text, "declared", "exec")
