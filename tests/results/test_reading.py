"""A stored run that somebody or something changed: read as it was meant, or refused in one line that says where."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.api import Run
from bench.errors import StoreError
from bench.results import store
from bench.results.store import Store

FORMAT_1 = Path(__file__).parent / "format-1"
"""A run as the first format stores it, every field in use. It stays as it is: later versions must read it, too."""

Edit = Callable[[dict[str, Any]], object]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A copy of that run."""
    return shutil.copytree(FORMAT_1, tmp_path / "results" / "20260101-000000")


def edit_run(run: Path, edit: Edit) -> None:
    data = json.loads((run / "run.json").read_text())
    edit(data)
    (run / "run.json").write_text(json.dumps(data))


def edit_line(run: Path, number: int, edit: Edit) -> None:
    lines = (run / "trials.jsonl").read_text().splitlines()
    data = json.loads(lines[number - 1])
    edit(data)
    lines[number - 1] = json.dumps(data)
    (run / "trials.jsonl").write_text("\n".join(lines) + "\n")


def refusal(run: Path) -> str:
    """The one line with which a run is refused."""
    with pytest.raises(StoreError) as refused:
        store.read(run)
    assert len(str(refused.value).splitlines()) == 1
    return str(refused.value)


def set_to(value: object, *path: str | int) -> Edit:
    def edit(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return edit


def without(*path: str | int) -> Edit:
    def edit(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return edit


def test_the_first_format_is_read_by_this_version() -> None:
    stored = store.read(FORMAT_1)

    assert (len(stored.trials), stored.remarks) == (36, ())
    assert stored.trials[0].latency == {0: 1, 900: 12}
    assert stored.plan.contests[0].absent["uvloop"].reason == "missing"
    assert stored.plan.contests[2].contestants[0].variant == (("text", "b"), ("on", False))
    assert [case.status for case in Run(stored).summary.cases].count("measured") == 6


def test_what_an_older_version_did_not_store_has_its_default(run: Path) -> None:
    edit_run(run, without("ending"))
    edit_run(run, without("plan", "contests", 0, "load"))
    edit_run(run, without("plan", "settings", "precision"))
    for name in ("facts", "side_window_s", "memory_end"):
        edit_line(run, 1, without(name))

    stored = store.read(run)

    assert (stored.ending, stored.plan.contests[0].load, stored.plan.settings.precision) == ("", "closed", None)
    assert (stored.trials[0].facts, stored.trials[0].memory_end) == ({}, None)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (set_to("six", "plan", "settings", "blocks"), "Expected `int`, got `str` - at `plan.settings.blocks`"),
        (set_to(0, "plan", "settings", "blocks"), "settings.blocks is 0, not 1 to 1000"),
        (set_to(10**12, "plan", "settings", "blocks"), "not 1 to 1000"),
        (set_to(float("nan"), "plan", "settings", "budget_s"), "settings.budget_s is nan"),
        (set_to(-1.0, "plan", "settings", "timeout_s"), "settings.timeout_s is -1.0"),
        (set_to(1.5, "plan", "settings", "margin"), "settings.margin is 1.5"),
        (set_to(float("inf"), "plan", "settings", "precision"), "settings.precision is inf"),
        (set_to("gevent", "plan", "settings", "baseline"), "the baseline 'gevent' is none of the runners"),
        (set_to([], "plan", "settings", "runners"), "the plan has no settings.runners"),
        (set_to("somewhere", "plan", "settings", "placement"), "Invalid enum value 'somewhere'"),
        (set_to([], "plan", "workloads"), "the plan has no labels of workloads"),
        (set_to("noop", "plan", "workloads", 0, "label"), "the plan has 'noop' 2 times among the labels of workloads"),
        (set_to("nap", "plan", "contests", 0, "workload"), "of a workload that the plan does not have"),
        (set_to(-8, "plan", "contests", 1, "concurrency"), "at C = -8: not 1 to"),
        (set_to(8, "plan", "contests", 0, "concurrency"), "2 times among the contests"),
        (set_to("gevent", "plan", "contests", 0, "contestants", 0, "runner"), "'gevent', which is none of the runners"),
        (set_to("sync", "plan", "contests", 0, "contestants", 1, "runner"), "2 times among the contestants"),
        (set_to(7, "plan", "contests", 1, "contestants", 2, "copy"), "a copy that is neither 1 nor 2"),
        (set_to({"sync": {"status": "unavailable", "reason": ""}}, "plan", "contests", 0, "absent"), "'sync' twice"),
        (set_to(1, "plan", "contests", 0, "wieght"), "unknown field 'wieght', of a newer version"),
        (set_to("../../etc", "run_id"), "run_id '../../etc' is no name of a directory"),
        (set_to("yesterday", "started"), "started is 'yesterday', which is no time"),
        (set_to("perhaps", "stopped"), "stopped is 'perhaps'"),
        (set_to(-3.0, "elapsed_s"), "elapsed_s is -3.0, which is out of range"),
        (set_to("two", "environment", "cpus"), "Expected `int`, got `str` - at `cpus`"),
        (set_to(-1, "environment", "memory_bytes"), "environment.memory_bytes is -1"),
        (set_to({"deep": json.loads("[" * 40 + "]" * 40)}, "environment"), "nested more than 32 levels deep"),
        (without("plan", "settings", "seed"), "missing required field `seed` - at `plan.settings`"),
        (without("environment"), "missing required field `environment`"),
    ],
)  # fmt: skip
def test_a_description_that_was_changed_is_refused_with_the_field(run: Path, edit: Edit, words: str) -> None:
    edit_run(run, edit)

    assert refusal(run).startswith(f"{run / 'run.json'}: not a run of deadheat: ")
    assert words in refusal(run)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (set_to("nap", "workload"), "threads (copy 1) on 'nap' at C = 1, which is not in the plan"),
        (set_to("gevent", "runner"), "not in the plan"),
        (set_to(2, "concurrency"), "not in the plan"),
        (set_to(6, "block"), "block 6 of a plan of 6 blocks"),
        (set_to(-1, "block"), "block -1"),
        (set_to(0, "workers"), "workers is 0"),
        (set_to("done", "status"), "Invalid enum value 'done' - at `status`"),
        (set_to(float("nan"), "lag_max_s"), "lag_max_s is nan, which is no number"),
        (set_to(float("inf"), "side_window_s"), "side_window_s is inf, which is out of range"),
        (set_to(-0.1, "turns", 0, "ops"), "a turn's ops is -0.1"),
        (set_to(0.0, "turns", 0, "window_s"), "a turn's window_s is 0.0, which is no length of time"),
        (set_to(13, "turns", 1, "errors"), "12 completed ops has 13 failed ones"),
        (set_to(1.5, "turns", 0, "fairness"), "fairness is 1.5"),
        (set_to("1", "turns", 0, "round"), "Expected `int`, got `str` - at `turns[0].round`"),
        (set_to(-5, "turns", 0, "counters", "requests"), "a turn's counters.requests is -5"),
        (set_to(-5, "messages", "ValueError: no"), "messages.ValueError: no is -5"),
        (set_to(-5, "memory", "anon_bytes"), "memory.anon_bytes is -5"),
        (set_to([[1, 2], [1]], "latency"), "latency has 2 buckets and 1 counts"),
        (set_to([[10**9], [1]], "latency"), "latency has a bucket 1000000000"),
        (set_to([[5], [-1]], "lag"), "a count of lag is -1"),
        (set_to([[5], ["x"]], "latency"), "Expected `int`, got `str` - at `latency[1][0]`"),
        (set_to({"wall_s": 1.0}, "noise"), "noise lacks steal_s, busy_s, ours_s"),
        (set_to("soon", "facts", "open_s"), "Expected `float`, got `str` - at `open_s`"),
        (set_to(1, "surprise"), "unknown field 'surprise'"),
        (without("turns", 0, "ops"), "missing required field `ops` - at `turns[0]`"),
    ],
)  # fmt: skip
def test_a_trial_that_was_changed_is_refused_with_its_line(run: Path, edit: Edit, words: str) -> None:
    edit_line(run, 3, edit)

    assert refusal(run).startswith(f"{run / 'trials.jsonl'}: line 3 is damaged: ")
    assert words in refusal(run)


