from __future__ import annotations

from tests.support.findings import ids, only
from tests.support.synthetic import memory, run, trial


def test_memory_that_grows_with_every_op_is_named() -> None:
    assert ids(run(only("threads", lambda r, b: trial(r, b, memory_end=memory(40))))) == {"memory-grows": "warning"}
    assert ids(run(only("threads", lambda r, b: trial(r, b, memory_end=memory(12))))) == {}
