"""When ``different-libraries`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from tests.support.findings import ids
from tests.support.synthetic import run, spec


def test_different_libraries_are_said() -> None:
    two = spec(libraries={"blocking": "urllib3", "coroutine": "aiohttp"})
    one = spec(libraries={"blocking": "httpx", "coroutine": "httpx"})

    assert ids(run(workload=two)) == {"different-libraries": "info"}
    assert ids(run(workload=one)) == {}


def test_who_ran_one_form_only_is_not_told_of_the_other() -> None:
    two = spec(libraries={"blocking": "urllib3", "coroutine": "aiohttp"})

    assert ids(run(workload=two, runners=("sync", "threads"))) == {}
