"""urllib3: the pool beneath requests, shared by the workers of a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from workloads._http_clients import Connect, Target

LIBRARY = "urllib3"


@contextmanager
def blocking(target: Target) -> Iterator[Connect]:
    import urllib3

    options: dict[str, Any] = {"maxsize": target.concurrency, "block": True, "headers": target.headers}
    if tls := target.tls():
        options["ssl_context"] = tls
    with urllib3.connection_from_url(target.url, retries=False, **options) as pool:
        request = pool.request
        yield lambda: nullcontext(lambda: len(request("GET", "/").data))
