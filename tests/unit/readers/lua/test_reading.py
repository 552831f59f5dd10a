"""What the reader makes of scripts: keys, arguments, conditions, loops, replies."""

import pytest

from redisspec.ir.flows import Branch, Exit, Loop, Sequence, Unit
from redisspec.ir.keypattern import KeyPattern
from redisspec.spec.keys import parse_key
from tests.unit.readers.lua.reading import broken, read, spelled


def keys(text: str, *declared) -> list[tuple[str, int | None]]:
    return [(key.kind, key.index) for call in read(text, *declared).calls for key in call.keys]


@pytest.mark.parametrize(
    ("written", "kind", "index"),
    [
        ("KEYS[1]", "declared", 1),
        ("KEYS[2]", "declared", 2),
        ("KEYS[n]", "some", None),
        ("KEYS[#KEYS]", "some", None),
        ("tostring(KEYS[1])", "declared", 1),
        ("(KEYS[1])", "declared", 1),
        ("ARGV[1]", "argument", 1),
        ("ARGV[n]", "argument", None),
        ("'lock'", "constant", None),
        ("'a' .. 'b'", "constant", None),
        ("KEYS[1] .. ':x'", "derived", None),
        ("KEYS[1] .. ARGV[1]", "derived", None),
        ("ARGV[1] .. KEYS[1]", "built", None),
        ("'user:' .. ARGV[1]", "built", None),
        ("string.format('u:%s', ARGV[1])", "built", None),
        ("('u:%s'):format(ARGV[1])", "built", None),
        ("string.gsub(KEYS[1], 'a', 'b')", "derived", None),
        ("redis.call('GET', KEYS[1])", "built", None),
        ("redis.call('LRANGE', KEYS[1], 0, 9)[1]", "built", None),
        ("cjson.decode(ARGV[1]).key", "built", None),
        ("n", "unknown", None),
        ("n .. ':x'", "built", None),
        ("ARGV[1] == '1' and KEYS[1] or KEYS[2]", "some", None),
        ("KEYS[1] or 'none'", "unknown", None),
        ("nil", "unknown", None),
    ],
)
def test_where_a_key_comes_from(written: str, kind: str, index: int | None) -> None:
    assert keys(f"redis.call('DEL', {written})")[-1] == (kind, index)


@pytest.mark.parametrize(
    "script",
    [
        "local call = redis.call\nlocal key = KEYS[1]\ncall('GET', key)",
        "local r = redis\nr.pcall('get', KEYS[1])",
        "server.call('GET', KEYS[1])",
        "local k, v = KEYS[1], ARGV[1]\nredis.call('SET', k, v)",
        "local function get(k) return redis.call('GET', k) end\nreturn get(KEYS[1])",
        "local t = {KEYS[1], 'x'}\nredis.call('SET', unpack(t))",
        "local t = {'SET'}\nt[#t + 1] = KEYS[1]\ntable.insert(t, 'v')\nredis.call(unpack(t))",
        "local o = {key = KEYS[1]}\nredis.call('GET', o.key)",
        "local m = {}\nfunction m.get(k) return redis.call('GET', k) end\nm.get(KEYS[1])",
        "local f = function() redis.call('GET', KEYS[1]) end\npcall(f)",
        "pcall(redis.call, 'GET', KEYS[1])",
        "local function call(...) return redis.call(...) end\ncall('GET', KEYS[1])",
        "local call = function(name, ...) return redis.call(name, ...) end\ncall('SET', KEYS[1], 1)",
        "local function call(name, ...) local a = {...} return redis.call(name, unpack(a)) end\n"
        "call('GET', KEYS[1])",
        "local k\nif ARGV[1] == 'a' then k = KEYS[1] else k = KEYS[1] end\nredis.call('GET', k)",
        "local handlers = {get = function() return redis.call('GET', KEYS[1]) end}\n"
        "return handlers[ARGV[1]]()",
    ],
)
def test_a_key_is_followed(script: str) -> None:
    assert keys(script) == [("declared", 1)]


