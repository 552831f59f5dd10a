"""Declarations that use every script and every variant of a kind of policy."""

from redisspec.ir.model import PolicyKind

SPECS: dict[PolicyKind, str] = {
    "cache": """\
types: {Product: {name: str, category_id: int}}
caches:
  plain: {key: "plain:<product_id:int>", value: int, ttl: 1h}
  tagged: {key: "tagged:{<shop_id:int>}:<sku:slug>", value: json<Product>, ttl: 1h, tags: ["category:<value.category_id>"]}
""",
    "rate_limit": """\
rate_limits:
  api: {key: "api:<user_id:int>", limits: [100/s burst 200, 5000/h]}
  fixed: {key: "fixed:<user_id:int>", limits: [100/s], algorithm: fixed_window}
  sliding: {key: "sliding:<user_id:int>", limits: [100/s], algorithm: sliding_window}
  log: {key: "log:<user_id:int>", limits: [100/s], algorithm: sliding_log}
  jobs: {key: "jobs:<user_id:int>", algorithm: concurrency, concurrent: 3, lease: 10s}
""",
    "session": """\
sessions:
  login: {user: {user_id: int}, fields: {roles: list<str>}, idle: 30m, absolute: 12h, max_per_user: 5}
  visit: {key: visitors, idle: 30m, absolute: 12h}
""",
    "idempotency": """\
idempotency:
  payment: {key: "pay:<request_id:uuid>", result: str, keep: 24h, lease: 60s}
""",
    "lock": """\
locks:
  checkout: {key: "checkout:<order_id:uuid>", ttl: 30s, renew: auto, fencing: true}
  plain: {key: "plain:{<owner:int>}:<ttl:slug>", ttl: 5s, wait: 0s}
  exports: {key: exports, kind: semaphore, permits: 3, ttl: 1m}
  catalogue: {key: "catalogue:<shop_id:int>", kind: read_write, ttl: 10s, fencing: true}
  pages: {key: "pages:<token:int>", kind: read_write, ttl: 10s, renew: auto}
""",
}
