"""The types of arguments: each takes what was meant, or refuses it in one line that says how to write it."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from bench.plan import limits

_DURATION = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,12})?)(ms|s|m|h|)")
_UNITS_S = {"ms": 0.001, "s": 1, "": 1, "m": 60, "h": 3600}
_LEVEL = re.compile(r"[0-9]{1,12}")


class Duration(click.ParamType[float]):
    """90, 90s, 2m, 1.5h."""

    name = "time"

    def __init__(self, least_s: float = 0.0) -> None:
        self._least_s = least_s

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        match = _DURATION.fullmatch(str(value).strip())
        if match is None or float(match[1]) == 0:
            self.fail(f"{value!r} is not a length of time; write 90s, 2m or 1h", param, ctx)
        seconds = float(match[1]) * _UNITS_S[match[2]]
        if seconds < self._least_s:
            self.fail(f"{value!r} is too short, a fresh process needs {self._least_s:g}s to start", param, ctx)
        if seconds > limits.LONGEST_S:
            self.fail(f"{value!r} is longer than {limits.LONGEST_S / 3600:g}h", param, ctx)
        return seconds


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
    """a,b,c, of runners."""

    name = "names"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The last of the names that are joined by commas."""
        from bench.trial import runners

        before, comma, last = incomplete.rpartition(",")
        return [CompletionItem(f"{before}{comma}{name}") for name in runners.names() if name.startswith(last)]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        names = tuple(dict.fromkeys(name.strip() for name in str(value).split(",") if name.strip()))
        if not names:
            self.fail(f"{value!r} names none; write sync,asyncio, or leave the option out for all", param, ctx)
        return names


class Levels(click.ParamType[tuple[int, ...]]):
    """1,8,64."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        parts = [part.strip() for part in str(value).split(",") if part.strip()]
        if not parts or not all(part.isascii() and part.isdigit() and part.strip("0") for part in parts):
            self.fail(f"{value!r} is not a list of numbers of workers; write 1,8,64", param, ctx)
        if any(_LEVEL.fullmatch(part) is None or int(part) > limits.MOST_WORKERS for part in parts):
            self.fail(f"{value!r}: at most {limits.MOST_WORKERS:,} workers are run at once; write 1,8,64", param, ctx)
        return tuple(sorted({int(part) for part in parts}))


class Workload(click.ParamType[str]):
    """A name or a file; what is neither is told what it probably was meant to be."""

    name = "workload"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Names by their files, since no module is imported for a key press; and files."""
        from bench.plan import discovery

        folders = (discovery.directory(), Path.cwd() / "workloads")
        names = {file.stem for folder in folders for file in folder.glob("[!_.]*.py")}
        found = [CompletionItem(name) for name in sorted(names) if name.startswith(incomplete)]
        return [*found, CompletionItem(incomplete, type="file")]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        if not text.strip():
            self.fail("a name is empty; leave it out for all workloads", param, ctx)
        if text.endswith(".py"):
            return text
        if text.replace(",", "").isdecimal():
            self.fail(f"{text!r} is a number and no workload; numbers of workers are joined: -c 1,8,64", param, ctx)
        if "," in text:
            words = " ".join(part.strip() for part in text.split(",") if part.strip())
            self.fail(f"{text!r}: workloads are words of their own; write {words}", param, ctx)
        if text.endswith(("/", os.sep)) or text in {".", ".."}:
            files = f"{text.rstrip('/' + os.sep)}/*.py"
            self.fail(f"{text!r} is a directory; name its files ({files}), or none for all of workloads/", param, ctx)
        return text


class Word(click.ParamType[str]):
    """Any text but none: an empty one is a shell variable that was not set."""

    name = "text"

    def __init__(self, what: str) -> None:
        self._what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not str(value).strip():
            self.fail(f"it is empty; write {self._what}", param, ctx)
        if str(value).startswith("--"):
            self.fail(f"{value!r} is an option in its place; write {self._what}", param, ctx)
        return str(value)


class Output(click.Path):
    """The path of a file or a directory to write to."""

    def __init__(self, *, file_okay: bool = True, dir_okay: bool = True) -> None:
        super().__init__(file_okay=file_okay, dir_okay=dir_okay, path_type=Path)
        self._kind = "directory" if dir_okay else "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value).strip():
            self.fail(f"it is empty; write the path of a {self._kind}", param, ctx)
        if str(value).startswith("--"):
            self.fail(f"{value!r} is an option in its place; write the path of a {self._kind}", param, ctx)
        try:
            Path(str(value)).resolve()
        except (OSError, RuntimeError):
            self.fail(f"{str(value)!r} is a link that leads to itself", param, ctx)
        return super().convert(value, param, ctx)


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


class Commands(click.Group):
    """The commands; an unknown one is told with the nearest, or as the workload that it may be."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = difflib.get_close_matches(name, self.list_commands(ctx), 1, 0.6)
            hint = f"did you mean {near[0]!r}?" if near else "a workload is measured with `bench run NAME`;"
            raise click.UsageError(f"unknown command {name!r}: {hint} see `bench --help`")
        return super().resolve_command(ctx, args)


class Format(click.ParamType[str]):
    """A file of `bench.results.exports`; read late, so that other commands do not pay for it."""

    name = "format"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from bench.results import exports

        if value not in exports.names():
            self.fail(f"{value!r} is not a format; there are: {', '.join(exports.names())}", param, ctx)
        return str(value)