@pytest.mark.parametrize(
    "script",
    [
        "for i = 1, #KEYS do redis.call('DEL', KEYS[i]) end",
        "for i, k in ipairs(KEYS) do redis.call('DEL', k) end",
        "for _, k in pairs(KEYS) do redis.call('DEL', k) end",
        "redis.call('DEL', unpack(KEYS))",
        "local k = KEYS[1]\nwhile ARGV[1] do redis.call('DEL', k)\nk = KEYS[2] end",
    ],
)
def test_some_element_of_keys(script: str) -> None:
    kinds = {kind for kind, _ in keys(script)}
    assert kinds <= {"some", "unknown"}
    assert kinds


def test_what_a_loop_changes_is_not_known_in_it() -> None:
    text = "local k = KEYS[1]\nfor i = 1, 3 do redis.call('DEL', k)\nk = 'x' .. i end"
    assert keys(text) == [("unknown", None)]


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("'MSET', KEYS[1], 'a', KEYS[2], 'b'", [1, 2]),
        ("'BLPOP', KEYS[1], KEYS[2], 0", [1, 2]),
        ("'ZUNIONSTORE', KEYS[1], 2, KEYS[2], KEYS[3]", [1, 2, 3]),
        ("'XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', KEYS[1], KEYS[2], '>', '>'", [1, 2]),
        ("'XGROUP', 'CREATE', KEYS[1], 'g', '$'", [1]),
        ("'LMOVE', KEYS[1], KEYS[2], 'LEFT', 'RIGHT'", [1, 2]),
        ("'PUBLISH', ARGV[1], KEYS[1]", []),
        ("'TIME'", []),
        ("ARGV[1], KEYS[1], ARGV[2]", [1]),
        ("'JSON.SET', KEYS[1], '$', '1'", [1]),
    ],
)
def test_which_words_are_keys(call: str, found: list[int]) -> None:
    assert [index for _, index in keys(f"redis.call({call})")] == found


def test_words_that_a_variable_number_of_follows() -> None:
    (call,) = read("redis.call('HSET', KEYS[1], unpack(ARGV, 4))").calls
    assert [spelled(word) for word in call.words] == ["KEYS[1]", "ARGV[?]"]
    assert call.open


@pytest.mark.parametrize(
    ("expression", "known"),
    [
        ("ARGV[2]", "ARGV[2]"),
        ("tonumber(ARGV[2])", "tonumber(ARGV[2])"),
        ("60 * 60 * 24", "86400"),
        ("-1", "-1"),
        ("'a' .. 1", "a1"),
        ("redis.call('TIME')[1]", "seconds"),
        ("math.random()", "random"),
        ("redis.call('GET', KEYS[1])", "reply GET"),
        ("ARGV[1] + 1", "+(ARGV[1], 1)"),
        ("nothing", "unknown"),
    ],
)
def test_where_an_argument_comes_from(expression: str, known: str) -> None:
    call = read(f"redis.call('SET', KEYS[1], {expression})").calls[-1]
    assert spelled(call.words[1]) == known


def test_conditions_under_which_a_call_runs() -> None:
    script = read(
        """\
        local n = redis.call('INCR', KEYS[1])
        if n > tonumber(ARGV[1]) then
          return 0
        elseif n == 1 then
          redis.call('EXPIRE', KEYS[1], 60)
        end
        redis.call('SADD', KEYS[2], n)
        """
    )
    incr, expire, sadd = script.calls
    assert incr.guards == ()
    assert [(guard.holds, spelled(guard.condition)) for guard in expire.guards] == [
        (False, ">(reply INCR, tonumber(ARGV[1]))"),
        (True, "==(reply INCR, 1)"),
    ]
    assert [guard.holds for guard in sadd.guards] == [False]  # the clause that leaves


