"""What each sub-command but `run` does: from parsed options to an exit code."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click
from click.core import ParameterSource

from bench import interpreter
from bench.api import Run
from bench.check import kit, selfcheck
from bench.cli import new as makes
from bench.cli import typed
from bench.cli.config import KEYS, PREFIX, Project
from bench.cli.console import Console
from bench.cli.working import Working
from bench.errors import StoreError, UsageError
from bench.machine import doctor
from bench.plan import discovery, matrix, suites
from bench.plan.discovery import Catalogue
from bench.process import errand
from bench.results import document, exports, store
from bench.trial import runners
from bench.trial.runners import RunnerInfo


def catalogue_of(names: Sequence[str]) -> tuple[Catalogue, list[str]]:
    """Discover workloads; a name that is a path to a file is discovered too and replaced by its workloads' names."""
    files = {name: Path(name).absolute() for name in names if name.endswith(".py") or len(Path(name).parts) > 1}
    catalogue = discovery.discover(files.values(), [name for name in names if name not in files])
    wanted: list[str] = []
    for name in names:
        if name not in files:
            wanted.append(name)
            continue
        found = [workload.name for workload in catalogue.workloads.values() if workload.file == files[name]]
        if not found:
            raise UsageError(catalogue.broken[discovery.portable(files[name])])
        wanted += found
    return catalogue, list(dict.fromkeys(wanted))


def report(
    names: Sequence[str], results: Path, output: Path | None = None, baseline: str | None = None,
    against: Sequence[str] = (), *, claims: bool = False,
) -> Path:  # fmt: skip
    """Write a report, or the page of judged claims, in a process of its own: reports/ reads files and shares no memory
    with the harness.

    That process says on stderr, line by line, how far it is; what it says last is why it failed.
    """
    directories, others = ([str(store.find(results, name)) for name in side] for side in (names, against))
    for remark in (remark for place in (*directories, *others) for remark in store.read(Path(place)).remarks):
        Console().warn(remark)
    command = interpreter.command("reports", "--progress", *directories)
    command += ["--against", *others] if others else []
    command += ["-o", str(output)] if output else []
    command += ["--baseline", baseline] if baseline else []
    command += ["--claims"] if claims else []
    working, last = Working(Console()), ["no message"]

    def heard(line: str) -> None:
        last[:] = [line.strip()] if line.strip() else last
        working.say(last[0])

    try:
        code, path = errand.run(command, heard, {"PYTHONIOENCODING": "utf-8:surrogateescape"})
    finally:
        working.close()
    if code:
        raise StoreError(f"the report could not be written: {last[0].removeprefix('error: ')}")
    return Path(path.rstrip("\r\n"))


def show_config(effective: click.Context, project: Project, *, as_json: bool) -> int:
    """Print every default of `bench run` that can be set beside the command line, and where it comes from."""
    sources = {ParameterSource.DEFAULT_MAP: str(project.file), ParameterSource.ENVIRONMENT: "environment"}
    told = {}
    for key in KEYS:
        source = effective.get_parameter_source(key)
        value = effective.params.get(key)
        told[key] = {
            "value": None if value is None else typed.written(key, value),
            "source": sources.get(source, "built in") if source else "built in",
            "variable": f"{PREFIX}_RUN_{key.upper()}",
        }
    if as_json:
        print(json.dumps(told, indent=1))  # noqa: T201
    else:
        Console().config(told)
    return 0


def show(name: str, results: Path, baseline: str | None, *, as_json: bool) -> int:
    """Print a stored run."""
    result = Run(store.read(store.find(results, name)))
    settings = result.stored.plan.settings
    if baseline and baseline not in settings.runners:
        have = f"this run has: {', '.join(settings.runners)}"
        raise UsageError(discovery.unknown("baseline", baseline, settings.runners, have))
    console = Console()
    if as_json:
        for remark in result.stored.remarks:
            console.warn(remark)
        print(json.dumps(document.of_run(result.stored, result.summary), indent=1))  # noqa: T201
        return 0
    console.results(result, baseline or settings.baseline, to_stdout=True)
    return 0


def export(name: str, results: Path, format_: str, output: Path | None) -> int:
    """Write a stored run in a format of others."""
    result = Run(store.read(store.find(results, name)))
    written = exports.load(format_).write(result.stored, result.summary)
    if format_ == "markdown" and isinstance(written, str) and (page := os.environ.get("GITHUB_STEP_SUMMARY")):
        _append(Path(page), written)
    if output is not None:
        try:
            _put(output, written)
        except OSError as error:
            refused = error.filename or output
            raise StoreError(f"cannot write {refused}: {error.strerror}; choose another place with -o") from error
    elif isinstance(written, str):
        print(written, end="")  # noqa: T201
    else:
        place = f"one file: -o run.{format_}" if isinstance(written, bytes) else "a file per case: -o DIRECTORY"
        raise UsageError(f"{format_} is written to {place}")
    return 0


