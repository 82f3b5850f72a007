"""Streams that speak little, are narrow, are full, or go away: what is said stays whole, or its loss is said."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.cli import outlet
from tests.support.command import ROOT, called, environment

EXAMPLE = ROOT / "results" / "example"
FORMAT_1 = ROOT / "tests" / "results" / "format-1"

NUMBER = re.compile(r"\d[\d,.]*")


def marks(room: str) -> set[str]:
    """Every character beyond ASCII in the texts of a room, docstrings aside."""
    found: set[str] = set()
    for path in (ROOT / "bench" / room).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        found |= {char for node in texts if id(node) not in docs for char in str(node.value) if not char.isascii()}
    return found


class TestEncoding:
    def test_every_mark_of_ours_has_an_ascii_form(self) -> None:
        ours = set().union(*map(marks, ("cli", "judge", "machine", "plan", "results", "check", "measure", "trial")))

        assert {"×", "µ", "±", "…", "─"} <= ours
        assert {mark for mark in ours if "\\" in outlet.carried(mark, "ascii")} == set()

    @pytest.mark.parametrize("encoding", ["ascii", "cp437", "koi8-r", "gbk", "latin-1", "utf-8", "utf-16"])
    @pytest.mark.parametrize("command", [["show", str(FORMAT_1)], ["list"], ["show", str(FORMAT_1), "--json"]])
    def test_no_encoding_is_too_small(self, command: list[str], encoding: str) -> None:
        done = called(*command, encoding=encoding)

        assert done.code == 0
        assert done.err == ""
        assert done.out == outlet.carried(called(*command).out, encoding)
        if command == ["show", str(FORMAT_1)]:
            assert re.search(r"1\.00 ?[x×] \[", done.out)
            assert re.search(r"\d [uµ]s", done.out)

    @given(st.text(), st.sampled_from(["ascii", "cp437", "koi8-r", "gbk", "utf-8", "utf-16", "nonsense"]))
    @settings(derandomize=True, deadline=None)
    def test_any_text_is_carried_and_what_the_encoding_has_is_left_alone(self, text: str, encoding: str) -> None:
        known = "ascii" if encoding == "nonsense" else encoding
        carried = outlet.carried(text, encoding)

        assert carried.encode(known).decode(known) == carried
        possible = text.encode(known, "ignore").decode(known)
        if possible == text:
            assert carried == text


class TestWidth:
    @pytest.mark.parametrize(("run", "width"), [(EXAMPLE, 40), *((FORMAT_1, width) for width in (0, 30, 80, 120))])
    def test_a_narrow_terminal_gets_every_number_of_a_wide_one(
        self, run: Path, width: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "200")
        wide = called("show", run).out
        monkeypatch.setenv("COLUMNS", str(width))
        narrow = called("show", run).out

        tables = [line for line in narrow.splitlines() if re.match(r" {0,2}(C|\d+)  \w", line)]
        assert set(NUMBER.findall(wide)) == set(NUMBER.findall(narrow))
        for name in ("ops/s", "vs sync", "p50", "p99", "memory", "CPU/op", "cores"):
            assert any(name in line for line in tables)
        if width >= 40:
            assert max(map(len, tables)) <= width

    def test_a_file_gets_whole_lines_whatever_is_said_of_colours(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plain = called("show", FORMAT_1).out
        monkeypatch.setenv("FORCE_COLOR", "1")
        coloured = called("show", FORMAT_1).out

        assert "\x1b[" in coloured
        assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain

    def test_the_mark_of_a_finding_is_explained_where_there_is_one(self) -> None:
        assert "! beside a rate: a finding speaks of this case" in called("show", FORMAT_1).out


def streams(*arguments: str | Path, stdout: int | None = None, shell: str = "") -> subprocess.CompletedProcess[str]:
    """The real command with an odd stdout."""
    words = [sys.executable, "-m", "bench", *map(str, arguments)]
    if shell:
        words = ["sh", "-c", f'"$@" {shell}', "sh", *words]
    return subprocess.run(
        words, stdout=stdout, stderr=subprocess.PIPE, text=True, env=environment(), cwd=ROOT, timeout=60, check=False
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this platform has no /dev/full")
class TestFailingStdout:
    @pytest.mark.parametrize("arguments", [["show", FORMAT_1], ["show", FORMAT_1, "--json"], ["list"], ["--help"]])
    def test_a_full_disk_behind_stdout_is_one_line(self, arguments: list[str | Path]) -> None:
        done = streams(*arguments, shell="> /dev/full")

        assert done.returncode == 2
        assert done.stderr == "error: the output could not be written to stdout: No space left on device\n"

    def test_a_closed_stdout_is_one_line(self) -> None:
        done = streams("show", FORMAT_1, shell=">&-")

        assert done.returncode == 2
        assert done.stderr == "error: the output could not be written to stdout: Bad file descriptor\n"

    @pytest.mark.parametrize("redirection", ["2> /dev/full", "2>&-"])
    def test_a_stderr_that_takes_nothing_changes_nothing(self, redirection: str) -> None:
        assert streams("show", FORMAT_1, shell=redirection, stdout=subprocess.PIPE).returncode == 0

    @pytest.mark.parametrize("arguments", [["show", EXAMPLE], ["show", EXAMPLE, "--json"]])
    def test_a_reader_that_has_enough_ends_nothing(self, arguments: list[str | Path]) -> None:
        words = [sys.executable, "-m", "bench", *map(str, arguments)]
        with subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(), cwd=ROOT
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.readline()
            process.stdout.close()
            assert process.stderr.read() == ""
            assert process.wait(30) == 0

    def test_a_run_keeps_its_report_and_tells_that_its_output_was_lost(self, tmp_path: Path) -> None:
        few = ("-r", "sync", "-c", "1", "--blocks", "1", "--budget", "1s", "-o", tmp_path)
        done = streams("run", "noop", *few, shell="> /dev/full")

        assert done.returncode == 2
        assert done.stderr.splitlines()[-1].startswith("error: the output could not be written")
        assert (tmp_path / "latest" / "report.html").exists()
