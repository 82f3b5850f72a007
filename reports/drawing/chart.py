"""What a chart is before it is drawn: data and words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reports.numbers.tables import Table

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """One figure of the page.

    id: unique on the page. kind: module below reports.charts whose ``draw`` makes it. rows: what it draws.
    options: further keyword arguments of ``draw``. title, description: made from the data, for readers and screen
    readers. caption: statistic, interval, number of blocks and ops. level: the concurrency it shows, None for all.
    baseline: the runner its ratios stand on, None where it has none. blank: why there is nothing to draw.
    """

    id: str
    kind: str
    title: str
    description: str
    caption: str
    rows: list[Row]
    table: Table
    options: dict[str, Any] = field(default_factory=dict)
    level: int | None = None
    baseline: str | None = None
    blank: str = ""
    wide: bool = False

    def frame(self) -> pd.DataFrame:
        """The rows as a DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.rows)
