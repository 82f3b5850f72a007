"""How many rounds a contest gets, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import pytest

from bench.measure import fixture, pace
from bench.measure.contest import ContestBlock, Tuning
from bench.measure.entrant import Entrant
from bench.measure.pace import Need, Pilot
from bench.model import Contestant, TrialResult
from tests.support import synthetic

PLAN = synthetic.plan(("sync", "threads"))
FLOWN: dict[Contestant, tuple[Pilot, ...]] = {
    Contestant(runner): (Pilot(1e6, 1000.0, 1_000_000, cores=1.0),) for runner in ("sync", "threads")
}
KNOWN = Tuning(FLOWN, (0.01,), 0.5)


class Taking:
    """An entrant of which nothing is asked but that it is there."""

    live = True
    paces = ()

    def look(self) -> None:
        """Nobody looks."""


class Rounds(ContestBlock):
    """A contest whose rounds take as long as they are told to, and whose passes lie so far apart."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, takes_s: Callable[[int], float], apart: float = 0.02) -> None:
        entrants = cast("list[Entrant]", [Taking(), Taking()])
        super().__init__(PLAN, PLAN.contests[0], 0, entrants, fixture.nothing(), cast("Any", None), lambda: None)
        self.now_s, self.held, self._takes_s, self._apart = 100.0, 0, takes_s, apart
        monkeypatch.setattr("bench.measure.contest.time.perf_counter", lambda: self.now_s)

    def _round(self, number: int, turns: object) -> None:
        self.now_s += self._takes_s(number)
        self.held += 1

    def results(self) -> list[TrialResult]:
        """Each contestant's passes so far, every second of them so much faster, though not of both at a time."""
        rates = [[1000.0 + i * self._apart * 1000.0 * (n % 2) for n in range(2 * self.held)] for i in (1, -1)]
        return [
            synthetic.trial(runner, turns=[synthetic.turn(n // 2, rate, position=n % 2) for n, rate in enumerate(own)])
            for runner, own in zip(("sync", "threads"), rates, strict=True)
        ]  # fmt: skip

    def take(self, tuning: Tuning, deal: Callable[[Need | None, float], float]) -> int:
        """The number of rounds that were held."""
        self._rounds(tuning, deal)
        return self.held


def dealt(rounds_s: float) -> Callable[[Need | None, float], float]:
    return lambda need, spent_s: rounds_s


@pytest.mark.parametrize(
    ("rounds_s", "held"), [(0.0, 1), (1.4, 1), (1.6, 2), (2.4, 2), (2.6, 3)], ids=lambda value: f"{value}"
)
def test_the_number_of_rounds_comes_nearest_to_what_was_dealt(
    monkeypatch: pytest.MonkeyPatch, rounds_s: float, held: int
) -> None:
    """Were none begun that ends too late, long rounds would be held too seldom and the last blocks have too many."""
    block = Rounds(monkeypatch, lambda number: 1.0)

    assert block.take(KNOWN, dealt(rounds_s)) == held
    assert block.rounds_s == pytest.approx(held)


def test_a_known_contest_is_dealt_to_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Need | None, float]] = []

    def deal(need: Need | None, spent_s: float) -> float:
        asked.append((need, spent_s))
        return 3.0

    Rounds(monkeypatch, lambda number: 1.0).take(KNOWN, deal)

    assert asked == [(pace.need((0.01,), 0.5), 0.0)]


def test_where_nothing_is_known_every_round_tells_more(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Need | None, float]] = []

    def deal(need: Need | None, spent_s: float) -> float:
        asked.append((need, spent_s))
        return 1.0 if need is None else 3.0

    held = Rounds(monkeypatch, lambda number: 1.0).take(Tuning(FLOWN), deal)

    assert held == 3
    assert [spent_s for _, spent_s in asked] == [0.0, 1.0, 2.0, 3.0]
    needs: Sequence[Need | None] = [need for need, _ in asked]
    assert needs[0] is None
    assert all(need is not None and need.round_s == pytest.approx(1.0) for need in needs[1:])


def test_it_is_not_asked_for_ever_what_the_rounds_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer goes through all that was measured: after thousands of rounds it would take longer than one."""
    asked: list[float] = []

    def deal(need: Need | None, spent_s: float) -> float:
        asked.append(spent_s)
        return 1000.0

    assert Rounds(monkeypatch, lambda number: 1.0).take(Tuning(FLOWN), deal) == 1000
    assert len(asked) == 1 + pace.ENOUGH_PASSES // 2


def test_a_noisy_contest_is_found_to_be_one_in_its_first_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    weights: list[float] = []

    def deal(need: Need | None, spent_s: float) -> float:
        weights.extend([need.weight] if need else [])
        return 0.0

    for apart in (0.01, 0.08):
        Rounds(monkeypatch, lambda number: 1.0, apart).take(Tuning(FLOWN), deal)

    assert weights[1] > 3 * weights[0]
