"""Which page is made of which runs, and where it is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bench
from bench.errors import StoreError, UsageError
from reports.numbers import index
from reports.page import comparison_page, page

CACHE = ".charts.json"
"""Drawn charts, beside the run they show."""
COMPARISON_CACHE = ".comparison-charts.json"


def write(run_dirs: Sequence[Path], output: Path | None, baseline: str | None) -> Path:
    """See `reports.write`."""
    if len(run_dirs) not in {1, 2}:
        raise UsageError(f"a report is of one run, or compares two; {len(run_dirs)} were given")
    runs = [index.of(bench.load(directory)) for directory in run_dirs]
    target = output or run_dirs[-1] / ("report.html" if len(runs) == 1 else f"against-{runs[0].stored.run_id}.html")
    if len(runs) == 2:
        return _put(target, comparison_page.render(runs[0], runs[1], runs[1].stored.directory / COMPARISON_CACHE))
    one = runs[0]
    chosen = _baseline(one, baseline)
    text = page.render(one, chosen, one.stored.directory / CACHE)
    return _put(target, text)


def _baseline(run: index.Index, asked: str | None) -> str:
    chosen = asked or run.stored.plan.settings.baseline
    if chosen not in run.runners:
        if asked:
            raise UsageError(f"no runner {asked!r} in this run; it has {', '.join(run.runners)}")
        return run.runners[0]
    return chosen


_CONTROLS = {
    code: ascii(chr(code))[1:-1]
    for codes in (range(9), range(11, 32), range(127, 160), range(0x202A, 0x202F), range(0x2066, 0x206A))
    for code in codes
}
"""What is no text in HTML, and what turns the direction of all that follows, as escapes that can be read."""


def _put(target: Path, text: str) -> Path:
    page = text.translate(_CONTROLS).encode("utf-8", "backslashreplace")
    new = target.with_name(f".{target.name}.new")
    try:
        if target.exists() and not target.is_file():  # a device or a pipe is written to, and never replaced
            target.write_bytes(page)
            return target
        new.write_bytes(page)
        new.replace(target)
    except OSError as error:
        raise StoreError(f"cannot write {target}: {error.strerror}; choose another file with -o") from error
    return target
