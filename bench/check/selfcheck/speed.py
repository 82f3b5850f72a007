"""Known speeds and times: identical code, a planted difference, a sleep, a server's mixture of delays."""

from __future__ import annotations

from collections.abc import Iterator

from bench.check.selfcheck.check import Check, Experimenter, judged
from bench.judge import sentences
from bench.model import Contestant

PLANTED = 1.10
PLANTED_SLACK = 0.02
SPREAD = 0.05
SLEEP_MS = 10.0


def known_speeds(experimenter: Experimenter) -> Iterator[Check]:
    """One contest of three: a loop, the same loop, and the loop with 10 % more work."""
    spec = experimenter.spec("steps")
    longer = round(spec.parameters["steps"] * PLANTED)
    contestants = [Contestant("sync"), Contestant("sync", 2), Contestant("sync", 3, (("steps", longer),))]
    result = experimenter.measure(spec, contestants, blocks=8, budget_s=16.0)

    twin = result.pair(2)
    assert twin.ratio.low is not None
    assert twin.ratio.high is not None
    spread = max(twin.ratio.high, 1 / twin.ratio.low) - 1
    yield judged(
        "identical code is not told apart (A/A)",
        f"1× within ±{SPREAD:.0%}",
        f"{sentences.ratio(twin.ratio)}; noise floor {spread:.1%}",
        passed=twin.verdict not in {"faster", "slower"} and spread < SPREAD,
        reason="the machine is too noisy, or its CPUs too different, for small effects",
    )
    planted = result.pair(3)
    assert planted.ratio.high is not None
    yield judged(
        "10 % more work is found",
        f"{1 / PLANTED:.3f}× ±{PLANTED_SLACK}",
        sentences.ratio(planted.ratio),
        passed=planted.ratio.high < 1 and abs(planted.ratio.value - 1 / PLANTED) <= PLANTED_SLACK,
        reason="noise hides or distorts a difference of 10 %",
    )


def known_times(experimenter: Experimenter) -> Iterator[Check]:
    """A sleep of known length."""
    spec = experimenter.spec("parked", nap_ms=int(SLEEP_MS))
    result = experimenter.measure(spec, [Contestant("sync"), Contestant("asyncio")], budget_s=5.0)
    for runner, late_ms in (("sync", 0.8), ("asyncio", 1.8)):
        median = result.case(runner, 1)["latency_p50_ms"]
        assert median is not None
        yield judged(
            f"a sleep of {SLEEP_MS:g} ms on {runner}",
            f"{SLEEP_MS:g} to {SLEEP_MS + late_ms:g} ms at the median",
            f"{median.value:.2f} ms",
            passed=SLEEP_MS * 0.992 <= median.value <= SLEEP_MS + late_ms,
            reason="timers of this machine are coarse or late; sleeps and delays read longer than they are",
        )


def known_mixture(experimenter: Experimenter) -> Iterator[Check]:
    """A server that answers 95 % after 5 ms and 5 % after 40 ms gives back its percentiles."""
    result = experimenter.measure(experimenter.spec("mixture"), [Contestant("threads")], concurrency=(4,), budget_s=9.0)
    case = result.case("threads", 4)
    for name, expected_ms in (("p50", 5.0), ("p90", 5.0), ("p99", 40.0)):
        estimate = case[f"latency_{name}_ms"]
        measured = "too few ops" if estimate is None else f"{estimate.value:.1f} ms"
        yield judged(
            f"{name} of a server that delays 95 % by 5 ms and 5 % by 40 ms",
            f"{expected_ms:g} to {expected_ms + 3:g} ms",
            measured,
            passed=estimate is not None and expected_ms * 0.98 <= estimate.value <= expected_ms + 3,
            reason="latencies carry delays that the server did not make",
        )
