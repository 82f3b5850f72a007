"""A large run: a page of bounded size, and a workload that costs the same however many others there are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from reports.drawing import jobs as drawing
from reports.drawing.__main__ import render
from reports.numbers.index import Index
from reports.page import page
from reports.words import advice, answers, why
from tests.support import runs

FEW, MANY = 2, 14
LARGEST_BYTES = 3_000_000
"""Of the page of 30 values of a parameter at 3 concurrencies."""
Sizes = Callable[[int], Index]


def labels(count: int) -> tuple[str, ...]:
    return tuple(f"http body_bytes={2**number}" for number in range(count))


@pytest.fixture(scope="module")
def sized(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Index]:
    """Runs of so many workloads."""
    directory = tmp_path_factory.mktemp("results")
    return {
        count: runs.indexed(directory / str(count), runs.Shape(workloads=labels(count), turns=16, twins=True))
        for count in (FEW, MANY)
    }


@pytest.fixture
def drawn() -> Iterator[list[int]]:
    """How many drawings each page asked for; every kind of chart is drawn once, and that drawing taken for all."""
    counts: list[int] = []
    known: dict[str, str] = {}

    def draw(jobs: list[drawing.Job], _: drawing.Say) -> dict[str, str]:
        counts.append(len(jobs))
        return {job.key: known.get(job.kind) or known.setdefault(job.kind, render(asdict(job))) for job in jobs}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "_render", draw)
        yield counts


def test_thirty_workloads_at_three_concurrencies_fit_three_megabytes(
    sized: dict[int, Index], drawn: list[int], tmp_path: Path
) -> None:
    """Judged by two smaller pages: the size is a part that is always there and one that each workload adds."""
    few, many = (
        len(page.render(index, "sync", tmp_path / str(count), print).encode()) for count, index in sized.items()
    )
    each = (many - few) / (MANY - FEW)

    assert few + each * (30 - FEW) < LARGEST_BYTES
    assert many < few * MANY / FEW
    assert max(drawn) <= 18 * MANY + 1


@pytest.mark.parametrize(
    "part",
    [
        lambda index, workload: page.charts_of(index, workload, "w0", "sync"),
        lambda index, workload: answers.of_workload(index, workload, "w0"),
        lambda index, workload: advice.of_workload(index, workload, "w0"),
        why.of_workload,
    ],
    ids=["charts", "answers", "advice", "why"],
)
def test_a_workload_takes_as_long_among_many_as_among_few(
    sized: dict[int, Index], part: Callable[[Index, str], object]
) -> None:
    few, many = (shortest_s(part, index) for index in sized.values())

    assert many < 3 * few + 0.005


def shortest_s(part: Callable[[Index, str], object], index: Index) -> float:
    """CPU time of the fastest of several tries."""
    found = []
    for _ in range(5):
        began_s = time.process_time()
        part(index, index.workloads[0])
        found.append(time.process_time() - began_s)
    return min(found)
