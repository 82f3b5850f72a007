"""The newest self-check of this machine, and what it says."""

from __future__ import annotations

import json
from pathlib import Path

from bench.check import selfcheck
from bench.machine import facts
from reports.numbers import certificate


def test_certificates_must_match_the_machine_and_the_newest_counts(tmp_path: Path) -> None:
    folder = tmp_path / "selfcheck"
    folder.mkdir()
    for name, created, cpus in (("a", "2026-01-01", 2), ("b", "2026-02-01", 2), ("c", "2026-03-01", 64)):
        checks = [{"name": name, "expected": "1", "measured": "1", "status": "pass", "reason": ""}]
        text = json.dumps({"created": created, "fingerprint": {"cpus": cpus}, "checks": checks})
        (folder / f"{name}.json").write_text(text)
    (folder / "broken.json").write_text("[1, 2")
    found = certificate.newest(tmp_path, {"cpus": 2})
    assert found is not None

    assert found.checks[0].name == "b"
    assert found.verdict == "1 of 1 checks passed"
    assert certificate.newest(tmp_path, {"cpus": 4}) is None


def test_the_certificate_of_this_machine_is_found_whatever_libraries_a_run_used(tmp_path: Path) -> None:
    selfcheck.store(selfcheck.Certificate("2026-01-01", selfcheck.fingerprint(tmp_path), ()), tmp_path)

    for libraries in ([], ["numpy", "scipy", "uvloop"], ["numpy", "jinja2"]):
        assert certificate.newest(tmp_path, facts.environment(tmp_path, libraries)) is not None
    found = facts.environment(tmp_path, ["uvloop"])
    assert certificate.newest(tmp_path, {**found, "libraries": {"uvloop": "0.1"}}) is None
    assert certificate.newest(tmp_path, {**found, "python": "3.0.0"}) is None


def test_a_certificate_counts_what_failed_and_what_was_not_possible() -> None:
    checks = tuple(certificate.Check("", "", "", status, "") for status in ("pass", "fail", "not possible here"))

    assert certificate.Certificate("", checks).verdict == "1 of 3 checks passed, 1 failed, 1 not possible here"
