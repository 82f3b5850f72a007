"""The HTTP clients: a file per library; what stands here can be named with ``http.client``, and so can `TIERS`.

A file has ``LIBRARY``, the distribution that it imports late, and a function for each form it has, entered once per
process or loop:

    @contextmanager
    def blocking(target: Target) -> Iterator[Connect]: ...

    @asynccontextmanager
    async def coroutine(target: Target) -> AsyncIterator[AsyncConnect]: ...

Each worker calls what that yields and enters the answer, which is its op: one GET of ``/``, whose result is how many
bytes of body came. A client that workers share yields ``lambda: nullcontext(get)``, one with a connection for each
yields what opens it. ``accelerated()`` may tell what is compiled (`bench.workload.Workload.accelerators`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench import AsyncOp, Op

if TYPE_CHECKING:
    import ssl

Connect = Callable[[], AbstractContextManager[Op]]
AsyncConnect = Callable[[], AbstractAsyncContextManager[AsyncOp]]

PARK_S = 600
"""Seconds an idle connection is kept: contestants are parked between their turns."""

TIERS = {
    "idiomatic": {"blocking": "urllib3", "coroutine": "aiohttp"},
    "same": {"blocking": "httpx2", "coroutine": "httpx2"},
}
"""Tier -> form -> the client that stands for it."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked, and by how many. certificate: file of the server's own; None without TLS."""

    host: str
    port: int
    certificate: str | None
    reuse: bool
    concurrency: int

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"http{'s' if self.certificate else ''}://{self.host}:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        """What is sent beside a client's own headers: either side closes the connection after this request, or none."""
        return {} if self.reuse else {"Connection": "close"}

    def tls(self) -> ssl.SSLContext | None:
        """Trust in the server's certificate and no other; None without TLS."""
        if self.certificate is None:
            return None
        import ssl

        return ssl.create_default_context(cafile=self.certificate)


def names() -> list[str]:
    """What a user may choose: a tier, or a file."""
    return [*TIERS, *sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))]


def load(client: str, form: str) -> Any:
    """The file that stands for a choice in one form."""
    return importlib.import_module(f"{__name__}.{TIERS.get(client, {}).get(form, client)}")
