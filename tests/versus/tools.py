"""The tools, each run the way its users run it: as commands, of which only the times are filled in."""

from __future__ import annotations

import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.versus.aggregate import OURS, Kind, Outcome
from tests.versus.work import STEPS

ROOT = Path(__file__).parent.parent.parent
COMPARE_FAIL = 0.025
"""The convention ``--benchmark-compare-fail=mean:2.5%``: half of the planted 5 %."""

PRECISION = 0.005
"""The margin of error that pytest-benchmark is asked for, where it is asked: a tenth of the planted 5 %."""
PYPERF_DEFAULT = 20
"""Processes that pyperf starts of itself."""

_SETUP = "from tests.versus.work import work"
_PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-only"]


@dataclass(frozen=True, slots=True)
class Fill:
    """What makes each tool take about the same wall time; found by `calibrate`.

    pyperf_processes: per side. pytest_max_time_s: per side. deadheat_budget_s: of the pair. benchmatrix_pairs: of whole
    pytest processes; an even number, for it wants as many of either order.
    """

    pyperf_processes: int
    pytest_max_time_s: float
    deadheat_budget_s: float
    benchmatrix_pairs: int


def pyperf_commands(steps: Sequence[int], processes: int, directory: Path) -> list[list[str]]:
    """One run per side, then the comparison; values and warm-ups stay pyperf's own."""
    files = [str(directory / name) for name in ("first.json", "second.json")]
    runs = [
        [sys.executable, "-m", "pyperf", "timeit", "--quiet", "--processes", str(processes), "--name", "work",
         "-s", _SETUP, f"work({number})", "-o", file]
        for number, file in zip(steps, files, strict=True)
    ]  # fmt: skip
    return [*runs, [sys.executable, "-m", "pyperf", "compare_to", "-v", *files]]


def pytest_command(max_time_s: float, directory: Path, *more: str) -> list[str]:
    """One file with two tests, in one process."""
    return [
        *_PYTEST, "tests/versus/pytest_pair.py",
        f"--benchmark-max-time={max_time_s:.2f}", f"--benchmark-json={directory / 'pytest.json'}", *more,
    ]  # fmt: skip


def benchmatrix_commands(steps: Sequence[int], pairs: int, seed: int, directory: Path) -> list[list[str]]:
    """Pairs of whole pytest processes in either order, then the comparison with its own verdict."""
    sides = [["env", f"VERSUS_STEPS={number}", *_PYTEST, "tests/versus/benchmatrix_pair.py"] for number in steps]
    collect = [sys.executable, "-m", "benchmatrix", "collect-paired", "--pairs", str(pairs), "--random-seed", str(seed)]
    return [
        [*collect, "--output", str(directory / "paired"), "--", *sides[0], ":::", *sides[1]],
        [sys.executable, "-m", "benchmatrix", "compare", str(directory / "paired"), "--paired", "--no-config",
         "--threshold", f"{COMPARE_FAIL:.1%}", "--format", "json"],
    ]  # fmt: skip


def deadheat_command(steps: Sequence[int], budget_s: float, seed: int) -> list[str]:
    """A plan of one contest, carried out and analysed like any run."""
    return [sys.executable, "-m", "tests.versus.deadheat_pair", *map(str, steps), f"{budget_s:.2f}", str(seed)]


def pyperf(kind: Kind, pair: int, steps: Sequence[int], fill: Fill, directory: Path) -> list[Outcome]:
    """pyperf with as many processes as the time allows."""
    return _pyperf("pyperf", kind, pair, steps, fill.pyperf_processes, directory)


def pyperf_by_default(kind: Kind, pair: int, steps: Sequence[int], fill: Fill, directory: Path) -> list[Outcome]:
    """pyperf as it comes, in the time that it needs."""
    return _pyperf(f"pyperf, {PYPERF_DEFAULT} processes", kind, pair, steps, PYPERF_DEFAULT, directory)


def _pyperf(
    reading: str, kind: Kind, pair: int, steps: Sequence[int], processes: int, directory: Path
) -> list[Outcome]:
    """pyperf's ratio of means, and what ``compare_to`` says about it."""
    for name in ("first.json", "second.json"):
        (directory / name).unlink(missing_ok=True)  # pyperf overwrites nothing
    *runs, compare = pyperf_commands(steps, processes, directory)
    began_s = time.perf_counter()
    for command in runs:
        _run(command)
    verdict = _run(compare)
    wall_s = time.perf_counter() - began_s
    first, second = (
        pyperf_mean_s(json.loads((directory / f"{name}.json").read_text())) for name in ("first", "second")
    )
    return [Outcome(reading, kind, pair, second / first, pyperf_says_different(verdict), wall_s)]


