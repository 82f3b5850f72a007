"""Finding workloads in files, saying what is wrong with a bad one, and typing what ``--set`` was given."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from bench.errors import UsageError, WorkloadError
from bench.model import WorkloadSpec
from bench.plan import discovery
from bench.plan.discovery import Catalogue, Found

HEAD = """
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import ClassVar, Literal
from bench import Workload
"""
BLOCKING = """
    @contextmanager
    def blocking(self, ctx):
        yield lambda: None
"""
COROUTINE = """
    @asynccontextmanager
    async def coroutine(self, ctx):
        yield lambda: None
"""
PARAMETERS = '''
    """Does one thing.

    More about it: not a parameter.

    Parameters:
        count: how many.
        share: of what.
        other: is none.
    """
    count: int = 3
    share: float = 0.5
    on: bool = False
    text: str = "plain"
'''
DECLARED = "\n@dataclass(frozen=True)\nclass {name}(Workload):\n    pass\n"
GOOD = HEAD + DECLARED.format(name="Good") + PARAMETERS + BLOCKING + COROUTINE


@pytest.fixture(autouse=True)
def _forget_modules() -> Iterator[None]:
    """Two tests may give their files the same name."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


def written(directory: Path, source: str, name: str = "mine.py") -> Path:
    path = directory / name
    path.write_text(source, encoding="utf-8")
    return path


def found_in(path: Path) -> list[Found]:
    return discovery.in_file(path, path.stem)


def only(path: Path) -> Found:
    (found,) = found_in(path)
    return found


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


class TestConvert:
    @pytest.mark.parametrize(
        ("parameter", "text", "value"),
        [
            ("count", "7", 7),
            ("count", "-7", -7),
            ("count", "65_536", 65_536),
            ("share", "0.25", 0.25),
            ("share", "1e-3", 0.001),
            ("share", "2", 2.0),
            ("on", "true", True),
            ("on", "Yes", True),
            ("on", "1", True),
            ("on", "false", False),
            ("on", "No", False),
            ("on", "0", False),
            ("text", "7", "7"),
            ("text", "", ""),
            ("text", "a=b, c", "a=b, c"),
        ],
    )
    def test_what_was_typed_takes_the_type_of_the_parameter(
        self, tmp_path: Path, parameter: str, text: str, value: object
    ) -> None:
        converted = discovery.convert(only(written(tmp_path, GOOD)), parameter, text)

        assert converted == value
        assert type(converted) is type(value)

    @pytest.mark.parametrize(
        ("parameter", "text", "kind"),
        [("count", "many", "int"), ("count", "1.5", "int"), ("count", "", "int"), ("share", "x", "float"),
         ("on", "maybe", "bool"), ("on", "2", "bool")],
    )  # fmt: skip
    def test_what_does_not_fit_is_told_with_the_type(
        self, tmp_path: Path, parameter: str, text: str, kind: str
    ) -> None:
        with pytest.raises(UsageError) as refused:
            discovery.convert(only(written(tmp_path, GOOD)), parameter, text)

        assert str(refused.value) == f"--set mine.{parameter}={text}: not a value of type {kind}"

    def test_annotations_that_are_text_are_types_all_the_same(self, tmp_path: Path) -> None:
        found = only(written(tmp_path, "from __future__ import annotations\n" + GOOD))

        assert discovery.convert(found, "count", "7") == 7
        assert discovery.convert(found, "text", "7") == "7"

    def test_a_near_miss_is_told_the_nearest_parameter(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError) as unknown:
            discovery.convert(only(written(tmp_path, GOOD)), "cuont", "1")

        assert str(unknown.value) == (
            "unknown parameter of mine 'cuont': did you mean 'count'? it has: count, share, on, text"
        )

    def test_a_workload_without_parameters_says_so(self, tmp_path: Path) -> None:
        found = only(written(tmp_path, HEAD + DECLARED.format(name="Bare") + BLOCKING))

        with pytest.raises(UsageError, match="it has: no parameters"):
            discovery.convert(found, "count", "1")

    @pytest.mark.parametrize(
        ("annotation", "text", "value"),
        [
            ("int | None", "7", 7),
            ("int | None", "None", None),
            ("tuple[int, ...]", "(1, 2)", (1, 2)),
            ('Literal["fast", "slow"]', "slow", "slow"),
            ("str | None", "words", "words"),
        ],
    )
    def test_other_types_are_typed_as_they_are_written(
        self, tmp_path: Path, annotation: str, text: str, value: object
    ) -> None:
        source = HEAD + DECLARED.format(name="Odd") + f"    odd: {annotation} = None\n" + BLOCKING

        assert discovery.convert(only(written(tmp_path, source)), "odd", text) == value

    @pytest.mark.parametrize("text", ["{[]: 1}", "1 +", "open('x')", "(" * 300])
    def test_what_is_no_literal_is_refused_and_never_run(self, tmp_path: Path, text: str) -> None:
        source = HEAD + DECLARED.format(name="Odd") + "    odd: dict = None\n" + BLOCKING

        with pytest.raises(UsageError, match="not a value of type dict"):
            discovery.convert(only(written(tmp_path, source)), "odd", text)


