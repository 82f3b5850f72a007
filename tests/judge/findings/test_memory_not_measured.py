from __future__ import annotations

from tests.support.findings import ids
from tests.support.synthetic import memory, run, trial


def test_memory_that_was_not_measured_or_means_less_is_said() -> None:
    assert ids(run(lambda r, b: trial(r, b, memory=None))) == {"memory-not-measured": "info"}
    assert ids(run(lambda r, b: trial(r, b, memory=memory(method="USS")))) == {"memory-not-measured": "info"}
