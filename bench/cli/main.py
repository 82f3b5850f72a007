"""Arguments and exit codes. With the console view the only place that prints.

Exit codes: 0 done, 1 nothing could be measured or a check failed, 2 a mistake in the call or a disk that does not
take it, 130 interrupted (what was finished is kept and reported).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli.unheard import unheard
from bench.errors import BenchError, UsageError
from bench.process import interrupts
from bench.trial.recorder import limit

if TYPE_CHECKING:
    from bench.cli.planning import RunOptions

RESULTS = click.Path(file_okay=False, path_type=Path)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|)")
_UNITS_S = {"ms": 0.001, "s": 1, "": 1, "m": 60, "h": 3600}


class Duration(click.ParamType[float]):
    """90, 90s, 2m, 1.5h."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        match = _DURATION.fullmatch(str(value).strip())
        if match is None or float(match[1]) == 0:
            self.fail(f"{value!r} is not a length of time; write 90s, 2m or 1h", param, ctx)
        return float(match[1]) * _UNITS_S[match[2]]


class Share(click.ParamType[float]):
    """3% or 0.03."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = str(value).strip()
        try:
            share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
        except ValueError:
            share = 0.0
        if not 0 < share < 1:
            self.fail(f"{value!r} is not a share between 0 and 100 %; write 3% or 0.03", param, ctx)
        return share


class Names(click.ParamType[tuple[str, ...]]):
    """a,b,c."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        return tuple(dict.fromkeys(name.strip() for name in str(value).split(",") if name.strip()))


class Levels(click.ParamType[tuple[int, ...]]):
    """1,8,64."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        parts = [part.strip() for part in str(value).split(",") if part.strip()]
        if not parts or not all(part.isdigit() and int(part) > 0 for part in parts):
            self.fail(f"{value!r} is not a list of numbers of workers; write 1,8,64", param, ctx)
        return tuple(sorted({int(part) for part in parts}))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(None, "--version", package_name="deadheat", prog_name="deadheat")
def cli() -> None:
    """Sync, threads, processes, asyncio or uvloop: which is best for this work, on this machine?

    \b
    bench run                    measure everything with the default profile, then write the report
    bench run http -c 1,64       one workload at two concurrencies
    bench list                   workloads with their parameters, runners, profiles
    bench check workloads/my.py  does my workload keep the contract?
    bench selfcheck              are the numbers right on this machine?
    bench doctor                 is this machine fit for measuring?
    """


@cli.command()
@click.argument("workloads", nargs=-1, metavar="[WORKLOAD|FILE]...")
@click.option("-r", "--runners", type=Names(), metavar="A,B", help="Runners to compare. Default: all.")
@click.option(
    "-c", "--concurrency", type=Levels(), metavar="1,8,64", help="Numbers of workers. Default: the profile's."
)
@click.option("--set", "sets", multiple=True, metavar="WORKLOAD.PARAM=V[,V...]",
              help="Set a parameter; several values are swept. A value that has commas begins with a quote or bracket: "
                   "w.text='\"a,b\",c' or w.pair='(1,2),(3,4)'. May be repeated.")  # fmt: skip
@click.option("--profile", type=click.Choice(["quick", "default", "full"]), default="default", show_default=True,
              help="Concurrencies, blocks and budget together; see `bench list`.")  # fmt: skip
@click.option("--budget", type=Duration(), metavar="TIME", help="Fit the measuring into this time: 90s, 2m, 1h.")
@click.option("--blocks", type=click.IntRange(1, 1000), metavar="N",
              help="Fresh launches of everything; fewer than 6 give no interval.")  # fmt: skip
@click.option("--precision", type=Share(), metavar="3%",
              help="Add blocks until intervals against the baseline are this narrow, or time is up.")  # fmt: skip
@click.option("--seed", type=int, metavar="N", help="Seed of all orders. Default: drawn, and stored with the run.")
@click.option("--baseline", metavar="RUNNER", help="Runner the table compares with. Default: sync.")
@click.option("--placement", type=click.Choice(["pinned", "free"]), default="pinned", show_default=True,
              help="pinned: single-threaded contestants share one CPU per round.")  # fmt: skip
@click.option("--load", default="closed", show_default=True, metavar="LOAD",
              help="closed: a worker starts its next op when the last is done.")  # fmt: skip
@click.option("--timeout", type=Duration(), default=20.0, metavar="TIME",
              help="Give up on an op that takes longer. Default: 20s.")  # fmt: skip
@click.option("-o", "--output", type=RESULTS, default=Path("results"), show_default=True, metavar="DIR",
              help="Where runs are kept.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Print the plan and how long it takes; measure nothing.")
@click.option("--resume", metavar="RUN", help="Continue an interrupted run (id, path or latest).")
@click.option("--json", "as_json", is_flag=True, help="Print the results as one JSON document on stdout.")
def run(**options: Any) -> int:
    """Measure, store the run, print who wins, and write the report.

    WORKLOAD is a name from `bench list` or the path of a workload file; without any, all are run.
    """
    from bench.cli import running

    return running.run(_run_options(options))


def _run_options(options: dict[str, Any]) -> RunOptions:
    from bench.cli.planning import RunOptions

    context = click.get_current_context()
    chosen = [
        name
        for name in options
        if context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
        and name not in {"resume", "output", "as_json", "timeout"}
    ]
    return RunOptions(**options, chosen=tuple(chosen))


@cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(as_json: bool) -> int:
    """Show workloads with their parameters, runners and profiles."""
    from bench.cli import commands

    return commands.show_catalogue(as_json=as_json)


class AgainstMany(click.Command):
    """Gives ``--against`` every name up to the next option, so that a shell's ``old-*`` means what it looks like."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words: list[str] = []
        taking = False
        for word in args:
            if word.startswith("-"):
                taking = word == "--against"
            elif taking and words[-1] != "--against":
                words.append("--against")
            words.append(word)
        return super().parse_args(ctx, words)


