"""The main file of every process of ours: imports our packages from where this file lies, then runs ``main()``.

    python -P …/deadheat_boot.py MODULE ARGUMENT...

A path and not ``-m``, for two reasons. Nothing has to be found on a search path on which others may come first. And
`multiprocessing` runs a main file again in every process that a process of ours starts, ours or those of a workload's
pool: there it makes the workload's module importable, whatever its file is called and wherever it lies. A fork server
has no main file; it imports this one by its name, from a folder that holds nothing else.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from pathlib import Path

FOLDER = Path(__file__).absolute().parent
HOME = FOLDER.parents[2]


def take_from_home(package: str) -> None:
    """Import a package of ours from where it lies, without asking the search path."""
    if package in sys.modules:
        return
    folder = HOME / package
    found = importlib.util.spec_from_file_location(
        package, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[package] = module
    found.loader.exec_module(module)


def run(name: str) -> int | None:
    """``main()`` of a module of ours, or of a package's ``__main__``."""
    take_from_home(name.partition(".")[0])
    module = importlib.import_module(name)
    if hasattr(module, "__path__"):
        module = importlib.import_module(f"{name}.__main__")
    code: int | None = module.main()
    return code


def leave_path() -> None:
    """In the fork server: take back what made this file importable there."""
    sys.path.remove(str(FOLDER))
    rest = os.environ["PYTHONPATH"].partition(os.pathsep)[2]
    if rest:
        os.environ["PYTHONPATH"] = rest
    else:
        del os.environ["PYTHONPATH"]


take_from_home("bench")
importlib.import_module("bench.trial.settling").settle()
if __name__ == "__main__":
    sys.exit(run(sys.argv.pop(1)))
if __name__ == "__mp_main__":
    importlib.import_module("bench.trial.loading").enter_again()
else:
    leave_path()
    importlib.import_module("bench.trial.preload")
