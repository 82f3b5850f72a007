"""From names and ``--set`` to specifications: what is refused, and every combination of what was given."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.plan import discovery
from bench.plan.discovery import Catalogue
from tests.support.written import BLOCKING, DECLARED, GOOD, HEAD, PARAMETERS, only, specs_of, written


class TestRefused:
    def test_what_does_not_fit_is_told_with_the_type(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError) as refused:
            specs_of(written(tmp_path, GOOD), {"count": ["3", "many"]})

        assert str(refused.value) == "--set mine.count=many: not a value of type int"

    def test_a_near_miss_is_told_the_nearest_parameter(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError) as unknown:
            specs_of(written(tmp_path, GOOD), {"cuont": ["1"]})

        assert str(unknown.value) == (
            "unknown parameter of mine 'cuont': did you mean 'count'? it has: count, share, on, text"
        )

    def test_a_workload_without_parameters_says_so(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="it has: no parameters"):
            specs_of(written(tmp_path, HEAD + DECLARED.format(name="Bare") + BLOCKING), {"count": ["1"]})

    @pytest.mark.parametrize("name", ["sleep.duration_ms", "cpu.steps", "http.body_bytes", "file_io.size_bytes"])
    def test_our_own_workloads_have_limits(self, name: str) -> None:
        workload, _, parameter = name.partition(".")

        with pytest.raises(UsageError, match=f"--set {name}=-5: must be 0 "):
            specs_of(discovery.directory() / f"{workload}.py", {parameter: ["-5"]})


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

    def test_among_all_one_that_cannot_be_made_is_left_out_and_said(self, tmp_path: Path) -> None:
        needy = HEAD + DECLARED.format(name="Needy") + "    size: int\n" + BLOCKING
        catalogue = Catalogue(
            {"good": only(written(tmp_path, GOOD, "good.py")), "needy": only(written(tmp_path, needy, "needy.py"))}, {}
        )

        assert [spec.name for spec in discovery.specs(catalogue, [], {})] == ["good"]
        assert list(discovery.left_out(catalogue, [], {})) == ["needy"]
        assert discovery.left_out(catalogue, [], {"needy": {"size": ["1"]}}) == {}
        assert discovery.left_out(catalogue, ["good"], {}) == {}

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
