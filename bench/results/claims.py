"""Judged claims as one document: what `bench claims --json` prints, and what a run keeps as ``claims.json``.

Its schema is ``claims.schema.json`` beside this file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.errors import StoreError
from bench.judge import claims, sentences
from bench.judge.claims import Case
from bench.plan.ledger import Claim, Ledger

FILE = "claims.json"
SCHEMA_VERSION = 1
METRICS = {
    "throughput_per_s": "throughput", "latency_mean_ms": "mean latency", "latency_p50_ms": "median latency",
    "latency_p99_ms": "p99 latency", "memory_bytes": "memory", "cpu_s_per_op": "CPU time per op",
    "lag_p50_ms": "median lag of a timer",
}  # fmt: skip
"""What a sentence calls a metric."""


def document(run_id: str, ledgers: Sequence[Ledger], found: Sequence[Case], code: Mapping[str, Any]) -> dict[str, Any]:
    """Every claim of the ledgers, with its verdict and its cases.

    Args:
        code: name of a workload -> form -> the lines of it, for claims that show code.
    """
    cases: dict[str, list[Case]] = {}
    for case in found:
        cases.setdefault(case.question.claim, []).append(case)
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": run_id,
        "ledgers": [
            {
                "name": ledger.name,
                "title": ledger.title,
                "claims": [_claim(claim, cases.get(claim.id, []), code) for claim in ledger.claims],
            }
            for ledger in ledgers
        ],
    }


def read(directory: Path) -> dict[str, Any]:
    """The document of a run. Raises `StoreError` where it has none."""
    try:
        found = json.loads((directory / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(
            f"{directory.name} has no verdicts on claims; bench claims --run {directory.name} judges it"
        ) from error
    if not isinstance(found, dict) or found.get("schema_version") != SCHEMA_VERSION:
        raise StoreError(
            f"{directory / FILE} is of another version; bench claims --run {directory.name} judges it again"
        )
    return found


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Which verdicts differ, in words; numbers of different machines are not set against each other."""
    before = {claim["id"]: claim["verdict"] for ledger in old["ledgers"] for claim in ledger["claims"]}
    told = []
    for ledger in new["ledgers"]:
        for claim in ledger["claims"]:
            was = before.get(claim["id"])
            if was is None:
                told.append(f"{claim['id']}: {claim['verdict']} (new here)")
            elif was != claim["verdict"]:
                told.append(f"{claim['id']}: {was} -> {claim['verdict']}")
    return told


def _claim(claim: Claim, cases: Sequence[Case], code: Mapping[str, Any]) -> dict[str, Any]:
    measured = claim.measured
    verdict = claims.verdict(cases) if measured else "not measured" if claim.shows else "cannot be tested here"
    return {
        "id": claim.id,
        "group": claim.group,
        "says": claim.says,
        "source": claim.source,
        "why": claim.why,
        "verdict": verdict,
        "sentence": _sentence(claim, cases, verdict),
        "metric": METRICS[cases[0].question.metric] if cases else None,
        "claimed": claimed(measured.low, measured.high) if measured else None,
        "low": measured.low if measured else None,
        "high": measured.high if measured and measured.high < math.inf else None,
        "command": f"bench claims {claim.id}",
        "cases": [_case(case) for case in cases],
        "code": code.get(claim.shows) if claim.shows else None,
    }


def _case(case: Case) -> dict[str, Any]:
    question, ratio = case.question, case.ratio
    return {
        "concurrency": question.concurrency,
        "of": asdict(question.of),
        "over": asdict(question.over),
        "ratio": ratio.value if ratio else None,
        "low": ratio.low if ratio else None,
        "high": ratio.high if ratio else None,
        "blocks": ratio.blocks if ratio else 0,
        "p_adjusted": case.p,
        "verdict": case.verdict,
        "reason": case.reason,
    }


def claimed(low: float, high: float) -> str:
    """``2 to 4x``, ``at least 1.05x``, ``at most 0.5x``, with the sign of multiplication."""
    if high == math.inf:
        return f"at least {low:g}×"
    return f"at most {high:g}×" if low == 0 else f"{low:g} to {high:g}×"


def _sentence(claim: Claim, cases: Sequence[Case], verdict: str) -> str:
    """The evidence in one line."""
    if claim.measured is None:
        return claim.lacks or "no number settles this: both forms are shown as they are written"
    told = [_told(case) for case in cases if case.ratio is not None]
    reasons = list(dict.fromkeys(case.reason for case in cases if case.ratio is None))
    border = claimed(claim.measured.low, claim.measured.high)
    parts = [f"{METRICS[cases[0].question.metric]}: {'; '.join(told)}, claimed {border}"] if told else []
    if verdict == "holds in part":
        parts.append("; ".join(f"{word} at {_levels(cases, word)}" for word in ("holds", "does not hold", "undecided")
                               if _levels(cases, word)))  # fmt: skip
    if verdict == "undecided":
        parts.append(_what_settles(claim, cases))
    return ". ".join([*parts, *(f"not measured: {reason}" for reason in reasons)])


def _what_settles(claim: Claim, cases: Sequence[Case]) -> str:
    """What would settle the undecided cases. A claim that is measured alone has the whole budget."""
    doubtful = [case for case in cases if case.verdict == "undecided"]
    blocks = [claims.blocks_to_settle(case) for case in doubtful]
    had = max(case.ratio.blocks for case in doubtful if case.ratio is not None)
    known = [one for one in blocks if one is not None]
    if len(known) < len(blocks):
        return f"too close to what is claimed to be settled soon ({had} blocks)"
    return f"about {max(known)} blocks would settle it, it had {had}: bench claims {claim.id}"


def _told(case: Case) -> str:
    question = case.question
    assert case.ratio is not None
    of, over = question.of, question.over
    if (of.workload, of.concurrency) == (over.workload, over.concurrency):
        sides = f"{of.runner} over {over.runner} at C = {of.concurrency}"
    else:
        sides = f"{_full(case, of)} over {_full(case, over)}"
    return f"{sides} {sentences.ratio(case.ratio)}"


def _full(case: Case, side: claims.Entrant) -> str:
    alike = case.question.of.workload == case.question.over.workload
    return f"{side.runner} at C = {side.concurrency}" + ("" if alike else f" on {side.workload}")


def _levels(cases: Sequence[Case], verdict: str) -> str:
    levels = [str(case.question.concurrency) for case in cases if case.verdict == verdict]
    return f"C = {', '.join(levels)}" if levels else ""
