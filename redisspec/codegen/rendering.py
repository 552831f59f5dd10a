"""Renders the templates of templates/; the only place that knows Jinja."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from redisspec.resources import templates_folder

if TYPE_CHECKING:
    from jinja2 import Environment


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - generate alone renders

    return Environment(
        loader=FileSystemLoader(templates_folder()),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - what is rendered is Python and Lua, not HTML
    )


def rendered(name: str, **values: object) -> str:
    """The template's text; a name that it misses is an error of ours."""
    return _environment().get_template(name).render(values)
