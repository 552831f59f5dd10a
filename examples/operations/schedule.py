"""A Lua script of one's own: called as any operation, its keys and types checked."""

import time
from uuid import UUID

from kit.checklist import Checklist
from recipes_redis import Recipes

MAILS = "mails"
MONTH_MS = 30 * 86_400_000


def show(recipes: Recipes, checks: Checklist) -> None:
    """Plan four jobs, three of which are due."""
    jobs = [UUID(f"00000000-0000-4000-8000-{number:012d}") for number in range(4)]
    now = time.time()
    for job, delay in zip(jobs, (-30, -20, -10, 3600), strict=True):
        recipes.due.add(MAILS, job, now + delay)
    first = recipes.release_due(MAILS, most=2, ready_ttl=MONTH_MS)
    checks.expect("the two that waited longest are released", first, jobs[:2])
    rest = recipes.release_due(MAILS, most=10, ready_ttl=MONTH_MS)
    checks.expect("then the third, and not the one of in an hour", rest, jobs[2:3])
    checks.expect("workers find them in order", recipes.ready.pop_oldest(MAILS), jobs[0])
    checks.expect("one waits", recipes.due.size(MAILS), 1)
