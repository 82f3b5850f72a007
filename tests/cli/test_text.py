"""What others wrote is shown as text: no markup, nothing that moves a cursor, nothing without an end."""

from __future__ import annotations

import json
import shutil
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.cli.plain import MOST_CHARACTERS, shown
from bench.cli.terminal import Terminal
from tests.support.command import ROOT, called

FORMAT_1 = ROOT / "tests" / "results" / "format-1"

NASTY = "[/bold] [red]x[/red] [id, name] \x1b[31m \x00 \u202e \x9b ü 中文 \udcff {{ 7*7 }} <b>"
SHOWN = r"[/bold] [red]x[/red] [id, name] \x1b[31m \x00 \u202e \x9b ü 中文 \udcff {{ 7*7 }} <b>"

MODULE = '''
from contextlib import contextmanager
from dataclasses import dataclass
from bench import Workload


@dataclass(frozen=True)
class Odd(Workload):
    """{summary}"""

    text: str = "[/]<i>"

    @contextmanager
    def blocking(self, ctx):
        yield lambda: None
'''


@settings(derandomize=True, deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_what_is_shown_is_printable_and_what_is_printable_is_shown_as_it_is(text: str) -> None:
    told = shown(text)

    assert told.isprintable()
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in told)
    if text.isprintable():
        assert told == text


@pytest.mark.parametrize("length", [MOST_CHARACTERS, MOST_CHARACTERS + 1, 1_000_000])
def test_what_is_long_is_cut_in_its_middle_and_says_so(length: int) -> None:
    told = shown("begin " + "x" * (length - 10) + " end")

    assert len(told) < MOST_CHARACTERS + 40
    assert told.startswith("begin ")
    assert told.endswith(" end")
    assert ("characters)" in told) == (length > MOST_CHARACTERS)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.text(st.characters(), max_size=60), st.sampled_from(["line", "exact", "table"]))
def test_a_line_is_one_line_with_the_text_in_it(text: str, way: str) -> None:
    def write() -> int:
        terminal = Terminal(stderr=False)
        terminal.table([f"<{text}>"]) if way == "table" else getattr(terminal, way)(f"<{text}>")
        return 0

    assert printed(write) == f"<{shown(text)}>\n"


def printed(write: object) -> str:
    import io
    from contextlib import redirect_stdout

    out = io.StringIO()
    with redirect_stdout(out):
        assert callable(write)
        write()
    return out.getvalue()


def test_the_summary_and_the_parameters_of_a_workload_are_text(tmp_path: Path) -> None:
    mine = tmp_path / "odd [v].py"
    mine.write_text(MODULE.format(summary=ascii(NASTY.replace("\udcff", "?"))[1:-1]))

    planned = called("run", mine, "-r", "sync", "--dry-run", "-o", tmp_path / "[v]")

    assert planned.code == 0
    assert f"odd [v]  C = 1, 8, 64  {SHOWN.replace(chr(92) + 'udcff', '?')}\n" in planned.err


def test_what_a_stored_run_says_is_text(tmp_path: Path) -> None:
    run = shutil.copytree(FORMAT_1, tmp_path / "run [v]")
    data = json.loads((run / "run.json").read_text())
    data["plan"]["workloads"][0]["summary"] = NASTY
    data["plan"]["contests"][0]["absent"]["uvloop"]["reason"] = NASTY
    data["ending"] = NASTY
    (run / "run.json").write_text(json.dumps(data))

    done = called("show", run)

    assert done.code == 0
    assert f"sleep: {SHOWN}\n" in done.out
    assert f"uvloop at C = 1: {SHOWN}\n" in done.out
    assert f"stopped: {SHOWN}\n" in done.out


@pytest.mark.parametrize("command", ["show", "report"])
def test_a_name_in_a_mistake_is_text(command: str, tmp_path: Path) -> None:
    done = called(command, NASTY.replace("\x00", ""), "--results", tmp_path)

    assert done.err.startswith("error: no run '[/bold] [red]x[/red] [id, name] ")
    assert len(done.err.splitlines()) == 1
    assert all(char.isprintable() or char == "\n" for char in done.err)
