"""results/<run-id>/: the only module that knows the file format.

    run.json       plan, seed, environment, how and when the run stopped; replaced whole, so never half-written
    trials.jsonl   one line per case and block, appended and flushed as each bout ends
    latest         a link beside the runs to the newest

Format history:
    1  the first.

A line that a crash cut short is dropped when reading, with its whole bout: the statistics pair contestants.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.errors import StoreError
from bench.model import (
    Absence,
    Contest,
    Contestant,
    Memory,
    Plan,
    Settings,
    StoredRun,
    TrialResult,
    TurnResult,
    WorkloadSpec,
)
from bench.trial.recorder import describe

FORMAT = 1
_RUN, _TRIALS, _LATEST, _SCRATCH = "run.json", "trials.jsonl", "latest", "scratch"
_MEMORIES = {field.name for field in fields(TrialResult) if field.type == "Memory | None"}
"""Fields of a trial that come back as `Memory`; a new one needs no line here, and runs of before may lack it."""


class Store:
    """Writes one run. Every method raises `StoreError` when the disk does not take it."""

    def __init__(self, run: StoredRun) -> None:
        self._run = run
        self.directory = run.directory

    @classmethod
    def create(cls, results: Path, plan: Plan, environment: dict[str, Any], command: Iterable[str]) -> Store:
        """Make the directory of a new run below ``results``."""
        started = datetime.now(UTC)
        directory = _new_directory(results, started.strftime("%Y%m%d-%H%M%S"))
        run = StoredRun(
            directory, directory.name, started.isoformat(timespec="seconds"), tuple(command), plan, environment,
            "running", 0.0,
        )  # fmt: skip
        store = cls(run)
        store._write_run()
        _point_latest(results, directory.name)
        return store

    @classmethod
    def resume(cls, run: StoredRun) -> Store:
        """Continue a run: drop what a crash cut short, and append to the rest."""
        store = cls(replace(run, stopped="running"))
        store._replace(_TRIALS, "".join(_line(trial) for trial in run.trials))
        store._write_run()
        return store

    @property
    def scratch(self) -> Path:
        """A directory for files of the run's own; removed by `finish`."""
        path = self.directory / _SCRATCH
        with _disk(path):
            path.mkdir(exist_ok=True)
        return path

    def append(self, trials: Iterable[TrialResult]) -> None:
        """Append the trials of one bout, and flush them to the device."""
        path = self.directory / _TRIALS
        with _disk(path), path.open("a", encoding="utf-8") as file:
            file.write("".join(_line(trial) for trial in trials))
            file.flush()
            os.fsync(file.fileno())

    def finish(self, stopped: str, elapsed_s: float, ending: str = "") -> None:
        """Say how the run stopped and how long it measured."""
        shutil.rmtree(self.directory / _SCRATCH, ignore_errors=True)
        self._run = replace(self._run, stopped=stopped, elapsed_s=self._run.elapsed_s + elapsed_s, ending=ending)
        self._write_run()

    def _write_run(self) -> None:
        run = self._run
        text = {
            "format": FORMAT,
            "run_id": run.run_id,
            "started": run.started,
            "stopped": run.stopped,
            "ending": run.ending,
            "elapsed_s": run.elapsed_s,
            "command": list(run.command),
            "plan": asdict(run.plan),
            "environment": run.environment,
        }
        self._replace(_RUN, json.dumps(text, indent=1) + "\n")

    def _replace(self, name: str, text: str) -> None:
        path = self.directory / name
        with _disk(path):
            new = path.with_suffix(".new")
            with new.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)


def find(results: Path, run: str) -> Path:
    """The directory of a run given by id, path or ``latest``.

    Raises:
        StoreError: there is none.
    """
    for candidate in (Path(run), results / run):
        if (candidate / _RUN).is_file():
            return candidate.resolve()
    pointer = results / _LATEST
    if run == _LATEST and pointer.is_file():  # where the platform has no links
        return find(results, pointer.read_text().strip())
    known = sorted(path.parent.name for path in results.glob(f"*/{_RUN}") if path.parent.name != _LATEST)
    have = f"runs here: {', '.join(known[-3:])}" if known else "there are none yet: `make bench` makes one"
    raise StoreError(f"no run {run!r} in {results}; {have}")


