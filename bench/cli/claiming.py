"""`bench claims`: measure what the textbooks say, and judge it. `claims` reads as the architecture."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from bench.api import Run
from bench.cli import commands, planning, running
from bench.cli.console import Console
from bench.cli.planning import Job, RunOptions
from bench.errors import UsageError
from bench.judge import claims as verdicts
from bench.judge.claims import Case, Entrant
from bench.machine.placement import usable_cpus
from bench.model import Stage, StoredRun
from bench.plan import claims as needs
from bench.plan import discovery, ledger, matrix
from bench.plan.claims import Wanted
from bench.plan.discovery import Catalogue
from bench.plan.ledger import Claim, Ledger
from bench.process import temporary
from bench.results import claims as kept
from bench.results import store
from bench.trial import runners

BLOCKS, FURTHER_BLOCKS = 6, 12
BUDGET_S = 360.0
CLAIM_S = 30.0
"""What a claim gets where few are asked for."""


@dataclass(frozen=True)
class Asked:
    """The claims of a call, and what they need."""

    ledgers: tuple[Ledger, ...]
    wanted: Wanted

    @property
    def claims(self) -> list[Claim]:
        return [claim for one in self.ledgers for claim in one.claims]

    @property
    def usual_s(self) -> float:
        """What they get where no budget is given."""
        return min(BUDGET_S, CLAIM_S * len(self.claims))

    def judged(self, run: StoredRun) -> list[Case]:
        """Verdicts on a run, whoever measured it."""
        questions = needs.questions(self.claims, self.wanted.specs, run.plan.workloads)
        return verdicts.judged(run, questions, _withheld(run))


def claims(
    names: Sequence[str], budget_s: float | None, output: Path, stored: str | None, against: str | None, *,
    as_json: bool,
) -> int:  # fmt: skip
    """Judge these claims, on a stored run or on what is measured now; return the exit code."""
    catalogue = discovery.discover()
    chosen = _chosen(names)
    asked = Asked(chosen, needs.wanted([c for one in chosen for c in one.claims], catalogue, list(runners.catalogue())))
    code = 0
    if stored is None:
        temporary.provide(output)
        code = _measured(asked, budget_s or asked.usual_s, output)
    directory = store.find(output, stored or "latest")
    before = kept.read(store.find(output, against)) if against is not None else None  # it may be this very run's
    document = kept.document(
        directory.name, asked.ledgers, asked.judged(store.read(directory)), _code(asked.claims, catalogue)
    )
    (directory / kept.FILE).write_text(json.dumps(document, indent=1), encoding="utf-8")
    page = commands.report([directory.name], output, claims=True)
    console = Console()
    console.claims(document, to_stdout=not as_json)
    if as_json:
        print(json.dumps(document, indent=1))  # noqa: T201
    if against is not None and before is not None:
        console.changes(against, kept.changes(before, document))
    console.report(page)
    return code


def _chosen(names: Sequence[str]) -> tuple[Ledger, ...]:
    """Ledgers by name or path, or single claims by id; all ledgers where nothing is named."""
    known = ledger.known()
    files = [Path(name) for name in names if name.endswith(".toml")]
    read = {name: ledger.read(file) for name, file in known.items()} | {file.stem: ledger.read(file) for file in files}
    if not names:
        return _distinct(tuple(read.values()))
    wanted = {Path(name).stem if name.endswith(".toml") else name for name in names}
    found = []
    for name, one in read.items():
        kept_claims = one.claims if name in wanted else tuple(claim for claim in one.claims if claim.id in wanted)
        if kept_claims:
            found.append(replace(one, claims=kept_claims))
        wanted -= {name, *(claim.id for claim in kept_claims)}
    if wanted:
        ids = [claim.id for one in read.values() for claim in one.claims]
        remedy = f"ledgers: {', '.join(known)}; ids are in them"
        raise UsageError(discovery.unknown("claim or ledger", min(wanted), [*read, *ids], remedy))
    return _distinct(tuple(found))


def _distinct(ledgers: tuple[Ledger, ...]) -> tuple[Ledger, ...]:
    """The same. Raises `UsageError` where two claims have one id: nobody could tell their cases apart."""
    seen: dict[str, str] = {}
    for one in ledgers:
        for claim in one.claims:
            other = seen.setdefault(claim.id, one.name)
            if other != one.name:
                raise UsageError(f"claim {claim.id!r} is in ledger {other} and in {one.name}; rename one")
    return ledgers


def _measured(asked: Asked, budget_s: float, output: Path) -> int:
    """Measure each contest once, and those again that leave a claim open."""
    if not asked.wanted.specs:
        raise UsageError("none of these claims is settled by a number; there is nothing to measure")
    options = RunOptions.usual(budget=budget_s, output=output)
    return running.carry_out(options, _job(options, asked.wanted), tell=False, further=partial(_further, asked))


def _further(asked: Asked, run: StoredRun, blocks: int, left_s: float) -> Stage:
    if blocks > run.plan.settings.blocks:
        return Stage({}, 0.0)
    return verdicts.further(run, asked.judged(run), left_s)


def _job(options: RunOptions, wanted: Wanted) -> Job:
    job = planning.of_specs(options, wanted.workloads)
    settings = replace(job.plan.settings, blocks=BLOCKS, further_blocks=FURTHER_BLOCKS, twins=False)
    infos = runners.catalogue()
    unavailable = {name: why for name, info in infos.items() if (why := runners.missing(info))}
    contests = [
        replace(
            contest,
            contestants=tuple(one for one in contest.contestants if one.runner in wanted.runners[contest.key]),
            absent={name: why for name, why in contest.absent.items() if name in wanted.runners[contest.key]},
        )
        for spec in wanted.workloads
        for contest in matrix.contests_of(
            settings, spec, wanted.levels(spec.label), infos, unavailable, len(usable_cpus())
        )
    ]
    return replace(job, plan=matrix.fitted(replace(job.plan, settings=settings, contests=tuple(contests))))


def _withheld(run: StoredRun) -> dict[Entrant, str]:
    """Cases whose figures a finding calls invalid, and which."""
    return {
        Entrant(workload, level, runner): f"a finding says that it is invalid: {finding.id}"
        for finding in Run(run).summary.findings
        if finding.severity == "invalid"
        for workload, level, runner in finding.cases
    }


def _code(claims_: Sequence[Claim], catalogue: Catalogue) -> dict[str, Any]:
    """The forms of the workloads that claims show, as they are written."""
    shown = {claim.shows for claim in claims_ if claim.shows}
    return {name: _forms(discovery.find(catalogue, name).file) for name in shown}


def _forms(file: Path) -> dict[str, str]:
    """Form -> its source, without its decorator."""
    source = file.read_text(encoding="utf-8")
    return {
        node.name: ast.get_source_segment(source, node) or ""
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in {"blocking", "coroutine"}
    }