def _put(output: Path, written: exports.Written) -> None:
    """One file, or a directory of files where a format has one per case."""
    if isinstance(written, bytes):
        output.write_bytes(written)
    elif isinstance(written, str):
        output.write_text(written, encoding="utf-8")
    else:
        output.mkdir(parents=True, exist_ok=True)
        for name, text in written.items():
            (output / name).write_text(text, encoding="utf-8")


def new(kind: str, name: str, *, package: bool) -> int:
    """Write what a workload or a runner begins as."""
    here = Path.cwd()
    files = makes.package(kind, name, here) if package else makes.workload(name, here)
    for file in files:
        print(file.relative_to(here))  # noqa: T201
    step = f"pip install -e {files[0].parent.relative_to(here)}" if package else typed.command("check", name)
    print(f"next: {step}", file=sys.stderr)  # noqa: T201
    return 0


def _append(path: Path, text: str) -> None:
    """Add to the page that a job of GitHub Actions shows."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise StoreError(f"cannot write {path} ($GITHUB_STEP_SUMMARY): {error.strerror}") from error


def show_catalogue(*, as_json: bool) -> int:
    """Print what there is to run."""
    known = suites.known()
    catalogue, infos = discovery.discover(), runners.catalogue()
    if as_json:
        told = {**_catalogue_document(catalogue, infos), "suites": [asdict(suite) for suite in known.values()]}
        print(json.dumps(told, indent=1))  # noqa: T201
    else:
        Console().catalogue(catalogue, infos, matrix.PROFILES, known)
    return 0


def _catalogue_document(catalogue: Catalogue, infos: Mapping[str, RunnerInfo]) -> dict[str, object]:
    return {
        "schema_version": 1,
        "workloads": [
            {
                "name": found.name,
                "summary": found.summary,
                "file": discovery.portable(found.file),
                "forms": list(found.forms),
                "parameters": {name: parameter.default for name, parameter in found.parameters.items()},
                "required": [name for name, parameter in found.parameters.items() if parameter.required],
                "problem": found.problem,
            }
            for found in catalogue.workloads.values()
        ],
        "broken": catalogue.broken,
        "notes": list(catalogue.notes),
        "runners": [{**asdict(info), "unavailable": runners.missing(info)} for info in infos.values()],
        "profiles": {name: asdict(profile) for name, profile in matrix.PROFILES.items()},
    }


def examine_machine(results: Path, *, as_json: bool) -> int:
    """Print what the doctor found; 1 when something makes measuring pointless."""
    diagnoses = doctor.examine(results)
    if as_json:
        print(json.dumps({"schema_version": 1, "diagnoses": [asdict(d) for d in diagnoses]}, indent=1))  # noqa: T201
    else:
        Console().diagnoses(diagnoses)
    return 1 if any(diagnosis.status == "fail" for diagnosis in diagnoses) else 0


def self_check(results: Path, *, as_json: bool) -> int:
    """Print a certificate of what this machine can be trusted with, and keep it; 1 when a check fails."""
    console = Console()
    (results / selfcheck.FOLDER).mkdir(parents=True, exist_ok=True)  # said before all is measured, and not after it
    began_s = time.perf_counter()
    certificate = selfcheck.examine(results, (lambda _: None) if as_json else console.certified)
    path = selfcheck.store(certificate, results)
    if as_json:
        print(json.dumps({"schema_version": 1, **asdict(certificate)}, indent=1))  # noqa: T201
    else:
        console.certificate(
            len(certificate.checks), len(certificate.failed), len(certificate.undecided),
            time.perf_counter() - began_s, path,
        )  # fmt: skip
    return 1 if certificate.failed else 0


def check(names: Sequence[str], *, as_json: bool) -> int:
    """Run the contract kit on workloads; 1 when one breaks a promise."""
    console = Console()
    catalogue, wanted = catalogue_of(names)
    infos = runners.catalogue()
    broken = {} if names else discovery.left_out(catalogue, names, {})
    answers = {}
    for spec in discovery.specs(catalogue, wanted, {}):
        answers[spec.name] = kit.check(spec, infos)
        if not as_json:
            console.checks(spec, answers[spec.name])
    for reason in broken.values():
        if not as_json:
            console.broken(reason)
    if as_json:
        listed = {name: [asdict(result) for result in results] for name, results in answers.items()}
        print(json.dumps({"schema_version": 1, "checks": listed, "broken": broken}, indent=1))  # noqa: T201
    failed = any(result.problem for results in answers.values() for result in results)
    return 1 if failed or broken else 0
