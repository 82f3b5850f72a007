"""Which page is made of which runs, and where it is written."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import bench
from bench.errors import StoreError, UsageError
from bench.results import claims
from reports.drawing.jobs import Say
from reports.numbers import index
from reports.page import claims_page, comparison_page, page

CACHE = ".charts.json"
"""Drawn charts, beside the run they show."""
CLAIMS_CACHE = ".claims-charts.json"
COMPARISON_CACHE = ".comparison-charts.json"


def write(
    run_dirs: Sequence[Path], output: Path | None, baseline: str | None, against: Sequence[Path], say: Say
) -> Path:
    """See `reports.write`."""
    if len(run_dirs) == 2 and not against:
        against, run_dirs = run_dirs[:1], run_dirs[1:]
    if not run_dirs or (len(run_dirs) > 1 and not against):
        raise UsageError(
            f"a report is of one run, or sets runs against others; {len(run_dirs)} were given and none to set against"
        )
    if against:
        return _compare(run_dirs, against, output, baseline, say)
    one = _read(run_dirs[0], say)
    text = page.render(one, _baseline(one, baseline), one.stored.directory / CACHE, say)
    return _put(output or run_dirs[0] / "report.html", text)


def write_claims(run_dir: Path, output: Path | None, say: Say) -> Path:
    """See `reports.write_claims`."""
    text = claims_page.render(claims.read(run_dir), _read(run_dir, say), run_dir / CLAIMS_CACHE, say)
    return _put(output or run_dir / "claims.html", text)


def _read(directory: Path, say: Say) -> index.Index:
    say(f"reading {directory.name}")
    return index.of(bench.load(directory))


def _compare(ours: Sequence[Path], theirs: Sequence[Path], output: Path | None, baseline: str | None, say: Say) -> Path:
    if baseline:
        raise UsageError("a comparison of runs has no baseline runner; leave out --baseline")
    b, a = ([_read(directory, say) for directory in side] for side in (ours, theirs))
    for one, other in itertools.combinations([*a, *b], 2):
        if one.stored.trials and one.stored.trials == other.stored.trials:
            raise UsageError(f"{one.stored.directory} and {other.stored.directory} are the same run; name each once")
    last = b[-1].stored.directory
    more = f"-and-{len(a) - 1}-more" if len(a) > 1 else ""
    text = comparison_page.render(a, b, last / COMPARISON_CACHE, say)
    return _put(output or last / f"against-{a[0].stored.run_id}{more}.html", text)


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
