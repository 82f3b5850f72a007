"""Where a workload's modules are found, under what name its file is imported, and what code a process tells of."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.trial import project

PRELUDE = "import sys; from pathlib import Path; from bench.trial import loading, project\n"


def told(file: Path, code: str, root: Path | None = None) -> list[str]:
    """What a fresh process prints that has imported a file as a workload's."""
    root = root or project.root_of(file, Path.cwd())
    script = f"{PRELUDE}m = loading.import_file(project.of(Path({str(file)!r}), Path({str(root)!r})))\n{code}"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(project.HOME)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def write(folder: Path, **files: str) -> Path:
    """Files of a project; a name's double underscore is a folder's end. Returns the last."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return path


class TestImports:
    def test_neighbours_and_the_projects_packages_are_found(self, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").touch()
        (tmp_path / "mypkg").mkdir()
        (tmp_path / "mypkg" / "__init__.py").write_text("x = 1\n")
        file = write(tmp_path / "benches", helper="y = 2\n", mine="import helper, mypkg\nz = helper.y + mypkg.x\n")

        assert told(file, "print(m.__name__, m.z)") == ["mine 3"]

    def test_a_neighbour_hides_neither_the_standard_library_nor_the_harness_nor_a_library(self, tmp_path: Path) -> None:
        names = dict.fromkeys(("json", "bench", "click"), "raise SystemExit(f'{__name__} is not what was asked for')\n")
        file = write(tmp_path, **names, mine="import json, bench, click\nfrom bench import Workload\n")

        assert told(file, "print(m.json.dumps, m.bench.Workload, m.click.echo)")

    def test_a_library_of_the_files_own_name_is_the_library(self, tmp_path: Path) -> None:
        file = write(tmp_path, click="import click\necho = click.echo\n")

        assert told(file, "print(m.__name__, m.__file__)") == [f"workload_click {file}"]

    def test_a_file_of_a_package_imports_relatively_and_knows_its_name(self, tmp_path: Path) -> None:
        (tmp_path / "pkg" / "sub").mkdir(parents=True)
        for folder in ("pkg", "pkg/sub"):
            (tmp_path / folder / "__init__.py").touch()
        file = write(tmp_path / "pkg" / "sub", kv="x = 1\n", mine="from . import kv\nfrom ..sub.kv import x\n")

        assert told(file, "print(m.__name__, m.x)") == ["pkg.sub.mine 1"]

    def test_the_users_workloads_are_continued_by_ours(self, tmp_path: Path) -> None:
        file = write(
            tmp_path / "workloads",
            _shared="x = 1\n",
            mine="from workloads._shared import x\nfrom workloads.sleep import Sleep\nimport workloads.noop\n",
        )

        assert told(file, "print(m.__name__, m.x, m.Sleep.__module__)") == ["workloads.mine 1 workloads.sleep"]

    def test_a_workload_of_ours_in_the_users_folder_is_the_users(self, tmp_path: Path) -> None:
        file = write(tmp_path / "workloads", sleep="x = 1\n")

        assert told(file, "print(m.__name__, m.x, m.__file__)") == [f"workloads.sleep 1 {file}"]

    def test_the_command_line_is_the_files_own(self, tmp_path: Path) -> None:
        file = write(tmp_path, mine="import sys\n")

        assert told(file, "print(m.sys.argv)") == [str([str(file)])]

    @given(st.text(st.characters(codec="utf-8", exclude_characters="/\x00"), min_size=1, max_size=20))
    def test_every_file_has_a_module_name_that_can_be_pickled(self, stem: str) -> None:
        name = project.of(Path(f"/nowhere/{stem}.py"), Path("/nowhere")).module

        assert name.isidentifier()
        assert name not in sys.stdlib_module_names
        assert name not in {"bench", "workloads", "reports"}

    @pytest.mark.parametrize("stem", ["my.work", "a b", "x[1]", "ünï", "class", ".hidden", "json", "workloads"])
    def test_a_file_of_any_name_is_imported(self, tmp_path: Path, stem: str) -> None:
        file = tmp_path / f"{stem}.py"
        file.write_text("x = 1\n")

        assert told(file, "print(m.x, m.__name__ in sys.modules)") == ["1 True"]


class TestRoot:
    @pytest.mark.parametrize("mark", project.MARKS)
    def test_it_is_the_nearest_folder_with_a_mark(self, tmp_path: Path, mark: str) -> None:
        (tmp_path / "setup.py").touch()
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / mark).touch()

        assert project.root_of(tmp_path / "a" / "b" / "x.py", tmp_path) == tmp_path / "a"

    def test_without_a_mark_it_is_where_one_is_if_the_file_is_below(self, tmp_path: Path) -> None:
        file = tmp_path / "a" / "b" / "x.py"

        assert project.root_of(file, tmp_path) == tmp_path
        assert project.root_of(file, tmp_path / "c") == file.parent
        assert project.root_of(file, Path("/")) == file.parent

    def test_that_of_our_own_workloads_is_ours(self, tmp_path: Path) -> None:
        assert project.root_of(project.HOME / "workloads" / "sleep.py", tmp_path) == project.HOME


class TestCode:
    def test_it_is_every_file_of_the_project_that_was_imported(self, tmp_path: Path) -> None:
        (tmp_path / "setup.py").touch()
        file = write(
            tmp_path / "benches", unused="", helper="x = 1\n",
            mine="import json, click, helper, bench\nfrom workloads.noop import Noop\n",
        )  # fmt: skip

        code = dict(line.split() for line in told(file, "for one in project.code().items(): print(*one)"))

        assert list(code) == ["benches/helper.py", "benches/mine.py", "workloads/__init__.py", "workloads/noop.py"]
        assert code["benches/helper.py"] == hashlib.sha256(b"x = 1\n").hexdigest()

    @pytest.mark.parametrize(
        ("file", "name"),
        [
            (Path("/p/a/b.py"), "a/b.py"),
            (Path("/q/b.py"), None),
            (Path("/p/.venv/lib/python3/site-packages/x.py"), None),
            (project.HOME / "workloads" / "sleep.py", "workloads/sleep.py"),
            (project.HOME / "bench" / "workload.py", None),
            (Path(os.__file__), None),
        ],
    )
    def test_a_file_is_named_from_the_root_of_its_project(self, file: Path, name: str | None) -> None:
        assert project.name_of(file, Path("/p")) == name

    def test_a_file_that_is_gone_has_no_digest(self, tmp_path: Path) -> None:
        assert project.sha256(tmp_path / "nowhere.py") == ""


@pytest.mark.parametrize(
    ("stem", "name"), [("mine", "mine"), ("my-work", "my-work"), ("a b.c[1]", "a_b_c_1_"), ("-x", "_x"), ("ünï", "ünï")]
)
def test_a_name_can_be_typed_whatever_the_file_is_called(stem: str, name: str) -> None:
    assert project.workload_name(stem) == name
