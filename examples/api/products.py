"""Product pages, from the cache where they are there; a change ends the pages of its category."""

from typing import Annotated

from api_redis import Unavailable
from fastapi import APIRouter, HTTPException, Path, Response
from models import Page
from pydantic import BaseModel, Field
from services import Services, Work
from sessions import Visitor

router = APIRouter()
Number = Annotated[int, Path(ge=1, le=2**31)]


class Price(BaseModel):
    """What a product costs from now on."""

    price_cents: int = Field(ge=0, le=10_000_000)


class Name(BaseModel):
    """What a category is called from now on."""

    name: str = Field(min_length=1, max_length=100)


@router.get("/products/{product_id}")
async def product(response: Response, work: Work, product_id: Number) -> Page:
    """The product's page. X-Cache says where from: HIT, MISS (loaded now) or BYPASS (no Redis)."""
    source = "HIT"

    async def load(wanted: int) -> Page | None:
        nonlocal source
        source = "MISS"
        return await _read(work, wanted)

    try:
        page = await work.redis.page.get_or_load(product_id, load)
    except Unavailable:  # a page can be shown without its cache
        source = "BYPASS"
        page = await _read(work, product_id)
    if page is None:
        raise _unknown("product", product_id)
    response.headers["X-Cache"] = source
    return page


async def _read(work: Services, product_id: int) -> Page | None:
    row = await work.database.product(product_id)
    if row is None:
        return None
    return Page(
        title=row.title,
        price_cents=row.price_cents,
        category_id=row.category_id,
        category=work.database.categories[row.category_id],
        cheaper=await work.database.cheaper(row),
    )


@router.put("/products/{product_id}/price")
async def set_price(work: Work, _: Visitor, product_id: Number, given: Price) -> dict[str, int]:
    """Change a price. The other pages of its category tell what costs less: all of them end."""
    row = await work.database.set_price(product_id, given.price_cents)
    if row is None:
        raise _unknown("product", product_id)
    await work.redis.page.invalidate_tag("category", row.category_id)
    return {"price_cents": row.price_cents}


@router.put("/categories/{category_id}")
async def rename(work: Work, _: Visitor, category_id: Number, given: Name) -> dict[str, str]:
    """Rename a category, which every page of it shows."""
    if not await work.database.rename_category(category_id, given.name):
        raise _unknown("category", category_id)
    await work.redis.page.invalidate_tag("category", category_id)
    return {"name": given.name}


@router.get("/products/{product_id}/reads")
async def reads(work: Work, product_id: Number) -> dict[str, int]:
    """How often the database was asked for the product: what the cache is for."""
    return {"reads": work.database.reads.get(product_id, 0)}


def _unknown(what: str, number: int) -> HTTPException:
    return HTTPException(404, f"there is no {what} {number}")
