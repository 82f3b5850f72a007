"""When ``swap-or-limits`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from tests.support.findings import ids, the
from tests.support.synthetic import MIB, QUIET, run, trial


def test_swap_and_a_case_near_the_memory_limit_are_named() -> None:
    assert ids(run(lambda r, b: trial(r, b, noise=QUIET | {"swapped_bytes": 1e6}))) == {"swap-or-limits": "warning"}
    assert ids(run(environment={"memory_limit_bytes": 11 * MIB})) == {"swap-or-limits": "warning"}
    assert ids(run(environment={"memory_limit_bytes": 100 * MIB})) == {}


def test_who_holds_little_is_not_told_to_hold_less() -> None:
    others = run(lambda r, b: trial(r, b, workers=8, noise=QUIET | {"swapped_bytes": 1e6}), concurrency=8)
    near = run(lambda r, b: trial(r, b, workers=8), concurrency=8, environment={"memory_limit_bytes": 11 * MIB})
    alone = run(environment={"memory_limit_bytes": 11 * MIB})

    assert "not this case" in the(others, "swap-or-limits").remedy
    assert "lower the concurrency" in the(near, "swap-or-limits").remedy
    assert "lower the concurrency" not in the(alone, "swap-or-limits").remedy