class TestSpecs:
    def test_without_settings_there_is_one_with_the_defaults(self, tmp_path: Path) -> None:
        (spec,) = specs_of(written(tmp_path, GOOD))

        assert (spec.name, spec.label) == ("mine", "mine")
        assert spec.parameters == {"count": 3, "share": 0.5, "on": False, "text": "plain"}

    def test_a_sweep_is_every_combination_and_each_has_a_label_of_its_own(self, tmp_path: Path) -> None:
        specs = specs_of(written(tmp_path, GOOD), {"count": ["3", "5"], "on": ["true", "false"]})

        assert [(spec.parameters["count"], spec.parameters["on"]) for spec in specs] == [
            (3, True), (3, False), (5, True), (5, False),
        ]  # fmt: skip
        assert [spec.label for spec in specs] == ["mine on=True", "mine", "mine count=5 on=True", "mine count=5"]

    def test_a_value_typed_twice_is_one_workload(self, tmp_path: Path) -> None:
        specs = specs_of(written(tmp_path, GOOD), {"count": ["5", "5", "05"]})

        assert [spec.label for spec in specs] == ["mine count=5"]

    def test_a_workload_named_twice_runs_once(self, tmp_path: Path) -> None:
        found = only(written(tmp_path, GOOD))

        assert len(discovery.specs(Catalogue({"mine": found}, {}), ["mine", "mine"], {})) == 1

    def test_no_name_means_all(self, tmp_path: Path) -> None:
        first, second = only(written(tmp_path, GOOD, "one.py")), only(written(tmp_path, GOOD, "two.py"))

        specs = discovery.specs(Catalogue({"one": first, "two": second}, {}), [], {"two": {"count": ["9"]}})

        assert [spec.label for spec in specs] == ["one", "two count=9"]

    def test_settings_of_a_workload_that_does_not_run_are_refused(self, tmp_path: Path) -> None:
        first, second = only(written(tmp_path, GOOD, "one.py")), only(written(tmp_path, GOOD, "two.py"))

        with pytest.raises(UsageError, match="the workload 'two' is not part of this run; name it as an argument"):
            discovery.specs(Catalogue({"one": first, "two": second}, {}), ["one"], {"two": {"count": ["9"]}})

    def test_a_value_that_the_workload_refuses_is_told_with_its_words(self, tmp_path: Path) -> None:
        refusing = (
            "\n    def __post_init__(self):\n        if self.count < 0:\n            raise ValueError('count < 0')\n"
        )

        with pytest.raises(UsageError) as refused:
            specs_of(written(tmp_path, GOOD + refusing), {"count": ["-1"]})

        assert str(refused.value) == "workload mine cannot be made with (count=-1): ValueError: count < 0"

    def test_a_parameter_that_must_be_set_and_is_not_is_told(self, tmp_path: Path) -> None:
        path = written(tmp_path, HEAD + DECLARED.format(name="Good") + "    size: int\n" + BLOCKING)

        with pytest.raises(UsageError, match=r"workload mine cannot be made with \(\): TypeError: .*'size'"):
            specs_of(path)
        assert specs_of(path, {"size": ["3"]})[0].parameters == {"size": 3}

    def test_a_spec_says_all_that_a_trial_and_a_reader_need(self, tmp_path: Path) -> None:
        more = """
    default_concurrency: ClassVar = (2, 4)
    libraries: ClassVar = {"blocking": "urllib3"}

    @contextmanager
    def fixture(self, directory):
        yield 1

    def least_latency_s(self):
        return self.count / 1000
"""
        path = written(tmp_path, HEAD + DECLARED.format(name="Full") + PARAMETERS + BLOCKING + more)

        (spec,) = specs_of(path, {"count": ["7"]})

        assert (spec.file, spec.module, spec.class_name) == (str(path.resolve()), only(path).module, "Full")
        assert spec.forms == ("blocking",)
        assert spec.libraries == {"blocking": "urllib3"}
        assert spec.default_concurrency == (2, 4)
        assert spec.has_fixture
        assert spec.least_latency_s == 0.007
        assert spec.source_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()

    def test_a_workload_with_both_forms_and_nothing_else_says_so(self, tmp_path: Path) -> None:
        (spec,) = specs_of(written(tmp_path, GOOD))

        assert spec.forms == ("blocking", "coroutine")
        assert (spec.has_fixture, spec.libraries, spec.default_concurrency) == (False, {}, None)


def specs_of(path: Path, sets: Mapping[str, Sequence[str]] | None = None) -> tuple[WorkloadSpec, ...]:
    """The specifications of a file's only workload, with these ``--set`` values."""
    found = only(path)
    return discovery.specs(Catalogue({found.name: found}, {}), [found.name], {found.name: sets} if sets else {})
