"""For pandas, DuckDB and whatever reads Parquet: one row per case with every metric, as in csv, typed."""

from __future__ import annotations

import io
from importlib.util import find_spec

from bench.errors import UsageError
from bench.model import StoredRun, Summary
from bench.results.exports import csv


def write(run: StoredRun, summary: Summary) -> bytes:
    """See `bench.results.exports`. Raises UsageError where pyarrow is not installed."""
    if find_spec("pyarrow") is None:
        raise UsageError("parquet needs pyarrow: pip install 'deadheat[parquet]', or export to csv")
    import pandas as pd

    out = io.BytesIO()
    pd.read_csv(io.StringIO(csv.write(run, summary))).to_parquet(out, engine="pyarrow", index=False)
    return out.getvalue()