class TestLines:
    def test_a_line_that_is_there_twice_is_counted_once_and_said(self, run: Path) -> None:
        whole = store.read(run)
        lines = (run / "trials.jsonl").read_text().splitlines(keepends=True)
        (run / "trials.jsonl").write_text("".join([*lines, *lines[:5]]))

        stored = store.read(run)

        assert stored.trials == whole.trials
        assert stored.remarks == (
            "line 37 of trials.jsonl repeats line 1 and is left out",
            "line 38 of trials.jsonl repeats line 2 and is left out",
            "line 39 of trials.jsonl repeats line 3 and is left out",
            "and so are 2 more",
        )

    def test_two_lines_of_one_case_and_block_that_differ_are_an_error_that_names_both(self, run: Path) -> None:
        lines = (run / "trials.jsonl").read_text().splitlines(keepends=True)
        (run / "trials.jsonl").write_text("".join([*lines, lines[4]]))
        edit_line(run, 37, set_to("another", "reason"))

        assert refusal(run) == f"{run / 'trials.jsonl'}: lines 5 and 37 are of one case and block, and differ; keep one"

    def test_what_was_cut_short_is_said(self, run: Path) -> None:
        text = (run / "trials.jsonl").read_text()
        (run / "trials.jsonl").write_text(text[:-30])

        assert store.read(run).remarks == (
            "line 36 of trials.jsonl was cut short and is left out",
            "block 6 of sleep has 4 of its 5 cases and is left out",
        )

    @pytest.mark.parametrize("text", [b"", b"\x00\x00", b"\xff\xfe", b"{", b"[" * 100_000, b"9" * 5000])
    def test_a_line_that_is_no_json_is_an_error_in_the_middle_and_was_cut_short_at_the_end(
        self, run: Path, text: bytes
    ) -> None:
        whole = store.read(run).trials
        lines = (run / "trials.jsonl").read_bytes()

        (run / "trials.jsonl").write_bytes(text + b"\n" + lines)
        assert "line 1 is damaged: not " in refusal(run)
        (run / "trials.jsonl").write_bytes(lines + text)
        assert store.read(run).trials == whole

    def test_separators_of_other_alphabets_end_no_line(self, run: Path) -> None:
        lines = [json.loads(line) for line in (run / "trials.jsonl").read_text().splitlines()]
        lines[0]["messages"] = {"a\u2028b\x85c\x0bd": 1}
        text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        (run / "trials.jsonl").write_text(text, encoding="utf-8")

        assert store.read(run).trials[0].messages == {"a\u2028b\x85c\x0bd": 1}


