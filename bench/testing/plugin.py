"""What pytest loads: the mark ``runners``, the option ``--race-strict`` and the fixture ``race``.

Nothing of the harness is imported before a test asks for the fixture.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from bench.testing.race import Race

MARK = (
    "runners(*names, concurrency=[1, 8], budget_s=3): the runners that the fixture `race` lets take turns; all that "
    "fit where none is named"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("race")
    group.addoption(
        "--race-strict",
        action="store_true",
        help="fail where a race is inconclusive; without it such a test is skipped with the reason",
    )
    group.addoption(
        "--race-budget",
        type=float,
        metavar="SECONDS",
        help="seconds of turns for every race, whatever its mark says",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARK)


if find_spec("pytest_benchmark"):

    @pytest.fixture
    def race(request: pytest.FixtureRequest, benchmark: Any) -> Race:
        """Let functions race: ``race(blocking=f, coroutine=g)``, then ``assert race.faster("uvloop", than="asyncio")``.

        It stands on pytest-benchmark's fixture, so that its options (``--benchmark-skip``, ``--benchmark-disable``,
        ``--benchmark-only``) hold for races.
        """
        from bench.testing.race import Race

        benchmark._mode = "race(...)"  # noqa: SLF001 - it shall not complain that it was not used, and not be used twice
        return Race(request, disabled=benchmark.disabled)

else:

    @pytest.fixture
    def race() -> Race:
        """Ask for what is missing."""
        pytest.fail("the fixture race reports through pytest-benchmark: pip install 'deadheat[pytest]'", pytrace=False)
