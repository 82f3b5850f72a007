"""``python -m reports RUN_DIR... [--against RUN_DIR...] [-o FILE]``: prints the path of the file it wrote."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import reports
from bench.errors import BenchError


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a report; 0 when written, 2 with one line on stderr when not."""
    parser = argparse.ArgumentParser("python -m reports", description="Write the report of a run, or compare some.")
    parser.add_argument("run_dirs", nargs="+", type=Path, metavar="RUN_DIR", help="one run, or several of one thing")
    parser.add_argument("--against", nargs="+", default=[], type=Path, metavar="RUN_DIR", help="runs to compare with")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the file to write")
    parser.add_argument("--baseline", metavar="RUNNER", help="the runner that ratios stand on at first")
    parser.add_argument("--claims", action="store_true", help="write the page of the claims that the run has judged")
    parser.add_argument("--progress", action="store_true", help="say on stderr how far it is, line by line")
    given = parser.parse_args(arguments)
    try:
        say = _say if given.progress else None
        if given.claims:
            path = reports.write_claims(given.run_dirs[0], given.output, say)
        else:
            path = reports.write(given.run_dirs, given.output, given.baseline, given.against, say)
    except BenchError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stdout.write(f"{path}\n")
    return 0


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
