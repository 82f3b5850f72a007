"""What is stored comes back as it was, and is found again."""

from __future__ import annotations

import errno
import json
import re
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.errors import StoreError
from bench.model import StoredRun, TrialResult
from bench.results import form, store
from bench.results.store import Store
from tests.support.unusual import ENVIRONMENT, MEMORY, PLAN, TURN, bout, lines, stored, trial

ODD = (trial(0, "sleep", 8, "sync"), TURN, MEMORY, PLAN.settings, PLAN.workloads[0], PLAN.contests[-1],
       PLAN.contests[-1].contestants[0])  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
def test_no_value_of_the_run_that_is_stored_here_is_a_default(odd: Any) -> None:
    """A new field that the store forgets comes back as its default: then the tests below fail, once it is odd here."""
    kept = {f.name: f.default_factory() if f.default_factory is not MISSING else f.default for f in fields(odd)}

    assert [name for name, default in kept.items() if getattr(odd, name) == default] == []


class TestRoundTrip:
    def test_a_run_comes_back_as_it_was(self, tmp_path: Path) -> None:
        trials = [*bout(0, "sleep"), *bout(0, "noop"), *bout(1, "noop")]
        made = stored(tmp_path, trials[:5], trials[5:6], trials[6:])
        made.finish("completed", 12.5, "precise enough")

        run = store.read(made.directory)

        assert run.plan == PLAN
        assert run.trials == tuple(trials)
        assert run.environment == ENVIRONMENT
        assert run.command == ("bench", "run")
        assert (run.run_id, run.directory) == (made.directory.name, made.directory)
        assert (run.stopped, run.elapsed_s, run.ending) == ("completed", 12.5, "precise enough")
        assert run.done == {(0, "sleep"), (0, "noop"), (1, "noop")}

    def test_a_failed_trial_comes_back_with_its_reason(self, tmp_path: Path) -> None:
        failed = TrialResult(0, "noop", 1, "sync", 1, 1, "failed", "it died: exit code -9")

        assert store.read(stored(tmp_path, [failed]).directory).trials == (failed,)

    @settings(max_examples=50)
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


def test_a_stored_run_knows_its_bouts_by_block_and_workload() -> None:
    run = StoredRun(Path(), "id", "", (), PLAN, {}, "running", 0.0, trials=tuple(bout(3, "sleep")))

    assert run.done == {(3, "sleep")}
