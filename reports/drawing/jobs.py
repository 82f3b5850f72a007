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
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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

Say = Callable[[str], None]
"""Told in words how far the work is."""


class DrawingError(BenchError):
    """The charts could not be drawn."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a drawing process needs; the same job gives the same drawing."""

    key: str
    kind: str
    rows: list[dict[str, Any]]
    options: dict[str, Any]


def draw(charts: Sequence[Chart], cache: Path, say: Say) -> dict[str, str]:
    """Draw what the cache does not have.

    Args:
        cache: a JSON file, read if it is there and replaced if anything changed.

    Returns:
        Chart id -> fragment of SVG (from its viewBox on); charts with nothing to draw are left out.

    Raises:
        DrawingError: a drawing process failed; carries its last line.
    """
    jobs = {chart.id: _job(chart) for chart in charts if not chart.blank}
    known = _read(cache)
    missing = {job.key: job for job in jobs.values() if job.key not in known}
    drawn = known | _render(list(missing.values()), say) if missing else known
    kept = {job.key: drawn[job.key] for job in jobs.values()}
    if kept.keys() != known.keys():
        _write(cache, kept)
    return {name: drawn[job.key] for name, job in jobs.items()}


def _job(chart: Chart) -> Job:
    content = json.dumps([chart.kind, chart.rows, chart.options, _versions()], sort_keys=True)
    return Job(hashlib.sha256(content.encode()).hexdigest(), chart.kind, chart.rows, chart.options)


@functools.cache
def _versions() -> list[str]:
    """What else the bytes of a chart depend on. Asking for a version imports nothing."""
    return [str(STYLE), importlib.metadata.version("matplotlib"), _sources(), repr(palette.sentinels())]


def _sources() -> str:
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), *sorted((here.parent / "charts").glob("*.py")), Path(units.__file__)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _render(jobs: Sequence[Job], say: Say) -> dict[str, str]:
    """Key -> drawing, from as many processes as there are CPUs; each sends a line per chart as soon as it is drawn."""
    shares = min(os.cpu_count() or 1, 4, -(-len(jobs) // 6))
    drawn: dict[str, str] = {}
    lock = threading.Lock()
    say(f"drawing {len(jobs)} charts")

    def take(number: int) -> None:
        for key, svg in _drawn_by_one(jobs[number::shares]):
            with lock:
                drawn[key] = svg
                if len(drawn) % max(1, len(jobs) // 20) == 0:
                    say(f"drawing charts: {len(drawn)} of {len(jobs)}")

    with ThreadPoolExecutor(shares) as pool:
        for share in [pool.submit(take, number) for number in range(shares)]:
            share.result()
    return drawn


def _drawn_by_one(jobs: Sequence[Job]) -> Iterator[tuple[str, str]]:
    """The drawings of one process. Its stderr goes to a file: a pipe that nobody reads could fill."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors, subprocess.Popen(
        interpreter.command("reports.drawing"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
        text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        try:
            json.dump([asdict(job) for job in jobs], process.stdin)
            process.stdin.close()
        except BrokenPipeError:
            process.stdin = None  # it died early: its stderr, read below, says why
        for line in process.stdout:
            key, svg = json.loads(line)
            yield key, svg
        if process.wait() != 0:
            errors.seek(0)
            last = errors.read().strip().splitlines()[-1:] or [f"exit code {process.returncode}"]
            raise DrawingError(f"cannot draw the charts: {last[0]}")


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
