"""From the options of `bench run` to a job: what to measure, anew or where a stored run stopped."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bench.cli.commands import catalogue_of
from bench.errors import UsageError
from bench.machine import facts
from bench.machine.placement import usable_cpus
from bench.model import Placement, Plan, Settings, StoredRun, WorkloadSpec
from bench.plan import code, discovery, matrix, plugins, sets, suites
from bench.plan.matrix import Profile
from bench.results import store
from bench.results.store import Store
from bench.trial import loads, runners
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
    suite: str | None
    sets: tuple[str, ...]
    profile: str
    budget: float | None
    blocks: int | None
    precision: float | None
    seed: int | None
    baseline: str | None
    placement: Placement
    load: str
    batch: int | None
    cold: bool
    timeout: float
    output: Path
    dry_run: bool
    resume: str | None
    as_json: bool
    chosen: tuple[str, ...]

    @classmethod
    def usual(
        cls,
        *,
        runners: tuple[str, ...] | None = None,
        concurrency: tuple[int, ...] | None = None,
        budget: float | None = None,
        output: Path = Path("results"),
    ) -> RunOptions:
        """Those of a command that says no more than this."""
        return cls(
            workloads=(), runners=runners, concurrency=concurrency, suite=None, sets=(), profile="default",
            budget=budget, blocks=None, precision=None, seed=None, baseline=None, placement="pinned", load="closed",
            batch=None, cold=False, timeout=20.0, output=output, dry_run=False, resume=None, as_json=False, chosen=(),
        )  # fmt: skip


@dataclass(frozen=True)
class Job:
    """A plan and where it stands. stored: the run that is continued. left_out: why some files take no part.

    notes: where workloads come from that are not deadheat's own.
    """

    plan: Plan
    output: Path
    stored: StoredRun | None = None
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def runners(self) -> dict[str, RunnerInfo]:
        """All runners by name."""
        return runners.catalogue()

    @property
    def done(self) -> set[tuple[int, str]]:
        """(block, workload label) of the bouts that are stored."""
        return self.stored.done if self.stored else set()

    @property
    def share_done(self) -> float:
        """How much is stored already of what everyone gets."""
        first = self.plan.settings.blocks
        return sum(block < first for block, _ in self.done) / max(first * self.plan.bouts_per_block, 1)

    @property
    def spent_s(self) -> float:
        """What was measured already took so long."""
        return self.stored.elapsed_s if self.stored else 0.0

    def keeper(self) -> Store:
        """Where what is measured goes: the stored run, or a new one."""
        if self.stored:
            return Store.resume(self.stored)
        return Store.create(self.output, self.plan, _environment(self.output, self.plan), ["bench", *sys.argv[1:]])


def planned(options: RunOptions) -> Job:
    """A new run, with every name and value checked.

    Raises:
        UsageError: one does not exist or does not fit.
    """
    options = _of_suite(options)
    catalogue, names = catalogue_of(options.workloads)
    texts = sets.parsed(options.sets)
    left_out = discovery.left_out(catalogue, names, texts)
    specs = discovery.specs(catalogue, names, texts)
    if not specs:
        raise UsageError(f"no workload can be used: {'; '.join(left_out.values())}")
    return of_specs(options, specs, tuple(left_out.values()), catalogue.notes)


def _of_suite(options: RunOptions) -> RunOptions:
    """The options with what their suite says; what was typed goes before it."""
    if options.suite is None and options.workloads:
        return options
    suite = suites.named(options.suite or suites.DEFAULT)
    if options.workloads and not suite.workloads:
        raise UsageError(f"--suite {suite.name} is what runs where nothing is named; leave out {options.workloads[0]}")
    typed = {text.partition("=")[0] for text in options.sets}
    own = tuple(text for text in suite.sets if text.partition("=")[0] not in typed)
    return replace(
        options,
        workloads=tuple(dict.fromkeys((*suite.workloads, *options.workloads))),
        sets=(*own, *options.sets),
        concurrency=options.concurrency or suite.concurrency,
    )


def of_specs(
    options: RunOptions, specs: Sequence[WorkloadSpec], left_out: tuple[str, ...] = (), notes: tuple[str, ...] = ()
) -> Job:
    """A new run of these workloads. Raises `UsageError` when an option does not fit."""
    warned = tuple(plugins.check_runners())
    infos = runners.catalogue()
    settings = _settings(options, matrix.PROFILES[options.profile], _runners(options.runners, infos))
    unavailable = {name: why for name, info in infos.items() if (why := runners.missing(info))}
    plan = matrix.make(settings, specs, infos, unavailable, options.concurrency, len(usable_cpus()))
    if options.precision:
        plan = matrix.with_looks(plan, options.blocks)
    elif not options.blocks:
        plan = matrix.fitted(plan)
    return Job(plan, options.output, left_out=left_out, notes=(*warned, *notes))


def _settings(options: RunOptions, profile: Profile, chosen: tuple[str, ...]) -> Settings:
    baseline = options.baseline or ("sync" if "sync" in chosen else chosen[0])
    if baseline not in chosen:
        raise UsageError(discovery.unknown("baseline", baseline, chosen, f"one of the runners: {', '.join(chosen)}"))
    return Settings(
        profile=options.profile,
        runners=chosen,
        baseline=baseline,
        blocks=options.blocks or profile.blocks,
        budget_s=options.budget or profile.budget_s * (PATIENCE if options.precision else 1),
        seed=random.SystemRandom().randrange(2**31) if options.seed is None else options.seed,
        placement=options.placement,
        load=_load(options),
        batch_ops=options.batch or 0,
        cold=options.cold,
        timeout_s=options.timeout,
        margin=MARGIN,
        precision=options.precision,
        twins=profile.twins,
        further_blocks=0 if options.blocks else profile.further_blocks,
    )


def _load(options: RunOptions) -> str:
    name = "batch" if options.batch and "load" not in options.chosen else options.load
    if (name == "batch") != bool(options.batch):
        raise UsageError("a batch needs to know how many ops: --batch 1000, which is a load of its own")
    if options.cold and not options.batch:
        raise UsageError("--cold is for a batch: --batch 1000 --cold")
    if name not in loads.names():
        raise UsageError(discovery.unknown("load", name, loads.names(), f"there are: {', '.join(loads.names())}"))
    return name


def _runners(names: Sequence[str] | None, infos: dict[str, RunnerInfo]) -> tuple[str, ...]:
    for name in names or ():
        if name not in infos:
            raise UsageError(discovery.unknown("runner", name, infos, f"there are: {', '.join(infos)}"))
    return tuple(name for name in infos if names is None or not names or name in names)


def continued(options: RunOptions) -> Job:
    """The run to continue.

    Raises:
        UsageError: it is complete, or what it measured is not here any more.
    """
    assert options.resume is not None
    if options.chosen:
        given = ", ".join(sorted(options.chosen))
        raise UsageError(f"--resume continues the plan as it is stored; leave out: {given}")
    stored = store.read(store.find(options.output, options.resume))
    _return_to(stored)
    job = Job(stored.plan, options.output, stored)
    if job.share_done >= 1 and (stored.stopped == "completed" or not stored.plan.settings.further_blocks):
        raise UsageError(f"run {stored.run_id} is complete; there is nothing to resume")
    changed = facts.differences(stored.environment, _environment(stored.directory, stored.plan))
    changed += [
        f"{file} has changed"
        for spec in stored.plan.workloads
        for file in code.changed_on_disk(spec, code.stored(stored.trials, spec.label))
    ]
    changed += [f"runner {name} is gone" for name in stored.plan.settings.runners if name not in job.runners]
    if changed:
        raise UsageError(f"cannot resume {stored.run_id}, the environment changed: {'; '.join(changed)}; start anew")
    return job


def _return_to(stored: StoredRun) -> None:
    """Go on where the run was begun: its files, and those that its workloads open, are named from there."""
    begun_in = stored.environment.get("begun_in")
    place = (stored.directory / begun_in).resolve() if begun_in else Path.cwd()  # old runs do not say
    if not place.is_dir():
        raise UsageError(f"cannot resume {stored.run_id}: {place}, where it was begun, is gone; start anew")
    os.chdir(place)


def _environment(directory: Path, plan: Plan) -> dict[str, object]:
    libraries = {library for spec in plan.workloads for library in spec.libraries.values()}
    libraries |= {info.requires for info in runners.catalogue().values() if info.requires}
    libraries |= {"numpy", "scipy", *plugins.distributions()}
    return {
        **facts.environment(directory, libraries),
        "begun_in": os.path.relpath(Path.cwd(), directory.resolve() / "run"),
        "git": {spec.name: facts.git_state(Path(spec.file).parent) for spec in plan.workloads},
    }
