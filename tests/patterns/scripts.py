"""A policy's steps and the scripts that they name: what each says that is done."""

from __future__ import annotations

from redisspec.codegen.scripts import template_script
from redisspec.ir.effects import effect
from redisspec.patterns.model import Lowered, Step
from redisspec.readers.lua import LuaScript, read_lua
from redisspec.source.text import SourceText


def script_of(step: Step, lowered: Lowered, text: str | None = None) -> LuaScript:
    """The step's script as it is read back; its keys have the patterns that the step gives them."""
    assert step.script is not None
    source = SourceText(f"{step.script}.lua", text or template_script(step.script).text)
    script = read_lua(source, [lowered.pattern_of(key) for key in step.keys])
    assert isinstance(script, LuaScript), script
    return script


def faults(step: Step, lowered: Lowered, text: str | None = None) -> list[str]:
    """Where the step's script does something else than the step declares (`text` instead of its own)."""
    script = script_of(step, lowered, text)
    said: list[str] = []
    done: set[tuple[str, str]] = set()
    for call in script.calls:
        if not call.keys:
            if call.command not in ("TIME",):
                said.append(f"it sends {call.command} without a key")
            continue
        assert call.command is not None, "a command that ARGV names"
        for key in call.keys:
            if key.kind != "declared" or key.index is None or key.index > len(step.keys):
                said.append(f"{call.command} touches a key that is not declared: {key}")
                continue
            done.add((call.command, step.keys[key.index - 1]))
    declared = {(touch.command, touch.key) for touch in step.touches}
    if done != declared:
        said.append(f"it does {sorted(done - declared)} more, {sorted(declared - done)} less")
    for key in step.keys:
        actions = {
            action
            for command, touched in done
            if touched == key
            for action in effect(command, None).actions
        }
        expires = any(
            "expires" in one.actions
            for call in script.calls
            for one in call.effects
            if any(
                touched.kind == "declared" and touched.index == step.keys.index(key) + 1
                for touched in call.keys
            )
        )
        if "creates" in actions and not expires:
            said.append(f"it creates `{key or 'its own key'}` and gives it no TTL")
    changes = any(
        {"writes", "deletes"} & effect(touch.command, None).actions for touch in step.touches
    )
    if step.retry == "safe" and changes:
        said.append("it writes, and its retry class is safe")
    return said
