"""When ``below-noise-floor`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from bench.model import StoredRun
from tests.support.findings import summary
from tests.support.synthetic import run, trial


def test_an_effect_smaller_than_the_twins_gets_no_verdict_and_a_larger_one_does() -> None:
    def of(rate: float) -> StoredRun:
        return run(
            lambda r, b: trial(r, b, rate=rate if r == "threads" else 1000.0),
            runners=("sync", "threads"),
            twin=lambda b: trial("sync", b, copy=2, rate=1150.0),
        )

    small = summary(of(1100.0))
    large = summary(of(1400.0))

    assert {p.verdict for p in small.comparisons if p.copy == 1} == {"inconclusive"}
    assert [f.id for f in small.findings] == ["below-noise-floor"]
    assert {p.verdict for p in large.comparisons if p.copy == 1} == {"faster", "slower"}
    assert large.findings == ()
