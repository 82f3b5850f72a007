"""What is stored comes back as it was, and what a crash or a full disk leaves behind is told apart from it."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.errors import StoreError
from bench.model import (
    Absence,
    Contest,
    Contestant,
    Memory,
    Plan,
    Settings,
    StoredRun,
    TrialResult,
    TurnResult,
    WorkloadSpec,
)
from bench.results import form, store
from bench.results.store import Store

resource = pytest.importorskip("resource", reason="limits of file sizes are POSIX")

ENVIRONMENT: dict[str, Any] = {"python": "3.13", "cpus": 2, "libraries": {"uvloop": None}, "flags": [1, 2.5, True]}


def spec(name: str, **changes: Any) -> WorkloadSpec:
    made = WorkloadSpec(
        name=name, label=name, file=f"{name}.py", module=f"workloads.{name}", class_name=name.title(),
        summary="Waits - ünïcode too.", parameters={"duration_ms": 10, "ratio": 0.1, "on": True, "text": "a\nb"},
        forms=("blocking", "coroutine"), libraries={"blocking": "urllib3"}, has_fixture=True, least_latency_s=0.01,
        default_concurrency=(1, 8), source_sha256="0" * 64,
    )  # fmt: skip
    return replace(made, **changes)


PLAN = Plan(
    Settings(
        profile="default", runners=("sync", "threads", "uvloop"), baseline="sync", blocks=6, budget_s=150.0, seed=7,
        placement="pinned", timeout_s=30.0, margin=0.05, twins=True, precision=0.02,
    ),
    (spec("sleep"), spec("noop", default_concurrency=None, forms=("blocking",), libraries={})),
    (
        Contest("sleep", 1, (Contestant("sync"), Contestant("threads")), {"uvloop": Absence("unavailable", "missing")}),
        Contest("sleep", 8, (Contestant("sync"), Contestant("threads"), Contestant("threads", 2)), {}),
        Contest("noop", 1, (Contestant("sync", variant=(("text", "b"), ("on", False))),), {}),
    ),
)  # fmt: skip

TURN = TurnResult(
    round=0, position=3, started_s=1.7e9 + 0.123, cpu=1, window_s=0.05, wall_s=0.061, ops=12.25, completed=12,
    errors=1, all_ops=20, latency_sum_s=0.1 + 0.2, latency_max_s=1e-9, late_workers=0, early=0, fairness=1 / 3,
    least_ops=1, most_ops=7, cpu_s=0.0, server_cpu_s=None, counters={"requests": 12, "in_flight_max": 3},
    op_time_s=0.049,
)  # fmt: skip


def trial(block: int, workload: str, concurrency: int, runner: str, copy: int = 1, **changes: Any) -> TrialResult:
    made = TrialResult(
        block, workload, concurrency, runner, copy, workers=concurrency, status="measured", reason="",
        turns=(TURN, replace(TURN, round=1, cpu=None, server_cpu_s=0.25)), latency={0: 1, 900: 12}, lag={5: 2},
        lag_max_s=0.001, memory=Memory(10, 9, 1, 0, 5, 1, 3, "Pss_Anon"), memory_end=None,
        messages={"OSError: ünïcode  “quoted”": 2}, counters={"requests": 5}, side_window_s=0.02,
        noise={"steal_s": 0.0, "busy_s": 1.5, "wall_s": 2.0, "ours_s": 1.0},
        facts={"loop": None, "gil": True, "open_s": 0.5},
    )  # fmt: skip
    return replace(made, **changes)


def bout(block: int, workload: str) -> list[TrialResult]:
    """All trials of one workload in one block, as the plan has them."""
    return [
        trial(block, workload, contest.concurrency, who.runner, who.copy)
        for contest in PLAN.contests_of(workload)
        for who in contest.contestants
    ]


def stored(results: Path, *bouts: Sequence[TrialResult]) -> Store:
    made = Store.create(results, PLAN, ENVIRONMENT, ["bench", "run"])
    for trials in bouts:
        made.append(trials)
    return made


def lines(directory: Path) -> list[str]:
    return (directory / "trials.jsonl").read_text().splitlines()


class TestRoundTrip:
    def test_a_run_comes_back_as_it_was(self, tmp_path: Path) -> None:
        trials = [*bout(0, "sleep"), *bout(0, "noop"), *bout(1, "noop")]
        made = stored(tmp_path, trials[:5], trials[5:6], trials[6:])
        made.finish("completed", 12.5)

        run = store.read(made.directory)

        assert run.plan == PLAN
        assert run.trials == tuple(trials)
        assert run.environment == ENVIRONMENT
        assert run.command == ("bench", "run")
        assert (run.run_id, run.directory) == (made.directory.name, made.directory)
        assert (run.stopped, run.elapsed_s) == ("completed", 12.5)
        assert run.done == {(0, "sleep"), (0, "noop"), (1, "noop")}

    def test_a_failed_trial_comes_back_with_its_reason(self, tmp_path: Path) -> None:
        failed = TrialResult(0, "noop", 1, "sync", 1, 1, "failed", "it died: exit code -9")

        assert store.read(stored(tmp_path, [failed]).directory).trials == (failed,)

    @settings(derandomize=True, deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.dictionaries(st.text(max_size=20), st.integers(1, 10**9), max_size=4),
        st.dictionaries(st.integers(0, 4_000), st.integers(1, 10**12), max_size=10),
        st.floats(0, 1e9),
    )
    def test_any_text_count_and_number_comes_back_exactly(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        messages: dict[str, int],
        latency: dict[int, int],
        number: float,
    ) -> None:
        one = trial(0, "noop", 1, "sync", messages=messages, latency=latency, lag_max_s=number)

        assert store.read(stored(tmp_path_factory.mktemp("results"), [one]).directory).trials == (one,)

    def test_a_run_without_trials_is_a_run(self, tmp_path: Path) -> None:
        run = store.read(stored(tmp_path).directory)

        assert (run.trials, run.done, run.stopped) == ((), set(), "running")

    def test_one_line_holds_one_trial(self, tmp_path: Path) -> None:
        made = stored(tmp_path, bout(0, "sleep"), bout(0, "noop"))

        assert [json.loads(line)["runner"] for line in lines(made.directory)] == [
            "sync", "threads", "sync", "threads", "threads", "sync",
        ]  # fmt: skip

    def test_the_description_says_its_format_and_stays_whole_json(self, tmp_path: Path) -> None:
        made = stored(tmp_path)
        made.finish("interrupted", 1.0)

        assert json.loads((made.directory / "run.json").read_text())["format"] == form.FORMAT
        assert sorted(path.name for path in made.directory.iterdir()) == ["run.json"]

    def test_seconds_of_all_sessions_add_up(self, tmp_path: Path) -> None:
        made = stored(tmp_path)
        made.finish("interrupted", 1.5)
        again = Store.resume(store.read(made.directory))
        again.finish("completed", 2.0)

        assert store.read(made.directory).elapsed_s == 3.5

    def test_scratch_lies_in_the_run_and_goes_when_it_ends(self, tmp_path: Path) -> None:
        made = stored(tmp_path)
        (made.scratch / "file").write_text("x")

        assert made.scratch.parent == made.directory
        made.finish("completed", 1.0)
        assert not (made.directory / "scratch").exists()


class TestCrash:
    @pytest.mark.parametrize("keep", [1, 40, -2])
    def test_a_last_line_that_was_cut_short_takes_its_bout_with_it_and_nothing_else(
        self, tmp_path: Path, keep: int
    ) -> None:
        made = stored(tmp_path, bout(0, "noop"), bout(0, "sleep"))
        whole = lines(made.directory)
        (made.directory / "trials.jsonl").write_text("\n".join([*whole[:-1], whole[-1][:keep]]))

        run = store.read(made.directory)

        assert run.trials == tuple(bout(0, "noop"))
        assert run.done == {(0, "noop")}

    def test_a_bout_whose_last_lines_are_missing_is_dropped_whole(self, tmp_path: Path) -> None:
        made = stored(tmp_path, bout(0, "noop"), bout(0, "sleep")[:-2])

        assert store.read(made.directory).done == {(0, "noop")}

    def test_a_last_line_without_its_end_of_line_is_whole(self, tmp_path: Path) -> None:
        made = stored(tmp_path, bout(0, "noop"))
        path = made.directory / "trials.jsonl"
        path.write_text(path.read_text().rstrip("\n"))

        assert store.read(made.directory).done == {(0, "noop")}

    def test_resuming_removes_what_was_cut_short_and_appends_to_the_rest(self, tmp_path: Path) -> None:
        made = stored(tmp_path, bout(0, "noop"), bout(0, "sleep"))
        path = made.directory / "trials.jsonl"
        path.write_text(path.read_text()[:-20])

        del made  # the writer is gone, and its lock
        again = Store.resume(store.read(path.parent))
        assert store.read(path.parent).stopped == "running"
        again.append(bout(0, "sleep"))

        assert store.read(path.parent).trials == (*bout(0, "noop"), *bout(0, "sleep"))

    def test_a_damaged_line_in_the_middle_is_an_error_that_names_it(self, tmp_path: Path) -> None:
        made = stored(tmp_path, bout(0, "sleep"))
        whole = lines(made.directory)
        (made.directory / "trials.jsonl").write_text("\n".join([whole[0], whole[1][:30], *whole[2:]]) + "\n")

        with pytest.raises(StoreError, match=r"trials\.jsonl: line 2 is damaged"):
            store.read(made.directory)

    @pytest.mark.parametrize("line", ['{"block": 0}', "[]", "null", '{"latency": 1}', "\x00\x00"])
    def test_a_middle_line_that_is_no_trial_is_an_error_that_names_it(self, tmp_path: Path, line: str) -> None:
        made = stored(tmp_path, bout(0, "sleep"))
        (made.directory / "trials.jsonl").write_text("\n".join([line, *lines(made.directory)]) + "\n")

        with pytest.raises(StoreError, match="line 1 is damaged"):
            store.read(made.directory)

    def test_a_trial_of_a_workload_that_the_plan_does_not_know_is_an_error(self, tmp_path: Path) -> None:
        made = stored(tmp_path, bout(0, "noop"))
        path = made.directory / "trials.jsonl"
        path.write_text(path.read_text().replace('"workload":"noop"', '"workload":"stranger"'))

        with pytest.raises(StoreError, match="stranger"):
            store.read(made.directory)


class TestDescription:
    @pytest.mark.parametrize("version", [0, 2, "1", None])
    def test_an_unknown_format_is_refused_with_both_versions(self, tmp_path: Path, version: object) -> None:
        made = stored(tmp_path)
        path = made.directory / "run.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "format": version}))

        with pytest.raises(StoreError, match=rf"format {version}; this version of deadheat reads format 1"):
            store.read(made.directory)

    @pytest.mark.parametrize("text", ["", "{", "[]", "3", "{}", '{"format": 1}', '{"format": 1, "run_id": "x"}'])
    def test_what_is_no_run_is_refused_in_one_line_that_names_the_file(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "run.json").write_text(text)

        with pytest.raises(StoreError, match=r"run\.json: not a run of deadheat") as refused:
            store.read(tmp_path)
        assert "\n" not in str(refused.value)

    @pytest.mark.parametrize("part", ["settings", "workloads", "contests"])
    @pytest.mark.parametrize("value", [None, 3, [1], {"a": 1}])
    def test_a_plan_with_a_wrong_part_is_refused(self, tmp_path: Path, part: str, value: object) -> None:
        made = stored(tmp_path)
        path = made.directory / "run.json"
        text = json.loads(path.read_text())
        text["plan"][part] = value
        path.write_text(json.dumps(text))

        with pytest.raises(StoreError, match="not a run of deadheat"):
            store.read(made.directory)

    def test_absences_that_are_no_mapping_are_refused(self, tmp_path: Path) -> None:
        made = stored(tmp_path)
        path = made.directory / "run.json"
        text = json.loads(path.read_text())
        text["plan"]["contests"][0]["absent"] = []
        path.write_text(json.dumps(text))

        with pytest.raises(StoreError, match="not a run of deadheat"):
            store.read(made.directory)

    def test_a_directory_without_a_description_is_no_run(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match=r"run\.json: No such file"):
            store.read(tmp_path)


class TestFind:
    def test_latest_is_the_run_begun_last(self, tmp_path: Path) -> None:
        first, second = stored(tmp_path), stored(tmp_path)

        assert first.directory != second.directory
        assert store.find(tmp_path, "latest") == second.directory.resolve()

    def test_latest_works_where_there_are_no_links(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.EPERM, "a privilege is missing")

        monkeypatch.setattr(Path, "symlink_to", refuse)
        made = stored(tmp_path)

        assert (tmp_path / "latest").is_file()
        assert store.find(tmp_path, "latest") == made.directory.resolve()

    def test_a_run_is_found_by_id_and_by_path(self, tmp_path: Path) -> None:
        made = stored(tmp_path)

        assert store.find(tmp_path, made.directory.name) == made.directory.resolve()
        assert store.find(tmp_path / "elsewhere", str(made.directory)) == made.directory.resolve()

    def test_an_unknown_run_is_told_with_those_there_are(self, tmp_path: Path) -> None:
        made = stored(tmp_path)

        with pytest.raises(StoreError) as unknown:
            store.find(tmp_path, "nope")

        assert str(unknown.value) == f"no run 'nope' in {tmp_path}; runs here: {made.directory.name}"

    @pytest.mark.parametrize("name", ["nope", "latest"])
    def test_where_there_is_no_run_the_error_says_how_to_make_one(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(StoreError, match=re.escape("there are none yet: `bench run` makes one")):
            store.find(tmp_path, name)

    def test_latest_of_a_run_that_was_deleted_is_an_error_that_names_the_others(self, tmp_path: Path) -> None:
        first, second = stored(tmp_path), stored(tmp_path)
        (second.directory / "run.json").unlink()
        second.directory.rmdir()

        with pytest.raises(StoreError, match=f"runs here: {first.directory.name}$"):
            store.find(tmp_path, "latest")

    def test_runs_begun_in_one_second_get_directories_of_their_own(self, tmp_path: Path) -> None:
        names = [store._new_directory(tmp_path, "20260101-000000").name for _ in range(3)]

        assert names == ["20260101-000000", "20260101-000000-2", "20260101-000000-3"]


class TestDisk:
    """The tests may run as root, who may write everywhere: so the obstacles are files, and a limit of their size."""

    def test_results_that_are_a_file_are_one_line_that_names_the_path_and_the_remedy(self, tmp_path: Path) -> None:
        obstacle = tmp_path / "results"
        obstacle.write_text("not a directory")

        with pytest.raises(StoreError) as refused:
            stored(obstacle)

        assert str(refused.value).startswith(f"cannot write {obstacle}: ")
        assert str(refused.value).endswith("choose a directory you may write to with -o")
        assert obstacle.read_text() == "not a directory"

    def test_results_below_a_file_are_refused(self, tmp_path: Path) -> None:
        obstacle = tmp_path / "file"
        obstacle.write_text("")

        with pytest.raises(StoreError, match="cannot write"):
            stored(obstacle / "results")

    def test_a_latest_that_is_a_directory_is_refused_and_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "latest").mkdir()
        (tmp_path / "latest" / "mine").write_text("keep")

        with pytest.raises(StoreError, match="latest"):
            stored(tmp_path)

        assert (tmp_path / "latest" / "mine").read_text() == "keep"

    def test_a_full_device_is_an_error_in_words(self, tmp_path: Path) -> None:
        if not Path("/dev/full").exists():
            pytest.skip("this platform has no /dev/full")
        made = stored(tmp_path)
        (made.directory / "trials.jsonl").symlink_to("/dev/full")

        with pytest.raises(StoreError, match=f"cannot write .*: {os.strerror(errno.ENOSPC)}; free some space"):
            made.append(bout(0, "noop"))

    def test_a_disk_that_is_full_in_the_middle_of_a_line_leaves_the_earlier_bouts_intact(self, tmp_path: Path) -> None:
        made = stored(tmp_path, bout(0, "noop"))
        path = made.directory / "trials.jsonl"
        before = path.read_bytes()
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, hard))
        try:
            with pytest.raises(StoreError, match="cannot write"):
                made.append(bout(0, "sleep"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

        assert path.read_bytes()[: len(before)] == before
        assert len(path.read_bytes()) == len(before) + 100  # the disk did fill up inside a line
        assert store.read(made.directory).trials == tuple(bout(0, "noop"))

    def test_a_description_that_cannot_be_replaced_stays_the_old_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = stored(tmp_path)
        before = (made.directory / "run.json").read_text()

        def refuse(*_: object, **__: object) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", refuse)  # the first call that a full disk makes fail
            with pytest.raises(StoreError, match=os.strerror(errno.ENOSPC)):
                made.finish("completed", 1.0)

        assert (made.directory / "run.json").read_text() == before

    def test_an_error_that_is_not_the_disks_passes_unchanged(self, tmp_path: Path) -> None:
        made = stored(tmp_path)

        def broken() -> Any:
            yield from bout(0, "noop")
            raise KeyError("a bug of ours")

        with pytest.raises(KeyError, match="a bug of ours"):
            made.append(broken())

        assert store.read(made.directory).trials == ()


def test_a_stored_run_knows_its_bouts_by_block_and_workload() -> None:
    run = StoredRun(Path(), "id", "", (), PLAN, {}, "running", 0.0, trials=tuple(bout(3, "sleep")))

    assert run.done == {(3, "sleep")}
