"""deadheat and its peers measure the same pairs, in turn: ``python -m tests.versus`` (`make versus`).

The tools take turns in seeded random order within every pair, so that the machine's phases hit all of them alike, and
each fills the same wall time, start-up included. Nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.machine import facts
from tests.versus.aggregate import KINDS, Judgement, Kind, Line, Outcome, judge, lines, markdown
from tests.versus.tools import PYPERF_DEFAULT, ROOT, SLOW, SLOW_EVERY, TOOLS, Fill, calibrate, shown
from tests.versus.work import MORE_STEPS, STEPS

SIDES: dict[Kind, tuple[int, int]] = {"identical": (STEPS, STEPS), "5 % more work": (STEPS, MORE_STEPS)}
LIBRARIES = ("pyperf", "pytest-benchmark", "benchmatrix", "pytest", "numpy", "scipy")


def measured(
    pairs: int, fill: Fill, seed: int, directory: Path, only: Sequence[str] = (), kinds: Sequence[Kind] = KINDS
) -> list[Outcome]:
    """Every pair by every tool. Args: only: by these tools alone, where any are named."""
    order = random.Random(seed)
    outcomes: list[Outcome] = []
    for pair in range(1, pairs + 1):
        for kind in order.sample(kinds, len(kinds)):
            tools = {name: TOOLS[name] for name in only} or TOOLS | (SLOW if pair % SLOW_EVERY == 1 else {})
            for name in order.sample(sorted(tools), len(tools)):
                found = tools[name](kind, pair, SIDES[kind], fill, directory)
                print(f"  pair {pair}/{pairs}  {kind:14} {_told(found)}", flush=True)
                outcomes += found
    return outcomes


def _told(outcomes: Sequence[Outcome]) -> str:
    parts = [f"{outcome.reading} {outcome.ratio:.4f}{_MARK[outcome.different]}" for outcome in outcomes]
    return f"{', '.join(parts)}  ({outcomes[0].wall_s:.1f} s)"


_MARK = {None: "", False: "", True: " different"}


def document(
    pairs: int, seconds: float, seed: int, fill: Fill, outcomes: Sequence[Outcome], summary: Sequence[Line]
) -> dict[str, Any]:
    """What is stored."""
    return {
        "format": 1,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "pairs": pairs,
        "seconds": seconds,
        "seed": seed,
        "steps": {kind: list(sides) for kind, sides in SIDES.items()},
        "fill": asdict(fill),
        "commands": shown(fill),
        "machine": facts.environment(ROOT, LIBRARIES),
        "summary": [asdict(line) for line in summary],
        "judgements": [asdict(judgement) for judgement in judge(summary)],
        "outcomes": [asdict(outcome) for outcome in outcomes],
    }


def text(result: dict[str, Any]) -> str:
    """The table with what a reader needs to believe it, ready for the README."""
    told = result["machine"]
    head = (
        f"{result['date'][:10]}, {told['cpu_model']}, {told['cpus']} CPUs, {told['system']} {told['kernel']}, "
        f"{told['implementation']} {told['python']}; {result['pairs']} pairs of each kind, "
        f"{result['seconds']:g} s per pair and tool, in turn."
    )
    table = markdown([Line(**line) for line in result["summary"]])
    versions = ", ".join(f"{name} {told['libraries'][name]}" for name in ("pyperf", "pytest-benchmark", "benchmatrix"))
    commands = "\n".join(line for tool in result["commands"].values() for line in tool)
    return f"{head}\n\n{table}\n\n{versions}; FIRST and SECOND are step counts:\n\n```\n{commands}\n```\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.versus", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=int, default=24, help="of each kind (default: 24)")
    parser.add_argument("--seconds", type=float, default=10.0, help="per pair and tool (default: 10)")
    parser.add_argument("--seed", type=int, default=1, help="of all orders (default: 1)")
    parser.add_argument("--only", action="append", choices=sorted(TOOLS), default=[], help="this tool (repeatable)")
    parser.add_argument("--kind", action="append", choices=KINDS, default=[], help="these pairs (repeatable)")
    parser.add_argument("--output", type=Path, default=ROOT / "results" / "versus", help="default: results/versus")
    options = parser.parse_args()
    kinds = options.kind or KINDS
    runs = options.pairs * len(kinds) * len(options.only or TOOLS)
    slow = 0 if options.only else -(-options.pairs // SLOW_EVERY) * len(kinds) * len(SLOW)
    minutes = (runs + slow * PYPERF_DEFAULT / 4) * options.seconds / 60
    print(f"{runs} runs of {options.seconds:g} s: about {minutes:.0f} minutes; leave the machine alone", flush=True)
    with tempfile.TemporaryDirectory() as name:
        fill = calibrate(options.seconds, Path(name))
        print(f"  {fill}", flush=True)
        outcomes = measured(options.pairs, fill, options.seed, Path(name), options.only, kinds)
    summary = lines(outcomes)
    result = document(options.pairs, options.seconds, options.seed, fill, outcomes, summary)
    options.output.mkdir(parents=True, exist_ok=True)
    stem = options.output / result["date"][:19].replace(":", "").replace("T", "-")
    stem.with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
    stem.with_suffix(".md").write_text(text(result))
    print(f"\n{text(result)}")
    for judgement in result["judgements"]:
        _print(Judgement(**judgement))
    return 0 if all(judgement["reached"] for judgement in result["judgements"]) else 1


def _print(judgement: Judgement) -> None:
    print(f"{'reached' if judgement.reached else 'MISSED '}  {judgement.aim}: {judgement.measured}")


if __name__ == "__main__":
    raise SystemExit(main())
