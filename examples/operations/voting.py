"""One vote of each user, counted and ranked in one step, while the poll is open."""

from datetime import UTC, datetime, timedelta

from kit.checklist import Checklist
from recipes_redis import AlreadyVoted, PollClosed, Recipes, UnknownPoll

LUNCH, OVER = 1, 2


def show(recipes: Recipes, checks: Checklist) -> None:
    """Vote, vote again, vote too late."""
    now = datetime.now(UTC)
    recipes.poll.save(LUNCH, question="Where to?", closes_at=now + timedelta(hours=1))
    recipes.poll.save(OVER, question="Where to, yesterday?", closes_at=now - timedelta(days=1))
    ballots = [(1, "soup"), (2, "pizza"), (3, "pizza"), (2, "soup"), (2, "soup")]
    checks.expect(
        "each user has one vote",
        [_vote(recipes, LUNCH, user, choice) for user, choice in ballots],
        [1, 1, 2, "AlreadyVoted", "AlreadyVoted"],
    )
    ranked = [("pizza", 2.0), ("soup", 1.0)]
    checks.expect("the ranking is sorted", recipes.ranking.top(LUNCH, 3), ranked)
    late = [_vote(recipes, poll, 9, "soup") for poll in (OVER, 77)]
    checks.expect("a closed poll and an unknown one say so", late, ["PollClosed", "UnknownPoll"])
    checks.expect("and have no voters", recipes.voters.exists(OVER), False)


def _vote(recipes: Recipes, poll: int, user: int, choice: str) -> int | str:
    try:
        return recipes.vote(poll, user, choice)
    except (AlreadyVoted, PollClosed, UnknownPoll) as error:
        return type(error).__name__
