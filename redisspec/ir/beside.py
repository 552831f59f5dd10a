"""The key that a policy adds beside its own: in its slot, behind the same namespace."""

from __future__ import annotations

from redisspec.ir.keypattern import KeyPattern, Literal, Part, merged


def beside(owner: KeyPattern, namespace: str, suffix: str, *more: Part) -> KeyPattern:
    """The pattern of an added key; `more` are the parts behind the suffix.

    An owner's hash tag is its added keys' too; one without has its whole key for a tag, and
    `may_have_keys_beside` says yes to it. `runtime/beside.py` makes the same texts.
    """
    end = (Literal(f":{suffix}"), *more)
    if owner.tag is not None:
        return KeyPattern(merged((*owner.parts, *end)))
    return KeyPattern(merged((Literal(f"{namespace}:{{"), *owner.parts, Literal("}"), *end)))


def may_have_keys_beside(owner: KeyPattern) -> bool:
    """Whether keys can be added in the owner's slot: a `}` outside a tag would end theirs too soon."""
    if owner.tag is not None:
        return True
    return not any(isinstance(part, Literal) and "}" in part.text for part in owner.parts)
