from __future__ import annotations

from tests.support.findings import ids
from tests.support.synthetic import run, trial


def test_a_gil_that_came_back_is_named_on_a_free_threaded_build_only() -> None:
    assert ids(run(environment={"free_threaded_build": True})) == {"gil-reenabled": "warning"}
    free = run(lambda r, b: trial(r, b, facts={"gil": False}), environment={"free_threaded_build": True})
    assert ids(free) == {}
