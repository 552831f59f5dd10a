"""Makes specs of many operations for the benchmarks: twenty that shops have, over keyspaces of every structure."""

from __future__ import annotations

from typing import Final

from large_spec import _TEAMS, _THINGS

_HEAD = """\
version: 1
name: shop
server: {engine: redis >= 7.0, topology: cluster, eviction: noeviction}

keyspaces:
"""
_KEYSPACES = """\
  @_stock: {key: "@:stock:{<shop_id:int>}:<sku:slug>", structure: counter, floor: 0, ttl: never, reason: the warehouse's figures}
  @_budget: {key: "@:budget:{<shop_id:int>}", structure: counter, floor: 0, ceiling: 1_000_000_000, ttl: {for: 30d, refresh: on_write}}
  @_order: {key: "@:order:{<shop_id:int>}:<order_id:uuid>", structure: hash, fields: {sku: slug, quantity: int, price: float | none, note: str | none, placed_at: datetime, state: enum(open | paid | sent)}, ttl: 7d}
  @_events: {key: "@:events:{<shop_id:int>}", structure: stream, fields: {order_id: uuid, quantity: int, note: str | none}, max_items: 1_000, ttl: 7d}
  @_views: {key: "@:views:{<shop_id:int>}", structure: list, item: slug, max_items: 50, ttl: 30d}
  @_inbox: {key: "@:inbox:{<shop_id:int>}", structure: list, item: str, max_items: 100, when_full: reject, ttl: 30d}
  @_buyers: {key: "@:buyers:{<shop_id:int>}:<sku:slug>", structure: set, member: int, max_items: 10_000, ttl: 30d}
  @_board: {key: "@:board:{<shop_id:int>}", structure: sorted_set, member: slug, max_items: 1_000, ttl: 30d}
  @_prices: {key: "@:prices:{<shop_id:int>}", structure: hash, map: {slug: int}, max_items: 500, ttl: 30d}
  @_seen: {key: "@:seen:{<shop_id:int>}", structure: hyperloglog, element: int, ttl: 30d}
  @_days: {key: "@:days:{<shop_id:int>}:<user_id:int>", structure: bitmap, max_items: 400, ttl: 400d}
  @_token: {key: "@:token:{<shop_id:int>}:<user_id:int>", structure: string, value: str, max_bytes: 1KiB, ttl: {for: 15m, max: 24h, refresh: never}}
"""

