"""What code a run measures: a file that is not the same any more is named, whoever imported it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.plan import code
from bench.trial import project
from tests.support.synthetic import spec, trial


def test_only_what_both_know_can_have_changed() -> None:
    assert code.changed({"a.py": "1", "b.py": "2"}, {"b.py": "2", "c.py": "3"}) == []
    assert code.changed({"a.py": "1", "b.py": "2", "c.py": "3"}, {"c.py": "4", "a.py": "5"}) == ["a.py", "c.py"]


def test_a_run_knows_the_code_of_all_its_trials_of_a_workload() -> None:
    trials = [
        trial("sync", facts={"code": {"a.py": "1"}}),
        trial("asyncio", facts={"code": {"b.py": "2"}}),
        trial("sync", workload="other", facts={"code": {"c.py": "3"}}),
        trial("threads", facts={}),
    ]

    assert code.stored(trials, "work") == {"a.py": "1", "b.py": "2"}


def test_what_changed_on_the_disk_since_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("mine.py", "helper.py", "gone.py"):
        (tmp_path / name).write_text(f"# {name}\n")
    before = {name: project.sha256(tmp_path / name) for name in ("helper.py", "gone.py")}
    before["workloads/sleep.py"] = project.sha256(project.HOME / "workloads" / "sleep.py")
    mine = replace(spec("mine"), file="mine.py", module="mine", source_sha256=project.sha256(tmp_path / "mine.py"))

    assert code.planned(mine) == {"mine.py": mine.source_sha256}
    assert code.changed_on_disk(mine, before) == []

    (tmp_path / "helper.py").write_text("# another\n")
    (tmp_path / "gone.py").unlink()
    assert code.changed_on_disk(mine, before) == ["gone.py", "helper.py"]

    (tmp_path / "mine.py").write_text("# another\n")
    assert code.changed_on_disk(mine, {}) == ["mine.py"]
