"""How a command ends: its exit code, and one line for a mistake or for what the machine refuses."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from bench.cli.plain import shown
from bench.errors import BenchError
from bench.process import interrupts


def code_of(act: Callable[[], object]) -> int:
    """Do it, and return the exit code."""
    try:
        with interrupts.deferred():
            code = act()
    except click.ClickException as mistake:
        complain(" ".join(mistake.format_message().split()))
        return 2
    except BenchError as mistake:
        complain(str(mistake))
        return 2
    except OSError as refusal:  # what the machine refuses (files, memory, a temporary directory) may be met anywhere
        complain(_of_machine(refusal))
        return 2
    except (KeyboardInterrupt, click.Abort):
        print("interrupted", file=sys.stderr)  # noqa: T201
        return 130
    return code if isinstance(code, int) else 0


def complain(text: str) -> None:
    """One line on stderr."""
    print(f"error: {shown(text)}", file=sys.stderr)  # noqa: T201


def _of_machine(refusal: OSError) -> str:
    from bench.trial.recorder import describe

    where = f": {refusal.filename}" if refusal.filename else ""
    told = describe(refusal)
    return told if not told.startswith(type(refusal).__name__) else f"{refusal.strerror or refusal}{where}"
