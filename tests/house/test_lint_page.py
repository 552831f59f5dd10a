"""docs/lint.md has every option of `redisspec lint` and every setting, and its settings are valid."""

import re
from pathlib import Path

from redisspec.cli.config import KEYS, parse_config
from redisspec.cli.lint import parser

PAGE = (Path(__file__).parents[2] / "docs" / "lint.md").read_text()


def test_every_option_is_there() -> None:
    options = {
        word for action in parser()._actions for word in action.option_strings
    } - {"-h", "--help"}  # fmt: skip
    missing = [word for word in options if f"`{word}" not in PAGE and f" {word}" not in PAGE]
    assert not missing


def test_every_setting_is_there_and_valid() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        config = parse_config("pyproject.toml", block.encode(), Path.cwd())
        assert config is not None
        assert not config.diagnostics
    assert not [
        key
        for key in KEYS
        if not re.search(rf"^(?:\[tool\.redisspec\.)?{key}\b", "\n".join(blocks), re.M)
    ]
