"""Findings as a whole: how they are found, in which order they are told, and that a sound run has none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.judge import findings
from tests.support.findings import ids, only, summary, turns
from tests.support.synthetic import run, trial

TESTS = Path(__file__).parent / "findings"


def test_a_sound_run_has_no_findings() -> None:
    assert ids(run()) == {}


def test_a_file_dropped_into_the_folder_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "leap_second.py").write_text(
        "from bench.judge.findings._evidence import Mark\n"
        "def find(evidence):\n"
        "    yield Mark('leap-second', 'info', 'work', 'a second more', 'wait')\n"
    )
    monkeypatch.setattr(findings, "__path__", [*findings.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "bench.judge.findings.leap_second", raising=False)

    assert ids(run()) == {"leap-second": "info"}


def test_every_finding_has_tests_of_its_own() -> None:
    assert {f"test_{name}.py" for name in findings.names()} <= {path.name for path in TESTS.iterdir()}


def test_the_gravest_come_first_and_those_of_one_gravity_by_name() -> None:
    stored = run(only("threads", lambda r, b: trial(r, b, memory=None, turns=turns(errors=5, fairness=0.5), workers=8)))

    told = [(finding.severity, finding.id) for finding in summary(stored).findings]

    assert told == [("invalid", "errors"), ("warning", "starved-workers"), ("info", "memory-not-measured")]


def test_every_finding_is_a_pure_function_of_the_evidence() -> None:
    stored = run()
    result = summary(stored)

    first = findings.find(stored, result.cases, result.comparisons)

    assert first == findings.find(stored, result.cases, result.comparisons)


def test_errors_are_those_in_windows_and_others_are_told_without_a_number() -> None:
    stored = run(only("threads", lambda r, b: trial(r, b, messages={"ValueError: while warming up": 40})))

    result = summary(stored)

    assert ids(stored) == {"errors": "warning"}
    assert {case.errors for case in result.cases} == {0}
    assert result.findings[0].evidence.endswith("(warm-up, ramp or drain): ValueError: while warming up")
