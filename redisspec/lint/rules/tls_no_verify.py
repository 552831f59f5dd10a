"""TLS is used, and who answers is not checked.

## What it does
Finds, in Python, clients and pools with `ssl_cert_reqs` none or `ssl_check_hostname=False`, in settings and in URLs.

## Why is this bad
Whoever can reach the network between can answer in the server's place: with any certificate, read the password and all
that follows, and change it. It looks encrypted, and nothing fails.

## Example
```python
import redis

client = redis.Redis(host="cache.internal", ssl=True, ssl_cert_reqs=None, socket_timeout=2)
```

## Use instead
```python
import redis

client = redis.Redis(
    host="cache.internal", ssl=True, ssl_ca_certs="/etc/ssl/redis-ca.pem", socket_timeout=2
)
```

## Fix safety
The fix writes `ssl_cert_reqs="required"`, or `ssl_check_hostname=True`. It is unsafe: a server with a certificate of its
own making is refused then, until `ssl_ca_certs` names who signed it.

## References
- [Redis: TLS](https://redis.io/docs/latest/operate/oss_and_stack/management/security/encryption/)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from redisspec.diagnostics.diagnostic import Edit, Fix
from redisspec.lint.rule import Rule

if TYPE_CHECKING:
    from redisspec.diagnostics.diagnostic import Diagnostic
    from redisspec.ir.flows import Value
    from redisspec.lint.pyfacts import PyContext


def check_python(context: PyContext) -> Iterator[Diagnostic]:
    """One finding a client that believes anybody."""
    for client in context.module.clients:
        for name, instead in (("ssl_cert_reqs", '"required"'), ("ssl_check_hostname", "True")):
            given = client.settings.get(name)
            if given is None or not _is_off(name, given):
                continue
            span = client.spans.get(name, client.span)
            own = any(word.arg == name for word in client.node.keywords)
            fix = Fix("Check who answers", (Edit(span, instead),)) if own else None
            yield RULE.found(
                span,
                f"`{name}` takes whoever answers for the server: TLS without that check protects from nobody in "
                "between",
                f"write `{name}={instead}`, and `ssl_ca_certs=…` where your own authority signs",
                fix=fix,
            )
            break
        for url in client.positional:
            if url.provenance == "constant" and "ssl_cert_reqs=none" in url.text.lower():
                yield RULE.found(
                    client.span,
                    "`ssl_cert_reqs=none` in the URL takes whoever answers for the server",
                    "leave it out, and name the authority: `ssl_ca_certs=…`",
                )


def _is_off(name: str, value: Value) -> bool:
    if name == "ssl_check_hostname":
        return value.provenance == "constant" and value.text == "False"
    written = value.text.rpartition(".")[2].lower()
    return written in ("none", "cert_none") and value.provenance in ("constant", "parameter")


RULE = Rule(
    "RS605",
    "tls-no-verify",
    "error",
    "client",
    "python",
    __doc__ or "",
    python=check_python,
    mends_python=True,
)
