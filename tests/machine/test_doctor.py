"""The doctor's judgements on machines that do not exist, and its eyes on the one that does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.machine import doctor
from bench.machine.doctor import judging, reading
from bench.machine.doctor.judging import NOT_TOLD, Diagnosis

GIB = 1 << 30
PYTHON = {
    "implementation": "CPython", "python": "3.14.0", "gil": True, "free_threaded_build": False,
}  # fmt: skip
LIBRARIES = {"aiohttp": "3.12", "numpy": "2.0", "uvloop": None}


def names(cases: list[tuple[Diagnosis, str]]) -> list[str]:
    return [f"{diagnosis.name}-{i}" for i, (diagnosis, _) in enumerate(cases)]


GOOD = [
    judging.cores(2, 2),
    judging.cores(2, 8),
    judging.cores(2, None),
    judging.quota(None, 2, told=True),
    judging.quota(4.0, 2, told=True),
    judging.governor(["performance", "performance"]),
    judging.turbo(on=False),
    judging.smt([[0], [1]]),
    judging.load(0.4, 2),
    judging.pressure(0.5),
    judging.busy({}),
    judging.busy({"sshd": 0.05}),
    judging.memory(8 * GIB, None),
    judging.swap(0, 8 * GIB),
    judging.open_files(20_000, told=True),
    judging.open_files(None, told=True),
    judging.tasks(50_000, told=True),
    judging.ports("32768\t60999"),
    judging.clock("tsc"),
    judging.clock("kvm-clock"),
    judging.timer(60, 110.0),
    judging.python(PYTHON, debug=False),
    judging.python({**PYTHON, "gil": False, "free_threaded_build": True}, debug=False),
    judging.tracing([]),
    judging.libraries(LIBRARIES),
    judging.uvloop("0.22", possible=True),
    judging.uvloop(None, possible=False),
    judging.disk("ext4", 80 * GIB, writable=True),
]

BAD = [
    (judging.cores(1, 8), "warn"),
    (judging.quota(1.5, 2, told=True), "warn"),
    (judging.governor(["performance", "powersave"]), "warn"),
    (judging.turbo(on=True), "warn"),
    (judging.smt([[0, 2], [1, 3]]), "warn"),
    (judging.load(1.9, 2), "warn"),
    (judging.pressure(38.0), "warn"),
    (judging.busy({"cc1": 0.97, "sshd": 0.01}), "warn"),
    (judging.memory(GIB // 2, GIB), "warn"),
    (judging.memory(GIB // 8, GIB), "fail"),
    (judging.swap(GIB, 8 * GIB), "warn"),
    (judging.open_files(1024, told=True), "warn"),
    (judging.open_files(100, told=True), "fail"),
    (judging.tasks(500, told=True), "warn"),
    (judging.tasks(80, told=True), "fail"),
    (judging.ports("60000 60999"), "warn"),
    (judging.clock("hpet"), "warn"),
    (judging.timer(1_000_000, 100.0), "warn"),
    (judging.timer(100, 900.0), "warn"),
    (judging.python(PYTHON, debug=True), "warn"),
    (judging.python({**PYTHON, "free_threaded_build": True}, debug=False), "warn"),
    (judging.tracing(["coverage of subprocesses"]), "warn"),
    (judging.libraries({**LIBRARIES, "numpy": None}), "fail"),
    (judging.uvloop(None, possible=True), "warn"),
    (judging.disk("ext4", 80 * GIB, writable=False), "fail"),
    (judging.disk("ext4", 1 << 20, writable=True), "fail"),
    (judging.disk("ext4", GIB // 2, writable=True), "warn"),
    (judging.disk("fuse.sshfs", 80 * GIB, writable=True), "warn"),
    (judging.disk("tmpfs", 80 * GIB, writable=True), "warn"),
]

SILENT = [
    judging.quota(None, 2, told=False),
    judging.governor([]),
    judging.turbo(on=None),
    judging.smt([]),
    judging.load(None, 2),
    judging.pressure(None),
    judging.open_files(None, told=False),
    judging.tasks(None, told=False),
    judging.ports(None),
    judging.clock(None),
]


@pytest.mark.parametrize("diagnosis", GOOD, ids=lambda diagnosis: diagnosis.name)
def test_what_is_fit_is_ok_and_needs_no_remedy(diagnosis: Diagnosis) -> None:
    assert (diagnosis.status, diagnosis.remedy) == ("ok", "")


@pytest.mark.parametrize(("diagnosis", "status"), BAD, ids=names(BAD))
def test_what_distorts_is_named_with_its_remedy(diagnosis: Diagnosis, status: str) -> None:
    assert diagnosis.status == status
    assert diagnosis.found
    assert diagnosis.remedy


@pytest.mark.parametrize("diagnosis", SILENT, ids=lambda diagnosis: diagnosis.name)
def test_what_a_platform_does_not_tell_is_no_fault_of_the_machine(diagnosis: Diagnosis) -> None:
    assert (diagnosis.status, diagnosis.found, diagnosis.remedy) == ("ok", NOT_TOLD, "")


def test_a_limit_says_how_far_it_reaches() -> None:
    assert judging.open_files(1024, told=True).found == "1024: enough for C = 256"
    assert judging.open_files(100, told=True).found == "100: too few for C = 64"


def test_the_busiest_processes_are_named_worst_first() -> None:
    found = judging.busy({"a": 0.1, "b": 0.5, "c": 0.2, "d": 0.3}).found

    assert found == "others take 110% of a CPU: b 50%, d 30%, c 20%"


def test_siblings_are_named_and_the_remedy_keeps_one_of_each() -> None:
    diagnosis = judging.smt([[0, 2], [1, 3]])

    assert diagnosis.found == "4 CPUs are 2 cores (siblings: 0 and 2)"
    assert "taskset -c 0,1" in diagnosis.remedy


def test_the_gravest_are_failures_first_and_three_at_most() -> None:
    every = [*GOOD, *(diagnosis for diagnosis, _ in BAD)]
    chosen = doctor.gravest(every)

    assert [one.status for one in chosen] == ["fail", "fail", "fail"]
    assert [one.name for one in doctor.gravest([one for one in every if one.status == "warn"])] == [
        "busy", "pressure", "load",
    ]  # fmt: skip
    assert doctor.gravest(GOOD) == []


def test_every_line_has_a_place_among_the_gravest(tmp_path: Path) -> None:
    diagnoses = doctor.examine(tmp_path)

    for one in diagnoses:
        doctor.gravest([Diagnosis(one.name, "warn", one.found, "do something")])


def test_this_machine_can_be_examined_before_its_results_directory_exists(tmp_path: Path) -> None:
    diagnoses = doctor.examine(tmp_path / "not" / "yet")

    assert len({one.name for one in diagnoses}) == len(diagnoses) >= 19
    assert all(one.found for one in diagnoses)
    assert all(bool(one.remedy) == (one.status != "ok") for one in diagnoses)
    assert not (tmp_path / "not").exists()


@pytest.mark.parametrize(
    ("variable", "named"),
    [
        ("COVERAGE_PROCESS_START", "coverage of subprocesses"),
        ("PYTHONASYNCIODEBUG", "asyncio's debug mode"),
        ("PYTHONTRACEMALLOC", "tracemalloc"),
    ],
)
def test_what_will_watch_the_measured_processes_is_seen(
    variable: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "1")

    assert named in reading.tracers()


def test_a_busy_neighbour_is_seen() -> None:
    import subprocess
    import sys

    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as neighbour:
        try:
            shares: dict[str, Any] = reading.busy_shares(0.3)
        finally:
            neighbour.kill()

    assert max(shares.values()) > 0.1
