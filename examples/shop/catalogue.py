"""The shop's database, as far as the example needs one: products by their number, each read counted."""

from collections.abc import Iterable

from shop_redis import Product


def _product(number: int, sku: str, title: str, cents: int, tags: list[str]) -> Product:
    return Product(sku=sku, title=title, price_cents=cents, category_id=number % 3, tags=tags)


PRODUCTS = {
    1: _product(1, "teapot", "Teapot", 3_900, ["kitchen", "tea"]),
    2: _product(2, "kettle", "Kettle", 5_450, ["kitchen"]),
    3: _product(3, "mug-blue", "Mug, blue", 1_250, ["kitchen", "gift"]),
    4: _product(4, "scale", "Kitchen scale", 2_990, ["kitchen"]),
}


class Database:
    """Answers slowly in earnest; here it only counts how often it is asked."""

    def __init__(self) -> None:
        self.reads = 0

    def products(self, numbers: Iterable[int]) -> dict[int, Product]:
        """The products with these numbers, one read each."""
        found = {number: PRODUCTS[number] for number in numbers if number in PRODUCTS}
        self.reads += len(found)
        return found
