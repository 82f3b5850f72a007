"""How a Python process of ours begins: with the flags of this one, and with nothing of the working directory in front.

``-P`` keeps the working directory off the path, and the boot file imports our packages from where they lie. So no
``bench.py``, ``json.py`` or ``workloads/`` that happens to lie beside the user takes the place of ours or of the
standard library's.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

BOOT = Path(__file__).absolute().parent / "trial" / "boot" / "deadheat_boot.py"

_LETTERS = {
    "isolated": "I",
    "ignore_environment": "E",
    "no_user_site": "s",
    "no_site": "S",
    "optimize": "O",
    "bytes_warning": "b",
    "debug": "d",
    "verbose": "v",
    "dont_write_bytecode": "B",
}

_VARIABLES = (
    "PYTHONASYNCIODEBUG", "PYTHONDEBUG", "PYTHONDEVMODE", "PYTHONFAULTHANDLER", "PYTHONHASHSEED",
    "PYTHONINTMAXSTRDIGITS", "PYTHONMALLOC", "PYTHONMALLOCSTATS", "PYTHONNODEBUGRANGES", "PYTHONOPTIMIZE",
    "PYTHONPERFSUPPORT", "PYTHONPROFILEIMPORTTIME", "PYTHONTRACEMALLOC", "PYTHONVERBOSE", "PYTHONWARNINGS",
    "PYTHON_CONTEXT_AWARE_WARNINGS", "PYTHON_CPU_COUNT", "PYTHON_FROZEN_MODULES", "PYTHON_GIL", "PYTHON_JIT",
    "PYTHON_PERF_JIT_SUPPORT", "PYTHON_THREAD_INHERIT_CONTEXT", "PYTHON_TLBC",
)  # fmt: skip
"""What else changes how the interpreter runs code; a child inherits it with the environment."""


def command(module: str, *arguments: str) -> list[str]:
    """The command line of a process that runs ``main()`` of a module of ours (of its ``__main__`` for a package)."""
    return [sys.executable, *flags(), "-P", str(BOOT), module, *arguments]


def flags() -> list[str]:
    """The options this interpreter was started with; a child without them would run other code."""
    given = [f"-{letter * getattr(sys.flags, name)}" for name, letter in _LETTERS.items() if getattr(sys.flags, name)]
    options = sys._xoptions  # noqa: SLF001 - documented, and there is no other way to ask
    given += [f"-X{name}" if value is True else f"-X{name}={value}" for name, value in options.items()]
    return given + [f"-W{option}" for option in _warnings()]


def _warnings() -> list[str]:
    """The ``-W`` options; the others of `sys.warnoptions` come again with the environment and other options."""
    options = list(sys.warnoptions)
    inherited = [] if sys.flags.ignore_environment else os.environ.get("PYTHONWARNINGS", "").split(",")
    inherited += ["default"] if sys.flags.dev_mode else []
    inherited += ["default::BytesWarning", "error::BytesWarning"] if sys.flags.bytes_warning else []
    for option in inherited:
        if option in options:
            options.remove(option)
    return options


def settings() -> str:
    """All that was asked of the interpreter, in one line: two sets of numbers under different ones are not one run."""
    variables = [] if sys.flags.ignore_environment else [name for name in _VARIABLES if os.environ.get(name)]
    asked = [flag for flag in flags() if flag != "-B"]  # whether bytecode is kept on the disk is no matter of speed
    return " ".join([*asked, *(f"{name}={os.environ[name]}" for name in variables)])
