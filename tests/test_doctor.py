"""The doctor's judgements on machines that do not exist, and its eyes on the one that does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench import doctor
from bench.doctor import NOT_TOLD, Diagnosis

GIB = 1 << 30
PYTHON = {
    "implementation": "CPython", "python": "3.14.0", "gil": True, "free_threaded_build": False,
}  # fmt: skip
LIBRARIES = {"aiohttp": "3.12", "numpy": "2.0", "uvloop": None}


def names(cases: list[tuple[Diagnosis, str]]) -> list[str]:
    return [f"{diagnosis.name}-{i}" for i, (diagnosis, _) in enumerate(cases)]


GOOD = [
    doctor.cores(2, 2),
    doctor.cores(2, 8),
    doctor.cores(2, None),
    doctor.quota(None, 2, told=True),
    doctor.quota(4.0, 2, told=True),
    doctor.governor(["performance", "performance"]),
    doctor.turbo(on=False),
    doctor.smt([[0], [1]]),
    doctor.load(0.4, 2),
    doctor.pressure(0.5),
    doctor.busy({}),
    doctor.busy({"sshd": 0.05}),
    doctor.memory(8 * GIB, None),
    doctor.swap(0, 8 * GIB),
    doctor.open_files(20_000, told=True),
    doctor.open_files(None, told=True),
    doctor.tasks(50_000, told=True),
    doctor.ports("32768\t60999"),
    doctor.clock("tsc"),
    doctor.clock("kvm-clock"),
    doctor.timer(60, 110.0),
    doctor.python(PYTHON, debug=False),
    doctor.python({**PYTHON, "gil": False, "free_threaded_build": True}, debug=False),
    doctor.tracing([]),
    doctor.libraries(LIBRARIES),
    doctor.uvloop("0.22", possible=True),
    doctor.uvloop(None, possible=False),
    doctor.disk("ext4", 80 * GIB, writable=True),
]

BAD = [
    (doctor.cores(1, 8), "warn"),
    (doctor.quota(1.5, 2, told=True), "warn"),
    (doctor.governor(["performance", "powersave"]), "warn"),
    (doctor.turbo(on=True), "warn"),
    (doctor.smt([[0, 2], [1, 3]]), "warn"),
    (doctor.load(1.9, 2), "warn"),
    (doctor.pressure(38.0), "warn"),
    (doctor.busy({"cc1": 0.97, "sshd": 0.01}), "warn"),
    (doctor.memory(GIB // 2, GIB), "warn"),
    (doctor.memory(GIB // 8, GIB), "fail"),
    (doctor.swap(GIB, 8 * GIB), "warn"),
    (doctor.open_files(1024, told=True), "warn"),
    (doctor.open_files(100, told=True), "fail"),
    (doctor.tasks(500, told=True), "warn"),
    (doctor.tasks(80, told=True), "fail"),
    (doctor.ports("60000 60999"), "warn"),
    (doctor.clock("hpet"), "warn"),
    (doctor.timer(1_000_000, 100.0), "warn"),
    (doctor.timer(100, 900.0), "warn"),
    (doctor.python(PYTHON, debug=True), "warn"),
    (doctor.python({**PYTHON, "free_threaded_build": True}, debug=False), "warn"),
    (doctor.tracing(["coverage of subprocesses"]), "warn"),
    (doctor.libraries({**LIBRARIES, "numpy": None}), "fail"),
    (doctor.uvloop(None, possible=True), "warn"),
    (doctor.disk("ext4", 80 * GIB, writable=False), "fail"),
    (doctor.disk("ext4", 1 << 20, writable=True), "fail"),
    (doctor.disk("ext4", GIB // 2, writable=True), "warn"),
    (doctor.disk("fuse.sshfs", 80 * GIB, writable=True), "warn"),
    (doctor.disk("tmpfs", 80 * GIB, writable=True), "warn"),
]

SILENT = [
    doctor.quota(None, 2, told=False),
    doctor.governor([]),
    doctor.turbo(on=None),
    doctor.smt([]),
    doctor.load(None, 2),
    doctor.pressure(None),
    doctor.open_files(None, told=False),
    doctor.tasks(None, told=False),
    doctor.ports(None),
    doctor.clock(None),
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
    assert doctor.open_files(1024, told=True).found == "1024: enough for C = 256"
    assert doctor.open_files(100, told=True).found == "100: too few for C = 64"


def test_the_busiest_processes_are_named_worst_first() -> None:
    found = doctor.busy({"a": 0.1, "b": 0.5, "c": 0.2, "d": 0.3}).found

    assert found == "others take 110% of a CPU: b 50%, d 30%, c 20%"


def test_siblings_are_named_and_the_remedy_keeps_one_of_each() -> None:
    diagnosis = doctor.smt([[0, 2], [1, 3]])

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

    assert named in doctor._tracers()


def test_a_busy_neighbour_is_seen() -> None:
    import subprocess
    import sys

    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as neighbour:
        try:
            shares: dict[str, Any] = doctor._busy_shares(0.3)
        finally:
            neighbour.kill()

    assert max(shares.values()) > 0.1
