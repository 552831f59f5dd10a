"""Several products: all of them or none, also where one stands in the basket twice."""

from uuid import UUID

from kit.checklist import Checklist
from recipes_redis import InvalidBasket, NotEnough, Recipes

SHOP, ANN = 1, 42


def show(recipes: Recipes, checks: Checklist) -> None:
    """Buy a basket, and be refused for its last line."""
    for sku, pieces in (("cup", 10), ("plate", 4), ("bowl", 1)):
        recipes.shelf.set(SHOP, sku, pieces)
    bought = recipes.buy_all(SHOP, ANN, _order(1), ["cup", "plate", "cup"], [2, 1, 3])
    checks.expect("six pieces of two products are bought", bought, 6)
    checks.expect("the cup's two lines both count", _shelves(recipes), [5, 3, 1])
    checks.expect(
        "a third line that is one piece too many refuses all three",
        _refused(recipes, ["cup", "plate", "cup"], [3, 1, 3]),
        ("NotEnough", "cup", 2, 3),
    )
    checks.expect("a list too short too", _refused(recipes, ["cup"], []), ("InvalidBasket", 1, 0))
    checks.expect("nothing was changed by either", _shelves(recipes), [5, 3, 1])
    checks.expect("nor recorded", recipes.receipt.get(SHOP, _order(2)), None)


def _shelves(recipes: Recipes) -> list[int]:
    return recipes.shelf.get_many([(SHOP, sku) for sku in ("cup", "plate", "bowl")])


def _refused(recipes: Recipes, skus: list[str], quantities: list[int]) -> tuple[object, ...]:
    try:
        recipes.buy_all(SHOP, ANN, _order(2), skus, quantities)
    except (NotEnough, InvalidBasket) as error:
        return (type(error).__name__, *error.args)
    return ()


def _order(number: int) -> UUID:
    return UUID(f"00000000-0000-4000-8000-{number:012d}")
