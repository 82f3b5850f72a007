"""A stored run -> one HTML file that a person understands in a minute and trusts after ten.

``reports.write([run_dir])`` writes it; so does ``python -m reports RUN_DIR``. Reads runs through `bench.load` only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["write", "write_claims"]


def write(
    run_dirs: Sequence[Path], output: Path | None = None, baseline: str | None = None, against: Sequence[Path] = (),
    say: Callable[[str], None] | None = None,
) -> Path:  # fmt: skip
    """Write the report of one run, or the comparison of several.

    Args:
        run_dirs: one run directory; two, of which the second is set against the first; or, with ``against``, any
            number of runs of one thing.
        output: the file to write; by default in the last run's directory, ``report.html`` or ``against-….html``.
        baseline: the runner that ratios of one run stand on at first; the run's own by default.
        against: runs of another thing, which the ratios stand on.
        say: told in words how far it is, every now and then.

    Raises:
        bench.errors.BenchError: a run cannot be read, or the file not written; one line that says what to do.
    """
    from reports import writing

    return writing.write(run_dirs, output, baseline, against, say or (lambda _: None))


def write_claims(run_dir: Path, output: Path | None = None, say: Callable[[str], None] | None = None) -> Path:
    """Write the page of a run's judged claims: ``claims.html`` beside its report.

    Raises:
        bench.errors.BenchError: the run has judged none, or the file cannot be written.
    """
    from reports import writing

    return writing.write_claims(run_dir, output, say or (lambda _: None))
