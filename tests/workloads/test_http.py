"""Every client of the http workload asks the same of the same server, and the server counts what they do."""

from __future__ import annotations

import asyncio
import base64
import itertools
import pickle
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.errors import UsageError
from bench.measure import fixture
from bench.measure.contestant import LiveTrial
from bench.measure.fixture import FixtureProcess
from bench.model import Contestant
from bench.process.launch import executed
from bench.process.reaper import Reaper
from bench.workload import Context
from tests.support.workloads import spec_of
from workloads import _http_server, _http_tls
from workloads._http_clients._answers import Answers
from workloads.http import Http

PATIENCE_S = 20.0
OPS = 4
CHOICES = [
    (client, form) for client, form in itertools.product(("idiomatic", "same", "raw"), ("blocking", "coroutine"))
]


@contextmanager
def served(workload: Http, reaper: Reaper, scratch: Path) -> Iterator[tuple[FixtureProcess, Context]]:
    """Its server, and what a client of two workers is told."""
    parameters = {
        name: getattr(workload, name) for name in ("body_bytes", "delay_ms", "reuse", "tls", "server", "server_workers")
    }
    with fixture.running(spec_of("http", **parameters), scratch, reaper, PATIENCE_S) as server:
        yield server, Context(pickle.loads(base64.b64decode(server.value)), None, concurrency=2)


def asked(workload: Http, form: str, ctx: Context) -> list[Any]:
    """Results of a few ops, of two workers in turn."""
    if form == "blocking":
        with workload.blocking_client(ctx) as client:
            ctx = replace(ctx, client=client)
            with workload.blocking(ctx) as one, workload.blocking(ctx) as other:
                return [op() for _ in range(OPS) for op in (one, other)]

    async def main() -> list[Any]:
        async with workload.coroutine_client(ctx) as client:
            own = replace(ctx, client=client)
            async with workload.coroutine(own) as one, workload.coroutine(own) as other:
                results = [await op() for _ in range(OPS) for op in (one, other)]
        await asyncio.sleep(0.05)  # a closed transport lets go of its socket when the loop comes round
        return results

    return asyncio.run(main())


@pytest.mark.parametrize(
    "served_as",
    [
        Http(delay_ms=0, body_bytes=1 << 20),
        Http(delay_ms=0, reuse=False),
        Http(delay_ms=0, server="wsgi"),
        Http(delay_ms=0, server="wsgi", reuse=False),
        Http(delay_ms=0, tls=True),
        Http(delay_ms=0, tls=True, reuse=False, server_workers=2),
    ],
    ids=["kept", "anew", "wsgi", "wsgi-anew", "tls", "tls-anew-two-servers"],
)
def test_all_clients_do_equal_work(served_as: Http, reaper: Reaper, tmp_path: Path) -> None:
    if served_as.tls and _http_tls.missing():
        pytest.skip(_http_tls.missing())
    with served(served_as, reaper, tmp_path) as (server, ctx):
        for client, form in CHOICES:
            workload = replace(served_as, client=client)
            if why := workload.missing(form):
                print(f"not asked: {why}")
                continue

            results = asked(workload, form, ctx)
            counted = server.counters()

            assert results == [served_as.body_bytes] * 2 * OPS, (client, form)
            assert counted["requests"] == 2 * OPS, (client, form)
            if served_as.reuse:
                assert 1 <= counted["connections"] <= 2, (client, form)
            else:
                assert counted["connections"] == 2 * OPS, (client, form)


def test_requests_are_mustered_over_all_server_processes(reaper: Reaper, tmp_path: Path) -> None:
    workload = Http(client="raw", delay_ms=0, server_workers=2)
    with served(workload, reaper, tmp_path) as (server, ctx):
        server.muster(8)
        server.counters()
        with workload.blocking_client(ctx) as client:
            workers = [threading.Thread(target=_once, args=(workload, replace(ctx, client=client))) for _ in range(8)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        counted = server.counters()

    assert counted == {"requests": 8, "connections": 8, "in_flight_max": 8}


def _once(workload: Http, ctx: Context) -> None:
    with workload.blocking(ctx) as get:
        get()


def test_a_server_that_hangs_up_is_an_error_and_no_result() -> None:
    answers = Answers()

    assert answers.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab") is None
    with pytest.raises(ConnectionError, match="before its answer was whole"):
        answers.feed(b"")


def test_answers_are_whole_when_all_of_the_body_is_there_and_only_if_all_is_well() -> None:
    answers, whole = Answers(), b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd"

    assert [answers.feed(bytes([byte])) for byte in whole] == [None] * (len(whole) - 1) + [4]
    assert answers.feed(whole) == 4
    with pytest.raises(ConnectionError, match="status 500"):
        answers.feed(b"HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nabcd")


def test_delays_are_dealt_like_cards() -> None:
    dealt = _http_server.dealt((5.0, 5.0, 5.0, 50.0), 1)
    hands = [[next(dealt) for _ in range(4)] for _ in range(20)]

    assert all(sorted(hand) == [5.0, 5.0, 5.0, 50.0] for hand in hands)
    assert len({hand.index(50.0) for hand in hands}) > 1
    assert spec_of("http", delay_ms="(5,5,50)").least_latency_s == 0.005


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"client": "urlib3"}, "client is one of idiomatic, same, aiohttp"),
        ({"delay_ms": "(5,-1)"}, "delay_ms is milliseconds"),
        ({"delay_ms": "()"}, "delay_ms is milliseconds"),
    ],
)
def test_a_value_that_is_none_is_refused_in_one_line(parameters: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=r"\A[^\n]*\Z") as refused:
        spec_of("http", **parameters)
    assert words in str(refused.value)


def test_a_client_with_one_form_leaves_the_other_out() -> None:
    assert spec_of("http", client="urllib3").forms == ("blocking",)
    assert spec_of("http", client="raw").libraries == {"blocking": "httptools", "coroutine": "httptools"}


def test_a_client_knows_its_own_accelerators() -> None:
    assert Http().accelerators("coroutine") == {"aiohttp's HTTP parser": True}
    assert Http().accelerators("blocking") == {}  # http.client is pure Python by design


@pytest.mark.parametrize(
    ("runner", "client", "switched_off", "told"),
    [
        ("asyncio", "idiomatic", "1", {"aiohttp's HTTP parser": False}),
        ("processes", "raw", "", {"httptools' HTTP parser": True}),
    ],
)
def test_a_trial_says_which_accelerators_it_loaded(
    runner: str, client: str, switched_off: str, told: dict[str, bool], reaper: Reaper, tmp_path: Path
) -> None:
    spec = spec_of("http", client=client)
    reaper.environment["AIOHTTP_NO_EXTENSIONS"] = switched_off
    with fixture.running(spec, tmp_path, reaper, PATIENCE_S) as server:
        trial = LiveTrial(Contestant(runner), spec, executed("bench.trial", reaper.environment), reaper, PATIENCE_S)
        try:
            trial.load()
            trial.loaded(server)
            trial.open(1)
        finally:
            trial.stop()

    assert trial.facts["accelerators"] == told
