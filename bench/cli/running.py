"""`bench run`: from parsed options to a stored, reported run. `run` reads as the architecture."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Callable
from pathlib import Path

from bench.api import Run
from bench.cli import planning
from bench.cli.commands import report
from bench.cli.console import Console
from bench.cli.planning import Job, RunOptions
from bench.cli.progress import Progress
from bench.errors import StoreError
from bench.judge import allotment
from bench.machine import doctor
from bench.measure import session
from bench.model import Stage, StoredRun
from bench.process import interrupts, temporary
from bench.results import document, store
from bench.results.store import Store


def run(options: RunOptions) -> int:
    """Plan, measure bout by bout, report, and tell what was found."""
    temporary.provide(options.output)
    return carry_out(options, planning.continued(options) if options.resume else planning.planned(options))


INTERRUPTED = 130


Further = Callable[[StoredRun, int, float], Stage]
"""Told what is stored, how many blocks are done and how many seconds are left: who goes on."""


def carry_out(options: RunOptions, job: Job, *, tell: bool = True, further: Further = allotment.after) -> int:
    """Measure what is planned, and report; return the exit code.

    Args:
        tell: print what was found.
    """
    console = Console()
    console.warnings(doctor.gravest(doctor.examine(options.output)))
    console.notes(job.notes)
    console.plan(job.plan, job.left_out, left=1 - job.share_done)
    if options.dry_run:
        return 0
    interrupts.admit()
    keeper = job.keeper()
    if not keeper.guarded:
        console.warn(f"nothing here can keep a second bench run from writing {keeper.directory}; start none on it")
    stopped = _measure(job, keeper, console, further)
    interrupts.readmit()
    console.writing_report()
    written = _report_or_reason(keeper.directory)  # before anything is printed: nobody may be there to read it
    code = INTERRUPTED if stopped == "interrupted" else 0
    if tell:
        code = _tell(Run(store.read(keeper.directory)), written, stopped, options, console)
    interrupts.readmit()
    return code


def _tell(result: Run, written: Path | str, stopped: str, options: RunOptions, console: Console) -> int:
    """Print what was found and where the report is; return the exit code."""
    console.results(result, result.stored.plan.settings.baseline, to_stdout=not options.as_json)
    if options.as_json:
        print(json.dumps(document.of_run(result.stored, result.summary), indent=1))  # noqa: T201
    console.report(written)
    if stopped == "interrupted":
        console.resume_hint(result.stored.run_id, options.output)
        return INTERRUPTED
    return 0 if any(case.status == "measured" for case in result.summary.cases) else 1


def _measure(job: Job, keeper: Store, console: Console, further: Further) -> str:
    """Carry out the plan; return how it stopped. Whatever happens, what was finished is stored and says so."""
    began_s = time.perf_counter()
    stopped = "failed: a bug in the harness"
    progress = Progress(console, job.plan, len(job.done))
    try:
        session.carry_out(
            job.plan, job.runners, job.done, keeper.scratch, keeper.append, progress,
            lambda blocks, left_s: further(store.read(keeper.directory), blocks, left_s), job.spent_s,
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
            ending = allotment.ending(store.read(keeper.directory)) if stopped == "completed" else ""
            keeper.finish(stopped, time.perf_counter() - began_s, ending)
        except StoreError:
            if not stopped.startswith("failed"):
                raise
    return stopped


def _report_or_reason(directory: Path) -> Path | str:
    """The report's path; a report that fails must not take the measured run with it."""
    try:
        return report([str(directory)], directory.parent)
    except StoreError as error:
        return str(error)
    except KeyboardInterrupt:
        command = shlex.join(["bench", "report", directory.name, "--results", str(directory.parent)])
        return f"the report was interrupted; this writes it: {command}"
