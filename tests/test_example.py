"""The committed example: a real run, read and drawn as any other."""

from __future__ import annotations

import shutil
from pathlib import Path

import bench
import reports
from tests.support.command import ROOT

EXAMPLE = ROOT / "results" / "example"


def test_the_example_is_a_complete_run_whose_every_workload_has_an_answer() -> None:
    run = bench.load(EXAMPLE)

    assert run.stored.stopped == "completed"
    assert {case.status for case in run.summary.cases} == {"measured", "over limit"}
    blocks, settings = {pair.ratio.blocks for pair in run.summary.comparisons}, run.stored.plan.settings
    assert min(blocks) == settings.blocks  # and those that these did not settle have further ones
    assert max(blocks) <= settings.most_blocks


def test_its_report_can_be_written_again_from_its_data_alone(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "example")

    page = reports.write([tmp_path / "example"]).read_text(encoding="utf-8")

    for contest in bench.load(EXAMPLE).stored.plan.contests:
        assert contest.workload in page
    assert len(page) < 2_000_000
