"""What was measured: turns, trials, and the run that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.model.planned import Plan, Status


@dataclass(frozen=True, slots=True)
class TurnResult:
    """One turn of one trial, reduced to what statistics need.

    ops: ops credited to the window, an op that straddles an edge by its share inside; failed ops are not in it.
    completed, errors: whole ops that ended inside the window, and the failed ones among all that did.
    all_ops: ops of the whole turn, ramp and drain included; ``cpu_s`` and ``wall_s`` span the same time.
    op_time_s: time of the window that workers spent in successful ops; over ``ops`` it is their mean latency, and over
        window times workers it is 1 when all workers were busy throughout (Little's law).
    latency_sum_s: of the successful ops that ended inside the window.
    late_workers: workers whose first op had not ended when the window closed: the ramp was too short for them.
    early: ops shorter than the workload says any honest op can be.
    least_ops, most_ops: that a single worker ended inside the window.
    fairness: Jain's index over the workers' ops of the whole turn: a window may be shorter than the bursts in which
        they take turns.
    """

    round: int
    position: int
    started_s: float
    cpu: int | None
    window_s: float
    wall_s: float
    ops: float
    completed: int
    errors: int
    all_ops: int
    latency_sum_s: float
    latency_max_s: float
    late_workers: int
    early: int
    fairness: float
    least_ops: int
    most_ops: int
    cpu_s: float
    server_cpu_s: float | None
    counters: dict[str, int]
    op_time_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory of a process tree, in bytes, read from outside.

    total_bytes: anonymous + shared memory + kernel stacks + page tables; ``method`` names it. Of a memory turn it is
        the largest reading.
    file_bytes: proportional share of mapped files, which depends on who else is alive and is not in the total.
    typical_bytes, readings: the median over so many readings of a memory turn.
    ops_seen: how many ops of its slowest worker the turn lasted, at least; below 1 a burst may have been missed.
    """

    total_bytes: int
    anon_bytes: int
    shmem_bytes: int
    kernel_bytes: int
    file_bytes: int
    processes: int
    threads: int
    method: str
    typical_bytes: int | None = None
    readings: int = 1
    ops_seen: float | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """The beginning of one timed turn, op by op, on a clock that is 0 when the first op began.

    open_ns, close_ns: the window. workers: of each, when its first op began and how long each of its ops took.
    failed: of each, which of its ops failed, counted from 0.
    """

    open_ns: int
    close_ns: int
    workers: tuple[tuple[int, ...], ...]
    failed: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One case in one block: a line of trials.jsonl.

    status: ``measured`` or ``failed`` (``reason`` says how); the statuses of cells that never run are in the plan.
    latency, lag: log-linear histograms, bucket -> count (see histogram.py).
    messages: failure texts with counts.
    memory: in its own turn under load. memory_begin, memory_end: parked, after its first and after its last turn.
    side_window_s: length of the memory and lag windows.
    noise: what happened on the machine meanwhile (see machine.facts.noise), with wall_s, our own CPU in ours_s, and
        parked_cpu_s: what this contestant used while it was not its turn.
    facts: loop class, start method, GIL, set-up times.
    trace: of its first timed turn in the run.
    """

    block: int
    workload: str
    concurrency: int
    runner: str
    copy: int
    workers: int
    status: Status
    reason: str
    turns: tuple[TurnResult, ...] = ()
    latency: dict[int, int] = field(default_factory=dict)
    lag: dict[int, int] = field(default_factory=dict)
    lag_max_s: float = 0.0
    memory: Memory | None = None
    memory_begin: Memory | None = None
    memory_end: Memory | None = None
    messages: dict[str, int] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    side_window_s: float = 0.0
    noise: dict[str, float] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as it lies on the disk.

    stopped: ``running``, ``completed``, ``interrupted`` or ``failed: …``.
    ending: why a run with a wanted precision stopped where it did.
    elapsed_s: wall seconds of measuring, over all sessions that contributed.
    remarks: what was left out when it was read, in words; not stored.
    """

    directory: Path
    run_id: str
    started: str
    command: tuple[str, ...]
    plan: Plan
    environment: dict[str, Any]
    stopped: str
    elapsed_s: float
    ending: str = ""
    trials: tuple[TrialResult, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def done(self) -> set[tuple[int, str]]:
        """(block, workload label) of every bout that is stored."""
        return {(trial.block, trial.workload) for trial in self.trials}
