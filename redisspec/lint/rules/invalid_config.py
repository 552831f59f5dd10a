"""The table [tool.redisspec] of pyproject.toml cannot be used.

## What it does
Reports a pyproject.toml that is no TOML, and keys or values that the table has not.

## Why is this bad
A setting that is mistyped does nothing, and nobody sees that: a rule meant to be an error stays a note, or
the spec that is checked is another one than was meant.

## Example
```toml
[tool.redisspec]
fail_on = "warnings"
```

## Use instead
```toml
[tool.redisspec]
fail-on = "warning"
```

## Fix safety
There is no fix. This finding cannot be deselected or suppressed.

## References
- The top of this page names the settings.
"""

from redisspec.lint.rule import Rule

RULE = Rule("RS006", "invalid-config", "error", "spec", "syntax", __doc__ or "", always=True)
