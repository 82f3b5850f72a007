"""The console view: plan, progress, results. Results go to stdout, everything else to stderr.

Progress is one line that is rewritten (or, away from a terminal, one line per bout), only between turns: no thread,
no redraw, nothing that could run inside a window.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import rich.box
import rich.console
from rich.table import Table
from rich.text import Text

from bench.api import Run
from bench.check.kit import CheckResult
from bench.check.selfcheck.check import Check
from bench.judge import outlook, sentences
from bench.judge.stats import MIN_BLOCKS
from bench.machine.doctor.judging import Diagnosis
from bench.model import CaseSummary, Contest, Finding, Plan, WorkloadSpec
from bench.plan import matrix
from bench.plan.discovery import Catalogue
from bench.plan.matrix import Profile
from bench.trial.runners import RunnerInfo, missing

_MOST_FINDINGS = 8
_SEVERITY_STYLE = {"invalid": "bold red", "warning": "yellow", "info": "dim"}


_WIDTH_OF_FILES = 120
_NARROW = 100


def _console(*, stderr: bool) -> rich.console.Console:
    """A console as wide as its terminal; a file or pipe has no width, and tables must not be cut for it."""
    console = rich.console.Console(stderr=stderr, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _WIDTH_OF_FILES
    return console


class Console:
    """Prints. Colours and widths follow the terminal, NO_COLOR and COLUMNS."""

    def __init__(self) -> None:
        self.out = _console(stderr=False)
        self.err = _console(stderr=True)

    def warn(self, text: str) -> None:
        self.err.print(Text(f"! {text}", style="yellow"), soft_wrap=True)

    def plan(self, plan: Plan, left_out: Sequence[str], left: float) -> None:
        """What will be measured, what cannot be, and how long it takes."""
        for reason in left_out:
            self.warn(f"left out: {reason}")
        settings = plan.settings
        cases = sum(len(contest.contestants) for contest in plan.contests)
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        for spec in plan.workloads:
            contests = plan.contests_of(spec.label)
            levels = ", ".join(str(contest.concurrency) for contest in contests)
            table.add_row(Text(spec.label, style="bold"), f"C = {levels}", Text(spec.summary, style="dim"))
        self.err.print(
            f"plan: {cases} cases in {len(plan.contests)} contests x {settings.blocks} blocks, "
            f"runners {', '.join(settings.runners)}, seed {settings.seed}"
        )
        self.err.print(table)
        for reason in dict.fromkeys(a.reason for contest in plan.contests for a in contest.absent.values()):
            self.err.print(Text(f"  left out: {reason}", style="dim"), soft_wrap=True)
        if settings.blocks < MIN_BLOCKS:
            self.warn(f"{settings.blocks} blocks give no intervals and no verdicts; {MIN_BLOCKS} do")
        expected_s = matrix.expected_s(plan) * left
        self.err.print(f"measuring takes about {duration(expected_s)}")
        if matrix.least_s(plan) > 1.25 * settings.budget_s:
            self.warn(
                f"the budget of {duration(settings.budget_s)} is too short for this plan; it is kept to one round per "
                "contest. Name fewer workloads, runners or concurrencies, or give it more time"
            )

    def results(self, run: Run, baseline: str, *, to_stdout: bool) -> None:
        """The summary table, one sentence per contest, and the findings."""
        console = self.out if to_stdout else self.err
        for spec in run.stored.plan.workloads:
            console.print()
            console.print(_table(run, spec, baseline, narrow=console.width < _NARROW))
            for reason, who in _reasons(run, spec).items():
                console.print(Text(f"  {who}: {reason}", style="dim"), soft_wrap=True)
        console.print()
        for contest in run.stored.plan.contests:
            console.print(sentences.of_contest(run.summary, contest.workload, contest.concurrency), soft_wrap=True)
        self._findings(console, run.summary.findings)
        self._outlook(console, run)
        share = run.summary.window_share
        if share is not None:
            timed = run.summary.timed_share or 0.0
            console.print(
                Text(
                    f"\nmeasured {duration(run.stored.elapsed_s)}; {share:.0%} of it inside windows "
                    f"({timed:.0%} timed, the rest memory and responsiveness)",
                    style="dim",
                )
            )

    def _outlook(self, console: rich.console.Console, run: Run) -> None:
        """What more time would settle."""
        stored = run.stored
        ahead = outlook.of(run.summary, stored.plan, stored.elapsed_s)
        if ahead is not None:
            s = "" if ahead.unresolved == 1 else "s"
            console.print(
                f"\nunresolved: {ahead.unresolved} contest{s}; about {duration(ahead.more_s)} more for "
                f"±{outlook.TARGET:.0%}: make bench BUDGET={max(1, round(ahead.budget_s / 60))}m",
                soft_wrap=True,
            )
        if stored.ending:
            console.print(f"\nstopped: {stored.ending}", soft_wrap=True)

    def _findings(self, console: rich.console.Console, findings: Sequence[Finding]) -> None:
        if not findings:
            return
        console.print()
        for finding in findings[:_MOST_FINDINGS]:
            line = Text(f"{finding.severity} {finding.id}: ", style=_SEVERITY_STYLE[finding.severity])
            console.print(line + Text(f"{finding.evidence}; {finding.remedy}", style=""), soft_wrap=True)
        if len(findings) > _MOST_FINDINGS:
            console.print(f"… and {len(findings) - _MOST_FINDINGS} more findings in the report")

    def report(self, path: Path | str) -> None:
        """Where the report is, or why there is none."""
        if isinstance(path, Path):
            self.err.print(f"\nreport: {path}", soft_wrap=True)
        else:
            self.warn(path)

    def resume_hint(self, run_id: str, results: Path) -> None:
        where = "" if results == Path("results") else f" -o {results}"
        self.err.print(f"continue with: bench run --resume {run_id}{where}", soft_wrap=True)

    def catalogue(self, catalogue: Catalogue, infos: Mapping[str, RunnerInfo], profiles: Mapping[str, Profile]) -> None:
        """Workloads, runners and profiles."""
        self.out.print(Text("workloads", style="bold"))
        for found in catalogue.workloads.values():
            self.out.print(Text(f"  {found.name:<12} {found.summary}"), soft_wrap=True)
            for name, parameter in found.parameters.items():
                told = " ".join(part for part in (parameter.doc, f"({parameter.limits})") if part not in {"", "()"})
                self.out.print(
                    Text(f"{'':<15}--set {found.name}.{name}={parameter.shown}   {told}", style="dim"), soft_wrap=True
                )
            if found.problem:
                self.out.print(Text(f"{'':<15}{found.problem}", style="yellow"), soft_wrap=True)
        for reason in catalogue.broken.values():
            self.broken(reason)
        self.notes(catalogue.notes)
        self.out.print(Text("\nrunners", style="bold"))
        for info in infos.values():
            why = missing(info)
            self.out.print(f"  {info.name:<12} {info.summary}" + (f"  (unavailable: {why})" if why else ""))
        self.out.print(Text("\nprofiles", style="bold"))
        for name, profile in profiles.items():
            levels = ", ".join(map(str, profile.concurrency))
            self.out.print(
                f"  {name:<12} {profile.summary}; C = {levels}; {profile.blocks} blocks; {duration(profile.budget_s)}"
            )

    def notes(self, notes: Sequence[str]) -> None:
        """What a user should know of where the workloads come from."""
        for note in notes:
            self.err.print(Text(note, style="dim"), soft_wrap=True)

    def checks(self, spec: WorkloadSpec, results: Sequence[CheckResult]) -> None:
        """The contract kit's answer for one workload."""
        failed = sum(bool(result.problem) for result in results)
        verdict = Text("ok", style="green") if not failed else Text(f"{failed} broken", style="bold red")
        self.out.print(Text(f"{spec.name}: ", style="bold") + verdict)
        for result in results:
            mark = Text("  FAIL ", style="bold red") if result.problem else Text("  pass ", style="green")
            if result.note:
                mark = Text("  skip ", style="dim")
            text = ": ".join(part for part in (result.name, result.problem or result.note) if part)
            self.out.print(mark + Text(text), soft_wrap=True)

    def warnings(self, diagnoses: Sequence[Diagnosis]) -> None:
        """The doctor's gravest words, before a run."""
        for diagnosis in diagnoses:
            self.warn("; ".join(part for part in (f"{diagnosis.name}: {diagnosis.found}", diagnosis.remedy) if part))

    def diagnoses(self, diagnoses: Sequence[Diagnosis]) -> None:
        """One line per examination."""
        for diagnosis in diagnoses:
            style = {"ok": "green", "warn": "yellow", "fail": "bold red"}[diagnosis.status]
            text = "; ".join(part for part in (f"{diagnosis.name}: {diagnosis.found}", diagnosis.remedy) if part)
            self.out.print(Text(f"{diagnosis.status:<5}", style=style) + Text(text), soft_wrap=True)

    def certified(self, check: Check) -> None:
        """One line of a certificate, as soon as it is known."""
        style = {"pass": "green", "fail": "bold red"}.get(check.status, "dim")
        self.out.print(Text(f"{check.status:<5} ", style=style) + Text(check.name), soft_wrap=True)
        self.out.print(Text(f"      expected {check.expected}; measured {check.measured}", style="dim"), soft_wrap=True)
        if check.reason:
            self.out.print(Text(f"      {check.reason}", style="yellow"), soft_wrap=True)

    def certificate(self, checks: int, failed: int, undecided: int, took_s: float, path: Path) -> None:
        """The last line of a certificate."""
        word = Text("none failed", style="green") if not failed else Text(f"{failed} FAILED", style="bold red")
        if undecided:
            word += Text(f", {undecided} undecided: the machine was too noisy to tell", style="yellow")
        self.out.print(Text(f"\n{checks} checks in {duration(took_s)}, ") + word)
        self.err.print(f"certificate: {path}", soft_wrap=True)

    def broken(self, reason: str) -> None:
        """A workload file that cannot be used."""
        self.out.print(Text("  cannot be used: ", style="bold red") + Text(reason), soft_wrap=True)


