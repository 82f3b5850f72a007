"""What a workload's own process tells of it: parameters with their limits, combinations that are made, and refusals."""

from __future__ import annotations

import dataclasses
import enum
import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, cast

import pytest

from bench import Between, Context, Op, Workload, parameters
from bench.trial import describing
from bench.trial.describing import Refused


@contextmanager
def nothing(self: Workload, ctx: Context) -> Iterator[Op]:
    yield lambda: None


def workload(annotation: Any, default: Any, **more: Any) -> type[Workload]:
    """A workload with the parameter ``p``."""
    field = dataclasses.field(default_factory=lambda: default)
    namespace = {"blocking": nothing, **more}
    made = dataclasses.make_dataclass("Odd", [("p", annotation, field)], bases=(Workload,), namespace=namespace)
    return cast("type[Workload]", made)


def told(annotation: Any, default: Any, **more: Any) -> dict[str, Any]:
    return describing.description(workload(annotation, default, **more), "odd")


def refusal(annotation: Any, default: Any, *texts: str, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        describing.made(workload(annotation, default, **more), "odd", {"p": list(texts)})
    assert "\n" not in str(refused.value)
    return str(refused.value)


class Mode(enum.Enum):
    """One member has a value that nobody can type."""

    FAST = 1
    SLOW = object()


class TestCarried:
    @pytest.mark.parametrize(
        ("annotation", "default", "text", "shown"),
        [
            (Path, Path("data"), "/tmp/x", "/tmp/x"),
            (Mode, Mode.FAST, "SLOW", "SLOW"),
            (float, math.inf, "nan", "nan"),
            (int, 10**5000, "0x10", "16"),
            (bytes, b"\xff,", "abc", "b'abc'"),
            (str, "a\nb", "a b", "a b"),
            (tuple[int, ...], (1, 2), "[3]", "(3,)"),
            (tuple[Mode, Path], (Mode.FAST, Path()), "('SLOW', 'a')", "('SLOW', 'a')"),
            (frozenset[str], frozenset("ab"), "{'c'}", "{'c'}"),
            (dict[int, tuple[str, ...]], {1: ("a",)}, "{2: ['b']}", "{2: ('b',)}"),
            (list[float | None], [math.nan, None], "[1, None]", "[1.0, None]"),
        ],
        ids=lambda value: "",
    )
    def test_a_parameter_is_data_that_can_be_shown_and_typed(
        self, annotation: Any, default: Any, text: str, shown: str
    ) -> None:
        cls = workload(annotation, default)

        (changed,) = describing.made(cls, "odd", {"p": [text]})
        by_default = describing.description(cls, "odd")["default"]
        (again,) = describing.made(cls, "odd", {"p": [parameters.shown(by_default["parameters"]["p"])]})

        assert parameters.shown(changed["parameters"]["p"]) == shown
        assert changed["differing"] == ["p"]
        assert again["parameters"] == by_default["parameters"]
        assert again["differing"] == []
        assert json.loads(json.dumps(changed, allow_nan=False)) == changed

    @pytest.mark.parametrize("default", [Decimal(1), 3j, (1, Decimal(1)), print, {1: range(3)}])
    def test_what_cannot_be_carried_is_refused_with_class_and_field(self, default: object) -> None:
        with pytest.raises(Refused, match=r"^Odd\.p: a value of type \S+ cannot be a parameter; use None"):
            told(object, default)

    def test_a_value_that_changes_each_time_is_refused(self) -> None:
        def grow(self: Any) -> None:
            self.p += 1

        assert told(int, 1, __post_init__=grow)["problem"].startswith(
            "Odd.p is another value when the workload is made"
        )


class TestLimits:
    @pytest.mark.parametrize(
        ("annotation", "words"),
        [
            (Annotated[float, Between(0, 50)], "0 to 50"),
            (Annotated[int, Between(1)], "1 or more"),
            (Annotated[int, Between(high=9)], "9 or less"),
            (Annotated[int, Between(1)] | None, "1 or more"),
            (int, ""),
        ],
    )
    def test_they_are_told_in_words(self, annotation: Any, words: str) -> None:
        assert told(annotation, 5)["parameters"]["p"]["limits"] == words

    @pytest.mark.parametrize("text", ["0", "50", "2.5", "None"])
    def test_a_value_within_is_taken(self, text: str) -> None:
        cls = workload(Annotated[float, Between(0, 50)] | None, 1)

        (made,) = describing.made(cls, "odd", {"p": [text]})

        assert made["parameters"] == {"p": None if text == "None" else float(text)}

    @pytest.mark.parametrize("text", ["-1", "50.1", "inf", "nan"])
    def test_a_value_outside_is_refused_with_them(self, text: str) -> None:
        assert refusal(Annotated[float, Between(0, 50)], 1, "2", text) == f"--set odd.p={text}: must be 0 to 50"

    def test_a_default_outside_is_a_fault_of_the_workload(self) -> None:
        assert told(Annotated[int, Between(1)], 0)["problem"] == "workload odd: p: must be 1 or more"


class TestOddDeclarations:
    @pytest.mark.parametrize("levels", [(), (0,), (1, -2), ("4",), (True,), 8, "18"])
    def test_a_default_concurrency_that_is_none(self, levels: object) -> None:
        with pytest.raises(Refused, match=r"Odd\.default_concurrency is not a tuple"):
            told(int, 1, default_concurrency=levels)

    @pytest.mark.parametrize("libraries", [None, ["urllib3"], {"sync": "urllib3"}, {"blocking": 3}])
    def test_libraries_that_are_none(self, libraries: object) -> None:
        assert "Odd.libraries is not a mapping" in told(int, 1, libraries=libraries)["problem"]

    @pytest.mark.parametrize("seconds", [-1.0, math.inf, math.nan])
    def test_a_least_latency_that_is_none(self, seconds: float) -> None:
        assert "it is seconds, 0 or more" in told(int, 1, least_latency_s=lambda self: seconds)["problem"]

    def test_a_least_latency_that_raises_is_told_with_what_was_given(self) -> None:
        def least(self: Any) -> float:
            return 1 / float(self.p)

        assert refusal(int, 1, "0", least_latency_s=least) == (
            "workload odd cannot be made with (p=0): ZeroDivisionError: float division by zero"
        )

    def test_a_field_that_is_not_given_is_no_parameter(self) -> None:
        field = dataclasses.field(default=1, init=False)
        made = dataclasses.make_dataclass(
            "Odd", [("p", int, field)], bases=(Workload,), namespace={"blocking": nothing}
        )

        assert describing.description(cast("type[Workload]", made), "odd")["parameters"] == {}

    def test_an_annotation_for_the_type_checker_alone_is_the_type_of_the_default(self) -> None:
        cls = workload("Unheard | Of", 3)

        (made,) = describing.made(cls, "odd", {"p": ["7"]})

        assert made["parameters"] == {"p": 7}
