"""What a policy is lowered to: its keys, and what each of its scripts does to them."""

from __future__ import annotations

from dataclasses import dataclass

from redisspec.ir.beside import beside
from redisspec.ir.flows import Procedure, Retry, Unit, Value
from redisspec.ir.keypattern import KeyPattern, Part
from redisspec.ir.model import AddedKey, Lifetime, Policy, StructureName

OWN = ""
"""The name of the policy's own key among those of a step."""

_UNKNOWN = Value("parameter", "?")


@dataclass(frozen=True, slots=True)
class Touch:
    """A command on one key: OWN, or the name of an added one. A word `?` stands for an argument."""

    command: str
    key: str = OWN
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One atomic step of a policy: the script (of templates/lua) or the one plain command.

    `keys` are KEYS in their order; `touches` what is sent to them on some path.
    """

    name: str
    touches: tuple[Touch, ...]
    retry: Retry
    script: str | None = None
    keys: tuple[str, ...] = (OWN,)


@dataclass(frozen=True, slots=True)
class Lowered:
    """A policy with what it compiles to.

    `structure` and `lifetime` are those of the policy's own key, where it has one; its TTL is the
    longest that a key is given.
    """

    policy: Policy
    steps: tuple[Step, ...]
    keys: tuple[AddedKey, ...] = ()
    structure: StructureName | None = None
    lifetime: Lifetime | None = None

    @property
    def scripts(self) -> tuple[str, ...]:
        """The scripts that the package needs, each once."""
        return tuple(dict.fromkeys(step.script for step in self.steps if step.script is not None))

    def pattern_of(self, key: str) -> KeyPattern | None:
        """The pattern of the policy's own key or of an added one."""
        if key == OWN:
            return self.policy.pattern
        return next(added.pattern for added in self.keys if added.name == key)


def added_key(
    policy: Policy,
    name: str,
    structure: StructureName,
    lifetime: Lifetime,
    doc: str,
    *more: Part,
) -> AddedKey:
    """A key in the slot of the policy's own; `more` are the parts of its pattern behind the name."""
    assert policy.pattern is not None
    return AddedKey(
        policy.name,
        policy.kind,
        name,
        beside(policy.pattern, policy.namespace, name, *more),
        structure,
        lifetime,
        doc,
        policy.server,
        policy.spans.get("key", policy.span),
    )


def procedures(lowered: Lowered) -> tuple[Procedure, ...]:
    """The steps as procedures of the IR."""
    # The command table is large: what only checks or emits a program does not read it.
    from redisspec.ir.effects import effect  # noqa: PLC0415 - see above

    policy = lowered.policy
    names = tuple(one.name for one in policy.pattern.parameters) if policy.pattern else ()
    return tuple(
        Procedure(
            f"{policy.name}.{step.name}",
            Unit(
                "script" if step.script else "command",
                tuple(
                    effect(
                        touch.command,
                        lowered.pattern_of(touch.key),
                        [
                            _UNKNOWN if word == "?" else Value("constant", word)
                            for word in touch.words
                        ],
                    )
                    for touch in step.touches
                ),
                policy.span,
            ),
            step.retry,
            names,
            "accessor",
            policy.span,
        )
        for step in lowered.steps
    )
