"""The README's workload is a real one, and its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.cli.main import cli
from tests.support.command import ROOT, bench

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_workload_keeps_the_contract_as_it_stands(tmp_path: Path) -> None:
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    (tmp_path / "hashing.py").write_text(code[1])

    done = bench("check", tmp_path / "hashing.py")

    assert done.code == 0, done.out
    assert "FAIL" not in done.out


@pytest.mark.parametrize("command", sorted(set(re.findall(r"^bench (\w+)", README, re.MULTILINE))))
def test_every_command_it_shows_exists(command: str) -> None:
    assert command in cli.commands


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`?make (\w+)", README))))
def test_every_make_target_it_names_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_link_to_a_file_leads_to_one() -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
