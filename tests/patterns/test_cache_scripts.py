"""The keys that a cache adds; what the comparison of its scripts with its steps would catch."""

import pytest

from redisspec.codegen.scripts import template_script
from redisspec.patterns import lowered
from tests.patterns.made import program
from tests.patterns.scripts import faults

SPEC = """
types: {Product: {name: str, category_id: int}}
caches:
  product:
    key: cache:product:<product_id:int>
    value: json<Product>
    ttl: 1h
    tags: ["category:<value.category_id>"]
  tagged: {key: "price:{<shop_id:int>}:<sku:slug>", value: int, ttl: 1h, tags: ["shop:<shop_id>"]}
"""


@pytest.mark.parametrize(
    ("step", "written", "instead", "said"),
    [
        ("read", "'PX', ARGV[2]", "'NX'", "no TTL"),
        ("fill", "call('SET', KEYS[1], entry, 'PX', ARGV[1])", "call('SET', KEYS[1], entry)", "no TTL"),
        ("fill", "call('DEL', KEYS[2])", "", "less"),
        ("put", "call('DEL', KEYS[2])", "call('DEL', KEYS[1])", "more"),
        ("renew", "redis.call('GET', KEYS[1])", "ARGV[1]", "less"),
    ],
)  # fmt: skip
def test_a_script_that_was_broken_is_caught(
    step: str, written: str, instead: str, said: str
) -> None:
    """The control: what the comparison is for."""
    each = lowered(program(SPEC))[0]
    found = next(one for one in each.steps if one.name == step)
    assert found.script is not None
    text = template_script(found.script).text
    assert written in text
    faulty = faults(found, each, text.replace(written, instead))
    assert any(said in fault for fault in faulty), faulty


def test_the_keys_of_a_cache() -> None:
    product, tagged = lowered(program(SPEC))
    assert [(key.name, key.pattern.text) for key in product.keys] == [
        ("lease", "live:{live:cache:product:<product_id:int>}:lease"),
        ("clock", "live:product:clock"),
        ("tag:category", "live:product:tag:category:<category_id:encoded>"),
    ]
    assert [(key.name, key.pattern.text) for key in tagged.keys] == [
        ("lease", "live:price:{<shop_id:int>}:<sku:slug>:lease"),
        ("clock", "live:tagged:clock"),
        ("tag:shop", "live:tagged:tag:shop:<shop_id:encoded>"),
    ]
    assert product.policy.settings["shape"] != tagged.policy.settings["shape"]
    longest = product.lifetime
    assert longest is not None and longest.ttl_ms == 3_600_000
    assert product.keys[1].lifetime.ttl_ms == 2 * 3_600_000 + 600_000
