"""A shell completes commands, workloads and runners."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import environment, python


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bench ru", {"run"}),
        ("bench run sl", {"sleep"}),
        ("bench run -r threads,as", {"threads,asyncio"}),
        ("bench run --prof", {"--profile"}),
    ],
)
def test_a_shell_is_told_what_fits(words: str, found: set[str], tmp_path: Path) -> None:
    asked = {"_BENCH_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    code = "import sys; from bench.cli.main import cli; cli.main(prog_name='bench', complete_var='_BENCH_COMPLETE')"

    done = python("-c", code, cwd=tmp_path, env={**environment(), **asked})

    told = {line.partition(",")[2] for line in done.out.splitlines() if line.startswith("plain,")}
    assert found <= told, done.err
