"""How late a tick wakes, on a clock that the test holds."""

from __future__ import annotations

import pytest

from bench.trial import ticker
from bench.trial.turn import Span
from tests.support.clockwork import Clock


class TestTicker:
    def test_it_notes_how_late_every_tick_of_the_window_woke(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ms = 1_000_000
        slept: list[float] = []
        monkeypatch.setattr(ticker, "now", Clock(0, 2 * ms, 3 * ms, 7 * ms, 7 * ms, 20 * ms))
        monkeypatch.setattr("time.sleep", slept.append)
        lateness_ns: list[int] = []

        ticker.tick_blocking(Span("lag", 0, 2 * ms, 12 * ms + 1, 20 * ms), lateness_ns)

        assert lateness_ns == [0, 0, 8 * ms]  # due at 2, 7 and 12 ms
        assert slept == pytest.approx([0.002, 0.004, 0.005])
