"""For all tests: reproducible properties, the runners that can run here, and a reaper."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from bench.process.interrupts import SIGNALS
from bench.process.reaper import Reaper
from bench.trial import runners
from bench.trial.runners import RunnerInfo

# No property fails by bad luck or by a busy machine: the examples are the same in every run, and none has a deadline.
settings.register_profile("reproducible", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("reproducible")

# A shell has background jobs ignore Ctrl-C, and nohup a hang-up; whoever is started here would inherit that.
for number in SIGNALS:
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


@pytest.fixture(params=runners.names())
def runner(request: pytest.FixtureRequest) -> RunnerInfo:
    """Every runner in turn; one whose library is missing is skipped with the line that would install it."""
    info = runners.catalogue()[request.param]
    if (why := runners.missing(info)) is not None:
        pytest.skip(why)
    return info


@pytest.fixture
def reaper() -> Iterator[Reaper]:
    with Reaper() as started:
        yield started
