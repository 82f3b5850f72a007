"""The commands, their arguments and exit codes. With the console view the only place that prints.

Exit codes: 0 done, 1 nothing could be measured or a check failed, 2 a mistake in the call or a disk (or stdout) that
does not take it, 130 interrupted (what was finished is kept and reported). A reader of stdout that goes away, as in
`bench show | head`, changes nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bench.cli import config, ending, options, outlet
from bench.cli.arguments import AgainstMany, Commands, Duration, Format, Levels, Output, Word, Workload
from bench.cli.plain import shown
from bench.errors import UsageError
from bench.plan import limits

if TYPE_CHECKING:
    from bench.cli.planning import RunOptions

RUN = Word("a run: its id, its path or latest")
RUNNER = Word("the name of a runner")


@click.group(
    cls=Commands,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 110,
        "auto_envvar_prefix": config.PREFIX,
    },
    invoke_without_command=True,
)
@click.version_option(None, "--version", package_name="deadheat", prog_name="deadheat")
@click.pass_context
def cli(context: click.Context) -> None:
    """Sync, threads, processes, asyncio or uvloop: which is best for this work, on this machine?

    \b
    bench run                    measure everything with the default profile, then write the report
    bench run http -c 1,64       one workload at two concurrencies
    bench race mod:f mod:g       two functions of yours, without a workload
    bench list                   workloads with their parameters, runners, profiles
    bench check workloads/my.py  does my workload keep the contract?
    bench selfcheck              are the numbers right on this machine?
    bench doctor                 is this machine fit for measuring?
    """
    _at_home()
    if context.invoked_subcommand is None:
        raise UsageError("name a command: `bench run` measures everything, `bench --help` tells the others")
    project = config.nearest()
    context.obj = project
    context.default_map = {
        name: project.of_command({"results": "output", **{key: key for key in config.KEYS}}) for name in cli.commands
    }


@cli.command()
@click.argument("workloads", nargs=-1, type=Workload(), metavar="[WORKLOAD|FILE]...")
@options.RUNNERS
@click.option(
    "-c", "--concurrency", type=Levels(), metavar="1,8,64", help="Numbers of workers. Default: the profile's."
)
@click.option(
    "--suite", metavar="NAME", help="Measure a named choice of workloads, beside those named; see `bench list`."
)
@click.option("--set", "sets", multiple=True, metavar="WORKLOAD.PARAM=V[,V...]",
              help="Set a parameter; several values are swept. A value that has commas begins with a quote or bracket: "
                   "w.text='\"a,b\",c' or w.pair='(1,2),(3,4)'. May be repeated.")  # fmt: skip
@click.option("--profile", type=click.Choice(["quick", "default", "full"]), default="default", show_default=True,
              help="Concurrencies, blocks and budget together; see `bench list`.")  # fmt: skip
@click.option("--budget", type=Duration(), metavar="TIME", help="Fit the measuring into this time: 90s, 2m, 1h.")
@click.option("--blocks", type=click.IntRange(1, limits.MOST_BLOCKS), metavar="N",
              help="Fresh launches of everything; fewer than 6 give no interval.")  # fmt: skip
@options.PRECISION
@options.SEED
@click.option("--baseline", type=RUNNER, metavar="RUNNER", help="Runner the table compares with. Default: sync.")
@click.option("--placement", type=click.Choice(["pinned", "free"]), default="pinned", show_default=True,
              help="pinned: single-threaded contestants share one CPU per round.")  # fmt: skip
@click.option("--load", type=Word("how ops follow each other"), default="closed", show_default=True, metavar="LOAD",
              help="closed: a worker starts its next op when the last is done.")  # fmt: skip
@click.option("--batch", type=click.IntRange(1, limits.MOST_OPS), metavar="N",
              help="Time N ops at once, at most C in flight, until all are done; no steady load.")  # fmt: skip
@click.option("--cold", is_flag=True, help="With --batch: timed from before pool, loop and clients are made.")
@options.TIMEOUT
@options.KEPT_IN
@click.option("--dry-run", is_flag=True, help="Print the plan and how long it takes; measure nothing.")
@click.option("--resume", type=RUN, metavar="RUN", help="Continue an interrupted run (id, path or latest).")
@options.RESULTS_AS_JSON
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
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        and name not in {"resume", "output", "as_json", "timeout"}
    ]
    return RunOptions(**options, chosen=tuple(chosen))


@cli.command()
@click.argument("functions", nargs=-1, metavar="MODULE:FUNCTION...|SCRIPT")
@options.RUNNERS
@click.option("-c", "--concurrency", type=Levels(), metavar="1,8", help="Numbers of workers. Default: 1,8.")
@click.option("--setup", default="", metavar="M:F",
              help="Returns a context manager; what it yields is the functions' only argument.")  # fmt: skip
@click.option("--check", default="", metavar="M:F", help="Tells whether a result is right.")
@click.option("--budget", type=Duration(), default=20.0, metavar="TIME", help="Measure for so long. Default: 20s.")
@options.PRECISION
@options.SEED
@options.TIMEOUT
@options.KEPT_IN
@options.RESULTS_AS_JSON
def race(functions: tuple[str, ...], setup: str, check: str, **options: Any) -> int:
    """Let plain functions race, without a workload: one blocking, one async, or both.

    \b
    bench race shop.api:fetch shop.api:fetch_async -c 1,32
    bench race script.py        a file that defines blocking and/or coroutine; setup and check if it likes

    Which is which is seen by looking. The measured processes import them by name.
    """
    from dataclasses import replace

    from bench.cli import racing
    from bench.cli.planning import RunOptions
    from bench.plan.race import Asked

    names = ("runners", "concurrency", "budget", "output")
    usual = RunOptions.usual(**{name: options.pop(name) for name in names})
    return racing.run(replace(usual, **options), Asked(functions, setup, check))


@cli.command()
@click.argument("names", nargs=-1, metavar="[LEDGER|ID]...")
@click.option(
    "--budget", type=Duration(), metavar="TIME", help="Measure for so long. Default: 30s for each claim, 6m at most."
)
@click.option("--run", "stored", type=RUN, metavar="RUN", help="Judge a stored run; measure nothing.")
@click.option("--compare", "against", type=RUN, metavar="RUN", help="Say which verdicts differ from that run's.")
@options.KEPT_IN
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as one JSON document on stdout.")
def claims(
    names: tuple[str, ...], budget: float | None, stored: str | None, against: str | None, output: Path, as_json: bool
) -> int:
    """Measure what textbooks and READMEs say of asyncio, and judge each claim.

    \b
    bench claims                       all ledgers (about 6 minutes)
    bench claims asyncio               one: `workloads/claims/asyncio.toml`
    bench claims sleepers-memory       one claim
    bench claims mine.toml             a ledger of yours: ten lines of TOML per claim
    """
    from bench.cli import claiming

    return claiming.claims(names, budget, output, stored, against, as_json=as_json)


@cli.command()
@click.argument("what", type=click.Choice(["workload", "runner"]))
@click.argument("name")
@click.option("--package", is_flag=True, help="A project to install and to publish; a runner always is one.")
def new(what: str, name: str, package: bool) -> int:
    """Write a workload (workloads/NAME.py) or a runner (deadheat-NAME/) and its test, to be changed.

    \b
    bench new workload mine && bench check mine && bench run mine --profile quick
    bench new runner mine && pip install -e deadheat-mine && bench run sleep -r asyncio,mine
    """
    from bench.cli import commands

    return commands.new(what, name, package=package or what == "runner")


@cli.command("config")
@options.AS_JSON
@click.pass_context
def config_(context: click.Context, as_json: bool) -> int:
    """Show the defaults of `bench run` here, and where each comes from: built in, pyproject.toml or a variable."""
    from bench.cli import commands

    effective = run.make_context("run", [], parent=context.parent, resilient_parsing=True)
    return commands.show_config(effective, context.obj, as_json=as_json)


@cli.command("list")
@options.AS_JSON
def list_(as_json: bool) -> int:
    """Show workloads with their parameters, runners and profiles."""
    from bench.cli import commands

    return commands.show_catalogue(as_json=as_json)


@cli.command(cls=AgainstMany)
@click.argument("runs", nargs=-1, type=RUN, metavar="[RUN]...")
@click.option("--against", multiple=True, type=RUN, metavar="RUN...",
              help="Runs of another thing, which ratios stand on; four of each give verdicts.")  # fmt: skip
@click.option("-o", "--output", type=Output(dir_okay=False), metavar="FILE", help="Write here.")
@click.option("--baseline", type=RUNNER, metavar="RUNNER",
              help="Runner the first table compares with.")  # fmt: skip
@click.option("--open", "open_", is_flag=True, help="Open it in the browser.")
@options.KEPT
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
    _print_path(path)
    if open_:
        click.launch(str(path))
    return 0


@cli.command()
@click.argument("run", type=RUN, default="latest", metavar="[RUN]")
@click.option("--baseline", type=RUNNER, metavar="RUNNER", help="Runner the table compares with.")
@options.KEPT
@click.option("--json", "as_json", is_flag=True, help="Print the results as one JSON document.")
def show(run: str, baseline: str | None, results: Path, as_json: bool) -> int:
    """Print the results of a run (id, path or latest)."""
    from bench.cli import commands

    return commands.show(run, results, baseline, as_json=as_json)


@cli.command()
@click.argument("run", type=RUN, default="latest", metavar="[RUN]")
@click.option("--to", "format_", type=Format(), required=True, metavar="FORMAT",
              help="csv, markdown, pytest-benchmark, pyperf, hyperfine, hgrm, trace, parquet ...")  # fmt: skip
@click.option("-o", "--output", type=Output(), metavar="FILE",
              help="Write here (hgrm: a directory). Default: stdout.")  # fmt: skip
@options.KEPT
def export(run: str, format_: str, output: Path | None, results: Path) -> int:
    """Write a run (id, path or latest) in a format of others."""
    from bench.cli import commands

    return commands.export(run, results, format_, output)


@cli.command()
@click.argument("names", nargs=-1, type=Workload(), metavar="[NAME|FILE]...")
@options.AS_JSON
def check(names: Sequence[str], as_json: bool) -> int:
    """Check that workloads keep the contract (default: all).

    Forms present, ops succeed, both forms give equal results that pass the workload's check, it pickles, the
    coroutine suspends, nothing is left behind, nothing is printed, every runner can run it.
    """
    from bench.cli import commands

    return commands.check(names, as_json=as_json)


@cli.command()
@click.option("-o", "--output", type=options.RESULTS, default=Path("results"), show_default=True, metavar="DIR",
              help="Where the certificate is kept.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the certificate as JSON.")
def selfcheck(output: Path, as_json: bool) -> int:
    """Measure things whose truth is known, on this machine, and print a certificate (about 2.5 minutes)."""
    from bench.cli import commands

    return commands.self_check(output, as_json=as_json)


@cli.command()
@options.KEPT_IN
@options.AS_JSON
def doctor(output: Path, as_json: bool) -> int:
    """Examine whether this machine, as it is now, is fit for measuring; each warning with its remedy."""
    from bench.cli import commands

    return commands.examine_machine(output, as_json=as_json)


def _print_path(path: Path) -> None:
    """A person gets it readable, a program exactly."""
    if isinstance(sys.stdout, outlet.Outlet) and not sys.stdout.isatty():
        sys.stdout.write_exactly(f"{path}\n")
    else:
        print(shown(str(path), most=None))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; a user's mistake or the machine's limit is one line on stderr and exit code 2, no traceback."""
    with outlet.standard_streams() as (out, _):
        code = ending.code_of(lambda: cli.main(arguments, prog_name="bench", standalone_mode=False))
        out.flush()
        if out.failed is not None and not out.is_gone:
            ending.complain(f"the output could not be written to stdout: {out.failed.strerror}")
            return code or 2
        return code


def _at_home() -> None:
    """Refuse a working directory that was deleted: every relative path would fail in words of its own."""
    try:
        os.getcwd()  # noqa: PTH109 - pathlib asks the same
    except OSError:
        raise UsageError("the working directory is gone; cd to one that exists") from None