def read(directory: Path) -> StoredRun:
    """Read a run.

    Raises:
        StoreError: it is not one, or of a format this version does not know.
    """
    path = directory / _RUN
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        version = data["format"]
        if version != FORMAT:
            raise StoreError(f"{path}: format {version}; this version of deadheat reads format {FORMAT}")
        return StoredRun(
            directory=directory,
            run_id=data["run_id"],
            started=data["started"],
            command=tuple(data["command"]),
            plan=_plan(data["plan"]),
            environment=data["environment"],
            stopped=data["stopped"],
            ending=data.get("ending", ""),
            elapsed_s=data["elapsed_s"],
            trials=_whole_bouts(_plan(data["plan"]), _lines(directory / _TRIALS)),
        )
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{path}: not a run of deadheat: {describe(error)}") from error


def _lines(path: Path) -> list[TrialResult]:
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    trials = []
    for number, line in enumerate(lines):
        try:
            trials.append(_trial(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            if number != len(lines) - 1:  # only the last line can have been cut short
                raise StoreError(f"{path}: line {number + 1} is damaged: {describe(error)}") from error
    return trials


def _whole_bouts(plan: Plan, trials: list[TrialResult]) -> tuple[TrialResult, ...]:
    expected = {
        spec.label: sum(len(contest.contestants) for contest in plan.contests_of(spec.label)) for spec in plan.workloads
    }
    found: dict[tuple[int, str], int] = {}
    for trial in trials:
        found[trial.block, trial.workload] = found.get((trial.block, trial.workload), 0) + 1
    return tuple(trial for trial in trials if found[trial.block, trial.workload] >= expected[trial.workload])


def _line(trial: TrialResult) -> str:
    data = asdict(trial)
    for name in ("latency", "lag"):  # JSON has no integer keys
        data[name] = [list(data[name].keys()), list(data[name].values())]
    return json.dumps(data, separators=(",", ":")) + "\n"


def _trial(data: dict[str, Any]) -> TrialResult:
    for name in ("latency", "lag"):
        data[name] = dict(zip(*data[name], strict=True))
    for name in _MEMORIES & data.keys():
        data[name] = None if data[name] is None else Memory(**data[name])
    data["turns"] = tuple(TurnResult(**turn) for turn in data["turns"])
    return TrialResult(**data)


def _plan(data: dict[str, Any]) -> Plan:
    return Plan(
        Settings(**{**data["settings"], "runners": tuple(data["settings"]["runners"])}),
        tuple(_spec(spec) for spec in data["workloads"]),
        tuple(
            Contest(
                contest["workload"],
                contest["concurrency"],
                tuple(_contestant(contestant) for contestant in contest["contestants"]),
                {runner: Absence(**absence) for runner, absence in contest["absent"].items()},
                contest.get("load", "closed"),  # runs of before there were other loads do not say
            )
            for contest in data["contests"]
        ),
    )


def _contestant(data: dict[str, Any]) -> Contestant:
    return Contestant(data["runner"], data["copy"], tuple((name, value) for name, value in data["variant"]))


def _spec(data: dict[str, Any]) -> WorkloadSpec:
    levels = data["default_concurrency"]
    return WorkloadSpec(
        **{**data, "forms": tuple(data["forms"]), "default_concurrency": tuple(levels) if levels else None}
    )


def _new_directory(results: Path, run_id: str) -> Path:
    with _disk(results):
        results.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            directory = results / (run_id if number == 1 else f"{run_id}-{number}")
            try:
                directory.mkdir()
            except FileExistsError:
                continue
            return directory
    raise StoreError(f"{results}: too many runs begun in one second")


def _point_latest(results: Path, name: str) -> None:
    pointer = results / _LATEST
    with _disk(pointer):
        new = results / f".{_LATEST}-{name}"
        try:
            new.symlink_to(name, target_is_directory=True)
        except OSError:  # Windows without the privilege
            new.write_text(name)
        new.replace(pointer)


class _disk:  # noqa: N801 - reads as a statement
    """Turn an error of the disk into one line that says what to do; what was written before stays intact."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise StoreError(
                f"cannot write {self._path}: {error.strerror or error}; "
                "free some space, or choose a directory you may write to with -o"
            ) from error