@cli.command(cls=AgainstMany)
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@click.option("--against", multiple=True, metavar="RUN...",
              help="Runs of another thing, which ratios stand on; four of each give verdicts.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write here.")
@click.option("--baseline", metavar="RUNNER", help="Runner the first table compares with.")
@click.option("--open", "open_", is_flag=True, help="Open it in the browser.")
@click.option("--results", type=RESULTS, default=Path("results"), show_default=True, metavar="DIR",
              help="Where runs are kept.")  # fmt: skip
def report(
    runs: Sequence[str], against: Sequence[str], output: Path | None, baseline: str | None, open_: bool, results: Path
) -> int:
    """Write the HTML report of a run (default: latest), or of runs side by side.

    \b
    bench report OLD NEW                         two runs side by side: no verdict, one run cannot show its drift
    bench report NEW1 NEW2 … --against OLD1 …    four or more of each: intervals and verdicts between runs
    """
    from bench.cli import commands

    if against and not runs:
        raise UsageError("name the runs to set against them first: bench report NEW… --against OLD…")
    if len(runs) > 2 and not against:
        raise UsageError("a report shows one run or two; with more, say which: bench report NEW… --against OLD…")
    path = commands.report(runs or ("latest",), results, output, baseline, against)
    click.echo(path)
    if open_:
        click.launch(str(path))
    return 0


@cli.command()
@click.argument("run", default="latest", metavar="[RUN]")
@click.option("--baseline", metavar="RUNNER", help="Runner the table compares with.")
@click.option("--results", type=RESULTS, default=Path("results"), show_default=True, metavar="DIR",
              help="Where runs are kept.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the results as one JSON document.")
def show(run: str, baseline: str | None, results: Path, as_json: bool) -> int:
    """Print the results of a run (id, path or latest)."""
    from bench.cli import commands

    return commands.show(run, results, baseline, as_json=as_json)


class Format(click.ParamType[str]):
    """A file of `bench.results.exports`; read late, so that other commands do not pay for it."""

    name = "format"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from bench.results import exports

        if value not in exports.names():
            self.fail(f"{value!r} is not a format; there are: {', '.join(exports.names())}", param, ctx)
        return str(value)


@cli.command()
@click.argument("run", default="latest", metavar="[RUN]")
@click.option("--to", "format_", type=Format(), required=True, metavar="FORMAT", help="csv or markdown.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write here. Default: stdout.")  # fmt: skip
@click.option("--results", type=RESULTS, default=Path("results"), show_default=True, metavar="DIR",
              help="Where runs are kept.")  # fmt: skip
def export(run: str, format_: str, output: Path | None, results: Path) -> int:
    """Write a run (id, path or latest) in a format of others."""
    from bench.cli import commands

    return commands.export(run, results, format_, output)


@cli.command()
@click.argument("names", nargs=-1, metavar="[NAME|FILE]...")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def check(names: Sequence[str], as_json: bool) -> int:
    """Check that workloads keep the contract (default: all).

    Forms present, ops succeed, both forms give equal results that pass the workload's check, it pickles, the
    coroutine suspends, nothing is left behind, nothing is printed, every runner can run it.
    """
    from bench.cli import commands

    return commands.check(names, as_json=as_json)


@cli.command()
@click.option("-o", "--output", type=RESULTS, default=Path("results"), show_default=True, metavar="DIR",
              help="Where the certificate is kept.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the certificate as JSON.")
def selfcheck(output: Path, as_json: bool) -> int:
    """Measure things whose truth is known, on this machine, and print a certificate (about 90 s)."""
    from bench.cli import commands

    return commands.self_check(output, as_json=as_json)


@cli.command()
@click.option("-o", "--output", type=RESULTS, default=Path("results"), show_default=True, metavar="DIR",
              help="Where runs are kept.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def doctor(output: Path, as_json: bool) -> int:
    """Examine whether this machine, as it is now, is fit for measuring; each warning with its remedy."""
    from bench.cli import commands

    return commands.examine_machine(output, as_json=as_json)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; a user's mistake or the machine's limit is one line on stderr and exit code 2, no traceback."""
    err = unheard(sys.stderr)
    try:
        with interrupts.deferred():
            code = cli.main(arguments, prog_name="bench", standalone_mode=False)
    except click.ClickException as mistake:
        click.echo(f"error: {' '.join(mistake.format_message().split())}", file=err)
        return 2
    except BenchError as mistake:
        click.echo(f"error: {mistake}", file=err)
        return 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", file=err)
        return 130
    except BrokenPipeError:  # the reader of our output has enough, as in `bench show --json | head`
        sys.stderr.close()
        return 0
    except OSError as error:
        if not limit(error):
            raise
        click.echo(f"error: {limit(error)}", file=err)
        return 2
    return code if isinstance(code, int) else 0
