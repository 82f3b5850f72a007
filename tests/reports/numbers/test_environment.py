"""What makes two environments two machines."""

from __future__ import annotations

from reports.numbers import environment
from tests.support import runs


def test_python_and_libraries_do_not_make_another_machine_but_its_cpus_do() -> None:
    newer = runs.MACHINE | {"python": "3.14.0", "libraries": {"uvloop": "0.30"}}

    assert environment.other_machine(runs.MACHINE, newer) == []
    assert environment.other_subject(runs.MACHINE, newer) == ["python", "libraries"]
    assert environment.differences([runs.MACHINE, newer]) == [
        ("python", ("3.12.1", "3.14.0")), ("libraries.uvloop", ("0.21", "0.30")),
    ]  # fmt: skip
    assert environment.other_machine(runs.MACHINE, runs.MACHINE | {"cpus": 64}) == ["cpus"]
