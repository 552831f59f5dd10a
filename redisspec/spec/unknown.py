"""What is said where an operation names something that is no keyspace."""

from __future__ import annotations

from collections.abc import Iterable

from redisspec.diagnostics.suggest import nearest


def no_keyspace(name: str, keyspaces: Iterable[str], policy: str | None) -> tuple[str, str]:
    """The message and the way out; `policy` is what a policy of that name is called, None where none has it."""
    if policy is not None:
        return (
            f"`{name}` is a policy ({policy}), and operations work on keyspaces",
            "call it in Python, before the operation or around it",
        )
    known = list(keyspaces)
    near = nearest(name, known)
    if near:
        return f"no keyspace is called `{name}`", f"did you mean `{near}`?"
    return (
        f"no keyspace is called `{name}`",
        f"the keyspaces are {', '.join(known)}" if known else "declare it under `keyspaces:`",
    )
