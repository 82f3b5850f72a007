"""The heat table: one row per contest, one cell per runner."""

from __future__ import annotations

from collections.abc import Callable

from reports.numbers.index import Index
from reports.words import answers
from tests.support.synthetic import RUNNERS


def test_the_heat_table_marks_the_leader_and_says_why_cells_are_empty(make: Callable[..., Index]) -> None:
    index = make(levels=(8, 64))
    rows = {(row.workload, row.level): row.cells for row in answers.heat(index, {"nap": "w0", "sums": "w1"}, "sync")}
    place = RUNNERS.index("processes")

    assert rows["sums", 8][place].lead == "▲"
    assert rows["sums", 8][place].verdict == "faster"
    assert rows["sums", 8][place].tint > 0
    assert rows["sums", 64][place].kind == "empty"
    assert rows["sums", 64][place].verdict.startswith("over limit: 64 processes")
    assert rows["sums", 8][0].kind == "baseline"
