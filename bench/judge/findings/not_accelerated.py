"""A client that is compiled where all is well has fallen back to pure Python, without a word."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        told = [trial.facts.get("accelerators", {}) for trial in evidence.trials(case)]
        slow = sorted({part for parts in told for part, compiled in parts.items() if not compiled})
        if slow:
            yield Mark(
                "not-accelerated",
                "warning",
                case.workload,
                f"{on(case)}: {', '.join(slow)} ran as pure Python, not compiled",
                "install its wheel again (pip install --force-reinstall), and see that no variable such as "
                "AIOHTTP_NO_EXTENSIONS switches it off",
                (case.key,),
                len(slow),
            )
