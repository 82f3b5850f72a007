"""Known speeds and times: identical code, a planted difference, a sleep, a server's mixture of delays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from bench.check.selfcheck.check import Check, Experimenter, ends, interval
from bench.model import CaseSummary, Contestant

PLANTED = 1.10
PLANTED_SLACK = 0.02
SPREAD = 0.05
SLEEP_MS = 10.0


def known_speeds(experimenter: Experimenter) -> Iterator[Check]:
    """A loop against the same loop, and against the loop with 10 % more work."""
    spec = experimenter.spec("steps")
    longer = round(spec.parameters["steps"] * PLANTED)

    def ratio(other: Contestant) -> Callable[[float], tuple[float, float]]:
        def measured(budget_s: float) -> tuple[float, float]:
            result = experimenter.measure(spec, [Contestant("sync"), other], blocks=8, budget_s=budget_s)
            return ends(result.pair(other.copy).ratio)

        return measured

    yield interval(
        "identical code is not told apart (A/A)", "×", ratio(Contestant("sync", 2)), 1 / (1 + SPREAD), 1 + SPREAD,
        budget_s=8.0, reason="two copies of one loop are told apart: CPUs, memory or clocks differ between processes",
    )  # fmt: skip
    yield interval(
        "10 % more work is found", "×", ratio(Contestant("sync", 2, (("steps", longer),))),
        1 / PLANTED - PLANTED_SLACK, 1 / PLANTED + PLANTED_SLACK, budget_s=8.0,
        reason="noise hides or distorts a difference of 10 %",
    )  # fmt: skip


def known_times(experimenter: Experimenter) -> Iterator[Check]:
    """A sleep of known length."""
    spec = experimenter.spec("parked", nap_ms=int(SLEEP_MS))
    for runner, late_ms in (("sync", 0.8), ("asyncio", 1.8)):

        def median(budget_s: float, runner: str = runner) -> tuple[float, float]:
            case = experimenter.measure(spec, [Contestant(runner)], budget_s=budget_s).case(runner, 1)
            return ends(case["latency_p50_ms"])

        yield interval(
            f"a sleep of {SLEEP_MS:g} ms on {runner}, median", "ms", median, SLEEP_MS * 0.992, SLEEP_MS + late_ms,
            budget_s=3.0, reason="timers of this machine are coarse or late: delays read longer than they are",
        )  # fmt: skip


def known_mixture(experimenter: Experimenter) -> Iterator[Check]:
    """A server that answers 95 % after 5 ms and 5 % after 40 ms gives back its percentiles, all from the same turns."""

    @cache
    def answered(budget_s: float) -> CaseSummary:
        spec, who = experimenter.spec("mixture"), [Contestant("threads")]
        return experimenter.measure(spec, who, concurrency=(4,), budget_s=budget_s).case("threads", 4)

    for name, expected_ms in (("p50", 5.0), ("p90", 5.0), ("p99", 40.0)):

        def percentile(budget_s: float, name: str = name) -> tuple[float, float]:
            return ends(answered(budget_s)[f"latency_{name}_ms"])

        yield interval(
            f"{name} of a server that delays 95 % by 5 ms and 5 % by 40 ms", "ms", percentile,
            expected_ms * 0.98, expected_ms + 3, budget_s=12.0,
            reason="latencies carry delays that the server did not make",
        )  # fmt: skip
