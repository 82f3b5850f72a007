"""What a crash left behind is told apart from what is whole, and what is no run is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.errors import StoreError
from bench.results import store
from bench.results.store import Store
from tests.support.unusual import bout, lines, stored


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
