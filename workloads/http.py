"""A small GET against a local service: many short waits on the network.

``client`` says whose ratio it is. ``idiomatic`` are the libraries people use (urllib3, aiohttp), so a difference
between the forms is the library's as well as the model's; the report says so. ``same`` is one library in both forms,
``raw`` the same bytes and the same parser under every runner: what is left is the model. Where a run has ``idiomatic``
and ``raw``, it splits the one ratio into those of model, library and loop.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

from bench import AsyncOp, Between, Context, Fixture, Op, Workload
from workloads import _http_clients as clients
from workloads import _http_tls
from workloads._http_clients import AsyncConnect, Connect, Target

Ms = Annotated[int, Between(0, 3_600_000)]


@dataclass(frozen=True)
class Http(Workload):
    """GET one body from a server in processes of its own, on 127.0.0.1, over kept-alive connections.

    Parameters:
        client: idiomatic (urllib3, aiohttp), same (httpx2 in both forms), raw, or a file of workloads/_http_clients.
        body_bytes: length of the answer's body.
        delay_ms: how long the server waits before it answers; (5,5,5,50) deals out these, in shuffled order.
        reuse: keep connections alive; without it every op opens one.
        tls: encrypt, with a certificate that is made for the run.
        server: aiohttp (on uvloop where there is one), or wsgi: the standard library's, with a thread per connection.
        server_workers: server processes; 0 for half of the CPUs.
    """

    client: str = "idiomatic"
    body_bytes: Annotated[int, Between(0)] = 1_024
    delay_ms: Ms | tuple[Ms, ...] = 5
    reuse: bool = True
    tls: bool = False
    server: Literal["aiohttp", "wsgi"] = "aiohttp"
    server_workers: Annotated[int, Between(0, 256)] = 1

    def __post_init__(self) -> None:
        if self.tls and self.server == "wsgi":
            raise ValueError("the wsgi server has no tls")
        if self.client not in clients.names():
            raise ValueError(f"client is one of {', '.join(clients.names())}")
        if not self._delays_ms or not all(0 <= delay_ms <= 3_600_000 for delay_ms in self._delays_ms):
            raise ValueError("delay_ms is milliseconds up to an hour, or several such as (5,5,5,50)")

    @property
    def _delays_ms(self) -> tuple[int, ...]:
        return self.delay_ms if isinstance(self.delay_ms, tuple) else (self.delay_ms,)

    @property
    def libraries(self) -> Mapping[str, str]:  # type: ignore[override]
        forms = [form for form in ("blocking", "coroutine") if self.provides(form)]
        return {form: clients.load(self.client, form).LIBRARY for form in forms}

    def provides(self, form: str) -> bool:
        return hasattr(clients.load(self.client, form), form)

    def missing(self, form: str) -> str:
        library = self.libraries[form]
        if find_spec(library) is None:
            return f"{library} is not installed: pip install {library}"
        return _http_tls.missing() if self.tls else ""

    def accelerators(self, form: str) -> Mapping[str, bool]:
        told: Mapping[str, bool] = getattr(clients.load(self.client, form), "accelerated", dict)()
        return told

    @contextmanager
    def fixture(self, directory: Path) -> Iterator[Fixture]:
        from workloads._http_server import Service, serving

        workers = self.server_workers or max(1, (os.cpu_count() or 1) // 2)
        delays_ms = tuple(map(float, self._delays_ms))
        certificate, key = _http_tls.certified(directory) if self.tls else (None, None)
        service = Service(
            self.body_bytes, delays_ms, clients.PARK_S, workers, certificate, key, self.server
        )  # fmt: skip
        with serving(service) as fixture:
            yield fixture

    def _target(self, ctx: Context) -> Target:
        host, port, certificate = ctx.fixture
        return Target(host, port, certificate, self.reuse, ctx.concurrency)

    def blocking_client(self, ctx: Context) -> AbstractContextManager[Connect]:
        opened: AbstractContextManager[Connect] = clients.load(self.client, "blocking").blocking(self._target(ctx))
        return opened

    def blocking(self, ctx: Context) -> AbstractContextManager[Op]:
        opened: AbstractContextManager[Op] = ctx.client()
        return opened

    def coroutine_client(self, ctx: Context) -> AbstractAsyncContextManager[AsyncConnect]:
        opened: AbstractAsyncContextManager[AsyncConnect] = clients.load(self.client, "coroutine").coroutine(
            self._target(ctx)
        )
        return opened

    def coroutine(self, ctx: Context) -> AbstractAsyncContextManager[AsyncOp]:
        opened: AbstractAsyncContextManager[AsyncOp] = ctx.client()
        return opened

    def check(self, result: int) -> bool:
        return result == self.body_bytes

    def least_latency_s(self) -> float:
        return min(self._delays_ms) / 1000
