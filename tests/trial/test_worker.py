"""One worker's turn: what it keeps of a timed and of a memory turn, in both forms."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bench.trial import worker
from bench.trial.loads import closed
from bench.trial.recorder import WRONG_RESULT, Recorder
from bench.trial.turn import MEMORY, TIMED, Span
from bench.workload import Op, Workload
from tests.support.clockwork import Clock, in_coroutine


class Unchecked(Workload):
    pass


class Checked(Workload):
    def check(self, result: object) -> bool:
        return result == "right"


class TestWorker:
    SPAN = Span(TIMED, 0, 5, 10, 10)

    @pytest.fixture(autouse=True)
    def _clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(closed, "now", Clock(4, 12))

    @staticmethod
    def _blocking(workload: Workload, op: Op, span: Span, kept: Recorder) -> None:
        worker.run_blocking(workload, op, span, kept)

    @staticmethod
    def _coroutine(workload: Workload, op: Op, span: Span, kept: Recorder) -> None:
        async def main() -> None:
            await worker.run_coroutine(workload, in_coroutine(op), span, kept)

        asyncio.run(main())

    @pytest.fixture(params=["blocking", "coroutine"])
    def run(self, request: pytest.FixtureRequest) -> Callable[[Workload, Op, Span, Recorder], None]:
        return {"blocking": self._blocking, "coroutine": self._coroutine}[request.param]

    def test_a_timed_turn_keeps_the_reads(self, run: Callable[[Workload, Op, Span, Recorder], None]) -> None:
        kept = Recorder()

        run(Unchecked(), lambda: "anything", self.SPAN, kept)

        assert kept.ends_ns == [0, 4, 12]
        assert not kept.failed_starts_ns

    def test_a_memory_turn_keeps_no_read_but_every_failure(
        self, run: Callable[[Workload, Op, Span, Recorder], None]
    ) -> None:
        kept = Recorder()

        run(Checked(), lambda: "wrong", Span(MEMORY, 0, 5, 10, 10), kept)

        assert not kept.ends_ns
        assert kept.messages == {WRONG_RESULT: 2}

    def test_the_workloads_own_check_judges_every_result(
        self, run: Callable[[Workload, Op, Span, Recorder], None]
    ) -> None:
        kept, results = Recorder(), iter(["right", "wrong"])

        run(Checked(), lambda: next(results), self.SPAN, kept)

        assert kept.failed_starts_ns == [4]
        assert kept.messages == {WRONG_RESULT: 1}

    def test_a_turn_forgets_the_one_before(self, run: Callable[[Workload, Op, Span, Recorder], None]) -> None:
        kept = Recorder()
        kept.begin(keep=True)(99)
        kept.failed(99, None)

        run(Unchecked(), lambda: None, self.SPAN, kept)

        assert kept.ends_ns == [0, 4, 12]
        assert (kept.failed_starts_ns, kept.messages) == ([], {})