def test_what_follows_a_clause_that_leaves_runs_only_without_it() -> None:
    script = read("if ARGV[1] == 'no' then return 0 end\nredis.call('DEL', KEYS[1])")
    (guard,) = script.calls[0].guards
    assert (guard.holds, spelled(guard.condition)) == (False, "==(ARGV[1], no)")


def test_the_flow() -> None:
    script = read(
        """\
        redis.call('SET', KEYS[1], 1)
        for i = 1, 3 do
          redis.call('INCR', KEYS[1])
        end
        if ARGV[1] == 'x' then
          return 1
        else
          redis.call('DEL', KEYS[1])
        end
        """
    )
    assert isinstance(script.procedure.flow, Sequence)
    first, loop, branch = script.procedure.flow.steps
    assert isinstance(first, Unit)
    assert first.kind == "script"
    assert isinstance(loop, Loop)
    assert loop.bound == 3
    assert isinstance(branch, Branch)
    assert branch.then == Exit("return")
    assert isinstance(branch.otherwise, Unit)
    assert script.procedure.origin == "lua"
    assert script.procedure.retry == "never"
    assert read("return redis.call('GET', KEYS[1])").procedure.retry == "safe"


def test_a_declared_key_has_its_pattern() -> None:
    pattern = parse_key("cart:{<user_id:int>}", "shop")
    assert isinstance(pattern, KeyPattern)
    script = read("redis.call('GET', KEYS[1])\nredis.call('GET', KEYS[1] .. ':x')", pattern)
    one, other = script.calls
    assert one.keys[0].pattern == pattern == one.effects[0].key
    assert other.keys[0].pattern.text == "shop:cart:{<user_id:int>}:x"


@pytest.mark.parametrize(
    ("index", "known"),
    [
        ("i", "KEYS[?]"),
        ("i + 1", "KEYS[2…]"),
        ("2 + i", "KEYS[3…]"),
        ("1 + (i - 1)", "KEYS[?]"),
        ("i + tonumber(ARGV[1])", "KEYS[?]"),
        ("#KEYS", "KEYS[?]"),
    ],
)
def test_keys_of_a_group(index: str, known: str) -> None:
    """Keys that come one for each item stand behind the single ones; the last declared is theirs."""
    one, each = parse_key("one:<id:int>", "shop"), parse_key("each:<id:int>", "shop")
    assert isinstance(one, KeyPattern)
    assert isinstance(each, KeyPattern)
    text = f"for i = 1, tonumber(ARGV[1]) do redis.call('DEL', KEYS[{index}]) end"
    (key,) = read(text, one, each).calls[0].keys
    assert (key.kind, key.index, key.value.text) == ("some", None, known)
    assert key.pattern.text == ("shop:each:<id:int>" if known == "KEYS[2…]" else "<?>")


def test_what_a_script_uses() -> None:
    script = read("redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[n])")
    assert (script.keys, script.argv) == ((2,), (3,))
    assert (script.some_keys, script.some_argv) == (False, True)


def test_replies() -> None:
    script = read("if ARGV[1] then return {1, 'a', ok = 2} end\nreturn redis.status_reply('OK')")
    assert [spelled(one.value) for one in script.replies] == [
        "{}(1, a, ok=(2))",
        "redis.status_reply(OK)",
    ]


def test_a_library_has_its_functions() -> None:
    script = read(
        """\
        #!lua name=mylib
        local function get(keys, args)
          return redis.call('GET', keys[1])
        end
        redis.register_function('get', get)
        redis.register_function{function_name='set', callback=function(keys, args)
          return redis.call('SET', keys[1], args[1])
        end}
        """
    )
    assert script.calls == ()
    get, put = script.functions
    assert (get.name, put.name) == ("get", "set")
    assert [key.index for key in get.calls[0].keys] == [1]
    assert spelled(put.calls[0].words[1]) == "ARGV[1]"


