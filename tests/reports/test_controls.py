"""Whatever text a page holds, the file is valid UTF-8 and nothing in it is invisible or turns what follows."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import writing


@settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), max_size=100))
def test_a_page_is_written_whatever_its_text(tmp_path: Path, text: str) -> None:
    page = writing._put(tmp_path / "report.html", f"<p>{text}</p>").read_bytes().decode("utf-8")

    assert page.startswith("<p>")
    assert page.endswith("</p>")
    assert not set(page) & set("\x00\x08\x0b\x1b\x7f\x9b\u202a\u202e\u2066\u2069")
    kept = "".join(char for char in text if char.isprintable())
    assert all(char in page for char in kept)


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    writing._put(pipe, "<p>page</p>")

    assert os.read(reader, 100) == b"<p>page</p>"
    assert pipe.is_fifo()
    os.close(reader)


def test_controls_are_shown_as_escapes(tmp_path: Path) -> None:
    page = writing._put(tmp_path / "report.html", "a\x1b[31m\x00\u202e\udcff\n\tb").read_text("utf-8")

    assert page == "a\\x1b[31m\\x00\\u202e\\udcff\n\tb"
