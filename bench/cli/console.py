"""The console view: plan, results, and what the other commands answer. Results go to stdout, everything else to stderr.

Every line goes through a `Terminal`, which shows the text of others as text.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.api import Run
from bench.check.kit import CheckResult
from bench.check.selfcheck.check import Check
from bench.cli import tables, typed
from bench.cli.terminal import Terminal
from bench.cli.times import duration, rounded_up
from bench.judge import factors, outlook, sentences
from bench.judge.stats import MIN_BLOCKS
from bench.machine.doctor.judging import Diagnosis
from bench.model import Finding, Plan, Settings, Stage, WorkloadSpec
from bench.plan import matrix
from bench.plan.discovery import Catalogue
from bench.plan.matrix import Profile
from bench.plan.suites import Suite
from bench.trial.runners import RunnerInfo, missing

_MOST_FINDINGS = 8
_SEVERITY_STYLE = {"invalid": "bold red", "warning": "yellow", "info": "dim"}
_VERDICTS = {
    "holds": ("✓", "green"), "does not hold": ("✗", "red"), "holds in part": ("◐", "yellow"),
    "undecided": ("?", "yellow"), "cannot be tested here": ("–", "dim"), "not measured": ("–", "dim"),
}  # fmt: skip
_STATUS_STYLE = {"ok": "green", "pass": "green", "warn": "yellow", "fail": "bold red"}


def batches(settings: Settings) -> str:
    """The load of a run of batches, in words."""
    cold = ", from before pool, loop and clients are made" if settings.cold else ""
    return f"batches of {settings.batch_ops:,} ops, at most C at once, until all are done{cold}"


class Console:
    """Prints what people read."""

    def __init__(self) -> None:
        self.out = Terminal(stderr=False)
        self.err = Terminal(stderr=True)

    def warn(self, text: str) -> None:
        self.err.line(("! ", "yellow"), (text, "yellow"))

    def plan(self, plan: Plan, left_out: Sequence[str], left: float) -> None:
        """What will be measured, what cannot be, and how long it takes."""
        for reason in left_out:
            self.warn(f"left out: {reason}")
        settings = plan.settings
        cases = sum(len(contest.contestants) for contest in plan.contests)
        self.err.line(
            f"plan: {cases} cases in {len(plan.contests)} contests x {settings.blocks} blocks, "
            f"runners {', '.join(settings.runners)}, seed {settings.seed}"
        )
        if settings.precision is not None:
            self.err.line(
                f"  up to {settings.further_blocks} more while intervals reach farther than ±{settings.precision:.1%}"
            )
        elif settings.further_blocks:
            self.err.line(f"  and up to {settings.further_blocks} more for contests in which these leave a pair open")
        if settings.batch_ops:
            self.err.line(f"  load: {batches(settings)}")
        for spec in plan.workloads:
            levels = ", ".join(str(contest.concurrency) for contest in plan.contests_of(spec.label))
            self.err.line((spec.label, "bold"), f"  C = {levels}  ", (spec.summary, "dim"))
        for reason in dict.fromkeys(a.reason for contest in plan.contests for a in contest.absent.values()):
            self.err.line((f"  left out: {reason}", "dim"))
        if settings.blocks < MIN_BLOCKS:
            self.warn(f"{settings.blocks} blocks give no intervals and no verdicts; {MIN_BLOCKS} do")
        self.err.line(f"measuring takes about {duration(matrix.expected_s(plan) * left)}")
        if matrix.least_s(plan) > 1.25 * settings.budget_s:
            self.warn(
                f"the budget of {duration(settings.budget_s)} is too short for this plan; it is kept to one round per "
                "contest. Name fewer workloads, runners or concurrencies, or give it more time"
            )

    def further(self, stage: Stage) -> None:
        """Who is measured for longer, since what was measured so far leaves a question."""
        who = ", ".join(f"{label} C = {level} (+{blocks})" for (label, level), blocks in stage.blocks.items())
        self.err.line(f"not decided yet, so they get further blocks, {duration(stage.budget_s)} together: {who}")

    def results(self, run: Run, baseline: str, *, to_stdout: bool) -> None:
        """The summary tables, one sentence per contest, and the findings."""
        terminal = self.out if to_stdout else self.err
        for remark in run.stored.remarks:
            self.warn(remark)
        marked = False
        for spec in run.stored.plan.workloads:
            terminal.blank()
            if run.stored.plan.settings.batch_ops:
                terminal.line((batches(run.stored.plan.settings), "dim"))
            marked |= tables.of_workload(terminal, run, spec, baseline)
            for reason, who in tables.reasons(run, spec).items():
                terminal.line((f"  {who}: ", "dim"), (reason, "dim"))
        terminal.blank()
        if marked:
            terminal.line((tables.LEGEND, "dim"))
            terminal.blank()
        for contest in run.stored.plan.contests:
            terminal.line(sentences.of_contest(run.summary, *contest.key))
            if price := sentences.price(run.summary, *contest.key, run.stored.plan.settings.margin):
                terminal.line((f"  {price}", "dim"))
        for split in factors.of_run(run.stored, run.summary):
            terminal.line(factors.sentence(split))
        self._findings(terminal, run.summary.findings)
        self._outlook(terminal, run)
        share = run.summary.window_share
        if share is not None:
            timed = run.summary.timed_share or 0.0
            terminal.blank()
            inside = f"{share:.0%} of it inside windows ({timed:.0%} timed, the rest memory and responsiveness)"
            terminal.line((f"measured {duration(run.stored.elapsed_s)}; {inside}", "dim"))

    def _outlook(self, terminal: Terminal, run: Run) -> None:
        """The next step that settles something, unless nothing does within an hour."""
        ahead = outlook.of(run.summary, run.stored)
        if ahead is not None:
            step, spec = ahead.cheapest, run.stored.plan.workload(ahead.cheapest.workload)
            contests = f"{ahead.unresolved} contest{'' if ahead.unresolved == 1 else 's'}"
            contest = f"{step.workload} at C = {step.concurrency} between {' and '.join(step.runners)}"
            takes_s = rounded_up(step.takes_s)
            terminal.blank()
            if takes_s > outlook.LONGEST_S:
                terminal.line(
                    f"unresolved: {contests}; even {contest} alone would take about {duration(takes_s)}: "
                    "this cannot be settled here. Take either, or measure on a quieter machine"
                )
            else:
                terminal.line(f"unresolved: {contests}; {contest} alone takes about {duration(takes_s)}:")
                terminal.exact("  ", self._alone(run, step, spec, takes_s))
        if run.stored.ending:
            terminal.blank()
            terminal.line(f"stopped: {run.stored.ending}")

    @staticmethod
    def _alone(run: Run, step: outlook.Step, spec: WorkloadSpec, takes_s: float) -> str:
        command, settings = run.stored.command, run.stored.plan.settings
        changes = typed.alone(command, spec) | {
            "runners": step.runners,
            "concurrency": (step.concurrency,),
            "budget": takes_s,
            "profile": None,
            "precision": None,
        }
        if settings.baseline not in step.runners:
            changes["baseline"] = None
        return typed.again(command, **changes)

    def _findings(self, terminal: Terminal, findings: Sequence[Finding]) -> None:
        if not findings:
            return
        terminal.blank()
        for finding in findings[:_MOST_FINDINGS]:
            heading = (f"{finding.severity} {finding.id}: ", _SEVERITY_STYLE[finding.severity])
            terminal.line(heading, finding.evidence, f"; {finding.remedy}")
        if len(findings) > _MOST_FINDINGS:
            terminal.line(f"… and {len(findings) - _MOST_FINDINGS} more findings in the report")

    def claims(self, document: Mapping[str, Any], *, to_stdout: bool) -> None:
        """One line per claim, with its evidence beneath."""
        terminal = self.out if to_stdout else self.err
        for ledger in document["ledgers"]:
            terminal.line("")
            terminal.line((ledger["title"], "bold"))
            for claim in ledger["claims"]:
                mark, style = _VERDICTS[claim["verdict"]]
                terminal.line("")
                terminal.line((f"{mark} {claim['verdict']:<22}", style), (claim["id"], "bold"), f"  {claim['says']}")
                terminal.line((f"    {claim['sentence']}", "dim"))
        counts = Counter(claim["verdict"] for ledger in document["ledgers"] for claim in ledger["claims"])
        terminal.line("")
        terminal.line(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))

    def config(self, told: Mapping[str, Mapping[str, Any]]) -> None:
        """Every default, where it comes from, and the variable that sets it."""
        for key, one in told.items():
            value = "not set" if one["value"] is None else one["value"]
            self.out.line((f"{key:<12}", "bold"), f"{value:<20} ", (f"{one['source']}  ({one['variable']})", "dim"))

    def changes(self, run_id: str, told: Sequence[str]) -> None:
        """Verdicts that differ from another run's."""
        self.err.line((f"since {run_id}:" if told else f"no verdict differs from those of {run_id}", "bold"))
        for line in told:
            self.err.line(f"  {line}")

    def writing_report(self) -> None:
        """Why nothing is heard for some seconds."""
        self.err.line("measured; writing the report")

    def report(self, path: Path | str) -> None:
        """Where the report is, or why there is none."""
        if isinstance(path, Path):
            self.err.blank()
            self.err.exact(f"report: {path}")
        else:
            self.warn(path)

    def resume_hint(self, run_id: str, results: Path) -> None:
        self.err.exact(f"continue with: {typed.resume(run_id, results)}")

    def catalogue(
        self,
        catalogue: Catalogue,
        infos: Mapping[str, RunnerInfo],
        profiles: Mapping[str, Profile],
        suites: Mapping[str, Suite],
    ) -> None:
        """Workloads, suites, runners and profiles."""
        self.out.line(("workloads", "bold"))
        for found in catalogue.workloads.values():
            self.out.line(f"  {found.name:<12} ", found.summary, "" if found.by_default else "  (when it is named)")
            for name, parameter in found.parameters.items():
                told = " ".join(part for part in (parameter.doc, f"({parameter.limits})") if part not in {"", "()"})
                typed_as = f"--set {found.name}.{name}={parameter.shown}"
                self.out.line(f"{'':<15}", (typed_as, "dim"), (f"   {told}", "dim"))
            if found.problem:
                self.out.line(f"{'':<15}", (found.problem, "yellow"))
        for reason in catalogue.broken.values():
            self.broken(reason)
        self.notes(catalogue.notes)
        self.out.blank()
        usual = duration(profiles["default"].budget_s)
        self.out.line(("suites", "bold"), (f"  each takes about {usual}, or what --budget says", "dim"))
        for suite in suites.values():
            self.out.line(f"  {suite.name:<12} {suite.answers}")
            words = ["bench", "run", *suite.workloads, *(word for text in suite.sets for word in ("--set", text))]
            self.out.line(f"{'':<15}", (shlex.join(words), "dim"))
        self.out.blank()
        self.out.line(("runners", "bold"))
        for info in infos.values():
            why = missing(info)
            self.out.line(f"  {info.name:<12} {info.summary}", f"  (unavailable: {why})" if why else "")
        self.out.blank()
        self.out.line(("profiles", "bold"))
        for name, profile in profiles.items():
            levels = ", ".join(map(str, profile.concurrency))
            self.out.line(
                f"  {name:<12} {profile.summary}; C = {levels}; {profile.blocks} blocks; {duration(profile.budget_s)}"
            )

    def notes(self, notes: Sequence[str]) -> None:
        """What a user should know of where the workloads come from."""
        for note in notes:
            self.err.line((note, "dim"))

    def checks(self, spec: WorkloadSpec, results: Sequence[CheckResult]) -> None:
        """The contract kit's answer for one workload."""
        failed = sum(bool(result.problem) for result in results)
        self.out.line((f"{spec.name}: ", "bold"), (f"{failed} broken", "bold red") if failed else ("ok", "green"))
        for result in results:
            word, style = ("FAIL", "bold red") if result.problem else ("pass", "green")
            if result.note:
                word, style = "skip", "dim"
            why = result.problem or result.note
            self.out.line((f"  {word} ", style), result.name, f": {why}" if why else "")

    def warnings(self, diagnoses: Sequence[Diagnosis]) -> None:
        """The doctor's gravest words, before a run."""
        for diagnosis in diagnoses:
            self.warn(_told(diagnosis))

    def diagnoses(self, diagnoses: Sequence[Diagnosis]) -> None:
        """One line per examination."""
        for diagnosis in diagnoses:
            self.out.line((f"{diagnosis.status:<5}", _STATUS_STYLE[diagnosis.status]), _told(diagnosis))

    def certified(self, check: Check) -> None:
        """One line of a certificate, as soon as it is known."""
        self.out.line((f"{check.status:<5} ", _STATUS_STYLE.get(check.status, "dim")), check.name)
        self.out.line((f"      expected {check.expected}; measured {check.measured}", "dim"))
        if check.reason:
            self.out.line((f"      {check.reason}", "yellow"))

    def certificate(self, checks: int, failed: int, undecided: int, took_s: float, path: Path) -> None:
        """The last line of a certificate."""
        word = (f"{failed} FAILED", "bold red") if failed else ("none failed", "green")
        noisy = (f", {undecided} undecided: the machine was too noisy to tell" if undecided else "", "yellow")
        self.out.blank()
        self.out.line(f"{checks} checks in {duration(took_s)}, ", word, noisy)
        self.err.exact(f"certificate: {path}")

    def broken(self, reason: str) -> None:
        """A workload file that cannot be used."""
        self.out.line(("  cannot be used: ", "bold red"), reason)


def _told(diagnosis: Diagnosis) -> str:
    return "; ".join(part for part in (f"{diagnosis.name}: {diagnosis.found}", diagnosis.remedy) if part)