def test_globals() -> None:
    script = read("x = 1\nlocal y\ny = 2\nfunction f() z = 3 end\nfor i = 1, 2 do i = 3 end")
    assert [one.name for one in script.globals] == ["x", "f", "z"]
    assert script.globals[0].fix_at is not None


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("local x = = 3", 1, 11, "`=` cannot stand here"),
        ("if a then\n  x = 1\n", 1, 1, "`if` is never closed"),
        ("redis.call('GET', KEYS[1]", 1, 26, "`)` is missing here"),
        ("return 7 // 2", 1, 10, "came with Lua 5.3"),
        ("\ngoto done\n::done::", 2, 1, "came with Lua 5.2"),
        ("local x <const> = 1", 1, 9, "came with Lua 5.4"),
        ("local s = 'é' ..", 1, 17, "breaks off here"),
    ],
)
def test_what_is_no_lua(text: str, line: int, column: int, said: str) -> None:
    found = broken(text)
    assert found.code == "RS007"
    assert said in found.message
    assert found.help
    assert (found.span.line, found.span.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "at", "help_"),
    [
        # each with the text that the caret stands below, nothing where it stands in a gap
        ("redis.call('SET' KEYS[1], 1)", "KEYS", "write `,` before it"),
        ("local t = {a = 1\n b = 2}", "b", "write `,` before it"),
        ("local function f(a b) end", "b", "write `,` before it"),
        ("local n = redis.call('GET', KEYS[1]\nif n then end", "", "add `)`"),
        ("if x = 1 then end", "=", "comparing is written `==`"),
        ("local x == 1", "==", "a value is given with one `=`"),
        ("if x != 1 then end", "!=", "unequal is written `~=`"),
        ("if !x then end", "!", "not is written `not`"),
        ("if a && b then end", "&&", "and is written `and`"),
        ("if a || b then end", "||", "or is written `or`"),
        ("x += 1", "+=", "write `x = x + …`"),
        ("x++", "++", "write `x = x + 1`"),
        ("return a ? b : c", "?", "a choice is written"),
        ("if a\n return 1\nend", "", "add `then`"),
        ("for i = 1, 10\nend", "", "add `do`"),
        ("if a then\nelse if b then\nend", "else", "write `elseif`, or one `end` more"),
        ("if a then\nelse if b then end end\nif c then", "if", "write its `end`"),
        ("if a then\n x = 1\nelif b then\nend", "elif", "write `elseif`"),
        ("for i = 1, 2 do\n continue\nend", "continue", "put what follows into an `if`"),
        ("const x = 1", "const", "write `local`"),
        ("def f()\nend", "def", "write `local function`"),
        ("break", "break", "write `return`, or take it away"),
        ("local function f() return ... end", "...", "add it to the parameters"),
        ("return 1\nlocal x = 2", "local", "write `do return … end`"),
        ("if a then return 1 end end", "end", "take it away, or write what it closes"),
        ("return redis.call('GET', KEYS[1]))", ")", "take it away, or write what it closes"),
        ("local s = 'abc\nreturn s", "'abc", "write `'` at its end"),
        ("--[[ abc\nreturn 1", "--[[", "write `]]` at the comment's end"),
        ("redis.call", "redis.call", "call it, assign it, or return it"),
        ("f()\n(g)()", "(", "write it there, or `;` between two statements"),
        ("local x = 1;;", ";", "take it away"),
        ("f() = 1", "=", "Lua expects a statement"),
    ],
)
def test_where_lua_stops_and_the_way_out(text: str, at: str, help_: str) -> None:
    found = broken(text)
    line = text.split("\n")[found.span.line - 1]
    assert line[found.span.column - 1 : found.span.end_column - 1] == at
    assert help_ in (found.help or "")


def test_a_script_that_nests_without_an_end_is_refused() -> None:
    assert "nests too deeply" in broken("return " + "(" * 5_000 + "1" + ")" * 5_000).message
    assert "nests too deeply" in broken("do " * 5_000 + "end " * 5_000).message


def test_columns_count_characters() -> None:
    script = read("local s = 'é→𝄞' redis.call('GET', KEYS[1])")
    assert script.calls[0].span.column == 17
