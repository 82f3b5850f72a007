"""Turn the text of a workload's specification into the workload, in any process and under any interpreter.

The specification travels as JSON (file, module, class, parameters) and not as a pickle, so that a workload file
needs no importable home and the two ends may be different interpreters.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.workload import Workload

VARIABLE = "DEADHEAT_WORKLOAD"
"""Environment variable through which a fork server learns what to import beforehand."""


def specification(*, file: str, module: str, class_name: str, parameters: dict[str, Any]) -> str:
    """The text from which `load` makes the workload again."""
    return json.dumps({"file": file, "module": module, "class": class_name, "parameters": parameters})


def load(spec: str) -> Workload:
    """Import the module and build the workload."""
    fields = json.loads(spec)
    module = import_file(Path(fields["file"]), fields["module"])
    workload: Workload = getattr(module, fields["class"])(**fields["parameters"])
    return workload


def import_library(workload: Workload, form: str) -> None:
    """Import the client library of a form early, if its import name is its distribution's; opening does it anyway."""
    if library := workload.libraries.get(form):
        try:
            importlib.import_module(library.replace("-", "_"))
        except ImportError:  # a missing library is the workload's to report, in its own words
            pass


def import_file(file: Path, module_name: str) -> ModuleType:
    """Import a workload's file under its name: as a module of its package where it is one, else by path."""
    if module_name in sys.modules:
        return sys.modules[module_name]
    if "." in module_name:
        return importlib.import_module(module_name)
    found = importlib.util.spec_from_file_location(module_name, file)
    if found is None or found.loader is None:
        raise ImportError(f"{file} is not a Python file")
    module = importlib.util.module_from_spec(found)
    sys.modules[module_name] = module  # before execution: dataclasses look their module up here
    try:
        found.loader.exec_module(module)
    except BaseException:
        del sys.modules[module_name]
        raise
    return module
