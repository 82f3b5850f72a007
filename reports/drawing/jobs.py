"""Charts -> SVG, drawn in processes of their own and kept by content, so that an unchanged report draws nothing.

matplotlib and pandas are imported only in those processes. They are started as commands and not through
multiprocessing, which would import the caller's main module again.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import interpreter
from bench.errors import BenchError
from reports.drawing import palette
from reports.drawing.chart import Chart
from reports.numbers import units

STYLE = 1
"""Raise when a change in how charts are drawn must redraw those in a cache; the sources are hashed as well."""


class DrawingError(BenchError):
    """The charts could not be drawn."""


@dataclass(frozen=True, slots=True)
class _Job:
    key: str
    id: str
    kind: str
    rows: list[dict[str, Any]]
    options: dict[str, Any]


def draw(charts: Sequence[Chart], cache: Path) -> dict[str, str]:
    """Draw what the cache does not have.

    Args:
        cache: a JSON file, read if it is there and replaced if anything changed.

    Returns:
        Chart id -> fragment of SVG (from its viewBox on); charts with nothing to draw are left out.

    Raises:
        DrawingError: a drawing process failed; carries its last line.
    """
    jobs = [_job(chart) for chart in charts if not chart.blank]
    known = _read(cache)
    missing = [job for job in jobs if job.key not in known]
    drawn = known | _render(missing) if missing else known
    kept = {job.key: drawn[job.key] for job in jobs}
    if kept.keys() != known.keys():
        _write(cache, kept)
    return {job.id: drawn[job.key] for job in jobs}


def _job(chart: Chart) -> _Job:
    content = json.dumps([chart.id, chart.kind, chart.rows, chart.options, _versions()], sort_keys=True)
    return _Job(hashlib.sha256(content.encode()).hexdigest(), chart.id, chart.kind, chart.rows, chart.options)


@functools.cache
def _versions() -> list[str]:
    """What else the bytes of a chart depend on. Asking for a version imports nothing."""
    return [str(STYLE), importlib.metadata.version("matplotlib"), _sources(), repr(palette.sentinels())]


def _sources() -> str:
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), *sorted((here.parent / "charts").glob("*.py")), Path(units.__file__)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _render(jobs: Sequence[_Job]) -> dict[str, str]:
    shares = min(os.cpu_count() or 1, 4, -(-len(jobs) // 6))
    running = []
    for number in range(shares):
        process = subprocess.Popen(
            interpreter.command("reports.drawing"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        running.append((process, json.dumps([asdict(job) for job in jobs[number::shares]])))
    return _collect(running)


def _collect(running: Sequence[tuple[subprocess.Popen[str], str]]) -> dict[str, str]:
    for process, text in running:
        assert process.stdin
        try:
            process.stdin.write(text)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it died early: its stderr, read below, says why
        process.stdin = None
    drawn: dict[str, str] = {}
    for process, _ in running:
        out, errors = process.communicate()
        if process.returncode != 0:
            last = errors.strip().splitlines()[-1:] or [f"exit code {process.returncode}"]
            raise DrawingError(f"cannot draw the charts: {last[0]}")
        drawn |= json.loads(out)
    return drawn


def _read(cache: Path) -> dict[str, str]:
    try:
        found = json.loads(cache.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(cache: Path, drawn: dict[str, str]) -> None:
    """Keep the charts; where the directory cannot be written, the next report simply draws again."""
    new = cache.with_suffix(".new")
    try:
        new.write_text(json.dumps(drawn), encoding="utf-8")
        new.replace(cache)
    except OSError:
        return
