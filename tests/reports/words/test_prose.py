"""Sentences: nothing is claimed that an interval does not carry, and each clause goes when its number does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from bench.check import selfcheck
from bench.machine import facts
from bench.model import Finding, TrialResult
from reports.numbers import certificate, environment, floor, standings
from reports.numbers.index import Index
from reports.words import advice, answers, method, notices, why
from tests.support import runs
from tests.support.runs import Shape
from tests.support.synthetic import RUNNERS

Change = Callable[[TrialResult], TrialResult]


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Index]:
    numbers = count()

    def made(change: Change | None = None, **shape: object) -> Index:
        whole = {"workloads": ("nap", "sums"), "levels": (1, 8), **shape}
        return runs.indexed(tmp_path / f"run{next(numbers)}", Shape(change=change, **whole))  # type: ignore[arg-type]

    return made


def turns(trial: TrialResult, **changes: float) -> TrialResult:
    return replace(trial, turns=tuple(replace(turn, **changes) for turn in trial.turns))  # type: ignore[arg-type]


def test_a_clear_winner_leads_alone_and_costs_what_it_holds(make: Callable[..., Index]) -> None:
    index = make()
    standing = standings.of(index, "sums", 8)
    assert standing is not None

    assert standing.leaders == ("processes",)
    assert "processes holds 4." in standings.cost(index, "sums", 8, standing)


def test_the_headline_speaks_of_the_highest_rate(make: Callable[..., Index]) -> None:
    assert standings.main_level(make(), "nap") == 8


def test_costs_are_silent_without_an_interval(make: Callable[..., Index]) -> None:
    index = make(blocks=3)
    standing = standings.of(index, "sums", 8)
    assert standing is not None

    assert not standing.judged
    assert standings.cost(index, "sums", 8, standing) == ""


def test_the_heat_table_marks_the_leader_and_says_why_cells_are_empty(make: Callable[..., Index]) -> None:
    index = make(levels=(8, 64))
    rows = {(row.workload, row.level): row.cells for row in answers.heat(index, {"nap": "w0", "sums": "w1"}, "sync")}
    place = RUNNERS.index("processes")

    assert rows["sums", 8][place].lead == "▲"
    assert rows["sums", 8][place].verdict == "faster"
    assert rows["sums", 8][place].tint > 0
    assert rows["sums", 64][place].kind == "empty"
    assert rows["sums", 64][place].verdict.startswith("over limit: 64 processes")
    assert rows["sums", 8][0].kind == "baseline"


def test_advice_prefers_the_simplest_where_nothing_is_shown_to_be_faster(make: Callable[..., Index]) -> None:
    def same(trial: TrialResult) -> TrialResult:
        return turns(trial, ops=97.0)

    choices = advice.of_workload(make(same, levels=(1, 8)), "nap", "w0").choices

    assert [choice.use for choice in choices] == ["sync"]
    assert choices[0].levels == (1, 8)


def test_advice_names_the_winner_and_where_it_changes(make: Callable[..., Index]) -> None:
    found = advice.of_workload(make(), "sums", "w1")

    assert [choice.use for choice in found.choices][-1] == "processes"
    assert "the throughput of" in found.choices[-1].evidence


def test_advice_says_when_a_recommended_runner_did_not_take_part(make: Callable[..., Index]) -> None:
    found = advice.of_workload(make(levels=(8, 64)), "sums", "w1")

    assert "processes did not take part (64 processes on 2 CPUs" in found.choices[-1].evidence


def test_no_recommendation_without_verdicts(make: Callable[..., Index]) -> None:
    found = advice.of_workload(make(blocks=1), "nap", "w0")

    assert {choice.use for choice in found.choices} == {"no recommendation"}
    assert found.flips == ()


def one_core(trial: TrialResult) -> TrialResult:
    return turns(trial, cpu_s=0.11) if trial.runner == "threads" else trial


def many_cores(trial: TrialResult) -> TrialResult:
    return turns(trial, cpu_s=0.2) if trial.runner == "processes" else trial


def busy_server(trial: TrialResult) -> TrialResult:
    return turns(trial, server_cpu_s=0.106)


def idle_server(trial: TrialResult) -> TrialResult:
    return turns(trial, server_cpu_s=0.05)


def late(trial: TrialResult) -> TrialResult:
    return replace(trial, lag={bucket + 64 * 8: count for bucket, count in trial.lag.items()})


def hindered(trial: TrialResult) -> TrialResult:
    return turns(trial, cpu_s=trial.turns[0].all_ops * 1e-5 * (3 if trial.concurrency > 1 else 1))


def unequal(trial: TrialResult) -> TrialResult:
    return turns(trial, fairness=0.4)


def early(trial: TrialResult) -> TrialResult:
    return turns(trial, early=3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (one_core, "threads hold each other up at the interpreter lock (GIL)"),
        (many_cores, "it computes on several CPUs"),
        (busy_server, "The server is busy 96 % of a core"),
        (late, "late (p"),
        (hindered, "workers hinder each other"),
        (unequal, "unequal shares (Jain's index 0.4"),
        (early, "its timers round down"),
    ],
)
def test_a_clause_stands_with_its_number_and_falls_without(
    make: Callable[..., Index], change: Change, said: str
) -> None:
    assert any(said in clause for clause in why.of_workload(make(change), "nap"))
    assert not any(said in clause for clause in why.of_workload(make(), "nap"))


def test_a_server_with_time_left_is_not_blamed(make: Callable[..., Index]) -> None:
    assert not any("server is busy" in clause for clause in why.of_workload(make(idle_server), "nap"))


def test_free_threading_is_not_blamed_on_the_lock(make: Callable[..., Index]) -> None:
    assert not any("GIL" in clause for clause in why.of_workload(make(one_core, environment={"gil": False}), "nap"))


def test_clauses_that_need_an_interval_are_silent_below_six_blocks(make: Callable[..., Index]) -> None:
    assert not any("GIL" in clause for clause in why.of_workload(make(one_core, blocks=5), "nap"))


def test_the_library_is_named(make: Callable[..., Index]) -> None:
    assert any("urllib3 (blocking) and aiohttp (coroutine)" in clause for clause in why.of_workload(make(), "nap"))


def test_the_method_has_the_figures_of_the_run(make: Callable[..., Index]) -> None:
    text = " ".join(paragraph.text for paragraph in method.of_run(make()))

    for figure in ("6 of 6 blocks", "seed 1", "2 min 30 s", "100 ms", "2 rounds", "Pss_Anon + Pss_Shmem",
                   "asyncio.Loop", "uvloop rounds to the nearest", "coroutine uses aiohttp", "Pinned"):  # fmt: skip
        assert figure in text, figure


def test_the_floor_is_the_inverse_of_the_rate(make: Callable[..., Index]) -> None:
    index = make(workloads=("noop", "sums"), levels=(1,))
    table = floor.table(index)
    rate = index.cases["noop", 1, "sync"]["throughput_per_s"]
    assert table is not None
    assert rate is not None
    cell = table.rows[0][2]

    assert cell.value == pytest.approx(1 / rate.value)
    assert cell.low == pytest.approx(1 / (rate.high or 0))
    assert floor.table(make()) is None


@pytest.mark.parametrize(
    ("last", "said", "unsaid"), [(True, "forked from", "one by one"), (False, "one by one", "forked from")]
)
def test_the_method_says_whether_processes_share_a_layout(
    make: Callable[..., Index], monkeypatch: pytest.MonkeyPatch, last: bool, said: str, unsaid: str
) -> None:
    index = make()
    trials = [trial for group in index.trials.values() for trial in group if trial.facts]
    for trial in trials:
        monkeypatch.setitem(trial.facts, "forked", True)
    monkeypatch.setitem(trials[-1].facts, "forked", last)
    text = " ".join(paragraph.text for paragraph in method.of_run(index))

    assert said in text
    assert unsaid not in text


def test_certificates_must_match_the_machine_and_the_newest_counts(tmp_path: Path) -> None:
    folder = tmp_path / "selfcheck"
    folder.mkdir()
    for name, created, cpus in (("a", "2026-01-01", 2), ("b", "2026-02-01", 2), ("c", "2026-03-01", 64)):
        checks = [{"name": name, "expected": "1", "measured": "1", "status": "pass", "reason": ""}]
        text = json.dumps({"created": created, "fingerprint": {"cpus": cpus}, "checks": checks})
        (folder / f"{name}.json").write_text(text)
    (folder / "broken.json").write_text("[1, 2")
    found = certificate.newest(tmp_path, {"cpus": 2})
    assert found is not None

    assert found.checks[0].name == "b"
    assert found.verdict == "1 of 1 checks passed"
    assert certificate.newest(tmp_path, {"cpus": 4}) is None


def test_the_certificate_of_this_machine_is_found_whatever_libraries_a_run_used(tmp_path: Path) -> None:
    selfcheck.store(selfcheck.Certificate("2026-01-01", selfcheck.fingerprint(tmp_path), ()), tmp_path)

    for libraries in ([], ["numpy", "scipy", "uvloop"], ["numpy", "jinja2"]):
        assert certificate.newest(tmp_path, facts.environment(tmp_path, libraries)) is not None
    found = facts.environment(tmp_path, ["uvloop"])
    assert certificate.newest(tmp_path, {**found, "libraries": {"uvloop": "0.1"}}) is None
    assert certificate.newest(tmp_path, {**found, "python": "3.0.0"}) is None


def test_a_certificate_counts_what_failed_and_what_was_not_possible() -> None:
    checks = tuple(certificate.Check("", "", "", status, "") for status in ("pass", "fail", "not possible here"))

    assert certificate.Certificate("", checks).verdict == "1 of 3 checks passed, 1 failed, 1 not possible here"


def test_findings_come_in_groups_cut_to_size() -> None:
    found = [Finding("errors", "invalid", "x" * 5000, "mend it", (("nap", 8, "sync"),)) for _ in range(500)]
    (group,) = notices.of([*found])

    assert len(group.evidence) == notices.SHOWN
    assert group.more == 500 - notices.SHOWN
    assert max(map(len, group.evidence)) == notices.LONGEST
    assert group.remedies == ("mend it",)


def test_python_and_libraries_do_not_make_another_machine_but_its_cpus_do() -> None:
    newer = runs.MACHINE | {"python": "3.14.0", "libraries": {"uvloop": "0.30"}}

    assert environment.other_machine(runs.MACHINE, newer) == []
    assert environment.other_subject(runs.MACHINE, newer) == ["python", "libraries"]
    assert environment.differences([runs.MACHINE, newer]) == [
        ("python", ("3.12.1", "3.14.0")), ("libraries.uvloop", ("0.21", "0.30")),
    ]  # fmt: skip
    assert environment.other_machine(runs.MACHINE, runs.MACHINE | {"cpus": 64}) == ["cpus"]
