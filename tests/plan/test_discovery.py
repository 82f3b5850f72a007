"""Finding workloads in files, and saying what is wrong with a bad one."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

import pytest

from bench.errors import UsageError, WorkloadError
from bench.plan import discovery
from bench.plan.discovery import Catalogue
from tests.support.written import BLOCKING, DECLARED, GOOD, HEAD, PARAMETERS, found_in, only, written


def refusal(path: Path) -> str:
    with pytest.raises(WorkloadError) as refused:
        found_in(path)
    assert "\n" not in str(refused.value)
    return str(refused.value)


class TestGoodFile:
    def test_its_workload_has_the_name_of_the_file(self, tmp_path: Path) -> None:
        path = written(tmp_path, GOOD)

        found = only(path)

        assert (found.name, found.file, found.cls.__name__) == ("mine", path, "Good")

    def test_the_docstring_gives_the_summary_and_a_line_per_parameter(self, tmp_path: Path) -> None:
        found = only(written(tmp_path, HEAD + "\n@dataclass\nclass Good(Workload):" + PARAMETERS + BLOCKING))

        assert found.summary == "Does one thing."
        assert found.parameter_docs() == {"count": "how many.", "share": "of what."}

    def test_its_parameters_are_the_fields_with_their_defaults(self, tmp_path: Path) -> None:
        found = only(written(tmp_path, GOOD))

        assert found.parameters() == {"count": 3, "share": 0.5, "on": False, "text": "plain"}

    def test_a_parameter_without_a_default_must_be_set(self, tmp_path: Path) -> None:
        source = HEAD + DECLARED.format(name="Good") + "    size: int\n" + BLOCKING

        assert only(written(tmp_path, source)).parameters() == {"size": inspect.Parameter.empty}

    def test_a_default_made_by_a_factory_is_a_default(self, tmp_path: Path) -> None:
        source = HEAD + DECLARED.format(name="Good") + "    sizes: tuple = field(default_factory=tuple)\n" + BLOCKING

        assert only(written(tmp_path, source)).parameters() == {"sizes": ()}

    def test_a_class_variable_is_no_parameter(self, tmp_path: Path) -> None:
        source = HEAD + DECLARED.format(name="Good") + "    limit: ClassVar[int] = 3\n" + BLOCKING

        assert only(written(tmp_path, source)).parameters() == {}

    def test_two_classes_in_one_file_are_named_by_file_and_class(self, tmp_path: Path) -> None:
        source = HEAD + "".join(DECLARED.format(name=name) + BLOCKING for name in ("First", "Second"))

        assert [found.name for found in found_in(written(tmp_path, source))] == ["mine-first", "mine-second"]

    def test_a_second_name_for_a_class_is_not_a_second_class(self, tmp_path: Path) -> None:
        assert [found.name for found in found_in(written(tmp_path, GOOD + "\nAlias = Good\n"))] == ["mine"]

    def test_a_class_whose_name_begins_with_an_underscore_is_shared_code(self, tmp_path: Path) -> None:
        source = (
            HEAD + "\nclass _Base(Workload):" + BLOCKING + "\n@dataclass(frozen=True)\nclass Mine(_Base):\n    pass\n"
        )

        found = only(written(tmp_path, source))

        assert (found.name, found.cls.__name__) == ("mine", "Mine")

    def test_a_class_that_was_imported_is_its_own_files(self, tmp_path: Path) -> None:
        source = "from workloads.sleep import Sleep\n" + GOOD

        assert only(written(tmp_path, source)).cls.__name__ == "Good"

    @pytest.mark.parametrize("name", ["json", "random", "string"])
    def test_a_file_may_have_the_name_of_a_standard_module(self, tmp_path: Path, name: str) -> None:
        module = sys.modules[name]

        catalogue = discovery.discover([written(tmp_path, GOOD, f"{name}.py")])

        assert catalogue.broken == {}
        assert catalogue.workloads[name].cls.__name__ == "Good"
        assert sys.modules[name] is module

    def test_two_files_of_one_name_each_give_their_own_class(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        paths = written(tmp_path / "a", GOOD), written(tmp_path / "b", GOOD.replace("class Good", "class Other"))

        classes = [discovery.discover([path]).workloads["mine"].cls.__name__ for path in paths]

        assert classes == ["Good", "Other"]


class TestBadFile:
    def test_a_syntax_error_is_named_with_its_line(self, tmp_path: Path) -> None:
        path = written(tmp_path, "x = 1\ny = 2\ndef broken(:\n")

        assert refusal(path).startswith("mine.py: line 3: ")

    def test_a_syntax_error_of_a_module_it_imports_is_not_put_on_its_own_lines(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.syspath_prepend(tmp_path)
        written(tmp_path, "\n" * 40 + "def broken(:\n", "its_library.py")

        told = refusal(written(tmp_path, "import its_library\n"))

        assert "its_library.py" in told
        assert not told.startswith("mine.py: line 41:")

    def test_an_import_that_fails_is_told_in_its_own_words(self, tmp_path: Path) -> None:
        path = written(tmp_path, "import no_such_library\n")

        assert refusal(path) == "mine.py: cannot be imported: ModuleNotFoundError: No module named 'no_such_library'"

    def test_a_file_that_failed_can_be_mended_and_read_again(self, tmp_path: Path) -> None:
        path = written(tmp_path, "1 / 0\n")
        assert "ZeroDivisionError" in refusal(path)

        assert only(written(tmp_path, GOOD)).name == "mine"

    def test_a_file_that_does_not_exist_is_named_in_full(self, tmp_path: Path) -> None:
        assert refusal(tmp_path / "nowhere.py") == f"{tmp_path / 'nowhere.py'}: no such file"

    @pytest.mark.parametrize("source", ["", "x = 1\n", "from bench import Workload\n", "class Good:\n    pass\n"])
    def test_a_file_without_a_workload_is_refused(self, tmp_path: Path, source: str) -> None:
        assert refusal(written(tmp_path, source)) == "mine.py: defines no subclass of bench.Workload"

    @pytest.mark.parametrize("base", ["Workload", "_Base"])
    def test_a_class_that_is_no_dataclass_is_told_what_to_write(self, tmp_path: Path, base: str) -> None:
        shared = "\n@dataclass(frozen=True)\nclass _Base(Workload):\n    pass\n"
        path = written(tmp_path, HEAD + shared + f"\nclass Plain({base}):" + BLOCKING)

        assert refusal(path) == "mine.py: Plain is not a dataclass; write @dataclass(frozen=True) above it"

    def test_a_class_without_either_form_is_refused(self, tmp_path: Path) -> None:
        path = written(tmp_path, HEAD + DECLARED.format(name="Idle"))

        assert refusal(path) == "mine.py: Idle has neither a blocking nor a coroutine form"


class TestDiscover:
    def test_our_own_workloads_are_all_found_and_none_is_broken(self) -> None:
        catalogue = discovery.discover()

        assert {"noop", "sleep", "cpu", "file_io", "http"} <= catalogue.workloads.keys()
        assert catalogue.broken == {}
        assert not any(name.startswith("_") for name in catalogue.workloads)

    def test_a_named_file_joins_them(self, tmp_path: Path) -> None:
        catalogue = discovery.discover([written(tmp_path, GOOD, "a_file_of_mine.py")])

        assert catalogue.workloads["a_file_of_mine"].cls.__name__ == "Good"
        assert "sleep" in catalogue.workloads

    def test_one_bad_file_does_not_stop_the_rest(self, tmp_path: Path) -> None:
        bad, good = written(tmp_path, "def broken(:\n", "bad_one.py"), written(tmp_path, GOOD, "good_one.py")

        catalogue = discovery.discover([bad, good])

        assert list(catalogue.broken) == ["bad_one.py"]
        assert "good_one" in catalogue.workloads

    def test_a_name_that_is_taken_is_told_with_whose_it_is(self, tmp_path: Path) -> None:
        catalogue = discovery.discover([written(tmp_path, GOOD, "sleep.py")])

        assert catalogue.broken == {"sleep.py": "sleep.py: the name 'sleep' is taken by sleep.py"}
        assert catalogue.workloads["sleep"].cls.__name__ == "Sleep"

    def test_naming_one_of_our_own_files_is_no_collision(self) -> None:
        catalogue = discovery.discover([discovery.directory() / "sleep.py"])

        assert catalogue.broken == {}
        assert catalogue.workloads["sleep"].module == "workloads.sleep"


class TestFind:
    CATALOGUE = Catalogue({}, {"bad.py": "bad.py: line 3: invalid syntax"})

    def test_a_near_miss_is_told_the_nearest_name(self, tmp_path: Path) -> None:
        found = only(written(tmp_path, GOOD))

        with pytest.raises(UsageError, match="unknown workload 'mien': did you mean 'mine'"):
            discovery.find(Catalogue({"mine": found}, {}), "mien")

    def test_a_name_that_is_near_nothing_is_told_where_to_look(self) -> None:
        with pytest.raises(UsageError) as unknown:
            discovery.find(self.CATALOGUE, "zzz")

        assert str(unknown.value) == "unknown workload 'zzz': see `bench list`"

    @pytest.mark.parametrize("name", ["bad", "bad.py"])
    def test_a_workload_whose_file_is_broken_is_told_with_the_reason(self, name: str) -> None:
        with pytest.raises(UsageError, match=rf"workload '{name}' cannot be used: bad\.py: line 3: invalid syntax"):
            discovery.find(self.CATALOGUE, name)
