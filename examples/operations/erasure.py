"""Keys in different slots: `atomic: false`, in one round trip, where that is enough."""

from kit.checklist import Checklist
from recipes_redis import Recipes

ANN = 42
ADDRESS = "ann@example.com"


def show(recipes: Recipes, checks: Checklist) -> None:
    """Erase a user, twice."""
    recipes.profile.set(ANN, "city", "Graz")
    recipes.mailbox.push(ADDRESS, "Welcome")
    recipes.erase_user(ANN, ADDRESS)
    recipes.erase_user(ANN, ADDRESS)
    there = (recipes.profile.exists(ANN), recipes.mailbox.exists(ADDRESS))
    checks.expect("an erased user has left nothing", there, (False, False))
