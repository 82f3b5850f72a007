"""When ``gil-reenabled`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from tests.support.findings import ids, the
from tests.support.synthetic import run, trial


def test_a_gil_that_came_back_is_named_on_a_free_threaded_build_only() -> None:
    assert ids(run(environment={"free_threaded_build": True})) == {"gil-reenabled": "warning"}
    free = run(lambda r, b: trial(r, b, facts={"gil": False}), environment={"free_threaded_build": True})
    assert ids(free) == {}


def test_a_warning_is_promised_only_if_nobody_asked_for_the_gil() -> None:
    remedy = the(run(environment={"free_threaded_build": True}), "gil-reenabled").remedy

    assert remedy.startswith("unless PYTHON_GIL or -X gil asked for it")
