"""results/<run-id>/: the only module that touches the files of a run; `form` knows what is in them.

    run.json       plan, seed, environment, how and when the run stopped; replaced whole, so never half-written
    trials.jsonl   one line per case and block, appended and flushed as each bout ends
    latest         a link beside the runs to the newest

Format history:
    1  the first.

A line that a crash cut short is dropped when reading, with its whole bout: the statistics pair contestants.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.errors import StoreError
from bench.model import Plan, StoredRun, TrialResult
from bench.results import form, sound
from bench.results.form import Fault, OtherFormat
from bench.results.lock import Lock

_RUN, _TRIALS, _LATEST, _SCRATCH = "run.json", "trials.jsonl", "latest", "scratch"
_MOST_NAMED = 3


class Store:
    """Writes one run, and is the only one who does. Every method raises `StoreError` when the disk does not take it."""

    def __init__(self, run: StoredRun) -> None:
        self._run = run
        self._cases = sound.cases(run.plan)
        self.directory = run.directory
        with _disk(run.directory):
            self._lock = Lock(run.directory)

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
        if read(run.directory) != run:  # its writer ended between our reading and our lock
            raise StoreError(f"{run.directory}: the run was continued meanwhile; try again")
        store._replace(_TRIALS, "".join(map(form.line, run.trials)))
        store._write_run()
        return store

    @property
    def guarded(self) -> bool:
        """Whether a second process is kept from writing this run; not every platform and filesystem can."""
        return self._lock.held

    @property
    def scratch(self) -> Path:
        """A directory for files of the run's own; removed by `finish`."""
        path = self.directory / _SCRATCH
        with _disk(path):
            path.mkdir(exist_ok=True)
        return path

    def append(self, trials: Iterable[TrialResult]) -> None:
        """Append the trials of one bout, and flush them to the device; nothing is stored that could not be read."""
        path = self.directory / _TRIALS
        lines = "".join(map(self._line, trials))
        with _disk(path), path.open("a", encoding="utf-8") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def finish(self, stopped: str, elapsed_s: float, ending: str = "") -> None:
        """Say how the run stopped and how long it measured, and let others write it."""
        shutil.rmtree(self.directory / _SCRATCH, ignore_errors=True)
        self._run = replace(self._run, stopped=stopped, elapsed_s=self._run.elapsed_s + elapsed_s, ending=ending)
        self._write_run()
        self._lock.release()

    def _line(self, trial: TrialResult) -> str:
        try:
            line = form.line(trial)
            sound.check_trial(form.trial(form.parsed(line.encode())), self._cases, self._run.plan.settings.most_blocks)
        except (Fault, TypeError) as error:
            where = f"{trial.workload} on {trial.runner}, C = {trial.concurrency}"
            raise StoreError(f"{self.directory / _TRIALS}: what {where} gave cannot be stored: {error}") from error
        return line

    def _write_run(self) -> None:
        try:
            text = form.description(self._run)
            sound.check_run(form.described(text.encode(), self.directory))
        except (Fault, TypeError) as error:
            raise StoreError(f"{self.directory / _RUN}: this run cannot be stored: {error}") from error
        self._replace(_RUN, text)

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
    """The directory of a run given by id, by ``latest``, or by the path of it or of a file in it.

    Raises:
        StoreError: there is none.
    """
    name = _named_by_pointer(results) if run == _LATEST else run
    for candidate in (Path(name), results / name):
        directory = candidate.parent if _exists(candidate) and not candidate.is_dir() else candidate
        if _exists(directory / _RUN):
            return directory.resolve()
    for candidate in (Path(name), results / name):
        if run != _LATEST and _exists(candidate) and (inside := _runs(candidate)):
            raise StoreError(f"{candidate} is not a run but holds some; name one of them: {_few(candidate, inside)}")
    known = _runs(results)
    have = f"runs here: {_few(Path(), known)}" if known else "there are none yet: `bench run` makes one"
    raise StoreError(f"no run {run!r} in {results}; {have}")


def _named_by_pointer(results: Path) -> str:
    """What ``latest`` stands for where the platform has no links and it is a file with a name in it."""
    pointer = results / _LATEST
    if not _exists(pointer) or not pointer.is_file():
        return _LATEST
    with _reading(pointer):
        name = pointer.read_bytes()[:255].decode(errors="replace").strip()
    return name if Path(name).name == name else _LATEST


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long, a directory that may not be looked into
        return False


