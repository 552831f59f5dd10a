"""Makes specs of any size for the benchmarks: language.md's mix of structures, under realistic names."""

from __future__ import annotations

from collections.abc import Callable

_TEAMS = (
    "billing", "catalogue", "checkout", "delivery", "fraud", "identity", "loyalty", "mailing",
    "partner", "payment", "pricing", "returns", "search", "stock", "support", "warehouse",
)  # fmt: skip
_THINGS = (
    "account", "address", "basket", "campaign", "category", "coupon", "customer", "device",
    "invoice", "listing", "message", "offer", "order", "parcel", "product", "quote", "region",
    "report", "review", "seller", "session", "shipment", "supplier", "ticket", "voucher",
)  # fmt: skip

_HEAD = """\
version: 1
name: shop
namespace: shop

server:
  engine: redis >= 7.0
  topology: cluster
  eviction: noeviction

defaults: {ttl: {jitter: 5%}}

types:
"""


def spec_text(keyspaces: int, *, own_fields: bool = False) -> str:
    """A spec of so many keyspaces, every structure in turn, and a record type for each ten of them.

    With `own_fields` no two hashes or streams have the same fields, so that less can be shared.
    """
    parts = [_HEAD]
    parts += [_record(number) for number in range(max(1, keyspaces // 10))]
    parts.append("\nkeyspaces:\n")
    for number in range(keyspaces):
        text = _SHAPES[number % len(_SHAPES)](_name(number), _path(number), number)
        parts.append(text.replace("quantity:", f"quantity_{number}:") if own_fields else text)
    return "".join(parts)


def _words(number: int) -> tuple[str, str, int]:
    rest, team = divmod(number, len(_TEAMS))
    rest, thing = divmod(rest, len(_THINGS))
    return _TEAMS[team], _THINGS[thing], rest


def _name(number: int) -> str:
    team, thing, rest = _words(number)
    return f"{team}_{thing}_{rest + 1}" if rest else f"{team}_{thing}"


def _path(number: int) -> str:
    team, thing, rest = _words(number)
    return f"{team}:{thing}:v{rest + 1}" if rest else f"{team}:{thing}"


def _type(number: int) -> str:
    return "".join(part.capitalize() for part in _name(number).split("_")) + "Data"


def _record(number: int) -> str:
    return (
        f"  {_type(number)}: {{sku: str, title: str, subtitle: str | none, price_cents: int, "
        "category_id: int, tags: list<str>}\n"
    )


def _page(name: str, path: str, number: int) -> str:
    _, thing, _ = _words(number)
    return f"""\
  {name}:
    doc: What the {name.replace("_", " ")} page shows.
    key: {path}:page:<{thing}_id:int>
    structure: string
    value: json<{_type(number // 10)}>
    max_bytes: 64KiB
    ttl: {{for: 1h, jitter: 10%}}
    expect: 200_000 keys
"""


def _cart(name: str, path: str, number: int) -> str:
    return f"""\
  {name}:
    key: {path}:{{<user_id:int>}}
    structure: hash
    fields: {{sku: str, quantity: int, added_at: datetime, note: str | none}}
    ttl: {{for: 30d, refresh: on_write}}
"""


def _views(name: str, path: str, number: int) -> str:
    return f"""\
  {name}:
    key: {path}:views:{{<user_id:int>}}
    structure: list
    item: int
    max_items: {50 + number % 7}
    ttl: 7d
"""


def _sales(name: str, path: str, number: int) -> str:
    return f"""\
  {name}:
    doc: Best sellers of a week, for the {name.replace("_", " ")} board.
    key: {path}:sales:<week:isoweek>
    structure: sorted_set
    member: int
    max_items: 10_000
    ttl: 5w
"""


def _visitors(name: str, path: str, number: int) -> str:
    return f"""\
  {name}:
    key: {path}:visitors:<day:date>
    structure: hyperloglog
    ttl: 32d
"""


def _names(name: str, path: str, number: int) -> str:
    return f"""\
  {name}:
    key: {path}:names
    structure: hash
    map: {{str: str}}
    max_items: 300
    ttl: never
    reason: reference data, rebuilt by the nightly job
"""


def _stock(name: str, path: str, number: int) -> str:
    return f"""\
  {name}:
    key: {path}:{{<shop_id:int>}}:left:<sku:slug>
    structure: counter
    floor: 0
    ttl: never
    reason: the warehouse's own figures, one key a product
    expect: 50_000 keys
"""


def _events(name: str, path: str, number: int) -> str:
    return f"""\
  {name}:
    key: {path}:events:{{<shop_id:int>}}
    structure: stream
    fields: {{order_id: uuid, quantity: int}}
    max_items: 100_000
    ttl: 30d
"""


def _labels(name: str, path: str, number: int) -> str:
    return f"""\
  {name}:
    doc: The labels that people gave.
    key: {path}:labels:{{<shop_id:int>}}:<label_id:uuid>
    structure: set
    member: slug
    max_items: 1_000
    ttl: 90d
"""


def _seen(name: str, path: str, number: int) -> str:
    return f"""\
  {name}:
    key: {path}:seen:<kind:enum(web | app | kiosk)>:<day:date>
    structure: bitmap
    max_items: 1_000_000
    ttl: 14d
"""


def _places(name: str, path: str, number: int) -> str:
    return f"""\
  {name}:
    key: {path}:near:<region:slug>
    structure: geo
    member: str
    max_items: 5_000
    ttl: 30d
"""


def _token(name: str, path: str, number: int) -> str:
    return f"""\
  {name}:
    key: {path}:token:<token:hex(32)>
    structure: string
    value: str
    max_bytes: 1KiB
    ttl: {{for: 15m, max: 24h, refresh: never}}
"""


_SHAPES: tuple[Callable[[str, str, int], str], ...] = (
    _page, _cart, _views, _sales, _visitors, _names,
    _stock, _events, _labels, _seen, _places, _token,
)  # fmt: skip
