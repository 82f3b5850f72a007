from __future__ import annotations

from bench.model import StoredRun
from tests.support.findings import ids, summary
from tests.support.synthetic import QUIET, run, trial


def test_other_programs_and_a_greedy_hypervisor_are_named_and_withhold_verdicts() -> None:
    def noise(**changes: float) -> StoredRun:
        return run(lambda r, b: trial(r, b, noise=QUIET | changes))

    assert ids(noise(busy_s=1.9)) == {"noisy-machine": "invalid"}
    assert {p.verdict for p in summary(noise(busy_s=1.9)).comparisons} == {None}
    assert ids(noise(busy_s=1.25)) == {"noisy-machine": "warning"}
    assert ids(noise(steal_s=0.5, busy_s=1.5)) == {"noisy-machine": "invalid"}
    assert ids(noise(busy_s=1.1)) == {}