def _runs(directory: Path) -> list[str]:
    """Names of the runs in a directory, the newest last."""
    with _reading(directory):
        found = [path.parent for path in directory.glob(f"*/{_RUN}")]
    return sorted(path.name for path in found if path.name != _LATEST)


def _few(directory: Path, names: list[str]) -> str:
    return ", ".join(str(directory / name) for name in names[-_MOST_NAMED:])


def read(directory: Path) -> StoredRun:
    """Read a run. What a crash cut short is left out, and what was left out stands in its ``remarks``.

    Raises:
        StoreError: it is not one, of a newer format, or damaged; names file and line.
    """
    path = directory / _RUN
    try:
        run = form.described(_content(path), directory)
        sound.check_run(run)
    except OtherFormat as other:
        raise StoreError(f"{path}: {other}") from other
    except Fault as fault:
        raise StoreError(f"{path}: not a run of deadheat: {fault}") from fault
    trials, remarks = _trials(directory / _TRIALS, run.plan)
    whole, cut = _whole_bouts(run.plan, trials)
    return replace(run, trials=whole, remarks=(*remarks, *cut))


def _content(path: Path) -> bytes:
    with _reading(path):
        if _exists(path) and not path.is_file():  # a pipe would be waited for
            raise StoreError(f"{path}: a {'directory' if path.is_dir() else 'device'} is in place of the file")
        return path.read_bytes()


def _trials(path: Path, plan: Plan) -> tuple[list[TrialResult], list[str]]:
    """The trials in a file, one per line, and in words what was left out."""
    if not _exists(path):
        return [], []
    lines = _content(path).split(b"\n")
    cases, remarks = sound.cases(plan), []
    found: dict[tuple[int, str, int, str, int], tuple[int, TrialResult]] = {}
    for number, line in enumerate(lines, start=1):
        if number == len(lines) and not line:
            break
        try:
            data = form.parsed(line)
        except Fault as fault:
            if number == len(lines):  # only a line without its end can have been cut short
                remarks.append(f"line {number} of {path.name} was cut short and is left out")
                break
            raise StoreError(f"{path}: line {number} is damaged: {fault}") from fault
        try:
            trial = form.trial(data)
            sound.check_trial(trial, cases, plan.settings.most_blocks)
        except Fault as fault:
            raise StoreError(f"{path}: line {number} is damaged: {fault}") from fault
        first, same = found.setdefault(sound.key(trial), (number, trial))
        if same != trial:
            raise StoreError(f"{path}: lines {first} and {number} are of one case and block, and differ; keep one")
        if first != number:
            remarks.append(f"line {number} of {path.name} repeats line {first} and is left out")
    return [trial for _, trial in found.values()], _shortened(remarks)


def _whole_bouts(plan: Plan, trials: list[TrialResult]) -> tuple[tuple[TrialResult, ...], list[str]]:
    """The trials of complete bouts, and which bouts are not.

    A further block need not have all contests of a workload; those that it has are whole.
    """
    sizes = {contest.key: len(contest.contestants) for contest in plan.contests}
    held: dict[tuple[int, str], set[int]] = {}
    for trial in trials:
        held.setdefault((trial.block, trial.workload), set()).add(trial.concurrency)
    found = Counter((trial.block, trial.workload) for trial in trials)
    cut, remarks = set(), []
    for (block, label), levels in held.items():
        wanted = levels if block >= plan.settings.blocks else {one.concurrency for one in plan.contests_of(label)}
        expected = sum(sizes[label, level] for level in wanted)
        if found[block, label] < expected:
            cut.add((block, label))
            remarks.append(
                f"block {block + 1} of {label} has {found[block, label]} of its {expected} cases and is left out"
            )
    return tuple(trial for trial in trials if (trial.block, trial.workload) not in cut), _shortened(remarks)


def _shortened(remarks: list[str]) -> list[str]:
    more = len(remarks) - _MOST_NAMED
    return [*remarks[:_MOST_NAMED], f"and so are {more} more"] if more > 0 else remarks


class _reading:  # noqa: N801 - reads as a statement
    """Turn an error of the disk into one line that names the file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise StoreError(f"{self._path}: {error.strerror or error}") from error


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
