"""A workload's fixture (a server, a directory) in a process of its own, seen from the session."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from bench.errors import FixtureFailed
from bench.machine import tree
from bench.measure import answers
from bench.model import WorkloadSpec
from bench.plan import code
from bench.process.child import Child, ChildLost
from bench.process.launch import Launch, executed
from bench.process.reaper import Reaper
from bench.trial import loading
from bench.trial.channel import Message
from bench.trial.recorder import describe

T = TypeVar("T")

_NOTHING = "gAROLg=="  # the pickle of None, in base64
_PATIENCE_S = 2.0
_ANSWER_S = 10.0


class FixtureProcess:
    """A running fixture. Without one of its own a workload gets a `FixtureProcess` that serves nothing."""

    def __init__(
        self,
        child: Child | None,
        value: str,
        *,
        counts: bool,
        musters: bool,
        answer_s: float = _ANSWER_S,
        imported: Mapping[str, str] | None = None,
    ) -> None:
        self._child = child
        self._counts = counts
        self.musters = musters
        self._answer_s = answer_s
        self.value = value
        self.code = dict(imported or {})

    def pids(self) -> list[int]:
        """Its processes now: a server may fork one per connection."""
        return tree.of(self._child.pid) if self._child else []

    def counters(self) -> dict[str, int]:
        """What the fixture counted since the last call; empty when it counts nothing. Raises `FixtureFailed`."""
        return self._ask({"do": "counters"}, lambda told: answers.counts(told, "counters")) if self._counts else {}

    def muster(self, count: int) -> None:
        """Have the next requests held until ``count`` are in flight. Raises `FixtureFailed`."""
        if self.musters:
            self._ask({"do": "muster", "count": count}, lambda _: None)

    def assert_alive(self) -> None:
        """Make sure that it still answers: where it does not, no contestant is to blame. Raises `FixtureFailed`."""
        if self._child is not None:
            self._ask({"do": "alive"}, lambda _: None)

    def cpu_s(self) -> float | None:
        """CPU seconds its processes have used, ended ones included; None without a fixture."""
        if self._child is None:
            return None
        pids = self.pids()
        return tree.cpu_s(pids) + tree.reaped_cpu_s(pids)

    def _ask(self, order: Message, read: Callable[[Message], T]) -> T:
        assert self._child is not None
        with _blamed("the fixture is lost"):
            return read(self._child.ask(order, self._answer_s))


def nothing() -> FixtureProcess:
    """What a workload without a fixture gets: no process, the value None."""
    return FixtureProcess(None, _NOTHING, counts=False, musters=False)


@contextmanager
def running(
    spec: WorkloadSpec, scratch: Path, reaper: Reaper, timeout_s: float, launch: Launch | None = None
) -> Iterator[FixtureProcess]:
    """Start a workload's fixture, wait until it is ready, and stop it at the end. See `begun`."""
    with begun(spec, scratch, reaper, timeout_s, launch) as ready:
        yield ready()


@contextmanager
def begun(
    spec: WorkloadSpec, scratch: Path, reaper: Reaper, timeout_s: float, launch: Launch | None = None
) -> Iterator[Callable[[], FixtureProcess]]:
    """Start a workload's fixture, and stop it at the end; what is given waits until it is ready.

    Args:
        scratch: an existing directory in which the fixture gets an empty one of its own.
        launch: how its process comes into being; None executes it afresh.

    Raises:
        FixtureFailed: it did not start within ``timeout_s``, or died; in its own words. Also what is given.
    """
    if not spec.has_fixture:
        yield nothing
        return
    with ExitStack() as scope:
        with _blamed("the fixture did not start"):
            directory = scope.enter_context(
                tempfile.TemporaryDirectory(dir=scratch, prefix=f"{spec.name}-", ignore_cleanup_errors=True)
            )
            child = scope.enter_context(
                _ended(Child(launch or executed("bench.trial.serving", reaper.environment), reaper))
            )
            child.send({"do": "fixture", "workload": specification(spec), "directory": directory}, timeout_s)
        yield lambda: _ready(child, timeout_s)


@contextmanager
def _ended(child: Child) -> Iterator[Child]:
    """Stop it in the end, and what it started in groups of their own."""
    try:
        yield child
    finally:
        doomed = tree.of(child.pid)
        child.stop(_PATIENCE_S)
        tree.kill(doomed)


@contextmanager
def _blamed(what: str) -> Iterator[None]:
    """Whatever goes wrong with a fixture fails its workload and nothing else."""
    try:
        yield
    except ChildLost as lost:
        raise FixtureFailed(f"{what}: {lost}") from lost
    except OSError as error:
        raise FixtureFailed(f"{what}: {describe(error)}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise FixtureFailed(f"{what}: its answer makes no sense: {describe(error)}") from error


def _ready(child: Child, timeout_s: float) -> FixtureProcess:
    with _blamed("the fixture did not start"):
        told = child.reply(timeout_s)[0]
        return FixtureProcess(
            child,
            str(told["value"]),
            counts=bool(told["counts"]),
            musters=bool(told["musters"]),
            answer_s=min(timeout_s, _ANSWER_S),
            imported=answers.code(told),
        )


def specification(spec: WorkloadSpec) -> str:
    """The workload as a trial or fixture process loads it."""
    return loading.specification(code.project_of(spec), spec.class_name, spec.parameters)
