"""When ``server-bound`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from bench.model import StoredRun
from tests.support.findings import Make, ids, the, turns
from tests.support.synthetic import WINDOW_S, run, trial


def test_a_server_at_its_limit_is_named_and_an_idle_one_is_not() -> None:
    def server(cores: float) -> Make:
        return lambda r, b: trial(r, b, turns=turns(server_cpu_s=WINDOW_S * cores))

    assert ids(run(server(0.95))) == {"server-bound": "warning"}
    assert ids(run(server(0.3))) == {}


def test_a_server_that_computes_as_much_as_its_client_is_named() -> None:
    def share(server: float, client: float) -> Make:
        return lambda r, b: trial(r, b, turns=turns(server_cpu_s=WINDOW_S * server, cpu_s=WINDOW_S * client))

    assert ids(run(share(0.7, 0.6))) == {"server-bound": "warning"}
    assert ids(run(share(0.7, 0.8))) == {}
    assert ids(run(share(0.1, 0.05))) == {}


def test_a_lower_concurrency_is_advised_only_where_there_is_one() -> None:
    def busy(workers: int) -> StoredRun:
        made = turns(workers=workers, server_cpu_s=WINDOW_S * 0.95)
        return run(lambda r, b: trial(r, b, workers=workers, turns=made), concurrency=workers)

    assert "lower the concurrency" in the(busy(8), "server-bound").remedy
    assert "lower the concurrency" not in the(busy(1), "server-bound").remedy
