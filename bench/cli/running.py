"""`bench run`: from parsed options to a stored, reported run. `run` reads as the architecture."""

from __future__ import annotations

import json
import random
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from bench.api import Run
from bench.cli.commands import catalogue_of, report
from bench.cli.console import Console
from bench.cli.progress import Progress
from bench.errors import StoreError, UsageError
from bench.judge import pairs, stats
from bench.machine import doctor, facts
from bench.machine.placement import usable_cpus
from bench.measure import session
from bench.model import Placement, Plan, Settings, StoredRun, WorkloadSpec
from bench.plan import discovery, matrix
from bench.process import temporary
from bench.results import document, store
from bench.results.store import Store
from bench.trial import runners
from bench.trial.runners import RunnerInfo

MARGIN = 0.05
"""Ratios within this factor of 1 are equivalent: too small a difference to choose by."""


PATIENCE = 4
"""A wanted precision may take this many times the profile's budget, unless --budget says how long."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of `bench run` as typed; ``chosen`` are the names of those the user gave."""

    workloads: tuple[str, ...]
    runners: tuple[str, ...] | None
    concurrency: tuple[int, ...] | None
    sets: tuple[str, ...]
    profile: str
    budget: float | None
    blocks: int | None
    precision: float | None
    seed: int | None
    baseline: str | None
    placement: Placement
    timeout: float
    output: Path
    dry_run: bool
    resume: str | None
    as_json: bool
    chosen: tuple[str, ...]


def run(options: RunOptions) -> int:
    """Plan, measure bout by bout, analyse what was stored, report."""
    console = Console()
    infos = runners.catalogue()
    if options.resume:
        stored, plan = _continued(options, infos)
    else:
        stored, plan = None, _planned(options, infos, console)
    console.warnings(doctor.gravest(doctor.examine(options.output)))
    console.plan(plan, left=1 - _share_done(stored, plan))
    if options.dry_run:
        return 0
    keeper = Store.resume(stored) if stored else _created(options, plan)
    temporary.provide(keeper.directory)
    if not keeper.guarded:
        console.warn(f"nothing here can keep a second bench run from writing {keeper.directory}; start none on it")
    stopped = _measure(plan, infos, stored, keeper, console)
    result = Run(store.read(keeper.directory))
    measured = any(case.status == "measured" for case in result.summary.cases)
    console.writing_report()
    written = _report_or_reason(keeper.directory)  # before anything is printed: nobody may be there to read it
    console.results(result, plan.settings.baseline, to_stdout=not options.as_json)
    if options.as_json:
        print(json.dumps(document.of_run(result.stored, result.summary), indent=1))  # noqa: T201
    console.report(written)
    if stopped == "interrupted":
        console.resume_hint(keeper.directory.name, options.output)
        return 130
    return 0 if measured else 1


def _planned(options: RunOptions, infos: Mapping[str, RunnerInfo], console: Console) -> Plan:
    """Options -> plan, with every name and value checked."""
    profile = matrix.PROFILES[options.profile]
    catalogue, names = catalogue_of(options.workloads)
    for reason in catalogue.broken.values():
        console.warn(f"left out: {reason}")
    chosen = _runners(options.runners, infos)
    baseline = options.baseline or ("sync" if "sync" in chosen else chosen[0])
    if baseline not in chosen:
        raise UsageError(discovery.unknown("baseline", baseline, chosen, f"one of the runners: {', '.join(chosen)}"))
    settings = Settings(
        profile=options.profile,
        runners=chosen,
        baseline=baseline,
        blocks=options.blocks or profile.blocks,
        budget_s=options.budget or profile.budget_s * (PATIENCE if options.precision else 1),
        seed=random.SystemRandom().randrange(2**31) if options.seed is None else options.seed,
        placement=options.placement,
        timeout_s=options.timeout,
        margin=MARGIN,
        precision=options.precision,
        twins=profile.twins,
    )
    specs = discovery.specs(catalogue, names, _parse_sets(options.sets))
    if not specs:
        raise UsageError("no workload can be used: " + "; ".join(catalogue.broken.values()))
    unavailable = {name: why for name, info in infos.items() if (why := runners.missing(info))}
    plan = matrix.make(settings, specs, infos, unavailable, options.concurrency, len(usable_cpus()))
    if options.precision and not options.blocks:
        return matrix.with_looks(plan)
    return plan if options.blocks else matrix.fitted(plan)


def _runners(names: Sequence[str] | None, infos: Mapping[str, RunnerInfo]) -> tuple[str, ...]:
    for name in names or ():
        if name not in infos:
            raise UsageError(discovery.unknown("runner", name, infos, f"there are: {', '.join(infos)}"))
    return tuple(name for name in infos if names is None or not names or name in names)