class TestFiles:
    @pytest.mark.parametrize("name", ["run.json", "trials.jsonl"])
    def test_a_directory_or_a_pipe_in_place_of_a_file_is_said_and_not_waited_for(self, run: Path, name: str) -> None:
        (run / name).unlink()
        (run / name).mkdir()
        assert refusal(run) == f"{run / name}: a directory is in place of the file"

        (run / name).rmdir()
        os.mkfifo(run / name)
        assert refusal(run) == f"{run / name}: a device is in place of the file"

    @pytest.mark.parametrize("content", [b"", b"\xff\x00" * 50, b"{", b"[]", b"[" * 100_000])
    def test_a_description_that_is_none_is_refused(self, run: Path, content: bytes) -> None:
        (run / "run.json").write_bytes(content)

        assert "run.json: not a run of deadheat: " in refusal(run)

    def test_a_syntax_error_is_told_with_its_line(self, run: Path) -> None:
        text = (run / "run.json").read_text().replace('"blocks": 6,', '"blocks": 6')
        (run / "run.json").write_text(text)

        line = text[: text.index('"blocks": 6')].count("\n") + 2
        assert f"at line {line}, column" in refusal(run)


class TestFind:
    @pytest.mark.parametrize("name", ["", "run.json", "trials.jsonl"])
    def test_a_run_is_found_by_its_path_and_by_that_of_a_file_in_it(self, run: Path, name: str) -> None:
        assert store.find(Path("elsewhere"), str(run / name)) == run.resolve()

    def test_a_directory_of_runs_is_told_with_the_runs(self, run: Path) -> None:
        with pytest.raises(StoreError, match=r"is not a run but holds some; name one of them: .*20260101-000000"):
            store.find(Path("elsewhere"), str(run.parent))

    @pytest.mark.parametrize("name", ["x" * 5000, "../" * 40, "\udcff", "a\nb", "*", "latest/latest"])
    def test_no_name_is_more_than_unknown(self, run: Path, name: str) -> None:
        with pytest.raises(StoreError, match=r"runs here: 20260101-000000$"):
            store.find(run.parent, name)

    @pytest.mark.parametrize("content", [b"latest", b"\xff\xfe", b"", b"../20260101-000000", b"gone"])
    def test_a_pointer_that_points_nowhere_is_an_unknown_run(self, run: Path, content: bytes) -> None:
        (run.parent / "latest").write_bytes(content)

        with pytest.raises(StoreError, match="no run 'latest'"):
            store.find(run.parent, "latest")

    def test_a_link_to_itself_is_an_unknown_run(self, run: Path) -> None:
        (run.parent / "latest").symlink_to("latest")

        with pytest.raises(StoreError, match="no run 'latest'"):
            store.find(run.parent, "latest")


class TestLock:
    def test_a_run_has_one_writer(self, run: Path) -> None:
        pytest.importorskip("fcntl", reason="this platform has no such locks")
        first = Store.resume(store.read(run))

        with pytest.raises(StoreError, match="another bench run is writing this run; wait until it ends"):
            Store.resume(store.read(run))

        first.finish("completed", 1.0)
        assert Store.resume(store.read(run)).guarded

    def test_a_run_that_was_continued_meanwhile_is_not_overwritten(self, run: Path) -> None:
        before = store.read(run)
        Store.resume(before).finish("interrupted", 1.0)
        lines = (run / "trials.jsonl").read_text()

        with pytest.raises(StoreError, match="was continued meanwhile; try again"):
            Store.resume(before)
        assert (run / "trials.jsonl").read_text() == lines

    def test_where_there_are_no_locks_the_store_says_so(self, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bench.results.lock.fcntl", None)

        assert not Store.resume(store.read(run)).guarded
