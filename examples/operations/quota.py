"""A token bucket by hand: read, reckon, write back, by the server's clock, in one step."""

import time
from concurrent.futures import ThreadPoolExecutor

from kit.checklist import Checklist
from recipes_redis import Recipes, TooMany

ANN, BOB = 1, 2


def show(recipes: Recipes, checks: Checklist) -> None:
    """Take all tokens, wait as told, and take them from many threads at once."""
    checks.expect("a full bucket gives six of ten", recipes.take_tokens(ANN, 6), 4.0)
    retry_after = 0.0
    try:
        recipes.take_tokens(ANN, 5)
    except TooMany as error:
        retry_after = error.retry_after
    checks.expect("then five are too many, for less than a second", 0 < retry_after <= 1)

    def take(_: int) -> bool:
        try:
            recipes.take_tokens(BOB, 1)
        except TooMany:
            return False
        return True

    begin = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        given = sum(threads.map(take, range(40)))
    gained = time.monotonic() - begin
    checks.expect("of 40 at once only as many pass as there are tokens", 10 <= given <= 10 + gained)