def pyperf_mean_s(document: dict[str, Any]) -> float:
    """The mean that pyperf prints: of all values of all processes."""
    return statistics.fmean(value for run in document["benchmarks"][0]["runs"] for value in run.get("values", []))


def pyperf_says_different(text: str) -> bool:
    """Read the verdict of ``compare_to``.

    Raises:
        ValueError: it is none that we know, so that a new version of pyperf is not silently misread.
    """
    if "not significant" in text.lower():
        return False
    if "faster" in text or "slower" in text or "no change" in text:
        return True
    raise ValueError(f"no verdict in {text!r}")


def pytest_benchmark(kind: Kind, pair: int, steps: Sequence[int], fill: Fill, directory: Path) -> list[Outcome]:
    """The ratios of means, medians and minima; it gives no verdict, so a known convention stands in for one."""
    sides = dict(zip(("VERSUS_FIRST", "VERSUS_SECOND"), map(str, steps), strict=True))
    began_s = time.perf_counter()
    _run(pytest_command(fill.pytest_max_time_s, directory), **sides)
    wall_s = time.perf_counter() - began_s
    document = json.loads((directory / "pytest.json").read_text())
    stats = {benchmark["name"]: benchmark["stats"] for benchmark in document["benchmarks"]}
    ratios = {name: stats["test_second"][name] / stats["test_first"][name] for name in ("mean", "median", "min")}
    plain = [Outcome(f"pytest-benchmark {name}", kind, pair, ratio, None, wall_s) for name, ratio in ratios.items()]
    convention = Outcome(
        "pytest-benchmark, compare-fail=mean:2.5%",
        kind,
        pair,
        ratios["mean"],
        ratios["mean"] > 1 + COMPARE_FAIL,
        wall_s,
    )
    return [*plain, convention]


def pytest_precision(kind: Kind, pair: int, steps: Sequence[int], fill: Fill, directory: Path) -> list[Outcome]:
    """pytest-benchmark that stops when its own margin of error is small enough, or when the time is over."""
    sides = dict(zip(("VERSUS_FIRST", "VERSUS_SECOND"), map(str, steps), strict=True))
    began_s = time.perf_counter()
    _run(pytest_command(fill.pytest_max_time_s, directory, f"--benchmark-precision={PRECISION}"), **sides)
    wall_s = time.perf_counter() - began_s
    document = json.loads((directory / "pytest.json").read_text())
    means = {benchmark["name"]: benchmark["stats"]["mean"] for benchmark in document["benchmarks"]}
    ratio = means["test_second"] / means["test_first"]
    return [Outcome(f"pytest-benchmark, precision {PRECISION:.1%}, mean", kind, pair, ratio, None, wall_s)]


def benchmatrix(kind: Kind, pair: int, steps: Sequence[int], fill: Fill, directory: Path) -> list[Outcome]:
    """benchmatrix's ratio over its pairs of processes, and how it classifies it."""
    shutil.rmtree(directory / "paired", ignore_errors=True)
    collect, compare = benchmatrix_commands(steps, fill.benchmatrix_pairs, pair, directory)
    began_s = time.perf_counter()
    _run(collect)
    told = json.loads(_run(compare))
    wall_s = time.perf_counter() - began_s
    ratio, different = benchmatrix_says(told)
    return [Outcome("benchmatrix", kind, pair, ratio, different, wall_s)]


def benchmatrix_says(document: Mapping[str, Any]) -> tuple[float, bool]:
    """The ratio of its one cell, and whether it is called different.

    Raises:
        ValueError: its classification is none that we know.
    """
    (cell,) = document["comparisons"]
    said = cell["regression"]
    if said not in {"improved", "unchanged", "regressed", "inconclusive"}:
        raise ValueError(f"no verdict in {said!r}")
    return float(cell["ratio"]), said in {"improved", "regressed"}


