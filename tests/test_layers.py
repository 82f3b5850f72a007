"""The architecture, read from the imports."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.support.command import ROOT, python

STDLIB = sys.stdlib_module_names

# Lowest first: a module imports from its own room and from rooms before it. A new file needs no line here.
BENCH = [
    "ground",
    "trial",
    "machine",
    "process",
    "judge",
    "plan",
    "results",
    "measure",
    "api",
    "check",
    "cli",
    "testing",
    "__main__",
]
GROUND = {"errors", "histogram", "interpreter", "model", "parameters", "workload"}
REPORTS = ["numbers", "words", "drawing", "charts", "page", "writing", "plotting", "__main__"]
REPORTS_MAY_USE = {"api", "judge", "results", "ground"}


def imports(path: Path) -> set[str]:
    """Absolute names of everything a file imports, late and type-checking imports included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def room_of(package: str, name: str) -> str | None:
    """The room of ``package`` that a dotted name lies in; None for the package's own face and for other packages."""
    parts = name.split(".")
    if parts[0] != package or len(parts) < 2:
        return None
    room = "ground" if parts[1] in GROUND else parts[1]
    return room if (ROOT / package / parts[1]).exists() or (ROOT / package / f"{parts[1]}.py").exists() else None


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", files("bench"), ids=dotted)
def test_bench_imports_nothing_from_workloads_or_reports(path: Path) -> None:
    assert not {name for name in imports(path) if name.split(".")[0] in {"workloads", "reports"}}


@pytest.mark.parametrize(("package", "rooms"), [("bench", BENCH), ("reports", REPORTS)])
def test_every_module_has_a_room(package: str, rooms: list[str]) -> None:
    found = {room_of(package, dotted(path)) for path in files(package) if path.parent != ROOT / package}
    alone = {room_of(package, dotted(path)) for path in (ROOT / package).glob("*.py") if path.stem != "__init__"}

    assert found | alone == set(rooms) - ({"ground"} - (found | alone))


@pytest.mark.parametrize(
    ("package", "rooms", "path"),
    [
        (package, rooms, path)
        for package, rooms in (("bench", BENCH), ("reports", REPORTS))
        for path in files(package)
        if path != ROOT / package / "__init__.py"
    ],
    ids=lambda value: dotted(value) if isinstance(value, Path) else "",
)
def test_imports_go_one_way(package: str, rooms: list[str], path: Path) -> None:
    own = room_of(package, dotted(path))
    assert own is not None
    for name in imports(path):
        used = room_of(package, name)
        assert used is None or rooms.index(used) <= rooms.index(own), f"{own} imports {name}, which is above it"


@pytest.mark.parametrize("path", files("bench/trial"), ids=dotted)
def test_the_trial_side_imports_the_standard_library_only(path: Path) -> None:
    allowed = {"bench.trial", "bench.workload", "bench.parameters", "bench"}
    for name in imports(path):
        top = name.split(".")[0]
        ours = (
            top == "bench" and any(name == a or name.startswith(f"{a}.") for a in allowed - {"bench"})
        ) or name == "bench"
        runner_library = path.parent.name == "runners" and top == path.stem
        assert top in STDLIB or ours or runner_library, name


def test_no_runner_imports_another_but_uvloop_which_is_asyncio_on_another_loop() -> None:
    for path in files("bench/trial/runners"):
        others = {
            name.split(".")[3]
            for name in imports(path)
            if name.startswith("bench.trial.runners.") and not name.split(".")[3].startswith("_")
        }
        others = {name for name in others if (path.parent / f"{name}.py").exists()}
        assert others <= ({"asyncio"} if path.stem == "uvloop" else set()), path


@pytest.mark.parametrize("path", files("reports"), ids=dotted)
def test_reports_read_runs_and_nothing_else(path: Path) -> None:
    for name in imports(path):
        assert name.split(".")[0] != "workloads"
        room = room_of("bench", name)
        assert room is None or room in REPORTS_MAY_USE, name


@pytest.mark.parametrize("path", files("workloads"), ids=dotted)
def test_workloads_see_only_the_face_of_the_package(path: Path) -> None:
    assert not {name for name in imports(path) if room_of("bench", name)}


def test_what_tests_share_lives_in_support() -> None:
    """A test imports from no other test; `tests.versus` and `tests.soak` are programs."""
    for path in files("tests"):
        if "strangers" not in path.parts:
            shared = {name.split(".")[1] for name in imports(path) if name.startswith("tests.")}
            assert shared <= {"support", "versus", "soak"}, path


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"]])
def test_help_imports_none_of_the_heavy_libraries(arguments: list[str]) -> None:
    code = (
        "import sys; from bench.cli.main import main; main(sys.argv[1:]);"
        "print([m for m in ('numpy', 'pandas', 'matplotlib', 'aiohttp', 'scipy', 'rich') if m in sys.modules])"
    )
    done = python("-c", code, *arguments)

    assert done.out.splitlines()[-1] == "[]", done.err


def test_a_trial_of_a_blocking_runner_does_not_import_asyncio() -> None:
    code = (
        "import sys, bench.trial.__main__; from bench.trial import runners; runners.load('threads');"
        "import workloads.sleep; print([m for m in ('asyncio', 'multiprocessing', 'numpy') if m in sys.modules])"
    )
    done = python("-c", code)

    assert done.out.strip() == "[]", done.err


def test_only_the_cli_prints() -> None:
    for path in files("bench"):
        if room_of("bench", dotted(path)) == "cli":
            continue
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        ]
        assert not calls, path


def test_no_file_and_no_function_grows_beyond_what_can_be_read() -> None:
    for path in [*files("bench"), *files("reports"), *files("workloads"), *files("tests")]:
        if "strangers" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 350, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 60, f"{path}: {node.name}"
