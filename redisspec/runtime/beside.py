"""The keys that a policy adds beside its own: in its slot, behind the same namespace."""


def key_beside(prefix: str, key: str, suffix: str) -> str:
    """The key of the suffix in the slot of `key`, which begins with `prefix` (`shop:`).

    A key with a hash tag shares it; one without is a tag as a whole. A `}` ends a tag:
    no key has one outside of it.
    """
    return f"{key}:{suffix}" if "}" in key else f"{prefix}{{{key}}}:{suffix}"
