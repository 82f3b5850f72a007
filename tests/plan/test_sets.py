"""What is written behind ``--set``: several values, values with commas in them, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import parameters
from bench.errors import UsageError
from bench.plan import sets
from bench.trial.typed import typed


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("1024,65536", ["1024", "65536"]),
        ("a b", ["a b"]),
        ("'a,b',c", ["'a,b'", "c"]),
        ('"a,\\",b"', ['"a,\\",b"']),
        ("(1, 2),(3, 4)", ["(1, 2)", "(3, 4)"]),
        ("{'a,(': [1, 2]}", ["{'a,(': [1, 2]}"]),
        ("[red]x,y", ["[red]x", "y"]),
        ("don't,can't", ["don't", "can't"]),
        ("f(x,2)", ["f(x", "2)"]),
        ("a=b", ["a=b"]),
    ],
)
def test_a_comma_parts_values_but_not_within_quotes_or_brackets_that_begin_one(
    values: str, expected: list[str]
) -> None:
    assert sets.parsed([f"w.p={values}"]) == {"w": {"p": expected}}


@given(st.lists(st.text(max_size=8) | st.tuples(st.integers(), st.text(max_size=4)), min_size=1, max_size=4))
def test_what_is_shown_of_several_values_is_taken_apart_again(values: list[object]) -> None:
    shown = ",".join(parameters.shown(parameters.encoded(value)) for value in values)

    assert [typed(text, str if isinstance(value, str) else tuple[int, str])
            for text, value in zip(sets.split(shown, shown), values, strict=True)] == values  # fmt: skip


def test_a_workload_with_a_dot_in_its_name_keeps_it() -> None:
    assert sets.parsed(["my.file.size=1"]) == {"my.file": {"size": ["1"]}}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["p=1"], "WORKLOAD.PARAMETER=VALUE"),
        (["w.p"], "WORKLOAD.PARAMETER=VALUE"),
        ([".p=1"], "WORKLOAD.PARAMETER=VALUE"),
        (["w.=1"], "WORKLOAD.PARAMETER=VALUE"),
        (["w.p="], "a value is empty"),
        (["w.p=1,,2"], "a value is empty"),
        (["w.p=1, "], "a value is empty"),
        (["w.p=1", "w.p=2"], "given twice; write w.p=VALUE,VALUE"),
        (["w.p=(1, 2"], "is missing at the end"),
        (["w.p='a"], "is missing at the end"),
    ],
)
def test_nonsense_is_refused(options: list[str], words: str) -> None:
    with pytest.raises(UsageError, match="--set") as refused:
        sets.parsed(options)

    assert words in str(refused.value)