def _parse_sets(texts: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """``http.body_bytes=1024,65536`` -> {http: {body_bytes: [1024, 65536]}}."""
    sets: dict[str, dict[str, list[str]]] = {}
    for text in texts:
        target, equals, values = text.partition("=")
        workload, dot, parameter = target.partition(".")
        if not (equals and dot and workload and parameter and values):
            raise UsageError(f"--set {text}: write WORKLOAD.PARAMETER=VALUE, such as http.body_bytes=1024,65536")
        sets.setdefault(workload, {})[parameter] = values.split(",")
    return sets


def _continued(options: RunOptions, infos: Mapping[str, RunnerInfo]) -> tuple[StoredRun, Plan]:
    """The run to continue, refused when it is complete or when what it measured is not here any more."""
    assert options.resume is not None
    if options.chosen:
        given = ", ".join(sorted(options.chosen))
        raise UsageError(f"--resume continues the plan as it is stored; leave out: {given}")
    stored = store.read(store.find(options.output, options.resume))
    if len(stored.done) >= stored.plan.settings.blocks * len(stored.plan.workloads):
        raise UsageError(f"run {stored.run_id} is complete; there is nothing to resume")
    changed = facts.differences(stored.environment, _environment(stored.directory, stored.plan))
    changed += [f"{spec.file} has changed" for spec in stored.plan.workloads if not _same_source(spec)]
    changed += [f"runner {name} is gone" for name in stored.plan.settings.runners if name not in infos]
    if changed:
        raise UsageError(f"cannot resume {stored.run_id}, the environment changed: {'; '.join(changed)}; start anew")
    return stored, stored.plan


def _same_source(spec: WorkloadSpec) -> bool:
    path = Path(spec.file)
    return path.is_file() and discovery.source_sha256(path) == spec.source_sha256


def _created(options: RunOptions, plan: Plan) -> Store:
    environment = _environment(options.output, plan)
    return Store.create(options.output, plan, environment, ["bench", *sys.argv[1:]])


def _environment(directory: Path, plan: Plan) -> dict[str, object]:
    libraries = {library for spec in plan.workloads for library in spec.libraries.values()}
    libraries |= {info.requires for info in runners.catalogue().values() if info.requires}
    libraries |= {"numpy", "scipy"}
    return {
        **facts.environment(directory, libraries),
        "git": {spec.name: facts.git_state(Path(spec.file).parent) for spec in plan.workloads},
    }


def _share_done(stored: StoredRun | None, plan: Plan) -> float:
    return len(stored.done) / (plan.settings.blocks * len(plan.workloads)) if stored else 0.0


def _measure(
    plan: Plan, infos: dict[str, RunnerInfo], stored: StoredRun | None, keeper: Store, console: Console
) -> str:
    """Carry out the plan; return how it stopped. Whatever happens, what was finished is stored and says so."""
    began_s = time.perf_counter()
    stopped = "failed: a bug in the harness"
    progress = Progress(console, plan, len(stored.done) if stored else 0)
    try:
        with _terminated_as_interrupt():
            session.carry_out(
                plan, infos, stored.done if stored else set(), keeper.scratch, keeper.append, progress,
                lambda blocks: _precise(plan, keeper.directory, blocks),
            )  # fmt: skip
        stopped = "completed"
    except KeyboardInterrupt:
        stopped = "interrupted"
        console.warn("interrupted; all processes are stopped, finished work is kept")
    except (StoreError, OSError) as error:
        stopped = f"failed: {error}"
        raise
    finally:
        progress.close()
        try:
            keeper.finish(stopped, time.perf_counter() - began_s, _ending(plan, keeper.directory, stopped))
        except StoreError:
            if not stopped.startswith("failed"):
                raise
    return stopped


def _precise(plan: Plan, directory: Path, blocks: int) -> bool:
    """Whether the wanted precision is reached after so many blocks."""
    settings = plan.settings
    if settings.precision is None or blocks not in stats.LOOKS:
        return False
    ratios = pairs.log_ratios(store.read(directory), settings.baseline)
    return stats.precise_enough(ratios, blocks, settings.precision)


def _ending(plan: Plan, directory: Path, stopped: str) -> str:
    """Why a run that was to be so precise stopped where it did; empty for any other."""
    if plan.settings.precision is None or stopped != "completed":
        return ""
    done = len(store.read(directory).done) // len(plan.workloads)
    wanted = f"±{plan.settings.precision:.1%}"
    if _precise(plan, directory, done):
        return f"precision {wanted} was reached after {done} blocks"
    return f"the budget ended after {done} blocks, before every interval was within {wanted}"


@contextmanager
def _terminated_as_interrupt() -> Iterator[None]:
    """Treat SIGTERM like Ctrl-C while measuring, so that a stopped job keeps its finished work too."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _report_or_reason(directory: Path) -> Path | str:
    """The report's path; a report that fails must not take the measured run with it."""
    try:
        return report([str(directory)], directory.parent, None, None)
    except StoreError as error:
        return str(error)
    except KeyboardInterrupt:
        return f"the report was interrupted; `bench report {directory.name}` writes it"
