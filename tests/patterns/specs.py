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
}
