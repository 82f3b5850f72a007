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
    """One runner in a contest. ``copy`` 2 is the A/A twin: the same runner once more, to show the noise floor.

    variant: parameters in which this contestant's workload differs, for contests between two ways of one runner.
    """

    runner: str
    copy: int = 1
    variant: tuple[tuple[str, Any], ...] = ()


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
    """What the user asked for, complete with defaults.

    margin: ratios within the factor 1 + margin are equivalent. twins: one A/A twin per workload.
    precision: stop once the intervals reach no farther than this share from their ratios; None runs all blocks.
    """

    profile: str
    runners: tuple[str, ...]
    baseline: str
    blocks: int
    budget_s: float
    seed: int
    placement: Placement
    timeout_s: float
    margin: float
    twins: bool = True
    precision: float | None = None


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
    op_time_s: time of the window that workers spent in successful ops; over ``ops`` it is their mean latency, and over
        window times workers it is 1 when all workers were busy throughout (Little's law).
    latency_sum_s: of the successful ops that ended inside the window.
    late_workers: workers whose first op had not ended when the window closed: the ramp was too short for them.
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
    op_time_s: float = 0.0


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
    side_window_s: length of the memory and lag windows.
    noise: what happened on the machine meanwhile (see machine.facts.noise), with wall_s and our own CPU in ours_s.
    facts: loop class, start method, GIL, set-up times.
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
    side_window_s: float = 0.0
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

    workload: label. mean_ratio: of total ops over total time, which a stalling runner pulls away from ``ratio``.
    p: of Student's t over the blocks, adjusted by Holm over all pairs of the contest; None below 6 blocks.
    verdict: None below 6 blocks, or when a finding of severity ``invalid`` withholds it.
    """

    workload: str
    concurrency: int
    runner: str
    baseline: str
    ratio: Estimate
    mean_ratio: Estimate
    p: float | None
    verdict: Verdict | None
    copy: int = 1


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


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """One case over all its blocks. Estimates are None where nothing was measured or too little for the figure.

    workload: label. workers: 1 for the serial runner whatever the concurrency.
    throughput_per_s: typical rate (trimmed over turns). mean_per_s: total ops over total window time.
    latency_ms, lag_ms: percentile name -> estimate.
    little: throughput x mean latency / workers; 1 when every worker was busy all the time, None with failed ops.
    mean_over_typical: mean_per_s / throughput_per_s, paired in each block.
    server_cores: CPU seconds of the fixture per second of the turns, None when it does not serve.
    in_flight_max, connections: as the fixture counted them, warm-up included; the largest of the blocks.
    """

    workload: str
    name: str
    parameters: dict[str, Any]
    concurrency: int
    runner: str
    copy: int
    workers: int
    status: Status
    reason: str
    blocks: int
    ops: int
    errors: int
    turns: int
    window_s: float
    messages: dict[str, int]
    throughput_per_s: Estimate | None
    mean_per_s: Estimate | None
    mean_over_typical: Estimate | None
    latency_ms: dict[str, Estimate | None]
    latency_mean_ms: Estimate | None
    lag_ms: dict[str, Estimate | None]
    lag_max_ms: float | None
    memory_bytes: Estimate | None
    cpu_s_per_op: Estimate | None
    cores_used: Estimate | None
    startup_s: Estimate | None
    little: float | None
    fairness: float | None
    server_cores: float | None
    in_flight_max: int | None
    connections: int | None
    findings: tuple[str, ...] = ()
    load: str = "closed"

    @property
    def key(self) -> tuple[str, int, str]:
        """What a finding names it by."""
        return self.workload, self.concurrency, self.runner


@dataclass(frozen=True, slots=True)
class Summary:
    """All that a run says: one entry per case (A/A twins last in their contest), all ordered pairs, findings."""

    cases: tuple[CaseSummary, ...]
    comparisons: tuple[Comparison, ...]
    findings: tuple[Finding, ...]
    window_share: float | None
    timed_share: float | None
