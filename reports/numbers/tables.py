"""Tables as data: shown as HTML, copied as text, linked as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bench.model import Estimate
from reports.numbers import units


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    text: what is shown, and what the page sorts by. value: the full figure in the unit of the CSV; None for words.
    low, high: its interval, where it has one.
    """

    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column. name: as in the CSV, with its unit. title: as shown. estimate: the CSV adds its interval."""

    name: str
    title: str
    estimate: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A caption, columns, and rows of cells in their order.

    file: name of its CSV; empty where a table of the whole run has the same figures, so that each is linked once.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    file: str
    whole: Table | None = None
    """What the CSV holds, where it is more than what is shown."""

    @property
    def csv(self) -> str:
        """The table in full precision, comma separated."""
        if self.whole:
            return self.whole.csv
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([name for column in self.columns for name in _names(column)])
        for row in self.rows:
            writer.writerow(
                [field for column, cell in zip(self.columns, row, strict=True) for field in _fields(column, cell)]
            )
        return out.getvalue()

    @property
    def csv_link(self) -> str:
        """A data: address of the CSV, which works offline and without JavaScript."""
        return "data:text/csv;charset=utf-8," + quote(self.csv, safe="~()*!.'/:;@$ ,=+?-_").replace(" ", "%20")


def word(text: str) -> Cell:
    """A cell of words."""
    return Cell(text)


def count(value: int) -> Cell:
    """A whole number."""
    return Cell(f"{value:,}", value)


def plain(value: float | None, text: str, reason: str = "none") -> Cell:
    """A figure that is not an estimate: a setting, a count, an extreme."""
    return missing(reason) if value is None else Cell(text, value)


def figure(value: Estimate | None, scale: Callable[[float], units.Scale], base: float, reason: str) -> Cell:
    """An estimate with its interval, or the reason why there is none."""
    if value is None:
        return missing(reason)
    return Cell(units.estimate(value, scale, base), value.value, value.low, value.high)


def missing(reason: str) -> Cell:
    """An empty cell, which says why it is empty."""
    return Cell(reason, empty=True)


def of(caption: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], file: str = "") -> Table:
    """A table from its parts."""
    return Table(caption, tuple(columns), tuple(tuple(row) for row in rows), file)


def _names(column: Column) -> list[str]:
    return [column.name, f"{column.name}_low", f"{column.name}_high"] if column.estimate else [column.name]


def _fields(column: Column, cell: Cell) -> list[str]:
    if column.estimate:
        return ["" if value is None else f"{value:.6g}" for value in (cell.value, cell.low, cell.high)]
    if column.number:
        return ["" if cell.value is None else f"{cell.value:.10g}"]
    return [cell.text]
