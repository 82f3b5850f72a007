"""When ``memory-not-measured`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from tests.support.findings import ids, the
from tests.support.synthetic import memory, run, trial


def test_memory_that_was_not_measured_or_means_less_is_said() -> None:
    assert ids(run(lambda r, b: trial(r, b, memory=None))) == {"memory-not-measured": "info"}
    assert ids(run(lambda r, b: trial(r, b, memory=memory(method="USS")))) == {"memory-not-measured": "info"}


def test_a_linux_is_not_sent_to_a_linux() -> None:
    unread = lambda r, b: trial(r, b, memory=None)  # noqa: E731

    assert "run on Linux" in the(run(unread, environment={"system": "Darwin"}), "memory-not-measured").remedy
    assert "run on Linux" not in the(run(unread, environment={"system": "Linux"}), "memory-not-measured").remedy
