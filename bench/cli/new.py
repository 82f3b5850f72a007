"""`bench new`: a module that passes as it is, with its test, to be changed into what one wants."""

from __future__ import annotations

import keyword
import string
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from bench.errors import StoreError, UsageError
from bench.trial import project


def workload(name: str, here: Path) -> list[Path]:
    """Write ``workloads/NAME.py`` and ``tests/test_NAME.py`` below a directory; return both.

    Raises:
        UsageError: the name is none for a module, or one of the files is there.
        StoreError: they cannot be written.
    """
    _assert_name(name)
    texts = {f"{project.PACKAGE}/{name}.py": "workload", f"tests/test_{name}.py": "test_workload"}
    return _written(here, texts, {"name": name, "package": project.PACKAGE})


def package(kind: str, name: str, here: Path) -> list[Path]:
    """Write a project that registers a workload or a runner, ``deadheat-NAME/``; return its files.

    Raises: as `workload`.
    """
    _assert_name(name)
    dashed = name.replace("_", "-")
    inner = f"deadheat_{name}"
    texts = {
        "pyproject.toml": "pyproject",
        f"{inner}/__init__.py": "package",
        f"{inner}/{name}.py": kind,
        f"tests/test_{name}.py": f"test_{kind}",
    }
    words = {"name": name, "dashed": dashed, "package": inner, "kind": kind}
    return _written(here, {f"deadheat-{dashed}/{file}": text for file, text in texts.items()}, words)


def _assert_name(name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        raise UsageError(f"{name!r} is no name for a module; take letters, digits and _, beginning with a letter")


def _written(here: Path, texts: Mapping[str, str], words: Mapping[str, str]) -> list[Path]:
    """Fill the templates in, all or none. texts: file -> template."""
    for file in texts:
        if (here / file).exists():
            raise UsageError(f"{file} is there already; take another name")
    title = words["name"].replace("_", " ").capitalize()
    class_name = "".join(part.capitalize() for part in words["name"].split("_") if part)
    templates = resources.files("bench.cli") / "templates"
    try:
        for file, text in texts.items():
            template = string.Template((templates / f"{text}.txt").read_text(encoding="utf-8"))
            (here / file).parent.mkdir(parents=True, exist_ok=True)
            (here / file).write_text(template.substitute(words, title=title, class_name=class_name), encoding="utf-8")
    except OSError as error:
        raise StoreError(f"cannot write {file}: {error.strerror}; choose a directory you may write to") from error
    return [here / file for file in texts]
