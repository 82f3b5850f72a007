"""How long a contestant's responsiveness is watched."""

from __future__ import annotations

from typing import cast

import pytest

from bench.measure import entrant as measuring
from bench.measure.contestant import LiveTrial
from bench.measure.entrant import LAG_WINDOW_NS, LONG_LAG_WINDOW_NS, Entrant
from bench.measure.fixture import nothing
from bench.measure.measurable import SideFigures
from bench.model import Contestant
from tests.support.workloads import spec_of


class Ticking:
    """A trial whose every tick is so late."""

    out = ""
    parked_cpu_s = 0.0

    def __init__(self, lateness_ns: int) -> None:
        self._lateness_ns = lateness_ns
        self.windows_ns: list[int] = []

    def lag_turn(self, ramp_ns: int, window_ns: int) -> list[int]:
        self.windows_ns.append(window_ns)
        return [self._lateness_ns] * max(1, window_ns // (5_000_000 + self._lateness_ns))


@pytest.mark.parametrize(
    ("late_ns", "windows_ns"),
    [(0, [LAG_WINDOW_NS]), (1_000_000, [LAG_WINDOW_NS]), (20_000_000, [LAG_WINDOW_NS, LONG_LAG_WINDOW_NS])],
)
def test_one_whose_ticks_are_late_and_so_few_is_watched_for_longer(
    late_ns: int, windows_ns: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six blocks of one tick each are no percentile, and lag that outlasts the window would look no longer than it."""
    trial = Ticking(late_ns)
    monkeypatch.setattr(measuring.Entrant, "_side", lambda self: SideFigures(8))
    monkeypatch.setattr(measuring.Entrant, "_count", lambda self: {})
    entrant = Entrant(Contestant("threads"), 8, cast("LiveTrial", trial), spec_of("noop"), nothing(), lambda _: None)

    entrant.lag_turn()

    assert trial.windows_ns == windows_ns
    assert entrant.notes.side_window_s == pytest.approx(sum(windows_ns) / 1e9)
    assert 6 * len(entrant.notes.lateness_ns) >= 20  # a median that ten lie beyond
