"""This version reads a section, but does not generate code for it.

## What it does
`generate` and `validate` report policies that this version of the compiler has no templates for. `lint`
does not report this: it holds policies against the rules like everything else.

## Why is this bad
Nothing is wrong with the spec. A package without what the spec declares would be worse than none.

## Example
```yaml
channels:
  price_changed: {message: str, params: {product_id: int}}
```

## Use instead
Keep the section in a spec of its own until it can be generated; `include` joins them again.

## Fix safety
There is no fix.

## References
- `CHANGELOG.md` says which version generates what.
"""

from redisspec.lint.rule import Rule

RULE = Rule("RS005", "not-yet-generated", "error", "spec", "model", __doc__ or "")
