"""How large the proofs are: as `make test` has them, or as many times that as REDISSPEC_PROOF says (`make proof`)."""

import os

TIMES = max(1, int(os.environ.get("REDISSPEC_PROOF", "1")))
"""A short cut is 1; whoever sizes a proof multiplies by it."""
