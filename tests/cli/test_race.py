"""Two functions race: the whole engine beneath, without a class."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import bench as face
from bench.cli import racing
from bench.errors import UsageError
from tests.support.command import bench, python

SHOP = """
import asyncio, time
from contextlib import asynccontextmanager, contextmanager
from neighbour import WAIT_S

def fetch(): time.sleep(WAIT_S); return 4
async def fetch_async(): await asyncio.sleep(WAIT_S); return 4

@contextmanager
def pool(): yield 4
def take(pool): time.sleep(WAIT_S); return pool
async def take_async(pool): await asyncio.sleep(WAIT_S); return pool
def right(result): return result == 4
def wrong(result):
    assert result == 4, "the setup was not given"
    return False

if __name__ == "__main__":
    import bench
    run = bench.race(fetch, fetch_async, concurrency=(2,), runners=("threads", "asyncio"), budget_s=1, results="mine")
    print(sorted(run.cases()["runner"]), list(run.cases()["status"]))
"""
ALL = ("-c", "2", "-r", "sync,threads,processes,asyncio", "--budget", "1s", "--json")
FEW = ("-c", "2", "-r", "threads,asyncio", "--budget", "1s", "--json")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "neighbour.py").write_text("WAIT_S = 0.005\n")
    return tmp_path


def test_functions_race_under_every_runner_of_their_kind(shop: Path) -> None:
    done = bench("race", "shop:fetch", "shop:fetch_async", "--check", "shop:right", *ALL, cwd=shop)

    assert done.code == 0, done.err
    cases = {case["runner"]: case for case in done.json()["cases"]}
    assert cases.keys() == {"sync", "threads", "processes", "asyncio"}
    assert {case["status"] for case in cases.values()} == {"measured"}
    assert {case["errors"] for case in cases.values()} == {0}
    assert (shop / "results" / "latest" / "report.html").exists()


def test_what_the_setup_yields_is_given_to_both_kinds_and_a_wrong_result_is_an_error(shop: Path) -> None:
    """What is given is what is returned, and is not what this check wants."""
    done = bench(
        "race", "shop:take", "shop:take_async", "--setup", "shop:pool", "--check", "shop:wrong", *FEW, cwd=shop
    )

    assert [case["reason"] for case in done.json()["cases"]] == ["no op succeeded: check: the result is wrong"] * 2


def test_one_alone_leaves_the_other_kind_out(shop: Path) -> None:
    done = bench("race", "shop:fetch_async", *FEW, cwd=shop)

    assert {case["runner"]: case["status"] for case in done.json()["cases"]} == {
        "threads": "not provided", "asyncio": "measured",
    }  # fmt: skip


def test_an_interrupted_race_is_resumed(shop: Path) -> None:
    assert bench("race", "shop:fetch", "shop:fetch_async", *FEW, cwd=shop).code == 0
    trials = shop / "results" / "latest" / "trials.jsonl"
    lines = trials.read_text().splitlines(keepends=True)
    trials.write_text("".join(lines[:3]))

    assert bench("run", "--resume", "latest", cwd=shop).code == 0
    assert len(trials.read_text().splitlines()) >= len(lines)
    assert {json.loads(line)["status"] for line in trials.read_text().splitlines()} == {"measured"}


def test_a_script_lets_its_own_functions_race(shop: Path) -> None:
    done = python("shop.py", cwd=shop)

    assert done.code == 0, done.err
    assert done.out.strip() == "['asyncio', 'threads', 'threads'] ['measured', 'measured', 'measured']"


@pytest.mark.parametrize(
    ("function", "words"),
    [(lambda: 1, "is a lambda"), (test_one_alone_leaves_the_other_kind_out.__get__, "is an object")],
    ids=["lambda", "object"],
)
def test_what_no_other_process_can_import_is_refused_with_what_to_do(function: object, words: str) -> None:
    with pytest.raises(UsageError, match=words) as refused:
        racing.race(function)  # type: ignore[arg-type]

    assert "put it into a module" in str(refused.value)


def test_a_function_inside_another_is_refused() -> None:
    def inner() -> int:
        return 1

    with pytest.raises(UsageError, match="a function inside another"):
        face.race(inner)


def test_a_mistake_is_one_line(shop: Path) -> None:
    done = bench("race", "shop:fech", cwd=shop)

    assert done.code == 2
    assert len(done.err.splitlines()) == 1
    assert "has no attribute 'fech'" in done.err
