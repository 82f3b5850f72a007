"""Options that several commands have, each stated once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bench.cli.arguments import Duration, Names, Output, Share
from bench.plan import limits

RESULTS = Output(file_okay=False)
WHERE: dict[str, Any] = {
    "type": RESULTS, "default": Path("results"), "show_default": True, "metavar": "DIR", "help": "Where runs are kept.",
}  # fmt: skip
KEPT_IN = click.option("-o", "--output", **WHERE)
KEPT = click.option("--results", **WHERE)
PRECISION = click.option("--precision", type=Share(), metavar="3%",
              help="Add blocks until intervals against the baseline are this narrow, or time is up.")  # fmt: skip
SEED = click.option(
    "--seed", type=int, metavar="N", help="Seed of all orders. Default: drawn, and stored with the run."
)
TIMEOUT = click.option("--timeout", type=Duration(least_s=limits.LEAST_TIMEOUT_S), default=20.0, metavar="TIME",
              help="Give up on an op that takes longer. Default: 20s.")  # fmt: skip
RESULTS_AS_JSON = click.option(
    "--json", "as_json", is_flag=True, help="Print the results as one JSON document on stdout."
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
RUNNERS = click.option("-r", "--runners", type=Names(), metavar="A,B", help="Runners to compare. Default: all.")