class Progress:
    """One line about where the run is, with the time left."""

    def __init__(self, console: Console, plan: Plan, done: int) -> None:
        self._console = console
        self._total = plan.settings.blocks * len(plan.workloads)
        self._done = done
        self._began_at = done
        self._began_s = time.monotonic()
        self._said: set[tuple[str, str]] = set()
        self._bout = ""

    def bout(self, block: int, workload: str, left_s: float) -> None:
        eta_s = max(left_s, self._projected_s())
        self._bout = f"[{self._done + 1}/{self._total}] block {block + 1}, {workload}, {duration(eta_s)} left"
        if not self._console.err.is_terminal:
            self._console.err.print(self._bout, soft_wrap=True)

    def contest(self, contest: Contest) -> None:
        if self._console.err.is_terminal:
            self._line(f"{self._bout}, C = {contest.concurrency}")

    def lost(self, workload: str, runner: str, reason: str) -> None:
        if (workload, runner) in self._said:
            return
        self._said.add((workload, runner))
        self.close()
        self._console.warn(f"{workload} on {runner} is out: {reason}" if runner else f"{workload} is out: {reason}")

    def bout_done(self) -> None:
        self._done += 1

    def close(self) -> None:
        """Leave the line that was being rewritten."""
        if self._console.err.is_terminal:
            self._line("")

    def _projected_s(self) -> float:
        """Seconds left, from the pace so far; 0 before there is one."""
        bouts = self._done - self._began_at
        return (time.monotonic() - self._began_s) / bouts * (self._total - self._done) if bouts else 0.0

    def _line(self, text: str) -> None:
        width = self._console.err.width - 1
        self._console.err.file.write("\r" + text[:width].ljust(width) + "\r")
        self._console.err.file.flush()


