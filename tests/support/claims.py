"""Judged claims as the document of a run holds them."""

from __future__ import annotations

from typing import Any


def side(runner: str) -> dict[str, Any]:
    return {"workload": "nap", "concurrency": 8, "runner": runner}


def claim(name: str, verdict: str, **changes: Any) -> dict[str, Any]:
    case = {
        "concurrency": 8, "of": side("asyncio"), "over": side("threads"), "ratio": 1.2, "low": 1.1, "high": 1.3,
        "blocks": 6, "p_adjusted": 0.01, "verdict": verdict if verdict in {"holds", "does not hold"} else "undecided",
        "reason": "",
    }  # fmt: skip
    return {
        "id": name, "group": "Benefits", "says": f"The claim {name} is true.", "source": "a book, 2026", "why": "",
        "verdict": verdict, "sentence": "throughput: asyncio over threads 1.20x", "metric": "throughput",
        "claimed": "at least 1.05x", "low": 1.05, "high": None, "command": f"bench claims {name}", "cases": [case],
        "code": None, **changes,
    }  # fmt: skip
