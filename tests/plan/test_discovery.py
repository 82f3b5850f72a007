"""Finding workloads in files, and saying what is wrong with a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.errors import UsageError, WorkloadError
from bench.plan import discovery
from bench.plan.discovery import Catalogue
from bench.plan.modules import Found
from tests.support.written import BLOCKING, DECLARED, GOOD, HEAD, PARAMETERS, found_in, only, written


def refusal(path: Path) -> str:
    with pytest.raises(WorkloadError) as refused:
        found_in(path)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def defaults(found: Found) -> dict[str, object]:
    return {name: parameter.default for name, parameter in found.parameters.items()}


class TestGoodFile:
    def test_its_workload_has_the_name_of_the_file(self, tmp_path: Path) -> None:
        path = written(tmp_path, GOOD)

        found = only(path)

        assert (found.name, found.file, found.class_name) == ("mine", path, "Good")

    def test_the_docstring_gives_the_summary_and_a_line_per_parameter(self, tmp_path: Path) -> None:
        found = only(written(tmp_path, HEAD + "\n@dataclass\nclass Good(Workload):" + PARAMETERS + BLOCKING))

        assert found.summary == "Does one thing."
        assert {name: parameter.doc for name, parameter in found.parameters.items()} == {
            "count": "how many.", "share": "of what.", "on": "", "text": "",
        }  # fmt: skip

    def test_its_parameters_are_the_fields_with_their_defaults(self, tmp_path: Path) -> None:
        found = only(written(tmp_path, GOOD))

        assert defaults(found) == {"count": 3, "share": 0.5, "on": False, "text": "plain"}

    def test_a_parameter_without_a_default_must_be_set(self, tmp_path: Path) -> None:
        source = HEAD + DECLARED.format(name="Good") + "    size: int\n" + BLOCKING

        found = only(written(tmp_path, source))

        assert found.parameters["size"].required
        assert found.default is None
        assert "'size'" in found.problem

    def test_a_default_made_by_a_factory_is_a_default(self, tmp_path: Path) -> None:
        source = HEAD + DECLARED.format(name="Good") + "    sizes: tuple = field(default_factory=tuple)\n" + BLOCKING

        assert only(written(tmp_path, source)).parameters["sizes"].shown == "()"

    def test_a_class_variable_is_no_parameter(self, tmp_path: Path) -> None:
        source = HEAD + DECLARED.format(name="Good") + "    limit: ClassVar[int] = 3\n" + BLOCKING

        assert only(written(tmp_path, source)).parameters == {}

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

        assert (found.name, found.class_name) == ("mine", "Mine")

    def test_a_class_that_was_imported_is_its_own_files(self, tmp_path: Path) -> None:
        source = "from workloads.sleep import Sleep\n" + GOOD

        assert only(written(tmp_path, source)).class_name == "Good"

    @pytest.mark.parametrize("name", ["json", "random", "string"])
    def test_a_file_may_have_the_name_of_a_standard_module(self, tmp_path: Path, name: str) -> None:
        catalogue = discovery.discover([written(tmp_path, GOOD, f"{name}.py")])

        assert catalogue.broken == {}
        assert catalogue.workloads[name].class_name == "Good"

    def test_two_files_of_one_name_each_give_their_own_class(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        paths = written(tmp_path / "a", GOOD), written(tmp_path / "b", GOOD.replace("class Good", "class Other"))

        classes = [discovery.discover([path]).workloads["mine"].class_name for path in paths]

        assert classes == ["Good", "Other"]


class TestBadFile:
    def test_a_syntax_error_is_named_with_its_line(self, tmp_path: Path) -> None:
        path = written(tmp_path, "x = 1\ny = 2\ndef broken(:\n")

        assert refusal(path).startswith("mine.py: line 3: ")

    def test_a_syntax_error_of_a_module_it_imports_is_not_put_on_its_own_lines(self, tmp_path: Path) -> None:
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

        assert catalogue.workloads["a_file_of_mine"].class_name == "Good"
        assert "sleep" in catalogue.workloads

    def test_one_bad_file_does_not_stop_the_rest(self, tmp_path: Path) -> None:
        bad, good = written(tmp_path, "def broken(:\n", "bad_one.py"), written(tmp_path, GOOD, "good_one.py")

        catalogue = discovery.discover([bad, good])

        assert list(catalogue.broken) == [str(bad)]
        assert "good_one" in catalogue.workloads

    def test_a_file_that_is_named_is_what_its_name_means(self, tmp_path: Path) -> None:
        catalogue = discovery.discover([written(tmp_path, GOOD, "sleep.py")])

        assert catalogue.broken == {}
        assert catalogue.workloads["sleep"].class_name == "Good"
        assert "cpu" in catalogue.workloads

    def test_of_two_named_files_of_one_name_the_second_is_refused(self, tmp_path: Path) -> None:
        paths = []
        for folder in ("a", "b"):
            (tmp_path / folder).mkdir()
            paths.append(written(tmp_path / folder, GOOD))

        catalogue = discovery.discover(paths)

        assert catalogue.workloads["mine"].file == paths[0]
        assert catalogue.broken == {str(paths[1]): f"{paths[1]}: 'mine' is {paths[0]}; rename one"}

    def test_workloads_of_the_working_directory_join_ours_and_stand_before_them(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "workloads").mkdir()
        written(tmp_path / "workloads", GOOD, "mine.py")
        written(tmp_path / "workloads", GOOD, "sleep.py")

        catalogue = discovery.discover()

        assert {"mine", "sleep", "cpu"} <= catalogue.workloads.keys()
        assert catalogue.workloads["sleep"].class_name == "Good"
        assert "mine, sleep" in catalogue.notes[0]
        assert "sleep: measured from workloads/ of this directory" in catalogue.notes[1]

    @pytest.mark.parametrize("name", [".#mine.py", "mine.py~", "#mine.py#", ".mine.py", "_mine.py", "mine.txt"])
    def test_what_editors_leave_and_shared_code_is_not_discovered(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "workloads").mkdir()
        written(tmp_path / "workloads", "1 / 0\n", name)

        catalogue = discovery.discover()

        assert catalogue.broken == {}
        assert catalogue.notes == ()

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

    def test_a_workload_is_also_found_by_the_name_of_its_file(self, tmp_path: Path) -> None:
        found = only(written(tmp_path, GOOD, "my work.v2 [1].py"))

        assert found.name == "my_work_v2__1_"
        assert discovery.find(Catalogue({found.name: found}, {}), "my work.v2 [1]") is found

    @pytest.mark.parametrize("name", ["bad", "bad.py"])
    def test_a_workload_whose_file_is_broken_is_told_with_the_reason(self, name: str) -> None:
        with pytest.raises(UsageError, match=rf"workload '{name}' cannot be used: bad\.py: line 3: invalid syntax"):
            discovery.find(self.CATALOGUE, name)
