"""A workload's fixture (a server, a directory) in a process of its own, seen from the session."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.errors import FixtureFailed
from bench.machine import resources
from bench.model import WorkloadSpec
from bench.process.child import Child, ChildLost
from bench.process.launch import executed
from bench.process.reaper import Reaper
from bench.trial import loading

_NOTHING = "gAROLg=="  # the pickle of None, in base64
_PATIENCE_S = 2.0
_COUNTERS_TIMEOUT_S = 10.0


class FixtureProcess:
    """A running fixture. Without one of its own a workload gets a `FixtureProcess` that serves nothing."""

    def __init__(
        self, child: Child | None, value: str, *, counts: bool, musters: bool, code: Mapping[str, str] | None = None
    ) -> None:
        self._child = child
        self.code = dict(code or {})
        self._counts = counts
        self._musters = musters
        self.value = value
        self.pids = resources.tree(child.pid) if child else []

    def counters(self) -> dict[str, int]:
        """What the fixture counted since the last call; empty when it counts nothing. Raises `FixtureFailed`."""
        return self._ask({"do": "counters"}) if self._counts else {}

    def muster(self, count: int) -> None:
        """Have the next requests held until ``count`` are in flight. Raises `FixtureFailed`."""
        if self._musters:
            self._ask({"do": "muster", "count": count})

    def cpu_s(self) -> float | None:
        """CPU seconds the fixture's processes have used; None without a fixture that serves."""
        return resources.cpu_s(self.pids) if self._counts else None

    def _ask(self, order: dict[str, object]) -> dict[str, int]:
        assert self._child is not None
        try:
            return self._child.ask(order, _COUNTERS_TIMEOUT_S)
        except ChildLost as lost:
            raise FixtureFailed(f"the fixture is lost: {lost}") from lost


def nothing() -> FixtureProcess:
    """What a workload without a fixture gets: no process, the value None."""
    return FixtureProcess(None, _NOTHING, counts=False, musters=False)


@contextmanager
def running(spec: WorkloadSpec, scratch: Path, reaper: Reaper, timeout_s: float) -> Iterator[FixtureProcess]:
    """Start a workload's fixture, wait until it is ready, and stop it at the end.

    Args:
        scratch: an existing directory in which the fixture gets an empty one of its own.

    Raises:
        FixtureFailed: it did not start within ``timeout_s``, or died; in its own words.
    """
    if not spec.has_fixture:
        yield nothing()
        return
    with tempfile.TemporaryDirectory(dir=scratch, prefix=f"{spec.name}-", ignore_cleanup_errors=True) as directory:
        child = Child(executed("bench.trial.serving", {}), reaper)
        try:
            ready = child.ask({"workload": specification(spec), "directory": directory}, timeout_s)
            yield FixtureProcess(
                child, ready["value"], counts=ready["counts"], musters=ready["musters"], code=ready["code"]
            )
        except ChildLost as lost:
            raise FixtureFailed(f"the fixture did not start: {lost}") from lost
        finally:
            child.stop(_PATIENCE_S)


def specification(spec: WorkloadSpec) -> str:
    """The workload as a trial or fixture process loads it."""
    return loading.specification(
        file=str(Path(spec.file).absolute()), module=spec.module, class_name=spec.class_name, parameters=spec.parameters
    )
