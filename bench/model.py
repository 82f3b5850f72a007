"""The nouns, as frozen dataclasses without behaviour. Units are in the names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["measured", "not provided", "unavailable", "over limit", "failed"]
Verdict = Literal["faster", "slower", "equivalent", "inconclusive"]
Placement = Literal["pinned", "free"]


@dataclass(frozen=True, slots=True)
class WorkloadSpec:
    """A workload with its parameters, as data: what is stored, and what a trial loads.

    label: the name, with the parameters that differ from their defaults; unique in a plan.
    libraries: form -> distribution of the client library that form uses.
    source_sha256: of the module's file.
    """

    name: str
    label: str
    file: str
    module: str
    class_name: str
    summary: str
    parameters: dict[str, Any]
    forms: tuple[str, ...]
    libraries: dict[str, str]
    has_fixture: bool
    least_latency_s: float
    default_concurrency: tuple[int, ...] | None
    source_sha256: str


@dataclass(frozen=True, slots=True)
class Contestant:
    """One runner in a contest. ``copy`` 2 is the A/A twin: the same runner once more, to show the noise floor."""

    runner: str
    copy: int = 1


@dataclass(frozen=True, slots=True)
class Absence:
    """Why a contestant has no figures in a contest."""

    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class Contest:
    """The cases of one workload at one concurrency, which are compared with each other.

    absent: contestants that are not run, with the reason their cells show.
    """

    workload: str
    concurrency: int
    contestants: tuple[Contestant, ...]
    absent: dict[str, Absence]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for, complete with defaults."""

    profile: str
    runners: tuple[str, ...]
    baseline: str
    blocks: int
    budget_s: float
    seed: int
    placement: Placement
    timeout_s: float
    margin: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do; the same settings, workloads and machine give the same plan."""

    settings: Settings
    workloads: tuple[WorkloadSpec, ...]
    contests: tuple[Contest, ...]

    def workload(self, label: str) -> WorkloadSpec:
        """The workload of that label."""
        return next(spec for spec in self.workloads if spec.label == label)

    def contests_of(self, label: str) -> tuple[Contest, ...]:
        """A workload's contests in ascending concurrency."""
        return tuple(contest for contest in self.contests if contest.workload == label)


@dataclass(frozen=True, slots=True)
class TurnResult:
    """One turn of one trial, reduced to what statistics need.

    ops: ops credited to the window, an op that straddles an edge by its share inside; failed ops are not in it.
    completed, errors: whole ops that ended inside the window, and the failed ones among all that did.
    all_ops: ops of the whole turn, ramp and drain included; ``cpu_s`` and ``wall_s`` span the same time.
    latency_sum_s: of the successful ops that ended inside the window.
    late_workers: workers whose first op began after the window opened.
    early: ops shorter than the workload says any honest op can be.
    per_worker: ops each worker ended inside the window, smallest and largest, and Jain's index over the workers.
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


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory of a process tree, in bytes, read from outside.

    total_bytes: anonymous + shared memory (proportional shares) + kernel stacks + page tables; ``method`` names it.
    file_bytes: proportional share of mapped files, which depends on who else is alive and is not in the total.
    """

    total_bytes: int
    anon_bytes: int
    shmem_bytes: int
    kernel_bytes: int
    file_bytes: int
    processes: int
    threads: int
    method: str


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One case in one block: a line of trials.jsonl.

    status: ``measured`` or ``failed`` (``reason`` says how); the statuses of cells that never run are in the plan.
    latency, lag: log-linear histograms, bucket -> count (see histogram.py).
    messages: failure texts with counts.
    facts: loop class, start method, GIL, set-up times, worker counts.
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
    memory_end: Memory | None = None
    messages: dict[str, int] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    noise: dict[str, float] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval over ``blocks`` blocks; fewer than 6 blocks give no interval."""

    value: float
    low: float | None
    high: float | None
    blocks: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two contestants of one contest: throughput of ``runner`` over that of ``baseline``.

    p: of Student's t over the blocks, adjusted by Holm over all pairs of the run; None below 6 blocks.
    verdict: None below 6 blocks, or when a finding of severity ``invalid`` withholds it.
    """

    workload: str
    concurrency: int
    runner: str
    baseline: str
    ratio: Estimate
    p: float | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader must know about a number.

    cases: (workload label, concurrency, runner) of every cell it touches; empty for the whole run.
    """

    id: str
    severity: Literal["info", "warning", "invalid"]
    evidence: str
    remedy: str
    cases: tuple[tuple[str, int, str], ...] = ()
