"""What is asked for: workloads, contestants, contests, settings, the plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["measured", "not provided", "unavailable", "over limit", "failed"]
Placement = Literal["pinned", "free"]


@dataclass(frozen=True, slots=True)
class WorkloadSpec:
    """A workload with its parameters, as data: what is stored, and what a trial loads.

    label: the name, with the parameters that differ from their defaults; unique in a plan.
    libraries: form -> distribution of the client library that form uses.
    source_sha256: of the module's file.
    runs_while_parked: its contestants are not frozen between their turns.
    is_floor: it measures the harness; its contests need no decision.
    missing: form -> why it could not run where the run was planned.
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
    runs_while_parked: bool = False
    is_floor: bool = False
    missing: dict[str, str] = field(default_factory=dict)


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
    load: how ops follow each other, by the name of its file in `bench.trial.loads`.
    """

    workload: str
    concurrency: int
    contestants: tuple[Contestant, ...]
    absent: dict[str, Absence]
    load: str = "closed"

    @property
    def key(self) -> tuple[str, int]:
        """What it is called by: workload label and concurrency."""
        return self.workload, self.concurrency


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for, complete with defaults.

    margin: ratios within the factor 1 + margin are equivalent. twins: one A/A twin per workload.
    load: how ops follow each other, by its file in `bench.trial.loads`.
    precision: a contest is settled once its intervals reach no farther than this share from their ratios; None when
        its leader is.
    batch_ops: how many ops a batch has; 0 for any load but ``batch``. cold: it is timed from before the workers open.
    further_blocks: how many more, at most, go to contests that are not settled after ``blocks``.
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
    load: str = "closed"
    further_blocks: int = 0
    batch_ops: int = 0
    cold: bool = False

    @property
    def most_blocks(self) -> int:
        """No contest gets more."""
        return self.blocks + self.further_blocks


@dataclass(frozen=True, slots=True)
class Stage:
    """What is held next.

    blocks: contest, by workload label and concurrency -> how many blocks it gets.
    budget_s: what they may take together.
    """

    blocks: dict[tuple[str, int], int]
    budget_s: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do; the same settings, workloads and machine give the same plan."""

    settings: Settings
    workloads: tuple[WorkloadSpec, ...]
    contests: tuple[Contest, ...]

    def workload(self, label: str) -> WorkloadSpec:
        """The workload of that label."""
        return next(spec for spec in self.workloads if spec.label == label)

    def contest(self, key: tuple[str, int]) -> Contest:
        """The contest of that workload label and concurrency."""
        return next(contest for contest in self.contests if contest.key == key)

    @property
    def bouts_per_block(self) -> int:
        """Workloads of which somebody can take part in a contest."""
        return len({contest.workload for contest in self.contests if contest.contestants})

    def contests_of(self, label: str) -> tuple[Contest, ...]:
        """A workload's contests in ascending concurrency."""
        return tuple(contest for contest in self.contests if contest.workload == label)
