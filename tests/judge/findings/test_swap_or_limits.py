from __future__ import annotations

from tests.support.findings import ids
from tests.support.synthetic import MIB, QUIET, run, trial


def test_swap_and_a_case_near_the_memory_limit_are_named() -> None:
    assert ids(run(lambda r, b: trial(r, b, noise=QUIET | {"swapped_bytes": 1e6}))) == {"swap-or-limits": "warning"}
    assert ids(run(environment={"memory_limit_bytes": 11 * MIB})) == {"swap-or-limits": "warning"}
    assert ids(run(environment={"memory_limit_bytes": 100 * MIB})) == {}