# a name, its parameters, what it returns, its errors, its steps
_Shape = tuple[str, str, str, str, str]
_SHAPES: Final[tuple[_Shape, ...]] = (
    ("place", "shop_id: int, sku: slug, order_id: uuid, quantity: int", "int", "OutOfStock", """\
left = @_stock.get(shop_id, sku)
if left < quantity:
    raise OutOfStock(left)
@_stock.decrement(shop_id, sku, by=quantity)
@_order.save(shop_id, order_id, sku=sku, quantity=quantity, placed_at=now(), state="open")
@_events.append(shop_id, order_id=order_id, quantity=quantity)
@_views.push(shop_id, sku)
return left - quantity
"""),
    ("cancel", "shop_id: int, sku: slug, order_id: uuid", "bool", "NotFound", """\
found = @_order.get(shop_id, order_id)
if found is None:
    raise NotFound()
if found.state == "sent":
    return False
@_stock.increment(shop_id, sku, by=found.quantity)
@_events.append(shop_id, order_id=order_id, quantity=0 - found.quantity, note="cancelled")
@_order.delete(shop_id, order_id)
return True
"""),
    ("pay", "shop_id: int, order_id: uuid, cents: int", "int", "NotFound, TooLittle", """\
found = @_order.get(shop_id, order_id)
if found is None:
    raise NotFound()
due = found.quantity * 100
price = found.price
if price is not None:
    due = int(price * found.quantity * 100.0)
if cents < due:
    raise TooLittle(due, cents)
@_budget.increment(shop_id, by=due)
@_order.update(shop_id, order_id, state="paid")
@_board.increment(shop_id, found.sku, float(due))
return cents - due
"""),
    ("move", "shop_id: int, origin: slug, target: slug, quantity: int", "tuple", "OutOfStock", """\
left = @_stock.get(shop_id, origin)
if left < quantity:
    raise OutOfStock(left)
@_stock.decrement(shop_id, origin, by=quantity)
there = @_stock.increment(shop_id, target, by=quantity)
@_views.push(shop_id, target)
return left - quantity, there
"""),
    ("order_many", "shop_id: int, order_id: uuid, skus: list<slug>, quantities: list<int>", "int", "NotThere", """\
total = 0
for sku, quantity in zip(skus, quantities):
    left = @_stock.get(shop_id, sku)
    if left < quantity:
        raise NotThere(sku, left)
    if quantity == 0:
        continue
    @_stock.decrement(shop_id, sku, by=quantity)
    total += quantity
@_events.append(shop_id, order_id=order_id, quantity=total)
return total
"""),
    ("visit", "shop_id: int, user_id: int, day: int, sku: slug", "int", "", """\
@_seen.add(shop_id, user_id)
@_days.set(shop_id, user_id, day)
@_views.push(shop_id, sku)
@_board.increment(shop_id, sku)
return @_days.count(shop_id, user_id)
"""),
    ("vote", "shop_id: int, user_id: int, sku: slug", "float", "Already", """\
if @_buyers.contains(shop_id, sku, user_id):
    raise Already(user_id)
@_buyers.add(shop_id, sku, user_id)
@_seen.add(shop_id, user_id)
return @_board.increment(shop_id, sku)
"""),
    ("reprice", "shop_id: int, skus: list<slug>, percent: int", "int", "", """\
changed = 0
for sku in skus:
    price = @_prices.get(shop_id, sku)
    if price is None or percent == 0:
        continue
    changed += price * percent // 100
return changed
"""),
    ("set_price", "shop_id: int, sku: slug, price: int", "bool", "Odd", """\
if price < 1 or price > 1_000_000:
    raise Odd(price)
before = @_prices.get(shop_id, sku)
@_prices.set(shop_id, sku, price)
if before is None:
    @_views.push(shop_id, sku)
    return True
return before != price
"""),
    ("login", "shop_id: int, user_id: int, token: str, day: int", "bool", "", """\
known = @_token.get(shop_id, user_id)
if known is not None and known == token:
    return False
@_token.set(shop_id, user_id, token)
@_days.set(shop_id, user_id, day)
@_seen.add(shop_id, user_id)
return True
"""),
    ("notify", "shop_id: int, text: str, urgent: bool", "int", "", """\
size = @_inbox.length(shop_id)
if urgent:
    @_inbox.push(shop_id, f"! {text}")
elif size < 50:
    @_inbox.push(shop_id, text)
else:
    return size
return size + 1
"""),
    ("settle", "shop_id: int, amounts: list<int>", "int", "Negative", """\
total = 0
for amount in amounts:
    if amount < 0:
        raise Negative(amount)
    total += amount
if total == 0:
    return 0
left = @_budget.decrement(shop_id, by=total)
@_inbox.push(shop_id, f"settled {total}, left {left}")
return left
"""),
    ("ship", "shop_id: int, order_id: uuid, note: str", "slug | none", "", """\
found = @_order.get(shop_id, order_id)
if found is None or found.state != "paid":
    return None
@_order.update(shop_id, order_id, state="sent", note=note)
@_events.append(shop_id, order_id=order_id, quantity=found.quantity, note=note)
@_inbox.push(shop_id, f"sent {found.quantity} of {found.sku}")
return found.sku
"""),
    ("restock", "shop_id: int, skus: list<slug>, by: int", "int", "", """\
count = 0
for at, sku in enumerate(skus):
    after = @_stock.increment(shop_id, sku, by=by)
    if after > 1000 and at > 0:
        break
    count += 1
@_inbox.push(shop_id, f"restocked {count}")
return count
"""),
    ("reserve", "shop_id: int, sku: slug, units: int, limit: int", "int", "Exceeded", """\
taken = @_budget.get(shop_id) + units
if taken > limit:
    raise Exceeded(taken, limit)
@_budget.increment(shop_id, by=units)
@_board.add(shop_id, sku, now().timestamp())
@_views.push(shop_id, sku)
return limit - taken
"""),
    ("leave", "shop_id: int, user_id: int, skus: list<slug>", "int", "", """\
for sku in skus:
    @_buyers.remove(shop_id, sku, user_id)
@_token.delete(shop_id, user_id)
@_days.delete(shop_id, user_id)
return len(skus)
"""),
    ("summary", "shop_id: int, user_id: int, sku: slug", "tuple", "", """\
stock = @_stock.get(shop_id, sku)
budget = @_budget.get(shop_id)
score = @_board.score(shop_id, sku)
best = 0.0
if score is not None:
    best = score
return stock, budget, best, @_seen.count(shop_id), @_days.count(shop_id, user_id)
"""),
    ("discount", "shop_id: int, order_id: uuid, percent: int", "float", "NotFound, TooMuch", """\
if percent < 0 or percent > 90:
    raise TooMuch(percent)
found = @_order.get(shop_id, order_id)
if found is None:
    raise NotFound()
price = found.price
if price is None:
    price = 0.0
cut = price * (100 - percent) / 100
@_order.update(shop_id, order_id, price=cut)
@_events.append(shop_id, order_id=order_id, quantity=found.quantity, note=f"{percent} off")
return cut
"""),
    ("swap", "shop_id: int, first: slug, second: slug", "none", "NotThere", """\
a = @_stock.get(shop_id, first)
b = @_stock.get(shop_id, second)
if a == b:
    return
if a == 0:
    raise NotThere(sku=first, left=a)
@_stock.set(shop_id, first, b)
@_stock.set(shop_id, second, a)
@_board.add(shop_id, first, float(b))
@_board.add(shop_id, second, float(a))
"""),
    ("sweep", "shop_id: int, best: int", "int", "", """\
gone = 0
for sku, score in @_board.top(shop_id, 20):
    if score < best:
        break
    gone += 1
@_inbox.push(shop_id, f"{gone} beyond {best}")
return min(gone, best)
"""),
)  # fmt: skip


def spec_text(operations: int) -> str:
    """A spec of so many operations; each twenty have twelve keyspaces of their own."""
    groups = range((operations + len(_SHAPES) - 1) // len(_SHAPES))
    parts = [_HEAD, *(_KEYSPACES.replace("@", _group(number)) for number in groups)]
    parts.append("\noperations:\n")
    parts += [_operation(number) for number in range(operations)]
    return "".join(parts)


def _group(number: int) -> str:
    rest, team = divmod(number, len(_TEAMS))
    return f"{_TEAMS[team]}_{_THINGS[rest % len(_THINGS)]}"


def _operation(number: int) -> str:
    group, shape = divmod(number, len(_SHAPES))
    name, params, returns, errors, steps = _SHAPES[shape]
    own = _group(group)
    lines = [f"  {own}_{name}:", f"    doc: To {name.replace('_', ' ')}, in one step."]
    lines.append(f"    params: {{{params}}}")
    if returns not in {"tuple", "none"}:
        lines.append(f"    returns: {returns}")
    if errors:
        lines.append(f"    raises: [{errors}]")
    lines.append("    do: |")
    lines += [f"      {line}" for line in steps.replace("@", own).splitlines()]
    return "\n".join(lines) + "\n"
