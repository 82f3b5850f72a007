"""How a line gets onto the terminal: the only place that knows rich, and no text is ever markup to it."""

from __future__ import annotations

import os
from collections.abc import Sequence

import rich.console
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from bench.cli.plain import MOST_CHARACTERS, shown

_WIDTH_OF_FILES = 120
_LEAST_WIDTH = 20

Part = str | tuple[str, str]
"""Text, or text and its style."""


class Terminal:
    """stdout or stderr. Colours and widths follow the terminal, NO_COLOR and COLUMNS."""

    def __init__(self, *, stderr: bool) -> None:
        self._console = rich.console.Console(stderr=stderr, highlight=False, markup=False, emoji=False)
        # COLUMNS=0 would print nothing at all; a width that is set does not follow the terminal any more
        if self._console.width < _LEAST_WIDTH:  # noqa: PLR1730
            self._console.width = _LEAST_WIDTH

    @property
    def is_terminal(self) -> bool:
        """Whether a person reads along; FORCE_COLOR makes no terminal of a file."""
        return self._console.file.isatty()

    @property
    def width(self) -> int:
        """Columns; a file or pipe has none, and tables must not be cut for it."""
        if not self.is_terminal and "COLUMNS" not in os.environ:
            return _WIDTH_OF_FILES
        return self._console.width

    def line(self, *parts: Part) -> None:
        """Write one line; a terminal gets it broken between words and never inside a number."""
        self._console.print(self._text(parts), soft_wrap=not self.is_terminal)

    def exact(self, *parts: Part) -> None:
        """Write one line that is there to be copied: a command or a path stays whole."""
        self._console.print(self._text(parts, most=None), soft_wrap=True)

    def blank(self) -> None:
        """Write an empty line."""
        self._console.print()

    def table(self, cells: Sequence[Part]) -> None:
        """Write a row of a table, which was made to fit."""
        row = self._text(cells, most=None)
        row.rstrip()
        self._console.print(row, soft_wrap=True)

    def rewrite(self, text: str) -> None:
        """Write over the line that was rewritten before; the cursor stays in it."""
        width = self.width - 1
        self._console.file.write("\r" + set_cell_size(shown(text), width) + "\r")
        self._console.file.flush()

    @staticmethod
    def _text(parts: Sequence[Part], most: int | None = MOST_CHARACTERS) -> Text:
        whole = Text()
        for part in parts:
            text, style = (part, "") if isinstance(part, str) else part
            whole.append(shown(text, most), style or None)
        return whole


def width_of(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return cell_len(shown(text))
