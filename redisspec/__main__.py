"""`python -m redisspec`: the same as the `redisspec` command."""

import sys

from redisspec.cli import main

if __name__ == "__main__":
    sys.exit(main())
