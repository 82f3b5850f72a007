"""The contract a workload module keeps. Standard library only: this is imported inside the measured process.

A workload is a frozen dataclass whose fields are its parameters. It states one operation (the *op*) in up to two
forms, and each form is a context manager that yields the op, so set-up and tear-down cannot be half-written:

    @dataclass(frozen=True)
    class Sleep(Workload):
        '''Wait; the purest I/O-bound op.'''
        duration_ms: Annotated[int, Between(0)] = 10

        @contextmanager
        def blocking(self, ctx):
            yield lambda: time.sleep(self.duration_ms / 1000)

        @asynccontextmanager
        async def coroutine(self, ctx):
            yield lambda: asyncio.sleep(self.duration_ms / 1000)

What the harness guarantees:
- ``fixture`` is entered once per block in a process of its own, before any op, and left after the last one.
- ``blocking_client`` / ``coroutine_client`` is entered once per process (or event loop), before its workers.
- ``blocking`` / ``coroutine`` is entered once per worker, inside that worker; the op it yields is called in a loop.

What a workload guarantees:
- both forms do the same work and return equal results (or results for which ``check`` is true);
- a coroutine op suspends at least once, or one worker starves all others;
- an op prints nothing, retries nothing and sets nothing up.

A parameter is None, a bool, int, float, str, bytes, Path or enum, or a tuple, list, set, frozenset or dict of such; it
arrives in every process as it is. `Between` states its limits. The file imports its neighbours and its project's
packages as a script does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

Op = Callable[[], object]
"""What a blocking worker calls in a loop."""

AsyncOp = Callable[[], Awaitable[object]]
"""What a coroutine worker awaits in a loop."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a client or a worker is told.

    fixture: the value the fixture yielded (None without one).
    client: the value the client scope yielded (None without one, and inside the client scope itself).
    concurrency: workers that share this process or loop; size pools, connectors and executors to it.
    worker: index of this worker, 0 to C - 1 over the whole case.
    """

    fixture: Any
    client: Any
    concurrency: int
    worker: int = 0


@dataclass(frozen=True, slots=True)
class Fixture:
    """A fixture's value together with what it counts, for fixtures that serve.

    value: handed to every context as ``ctx.fixture``; must pickle.
    counters: called between turns, in the fixture's process; returns counts since the last call. Three names are
        understood: ``requests``, of which every op makes one or more (an op that may make none is counted under
        another name), ``connections``, and ``in_flight_max``, the most requests at once.
    muster: called with C before the first op of each case; the fixture should hold the coming requests until C are
        in flight (or a second or two have passed). It shows that no pool or limit on the client's side keeps the
        case from its concurrency, however fast or slow the machine is.
    """

    value: Any
    counters: Callable[[], Mapping[str, int]] | None = None
    muster: Callable[[int], None] | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """Limits of a numeric parameter, both included; a value outside is refused before anything is measured.

    Written into the annotation: ``size_bytes: Annotated[int, Between(1)] = 1024``.
    """

    low: float | None = None
    high: float | None = None

    def __contains__(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        if self.low is None:
            return f"{self.high:,} or less"
        return f"{self.low:,} or more" if self.high is None else f"{self.low:,} to {self.high:,}"


class Workload:
    """Base class of every workload. Subclass it as a frozen dataclass; override at least one form."""

    default_concurrency: ClassVar[tuple[int, ...] | None] = None
    """Concurrencies to run when the user names none; None takes the profile's."""

    by_default: ClassVar[bool] = True
    """Whether it is measured where nobody names a workload; one that answers a special question is asked for."""

    libraries: ClassVar[Mapping[str, str]] = {}
    """Form (``blocking``, ``coroutine``) -> distribution of the client library that form uses, when it uses one. A
    property where that depends on a parameter."""

    runs_while_parked: ClassVar[bool] = False
    """A contestant that waits for its turn is frozen, with all its threads and processes, since it would slow down
    whoever has the turn. True where the client must go on meanwhile, as one whose server drops it without a heartbeat;
    what it uses then is told as a finding."""

    is_floor: ClassVar[bool] = False
    """Whether it measures what the harness itself takes. Nobody chooses a runner for that, so such contests get no
    further blocks."""

    def fixture(self, directory: Path, /) -> AbstractContextManager[Any] | AbstractAsyncContextManager[Any] | None:
        """Serve the ops from another process: yield a picklable value or a `Fixture`, once ops can succeed.

        Args:
            directory: an empty directory of this run's own, on the filesystem of the results.
        """
        return None

    def blocking_client(self, ctx: Context, /) -> AbstractContextManager[Any] | None:
        """Open what the blocking workers of one process share, such as a connection pool."""
        return None

    def coroutine_client(self, ctx: Context, /) -> AbstractAsyncContextManager[Any] | None:
        """Open what the coroutine workers of one loop share, such as a client session."""
        return None

    def blocking(self, ctx: Context, /) -> AbstractContextManager[Op]:
        """Open one blocking worker and yield its op."""
        raise NotImplementedError

    def coroutine(self, ctx: Context, /) -> AbstractAsyncContextManager[AsyncOp]:
        """Open one coroutine worker and yield its op."""
        raise NotImplementedError

    def check(self, result: Any, /) -> bool:
        """Tell whether an op's result is right. Called after every op, inside its time: keep it O(1).

        Without an override nothing is called at all.
        """
        return True

    def least_latency_s(self) -> float:
        """Seconds below which no honest op can end (the length of a sleep); shorter ops are counted as early."""
        return 0.0

    def provides(self, form: str, /) -> bool:
        """Tell whether this workload states the form ``blocking`` or ``coroutine``.

        Override it where a parameter has one form only; cells of the other then say that there is none.
        """
        return getattr(type(self), form) is not getattr(Workload, form)

    def missing(self, form: str, /) -> str:
        """Say why a form cannot run here, with the remedy (``httpx2 is not installed: pip install httpx2``).

        Its cells then stay empty with this reason, and everything else is measured. Empty where nothing is missing.
        """
        return ""

    def accelerators(self, form: str, /) -> Mapping[str, bool]:
        """Name the parts of a form's client that are compiled where all is well -> whether they are here.

        Asked once, in the process of the workers, after they have opened; a False is told as a finding.
        """
        return {}