def deadheat(kind: Kind, pair: int, steps: Sequence[int], fill: Fill, directory: Path) -> list[Outcome]:
    """Our ratio with our verdict, and what the 95 % interval alone would say: different when it excludes 1."""
    began_s = time.perf_counter()
    found = json.loads(_run(deadheat_command(steps, fill.deadheat_budget_s, seed=pair)))
    wall_s = time.perf_counter() - began_s
    ratio = found["ratio"]
    excluded = not found["low"] <= 1 <= found["high"]
    return [
        Outcome(OURS, kind, pair, ratio, found["verdict"] in {"faster", "slower"}, wall_s),
        Outcome(f"{OURS}, interval without 1", kind, pair, ratio, excluded, wall_s),
    ]


Tool = Callable[[Kind, int, Sequence[int], Fill, Path], list[Outcome]]
TOOLS: dict[str, Tool] = {
    "pyperf": pyperf,
    "pytest-benchmark": pytest_benchmark,
    "pytest-benchmark, precision": pytest_precision,
    "benchmatrix": benchmatrix,
    OURS: deadheat,
}
SLOW: dict[str, Tool] = {"pyperf, 20 processes": pyperf_by_default}
"""Those that take more time than the others, and are therefore run in every `SLOW_EVERY` th pair."""
SLOW_EVERY = 4

FEW, MANY = 2, 5
_PYTEST_TRIAL_S, _DEADHEAT_TRIAL_S = 0.5, 4.0


def calibrate(seconds: float, directory: Path) -> Fill:
    """Fill ``seconds`` per pair with each tool, its start-up included."""
    sides = (STEPS, STEPS)

    def pyperf_s(processes: int) -> float:
        return _took_s(lambda: pyperf("identical", 0, sides, Fill(processes, 0, 0, 0), directory))

    def pytest_s() -> float:
        return _took_s(lambda: pytest_benchmark("identical", 0, sides, Fill(0, _PYTEST_TRIAL_S, 0, 0), directory))

    def deadheat_s() -> float:
        return _took_s(lambda: deadheat("identical", 0, sides, Fill(0, 0, _DEADHEAT_TRIAL_S, 0), directory))

    def benchmatrix_s(pairs: int) -> float:
        return _took_s(lambda: benchmatrix("identical", 0, sides, Fill(0, 0, 0, pairs), directory))

    few_s, many_s = pyperf_s(FEW), pyperf_s(MANY)
    two_s, four_s = benchmatrix_s(2), benchmatrix_s(4)
    benchmatrix_pairs = 2 + 2 * round((seconds - two_s) / max(four_s - two_s, 0.5))
    per_process_s = max((many_s - few_s) / (MANY - FEW), 0.1)
    processes = FEW + math.ceil((seconds - few_s) / per_process_s)
    return Fill(
        pyperf_processes=max(FEW, processes),
        pytest_max_time_s=max(0.2, _PYTEST_TRIAL_S + (seconds - pytest_s()) / 2),
        deadheat_budget_s=max(2.0, _DEADHEAT_TRIAL_S + seconds - deadheat_s()),
        benchmatrix_pairs=max(2, benchmatrix_pairs),
    )


def shown(fill: Fill) -> dict[str, list[str]]:
    """The exact commands, without the paths of this machine."""
    here = Path()
    commands = {
        "pyperf": pyperf_commands(("FIRST", "SECOND"), fill.pyperf_processes, here),  # type: ignore[arg-type]
        "pytest-benchmark": [_pytest_shown(fill, here)],
        "pytest-benchmark, precision": [_pytest_shown(fill, here, f"--benchmark-precision={PRECISION}")],
        "benchmatrix": benchmatrix_commands(("FIRST", "SECOND"), fill.benchmatrix_pairs, 1, here),  # type: ignore[arg-type]
        OURS: [deadheat_command(("FIRST", "SECOND"), fill.deadheat_budget_s, 1)],  # type: ignore[arg-type]
    }
    return {
        tool: [" ".join("python" if word == sys.executable else _quoted(word) for word in command) for command in lines]
        for tool, lines in commands.items()
    }


def _pytest_shown(fill: Fill, directory: Path, *more: str) -> list[str]:
    return ["VERSUS_FIRST=FIRST", "VERSUS_SECOND=SECOND", *pytest_command(fill.pytest_max_time_s, directory, *more)]


def _quoted(word: str) -> str:
    return f"'{word}'" if " " in word or "(" in word else word


def _took_s(act: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    act()
    return time.perf_counter() - began_s


def _run(command: list[str], **variables: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout
