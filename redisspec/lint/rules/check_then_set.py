"""A script looks whether a key is there before it sets it.

## What it does
Finds, in Lua, `EXISTS` or `GET` whose only use is to decide whether `SET` runs. A script is atomic, so that
nothing comes between the two: this is about two commands where one does it.

## Why is this bad
`SET` with `NX` is one command, says what is meant, and stays right when somebody moves it out of the script,
where the two commands would be a race that two callers win together.

## Example
```lua
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
```

## Use instead
```lua
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX')
```

## Fix safety
The fix puts `SET` with `NX` in the place of the `if`. It is safe: the script does the same.

## References
- [Redis: SET](https://redis.io/docs/latest/commands/set/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix
from redisspec.lint.rule import Rule
from redisspec.readers.lua.values import FALSE, NIL, text
from redisspec.readers.values import words_of

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.readers.lua.script import LuaCall, LuaScript
    from redisspec.source.span import Span


def check_lua(script: LuaScript) -> Iterator[Diagnostic]:
    """One finding an `if` that is a SET with NX."""
    # The syntax of Lua is defined for those who read some.
    from redisspec.readers.lua import syntax as lua  # noqa: PLC0415 - see above
    from redisspec.readers.lua.walk import statements  # noqa: PLC0415 - see above

    lonely = {
        one.clauses[0][1][0].span: one
        for one in statements(script.chunk.body)
        if isinstance(one, lua.If)
        and len(one.clauses) == 1
        and not one.otherwise
        and len(one.clauses[0][1]) == 1
        and isinstance(one.clauses[0][0], lua.Binary | lua.Unary)
    }
    for call in script.calls:
        condition = lonely.get(call.span)
        if condition is None or call.command != "SET" or not call.dropped or call.open:
            continue
        guard = call.guards[-1] if call.guards else None
        if guard is None or not guard.holds or call.effects[0].condition is not None:
            continue
        looked = _looked_up(guard.condition)
        if looked is not None and words_of(looked) == call.words[:1]:
            yield RULE.found(
                condition.clauses[0][0].span,
                f"`{looked.text}`, then `SET`: one command does both, and stays right outside of "
                "a script too",
                "write `SET … NX`",
                fix=_fix(script, call, condition.span),
            )


def _looked_up(condition: Value) -> Value | None:
    """The reply of EXISTS or GET that a condition finds to be missing."""
    match condition.text, condition.parts:
        case "not", (reply,) if reply.provenance == "reply" and reply.text == "GET":
            return reply
        case "==", (reply, other) if reply.provenance == "reply":
            if reply.text == "GET" and other in (FALSE, NIL):
                # A missing key is false; nil is never equal to it.
                return reply if other == FALSE else None
            if reply.text == "EXISTS" and other.text == text("0").text:
                return reply
    return None


def _fix(script: LuaScript, call: LuaCall, whole: Span) -> Fix | None:
    source = script.source
    first = source.offset(whole.line, whole.column)
    after = source.offset(whole.end_line, whole.end_column)
    if any(first <= at < after for at, _ in script.chunk.comments):
        # A comment in there would go with the `if`.
        return None
    start = source.offset(call.span.line, call.span.column)
    end = source.offset(call.spans[-1].end_line, call.spans[-1].end_column)
    close = source.offset(call.span.end_line, call.span.end_column)
    written = f"{source.text[start:end]}, 'NX'{source.text[end:close]}"
    return Fix("Set it with NX", (Edit(whole, written),), safe=True)


RULE = Rule(
    "RS301",
    "check-then-set",
    "info",
    "atomicity",
    "lua",
    __doc__ or "",
    lua=check_lua,
    mends_lua=True,
)