def _table(run: Run, spec: WorkloadSpec, baseline: str, *, narrow: bool) -> Table:
    """One workload: a row per runner and concurrency, with the ratio to the baseline."""
    table = Table(box=rich.box.SIMPLE_HEAD, title=f"{spec.label}: {spec.summary}", title_justify="left", pad_edge=False)
    table.add_column("C", justify="right", no_wrap=True)
    table.add_column("runner", no_wrap=True)
    names = ["ops/s", f"vs {baseline}", "p50", "p99", "memory", "CPU/op", "cores"]
    for name in names[: 3 if narrow else None]:
        table.add_column(name, justify="right", no_wrap=True)
    ratios = {
        (pair.concurrency, pair.runner): pair
        for pair in run.summary.comparisons
        if pair.workload == spec.label and pair.baseline == baseline and pair.copy == 1
    }
    for case in run.summary.cases:
        if case.workload != spec.label or case.copy != 1:
            continue
        pair = ratios.get((case.concurrency, case.runner))
        against = "baseline" if case.runner == baseline else sentences.ratio(pair.ratio) if pair else "-"
        style = "" if pair is None or pair.verdict != "faster" else "green"
        table.add_row(
            str(case.concurrency), case.runner, *_cells(case, Text(against, style=style))[: len(table.columns) - 2]
        )
    return table


def _reasons(run: Run, spec: WorkloadSpec) -> dict[str, str]:
    """Why cells are empty or incomplete: reason -> the cells it holds for."""
    where: dict[str, list[str]] = {}
    for case in run.summary.cases:
        if case.workload == spec.label and case.copy == 1 and case.reason:
            where.setdefault(case.reason, []).append(f"{case.runner} at C = {case.concurrency}")
    return {reason: ", ".join(cells) for reason, cells in where.items()}


def _cells(case: CaseSummary, against: Text) -> list[Text]:
    rate, memory, cpu, cores = (
        case[name] for name in ("throughput_per_s", "memory_bytes", "cpu_s_per_op", "cores_used")
    )
    if rate is None:
        return [Text(case.status, style="dim")]
    p50, p99 = case["latency_p50_ms"], case["latency_p99_ms"]
    mark = "!" if case.findings else ""
    return [
        Text(f"{sentences.number(rate.value)}{mark}"),
        against,
        Text(time_text(p50.value / 1e3) if p50 else "-"),
        Text(time_text(p99.value / 1e3) if p99 else "-"),
        Text(f"{memory.value / 2**20:.1f} MiB" if memory else "-"),
        Text(time_text(cpu.value) if cpu else "-"),
        Text(f"{cores.value:.2f}" if cores else "-"),
    ]


def time_text(seconds: float) -> str:
    """A short time in the unit that suits it: 240 ns, 1.31 ms, 2.5 s."""
    for unit, factor in (("ns", 1e9), ("µs", 1e6), ("ms", 1e3)):
        if seconds * factor < 999.5:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds:.3g} s"


def duration(seconds: float) -> str:
    """A length of time for people: 45 s, 2 min 30 s, 1 h 5 min."""
    seconds = max(0, round(seconds))
    if seconds < 90:
        return f"{seconds} s"
    if seconds < 5400:
        return f"{seconds // 60} min {seconds % 60} s" if seconds % 60 else f"{seconds // 60} min"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"
